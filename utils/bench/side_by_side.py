"""How the cost of grading grows with hand-ins and workers, and that of a study with its seeds."""

import contextlib
import itertools
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from utils import paths
from utils.bench import measure, report

HAND_INS = ((10, 1), (10, 2), (40, 2), (160, 2))  # and workers
SEEDS = ((3, 1), (6, 1), (6, 2))
LESSON = "03_lstm_gate_by_gate"
SOLVED = 2  # tasks of a short hand-in
STUDENTS, MACHINES = 1_000, 20


def run(**_):
    """Grade HAND_INS and study a lesson with SEEDS; print and keep results/side_by_side.txt.

    CPU seconds are those of all processes together and do not depend on what else the machine
    does; minutes do. Memory is what all processes hold at the same time, shared pages once.
    """
    title = (
        f"Pieces of work side by side: hand-ins of homework 1, each in a sandbox, with the first "
        f"{SOLVED}\ntasks solved or with all; runs of lesson {LESSON}, three seeds each"
    )
    with report("side_by_side", title) as say:
        say(f"{'':24}{'workers':>8}{'minutes':>9}{'CPU s':>8}{'CPU s each':>12}{'GiB':>6}")

        def row(what, n, workers, *how):
            found = measure("side_by_side", *how, n, workers)
            minutes, (cpu, gib) = found["seconds"] / 60, found["result"]
            size = f"{n} {what}"
            say(f"{size:24}{workers:>8}{minutes:>9.1f}{cpu:>8.0f}{cpu / n:>12.1f}{gib:>6.1f}")
            return cpu / n

        for n, workers in HAND_INS:
            row("hand-ins", n, workers, "grade", SOLVED)
        for n, workers in SEEDS:
            row("seeds", n, workers, "study")
        each = row("hand-in, all solved", 1, 1, "grade", "all")
        hours, minutes = STUDENTS * each / 3600, STUDENTS * each / 60 / MACHINES
        say(
            f"\n{STUDENTS:,} students who solved all tasks: {hours:.1f} CPU hours, {minutes:.0f} "
            f"minutes on {MACHINES} workers, each as fast as a core here."
        )


def _grade(solved, n, workers):
    """Grade that many hand-ins: (CPU seconds, GiB at most)."""
    import nbformat

    from utils.grading.grade import grade_class
    from utils.grading.student_version import handed_in

    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    hand_ins = Path(folder.name, "class")
    hand_ins.mkdir()
    text = nbformat.writes(handed_in(1, solved if solved == "all" else int(solved)))
    for student in range(int(n)):
        (hand_ins / f"homework_1_student{student:03}.ipynb").write_text(text, encoding="utf-8")
    paths.GRADES = Path(folder.name, "grades")

    def grade():
        with folder, contextlib.redirect_stdout(sys.stderr), _watched(workers) as cost:
            grades, _, _, _ = grade_class(1, hand_ins)
            assert {one.status for one in grades} == {"graded"}, [one.note for one in grades]
        return cost

    return grade


def _study(n_seeds, workers):
    """Study a lesson with that many seeds: (CPU seconds, GiB at most)."""
    from utils.course.study import study

    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    paths.BUILD, paths.STUDY = Path(folder.name, "build"), Path(folder.name, "study")

    def run_lesson():
        with folder, _watched(workers) as cost:
            study([LESSON], int(n_seeds), say=lambda _: None)
        return cost

    return run_lesson


@contextlib.contextmanager
def _watched(workers):
    """A list of two numbers for the block: CPU seconds of all processes, GiB that they had.

    All are looked at again and again: what a sandbox kills is nobody's child any more, so that no
    parent is told what it took.
    """
    os.environ["LOKY_MAX_CPU_COUNT"] = str(workers)  # what joblib takes for the number of cores
    cost, over = [], threading.Event()
    seconds, most, watched = {}, 0, 0
    this = psutil.Process()

    def watch():
        nonlocal most, watched
        for look in itertools.count():
            if over.wait(0.5):
                break
            processes = this.children(recursive=True)
            for process in processes:
                with contextlib.suppress(psutil.Error):
                    times = process.cpu_times()
                    seconds[process] = times.user + times.system
            if look % 4 == 0:  # it takes long
                most = max(most, sum(map(_bytes_of, [this, *processes])))
        watched = time.thread_time()

    before = time.process_time()
    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield cost
    finally:
        over.set()
        watching.join()
    own = time.process_time() - before - watched
    cost += [own + sum(seconds.values()), most / 2**30]


def _bytes_of(process):
    with contextlib.suppress(psutil.Error):
        memory = process.memory_full_info()
        return getattr(memory, "pss", memory.uss)
    return 0


MEASUREMENTS = {"grade": _grade, "study": _study}
