"""Run a Python module isolated from the machine: its files, its network, its other processes.

Linux namespaces do it, set up by bubblewrap where it is installed, by util-linux' unshare
elsewhere (utils.grading.isolation). Time, memory and the number of processes are watched from
outside.
"""

import contextlib
import functools
import os
import secrets
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

try:
    import resource
except ModuleNotFoundError:  # Windows
    resource = None

from utils import paths
from utils.grading import isolation

MAX_BYTES = 50_000_000  # of one message from a hand-in
_MARK = "COURSE_HAND_IN"  # without a namespace, a variable of all processes of one hand-in
_ROUNDS = 50  # of ending processes that start others meanwhile
_PROBE = "utils.grading.sandbox"  # run as a module, it does nothing


class Ended(Exception):
    """The other side is gone, or sent what it should not."""


@dataclass(frozen=True)
class Limits:
    """What one hand-in may use.

    seconds: in all. gib: of memory, all processes together. processes: at a time. scratch_mb: of
    temporary files, which lie in memory and vanish.
    """

    seconds: float = 900
    gib: float = 8
    processes: int = 64
    scratch_mb: int = 512


def protections():
    """[(what is protected, by what or None)] on this machine, the essential ones first."""
    by = backend()
    isolated = {"bubblewrap": "bubblewrap", "unshare": "Linux namespaces (unshare)"}.get(by)
    hiding = "" if isolated else ", but for a process that hides"
    return [
        ("files: solutions, other hand-ins, grades and your home are not there", isolated),
        ("network: none", isolated),
        ("processes: none to be seen but its own, which end together", isolated),
        ("environment: no variable of yours", isolated),
        ("time, memory, number of processes", "watched, and ended" + hiding),
        ("size of a file, of temporary files", "limits" if isolated else None),
    ]


@functools.cache
def backend():
    """ "bubblewrap" or "unshare", whichever is there and works on this machine, or None."""
    return next((name for name in isolation.PROGRAMS if not why_not(name)), None)


@functools.cache
def why_not(name):
    """Why a backend does not work on this machine; "" where it does."""
    if sys.platform != "linux":
        return "it needs Linux"
    for program in isolation.PROGRAMS[name]:
        if not shutil.which(program):
            return f"{program} is not installed"
    try:
        with Sandbox(_PROBE, Limits(seconds=60), backend=name) as probe:
            return "" if probe.process.wait() == 0 else probe.said() or "it does not start"
    except OSError as error:
        return str(error)


class Sandbox:
    """A running Python module that reads `stdin` and writes `stdout`, and cannot do much else.

    A context manager: what still runs at its end is killed, with all its children. backend: that
    of `backend()`; None leaves the module unprotected, but for its limits.
    """

    def __init__(self, module, limits, *arguments, folder=None, backend=None):
        self.ended_by = None  # "time", "memory" or "processes"
        self._limits = limits
        self._folder = tempfile.TemporaryDirectory(prefix="hand-in-", ignore_cleanup_errors=True)
        temporary = Path(self._folder.name)
        command = [sys.executable, "-m", module, *arguments]
        folder = folder or paths.ROOT
        if backend == "bubblewrap":
            command = isolation.bubblewrap(command, folder, limits)
        elif backend == "unshare":
            command = isolation.unshare(command, folder, limits, temporary)
        self._mark = None if backend else secrets.token_hex()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 closed at the end
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            cwd=temporary,
            env=_environment("/tmp" if backend else str(temporary), self._mark),
            start_new_session=True,
        )
        self._first = psutil.Process(self.process.pid)
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        self.process.wait()
        self._watcher.join()
        for stream in (self.stdin, self.stdout):
            with contextlib.suppress(OSError):  # nobody takes what was not sent yet
                stream.close()
        self._said.close()
        self._folder.cleanup()

    def said(self):
        """What it wrote to standard error so far."""
        self._said.seek(0)
        return self._said.read(20_000).decode(errors="replace").strip()

    def kill(self):
        """End it, with all its children."""
        for _ in range(_ROUNDS):
            processes = [*self._family(), *self._strays()]
            for process in processes:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            if not processes:
                return
            time.sleep(0.01)

    def _family(self):
        """The processes of this sandbox, parents first: the first's end ends a namespace.

        psutil compares when they began: an id that another process has by now is not taken for it.
        """
        try:
            if self._first.status() == psutil.STATUS_ZOMBIE:
                return []
            return [self._first, *self._first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _strays(self):
        """Without a namespace, those whose parent is gone: they have the mark in common."""
        everyone = psutil.process_iter() if self._mark else ()
        return [process for process in everyone if self._is_one(process)]

    def _is_one(self, process):
        with contextlib.suppress(psutil.Error, OSError):
            return process.environ().get(_MARK) == self._mark
        return False

    def _watch(self):
        end = time.monotonic() + self._limits.seconds
        while self.process.poll() is None:
            family = self._family()
            if time.monotonic() > end:
                self.ended_by = "time"
            elif len(family) > self._limits.processes:
                self.ended_by = "processes"
            elif sum(map(_memory, family)) > self._limits.gib * 2**30:
                self.ended_by = "memory"
            if self.ended_by:
                break
            time.sleep(0.1)
        self.kill()  # also what a process that ended by itself left: it may hold its streams
        self.process.wait()


def send(stream, data):
    """Write one message of bytes; Ended if nobody reads."""
    try:
        stream.write(struct.pack(">Q", len(data)))
        stream.write(data)
        stream.flush()
    except (OSError, ValueError):
        raise Ended("") from None


def receive(stream, most=MAX_BYTES):
    """Read one message of bytes; Ended if there is none or it is too long."""
    header = stream.read(8)
    if len(header) < 8:
        raise Ended("")
    [length] = struct.unpack(">Q", header)
    if length > most:
        raise Ended(f"an answer of {length / 1e6:.0f} MB came back, at most {most / 1e6:.0f}")
    data = stream.read(length)
    if len(data) < length:
        raise Ended("")
    return data


def limit(gib, file_mb=None, cpu_seconds=None):
    """Limit this process and its children for good, where the operating system can (not Windows).

    gib: of memory, each. file_mb: of a file it writes. cpu_seconds: of processor time. A lower
    limit of the machine's stays; what the machine grants on request (a soft limit) is asked for.
    """
    if resource is None:
        return
    limits = {resource.RLIMIT_DATA: gib * 2**30, resource.RLIMIT_CORE: 0}
    if file_mb is not None:
        limits[resource.RLIMIT_FSIZE] = file_mb * 2**20
    if cpu_seconds is not None:
        limits[resource.RLIMIT_CPU] = max(1, cpu_seconds)
    for kind, most in limits.items():
        most = _lower(int(most), resource.getrlimit(kind)[1])
        resource.setrlimit(kind, (most, most))
    for _, name, least in _needed(gib):
        kind = getattr(resource, name)
        soft, hard = resource.getrlimit(kind)
        if _lower(soft, least) != least:
            resource.setrlimit(kind, (_lower(least, hard), hard))


def too_low(limits):
    """A sentence on a hard `ulimit` of this machine below what a hand-in is promised, or None.

    limits: `Limits`. Under it right answers would fail.
    """
    if resource is None:
        return None
    promised = [
        ("d", "RLIMIT_DATA", int(limits.gib * 2**30)),
        ("f", "RLIMIT_FSIZE", limits.scratch_mb * 2**20),
        ("t", "RLIMIT_CPU", int(2 * limits.seconds)),
        *_needed(limits.gib),
    ]
    for letter, name, least in promised:
        hard = resource.getrlimit(getattr(resource, name))[1]
        if _lower(hard, least) != least:
            size, unit = (1024, " KiB") if letter in "dfv" else (1, " s" if letter == "t" else "")
            option = name.removeprefix("RLIMIT_").lower()
            return (
                f"`ulimit -H{letter}` is {hard // size}{unit} here and a hand-in may need "
                f"{least // size}{unit}, so that right answers would fail: raise it for this shell "
                f"(sudo prlimit --pid $$ --{option}={least}), or grade on another machine."
            )
    return None


def _needed(gib):
    """[(letter of ulimit, limit, at least)]: of addresses, open files, processes and threads.

    TensorFlow maps more than it uses.
    """
    return [
        ("v", "RLIMIT_AS", int(2 * gib * 2**30)),
        ("n", "RLIMIT_NOFILE", 256),
        ("u", "RLIMIT_NPROC", 256),
    ]


def _lower(one, other):
    """The lower of two limits."""
    unlimited = resource.RLIM_INFINITY
    return min((limit for limit in (one, other) if limit != unlimited), default=unlimited)


def _memory(process):
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def _environment(home, mark):
    """The variables of a hand-in's process; none of the grader's but what Windows needs."""
    posix = os.name == "posix"
    return {
        "PATH": "/usr/bin:/bin:/usr/sbin:/sbin" if posix else os.environ["PATH"],
        **{name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ},
        **dict.fromkeys(("HOME", "TMPDIR") if posix else ("USERPROFILE", "TEMP", "TMP"), home),
        **({_MARK: mark} if mark else {}),
        "PYTHONPATH": str(paths.ROOT),
        "PYTHONHASHSEED": "0",  # the order of a set, and what follows from it, repeats
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "COURSE_THREADS": "1",
    }
