"""Stands in for `grade_one` in a process of its own: some hand-ins kill it, some confuse it."""

import os
from types import SimpleNamespace


def start(gib, folder):
    """Instead of TensorFlow's start."""


def grade_one(number, name, path, limits, by):
    if name.startswith("kills"):
        os._exit(1)
    if name == "confuses":
        raise LookupError("odd\ncontents")
    return SimpleNamespace(student=name, status="graded", note="")
