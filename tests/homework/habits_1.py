"""More right answers to the tasks of homework 1, each of another habit: {task: answers}."""

import heapq
import tempfile
from collections import defaultdict
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers
from matplotlib.figure import Figure
from scipy.special import expit

from tests.homework.answers_1 import KINDS, REFERENCE, trainer

pick = np.random.default_rng


def split_by_numbers(reviews, seed):
    """Each text gets a number and each number a part; rows as Python's own integers."""
    codes, texts = pd.factorize(reviews["review"])
    place = pick(seed).permutation(len(texts)) / len(texts)
    part = np.searchsorted([0.8, 0.9], place, side="right")[codes]
    return [[int(row) for row in np.where(part == n)[0]] for n in range(3)]


def split_as_index(reviews, seed):
    return tuple(pd.Index(part) for part in REFERENCE["split_rows"](reviews, seed))


def vocabulary_by_hand(parts, n_words):
    counts = defaultdict(int)
    for text in parts["train"]:
        for word in text.split(" "):
            counts[word] += 1
    words = sorted(counts, key=lambda word: (-counts[word], word))
    return ("", "[UNK]", *map(np.str_, words))[:n_words]


def encoded_as_table(texts, vocabulary, length):
    number = {word: np.int64(n) for n, word in enumerate(vocabulary)}
    rows = [dict(enumerate(text.split()[-length:])) for text in texts]
    table = pd.DataFrame(rows, columns=range(length))
    numbers = table.apply(lambda words: words.map(number).fillna(1))
    return numbers.where(table.notna(), 0).astype("int64")


def encoded_as_tensor(texts, vocabulary, length=50):
    return tf.constant(REFERENCE["encode"](texts, vocabulary, length), tf.int64)


class Bag:
    """Words as columns of a table, and a regression by gradient descent."""

    def __call__(self, texts, labels, new_texts):
        words = sorted({word for text in texts for word in text.split()})
        x, new = (
            np.array([[text.split().count(word) for word in words] for text in group], float)
            for group in (texts, new_texts)
        )
        w = np.zeros(len(words))
        for _ in range(300):
            w -= 0.5 * x.T @ (expit(x @ w) - labels) / len(x)
        return tf.constant(expit(new @ w), tf.float32)


def by_word_by_slices(tokens, weights):
    """In float32, with generators; a list of Python's own numbers."""
    vectors, kernel, recurrent, bias, w, d = (np.float32(weight) for weight in weights)
    n = recurrent.shape[0]

    def read():
        h, c = np.zeros(n, "float32"), np.zeros(n, "float32")
        for x in vectors[tokens]:
            z = np.dot(x, kernel) + np.dot(h, recurrent) + bias
            i, f, o = expit(z[:n]), expit(z[n : 2 * n]), expit(z[3 * n :])
            c = np.add(f * c, i * np.tanh(z[2 * n : 3 * n]))
            h = o * np.tanh(c)
            yield float(expit(h @ w + d)[0])

    return list(read())


def deep(kind, n_words=400):
    """Two layers, both ways, more words than asked for, the sigmoid as a layer of its own."""
    model = keras.Sequential(name=kind)
    model.add(keras.Input(shape=(None,), dtype="int64"))
    model.add(layers.Embedding(input_dim=n_words + 1, output_dim=4, mask_zero=True))
    model.add(layers.SpatialDropout1D(0.1))
    model.add(layers.Bidirectional(KINDS[kind](3, return_sequences=True, activation="relu")))
    model.add(KINDS[kind](3, dropout=0.2))
    model.add(layers.Dense(4, activation="relu"))
    model.add(layers.Dense(1))
    model.add(layers.Activation("sigmoid"))
    schedule = keras.optimizers.schedules.ExponentialDecay(0.01, 100, 0.9)
    model.compile(
        optimizer=keras.optimizers.Adam(schedule, clipnorm=1.0),
        loss=keras.losses.binary_crossentropy,
        metrics=[keras.metrics.AUC()],
    )
    return model


def one_hot(kind, n_words):
    """Words as one-hot vectors, which need not learn."""
    model = keras.Sequential(
        [
            layers.Embedding(n_words, n_words, "identity", mask_zero=True, trainable=False),
            KINDS[kind](4),
            layers.Dense(1, "sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy")
    return model


def train_by_checkpoint(model, parts, epochs):
    with tempfile.TemporaryDirectory() as folder:
        best = Path(folder) / "best.weights.h5"
        keep = keras.callbacks.ModelCheckpoint(best, save_best_only=True, save_weights_only=True)
        model.fit(
            x=parts["train"][0],
            y=parts["train"][1],
            batch_size=8,
            epochs=epochs,
            validation_data=tuple(parts["validation"]),
            callbacks=[keep],
            shuffle=False,
        )
        model.load_weights(best)
    return model


def compared_with_more(builders, train_and_score, seeds):
    """Columns of objects, and more of them than asked for."""
    rows = []
    for name in builders:
        scores = []
        for seed in list(seeds):
            keras.utils.set_random_seed(seed)
            scores += [float(train_and_score(builders[name](), seed))]
        rows.append({"sd": np.std(scores, ddof=1), "mean": np.mean(scores), "all": scores})
    return pd.DataFrame(rows, index=list(builders), dtype=object)


def worst_by_heap(labels, probabilities, n=5):
    pairs = []
    for row, (label, p) in enumerate(zip(labels, probabilities, strict=True)):
        if (label == 0 and p > 0.5) or (label == 1 and not p > 0.5):
            pairs.append((abs(p - label), row))
    return [np.int32(row) for _, row in heapq.nlargest(n, pairs)]


def written_as_text(path, rows, probabilities):
    if not np.isfinite(probabilities).all():
        raise ValueError
    words = {True: "positive", False: "negative"}
    pairs = zip(rows, probabilities, strict=True)
    lines = [f"{row},{p:.6f},{words[bool(p > 0.5)]}" for row, p in pairs]
    Path(path).write_text("\n".join(["row,probability,sentiment", *lines]), encoding="utf-8")


def curves_in_four_panels(histories):
    """A panel with a title for each line, no legend; a figure that pyplot does not know."""
    figure = Figure()
    panels = figure.subplots(2, len(histories), squeeze=False)
    for column, (model, history) in enumerate(histories.items()):
        for row, part in enumerate(("loss", "val_loss")):
            axes = panels[row, column]
            axes.plot(range(1, 1 + len(history[part])), tf.constant(history[part]), "k-")
            axes.set(title=f"{model}, {part}", xlabel="$t$", ylabel="cross-entropy")
    return figure


HABITS = {
    "1.1": [split_by_numbers, split_as_index],
    "1.2": [vocabulary_by_hand],
    "1.3": [encoded_as_table, encoded_as_tensor],
    "1.4": [Bag()],
    "1.5": [by_word_by_slices],
    "1.6": [deep, one_hot],
    "1.7": [train_by_checkpoint, trainer(patience=0)],
    "1.8": [compared_with_more],
    "1.9": [worst_by_heap],
    "1.10": [written_as_text],
    "1.12": [curves_in_four_panels],
}
