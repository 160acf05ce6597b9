"""Checked hours kept as an Arrow file, so that a large CSV is read once.

The file, one for each source, is an Arrow stream of the competition's columns, not compressed,
then 4 bytes: the CRC-32 of the stream, so that a damaged file is known before it is used.
"""

import hashlib
import json
import tempfile
import warnings
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa

from utils import paths
from utils.radar.hours import COLUMNS, Hours

VERSION = 1


def stamp_of(path):
    """The state of a source, a dict: hours kept for another state of it are not used.

    >>> sorted(stamp_of(paths.RADAR_SAMPLE))
    ['bytes', 'mtime_ns', 'source', 'version']
    """
    path = Path(path)
    stat = path.stat()
    return {
        "version": VERSION,
        "source": str(path.resolve()),
        "bytes": stat.st_size,
        "mtime_ns": stat.st_mtime_ns,
    }


def read_cache(stamp):
    """The Hours kept for this state of the source; None without them or where damaged.

    The file is mapped, not copied: the values are its own pages, and read-only.

    >>> read_cache(stamp_of(paths.RADAR_SAMPLE) | {"source": "another.csv"})
    """
    path = _cache_path(stamp)
    if not path.exists() or not _is_whole(path):
        return None
    with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
        kept = json.loads(stream.schema.metadata[b"hours"])
        if kept["stamp"] != stamp:
            return None
        batch = stream.read_next_batch()
    ids = batch["Id"].to_numpy()
    values = _side_by_side([batch[name].to_numpy() for name in COLUMNS])
    first_row = np.append(np.flatnonzero(np.diff(ids, prepend=ids[0] - 1)), len(ids))
    expected_mm = batch["Expected"].to_numpy()[first_row[:-1]] if kept["has_expected"] else None
    return Hours(ids[first_row[:-1]], values, first_row, expected_mm, kept["repairs"])


def write_cache(hours, stamp):
    """Keep hours for this state of their source under `paths.CACHE`; a warning if that fails.

    >>> from tempfile import TemporaryDirectory
    >>> from unittest.mock import patch
    >>> hours = Hours(np.array([7]), np.zeros((2, 22), "float32"), np.array([0, 2]), None)
    >>> stamp = stamp_of(paths.RADAR_SAMPLE)
    >>> with TemporaryDirectory() as folder, patch.object(paths, "CACHE", Path(folder)):
    ...     write_cache(hours, stamp)
    ...     read_cache(stamp).ids.tolist()
    [7]
    """
    expected = np.zeros(len(hours), "float32") if hours.expected_mm is None else hours.expected_mm
    kept = {
        "stamp": stamp,
        "has_expected": hours.expected_mm is not None,
        "repairs": hours.repairs,
    }
    columns = {
        "Id": np.repeat(hours.ids, hours.lengths),
        **{name: hours.column(name) for name in COLUMNS},
        "Expected": np.repeat(expected, hours.lengths),
    }
    batch = pa.record_batch(columns, metadata={"hours": json.dumps(kept)})
    path = _cache_path(stamp)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A folder of its own: two processes may be reading the same source.
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            beside = Path(folder) / path.name
            with (
                pa.OSFile(str(beside), "wb") as sink,
                pa.ipc.new_stream(sink, batch.schema) as stream,
            ):
                stream.write_batch(batch)
            with beside.open("rb") as file:
                checksum = _crc32(file, beside.stat().st_size)
            with beside.open("ab") as file:
                file.write(checksum)
            beside.replace(path)
    except OSError as error:
        warnings.warn(f"{path} was not kept ({error}): the next load takes as long.", stacklevel=3)


def _cache_path(stamp):
    digest = hashlib.sha256(stamp["source"].encode()).hexdigest()[:16]
    return paths.CACHE / f"rain_{digest}.arrow"


def _side_by_side(columns):
    """Columns (R,) that stand at one distance in memory, as one array (R, D), not copied."""
    (distance,) = set(np.diff([column.ctypes.data for column in columns]))
    shape, strides = (len(columns), len(columns[0])), (distance, columns[0].itemsize)
    return np.lib.stride_tricks.as_strided(columns[0], shape, strides, writeable=False).T


def _is_whole(path):
    with path.open("rb") as file:
        return _crc32(file, path.stat().st_size - 4) == file.read()


def _crc32(file, n_bytes):
    """The CRC-32 of the file's next n_bytes, as 4 bytes."""
    checksum = 0
    while n_bytes > 0 and (part := file.read(min(2**20, n_bytes))):
        checksum = zlib.crc32(part, checksum)
        n_bytes -= len(part)
    return checksum.to_bytes(4, "little")
