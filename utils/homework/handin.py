"""Pack a hand-in: the notebook re-executed from a clean kernel, its checks, its predictions.

One zip with manifest.json, or one sentence (a CourseError) that says what is in the way and what
to do, and no zip.
"""

import hashlib
import importlib.metadata
import itertools
import json
import platform
import re
import time
import zipfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from tqdm import tqdm

from utils import files, paths
from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import MAX_MB, NO_ANSWER, HandInError, answers, parse

MAX_SECONDS = 900  # for the whole notebook
MAX_GIB = 8  # of memory
PACKAGES = ("tensorflow", "keras", "numpy", "pandas", "scikit-learn")
_ABSOLUTE_PATH = re.compile(
    r"""["'](/(?:home|Users|root|mnt|media|content|tmp)/[^"']*|[A-Za-z]:\\[^"']*)"""
)
_LIMIT_MEMORY = "import resource; resource.setrlimit(resource.RLIMIT_DATA, ({0}, {0}))"
_FINDINGS = """
import json
found = {"source": str(source), "tier": tier, "seeds": list(seeds)}
from utils.homework.checks import HOMEWORKS, verdict
found["checks"] = {number: verdict(number) for number in HOMEWORKS[%d].tasks}
print(json.dumps(found))
"""


def hand_in(number, student, notebook=None, *, max_seconds=MAX_SECONDS, max_gib=MAX_GIB):
    """Execute, check and pack one student's homework; return (path of the zip, its manifest).

    number: of the homework. student: a name of letters, digits, - and _. notebook: its path;
    that in notebooks/homework/ by default. max_seconds: for all cells. max_gib: of memory, where
    the operating system limits it (Linux). Raises CourseError, HandInError for all but wrong
    predictions, and leaves no new zip then.

    >>> hand_in(1, "a b")
    Traceback (most recent call last):
    utils.homework.notebooks.HandInError: STUDENT is 'a b': use letters, digits, - and _, no spaces.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+", student):
        raise HandInError(f"STUDENT is {student!r}: use letters, digits, - and _, no spaces.")
    homework = HOMEWORKS[number]
    tasks = homework.tasks_notebook
    path = Path(notebook or tasks).expanduser()
    handed_in = _read(path, number)
    predictions = paths.BUILD / tasks.stem / homework.output
    predictions.unlink(missing_ok=True)
    start = time.perf_counter()
    found = _execute(handed_in, path, number, max_seconds, max_gib)
    contents = {tasks.name: nbformat.writes(handed_in).encode()}
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
            question
            for question, text in answers(handed_in).items()
            if text.strip() in ("", NO_ANSWER)
        ],
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
            f"{path}: {megabytes:.0f} MB, at most {MAX_MB} are taken. Clear the outputs of cells "
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
    for cell in code:
        if found := _ABSOLUTE_PATH.search(cell.source):
            raise HandInError(
                f"{path}: {found[1]!r} exists on your machine only (cell starting "
                f"{cell.source.splitlines()[0]!r}). Use a path that starts at the course's folder."
            )
    return notebook


def _execute(notebook, path, number, max_seconds, max_gib):
    """Run all cells from a clean kernel, outputs into the notebook; what the checks found."""
    end = time.monotonic() + max_seconds
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout_func=lambda cell: max(1, int(end - time.monotonic())),
        record_timing=False,
        extra_arguments=["--log-level=CRITICAL"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    last = nbformat.v4.new_code_cell(_FINDINGS % number)
    n_cells = len(notebook.cells)
    with client.setup_kernel():
        if platform.system() == "Linux":
            client.kc.execute(_LIMIT_MEMORY.format(int(max_gib * 2**30)), silent=True)
        for index, cell in enumerate(tqdm([*notebook.cells, last], unit="cell", desc=path.stem)):
            if index == n_cells:
                notebook.cells.append(cell)
            try:
                client.execute_cell(cell, index)
            except CellTimeoutError:
                raise HandInError(
                    f"{path}: after {max_seconds} s it still ran, in {_place(cell, index)}. "
                    "Train for fewer epochs, or look for a loop that does not end."
                ) from None
            except DeadKernelError:
                raise HandInError(
                    f"{path}: Python died in {_place(cell, index)}. More than {max_gib} GiB of "
                    "memory are not allowed; smaller batches need less."
                ) from None
            except CellExecutionError as error:
                if index == n_cells:
                    raise HandInError(
                        f"{path}: {error.evalue}. Keep the first code cell, which says source, "
                        "tier and seeds."
                    ) from None
                raise HandInError(
                    f"{path}: stopped in {_place(cell, index)}: {error.ename}: {error.evalue}. It "
                    "must run from top to bottom: Kernel, Restart and Run All Cells shows where."
                ) from None
    printed = notebook.cells.pop().outputs
    return json.loads("".join(output.text for output in printed).splitlines()[-1])


def _place(cell, index):
    first = cell.source.strip().splitlines()[0] if cell.source.strip() else ""
    return f"cell {index + 1} ({first})"
