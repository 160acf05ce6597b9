"""Files are written beside their place and moved there when they are whole."""

import contextlib
from pathlib import Path

from utils.paths import BUILD  # noqa: F401 notebooks handed out earlier ask for it here


def write_text(path, text):
    """Write a text as UTF-8, whole or not at all.

    >>> import tempfile
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

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with atomic_write(f"{folder}/new/table.csv") as beside:
    ...         size = beside.write_text("row,probability")
    ...     Path(folder, "new", "table.csv").read_text()
    'row,probability'
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
