"""Stand in for parts of grade.py in processes of their own, where TensorFlow would take seconds."""

import os

from utils.grading.results import UNREADABLE, Grade


def start(gib, folder):
    """Instead of `start_worker`."""


def grade_one(number, name, path, limits, by):
    """Some hand-ins kill the process of the checks, some confuse it."""
    if name.startswith("kills"):
        os._exit(1)
    if name == "confuses":
        raise LookupError("odd\ncontents")
    grade = Grade(name, UNREADABLE, "torn")
    grade.without_points([f"1.{n}" for n in range(1, 11)])
    return grade
