"""Task 1.9: wrong and sure of it."""

import numpy as np

from utils.homework.task import Task, array, expect

LABELS = np.array([1, 0, 1, 0, 1, 0, 1, 0])
PROBABILITIES = np.array([0.9, 0.8, 0.05, 0.5, 0.45, 0.97, 0.55, 0.02])


def check(worst_mistakes):
    """Raise NotYet unless the mistakes of eight reviews, 5, 2, 1 and 4, are found in order."""
    got = array(worst_mistakes(LABELS.copy(), PROBABILITIES.copy(), 3))
    expect(
        got.ndim == 1 and (not len(got) or np.issubdtype(got.dtype, np.integer)),
        "return a one-dimensional array of row numbers",
    )
    rows = got.tolist()
    expect(
        rows != [3, 1, 0],
        "these are positions in a list of the mistakes alone: say in which rows of all reviews "
        "they stand",
    )
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
        rows != [1, 2, 5],
        "the three are right, their order is not: the surest mistake comes first",
    )
    expect(
        rows == [5, 2, 1],
        "of the mistakes 0 for .97, 1 for .05, 0 for .8 and 1 for .45, in rows 5, 2, 1 and 4, the "
        f"first three are asked for; yours are rows {rows}",
    )
    rows = array(worst_mistakes(LABELS.copy(), PROBABILITIES.copy(), 10)).tolist()
    expect(
        rows != [5, 2, 1, 4, 3],
        "a probability of exactly one half says 0, and so is right of a negative review: only "
        "more than one half says 1",
    )
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
