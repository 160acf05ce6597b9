"""Rain, snow and a river in Maine: 34 years, day by day, with a hydrologist's model beside them.

The Piscataquis near Dover-Foxcroft (gauge 01031500, 771 km²), one of the CAMELS basins (Newman et
al. 2015): the weather over the basin (Daymet), what ran off, and what the calibrated model SAC-SMA
with its snow model, SNOW-17, says of both. From the package RRMPG, 2.1 MB.
"""

import numpy as np
import pandas as pd

from utils.fetch import NotAsPublishedError, RemoteFile, fetch

_IN_RRMPG = {
    "repository": "kratzert/RRMPG",
    "commit": "7de78c25acc1c255d2acaf739d65e9ce7bbd60c3",
    "licence": "MIT",
}
FLOW = RemoteFile(
    path="rrmpg/data/data/camels/01031500_05_model_output.txt",
    n_bytes=1_376_156,
    sha256="95a36c95d10651ad77e3dbc2782e6bb163a46a1b0f5d1ca2d706927bb3a69465",
    what="A river's flow, measured and modelled (CAMELS 01031500)",
    **_IN_RRMPG,
)
WEATHER = RemoteFile(
    path="rrmpg/data/data/camels/01031500_lump_cida_forcing_leap.txt",
    n_bytes=754_496,
    sha256="5700f71c078ee030fddd93373807588ed7baf0152f54767c36236db8e76ee4ed",
    what="The weather over a river's basin (CAMELS 01031500)",
    **_IN_RRMPG,
)
FILES = (FLOW, WEATHER)

# {column of the file: its name here}
_FLOW_COLUMNS = {"OBS_RUN": "flow", "MOD_RUN": "sac_sma", "SWE": "snow"}
_WEATHER_COLUMNS = {
    "prcp(mm/day)": "rain",
    "tmax(C)": "warmest",
    "tmin(C)": "coldest",
    "srad(W/m2)": "sun",
    "vp(Pa)": "vapour",
    "dayl(s)": "daylight",
}
_AREA_AND_HEADER = 3  # lines before the header of the weather: latitude, height, area


class RiverError(NotAsPublishedError):
    """Which file of the river can't be read, in which line, and what to do."""

    is_not = "is not the river's file as it was published"


def load():
    """A DataFrame with a row a day, from 1980-01-01 to 2014-12-31; its index is the date.

    rain: rain and snowfall, mm. warmest, coldest: °C. sun: W/m². vapour: its pressure, Pa.
    daylight: s. flow: measured at the gauge, mm over the basin. sac_sma: the same of the model
    SAC-SMA, mm. snow: water that lies as snow by its snow model, mm; nobody measured it. The
    last three begin on 1980-10-01, and are NaN before.

    Fetched when it is first needed; raises FetchError where that cannot be.

    >>> load().columns.tolist()  # doctest: +SKIP
    ['rain', 'warmest', 'coldest', 'sun', 'vapour', 'daylight', 'flow', 'sac_sma', 'snow']
    """
    return read_weather(fetch(WEATHER)).join(read_flow(fetch(FLOW)))


def sequences(table, steps, every):
    """Sequences of successive days, (N, steps, columns) float32; a new one begins `every` days.

    table: a DataFrame with a row a day; NaN becomes 0. Raises ValueError for fewer days than steps.

    >>> table = pd.DataFrame({"rain": [0.0, 1, 2, 3, 4], "flow": [5.0, 6, 7, 8, 9]})
    >>> sequences(table, steps=3, every=2)[:, :, 0]
    array([[0., 1., 2.],
           [2., 3., 4.]], dtype=float32)
    """
    values = table.fillna(0).to_numpy("float32")
    cut = np.lib.stride_tricks.sliding_window_view(values, steps, axis=0)
    return np.moveaxis(cut[::every], -1, 1).copy()


def usual(series, years):
    """For each day of a series, the mean of that day of the year over some years.

    series: indexed by date. years: a slice of dates.

    >>> days = pd.date_range("2001-06-01", "2003-06-01", freq="365D")
    >>> flow = pd.Series([1.0, 3.0, 8.0], days)
    >>> usual(flow, slice("2001", "2002")).tolist()
    [2.0, 2.0, 2.0]
    """
    known = series.loc[years]
    mean = known.groupby(known.index.day_of_year).mean()
    return pd.Series(series.index.day_of_year.map(mean), series.index)


def read_weather(path):
    """The columns of the weather, as `load`. Raises RiverError for another file or a broken one.

    >>> read_weather(fetch(WEATHER)).shape  # doctest: +SKIP
    (12784, 6)
    """
    return _read(path, _WEATHER_COLUMNS, header=_AREA_AND_HEADER)


def read_flow(path):
    """The columns of the flow and of its model, as `load`. Raises RiverError as `read_weather`.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "flow.txt")
    ...     _ = path.write_text("YR MNTH DY SWE MOD_RUN OBS_RUN\\n1980 10 1 0.0 2.5 0.6\\n")
    ...     read_flow(path)
                flow  sac_sma  snow
    1980-10-01   0.6      2.5   0.0
    """
    return _read(path, _FLOW_COLUMNS, header=0)


def _read(path, columns, header):
    """Days of a table whose first three columns are year, month and day."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        lines = []
    names = lines[header].split() if len(lines) > header else []
    missing = [name for name in columns if name not in names]
    if missing:
        raise RiverError(path, f"line {header + 1} has no column {' or '.join(missing)}")
    rows = []
    for number, line in enumerate(lines[header + 1 :], header + 2):
        fields = line.split()
        if len(fields) != len(names):
            raise RiverError(path, f"line {number} has {len(fields)} fields, expected {len(names)}")
        try:
            rows.append([float(field) for field in fields])
        except ValueError as error:
            raise RiverError(path, f"line {number}: {error}") from None
    if not rows:
        raise RiverError(path, "no day is in it")
    table = pd.DataFrame(rows, columns=names)
    days = table[names[:3]].set_axis(["year", "month", "day"], axis=1)
    table.index = pd.DatetimeIndex(pd.to_datetime(days, errors="coerce"), name=None)
    gaps = table.index.to_series().diff().iloc[1:] != pd.Timedelta(days=1)
    if table.index.isna().any() or gaps.any():
        number = header + 2 + int(gaps.argmax()) + 1 if gaps.any() else header + 2
        raise RiverError(path, f"line {number} is not the day after the one before")
    return table[list(columns)].rename(columns=columns)
