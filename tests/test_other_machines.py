"""Saved outputs compare with those of other numbers of threads and of an older processor.

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
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", str(path)],
        cwd=paths.ROOT,
        env=os.environ | SETTINGS[setting],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout
