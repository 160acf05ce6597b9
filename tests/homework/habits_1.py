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
from scipy.special import expit

from tests.homework.answers_1 import KINDS, REFERENCE, lstm, trainer

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


def mean_by_masked_array(states, tokens):
    absent = np.repeat(tokens[..., None] == 0, states.shape[-1], axis=-1)
    return np.ma.array(states, mask=absent).mean(axis=1).filled(0)


def mean_by_einsum(states, tokens):
    words = (tokens > 0).astype("float64")
    n_words = words.sum(axis=1, keepdims=True)
    return np.einsum("nth,nt->nh", states, words) / np.where(n_words == 0, 1, n_words)


class MeanByLoop:
    def __call__(self, states, tokens):
        found = []
        for state, token in zip(states, tokens, strict=True):
            kept = state[np.nonzero(token)]
            found.append(kept.mean(axis=0).tolist() if kept.size else [0] * state.shape[1])
        return found


def lstm_by_slices(x, h, c, weights):
    kernel, recurrent, bias = (np.float32(weight) for weight in weights)
    z, n = np.dot(x, kernel) + np.dot(h, recurrent) + bias, h.shape[-1]
    i, f, o = expit(z[:, :n]), expit(z[:, n : 2 * n]), expit(z[:, 3 * n :])
    new = np.add(f * c, i * np.tanh(z[:, 2 * n : 3 * n]))
    return [(o * np.tanh(new)).tolist(), new.astype("float32")]


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


HABITS = {
    "1.1": [split_by_numbers, split_as_index],
    "1.2": [vocabulary_by_hand],
    "1.3": [encoded_as_table, encoded_as_tensor],
    "1.4": [mean_by_masked_array, mean_by_einsum, MeanByLoop()],
    "1.5": [lstm_by_slices, lstm()],
    "1.6": [deep, one_hot],
    "1.7": [train_by_checkpoint, trainer(patience=0)],
    "1.8": [compared_with_more],
    "1.9": [worst_by_heap],
    "1.10": [written_as_text],
}
