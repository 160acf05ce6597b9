"""Is an answer that passes its check right for other data, too? For `make grade` alone.

TESTS: {task: function that takes an answer and says whether it is right}.
"""

from copy import deepcopy

import numpy as np

from utils.grading import solutions
from utils.homework.task import LAYERS
from utils.radar.hours import COLUMNS

right = solutions.names_defined(solutions.solution(2))  # the solution's functions
rng = np.random.default_rng


def agrees(name, *given):
    """A test: is the answer that of the solution's function of this name?"""

    def test(answer):
        found, expected = answer(*deepcopy(given)), right[name](*given)
        if not isinstance(expected, tuple):
            found, expected = [found], [expected]
        return all(
            np.allclose(np.asarray(f, float), np.asarray(e, float), 0.01, 1e-4, equal_nan=True)
            for f, e in zip(found, expected, strict=True)
        )

    return test


def split_ids(answer):
    ids = np.repeat(rng(31).permutation(900)[:150], 7)
    parts = [set(ids[np.asarray(part)]) for part in answer(ids, seed=12)]
    return sum(map(len, parts)) == len(set.union(*parts)) == 150


def build_regressor(answer):
    hours = rng(49).normal(size=(6, 8, 5)).astype("float32")
    models = [answer(kind, n_features=5) for kind in LAYERS]
    found = [np.asarray(model(hours)) for model in models]
    longer = [np.asarray(model(np.pad(hours, [(0, 0), (0, 3), (0, 0)]))) for model in models]
    return np.shape(found) == (3, 6, 1) and np.allclose(found, longer, atol=1e-4)


def mean_absolute_errors(answer):
    expected_mm = np.append(rng(32).gamma(0.5, 4, 50), [100.0, 73.0])
    predicted_mm = rng(33).gamma(0.5, 4, 52)
    found = answer(expected_mm, predicted_mm)
    expected = right["mean_absolute_errors"](expected_mm, predicted_mm)
    return all(np.isclose(found[name], expected[name]) for name in expected)


def gappy(seed, shape):
    values = rng(seed).normal(size=shape)
    values[rng(seed + 1).random(shape) < 0.3] = np.nan
    return values


def made_hours(seed, n_columns):
    """{part: hours with gaps, arrays (scans, n_columns)} and {part: mm}."""
    sizes = {"train": 16, "validation": 8, "test": 6}
    scans = {
        part: [
            gappy(seed + 10 * n, (rng(n).integers(2, 9), n_columns)) * 5 + 15
            for n in range(k, k + size)
        ]
        for k, (part, size) in zip((0, 100, 200), sizes.items(), strict=True)
    }
    return scans, {part: rng(seed + size).gamma(0.5, 4, size) for part, size in sizes.items()}


def choose_filling(answer):
    scans, mm = made_hours(50, 4)
    found = answer(deepcopy(scans), deepcopy(mm), seeds=(3, 8), epochs=2)
    errors = {
        way: np.mean([np.abs(np.asarray(row) - mm["validation"]).mean() for row in rows])
        for way, rows in found["predicted"].items()
    }
    chosen, inputs = found["chosen"], {p: np.asarray(x) for p, x in found["inputs"].items()}
    return (
        len(errors) > 1
        and all(np.isclose(found["mae"][way], error, atol=1e-3) for way, error in errors.items())
        and errors[chosen] < min(errors.values()) + 1e-3
        and all(len(inputs[part]) == len(hours) for part, hours in scans.items())
        and all(np.isfinite(of_part).all() for of_part in inputs.values())
    )


def experiment(answer):
    scans, mm = made_hours(60, len(COLUMNS))
    for hours in scans.values():
        for hour in hours:
            hour[:, COLUMNS.index("minutes_past")] = 5 + 6 * np.arange(len(hour))
    inputs = {
        part: right["pad_hours"](hours, (np.full(22, 15.0), np.full(22, 5.0)))[0]
        for part, hours in scans.items()
    }
    found = answer(scans, deepcopy(inputs), deepcopy(mm), seeds=(2, 7), epochs=1)
    means = found["table"]["mean"].astype(float)
    of_median = np.abs(np.median(mm["train"]) - mm["validation"]).mean()
    return (
        means[found["chosen"]] == means.min()
        and np.isclose(means["median"], of_median)
        and np.isclose(means["lstm"], np.mean(found["scores"]["lstm"]), rtol=1e-3)
        and np.isclose(found["test"], np.abs(found["predicted"] - mm["test"]).mean(), rtol=1e-3)
    )


HOURS = [gappy(seed, (n, 3)) for seed, n in ((36, 4), (38, 11), (40, 1))]
SCALING = np.array([0.1, -0.2, 0.3]), np.array([1.5, 0.5, 2.0])
TESTS = {
    "2.1": agrees("rain_rate", gappy(42, (4, 5)) * 20 + 20),
    "2.2": agrees("hours_of_scans", np.array([2, 5, 11, 23, 40, 41])),
    "2.3": split_ids,
    "2.4": agrees("fit_scaling", gappy(44, (300, 5)) * 3 + 1),
    "2.5": agrees("pad_hours", HOURS, SCALING, 12),
    "2.6": mean_absolute_errors,
    "2.7": build_regressor,
    "2.8": agrees("back_to_mm", rng(46).normal(size=(9, 1)).astype("float32")),
    "2.9": agrees("gain", 2 + rng(47).normal(size=6), 2 + rng(48).normal(size=6)),
    "2.10": choose_filling,
    "2.11": experiment,
}
