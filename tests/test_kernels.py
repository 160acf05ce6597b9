"""Notebooks run with this Python and this course, whatever the user's settings are."""

import json
import os
import subprocess
import sys

import pytest

from utils import kernels, paths

PROGRAM = """
import nbformat
from nbclient import NotebookClient
from utils import kernels

kernels.prepare()
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in [
    "import json, os, sys; import utils, matplotlib; 'not shown'; 'shown'",
    "print(json.dumps([sys.executable, utils.__file__, os.environ.get('TF_USE_LEGACY_KERAS'), "
    "matplotlib.get_backend(), 'started' in globals(), bool(sys.flags.optimize)]))",
]])
folder = {"metadata": {"path": "FOLDER"}}
NotebookClient(notebook, kernel_name="python3", resources=folder).execute()
print(len(notebook.cells[0].outputs))
print(notebook.cells[1].outputs[0].text)
"""


def kernel_of(python, folder):
    """Install a kernel called python3 that a Python of another name runs."""
    path = folder / "kernels" / "python3" / "kernel.json"
    path.parent.mkdir(parents=True)
    argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    path.write_text(json.dumps({"argv": argv, "display_name": "old", "language": "python"}))


@pytest.fixture
def someone(tmp_path):
    """The variables of a user who has settings of every kind; beside them lies another `utils`."""
    kernel_of("/removed/bin/python", tmp_path / ".local" / "share" / "jupyter")
    kernel_of("/removed/too/bin/python", tmp_path / "jupyter")
    profile = tmp_path / "ipython" / "profile_default"
    (profile / "startup").mkdir(parents=True)
    (profile / "startup" / "mine.py").write_text("started = True")
    (profile / "ipython_config.py").write_text("c.InteractiveShell.ast_node_interactivity = 'all'")
    (tmp_path / "start.py").write_text("started = True")
    (tmp_path / "projects" / "utils").mkdir(parents=True)
    (tmp_path / "projects" / "utils" / "__init__.py").write_text("")
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "utils.py").write_text("")
    return {name: value for name, value in os.environ.items() if name != "KERAS_HOME"} | {
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": "",
        "JUPYTER_PATH": str(tmp_path / "jupyter"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "PYTHONPATH": str(tmp_path / "projects"),
        "PYTHONSTARTUP": str(tmp_path / "start.py"),
        "PYTHONOPTIMIZE": "1",
        "TF_USE_LEGACY_KERAS": "1",
        "MPLBACKEND": "agg",
    }


def test_a_kernel_is_this_python_with_this_course_and_no_settings(someone, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("FOLDER", (tmp_path / "beside").as_posix())],
        cwd=paths.ROOT,
        env=someone,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    n_shown, printed = ran.stdout.strip().splitlines()
    assert n_shown == "1"
    assert json.loads(printed) == [
        sys.executable,
        str(paths.ROOT / "utils" / "__init__.py"),
        None,
        "module://matplotlib_inline.backend_inline",
        False,
        False,
    ]


def test_what_was_on_the_path_stays_behind_the_course(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["elsewhere", str(paths.ROOT)]))
    expected = os.pathsep.join([str(paths.ROOT), "elsewhere"])
    assert kernels.environment()["PYTHONPATH"] == expected


@pytest.mark.parametrize(
    ("name", "hides"),
    [
        ("utils.py", "utils.py"),
        ("utils/__init__.py", "utils"),
        ("utils/other.py", None),  # the course's comes before a folder without __init__.py
        ("Utils.txt", None),
    ],
)
def test_a_utils_beside_a_notebook_hides_the_course(name, hides, tmp_path):
    assert kernels.hiding(tmp_path) is None
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("")
    assert kernels.hiding(tmp_path) == (hides and tmp_path / hides)


def test_the_course_does_not_hide_itself():
    assert kernels.hiding(paths.ROOT) is None
