"""An address at which there is no cluster is refused with one sentence."""

import os
import socket
import sys
import time

import pytest

from utils import engine

pytest_plugins = ["tests.dask_cluster"]


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(engine, "_SECONDS", 1)


def refused(address):
    with pytest.raises(engine.EngineError) as caught, engine.cluster(address):
        pass
    said = str(caught.value)
    assert said.startswith(f"ENGINE={address}: ") and "\n" not in said
    return said


@pytest.mark.parametrize("address", ["scheduler:8786", "tcp://scheduler", "8786", "http://a:1"])
def test_what_is_no_address_is_refused(address):
    assert "expected tcp://NAME:PORT" in refused(address)


def test_where_no_scheduler_answers_it_says_so():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert "no Dask scheduler answers there" in refused(f"tcp://127.0.0.1:{port}")
    assert "no Dask scheduler answers there" in refused(f"tcp://127.0.0.1:{port}")


def test_without_dask_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    assert "pip install -e '.[dask]'" in refused("tcp://127.0.0.1:8786")


def test_a_scheduler_without_the_course_is_refused(dask_cluster):
    (dask_cluster.folder / "utils.py").touch()  # where it runs, that is what it imports
    assert "cannot import the course (No module named 'utils." in refused(dask_cluster.address)


def _power(base, exponent):
    return base**exponent, os.getpid()


def test_a_scheduler_without_workers_is_refused_and_with_one_it_works(dask_cluster):
    assert "has no worker" in refused(dask_cluster.address)
    [worker] = dask_cluster.start("127.0.0.1")
    with engine.cluster(dask_cluster.address) as client:
        found = engine.done(_power, [(2, 3), (3, 2), (1, 0)], client=client)
        assert sorted(found) == [(1, worker.pid), (8, worker.pid), (9, worker.pid)]


def test_a_cluster_that_is_gone_is_named(dask_cluster):
    dask_cluster.start("127.0.0.1")
    with engine.cluster(dask_cluster.address) as client:
        found = engine.done(time.sleep, [(0.5,)] * 9, client=client)
        next(found)
        dask_cluster.end()
        with pytest.raises(engine.EngineError, match="The cluster is gone"):
            list(found)


def test_a_piece_that_ends_one_worker_after_another_does_not_wait_for_ever(dask_cluster):
    dask_cluster.start(*["127.0.0.1"] * 5)  # Dask gives a piece up that has ended four
    lost = pytest.raises(engine.EngineError, match="KilledWorker")
    with engine.cluster(dask_cluster.address) as client, lost:
        list(engine.done(os._exit, [(1,)], client=client))
