"""Run a Python module isolated from the machine: its files, its network, its other processes.

Linux namespaces do it, set up by bubblewrap where it is installed, by util-linux' unshare
elsewhere. Time, memory and the number of processes are watched from outside.
"""

import contextlib
import functools
import os
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psutil

from utils import paths, reproducible

MAX_BYTES = 50_000_000  # of one message from a hand-in
# What root may write there whatever the sandbox; read-only in it.
_OF_THE_KERNEL = [
    path
    for path in ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs")
    if os.path.exists(path)
]
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
    isolation = {"bubblewrap": "bubblewrap", "unshare": "Linux namespaces (unshare)"}.get(by)
    return [
        ("files: solutions, other hand-ins, grades and your home are not there", isolation),
        ("network: none", isolation),
        ("processes: none to be seen but its own, which end together", isolation),
        ("environment: no variable of yours", "a new environment"),
        ("time, memory, number of processes", "watched, and ended"),
        ("size of a file, of temporary files", "limits" if isolation else None),
    ]


@functools.cache
def backend():
    """ "bubblewrap" or "unshare", whichever is there and works on this machine, or None."""
    for name, program in (("bubblewrap", "bwrap"), ("unshare", "unshare")):
        if shutil.which(program) and _works(name):
            return name
    return None


def _works(name):
    with Sandbox(_PROBE, Limits(seconds=60), backend=name) as probe:
        return probe.process.wait() == 0


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
        wrap = {"bubblewrap": _bubblewrap, "unshare": _unshare, None: _bare}[backend]
        home = str(temporary) if backend is None else "/tmp"
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 closed at the end
        self.process = subprocess.Popen(
            wrap(command, folder or paths.ROOT, limits, temporary),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            cwd=temporary,
            env=_environment(home),
            start_new_session=True,
        )
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
        for process in self._family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def _family(self):
        """The processes of this sandbox, parents first: the first's end ends a namespace."""
        try:
            parent = psutil.Process(self.process.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

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
                self.kill()
                self.process.wait()
                return
            time.sleep(0.1)


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

    gib: of memory, each. file_mb: of a file it writes. cpu_seconds: of processor time.
    """
    try:
        import resource
    except ModuleNotFoundError:
        return
    limits = {resource.RLIMIT_DATA: gib * 2**30, resource.RLIMIT_CORE: 0}
    if file_mb is not None:
        limits[resource.RLIMIT_FSIZE] = file_mb * 2**20
    if cpu_seconds is not None:
        limits[resource.RLIMIT_CPU] = max(1, cpu_seconds)
    for kind, most in limits.items():
        resource.setrlimit(kind, (int(most), int(most)))


def start_worker(gib, folder):
    """Begin a process that asks hand-ins: what they answer may describe huge networks.

    gib: of memory. folder: for temporary files. The process ends with the one that started it,
    which alone hears Ctrl-C.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = folder
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    limit(gib)
    reproducible.set_up()


def _end_with(parent):
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _memory(process):
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def _environment(home):
    return {
        "PATH": "/usr/bin:/bin:/usr/sbin:/sbin" if os.name == "posix" else os.environ["PATH"],
        **{name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ},
        "PYTHONPATH": str(paths.ROOT),
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "COURSE_THREADS": "1",
    }


class _Kind(NamedTuple):
    """How one kind of mount is asked for: bubblewrap's options, lines of a shell script.

    {path} is where it comes to lie, {source} what a link says, {size} in bytes. The script works
    in the new root, so that `.{path}` lies there and {path} in the old one.
    """

    bubblewrap: str
    script: str


_KINDS = {
    "proc": _Kind("--proc {path}", "mkdir .{path}\nmount -t proc proc .{path}"),
    "dev": _Kind(
        "--dev {path}",
        "mkdir .{path}\nln -s /proc/self/fd .{path}/fd\n"
        "for device in null zero full random urandom; do\n"
        "  touch .{path}/$device; mount --bind {path}/$device .{path}/$device\ndone",
    ),
    "symlink": _Kind("--symlink {source} {path}", "ln -s {source} .{path}"),
    "ro-bind": _Kind(
        "--ro-bind {path} {path}",
        "if [ -d {path} ]; then mkdir -p .{path}\n"
        'else mkdir -p "$(dirname .{path})"; touch .{path}; fi\n'
        "mount --bind {path} .{path}\nmount -o remount,bind,ro .{path}",
    ),
    "tmpfs": _Kind(
        "--size {size} --tmpfs {path}",
        "mkdir -p .{path}\nmount -t tmpfs -o size={size} tmpfs .{path}",
    ),
    "read-only": _Kind(  # of what another mount brought
        "--ro-bind {path} {path}",
        "mount --bind .{path} .{path}\nmount -o remount,bind,ro .{path}",
    ),
    "dir": _Kind("--dir {path}", "mkdir -p .{path}"),
}


def _mounts(folder, limits):
    """(kind, {path, ...}) of all that is there, in order: later ones may lie in earlier ones.

    Everything else of the machine does not exist in the sandbox.
    """
    yield "proc", {"path": "/proc"}
    yield "dev", {"path": "/dev"}
    for path in _of_the_system():
        if path.is_symlink():
            yield "symlink", {"path": path, "source": path.readlink()}
        else:
            yield "ro-bind", {"path": path}
    for path in ("/dev/shm", "/tmp", paths.ROOT):  # in memory; the course is laid over it
        yield "tmpfs", {"path": path, "size": limits.scratch_mb * 2**20}
    for path in _readable():
        yield "ro-bind", {"path": path}
    for path in _OF_THE_KERNEL:
        yield "read-only", {"path": path}
    yield "dir", {"path": folder}


def _of_the_system():
    """Folders and files of the operating system that Python needs."""
    names = ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
    return [Path(name) for name in names if Path(name).exists()]


def _readable():
    """What the module may read beside the system, outer folders first."""
    python = Path(sys.executable).resolve().parent.parent
    readable = {Path(sys.prefix), Path(sys.base_prefix), python}
    readable |= {paths.ROOT / "utils", paths.ROOT / "data"}
    return sorted(path for path in readable if not path.is_relative_to("/usr"))


def _bare(command, folder, limits, temporary):
    return command


def _bubblewrap(command, folder, limits, temporary):
    options = "--unshare-all --die-with-parent --new-session --cap-drop ALL".split()
    for kind, given in _mounts(folder, limits):
        options += [word.format(**given) for word in _KINDS[kind].bubblewrap.split()]
    options += ["--chdir", str(folder), "--remount-ro", "/", "--remount-ro", "/dev"]
    return ["bwrap", *options, "--", *command]


def _unshare(command, folder, limits, temporary):
    """The same by hand: a new root in memory, in which the rest of the machine is not."""
    root, folder_there = _quoted(temporary), _quoted(folder)
    lines = ["set -e", f"mount -t tmpfs -o size=1m tmpfs {root}", f"cd {root}", "mkdir old"]
    for kind, given in _mounts(folder, limits):
        quoted = {name: _quoted(value) for name, value in given.items()}
        lines.append(_KINDS[kind].script.format(**quoted))
    lines += ["pivot_root . old", "umount -l old", "rmdir old", "mount -o remount,ro /"]
    lines += [f"cd {folder_there}"]
    lines += ["setpriv --no-new-privs --bounding-set=-all --inh-caps=-all " + _quoted(*command)]
    last_will = "setpriv --pdeathsig KILL".split()  # dies with whom it answers to
    namespaces = "--user --map-root-user --mount --pid --net --ipc --uts".split()
    isolated = ["unshare", *namespaces, "--fork", "--kill-child"]
    return [*last_will, *isolated, "sh", "-c", "\n".join(lines)]


def _quoted(*words):
    return " ".join(shlex.quote(str(word)) for word in words)
