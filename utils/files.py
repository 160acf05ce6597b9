"""Files are written beside their place and moved there when they are whole."""

import contextlib
import errno
import tempfile
from pathlib import Path

from utils import paths
from utils.errors import CourseError
from utils.paths import BUILD  # noqa: F401 notebooks handed out earlier ask for it here

_FULL = (
    "the disk, or your share of it, is full",
    "Free some space where {place} is",
)
_IN_THE_WAY = ("the system says {error}", "Move what has that name out of the way")
_NO_RIGHT = ("the system says {said}", "Make that path readable and writable for you")
_TOO_LONG = ("the system says {said}", "Take a shorter name")
# What the system may say of a place for files, whoever asks.
OF_THE_PLACE = {
    *(errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT),
    *(errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.ELOOP),
}
_REASONS = {
    errno.ENAMETOOLONG: _TOO_LONG,
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EEXIST: _IN_THE_WAY,
    errno.EISDIR: _IN_THE_WAY,
    errno.ENOTDIR: _IN_THE_WAY,
}


class WriteError(CourseError):
    """What was not written, why, and what to do."""


def write_text(path, text):
    """Write a text as UTF-8, whole or not at all; WriteError where that can't be done.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_text(f"{folder}/note.txt", "±")
    ...     Path(folder, "note.txt").read_bytes()
    b'\\xc2\\xb1'
    """
    with atomic_write(path) as beside:
        beside.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def atomic_write(path):
    """Give a path to write to; what was written becomes `path` unless the block raises.

    That path has the same name, in a folder of its own beside: of several writers at once, the
    last that is done wins. Raises WriteError where the system lets nothing be written.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with atomic_write(f"{folder}/new/table.csv") as beside:
    ...         size = beside.write_text("row,probability")
    ...     Path(folder, "new", "table.csv").read_text()
    'row,probability'
    """
    path = Path(path)
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=".part-", dir=path.parent, ignore_cleanup_errors=True
        ) as folder:
            beside = Path(folder, path.name)
            yield beside
            beside.replace(path)


def expect_writable(folder):
    """Raise WriteError now, and not after minutes of work, where a folder takes no files.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     expect_writable(f"{folder}/new")
    ...     list(Path(folder, "new").iterdir())
    []
    """
    folder = Path(folder)
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()


@contextlib.contextmanager
def explained(path):
    """What the system says in the block, which writes `path`, is raised as a WriteError.

    >>> with explained("page.html"):  # doctest: +ELLIPSIS
    ...     raise OSError(errno.ENOSPC, "No space left on device")
    Traceback (most recent call last):
    utils.files.WriteError: page.html was not written: the disk, or your share of it, is full. ...
    """
    try:
        yield
    except OSError as error:
        raise WriteError(f"{path} was not written: {why(error, path)}") from error


def why(error, path=None):
    """What the system says in an OSError, and what to do, as the rest of a sentence.

    path: what was written; by default the file that the system names, or what is made.

    >>> print(why(OSError(errno.EACCES, "Permission denied", "/a.csv")).replace(". ", ".\\n"))
    the system says [Errno 13] Permission denied: '/a.csv'.
    Make that path readable and writable for you, then run this again.
    """
    place = Path(path or error.filename or paths.BUILD).absolute()
    what, remedy = _REASONS.get(error.errno, _NO_RIGHT)
    if place.is_relative_to(paths.BUILD):
        remedy += ", or set COURSE_BUILD to a folder of your own (make … COURSE_BUILD=~/build)"
    elif place.is_relative_to(paths.ROOT):
        remedy += ", or copy the course to a folder of your own"
    facts = {"error": error, "said": error.strerror if path else error, "place": place.parent}
    return f"{what.format(**facts)}. {remedy.format(**facts)}, then run this again."
