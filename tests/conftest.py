"""What all tests share: TensorFlow set up as every notebook does, and where real data lies."""

import os
import socket
from pathlib import Path

import hypothesis
import pytest

from utils import kernels, paths, reproducible

# How long an example takes is the machine's mood.
hypothesis.settings.register_profile("course", deadline=None)
hypothesis.settings.load_profile("course")

pytest.register_assert_rewrite("tests.kaggle_server")  # its fixtures assert


def pytest_configure(config):
    """Set up kernels, and TensorFlow once in each process that runs tests, before it is used."""
    kernels.prepare()
    hands_out_only = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if not hands_out_only:
        reproducible.set_up()


@pytest.fixture(scope="session")
def real_data():
    """A function: the path of a file of real data, below the folder that COURSE_DATA names.

    `real_data("imdb/IMDB Dataset.csv")` skips the test where that is not there.
    """

    def real_data(name):
        folder = os.environ.get("COURSE_DATA")
        if not folder:
            pytest.skip(f"needs real data: COURSE_DATA=folder that holds {name}")
        if not (path := Path(folder) / name).exists():
            pytest.skip(f"needs real data: there is no {path}")
        return path

    return real_data


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """A machine without a network, where nothing was fetched and no folder is lent."""

    def refuse(*_, **__):
        raise OSError("there is no network")

    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setattr(paths, "FETCHED", tmp_path / "fetched")
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def write(tmp_path):
    """A function that writes a text or bytes to a file of the test's own, and returns its path."""

    def write(content, name="file.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def pytest_terminal_summary(terminalreporter):
    """Count what passed by kind; a test function counts once, however many cases it has."""
    passed = {report.nodeid.split("[")[0] for report in terminalreporter.getreports("passed")}
    for folder, kind in {
        "notebooks": "cells of notebooks, run anew",
        "tests": "test functions",
        "utils": "examples in docstrings",
    }.items():
        if count := sum(nodeid.startswith(f"{folder}/") for nodeid in passed):
            terminalreporter.write_line(f"{count} {kind}: passed")
    not_compared = {
        report.nodeid.split("::")[0]: why
        for report in terminalreporter.getreports("passed")
        for name, why in report.user_properties
        if name == "not compared"
    }
    for notebook, why in not_compared.items():
        terminalreporter.write_line(f"{notebook}: run on a stand-in and not compared. {why}")
    left_out = {
        report.nodeid.split("::")[0]: report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.getreports("skipped")
        if ".ipynb::" in report.nodeid
    }
    for notebook, why in left_out.items():
        terminalreporter.write_line(f"{notebook}: left out. {why}")
