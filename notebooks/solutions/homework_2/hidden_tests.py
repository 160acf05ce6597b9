"""Is an answer that passes its check right for other data, too? For `make grade` alone.

TESTS: {task: function that takes an answer and says whether it is right}.
"""

import tempfile
from copy import deepcopy
from pathlib import Path

import numpy as np
import pandas as pd

from utils.grading import solutions
from utils.homework.task import LAYERS

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


def write_submission(answer):
    ids, mm = np.sort(rng(34).permutation(900)[:30]), rng(35).gamma(0.5, 4, 30)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "other.csv"
        answer(path, ids, mm)
        table = pd.read_csv(path)
    return np.array_equal(table["Id"], ids) and np.allclose(table["Expected"], mm, atol=1e-3)


def gappy(seed, shape):
    values = rng(seed).normal(size=shape)
    values[rng(seed + 1).random(shape) < 0.3] = np.nan
    return values


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
    "2.10": write_submission,
}
