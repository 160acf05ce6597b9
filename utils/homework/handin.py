"""Pack a hand-in: the notebook re-executed from a clean kernel, its checks, its predictions.

One zip with manifest.json, or one sentence (a CourseError) that says what is in the way and what
to do, and no zip.
"""

import contextlib
import hashlib
import importlib.metadata
import itertools
import json
import os
import platform
import tempfile
import time
import zipfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from tqdm import tqdm

from utils import files, kernels, paths
from utils.errors import CourseError
from utils.homework import checks, portable
from utils.homework.homeworks import HOMEWORKS, expect_student_name
from utils.homework.notebooks import (
    MAX_MB,
    HandInError,
    answers,
    graded_cells,
    is_answered,
    parse,
    place_of,
    what_is_missing,
)

MAX_SECONDS = 900  # for the whole notebook
MAX_GIB = 8  # of memory
PACKAGES = ("tensorflow", "keras", "numpy", "pandas", "scikit-learn")
# Before the first cell, and without a name of its own.
_START = """
__import__("utils.kernels").kernels.let_quit_raise()
__import__("utils.kernels").kernels.limit_memory({})
"""
# What an answer prints or shows when it is checked goes to a cell; the findings to a file.
_ASKS = """
__import__("utils.homework.checks").homework.checks.write_findings({}, {!r})
"""


def hand_in(number, student, notebook=None, *, max_seconds=MAX_SECONDS, max_gib=MAX_GIB):
    """Execute, check and pack one student's homework; return (path of the zip, its manifest).

    number: of the homework. student: a name of letters, digits, - and _. notebook: its path;
    that in notebooks/homework/ by default. max_seconds: for all cells. max_gib: of memory, where
    the operating system limits it (Linux). Raises CourseError, and leaves no new zip then.

    >>> hand_in(1, "a b")
    Traceback (most recent call last):
    utils.errors.CourseError: STUDENT is 'a b': use letters a to z, digits, - and _, no spaces.
    """
    expect_student_name(student)
    homework = HOMEWORKS[number]
    tasks = homework.tasks_notebook
    path = Path(notebook or tasks).expanduser()
    handed_in = _read(path, number)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # Its own: two may be running, and what a student's own run has written stays.
        build = Path(folder, "build")
        try:
            found = _execute(handed_in, path, number, build, max_seconds, max_gib)
        except kernels.NotStarted as error:
            raise HandInError(f"{path} was not run, as {error}") from None
        contents = {tasks.name: _to_bytes(handed_in, path)}
        predictions = build / tasks.stem / homework.output
        if predictions.exists():
            _check(homework, predictions)
            contents[homework.output] = predictions.read_bytes()
    words = answers(handed_in)
    manifest = {
        "homework": number,
        "student": student,
        "packed": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "seconds": round(time.perf_counter() - start, 1),
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": {package: importlib.metadata.version(package) for package in PACKAGES},
        "answered": [question for question, text in words.items() if is_answered(text)],
        "unanswered": [question for question, text in words.items() if not is_answered(text)],
        "missing": what_is_missing(handed_in, number),
        "points": {
            task: checks.earned(task, status, found["hints"].get(task, ()))[0]
            for task, (status, _) in found["checks"].items()
        },
        "sha256": {file: hashlib.sha256(data).hexdigest() for file, data in contents.items()},
        **found,
    }
    contents["manifest.json"] = (json.dumps(manifest, indent=2) + "\n").encode()
    target = paths.HANDINS / f"{homework.name}_{student}.zip"
    with (
        files.atomic_write(target) as beside,
        zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for file, data in contents.items():
            packed.writestr(file, data)
    return target, manifest


def report(manifest):
    """Lines on what a hand-in holds: points by task, questions, hints and what they cost.

    manifest: as `hand_in` returns it.

    >>> found = {"2.8": ("not attempted", ""), "2.9": ("correct", "")}
    >>> says = {"homework": 2, "checks": found, "missing": []}
    >>> says |= {"answered": ["2.14"], "unanswered": ["2.13"]}
    >>> says |= {"points": {"2.8": 0, "2.9": 1.5}, "hints": {"2.9": [1, 3]}}
    >>> for line in report(says):
    ...     print(line)
    2.8   0 of 1    not attempted: write back_to_mm
    2.9   1.5 of 2  correct, and its third hint costs 0.5
    2.13            not answered
    <BLANKLINE>
    1.5 of 30 points by checks; grading looks at other data as well, and may find fewer.
    1 of 3 questions in words answered; a person gives their points.
    Hints: 2, for 2.9. Third hints cost 0.5 points, which is deducted above.
    """
    number, hints = manifest["homework"], manifest["hints"]
    tasks, questions = HOMEWORKS[number].tasks, HOMEWORKS[number].questions
    lost = 0
    for name, (status, reason) in manifest["checks"].items():
        points, task = manifest["points"][name], tasks[name]
        _, deducted = checks.earned(name, status, hints.get(name, ()))
        lost += deducted
        said = status + (reason and f": {reason}")
        if status == checks.NOT_ATTEMPTED:
            said += f": write {task.function}"
        if deducted:
            said += f", and its third hint costs {deducted:g}"
        said += checks.to_win(name, status)
        yield f"{name:5} {f'{points:g} of {task.points}':9} {said}"
    for question in manifest["unanswered"]:
        yield f"{question:15} not answered"
    yield from manifest["missing"]
    yield ""
    yield (
        f"{sum(manifest['points'].values()):g} of {HOMEWORKS[number].points} points by checks; "
        "grading looks at other data as well, and may find fewer."
    )
    answered = len(manifest["answered"])
    yield (
        f"{answered} of {len(questions)} questions in words answered; a person gives their points."
    )
    asked = sum(map(len, hints.values()))
    cost = (
        f" Third hints cost {checks.in_points(lost)}, which is deducted above."
        if lost
        else " They cost nothing."
    )
    yield f"Hints: {asked}, for {', '.join(hints)}.{cost}" if hints else "Hints: none."


def _check(homework, output):
    """Raise CourseError, which names the file as the notebook does, unless it is valid."""
    try:
        homework.check_output(output)
    except CourseError as error:
        raise HandInError(str(error).replace(str(output), homework.output)) from None


def _read(path, number):
    """The notebook at `path`, looked over before anything runs."""
    if not path.exists():
        others = sorted(other.name for other in path.parent.glob("*.ipynb"))
        renamed = f" The folder holds {', '.join(others)}: was it renamed?" if others else ""
        raise HandInError(f"{path}: there is no such file.{renamed} Name it with NOTEBOOK=….")
    if path.is_dir():
        raise HandInError(f"{path} is a folder: name the notebook in it with NOTEBOOK=….")
    notebook = parse(path.read_bytes(), path, number)
    _to_bytes(notebook, path)
    run = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    counts = [cell.execution_count for cell in run if cell.execution_count]
    for earlier, later in itertools.pairwise(counts):
        if later < earlier:
            raise HandInError(
                f"{path}: cell [{earlier}] was run after cell [{later}], which stands below it. "
                "Choose Kernel, Restart and Run All Cells, look at the results, and save."
            )
    if hiding := kernels.hiding(path.parent):
        raise HandInError(
            f"{hiding} has the name of the course's folder utils, which the notebook beside it "
            "needs: rename it."
        )
    portable.expect_packages(graded_cells(notebook, number), path)
    portable.expect_no_path_of_one_machine(notebook, path)
    return notebook


def _to_bytes(notebook, path):
    """The notebook's file; HandInError if the grader would not take it."""
    data = _encoded(notebook)
    if len(data) > MAX_MB * 1e6:
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        sizes = [len(_encoded(nbformat.v4.new_notebook(cells=[cell]))) for cell in code]
        largest = max(range(len(code)), key=sizes.__getitem__)
        raise HandInError(
            f"{path}: {len(data) / 1e6:.1f} MB, at most {MAX_MB} are taken; "
            f"{sizes[largest] / 1e6:.1f} of them are {place_of(notebook, code[largest])} and what "
            "it shows: let it print or draw less."
        )
    return data


def _encoded(notebook):
    return nbformat.writes(notebook).encode(errors="replace")


class _Client(kernels.Client, NotebookClient):
    """Leaves out what an object shows itself as and no notebook can hold."""

    def output(self, outs, msg, display_id, cell_index):
        with contextlib.suppress(nbformat.ValidationError):
            return super().output(outs, msg, display_id, cell_index)


def _execute(notebook, path, number, build, max_seconds, max_gib):
    """Run all cells from a clean kernel, outputs into the notebook; what the checks found.

    The checks are asked where grading asks them: after the last graded cell, in a folder in which
    nothing else lies. What the notebook makes comes to `build`.
    """
    end = time.monotonic() + max_seconds
    empty = build.with_name("notebook")
    empty.mkdir()
    kernels.prepare()
    client = _Client(
        notebook,
        kernel_name="python3",
        timeout_func=lambda cell: max(1, int(end - time.monotonic())),
        record_timing=False,
        extra_arguments=["--log-level=CRITICAL"],
        resources={"metadata": {"path": str(empty)}},
    )
    variables = {"COURSE_BUILD": build, "COURSE_CACHE": paths.CACHE}
    variables["COURSE_NOTEBOOK"] = path.parent.absolute()
    cells, findings = list(notebook.cells), build.with_name("findings.json")
    with client.setup_kernel(env=os.environ | {k: str(v) for k, v in variables.items()}):
        asks = nbformat.v4.new_code_cell(_ASKS.format(number, str(findings)))
        cells.insert(len(graded_cells(notebook, number)), asks)
        client.kc.execute(_START.format(max_gib), silent=True)
        notebook.cells = cells
        for index, cell in enumerate(tqdm(cells, unit="cell", desc=path.stem)):
            try:
                client.execute_cell(cell, index)
            except (CellTimeoutError, DeadKernelError, CellExecutionError) as error:
                place = "the checks" if cell is asks else place_of(notebook, cell)
                why = _why(error, place, max_seconds, max_gib) or portable.why_stopped(
                    error.ename, error.evalue, place, notebook, number
                )
                raise HandInError(f"{path}: {why}") from None
            if cell is asks:
                found = json.loads(findings.read_text(encoding="utf-8"))
                if "settings" in found:
                    raise HandInError(
                        f"{path}: {found['settings']}. Keep the cell which says source, tier "
                        "and seeds, whole numbers in brackets."
                    )
    notebook.cells = [cell for cell in cells if cell is not asks]
    return found


def _why(error, place, max_seconds, max_gib):
    """Why the time is up or Python gone; None for an error of the code's own."""
    if isinstance(error, CellTimeoutError):
        return (
            f"after {max_seconds} s it still ran, in {place}. Train for fewer epochs, or look for "
            "a loop that does not end."
        )
    if isinstance(error, DeadKernelError):
        return (
            f"Python ended in {place}. It may have asked for more than {max_gib} GiB of "
            "memory, for which smaller batches are a remedy, or something in it ends Python."
        )
    return None
