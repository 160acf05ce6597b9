"""Hours to what models read: summary statistics for trees, padded arrays for networks."""

from dataclasses import dataclass, replace

import joblib
import numpy as np
import pandas as pd

from utils.radar.hours import COLUMNS, MAX_SCANS, RADAR_COLUMNS, first_rows, take_rows
from utils.radar.marshall_palmer import marshall_palmer

HOURS_PER_BLOCK = 2**11


def summary_statistics(hours):
    """One row for each hour, as a linear model or trees need it: a DataFrame (N, 90), float32.

    For each of `COLUMNS` its mean, max, min (NaN where all are missing) and share_valid; then
    n_scans and marshall_palmer (mm).

    >>> from utils.radar.hours import Hours
    >>> values = np.array([[4.0], [9.0]], "float32").repeat(22, axis=1)
    >>> table = summary_statistics(Hours(np.array([7]), values, np.array([0, 2]), None))
    >>> table.shape, table[["Ref_mean", "Ref_max", "n_scans"]].to_numpy().tolist()
    ((1, 90), [[6.5, 9.0, 2.0]])
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
    """mean, sd: (22,) float32, of `COLUMNS`, in their own units.

    >>> Scaling(mean=np.zeros(22, "float32"), sd=np.ones(22, "float32")).sd.shape
    (22,)
    """

    mean: np.ndarray
    sd: np.ndarray


def fit_scaling(hours):
    """The Scaling of the values that are not missing. Fit it on the training hours only.

    A column without values has mean 0, one without spread sd 1.

    >>> from utils.radar.hours import Hours
    >>> values = np.array([[4.0], [8.0]], "float32").repeat(22, axis=1)
    >>> scaling = fit_scaling(Hours(np.array([7]), values, np.array([0, 2]), None))
    >>> scaling.mean[0].item(), scaling.sd[0].item()
    (6.0, 2.0)
    """
    mean, sd = np.zeros(len(COLUMNS)), np.ones(len(COLUMNS))
    for i, column in enumerate(hours.values.T):
        valid = column[~np.isnan(column)]
        if len(valid):
            mean[i] = valid.mean(dtype="float64")
            sd[i] = valid.std(dtype="float64") or 1
    return Scaling(mean.astype("float32"), sd.astype("float32"))


def padded_inputs(hours, scaling, missing="zero"):
    """Scaled inputs (N, 19, D) float32 and their mask (N, 19) bool, zeros after the last scan.

    missing: how missing values are imputed. "zero": by 0, the column's mean (D = 22).
    "indicator": the same, and beside it 20 missing-value indicators, 1 where a radar value is
    missing (D = 42). "forward_fill": by the hour's last value that is not missing, 0 where there
    was none before (D = 22).

    >>> from utils.radar.hours import Hours
    >>> values = np.array([[4.0], [np.nan]], "float32").repeat(22, axis=1)
    >>> hours = Hours(np.array([7]), values, np.array([0, 2]), None)
    >>> one = Scaling(np.ones(22, "float32"), np.ones(22, "float32"))
    >>> inputs, mask = padded_inputs(hours, one, missing="forward_fill")
    >>> inputs.shape, inputs[0, :3, 5].tolist(), mask[0, :3].tolist()
    ((1, 19, 22), [3.0, 3.0, 0.0], [True, True, False])
    """
    if missing not in ("zero", "indicator", "forward_fill"):
        raise ValueError(f"missing={missing!r}: expected 'zero', 'indicator' or 'forward_fill'.")
    n_features = len(COLUMNS) + (len(RADAR_COLUMNS) if missing == "indicator" else 0)
    mask = np.arange(MAX_SCANS) < hours.lengths[:, None]
    inputs = np.zeros((len(hours), MAX_SCANS, n_features), "float32")

    def fill(start):
        block = slice(start, start + HOURS_PER_BLOCK)
        first_row = hours.first_row[start : start + HOURS_PER_BLOCK + 1]
        values = hours.values[first_row[0] : first_row[-1]]
        scaled = (values - scaling.mean) / scaling.sd
        absent = np.isnan(scaled)
        if missing == "forward_fill":
            scaled = _forward_filled(scaled, absent, first_row - first_row[0])
        scaled[np.isnan(scaled)] = 0
        if missing == "indicator":
            scaled = np.concatenate([scaled, absent[:, -len(RADAR_COLUMNS) :]], axis=1)
        inputs[block][mask[block]] = scaled

    # Blocks of hours, so that nothing else of the inputs' size is needed; on all cores.
    starts = range(0, len(hours), HOURS_PER_BLOCK)
    joblib.Parallel(-1, backend="threading")(joblib.delayed(fill)(start) for start in starts)
    return inputs, mask


def _forward_filled(values, absent, first_row):
    """values (R, D) with the last value of the same hour where absent, NaN where none was."""
    starts = np.repeat(first_row[:-1], np.diff(first_row))[:, None]
    source = np.where(absent, starts, np.arange(len(values))[:, None])
    return np.take_along_axis(values, np.maximum.accumulate(source, axis=0), axis=0)


def drop_in(hours, rng, n_scans=MAX_SCANS):
    """Hours of n_scans scans each: every scan is kept, scans drawn at random are repeated.

    A repeated scan stands beside itself, so the order stays: the "drop-in" augmentation of
    the winner (Sim 2015). rng: a numpy Generator. Raises ValueError if an hour has more scans.

    >>> from utils.radar.hours import Hours
    >>> values = np.array([[4.0], [9.0]], "float32").repeat(22, axis=1)
    >>> hours = Hours(np.array([7]), values, np.array([0, 2]), None)
    >>> longer = drop_in(hours, np.random.default_rng(0), n_scans=5)
    >>> longer.lengths.tolist(), sorted(set(longer.column("Ref").tolist()))
    ([5], [4.0, 9.0])
    """
    lengths, n_rows = hours.lengths, len(hours.values)
    if len(hours) and lengths.max() > n_scans:
        raise ValueError(f"n_scans={n_scans} is less than the {lengths.max()} scans of an hour.")
    n_extra = n_scans - lengths
    drawn = np.repeat(hours.first_row[:-1], n_extra)
    drawn += (rng.random(len(drawn)) * np.repeat(lengths, n_extra)).astype("int64")
    rows = np.repeat(np.arange(n_rows), 1 + np.bincount(drawn, minlength=n_rows))
    first_row = first_rows(np.full(len(hours), n_scans))
    return replace(hours, values=take_rows(hours.values, rows), first_row=first_row)
