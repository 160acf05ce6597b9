"""A CSV of radar hours is read as it is, or refused with a sentence that helps."""

import gzip
import re
import zipfile

import numpy as np
import pytest

from tests.radar.conftest import assert_refused, assert_same, edited, random_hours, scans, text_of
from utils.radar.hours import BROKEN_GAUGE_MM, FILE_COLUMNS, RadarError
from utils.radar.marshall_palmer import marshall_palmer
from utils.radar.read import read_hours
from utils.radar.submission import mean_absolute_error


@pytest.mark.parametrize(("start", "end"), [("", "\n"), ("\ufeff", "\r\n")])
def test_every_number_arrives_in_its_place(write, start, end):
    rows = random_hours(60)
    hours = read_hours(write(start + text_of(rows, end=end)))
    ids = [int(row[0]) for row in rows]
    assert list(hours.ids) == sorted(set(ids))
    assert list(np.repeat(hours.ids, hours.lengths)) == ids
    expected = np.array([[float(text or "nan") for text in row] for row in rows], "float32")
    np.testing.assert_array_equal(hours.values, expected[:, 1:23])
    np.testing.assert_array_equal(np.repeat(hours.expected_mm, hours.lengths), expected[:, 23])
    assert hours.values.shape == (len(rows), 22) and hours.values.dtype == "float32"
    assert (hours.ids.dtype, hours.first_row.dtype) == ("int64", "int64")
    assert hours.repairs == {}
    for n, first in enumerate(hours.first_row[:-1]):
        refs = expected[first : first + hours.lengths[n], FILE_COLUMNS.index("Ref")]
        assert hours.has_ref[n] == (not np.isnan(refs).all())
    assert 0 < hours.has_ref.sum() < len(hours)


def test_a_test_file_has_no_expected_and_columns_may_stand_in_any_order(write):
    rows = random_hours(20)
    whole = read_hours(write(text_of(rows)), cache=False)
    test = read_hours(write(text_of([row[:-1] for row in rows], FILE_COLUMNS[:-1]), "test.csv"))
    assert test.expected_mm is None
    np.testing.assert_array_equal(test.values, whole.values)
    turned = text_of([row[::-1] for row in rows], FILE_COLUMNS[::-1])
    assert_same(read_hours(write(turned, "turned.csv")), whole)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", ["empty"]),
        (b" \n\n", ["empty"]),
        (text_of([]), ["no rows"]),
        (text_of([], FILE_COLUMNS[:1]), ["line 1", "no column minutes_past, radardist_km"]),
        (text_of([]).replace("Ref,", "Reff,", 1), ["line 1", "no column Ref", "'Reff'"]),
        (text_of([], [*FILE_COLUMNS, "Ref"]), ["line 1", "delete column 25 ('Ref')."]),
        (text_of([]).encode("utf-16"), ["line 1", "0xff", "UTF-8"]),
        (gzip.compress(text_of([]).encode()), ["compressed", "unpack"]),
        (text_of(scans((1, 3)), end="\r"), ["lone carriage return"]),
        (text_of(scans((1, 3), (1, 4))).replace("\n", "\r")[:-1] + "\n", ["lone carriage return"]),
        (text_of([]) + text_of(random_hours(2), [], "\r").strip(), ["lone carriage return"]),
        ("\ufeff", ["empty"]),
        (text_of(scans((1, 3))).replace(",", ";"), ["line 1", "semicolons", "commas"]),
        (edited(17, "Kdp", "wet"), ["row 17", "column Kdp", "'wet'", "a number or nothing"]),
        (edited(17, "Kdp", "é").encode("latin-1"), ["row 17", "column Kdp", "a number"]),
        (edited(17, "Id", "2.5"), ["row 17", "column Id", "'2.5'", "whole number"]),
        (text_of(scans((1, 3))) + "1,2\n" + text_of(scans((1, 9))), ["row 2", "2 fields", "24"]),
        ((text_of(scans((1, 3))) + "é\n1").encode("latin-1"), ["row 2", "1 fields", "correct"]),
        (
            (text_of(scans((1, 3))) + "1,é").encode("latin-1"),
            ["row 2", "2 fields", "correct the row"],
        ),
        (text_of(scans((1, 3), (2, 3))) + "2,9,5.0,,", ["row 3", "5 fields", "end of the file"]),
        (text_of(scans((1, 3))) + ",".join(["1"] * 25), ["row 2", "25 fields", "24"]),
    ],
)
def test_what_is_no_such_file_gets_a_sentence_that_helps(write, content, told):
    assert_refused(write(content), told)


def test_a_zip_a_folder_and_a_missing_file_are_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "archive.csv", "w") as archive:
        archive.writestr("train.csv", text_of(random_hours(10)))
    for path, told in (
        (tmp_path / "archive.csv", "unpack"),
        (tmp_path, "folder"),
        (tmp_path / "none.csv", "make data"),
    ):
        with pytest.raises(RadarError, match=told):
            read_hours(path)


def without_first(content):
    return "".join(line.partition(",")[2] for line in content.splitlines(keepends=True))


HOURS = random_hours(9)
IDS_WITH_POINT = [[f"{row[0]}.0", *row[1:]] for row in HOURS]


@pytest.mark.parametrize(
    ("content", "told", "remedy"),
    [
        (
            text_of([[str(n), *row] for n, row in enumerate(HOURS)], ["", *FILE_COLUMNS]),
            r"line 1: .*: delete column 1 [(]''[)][.]$",
            without_first,
        ),
        (
            text_of(HOURS).replace(",", ";").replace(".", ","),
            "semicolons stand between the columns, .*a point in each decimal number",
            lambda content: content.replace(",", ".").replace(";", ","),
        ),
        (
            re.sub("[^,\n]+", r'"\g<0>"', text_of(HOURS)),
            "double quotes stand around the names: delete the double quotes in the whole file",
            lambda content: content.replace('"', ""),
        ),
        (
            text_of([[cell and f'"{cell}"' for cell in row] for row in HOURS]),
            "row 1, column Id: found '\"1\"', .*delete the double quotes in the whole file",
            lambda content: content.replace('"', ""),
        ),
        (
            text_of([[cell or "NA" for cell in row] for row in HOURS]),
            "found 'NA', expected a number or nothing: replace 'NA' by nothing in the whole file",
            lambda content: content.replace("NA", ""),
        ),
        (
            text_of(IDS_WITH_POINT),
            "row 1, column Id: found '1.0', .*the whole column without the point, as 7 for 7.0",
            lambda content: re.sub(r"(?m)^(\d+)\.0", r"\1", content),
        ),
        (
            text_of([], []) + text_of(HOURS)[len(text_of([])) :],
            "line 1 is empty",
            lambda content: text_of([]) + content[1:],
        ),
        (
            text_of([["9", *row] for row in HOURS]),
            "found 25 fields, expected 24: .*delete the column that line 1 does not name",
            lambda content: text_of([]) + without_first(content[len(text_of([])) :]),
        ),
        (
            text_of(HOURS, end="\r"),
            "lone carriage return.*line ends of Windows or Unix",
            lambda content: content.replace("\r", "\r\n"),
        ),
    ],
)
def test_a_remedy_works_when_followed(write, content, told, remedy):
    with pytest.raises(RadarError, match=told):
        read_hours(write(content))
    assert_same(read_hours(write(remedy(content))), read_hours(write(text_of(HOURS), "good.csv")))


def test_what_no_model_can_learn_from_is_refused_where_it_is_to_be_learned_from(write):
    path = write(text_of([row[:-1] for row in HOURS], FILE_COLUMNS[:-1]))
    assert len(read_hours(path)) == 9
    with pytest.raises(RadarError, match="no column Expected, so there is nothing to learn"):
        read_hours(path, to_learn=True)
    path = write(text_of(random_hours(90)))
    assert len(read_hours(path)) == 90
    with pytest.raises(RadarError, match="hours with some Ref .* under 73 mm, too few .* 100 are"):
        read_hours(path, to_learn=True)
    rows = random_hours(200)
    assert len(read_hours(write(text_of(rows)), to_learn=True)) == 200
    no_ref = [row[:3] + [""] + row[4:] for row in rows]
    with pytest.raises(RadarError, match="has 0 hours with some Ref"):
        read_hours(write(text_of(no_ref)), to_learn=True)
    with pytest.raises(RadarError, match="has 0 hours with some Ref"):  # from the cache, too
        read_hours(write(text_of(no_ref)), to_learn=True)


@pytest.mark.parametrize("text", ["7", " 7", "7\t", "+7", "7.", ".7", "7e0", "nan", "00007"])
def test_a_number_that_is_read_is_never_the_first_fault(write, text):
    """However it is written: the fault is the cell that no reader takes for a number."""
    rows = random_hours(3)
    rows[0][5], rows[1][6] = text, "7 mm"
    with pytest.raises(RadarError, match="row 2, column Ref_5x5_90th: found '7 mm'"):
        read_hours(write(text_of(rows)))
    rows[1][6] = ""
    value = read_hours(write(text_of(rows))).values[0, 4]
    np.testing.assert_array_equal(value, np.float32(text))


def test_the_first_of_two_faults_is_told_wherever_it_is_in_a_large_file(write):
    """The blocks in which the file is read do not change what is found."""
    rows = random_hours(1_000)
    n_rows = len(rows)
    rows[n_rows - 5][9] = "wet"
    rows.append(["1"])
    with pytest.raises(
        RadarError, match=f"row {n_rows - 4}, column RefComposite_5x5_50th: .*'wet'"
    ):
        read_hours(write(text_of(rows)))
    rows[n_rows - 7] = rows[n_rows - 7][:9]
    with pytest.raises(RadarError, match=f"row {n_rows - 6}: found 9 fields, expected 24"):
        read_hours(write(text_of(rows)), repair=True)


@pytest.mark.parametrize(
    ("cut", "ids"), [("2,9,5", [1]), ("1,9,5", [2]), ("3,0,5", [1, 2]), ("3", [1]), ("", [1, 2])]
)
def test_only_the_hour_that_was_cut_is_dropped(write, cut, ids):
    hours = read_hours(write(text_of(scans((1, 3), (2, 3), (2, 6))) + cut), repair=True)
    assert list(hours.ids) == ids
    assert hours.repairs == ({"the last line was cut off: its hour was dropped": 1} if cut else {})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (edited(17, "Kdp", "wet"), "'wet'"),
        (text_of(scans((1, 3))) + "1,2\n" + "1,9\n", "row 2: found 2 fields"),
        (text_of(scans((1, 3))) + "1,9", "no rows"),
    ],
)
def test_what_cannot_be_read_is_not_repaired(write, content, told):
    with pytest.raises(RadarError, match=told):
        read_hours(write(content), repair=True)


def test_the_real_hours_are_read(real_data):
    hours = read_hours(real_data("rain/train.csv"))
    assert (len(hours), len(hours.values)) in ((474, 5_081), (1_180_945, 13_765_201))
    assert 0.55 < hours.has_ref.mean() < 0.65
    assert hours.lengths.max() == 19
    scored = hours.take(hours.has_ref & (hours.expected_mm < BROKEN_GAUGE_MM))
    errors = [
        mean_absolute_error(scored.expected_mm, predicted)
        for predicted in (
            np.zeros(len(scored)),
            np.full(len(scored), np.median(scored.expected_mm)),
            marshall_palmer(scored),
        )
    ]
    # On 536 such hours of the competition: zero 2.81, median 2.33, Marshall-Palmer 2.19.
    np.testing.assert_allclose(errors, [2.81, 2.33, 2.19], rtol=0.15)
    assert errors[0] > errors[1] > errors[2]
