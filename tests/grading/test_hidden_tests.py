"""Hidden tests take what is right and refuse what only passes for it."""

import keras
import numpy as np
import pandas as pd
import pytest

from tests.grading.answers import homework_1_ada, homework_1_bob, homework_1_eve
from tests.homework import answers_1, habits_1
from utils.grading import solutions
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS
from utils.homework.task import LAYERS

RIGHT = {number: solutions.names_defined(solutions.solution(number)) for number in HOMEWORKS}
# Of the open task, the leader-board is the hidden test.
TASKS = [
    (number, name)
    for number, one in HOMEWORKS.items()
    for name, task in one.tasks.items()
    if not task.points_to_win
]


def reading_padding(kind, n_words):
    layer = getattr(keras.layers, LAYERS[kind])(4)
    read = [keras.layers.Embedding(n_words, 8), layer]
    return keras.Sequential([*read, keras.layers.Dense(1, activation="sigmoid")])


def averaging_padding(kind, n_features):
    layer = getattr(keras.layers, LAYERS[kind])(4, return_sequences=True)
    read = [keras.Input((None, n_features)), layer, keras.layers.GlobalAveragePooling1D()]
    return keras.Sequential([*read, keras.layers.Dense(1)])


def without_training(model, parts, epochs):
    """Leave the model as it is."""


def without_models(texts, labels, seeds, epochs):
    means = {"bag_of_words": 0.7, "simple_rnn": 0.6, "lstm": 0.5}
    table = pd.DataFrame({"mean": means, "sd": dict.fromkeys(means, 0.0)})
    return {"table": table, "chosen": "bag_of_words", "test": 0.5}


def filling_without_networks(scans, mm, seeds, epochs):
    predicted = {way: np.ones((len(seeds), len(mm["validation"]))) for way in ("one", "other")}
    inputs = {part: np.zeros((len(hours), 19, 4)) for part, hours in scans.items()}
    mae = {"one": 0.5, "other": 0.6}
    return {"predicted": predicted, "mae": mae, "chosen": "one", "inputs": inputs}


def experiment_without_models(scans, inputs, mm, seeds, epochs):
    means = {"median": 2.0, "marshall_palmer": 1.9, "simple_rnn": 1.8, "lstm": 1.7}
    table = pd.DataFrame({"mean": means, "sd": dict.fromkeys(means, 0.1)})
    found = {"table": table, "scores": {"simple_rnn": [1.8, 1.8], "lstm": [1.7, 1.7]}}
    return found | {"chosen": "lstm", "test": 1.5, "predicted": np.ones(len(mm["test"]))}


@pytest.mark.parametrize(("number", "task"), TASKS)
def test_each_task_has_one_that_takes_the_solution(number, task):
    answer = RIGHT[number][HOMEWORKS[number].tasks[task].function]
    assert solutions.hidden_tests(number)[task](answer)


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (task, answer)
        for answers in (answers_1.UNUSUAL, habits_1.HABITS)
        for task in answers
        for answer in answers[task]
    ],
)
def test_right_answers_of_other_habits_pass(task, answer):
    assert solutions.hidden_tests(1)[task](answer)


@pytest.mark.parametrize("task", [name for number, name in TASKS if number == 1])
@pytest.mark.parametrize("student", [homework_1_ada, homework_1_bob, homework_1_eve])
def test_other_peoples_right_answers_pass(student, task):
    answer = HOMEWORKS[1].tasks[task].find(vars(student).get)
    assert checks.judge(task, answer) == (checks.CORRECT, "")
    assert solutions.hidden_tests(1)[task](answer)


@pytest.mark.parametrize(
    ("task", "wrong"),
    [
        ("1.1", lambda reviews, seed: [np.arange(3)] * 3),
        ("1.6", reading_padding),
        ("1.7", without_training),
        ("1.11", without_models),
        ("2.7", averaging_padding),
        ("2.10", filling_without_networks),
        ("2.11", experiment_without_models),
    ],
)
def test_a_wrong_answer_is_refused(task, wrong):
    assert not solutions.hidden_tests(int(task[0]))[task](wrong)
