"""predictions.csv, what homework 1 hands in: written and checked."""

from pathlib import Path

import numpy as np
import pandas as pd

from utils import files
from utils.csv_files import CsvReader
from utils.reviews.read import LABELS, ReviewsError, enforce

COLUMNS = ["row", "probability", "sentiment"]
READER = CsvReader(
    error=ReviewsError,
    columns=COLUMNS,
    missing="Write the predictions first.",
    again="write it again",
)

# What is refused and what is said then, in this order: see `enforce`.
RULES = (
    (lambda table: table.empty, "{path} has no rows: write one for each judged review."),
    (
        lambda table: ~((table["number"] >= 0) & (table["number"] % 1 == 0)),
        "{path}, column row: found {row!r}, expected the number of a review, from 0: correct "
        "it{more}.",
    ),
    (
        lambda table: table["number"].duplicated(),
        "{path}: row {row} is there twice: write one line for each review{more}.",
    ),
    (
        lambda table: ~table["p"].between(0, 1) | ~table["sentiment"].isin(LABELS),
        "{path}, row {row}: found {probability}, {sentiment!r}; expected a probability from 0 to "
        "1 and positive or negative: correct it{more}.",
    ),
    (
        lambda table: table["sentiment"].map(LABELS).sub(table["p"]).abs() > 0.5,
        "{path}, row {row}: found {probability}, {sentiment!r}, which contradict each other: write "
        "positive where the probability is above 0.5 and negative where it is below{more}.",
    ),
)


def save_predictions(table, path):
    """Write predictions.csv: a line for each judged review, in the order of a table.

    table: a DataFrame with the columns row, the number of the review, from 0, and probability, of
    "positive". Columns of the file: row, probability (four decimals), sentiment. The file is
    checked before it is moved into place. Returns its path; raises ReviewsError as
    `check_predictions` does.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = pd.DataFrame({"row": [4, 7], "probability": [0.25, 0.875]})
    ...     path = save_predictions(table, f"{folder}/predictions.csv")
    ...     print(path.read_text(), end="")
    row,probability,sentiment
    4,0.2500,negative
    7,0.8750,positive
    """
    path = Path(path)
    table = table[["row", "probability"]].round({"probability": 4})
    table["sentiment"] = np.where(table["probability"] > 0.5, "positive", "negative")
    with files.atomic_write(path) as beside:
        table.to_csv(beside, index=False, lineterminator="\n", float_format="%.4f")
        check_predictions(beside, table["row"])
    return path


def check_predictions(path, rows):
    """Raise ReviewsError unless the file holds one valid prediction for each of `rows` (N,).

    >>> from utils import paths
    >>> check_predictions(paths.REVIEWS_SAMPLE, [4, 7])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    utils.reviews.read.ReviewsError: ...: found the columns 'review,sentiment', expected ...
    """
    found, judged = _check(path)["number"].tolist(), list(rows)
    if found != judged:
        raise ReviewsError(
            f"{path}: found {len(found):,} rows that are not the {len(judged):,} judged reviews in "
            "their order: write one line for each."
        )


def check_own_predictions(path):
    """Raise ReviewsError unless the file holds valid predictions, one for each row it names.

    >>> from utils import paths
    >>> check_own_predictions(paths.REVIEWS_SAMPLE)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    utils.reviews.read.ReviewsError: ...: found the columns 'review,sentiment', expected ...
    """
    _check(path)


def _check(path):
    """The table of a valid file, its cells as texts, and as numbers in number and p."""
    table = READER.table(path)
    table["number"] = pd.to_numeric(table["row"], errors="coerce").astype("float64")
    table["p"] = pd.to_numeric(table["probability"], errors="coerce").astype("float64")
    enforce(RULES, table, path=path)
    return table
