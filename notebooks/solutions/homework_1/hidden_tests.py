"""Is an answer that passes its check right for other data, too? For `make grade` alone.

TESTS: {task: function that takes an answer and says whether it is right}.
"""

import tempfile
from copy import deepcopy
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from utils.grading import solutions

right = solutions.names_defined(solutions.solution(1))  # the solution's functions
rng = np.random.default_rng


def split_rows(answer):
    texts = [f"a film seen {n} times" for n in range(300)] + ["a film seen 7 times"] * 40
    reviews = pd.DataFrame({"review": texts, "label": np.arange(340) % 2})
    parts = [set(reviews["review"].iloc[part]) for part in answer(reviews, seed=11)]
    return sum(map(len, parts)) == len(set.union(*parts)) == 300


def fit_vocabulary(answer):
    counts = dict(
        zip("plum pear apple fig quince sloe".split(), rng(21).permutation(6), strict=True)
    )
    words = [word for word, count in counts.items() for _ in range(count + 1)]
    train = [" ".join(words[::2]), " ".join(words[1::2])]
    parts = {"train": train, "validation": ["damson"] * 9, "test": ["medlar"] * 9}
    return list(answer(deepcopy(parts), n_words=7)) == list(
        right["fit_vocabulary"](parts, n_words=7)
    )


def encode(answer):
    vocabulary = ["", "[UNK]", *(f"word{n}" for n in range(20))]
    texts = [" ".join(f"word{n}" for n in rng(s).integers(0, 24, s)) for s in range(1, 15)]
    return np.array_equal(answer(texts, vocabulary, 9), right["encode"](texts, vocabulary, 9))


def mean_of_words(answer):
    states = rng(22).normal(size=(6, 9, 4)).astype("float32")
    tokens = np.where(np.arange(9) < np.array([[9], [1], [4], [0], [8], [2]]), 5, 0)
    found = answer(states.copy(), tokens.copy())
    return np.allclose(found, right["mean_of_words"](states, tokens), atol=1e-5)


def lstm_step(answer):
    draw = rng(23).normal
    given = draw(size=(5, 3)), draw(size=(5, 6)), draw(size=(5, 6))
    weights = [draw(size=(3, 24)), draw(size=(6, 24)), draw(size=24)]
    found, expected = answer(*deepcopy((*given, weights))), right["lstm_step"](*given, weights)
    return all(np.allclose(f, e, atol=1e-5) for f, e in zip(found, expected, strict=True))


def compare(answer):
    scores = {
        (name, seed): rng(seed).random() * k for k, name in enumerate("pq", 1) for seed in (4, 6)
    }

    def train_and_score(model, seed):
        return scores[model["name"], seed]

    builders = {name: partial(dict, name=name) for name in "pq"}
    table = answer(builders, train_and_score, seeds=(4, 6))
    by_model = pd.Series(scores).unstack()
    return np.allclose(table.loc[["p", "q"], "mean"].astype(float), by_model.mean(axis=1)) and (
        np.allclose(table.loc[["p", "q"], "sd"].astype(float), by_model.std(axis=1))
    )


def worst_mistakes(answer):
    labels, probabilities = rng(24).integers(0, 2, 60), rng(25).random(60)
    found = answer(labels.copy(), probabilities.copy(), 12)
    return np.array_equal(found, right["worst_mistakes"](labels, probabilities, 12))


def write_predictions(answer):
    rows, probabilities = rng(26).permutation(90)[:20], rng(27).random(20)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "other.csv"
        answer(path, rows, probabilities)
        table = pd.read_csv(path)
    words = np.where(probabilities > 0.5, "positive", "negative")
    return (
        np.array_equal(table["row"], rows)
        and np.allclose(table["probability"], probabilities, atol=1e-3)
        and list(table["sentiment"]) == list(words)
    )


TESTS = {
    "1.1": split_rows,
    "1.2": fit_vocabulary,
    "1.3": encode,
    "1.4": mean_of_words,
    "1.5": lstm_step,
    "1.8": compare,
    "1.9": worst_mistakes,
    "1.10": write_predictions,
}
