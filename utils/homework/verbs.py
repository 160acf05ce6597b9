"""The student's verb: hand in."""

from pathlib import Path

import click

from utils import files, paths
from utils.cli import cli, homework_option
from utils.homework.homeworks import expect_student_name


@cli.command()
@homework_option
@click.option(
    "--student",
    required=True,
    metavar="NAME",
    callback=lambda context, option, name: expect_student_name(name),
    help="Your name: letters a to z, digits, - and _, no spaces.",
)
@click.option(
    "--notebook",
    type=Path,
    metavar="FILE",
    help="Default: notebooks/homework/homework_N/homework_N_tasks.ipynb.",
)
def handin(number, student, notebook):
    """Check your homework, and pack it for handing in.

    Executes your notebook from top to bottom in a clean kernel, says the points of each task and
    of all, what is not answered and what hints cost, and writes build/handins/homework_N_NAME.zip:
    the executed notebook, its predictions or its submission, and what the checks found. This file
    is what you hand in. Needs no network, and sends nothing.

    A task that is not yet correct, or not attempted, stops nothing. Nothing is packed, and a
    sentence says what to do, if a cell raises an error or asks for input, if cells were run in
    another order, if a path or a package is on your machine only, if the predictions are not
    valid, or for more than 10 MB of notebook, 15 minutes or 8 GiB of memory.

    \b
    Examples:
      python -m utils handin --homework 1 --student ada
      python -m utils handin --homework 2 --student ada --notebook copy/homework_2_tasks.ipynb
      make handin HOMEWORK=1 STUDENT=ada
    """
    files.expect_writable(paths.HANDINS)
    from utils.homework.handin import hand_in, report

    packed, manifest = hand_in(number, student, notebook)
    click.echo("\n".join(report(manifest)))
    click.echo(f"\npacked: {packed}")
