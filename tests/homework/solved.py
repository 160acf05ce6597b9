"""The solution's answers, by task: both homeworks have functions of the same name."""

from tests.homework import answers_1, answers_2
from utils.homework import checks

_ANSWERS = {"1": answers_1.REFERENCE, "2": answers_2.REFERENCE}


def reference(number):
    """The solution's function for a task."""
    return _ANSWERS[number[0]][checks.TASKS[number].function]
