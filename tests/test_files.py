"""Files that are whole or not there, whoever writes at the same time and whatever was left over."""

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from utils import files, paths


def test_of_two_writers_at_once_the_last_whole_one_wins(tmp_path):
    path = tmp_path / "table.csv"
    with files.atomic_write(path) as first:
        first.write_text("first")
        with files.atomic_write(path) as second:
            second.write_text("second")
        assert path.read_text() == "second"
    assert path.read_text() == "first"
    assert list(tmp_path.iterdir()) == [path]


def test_many_writers_at_once_leave_one_whole_file(tmp_path):
    path = tmp_path / "table.csv"
    texts = [letter * 100_000 for letter in "abcdefgh"]
    writers = [threading.Thread(target=files.write_text, args=(path, text)) for text in texts]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert path.read_text() in texts
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_leaves_stops_no_one(tmp_path):
    path = tmp_path / "table.csv"
    program = f"""
from utils import files
with files.atomic_write({str(path)!r}) as beside:
    beside.write_text("half")
    print("written", flush=True)
    time.sleep(99)
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=paths.ROOT, stdout=subprocess.PIPE) as writer:
        assert writer.stdout.readline() == b"written\n"
        writer.kill()
    assert not path.exists()
    files.write_text(path, "whole")
    assert path.read_text() == "whole"


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_a_file_has_the_rights_of_any_new_file(tmp_path):
    before = os.umask(0o027)
    try:
        files.write_text(tmp_path / "table.csv", "whole")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "table.csv").stat().st_mode) == 0o640


def test_libraries_see_the_name_of_the_file_that_is_made(tmp_path):
    with files.atomic_write(tmp_path / "figure.png") as beside:
        assert beside.name == "figure.png"
        beside.touch()


def test_what_was_there_stays_where_the_block_fails(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("before")
    with pytest.raises(ZeroDivisionError), files.atomic_write(path) as beside:
        beside.write_text("half")
        1 / 0  # noqa: B018
    full = pytest.raises(files.WriteError, match="is full. Free some space where")
    with full, files.atomic_write(path) as beside:
        beside.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_or_file_in_the_way_is_named(tmp_path):
    (tmp_path / "folder" / "full").mkdir(parents=True)
    with pytest.raises(files.WriteError, match="folder'. Move what has that name out of the way"):
        files.write_text(tmp_path / "folder", "text")
    (tmp_path / "file").touch()
    with pytest.raises(files.WriteError, match="file'. Move what has that name out of the way"):
        files.write_text(tmp_path / "file" / "note.txt", "text")
    (tmp_path / "file").unlink()
    files.write_text(tmp_path / "file" / "note.txt", "text")


@pytest.mark.parametrize("given", ["~/mine", "mine"])
def test_a_build_folder_of_ones_own(given, tmp_path):
    """The same for a notebook, which runs in another folder."""
    said = subprocess.check_output(
        [sys.executable, "-c", "from utils import paths; print(paths.HANDINS)"],
        cwd=tmp_path,
        env=os.environ
        | {"COURSE_BUILD": given, "PYTHONPATH": str(paths.ROOT)}
        | {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)},
        text=True,
    )
    place = tmp_path if given.startswith("~") else paths.ROOT
    assert Path(said.strip()) == place / "mine" / "handins"


def test_a_name_that_is_too_long_gets_its_own_remedy(tmp_path):
    with pytest.raises(files.WriteError, match="File name too long. Take a shorter name"):
        files.write_text(tmp_path / ("x" * 300), "")
