"""A submission is scored as the competition does, written whole and refused by its first rows."""

import numpy as np
import pandas as pd
import pytest

from utils.radar.hours import BROKEN_GAUGE_MM, RadarError
from utils.radar.submission import (
    check_own_submission,
    check_submission,
    mean_absolute_error,
    save_submission,
)


def test_errors_with_and_without_the_broken_gauges():
    given = [1, 2, 73, 1000], [2, 2, 3, 0]
    assert mean_absolute_error(*given) == (1 + 0 + 70 + 1000) / 4
    assert mean_absolute_error(*given, under_mm=BROKEN_GAUGE_MM) == 0.5
    assert np.isnan(mean_absolute_error([80.0], [1.0], under_mm=BROKEN_GAUGE_MM))
    with pytest.raises(ValueError, match="shapes"):
        mean_absolute_error(np.ones(3), np.ones((3, 1)))


def test_a_submission_is_written_whole_or_not_at_all(tmp_path):
    table = pd.DataFrame({"Id": [2, 9], "Expected": [0.25, 1e-6]})
    path = save_submission(table, tmp_path / "submission.csv")
    assert path.read_text() == "Id,Expected\n2,0.2500\n9,0.0000\n"
    before = path.read_bytes()
    for predicted in ([1.0, -0.1], [np.nan, 1.0], [np.inf, 1.0]):
        with pytest.raises(RadarError, match="0 mm or more"):
            save_submission(table.assign(Expected=predicted), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["submission.csv"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", ["empty"]),
        ("\ufeff", ["empty"]),
        ("A text.\n", ["line 1", "'A text.'", "Id,Expected"]),
        (b"Id,Expected\n2,1\n5,\xe9\n9,1\n", ["line 3", "0xe9", "UTF-8"]),
        (",Id,Expected\n0,2,1\n", ["delete column 1 ('')"]),
        ("Id;Expected\n2;1\n", ["line 1", "semicolons"]),
        ("Id,Expected\n", ["3 of 3", "first 2, 5, 9"]),
        ("Id,Expected\n2,1\n9,1\n", ["1 of 3", "missing", "first 5"]),
        ("Id,Expected\n2,1\n5,1\n9,1\n7,1\n8,1\n", ["2 rows", "row 4 ('7'), row 5 ('8')"]),
        ("Id,Expected\n2,1\n5,1\n9,1\n5,1\n", ["before", "row 4 ('5')"]),
        ("Id,Expected\n2,1\n5,\n9,nan\n", ["2 rows", "row 2 (''), row 3 ('nan')"]),
        ("Id,Expected\n2,1\n5,-0.1\n9,1\n", ["1 row,", "row 2 ('-0.1')"]),
        ("Id,Expected\n2,1\n5,inf\n9,1\n", ["row 2 ('inf')"]),
        ("Id,Expected\n2,1\n5,much\n9,1\n", ["row 2 ('much')"]),
        ("Id,Expected\ntwo,1\n5,1\n9,1\n", ["column Id", "row 1 ('two')"]),
        ("Id,Expected\n2,1\n5\n9,1\n", ["row 2", "found 1 fields, expected 2"]),
    ],
)
def test_a_wrong_submission_is_refused_by_its_first_rows(write, content, told):
    path = write(content, "submission.csv")
    with pytest.raises(RadarError) as refused:
        check_submission(path, np.array([2, 5, 9]))
    message = str(refused.value)
    assert str(path) in message
    assert all(part in message for part in told), message
    assert message.count("\n") == 0


def test_a_right_submission_may_stand_in_any_order(write):
    check_submission(write("Id,Expected\n9,0\n2,1e1\n5,3\n"), np.array([2, 5, 9]))
    with pytest.raises(RadarError, match="no such file"):
        check_submission("nowhere.csv", np.array([2]))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("Id,mm\n4,0.1\n", "line 1: found the columns 'Id,mm', expected Id,Expected"),
        ("", "is empty"),
        ("Id,Expected\n", "has no rows"),
        ("Id,Expected\n2.5,1\n", "the test file does not have in 1 row"),
        ("Id,Expected\n4,0.1\n4,0.1\n", "stood there before in 1 row, first row 2"),
        ("Id,Expected\nfour,1\n", "the test file does not have in 1 row, first row 1 .'four'"),
        ("Id,Expected\n,1\n", "the test file does not have"),
        ("Id,Expected\n4,-1\n", "no number of 0 mm or more"),
    ],
)
def test_a_submission_alone_is_checked_by_the_ids_that_it_names(write, content, told):
    check_own_submission(write("Id,Expected\n9,0\n4,0.1\n"))
    with pytest.raises(RadarError, match=told):
        check_own_submission(write(content))
