"""The official archive of reviews, by a server on this machine that breaks off and goes on."""

import errno
import hashlib
import http.server
import io
import random
import re
import socket
import tarfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.kaggle_server import TOKEN, zipped
from utils import fetch, files, kaggle, paths
from utils.__main__ import main
from utils.errors import CourseError
from utils.fetch import FetchError
from utils.files import WriteError
from utils.reviews import imdb
from utils.reviews.read import read_reviews

pytest_plugins = ["tests.kaggle_server"]

N = 30  # reviews of each label in each half
TARGETS = ["IMDB Dataset.csv", "imdb_test.csv", "imdb_train.csv"]
OLD = b"review,sentiment\ncut off he"
LENGTH = imdb.ARCHIVE.n_bytes


def texts(seed=0):
    """{(half, label, number): review} in the order of the files that are written."""
    words = random.Random(seed)
    return {
        (half, label, number): f'"{half}" {label}, <br /><br />Amélie\u0085 {number}: '
        + " ".join(f"{words.getrandbits(64):x}" for _ in range(30))
        for half in ("train", "test")
        for number in range(N)
        for label in ("neg", "pos")
    }


def packed(reviews, others=True):
    """An archive as the official one: in another order, with reviews that have no label."""
    archive = io.BytesIO()
    contents = {
        f"aclImdb/{half}/{label}/{number}_{2 if label == 'neg' else 9}.txt": text.encode()
        for (half, label, number), text in sorted(reviews.items(), key=lambda one: str(one[0]))
    }
    if others:
        contents |= {"aclImdb/README": b"Large", "aclImdb/train/unsup/0_0.txt": b"No label"}
        contents |= {"aclImdb/train/urls_pos.txt": b"http://", "aclImdb/imdb.vocab": b"the"}
    with tarfile.open(fileobj=archive, mode="w:gz") as file:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            file.addfile(member, io.BytesIO(content))
    return archive.getvalue()


def as_kaggle(reviews):
    """The same reviews as Kaggle's CSV, in an order of its own."""
    rows = [(text, imdb.SENTIMENTS[label]) for (_, label, _), text in reviews.items()]
    random.Random(1).shuffle(rows)
    return pd.DataFrame(rows, columns=["review", "sentiment"]).to_csv(index=False).encode()


def rows_of(path):
    return list(pd.read_csv(path, keep_default_na=False).itertuples(index=False, name=None))


class Server(http.server.ThreadingHTTPServer):
    """Hands out `content`, from where it is asked to go on where `knows_ranges`.

    status: of the answer; cuts: after how many bytes of an answer the connection breaks off, the
    next answer first; asked: the ranges that were asked for.
    """

    daemon_threads = True

    def __init__(self, content):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.status, self.knows_ranges = content, 200, True
        self.cuts, self.asked = [], []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked, content = self.headers.get("Range"), self.server.content
        self.server.asked.append(asked)
        start = int(re.findall(r"\d+", asked or "0")[0]) if self.server.knows_ranges else 0
        status = self.server.status
        if status == 200 and start:
            status = 206 if start < len(content) else 416
        self.send_response(status)
        content = content[start:] if status in (200, 206) else b"<html>no"
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: self.server.cuts.pop(0)] if self.server.cuts else content)

    def log_message(self, *message):
        pass


@pytest.fixture(scope="module")
def archive():
    return packed(texts())


@pytest.fixture
def small(monkeypatch, tmp_path, home):
    """What is expected, made small; no credentials, nothing fetched yet."""
    monkeypatch.setattr(paths, "FETCHED", tmp_path / "fetched")
    monkeypatch.setattr(imdb, "N_REVIEWS", N)
    [everything] = kaggle.IMDB.files
    everything = replace(everything, least_rows=4 * N, least_bytes=40_000)
    monkeypatch.setattr(kaggle, "IMDB", replace(kaggle.IMDB, files=(everything,)))
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.fixture
def server(small, monkeypatch, archive):
    with Server(archive) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/aclImdb_v1.tar.gz"
        monkeypatch.setenv("COURSE_IMDB_URL", url)
        accept(archive, monkeypatch)
        yield server
        server.shutdown()
        thread.join()


def accept(content, monkeypatch):
    monkeypatch.setenv("COURSE_IMDB_HASH", f"md5:{hashlib.md5(content).hexdigest()}")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def fails(folder):
    """Download over an old, cut file, in vain; return the sentence. The file stays alone."""

    def fails(kind=FetchError):
        folder.mkdir()
        (folder / TARGETS[0]).write_bytes(OLD)
        with pytest.raises(kind) as caught:
            imdb.download(folder)
        assert [path.name for path in folder.iterdir()] == TARGETS[:1]
        assert (folder / TARGETS[0]).read_bytes() == OLD
        return str(caught.value)

    return fails


# What is written


def test_all_reviews_and_both_halves_are_written_in_a_fixed_order(server, folder, capsys):
    assert imdb.download(folder) == folder / TARGETS[0]
    rows = {
        half: [
            (text, imdb.SENTIMENTS[label]) for (of, label, _), text in texts().items() if of == half
        ]
        for half in ("train", "test")
    }
    assert sorted(path.name for path in folder.iterdir()) == TARGETS
    assert rows_of(folder / "imdb_train.csv") == rows["train"]
    assert rows_of(folder / "imdb_test.csv") == rows["test"]
    assert rows_of(folder / TARGETS[0]) == rows["train"] + rows["test"]
    assert not list(paths.FETCHED.iterdir())  # neither the archive nor a part of it
    shown = capsys.readouterr()
    assert "Fetching 84 MB from http://127.0.0.1" in shown.out
    assert f"Done: {folder / 'imdb_test.csv'}" in shown.out
    assert "100%" in shown.err


def test_what_is_written_is_a_file_of_reviews(server, folder):
    reviews = read_reviews(imdb.download(folder))
    assert list(reviews["review"]) == list(texts().values())
    assert list(reviews["label"]) == [0, 1] * (2 * N)


def test_the_archive_and_kaggle_have_the_same_reviews(server, folder, tmp_path, monkeypatch):
    """Row for row as sets, and through the same checks."""
    ours = imdb.from_archive(folder)

    def download(api, reference, path, quiet):
        Path(path, "imdb-dataset-of-50k-movie-reviews.zip").write_bytes(zipped(as_kaggle(texts())))

    monkeypatch.setenv("KAGGLE_API_TOKEN", TOKEN)
    api = type("Api", (), {"dataset_download_files": download})
    monkeypatch.setattr(kaggle.kaggle_client, "authenticated", api)
    theirs = imdb.from_kaggle(tmp_path / "kaggle")
    assert rows_of(ours) != rows_of(theirs)
    assert set(rows_of(ours)) == set(rows_of(theirs))
    assert len(rows_of(ours)) == len(rows_of(theirs)) == 4 * N


def test_what_is_right_is_left_alone_without_network(server, folder, capsys):
    imdb.download(folder)
    before = {path: path.stat() for path in folder.iterdir()}
    server.asked.clear()
    capsys.readouterr()
    imdb.download(folder)
    assert server.asked == []
    assert {path: path.stat() for path in folder.iterdir()} == before
    assert capsys.readouterr().out.count("is there and complete: nothing to do.") == 3


def test_only_what_is_missing_or_cut_is_written(server, folder, capsys):
    """Beside Kaggle's file, put there by hand."""
    folder.mkdir()
    (folder / TARGETS[0]).write_bytes(as_kaggle(texts()))
    (folder / "imdb_test.csv").write_bytes(OLD)
    imdb.download(folder)
    assert (folder / TARGETS[0]).read_bytes() == as_kaggle(texts())
    assert len(rows_of(folder / "imdb_train.csv")) == len(rows_of(folder / "imdb_test.csv")) == 60
    assert "imdb_test.csv has 27 bytes, not 20,000 or more: it will be" in capsys.readouterr().out


# What may happen to a connection


def test_a_connection_that_breaks_off_is_continued_at_once(server, archive, folder):
    server.cuts = [len(archive) // 2, 18_000]
    imdb.download(folder)
    assert len(rows_of(folder / TARGETS[0])) == 4 * N
    starts = [int(re.findall(r"\d+", asked)[0]) for asked in server.asked[1:]]
    assert server.asked[0] is None and len(starts) == 2
    assert 0 < starts[0] < starts[1] < len(archive)


def test_a_connection_that_is_lost_is_continued_the_next_time(server, archive, folder, fails):
    server.cuts = [len(archive) // 2, 0]
    message = fails()
    assert "could not be fetched: the connection broke off after" in message
    assert "Try again: what arrived is kept, and it goes on from there" in message
    part = paths.FETCHED / "aclImdb_v1.tar.gz.part"
    assert part.read_bytes() == archive[: part.stat().st_size] != b""
    server.asked.clear()
    n_bytes = part.stat().st_size
    imdb.download(folder)
    assert server.asked == [f"bytes={n_bytes}-"]
    assert len(rows_of(folder / TARGETS[0])) == 4 * N
    assert not part.exists()


def test_a_server_that_does_not_know_ranges_starts_anew(server, archive, folder):
    server.knows_ranges, server.cuts = False, [len(archive) // 2]
    imdb.download(folder)
    assert len(server.asked) == 2
    assert len(rows_of(folder / TARGETS[0])) == 4 * N


@pytest.mark.parametrize("content", ["whole", "longer", "other"])
def test_a_part_from_an_earlier_time_is_judged_by_its_hash(server, archive, folder, content):
    paths.FETCHED.mkdir()
    part = paths.FETCHED / "aclImdb_v1.tar.gz.part"
    kept = {"whole": archive, "longer": archive + b"more", "other": b"\x1f\x8b" + bytes(9_999)}
    part.write_bytes(kept[content])
    imdb.download(folder)
    assert len(rows_of(folder / TARGETS[0])) == 4 * N
    assert len(server.asked) == (1 if content == "whole" else 2)


def test_an_archive_that_was_put_there_by_hand_is_taken(server, archive, folder):
    paths.FETCHED.mkdir()
    (paths.FETCHED / "aclImdb_v1.tar.gz").write_bytes(archive)
    imdb.download(folder)
    assert server.asked == []
    assert len(rows_of(folder / TARGETS[0])) == 4 * N


# What goes wrong


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (404, "Try again with its new address, if it has one, in COURSE_IMDB_URL, or fetch http"),
        (503, "Try again later, or fetch http"),
    ],
)
def test_a_server_that_refuses(status, remedy, server, fails):
    server.status = status
    message = fails()
    place = paths.FETCHED / "aclImdb_v1.tar.gz"
    assert message.startswith(
        "The archive of 50,000 reviews (Maas et al. 2011) (84 MB, free for research, to be cited) "
        f"could not be fetched: the server answers {status}. {remedy}"
    )
    assert message.endswith(
        f"by hand and put it at {place}; with a Kaggle account, `make data FROM=kaggle` takes "
        "Kaggle's copy"
    )


def test_no_network(server, monkeypatch, fails):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("COURSE_IMDB_URL", f"http://127.0.0.1:{closed.getsockname()[1]}/a.gz")
    assert "could not be fetched: the connection failed. Check the network" in fails()


def test_an_address_that_is_none(server, monkeypatch, fails):
    monkeypatch.setenv("COURSE_IMDB_URL", "ai.stanford.edu/aclImdb_v1.tar.gz")
    message = fails()
    assert "could not be fetched: that is no address. Correct it, or fetch ai.stanf" in message


def test_a_page_instead_of_the_archive(server, archive, fails, folder):
    server.content = b"<html>Please sign in to the campus network" * 1_000
    assert "something else came, a sign-in page" in fails()
    assert not list(paths.FETCHED.iterdir())


def test_a_page_does_not_take_the_place_of_what_had_arrived(server, archive, fails):
    paths.FETCHED.mkdir()
    part = paths.FETCHED / "aclImdb_v1.tar.gz.part"
    part.write_bytes(archive[:20_000])
    server.knows_ranges, server.content = False, b"<html>Please sign in"
    assert "something else came, a sign-in page" in fails()
    assert part.read_bytes() == archive[:20_000]


def test_changed_bytes(server, archive, fails):
    server.content = archive[:-9] + b"!" + archive[-8:]
    message = fails()
    found = hashlib.md5(server.content).hexdigest()
    assert "could not be fetched: what arrived has another md5. Try again; where its" in message
    assert f"authors replaced it, COURSE_IMDB_HASH=md5:{found} takes it, or fetch" in message
    assert not list(paths.FETCHED.iterdir())


def test_a_hash_of_ones_own_may_be_of_another_kind(server, archive, monkeypatch, folder):
    monkeypatch.setenv("COURSE_IMDB_HASH", f"sha256:{hashlib.sha256(archive).hexdigest()}")
    imdb.download(folder)
    monkeypatch.setenv("COURSE_IMDB_HASH", "7c2ac02c03563afcf9b574c7e56c153a")
    (folder / TARGETS[0]).unlink()
    with pytest.raises(CourseError, match="COURSE_IMDB_HASH is '7c2a.*: write it as md5:"):
        imdb.download(folder)


def test_without_settings_it_is_the_official_archive(monkeypatch):
    monkeypatch.delenv("COURSE_IMDB_URL", raising=False)
    monkeypatch.delenv("COURSE_IMDB_HASH", raising=False)
    assert imdb._archive() == imdb.ARCHIVE
    assert imdb.ARCHIVE.url.startswith("https://ai.stanford.edu/")
    train, test = (imdb.expected()[half] for half in imdb.HALVES)
    assert (train.name, test.name) == ("imdb_train.csv", "imdb_test.csv")
    assert train.least_rows == test.least_rows == 2 * imdb.N_REVIEWS == 25_000


def lacking(*keys):
    return packed({key: text for key, text in texts().items() if key not in keys})


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (lacking(("test", "neg", 3)), "holds 29 negative reviews of the test half, not 30"),
        (packed({}), "holds 0 negative reviews of the train half, not 30"),
        (packed(texts())[:9_000], "is damaged (ReadError: unexpected end of data)"),
        (b"\x1f\x8b and no archive", "is damaged ("),
    ],
    ids=["one lacks", "none", "cut", "no archive"],
)
def test_an_archive_that_lacks_reviews(content, what, server, monkeypatch, fails):
    """With a hash of one's own, so that it is taken at first."""
    server.content = content
    accept(content, monkeypatch)
    message = fails()
    assert what in message
    assert "Delete it and run this again" in message


def test_a_review_that_is_not_utf_8(server, monkeypatch, fails):
    """Nothing is guessed: with another encoding it would not be Kaggle's text."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as file:
        for half, label, number in texts():
            member = tarfile.TarInfo(f"aclImdb/{half}/{label}/{number}_1.txt")
            member.size = 4
            file.addfile(member, io.BytesIO(b"caf\xe9"))
    server.content = content.getvalue()
    accept(server.content, monkeypatch)
    assert "is damaged (UnicodeDecodeError: " in fails()


# The disk


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_disk_full_while_downloading(number, server, monkeypatch, fails):
    opens = Path.open

    def full(path, mode="r", *options, **named):
        if path.name.endswith(".part"):
            raise OSError(number, "full")
        return opens(path, mode, *options, **named)

    monkeypatch.setattr(Path, "open", full)
    message = fails(WriteError)
    assert f"{paths.FETCHED / 'aclImdb_v1.tar.gz'} was not written: the disk, or your" in message
    assert f"Free some space where {paths.FETCHED} is" in message


def test_disk_full_while_writing_keeps_the_archive_for_the_next_time(server, monkeypatch, folder):
    folder.mkdir()

    class Full(io.StringIO):
        def write(self, text):
            raise OSError(errno.ENOSPC, "No space left on device")

    opens = Path.open

    def full(path, mode="r", *options, **named):
        return Full() if "w" in mode else opens(path, mode, *options, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", full)
        patched.setattr(fetch, "_GoesOn", lambda file: Whole(server.content))
        with pytest.raises(WriteError, match="IMDB Dataset.csv was not written: the disk"):
            imdb.download(folder)
    assert list(folder.iterdir()) == []
    imdb.download(folder)
    assert server.asked == []
    assert sorted(path.name for path in folder.iterdir()) == TARGETS


class Whole:
    """Downloads by no network and no Path.open."""

    def __init__(self, content):
        self.content = content

    def __call__(self, url, output_file, _):
        with open(output_file, "wb") as file:
            file.write(self.content)


def test_a_folder_that_may_not_be_written_to(server, folder, monkeypatch, fails):
    """It is said before 84 MB are fetched."""

    def refused(*arguments, **options):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(files.tempfile, "TemporaryFile", refused)
    message = fails(WriteError)
    assert f"{folder} was not written: the system says Permission denied. Make that" in message
    assert server.asked == []


def test_a_folder_that_is_a_file(server, folder):
    folder.write_text("mine")
    with pytest.raises(WriteError, match="was not written: the system says "):
        imdb.download(folder)
    assert folder.read_text() == "mine"


def test_interrupted_it_keeps_what_arrived(server, archive, monkeypatch, fails):
    def control_c(seconds):
        raise KeyboardInterrupt

    server.cuts = [len(archive) // 2]
    monkeypatch.setattr(time, "sleep", control_c)
    fails(KeyboardInterrupt)
    assert [path.name for path in paths.FETCHED.iterdir()] == ["aclImdb_v1.tar.gz.part"]


# From where


@pytest.fixture
def called(monkeypatch, home):
    called = []
    monkeypatch.setattr(imdb, "from_archive", lambda *given: called.append("archive"))
    monkeypatch.setattr(imdb, "from_kaggle", lambda *given: called.append("kaggle"))
    return called


def test_with_credentials_it_is_kaggles_file_and_without_the_archive(called, home, monkeypatch):
    imdb.download()
    (home / ".kaggle").mkdir()
    (home / ".kaggle" / "kaggle.json").write_text("{")  # damaged: as if it were not there
    imdb.download()
    monkeypatch.setenv("KAGGLE_API_TOKEN", TOKEN)
    imdb.download()
    assert called == ["archive", "archive", "kaggle"]


def test_what_kaggle_refuses_can_be_had_without_it(home, folder):
    with pytest.raises(CourseError) as caught:
        imdb.from_kaggle(folder)
    assert "there are no Kaggle credentials" in str(caught.value)
    assert str(caught.value).endswith("\nWithout an account: `make data FROM=archive`.")


def test_the_verb_fetches_from_where_it_is_told(server, folder, monkeypatch, capsys):
    monkeypatch.setattr(paths, "DATA", folder)
    assert main(["data", "--from", "kaggle"]) == 1
    assert "there are no Kaggle credentials" in capsys.readouterr().err
    monkeypatch.setenv("KAGGLE_API_TOKEN", TOKEN)
    assert main(["data", "--from", "archive"]) == 0
    assert sorted(path.name for path in folder.iterdir()) == TARGETS
    assert main(["data", "--homework", "2", "--from", "archive"]) == 1
    assert "come from kaggle only, not from archive: leave FROM out." in capsys.readouterr().err
