"""Pack a hand-in: the notebook re-executed from a clean kernel, its checks, its predictions.

One zip with manifest.json, or one sentence (a CourseError) that says what is in the way and what
to do, and no zip.
"""

import contextlib
import hashlib
import importlib.metadata
import itertools
import json
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
from utils.homework import portable
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
# What an answer prints or shows when it is checked goes to its cell; the findings to a file.
_FINDINGS = """
def find():
    import json, pathlib
    from utils.homework.checks import HOMEWORKS, verdict
    try:
        found = {"source": str(source), "tier": str(tier), "seeds": [int(seed) for seed in seeds]}
    except (NameError, TypeError, ValueError) as error:
        found = {"settings": str(error)}
    else:
        found["checks"] = {number: verdict(number) for number in HOMEWORKS[%d].tasks}
    pathlib.Path(%r).write_text(json.dumps(found), encoding="utf-8")
find()
"""


def hand_in(number, student, notebook=None, *, max_seconds=MAX_SECONDS, max_gib=MAX_GIB):
    """Execute, check and pack one student's homework; return (path of the zip, its manifest).

    number: of the homework. student: a name of letters, digits, - and _. notebook: its path;
    that in notebooks/homework/ by default. max_seconds: for all cells. max_gib: of memory, where
    the operating system limits it (Linux). Raises CourseError, HandInError for all but wrong
    predictions, and leaves no new zip then.

    >>> hand_in(1, "a b")
    Traceback (most recent call last):
    utils.errors.CourseError: STUDENT is 'a b': use letters, digits, - and _, no spaces.
    """
    expect_student_name(student)
    homework = HOMEWORKS[number]
    tasks = homework.tasks_notebook
    path = Path(notebook or tasks).expanduser()
    handed_in = _read(path, number)
    predictions = paths.BUILD / tasks.stem / homework.output
    start = time.perf_counter()
    with _set_aside(predictions):
        found = _execute(handed_in, path, number, max_seconds, max_gib)
        contents = {tasks.name: _to_bytes(handed_in, path)}
        if predictions.exists():
            homework.check_output(predictions)
            contents[homework.output] = predictions.read_bytes()
    manifest = {
        "homework": number,
        "student": student,
        "packed": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "seconds": round(time.perf_counter() - start, 1),
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": {package: importlib.metadata.version(package) for package in PACKAGES},
        "unanswered": [
            question for question, text in answers(handed_in).items() if not is_answered(text)
        ],
        "missing": what_is_missing(handed_in, number),
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


def _read(path, number):
    """The notebook at `path`, looked over before anything runs."""
    if not path.exists():
        others = sorted(other.name for other in path.parent.glob("*.ipynb"))
        renamed = f" The folder holds {', '.join(others)}: was it renamed?" if others else ""
        raise HandInError(f"{path}: there is no such file.{renamed} Name it with NOTEBOOK=….")
    megabytes = path.stat().st_size / 1e6
    if megabytes > MAX_MB:
        raise HandInError(
            f"{path}: {megabytes:.1f} MB, at most {MAX_MB} are taken. Clear the outputs of cells "
            "that print too much, and save."
        )
    notebook = parse(path.read_bytes(), path, number)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in code if cell.execution_count]
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


@contextlib.contextmanager
def _set_aside(file):
    """What the block writes is new; what lay there comes back if it writes nothing."""
    aside = file.with_name(file.name + ".before")
    if file.exists():
        file.replace(aside)
    try:
        yield
    finally:
        if file.exists():
            aside.unlink(missing_ok=True)
        elif aside.exists():
            aside.replace(file)


def _to_bytes(notebook, path):
    """The executed notebook's file; HandInError if the grader would not take it."""
    data = _encoded(notebook)
    if len(data) > MAX_MB * 1e6:
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        sizes = [len(_encoded(nbformat.v4.new_notebook(cells=[cell]))) for cell in code]
        largest = max(range(len(code)), key=sizes.__getitem__)
        raise HandInError(
            f"{path}: run anew, it has {len(data) / 1e6:.1f} MB, and at most {MAX_MB} are taken; "
            f"{sizes[largest] / 1e6:.1f} of them come from {place_of(notebook, code[largest])}: "
            "let it print or draw less."
        )
    return data


def _encoded(notebook):
    return nbformat.writes(notebook).encode(errors="replace")


class _Client(NotebookClient):
    """Leaves what a slider draws in its cell: nbclient's way to widgets may wait for ever."""

    def on_comm_open_jupyter_widget(self, msg):
        return None


def _execute(notebook, path, number, max_seconds, max_gib):
    """Run all cells from a clean kernel, outputs into the notebook; what the checks found.

    The checks are asked where grading asks them: after the last graded cell.
    """
    end = time.monotonic() + max_seconds
    kernels.prepare()
    client = _Client(
        notebook,
        kernel_name="python3",
        timeout_func=lambda cell: max(1, int(end - time.monotonic())),
        record_timing=False,
        extra_arguments=["--log-level=CRITICAL"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    cells = list(notebook.cells)
    with tempfile.TemporaryDirectory() as folder, _started(client, path):
        findings = Path(folder, "findings.json")
        asks = nbformat.v4.new_code_cell(_FINDINGS % (number, str(findings)))
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
                        f"{path}: {found['settings']}. Keep the first code cell, which says "
                        "source, tier and seeds (whole numbers in brackets)."
                    )
    notebook.cells = [cell for cell in cells if cell is not asks]
    return found


@contextlib.contextmanager
def _started(client, path):
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(client.setup_kernel())
        except (RuntimeError, OSError) as error:
            raise HandInError(
                f"{path}: Python does not start in the notebook ({error}). Delete the folder "
                ".venv, and `make` or the README's two lines install it anew."
            ) from None
        yield


def _why(error, place, max_seconds, max_gib):
    """Why the time is up or Python gone; None for an error of the code's own."""
    if isinstance(error, CellTimeoutError):
        return (
            f"after {max_seconds} s it still ran, in {place}. Train for fewer epochs, or look for "
            "a loop that does not end."
        )
    if isinstance(error, DeadKernelError):
        return (
            f"Python ended in {place}. More than {max_gib} GiB of memory are not allowed; "
            "smaller batches need less."
        )
    return None
