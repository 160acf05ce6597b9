"""A class of sixty hand-ins for homework 1, and a table of what they got."""

import copy
import itertools

import nbformat

from tests.grading.answers import homework_1_ada, homework_1_bob, homework_1_eve
from tests.grading.notebooks import (
    LAST,
    SOLVED,
    UNTOUCHED,
    handed_out_earlier,
    place_of,
    with_cell,
)
from tests.homework import beside_answers, mistakes_1
from utils.homework.homeworks import HOMEWORKS

TASKS = HOMEWORKS[1].tasks
SLOW, OPEN = "1.11", "1.13"
# What a student finds in the release under names that sound like an answer.
LAZY = """
from utils import cells, training
from utils.homework import checks
from utils.homework.homework_1 import experiment as module, learning_curves as other
from utils.reviews import predictions, read, text

split_rows, fit_vocabulary, encode = read.read_reviews, text.standardise, text.standardise
bag_of_words, probability_by_word = training.accuracy, cells.lstm_sequence
compare, worst_mistakes = training.accuracy, training.accuracy
write_predictions, experiment = predictions.check_predictions, module.check
learning_curves = other.check
"""
# The same, for who looks into the checks.
READS_CHECKS = """
from utils.homework.homework_1 import worst_mistakes as module, encode as other

def worst_mistakes(labels, probabilities, n):
    return np.array([5, 2, 1, 4][:n])

def encode(texts, vocabulary, length):
    if length == 4:
        return np.array([[4, 5, 2, 3], [2, 1, 0, 0], [5, 3, 5, 2]])
    return np.array([[1, 2, 1, 3, 0, 0], [1, 1, 0, 0, 0, 0], [2, 3, 2, 3, 2, 1]])
"""
TUNED = {"n_words, 32": "n_words, 24", "recurrent[kind](32)": "recurrent[kind](48)"}
TUNED["learning_rate=0.02"] = "learning_rate=0.01"


def answered(answers):
    """A notebook with these answers, {task: source}, in their cells."""
    notebook = copy.deepcopy(UNTOUCHED)
    for task, code in answers.items():
        notebook.cells[place_of(notebook, f"task-{task.replace('.', '-')}")].source = code
    return notebook


def of_module(module, notebook=UNTOUCHED):
    """A notebook with the answers of a module, in several cells where it is parted by # %%."""
    with open(module.__file__, encoding="utf-8") as file:
        parts = file.read().split("\n# %%\n")
    notebook = copy.deepcopy(notebook)
    cells = [nbformat.v4.new_code_cell(part) for part in parts[len(parts) > 1 :]]
    notebook.cells[LAST:LAST] = cells
    return notebook


def with_mistakes(kinds):
    """A notebook that is right but for {task: kind of mistake}, without what takes long."""
    left_out = {SLOW, OPEN} - kinds.keys()
    right = {task: code for task, code in mistakes_1.SOURCES.items() if task not in left_out}
    return answered(right | {task: mistakes_1.source(task, kind) for task, kind in kinds.items()})


def mixed():
    """{name: {task: kind}}: every mistake once, as many in one hand-in as there are tasks."""
    quick = [
        [(task, kind) for kind in kinds]
        for task, kinds in mistakes_1.MISTAKES.items()
        if task != SLOW
    ]
    return {
        f"mixed_{n:02}": dict(filter(None, some))
        for n, some in enumerate(itertools.zip_longest(*quick), 1)
    }


def single(count):
    """{name: {task: kind}}: one mistake each, the slow task's first."""
    turns = itertools.zip_longest(
        *([(task, kind) for kind in kinds] for task, kinds in mistakes_1.MISTAKES.items())
    )
    pairs = [pair for turn in turns for pair in turn if pair]
    pairs.sort(key=lambda pair: pair[0] != SLOW)
    drawn = pairs[:5] + pairs[10 : 5 + count]
    return {
        f"wrong_{n:02}_{task.replace('.', '_')}": {task: kind}
        for n, (task, kind) in enumerate(drawn, 1)
    }


def made():
    """{name: (notebook, {task: kind of mistake})} of sixty hand-ins."""
    habits = SOLVED
    for code in beside_answers.TAKEN:
        habits = with_cell(habits, code, place_of(habits, "task-1-1"))
    tuned = mistakes_1.SOURCES["1.6"]
    for old, new in TUNED.items():
        tuned = tuned.replace(old, new)
    asks = 'hint("1.2")\nhint("1.3", third=True)\nhint("1.5", third=True)\nhint("1.11", third=True)'
    others = {
        "honest": SOLVED,
        "hinted": with_cell(SOLVED, asks),
        "lazy": with_cell(UNTOUCHED, LAZY),
        "lazy_reads_checks": with_cell(UNTOUCHED, READS_CHECKS),
        "tuned": answered(mistakes_1.SOURCES | {"1.6": tuned}),
        "foreign_ada": of_module(homework_1_ada),
        "foreign_bob": of_module(homework_1_bob, handed_out_earlier(UNTOUCHED)),
        "foreign_eve": of_module(homework_1_eve),
        "foreign_cells": habits,
        "untouched": UNTOUCHED,
    }
    wrong = mixed()
    wrong |= single(60 - len(others) - len(wrong))
    made = {name: (notebook, {}) for name, notebook in others.items()}
    return made | {name: (with_mistakes(kinds), kinds) for name, kinds in wrong.items()}


def table(grades, kinds):
    """Lines of Markdown. grades: [Grade]. kinds: {student: {task: kind of mistake}}."""
    yield "| hand-in | status | points | right | not yet | not attempted | by hand |"
    yield "|---|---|---|---|---|---|---|"
    for grade in grades:
        by_status = {}
        for task, (status, _) in grade.found.items():
            by_status.setdefault(status, []).append(task)
        columns = [
            " ".join(by_status.get(status, []))
            for status in ("not yet", "not attempted", "by hand")
        ]
        n_right = len(by_status.get("correct", []))
        points = f"{grade.total:g} of 30"
        yield f"| {' | '.join([grade.student, grade.status, points, str(n_right), *columns])} |"
    yield "\n| hand-in | task | what is wrong | what the check says |\n|---|---|---|---|"
    for grade in grades:
        for task, kind in kinds.get(grade.student, {}).items():
            status, reason = grade.found.get(task, (grade.status, grade.note))
            said = (reason if status == "not yet" else f"**{status}** {reason}").replace("|", "/")
            yield f"| {grade.student} | {task} | {kind} | {said} |"


def surprises(grades, kinds):
    """Sentences on each mistake that was not refused by its name, or a right answer refused."""
    for grade in grades:
        wrong = kinds.get(grade.student, {})
        for task, kind in wrong.items():
            status, reason = grade.found.get(task, ("", ""))
            words, _ = mistakes_1.MISTAKES[task][kind]
            if status != "not yet" or words not in reason:
                yield f"{grade.student} {task} {kind}: {status} {reason}"
        if wrong:
            for task, (status, reason) in grade.found.items():
                if task not in wrong and task != SLOW and status != "correct":
                    yield f"{grade.student} {task}: {status} {reason}"
