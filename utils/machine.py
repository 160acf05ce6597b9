"""What is on a machine, this one or another: versions, the course's files, memory, how many fit."""

import hashlib
import importlib.metadata
import platform
import site
from pathlib import Path

import joblib
import psutil

from utils import paths

_GROUPS = Path("/sys/fs/cgroup")


def installed():
    """{"Python": its version, package: its version} of all packages that are installed.

    >>> installed()["Python"] == platform.python_version()
    True
    """
    places = [*site.getsitepackages(), site.getusersitepackages()]  # setuptools has more inside
    found = importlib.metadata.distributions(path=places)
    return {"Python": platform.python_version()} | {one.name: one.version for one in found}


def modules(without=()):
    """Paths of the course's modules. without: rooms of utils/, by name, that do not matter.

    >>> paths.ROOT / "utils" / "cells.py" in modules(without=("grading",))
    True
    """
    utils = paths.ROOT / "utils"
    return [path for path in utils.rglob("*.py") if path.relative_to(utils).parts[0] not in without]


def contents(files):
    """{path from the course's folder: SHA-256 of what is in it} of some files."""
    return {
        path.relative_to(paths.ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def difference(here, there):
    """A sentence on what another machine has otherwise than this one, or None.

    here, there: as of `depends_on`.

    >>> difference({"numpy": "2.3"}, {"numpy": "2.4"})
    'numpy is 2.4 there and 2.3 here'
    >>> difference({"utils/cells.py": "0" * 64}, {})
    'it has no utils/cells.py'
    """
    for what in sorted(here.keys() | there.keys()):
        if here.get(what) == there.get(what):
            continue
        if what not in there:
            return f"it has no {what}"
        if what not in here:
            return f"it has {what}, and this machine has none"
        if "/" in what:
            return f"its {what} is another one"
        return f"{what} is {there[what]} there and {here[what]} here"


def at_a_time(wanted, gib, work, say=print):
    """How many pieces of work the cores and the memory of this machine are for.

    wanted: how many there are. gib: of memory that each may take. work: what a piece is, in a word.
    say: called with a sentence where memory is for fewer than there are cores.
    """
    cores, free = joblib.cpu_count(), memory_left()
    most = max(1, min(cores, int(free / 2**30 / gib), wanted))
    if most < min(cores, wanted):
        say(
            f"{most} at a time, though there are {cores} cores: each {work} may take "
            f"{gib:.0f} GiB of memory, and {free / 2**30:.1f} are free."
        )
    return most


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
