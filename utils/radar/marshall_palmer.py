"""The organisers' benchmark: rain from reflectivity by Marshall and Palmer's formula."""

import numpy as np


def rain_rate(ref_dbz):
    """Marshall & Palmer's rain rate in mm/h of a reflectivity in dBZ, 0 where it is NaN.

    Z = 200 R^1.6 with Z = 10^(ref / 10), solved for R (Marshall & Palmer 1948). Any shape.

    >>> rain_rate([23.0103, 39.0103, np.nan]).round(3).tolist()
    [1.0, 10.0, 0.0]
    """
    rate = (10 ** (np.asarray(ref_dbz) / 10) / 200) ** 0.625
    return np.where(np.isnan(rate), 0, rate)


def time_weights(hours):
    """(R,) the share of the hour for which each scan stands; each hour's sum is 1.

    The organisers' rule: a scan stands for the minutes since the one before it, the first for
    the minutes since the full hour, and the last also for what remains to 60.

    >>> from utils.radar.hours import Hours
    >>> values = np.zeros((2, 22), "float32")
    >>> values[:, 0] = 15, 45
    >>> time_weights(Hours(np.array([1]), values, np.array([0, 2]), None)).tolist()
    [0.25, 0.75]
    """
    minutes = hours.column("minutes_past").astype("float64")
    since = np.diff(minutes, prepend=0)
    first, last = hours.first_row[:-1], hours.first_row[1:] - 1
    since[first] = minutes[first]
    since[last] += 60 - minutes[last]
    return since / 60


def marshall_palmer(hours):
    """(N,) mm of rain in each hour, from Ref alone: the organisers' benchmark.

    >>> from utils.radar.hours import Hours
    >>> values = np.full((2, 22), 23.0103, "float32")
    >>> values[:, 0] = 15, 45
    >>> marshall_palmer(Hours(np.array([1]), values, np.array([0, 2]), None)).round(3).tolist()
    [1.0]
    """
    rain_mm = rain_rate(hours.column("Ref")) * time_weights(hours)
    return np.add.reduceat(rain_mm, hours.first_row[:-1])
