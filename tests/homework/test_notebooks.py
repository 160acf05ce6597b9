"""What is no notebook of the homework is refused; answers in words are found."""

import nbformat
import pytest

from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import HandInError, answers, parse


@pytest.mark.parametrize("data", [b"", b"no json", b"3", b'{"cells": 3}', b"\xff\xfe"])
def test_what_is_no_notebook_is_refused(data):
    with pytest.raises(HandInError, match="mine.ipynb: this is not a notebook"):
        parse(data, "mine.ipynb", 1)


@pytest.mark.parametrize("number", HOMEWORKS)
def test_the_checks_tell_whose_notebook_it_is(number):
    path = HOMEWORKS[number].tasks_solution
    notebook = parse(path.read_bytes(), path, number)
    assert list(answers(notebook)) == [f"{number}.11", f"{number}.12"]
    with pytest.raises(HandInError, match=f"the checks of homework {3 - number} are not in it"):
        parse(path.read_bytes(), path, 3 - number)


def test_a_notebook_saved_with_a_byte_order_mark_is_read():
    notebook = nbformat.read(HOMEWORKS[1].tasks_solution, as_version=4)
    data = b"\xef\xbb\xbf" + nbformat.writes(notebook).encode()
    assert parse(data, "mine.ipynb", 1).cells == notebook.cells
