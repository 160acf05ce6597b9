"""Checks and hints for the tasks of the homework: `check("1.3")`, `hint("1.3")`.

A task asks for a function of a given name in the notebook. Its check calls that function, says
what it found in a sentence, and never shows a traceback. Two hints for each task are free; the
third costs a third of its points, and comes only where it is asked for as the third.
"""

import json
import operator
import re
import traceback
from pathlib import Path

import __main__
from utils.homework.homeworks import HOMEWORKS
from utils.homework.task import NotYet

TASKS = {number: task for one in HOMEWORKS.values() for number, task in one.tasks.items()}
CORRECT, NOT_YET, NOT_ATTEMPTED = "correct", "not yet", "not attempted"
THIRD = 3  # the hint that costs points
_hints_given = {}  # {task: numbers of the hints, in order}
_HOW_HINTS_WORK = """\
hint("1.3") gives a hint for task 1.3, and a second one when you ask again. These two are free.
The third hint is nearly the answer and costs a third of the task's points, rounded to half points.
You get it only if you ask for it: hint("1.3", third=True)."""


def check(number):
    """Print "correct", "not yet" with a reason, or "not attempted"; return whether it is correct.

    number: of the task, as "1.3". Raises ValueError if there is no such task.

    >>> check("1.3")
    1.3 not attempted: write encode, or ask hint('1.3')
    False
    """
    status, reason = verdict(number)
    task = TASKS[number]
    points, deducted = earned(number, status, _hints_given.get(number, ()))
    if status == NOT_ATTEMPTED:
        reason = f"write {task.function}, or ask hint({number!r})"
    if deducted:
        reason = f"{points:g} of {task.points} points, as its third hint costs {deducted:g}"
    said = f"{number} {status}" + (f": {reason}" if reason else f", {in_points(points)}")
    print(said + to_win(number, status))
    return status == CORRECT


def verdict(number):
    """What `check` says, as (status, reason): status is CORRECT, NOT_YET or NOT_ATTEMPTED.

    >>> verdict("1.3")
    ('not attempted', '')
    """
    return judge(number, _task(number).find(vars(__main__).get))


def judge(number, function):
    """The same of a function from anywhere; None where the notebook has none of its name.

    >>> judge("1.3", lambda texts, vocabulary, length: None)
    ('not yet', 'nothing comes back: is there a return?')
    """
    task = _task(number)
    try:
        if function is None:
            raise NotImplementedError
        task.check(function)
    except NotImplementedError:
        return NOT_ATTEMPTED, ""
    except NotYet as reason:
        return NOT_YET, str(reason)
    except (Exception, SystemExit) as error:
        return NOT_YET, f"{task.function} stopped with {_where(error)}"
    return CORRECT, ""


def earned(number, status, hints, has_won=False):
    """(points, points taken off for the third hint) of a task.

    number: of the task. status: as `judge` returns it. hints: numbers of those asked for. has_won:
    on the leader-board, the points that this decides.

    >>> earned("2.7", CORRECT, [1, 2]), earned("2.7", CORRECT, [3]), earned("2.7", NOT_YET, [3])
    ((3, 0), (2.0, 1.0), (0, 0))
    >>> earned("1.13", CORRECT, []), earned("1.13", CORRECT, [3], has_won=True)
    ((2, 0), (2.5, 1.5))
    """
    if status != CORRECT:
        return 0, 0
    task = _task(number)
    deducted = task.third_hint_costs if THIRD in hints else 0
    return task.points - (0 if has_won else task.points_to_win) - deducted, deducted


def to_win(number, status):
    """What a leader-board may add to a task's points, as the end of a sentence.

    >>> to_win("1.13", CORRECT), to_win("1.13", NOT_YET), to_win("1.1", CORRECT)
    (', and 2 to win on the leader-board', '', '')
    """
    points = _task(number).points_to_win
    return f", and {points} to win on the leader-board" if points and status == CORRECT else ""


def in_points(points):
    """A number of points in words.

    >>> in_points(1), in_points(2.5)
    ('1 point', '2.5 points')
    """
    return f"{points:g} point" + "s" * (points != 1)


def write_findings(number, path):
    """Write what all checks of a homework find in this notebook, as JSON.

    number: of the homework. path: of the file. It holds {task: (status, reason)} as checks,
    {task: numbers of the hints asked for} as hints, and the settings of the notebook's first cell;
    or, as settings, what is wrong with these.
    """
    names = vars(__main__)
    missing = [name for name in ("source", "tier", "seeds") if name not in names]
    try:
        if missing:
            raise ValueError(f"{missing[0]} is not defined")
        if names["tier"] not in ("class", "full"):
            raise ValueError(f'tier is {names["tier"]!r}, expected "class" or "full"')
        seeds = [operator.index(seed) for seed in names["seeds"]]
    except (TypeError, ValueError) as error:
        found = {"settings": str(error)}
    else:
        found = {"source": str(names["source"]), "tier": names["tier"], "seeds": seeds}
        found["checks"] = {task: verdict(task) for task in HOMEWORKS[number].tasks}
        asked = hints_asked()
        found["hints"] = {task: asked[task] for task in found["checks"] if task in asked}
    Path(path).write_text(json.dumps(found), encoding="utf-8")


def hint(number=None, *, third=False):
    """Print the free hints for a task, one more each time; the third only where it is asked for.

    number: of the task, as "1.3"; without one, say how hints work, which spends none. third:
    whether to give the third hint, which costs points. Raises ValueError if there is no such task.

    >>> hint("2.9")  # doctest: +ELLIPSIS
    2.9 hint 1 of 3: ...
    >>> hint()  # doctest: +ELLIPSIS
    hint("1.3") gives a hint for task 1.3, and a second one when you ask again. These two are ...
    """
    if number is None:
        print(_HOW_HINTS_WORK)
        return
    task = _task(number)
    before = _hints_given.get(number, [])
    free = [n for n in before if n < THIRD]
    more = [THIRD] if third else [len(free) + 1] if len(free) + 1 < THIRD else []
    given = _hints_given[number] = sorted({*before, *more})
    for n in given:
        print(f"{number} hint {n} of {THIRD}: {task.hints[n - 1]}")
    if not more and THIRD not in given:
        print(
            f"{number} hint {THIRD} of {THIRD} is nearly the answer and costs "
            f"{task.third_hint_costs:g} of the {task.points} points: "
            f"hint({number!r}, third=True) gives it."
        )


def hints_asked():
    """{task: numbers of the hints that were asked for since Python started}.

    >>> hint("2.8", third=True)  # doctest: +ELLIPSIS
    2.8 hint 3 of 3: ...
    >>> hints_asked()["2.8"]
    [3]
    """
    return {number: list(given) for number, given in _hints_given.items()}


def _task(number):
    if number not in TASKS:
        raise ValueError(f"there is no task {number!r}; there are {', '.join(TASKS)}")
    return TASKS[number]


def _where(error):
    """Kind and message of an error, and the last line of the notebook that led to it."""
    line = last_line(error)
    at = f", in the line: {line}" if line else ""
    said = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split())  # without colours
    return f"{type(error).__name__}: {said[:300]}{at}"


def last_line(error):
    """The last line of a student's function that led to an error, or "".

    An error that comes from another process brings it along, as line_of_answer.
    """
    if hasattr(error, "line_of_answer"):
        return error.line_of_answer
    ours = str(Path(__file__).parents[1])
    lines = [
        frame.line
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.line and ours not in frame.filename and "site-packages" not in frame.filename
    ]
    return lines[-1] if lines else ""
