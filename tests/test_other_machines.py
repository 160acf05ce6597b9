"""Saved outputs compare with those of other numbers of threads and of an older processor.

Without a network, notebooks with a stand-in for their data run to the end.

python -m pytest -m slow tests/test_other_machines.py
"""

import os
import subprocess
import sys

import pytest

from utils import paths
from utils.course import run

SETTINGS = {
    "one thread": {"COURSE_THREADS": "1"},
    "two threads": {"COURSE_THREADS": "2"},
    "a processor without AVX": {"COURSE_THREADS": "1", "ONEDNN_MAX_CPU_ISA": "SSE41"},
}


@pytest.mark.slow
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("path", run.notebooks(), ids=lambda path: path.stem)
def test_outputs_compare_on(path, setting):
    ran = compared(path, os.environ | SETTINGS[setting])
    assert ran.returncode == 0, ran.stdout


def compared(path, environment):
    """What pytest says of a notebook."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-m", "", str(path)],
        cwd=paths.ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize("threads", ["1", "2"])
@pytest.mark.parametrize("path", run.notebooks(), ids=lambda path: path.stem)
def test_runs_without_a_network(path, threads, tmp_path):
    """Claims hold on the stand-in, too; what has none is skipped."""
    environment = {name: value for name, value in os.environ.items() if name != "COURSE_DATA"}
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    ran = compared(
        path, environment | nowhere | {"COURSE_BUILD": str(tmp_path), "COURSE_THREADS": threads}
    )
    assert ran.returncode == 0, ran.stdout
