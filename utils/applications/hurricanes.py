"""Tracks of Atlantic storms, a position every six hours, 1975 to 2024: where will it be tomorrow?

From NOAA's archive HURDAT2 (Landsea & Franklin 2013), as the data set `storms` of the R package
dplyr; 1.3 MB.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from utils.fetch import NotAsPublishedError, RemoteFile, fetch

STORMS = RemoteFile(
    repository="vincentarelbundock/Rdatasets",
    commit="1dcc2bf5f955cc1224a3e1307256e1fe86b68dae",
    path="csv/dplyr/storms.csv",
    n_bytes=1_286_252,
    sha256="f7c58accf7472a32ee92218afba12843ae3952529ce8247ba7ae0db6c7602b6c",
    what="Tracks of Atlantic storms (NOAA's HURDAT2)",
    licence="US government work, in dplyr, MIT",
)
FILES = (STORMS,)
NUMBERS = ["year", "month", "day", "hour", "lat", "long", "wind", "pressure"]
COLUMNS = ["name", *NUMBERS, "status"]
CYCLONES = "hurricane|(sub)?tropical (storm|depression)"  # what the status says of one
HOURS = (6, 12, 24)  # of a forecast
EARTH = 6371.0  # its mean radius, km


class StormsError(NotAsPublishedError):
    """Why a file of storms can't be read, and what to do."""

    is_not = "is not the file of storms as it was published"


def load():
    """A list of DataFrames, one a storm, by its beginning; each has a row every six hours.

    The index is the time (UTC). Columns: name, such as "Katrina 2005"; lat and long, °N and °E;
    wind, knots; pressure, hPa; status, such as "hurricane", "extratropical". A storm of one row is
    left out: it goes nowhere.

    Fetched when it is first needed; raises FetchError where that cannot be.

    >>> storms = load()  # doctest: +SKIP
    >>> len(storms), storms[0].name.iloc[0]  # doctest: +SKIP
    (709, 'Amy 1975')
    """
    return read(fetch(STORMS))


def read(path):
    """The storms of a CSV file, as `load`; raises StormsError for another file or a broken one.

    Rows between the hours 0, 6, 12 and 18 are left out. A track with a gap becomes two, as does
    the one that goes on into another year.

    >>> import io
    >>> text = ",".join(COLUMNS) + "\\nAmy,1975,6,27,0,27.5,-79,25,1013,wave\\n"
    >>> [storm] = read(io.StringIO(text + "Amy,1975,6,27,6,28.5,-79,25,1013,wave\\n"))
    >>> storm.lat.tolist()
    [27.5, 28.5]
    """
    table = _table(path)
    table["name"] += " " + table["year"].astype(str)
    table = table[table["hour"] % 6 == 0].drop_duplicates(["name", "time"])
    table = table.sort_values(["name", "time"])
    goes_on = table["name"] == table["name"].shift()
    begins = ~goes_on | (table["time"].diff() != pd.Timedelta(hours=6))
    tracks = table.set_index("time")[["name", *NUMBERS[4:], "status"]]
    storms = [storm for _, storm in tracks.groupby(begins.cumsum().to_numpy()) if len(storm) > 1]
    return sorted(storms, key=lambda storm: (storm.index[0], storm["name"].iloc[0]))


def kilometres(lat, long, other_lat, other_long):
    """The distance between two places on the globe, in km: numbers or arrays of degrees.

    >>> round(kilometres(0, 0, 0, 90))  # a quarter of the equator
    10008
    """
    lat, long, other_lat, other_long = map(np.radians, (lat, long, other_lat, other_long))
    half = np.sin((other_lat - lat) / 2) ** 2
    half += np.cos(lat) * np.cos(other_lat) * np.sin((other_long - long) / 2) ** 2
    return 2 * EARTH * np.arcsin(np.sqrt(half))


class Tracks(NamedTuple):
    """N storms of T rows, padded with zeros (inputs) or NaN (the others) at their end.

    inputs: (N, T, 10) float32, of about the size of 1: how far it came in the last six hours, and
    how much that differs from the six hours before, each to the north and to the east; latitude,
    longitude, wind, pressure, and the day of the year as a point on a circle. where: (N, T, 2), °N
    and °E. came: (N, T, 2), how far in the last six hours, degrees. goes: (N, T, 3, 2), how far in
    the next 6, 12 and 24 hours, degrees; NaN where the track has ended by then. cyclone: (N, T, 4),
    whether it is a tropical or subtropical cyclone now, and in 6, 12 and 24 hours.
    """

    inputs: np.ndarray
    where: np.ndarray
    came: np.ndarray
    goes: np.ndarray
    cyclone: np.ndarray


def tracks(storms):
    """The storms as `Tracks`, without their first rows, where none came from anywhere.

    >>> text = ",".join(COLUMNS) + "\\n" + "".join(
    ...     f"Amy,1975,6,27,{6 * n},{n},-79,25,1013,wave\\n" for n in range(3))
    >>> import io
    >>> amy = tracks(read(io.StringIO(text)))
    >>> amy.came[0].tolist(), amy.goes[0, 0, :, 0].tolist()
    ([[1.0, 0.0], [1.0, 0.0]], [1.0, nan, nan])
    """
    longest = max(map(len, storms)) - 1
    inputs = np.zeros((len(storms), longest, 10), "float32")
    where, came = np.full((2, len(storms), longest, 2), np.nan)
    goes = np.full((len(storms), longest, len(HOURS), 2), np.nan)
    cyclone = np.zeros((len(storms), longest, 1 + len(HOURS)), bool)
    for n, storm in enumerate(storms):
        places, rows = storm[["lat", "long"]].to_numpy(), len(storm) - 1
        is_one = storm["status"].str.fullmatch(CYCLONES).to_numpy()
        where[n, :rows], came[n, :rows] = places[1:], np.diff(places, axis=0)
        for k, hours in enumerate((0, *HOURS)):
            last = max(rows - hours // 6, 0)  # rows that have one so much later
            cyclone[n, :last, k] = is_one[1 + hours // 6 :]
            if k > 0:
                goes[n, :last, k - 1] = places[1 + hours // 6 :] - places[1 : last + 1]
        inputs[n, :rows, :2] = came[n, :rows]
        inputs[n, 1:rows, 2:4] = np.diff(came[n, :rows], axis=0)
        day = 2 * np.pi * storm.index.day_of_year / 365.25
        air = [storm["wind"] / 50 - 1, storm["pressure"] / 20 - 50, np.sin(day), np.cos(day)]
        inputs[n, :rows, 4:6] = (places[1:] - [25, -60]) / [10, 30]
        inputs[n, :rows, 6:] = np.column_stack(air)[1:]
    return Tracks(inputs, where, came, goes, cyclone)


def _table(path):
    try:
        table = pd.read_csv(path, dtype={"name": str, "status": str})
    except (ValueError, UnicodeDecodeError) as error:  # of pandas, too
        raise StormsError(path, f"it can't be read as CSV ({error})") from None
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise StormsError(path, f"it has no column {' or '.join(missing)}")
    table = table[COLUMNS].copy()
    numbers = table[NUMBERS].apply(pd.to_numeric, errors="coerce")
    time = pd.to_datetime(numbers[["year", "month", "day", "hour"]], errors="coerce")
    wrong = numbers.isna().any(axis=1) | time.isna() | table[["name", "status"]].isna().any(axis=1)
    if wrong.any():
        raise StormsError(path, f"in line {wrong.argmax() + 2} a value is missing or no number")
    if table.empty:
        raise StormsError(path, "no storm is in it")
    return table[["name", "status"]].join(numbers).astype({"year": int}).assign(time=time)
