"""Grade a class: every hand-in in a sandbox of its own, its checks on this side of the wall.

Points, statuses and pages come to build/grades/homework_N/NAME_OF_FOLDER/. What was graded is kept
there, so that an interrupted run goes on where it stopped.
"""

import ast
import contextlib
import difflib
import hashlib
import json
import signal
import time
from dataclasses import asdict

from tqdm import tqdm

from utils import engine, files, paths, reproducible
from utils.grading import (
    by_hand,
    client,
    hand_ins,
    leader_board,
    machines,
    pages,
    results,
    solutions,
    workers,
)
from utils.grading.hand_ins import GradeError, NotRun
from utils.grading.results import (
    BY_HAND,
    FAILED,
    GRADED,
    NOT_GRADED,
    OVER_LIMIT,
    TIMEOUT,
    Grade,
    one_line,
)
from utils.grading.sandbox import Ended, Limits, Sandbox
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import (
    grade_id,
    graded_cells,
    place_of,
    syntax_tree,
    what_is_missing,
)
from utils.homework.portable import why_stopped

_ENDED_BY = {
    "time": (TIMEOUT, "it still ran after {0.seconds:.0f} s"),
    "memory": (OVER_LIMIT, "it took more than {0.gib:.0f} GiB of memory"),
    "processes": (OVER_LIMIT, "it started more than {0.processes} processes"),
}
_SETTINGS = {"source": "sample", "tier": "class"}


class OutOfTime(BaseException):
    """The checks take too long; no `except Exception` of theirs holds it up."""


def grade_class(
    number, folder, *, unprotected=False, limits=None, address=None, part=(1, 1), student=None
):
    """Grade the hand-ins in a folder; return ([Grade, ...], sentences, sentences, number).

    The first sentences are on what needs a person: faults of this machine, files, names and points
    in doubt; the others on files that are no hand-ins, and on students without a new grade. The
    number is of what is to be marked.

    number: of the homework. folder: of hand-ins (.zip of `handin`, or .ipynb). unprotected: run
    them even where a machine has no sandbox. limits: of each, `sandbox.Limits` by default. address:
    of a Dask scheduler, whose machines grade instead of this one. part: (k, n) grades the k-th of n
    parts alone; student: that one alone, once more. What lies there of the others stays as it is.
    Writes grades.csv, a page of feedback for each student, summary.html, answers.html and the
    leader-board; adds rows to by_hand.csv and reads the points that were typed there. Raises
    GradeError if there is nothing to grade or no sandbox, EngineError if no cluster is there.
    """
    limits = limits or Limits()
    backends = machines.sandboxes(unprotected)
    if not address:
        machines.expect_fit(backends, limits)
    found, flagged, others = hand_ins.find(number, folder)
    if not address and machines.sandbox_of(backends):
        machines.expect_files_hidden([folder, *found.values()], paths.GRADES)
    place = results.place_of_class(number, folder)
    version = machines.version(number, limits)
    keys = {
        name: hashlib.sha256(version.encode() + _content(path)).hexdigest()
        for name, path in found.items()
    }
    tasks = HOMEWORKS[number].tasks
    kept = {name: _kept(_result(place, name), key, tasks) for name, key in keys.items()}
    asked = _asked_for(found, part, student)
    waiting = {name: found[name] for name in asked if student or not kept[name][1]}
    grades = {}
    for grade in _graded(number, waiting, limits, backends, address):
        grades[grade.student] = grade
        if grade.status == NOT_GRADED:
            flagged.append(f"{grade.student}: not graded, {grade.note}")
        _keep(_result(place, grade.student), keys[grade.student], grade)
    others_kept = {  # read now: other parts may have been graded meanwhile
        name: _kept(_result(place, name), key, tasks)
        for name, key in keys.items()
        if name not in waiting
    }
    grades |= {name: grade for name, (grade, _) in others_kept.items() if grade}
    if old := [name for name in found if name not in asked and not others_kept[name][1]]:
        others.append(
            f"{len(old)} of {len(found)} have no grade yet, or one from before something changed, "
            f"which was left as it is ({', '.join(old[:3])}{', …' if len(old) > 3 else ''}): the "
            "same command without PART and STUDENT grades them."
        )
    grades = [grade for _, grade in sorted(grades.items())]
    _compete(number, grades, version, place)
    contents = {name: _content(path) for name, path in found.items()}
    asked = by_hand.items(number, grades, contents)
    points, doubts = by_hand.read(place / by_hand.NAME, asked)
    flagged += doubts
    marks = by_hand.marks(grades, asked, points)
    results.write_csv(place / "grades.csv", number, grades, marks)
    pages.write(place, number, grades, marks)
    return grades, flagged, others, len(asked) - len(points)


def _graded(number, waiting, limits, backends, address):
    """Yield the Grade of each hand-in as it is done, and show how it goes."""
    with contextlib.ExitStack() as until_then:
        cluster = hosts = None
        if address:
            cluster = until_then.enter_context(engine.cluster(address))
            fit = machines.fit_hosts(cluster, number, backends, limits)
            hosts = fit.hosts
            print(*fit.refusals, f"{address}: {fit.at_a_time} hand-ins at a time.", sep="\n")
        bar = until_then.enter_context(tqdm(total=len(waiting), unit="hand-in", desc="graded"))
        for grade in workers.graded(
            grade_one, number, waiting, limits, backends, bar.write, cluster, hosts
        ):
            yield grade
            bar.update()
            bar.write(_line(grade))


def _asked_for(found, part, student):
    """The students to be graded: all, a part of them, or one."""
    if student is None:
        return sorted(found)[part[0] - 1 :: part[1]]
    if student not in found:
        some = ", ".join(difflib.get_close_matches(student, found, 5, 0) or sorted(found)[:5])
        raise GradeError(
            f"STUDENT={student}: there is no hand-in of that name. There are those of {some}."
        )
    return [student]


def _compete(number, grades, version, place):
    """Points for the open task, and the leader-board, where anybody has an answer to it."""
    if any(grade.scores for grade in grades):
        contest = solutions.contest(number)
        of_reference = leader_board.reference(contest, number, version)
        leader_board.settle(contest, grades, of_reference)
        leader_board.write(place, number, contest, grades, of_reference)


def grade_one(number, name, path, limits, by):
    """Grade one hand-in, in a sandbox of the backend `by`; return its Grade."""
    reproducible.set_up()
    start = time.perf_counter()
    grade, tasks = Grade(name), HOMEWORKS[number].tasks
    try:
        notebook, grade.answers = hand_ins.read(path, number)
        grade.note = " ".join(what_is_missing(notebook, number))
        _run(grade, number, notebook, limits, by)
    except NotRun as why:
        grade.status, grade.note = why.args
    except OutOfTime:
        grade.status = TIMEOUT
        grade.note = f"what it answered kept the checks busy for {limits.seconds:.0f} s"
    if grade.status in (TIMEOUT, OVER_LIMIT):
        grade.certain = False
    if grade.status == GRADED:
        for task, (status, _) in grade.found.items():
            asked = grade.hints.get(task, ())
            grade.points[task], grade.deducted[task] = checks.earned(task, status, asked)
    else:
        grade.without_points(tasks)
    grade.note = one_line(grade.note)
    grade.found = {task: (status, one_line(why)) for task, (status, why) in grade.found.items()}
    grade.seconds = round(time.perf_counter() - start, 1)
    return grade


def _run(grade, number, notebook, limits, by):
    """Execute a notebook isolated, and fill in what the checks find.

    Raises NotRun if it did not end well.
    """
    homework = HOMEWORKS[number]
    cells = list(_to_execute(notebook, number))
    own_limits = (limits.gib, limits.scratch_mb, 2 * limits.seconds)
    box = Sandbox(
        "utils.grading.server",
        limits,
        *map(str, own_limits),
        folder=homework.tasks_notebook.parent,
        backend=by,
    )
    with box, within(limits.seconds + 10):
        hand_in = client.HandIn(box.stdin, box.stdout)
        try:
            hand_in.start()
        except Ended:
            raise GradeError(f"the sandbox does not start: {box.said()[-1000:]}") from None
        try:
            stopped = hand_in.execute([code for _, code in cells])
            if stopped:
                at, kind, message = stopped
                place = place_of(notebook, cells[at][0])
                grade.certain = kind != "MemoryError"
                raise NotRun(FAILED, why_stopped(kind, message, place, notebook, number))
            asked = hand_in.hints
            grade.hints = {task: asked[task] for task in homework.tasks if task in asked}
            grade.found = _ask(number, hand_in)
            _score(grade, number, hand_in)
        except Ended as why:
            if str(why):  # what came back was no answer
                box.kill()
            box.process.wait()
            grade.certain = bool(str(why))
            status, sentence = _ENDED_BY.get(box.ended_by, (FAILED, "Python stopped"))
            said = f": {why}" if str(why) and not box.ended_by else ""
            raise NotRun(status, sentence.format(limits) + said) from None


def _to_execute(notebook, number):
    """(cell, [code, whether it may raise an error]) of all that hand-in runs before its checks."""
    is_above_tasks = True
    for cell in graded_cells(notebook, number):
        is_above_tasks &= not grade_id(cell)
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "code" and "skip-execution" not in tags:
            code = _on_the_sample(cell) if is_above_tasks else cell.source
            yield cell, [code, "raises-exception" in tags]


def _on_the_sample(cell):
    """The code of a cell with the settings of the sample: no check depends on another file."""
    tree, settings = syntax_tree(cell), _OnTheSample()
    changed = settings.visit(tree)
    return ast.unparse(ast.fix_missing_locations(changed)) if settings.changed else cell.source


class _OnTheSample(ast.NodeTransformer):
    """Assigns the sample's settings wherever others are assigned."""

    changed = False

    def visit_Assign(self, node):
        named = {
            part.id
            for target in node.targets
            for part in ast.walk(target)
            if isinstance(part, ast.Name) and part.id in _SETTINGS
        }
        if not named:
            return node
        self.changed = True
        ours = [ast.parse(f"{name} = {_SETTINGS[name]!r}").body[0] for name in sorted(named)]
        is_alone = len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
        return ours if is_alone else [node, *ours]


def _ask(number, hand_in):
    """{task: (status, reason)}: what the checks find, then the hidden tests; Ended if it is gone.

    The hidden tests come after all reasons are known: no error of an answer can tell what they
    look at.
    """
    found = {task: _found(task, hand_in) for task in HOMEWORKS[number].tasks}
    for task, test in solutions.hidden_tests(number).items():
        if found[task][0] == checks.CORRECT and not _is_right(task, test, hand_in):
            found[task] = (checks.NOT_YET, "right for the data of the check alone")
    return found


def _score(grade, number, hand_in):
    """Let a right answer to the open task learn anew; last of all, as it may not come back."""
    contest = solutions.contest(number)
    task, most = contest.task, contest.seconds * len(contest.seeds)
    if grade.found[task][0] != checks.CORRECT:
        return
    try:
        with within(most):
            grade.scores = leader_board.measured(contest, _answer(task, hand_in))
    except (OutOfTime, Ended):
        grade.certain = False
        reason = f"on the leader-board's data it did not come to its end in {most:.0f} s"
        grade.found[task] = (checks.NOT_YET, reason)
    except Exception as error:
        # Its message could tell what the hidden data are.
        reason = f"on the leader-board's data it stopped with {type(error).__name__}"
        grade.found[task] = (checks.NOT_YET, reason)


def _found(task, hand_in):
    """(status, reason) of a task; Ended if the hand-in is gone."""
    answer = _answer(task, hand_in)
    hand_in.not_data = None
    status, reason = checks.judge(task, answer)
    hand_in.expect_alive()
    if hand_in.not_data:
        return BY_HAND, f"{hand_in.not_data}; look at the code"
    return status, reason


def _is_right(task, test, hand_in):
    answer = _answer(task, hand_in)
    try:
        is_right = bool(test(answer))
    except Exception:
        is_right = False
    hand_in.expect_alive()
    return is_right


def _answer(task, hand_in):
    """The hand-in's function for a task, or None."""
    return checks.TASKS[task].find(hand_in.function)


@contextlib.contextmanager
def within(seconds):
    """Raise OutOfTime when the time is up, where the operating system can (not Windows).

    >>> with within(seconds=60):
    ...     1 + 1
    2
    """
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_):
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _content(path):
    return b"a link" if path.is_symlink() else path.read_bytes()


def _result(place, name):
    return place / "results" / f"{name}.json"


def _keep(path, key, grade):
    files.write_text(path, json.dumps({"key": key, **asdict(grade)}, indent=1))


def _kept(path, key, tasks):
    """(the Grade that lies at `path` or None, whether another run for this key would repeat it).

    One with other tasks, of an earlier version of the homework, is none.
    """
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        is_of_now = kept.pop("key") == key
        grade = results.from_plain(kept)
        if not grade.points.keys() == grade.found.keys() == tasks.keys():
            return None, False
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None, False
    return grade, is_of_now and grade.certain and grade.status != NOT_GRADED


def _line(grade):
    points = f"{grade.total:4g} points" if grade.status == GRADED else grade.note
    points += " before the leader-board" if grade.scores else ""
    return f"{grade.student:20} {grade.status:16} {grade.seconds:6.1f} s  {points[:120]}"
