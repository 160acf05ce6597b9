"""A release holds what students need to work and to hand in, and nothing of the grader."""

import json
import os
import re
import subprocess
import sys
import zipfile

import nbformat
import pytest

from utils import paths
from utils.grading import release
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder of a course that was released and unpacked."""
    folder = tmp_path_factory.mktemp("release")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "RELEASE", folder / "course.zip")
        with zipfile.ZipFile(release.write_release()) as packed:
            packed.extractall(folder)
    return folder / "course"


# This course is installed where the tests run: what a release lacks would be found in it.
NOT_INSTALLED = """
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
"""


def python(unpacked, *arguments):
    """What Python says, run in the release and with no other modules of the course."""
    start = unpacked.with_name("start")
    start.mkdir(exist_ok=True)
    (start / "sitecustomize.py").write_text(NOT_INSTALLED)
    environment = os.environ | {"PYTHONPATH": f"{unpacked}{os.pathsep}{start}"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=unpacked, env=environment, capture_output=True, text=True
    )


def test_it_holds_no_solution_no_test_and_no_grader(unpacked):
    files = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")}
    folders = {"notebooks/solutions", "tests", "utils/grading"}
    assert not folders & files
    needed = "README.md", "Makefile", "requirements.txt", "data/imdb_sample.csv", "utils/cli.py"
    assert files.issuperset(needed)


def test_nothing_but_the_grader_needs_the_grader():
    modules = [path for path in (paths.ROOT / "utils").rglob("*.py") if "grading" not in path.parts]
    notebooks = [path for path in paths.NOTEBOOKS.rglob("*.ipynb") if "solutions" not in path.parts]
    importing = re.compile(r"(from|import) utils\.grading|from utils import .*\bgrading\b")
    assert [path for path in modules + notebooks if importing.search(path.read_text("utf-8"))] == []


def test_its_verbs_are_those_for_students(unpacked):
    said = python(unpacked, "-m", "utils", "--help")
    assert said.returncode == 0, said.stderr
    verbs = set(re.findall(r"^  ([a-z0-9-]+)  ", said.stdout, re.MULTILINE))
    assert {"run", "lab", "handin", "data", "submit"} <= verbs
    assert not {"grade", "originality", "student", "release"} & verbs


def test_it_says_what_it_lacks(unpacked):
    for_instructors = ("grade", "originality", "student", "release", "test")
    code = f"from utils.__main__ import main\nfor verb in {for_instructors}: print(main([verb]))"
    said = python(unpacked, "-c", code)
    assert said.stdout.split() == ["1"] * len(for_instructors)
    assert said.stderr.count("this copy of the course, which is for students") == 5
    for verb in ("grade", "originality", "release"):
        assert re.search(rf"\b{verb}\b", said.stderr)


@pytest.mark.parametrize("number", HOMEWORKS)
def test_untouched_homework_runs_to_its_end_and_can_be_handed_in(unpacked, number):
    options = ["--homework", str(number), "--student", "ada"]
    said = python(unpacked, "-m", "utils", "handin", *options)
    assert said.returncode == 0, said.stderr
    assert (
        f"{number}.10  not attempted" in said.stdout and f"{number}.11  not answered" in said.stdout
    )
    packed = unpacked / "build" / "handins" / f"homework_{number}_ada.zip"
    with zipfile.ZipFile(packed) as handed_in:
        manifest = json.loads(handed_in.read("manifest.json"))
        notebook = nbformat.reads(handed_in.read(HOMEWORKS[number].tasks_name).decode(), 4)
    assert {status for status, _ in manifest["checks"].values()} == {checks.NOT_ATTEMPTED}
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert {output.get("name") for output in outputs} == {"stdout"}


def test_a_students_version_that_is_out_of_date_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "HOMEWORK", tmp_path)
    monkeypatch.setattr(paths, "RELEASE", tmp_path / "course.zip")
    with pytest.raises(release.ReleaseError, match="keeps a copy in"):
        release.write_release()
    assert not (tmp_path / "course.zip").exists()


def test_a_folder_that_git_does_not_know_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    with pytest.raises(release.ReleaseError, match="no git clone"):
        release.write_release()
