"""Hours of radar scans as arrays, the columns of their file, and their split.

The file is that of Kaggle's "How Much Did It Rain? II" (2015): a row is one radar scan over a
rain gauge, the rows of one hour at one gauge share an Id and stand together, and Expected, the
same in all of them, is what the gauge measured in that hour.

Shapes: N hours, R rows (scans of all hours, one after another), T scans of an hour (1 to 19),
D features.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from utils.errors import CourseError

# Reflectivity (dBZ), the largest in the column of air (dBZ), correlation coefficient,
# differential reflectivity (dB), specific differential phase (degrees/km).
FIELDS = ("Ref", "RefComposite", "RhoHV", "Zdr", "Kdp")
# The pixel over the gauge, and percentiles of the 5x5 pixels around it.
SUFFIXES = ("", "_5x5_10th", "_5x5_50th", "_5x5_90th")
RADAR_COLUMNS = [field + suffix for field in FIELDS for suffix in SUFFIXES]
COLUMNS = ["minutes_past", "radardist_km", *RADAR_COLUMNS]
FILE_COLUMNS = ("Id", *COLUMNS, "Expected")
MAX_SCANS = 19
BROKEN_GAUGE_MM = 73
MIN_TO_LEARN = 100


class RadarError(CourseError, ValueError):
    """A file of radar hours, or a submission, that cannot be used as it is.

    >>> raise RadarError("train.csv is empty: fetch it again.")
    Traceback (most recent call last):
    utils.radar.hours.RadarError: train.csv is empty: fetch it again.
    """


@dataclass(frozen=True, eq=False)
class Hours:
    """N hours of radar scans.

    ids: (N,) int64. values: (R, 22) float32, NaN where missing, `COLUMNS` side by side; each
    column is contiguous in memory. first_row: (N + 1,) int64, hour n is
    values[first_row[n]:first_row[n + 1]]. expected_mm: (N,) float32, None in a test file.
    repairs: what `read_hours` was asked to repair and did, a sentence and its count.

    >>> values = np.full((3, 22), np.nan, "float32")
    >>> hours = Hours(np.array([7, 9]), values, np.array([0, 2, 3]), expected_mm=None)
    >>> len(hours), hours.lengths.tolist(), hours.has_ref.tolist()
    (2, [2, 1], [False, False])
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
        """The hours of these numbers (or where a (N,) bool mask is True), in that order.

        >>> values = np.arange(66, dtype="float32").reshape(3, 22)
        >>> hours = Hours(np.array([7, 9]), values, np.array([0, 2, 3]), None)
        >>> hours.take([1, 0]).column("minutes_past").tolist()
        [44.0, 0.0, 22.0]
        """
        numbers = np.arange(len(self))[numbers]
        lengths = self.lengths[numbers]
        first_row = first_rows(lengths)
        rows = np.arange(first_row[-1]) + np.repeat(
            self.first_row[numbers] - first_row[:-1], lengths
        )
        return replace(
            self,
            ids=self.ids[numbers],
            values=take_rows(self.values, rows),
            first_row=first_row,
            expected_mm=None if self.expected_mm is None else self.expected_mm[numbers],
        )


def expect_enough(path, hours):
    """Raise RadarError unless a model can learn from these hours, those of the file `path`.

    >>> expect_enough("test.csv", Hours(np.array([7]), np.zeros((1, 22)), np.array([0, 1]), None))
    Traceback (most recent call last):
    utils.radar.hours.RadarError: test.csv has no column Expected, so there is nothing to learn: \
name a file that has it as SOURCE, and this one as TEST.
    """
    if hours.expected_mm is None:
        raise RadarError(
            f"{path} has no column Expected, so there is nothing to learn: name a file that has it "
            "as SOURCE, and this one as TEST."
        )
    n_usable = np.sum(hours.has_ref & (hours.expected_mm < BROKEN_GAUGE_MM))
    if n_usable < MIN_TO_LEARN:
        raise RadarError(
            f"{path} has {n_usable} hours with some Ref and an Expected under {BROKEN_GAUGE_MM} "
            f"mm, too few to learn from: {MIN_TO_LEARN} are the least, so name a file with more."
        )


def first_rows(lengths):
    """`Hours.first_row` (N + 1,) int64 of hours with these numbers of scans (N,).

    >>> first_rows([2, 1, 4]).tolist()
    [0, 2, 3, 7]
    """
    return np.concatenate([[0], np.cumsum(lengths)]).astype("int64")


def take_rows(values, rows):
    """values (R, D) at these row numbers, each column contiguous in memory, as in `Hours`.

    >>> take_rows(np.array([[1, 2], [3, 4]]), [1, 1, 0]).T.tolist()
    [[3, 3, 1], [4, 4, 2]]
    """
    return np.take(values.T, rows, axis=1).T


@dataclass(frozen=True)
class Split:
    """Three sets of Hours without a common hour: learn, choose, and judge once.

    test is None where it was asked to be: the hours to judge by come from elsewhere.

    >>> list(Split.__dataclass_fields__)
    ['train', 'validation', 'test']
    """

    train: Hours
    validation: Hours
    test: Hours | None


def split_hours(hours, *, validation=0.1, test=0.1, seed=0):
    """Split hours at random into a `Split`: these shares for validation and test, the rest train.

    Each part keeps the order of the file. With test=0 there is no test part. Raises RadarError
    for fewer than 10 hours.

    >>> values = np.zeros((20, 22), "float32")
    >>> split = split_hours(Hours(np.arange(20), values, np.arange(21), None), validation=0.2)
    >>> len(split.train), len(split.validation), len(split.test)
    (14, 4, 2)
    """
    if len(hours) < 10:
        raise RadarError(f"{len(hours)} hours are too few to split: 10 are the least.")
    numbers = np.random.default_rng(seed).permutation(len(hours))
    n_validation, n_test = (round(share * len(hours)) for share in (validation, test))
    parts = np.split(numbers, [n_validation, n_validation + n_test])
    of_validation, of_test, of_train = (hours.take(np.sort(part)) for part in parts)
    return Split(of_train, of_validation, of_test if test else None)
