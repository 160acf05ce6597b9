"""Checks and hints for the tasks of the homework: `check("1.3")`, `hint("1.3")`.

A task asks for a function of a given name in the notebook. Its check calls that function, says
what it found in a sentence, and never shows a traceback.
"""

import re
import traceback
from pathlib import Path

import __main__
from utils.homework import homework_1, homework_2
from utils.homework.task import NotYet

HOMEWORKS = {1: homework_1.TASKS, 2: homework_2.TASKS}
TASKS = HOMEWORKS[1] | HOMEWORKS[2]
CORRECT, NOT_YET, NOT_ATTEMPTED = "correct", "not yet", "not attempted"
_hints_given = {}


def check(number):
    """Print "correct", "not yet" with a reason, or "not attempted"; return whether it is correct.

    number: of the task, as "1.3". Raises ValueError if there is no such task.
    """
    task = _task(number)
    status, reason = verdict(number)
    print(f"{number} {status}" + (f", {task.points} points" if not reason else f": {reason}"))
    return status == CORRECT


def verdict(number):
    """What `check` says, as (status, reason): status is CORRECT, NOT_YET or NOT_ATTEMPTED."""
    return look_at(number, getattr(__main__, _task(number).asks_for, None))


def look_at(number, answer):
    """The same of the function `answer`, or None if the notebook has none of its name."""
    task = _task(number)
    try:
        if answer is None:
            raise NotImplementedError
        task.look(answer)
    except NotImplementedError:
        return NOT_ATTEMPTED, f"write {task.asks_for}, or ask hint({number!r})"
    except NotYet as reason:
        return NOT_YET, str(reason)
    except Exception as error:
        return NOT_YET, f"{task.asks_for} stopped with {_where(error)}"
    return CORRECT, ""


def hint(number):
    """Print the next hint for a task; the last one, again and again, once all are given.

    number: of the task, as "1.3". Raises ValueError if there is no such task.
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
    """The last line of an answer that led to an error, or ""."""
    if hasattr(error, "line_of_answer"):
        return error.line_of_answer
    ours = str(Path(__file__).parents[1])
    lines = [
        frame.line
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.line and ours not in frame.filename and "site-packages" not in frame.filename
    ]
    return lines[-1] if lines else ""
