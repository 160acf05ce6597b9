"""Task 1.9: wrong and sure of it."""

import numpy as np

from utils.homework.task import Task, array, expect, expect_none_of

LABELS = np.array([1, 0, 1, 0, 1, 0, 1, 0])
PROBABILITIES = np.array([0.9, 0.8, 0.05, 0.5, 0.45, 0.97, 0.55, 0.02])
# What comes back where three are asked for, and where ten are.
MISTAKES_OF_THREE = [
    (
        [3, 1, 0],
        "these are positions in a list of the mistakes alone: say in which rows of all reviews "
        "they stand",
    ),
    (
        [5, 1, 3],
        "each negative review counts as a mistake: more than one half says 1, not more than 0",
    ),
    (
        [2, 4, 6],
        "each positive review counts as a mistake: argmax of a single column is always 0; more "
        "than one half says 1",
    ),
    (
        [5, 1, 4],
        "these mistakes are in the order of their probabilities: the surest are those for which "
        "how far the probability is from the label is largest",
    ),
    ([1, 2, 5], "the three are right, their order is not: the surest mistake comes first"),
]
MISTAKES_OF_TEN = [
    (
        [5, 2, 1, 4, 3],
        "a probability of exactly one half says 0, and so is right of a negative review: only "
        "more than one half says 1",
    ),
    (
        [5, 2, 1, 4, 3, 6, 0, 7],
        "all eight reviews come back, of which four are judged rightly: no probability equals its "
        "label; compare (probabilities > .5) with the labels",
    ),
]


def check(worst_mistakes):
    """Raise NotYet unless the mistakes of eight reviews, 5, 2, 1 and 4, are found in order."""
    got = array(worst_mistakes(LABELS.copy(), PROBABILITIES.copy(), 3))
    expect(
        got.ndim == 1 and (not len(got) or np.issubdtype(got.dtype, np.integer)),
        "return a one-dimensional array of row numbers",
    )
    rows = got.tolist()
    expect_none_of(MISTAKES_OF_THREE, lambda wrong: rows == wrong)
    expect(
        set(rows) <= {1, 2, 4, 5},
        "some of these are right: a mistake has its probability on the other side of one half",
    )
    expect(
        set(rows) != {1, 5},
        "only positive answers to negative reviews are found; a sure .05 for praise is a mistake, "
        "too",
    )
    expect(
        rows[:1] != [4],
        "these are the least sure mistakes: sure is far from one half, not near it",
    )
    expect(
        rows == [5, 2, 1],
        "of the mistakes 0 for .97, 1 for .05, 0 for .8 and 1 for .45, in rows 5, 2, 1 and 4, the "
        f"first three are asked for; yours are rows {rows}",
    )
    rows = array(worst_mistakes(LABELS.copy(), PROBABILITIES.copy(), 10)).tolist()
    expect_none_of(MISTAKES_OF_TEN, lambda wrong: rows == wrong)
    expect(
        rows == [5, 2, 1, 4],
        "asked for ten where there are four mistakes, return these four",
    )


TASK = Task(
    number="1.9",
    function="worst_mistakes",
    points=1,
    check=check,
    hints=(
        "How far is a probability from the label? At one half the answer turns wrong.",
        "np.abs(labels - probabilities) is above one half for mistakes, near 1 for the worst.",
        "off = np.abs(labels - probabilities); order = np.argsort(-off); "
        "order[off[order] > .5][:n].",
    ),
)
