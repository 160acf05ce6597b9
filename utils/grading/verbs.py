"""The instructor's verbs: what students get, and what becomes of what they hand in."""

from pathlib import Path

import click

from utils import paths
from utils.cli import cli, homework_option, warn
from utils.homework.homeworks import HOMEWORKS

handins_option = click.option(
    "--handins",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder of hand-ins (.zip of `handin`, or .ipynb).",
)


@cli.command()
@homework_option
@handins_option
@click.option(
    "--unprotected",
    is_flag=True,
    help="Run them even where this machine has no sandbox: they can read and delete all that you "
    "can.",
)
def grade(number, handins, unprotected):
    """Grade a folder of hand-ins, each in a sandbox.

    Runs every hand-in isolated from the others and from this machine, asks its functions the checks
    and the hidden tests, and writes grades.csv, a page of feedback for each student, summary.html
    and answers.html (answers in words beside their marking scheme) to build/grades/homework_N/.
    Interrupted, it goes on where it stopped; what was graded and has not changed is not run
    again.

    \b
    Example:
      python -m utils grade --homework 1 --handins ~/handins
    """
    from utils import reproducible

    reproducible.set_up()  # before TensorFlow is imported, or it chatters
    from utils.grading import pages, results, sandbox
    from utils.grading.grade import grade_class

    click.echo("Protections on this machine:")
    for what, by in sandbox.protections():
        click.echo(f"  {what}: {by or 'NOT PROTECTED'}")
    try:
        grades, not_graded = grade_class(number, handins, unprotected=unprotected)
    except KeyboardInterrupt:
        warn("Stopped. What was graded is kept: the same command goes on from here.")
        return 130
    counts = ", ".join(f"{n} {status}" for status, n in results.statuses(grades).items())
    click.echo(f"\n{counts}\n{pages.tasks_table(number, grades).to_string()}\n")
    place = paths.GRADES / HOMEWORKS[number].name
    click.echo(f"written: {place / 'grades.csv'}, feedback/, answers.html")
    click.echo(f"Read it in a browser: {(place / 'summary.html').as_uri()}")
    for sentence in not_graded:
        warn(sentence)
    return 1 if not_graded else 0


@cli.command()
@homework_option
@handins_option
@click.option(
    "--kernels",
    type=Path,
    help="Folder of public notebooks (.ipynb or .py) to compare with as well.",
)
def originality(number, handins, kernels):
    """Compare hand-ins with each other, and with public notebooks.

    Compares the hand-ins of a homework pairwise, whatever their variables are called, and writes
    build/originality/homework_N.html: who is alike, the passages side by side. It judges nobody.

    \b
    Example:
      python -m utils originality --homework 1 --handins ~/handins
    """
    from utils.grading import originality

    pairs, unread = originality.compare(number, handins, kernels)
    for pair in pairs[:10]:
        click.echo(f"{pair.shares[0]:.2f} {pair.shares[1]:.2f}  {pair.names[0]}  {pair.names[1]}")
    page = originality.write_report(number, pairs, unread)
    click.echo(f"\nRead it in a browser: {page.as_uri()}")
    for sentence in unread:
        warn(sentence)
    return 1 if unread else 0


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

    Writes build/release/recurrent_networks_course.zip: all that git keeps but the solutions, the
    tests and the grader.

    \b
    Example:
      python -m utils release
    """
    from utils.grading.release import write_release

    click.echo(f"written: {write_release()}")
