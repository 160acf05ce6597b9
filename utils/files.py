"""Files are written beside their place and moved there when they are whole."""

import contextlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"  # what is made and not kept


@contextlib.contextmanager
def written_whole(path):
    """Give a path to write to; what was written becomes `path` unless the block raises."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
