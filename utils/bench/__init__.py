"""What things cost and what they are worth: `python -m utils bench [PART ...]`.

Each part is a module that prints what it measures and keeps the same text, with the machine
described, in utils/bench/results/. A measurement is a process of its own (python -m utils.bench
PART MEASUREMENT ...), so that its memory and its threads are its own; what is compared
alternates, so that a busy machine slows all of it alike.
"""

import contextlib
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

from utils import files, paths

OF_REVIEWS = ("time_to_accuracy", "ablation")
FOR_INSTRUCTORS = ("side_by_side",)
PARTS = ("reading", "layers", "cost", *FOR_INSTRUCTORS, *OF_REVIEWS)
REPEATS = 3


def run(part, **sources):
    """Measure one part, as it is named in PARTS. sources: paths of CSV files, by name."""
    importlib.import_module(f"utils.bench.{part}").run(**sources)


@contextlib.contextmanager
def report(part, title):
    """Gives `say(text="")`, which prints; what was said becomes results/PART.txt at the end."""
    lines = []

    def say(text=""):
        print(text, flush=True)
        lines.append(text + "\n")

    say(f"{title}\n{machine()}\n")
    yield say
    files.write_text(paths.BENCH_RESULTS / f"{part}.txt", "".join(lines))


def machine():
    """This machine in a line: processor, cores, memory, system and versions."""
    import psutil

    name = platform.processor() or platform.machine()
    with contextlib.suppress(FileNotFoundError):
        cpus = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        name = next(line for line in cpus.splitlines() if "model name" in line).split(": ")[1]
    versions = ", ".join(
        f"{package} {metadata.version(package)}" for package in ("tensorflow", "keras", "numpy")
    )
    return (
        f"{name}, {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, "
        f"{platform.system()}, Python {platform.python_version()}, {versions}"
    )


def spread(values, digits=2):
    """Median (least–most) as text."""
    middle, least, most = statistics.median(values), min(values), max(values)
    return f"{middle:,.{digits}f} ({least:,.{digits}f}–{most:,.{digits}f})"


def repeated(times, once):
    """What once() returned each time, in a list; says how far it is, which no report keeps."""
    runs = []
    for number in range(times):
        runs.append(once())
        print(f"({number + 1} of {times} done)", flush=True)
    return runs


def judged_by(test):
    """Which reviews `read_split` gives to be judged, in words."""
    return "the test file" if test else "10 % held out, films on both sides"


def read_split(source, test):
    """Tables of reviews to learn from and to judge by: the file test, or a tenth of source."""
    from utils.reviews.read import read_reviews, split_reviews

    split = split_reviews(read_reviews(source), test=False)
    return split.train, read_reviews(test) if test else split.validation


def measure(part, measurement, *arguments):
    """Make one measurement in a process of its own: a dict of result, seconds and peak_bytes."""
    command = [sys.executable, "-m", "utils.bench", part, measurement, *map(str, arguments)]
    return json.loads(subprocess.check_output(command, cwd=paths.ROOT))


def main(part, measurement, *arguments):
    """That process: MEASUREMENTS[measurement] makes ready; what it returns is timed."""
    call = importlib.import_module(f"utils.bench.{part}").MEASUREMENTS[measurement](*arguments)
    start = time.perf_counter()
    result = call()
    seconds = time.perf_counter() - start
    print(json.dumps({"result": result, "seconds": seconds, "peak_bytes": _peak_bytes()}))


def _peak_bytes():
    """The most memory that this process has had, in bytes."""
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
