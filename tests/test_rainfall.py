"""Radar hours are read as they are, or refused with a sentence that helps."""

import gzip
import json
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from utils import bench, rainfall
from utils.bench import radar

REAL = (
    Path(os.environ.get("COURSE_DATA", Path(__file__).parents[2] / "shared" / "data"))
    / "rain"
    / "train.csv"
)
HEADER = ["Id", *rainfall.COLUMNS, "Expected"]


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(rainfall, "CACHE", tmp_path / "cache")


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


def text_of(rows, header=HEADER, end="\n"):
    return end.join(",".join(row) for row in [header, *rows]) + end


@pytest.fixture
def write(tmp_path):
    def write(content, name="train.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def hours(write):
    return rainfall.read_hours(write(text_of(random_hours(60))), cache=False)


def scans(*rows, expected="1.016"):
    """Rows of (Id, minute) or (Id, minute, Ref)."""
    return [
        [str(row[0]), str(row[1]), "5.0", str(row[2]) if len(row) > 2 else "", *[""] * 19, expected]
        for row in rows
    ]


def assert_same(hours, others):
    for name in ("ids", "values", "first_row", "expected_mm"):
        found, expected = getattr(hours, name), getattr(others, name)
        np.testing.assert_array_equal(found, expected)
        assert expected is None or found.dtype == expected.dtype


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_every_number_arrives_in_its_place(write, start, end):
    rows = random_hours(60)
    hours = rainfall.read_hours(write(start + text_of(rows, end=end)))
    ids = [int(row[0]) for row in rows]
    assert list(hours.ids) == sorted(set(ids))
    assert list(np.repeat(hours.ids, hours.lengths)) == ids
    expected = np.array([[float(text or "nan") for text in row] for row in rows], "float32")
    np.testing.assert_array_equal(hours.values, expected[:, 1:23])
    np.testing.assert_array_equal(np.repeat(hours.expected_mm, hours.lengths), expected[:, 23])
    assert hours.values.shape == (len(rows), 22) and hours.values.dtype == "float32"
    assert (hours.ids.dtype, hours.first_row.dtype) == ("int64", "int64")
    assert hours.repairs == {}
    assert np.shares_memory(hours.column("Zdr"), hours.values)
    for n, first in enumerate(hours.first_row[:-1]):
        refs = expected[first : first + hours.lengths[n], HEADER.index("Ref")]
        assert hours.has_ref[n] == (not np.isnan(refs).all())
    assert 0 < hours.has_ref.sum() < len(hours)


def test_a_test_file_has_no_expected_and_columns_may_stand_in_any_order(write):
    rows = random_hours(20)
    whole = rainfall.read_hours(write(text_of(rows)), cache=False)
    test = rainfall.read_hours(write(text_of([row[:-1] for row in rows], HEADER[:-1]), "test.csv"))
    assert test.expected_mm is None
    np.testing.assert_array_equal(test.values, whole.values)
    turned = text_of([row[::-1] for row in rows], HEADER[::-1])
    assert_same(rainfall.read_hours(write(turned, "turned.csv")), whole)


def test_taken_hours_keep_their_rows_and_the_order_asked_for(hours):
    numbers = [7, 3, 3, 59]
    taken = hours.take(numbers)
    assert list(taken.ids) == [hours.ids[n] for n in numbers]
    for number, first, last in zip(numbers, taken.first_row, taken.first_row[1:], strict=False):
        own = slice(hours.first_row[number], hours.first_row[number + 1])
        np.testing.assert_array_equal(taken.values[first:last], hours.values[own])
        assert hours.expected_mm[number] in taken.expected_mm
    assert list(hours.take(hours.has_ref).ids) == list(hours.ids[hours.has_ref])
    nobody = hours.take([])
    assert (len(nobody), len(nobody.values), list(nobody.first_row)) == (0, 0, [0])
    assert list(nobody.has_ref) == list(rainfall.marshall_palmer(nobody)) == []


def edited(row, column, text):
    rows = random_hours(30)
    rows[row - 1][HEADER.index(column)] = text
    return text_of(rows)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", ["empty"]),
        (b" \n\n", ["empty"]),
        (text_of([]), ["no rows"]),
        (text_of([], HEADER[:1]), ["line 1", "no column minutes_past, radardist_km"]),
        (text_of([], [*HEADER[:3], "Reff", *HEADER[4:]]), ["line 1", "no column Ref", "'Reff'"]),
        (text_of([], [*HEADER, "Ref"]), ["line 1", "doubled", "'Ref'"]),
        (text_of([]).encode("utf-16"), ["line 1", "0xff", "UTF-8"]),
        (gzip.compress(text_of([]).encode()), ["compressed", "unpack"]),
        (edited(17, "Kdp", "wet"), ["row 17", "column Kdp", "'wet'", "a number or nothing"]),
        (edited(17, "Kdp", "é").encode("latin-1"), ["row 17", "column Kdp", "a number"]),
        (edited(17, "Id", "2.5"), ["row 17", "column Id", "'2.5'", "whole number"]),
        (edited(17, "Id", ""), ["row 17", "column Id", "nothing"]),
        (edited(17, "minutes_past", "60"), ["row 17", "minutes_past", "found 60", "0 to 59"]),
        (edited(17, "minutes_past", "-1"), ["row 17", "minutes_past", "found -1", "0 to 59"]),
        (edited(17, "minutes_past", "7.5"), ["row 17", "minutes_past", "found 7.5", "whole"]),
        (edited(17, "minutes_past", ""), ["row 17", "minutes_past", "found nothing"]),
        (edited(17, "Zdr", "-inf"), ["row 17", "column Zdr", "found -inf", "repair=True"]),
        (edited(17, "Zdr", "1e39"), ["row 17", "column Zdr", "found inf"]),
        (edited(17, "Expected", ""), ["row 17", "column Expected", "found nothing", "test file"]),
        (edited(17, "Expected", "-1"), ["row 17", "column Expected", "found -1", "0 or more"]),
        (edited(17, "Expected", "inf"), ["row 17", "column Expected", "found inf"]),
        (text_of(scans((1, 3), (1, 9)) + scans((1, 12), expected="2")), ["row 3", "Expected", "2"]),
        (text_of(scans((1, 3), (2, 3), (1, 9), (2, 9))), ["row 3", "Id", "found 1", "2 such rows"]),
        (text_of(scans((1, 3), (1, 9), (1, 8))), ["row 3", "minutes_past", "found 8", "fall"]),
        (text_of(scans(*((1, m) for m in range(20)))), ["row 20", "column Id", "at most 19"]),
        (text_of(scans((1, 3))) + "1,2\n" + text_of(scans((1, 9))), ["row 2", "2 fields", "24"]),
        (text_of(scans((1, 3), (2, 3))) + "2,9,5.0,,", ["row 3", "5 fields", "end of the file"]),
        (text_of(scans((1, 3))) + ",".join(["1"] * 25), ["row 2", "25 fields", "24"]),
        (text_of(scans((1, 3)), end="\r"), ["line 1", "unknown", "24 columns"]),
        (text_of(scans((1, 3))).replace(",", ";"), ["line 1", "no column"]),
    ],
)
def test_bad_input_gets_a_sentence_that_helps(write, content, told):
    path = write(content)
    with pytest.raises(rainfall.RainfallError) as refused:
        rainfall.read_hours(path)
    message = str(refused.value)
    assert str(path) in message
    assert all(part in message for part in told), message
    assert message.count("\n") == 0
    assert not list(path.parent.glob("cache/*"))


def test_a_zip_a_folder_and_a_missing_file_are_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "archive.csv", "w") as archive:
        archive.writestr("train.csv", text_of(random_hours(10)))
    for path, told in (
        (tmp_path / "archive.csv", "unpack"),
        (tmp_path, "folder"),
        (tmp_path / "none.csv", "make data"),
    ):
        with pytest.raises(rainfall.RainfallError, match=told):
            rainfall.read_hours(path)


def test_right_but_surprising_values_are_kept(write):
    """As in the competition's file: RhoHV above 1, no tip multiple, equal minutes, Expected 0."""
    rows = scans((8, 0, -10.5), (8, 30, 60), (8, 30), expected="0.010000005") + scans((2, 59))
    rows[0][HEADER.index("RhoHV")] = "1.0516667"
    rows += scans((3, 5), expected="33017.7") + scans((4, 5), expected="0")
    hours = rainfall.read_hours(write(text_of(rows)[:-1]))
    assert list(hours.ids) == [8, 2, 3, 4]
    assert hours.values[0, HEADER.index("RhoHV") - 1] == np.float32(1.0516667)
    np.testing.assert_array_equal(hours.expected_mm, np.float32([0.010000005, 1.016, 33017.7, 0]))


def test_repairs_are_made_where_asked_for_and_counted(write):
    rows = scans((5, 9), (5, 3), (5, 6)) + scans((6, 10), (7, 1), (6, 4), (6, 20))
    rows += scans(*((8, minute) for minute in range(22))) + scans((9, 3), expected="")
    rows += scans((10, 5, "inf"), (10, 8, 20)) + scans((11, 0), (12, 0), (12, 6))
    rows[-1][HEADER.index("Zdr")] = rows[0][HEADER.index("Kdp")] = "-inf"
    path = write(text_of(rows) + "12,9,5.0,,,1")
    hours = rainfall.read_hours(path, repair=True)
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
    assert rainfall.read_hours(path, repair=True).repairs == hours.repairs
    with pytest.raises(rainfall.RainfallError, match="fields"):
        rainfall.read_hours(path)


@pytest.mark.parametrize(
    ("cut", "ids"), [("2,9,5", [1]), ("1,9,5", [2]), ("3,0,5", [1, 2]), ("3", [1]), ("", [1, 2])]
)
def test_only_the_hour_that_was_cut_is_dropped(write, cut, ids):
    hours = rainfall.read_hours(write(text_of(scans((1, 3), (2, 3), (2, 6))) + cut), repair=True)
    assert list(hours.ids) == ids
    assert bool(hours.repairs) == bool(cut)


def test_what_cannot_be_repaired_is_refused(write):
    for content in (
        edited(17, "Kdp", "wet"),
        edited(17, "minutes_past", "60"),
        text_of(scans((1, 3))) + "1,2\n" + "1,9\n",
        text_of(scans((1, 3), expected="")),
        text_of(scans((1, 3))) + "1,9",
    ):
        with pytest.raises(rainfall.RainfallError):
            rainfall.read_hours(write(content), repair=True)


def test_repair_leaves_a_right_file_as_it_is(write):
    path = write(text_of(random_hours(40)))
    repaired = rainfall.read_hours(path, repair=True, cache=False)
    assert_same(repaired, rainfall.read_hours(path, cache=False))
    assert repaired.repairs == {}


@pytest.mark.parametrize("columns", [24, 23])
def test_the_cache_holds_the_same_hours_and_follows_the_source(write, monkeypatch, columns):
    def content(seed):
        rows = [row[:columns] for row in random_hours(40, seed)]
        return text_of(rows, HEADER[:columns])

    path = write(content(0))
    first = rainfall.read_hours(path)
    with monkeypatch.context() as no_parsing:
        no_parsing.setattr(rainfall, "_parse", None)
        assert_same(rainfall.read_hours(path), first)
    write(content(1))
    second = rainfall.read_hours(path)
    assert len(second.values) != len(first.values)
    assert_same(second, rainfall.read_hours(path, cache=False))
    (kept,) = rainfall.CACHE.iterdir()
    os.utime(path, ns=(0, 0))
    before = kept.stat().st_mtime_ns
    rainfall.read_hours(path)
    assert kept.stat().st_mtime_ns > before
    shutil.copy(path, path.with_name("copy.csv"))
    assert_same(rainfall.read_hours(path.with_name("copy.csv")), second)
    assert len(list(rainfall.CACHE.iterdir())) == 2


def test_a_damaged_cache_is_rebuilt(write):
    path = write(text_of(random_hours(40)))
    hours = rainfall.read_hours(path)
    (kept,) = rainfall.CACHE.iterdir()
    whole = kept.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for damaged in (b"", b"abc", b"not a cache", whole[:-1], whole[:-4], whole + b"x", flipped):
        kept.write_bytes(damaged)
        assert_same(rainfall.read_hours(path), hours)
        assert kept.read_bytes() == whole


def test_without_a_place_for_the_cache_the_hours_are_read_all_the_same(write, monkeypatch):
    path = write(text_of(random_hours(10)))
    monkeypatch.setattr(rainfall, "CACHE", path / "cache")
    with pytest.warns(UserWarning, match="was not kept"):
        assert len(rainfall.read_hours(path)) == 10


def test_hours_are_split_at_random_and_none_is_lost(write):
    hours = rainfall.read_hours(write(text_of(random_hours(200))), cache=False)
    split = rainfall.split_hours(hours)
    parts = [split.train, split.validation, split.test]
    assert [len(part) for part in parts] == [160, 20, 20]
    assert sorted(np.concatenate([part.ids for part in parts])) == list(hours.ids)
    again, other = rainfall.split_hours(hours), rainfall.split_hours(hours, seed=1)
    assert_same(again.test, split.test)
    assert list(other.test.ids) != list(split.test.ids)
    assert split.test.ids.max() > 300 and split.test.ids.min() < 100
    without_test = rainfall.split_hours(hours, validation=0.25, test=0)
    assert (len(without_test.train), len(without_test.validation)) == (150, 50)
    assert without_test.test is None
    with pytest.raises(rainfall.RainfallError, match="too few"):
        rainfall.split_hours(hours.take(range(9)))


def test_marshall_palmer_of_an_hour_worked_by_hand(write):
    """Ref 23.01 dBZ is Z = 200, 1 mm/h; 39.02 dBZ is Z = 200 × 10^1.6, so 10 mm/h.

    Minutes 10, 30, 40: the scans stand for 10, 20 and 10 + 20 minutes, the second is missing:
    1 × 10/60 + 0 + 10 × 30/60 = 5.1667 mm.
    """
    one, ten = 10 * np.log10(200), 10 * np.log10(200) + 16
    rows = scans((1, 10, one), (1, 30), (1, 40, ten)) + scans((2, 20, ten)) + scans((3, 0), (3, 59))
    hours = rainfall.read_hours(write(text_of(rows)))
    np.testing.assert_allclose(rainfall.rain_rate([one, ten, np.nan]), [1, 10, 0])
    weights = rainfall.time_weights(hours) * 60
    np.testing.assert_allclose(weights, [10, 20, 30, 60, 0, 60])
    np.testing.assert_allclose(rainfall.marshall_palmer(hours), [5 + 1 / 6, 10, 0], rtol=1e-6)


def organisers_marshall_palmer(minutes, refs):
    """The organisers' loop, scan by scan."""
    valid_time = np.zeros(len(minutes))
    valid_time[0] = minutes[0]
    for n in range(1, len(minutes)):
        valid_time[n] = minutes[n] - minutes[n - 1]
    valid_time[-1] += 60 - valid_time.sum()
    total = 0
    for ref, share in zip(refs, valid_time / 60, strict=True):
        if np.isfinite(ref):
            total += ((10 ** (ref / 10)) / 200) ** 0.625 * share
    return total


def test_marshall_palmer_is_the_organisers(hours):
    expected = [
        organisers_marshall_palmer(hour.column("minutes_past"), hour.column("Ref").astype(float))
        for hour in (hours.take([n]) for n in range(len(hours)))
    ]
    np.testing.assert_allclose(rainfall.marshall_palmer(hours), expected, rtol=1e-5)
    sums = np.add.reduceat(rainfall.time_weights(hours), hours.first_row[:-1])
    np.testing.assert_allclose(sums, 1)
    assert (rainfall.time_weights(hours) >= 0).all()
    assert 1 in hours.lengths
    assert (rainfall.marshall_palmer(hours)[~hours.has_ref] == 0).all()


def test_summaries_are_those_of_each_hour(hours):
    table = rainfall.summaries(hours)
    assert table.shape == (len(hours), 4 * 22 + 2)
    np.testing.assert_allclose(table["marshall_palmer"], rainfall.marshall_palmer(hours), rtol=1e-6)
    for n in range(len(hours)):
        hour = hours.take([n])
        assert table["n_scans"][n] == len(hour.values)
        for name in ("minutes_past", "Ref", "Kdp_5x5_10th"):
            valid = hour.column(name)[~np.isnan(hour.column(name))]
            found = [table[f"{name}_{part}"][n] for part in ("mean", "max", "min")]
            told = [valid.mean(), valid.max(), valid.min()] if len(valid) else [np.nan] * 3
            np.testing.assert_allclose(found, told, rtol=1e-5)
            assert table[f"{name}_share_valid"][n] == np.float32(len(valid) / len(hour.values))
    assert table["Ref_mean"].isna().sum() == (~hours.has_ref).sum() > 0


def slowly_padded(hours, scaling, missing):
    """Scan by scan and column by column."""
    inputs = np.zeros((len(hours), 19, 42 if missing == "indicator" else 22), "float32")
    for n in range(len(hours)):
        for t, row in enumerate(range(hours.first_row[n], hours.first_row[n + 1])):
            for d in range(22):
                value = (hours.values[row, d] - scaling.mean[d]) / scaling.sd[d]
                if not np.isnan(value):
                    inputs[n, t, d] = value
                elif missing == "carry" and t > 0:
                    inputs[n, t, d] = inputs[n, t - 1, d]
                elif missing == "indicator":
                    inputs[n, t, 20 + d] = 1
    return inputs


@pytest.mark.parametrize("missing", ["zero", "indicator", "carry"])
@pytest.mark.parametrize("hours_per_block", [1, 7, 60, 1000])
def test_padded_arrays_are_those_of_a_slow_loop(hours, monkeypatch, missing, hours_per_block):
    monkeypatch.setattr(rainfall, "HOURS_PER_BLOCK", hours_per_block)
    scaling = rainfall.fit_scaling(hours)
    inputs, mask = rainfall.padded(hours, scaling, missing)
    assert (inputs.dtype, mask.dtype) == ("float32", "bool")
    np.testing.assert_array_equal(inputs, slowly_padded(hours, scaling, missing))
    assert [list(row) for row in mask] == [[t < n for t in range(19)] for n in hours.lengths]
    assert not inputs[~mask].any()


def test_padding_leaves_the_hours_alone_and_knows_its_words(hours):
    before = hours.values.copy()
    for missing in ("zero", "indicator", "carry"):
        rainfall.padded(hours, rainfall.fit_scaling(hours), missing)
    np.testing.assert_array_equal(hours.values, before)
    with pytest.raises(ValueError, match="expected 'zero'"):
        rainfall.padded(hours, rainfall.fit_scaling(hours), "mean")


def test_scaling_is_that_of_the_values_that_are_there(write, hours):
    scaling = rainfall.fit_scaling(hours)
    np.testing.assert_allclose(scaling.mean, np.nanmean(hours.values, axis=0), rtol=1e-4)
    np.testing.assert_allclose(scaling.sd, np.nanstd(hours.values, axis=0), rtol=1e-4)
    empty = rainfall.fit_scaling(rainfall.read_hours(write(text_of(scans((1, 5), (1, 9))))))
    assert (empty.mean[2:] == 0).all() and (empty.sd[1:] == 1).all()
    inputs, _ = rainfall.padded(hours, empty)
    assert np.isfinite(inputs).all()


def test_dropped_in_scans_are_the_hours_own_in_order(hours):
    full = rainfall.drop_in(hours, np.random.default_rng(0))
    assert set(full.lengths) == {19}
    assert list(full.ids) == list(hours.ids)
    assert list(full.expected_mm) == list(hours.expected_mm)
    for n in range(len(hours)):
        own, drawn = hours.take([n]).values, full.take([n]).values
        source = [np.flatnonzero(own[:, 0] == minute)[0] for minute in drawn[:, 0]]
        assert source == sorted(source)
        assert set(source) == set(range(len(own)))
        np.testing.assert_array_equal(drawn, own[source])
    again = rainfall.drop_in(hours, np.random.default_rng(0))
    other = rainfall.drop_in(hours, np.random.default_rng(1))
    assert_same(again, full)
    assert not np.array_equal(other.values, full.values, equal_nan=True)
    _, mask = rainfall.padded(full, rainfall.fit_scaling(hours))
    assert mask.all()
    with pytest.raises(ValueError, match="n_scans=5"):
        rainfall.drop_in(hours, np.random.default_rng(0), n_scans=5)


def test_errors_with_and_without_the_broken_gauges():
    errors = rainfall.mean_absolute_errors([1, 2, 73, 1000], [2, 2, 3, 0])
    assert errors == {"mae": (1 + 0 + 70 + 1000) / 4, "mae_under_73": 0.5}
    assert np.isnan(rainfall.mean_absolute_errors([80.0], [1.0])["mae_under_73"])
    with pytest.raises(ValueError, match="shapes"):
        rainfall.mean_absolute_errors(np.ones(3), np.ones((3, 1)))


def test_a_submission_is_written_whole_or_not_at_all(tmp_path):
    path = rainfall.write_submission(tmp_path / "submission.csv", np.array([2, 9]), [0.25, 1e-6])
    assert path.read_text() == "Id,Expected\n2,0.2500\n9,0.0000\n"
    before = path.read_bytes()
    for predicted in ([1.0, -0.1], [np.nan, 1.0], [np.inf, 1.0]):
        with pytest.raises(rainfall.RainfallError, match="0 mm or more"):
            rainfall.write_submission(path, np.array([2, 9]), predicted)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["submission.csv"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", ["Id,Expected"]),
        ("Id;Expected\n2;1\n", ["line 1", "'Id;Expected'"]),
        ("Id,Expected\n", ["3 of 3", "first 2, 5, 9"]),
        ("Id,Expected\n2,1\n9,1\n", ["1 of 3", "missing", "first 5"]),
        ("Id,Expected\n2,1\n5,1\n9,1\n7,1\n8,1\n", ["2 rows", "row 4 ('7'), row 5 ('8')"]),
        ("Id,Expected\n2,1\n5,1\n9,1\n5,1\n", ["before", "row 4 ('5')"]),
        ("Id,Expected\n2,1\n5,\n9,nan\n", ["2 rows", "row 2 (''), row 3 ('nan')"]),
        ("Id,Expected\n2,1\n5,-0.1\n9,1\n", ["1 row,", "row 2 ('-0.1')"]),
        ("Id,Expected\n2,1\n5,inf\n9,1\n", ["row 2 ('inf')"]),
        ("Id,Expected\n2,1\n5,much\n9,1\n", ["row 2 ('much')"]),
        ("Id,Expected\ntwo,1\n5,1\n9,1\n", ["column Id", "row 1 ('two')"]),
        ("Id,Expected\n2,1\n5\n9,1\n", ["Expected 2 columns, got 1"]),
    ],
)
def test_a_wrong_submission_is_refused_by_its_first_rows(write, content, told):
    path = write(content, "submission.csv")
    with pytest.raises(rainfall.RainfallError) as refused:
        rainfall.check_submission(path, np.array([2, 5, 9]))
    message = str(refused.value)
    assert str(path) in message
    assert all(part in message for part in told), message
    assert message.count("\n") == 0


def test_a_right_submission_may_stand_in_any_order(write):
    rainfall.check_submission(write("Id,Expected\n9,0\n2,1e1\n5,3\n"), np.array([2, 5, 9]))
    with pytest.raises(rainfall.RainfallError, match="no such file"):
        rainfall.check_submission("nowhere.csv", np.array([2]))


@pytest.mark.parametrize("task", radar.READING)
def test_the_benchmark_measures_every_way_of_reading(write, tmp_path, capsys, task):
    rows = random_hours(50)
    path = write(text_of(rows))
    for _ in range(2):
        bench.main("radar", task, path, tmp_path)
        measured = json.loads(capsys.readouterr().out)
        assert measured["result"] == len(rows)
        assert measured["seconds"] > 0
        assert measured["peak_bytes"] > 2**20
    assert len(list(rainfall.CACHE.glob("*"))) == ("cache" in task)


@pytest.mark.skipif(
    not REAL.exists(), reason="set COURSE_DATA to a folder that holds rain/train.csv"
)
def test_the_real_hours_are_read():
    hours = rainfall.read_hours(REAL)
    assert (len(hours), len(hours.values)) in ((474, 5_081), (1_180_945, 13_765_201))
    assert 0.55 < hours.has_ref.mean() < 0.65
    assert hours.lengths.max() == 19
    scored = hours.take(hours.has_ref & (hours.expected_mm < rainfall.BROKEN_GAUGE_MM))
    errors = [
        rainfall.mean_absolute_errors(scored.expected_mm, predicted)["mae"]
        for predicted in (
            np.zeros(len(scored)),
            np.full(len(scored), np.median(scored.expected_mm)),
            rainfall.marshall_palmer(scored),
        )
    ]
    # On 536 such hours of the competition: zero 2.81, median 2.33, Marshall-Palmer 2.19.
    np.testing.assert_allclose(errors, [2.81, 2.33, 2.19], rtol=0.15)
    assert errors[0] > errors[1] > errors[2]
