"""Task 2.9: is an idea better by more than luck?"""

import numpy as np

from utils.homework.task import Task, expect, expect_none_of, numbers

WITHOUT, WITH = np.array([2.10, 2.20, 2.15]), np.array([2.00, 2.08, 2.11])
GAINS = WITHOUT - WITH
SD, SD_BY_N = GAINS.std(ddof=1), GAINS.std()
ERROR = SD / np.sqrt(3)
WRONG_GAINS = (
    (-GAINS.mean(), "the sign is turned round: an error that falls is a gain, without minus with"),
    (GAINS.max(), "this is the best seed's gain; luck is not a result: take the mean"),
)
WRONG_ERRORS = tuple(
    (wrong, f"standard error: {sentence}")
    for wrong, sentence in (
        (SD, "this is the standard deviation of one seed's gain; that of the mean is sqrt(n) less"),
        (SD / 3, "divide by the square root of n, not by n"),
        (SD_BY_N, "divide squares by n - 1 (ddof=1), and the sd by sqrt(n)"),
        (SD_BY_N / np.sqrt(3), "a few seeds are a sample: the sd takes n - 1 (ddof=1)"),
        (SD**2 / 3, "this is the square of the standard error: take the root"),
        (
            np.sqrt(WITHOUT.var(ddof=1) / 3 + WITH.var(ddof=1) / 3),
            "you compare the two as if their seeds had nothing in common; take the gain of each "
            "seed first, then the standard error of these gains",
        ),
    )
)
LUCK = np.array([0.30, -0.20, 0.10, -0.05, 0.05])


def check(gain):
    """Raise NotYet unless a gain is kept, and neither luck nor a loss is."""
    mean, error, kept = _ask(gain, WITHOUT, WITH)
    expect_none_of(WRONG_GAINS, lambda wrong: np.isclose(mean, wrong))
    expect(np.isclose(mean, GAINS.mean()), f"the gain is {mean:.4f}, expected {GAINS.mean():.4f}")
    expect_none_of(WRONG_ERRORS, lambda wrong: np.isclose(error, wrong))
    expect(np.isclose(error, ERROR), f"the standard error is {error:.4f}, expected {ERROR:.4f}")
    expect(kept, "a gain of more than its standard error is kept")
    mean, error, kept = _ask(gain, 2 + LUCK, np.full(5, 2.0))
    expect(
        np.allclose([mean, error], [LUCK.mean(), LUCK.std(ddof=1) / np.sqrt(5)]),
        "with five seeds gain or standard error is wrong: n is the number of the seeds given",
    )
    expect(
        not kept,
        "a gain that is smaller than its standard error is kept: that may be luck",
    )
    _, _, kept = _ask(gain, WITHOUT, WITHOUT)
    expect(
        not kept,
        "an idea that changes nothing is kept: kept is what gains more than its standard error, "
        "not what gains as much",
    )
    _, _, kept = _ask(gain, WITH, WITHOUT)
    expect(not kept, "a loss is kept: compare the gain with its sign, not its size")


def _ask(gain, *scores):
    got = gain(*(of_seeds.copy() for of_seeds in scores))
    what = "three things: the gain, its standard error, and whether it is kept"
    expect(isinstance(got, (tuple, list)) and len(got) == 3, f"return {what}")
    mean, error, kept = (numbers(each, (), what) for each in got)
    expect(kept in (0, 1), "the third thing is True or False: whether the idea is kept")
    return float(mean), float(error), bool(kept)


TASK = Task(
    number="2.9",
    function="gain",
    points=2,
    check=check,
    hints=(
        "The two scores of a seed belong together: what is the gain of each seed?",
        "gains = scores_without - scores_with; its mean, its standard deviation with ddof=1, "
        "and the square root of their number.",
        "error = gains.std(ddof=1) / np.sqrt(len(gains)); "
        "return gains.mean(), error, gains.mean() > error.",
    ),
)
