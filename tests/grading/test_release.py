"""A release holds what students need to work and to hand in, and nothing of the grader."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest

from utils import paths
from utils.__main__ import main
from utils.cli import FOR_STUDENTS
from utils.grading import release, student_version
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS


class Clone:
    """This course as it is now, committed in a repository of its own."""

    def __init__(self, root):
        self.root = root
        self.git("init", "--quiet")
        listed = subprocess.check_output(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=paths.ROOT,
            text=True,
        )
        for name in filter(None, listed.split("\0")):
            if (paths.ROOT / name).exists():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(paths.ROOT / name, root / name)
        self.commit()

    def git(self, *arguments):
        who = ["-c", "user.name=ada", "-c", "user.email=ada@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=self.root, check=True)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=as it is")

    def use(self, monkeypatch):
        """Release from here."""
        root = paths.ROOT
        for name in ("ROOT", "NOTEBOOKS", "SOLUTIONS", "HOMEWORK"):
            here = self.root / getattr(paths, name).relative_to(root)
            monkeypatch.setattr(paths, name, here)
        monkeypatch.setattr(paths, "RELEASE", self.root.parent / "course.zip")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder of a course that was released and unpacked."""
    folder = tmp_path_factory.mktemp("release")
    (folder / "clone").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        Clone(folder / "clone").use(patch)
        path, left_out = release.write_release()
        assert left_out == []
        with zipfile.ZipFile(path) as packed:
            packed.extractall(folder)
    return folder / "course"


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A course that is released from a clone."""
    (tmp_path / "clone").mkdir()
    clone = Clone(tmp_path / "clone")
    clone.use(monkeypatch)
    monkeypatch.setattr(release, "_add_site", lambda packed: None)  # of no matter, and slow
    return clone


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
    folders = {"notebooks/solutions", "tests", "utils/grading", ".github", ".ci"}
    assert not folders & files
    needed = "README.md", "Makefile", "requirements.txt", "data/imdb_sample.csv", "utils/cli.py"
    assert files.issuperset(needed)


def test_nothing_but_the_grader_needs_the_grader():
    modules = [
        path
        for path in (paths.ROOT / "utils").rglob("*.py")
        if not path.relative_to(paths.ROOT).as_posix().startswith(release.WITHHELD)
    ]
    notebooks = [path for path in paths.NOTEBOOKS.rglob("*.ipynb") if "solutions" not in path.parts]
    importing = re.compile(r"(from|import) utils\.grading|from utils import .*\bgrading\b")
    assert [path for path in modules + notebooks if importing.search(path.read_text("utf-8"))] == []


def test_its_verbs_are_those_for_students(unpacked):
    said = python(unpacked, "-m", "utils", "--help")
    assert said.returncode == 0, said.stderr
    verbs = set(re.findall(r"^  ([a-z0-9-]+)  ", said.stdout, re.MULTILINE))
    assert verbs - {"--help"} == set(FOR_STUDENTS)


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make")
def test_make_lists_what_a_student_can_do_before_anything_is_installed(unpacked, monkeypatch):
    for of_the_make_that_runs_the_tests in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        monkeypatch.delenv(of_the_make_that_runs_the_tests, raising=False)
    for command in (["make"], ["make", "help"]):
        said = subprocess.run(command, cwd=unpacked, capture_output=True, text=True)
        assert said.returncode == 0 and not said.stderr
        listed = [line.split()[0] for line in said.stdout.splitlines()]
        assert set(listed) == {"help", *FOR_STUDENTS}
    assert not (unpacked / ".venv").exists()
    dry = ["make", "--dry-run", "--assume-old=.venv/ready", "handin", "HOMEWORK=1", "STUDENT=ada"]
    said = subprocess.run(dry, cwd=unpacked, capture_output=True, text=True)
    assert 'utils handin --homework "1"' in said.stdout and said.returncode == 0


def test_every_link_of_its_pages_leads_somewhere(unpacked):
    pages = [*unpacked.rglob("*.md")]
    assert {"README.md", "notebooks/welcome.md", "notebooks/homework/README.md"} <= {
        page.relative_to(unpacked).as_posix() for page in pages
    }
    for page in [*pages, *unpacked.rglob("*.ipynb")]:
        text = page.read_text(encoding="utf-8")
        for link in re.findall(r"\]\((?!https?:|attachment:|mailto:)([^)#\s]+)", text):
            if page.suffix == ".md" or re.search(r"\.(ipynb|md|png)$", link):
                assert (page.parent / link).exists(), f"{page}: {link}"


def test_its_site_has_all_that_students_read_and_no_solution(unpacked):
    site = unpacked / "site"
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert "notebooks/homework/homework_1/homework_1_tasks.html" in pages
    assert not [page for page in pages if "solutions" in page]
    front = (site / "index.html").read_text(encoding="utf-8")
    for path in (*paths.LESSONS, *paths.APPLICATIONS):
        assert path.relative_to(paths.ROOT).with_suffix(".html").as_posix() in pages
        assert front.count(f"{path.stem}.html") >= 2  # in the contents, and on a card


def test_its_pages_name_no_verb_that_it_lacks(unpacked):
    said = re.compile(r"(?:`|^\s*)make ([a-z][a-z0-9-]+)|-m utils ([a-z][a-z0-9-]+)", re.MULTILINE)
    for name in ("README.md", "notebooks/welcome.md", "notebooks/homework/README.md"):
        verbs = {a or b for a, b in said.findall((unpacked / name).read_text(encoding="utf-8"))}
        assert verbs <= set(FOR_STUDENTS), name
    notebook = "".join(path.read_text("utf-8") for path in unpacked.rglob("*_tasks.ipynb"))
    assert {a or b for a, b in said.findall(notebook)} <= set(FOR_STUDENTS)


def test_it_welcomes_with_every_lesson_and_homework(unpacked):
    page = (unpacked / "notebooks" / "welcome.md").read_text(encoding="utf-8")
    links = set(re.findall(r"\]\(([^)]+)\)", page))
    wanted = [*paths.LESSONS, *(homework.tasks_notebook for homework in HOMEWORKS.values())]
    wanted += paths.APPLICATIONS
    assert {path.relative_to(paths.NOTEBOOKS).as_posix() for path in wanted} <= links
    assert "homework/README.md" in links


def test_it_says_what_it_lacks(unpacked):
    for_instructors = ("grade", "originality", "student", "release", "test")
    code = f"from utils.__main__ import main\nfor verb in {for_instructors}: print(main([verb]))"
    said = python(unpacked, "-c", code)
    assert said.stdout.split() == ["1"] * len(for_instructors)
    assert said.stderr.count("this copy of the course, which is for students") == 5
    for verb in ("grade", "originality", "release"):
        assert re.search(rf"\b{verb}\b", said.stderr)


def test_a_submission_that_is_not_there_is_to_be_named(unpacked):
    said = python(unpacked, "-m", "utils", "submit", "--homework", "2").stderr
    assert "there is no such file" in said and "FILE=path" in said and "homework-2" not in said


@pytest.mark.parametrize("number", HOMEWORKS)
def test_untouched_homework_runs_to_its_end_and_can_be_handed_in(unpacked, number):
    options = ["--homework", str(number), "--student", "ada"]
    said = python(unpacked, "-m", "utils", "handin", *options)
    assert said.returncode == 0, said.stderr
    homework = HOMEWORKS[number]
    for task in homework.tasks.values():
        assert f" of {task.points}    not attempted: write {task.function}\n" in said.stdout
    for question in homework.questions:
        assert re.search(rf"^{question} +not answered$", said.stdout, re.MULTILINE)
    assert "Hints: none." in said.stdout  # the demonstration spends none
    packed = unpacked / "build" / "handins" / f"homework_{number}_ada.zip"
    with zipfile.ZipFile(packed) as handed_in:
        manifest = json.loads(handed_in.read("manifest.json"))
        notebook = nbformat.reads(handed_in.read(HOMEWORKS[number].tasks_name).decode(), 4)
    assert {status for status, _ in manifest["checks"].values()} == {checks.NOT_ATTEMPTED}
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert {output.get("name") for output in outputs} == {"stdout"}


def test_a_lesson_that_was_saved_in_the_middle_of_a_run_is_not_released_so(clone, capsys):
    """As JupyterLab does every two minutes: cells without outputs, or an empty file."""
    lesson, other = sorted(paths.NOTEBOOKS.glob("*.ipynb"))[:2]
    before = lesson.read_bytes()
    lesson.write_bytes(b"")
    (paths.NOTEBOOKS / "my notes.txt").touch()
    (clone.root / "utils" / "former.py").unlink()
    (paths.SOLUTIONS / "README.md").write_text("not for students")
    assert main(["release"]) == 0
    told = capsys.readouterr()
    names = [f"notebooks/{lesson.name}", "utils/former.py", "notebooks/my notes.txt"]
    assert f"not in it as they are now: {', '.join(names)}. To release them, commit" in told.err
    with zipfile.ZipFile(paths.RELEASE) as packed:
        assert packed.read(f"course/notebooks/{lesson.name}") == before
        assert packed.read(f"course/notebooks/{other.name}") == other.read_bytes()
        assert "course/notebooks/my notes.txt" not in packed.namelist()
    lesson.write_bytes(before)
    clone.commit()
    assert release.write_release() == (paths.RELEASE, [])


def test_a_students_version_that_is_out_of_date_is_refused(clone):
    tasks = HOMEWORKS[1].tasks_notebook
    made = tasks.read_text(encoding="utf-8")
    tasks.write_text(made.replace("NotImplementedError", "RuntimeError"), encoding="utf-8")
    assert release.write_release()[1] == [tasks.relative_to(paths.ROOT).as_posix()]
    paths.RELEASE.unlink()
    clone.commit()
    with pytest.raises(release.ReleaseError, match="`make student` writes it anew, and `git com"):
        release.write_release()
    assert not paths.RELEASE.exists()
    student_version.write_student_versions()
    clone.commit()
    assert release.write_release() == (paths.RELEASE, [])


def test_where_no_site_can_be_made_nothing_is_released(tmp_path, monkeypatch):
    (tmp_path / "clone").mkdir()
    clone = Clone(tmp_path / "clone")
    clone.use(monkeypatch)
    (clone.root / "docs" / "conf.py").write_text("raise RuntimeError('no configuration')")
    clone.commit()
    with pytest.raises(release.ReleaseError, match="(?s)Nothing was packed.*no configuration"):
        release.write_release()
    assert not paths.RELEASE.exists()


def test_a_folder_that_git_does_not_know_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    with pytest.raises(release.ReleaseError, match="no git clone"):
        release.write_release()
