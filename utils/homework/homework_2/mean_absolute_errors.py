"""Task 2.6: the score of all hours, and of those whose gauge is sound."""

import numpy as np

from utils.homework.task import Task, expect, numbers

EXPECTED = np.array([0.254, 1.27, 73.0, 800.0, 4.0, 72.0])
PREDICTED = np.array([1.0, 1.0, 60.0, 90.0, 2.0, 80.0])
SIGNED = PREDICTED - EXPECTED
ERRORS = np.abs(SIGNED)
SOUND = EXPECTED < 73
MISTAKES = {
    "mae": (
        (np.mean(SIGNED**2), "these are squared errors; asked for are absolute ones"),
        (np.sqrt(np.mean(SIGNED**2)), "this is the root of the mean squared error"),
        (SIGNED.mean(), "errors of different signs cancel: take the absolute value of each"),
        (-SIGNED.mean(), "errors of different signs cancel: take the absolute value"),
        (np.median(ERRORS), "this is the median of the errors; asked for is the mean"),
        (ERRORS.sum(), "this is the sum of the errors; asked for is the mean"),
    ),
    "mae_under_73": (
        (ERRORS.mean(), "no hour is left out: those of 73 mm or more are broken gauges"),
        (ERRORS[EXPECTED <= 73].mean(), "73 mm itself counts as broken: under 73 is < 73"),
        (
            ERRORS[PREDICTED < 73].mean(),
            "you leave out hours by what is predicted; a gauge is broken by what it measured",
        ),
        (
            ERRORS[SOUND & (PREDICTED < 73)].mean(),
            "a sound hour is left out because its prediction is high: look at `expected` alone",
        ),
        (ERRORS[~SOUND].mean(), "these are the broken gauges; asked for are the others"),
        (
            ERRORS[SOUND].sum() / len(ERRORS),
            "divide by the number of hours that are left, not of all",
        ),
    ),
}
RIGHT = {"mae": ERRORS.mean(), "mae_under_73": ERRORS[SOUND].mean()}


def check(mean_absolute_errors):
    """Raise NotYet unless six hours, two of them broken, get the two scores asked for."""
    found = _ask(mean_absolute_errors, EXPECTED, PREDICTED)
    for key, right in RIGHT.items():
        for wrong, sentence in MISTAKES[key]:
            expect(not np.isclose(found[key], wrong), f"{key}: {sentence}")
        expect(np.isclose(found[key], right), f"{key} is {found[key]:.3f}, expected {right:.3f}")
    again = _ask(mean_absolute_errors, PREDICTED, EXPECTED)
    expect(
        np.isclose(again["mae_under_73"], ERRORS[PREDICTED < 73].mean()),
        "with expected and predicted in each other's place, mae_under_73 is wrong: use the "
        "arguments, nothing from outside the function",
    )


def _ask(mean_absolute_errors, expected, predicted):
    got = mean_absolute_errors(expected.copy(), predicted.copy())
    expect(
        isinstance(got, dict) and set(got) == set(RIGHT),
        "return a dictionary with the keys mae and mae_under_73",
    )
    return {key: numbers(got[key], (), f"one number as {key}") for key in RIGHT}


TASK = Task(
    number="2.6",
    function="mean_absolute_errors",
    points=1,
    check=check,
    hints=(
        "The two scores are means over different hours. What tells that a gauge is broken?",
        "errors = np.abs(expected - predicted); a comparison gives the hours to keep.",
        "{'mae': errors.mean(), 'mae_under_73': errors[expected < 73].mean()}.",
    ),
)
