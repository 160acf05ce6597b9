"""What must hold of the rows of a file of radar hours, and how what breaks it is repaired.

`RULES` is a table that is applied from top to bottom: a rule may rely on those above it.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from utils.radar.hours import COLUMNS, MAX_SCANS, Hours, RadarError, take_rows

NO_ID = np.iinfo("int64").min
REPAIR = "repair=True (homework-2 --repair, with make REPAIR=1)"


@dataclass(frozen=True, eq=False)
class Rows:
    """R rows of a file as they were parsed, not yet known to be hours.

    ids: (R,) int64, `NO_ID` where the file has none. values: (R, 22) float32, `COLUMNS` side by
    side. expected: (R,) float32, mm, None in a test file.

    >>> rows = Rows(np.array([7, 7, 9]), np.zeros((3, 22), "float32"), expected=None)
    >>> rows.starts.tolist(), rows.column("Expected")
    ([0, 2], None)
    """

    ids: np.ndarray
    values: np.ndarray
    expected: np.ndarray | None

    def __len__(self):
        return len(self.ids)

    @functools.cached_property
    def starts(self):
        """Numbers of the rows whose Id is not that of the row before."""
        return np.flatnonzero(np.concatenate([[True], self.ids[1:] != self.ids[:-1]]))

    def column(self, name):
        """(R,) of the column of this name in the file; None where it has none."""
        if name in COLUMNS:
            return self.values[:, COLUMNS.index(name)]
        return self.ids if name == "Id" else self.expected

    def take(self, rows):
        """The rows of these numbers (or where a (R,) bool mask is True), in that order."""
        rows = np.flatnonzero(rows) if np.asarray(rows).dtype == bool else rows
        expected = None if self.expected is None else self.expected[rows]
        return Rows(self.ids[rows], take_rows(self.values, rows), expected)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that must hold of `Rows`.

    column: what the rule is about. broken(rows, found): (R,) bool, the rows that break it, where
    found (R,) is the column. expected, remedy: what a refusal says. repair(rows, found, broken):
    Rows that hold to it, None where only a person can know. repaired: what was done, in words.
    count(rows, broken): how often.

    >>> RULES[0].column, RULES[0].expected, RULES[0].repair
    ('Id', 'a whole number', None)
    """

    column: str
    broken: Callable
    expected: str
    remedy: str
    repair: Callable | None = None
    repaired: str = ""
    count: Callable = lambda rows, broken: len(np.unique(rows.ids[broken]))


def apply_rules(path, rows, *, repair=False):
    """Apply `RULES` to rows; returns Hours, whose `repairs` counts what repair=True changed.

    Raises RadarError for the first rule that is broken, or with repair=True for the first that
    cannot be repaired: its first row (counted from 1 after the header of the file `path`), what
    is there, what is expected and the remedy. values may be changed in place.

    >>> values = np.zeros((3, 22), "float32")
    >>> values[:, 0] = 5, 3, 8
    >>> rows = Rows(np.array([1, 1, 2]), values, np.ones(3, "float32"))
    >>> apply_rules("train.csv", rows, repair=True).repairs
    {'hours were sorted by minute': 1}
    >>> apply_rules("train.csv", rows)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    utils.radar.hours.RadarError: train.csv, row 2, column minutes_past: found 3.0, expected ...
    """
    repairs = {}
    for rule in RULES:
        found = rows.column(rule.column)
        if found is None or not (broken := rule.broken(rows, found)).any():
            continue
        if not repair or rule.repair is None:
            raise _refusal(path, rule, found, broken)
        n_before = repairs.get(rule.repaired, 0)
        repairs[rule.repaired] = n_before + int(rule.count(rows, broken))
        rows = rule.repair(rows, found, broken)
        if not len(rows):
            raise RadarError(f"{path}: no hour has a valid Expected; for a test file leave it out.")
    first_row = np.append(rows.starts, len(rows))
    expected_mm = None if rows.expected is None else rows.expected[rows.starts]
    return Hours(rows.ids[rows.starts], rows.values, first_row, expected_mm, repairs)


def _refusal(path, rule, found, broken):
    row, n_rows = broken.argmax(), broken.sum()
    is_missing = found[row] == NO_ID if rule.column == "Id" else np.isnan(found[row])
    told = "nothing" if is_missing else found[row]
    more = f" ({n_rows:,} such rows in all)" if n_rows > 1 else ""
    return RadarError(
        f"{path}, row {row + 1}, column {rule.column}: found {told}, expected {rule.expected}: "
        f"{rule.remedy}{more}."
    )


def _is_no_minute(rows, minutes):
    return ~((minutes >= 0) & (minutes <= 59) & (minutes == np.floor(minutes)))


def _set_missing(rows, found, broken):
    found[broken] = np.nan
    return rows


def _comes_back(rows, ids):
    """First rows of an Id that stood in the file before."""
    by_id = rows.starts[np.argsort(ids[rows.starts], kind="stable")]
    comes_back = np.zeros(len(rows), bool)
    comes_back[by_id[1:][ids[by_id[1:]] == ids[by_id[:-1]]]] = True
    return comes_back


def _bring_together(rows, ids, broken):
    """An hour whose minutes fall only where its rows stood apart is sorted here already: what
    is left for the next rule is what it counts."""
    minutes = rows.column("minutes_past")
    is_next = np.isin(ids, ids[_falls(rows, minutes)])
    return _sort(rows, np.where(is_next, 0, minutes))


def _falls(rows, minutes):
    """Rows of an earlier minute than the row before, which is of the same Id."""
    falls = np.zeros(len(rows), bool)
    falls[1:] = (minutes[1:] < minutes[:-1]) & (rows.ids[1:] == rows.ids[:-1])
    return falls


def _sort(rows, minutes, broken=None):
    """By hour, in the order in which they first appear in the file, and minute."""
    _, first, hour = np.unique(rows.ids, return_index=True, return_inverse=True)
    return rows.take(np.lexsort((minutes, first[hour])))


def _is_late(rows, ids):
    """Rows after the hour's first 19."""
    is_late = np.zeros(len(rows), bool)
    is_late[MAX_SCANS:] = ids[MAX_SCANS:] == ids[:-MAX_SCANS]
    return is_late


def _keep_last(rows, ids, broken):
    is_early = np.zeros(len(rows), bool)
    is_early[:-MAX_SCANS] = ids[MAX_SCANS:] == ids[:-MAX_SCANS]
    return rows.take(~is_early)


def _is_no_depth(rows, expected):
    return ~((expected >= 0) & np.isfinite(expected))


def _differs(rows, expected):
    lengths = np.diff(rows.starts, append=len(rows))
    return expected != np.repeat(expected[rows.starts], lengths)


def _drop_hours(rows, expected, broken):
    return rows.take(~np.isin(rows.ids, rows.ids[broken]))


CORRECT = "correct it, or fetch the file again"
CORRECT_EXPECTED = f"correct it, leave the column out of a test file, or let {REPAIR} drop the hour"
HOURS_DROPPED = "hours without one valid Expected were dropped"

RULES = (
    Rule(
        column="Id",
        broken=lambda rows, ids: ids == NO_ID,
        expected="a whole number",
        remedy="write the hour's Id",
    ),
    Rule(
        column="minutes_past",
        broken=_is_no_minute,
        expected="a whole number from 0 to 59",
        remedy=CORRECT,
    ),
    *(
        Rule(
            column=name,
            broken=lambda rows, found: np.isinf(found),
            expected="a finite number",
            remedy=f"{CORRECT}, or let {REPAIR} empty it",
            repair=_set_missing,
            repaired="infinite values were taken as missing",
            count=lambda rows, broken: broken.sum(),
        )
        for name in COLUMNS
    ),
    Rule(
        column="Id",
        broken=_comes_back,
        expected="the rows of an Id to stand together",
        remedy=f"sort the file by Id and minutes_past, or let {REPAIR} do it",
        repair=_bring_together,
        repaired="Ids stood apart and were brought together",
    ),
    Rule(
        column="minutes_past",
        broken=_falls,
        expected="minutes that do not fall within an hour",
        remedy=f"sort the hour's rows, or let {REPAIR} do it",
        repair=_sort,
        repaired="hours were sorted by minute",
    ),
    Rule(
        column="Id",
        broken=_is_late,
        expected=f"at most {MAX_SCANS} rows of one Id",
        remedy=f"delete scans, or let {REPAIR} keep the hour's last {MAX_SCANS}",
        repair=_keep_last,
        repaired=f"hours lost all but their last {MAX_SCANS} scans",
    ),
    Rule(
        column="Expected",
        broken=_is_no_depth,
        expected="the gauge's millimetres, 0 or more",
        remedy=CORRECT_EXPECTED,
        repair=_drop_hours,
        repaired=HOURS_DROPPED,
    ),
    Rule(
        column="Expected",
        broken=_differs,
        expected="the same in all rows of an hour",
        remedy=CORRECT_EXPECTED,
        repair=_drop_hours,
        repaired=HOURS_DROPPED,
    ),
)
