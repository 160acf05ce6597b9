"""The solutions of a homework: answers, marking schemes, hidden tests, its leader-board."""

import re
import runpy
from functools import cache

import nbformat

from utils import paths
from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import answers, question_of


def solution(number):
    """The notebook of a homework's tasks with their solutions."""
    return nbformat.read(HOMEWORKS[number].tasks_solution, as_version=4)


def names_defined(notebook):
    """{name: object} that the imports and the answers of a notebook of tasks define.

    It executes these cells here: only for notebooks of the course.
    """
    names = {}
    for cell in notebook.cells:
        is_answer = cell.metadata.get("nbgrader", {}).get("solution")
        if cell.cell_type == "code" and (is_answer or "import tensorflow" in cell.source):
            exec(cell.source, names)
    return names


def marking_schemes(number):
    """{question: how its answer in words is marked}."""
    return {
        question: re.sub("### .*", "", text).strip()
        for question, text in answers(solution(number)).items()
    }


@cache
def question_points(number):
    """{question: points of its answer in words}.

    >>> question_points(1).keys() == set(HOMEWORKS[1].questions)
    True
    """
    points = dict.fromkeys(HOMEWORKS[number].questions, 0)
    for cell in solution(number).cells:
        if question := question_of(cell):
            points[question] += cell.metadata.nbgrader.points
    return points


@cache
def hidden_tests(number):
    """{task: function that says whether an answer is right for data that no student has seen}."""
    return _beside(number, "hidden_tests.py")["TESTS"]


@cache
def contest(number):
    """The `leader_board.Contest` of its open task."""
    return _beside(number, "leader_board.py")["CONTEST"]


def _beside(number, name):
    return runpy.run_path(str(paths.SOLUTIONS / HOMEWORKS[number].name / name))
