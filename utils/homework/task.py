"""What a graded task is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


class NotYet(Exception):
    """Why an answer is not right yet: a sentence for the student."""


@dataclass(frozen=True)
class Task:
    """One graded task.

    asks_for: the name of the function to write. look: called with that function, it raises
    NotYet with the reason that fits the mistake. hints: three at most, from a nudge to nearly
    the answer.
    """

    asks_for: str
    points: int
    look: Callable
    hints: tuple[str, ...]


def expect(is_so, otherwise):
    """Raise NotYet, with the sentence `otherwise`, unless is_so."""
    if not is_so:
        raise NotYet(otherwise)


def expect_split_by_seed(answer, data, parts):
    """Raise NotYet unless answer(data, seed) gives `parts` for seed 0 and others for seed 1."""
    again, other = answer(data.copy(), seed=0), answer(data.copy(), seed=1)
    expect(
        all(np.array_equal(a, b) for a, b in zip(parts, again, strict=True)),
        "the same seed gave another split the second time",
    )
    expect(
        any(not np.array_equal(a, b) for a, b in zip(parts, other, strict=True)),
        "another seed gave the same split: pass `seed` on to whatever shuffles",
    )
