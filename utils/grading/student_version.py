"""What students get: the tasks with gaps, made from the solutions.

Solutions carry nbgrader's cell format, and its preprocessors do the work. The line
`### BEGIN SOLUTION: what to write` gives each gap its sentence.
"""

import json
import re
import shutil
import time

import nbformat
from nbgrader.preprocessors import ClearHiddenTests, ClearOutput, ClearSolutions

from utils import files, paths
from utils.grading.solutions import solution
from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import NO_ANSWER

_BEGIN = re.compile(r"### BEGIN SOLUTION: (.+)")


def student_version(solution):
    """A copy of a notebook with stubs for solutions, without hidden tests and outputs.

    Raises RuntimeError (nbgrader's) for a solution that is not closed or not in a solution cell.
    """
    notebook = nbformat.from_dict(solution)
    resources = {"language": "python"}
    for index, cell in enumerate(notebook.cells):
        ClearSolutions(
            code_stub={"python": _stub(cell.source)}, text_stub=NO_ANSWER
        ).preprocess_cell(cell, resources, index)
    for clear in (ClearHiddenTests(), ClearOutput()):
        notebook, resources = clear.preprocess(notebook, resources)
    return notebook


def _stub(source):
    sentence = _BEGIN.search(source)
    return f"raise NotImplementedError({json.dumps(sentence[1])})" if sentence else ""


def handed_in(number, solved="all"):
    """A homework's notebook of tasks with its first tasks solved, as somebody hands it in.

    solved: how many, or "all".

    >>> texts = [nbformat.writes(handed_in(1, solved)) for solved in (0, 2, "all")]
    >>> gaps = [text.count("raise NotImplementedError") for text in texts]
    >>> gaps[0] - gaps[1], gaps[2]
    (2, 0)
    """
    answered, _ = ClearHiddenTests().preprocess(solution(number), {})
    gaps = student_version(solution(number))
    for cell, gap in zip(answered.cells, gaps.cells, strict=True):
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if solved != "all" and name.startswith("task-") and int(name.split("-")[2]) > solved:
            cell.source = gap.source
    return answered


def student_versions():
    """(path, text) of each students' notebook, as its solution makes it now."""
    for number, homework in HOMEWORKS.items():
        made = student_version(solution(number))
        yield homework.tasks_notebook, nbformat.writes(made) + "\n"


def outdated():
    """(path, text) of each students' notebook that is not what its solution makes."""
    for path, made in student_versions():
        if not path.exists() or path.read_text(encoding="utf-8") != made:
            yield path, made


def write_student_versions():
    """Write notebooks/homework/ from notebooks/solutions/, where it differs.

    Answers may be in what is replaced, so a copy is kept. Returns (path, path of the copy or None)
    of each notebook written.
    """
    written = []
    for path, made in outdated():
        kept = None
        if path.exists():
            now = time.strftime("%Y-%m-%d_%H-%M-%S")
            kept = paths.REPLACED / f"{path.stem}_{now}.ipynb"
            with files.atomic_write(kept) as beside:
                shutil.copy2(path, beside)
        files.write_text(path, made)
        written.append((path, kept))
    return written
