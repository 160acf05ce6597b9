"""No function that students get with the course is, called as it is, an answer to a task."""

import importlib
import inspect
import pkgutil
import signal

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

import utils
from tests.homework.solved import reference
from utils.grading.grade import OutOfTime, within
from utils.homework import checks

# Not in the release, or about notebooks and other people's files.
LEFT_OUT = {"bench", "course", "grading"}
# They fetch from the network, take the command line, or change this process.
NOT_CALLED = {"cli", "fetch", "former", "kaggle", "kaggle_client", "kernels", "gpu_kernel"}
NOT_CALLED |= {"__main__", "verbs", "handin", "portable", "reproducible", "sentence_polarity"}
NOT_CALLED |= {"japanese_vowels", "homework_1", "homework_2"}


def public_functions():
    """{name with its module: function or class} of all that a release lets students import."""
    found = {}
    for module in pkgutil.walk_packages(utils.__path__, "utils."):
        parts = module.name.split(".")[1:]
        if parts[0] in LEFT_OUT or set(parts) & NOT_CALLED:
            continue
        names = vars(importlib.import_module(module.name))
        for name, thing in names.items():
            is_own = getattr(thing, "__module__", None) == module.name
            if is_own and callable(thing) and not name.startswith("_"):
                found[f"{module.name}.{name}"] = thing
    return found


FUNCTIONS = public_functions()


def takes(function, n):
    """Whether it can be called with n arguments."""
    try:
        inspect.signature(function).bind(*range(n))
    except (TypeError, ValueError):
        return False
    return True


def by_place(function):
    """The same, its arguments by place: it has other names for them."""
    return lambda *given, **named: function(*given, *named.values())


def test_what_is_looked_at_are_the_courses_functions():
    assert len(FUNCTIONS) > 150
    for name in (
        "cells.lstm_step",
        "reviews.predictions.save_predictions",
        "training.accuracy",
        "radar.marshall_palmer.rain_rate",
        "radar.submission.mean_absolute_error",
    ):
        assert f"utils.{name}" in FUNCTIONS


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="needs an alarm for what never ends")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("number", checks.TASKS)
def test_no_function_of_the_release_is_an_answer(number, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    keras.utils.disable_interactive_logging()
    n = len(inspect.signature(reference(number)).parameters)
    tried, answers = 0, []
    for name, function in FUNCTIONS.items():
        if not takes(function, n):
            continue
        tried += 1
        try:
            with within(3), np.errstate(all="ignore"):
                if checks.judge(number, by_place(function))[0] == checks.CORRECT:
                    answers.append(name)
        except OutOfTime:
            pass
        plt.close("all")
    assert tried >= 5 and answers == []


@pytest.mark.parametrize("number", ["1.3", "2.6"])
def test_an_answer_would_be_found(number, monkeypatch):
    monkeypatch.setitem(FUNCTIONS, "utils.answer", reference(number))
    assert checks.judge(number, by_place(FUNCTIONS["utils.answer"])) == (checks.CORRECT, "")
