"""What the checks say: to right answers, to mistakes, to nonsense; and the hints."""

import numpy as np
import pandas as pd
import pytest

import __main__
from tests.homework import (
    answers_1,
    answers_2,
    answers_to_open_tasks,
    habits_1,
    habits_2,
    mistakes_1,
)
from tests.homework.solved import reference
from utils.homework import checks

TASKS = pytest.mark.parametrize("number", checks.TASKS)
UNUSUAL = [
    (number, answer)
    for answers in (
        answers_1.UNUSUAL,
        answers_2.UNUSUAL,
        answers_to_open_tasks.UNUSUAL,
        habits_1.HABITS,
        habits_2.HABITS,
    )
    for number in answers
    for answer in answers[number]
]
MISTAKES = answers_1.MISTAKES | answers_2.MISTAKES | answers_to_open_tasks.MISTAKES


def unwritten(*given, **named):
    raise NotImplementedError("return something")


@TASKS
def test_the_reference_answer_is_correct_and_a_stub_not_attempted(number):
    assert checks.judge(number, reference(number)) == (checks.CORRECT, "")
    for answer in (unwritten, None):
        assert checks.judge(number, answer) == (checks.NOT_ATTEMPTED, "")


@pytest.mark.parametrize(("number", "answer"), UNUSUAL)
def test_an_unusual_answer_is_correct(number, answer):
    assert checks.judge(number, answer) == (checks.CORRECT, "")


@pytest.mark.parametrize(
    ("number", "answer", "words"),
    [(number, *mistake) for number in MISTAKES for mistake in MISTAKES[number]],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::UserWarning")
def test_a_mistake_gets_its_sentence(number, answer, words):
    status, reason = checks.judge(number, answer)
    assert status == checks.NOT_YET
    assert words in reason


@pytest.mark.parametrize(
    ("number", "kind"),
    [(number, kind) for number in mistakes_1.MISTAKES for kind in mistakes_1.MISTAKES[number]],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::UserWarning")
def test_what_people_write_instead_of_the_solution_gets_its_sentence(number, kind):
    words, _ = mistakes_1.MISTAKES[number][kind]
    status, reason = checks.judge(number, mistakes_1.wrong_answer(number, kind))
    assert (status, words in reason) == (checks.NOT_YET, True), reason


@TASKS
def test_nonsense_gets_a_sentence_of_the_check(number):
    uneven, empty = [[1], [2, 3]], pd.DataFrame()
    for nonsense in (None, 0.5, "text", [], {}, uneven, np.full((3, 4), np.nan), empty):
        status, reason = checks.judge(number, lambda *given, it=nonsense, **named: it)
        assert status == checks.NOT_YET
        assert " stopped with " not in reason


@TASKS
def test_a_crash_is_told_with_its_line(number):
    def crashes(*given, **named):
        return {}["no such key"]

    assert checks.judge(number, crashes) == (
        checks.NOT_YET,
        f"{checks.TASKS[number].function} stopped with KeyError: 'no such key', in the line: "
        'return {}["no such key"]',
    )


def test_check_prints_its_verdict_on_the_function_in_the_notebook(monkeypatch, capsys):
    monkeypatch.setattr(__main__, "gain", reference("2.9"), raising=False)
    assert checks.check("2.9")
    monkeypatch.setattr(__main__, "gain", lambda *scores: None)
    assert not checks.check("2.9")
    assert capsys.readouterr().out.splitlines() == [
        "2.9 correct, 2 points",
        "2.9 not yet: return three things: the gain, its standard error, and whether it is kept",
    ]


@pytest.mark.parametrize(
    ("number", "former", "present"),
    [
        ("1.6", "build_reader", "build_classifier"),
        ("1.7", "train_reader", "train_classifier"),
        ("2.7", "build_reader", "build_regressor"),
    ],
)
def test_notebooks_handed_out_earlier_use_former_names(monkeypatch, number, former, present):
    monkeypatch.setattr(__main__, former, lambda *given, **named: {}["former"], raising=False)
    assert f"{present} stopped with KeyError: 'former'" in checks.verdict(number)[1]
    monkeypatch.setattr(__main__, present, lambda *given, **named: {}["present"], raising=False)
    assert f"{present} stopped with KeyError: 'present'" in checks.verdict(number)[1]


@pytest.fixture
def hints(monkeypatch, capsys):
    """A function: lines that `hint` prints in a notebook that has asked for none before."""
    monkeypatch.setattr(checks, "_hints_given", {})

    def hints(*given, **named):
        capsys.readouterr()
        checks.hint(*given, **named)
        return capsys.readouterr().out.splitlines()

    return hints


@TASKS
def test_the_third_hint_says_its_price_and_comes_only_if_it_is_asked_for(hints, number):
    task = checks.TASKS[number]
    told = [f"{number} hint {n} of 3: {text}" for n, text in enumerate(task.hints, 1)]
    assert hints(number) == told[:1]
    assert hints(number) == told[:2]
    for _ in range(3):
        *before, price = hints(number)
        assert before == told[:2] and task.hints[2] not in price
        cost = f"costs {task.third_hint_costs:g} of the {task.points} points"
        assert cost in price and f"hint('{number}', third=True) gives it" in price
    assert checks.hints_asked() == {number: [1, 2]}
    assert hints(number, third=True) == told
    assert hints(number) == told
    assert checks.hints_asked() == {number: [1, 2, 3]}


def test_the_third_hint_alone_leaves_the_free_ones(hints):
    task = checks.TASKS["2.9"]
    assert hints("2.9", third=True) == [f"2.9 hint 3 of 3: {task.hints[2]}"]
    assert [line[:10] for line in hints("2.9")] == ["2.9 hint 1", "2.9 hint 3"]
    assert checks.hints_asked() == {"2.9": [1, 3]}


def test_a_demonstration_spends_no_hint(hints):
    for _ in range(4):
        told = " ".join(hints())
    assert "These two are free" in told and "third of the task's points" in told
    assert checks.hints_asked() == {}


@TASKS
def test_the_third_hint_costs_a_third_of_a_right_answer(number):
    task = checks.TASKS[number]
    cost = task.third_hint_costs
    assert abs(cost - task.points / 3) <= 0.25 and cost % 0.5 == 0 < cost
    by_check = task.points - task.points_to_win
    assert checks.earned(number, checks.CORRECT, [1, 2]) == (by_check, 0)
    assert checks.earned(number, checks.CORRECT, [3]) == (by_check - cost, cost)
    assert checks.earned(number, checks.CORRECT, [], has_won=True) == (task.points, 0)
    assert checks.earned(number, checks.NOT_YET, [3]) == (0, 0)


def test_check_says_what_the_third_hint_cost(hints, monkeypatch, capsys):
    monkeypatch.setattr(__main__, "gain", reference("2.9"), raising=False)
    hints("2.9", third=True)
    assert checks.check("2.9")
    assert capsys.readouterr().out == "2.9 correct: 1.5 of 2 points, as its third hint costs 0.5\n"


@pytest.mark.parametrize("ask", [checks.check, checks.verdict, checks.hint])
def test_an_unknown_number_is_refused(ask):
    with pytest.raises(ValueError, match="there is no task '1.14'; there are 1.1, 1.2"):
        ask("1.14")
