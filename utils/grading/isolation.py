"""What there is of this machine for a hand-in in a sandbox, and how bubblewrap or unshare do it.

One list of mounts serves both. Whatever it does not name does not exist in the sandbox.
"""

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from utils import paths

# The programs that each needs.
PROGRAMS = {"bubblewrap": ["bwrap"], "unshare": ["unshare", "setpriv"]}
# All data that the tasks read.
SAMPLES = (paths.REVIEWS_SAMPLE, paths.RADAR_SAMPLE)
# What root may write there whatever the sandbox; read-only in it.
_OF_THE_KERNEL = [
    path
    for path in ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs")
    if os.path.exists(path)
]


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
        "mkdir .{path} .{path}/pts\n"
        "mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts .{path}/pts\n"
        "ln -s pts/ptmx .{path}/ptmx\n"
        "ln -s /proc/self/fd .{path}/fd\n"
        "ln -s /proc/self/fd/0 .{path}/stdin\n"
        "ln -s /proc/self/fd/1 .{path}/stdout\n"
        "ln -s /proc/self/fd/2 .{path}/stderr\n"
        "ln -s /proc/kcore .{path}/core\n"
        "for device in null zero full random urandom tty; do\n"
        "  touch .{path}/$device; mount --bind {path}/$device .{path}/$device\ndone",
    ),
    "symlink": _Kind(
        "--symlink {source} {path}", 'mkdir -p "$(dirname .{path})"\nln -s {source} .{path}'
    ),
    "ro-bind": _Kind(  # nosuid and nodev, as a file system of users often is: who binds must agree
        "--ro-bind {path} {path}",
        "if [ -d {path} ]; then mkdir -p .{path}\n"
        'else mkdir -p "$(dirname .{path})"; touch .{path}; fi\n'
        "mount --bind {path} .{path}\nmount -o remount,bind,ro,nosuid,nodev .{path}",
    ),
    "tmpfs": _Kind(
        "--size {size} --tmpfs {path}",
        "mkdir -p .{path}\nmount -t tmpfs -o size={size},nosuid,nodev tmpfs .{path}",
    ),
    "read-only": _Kind(  # of what another mount brought
        "--ro-bind {path} {path}",
        "mount --bind .{path} .{path}\nmount -o remount,bind,ro,nosuid,nodev,noexec .{path}",
    ),
    "dir": _Kind("--dir {path}", "mkdir -p .{path}"),
}


def bubblewrap(command, folder, limits):
    """A command that runs `command` isolated by bubblewrap.

    folder: the working directory there, empty. limits: `sandbox.Limits`.
    """
    options = "--unshare-all --die-with-parent --new-session --cap-drop ALL".split()
    for kind, given in _mounts(folder, limits.scratch_mb):
        options += [word.format(**given) for word in _KINDS[kind].bubblewrap.split()]
    options += ["--chdir", str(folder), "--remount-ro", "/", "--remount-ro", "/dev"]
    return [_program("bwrap"), *options, "--", *command]


def unshare(command, folder, limits, root):
    """The same by hand: a new root in memory, in which the rest of the machine is not.

    root: an empty folder on which it is mounted.
    """
    lines = ["set -e", f"mount -t tmpfs -o size=1m,mode=755 tmpfs {_quoted(root)}"]
    lines += [f"cd {_quoted(root)}", "mkdir old"]
    for kind, given in _mounts(folder, limits.scratch_mb):
        quoted = {name: _quoted(value) for name, value in given.items()}
        lines.append(_KINDS[kind].script.format(**quoted))
    lines += ["pivot_root . old", "umount -l old", "rmdir old"]
    lines += ["mount -o remount,bind,ro /", f"cd {_quoted(folder)}"]
    without = "setpriv --no-new-privs --bounding-set=-all --inh-caps=-all".split()
    lines += [_quoted(*without, *command), "exit $?"]  # the shell stays: to it, they all belong
    last_will = [_program("setpriv"), "--pdeathsig", "KILL"]  # dies with whom it answers to
    namespaces = "--user --map-root-user --mount --pid --net --ipc --uts".split()
    isolated = [_program("unshare"), *namespaces, "--fork", "--kill-child"]
    return [*last_will, *isolated, "sh", "-c", "\n".join(lines)]


def shown_by(path):
    """What is shown of this machine, and shows `path` with it: a folder or file; or None.

    >>> shown_by(paths.SOLUTIONS)
    >>> shown_by(paths.ROOT / "utils" / "handins") == paths.ROOT / "utils"
    True
    """
    path = Path(path).expanduser().resolve()
    mounts = [(kind, Path(given["path"])) for kind, given in _mounts(paths.ROOT, scratch_mb=1)]
    for n, (kind, shown) in enumerate(mounts):
        if kind != "ro-bind" or not path.is_relative_to(shown.resolve()):
            continue
        there = shown / path.relative_to(shown.resolve())
        covers = [later for kind, later in mounts[n:] if kind == "tmpfs"]
        if not any(there.is_relative_to(later) for later in covers):
            return shown
    return None


def _mounts(folder, scratch_mb):
    """(kind, {path, ...}) of all that is there, in order: later ones may lie in earlier ones."""
    yield "proc", {"path": "/proc"}
    yield "dev", {"path": "/dev"}
    for path in _of_the_system():
        if path.is_symlink():
            yield "symlink", {"path": path, "source": path.readlink()}
        else:
            yield "ro-bind", {"path": path}
    for path in ("/dev/shm", "/tmp", paths.ROOT):  # in memory; the course is laid over it
        yield "tmpfs", {"path": path, "size": scratch_mb * 2**20}
    readable = sorted([*_of_python(), *_of_the_course()])  # outer folders first
    for path in readable:
        yield "ro-bind", {"path": path}
    for path in _links_to_python():
        if not any(path.is_relative_to(folder) for folder in [*_of_the_system(), *readable]):
            yield "symlink", {"path": path, "source": path.resolve()}
    for path in _OF_THE_KERNEL:
        yield "read-only", {"path": path}
    yield "dir", {"path": folder}


def _of_the_system():
    """Folders and files of the operating system that Python needs."""
    names = ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
    return [Path(name) for name in names if Path(name).exists()]


def _of_python():
    """Folders of this Python outside /usr: its virtual environment, and what that is made from."""
    folders = {Path(sys.prefix), Path(sys.base_prefix)}
    return [folder for folder in folders if not folder.is_relative_to("/usr")]


def _links_to_python():
    """The files through which the virtual environment's program leads to Python's own."""
    path = Path(sys.executable)
    while path.is_symlink():
        path = path.parent / path.readlink()
        yield Path(os.path.normpath(path))


def _of_the_course():
    """What the notebooks of tasks import and read."""
    return [paths.ROOT / "utils", *SAMPLES]


def _program(name):
    """Its absolute path: the process gets another PATH, and another folder to start in."""
    return os.path.abspath(shutil.which(name) or name)


def _quoted(*words):
    return " ".join(shlex.quote(str(word)) for word in words)
