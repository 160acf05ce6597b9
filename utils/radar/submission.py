"""The competition's score, and the submission: written and checked."""

from pathlib import Path

import numpy as np
import pandas as pd

from utils import files
from utils.csv_files import CsvReader
from utils.radar.hours import BROKEN_GAUGE_MM, RadarError

READER = CsvReader(
    error=RadarError,
    columns=["Id", "Expected"],
    missing="Write the submission first.",
    again="write it again",
)


def mean_absolute_errors(expected_mm, predicted_mm):
    """The competition's score in mm, as a dict: mae of all hours, mae_under_73 without the
    hours of 73 mm or more, which are broken gauges (NaN where no other is left).

    expected_mm, predicted_mm: (N,) each; ValueError otherwise.

    >>> mean_absolute_errors([1.0, 2.0, 700.0], [1.5, 1.0, 1.0])
    {'mae': 233.5, 'mae_under_73': 0.75}
    """
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
    path; raises RadarError as `check_submission` does.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_submission(Path(folder) / "submission.csv", [2, 9], [0.25, 1]).read_text()
    'Id,Expected\\n2,0.2500\\n9,1.0000\\n'
    """
    path = Path(path)
    table = pd.DataFrame({"Id": ids, "Expected": np.asarray(predicted_mm, "float64")})
    with files.atomic_write(path) as beside:
        table.to_csv(beside, index=False, lineterminator="\n", float_format="%.4f")
        check_submission(beside, ids)
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
