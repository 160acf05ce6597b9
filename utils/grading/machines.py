"""What a machine must be to grade: it has a sandbox, what hand-ins need, and the same course.

Asked of this machine, and of each machine of a cluster before it gets work.
"""

import hashlib
import importlib.metadata
import platform
import site
from collections import defaultdict
from pathlib import Path

import psutil

from utils import paths
from utils.grading import isolation
from utils.grading.names import GradeError
from utils.grading.sandbox import too_low, why_not
from utils.homework.homeworks import HOMEWORKS

_GROUPS = Path("/sys/fs/cgroup")
# No check calls these.
_WITHOUT_INFLUENCE = ("bench", "course")


def sandboxes(unprotected=False):
    """The backends of a sandbox that will do, the best first; None is no sandbox.

    >>> sandboxes(unprotected=True)
    ['bubblewrap', 'unshare', None]
    """
    return [*isolation.PROGRAMS, *([None] if unprotected else [])]


def sandbox_of(backends):
    """The first of some backends that works on this machine; GradeError if none does."""
    for by in backends:
        if by is None or not why_not(by):
            return by
    raise GradeError(
        "This machine cannot run hand-ins apart from your files and your network "
        f"({'; '.join(f'{name}: {why_not(name)}' for name in backends)}). On Linux "
        "install bubblewrap (apt install bubblewrap), and on Ubuntu allow it (sudo sysctl -w "
        "kernel.apparmor_restrict_unprivileged_userns=0); elsewhere grade in a Linux virtual "
        "machine. If nothing here can be lost or read, say --unprotected (make grade ... "
        "UNPROTECTED=1)."
    )


def expect_fit(backends, limits):
    """Raise GradeError unless this machine can run a hand-in apart, and leaves it what it needs.

    backends: as of `sandboxes`. limits: of each hand-in, `sandbox.Limits`.
    """
    by = sandbox_of(backends)
    if sentence := too_low(limits):
        raise GradeError(sentence)
    if by:
        _expect_hidden()


def _expect_hidden():
    for path in (paths.SOLUTIONS, Path("~")):
        if shown := isolation.shown_by(path):
            raise GradeError(
                f"{path.expanduser()}: every hand-in could read it, as Python lies in {shown}, "
                "which holds it: make a virtual environment in a folder of its own (python -m venv "
                ".venv in the course's folder), and grade with its Python."
            )


def expect_files_hidden(of_students, place):
    """Raise GradeError where a hand-in could read files of students, or `place`, the grades."""
    for path in of_students:
        if shown := isolation.shown_by(path):
            raise GradeError(
                f"{path}: every hand-in could read it, as {shown}, which hand-ins need, holds it: "
                "move the hand-ins to a folder elsewhere."
            )
    if shown := isolation.shown_by(place):
        raise GradeError(
            f"{place}: every hand-in could read the grades, as {shown}, which hand-ins need, "
            "holds them: name a folder elsewhere in the variable COURSE_BUILD."
        )


def depends_on(number):
    """{what: its version}: all that grades of a homework depend on beside the hand-in and limits.

    The solution, the modules and packages that checks and hand-ins call, the data that they read,
    Python.
    """
    utils = paths.ROOT / "utils"
    modules = [
        path
        for path in utils.rglob("*.py")
        if path.relative_to(utils).parts[0] not in _WITHOUT_INFLUENCE
    ]
    solution = [path for path in HOMEWORKS[number].solution.parent.iterdir() if path.is_file()]
    installed = [*site.getsitepackages(), site.getusersitepackages()]  # setuptools has more inside
    return {
        "Python": platform.python_version(),
        **{one.name: one.version for one in importlib.metadata.distributions(path=installed)},
        **{
            path.relative_to(paths.ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in [*modules, *solution, *isolation.SAMPLES]
        },
    }


def version(number, limits):
    """One text for all that grades depend on beside the hand-in.

    >>> from utils.grading.sandbox import Limits
    >>> version(1, Limits()) == version(1, Limits(gib=9))
    False
    """
    facts = [sorted(depends_on(number).items()), limits]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


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


def look(number, backends, limits):
    """(why this machine cannot grade or "", {what: version}, bytes of memory left)."""
    try:
        expect_fit(backends, limits)
    except GradeError as why:
        return str(why), {}, 0
    return "", depends_on(number), memory_left()


def fit_hosts(client, number, backends, limits):
    """([hosts of a cluster that can grade], [why another gets no work], threads of all workers).

    The hosts are None where all can. Raises GradeError where none can.
    """
    from distributed.comm import get_address_host

    here, threads = depends_on(number), defaultdict(int)
    for worker, count in client.ncores().items():
        threads[get_address_host(worker)] += count
    refusals = {}
    for worker, found in client.run(look, number, backends, limits, on_error="return").items():
        host = get_address_host(worker)
        if isinstance(found, Exception):
            why = f"the course is not there ({type(found).__name__}: {found})"
        else:
            why, there, left = found
            most = max(1, int(left / 2**30 / limits.gib))
            if not why and (differs := difference(here, there)):
                why = f"{differs}: it needs the same course, installed from the same lock."
            if not why and threads[host] > most:
                why = (
                    f"its workers have {threads[host]} threads, each hand-in may take "
                    f"{limits.gib:.0f} GiB of memory, and {left / 2**30:.1f} are free: start them "
                    f"with {most} in all (dask worker ... --nthreads {most})."
                )
        if why:
            refusals[host] = f"{host} gets no hand-ins. {why}"
    hosts = [host for host in threads if host not in refusals]
    if not hosts:
        raise GradeError("\n".join(["No machine of the cluster can grade.", *refusals.values()]))
    at_a_time = sum(threads[host] for host in hosts)
    return (hosts if refusals else None), list(refusals.values()), at_a_time


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
