"""Radar hours: a CSV file in, checked arrays out.

Everything that can be wrong with the file raises `RadarError`, a sentence that names file, row
(counted from 1 after the header), column and remedy. What the numbers must be is told by the
table in `rules`; here the text is told from numbers.
"""

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

from utils import paths
from utils.csv_files import CsvReader, surplus
from utils.radar.cache import read_cache, stamp_of, write_cache
from utils.radar.hours import COLUMNS, FILE_COLUMNS, RadarError, expect_enough
from utils.radar.rules import NO_ID, REPAIR, Rows, apply_rules

READER = CsvReader(
    error=RadarError,
    columns=list(FILE_COLUMNS),
    missing="`make data HOMEWORK=2` fetches Kaggle's radar hours to "
    f"'{paths.RADAR / 'train.csv'}'; data/README.md says how to do it by hand.",
    again="fetch it again with `make data HOMEWORK=2`",
)
# What to do about a cell that is no number: the first line whose pattern is all of it.
CELL_REMEDIES = (
    ("Id", r"\d+\.0*", "write the whole column without the point, as 7 for 7.0"),
    (None, r'".*', "delete the double quotes in the whole file"),
    (None, r"(?i)na|n/a|<na>|null|none|-|\?", "replace {text!r} by nothing in the whole file"),
    (None, ".*", "correct it, or fetch the file again"),
)
TYPES = {name: pa.int64() if name == "Id" else pa.float32() for name in FILE_COLUMNS}


def read_hours(path, *, repair=False, to_learn=False, cache=True):
    """Read and check a CSV of radar hours, with or without the column Expected.

    path: as `paths.find` finds it. Returns Hours in the order of the file. Nothing is changed or
    dropped unless repair=True: then rows of one Id are brought together and sorted by minute,
    infinite values become missing, the last 19 scans of a longer hour are kept, and hours without
    one valid Expected, or cut by the file's end, are dropped; `repairs` counts each. to_learn:
    refuse as well a file that no model can learn from, without Expected or with too few hours.

    cache: keep the checked hours in an Arrow file under build/cache (1.4 GB for Kaggle's),
    read instead of `path` the next time unless `path` was changed since (its size or time).
    Raises RadarError for anything that is not such a file.

    >>> hours = read_hours(paths.RADAR_SAMPLE, cache=False)
    >>> len(hours), hours.values.shape[1], hours.repairs
    (4000, 22, {})
    """
    path = paths.find(path)
    READER.start(path, 2**16)
    stamp = stamp_of(path)
    hours = read_cache(stamp) if cache else None
    if hours is None or (hours.repairs and not repair):
        rows, repairs = _parse(path, repair)
        hours = apply_rules(path, rows, repair=repair)
        hours = replace(hours, repairs=repairs | hours.repairs)
        if cache:
            write_cache(hours, stamp)
    if to_learn:
        expect_enough(path, hours)
    return hours


def _read_header(path):
    """The names in the first line of the file, a list that holds all columns that are needed."""
    with path.open("rb") as file:
        line = READER.decode(path, file.readline(2**16)).rstrip("\r\n")
    if "\r" in line:
        raise RadarError(_lone_returns(path))
    READER.expect_commas(path, line)
    if '"' in line:
        raise RadarError(
            f"{path}, line 1: double quotes stand around the names: delete the double quotes in "
            "the whole file."
        )
    names = [name.strip() for name in line.split(",")]
    _expect_columns(path, names)
    return names


def _lone_returns(path):
    return (
        f"{path}: lines end in a lone carriage return (\\r), as on an old Mac: save the file with "
        "the line ends of Windows or Unix."
    )


def _read_lines(path):
    """(row, line) for each row after the header, from 1: bytes without end, no empty lines."""
    row = 0
    with path.open("rb") as file:
        file.readline()
        for text in file:
            for line in filter(None, text.splitlines()):  # a lone \r ends a line, too
                row += 1
                yield row, line


def _parse(path, repair):
    """`Rows` of the file, not yet checked, and the repairs made so far."""
    names, cut = _read_header(path), []

    def skip(row):
        cut.append(row.text)
        return "skip"

    n_lines = _count_lines(path)
    ids, expected = np.empty(n_lines, "int64"), np.empty(n_lines, "float32")
    values, n_rows = np.empty((len(COLUMNS), n_lines), "float32"), 0
    try:
        for batch in _batches(path, names, skip if repair else None):
            rows = slice(n_rows, n_rows + len(batch))
            if rows.stop > n_lines:
                raise RadarError(_lone_returns(path))
            ids[rows] = batch["Id"].fill_null(NO_ID)
            for column, name in zip(values, COLUMNS, strict=True):
                column[rows] = _floats(batch[name])
            if "Expected" in names:
                expected[rows] = _floats(batch["Expected"])
            n_rows = rows.stop
    except pa.ArrowInvalid as error:
        raise _first_fault(path, names, n_rows, error) from error
    if len(cut) > 1 or (cut and not _is_last_line(path, cut[0].encode())):
        raise _first_fault(path, names, n_rows, "it was changed meanwhile")
    rows = Rows(
        ids[:n_rows], values[:, :n_rows].T, expected[:n_rows] if "Expected" in names else None
    )
    repairs = {"the last line was cut off: its hour was dropped": 1} if cut else {}
    if cut and n_rows:
        text, comma, _ = cut[0].partition(",")
        cut_hour = int(text) if comma and text.isdecimal() else rows.ids[-1]
        rows = rows.take(rows.ids != cut_hour)
    if not len(rows):
        raise RadarError(f"{path} has no rows: fetch it again with `make data HOMEWORK=2`.")
    return rows, repairs


def _expect_columns(path, names):
    missing = [name for name in FILE_COLUMNS[:-1] if name not in names]
    more = surplus(names, FILE_COLUMNS)
    if missing:
        found = f"no column {', '.join(missing)[:200]}" + (f", but {more}" if more else "")
        raise RadarError(
            f"{path}, line 1: found {found}: name the competition's 24 columns there, or 23 "
            "without Expected, as data/README.md lists them."
        )
    if more:
        raise RadarError(f"{path}, line 1: more than the competition's columns: delete {more}.")


def _count_lines(path):
    with path.open("rb") as file:
        return 1 + sum(part.count(b"\n") for part in iter(lambda: file.read(2**20), b""))


def _batches(path, names, on_wrong_width):
    """The file's rows as Arrow record batches of some 10,000 rows, in order."""
    return pa.csv.open_csv(
        path,
        read_options=pa.csv.ReadOptions(column_names=names, skip_rows=1),
        parse_options=pa.csv.ParseOptions(quote_char=False, invalid_row_handler=on_wrong_width),
        convert_options=pa.csv.ConvertOptions(column_types=TYPES, null_values=[""]),
    )


def _floats(array):
    return array.to_numpy(zero_copy_only=False)


def _first_fault(path, names, n_read, reason):
    """The RadarError for the first row that can't be parsed; it tells `reason` where all can.

    The first n_read rows of the right width are known to hold numbers: only their fields are
    counted.
    """
    for row, line in _read_lines(path):
        n_fields = line.count(b",") + 1
        if n_fields != len(names):
            return RadarError(_wrong_width(path, row, line, n_fields, len(names)))
        if row > n_read and (bad := _bad_cell(names, line)):
            name, text = bad
            expected = "a whole number" if name == "Id" else "a number or nothing"
            return RadarError(
                f"{path}, row {row}, column {name}: found {text[:40]!r}, expected {expected}: "
                f"{_cell_remedy(name, text)}."
            )
    return RadarError(f"{path} can't be read as CSV: {reason}")


def _cell_remedy(name, text):
    return next(
        remedy.format(text=text)
        for column, pattern, remedy in CELL_REMEDIES
        if column in (None, name) and re.fullmatch(pattern, text.strip(), re.DOTALL)
    )


def _bad_cell(names, line):
    """Name and text of the row's first cell that is neither empty nor a number; None without."""
    cells = dict(zip(names, line.decode(errors="replace").split(","), strict=True))
    floats = [text for name, text in cells.items() if name != "Id"]
    if _are_numbers([cells["Id"]], TYPES["Id"]) and _are_numbers(floats, pa.float32()):
        return None
    return next(cell for cell in cells.items() if not _are_numbers(cell[1:], TYPES[cell[0]]))


def _are_numbers(texts, kind):
    """Whether Arrow's CSV reader takes them for numbers; unlike its cast, it strips them."""
    column = pa.array([text or None for text in texts], pa.string())
    try:
        pa.compute.ascii_trim(column, " \t").cast(kind)
    except pa.ArrowInvalid:
        return False
    return True


def _wrong_width(path, row, line, n_found, n_expected):
    message = f"{path}, row {row}: found {n_found} fields, expected {n_expected}: "
    if n_found < n_expected and line.isascii() and _is_last_line(path, line):
        return message + (
            f"the end of the file is missing. Fetch it again, or let {REPAIR} drop this hour."
        )
    return message + (
        "correct the row, and where it is one of many delete the column that line 1 does not name, "
        "or fetch the file again."
    )


def _is_last_line(path, line):
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2**16))
        return file.read().splitlines()[-1] == line
