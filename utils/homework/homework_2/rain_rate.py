"""Task 2.1: Marshall and Palmer's formula, solved for the rain."""

import numpy as np

from utils.homework.task import Task, close, expect, expect_none_of, numbers

REF = np.array([[10, 23.0103, 40], [np.nan, -5, 31.5]])
Z = 10 ** (REF / 10)
RATES = (Z / 200) ** 0.625
MISTAKES = (
    (
        (np.abs(REF) / 200) ** 0.625,
        "dBZ is a logarithm: take Z = 10^(ref / 10) first, and that to the formula",
    ),
    (
        (np.exp(REF / 10) / 200) ** 0.625,
        "decibels are powers of 10, not of e: Z = 10 ** (ref / 10)",
    ),
    ((10**REF / 200) ** 0.625, "a decibel is a tenth: Z = 10 ** (ref / 10), not 10 ** ref"),
    (
        (Z / 200) ** 1.6,
        "the exponent is the wrong way round: from Z = 200 R^1.6 follows R = (Z / 200)^(1 / 1.6)",
    ),
    (200 * Z**1.6, "this is the echo of so much rain; asked for is the rain of such an echo"),
    (Z**0.625 / 200, "divide by 200 before you take the root, not after"),
    (Z, "this is Z itself; the rain is (Z / 200)^(1 / 1.6)"),
)


def check(rain_rate):
    """Raise NotYet unless six echoes, a weak and a missing one among them, get their rain."""
    what = "the rain of each value, in the shape of `ref`"
    got = numbers(rain_rate(REF.copy()), REF.shape, what)

    def is_it(rates):
        known = REF > 0
        return np.allclose(got[known], rates[known], rtol=1e-3)

    expect_none_of(MISTAKES, is_it)
    expect(
        is_it(RATES),
        f"23.01 dBZ became {got[0, 1]:.3f} mm/h, expected 1.000: Z = 200 R^1.6, "
        "Z = 10^(ref / 10), solved for R",
    )
    expect(
        np.isnan(got[1, 0]),
        "a missing value (NaN) became a number: that nothing was seen does not mean that no rain "
        "fell, so NaN stays NaN",
    )
    expect(
        close(got, RATES),
        "a value below 0 dBZ is an echo, too, if a weak one: do not cut it off",
    )
    again = numbers(rain_rate(REF[0, ::-1].copy()), (3,), what)
    expect(close(again, RATES[0, ::-1]), "three echoes in another order get other rates")


TASK = Task(
    number="2.1",
    function="rain_rate",
    points=1,
    check=check,
    hints=(
        "Two steps: from dBZ to Z, then from Z to R. What undoes a power of 1.6?",
        "Z = 10 ** (ref / 10). Z = 200 R^1.6 says that Z / 200 is R^1.6.",
        "return (10 ** (ref / 10) / 200) ** (1 / 1.6); NaN stays NaN by itself.",
    ),
)
