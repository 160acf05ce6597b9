"""Task 2.4: mean and standard deviation of what is there."""

import numpy as np

from utils.homework.task import Task, expect, numbers


def _values():
    """200 rows; four columns: with gaps, without, of sevens (and gaps), of nothing."""
    rng = np.random.default_rng(3)
    values = rng.normal([50, -3, 0, 0], [8, 1, 1, 1], (200, 4))
    values[rng.random(200) < 0.4, 0] = np.nan
    values[:, 2], values[::3, 2], values[:, 3] = 7, np.nan, np.nan
    return values


VALUES = _values()
GAPS, WHOLE = VALUES[:, 0], VALUES[:, 1]
THERE = GAPS[~np.isnan(GAPS)]
FILLED = np.nan_to_num(GAPS), np.where(np.isnan(GAPS), THERE.mean(), GAPS)


def check(fit_scaling):
    """Raise NotYet unless four columns get the mean and the sd asked for."""
    mean, sd = _ask(fit_scaling, VALUES)
    _check_first_columns(mean, sd)
    expect(np.isclose(mean[2], 7), f"the mean of a column of sevens is {mean[2]:.3f}")
    expect(
        sd[2] != 0,
        "a column that never changes gets sd 0, and scaling would divide by it: give it sd 1",
    )
    expect(np.isclose(sd[2], 1), f"a column that never changes got sd {sd[2]:.3g}, asked for is 1")
    expect(
        not np.isnan([mean[3], sd[3]]).any(),
        "a column in which all is missing gets NaN: give it mean 0 and sd 1",
    )
    expect(
        mean[3] == 0 and sd[3] == 1,
        "a column in which all is missing must get mean 0 and sd 1",
    )
    expect(
        _close(_ask(fit_scaling, VALUES[:, :2]), [mean[:2], sd[:2]]).all(),
        "the first two columns alone get other numbers than with the others beside them",
    )


def _ask(fit_scaling, values):
    got = fit_scaling(values.astype("float32"))
    what = "two arrays, mean and sd, with a number for each column"
    expect(isinstance(got, (tuple, list)) and len(got) == 2, f"return {what}")
    return [numbers(part, values.shape[1:], what) for part in got]


def _check_first_columns(mean, sd):
    expect(
        not np.isnan(mean).all(),
        "even a column without gaps has no mean: do not drop rows in which something is missing, "
        "there may be no others; leave out single values",
    )
    expect(
        _close(mean[1], WHOLE.mean()),
        f"the mean of a column without gaps is {mean[1]:.3f}, expected {WHOLE.mean():.3f}",
    )
    expect(
        not np.isnan([mean[0], sd[0]]).any(),
        "one NaN in a column makes its mean or sd NaN: leave out what is missing",
    )
    expect(
        not _close(mean[0], FILLED[0].mean()),
        "what is missing counts as 0 in your mean: leave it out",
    )
    expect(_close(mean[0], THERE.mean()), "the mean of a column with gaps is wrong")
    expect(not _close(sd[0], THERE.var()), "this is the variance; sd is its square root")
    expect(
        not any(_close(sd[0], filled.std(ddof=d)) for filled in FILLED for d in (0, 1)),
        "what is missing was filled before sd was taken, which makes sd another: leave it out",
    )
    expect(
        any(_close(sd[0], THERE.std(ddof=d)) and _close(sd[1], WHOLE.std(ddof=d)) for d in (0, 1)),
        f"sd is {sd[0]:.3f} and {sd[1]:.3f} in the first two columns, expected {THERE.std():.3f} "
        f"and {WHOLE.std():.3f}",
    )


def _close(one, other):
    return np.isclose(one, other, rtol=1e-3)


TASK = Task(
    number="2.4",
    function="fit_scaling",
    points=2,
    check=check,
    hints=(
        "pandas leaves out NaN by itself, NumPy has nanmean and nanstd. What do they say of a "
        "column in which all is missing?",
        "table = pd.DataFrame(values); table.mean() and table.std() are NaN for an empty "
        "column, and sd is 0 for a constant one.",
        "table.mean().fillna(0).to_numpy(), table.std().fillna(1).replace(0, 1).to_numpy().",
    ),
)
