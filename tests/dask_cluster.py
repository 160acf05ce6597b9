"""A Dask scheduler and its workers, as people start them, on this machine's loopback."""

import json
import os
import subprocess
import sys
import time

import pytest

from utils import paths


class Cluster:
    """A scheduler; `start` adds workers."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        self._file = folder / "scheduler.json"
        self._run("scheduler", "--host", "127.0.0.1", "--scheduler-file", str(self._file))
        self.address = self._within_a_minute(lambda: json.loads(self._file.read_text())["address"])

    def start(self, *hosts, **variables):
        """Workers on these hosts, with other variables of the environment; their processes."""
        there = ["--no-nanny", "--nthreads", "1", "--local-directory", str(self.folder)]
        before = len(self.workers())
        some = [
            self._run("worker", self.address, "--host", host, *there, **variables) for host in hosts
        ]
        self._within_a_minute(lambda: len(self.workers()) == before + len(hosts) or 1 / 0)
        return some

    def workers(self):
        """Addresses of all workers."""
        from dask.distributed import Client

        with Client(self.address, set_as_default=False) as client:
            return list(client.ncores())

    def _run(self, what, *options, **variables):
        if what == "scheduler":
            options += ("--port", "0")
        log = (self.folder / f"{what}_{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", what, *options, "--no-dashboard"],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(paths.ROOT)} | variables,
            stdout=log,
            stderr=log,
        )
        log.close()
        self.processes.append(process)
        return process

    @staticmethod
    def _within_a_minute(call):
        for _ in range(600):
            try:
                return call()
            except (OSError, ValueError, ArithmeticError):
                time.sleep(0.1)
        raise TimeoutError(call)

    def end(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def dask_cluster(tmp_path_factory):
    """A Cluster without workers; what was started in it ends with the test."""
    one = Cluster(tmp_path_factory.mktemp("dask"))
    try:
        yield one
    finally:
        one.end()
