"""Stand in for parts of grade.py in processes of their own, where TensorFlow would take seconds."""

import os
from pathlib import Path

from utils.grading.results import OVER_LIMIT, TIMEOUT, UNREADABLE, Grade
from utils.grading.sandbox import READY
from utils.homework.homeworks import HOMEWORKS


def start(gib, folder):
    """Instead of `start_worker`."""
    Path(folder, READY).touch()


def start_without_memory(gib, folder):
    """Instead of `start_worker`, on a machine whose memory is taken."""
    raise MemoryError


def grade_one(number, name, path, limits, by):
    """Some hand-ins kill the process of the checks, some confuse it, some run out of time.

    path: a folder for notes on who was here before.
    """
    if name.startswith("kills"):
        os._exit(1)
    if name == "confuses":
        raise LookupError("odd\ncontents")
    grade = Grade(name, UNREADABLE, "torn")
    if name in ("busy", "changes", "slow"):
        before = Path(path, name)
        again = before.exists()
        before.touch()
        if not (name == "busy" and again):
            status = OVER_LIMIT if name == "changes" and again else TIMEOUT
            grade = Grade(name, status, "late", certain=False)
    grade.without_points(HOMEWORKS[1].tasks)
    return grade


def uncertain(name):
    """The Grade of who ran out of time, or not."""
    grade = grade_one(1, name, None, None, None) if name == "ada" else Grade(name, TIMEOUT)
    grade.certain = name == "ada"
    grade.without_points(HOMEWORKS[1].tasks)
    return grade
