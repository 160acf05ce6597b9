"""Radar hours: a CSV file in, checked arrays out; baselines and the submission.

The file is that of Kaggle's "How Much Did It Rain? II" (train.csv, 13.8 million rows): a row is
one radar scan over a rain gauge, the rows of one hour at one gauge share an Id and stand
together, and Expected, the same in all of them, is what the gauge measured in that hour.
Everything that can be wrong with it raises `RainfallError`, a sentence that names file, row
(counted from 1 after the header), column and remedy.

Shapes: N hours, R rows (scans of all hours, one after another), T scans of an hour (1 to 19),
D features.
"""

import hashlib
import json
import re
import tempfile
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from utils import files, radar_hours, samples

COLUMNS = list(radar_hours.COLUMNS[1:-1])
RADAR_COLUMNS = COLUMNS[2:]
MAX_SCANS = radar_hours.MAX_SCANS
BROKEN_GAUGE_MM = 73
CACHE = files.BUILD / "cache"
CACHE_VERSION = 1
NO_ID = np.iinfo("int64").min
HOURS_PER_BLOCK = 2**11


class RainfallError(ValueError):
    """A file of radar hours, or a submission, that cannot be used as it is."""


@dataclass(frozen=True, eq=False)
class Hours:
    """N hours of radar scans.

    ids: (N,) int64. values: (R, 22) float32, NaN where missing, `COLUMNS` side by side; each
    column is contiguous in memory. first_row: (N + 1,) int64, hour n is
    values[first_row[n]:first_row[n + 1]]. expected_mm: (N,) float32, None in a test file.
    repairs: what `read_hours` was asked to repair and did, a sentence and its count.
    """

    ids: np.ndarray
    values: np.ndarray
    first_row: np.ndarray
    expected_mm: np.ndarray | None
    repairs: dict[str, int] = field(default_factory=dict)

    def __len__(self):
        return len(self.ids)

    @property
    def lengths(self):
        """(N,) number of scans of each hour."""
        return np.diff(self.first_row)

    @property
    def has_ref(self):
        """(N,) bool: some scan has a Ref. Kaggle scores only these hours."""
        return np.logical_or.reduceat(~np.isnan(self.column("Ref")), self.first_row[:-1])

    def column(self, name):
        """(R,) view of one of `COLUMNS`."""
        return self.values[:, COLUMNS.index(name)]

    def take(self, numbers):
        """The hours of these numbers (or where a (N,) bool mask is True), in that order."""
        numbers = np.arange(len(self))[numbers]
        lengths = self.lengths[numbers]
        first_row = _starts(lengths)
        rows = np.arange(first_row[-1]) + np.repeat(
            self.first_row[numbers] - first_row[:-1], lengths
        )
        return replace(
            self,
            ids=self.ids[numbers],
            values=_take_rows(self.values, rows),
            first_row=first_row,
            expected_mm=None if self.expected_mm is None else self.expected_mm[numbers],
        )


def _starts(lengths):
    return np.concatenate([[0], np.cumsum(lengths)]).astype("int64")


def _take_rows(values, rows):
    return np.take(values.T, rows, axis=1).T


def read_hours(path, *, repair=False, cache=True):
    """Read and check a CSV of radar hours, with or without the column Expected.

    Returns Hours in the order of the file. Nothing is changed or dropped unless repair=True:
    then rows of one Id are brought together and sorted by minute, infinite values become
    missing, the last 19 scans of a longer hour are kept, and hours without one valid Expected,
    or cut by the file's end, are dropped; `repairs` counts each.

    cache: keep the checked hours in an Arrow file under build/cache (1.4 GB for Kaggle's),
    read instead of `path` the next time unless `path` was changed since (its size or time).
    Raises RainfallError for anything that is not such a file.
    """
    path = Path(path)
    _check_is_text(path)
    stamp = {
        "version": CACHE_VERSION,
        "source": str(path.resolve()),
        "bytes": path.stat().st_size,
        "mtime_ns": path.stat().st_mtime_ns,
    }
    hours = _read_cache(stamp) if cache else None
    if hours is None or (hours.repairs and not repair):
        hours = _checked(path, *_parse(path, repair), repair)
        if cache:
            _write_cache(hours, stamp)
    return hours


def _check_is_text(path):
    if path.is_dir():
        raise RainfallError(f"{path} is a folder: name the CSV file in it.")
    if not path.exists():
        raise RainfallError(
            f"{path}: there is no such file. `make data HOMEWORK=2` fetches Kaggle's radar "
            f"hours to '{samples.DATA / 'how-much-did-it-rain-ii' / 'train.csv'}'; "
            "data/README.md says how to do it by hand."
        )
    with path.open("rb") as file:
        start = file.read(2**16)
    if start.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        raise RainfallError(
            f"{path} is a compressed file, not a CSV: unpack it and name the CSV inside."
        )
    if not start.strip():
        raise RainfallError(f"{path} is empty: fetch it again with `make data HOMEWORK=2`.")


def _header(path):
    with path.open("rb") as file:
        line = file.readline(2**16)
    try:
        return line.decode("utf-8-sig").strip().split(",")
    except UnicodeDecodeError as error:
        raise RainfallError(
            f"{path}, line 1: the byte 0x{line[error.start]:02x} is not UTF-8. "
            "Save the file as UTF-8, or fetch it again."
        ) from error


def _parse(path, repair):
    """ids (R,), values (R, 22), expected_mm (R,) or None, and the repairs made so far."""
    names = _header(path)
    wanted = ["Id", *COLUMNS, "Expected"]
    missing = [name for name in wanted[:-1] if name not in names]
    strange = [name for i, name in enumerate(names) if name not in wanted or name in names[:i]]
    if missing or strange:
        found = [f"no column {', '.join(missing)[:200]}"] if missing else []
        found += [f"the unknown or doubled column {', '.join(strange)[:200]!r}"] if strange else []
        raise RainfallError(
            f"{path}, line 1: found {' and '.join(found)}. The first line must name the "
            "competition's 24 columns, or 23 without Expected (see data/README.md)."
        )
    cut = []

    def on_wrong_width(row):
        cut.append(row.text)
        return "skip" if repair else "error"

    n_lines = _count_lines(path)
    ids, expected = np.empty(n_lines, "int64"), np.empty(n_lines, "float32")
    values, n_rows = np.empty((len(COLUMNS), n_lines), "float32"), 0
    try:
        for batch in _batches(path, names, on_wrong_width):
            rows = slice(n_rows, n_rows + len(batch))
            ids[rows] = batch["Id"].fill_null(NO_ID)
            for column, name in zip(values, COLUMNS, strict=True):
                column[rows] = _floats(batch[name])
            if "Expected" in names:
                expected[rows] = _floats(batch["Expected"])
            n_rows = rows.stop
    except pa.ArrowInvalid as error:
        raise _first_fault(path, names) from error
    if len(cut) > 1 or (cut and not _is_last_line(path, cut[0])):
        raise _first_fault(path, names)
    repairs = {}
    if cut:
        repairs["the last line was cut off: its hour was dropped"] = 1
        id_cut, comma, _ = cut[0].partition(",")
        if n_rows:
            cut_hour = int(id_cut) if comma and id_cut.isdecimal() else ids[n_rows - 1]
            whole = np.flatnonzero(ids[:n_rows] != cut_hour)
            n_rows = len(whole)
            ids, expected, values = ids[whole], expected[whole], values[:, whole]
    if not n_rows:
        raise RainfallError(f"{path} has no rows: fetch it again with `make data HOMEWORK=2`.")
    expected = expected[:n_rows] if "Expected" in names else None
    return ids[:n_rows], values[:, :n_rows].T, expected, repairs


def _count_lines(path):
    with path.open("rb") as file:
        return 1 + sum(part.count(b"\n") for part in iter(lambda: file.read(2**20), b""))


def _batches(path, names, on_wrong_width, *, threads=True):
    """The file's rows as Arrow record batches of some 10,000 rows."""
    types = {name: pa.int64() if name == "Id" else pa.float32() for name in names}
    return pa.csv.open_csv(
        path,
        read_options=pa.csv.ReadOptions(use_threads=threads),
        parse_options=pa.csv.ParseOptions(quote_char=False, invalid_row_handler=on_wrong_width),
        convert_options=pa.csv.ConvertOptions(column_types=types, null_values=[""]),
    )


def _floats(array):
    return array.to_numpy(zero_copy_only=False)


def _first_fault(path, names):
    """The RainfallError for a row that can't be parsed, found by reading once more in order."""
    texts = []

    def on_wrong_width(row):
        texts.append(row.text)
        return "error"

    try:
        for _ in _batches(path, names, on_wrong_width, threads=False):
            pass
    except pa.ArrowInvalid as error:
        told = re.search(r"Row #(\d+): Expected (\d+) columns, got (\d+)", str(error))
        if told:
            return RainfallError(_wrong_width(path, *map(int, told.groups()), texts))
        told = re.search(r"column #(\d+): Row #(\d+): .* to \w+: invalid value '(.*)'", str(error))
        if told is None:
            return RainfallError(f"{path} can't be read as CSV: {error}")
        name, row, found = names[int(told[1])], int(told[2]) - 1, told[3][:40]
        expected = "a whole number" if name == "Id" else "a number or nothing"
        return RainfallError(
            f"{path}, row {row}, column {name}: found {found!r}, expected {expected}: "
            "correct it, or fetch the file again."
        )
    raise AssertionError(f"{path} was read without fault the second time: was it being written?")


def _wrong_width(path, line, expected, found, texts):
    message = f"{path}, row {line - 1}: found {found} fields, expected {expected}: "
    if found < expected and texts and _is_last_line(path, texts[0]):
        return message + (
            "the end of the file is missing. Fetch it again, or let repair=True drop this hour."
        )
    return message + "correct the row, or fetch the file again."


def _is_last_line(path, text):
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2**16))
        return file.read().splitlines()[-1] == text.encode()


def _checked(path, ids, values, expected, repairs, repair):
    """Hours of the parsed rows; here every value and the order of the rows are checked."""

    def refuse(bad, column, found, expected, remedy):
        """Raise RainfallError for the first row where `bad` (R,) is True; found: (R,)."""
        row = bad.argmax()
        told = "nothing" if np.isnan(found[row]) else found[row]
        more = f" ({bad.sum():,} such rows in all)" if bad.sum() > 1 else ""
        raise RainfallError(
            f"{path}, row {row + 1}, column {column}: found {told}, expected {expected}: "
            f"{remedy}{more}."
        )

    again = "correct it, or fetch the file again"
    if (bad := ids == NO_ID).any():
        refuse(bad, "Id", np.where(bad, np.nan, 0), "a whole number", "write the hour's Id")
    minutes = values[:, 0]
    bad = ~((minutes >= 0) & (minutes <= 59) & (minutes == np.floor(minutes)))
    if bad.any():
        refuse(bad, "minutes_past", minutes, "a whole number from 0 to 59", again)
    for name, column in zip(COLUMNS, values.T, strict=True):
        bad = np.isinf(column)
        if bad.any() and not repair:
            refuse(bad, name, column, "a finite number", f"{again}, or let repair=True empty it")
        elif bad.any():
            column[bad] = np.nan
            _count(repairs, "infinite values were taken as missing", bad.sum())

    starts = np.concatenate([[True], ids[1:] != ids[:-1]])
    back = np.concatenate([[False], minutes[1:] < minutes[:-1]]) & ~starts
    returns = _return_of_ids(ids, starts)
    if returns.any() and not repair:
        remedy = "sort the file by Id and minutes_past, or let repair=True do it"
        refuse(returns, "Id", ids, "the rows of an Id to stand together", remedy)
    if back.any() and not repair:
        remedy = "sort the hour's rows, or let repair=True do it"
        refuse(back, "minutes_past", minutes, "minutes that do not fall within an hour", remedy)
    if returns.any() or back.any():
        _count(repairs, "Ids stood apart and were brought together", _n_unique(ids[returns]))
        _count(repairs, "hours were sorted by minute", _n_unique(ids[back]))
        _, first, hour_of_row = np.unique(ids, return_index=True, return_inverse=True)
        rows = np.lexsort((minutes, first[hour_of_row]))
        ids, values = ids[rows], _take_rows(values, rows)
        expected = None if expected is None else expected[rows]
        starts = np.concatenate([[True], ids[1:] != ids[:-1]])

    first_row = np.append(np.flatnonzero(starts), len(ids))
    lengths = np.diff(first_row)
    if lengths.max() > MAX_SCANS:
        if not repair:
            late = np.arange(len(ids)) - np.repeat(first_row[:-1], lengths) >= MAX_SCANS
            remedy = f"delete scans, or let repair=True keep the hour's last {MAX_SCANS}"
            refuse(late, "Id", ids, f"at most {MAX_SCANS} rows of one Id", remedy)
        _count(
            repairs, f"hours lost all but their last {MAX_SCANS} scans", (lengths > MAX_SCANS).sum()
        )
        kept = np.repeat(first_row[1:], lengths) - np.arange(len(ids)) <= MAX_SCANS
        ids, values = ids[kept], _take_rows(values, np.flatnonzero(kept))
        expected = None if expected is None else expected[kept]
        lengths = np.minimum(lengths, MAX_SCANS)
        first_row = _starts(lengths)

    if expected is None:
        return Hours(ids[first_row[:-1]], values, first_row, None, repairs)
    expected_mm = expected[first_row[:-1]]
    bad = ~((expected >= 0) & np.isfinite(expected))
    differs = expected != np.repeat(expected_mm, lengths)
    if not repair:
        remedy = "correct it, leave the column out of a test file, or let repair=True drop the hour"
        if bad.any():
            refuse(bad, "Expected", expected, "the gauge's millimetres, 0 or more", remedy)
        if differs.any():
            refuse(differs, "Expected", expected, "the same in all rows of an hour", remedy)
    hours = Hours(ids[first_row[:-1]], values, first_row, expected_mm, repairs)
    dropped = np.logical_or.reduceat(bad | differs, first_row[:-1])
    if dropped.all():
        raise RainfallError(f"{path}: no hour has a valid Expected; for a test file leave it out.")
    if dropped.any():
        _count(repairs, "hours without one valid Expected were dropped", dropped.sum())
        hours = hours.take(~dropped)
    return hours


def _return_of_ids(ids, starts):
    """(R,) bool: first rows of an Id that stood in the file before and comes back."""
    first_rows = np.flatnonzero(starts)
    order = first_rows[np.argsort(ids[first_rows], kind="stable")]
    returns = np.zeros(len(ids), bool)
    returns[order[1:][ids[order[1:]] == ids[order[:-1]]]] = True
    return returns


def _n_unique(ids):
    return len(np.unique(ids))


def _count(repairs, sentence, number):
    if number:
        repairs[sentence] = repairs.get(sentence, 0) + int(number)


def _cache_path(stamp):
    digest = hashlib.sha256(stamp["source"].encode()).hexdigest()[:16]
    return CACHE / f"rain_{digest}.arrow"


def _read_cache(stamp):
    """The Hours kept for this state of the source; None without them or where damaged.

    The file is an Arrow stream of the competition's columns, not compressed, then 4 bytes: the
    CRC-32 of the stream, so that a damaged file is known before it is used. It is mapped, not
    copied: the values are the file's own pages.
    """
    path = _cache_path(stamp)
    if not path.exists() or not _is_whole(path):
        return None
    with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
        kept = json.loads(stream.schema.metadata[b"hours"])
        if kept["stamp"] != stamp:
            return None
        batch = stream.read_next_batch()
    ids = batch["Id"].to_numpy()
    values = _side_by_side([batch[name].to_numpy() for name in COLUMNS])
    first_row = np.append(np.flatnonzero(np.diff(ids, prepend=ids[0] - 1)), len(ids))
    expected_mm = batch["Expected"].to_numpy()[first_row[:-1]] if kept["has_expected"] else None
    return Hours(ids[first_row[:-1]], values, first_row, expected_mm, kept["repairs"])


def _side_by_side(columns):
    """Columns (R,) that stand at one distance in memory, as one array (R, D), not copied."""
    (distance,) = set(np.diff([column.ctypes.data for column in columns]))
    shape, strides = (len(columns), len(columns[0])), (distance, columns[0].itemsize)
    return np.lib.stride_tricks.as_strided(columns[0], shape, strides, writeable=False).T


def _is_whole(path):
    with path.open("rb") as file:
        return _crc32(file, path.stat().st_size - 4) == file.read()


def _write_cache(hours, stamp):
    expected = np.zeros(len(hours), "float32") if hours.expected_mm is None else hours.expected_mm
    kept = {
        "stamp": stamp,
        "has_expected": hours.expected_mm is not None,
        "repairs": hours.repairs,
    }
    columns = {
        "Id": np.repeat(hours.ids, hours.lengths),
        **{name: hours.column(name) for name in COLUMNS},
        "Expected": np.repeat(expected, hours.lengths),
    }
    batch = pa.record_batch(columns, metadata={"hours": json.dumps(kept)})
    path = _cache_path(stamp)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A folder of its own: two processes may be reading the same source.
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            beside = Path(folder) / path.name
            with (
                pa.OSFile(str(beside), "wb") as sink,
                pa.ipc.new_stream(sink, batch.schema) as stream,
            ):
                stream.write_batch(batch)
            with beside.open("rb") as file:
                checksum = _crc32(file, beside.stat().st_size)
            with beside.open("ab") as file:
                file.write(checksum)
            beside.replace(path)
    except OSError as error:
        warnings.warn(f"{path} was not kept ({error}): the next load takes as long.", stacklevel=3)


def _crc32(file, n_bytes):
    """The CRC-32 of the file's next n_bytes, as 4 bytes."""
    checksum = 0
    while n_bytes > 0 and (part := file.read(min(2**20, n_bytes))):
        checksum = zlib.crc32(part, checksum)
        n_bytes -= len(part)
    return checksum.to_bytes(4, "little")


@dataclass(frozen=True)
class Split:
    """Three sets of Hours without a common hour: learn, choose, and judge once."""

    train: Hours
    validation: Hours
    test: Hours | None


def split_hours(hours, *, validation=0.1, test=0.1, seed=0):
    """Split hours at random: these shares for validation and test, the others to learn from.

    With test=0 there is no test part: the hours to judge by come from elsewhere. Raises
    RainfallError for fewer than 10 hours.
    """
    if len(hours) < 10:
        raise RainfallError(f"{len(hours)} hours are too few to split: 10 are the least.")
    numbers = np.random.default_rng(seed).permutation(len(hours))
    n_validation, n_test = (round(share * len(hours)) for share in (validation, test))
    parts = np.split(numbers, [n_validation, n_validation + n_test])
    of_validation, of_test, of_train = (hours.take(np.sort(part)) for part in parts)
    return Split(of_train, of_validation, of_test if test else None)


def rain_rate(ref_dbz):
    """Marshall & Palmer's rain rate in mm/h of a reflectivity in dBZ, 0 where it is NaN.

    Z = 200 R^1.6 with Z = 10^(ref / 10), solved for R (Marshall & Palmer 1948). Any shape.
    """
    rate = (10 ** (np.asarray(ref_dbz) / 10) / 200) ** 0.625
    return np.where(np.isnan(rate), 0, rate)


def time_weights(hours):
    """(R,) the share of the hour for which each scan stands; each hour's sum is 1.

    The organisers' rule: a scan stands for the minutes since the one before it, the first for
    the minutes since the full hour, and the last also for what remains to 60.
    """
    minutes = hours.column("minutes_past").astype("float64")
    since = np.diff(minutes, prepend=0)
    first, last = hours.first_row[:-1], hours.first_row[1:] - 1
    since[first] = minutes[first]
    since[last] += 60 - minutes[last]
    return since / 60


def marshall_palmer(hours):
    """(N,) mm of rain in each hour, from Ref alone: the organisers' benchmark."""
    rain_mm = rain_rate(hours.column("Ref")) * time_weights(hours)
    return np.add.reduceat(rain_mm, hours.first_row[:-1])


def summaries(hours):
    """One row for each hour, as a linear model or trees need it: a DataFrame (N, 90), float32.

    For each of `COLUMNS` its mean, max, min (NaN where all are missing) and share_valid; then
    n_scans and marshall_palmer (mm).
    """
    first, lengths, table = hours.first_row[:-1], hours.lengths, {}
    for name in COLUMNS:
        column = hours.column(name)
        n_valid = np.add.reduceat(~np.isnan(column), first, dtype="float32")
        total = np.add.reduceat(np.nan_to_num(column), first)
        n_or_nan = np.where(n_valid > 0, n_valid, np.float32("nan"))
        table[f"{name}_mean"] = total / n_or_nan
        table[f"{name}_max"] = np.fmax.reduceat(column, first)
        table[f"{name}_min"] = np.fmin.reduceat(column, first)
        table[f"{name}_share_valid"] = n_valid / lengths.astype("float32")
    table["n_scans"] = lengths.astype("float32")
    table["marshall_palmer"] = marshall_palmer(hours).astype("float32")
    return pd.DataFrame(table)


@dataclass(frozen=True)
class Scaling:
    """mean, sd: (22,) float32, of `COLUMNS`, in their own units."""

    mean: np.ndarray
    sd: np.ndarray


def fit_scaling(hours):
    """The Scaling of the values that are not missing. Fit it on the training hours only."""
    mean, sd = np.zeros(len(COLUMNS)), np.ones(len(COLUMNS))
    for i, column in enumerate(hours.values.T):
        valid = column[~np.isnan(column)]
        if len(valid):
            mean[i] = valid.mean(dtype="float64")
            sd[i] = valid.std(dtype="float64") or 1
    return Scaling(mean.astype("float32"), sd.astype("float32"))


def padded(hours, scaling, missing="zero"):
    """Scaled inputs (N, 19, D) float32 and their mask (N, 19) bool, zeros after the last scan.

    missing: "zero" puts 0, the mean, for what is missing (D = 22); "indicator" the same and
    beside it 20 columns, 1 where a radar value is missing (D = 42); "carry" repeats the
    hour's last value that is not missing, 0 where there was none before (D = 22).
    """
    if missing not in ("zero", "indicator", "carry"):
        raise ValueError(f"missing={missing!r}: expected 'zero', 'indicator' or 'carry'.")
    n_features = len(COLUMNS) + (len(RADAR_COLUMNS) if missing == "indicator" else 0)
    mask = np.arange(MAX_SCANS) < hours.lengths[:, None]
    inputs = np.zeros((len(hours), MAX_SCANS, n_features), "float32")

    def fill(start):
        block = slice(start, start + HOURS_PER_BLOCK)
        first_row = hours.first_row[start : start + HOURS_PER_BLOCK + 1]
        values = hours.values[first_row[0] : first_row[-1]]
        scaled = (values - scaling.mean) / scaling.sd
        absent = np.isnan(scaled)
        if missing == "carry":
            scaled = _carried_forward(scaled, absent, first_row - first_row[0])
        scaled[np.isnan(scaled)] = 0
        if missing == "indicator":
            scaled = np.concatenate([scaled, absent[:, -len(RADAR_COLUMNS) :]], axis=1)
        inputs[block][mask[block]] = scaled

    # Blocks of hours, so that nothing else of the inputs' size is needed; on all cores.
    with ThreadPoolExecutor() as pool:
        list(pool.map(fill, range(0, len(hours), HOURS_PER_BLOCK)))
    return inputs, mask


def _carried_forward(values, absent, first_row):
    """values (R, D) with the last value of the same hour where absent, NaN where none was."""
    starts = np.repeat(first_row[:-1], np.diff(first_row))[:, None]
    source = np.where(absent, starts, np.arange(len(values))[:, None])
    return np.take_along_axis(values, np.maximum.accumulate(source, axis=0), axis=0)


def drop_in(hours, rng, n_scans=MAX_SCANS):
    """Hours of n_scans scans each: every scan is kept, scans drawn at random are repeated.

    A repeated scan stands beside itself, so the order stays (the "drop-in" augmentation of
    the winner, Sim 2015). rng: a numpy Generator.
    """
    lengths, n_rows = hours.lengths, len(hours.values)
    if len(hours) and lengths.max() > n_scans:
        raise ValueError(f"n_scans={n_scans} is less than the {lengths.max()} scans of an hour.")
    n_extra = n_scans - lengths
    drawn = np.repeat(hours.first_row[:-1], n_extra)
    drawn += (rng.random(len(drawn)) * np.repeat(lengths, n_extra)).astype("int64")
    rows = np.repeat(np.arange(n_rows), 1 + np.bincount(drawn, minlength=n_rows))
    first_row = _starts(np.full(len(hours), n_scans))
    return replace(hours, values=_take_rows(hours.values, rows), first_row=first_row)


def mean_absolute_errors(expected_mm, predicted_mm):
    """The competition's score in mm, as a dict: mae of all hours, mae_under_73 without the
    hours of 73 mm or more, which are broken gauges (NaN where no other is left)."""
    expected_mm = np.asarray(expected_mm, "float64")
    predicted_mm = np.asarray(predicted_mm, "float64")
    if expected_mm.shape != predicted_mm.shape or expected_mm.ndim != 1:
        raise ValueError(
            f"shapes {expected_mm.shape} and {predicted_mm.shape}: expected (N,) twice"
        )
    errors = np.abs(expected_mm - predicted_mm)
    under = errors[expected_mm < BROKEN_GAUGE_MM]
    return {
        "mae": float(errors.mean()),
        "mae_under_73": float(under.mean()) if len(under) else float("nan"),
    }


def write_submission(path, ids, predicted_mm):
    """Write a submission: the line Id,Expected, then one for each hour (mm, four decimals).

    ids, predicted_mm: (N,). The file is checked before it is moved into place. Returns its
    path; raises RainfallError as `check_submission` does.
    """
    path = Path(path)
    table = pd.DataFrame({"Id": ids, "Expected": np.asarray(predicted_mm, "float64")})
    with files.written_whole(path) as beside:
        table.to_csv(beside, index=False, lineterminator="\n", float_format="%.4f")
        check_submission(beside, ids)
    return path


def check_submission(path, ids):
    """Raise RainfallError unless the file is a valid submission for the test hours `ids` (N,).

    The first line is Id,Expected; every Id of the test file stands there once, those without
    Ref included, and no other; Expected is a number of millimetres, none missing or negative.
    """
    path = Path(path)
    if not path.is_file():
        raise RainfallError(f"{path}: there is no such file: write the submission first.")
    if (names := _header(path)) != ["Id", "Expected"]:
        raise RainfallError(
            f"{path}, line 1: found {','.join(names)[:80]!r}, expected 'Id,Expected'."
        )
    try:
        table = pa.csv.read_csv(
            path,
            read_options=pa.csv.ReadOptions(use_threads=False),
            parse_options=pa.csv.ParseOptions(quote_char=False),
            convert_options=pa.csv.ConvertOptions(
                column_types={"Id": pa.string(), "Expected": pa.string()}
            ),
        ).to_pandas()
    except pa.ArrowInvalid as error:
        raise RainfallError(f"{path} can't be read as two columns: {error}") from error
    found = pd.to_numeric(table["Id"], errors="coerce").to_numpy("float64")
    expected_mm = pd.to_numeric(table["Expected"], errors="coerce").to_numpy("float64")

    def refuse(bad, column, what, remedy):
        rows = np.flatnonzero(bad)
        n_rows = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
        first = ", ".join(f"row {row + 1} ({table[column][row][:20]!r})" for row in rows[:3])
        raise RainfallError(
            f"{path}, column {column}: {what} in {n_rows}, first {first}: {remedy}."
        )

    if (bad := ~np.isin(found, ids)).any():
        refuse(bad, "Id", "an Id that the test file does not have", "leave them out")
    if (bad := pd.Series(found).duplicated()).any():
        refuse(bad, "Id", "an Id that stood there before", "write each once")
    missing = np.setdiff1d(ids, found)
    if len(missing):
        first = ", ".join(str(number) for number in missing[:3])
        raise RainfallError(
            f"{path}: {len(missing):,} of {len(ids):,} test Ids are missing, first {first}: "
            "predict every hour, also those without Ref."
        )
    if (bad := ~(np.isfinite(expected_mm) & (expected_mm >= 0))).any():
        refuse(bad, "Expected", "no number of 0 mm or more", "predict a number for each hour")
