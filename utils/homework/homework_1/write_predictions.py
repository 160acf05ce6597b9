"""Task 1.10: a file that the check of the hand-in accepts, or none."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from utils.homework.task import NotYet, Task, expect
from utils.reviews.predictions import check_predictions
from utils.reviews.read import ReviewsError

ROWS = np.array([12, 3, 40])
PROBABILITIES = np.array([0.25, 0.875, 0.5])


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
    expect(
        columns == ["row", "probability", "sentiment"],
        f"the columns are {', '.join(columns)}; expected: row, probability, sentiment",
    )
    expect(
        table["sentiment"].isin(["positive", "negative"]).all(),
        "sentiment is said in small letters, positive or negative, as in Kaggle's file",
    )
    expect(table["row"].tolist() == ROWS.tolist(), "the rows are not those given, in their order")
    expect(
        np.allclose(pd.to_numeric(table["probability"], errors="coerce"), PROBABILITIES),
        "the probabilities in the file are not those given: do not round them",
    )
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
