"""What students get: made from the solutions, with gaps, and it runs as it is."""

import os
import subprocess
import sys
import zipfile

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.nbgraderformat.v3 import MetadataValidatorV3

from utils import course
from utils.__main__ import main
from utils.homework import student
from utils.homework.checks import HOMEWORKS

SOLUTIONS = {path.stem: path for path in student.task_notebooks()}


@pytest.fixture(params=SOLUTIONS)
def name(request):
    return request.param


@pytest.fixture
def solution(name):
    return nbformat.read(SOLUTIONS[name], as_version=4)


@pytest.fixture
def tasks(name):
    return HOMEWORKS[int(name.split("_")[1])]


def sources(notebook):
    return [(cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]


def test_the_committed_version_is_the_one_that_the_solution_makes(name):
    path = SOLUTIONS[name]
    committed = student.STUDENT / path.relative_to(student.SOLUTIONS)
    made = student.student_version(nbformat.read(path, as_version=4))
    assert sources(nbformat.read(committed, as_version=4)) == sources(made), "run: make student"


def test_every_students_notebook_has_a_solution():
    committed = {path.relative_to(student.STUDENT) for path in student.STUDENT.rglob("*.ipynb")}
    assert committed == {path.relative_to(student.SOLUTIONS) for path in SOLUTIONS.values()}


def test_solutions_hidden_tests_and_outputs_are_gone(solution):
    made = student.student_version(solution)
    text = "\n".join(cell.source for cell in made.cells)
    assert "SOLUTION" not in text and "HIDDEN" not in text
    assert "Marking" not in text
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in made.cells)
    n_gaps = sum("raise NotImplementedError(" in cell.source for cell in made.cells)
    assert n_gaps == sum("def " in s and "BEGIN SOLUTION" in s for _, s, _ in sources(solution))
    assert "raise NotImplementedError()" not in text, "a gap without a sentence"


def test_the_cells_are_in_nbgraders_format_with_the_points_of_the_checks(solution, tasks):
    MetadataValidatorV3().validate_nb(solution)
    points = {
        cell.metadata.nbgrader.grade_id.removeprefix("check-").replace("-", "."): cell
        for cell in solution.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("check-")
    }
    assert points.keys() == tasks.keys()
    for number, cell in points.items():
        assert cell.metadata.nbgrader.points == tasks[number].points
        assert f'check("{number}")' in cell.source


def test_untouched_it_runs_to_the_end_and_nothing_is_attempted(solution, tasks):
    made = student.student_version(solution)
    NotebookClient(made, timeout=120, kernel_name="python3").execute()
    outputs = [output for cell in made.cells for output in cell.get("outputs", [])]
    assert all(output.get("name") == "stdout" for output in outputs)
    text = "".join(output.text for output in outputs)
    assert text.count("not attempted: ") == len(tasks)
    assert "correct, " not in text


def test_a_solution_that_is_not_closed_is_refused(solution):
    gap = next(cell for cell in solution.cells if "### END SOLUTION" in cell.source)
    gap.source = gap.source.replace("### END SOLUTION", "")
    with pytest.raises(RuntimeError, match="end solution"):
        student.student_version(solution)


def test_students_versions_are_not_among_the_notebooks_that_are_run():
    run = [path.relative_to(course.NOTEBOOKS) for path in course.notebooks()]
    assert not any(path.parts[0] == "homework" for path in run)
    assert any(path.parts[0] == "solutions" for path in run)


@pytest.fixture
def release(tmp_path, monkeypatch):
    monkeypatch.setattr(student, "RELEASE", tmp_path / "course.zip")
    return student.write_release()


def test_a_release_holds_no_solution_and_what_it_holds_can_be_handed_in(release, tmp_path):
    with zipfile.ZipFile(release) as packed:
        names = packed.namelist()
        packed.extractall(tmp_path)
    assert not [name for name in names if "solutions" in name or "/tests/" in name]
    for needed in ("README.md", "Makefile", "requirements.txt", "data/imdb_sample.csv"):
        assert f"course/{needed}" in names
    hand_in = subprocess.run(
        [sys.executable, "-m", "utils", "handin", "--homework", "1", "--student", "ada"],
        cwd=tmp_path / "course",
        env=os.environ | {"PYTHONPATH": str(tmp_path / "course")},
        capture_output=True,
        text=True,
    )
    assert hand_in.returncode == 0, hand_in.stderr
    assert "1.10  not attempted" in hand_in.stdout and "1.11  not answered" in hand_in.stdout
    assert (tmp_path / "course" / "build" / "handins" / "homework_1_ada.zip").exists()


@pytest.mark.parametrize("verb", ["test", "student"])
def test_a_release_says_that_it_has_neither_tests_nor_solutions(release, tmp_path, verb):
    with zipfile.ZipFile(release) as packed:
        packed.extractall(tmp_path)
    copy = tmp_path / "course"
    command = [sys.executable, "-m", "utils", verb]
    environment = os.environ | {"PYTHONPATH": str(copy)}
    tested = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
    assert tested.returncode == 1 and "which is for students" in tested.stderr


def test_answers_in_a_students_version_that_is_written_anew_are_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(student, "STUDENT", tmp_path / "homework")
    monkeypatch.setattr(student, "REPLACED", tmp_path / "replaced")
    assert main(["student"]) == 0
    assert {kept for _, kept in student.write_student_versions()} == set()
    path = next((tmp_path / "homework").rglob("homework_1_tasks.ipynb"))
    made = path.read_text(encoding="utf-8")
    path.write_text("answers", encoding="utf-8")
    capsys.readouterr()
    assert main(["student"]) == 0
    [kept] = (tmp_path / "replaced").iterdir()
    assert kept.read_text(encoding="utf-8") == "answers" and str(kept) in capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == made


def test_a_release_with_a_students_version_that_is_out_of_date_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(student, "STUDENT", tmp_path)
    monkeypatch.setattr(student, "RELEASE", tmp_path / "course.zip")
    with pytest.raises(student.ReleaseError, match="keeps a copy in"):
        student.write_release()
    assert not (tmp_path / "course.zip").exists()


def test_a_folder_that_git_does_not_know_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "ROOT", tmp_path)
    with pytest.raises(student.ReleaseError, match="no git clone"):
        student.write_release()
