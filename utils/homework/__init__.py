"""The tasks of the homework: checks and hints, and the students' versions of the notebooks."""

from utils import files

STUDENT = files.ROOT / "notebooks" / "homework"
MAX_MB = 10  # of a notebook's file


def tasks_notebook(number):
    """Where the tasks of a homework lie in what students get."""
    return STUDENT / f"homework_{number}" / f"homework_{number}_tasks.ipynb"
