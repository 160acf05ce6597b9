"""Small files of radar hours, as text; every test has a cache of its own."""

import numpy as np
import pytest

from utils import paths
from utils.radar.hours import FILE_COLUMNS, RadarError
from utils.radar.read import read_hours


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")


def random_hours(n_hours, seed=0):
    """Lists of texts, one a row, of hours in the competition's format; Ids 1, 3, 5, …"""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(n_hours):
        expected = f"{0.254 * rng.integers(1, 40):.7g}"
        distance = f"{rng.integers(0, 22)}.0"
        hour_has_ref = rng.random() < 0.7
        for minute in np.sort(rng.choice(60, rng.integers(1, 20), replace=False)):
            radar = [f"{value:.8g}" for value in np.float32(rng.normal(20, 10, 20))]
            absent = rng.random(20) < 0.5
            absent[0] |= not hour_has_ref
            radar = ["" if gone else text for gone, text in zip(absent, radar, strict=True)]
            rows.append([str(2 * number + 1), str(minute), distance, *radar, expected])
    return rows


def scans(*rows, expected="1.016"):
    """Rows of (Id, minute) or (Id, minute, Ref), all with the same Expected."""
    return [
        [str(row[0]), str(row[1]), "5.0", str(row[2]) if len(row) > 2 else "", *[""] * 19, expected]
        for row in rows
    ]


def edited(row, column, text):
    """The text of a file in which one cell is replaced; rows count from 1."""
    rows = random_hours(30)
    rows[row - 1][FILE_COLUMNS.index(column)] = text
    return text_of(rows)


def text_of(rows, header=FILE_COLUMNS, end="\n"):
    return end.join(",".join(row) for row in [header, *rows]) + end


def assert_same(hours, others):
    for name in ("ids", "values", "first_row", "expected_mm"):
        found, expected = getattr(hours, name), getattr(others, name)
        np.testing.assert_array_equal(found, expected)
        assert expected is None or found.dtype == expected.dtype


def assert_refused(path, told):
    """Reading says in one line what is wrong, each part of `told` in it; nothing is kept."""
    with pytest.raises(RadarError) as refused:
        read_hours(path)
    message = str(refused.value)
    assert str(path) in message
    assert all(part in message for part in told), message
    assert message.count("\n") == 0
    assert not list(path.parent.glob("cache/*"))


@pytest.fixture
def hours(write):
    return read_hours(write(text_of(random_hours(60))), cache=False)
