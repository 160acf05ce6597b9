"""Task 1.8: the same seeds for every model, a fresh model for each, mean and sd."""

import random
import uuid
from functools import partial

import numpy as np
import pandas as pd

from utils.homework.task import Task, expect, expect_none_of, numbers

SCORES = {("a", 3): 0.7, ("a", 1): 0.8, ("a", 8): 0.9}
SCORES |= {("b", 3): 0.6, ("b", 1): 0.6, ("b", 8): 0.9}
OTHER_SCORES = {("c", 5): 0.1, ("c", 2): 0.3}
# What stands in the place of (0.8, 0.7) and of (0.1, 0.1732).
MEANS = [
    ((0.9, 0.9), "you report the best seed; luck is not a result: report the mean"),
    ((0.8, 0.6), "this is the median: report the mean"),
]
SDS = [
    (
        (0.0816, 0.1414),
        "sd is that of all there is (divided by n); three seeds are a sample: divide by n - 1 "
        "(ddof=1)",
    ),
    ((0.0577, 0.1), "sd is the standard error: do not divide by the root of n"),
    ((0.01, 0.03), "sd is the variance: take its root"),
    ((0.1, 0.2), "sd is rounded to one decimal: do not round"),
]


def check(compare):
    """Raise NotYet unless two models that are only names are compared as asked for, twice."""
    mean, sd = _ask(compare, SCORES)
    expect_none_of(MEANS, lambda wrong: np.allclose(mean, wrong))
    expect(np.allclose(mean, [0.8, 0.7]), "the means are wrong")
    expect_none_of(SDS, lambda wrong: np.allclose(sd, wrong, atol=1e-3))
    expect(np.allclose(sd, [0.1, 0.1732], atol=1e-3), "the standard deviations are off")
    mean, sd = _ask(compare, OTHER_SCORES)
    expect(
        np.allclose([mean, sd], [[0.2], [0.1414]], atol=1e-3),
        "another model with two other seeds gets a wrong mean or sd: use the arguments, and "
        "collect the scores anew in each call",
    )


def _ask(compare, scores):
    """(mean, sd) of each model from a comparison in which {(model, seed): score} come true."""
    names, seeds = (tuple(dict.fromkeys(part)) for part in zip(*scores, strict=True))
    drawn = {seed: set() for seed in seeds}
    trained, used = [], set()

    def train_and_score(model, seed):
        expect(isinstance(model, dict), "train_and_score takes a model: call its builder first")
        expect(model["built"] not in used, "one model is trained for several seeds: build it anew")
        used.add(model["built"])
        trained.append((model["name"], seed))
        drawn.setdefault(seed, set()).add(model["first draw"])
        return scores.get((model["name"], seed), 0.5)

    builders = {name: partial(_model_of_nothing, name) for name in names}
    table = compare(builders, train_and_score, seeds=seeds)
    expect(isinstance(table, pd.DataFrame), "return a pandas DataFrame, a row for each model")
    expect(
        sorted(trained) == sorted(scores),
        "each model must be trained once with each of the seeds that are given, and no other",
    )
    expect(
        all(len(draws) == 1 for draws in drawn.values()),
        "two models start from different random numbers with the same seed: call "
        "tf.keras.utils.set_random_seed(seed) right before each is built",
    )
    expect(len(set.union(*drawn.values())) == len(seeds), "models of different seeds start alike")
    expect(
        {"mean", "sd"} <= set(table.columns) and set(table.index) == set(names),
        "the table needs the columns mean and sd and a row named for each model",
    )
    columns = (table.loc[list(names), column] for column in ("mean", "sd"))
    return [numbers(column, (len(names),), "a mean and an sd for each model") for column in columns]


def _model_of_nothing(name):
    """What a builder returns: told apart from others, and by the random numbers it starts from."""
    return {"name": name, "built": uuid.uuid4().hex, "first draw": random.random()}


TASK = Task(
    number="1.8",
    function="compare",
    points=2,
    check=check,
    hints=(
        "What must happen before each model is built, so that all start alike?",
        "tf.keras.utils.set_random_seed(seed), then builders[name](), then train_and_score.",
        "Collect {name: [score of each seed]}; pd.DataFrame(scores) has .mean() and .std(), "
        "which divides by n - 1.",
    ),
)
