"""The verbs of the course: python -m utils VERB."""

import importlib
import sys

import click

from utils import cli, files
from utils.errors import CourseError


def main(arguments=None):
    """Run one verb; return its exit status.

    arguments: list of words; those of the command line by default. 0: it did what it says; 1: it
    could not, and said why; 2: the arguments are wrong; 130: it was interrupted.
    """
    try:
        for room in filter(cli.is_here, cli.ROOMS):
            importlib.import_module(f"utils.{room}.verbs")
        return cli.cli.main(arguments, "python -m utils", standalone_mode=False) or 0
    except CourseError as error:
        cli.warn(error)
        return 1
    except OSError as error:
        if error.errno not in files.OF_THE_PLACE:
            raise
        cli.warn(f"Stopped: {files.why(error)}")
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130


if __name__ == "__main__":
    sys.exit(main())
