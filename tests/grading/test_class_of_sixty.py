"""Sixty made hand-ins: each gets its points, and each mistake the sentence that names it."""

import pytest

from tests.grading import class_of_sixty
from tests.grading.test_grade import Class
from utils.grading import results, sandbox

POINTS = {"honest": 30, "tuned": 30, "hinted": 27, "untouched": 0}
POINTS |= {"lazy": 0, "lazy_reads_checks": 0}
POINTS |= {"foreign_ada": 26, "foreign_bob": 23, "foreign_eve": 26, "foreign_cells": 30}


def test_there_are_sixty_and_every_mistake_is_in_one():
    kinds = [wrong for _, wrong in class_of_sixty.made().values()]
    assert len(kinds) == 60
    in_one = {pair for wrong in kinds for pair in wrong.items() if pair[0] != class_of_sixty.SLOW}
    of_all = class_of_sixty.mistakes_1.MISTAKES.items()
    assert in_one == {
        (task, kind) for task, some in of_all for kind in some if task != class_of_sixty.SLOW
    }


@pytest.mark.slow
def test_a_class_of_sixty_gets_its_points_and_its_sentences(tmp_path):
    if sandbox.backend() is None:
        pytest.skip("this machine has no sandbox (no user namespaces)")
    sixty, made = Class(tmp_path), class_of_sixty.made()
    for name, (notebook, _) in made.items():
        sixty.add(name, notebook)
    sixty.grade()
    grades, kinds = list(sixty.grades.values()), {name: wrong for name, (_, wrong) in made.items()}
    print(*class_of_sixty.table(grades, kinds), sep="\n")
    assert sixty.flagged == [] and len(grades) == len(made)
    assert {one.status for one in grades} == {results.GRADED}
    assert {one.student: one.total for one in grades if one.student in POINTS} == {
        name: points for name, points in POINTS.items() if name in made
    }
    assert list(class_of_sixty.surprises(grades, kinds)) == []
