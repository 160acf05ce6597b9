"""Radar hours are generated: a small physical model of Kaggle's "How Much Did It Rain? II".

In each hour it rains at a gauge, with a strength that varies from minute to minute. A radar
scans the sky above every 3 to 10 minutes and reports the echo there and the 10th, 50th and 90th
percentile of the 5x5 pixels around. Its reading is off by what the weather does to the echo
(convection, melting snow, drops that evaporate on their way down, drop size), by what depends
on distance and scan mode, and by a rest nobody can know. Where the echo is weak, far away or
the radar is in a slow mode, it reports nothing, for many scans in a row. The gauge tips at
0.254 mm; some gauges under-read, some are stuck.

    python -m utils sample      writes data/rain_sample.csv

Sources: Z = 200 R^1.6 is Marshall and Palmer (1948). Steps of the numbers, scan modes, shares
of missing values, quantiles and tips are those of Kaggle's training file (1,180,945 hours). What
cannot be read off it (marked *set*) was set by hand so that these statistics and the errors of
zero, median, Marshall-Palmer and a good model come out near the real ones, and so that models
trained on generated hours predict 474 real ones better than Marshall-Palmer. No real hour is in it.

H is the number of hours in a block, S = 19 the most scans an hour has. The same seed gives the
same hours on every platform as far as NumPy's random generator and `exp` do.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from utils import files, paths
from utils.radar.hours import FIELDS, FILE_COLUMNS, MAX_SCANS, RADAR_COLUMNS, SUFFIXES

HOURS_PER_BLOCK = 4_000  # each block has a generator of its own: memory is constant

# Scan modes, slowest first: 6-7, 10-11, 12-13, 14-17 and 18-19 scans an hour.
MODE_SHARE = np.array([0.35, 0.11, 0.21, 0.19, 0.14])
SHORTEST_STEP = np.array([9.2, 5.5, 4.62, 3.55, 3.16])  # minutes
LONGEST_STEP = np.array([9.85, 6.0, 5.0, 4.28, 3.33])
SHARE_LOSING_SCANS = 0.02  # hours of which only some scans came through (*set*)
DISTANCE_KM = (0.0, 12.5, 21.0)  # least, most frequent, largest

# Rain, as the reflectivity (dBZ) it has by Marshall and Palmer.
DBZ_OF_1_MM = 10 * np.log10(200)
DB_PER_DECADE = 16.0  # of rain rate: the 1.6 in R^1.6
RAIN_DB = 23.9  # all in this paragraph *set*
RAIN_BY_MODE_DB = np.array([-3.0, 1.0, 2.0, -1.0, 1.5])
RAIN_SD_DB = 6.2
RAIN_CONVECTION_DB = 2.2
WITHIN_HOUR_SD_DB = 7.0
WITHIN_HOUR_MINUTES = 6.5  # after which the correlation is 1/e
FALL_MINUTES = 4

# By how much the radar over-reads, in dB for a standard deviation (or a km): all *set*.
RADAR_BIAS_DB = -2.8
CONVECTION_DB = -4.7
MELTING_DB = 2.2
EVAPORATION_DB = 0.7
DROP_SIZE_DB = 0.8
DISTANCE_DB = -0.28
BIAS_BY_MODE_DB = np.array([-6.0, 0.0, 0.0, -0.3, -3.5])
UNKNOWN_SD_DB = 2.0

# Missing values: an echo is seen where a visibility, in standard deviations, is above zero (*set*).
SEEN_BY_MODE = np.array([-2.2, 0.75, 0.85, 0.1, 0.05])
SEEN_PER_KM = -0.27
SEEN_CONVECTION = -0.5
SEEN_SD_HOURS, SEEN_SD_SCANS, SEEN_MINUTES = 0.8, 1.4, 50.0
SEEN_PER_DB = 0.05
SEEN_MORE = {"": 0.0, "_5x5_10th": -0.45, "_5x5_50th": 0.02, "_5x5_90th": 0.56}
COMPOSITE_SEEN_MORE, POLARIMETRY_SEEN_MORE, SEEN_JITTER = 0.2, -0.05, 0.25
SHARE_POLARIMETRIC = 0.84
POLARIMETRY_TO_KM = 15
KDP_NEEDS_RHOHV = dict(zip(SUFFIXES, (0.9, 0.86, 0.93, 0.96), strict=True))
SHARE_KDP_LOST = 0.07

# What the radar reports (*set*): spreads within 5x5 pixels, noise, steps of the numbers.
SPREAD_DB, SPREAD_CONVECTION, SPREAD_SD_HOURS, SPREAD_SD_SCANS = 4.6, 0.28, 0.14, 0.3
PIXEL_SD_DB, MEDIAN_SD_DB = 2.3, 1.2
OVERHANG_DB, OVERHANG_PER_KM, OVERHANG_SD_HOURS, OVERHANG_SD_DB = 3.9, -0.3, 2.0, 4.0
QUALITY_MELTING, QUALITY_SD_HOURS, QUALITY_SD_SCANS, QUALITY_PER_DB = 0.3, 0.35, 0.45, -0.015
RHOHV, RHOHV_SD_HOURS, RHOHV_LOSS, RHOHV_SD = 0.996, 0.012, 0.009, 0.021
ZDR_DB, ZDR_DROP_SIZE, ZDR_PER_KM, ZDR_SD = 0.6, 0.35, -0.03, 0.9
KDP_SD = 2.4
RHOHV_STEP, RHOHV_LEAST = np.float32(1 / 300), np.float32(60.5 / 300)  # and 255 steps: one byte
KDP_STEP, KDP_PHASE = 6 / 17, np.float32(150)  # a difference of two phases kept to .01 degree

# The gauge.
TIP_MM = 0.254
AS_STORED = 1 + 5.3e-7  # the file's 0.254 is 0.25400013
SHARE_NO_TIPS = 0.075
NO_TIP_STEP_MM = 0.01
GAUGE_SD = 0.35  # of log depth; *set*, as the next three
SHARE_UNDER_READING, UNDER_READING = 0.13, 1.4
WETTING_MM = 0.5
STUCK_MM = 73.0
SHARE_STUCK, SHARE_STUCK_WITHOUT_REF = 0.02, 0.20
STUCK_MEDIAN_MM, STUCK_SD = 800.0, 0.9


def make_hours(n_hours, seed):
    """Generate `n_hours` hours: a table in the competition's 24 columns, one row a scan.

    The rows of an hour stand together in the order of time, Ids run from 1 to `n_hours`.
    Id and minutes_past are integers, all else float32: km, dBZ, dB (Zdr), degrees/km (Kdp), mm.
    Raises ValueError for fewer than one hour or a negative seed.

    >>> table = make_hours(3, seed=1)
    >>> table["Id"].unique().tolist(), table.shape[1]
    ([1, 2, 3], 24)
    """
    return pd.concat(_blocks(n_hours, seed), ignore_index=True)


def write_hours(path, n_hours, seed):
    """Write `make_hours(n_hours, seed)` as CSV in Kaggle's text format; returns the path.

    Any number of hours fits: they are made and written 4,000 at a time.
    Raises ValueError as `make_hours` does.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_hours(Path(folder) / "hours.csv", 3, seed=1).read_text()[:27]
    'Id,minutes_past,radardist_k'
    """
    with files.atomic_write(path) as beside, beside.open("w", newline="") as out:
        for number, block in enumerate(_blocks(n_hours, seed)):
            block.to_csv(out, index=False, header=number == 0, lineterminator="\n")
    return Path(path)


def write_sample():
    """Write the bundled sample, data/rain_sample.csv: 4,000 hours; returns the path.

    >>> paths.RADAR_SAMPLE.relative_to(paths.ROOT).as_posix()
    'data/rain_sample.csv'
    """
    return write_hours(paths.RADAR_SAMPLE, 4_000, seed=2015)


def _blocks(n_hours, seed):
    if n_hours < 1:
        raise ValueError(f"n_hours is {n_hours}; ask for at least one hour.")
    if seed < 0:
        raise ValueError(f"seed is {seed}; take a whole number from 0 on.")
    return (
        _block(seed, number, min(HOURS_PER_BLOCK, n_hours - number * HOURS_PER_BLOCK))
        for number in range(-(-n_hours // HOURS_PER_BLOCK))
    )


def _block(seed, number, n_wanted):
    """Hours `number` * HOURS_PER_BLOCK + 1 onwards: always made all, the first n_wanted kept."""
    rng = np.random.default_rng((seed, number))
    mode, minute, scanned = _scans(rng)
    n_hours = len(mode)
    distance = np.floor(rng.triangular(*DISTANCE_KM, n_hours) + 0.5)
    convection, melting, evaporation, drop_size = rng.standard_normal((4, n_hours))
    over_reading = (
        RADAR_BIAS_DB
        + CONVECTION_DB * convection
        + MELTING_DB * melting
        + EVAPORATION_DB * evaporation
        + DROP_SIZE_DB * drop_size
        + DISTANCE_DB * (distance - 11)
        + BIAS_BY_MODE_DB[mode]
        + UNKNOWN_SD_DB * rng.standard_normal(n_hours)
    )
    level = (
        RAIN_DB
        + RAIN_BY_MODE_DB[mode]
        + RAIN_CONVECTION_DB * convection
        + RAIN_SD_DB * rng.standard_normal(n_hours)
    )
    swing = WITHIN_HOUR_SD_DB * _wandering(rng, n_hours, 60 + FALL_MINUTES, WITHIN_HOUR_MINUTES)
    depth_mm = _rain_depth(level[:, None] + swing[:, :60])

    echo = (level + over_reading)[:, None] + swing[:, FALL_MINUTES:]
    visibility = (
        SEEN_BY_MODE[mode]
        + SEEN_PER_KM * (distance - 11)
        + SEEN_CONVECTION * convection
        + SEEN_SD_HOURS * rng.standard_normal(n_hours)
    )[:, None] + SEEN_SD_SCANS * _wandering(rng, n_hours, 60, SEEN_MINUTES)
    echo, visibility = (np.take_along_axis(each, minute, 1) for each in (echo, visibility))
    visibility += SEEN_PER_DB * (echo - 20)

    seen = _reflectivity(rng, echo, distance, convection, evaporation)
    seen |= _polarimetry(rng, echo, distance, melting, drop_size)
    _leave_gaps(rng, seen, visibility, distance)
    without_ref = np.isnan(seen["Ref"]).all(1, where=scanned)
    expected_mm = _gauge(rng, depth_mm, without_ref)

    hour, scan = np.nonzero(scanned[:n_wanted])
    table = {
        "Id": number * HOURS_PER_BLOCK + hour + 1,
        "minutes_past": minute[hour, scan],
        "radardist_km": distance[hour],
        **{column: seen[column][hour, scan] for column in RADAR_COLUMNS},
        "Expected": (expected_mm * AS_STORED)[hour],
    }
    return pd.DataFrame(table).astype(dict.fromkeys(FILE_COLUMNS[2:], np.float32))


def _scans(rng):
    """Each hour's mode (H,), the minutes of its scans (H, S) and which of them took place."""
    n_hours = HOURS_PER_BLOCK
    mode = rng.choice(len(MODE_SHARE), n_hours, p=MODE_SHARE)
    step = rng.uniform(SHORTEST_STEP[mode], LONGEST_STEP[mode])[:, None]
    minute = np.floor(step * (rng.random((n_hours, 1)) + np.arange(MAX_SCANS))).astype(int)
    losing = rng.random((n_hours, 1)) < SHARE_LOSING_SCANS
    kept = rng.random((n_hours, MAX_SCANS)) < rng.random((n_hours, 1))
    kept[:, 0] = True
    return mode, np.minimum(minute, 59), (minute < 60) & (kept | ~losing)


def _wandering(rng, n_hours, n_minutes, memory):
    """(H, minutes): mean 0, sd 1, correlation exp(-minutes / memory): an AR(1) process."""
    kept = np.exp(-1 / memory)
    steps = rng.standard_normal((n_minutes, n_hours))
    for minute in range(1, n_minutes):
        steps[minute] = kept * steps[minute - 1] + np.sqrt(1 - kept**2) * steps[minute]
    return steps.T


def _rain_depth(rain_db):
    """(H, 60) dBZ by Marshall and Palmer -> (H,) mm in the hour."""
    return (10 ** ((rain_db - DBZ_OF_1_MM) / DB_PER_DECADE)).mean(1)


def _reflectivity(rng, echo, distance, convection, evaporation):
    """Ref and RefComposite, each (H, S) dBZ: convective cells are steep, overhang evaporates."""

    def noise():
        return rng.standard_normal(echo.shape)

    spread = SPREAD_DB * np.exp(
        (SPREAD_CONVECTION * convection + SPREAD_SD_HOURS * rng.standard_normal(len(echo)))[:, None]
        + SPREAD_SD_SCANS * noise()
    )
    overhang = OVERHANG_DB + OVERHANG_PER_KM * distance + OVERHANG_SD_HOURS * evaporation
    overhang = np.maximum(0, overhang[:, None] + OVERHANG_SD_DB * noise())
    seen = {
        "Ref": echo + PIXEL_SD_DB * noise(),
        "Ref_5x5_10th": echo - 0.8 * spread + 0.8 * noise(),
        "Ref_5x5_50th": echo + MEDIAN_SD_DB * noise(),
        "Ref_5x5_90th": echo + 0.9 * spread + 0.8 * noise(),
    }
    for suffix in SUFFIXES:
        seen["RefComposite" + suffix] = seen["Ref" + suffix] + overhang
    return {column: np.round(2 * dbz) / 2 for column, dbz in seen.items()}


def _polarimetry(rng, echo, distance, melting, drop_size):
    """RhoHV, Zdr (dB) and Kdp (degrees/km), each (H, S): melting makes all of them noisy."""

    def noise():
        return rng.standard_normal(echo.shape)

    by_hour = rng.standard_normal((2, len(echo), 1))
    poor = np.exp(
        QUALITY_MELTING * melting[:, None]
        + QUALITY_SD_HOURS * by_hour[0]
        + QUALITY_SD_SCANS * noise()
        + QUALITY_PER_DB * (echo - 22)
    )
    rhohv = RHOHV + RHOHV_SD_HOURS * by_hour[1] - RHOHV_LOSS * (poor - 0.5) ** 2
    zdr = (ZDR_DB + ZDR_DROP_SIZE * drop_size + ZDR_PER_KM * (distance - 10))[:, None]
    fields = {
        "RhoHV": (rhohv, RHOHV_SD * poor**1.5, 0.5),
        "Zdr": (zdr, ZDR_SD * poor, 0.45),
        "Kdp": (0.0, KDP_SD * poor, 0.45),
    }
    seen = {}
    for field, (centre, spread, median_noise) in fields.items():
        median = centre + median_noise * spread * noise()
        seen[field] = centre + spread * noise()
        seen[field + "_5x5_10th"] = median - 1.25 * spread * np.exp(0.3 * noise())
        seen[field + "_5x5_50th"] = median
        seen[field + "_5x5_90th"] = median + 1.4 * spread * np.exp(0.3 * noise())
    for suffix in SUFFIXES:
        level = np.floor(np.clip((seen["RhoHV" + suffix] - RHOHV_LEAST) * 300, 0, 255))
        seen["RhoHV" + suffix] = level.astype(np.float32) * RHOHV_STEP + RHOHV_LEAST
        seen["Zdr" + suffix] = np.round(16 * seen["Zdr" + suffix]) / 16
        kdp = np.round(np.round(seen["Kdp" + suffix] / KDP_STEP) * KDP_STEP, 2)
        seen["Kdp" + suffix] = (kdp + KDP_PHASE).astype(np.float32) - KDP_PHASE
    return seen


def _leave_gaps(rng, seen, visibility, distance):
    """Replace what the radar does not see by NaN, in place."""
    polarimetric = (rng.random(len(distance)) < SHARE_POLARIMETRIC) & (
        distance <= POLARIMETRY_TO_KM
    )
    jitter = SEEN_JITTER * rng.standard_normal((2, *visibility.shape))
    for suffix, more in SEEN_MORE.items():
        there = visibility + more
        visible = {"Ref": there > 0, "RefComposite": there + COMPOSITE_SEEN_MORE + jitter[0] > 0}
        visible["RhoHV"] = there + POLARIMETRY_SEEN_MORE + jitter[1] > 0
        visible["RhoHV"] &= polarimetric[:, None]
        visible["Zdr"] = visible["RhoHV"]
        clean = seen["RhoHV" + suffix] > KDP_NEEDS_RHOHV[suffix]
        lost = rng.random(visibility.shape) < SHARE_KDP_LOST
        visible["Kdp"] = visible["RhoHV"] & clean & ~lost
        for field in FIELDS:
            seen[field + suffix] = np.where(visible[field], seen[field + suffix], np.nan)


def _gauge(rng, depth_mm, without_ref):
    """What the gauge reports, (H,) mm: hours without a tip are not in the file."""
    n_hours = len(depth_mm)
    under_reading = rng.exponential(UNDER_READING, n_hours)
    under_reading *= rng.random(n_hours) < SHARE_UNDER_READING
    caught = depth_mm * np.exp(GAUGE_SD * rng.standard_normal(n_hours) - under_reading)
    caught = np.maximum(0, caught - WETTING_MM)
    tips = np.maximum(1, np.floor(caught / TIP_MM + rng.random(n_hours)))
    fine = np.maximum(1, np.round(caught / NO_TIP_STEP_MM))
    stuck = rng.lognormal(np.log(STUCK_MEDIAN_MM), STUCK_SD, n_hours)
    stuck_tips = np.ceil(np.maximum(STUCK_MM, stuck) / TIP_MM)
    is_fine = rng.random(n_hours) < SHARE_NO_TIPS
    share_stuck = np.where(without_ref, SHARE_STUCK_WITHOUT_REF, SHARE_STUCK)
    is_stuck = rng.random(n_hours) < share_stuck
    reported = np.where(is_fine, fine * NO_TIP_STEP_MM, tips * TIP_MM)
    return np.where(is_stuck, stuck_tips * TIP_MM, reported)
