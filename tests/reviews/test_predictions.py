"""predictions.csv is written whole or not at all, and refused with a sentence."""

import pandas as pd
import pytest

from utils.reviews.predictions import check_own_predictions, check_predictions, save_predictions
from utils.reviews.read import ReviewsError


def table(rows, probabilities):
    return pd.DataFrame({"row": rows, "probability": probabilities})


def test_predictions_are_written_whole_or_not_at_all(tmp_path):
    path = save_predictions(table([4, 7], [0.25, 0.75]), tmp_path / "predictions.csv")
    assert path.read_text() == "row,probability,sentiment\n4,0.2500,negative\n7,0.7500,positive\n"
    check_predictions(path, [4, 7])
    check_own_predictions(path)
    even = save_predictions(table([4], [0.50004]), tmp_path / "even.csv")
    assert even.read_text().endswith("4,0.5000,negative\n")
    even.unlink()
    with pytest.raises(ReviewsError, match="expected a probability"):
        save_predictions(table([4, 7], [0.25, float("nan")]), tmp_path / "other.csv")
    assert [file.name for file in tmp_path.iterdir()] == ["predictions.csv"]


HEADER = "row,probability,sentiment\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("row,sentiment\n4,positive\n", "found the columns 'row,sentiment', expected"),
        (",row,probability,sentiment\n0,4,.7,positive\n", "delete column 1 [(]''[)]"),
        ("row;probability;sentiment\n4;0,7;positive\n", "semicolons stand between"),
        ("A text.\n", "found the columns 'A text.', expected row,probability,sentiment"),
        (HEADER, "has no rows"),
        (
            HEADER + "four,.7,positive\n",
            "column row: found 'four', expected the number",
        ),
        (HEADER + "4.5,.7,positive\n", "column row: found '4.5'"),
        (HEADER + "4,.1,positive\n", "row 4: found .1, 'positive', which contradict each other"),
        (HEADER + "4,.9,negative\n", "row 4: found .9, 'negative', which contradict each other"),
        ("\ufeff", "is empty"),
        (HEADER + "4,1.7,positive\n", "row 4: found 1.7, 'positive'; expected a probability"),
        (HEADER + "4,.7,good\n", "row 4: found .7, 'good'; expected a probability"),
        (HEADER + "4,high,positive\n", "row 4: found high, 'positive'; expected a probability"),
        ("", "is empty"),
        (HEADER + "4,.7,positive,more,fields\n", "row 1 .line 2.: found 5 fields, expected 3"),
        (HEADER + "4,.7\n", "found 2 fields, expected 3: write a cell for each of row,"),
        (HEADER.encode() + b"4,.7,positive \xe9\n", "line 2: the byte 0xe9 is not UTF-8"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path, content, told):
    path = tmp_path / "predictions.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for check in (check_own_predictions, lambda path: check_predictions(path, [4])):
        with pytest.raises(ReviewsError, match=f"{path}.*{told}"):
            check(path)


def test_rows_are_those_asked_for_and_without_them_each_is_there_once(tmp_path):
    path = tmp_path / "predictions.csv"
    path.write_text(HEADER + "4,.7,positive\n7,.7,positive\n")
    with pytest.raises(ReviewsError, match="found 2 rows that are not the 2 judged reviews in"):
        check_predictions(path, [7, 4])
    path.write_text(HEADER + "4,.7,positive\n4,.7,positive\n")
    with pytest.raises(ReviewsError, match="row 4 is there twice"):
        check_own_predictions(path)
    path.write_text("id,probability\n4,.7\n")
    with pytest.raises(ReviewsError, match="found the columns 'id,probability'"):
        check_own_predictions(path)
    for check in (check_own_predictions, lambda path: check_predictions(path, [4])):
        with pytest.raises(ReviewsError, match="there is no such file"):
            check(tmp_path / "none.csv")
        with pytest.raises(ReviewsError, match="is a folder"):
            check(tmp_path)


@pytest.mark.parametrize("label", ["positive", "negative"])
def test_one_half_goes_with_both_labels(tmp_path, label):
    """Rounded after the label was chosen, as in the file that `save_predictions` writes."""
    path = tmp_path / "predictions.csv"
    path.write_text(HEADER + f"4,0.5000,{label}\n")
    check_own_predictions(path)
