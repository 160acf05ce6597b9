"""Task 2.8: from log(1 + mm) to millimetres."""

import numpy as np

from utils.homework.task import Task, array, expect, expect_none_of, numbers

LOGS = np.array([[0.0], [np.log(2)], [-0.3], [2.5], [4.25]], "float32")
LOG = LOGS[:, 0].astype("float64")
MM = np.maximum(np.expm1(LOG), 0)
RAIN = LOG > 0
MISTAKES = (
    (LOG, "these are still logarithms: the exponential brings them back"),
    (np.log1p(np.abs(LOG)), "this is the way there once more; the way back is exp(answer) - 1"),
    (np.exp(LOG), "the 1 is forgotten: from log(1 + mm) follows mm = exp(answer) - 1"),
    (10**LOG - 1, "the logarithm is the natural one: exp, not a power of 10"),
)


def check(back_to_mm):
    """Raise NotYet unless five answers of a network, one below 0, become millimetres."""
    what = "an array (N,) of millimetres"
    got = array(back_to_mm(LOGS.copy()), what)
    expect(
        got.shape != (5, 1),
        "the shape is (N, 1), as it came in; return (N,): (N,) minus (N, 1) would be a table of "
        "N times N errors, and no one would tell you",
    )
    got = numbers(got, (5,), what)

    def is_it(mm):
        return np.allclose(got[RAIN], mm[RAIN], rtol=1e-3)

    expect_none_of(MISTAKES, is_it)
    factor = (got[RAIN] + 1) / (MM[RAIN] + 1)
    expect(
        np.allclose(factor, 1, rtol=1e-3) or not np.allclose(factor, factor[0], rtol=1e-3),
        "all is larger or smaller by one factor, a correction for the mean: the absolute error "
        "asks for the median, and the median of log(1 + mm) is that of mm without correction",
    )
    expect(is_it(MM), f"log(2) became {got[1]:.3f} mm, expected 1: mm = exp(answer) - 1")
    expect(np.isclose(got[0], 0, atol=1e-5), f"0 became {got[0]:.3f} mm, expected 0")
    expect(got[2] >= 0, f"an answer of -0.3 became {got[2]:.3f} mm: rain is never below 0")
    expect(
        np.isclose(got[2], 0, atol=1e-5),
        f"an answer below 0 became {got[2]:.3f} mm: no rain, 0, is the nearest that can be",
    )
    again = numbers(back_to_mm(LOGS[3:].copy()), (2,), what)
    expect(np.allclose(again, MM[3:], rtol=1e-3), "two answers alone become other millimetres")


TASK = Task(
    number="2.8",
    function="back_to_mm",
    points=1,
    check=check,
    hints=(
        "y = log(1 + mm). What is mm? And which shape has the measured rain?",
        "np.expm1 is exp(y) - 1; np.maximum keeps it from falling below 0.",
        "return np.maximum(np.expm1(answers[:, 0]), 0).",
    ),
)
