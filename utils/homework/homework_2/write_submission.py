"""Task 2.10: a file that the check of the hand-in accepts, or none."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from utils.homework.task import NotYet, Task, expect
from utils.radar.hours import RadarError
from utils.radar.submission import check_submission

IDS, MM = np.array([4, 9, 17, 30]), np.array([0.254, 0.0, 12.3456, 1.27])
# What must be refused.
BAD = (
    ("a missing prediction (NaN)", IDS, np.array([0.2, np.nan, 1, 2])),
    ("a negative prediction", IDS, np.array([0.2, 0.1, -1, 2])),
    ("an Id that stands there twice", np.array([4, 9, 9, 30]), MM),
)


def check(write_submission):
    """Raise NotYet unless four predictions are written, and three kinds of bad ones refused."""
    with tempfile.TemporaryDirectory() as folder:
        _check_written(write_submission, Path(folder) / "submission.csv")
        for name, ids, mm in BAD:
            _check_refused(write_submission, Path(folder) / "refused.csv", name, ids, mm)


def _check_written(write_submission, path):
    write_submission(path, IDS.copy(), MM.copy())
    expect(path.is_file(), "no file stands at the path that was given")
    try:
        table = pd.read_csv(path)
    except ValueError as error:
        raise NotYet(f"pandas can't read the file: {error}") from None
    columns = [str(column) for column in table.columns]
    expect(
        columns[0] == "Id" or columns[1:] != ["Id", "Expected"],
        "the first column is pandas' index: write the file with index=False",
    )
    expect(
        columns == ["Id", "Expected"],
        f"the first line is {','.join(columns)[:80]}, expected Id,Expected",
    )
    ids = pd.to_numeric(table["Id"], errors="coerce").tolist()
    expect(
        sorted(ids) == sorted(IDS),
        "the Ids in the file are not those given: each must stand there once",
    )
    expect(
        ids == IDS.tolist(),
        "the lines are not in the order of the Ids that were given",
    )
    found = pd.to_numeric(table["Expected"], errors="coerce").to_numpy("float64")
    expect(
        not np.allclose(found, np.log1p(MM), atol=1e-3),
        "the file holds log(1 + mm); asked for are the millimetres that were given",
    )
    expect(
        np.allclose(found, MM, atol=1e-3),
        "the millimetres in the file are not those given: do not change or round them",
    )
    try:
        check_submission(path, IDS)
    except RadarError as error:
        raise NotYet(str(error)) from None


def _check_refused(write_submission, path, name, ids, mm):
    try:
        write_submission(path, ids.copy(), mm.copy())
    except NotImplementedError:
        raise
    except ValueError:
        expect(not path.exists(), f"{name} was refused, but a file was left: look before you write")
    except Exception as error:
        raise NotYet(
            f"{name} was refused with {type(error).__name__}; asked for is ValueError"
        ) from None
    else:
        expect(not path.exists(), f"{name} was written, or changed in silence: raise ValueError")
        raise NotYet(f"{name}: no file, but nobody is told: raise ValueError")


TASK = Task(
    number="2.10",
    function="write_submission",
    points=3,
    check=check,
    hints=(
        "First look whether the file may be written at all; then a DataFrame of two columns.",
        "not (predicted_mm >= 0).all() is true for NaN and for what is negative; "
        "len(np.unique(ids)) counts different Ids.",
        "if not (predicted_mm >= 0).all() or len(np.unique(ids)) < len(ids): raise "
        "ValueError(...); then pd.DataFrame({'Id': ids, ...}).to_csv(path, index=False).",
    ),
)
