"""What reading costs: `python -m utils bench` prints times as ratios, measured in one run.

Each measurement is a process of its own (python -m utils.bench TASK FILE FOLDER), so that its
peak memory is its own; the tasks alternate, so that a busy machine slows all of them alike.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

N_HOURS = 200_000
REPEATS = 3
PARSE = "parse alone, pyarrow"
CACHED = "read_hours from its cache"


def rainfall_reading(say=print):
    """Radar hours, N_HOURS and a quarter of that: from CSV rows to checked and padded arrays.

    Each time is divided by that of pyarrow merely parsing the same file, just before.
    """
    say(f"Reading radar hours on {os.cpu_count()} cores, {REPEATS} runs each: median (least–most)")
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        for n_hours in (N_HOURS // 4, N_HOURS):
            path = Path(folder) / f"{n_hours}_hours.csv"
            written = _measure("write", path, n_hours)
            n_rows = written["result"]
            say(
                f"\n{n_hours:,} hours, {n_rows:,} rows, {path.stat().st_size / 1e6:.0f} MB, "
                f"written at {n_rows / written['seconds']:,.0f} rows/s"
            )
            say(f"{'task':<36}{'times parsing':>20}{'rows/s':>12}{'peak, MiB':>11}")
            runs = [
                {task: _measure(task, path, folder) for task in READING} for _ in range(REPEATS)
            ]
            for task in READING:
                ratios = [run[task]["seconds"] / run[PARSE]["seconds"] for run in runs]
                seconds[n_hours, task] = statistics.median(run[task]["seconds"] for run in runs)
                spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
                peak = max(run[task]["peak_bytes"] for run in runs) / 2**20
                speed = n_rows / seconds[n_hours, task]
                say(f"{task:<36}{spread:>20}{speed:>12,.0f}{peak:>11,.0f}")
            faster = [run["read_hours"]["seconds"] / run[CACHED]["seconds"] for run in runs]
            say(
                f"The cache makes reading {statistics.median(faster):.0f} times faster "
                f"({min(faster):.0f}–{max(faster):.0f})."
            )
    growth = {task: seconds[N_HOURS, task] / seconds[N_HOURS // 4, task] for task in READING}
    say("\nFour times the hours take: " + "; ".join(f"{t} {g:.1f}" for t, g in growth.items()))


def _parse(path, folder):
    import pyarrow as pa
    import pyarrow.csv

    from utils import rainfall

    types = dict.fromkeys(["Id", *rainfall.COLUMNS, "Expected"], pa.float32())
    options = {
        "parse_options": pa.csv.ParseOptions(quote_char=False),
        "convert_options": pa.csv.ConvertOptions(column_types=types),
    }
    return lambda: len(pa.csv.read_csv(path, **options))


def _read(path, folder):
    from utils import rainfall

    return lambda: len(rainfall.read_hours(path, cache=False).values)


def _first_read(path, folder):
    from utils import rainfall

    rainfall.CACHE = Path(folder) / "cache"
    for kept in rainfall.CACHE.glob("*"):
        kept.unlink()
    return lambda: len(rainfall.read_hours(path).values)


def _second_read(path, folder):
    from utils import rainfall

    rainfall.CACHE = Path(folder) / "cache"
    return lambda: len(rainfall.read_hours(path).values)


def _pad(path, folder):
    from utils import rainfall

    def rows_to_padded():
        hours = rainfall.read_hours(path, cache=False)
        _, mask = rainfall.padded(hours, rainfall.fit_scaling(hours))
        return int(mask.sum())

    return rows_to_padded


def _write(path, n_hours):
    from utils import radar_hours

    def write():
        radar_hours.write_hours(path, int(n_hours), seed=0)
        with Path(path).open("rb") as file:
            return sum(part.count(b"\n") for part in iter(lambda: file.read(2**20), b"")) - 1

    return write


# Each returns the call to time, its imports done.
READING = {
    PARSE: _parse,
    "read_hours": _read,
    "read_hours, its cache written": _first_read,
    CACHED: _second_read,
    "read_hours, fit_scaling, padded": _pad,
}
TASKS = {"write": _write, **READING}


def _measure(task, *arguments):
    """Run one task in a process of its own: a dict of result, seconds and peak_bytes."""
    command = [sys.executable, "-m", "utils.bench", task, *map(str, arguments)]
    root = Path(__file__).resolve().parent.parent
    return json.loads(subprocess.check_output(command, cwd=root))


def _peak_bytes():
    """The most memory that this process has had, in bytes."""
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main(task, *arguments):
    call = TASKS[task](*arguments)
    start = time.perf_counter()
    result = call()
    seconds = time.perf_counter() - start
    print(json.dumps({"result": result, "seconds": seconds, "peak_bytes": _peak_bytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
