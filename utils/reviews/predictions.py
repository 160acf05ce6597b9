"""predictions.csv, what homework 1 hands in: written and checked."""

from pathlib import Path

import numpy as np
import pandas as pd

from utils import files
from utils.reviews.read import LABELS, ReviewsError, enforce

COLUMNS = ["row", "probability", "sentiment"]

# What is refused and what is said then, in this order: see `enforce`.
OWN_RULES = (
    (lambda table: "row" not in table, "{path}: the column row is missing."),
    (lambda table: table["row"].duplicated(), "{path}: row {row} is there twice."),
)


def _rules(judged):
    """The rules for predictions of the rows `judged`, a list."""
    return (
        (
            lambda table: list(table.columns) != COLUMNS,
            "{path}: found the columns {columns}, expected {expected}.",
        ),
        (
            lambda table: list(table["row"]) != judged,
            "{path}: found {n:,} rows that are not the {n_judged:,} judged reviews in their "
            "order: write one line for each.",
        ),
        (
            lambda table: (
                ~pd.to_numeric(table["probability"], errors="coerce").between(0, 1)
                | ~table["sentiment"].isin(LABELS)
            ),
            "{path}, row {row}: found {probability}, {sentiment!r}; expected a probability from 0 "
            "to 1 and positive or negative.",
        ),
    )


def write_predictions(path, rows, probabilities):
    """Write predictions.csv: a line for each judged review, in the order of the file.

    rows: (N,) row numbers of the reviews, from 0. probabilities: (N,) of "positive". Columns row,
    probability (four decimals), sentiment. The file is checked before it is moved into place.
    Returns its path; raises ReviewsError as `check_predictions` does.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_predictions(f"{folder}/predictions.csv", [4, 7], [0.25, 0.875])
    ...     print(path.read_text(), end="")
    row,probability,sentiment
    4,0.2500,negative
    7,0.8750,positive
    """
    path = Path(path)
    table = pd.DataFrame({"row": rows, "probability": np.round(probabilities, 4)})
    table["sentiment"] = np.where(table["probability"] > 0.5, "positive", "negative")
    with files.atomic_write(path) as beside:
        table.to_csv(beside, index=False, lineterminator="\n", float_format="%.4f")
        check_predictions(beside, rows)
    return path


def check_predictions(path, rows):
    """Raise ReviewsError unless the file holds one valid prediction for each of `rows` (N,).

    >>> from utils import paths
    >>> check_predictions(paths.REVIEWS_SAMPLE, [4, 7])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    utils.reviews.read.ReviewsError: ...: found the columns ['review', 'sentiment'], expected ...
    """
    _check(_read(path), path, list(rows))


def check_own_predictions(path):
    """Raise ReviewsError unless the file holds valid predictions, one for each row it names.

    >>> from utils import paths
    >>> check_own_predictions(paths.REVIEWS_SAMPLE)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    utils.reviews.read.ReviewsError: ...imdb_sample.csv: the column row is missing.
    """
    table = _read(path)
    enforce(OWN_RULES, table, path=path)
    _check(table, path, list(table["row"]))


def _check(table, path, judged):
    enforce(
        _rules(judged),
        table,
        path=path,
        columns=list(table.columns),
        expected=COLUMNS,
        n=len(table),
        n_judged=len(judged),
    )


def _read(path):
    try:
        return pd.read_csv(path)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise ReviewsError(f"{path}: {error}") from None
