"""Task 2.3: three sets of rows, no hour in two of them."""

import numpy as np

from utils.homework.task import Task, array, expect, expect_split_by_seed

_rng = np.random.default_rng(7)
HOUR_IDS = 10_000 + np.cumsum(_rng.integers(1, 9, 240))
IDS = np.repeat(HOUR_IDS, _rng.integers(1, 20, 240))


def check(split_ids):
    """Raise NotYet unless the rows of 240 hours are split as asked for."""
    what = "three arrays of row numbers: train, validation, test"
    parts = split_ids(IDS.copy(), seed=0)
    expect(isinstance(parts, (tuple, list)) and len(parts) == 3, f"return {what}")
    parts = [array(part, what) for part in parts]
    _check_row_numbers(parts)
    sets = [set(IDS[part]) for part in parts]
    expect(
        sum(map(len, sets)) == len(set.union(*sets)),
        "scans of one hour are in two parts: the network would be tested on an hour whose rain "
        "it was told; split the Ids, not the rows",
    )
    n_left_out = len(IDS) - sum(map(len, parts))
    expect(n_left_out == 0, f"{n_left_out} rows stand in no part: each row must be used")
    shares = [len(part) / len(HOUR_IDS) for part in sets]
    expect(
        np.abs(np.subtract(shares, [0.8, 0.1, 0.1])).max() < 0.04,
        f"the parts hold {shares[0]:.0%}, {shares[1]:.0%} and {shares[2]:.0%} of the hours, "
        "asked for are about 80, 10 and 10 %",
    )
    in_the_file = [np.searchsorted(HOUR_IDS, list(part)).mean() / len(HOUR_IDS) for part in sets]
    expect(
        all(0.25 < mean < 0.75 for mean in in_the_file),
        "the parts follow the order of the file: shuffle the Ids before you cut, the file may be "
        "sorted by place or by day",
    )
    expect_split_by_seed(split_ids, IDS, parts)


def _check_row_numbers(parts):
    expect(
        all(part.ndim == 1 and np.issubdtype(part.dtype, np.integer) for part in parts),
        "each part must be a one-dimensional array of whole row numbers, not a mask",
    )
    everything = np.concatenate(parts)
    expect(
        not len(everything) or everything.min() < 10_000,
        "these are Ids; asked for are the numbers of the rows, counted from 0",
    )
    expect(
        len(everything) and everything.min() >= 0 and everything.max() < len(IDS),
        "some row numbers do not exist: rows are counted from 0",
    )
    expect(len(np.unique(everything)) == len(everything), "some row is in two parts, or twice")
    expect(
        len(everything) > len(HOUR_IDS),
        "these are as many numbers as there are hours: each hour has several rows, return them all",
    )


TASK = Task(
    number="2.3",
    function="split_ids",
    points=2,
    check=check,
    hints=(
        "All rows of an hour must end up in the same part. What if you split Ids, not rows?",
        "Shuffle np.unique(ids) with np.random.default_rng(seed).permutation, cut it at 80 and "
        "90 %, then look up which rows have these Ids.",
        "np.split(shuffled, [int(.8 * len(shuffled)), int(.9 * len(shuffled))]) gives three "
        "lists of Ids; np.flatnonzero(np.isin(ids, part)) the rows of each.",
    ),
)
