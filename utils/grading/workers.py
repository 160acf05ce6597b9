"""The processes that ask hand-ins: as many as cores and memory allow, each hand-in in one of them.

What another run may not repeat is found out by one: who ran out of time or memory beside others,
or killed the process that asked, is asked once more alone, and that counts.
"""

import contextlib
import multiprocessing
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import joblib
import psutil

from utils.grading.hand_ins import GradeError
from utils.grading.results import FAILED, NOT_GRADED, Grade, one_line
from utils.grading.sandbox import READY, start_worker
from utils.homework.homeworks import HOMEWORKS

_FATAL = "an answer killed the process of the checks"
_GROUPS = Path("/sys/fs/cgroup")


def graded(ask, number, waiting, limits, by, say=print):
    """Yield the Grade of each hand-in as it is done.

    ask: `grade.grade_one`, which a new process imports. number: of the homework. waiting: {student:
    path}. limits: of each, `sandbox.Limits`. by: backend of the sandbox. say: called with
    sentences on how it goes. Raises GradeError where such a process cannot start.
    """
    cores, free = joblib.cpu_count(), memory_left()
    jobs = max(1, min(cores, int(free / 2**30 / limits.gib), len(waiting)))
    if jobs < min(cores, len(waiting)):
        say(
            f"{jobs} at a time, though there are {cores} cores: each hand-in may take "
            f"{limits.gib:.0f} GiB of memory, and {free / 2**30:.1f} are free."
        )
    again = {}
    for grade in _asked(ask, number, waiting, limits, by, jobs):
        if grade.certain:
            yield grade
        else:
            again[grade.student] = grade
            say(f"{grade.student}: {grade.note}; once more at the end, alone")
    for grade in _asked(ask, number, {name: waiting[name] for name in again}, limits, by, 1):
        grade.certain |= grade.status == again[grade.student].status
        yield grade


def _asked(ask, number, waiting, limits, by, jobs):
    """Yield the Grades that `jobs` processes make.

    Who kills one is found by asking those that are left one by one.
    """
    waiting = dict(waiting)
    while waiting:
        with _workers(jobs, limits) as (pool, ready):
            running = {
                pool.submit(ask, number, name, path, limits, by): name
                for name, path in waiting.items()
            }
            for done in as_completed(running):
                error = done.exception()
                if isinstance(error, BrokenProcessPool):
                    if not ready.exists():
                        raise GradeError(
                            "The process of the checks does not start: see what it says above, "
                            "and whether the machine has memory left."
                        )
                    if jobs > 1:
                        break
                    grade = Grade(_first_broken(running), FAILED, _FATAL, certain=False)
                    grade.without_points(HOMEWORKS[number].tasks)
                elif error is not None:
                    said = one_line(f"{type(error).__name__}: {error}")
                    grade = Grade(running[done], NOT_GRADED, said)
                    grade.without_points(HOMEWORKS[number].tasks)
                else:
                    grade = done.result()
                del waiting[grade.student]
                yield grade
                if isinstance(error, BrokenProcessPool):
                    break
        jobs = 1


def _first_broken(running):
    """Whose turn it was when the only process died: those before have their Grades."""
    return next(
        name for one, name in running.items() if isinstance(one.exception(), BrokenProcessPool)
    )


@contextlib.contextmanager
def _workers(jobs, limits):
    """(pool of processes that ask hand-ins, a file that the first to be ready makes).

    They end with the block, whatever ends it.
    """
    context = multiprocessing.get_context("spawn")  # TensorFlow does not survive a fork
    with tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as folder:
        start = {"initializer": start_worker, "initargs": (limits.gib, folder)}
        pool = ProcessPoolExecutor(jobs, context, **start)
        try:
            yield pool, Path(folder, READY)
        except BaseException:
            for process in multiprocessing.active_children():
                process.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def memory_left(groups=_GROUPS, of="/proc/self/cgroup"):
    """Bytes of memory that this process may still take: of the machine, and of its control group.

    groups: where Linux shows control groups. of: the file that names those of this process.

    >>> 0 < memory_left() <= psutil.virtual_memory().total
    True
    """
    left = [psutil.virtual_memory().available]
    lines = Path(of).read_text().splitlines() if Path(of).exists() else []
    for line in lines:
        _, controllers, name = line.split(":", 2)
        if controllers not in ("", "memory"):  # of version 2 and 1
            continue
        top = groups / controllers
        group = top / name.lstrip("/")
        for folder in [group, *group.parents]:
            if folder.is_relative_to(top):
                left += _left_in(folder, *_FILES[controllers])
    return max(0, min(left))


_FILES = {
    "": ("memory.max", "memory.current", "inactive_file"),
    "memory": ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}


def _left_in(group, limit, used, given_back):
    """[bytes] that a control group may still take, [] without a limit; caches are given back."""
    try:
        most = (group / limit).read_text().strip()
        taken = int((group / used).read_text())
        counts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    except OSError:  # not shown here, as in a container that lies deeper
        return []
    return [] if most == "max" else [int(most) - taken + int(counts[given_back])]
