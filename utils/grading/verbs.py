"""The instructor's verbs: what students get, and what becomes of what they hand in."""

import re
from pathlib import Path

import click

from utils import files, paths
from utils.cli import cli, homework_option, warn
from utils.grading.names import GradeError, expect_folder

handins_option = click.option(
    "--handins",
    type=click.Path(path_type=Path),
    callback=lambda context, option, path: expect_folder(path),
    required=True,
    help="Folder of hand-ins (.zip of `handin`, or .ipynb), as a platform or you named them.",
)


def _part(context, option, text):
    """(k, n) of k/n."""
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise GradeError(
            f"PART={text}: expected one part of how many, from 1/8 to 8/8 where there are eight."
        )
    return int(found[1]), int(found[2])


@cli.command()
@homework_option
@handins_option
@click.option(
    "--unprotected",
    is_flag=True,
    help="Run them even where this machine has no sandbox: they can read and delete all that you "
    "can.",
)
@click.option(
    "--engine",
    "address",
    help="A Dask scheduler, as tcp://scheduler:8786: its machines grade instead of this one.",
)
@click.option(
    "--part", default="1/1", callback=_part, help="3/8: the third of eight parts of the class."
)
@click.option("--student", help="This one alone, once more.")
def grade(number, handins, unprotected, address, part, student):
    """Grade a folder of hand-ins, each in a sandbox.

    Runs every hand-in isolated from the others and from this machine, asks its functions the checks
    and the hidden tests, and writes grades.csv, a page of feedback for each student, summary.html,
    answers.html (answers in words beside their marking scheme) and leader_board.html (the open
    task on hidden data) to build/grades/homework_N/NAME/, where NAME is that of the folder. Points
    for answers in words you type into by_hand.csv there; called again, it reads them, and
    grades.csv has the final marks. Interrupted, it goes on where it stopped; what was graded and
    has not changed is not run again.

    With --engine the machines of a Dask cluster grade, each in a sandbox of its own. With --part or
    --student the others' results stay as they are, and the pages are made from what is there.

    Exit status 0: every hand-in has its grade, or the reason why it has none (a broken notebook).
    1: something needs you, and is named at the end: a hand-in that this machine could not grade, a
    second attempt, a name or a file in doubt. 130: it was interrupted.

    \b
    Example:
      python -m utils grade --homework 1 --handins ~/handins
    """
    files.expect_writable(paths.GRADES)
    from utils import reproducible

    reproducible.set_up()  # before TensorFlow is imported, or it chatters
    from utils.grading import pages, results, sandbox
    from utils.grading.grade import grade_class

    if not address:
        click.echo("Protections on this machine:")
        for what, by in sandbox.protections():
            click.echo(f"  {what}: {by or 'NOT PROTECTED'}")
    try:
        grades, flagged, others, waiting = grade_class(
            number, handins, unprotected=unprotected, address=address, part=part, student=student
        )
    except KeyboardInterrupt:
        warn("Stopped. What was graded is kept: the same command goes on from here.")
        return 130
    counts = ", ".join(f"{n} {status}" for status, n in results.statuses(grades).items())
    click.echo(f"\n{counts}\n{pages.tasks_table(number, grades).to_string()}\n")
    place = results.place_of_class(number, handins)
    click.echo(f"written: {place / 'grades.csv'}, feedback/, answers.html, by_hand.csv")
    if waiting:
        click.echo(
            f"Still to be marked by you: {waiting}. Type points into by_hand.csv, and run this "
            "again; until then these students have no mark."
        )
    click.echo(f"Read it in a browser: {(place / 'summary.html').as_uri()}")
    for sentence in others + flagged:
        warn(sentence)
    return 1 if flagged else 0


@cli.command()
@homework_option
@handins_option
@click.option(
    "--kernels",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of public notebooks (.ipynb or .py) to compare with as well.",
)
def originality(number, handins, kernels):
    """Compare hand-ins with each other, and with public notebooks.

    Compares the hand-ins of a homework pairwise, whatever their variables are called, and writes
    build/originality/homework_N.html: who is alike, the passages side by side. It judges nobody.

    Exit status 0: every hand-in was compared, or is named with the reason why not. 1: a name or a
    file is in doubt, as for `grade`.

    \b
    Example:
      python -m utils originality --homework 1 --handins ~/handins
    """
    files.expect_writable(paths.ORIGINALITY)
    from utils.grading import originality

    pairs, flagged, others = originality.compare(number, handins, kernels)
    for pair in pairs[:10]:
        click.echo(f"{pair.shares[0]:.2f} {pair.shares[1]:.2f}  {pair.names[0]}  {pair.names[1]}")
    page = originality.write_report(number, pairs, flagged + others)
    click.echo(f"\nRead it in a browser: {page.as_uri()}")
    for sentence in others + flagged:
        warn(sentence)
    return 1 if flagged else 0


@cli.command()
def student():
    """Write what students get from the solutions.

    In notebooks/homework/ solutions become gaps, hidden tests and outputs go. `python -m utils
    test` fails while the two differ. Answers that are replaced are kept under build/replaced/.

    \b
    Example:
      python -m utils student
    """
    from utils.grading.student_version import write_student_versions

    written = write_student_versions()
    for path, kept in written:
        click.echo(f"written: {path}" + (f"\n(what it replaced: {kept})" if kept else ""))
    if not written:
        click.echo("Both are what the solutions make.")


@cli.command()
def release():
    """Pack what students get, without solutions or grader.

    Writes build/release/recurrent_networks_course.zip: all that is committed but the solutions,
    the tests and the grader, and in site/ the same as a site to read. What you changed and did not
    commit is not in it, and is named: so nothing is released that JupyterLab has saved in the
    middle of a run.

    \b
    Example:
      python -m utils release
    """
    from utils.grading.release import write_release

    path, left_out = write_release()
    click.echo(f"written: {path}")
    if left_out:
        warn(
            "Released is what is committed. These differ, and are not in it as they are now: "
            f"{', '.join(left_out)}. To release them, commit them and run this again."
        )
