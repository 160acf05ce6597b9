"""Where the course lies: in pyproject.toml, in each notebook's first cell, and on the site."""

import http.server
import os
import shutil
import subprocess
import sys
import threading

import nbformat
import pytest

from utils import paths
from utils.__main__ import main
from utils.course import address

ADA = "https://github.com/ada/rnn-course"
NOTEBOOKS = [
    path for path in sorted(paths.NOTEBOOKS.rglob("*.ipynb")) if ".ipynb_check" not in str(path)
]


@pytest.fixture
def one(course):
    """A course with an address that is not set, and one notebook that was executed."""
    shutil.copy(paths.DOCS.parent / "pyproject.toml", course.root)
    path = course.write_notebook("one", "x = 1", "print(x)")
    notebook = nbformat.read(path, as_version=4)
    for number, cell in enumerate(notebook.cells[1:], 1):
        cell.execution_count = number
        cell.outputs = [nbformat.v4.new_output("execute_result", execution_count=number)]
    nbformat.write(notebook, path)
    return path


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_begins_with_the_cell_and_its_address(path):
    text = path.read_text(encoding="utf-8")
    assert address.with_cell(text, address.address()) == text
    first = next(c for c in nbformat.reads(text, 4).cells if c.cell_type == "code")
    assert address.fetches(first)


def test_an_address_is_written_everywhere_and_nothing_else_is_changed(one, capsys):
    before = nbformat.read(one, as_version=4)
    assert main(["address", f"{ADA}.git"]) == 0
    assert address.address() == ADA
    after = nbformat.read(one, as_version=4)
    first = after.cells.pop(1)
    assert f'repository = "{ADA}"' in first.source
    assert [cell.execution_count for cell in after.cells[1:]] == [2, 3]
    assert [cell.outputs[0].execution_count for cell in after.cells[1:]] == [2, 3]
    assert [c.source for c in after.cells] == [c.source for c in before.cells]
    said = capsys.readouterr().out.splitlines()
    assert said == ["written: pyproject.toml", "written: notebooks/one.ipynb"]
    assert main(["address", ADA]) == 0
    assert capsys.readouterr().out == ""  # all of it says so already
    assert main(["address", "https://github.com/bob/rnn"]) == 0
    assert one.read_text(encoding="utf-8").count("clone -q") == 1


@pytest.mark.parametrize("name", ["a/b", "a-university/recurrent-networks-a-course-that-runs"])
def test_the_cell_is_in_the_course_s_style_for_every_address(name):
    cell = address.cell(f"https://github.com/{name}") + "\n"
    settings = ["--config", paths.ROOT / "pyproject.toml", "--stdin-filename", "x.py", "-"]
    for how in (["check", "-q", "--extend-ignore", "F821"], ["format", "-q", "--check"]):
        ran = subprocess.run(
            [sys.executable, "-m", "ruff", *how, *settings],
            input=cell,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize(
    "wrong", ["ada/rnn", "http://github.com/ada/rnn", f"{ADA}; rm -rf x", f'{ADA}"', f"{ADA}/a/b"]
)
def test_what_is_no_address_is_refused(one, wrong, capsys):
    before = one.read_bytes(), (paths.ROOT / "pyproject.toml").read_bytes()
    assert main(["address", wrong]) == 1
    assert "has to be that of a repository on GitHub, as https://" in capsys.readouterr().err
    assert (one.read_bytes(), (paths.ROOT / "pyproject.toml").read_bytes()) == before


def test_where_a_notebook_is_broken_it_is_named_and_nothing_is_written(one, capsys):
    before = one.read_bytes(), (paths.ROOT / "pyproject.toml").read_bytes()
    (paths.NOTEBOOKS / "two.ipynb").write_text('{"cells": [', encoding="utf-8")
    assert main(["address", ADA]) == 1
    said = capsys.readouterr().err
    assert "notebooks/two.ipynb is no notebook (Notebook does not appear to be JSON" in said
    assert (one.read_bytes(), (paths.ROOT / "pyproject.toml").read_bytes()) == before


SHELL = """
import sys
from IPython.core.interactiveshell import InteractiveShell

sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
shell = InteractiveShell.instance()
shell.run_line_magic = lambda *magic: print("asked for", *magic)
cell = sys.stdin.read()
for run in range(2):
    shell.run_cell(cell).raise_error()
    shell.run_cell("from utils import paths; print(paths.ROOT.name)").raise_error()
"""


@pytest.mark.skipif(not shutil.which("git"), reason="there is no git")
def test_a_notebook_that_stands_alone_fetches_the_course(tmp_path):
    """As on Colab: an empty folder, and no `utils`; what pip would install is only asked for."""
    away = tmp_path / "repository"
    (away / "utils").mkdir(parents=True)
    (away / "utils" / "__init__.py").touch()
    shutil.copy(paths.ROOT / "utils" / "paths.py", away / "utils")
    git = ["git", "-c", "user.name=ada", "-c", "user.email=ada@example.org", "-C", str(away)]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "all"]):
        subprocess.run(git + arguments, check=True)
    (tmp_path / "content").mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", SHELL],
        input=address.cell(away.as_uri()),
        cwd=tmp_path / "content",
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split("\n")[:3] == ["asked for pip install -q -e course", "course", "course"]


class Private(http.server.BaseHTTPRequestHandler):
    """Answers as GitHub does for a repository that is private, or is not there."""

    def do_GET(self):
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="GitHub"')
        self.end_headers()

    def log_message(self, *about):
        pass


@pytest.mark.skipif(not shutil.which("git"), reason="there is no git")
def test_a_repository_that_may_not_be_read_is_an_error_and_no_endless_question(tmp_path):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Private) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ran = subprocess.run(
            [sys.executable, "-c", SHELL],
            input=address.cell(f"http://127.0.0.1:{server.server_port}/ada/rnn"),
            cwd=tmp_path,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        server.shutdown()
    assert "Authentication failed" in ran.stdout + ran.stderr
    assert "No module named 'utils'" in ran.stderr
