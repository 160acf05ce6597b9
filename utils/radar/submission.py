"""The competition's score, and the submission: written and checked."""

from pathlib import Path

import numpy as np
import pandas as pd

from utils import files
from utils.csv_files import CsvReader
from utils.radar.hours import RadarError

READER = CsvReader(
    error=RadarError,
    columns=["Id", "Expected"],
    missing="Write the submission first.",
    again="write it again",
)


def mean_absolute_error(expected_mm, predicted_mm, under_mm=np.inf):
    """The competition's score in mm, of the hours whose gauge measured less than under_mm.

    expected_mm, predicted_mm: (N,) each; ValueError otherwise. under_mm: BROKEN_GAUGE_MM leaves
    out broken gauges; by default all hours count. NaN where no hour is left.

    >>> from utils.radar.hours import BROKEN_GAUGE_MM
    >>> mean_absolute_error([1.0, 2.0, 700.0], [1.5, 1.0, 1.0])
    233.5
    >>> mean_absolute_error([1.0, 2.0, 700.0], [1.5, 1.0, 1.0], under_mm=BROKEN_GAUGE_MM)
    0.75
    """
    expected_mm = np.asarray(expected_mm, "float64")
    predicted_mm = np.asarray(predicted_mm, "float64")
    if expected_mm.shape != predicted_mm.shape or expected_mm.ndim != 1:
        raise ValueError(
            f"shapes {expected_mm.shape} and {predicted_mm.shape}: expected (N,) twice"
        )
    errors = np.abs(expected_mm - predicted_mm)[expected_mm < under_mm]
    return float(errors.mean()) if len(errors) else float("nan")


def save_submission(table, path):
    """Write a submission: the line Id,Expected, then one for each hour, in the order of a table.

    table: a DataFrame with the columns Id and Expected (mm, written with four decimals). The file
    is checked before it is moved into place. Returns its path; raises RadarError as
    `check_submission` does.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table = pd.DataFrame({"Id": [2, 9], "Expected": [0.25, 1]})
    ...     save_submission(table, Path(folder) / "submission.csv").read_text()
    'Id,Expected\\n2,0.2500\\n9,1.0000\\n'
    """
    path = Path(path)
    table = table[["Id", "Expected"]].astype({"Expected": "float64"})
    with files.atomic_write(path) as beside:
        table.to_csv(beside, index=False, lineterminator="\n", float_format="%.4f")
        check_submission(beside, table["Id"].to_numpy())
    return path


def check_submission(path, ids):
    """Raise RadarError unless the file is a valid submission for the test hours `ids` (N,).

    The first line is Id,Expected; every Id of the test file stands there once, those without
    Ref included, and no other; Expected is a number of millimetres, none missing or negative.

    >>> check_submission("nowhere.csv", ids=[2, 9])
    Traceback (most recent call last):
    utils.radar.hours.RadarError: nowhere.csv: there is no such file. Write the submission first.
    """
    _check(path, READER.table(path), ids)


def check_own_submission(path):
    """Raise RadarError unless the file is a valid submission for the Ids that it names.

    >>> check_own_submission("nowhere.csv")
    Traceback (most recent call last):
    utils.radar.hours.RadarError: nowhere.csv: there is no such file. Write the submission first.
    """
    cells = READER.table(path)
    ids = _numbers(cells["Id"])
    if not len(ids):
        raise RadarError(f"{path} has no rows: write one for each hour.")
    _check(path, cells, np.unique(ids[ids % 1 == 0]))


def _check(path, cells, ids):
    found, expected_mm = _numbers(cells["Id"]), _numbers(cells["Expected"])

    def refuse(bad, column, what, remedy):
        if bad.any():
            rows = np.flatnonzero(bad)
            n_rows = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
            first = ", ".join(f"row {row + 1} ({cells[column][row][:20]!r})" for row in rows[:3])
            raise RadarError(
                f"{path}, column {column}: {what} in {n_rows}, first {first}: {remedy}."
            )

    refuse(~np.isin(found, ids), "Id", "an Id that the test file does not have", "leave them out")
    is_double = pd.Series(found).duplicated()
    refuse(is_double, "Id", "an Id that stood there before", "write each once")
    missing = np.setdiff1d(ids, found)
    if len(missing):
        first = ", ".join(str(number) for number in missing[:3])
        raise RadarError(
            f"{path}: {len(missing):,} of {len(ids):,} test Ids are missing, first {first}: "
            "predict every hour, also those without Ref."
        )
    is_depth = np.isfinite(expected_mm) & (expected_mm >= 0)
    remedy = "predict a number for each hour"
    refuse(~is_depth, "Expected", "no number of 0 mm or more", remedy)


def _numbers(texts):
    """(N,) float64, NaN where a text is no number."""
    return pd.to_numeric(texts, errors="coerce").to_numpy("float64")
