"""Stand in for grade.grade_one in processes of their own, where TensorFlow would take seconds."""

import hashlib
import os
import time
from pathlib import Path

from utils.grading.results import OVER_LIMIT, TIMEOUT, UNREADABLE, Grade
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS

TASKS = HOMEWORKS[1].tasks


def grade_one(number, name, path, limits, by):
    """Some hand-ins kill the process of the checks, some confuse it, some run out of time.

    path: of a file that names a folder for notes on who was here before.
    """
    if name.startswith("kills"):
        os._exit(1)
    if name == "confuses":
        raise LookupError("odd\ncontents")
    grade = Grade(name, UNREADABLE, "torn")
    if name in ("busy", "changes", "slow"):
        before = Path(path.read_text(), name)
        again = before.exists()
        before.touch()
        if not (name == "busy" and again):
            status = OVER_LIMIT if name == "changes" and again else TIMEOUT
            grade = Grade(name, status, "late", certain=False)
    grade.without_points(TASKS)
    return grade


def by_content(number, name, path, limits, by):
    """Points that follow from what was handed in; some run out of time, every time."""
    time.sleep(0.2)
    if name.startswith("slow"):
        grade = Grade(name, TIMEOUT, "late", certain=False)
        grade.without_points(TASKS)
        return grade
    if not path.is_file():
        grade = Grade(name, UNREADABLE, "this is a link")
        grade.without_points(TASKS)
        return grade
    drawn = hashlib.sha256(path.read_bytes()).digest()
    grade = Grade(name, seconds=0.2)
    for (task, about), byte in zip(TASKS.items(), drawn, strict=False):
        status = checks.CORRECT if byte % 3 else checks.NOT_YET
        grade.found[task] = (status, "" if byte % 3 else f"{byte} is a third of {3 * byte}")
        grade.points[task] = about.points if byte % 3 else 0
        grade.deducted[task] = 0
    return grade


def uncertain(name):
    """The Grade of who ran out of time, or not."""
    grade = grade_one(1, name, Path(), None, None) if name == "ada" else Grade(name, TIMEOUT)
    grade.certain = name == "ada"
    grade.without_points(TASKS)
    return grade
