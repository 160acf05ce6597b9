"""Radar hours, a large file and a quarter of it: from CSV rows to checked and padded arrays.

Each time is divided by that of pyarrow merely parsing the same file, just before.
"""

import statistics
import tempfile
from pathlib import Path

from utils import paths
from utils.bench import REPEATS, measure, report, spread

N_HOURS = 200_000
PARSE = "parse alone, pyarrow"
CACHED = "read_hours from its cache"


def run(**_):
    """Time every way of reading generated hours in WAYS; print and keep results/reading.txt."""
    title = f"Reading radar hours, {REPEATS} runs each: median (least–most)"
    with report("reading", title) as say, tempfile.TemporaryDirectory() as folder:
        _compare(say, Path(folder))


def _compare(say, folder):
    seconds = {}
    for n_hours in (N_HOURS // 4, N_HOURS):
        path = folder / f"{n_hours}_hours.csv"
        written = measure("reading", "write", path, n_hours)
        n_rows = written["result"]
        say(
            f"{n_hours:,} hours, {n_rows:,} rows, {path.stat().st_size / 1e6:.0f} MB, "
            f"written at {n_rows / written['seconds']:,.0f} rows/s"
        )
        say(f"{'what is read':<40}{'times parsing':>20}{'rows/s':>12}{'peak, MiB':>11}")
        runs = [
            {way: measure("reading", way, path, folder) for way in WAYS} for _ in range(REPEATS)
        ]
        for way in WAYS:
            ratios = [run[way]["seconds"] / run[PARSE]["seconds"] for run in runs]
            seconds[n_hours, way] = statistics.median(run[way]["seconds"] for run in runs)
            peak = max(run[way]["peak_bytes"] for run in runs) / 2**20
            speed = n_rows / seconds[n_hours, way]
            say(f"{way:<40}{spread(ratios):>20}{speed:>12,.0f}{peak:>11,.0f}")
        faster = [run["read_hours"]["seconds"] / run[CACHED]["seconds"] for run in runs]
        say(f"The cache makes reading {spread(faster, 0)} times faster.\n")
    growth = {way: seconds[N_HOURS, way] / seconds[N_HOURS // 4, way] for way in WAYS}
    say("Four times the hours take: " + "; ".join(f"{t} {g:.1f}" for t, g in growth.items()))


def _parse(path, folder):
    import pyarrow as pa
    import pyarrow.csv

    from utils.radar.hours import COLUMNS

    types = dict.fromkeys(["Id", *COLUMNS, "Expected"], pa.float32())
    options = {
        "parse_options": pa.csv.ParseOptions(quote_char=False),
        "convert_options": pa.csv.ConvertOptions(column_types=types),
    }
    return lambda: len(pa.csv.read_csv(path, **options))


def _read(path, folder):
    from utils.radar.read import read_hours

    return lambda: len(read_hours(path, cache=False).values)


def _first_read(path, folder):
    read = _second_read(path, folder)
    for kept in paths.CACHE.glob("*"):
        kept.unlink()
    return read


def _second_read(path, folder):
    from utils.radar.read import read_hours

    paths.CACHE = Path(folder) / "cache"
    return lambda: len(read_hours(path).values)


def _pad(path, folder):
    from utils.radar.features import fit_scaling, padded_inputs
    from utils.radar.read import read_hours

    def rows_to_padded():
        hours = read_hours(path, cache=False)
        _, mask = padded_inputs(hours, fit_scaling(hours))
        return int(mask.sum())

    return rows_to_padded


def _write(path, n_hours):
    from utils.radar import generate

    def write():
        generate.write_hours(path, int(n_hours), seed=0)
        with Path(path).open("rb") as file:
            return sum(part.count(b"\n") for part in iter(lambda: file.read(2**20), b"")) - 1

    return write


# Each returns the call to time, its imports done.
WAYS = {
    PARSE: _parse,
    "read_hours": _read,
    "read_hours, its cache written": _first_read,
    CACHED: _second_read,
    "read_hours, fit_scaling, padded_inputs": _pad,
}
MEASUREMENTS = {"write": _write, **WAYS}
