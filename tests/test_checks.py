"""What the checks of both homeworks say to right answers of another kind, and to mistakes."""

import pytest

from tests import test_homework_1, test_homework_2

UNUSUAL = test_homework_1.UNUSUAL | test_homework_2.UNUSUAL
MISTAKES = test_homework_1.MISTAKES | test_homework_2.MISTAKES


@pytest.mark.parametrize(
    ("number", "answer"), [(number, answer) for number in UNUSUAL for answer in UNUSUAL[number]]
)
def test_an_unusual_answer_is_correct(said, number, answer):
    assert said(number, answer).startswith(f"{number} correct")


@pytest.mark.parametrize(
    ("number", "answer", "words"),
    [(number, *mistake) for number in MISTAKES for mistake in MISTAKES[number]],
)
def test_a_mistake_gets_its_sentence(said, number, answer, words):
    verdict = said(number, answer)
    assert verdict.startswith(f"{number} not yet: ")
    assert words in verdict
