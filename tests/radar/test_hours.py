"""Hours are taken and split without a scan lost or mixed up."""

import numpy as np
import pytest

from tests.radar.conftest import assert_same, random_hours, text_of
from utils.radar.hours import RadarError, split_hours
from utils.radar.marshall_palmer import marshall_palmer
from utils.radar.read import read_hours


def test_taken_hours_keep_their_rows_and_the_order_asked_for(hours):
    numbers = [7, 3, 3, 59]
    taken = hours.take(numbers)
    assert list(taken.ids) == [hours.ids[n] for n in numbers]
    assert list(taken.expected_mm) == [hours.expected_mm[n] for n in numbers]
    for number, first, last in zip(numbers, taken.first_row, taken.first_row[1:], strict=False):
        own = slice(hours.first_row[number], hours.first_row[number + 1])
        np.testing.assert_array_equal(taken.values[first:last], hours.values[own])
    assert list(hours.take(hours.has_ref).ids) == list(hours.ids[hours.has_ref])
    nobody = hours.take([])
    assert (len(nobody), len(nobody.values), list(nobody.first_row)) == (0, 0, [0])
    assert list(nobody.has_ref) == list(marshall_palmer(nobody)) == []


def test_columns_stay_contiguous_in_memory(hours):
    assert hours.column("Zdr").flags.c_contiguous
    assert hours.take([5, 2]).column("Zdr").flags.c_contiguous


def test_hours_are_split_at_random_and_none_is_lost(write):
    hours = read_hours(write(text_of(random_hours(200))), cache=False)
    split = split_hours(hours)
    parts = [split.train, split.validation, split.test]
    assert [len(part) for part in parts] == [160, 20, 20]
    assert sorted(np.concatenate([part.ids for part in parts])) == list(hours.ids)
    again, other = split_hours(hours), split_hours(hours, seed=1)
    assert_same(again.test, split.test)
    assert list(other.test.ids) != list(split.test.ids)
    assert split.test.ids.max() > 300 and split.test.ids.min() < 100
    without_test = split_hours(hours, validation=0.25, test=0)
    assert (len(without_test.train), len(without_test.validation)) == (150, 50)
    assert without_test.test is None
    with pytest.raises(RadarError, match="too few"):
        split_hours(hours.take(range(9)))
