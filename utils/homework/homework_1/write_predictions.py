"""Task 1.10: a file that the check of the hand-in accepts, or none."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from utils.homework.task import NotYet, Task, expect, expect_none_of
from utils.reviews.predictions import check_predictions
from utils.reviews.read import ReviewsError

ROWS = np.array([12, 3, 40])
PROBABILITIES = np.array([0.25, 0.875, 0.5])
OTHER_COLUMNS = [
    (
        ["12", "0.25", "negative"],
        "the header is missing: the first line says row, probability, sentiment",
    ),
    (["row;probability;sentiment"], "there are semicolons: the columns are separated by commas"),
]
OTHER_ROWS = [
    ([13, 4, 41], "the rows are not those given, each is one too many: they are counted from 0"),
    ([0, 1, 2], "the rows are 0, 1, 2: write those given, which say where each review stands"),
]
OTHER_WORDS = [
    (
        ["negative"] * 3,
        "all are negative: argmax of a single column is always 0; positive is more than one half",
    ),
    (["positive"] * 3, "all are positive: positive is more than one half, not more than 0"),
    (["positive", "negative", "positive"], "positive and negative have changed places"),
]


def check(write_predictions):
    """Raise NotYet unless three predictions are written, and one that is missing refused."""
    with tempfile.TemporaryDirectory() as folder:
        _check_written(write_predictions, Path(folder) / "predictions.csv")
        _check_refused(write_predictions, Path(folder) / "broken.csv")


def _check_written(write_predictions, path):
    write_predictions(path, ROWS.copy(), PROBABILITIES.copy())
    expect(path.is_file(), "no file stands at the path that was given")
    try:
        table = pd.read_csv(path)
    except ValueError as error:
        raise NotYet(f"pandas can't read the file: {error}") from None
    columns = [str(column) for column in table.columns]
    expect(
        not any(column.startswith("Unnamed") for column in columns),
        "the first column is pandas' index: write the file with index=False",
    )
    expect_none_of(OTHER_COLUMNS, lambda wrong: columns == wrong)
    expect(
        columns == ["row", "probability", "sentiment"],
        f"the columns are {', '.join(columns)}; expected: row, probability, sentiment",
    )
    expect(
        not pd.api.types.is_numeric_dtype(table["sentiment"]),
        "sentiment says it in words, positive or negative, not in numbers",
    )
    expect(
        table["sentiment"].isin(["positive", "negative"]).all(),
        "sentiment is said in small letters, positive or negative, as in Kaggle's file",
    )
    expect_none_of(OTHER_ROWS, lambda wrong: table["row"].tolist() == wrong)
    expect(table["row"].tolist() == ROWS.tolist(), "the rows are not those given, in their order")
    written = pd.to_numeric(table["probability"], errors="coerce")
    expect(
        not np.allclose(written, 1 - PROBABILITIES),
        'the probabilities are those of "negative": write them as they are given',
    )
    expect(
        np.allclose(written, PROBABILITIES),
        "the probabilities in the file are not those given: do not round them",
    )
    expect_none_of(OTHER_WORDS, lambda wrong: table["sentiment"].tolist() == wrong)
    expect(
        table["sentiment"].tolist() == ["negative", "positive", "negative"],
        "the words do not go with the probabilities: positive is more than one half",
    )
    try:
        check_predictions(path, ROWS)
    except ReviewsError as error:
        raise NotYet(str(error)) from None


def _check_refused(write_predictions, path):
    try:
        write_predictions(path, ROWS.copy(), np.array([0.2, np.nan, 0.4]))
    except NotImplementedError:
        raise
    except ValueError:
        expect(not path.exists(), "a refused file was left behind: look before you write")
    except Exception as error:
        raise NotYet(
            f"a probability that is missing (NaN) raises {type(error).__name__}; asked for "
            "is ValueError"
        ) from None
    else:
        expect(
            not path.exists(),
            "a probability that is missing (NaN) was written, or left out: raise ValueError",
        )
        raise NotYet("a probability is missing (NaN), and nobody is told: raise ValueError")


TASK = Task(
    number="1.10",
    function="write_predictions",
    points=1,
    check=check,
    hints=(
        "A DataFrame of three columns, and to_csv. What does to_csv write that nobody asked for?",
        "np.where(probabilities > .5, 'positive', 'negative') are the words; np.isnan finds "
        "what is missing.",
        "if np.isnan(probabilities).any(): raise ValueError(...); then "
        "pd.DataFrame({'row': rows, ...}).to_csv(path, index=False).",
    ),
)
