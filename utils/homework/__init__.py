"""The tasks of the homework: checks and hints, and the students' versions of the notebooks."""

from utils import files

STUDENT = files.ROOT / "notebooks" / "homework"
MAX_MB = 10  # of a notebook's file
NO_ANSWER = "*Your answer here.*"


def tasks_notebook(number):
    """Where the tasks of a homework lie in what students get."""
    return STUDENT / f"homework_{number}" / f"homework_{number}_tasks.ipynb"


def answers(notebook):
    """{question: text} of what a notebook of tasks answers in words."""
    return {
        grade_id.removeprefix("question-").replace("-", "."): cell.source
        for cell in notebook.cells
        if (grade_id := cell.metadata.get("nbgrader", {}).get("grade_id", "")).startswith(
            "question-"
        )
    }
