"""Is an answer that passes its check right for other data, too? For `make grade` alone.

TESTS: {task: function that takes an answer and says whether it is right}.
"""

import tempfile
from copy import deepcopy
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from utils.grading import solutions
from utils.homework.task import LAYERS, drawn

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


def bag_of_words(answer):
    decide, others = ("plum", "sloe"), [f"word{n}" for n in range(8)]
    labels = rng(22).integers(0, 2, 50)
    texts = [" ".join([*rng(s).choice(others, 3), decide[label]]) for s, label in enumerate(labels)]
    new_labels = rng(28).integers(0, 2, 20)
    new_texts = [f"{decide[label]} unheard {decide[label]}" for label in new_labels]
    found = np.asarray(answer(texts, labels, new_texts))
    return found.shape == (20,) and np.array_equal(found > 0.5, new_labels == 1)


def probability_by_word(answer):
    draw = rng(23).normal
    weights = [draw(size=s) for s in ((9, 5), (5, 24), (6, 24), (24,), (6, 1), (1,))]
    tokens = rng(29).integers(1, 9, 12)
    found = answer(tokens.copy(), deepcopy(weights))
    return np.allclose(found, right["probability_by_word"](tokens, weights), atol=1e-4)


def build_classifier(answer):
    tokens = rng(41).integers(1, 30, (6, 8))
    models = [answer(kind, n_words=30) for kind in LAYERS]
    found = [np.asarray(model(tokens)) for model in models]
    longer = [np.asarray(model(np.pad(tokens, [(0, 0), (0, 3)]))) for model in models]
    return np.shape(found) == (3, 6, 1) and np.allclose(found, longer, atol=1e-5)


def train_classifier(answer):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    model.set_weights([np.zeros((2, 1)), np.zeros(1)])
    model.compile(keras.optimizers.Adam(0.3), "binary_crossentropy", metrics=["accuracy"])
    parts = {}
    for seed, part in enumerate(("train", "validation", "test"), 42):
        inputs = rng(seed).normal(size=(160, 2)).astype("float32")
        parts[part] = inputs, (inputs[:, 1] > 0).astype("float32")
    answer(model, parts, epochs=8)
    inputs, labels = parts["train"]
    return np.mean((np.asarray(model(inputs))[:, 0] > 0.5) == labels) > 0.8


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


def experiment(answer):
    decide, others = ("plum", "sloe"), [f"word{n}" for n in range(8)]
    labels = {
        "train": np.arange(30) % 2,
        "validation": np.arange(14) % 2,
        "test": np.arange(16) % 2,
    }
    texts = {
        part: [" ".join([decide[label], *rng(s).choice(others, 3)]) for s, label in enumerate(of)]
        for part, of in labels.items()
    }
    found = answer(deepcopy(texts), deepcopy(labels), seeds=(7, 8), epochs=1)
    means = found["table"]["mean"].astype(float)
    return means["bag_of_words"] > 0.9 and means[found["chosen"]] == means.max()


def learning_curves(answer):
    parts = ("loss", "val_loss", "accuracy", "val_accuracy")
    histories = {
        model: {part: rng([n, len(part)]).random(9).tolist() for part in parts}
        for n, model in enumerate(("gru", "simple_rnn"), 40)
    }
    found = drawn(answer(deepcopy(histories)))
    ys = [line.y for axes in found for line in axes.lines]
    return all(
        any(y.shape == (9,) and np.allclose(y, history[part]) for y in ys)
        for history in histories.values()
        for part in parts[:2]
    )


TESTS = {
    "1.1": split_rows,
    "1.2": fit_vocabulary,
    "1.3": encode,
    "1.4": bag_of_words,
    "1.5": probability_by_word,
    "1.6": build_classifier,
    "1.7": train_classifier,
    "1.8": compare,
    "1.9": worst_mistakes,
    "1.10": write_predictions,
    "1.11": experiment,
    "1.12": learning_curves,
}
