"""Every rule of the table refuses what breaks it, names its first row, and repairs it if asked."""

import numpy as np
import pytest

from tests.radar.conftest import assert_refused, assert_same, edited, random_hours, scans, text_of
from utils.radar.hours import COLUMNS, RadarError
from utils.radar.read import read_hours


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (edited(17, "Id", ""), ["row 17", "column Id", "nothing"]),
        (edited(17, "minutes_past", "60"), ["row 17", "minutes_past", "found 60", "0 to 59"]),
        (edited(17, "minutes_past", "-1"), ["row 17", "minutes_past", "found -1", "0 to 59"]),
        (edited(17, "minutes_past", "7.5"), ["row 17", "minutes_past", "found 7.5", "whole"]),
        (edited(17, "minutes_past", ""), ["row 17", "minutes_past", "found nothing"]),
        (edited(17, "Zdr", "-inf"), ["row 17", "column Zdr", "found -inf", "repair=True"]),
        (edited(17, "Zdr", "1e39"), ["row 17", "column Zdr", "found inf"]),
        (text_of(scans((1, 3), (2, 3), (1, 9), (2, 9))), ["row 3", "Id", "found 1", "2 such rows"]),
        (text_of(scans((1, 3), (1, 9), (1, 8))), ["row 3", "minutes_past", "found 8", "fall"]),
        (text_of(scans(*((1, m) for m in range(20)))), ["row 20", "column Id", "at most 19"]),
        (edited(17, "Expected", ""), ["row 17", "column Expected", "found nothing", "test file"]),
        (edited(17, "Expected", "-1"), ["row 17", "column Expected", "found -1", "0 or more"]),
        (edited(17, "Expected", "inf"), ["row 17", "column Expected", "found inf"]),
        (text_of(scans((1, 3), (1, 9)) + scans((1, 12), expected="2")), ["row 3", "Expected", "2"]),
        # Of two faults the rule that stands higher in the table is told.
        (text_of(scans((1, 3), (1, 2), (2, 3), (1, 9))), ["row 4", "column Id", "stand together"]),
    ],
)
def test_what_breaks_a_rule_gets_a_sentence_that_helps(write, content, told):
    assert_refused(write(content), told)


def test_right_but_surprising_values_are_kept(write):
    """As in the competition's file: RhoHV above 1, no tip multiple, equal minutes, Expected 0."""
    rows = scans((8, 0, -10.5), (8, 30, 60), (8, 30), expected="0.010000005") + scans((2, 59))
    rows[0][1 + COLUMNS.index("RhoHV")] = "1.0516667"
    rows += scans((3, 5), expected="33017.7") + scans((4, 5), expected="0")
    hours = read_hours(write(text_of(rows)[:-1]))
    assert list(hours.ids) == [8, 2, 3, 4]
    assert hours.column("RhoHV")[0] == np.float32(1.0516667)
    np.testing.assert_array_equal(hours.expected_mm, np.float32([0.010000005, 1.016, 33017.7, 0]))


def test_repairs_are_made_where_asked_for_and_counted(write):
    rows = scans((5, 9), (5, 3), (5, 6)) + scans((6, 10), (7, 1), (6, 4), (6, 20))
    rows += scans(*((8, minute) for minute in range(22))) + scans((9, 3), expected="")
    rows += scans((10, 5, "inf"), (10, 8, 20)) + scans((11, 0), (12, 0), (12, 6))
    rows[-1][1 + COLUMNS.index("Zdr")] = rows[0][1 + COLUMNS.index("Kdp")] = "-inf"
    path = write(text_of(rows) + "12,9,5.0,,,1")
    hours = read_hours(path, repair=True)
    assert hours.repairs == {
        "the last line was cut off: its hour was dropped": 1,
        "infinite values were taken as missing": 2,
        "Ids stood apart and were brought together": 1,
        "hours were sorted by minute": 1,
        "hours lost all but their last 19 scans": 1,
        "hours without one valid Expected were dropped": 1,
    }
    assert list(hours.ids) == [5, 6, 7, 8, 10, 11]
    minutes = np.split(hours.column("minutes_past"), hours.first_row[1:-1])
    assert [list(own) for own in minutes] == [
        [3, 6, 9],
        [4, 10, 20],
        [1],
        list(range(3, 22)),
        [5, 8],
        [0],
    ]
    np.testing.assert_array_equal(hours.column("Ref")[-3:], [np.nan, 20, np.nan])
    assert read_hours(path, repair=True).repairs == hours.repairs
    with pytest.raises(RadarError, match="fields"):
        read_hours(path)


def test_an_hour_that_breaks_two_rules_counts_for_both_and_is_dropped_once(write):
    rows = scans((1, 9), (1, 3), (2, 5), (1, 6)) + scans((3, 1), expected="")
    rows += (
        scans((3, 2)) + scans((4, 1), expected="-1") + scans((5, 1)) + scans((5, 2), expected="2")
    )
    hours = read_hours(write(text_of(rows)), repair=True)
    assert hours.repairs == {
        "Ids stood apart and were brought together": 1,
        "hours were sorted by minute": 1,
        "hours without one valid Expected were dropped": 3,
    }
    assert list(hours.ids) == [1, 2]
    assert list(hours.column("minutes_past")) == [3, 6, 9, 5]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (edited(17, "Id", ""), "column Id: found nothing"),
        (edited(17, "minutes_past", "60"), "column minutes_past: found 60"),
        (text_of(scans((1, 3), expected="")), "no hour has a valid Expected"),
    ],
)
def test_what_only_a_person_can_know_is_not_repaired(write, content, told):
    with pytest.raises(RadarError, match=told):
        read_hours(write(content), repair=True)


def test_repair_leaves_a_right_file_as_it_is(write):
    path = write(text_of(random_hours(40)))
    repaired = read_hours(path, repair=True, cache=False)
    assert_same(repaired, read_hours(path, cache=False))
    assert repaired.repairs == {}
