"""The command line: `python -m utils VERB`. Each room's verbs.py adds its own.

A verb is one function with click's decorators; its docstring is its help, and its first sentence
the line in the list of verbs. What it cannot do it says by raising CourseError, which is printed
in one place, utils/__main__.py.
"""

import itertools
from pathlib import Path

import click

from utils import paths
from utils.errors import CourseError

ROOMS = {  # room of utils/ -> heading of its verbs, in the order of the help
    "course": "Notebooks, data, pages",
    "homework": "For students",
    "grading": "For instructors",
    "bench": "Measurements",
}
# The verbs that a student's copy lists; others lack something there, or are of no use.
FOR_STUDENTS = ("run", "site", "lab", "data", "submit", "handin", "bench")


class Verbs(click.Group):
    """The verbs in the order in which they were added, a heading for each room."""

    def list_commands(self, context):
        return [verb for verb in self.commands if is_here("grading") or verb in FOR_STUDENTS]

    def format_commands(self, context, formatter):
        width = max(map(len, self.commands))
        listed = [self.commands[name] for name in self.list_commands(context)]
        rooms = itertools.groupby(listed, key=lambda verb: verb.callback.__module__.split(".")[1])
        for room, verbs in rooms:
            with formatter.section(ROOMS[room]):
                formatter.write_dl(
                    [(verb.name.ljust(width), verb.get_short_help_str(limit=200)) for verb in verbs]
                )

    def resolve_command(self, context, arguments):
        if arguments[0] not in self.commands and not is_here("grading"):
            raise CourseError(
                f"There is no verb {arguments[0]!r} in this copy of the course, which is for "
                "students; `python -m utils --help` lists those that it has."
            )
        return super().resolve_command(context, arguments)


@click.group(
    cls=Verbs,
    options_metavar="",
    subcommand_metavar="VERB [OPTIONS]",
    context_settings={"max_content_width": 100},
)
def cli():
    """Notebooks on recurrent networks, and the homework.

    Start with `python -m utils run`; `python -m utils VERB --help` explains a verb.
    """


homework_option = click.option(
    "--homework",
    "number",
    type=click.Choice([1, 2]),
    required=True,
    help="1: sentiment of film reviews; 2: rain from radar scans.",
)


def warn(sentence):
    """Print a sentence on what went wrong to stderr, apart from what was printed before."""
    click.echo(f"\n{sentence}", err=True)


def is_here(room):
    """Whether this copy of the course has a room of utils/; a student's copy lacks some.

    >>> is_here("course"), is_here("cellar")
    (True, False)
    """
    return Path(__file__).with_name(room).is_dir()


def expect_whole_course(path):
    """Raise CourseError unless `path` is there, as it is in an instructor's copy."""
    if not path.exists():
        raise CourseError(
            f"{path.relative_to(paths.ROOT)} is not in this copy of the course, which is for "
            "students."
        )
