"""Grade a class: every hand-in in a sandbox of its own, its checks on this side of the wall.

Points, statuses and pages come to build/grades/homework_N/. What was graded is kept there, so
that an interrupted run goes on where it stopped.
"""

import contextlib
import csv
import hashlib
import json
import multiprocessing
import os
import re
import runpy
import signal
import tempfile
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

from tqdm import tqdm

from utils import files
from utils.homework import (
    MAX_MB,
    answers,
    checks,
    grade_pages,
    handin,
    remote,
    student,
    tasks_notebook,
)
from utils.homework.sandbox import Ended, Limits, Sandbox, backend, start_worker

GRADES = files.BUILD / "grades"
GRADED, FAILED, TIMEOUT = "graded", "failed run", "timeout"
OVER_LIMIT, MISSING, UNREADABLE = "over a limit", "missing notebook", "unreadable"
NOT_GRADED, BY_HAND = "not graded", "by hand"
_FATAL = "an answer killed the process of the checks"
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


class _OutOfTime(BaseException):
    """The checks take too long; no `except Exception` of theirs holds it up."""


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
    bar = tqdm(total=len(todo), unit="hand-in", desc="graded")
    for grade in _graded(number, {name: path for name, (path, _, _) in todo.items()}, limits, by):
        grades[grade.student] = grade
        if grade.status == NOT_GRADED:
            not_graded.append(f"{grade.student}: not graded, {grade.note}")
        else:
            _, kept, key = todo[grade.student]
            with files.written_whole(kept) as beside:
                beside.write_text(json.dumps({"key": key, **asdict(grade)}, indent=1))
        bar.update()
        bar.write(_line(grade))
    bar.close()
    grades = [grade for _, grade in sorted(grades.items())]
    _write_csv(place / "grades.csv", number, grades)
    grade_pages.write(place, number, grades, _schemes(number))
    return grades, not_graded


def _graded(number, waiting, limits, by):
    """Yield the Grade of each {student: path} as it is done, on all cores.

    Who kills the process that asks is found by asking those that are left one by one.
    """
    jobs = min(os.cpu_count() or 1, max(1, len(waiting)))
    context = multiprocessing.get_context("spawn")  # TensorFlow does not survive a fork
    while waiting:
        with tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as folder:
            pool = ProcessPoolExecutor(
                jobs, context, initializer=start_worker, initargs=(limits.gib, folder)
            )
            try:
                running = {
                    pool.submit(grade_one, number, name, path, limits, by): name
                    for name, path in waiting.items()
                }
                for done in as_completed(running):
                    name = running[done]
                    try:
                        grade = done.result()
                    except BrokenProcessPool:
                        if jobs > 1:
                            break
                        grade = Grade(next(iter(waiting)), FAILED, _FATAL)
                        _without_points(grade, number)
                    except Exception as error:
                        grade = Grade(
                            name, NOT_GRADED, _line_of(f"{type(error).__name__}: {error}")
                        )
                        _without_points(grade, number)
                    del waiting[grade.student]
                    yield grade
                    if grade.note == _FATAL:
                        break
            except BaseException:
                for process in multiprocessing.active_children():
                    process.terminate()
                raise
            finally:
                pool.shutdown(cancel_futures=True)
        jobs = 1


def hand_ins(number, folder):
    """({student: path} of a folder's hand-ins, sentences on files that are none).

    Raises GradeError for a missing or empty folder, and where two files are one student's.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise GradeError(f"{folder}: there is no such folder.")
    named, others = {}, []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
        if hidden or (path.is_dir() and not path.is_symlink()):
            continue
        if path.suffix.lower() not in (".zip", ".ipynb") or not (
            path.is_file() or path.is_symlink()
        ):
            others.append(f"{path}: not graded, it is neither a .zip nor an .ipynb.")
            continue
        stem = path.parent.name if path.stem == tasks_notebook(number).stem else path.stem
        name = re.sub(r"[^\w.-]", "_", stem.removeprefix(f"homework_{number}_")).lstrip("_.-")
        if not name:
            others.append(f"{path}: not graded, its name says of nobody that it is theirs.")
            continue
        same = [other for other in named if other.casefold() == name.casefold()]
        if same:
            raise GradeError(
                f"{named[same[0]]} and {path} are both hand-ins of {name}: move one away."
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
        notebook, grade.answers = _read(path, number)
        _run(grade, number, notebook, limits, by)
    except _NotRun as why:
        grade.status, grade.note = why.args
    except _OutOfTime:
        grade.status = TIMEOUT
        grade.note = f"what it answered kept the checks busy for {limits.seconds:.0f} s"
    if grade.status == GRADED:
        tasks = checks.HOMEWORKS[number]
        grade.points = {
            task: tasks[task].points if found[0] == checks.CORRECT else 0
            for task, found in grade.found.items()
        }
    else:
        _without_points(grade, number)
    grade.note = _line_of(grade.note)
    grade.found = {task: (status, _line_of(why)) for task, (status, why) in grade.found.items()}
    grade.seconds = round(time.perf_counter() - start, 1)
    return grade


def _without_points(grade, number):
    grade.found = dict.fromkeys(checks.HOMEWORKS[number], (grade.status, ""))
    grade.points = dict.fromkeys(checks.HOMEWORKS[number], 0)


def _line_of(text):
    """A text from a hand-in as one line, to be printed anywhere."""
    return " ".join(_printable(text, 1000).split())


def _printable(text, most):
    shown = (sign if sign.isprintable() or sign == "\n" else " " for sign in str(text)[:most])
    return "".join(shown)


def _read(path, number):
    """The notebook of a hand-in and its answers in words; of a zip no other file is unpacked."""
    if path.is_symlink():
        raise _NotRun(UNREADABLE, "this is a link, not a file")
    wanted, most = tasks_notebook(number).name, int(MAX_MB * 1e6)
    try:
        if path.suffix.lower() == ".ipynb":
            with path.open("rb") as file:
                data = file.read(most + 1)
        else:
            with zipfile.ZipFile(path) as packed, packed.open(_member(packed, wanted)) as file:
                data = file.read(most + 1)
    except _NotRun:
        raise
    except Exception as error:  # zipfile and its unpackers raise whatever they meet
        said = f"it cannot be opened ({type(error).__name__}: {error}); ask for it again"
        raise _NotRun(UNREADABLE, said) from None
    if len(data) > most:
        raise _NotRun(UNREADABLE, f"the notebook has more than {MAX_MB} MB")
    try:
        notebook = handin.parse(data, wanted, number)
        return notebook, _answers(notebook)
    except handin.HandInError as error:
        raise _NotRun(UNREADABLE, str(error)) from None
    except Exception as error:  # whatever odd contents do to nbformat
        said = f"{wanted}: this is no notebook as Jupyter saves them ({type(error).__name__})"
        raise _NotRun(UNREADABLE, said) from None


def _member(packed, wanted):
    """The one file of this name in a zip, in whatever folder."""
    found = [info for info in packed.infolist() if PurePosixPath(info.filename).name == wanted]
    inside = [info for info in found if ".." not in PurePosixPath(info.filename).parts]
    if not inside:
        raise _NotRun(MISSING, f"{wanted} is not in the zip")
    if len(inside) > 1:
        raise _NotRun(UNREADABLE, f"{wanted} is in the zip {len(inside)} times")
    return inside[0]


def _answers(notebook):
    return {question: _printable(text, 20_000) for question, text in answers(notebook).items()}


def _run(grade, number, notebook, limits, by):
    """Execute a notebook apart and fill in what the checks find; _NotRun if it did not end well."""
    numbered = list(_to_execute(notebook, f"check-{number}-{len(checks.HOMEWORKS[number])}"))
    numbered[1:1] = [(1, _AFTER_SETTINGS)]
    folder = tasks_notebook(number).parent
    own_limits = (limits.gib, limits.scratch_mb, 2 * limits.seconds)
    box = Sandbox("utils.homework.apart", limits, *map(str, own_limits), folder=folder, backend=by)
    with box, _within(limits.seconds + 10):
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
            # After all reasons are known: no error of an answer can tell what these look at.
            for task, test in hidden_tests(number).items():
                if grade.found[task][0] == checks.CORRECT and not _is_right(task, test, hand_in):
                    grade.found[task] = (checks.NOT_YET, "right for the data of the check alone")
        except Ended as why:
            if str(why):  # what came back was no answer
                box.kill()
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
    answer = hand_in.function(checks.TASKS[task].asks_for)
    hand_in.not_data = None
    status, reason = checks.look_at(task, answer)
    if hand_in.ended is not None:
        raise Ended(hand_in.ended)
    if hand_in.not_data:
        return BY_HAND, f"{hand_in.not_data}; look at the code"
    return status, reason


def _is_right(task, test, hand_in):
    answer = hand_in.function(checks.TASKS[task].asks_for)
    try:
        is_right = bool(test(answer))
    except Exception:
        is_right = False
    if hand_in.ended is not None:
        raise Ended(hand_in.ended)
    return is_right


@contextlib.contextmanager
def _within(seconds):
    """Raise _OutOfTime when the time is up, where the operating system can (not Windows)."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_):
        raise _OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


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
            table.writerow([*row, by_hand, grade.seconds, grade.note])
