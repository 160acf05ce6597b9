"""What the checks say to answers that are written, or that behave, in an odd way."""

import keras
import numpy as np
import pandas as pd
import pytest

from tests.homework.solved import reference
from utils.homework import checks

TASKS = pytest.mark.parametrize("number", checks.TASKS)
GIVES_NUMBERS = "1.1 1.3 1.4 1.5 1.8 1.9 2.1 2.2 2.3 2.4 2.5 2.6 2.8 2.9".split()


def each(found, change):
    """What a function returned, each array or number or text in it changed."""
    if isinstance(found, keras.Model):
        found.build(found.input_shape if found.built else (None, None))
        found.set_weights([change(weight) for weight in found.get_weights()])
        return found
    if isinstance(found, (list, tuple)):
        return type(found)(each(part, change) for part in found)
    if isinstance(found, dict):
        return {key: each(part, change) for key, part in found.items()}
    if isinstance(found, pd.DataFrame):
        return found.apply(change)
    return None if found is None else change(found)


def printing(answer):
    def prints(*given, **named):
        print("this is printed", *given)
        return answer(*given, **named)

    return prints


def spoiling(answer):
    """It leaves nothing of its arguments."""

    def spoils(*given, **named):
        found = answer(*given, **named)
        for thing in [*given, *named.values()]:
            if isinstance(thing, np.ndarray):
                thing.fill(0)
            elif isinstance(thing, pd.DataFrame):
                for column in thing:
                    thing[column] = 0
            elif isinstance(thing, (list, dict)):
                thing.clear()
        return found

    return spoils


def with_class(answer):
    class Answer:
        count = 0

        def __call__(self, *given, **named):
            self.count += 1
            return answer(*given, **named)

    return Answer()


def with_more(answer):
    """It has an argument more."""
    return lambda *given, verbose=False, **named: answer(*given, **named)


def remembering(answer):
    """It gives what it gave first, whatever it is asked."""
    first = []

    def remembers(*given, **named):
        if not first:
            first.append(answer(*given, **named))
        return first[0]

    return remembers


@TASKS
def test_a_right_answer_of_any_form_is_correct(number):
    answer = with_class(with_more(printing(spoiling(reference(number)))))
    assert checks.judge(number, answer) == (checks.CORRECT, "")


@TASKS
def test_an_answer_that_gives_what_it_gave_before_is_not_right(number):
    status, reason = checks.judge(number, remembering(reference(number)))
    assert status == checks.NOT_YET
    assert " stopped with " not in reason


@pytest.mark.parametrize("number", GIVES_NUMBERS)
def test_numbers_in_quotes_are_not_right(number):
    def in_quotes(*given, **named):
        return each(reference(number)(*given, **named), lambda part: np.asarray(part).astype(str))

    status, reason = checks.judge(number, in_quotes)
    assert status == checks.NOT_YET
    assert " stopped with " not in reason


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("number", [*GIVES_NUMBERS, "1.6", "2.7"])
def test_nan_is_not_right(number):
    def nan(*given, **named):
        found = reference(number)(*given, **named)
        return each(found, lambda part: np.full(np.shape(part), np.nan))

    status, reason = checks.judge(number, nan)
    assert status == checks.NOT_YET
    assert " stopped with " not in reason


@pytest.mark.parametrize("stop", [SystemExit, OSError("no space"), AssertionError, StopIteration])
@TASKS
def test_whatever_is_raised_is_told_in_a_sentence(number, stop):
    def stops(*given, **named):
        raise stop

    status, reason = checks.judge(number, stops)
    assert status == checks.NOT_YET
    assert "\n" not in reason
