"""The leader-board gives points for what is better by more than luck, and stops no class."""

import csv
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.grading import leader_board, solutions
from utils.grading.leader_board import BETTER, EQUAL, WORSE
from utils.grading.results import Grade
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS

CONTEST = solutions.contest(1)
REFERENCE = {"validation": [0.88, 0.86, 0.90], "test": [0.87, 0.86, 0.91]}
shares = st.lists(st.floats(0, 1), min_size=3, max_size=3)


def graded(name, test, hints=()):
    task = CONTEST.task
    points, deducted = checks.earned(task, checks.CORRECT, hints)
    return Grade(
        name,
        found={task: (checks.CORRECT, "")},
        points={task: points},
        deducted={task: deducted},
        hints={task: list(hints)} if hints else {},
        scores={"validation": test, "test": test},
    )


@given(shares, shares)
def test_who_is_better_makes_the_other_worse(one, other):
    opposite = {BETTER: WORSE, WORSE: BETTER, EQUAL: EQUAL}
    said = leader_board.verdict(one, other)
    assert leader_board.verdict(other, one) == opposite[said]
    assert leader_board.verdict(one, other, lowest_wins=True) == opposite[said]


@given(shares)
def test_the_same_scores_are_equal(scores):
    assert leader_board.verdict(scores, list(scores)) == EQUAL


def test_luck_wins_in_few_of_many_classes():
    rng = np.random.default_rng(0)
    said = [leader_board.verdict(*rng.normal(0.88, 0.03, (2, 3))) for _ in range(4_000)]
    assert 0.005 < said.count(BETTER) / len(said) < 0.03


@pytest.mark.parametrize(
    ("test", "hints", "points", "status"),
    [
        ([0.97, 0.98, 0.97], (), 4, checks.CORRECT),
        ([0.97, 0.98, 0.97], (1, 2, 3), 2.5, checks.CORRECT),
        ([0.90, 0.88, 0.91], (), 2, checks.CORRECT),
        ([0.50, 0.51, 0.52], (), 0, checks.NOT_YET),
    ],
)
def test_points_follow_the_rule(test, hints, points, status):
    grade = graded("ada", test, hints)
    for _ in range(2):  # who grades twice gives the same
        leader_board.settle(CONTEST, [grade], REFERENCE)
        assert grade.points == {CONTEST.task: points}
        assert grade.found[CONTEST.task][0] == status
    assert "on hidden data, the course's LSTM 0.880 ± 0.026" in grade.found[CONTEST.task][1]


def test_who_is_equal_shares_a_rank_and_the_page_says_so(tmp_path):
    grades = [
        graded("worst", [0.5, 0.51, 0.52]),
        graded("best<b>", [0.97, 0.98, 0.97]),
        graded("second", [0.97, 0.975, 0.968]),
        Grade("absent"),
    ]
    leader_board.write(tmp_path, 1, CONTEST, grades, REFERENCE)
    rows = list(csv.reader((tmp_path / "leader_board.csv").open(encoding="utf-8")))
    ranks = {name: rank for rank, name, *_ in rows[1:]}
    assert ranks == {"best<b>": "1", "second": "1", "the course's LSTM": "3", "worst": "4"}
    page = (tmp_path / "leader_board.html").read_text(encoding="utf-8")
    assert "best&lt;b&gt;" in page and "0.973 ± 0.006" in page and "absent" not in page


def test_the_reference_is_measured_once(monkeypatch, tmp_path):
    monkeypatch.setattr(leader_board.paths, "GRADES", tmp_path)
    seen = []

    def scores(answer, seed):
        seen.append(seed)
        return {"validation": 0.8, "test": answer(seed)}

    contest = SimpleNamespace(seeds=(1, 2, 3), scores=scores, reference=lambda seed: seed / 10)
    first = leader_board.reference(contest, 1, "one")
    assert first == {"validation": [0.8] * 3, "test": [0.1, 0.2, 0.3]} and seen == [1, 2, 3]
    assert leader_board.reference(contest, 1, "one") == first and len(seen) == 3
    leader_board.reference(contest, 1, "two")  # something that grades depend on has changed
    assert len(seen) == 6
    (tmp_path / "homework_1" / "reference.json").write_text("{")
    assert leader_board.reference(contest, 1, "two") == first


@pytest.mark.parametrize(
    ("number", "n_hidden", "least", "most"), [(1, 1_000, 0.4, 0.6), (2, 2_000, 2.0, 3.5)]
)
def test_hidden_data_are_no_part_of_what_an_answer_learns_from(number, n_hidden, least, most):
    given_to = []

    def improve(inputs, targets, new_inputs, seed):
        given_to.extend([inputs, targets, new_inputs])
        return np.zeros(len(new_inputs))

    scores = solutions.contest(number).scores(improve, seed=1)
    inputs, targets, new_inputs = given_to
    assert set(inputs) == set(targets) == {"train", "validation"}
    learned = {str(row) for part in inputs.values() for row in part}
    hidden = [str(row) for row in new_inputs[len(inputs["validation"]) :]]
    assert len(hidden) == n_hidden and len(set(hidden) & learned) < 10
    assert least < scores["test"] < most


@pytest.mark.parametrize("number", HOMEWORKS)
def test_the_contest_is_that_of_the_task_with_points_to_win(number):
    tasks = HOMEWORKS[number].tasks
    open_tasks = [name for name, task in tasks.items() if task.points_to_win]
    assert open_tasks == [solutions.contest(number).task] == [list(tasks)[-1]]


@pytest.mark.parametrize("answer", [lambda *_, seed: None, lambda *_, seed: np.full(1_300, "a")])
def test_what_is_no_probability_is_no_score(answer):
    with pytest.raises(checks.NotYet):
        CONTEST.scores(answer, seed=1)
