"""The verbs about notebooks, data and pages."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import click

from utils import kernels, paths
from utils.cli import cli, expect_whole_course, homework_option, warn
from utils.errors import CourseError
from utils.homework.homeworks import HOMEWORKS


@cli.command()
def run():
    """Execute every notebook, and write the course as a site.

    On the bundled samples; about a quarter of an hour. The site is build/site/, index.html first.
    An application whose data can't be fetched is left out, and named with what is missing.

    \b
    Example:
      python -m utils run
    """
    from utils.course.run import run_all

    index, left_out, errors = run_all()
    for notebook, why in left_out.items():
        click.echo(f"{notebook.relative_to(paths.ROOT)} was left out. {why}")
    return _report(index, [homework.name for homework in HOMEWORKS.values()], errors)


@cli.command()
def site():
    """Write the course as a site, from the outputs that the notebooks have.

    Half a minute. Pages show what a notebook printed when it was executed here, or else what is
    saved in it. The site is build/site/, index.html first.

    \b
    Example:
      python -m utils site
    """
    from utils.course.run import write_site

    return _report(write_site(), [], [])


@cli.command()
@click.option(
    "--lesson",
    type=int,
    metavar="NUMBER",
    help="The number of one lesson, 0 to 8; default: all.",
)
def slides(lesson):
    """Write lessons as slides for class, from the outputs that they have.

    Seconds; `run` and `site` write them, too. They are in build/site/slides/, one page a lesson,
    and need no network. In the browser, S opens the speaker's notes.

    \b
    Example:
      python -m utils slides --lesson 3
    """
    from utils.course.run import expect_notebook
    from utils.course.slides import lessons, write

    chosen = lessons(lesson)
    for path in chosen:
        expect_notebook(path)
    for path in write(chosen):
        click.echo(path.as_uri())


@cli.command()
@click.option(
    "--coverage",
    is_flag=True,
    help="Say as well which share of utils/ the tests run; they take a seventh longer.",
)
def test(coverage):
    """Run the tests; compare every saved output with a new run.

    \b
    Example:
      python -m utils test --coverage
    """
    return _pytest(*["--cov=utils"] * coverage)


def _pytest(*arguments):
    expect_whole_course(paths.ROOT / "tests")
    threads = {"COURSE_THREADS": "1"}  # two test processes, a core each
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.call(command, cwd=paths.ROOT, env=threads | kernels.environment())


@cli.command(name="test-colab")
def colab():
    """Compare lessons 00 to 04 and the homework under the versions of Colab or Kaggle.

    The Python that runs this has them (requirements-colab.txt); `make test-colab` makes such an
    environment, .venv-colab, and calls it. Outputs are compared as `test` does.

    \b
    Example:
      .venv-colab/bin/python -m utils test-colab
    """
    notebooks = paths.LESSONS[:5] + [homework.tasks_solution for homework in HOMEWORKS.values()]
    return _pytest(*notebooks)


@cli.command()
def lab():
    """Open JupyterLab on the welcome page, notebooks/welcome.md.

    Lessons and applications can be run and changed there, but not saved under their names:
    JupyterLab saves every two minutes, in the middle of a run too, and they would lose their
    results. Save a copy of your own with File, Save Notebook As. Your homework is saved as usual.
    To change a lesson for good: .venv/bin/jupyter lab notebooks

    \b
    Example:
      python -m utils lab
    """
    # Without nbgrader's menus, of no use to who reads or solves, and questions about news.
    settings = {
        "JUPYTER_CONFIG_PATH": str(paths.ROOT / "utils" / "course" / "jupyter"),
        # A person's own settings of IPython hold here.
        "IPYTHONDIR": os.environ.get("IPYTHONDIR", str(Path.home() / ".ipython")),
    }
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "notebooks"),
        "--ServerApp.contents_manager_class=utils.course.lab.Contents",
        "--LabApp.default_url=/lab/tree/welcome.md",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # as in a container, where there is no one else
    return subprocess.call(command, cwd=paths.ROOT, env=kernels.environment() | settings)


def _solution_verb(homework):
    """Add the verb homework-1 or homework-2, which executes that homework's solution."""

    others = ", ".join(name for name in homework.named if name != "sample")

    @click.option(
        "--source",
        default="sample",
        metavar="FILE",
        help="CSV file to learn from; default: the bundled sample."
        + (f" Or, by name: {others}; fetched, at most 4 MB." if others else ""),
    )
    @click.option("--test", "test_source", default="", metavar="FILE", help=homework.test_file)
    @click.option(
        "--tier",
        type=click.Choice(["class", "full"]),
        default="class",
        help="class: minutes (default); full: up to half an hour.",
    )
    def solution(source, test_source, tier, **how):
        expect_whole_course(homework.solution)
        how = {name: value for name, value in how.items() if value is not None}
        names = ("", *homework.named)
        source, test_source = (paths.absolute(path, names) for path in (source, test_source))
        read = [(source, homework.read_source), (test_source, homework.read)]
        # What is missing is said first: the other file may take half a minute to read.
        for path, reader in sorted(read, key=lambda one: os.path.exists(one[0])):
            if path and (path != "sample" or "columns" in how or "labels" in how):
                reader(path, **how)
        from utils.course.run import run_notebook, write_site
        from utils.course.site import document

        parameters = {"source": source, "test_source": test_source, "tier": tier} | how
        run_notebook(homework.solution, parameters)
        page = write_site().parent / document(homework.solution.with_suffix(".html"))
        return _report(page, [homework.name], [])

    solution.__doc__ = f"""Execute the solution: {homework.title}.

    Executes homework {homework.number} on the bundled sample or on {homework.reads}, writes
    build/{homework.name}/results.json and {homework.output}, and its page of the site.

    \b
    Example:
      python -m utils homework-{homework.number} --source "{homework.example}"
    """
    if homework.can_repair:
        solution = _repair_option(solution)
    if homework.can_rename:
        solution = _columns_option(_labels_option(solution))
    cli.command(name=f"homework-{homework.number}")(solution)


_repair_option = click.option(
    "--repair",
    is_flag=True,
    help="Repair what is wrong with a file where that can be done; the page says what was.",
)


def _names(context, option, value):
    """The names that an option lists, as a notebook takes them; one with a comma is in quotes."""
    return value and [name.strip() for name in next(csv.reader([value], skipinitialspace=True))]


_columns_option = click.option(
    "--columns",
    metavar="TEXT,LABEL",
    callback=_names,
    help="The columns of FILE that hold the text and the label; default: review,sentiment, and no "
    "others.",
)
_labels_option = click.option(
    "--labels",
    metavar="BAD,GOOD",
    callback=_names,
    help="The two labels in FILE, the negative one first; default: negative,positive.",
)

for _homework in HOMEWORKS.values():
    _solution_verb(_homework)


@cli.command()
@click.option(
    "--homework",
    "number",
    type=click.Choice([1, 2]),
    default=1,
    help="1: 50,000 film reviews, 84 MB (default); 2: the radar hours of How Much Did It Rain? "
    "II, 1.9 GB, once you agreed to the competition's rules.",
)
@click.option(
    "--from",
    "origin",
    type=click.Choice(["archive", "kaggle"]),
    help="archive: the reviews as their authors publish them, without an account; kaggle: as on "
    "Kaggle. Default: kaggle where there are credentials for it, or else archive.",
)
def data(number, origin):
    """Fetch a homework's data: the reviews without an account, the radar hours with Kaggle's.

    The files come to data/; whatever is there and complete is left alone. Of the reviews,
    IMDB Dataset.csv has all; the archive gives its two halves as well, imdb_train.csv and
    imdb_test.csv.

    \b
    Examples:
      python -m utils data --from archive
      python -m utils data --homework 2
    """
    homework = HOMEWORKS[number]
    if origin is None:
        homework.download()
    elif origin in homework.download_from:
        homework.download_from[origin]()
    else:
        raise CourseError(
            f"The data of homework {number} come from {' or '.join(homework.download_from)} only, "
            f"not from {origin}: leave FROM out."
        )


@cli.command()
@homework_option
@click.option(
    "--file",
    type=Path,
    default=lambda: paths.BUILD / HOMEWORKS[2].name / HOMEWORKS[2].output,
    help="CSV file with the columns Id,Expected; default: build/homework_2/submission.csv.",
)
@click.option(
    "--test",
    type=Path,
    default=lambda: paths.RADAR / "test.csv",
    help="The competition's test file; default: where `python -m utils data --homework 2` puts it.",
)
@click.option(
    "--message",
    default="homework 2",
    metavar="TEXT",
    help="Shown beside it on Kaggle; default: homework 2.",
)
def submit(number, file, test, message):
    """Check homework 2's submission, then send it to Kaggle.

    Checks it against the competition's test file (every test Id once, no missing or negative
    rain), says what is sent, sends it to How Much Did It Rain? II with your Kaggle account and
    reports Kaggle's answer.

    \b
    Example:
      python -m utils submit --homework 2 --message "GRU, three seeds"
    """
    from utils import kaggle

    if number != 2:
        raise CourseError(
            "Homework 1 has no competition on Kaggle: only HOMEWORK=2 can be submitted."
        )
    kaggle.submit_rain(file.expanduser(), test.expanduser(), message)


@cli.command()
def sample():
    """Write the bundled samples, reviews and radar hours, anew.

    \b
    Example:
      python -m utils sample
    """
    from utils.radar import generate as radar
    from utils.reviews import generate as reviews

    for path in (*reviews.write_sample(), radar.write_sample()):
        click.echo(f"written: {path}")


@cli.command()
@click.argument("address")
def address(address):
    """Say where the course lies on GitHub, for Colab, Kaggle and Binder.

    Writes ADDRESS into pyproject.toml and into the first cell of each notebook, which fetches the
    course where a notebook stands alone. `make site` then has buttons that open notebooks on Colab
    and Binder.

    \b
    Example:
      python -m utils address https://github.com/ada/recurrent-networks
    """
    from utils.course.address import write

    for path in write(address):
        click.echo(f"written: {path.relative_to(paths.ROOT)}")


@cli.command()
@click.option(
    "--seeds",
    "n_seeds",
    type=click.IntRange(min=1),
    default=30,
    help="How many seeds each claim gets; default: 30.",
)
@click.option(
    "--lessons",
    "words",
    default="",
    metavar="'1 4'",
    help="Numbers of lessons, or names of notebooks; default: all that test a claim.",
)
@click.option(
    "--engine",
    "address",
    help="A Dask scheduler, as tcp://scheduler:8786: its machines work instead of this one.",
)
def study(n_seeds, words, address):
    """Test the claims with many seeds; write what was found to notebooks/study/ and the ledger.

    Runs each lesson up to its last claim again and again, each time with seeds of its own: the
    first run has the lesson's, 0 to 2 in most, the second 3 to 5, and so on. A run takes one to
    three minutes on one core; thirty seeds of all lessons are 76 runs. Interrupted, it goes on
    where it stopped; what was run and would be the same is not run again. Runs are kept in
    build/study/.

    With --engine the machines of a Dask cluster run the lessons; each needs the same course,
    installed from the same lock.

    Exit status 0: each run has its results. 1: one has none, and is named at the end. 130: it was
    interrupted.

    \b
    Example:
      python -m utils study --seeds 9 --lessons "1 4"
    """
    from utils.course.ledger import write_page
    from utils.course.study import lessons
    from utils.course.study import study as run_study

    try:
        written, errors = run_study(lessons(words), n_seeds, address, click.echo)
    except KeyboardInterrupt:
        warn("Stopped. What was run is kept: the same command goes on from here.")
        return 130
    for path in [*written, write_page()]:
        click.echo(f"written: {path}")
    for error in errors:
        warn(error)
    return 1 if errors else 0


@cli.command()
def ledger():
    """Write notebooks/README.md, the claims and their verdicts.

    \b
    Example:
      python -m utils ledger
    """
    from utils.course.ledger import write_page

    click.echo(f"written: {write_page()}")


def _report(read_this, names, errors):
    """Print results, the address of the page to read and what went wrong; return the status.

    names: of the notebooks whose results are printed.
    """
    from utils.course.site import results, results_lines

    for line in results_lines(results(names)):
        click.echo(line)
    click.echo(f"\nRead it in a browser: {read_this.as_uri()}")
    for error in errors:
        warn(error)
    return 1 if errors else 0
