"""Grade a class: every hand-in in a sandbox of its own, its checks on this side of the wall.

Points, statuses and pages come to build/grades/homework_N/. What was graded is kept there, so
that an interrupted run goes on where it stopped.
"""

import csv
import hashlib
import json
import multiprocessing
import os
import re
import runpy
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from tqdm import tqdm

from utils import files
from utils.homework import MAX_MB, checks, grade_pages, handin, remote, student, tasks_notebook
from utils.homework.sandbox import Ended, Limits, Sandbox, backend, start_worker

GRADES = files.BUILD / "grades"
GRADED, FAILED, TIMEOUT = "graded", "failed run", "timeout"
OVER_LIMIT, MISSING, UNREADABLE = "over a limit", "missing notebook", "unreadable"
BY_HAND = "by hand"
_ENDED_BY = {
    "time": (TIMEOUT, "it still ran after {0.seconds:.0f} s"),
    "memory": (OVER_LIMIT, "it took more than {0.gib:.0f} GiB of memory"),
    "processes": (OVER_LIMIT, "it started more than {0.processes} processes"),
}
# Another file may not be there, and no check depends on it.
_AFTER_SETTINGS = 'source, tier = "sample", "class"'


class GradeError(Exception):
    """Why no class can be graded, and what to do."""


class _NotRun(Exception):
    """Why a hand-in was not run, as (status, sentence)."""


@dataclass
class Grade:
    """One student's result.

    found: {task: (what the check says, reason)}. points: {task: points}. answers: {question:
    what was written}.
    """

    student: str
    status: str = GRADED
    note: str = ""
    found: dict = field(default_factory=dict)
    points: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)
    seconds: float = 0.0


def grade_class(number, folder, *, unprotected=False, limits=None):
    """Grade all hand-ins in a folder; return (list of Grade, sentences on what was not graded).

    number: of the homework. folder: of hand-ins (.zip of `handin`, or .ipynb). unprotected: run
    them even where this machine has no sandbox. limits: of each, `sandbox.Limits` by default.
    Writes grades.csv, a page of feedback for each student, summary.html and answers.html. Raises
    GradeError if there is nothing to grade or no sandbox.
    """
    limits = limits or Limits()
    by = backend()
    if not by and not unprotected:
        raise GradeError(
            "This machine cannot run hand-ins apart from your files and your network. On Linux "
            "install bubblewrap (apt install bubblewrap); elsewhere grade in a Linux virtual "
            "machine. If nothing here can be lost or read, say --unprotected (make grade ... "
            "UNPROTECTED=1)."
        )
    named, not_graded = hand_ins(number, folder)
    place = GRADES / f"homework_{number}"
    version = _version(number)
    grades, todo = {}, {}
    for name, path in named.items():
        key = hashlib.sha256(version + _content(path)).hexdigest()
        kept = place / "results" / f"{name}.json"
        grades[name] = _kept(kept, key)
        if grades[name] is None:
            todo[name] = (path, kept, key)
    jobs = min(os.cpu_count() or 1, max(1, len(todo)))
    context = multiprocessing.get_context("spawn")  # TensorFlow does not survive a fork
    pool = ProcessPoolExecutor(
        jobs, mp_context=context, initializer=start_worker, initargs=(limits.gib,)
    )
    try:
        running = {
            pool.submit(grade_one, number, name, path, limits, by): name
            for name, (path, _, _) in todo.items()
        }
        bar = tqdm(as_completed(running), total=len(running), unit="hand-in", desc="graded")
        for done in bar:
            name = running[done]
            try:
                grade = done.result()
            except Exception as error:
                not_graded.append(f"{name}: not graded, {type(error).__name__}: {error}")
                continue
            grades[name] = grade
            _, kept, key = todo[name]
            with files.written_whole(kept) as beside:
                beside.write_text(json.dumps({"key": key, **asdict(grade)}, indent=1))
            bar.write(_line(grade))
    finally:
        pool.shutdown(cancel_futures=True)
    grades = [grade for _, grade in sorted(grades.items()) if grade]
    _write_csv(place / "grades.csv", number, grades)
    grade_pages.write(place, number, grades, _schemes(number))
    return grades, not_graded


def hand_ins(number, folder):
    """({student: path} of a folder's hand-ins, sentences on files that are none).

    Raises GradeError for a missing or empty folder, and where two files are one student's.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise GradeError(f"{folder}: there is no such folder.")
    named, others = {}, []
    for path in sorted(folder.rglob("*")):
        if path.name.startswith((".", "__MACOSX")) or (path.is_dir() and not path.is_symlink()):
            continue
        if path.suffix not in (".zip", ".ipynb") or not (path.is_file() or path.is_symlink()):
            others.append(f"{path}: not graded, it is neither a .zip nor an .ipynb.")
            continue
        stem = path.parent.name if path.stem == tasks_notebook(number).stem else path.stem
        name = re.sub(r"[^\w.-]", "_", stem.removeprefix(f"homework_{number}_"))
        if name in named:
            raise GradeError(
                f"{named[name]} and {path} are both hand-ins of {name}: move one away."
            )
        named[name] = path
    if not named:
        raise GradeError(f"{folder}: no hand-in (.zip or .ipynb) is in it. " + " ".join(others))
    return named, others


def grade_one(number, name, path, limits, by):
    """Grade one hand-in, in a sandbox of the backend `by`; return its Grade."""
    start = time.perf_counter()
    grade = Grade(name)
    try:
        notebook = _read(path, number)
        grade.answers = _answers(notebook)
        _run(grade, number, notebook, limits, by)
    except _NotRun as why:
        grade.status, grade.note = why.args
    tasks = checks.HOMEWORKS[number]
    if grade.status != GRADED:
        grade.found = dict.fromkeys(tasks, (grade.status, ""))
    grade.points = {
        task: tasks[task].points if found[0] == checks.CORRECT else 0
        for task, found in grade.found.items()
    }
    grade.seconds = round(time.perf_counter() - start, 1)
    return grade


def _read(path, number):
    """The notebook of a hand-in; of a zip no other file is unpacked."""
    if path.is_symlink():
        raise _NotRun(UNREADABLE, "this is a link, not a file")
    wanted, most = tasks_notebook(number).name, int(MAX_MB * 1e6)
    try:
        if path.suffix == ".ipynb":
            with path.open("rb") as file:
                data = file.read(most + 1)
        else:
            with zipfile.ZipFile(path) as packed:
                if wanted not in packed.namelist():
                    raise _NotRun(MISSING, f"{wanted} is not in the zip")
                with packed.open(wanted) as file:
                    data = file.read(most + 1)
        if len(data) > most:
            raise _NotRun(UNREADABLE, f"the notebook has more than {MAX_MB} MB")
        return handin.parse(data, wanted, number)
    except (handin.HandInError, OSError, RuntimeError, zipfile.BadZipFile, ValueError) as error:
        raise _NotRun(UNREADABLE, str(error)) from None


def _answers(notebook):
    return {
        grade_id.removeprefix("question-").replace("-", "."): cell.source
        for cell in notebook.cells
        if (grade_id := cell.metadata.get("nbgrader", {}).get("grade_id", "")).startswith(
            "question-"
        )
    }


def _run(grade, number, notebook, limits, by):
    """Execute a notebook apart and fill in what the checks find; _NotRun if it did not end well."""
    numbered = list(_to_execute(notebook, f"check-{number}-{len(checks.HOMEWORKS[number])}"))
    numbered[1:1] = [(1, _AFTER_SETTINGS)]
    folder = tasks_notebook(number).parent
    own_limits = (limits.gib, limits.scratch_mb, 2 * limits.seconds)
    with Sandbox(
        "utils.homework.apart", limits, *map(str, own_limits), folder=folder, backend=by
    ) as box:
        hand_in = remote.HandIn(box.stdin, box.stdout)
        try:
            hand_in.start()
        except Ended:
            raise GradeError(f"the sandbox does not start: {box.said()[-1000:]}") from None
        try:
            stopped = hand_in.execute([source for _, source in numbered])
            if stopped:
                at, kind, message = stopped
                raise _NotRun(FAILED, f"cell {numbered[at][0]}: {kind}: {message}")
            for task in checks.HOMEWORKS[number]:
                grade.found[task] = _found(task, hand_in)
        except Ended as why:
            box.process.wait()
            status, sentence = _ENDED_BY.get(box.ended_by, (FAILED, "Python stopped"))
            said = f": {why}" if str(why) and not box.ended_by else ""
            raise _NotRun(status, sentence.format(limits) + said) from None


def _to_execute(notebook, last):
    """(number, code) of the cells up to the last check: what is trained below gives no points."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            yield number, cell.source
        if cell.metadata.get("nbgrader", {}).get("grade_id") == last:
            return


def _found(task, hand_in):
    """(status, reason) of a task; Ended if the hand-in is gone."""
    number = int(task.split(".")[0])
    answer = hand_in.function(checks.TASKS[task].asks_for)
    hand_in.not_data = None
    status, reason = checks.look_at(task, answer)
    if status == checks.CORRECT and task in hidden_tests(number):
        try:
            is_right = hidden_tests(number)[task](answer)
        except Exception:
            is_right = False
        if not is_right:
            status, reason = checks.NOT_YET, "right for the data of the check, wrong for other data"
    if hand_in.ended is not None:
        raise Ended(hand_in.ended)
    if hand_in.not_data:
        return BY_HAND, f"{hand_in.not_data}; look at the code"
    return status, reason


@cache
def hidden_tests(number):
    """{task: function that says whether an answer is right for data that no student has seen}."""
    path = student.SOLUTIONS / f"homework_{number}" / "hidden_tests.py"
    return runpy.run_path(str(path))["TESTS"]


def _version(number):
    """What grades depend on beside the hand-in, as bytes."""
    parts = [*Path(__file__).parent.glob("*.py"), *student.SOLUTIONS.glob(f"homework_{number}/*")]
    return b"".join(path.read_bytes() for path in sorted(parts) if path.is_file())


def _content(path):
    return b"a link" if path.is_symlink() else path.read_bytes()


def _kept(path, key):
    """The Grade that lies at `path` if it was made for this key, or None."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Grade(**kept) if kept.pop("key") == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _schemes(number):
    """{question: its marking scheme}, from the solution."""
    schemes = _answers(student.solution(number))
    return {question: re.sub("### .*", "", text).strip() for question, text in schemes.items()}


def _line(grade):
    points = f"{sum(grade.points.values()):2} points" if grade.status == GRADED else grade.note
    return f"{grade.student:20} {grade.status:16} {grade.seconds:6.1f} s  {points[:120]}"


def _write_csv(path, number, grades):
    tasks = list(checks.HOMEWORKS[number])
    with files.written_whole(path) as beside, beside.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(["student", "status", "points", *tasks, "by hand", "seconds", "note"])
        for grade in grades:
            by_hand = " ".join(task for task in tasks if grade.found[task][0] == BY_HAND)
            points = [grade.points[task] for task in tasks]
            row = [grade.student, grade.status, sum(points), *points]
            table.writerow([*row, by_hand, grade.seconds, " ".join(grade.note.split())])
