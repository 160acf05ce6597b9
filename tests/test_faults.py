"""What may go wrong with files and network, who runs into it, and what is said and kept then."""

import errno
import os
import socket
from pathlib import Path

import pandas as pd
import pytest
import requests

from tests.kaggle_server import NAME, OLD, SECRETS, cut_off
from utils import bench, files, paths, training
from utils.__main__ import main
from utils.grading import results
from utils.radar.submission import save_submission
from utils.reviews.predictions import save_predictions

pytest_plugins = ["tests.kaggle_server"]


@pytest.fixture
def refuse(monkeypatch):
    """A function: from now on the system refuses to write in a folder, with this error number."""

    def refuse(folder, number):
        def guarded(call, is_writing):
            def guard(path, *arguments, **options):
                at = Path(os.fsdecode(path)).absolute()
                if at.is_relative_to(folder) and is_writing(*arguments):
                    raise OSError(number, os.strerror(number), str(at))
                return call(path, *arguments, **options)

            return guard

        writing = os.O_WRONLY | os.O_RDWR
        monkeypatch.setattr(os, "mkdir", guarded(os.mkdir, lambda *mode: True))
        monkeypatch.setattr(os, "open", guarded(os.open, lambda flags, *mode: flags & writing))

    return refuse


# The place

PLACES = {  # what is wrong with a place -> the system's number, what is said
    "read-only": (
        errno.EROFS,
        "the system says Read-only file system. ",
        "Make that path readable and",
    ),
    "no right": (
        errno.EACCES,
        "the system says Permission denied. ",
        "Make that path readable and",
    ),
    "full disk": (
        errno.ENOSPC,
        "the disk, or your share of it, is full. ",
        "Free some space where",
    ),
    "quota": (errno.EDQUOT, "the disk, or your share of it, is full. ", "Free some space where"),
}
MADE = ("BUILD", "CACHE", "HANDINS", "GRADES", "ORIGINALITY", "REPLACED", "RELEASE")
OF_A_CLASS = ("--homework", "1", "--handins", str(paths.ROOT / "tests"))
VERBS = {  # verb -> the place that it writes to
    ("run",): "BUILD",
    ("homework-1",): "BUILD",
    ("homework-2",): "BUILD",
    ("handin", "--homework", "1", "--student", "ada"): "HANDINS",
    ("grade", *OF_A_CLASS): "GRADES",
    ("originality", *OF_A_CLASS): "ORIGINALITY",
    ("release",): "RELEASE",
    ("student",): "HOMEWORK",
    ("sample",): "DATA",
    ("ledger",): "NOTEBOOKS",
    ("bench", "layers"): "BENCH_RESULTS",
}


@pytest.mark.parametrize(
    ("fault", "verb"),
    [
        *(("read-only", verb) for verb in VERBS),
        *(("no right", verb) for verb in [("run",), ("ledger",)]),
        *(("full disk", verb) for verb in [("run",), ("ledger",)]),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_a_verb_says_where_it_can_not_write(fault, verb, tmp_path, monkeypatch, refuse, capfd):
    name = VERBS[verb]
    if name in MADE:
        build = paths.BUILD
        for made in MADE:
            here = tmp_path / getattr(paths, made).relative_to(build)
            monkeypatch.setattr(paths, made, here)
        remedy = "set COURSE_BUILD to a folder of your own"
    else:
        if name == "HOMEWORK":  # where a students' version is missing, one is to be written
            monkeypatch.setattr(paths, name, paths.NOTEBOOKS / "missing")
        remedy = "copy the course to a folder of your own"
    monkeypatch.setattr(bench, "run", lambda part: pytest.fail("measured before it was said"))
    number, what, todo = PLACES[fault]
    place = getattr(paths, name)
    refuse(place.parent if name == "RELEASE" else place, number)
    assert main(list(verb)) == 1
    told = capfd.readouterr()
    [said] = told.err.strip().splitlines()
    assert said.startswith(str(place)) or f"'{place}" in said
    assert what in said and todo in said and remedy in said
    assert said.endswith("then run this again.")
    assert list(tmp_path.iterdir()) == []


def scores(path):
    training.write_results(path, source="sample", tier="class", seeds=(0,), models={})


@pytest.mark.parametrize("fault", PLACES)
@pytest.mark.parametrize(
    "write",
    [
        lambda path: files.write_text(path, "text"),
        lambda path: save_predictions(pd.DataFrame({"row": [4], "probability": [0.5]}), path),
        lambda path: save_submission(pd.DataFrame({"Id": [4], "Expected": [0.5]}), path),
        lambda path: results.write_csv(path, 1, [], {}),
        scores,
    ],
    ids=["text", "predictions", "submission", "grades", "scores"],
)
def test_what_was_written_before_stays(write, fault, tmp_path, refuse):
    path = tmp_path / "file.csv"
    path.write_text("before")
    number, what, todo = PLACES[fault]
    refuse(tmp_path, number)
    with pytest.raises(files.WriteError) as told:
        write(path)
    said = str(told.value)
    assert said.startswith(f"{path} was not written: ") and what in said and todo in said
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


# The network


def no_names(server, monkeypatch):
    def unknown(host, *arguments, **options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)


def wrong_clock(server, monkeypatch):
    def untrusted(session, request, **options):
        raise requests.exceptions.SSLError(
            "certificate verify failed: certificate is not yet valid"
        )

    monkeypatch.setattr(requests.Session, "send", untrusted)


def wrong_clock_in_a_signature(server, monkeypatch):
    server.accepts = False


def breaks_off(server, monkeypatch):
    server.n_cuts = 99


def page_of_a_proxy(server, monkeypatch):
    server.archive = b"<html>Please sign in to the campus network"


def no_route(server, monkeypatch):
    cut_off(monkeypatch)


NETWORK = {
    no_names: ("Kaggle can't be reached (ConnectionError)", "Check the network connection"),
    no_route: ("Kaggle can't be reached (ConnectionError)", "Check the network connection"),
    wrong_clock: ("Kaggle can't be reached safely (SSLError)", "Set this machine's date and time"),
    wrong_clock_in_a_signature: ("not accept the credentials", "Set this machine's date and time"),
    breaks_off: ("the download broke off midway", "Check the network connection"),
    page_of_a_proxy: ("what Kaggle sent is not a zip archive", "Run this again"),
}


@pytest.mark.parametrize("fault", NETWORK, ids=lambda fault: fault.__name__)
def test_data_says_what_kept_it_and_leaves_what_was_there(
    fault, server, token, tmp_path, monkeypatch, capfd
):
    what, todo = NETWORK[fault]
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    paths.DATA.mkdir()
    (paths.DATA / NAME).write_bytes(OLD)
    fault(server, monkeypatch)
    assert main(["data"]) == 1
    told = "".join(capfd.readouterr())
    assert f"{paths.DATA / NAME} was not downloaded: " in told
    assert what in told and todo in told and "Traceback" not in told
    assert not any(secret in told for secret in SECRETS)
    assert (paths.DATA / NAME).read_bytes() == OLD
    assert list(paths.DATA.iterdir()) == [paths.DATA / NAME]


def test_data_says_where_it_can_not_write(server, token, tmp_path, monkeypatch, refuse, capfd):
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    refuse(tmp_path, errno.EROFS)
    assert main(["data"]) == 1
    said = capfd.readouterr().err
    assert "the system says [Errno 30] Read-only file system" in said
    assert "Make that path readable and writable for you, then run this again." in said
