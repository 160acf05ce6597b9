"""Hand-ins for homework 1, made from its solution."""

import copy
import zipfile

import nbformat

from utils.grading.solutions import solution
from utils.grading.student_version import handed_in, student_version
from utils.homework.homeworks import HOMEWORKS

UNTOUCHED = student_version(solution(1))
SOLVED = handed_in(1)


def place_of(notebook, grade_id):
    """Index of the cell of this name."""
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    return ids.index(grade_id)


LAST = place_of(SOLVED, "check-1-13")  # what stands before it is graded


def with_cell(notebook, code, place=LAST):
    """A copy with one cell more."""
    changed = copy.deepcopy(notebook)
    changed.cells.insert(place, nbformat.v4.new_code_cell(code))
    return changed


def handed_out_earlier(notebook):
    """A copy in which functions have their former names."""
    text = nbformat.writes(notebook)
    for task in HOMEWORKS[1].tasks.values():
        if task.former_name:
            text = text.replace(task.function, task.former_name)
    return nbformat.reads(text, as_version=4)


def only(code):
    """A hand-in that imports what all do, then holds this code alone."""
    short = copy.deepcopy(UNTOUCHED)
    settings_and_imports = [
        cell
        for cell in short.cells[: place_of(short, "task-1-1")]
        if cell.cell_type == "code" and cell.source.split()[0] in ("source", "from")
    ]
    first, last = (short.cells[place_of(short, name)] for name in ("check-1-1", "check-1-13"))
    short.cells = [*settings_and_imports, nbformat.v4.new_code_cell(code), first, last]
    return short


def write_zip(path, notebook, inside="homework_1_tasks.ipynb"):
    """A zip as `handin` packs it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(inside, nbformat.writes(notebook))
