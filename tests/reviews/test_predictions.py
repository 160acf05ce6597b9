"""predictions.csv is written whole or not at all, and refused with a sentence."""

import pytest

from utils.reviews.predictions import check_own_predictions, check_predictions, write_predictions
from utils.reviews.read import ReviewsError


def test_predictions_are_written_whole_or_not_at_all(tmp_path):
    path = write_predictions(tmp_path / "predictions.csv", [4, 7], [0.25, 0.75])
    assert path.read_text() == "row,probability,sentiment\n4,0.2500,negative\n7,0.7500,positive\n"
    check_predictions(path, [4, 7])
    check_own_predictions(path)
    even = write_predictions(tmp_path / "even.csv", [4], [0.50004])
    assert even.read_text().endswith("4,0.5000,negative\n")
    even.unlink()
    with pytest.raises(ReviewsError, match="expected a probability"):
        write_predictions(tmp_path / "other.csv", [4, 7], [0.25, float("nan")])
    assert [file.name for file in tmp_path.iterdir()] == ["predictions.csv"]


HEADER = "row,probability,sentiment\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("row,sentiment\n4,positive\n", r"found the columns \['row', 'sentiment'\], expected"),
        (HEADER + "4,1.7,positive\n", "row 4: found 1.7, 'positive'; expected a probability"),
        (HEADER + "4,.7,good\n", "row 4: found 0.7, 'good'; expected a probability"),
        (HEADER + "4,high,positive\n", "row 4: found high, 'positive'; expected a probability"),
        ("", "No columns"),
        (HEADER + "4,.7,positive,more,fields\n5,.7\n6,.7,positive,x,y,z\n", "Expected 5 fields"),
        (HEADER.encode() + b"4,.7,positive \xe9\n", "can't decode byte 0xe9"),
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
    with pytest.raises(ReviewsError, match="the column row is missing"):
        check_own_predictions(path)
