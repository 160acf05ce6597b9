"""What students get: the tasks with gaps, made from the solutions.

Solutions carry nbgrader's cell format, and its preprocessors do the work. The line
`### BEGIN SOLUTION: what to write` gives each gap its sentence.
"""

import json
import re
import shutil
import subprocess
import time
import zipfile

import nbformat
from nbgrader.preprocessors import ClearHiddenTests, ClearOutput, ClearSolutions

from utils import course, files
from utils.homework import NO_ANSWER, STUDENT, tasks_notebook

RELEASE = files.BUILD / "release" / "recurrent_networks_course.zip"
REPLACED = files.BUILD / "replaced"
SOLUTIONS = course.NOTEBOOKS / "solutions"
WITHHELD = ("notebooks/solutions/", "tests/", ".ci/")
_BEGIN = re.compile(r"### BEGIN SOLUTION: (.+)")


class ReleaseError(Exception):
    """Why nothing was packed for students, and what to do."""


def task_notebooks():
    """The notebooks of the solutions that hold tasks."""
    return sorted(SOLUTIONS.glob("homework_*/*_tasks.ipynb"))


def solution(number):
    """The notebook of a homework's tasks with their solutions."""
    return nbformat.read(SOLUTIONS / f"homework_{number}" / tasks_notebook(number).name, 4)


def names_defined(notebook):
    """{name: object} that the imports and the answers of a notebook of tasks define."""
    names = {}
    for cell in notebook.cells:
        is_answer = cell.metadata.get("nbgrader", {}).get("solution")
        if cell.cell_type == "code" and (is_answer or "import keras" in cell.source):
            exec(cell.source, names)
    return names


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


def write_release():
    """Zip what students get: what git keeps, without solutions and tests; return the path.

    Raises ReleaseError if this folder is no git clone, or a student's version is out of date.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=course.ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        raise ReleaseError(
            f"{course.ROOT} is no git clone, and only git knows which files belong to the course "
            f"({listed.stderr.strip()})."
        )
    for path, made in student_versions():
        if not _is_as_made(path, made):
            raise ReleaseError(
                f"{path} is not what its solution makes. Are your answers in it? `make student` "
                f"writes it anew and keeps a copy in {REPLACED}."
            )
    names = [
        name
        for name in listed.stdout.split("\0")
        if name and not name.startswith(WITHHELD) and (course.ROOT / name).exists()
    ]
    with (
        files.written_whole(RELEASE) as beside,
        zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in names:
            packed.write(course.ROOT / name, f"{RELEASE.stem}/{name}")
    return RELEASE


def student_versions():
    """(path, text) of each students' notebook, as its solution makes it now."""
    for solution in task_notebooks():
        made = student_version(nbformat.read(solution, as_version=4))
        yield STUDENT / solution.relative_to(SOLUTIONS), nbformat.writes(made) + "\n"


def _is_as_made(path, made):
    return path.exists() and path.read_text(encoding="utf-8") == made


def write_student_versions():
    """Write notebooks/homework/ from notebooks/solutions/, where it differs.

    Answers may be in what is replaced, so a copy is kept. Returns (path, path of the copy or None)
    of each notebook written.
    """
    written = []
    for path, made in student_versions():
        if _is_as_made(path, made):
            continue
        kept = None
        if path.exists():
            now = time.strftime("%Y-%m-%d_%H-%M-%S")
            kept = REPLACED / f"{path.stem}_{now}.ipynb"
            with files.written_whole(kept) as beside:
                shutil.copy2(path, beside)
        with files.written_whole(path) as beside:
            beside.write_text(made, encoding="utf-8")
        written.append((path, kept))
    return written
