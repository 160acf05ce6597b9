"""TensorFlow is set up once for all unit tests, as every notebook does."""

import pytest

import __main__
from utils import reproducible

reproducible.set_up()


@pytest.fixture
def said(monkeypatch, capsys):
    """A function: what the check of a task says to an answer."""
    from utils.homework import checks

    def said(number, answer):
        monkeypatch.setattr(__main__, checks.TASKS[number].asks_for, answer, raising=False)
        is_correct = checks.check(number)
        verdict = capsys.readouterr().out.splitlines()[-1]
        assert verdict.startswith(f"{number} correct") == is_correct
        return verdict

    return said
