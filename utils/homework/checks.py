"""Checks and hints for the tasks of the homework: `check("1.3")`, `hint("1.3")`.

A task asks for a function of a given name in the notebook. Its check calls that function, says
what it found in a sentence, and never shows a traceback.
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
_hints_given = {}


def check(number):
    """Print "correct", "not yet" with a reason, or "not attempted"; return whether it is correct.

    number: of the task, as "1.3". Raises ValueError if there is no such task.

    >>> check("1.3")
    1.3 not attempted: write encode, or ask hint('1.3')
    False
    """
    status, reason = verdict(number)
    points = TASKS[number].points
    print(
        f"{number} {status}"
        + (f": {reason}" if reason else f", {points} point" + "s" * (points > 1))
    )
    return status == CORRECT


def verdict(number):
    """What `check` says, as (status, reason): status is CORRECT, NOT_YET or NOT_ATTEMPTED.

    >>> verdict("1.3")
    ('not attempted', "write encode, or ask hint('1.3')")
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
        return NOT_ATTEMPTED, f"write {task.function}, or ask hint({number!r})"
    except NotYet as reason:
        return NOT_YET, str(reason)
    except (Exception, SystemExit) as error:
        return NOT_YET, f"{task.function} stopped with {_where(error)}"
    return CORRECT, ""


def write_findings(number, path):
    """Write what all checks of a homework find in this notebook, as JSON.

    number: of the homework. path: of the file. It holds {task: (status, reason)} as checks, and
    the settings of the notebook's first cell; or, as settings, what is wrong with these.
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
    Path(path).write_text(json.dumps(found), encoding="utf-8")


def hint(number):
    """Print the next hint for a task; the last one, again and again, once all are given.

    number: of the task, as "1.3". Raises ValueError if there is no such task.

    >>> hint("1.4")  # doctest: +ELLIPSIS
    1.4 hint 1 of 3: ...
    """
    hints = _task(number).hints
    given = min(_hints_given.get(number, 0) + 1, len(hints))
    _hints_given[number] = given
    print(f"{number} hint {given} of {len(hints)}: {hints[given - 1]}")


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
