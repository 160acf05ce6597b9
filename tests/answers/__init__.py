"""Answers to the tasks of the homework: those of the solutions here, others beside."""

import nbformat

from utils.homework import student


def of_solution(number):
    """({name: what the solution defines}, {name: what students get}) of a homework's tasks."""
    [path] = student.SOLUTIONS.glob(f"homework_{number}/*_tasks.ipynb")
    solution = nbformat.read(path, as_version=4)
    return _defined(solution), _defined(student.student_version(solution))


def _defined(notebook):
    """The names that the imports and the answers of a notebook define."""
    names = {}
    for cell in notebook.cells:
        is_answer = cell.metadata.get("nbgrader", {}).get("solution")
        if cell.cell_type == "code" and (is_answer or "import keras" in cell.source):
            exec(cell.source, names)
    return names
