"""The notebook that a student hands in: read, and its answers in words."""

import json

import nbformat

from utils.errors import CourseError

MAX_MB = 10  # of a notebook's file
NO_ANSWER = "*Your answer here.*"


class HandInError(CourseError):
    """Why a homework cannot be handed in, and what to do: a sentence for the student."""


def parse(data, path, number):
    """The notebook in the bytes `data`, which were read from `path`.

    Raises HandInError unless it is a notebook with the checks of homework `number`.

    >>> parse(b"{}", "homework_1_tasks.ipynb", 1)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    utils.homework.notebooks.HandInError: homework_1_tasks.ipynb: this is not a notebook; ...
    """
    try:
        text = data.decode("utf-8-sig")
        nbformat.validate(dict(json.loads(text)))
    except (ValueError, TypeError, RecursionError, nbformat.ValidationError):
        raise HandInError(f"{path}: this is not a notebook; save it from Jupyter again.") from None
    notebook = nbformat.reads(text, as_version=4)
    if f"check-{number}-1" not in map(grade_id, notebook.cells):
        raise HandInError(
            f"{path}: the checks of homework {number} are not in it. Hand in the notebook that "
            "came with the course, with your answers in its cells."
        )
    return notebook


def answers(notebook):
    """{question: text} of what a notebook of tasks answers in words.

    >>> cell = nbformat.v4.new_markdown_cell("The LSTM.")
    >>> cell.metadata["nbgrader"] = {"grade_id": "question-1-11"}
    >>> answers(nbformat.v4.new_notebook(cells=[cell]))
    {'1.11': 'The LSTM.'}
    """
    return {
        grade_id(cell).removeprefix("question-").replace("-", "."): cell.source
        for cell in notebook.cells
        if grade_id(cell).startswith("question-")
    }


def grade_id(cell):
    """nbgrader's name for a cell of a notebook of tasks, "" where it has none.

    >>> grade_id(nbformat.v4.new_code_cell(metadata={"nbgrader": {"grade_id": "check-1-1"}}))
    'check-1-1'
    """
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")
