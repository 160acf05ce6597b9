"""The record of each homework agrees with what its files hold."""

import subprocess
import sys

import nbformat
import pytest

from utils.homework.homeworks import HOMEWORKS


@pytest.mark.parametrize(("number", "homework"), HOMEWORKS.items())
def test_tasks_with_thirty_points_stand_in_the_notebook(number, homework):
    assert homework.number == number and homework.name == f"homework_{number}"
    assert list(homework.tasks) == [f"{number}.{n}" for n in range(1, len(homework.tasks) + 1)]
    assert sum(task.points for task in homework.tasks.values()) == 30
    notebook = nbformat.read(homework.tasks_solution, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    for task in homework.tasks.values():
        points = f"({task.points} point{'s' * (task.points > 1)})"
        assert f"**Task {task.number} {points}.**" in text
        assert f"def {task.function}(" in text and f'check("{task.number}")' in text
    assert homework.solution.exists()


def test_the_records_and_their_tasks_need_no_tensorflow():
    asks = "import sys, utils.homework.verbs, utils.homework.checks"
    asks += "; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    assert subprocess.call([sys.executable, "-c", asks]) == 0
