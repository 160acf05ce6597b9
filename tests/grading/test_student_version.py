"""What students get: made from the solutions, with gaps."""

import nbformat
import pytest
from nbgrader.nbgraderformat.v3 import MetadataValidatorV3

from utils import paths
from utils.__main__ import main
from utils.course import run
from utils.grading import student_version
from utils.grading.solutions import solution as read_solution
from utils.homework.homeworks import HOMEWORKS


@pytest.fixture(params=HOMEWORKS)
def number(request):
    return request.param


@pytest.fixture
def solution(number):
    return read_solution(number)


def sources(notebook):
    return [(cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]


def test_the_committed_version_is_the_one_that_the_solution_makes(number, solution):
    committed = nbformat.read(HOMEWORKS[number].tasks_notebook, as_version=4)
    made = student_version.student_version(solution)
    assert sources(committed) == sources(made), "run: make student"


def test_every_students_notebook_has_a_solution():
    committed = set(paths.HOMEWORK.rglob("*_tasks.ipynb"))
    assert committed == {homework.tasks_notebook for homework in HOMEWORKS.values()}


def test_solutions_hidden_tests_and_outputs_are_gone(solution):
    made = student_version.student_version(solution)
    text = "\n".join(cell.source for cell in made.cells)
    assert "SOLUTION" not in text and "HIDDEN" not in text
    assert "Marking" not in text
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in made.cells)
    n_gaps = sum("raise NotImplementedError(" in cell.source for cell in made.cells)
    assert n_gaps == sum("def " in s and "BEGIN SOLUTION" in s for _, s, _ in sources(solution))
    assert "raise NotImplementedError()" not in text, "a gap without a sentence"


def test_the_cells_are_in_nbgraders_format_with_the_points_of_the_checks(number, solution):
    MetadataValidatorV3().validate_nb(solution)
    points = {
        cell.metadata.nbgrader.grade_id.removeprefix("check-").replace("-", "."): cell
        for cell in solution.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("check-")
    }
    tasks = HOMEWORKS[number].tasks
    assert points.keys() == tasks.keys()
    for task, cell in points.items():
        assert cell.metadata.nbgrader.points == tasks[task].points
        assert f'check("{task}")' in cell.source


def test_a_solution_that_is_not_closed_is_refused(solution):
    gap = next(cell for cell in solution.cells if "### END SOLUTION" in cell.source)
    gap.source = gap.source.replace("### END SOLUTION", "")
    with pytest.raises(RuntimeError, match="end solution"):
        student_version.student_version(solution)


def test_students_versions_are_not_among_the_notebooks_that_are_run():
    folders = {path.relative_to(paths.NOTEBOOKS).parts[0] for path in run.notebooks()}
    assert "solutions" in folders and "homework" not in folders


def test_answers_in_a_students_version_that_is_written_anew_are_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(paths, "HOMEWORK", tmp_path / "homework")
    monkeypatch.setattr(paths, "REPLACED", tmp_path / "replaced")
    assert main(["student"]) == 0
    assert {kept for _, kept in student_version.write_student_versions()} == set()
    path = next((tmp_path / "homework").rglob("homework_1_tasks.ipynb"))
    made = path.read_text(encoding="utf-8")
    path.write_text("answers", encoding="utf-8")
    capsys.readouterr()
    assert main(["student"]) == 0
    [kept] = (tmp_path / "replaced").iterdir()
    assert kept.read_text(encoding="utf-8") == "answers" and str(kept) in capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == made
