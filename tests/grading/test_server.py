"""A hand-in's cells run as in Jupyter's kernel: what hand-in takes, grading takes."""

import json
import subprocess
import sys

from tests.homework import beside_answers
from utils import kernels

RUN = """
import json, sys
from utils.grading import server
found = server.execute(json.loads(sys.argv[1]), vars(sys.modules["__main__"]))
print("", json.dumps(found), sep="\\n")
"""


def executed(folder, *cells, run=RUN):
    """What comes of cells, in a process of their own: None, or (number, error, message)."""
    done = subprocess.run(
        [sys.executable, "-c", run, json.dumps(cells)],
        cwd=folder,
        env=kernels.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_what_people_write_into_notebooks_runs(tmp_path):
    assert executed(tmp_path, *([code, False] for code in beside_answers.TAKEN)) is None


def test_what_hand_in_refuses_stops(tmp_path):
    kinds = "StdinNotImplementedError ModuleNotFoundError UsageError SystemExit ValueError".split()
    for code in beside_answers.REFUSED:
        number, kind, _ = executed(tmp_path, ["x = 1", False], [code, False])
        assert number == 1 and kind in kinds


def test_a_cell_that_may_raise_does_not_stop(tmp_path):
    cells = [["1 / 0", True], ["x = 1", False], ["1 / 0", False], ["exit()", False]]
    assert executed(tmp_path, *cells)[:2] == [2, "ZeroDivisionError"]


def test_hints_that_cells_ask_for_are_noted_and_stop_nothing(tmp_path):
    asks = [
        ["from utils.homework.checks import check, hint", False],
        ['hint("2.9", third=True)\nhint("2.8")\nhint()', False],
        ['hint("9.9")\nhint(["2.9"])\nhint(1, 2, 3)', False],
        ['from utils.homework import checks\nchecks.hint("2.7")', False],
    ]
    run = "from utils.homework import checks\n" + RUN.replace("(found)", "(checks.hints_asked())")
    done = executed(tmp_path, *asks, run=run)
    assert done == {"2.7": [1], "2.8": [1], "2.9": [3]}
