"""The cache holds the same hours, follows its source, and is rebuilt where it is damaged."""

import os
import shutil

import pytest

from tests.radar.conftest import assert_same, random_hours, scans, text_of
from utils import paths
from utils.radar import read
from utils.radar.hours import FILE_COLUMNS, RadarError
from utils.radar.read import read_hours


@pytest.mark.parametrize("columns", [24, 23])
def test_the_cache_holds_the_same_hours_and_follows_the_source(write, monkeypatch, columns):
    def content(seed):
        rows = [row[:columns] for row in random_hours(40, seed)]
        return text_of(rows, FILE_COLUMNS[:columns])

    path = write(content(0))
    first = read_hours(path)
    with monkeypatch.context() as no_parsing:
        no_parsing.setattr(read, "_parse", None)
        assert_same(read_hours(path), first)
    write(content(1))
    second = read_hours(path)
    assert len(second.values) != len(first.values)
    assert_same(second, read_hours(path, cache=False))
    (kept,) = paths.CACHE.iterdir()
    os.utime(path, ns=(0, 0))
    before = kept.stat().st_mtime_ns
    read_hours(path)
    assert kept.stat().st_mtime_ns > before
    shutil.copy(path, path.with_name("copy.csv"))
    assert_same(read_hours(path.with_name("copy.csv")), second)
    assert len(list(paths.CACHE.iterdir())) == 2


def test_repaired_hours_are_not_given_to_who_asked_for_none(write):
    path = write(text_of(scans((1, 9), (1, 3), (2, 3))))
    repaired = read_hours(path, repair=True)
    assert read_hours(path, repair=True).repairs == repaired.repairs != {}
    with pytest.raises(RadarError, match="row 2"):
        read_hours(path)


def test_a_damaged_cache_is_rebuilt(write):
    path = write(text_of(random_hours(40)))
    hours = read_hours(path)
    (kept,) = paths.CACHE.iterdir()
    whole = kept.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for damaged in (b"", b"abc", b"not a cache", whole[:-1], whole[:-4], whole + b"x", flipped):
        kept.write_bytes(damaged)
        assert_same(read_hours(path), hours)
        assert kept.read_bytes() == whole


def test_without_a_place_for_the_cache_the_hours_are_read_all_the_same(write, monkeypatch):
    path = write(text_of(random_hours(10)))
    monkeypatch.setattr(paths, "CACHE", path / "cache")
    with pytest.warns(UserWarning, match="was not kept"):
        assert len(read_hours(path)) == 10
