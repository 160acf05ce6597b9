"""Task 1.1: three sets of rows, no text in two of them."""

import numpy as np
import pandas as pd

from utils.homework.task import Task, array, expect, expect_split_by_seed


def check(split_rows):
    """Raise NotYet unless 400 rows, of which some share a text, are split as asked for."""
    reviews = _reviews()
    parts = split_rows(reviews.copy(), seed=0)
    expect(
        isinstance(parts, (tuple, list)) and len(parts) == 3,
        "return three arrays of row numbers: train, validation, test",
    )
    parts = [array(part) for part in parts]
    expect(
        not any(part.dtype == bool for part in parts),
        "a part is a mask of True and False: np.flatnonzero(mask) gives its row numbers",
    )
    expect(
        all(part.ndim == 1 and np.issubdtype(part.dtype, np.integer) for part in parts),
        "each part must be a one-dimensional array of whole row numbers, not of texts or labels",
    )
    everything = np.concatenate(parts)
    rows, counts = np.unique(everything, return_counts=True)
    is_copy = reviews["review"].duplicated(keep=False).to_numpy()
    more_than_once = [row for row in rows[counts > 1] if row in reviews.index and is_copy[row]]
    expect(counts.max(initial=1) == 1 or len(more_than_once) == sum(counts > 1), _TWICE)
    expect(not more_than_once, _COPIES)
    expect(
        set(everything) <= set(range(400)),
        "some row numbers do not exist: rows are counted from 0",
    )
    texts = [set(reviews["review"].iloc[part]) for part in parts]
    expect(
        set.union(*texts) == set(reviews["review"]),
        "some reviews stand in no part: each text must be used",
    )
    expect(sum(map(len, texts)) == len(set.union(*texts)), _COPIES)
    shares = [len(part) / len(everything) for part in parts]
    expect(
        abs(shares[0] - 0.8) < 0.05 and abs(shares[1] - 0.1) < 0.04 and abs(shares[2] - 0.1) < 0.04,
        f"the parts hold {shares[0]:.0%}, {shares[1]:.0%} and {shares[2]:.0%} of the rows, "
        "asked for are about 80, 10 and 10 %",
    )
    positive = [reviews["label"].iloc[part].mean() for part in parts]
    expect(
        all(0.2 < share < 0.8 for share in positive),
        "a part holds nearly only one class: shuffle before you cut, the file may be sorted",
    )
    expect_split_by_seed(split_rows, reviews, parts)


_TWICE = "some row is in two parts, or twice"
_COPIES = (
    "a text that occurs twice in the file is in two parts: the network would be tested on a review "
    "that it has learned by heart. Split the different texts, then for each look up its rows in "
    "`reviews` as given"
)


def _reviews():
    """400 rows, sorted by label; 60 of them are copies of others."""
    rng = np.random.default_rng(7)
    texts = np.array([f"review number {n}" for n in range(400)], dtype=object)
    labels = np.repeat([1, 0], 200)
    copies = rng.choice(400, size=(2, 60), replace=False)
    texts[copies[0]], labels[copies[0]] = texts[copies[1]], labels[copies[1]]
    return pd.DataFrame({"review": texts, "label": labels})


TASK = Task(
    number="1.1",
    function="split_rows",
    points=2,
    check=check,
    hints=(
        "Copies of a text must end up in the same part. What if you split texts, not rows?",
        "Shuffle the different texts (reviews['review'].unique().tolist()), cut them at 80 and "
        "90 %, then look up which rows hold the texts of each part.",
        "texts = reviews['review'].drop_duplicates().sample(frac=1, random_state=seed); "
        "np.split(texts, [int(.8 * len(texts)), int(.9 * len(texts))]) gives three lists; "
        "np.flatnonzero(reviews['review'].isin(part)) the rows of each.",
    ),
)
