"""Right answers to the tasks of homework 1 in many habits: cells begin with # %%.

Star imports, classes with forward, type hints, decorators, partial and lambda as answers,
GradientTape and tf.data, loops in NumPy, walrus in f-strings, helpers in cells of their own.
"""

# ruff: noqa: E731, F403, F405

# %%
from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import SGDClassifier
from tensorflow import keras
from tensorflow.keras.layers import *
from tensorflow.keras.models import Model

Kind = Literal["simple_rnn", "lstm", "gru"]
PAD, UNK = range(2)


# %%
def timed(function: Callable) -> Callable:
    """A decorator that prints how long a function took."""

    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        start = time.time()
        try:
            return function(*args, **kwargs)
        finally:
            print(f"{function.__name__}: {(took := time.time() - start):.1f} s, {took > 1 = }")

    return wrapped


class Module:
    """As in PyTorch: a call goes to forward."""

    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)


# %%
class Rows(NamedTuple):
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


@timed
def split_rows(reviews: pd.DataFrame, seed: int) -> Rows:
    n = len(unique := sorted(set(reviews["review"])))
    order = np.random.RandomState(seed).permutation(n)
    part_of = {unique[i]: np.digitize(k / n, [0.8, 0.9]) for k, i in enumerate(order)}
    parts = np.array([part_of[text] for text in reviews["review"].values])
    print(f"{(counts := np.bincount(parts))=}, {counts.sum()}")
    return Rows(*(np.where(parts == k)[0] for k in range(3)))


# %%
def words_of(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from text.split()


# %%
@timed
def fit_vocabulary(parts: Mapping[str, list[str]], n_words: int) -> list[str]:
    words, counts = np.unique(list(words_of(parts["train"])), return_counts=True)
    return ["", "[UNK]"] + [str(words[i]) for i in np.argsort(-counts)[: n_words - 2]]


# %%
def encode_one(text: str, numbers: dict[str, int], length: int) -> list[int]:
    row = [numbers.get(w, UNK) for w in text.split()]
    row = row[len(row) - length :] if len(row) > length else row
    while len(row) < length:
        row.append(PAD)
    return row


encode = lambda texts, vocabulary, length: np.array(
    [encode_one(t, {w: i for i, w in enumerate(vocabulary)}, length) for t in texts]
)


# %%
@dataclass
class BagOfWords(Module):
    loss: str = "log_loss"
    options: dict[str, Any] = field(default_factory=dict)

    def forward(self, texts, labels, new_texts):
        vectorizer = CountVectorizer(binary=True)
        classifier = SGDClassifier(loss=self.loss, random_state=0, alpha=1e-2, **self.options)
        classifier.fit(vectorizer.fit_transform(texts), labels)
        return classifier.predict_proba(vectorizer.transform(new_texts)).T[-1]


bag_of_words = BagOfWords()


# %%
class Cell(Module):
    """One step of an LSTM, unit by unit."""

    def __init__(self, kernel, recurrent_kernel, bias):
        self.W, self.U, self.b = kernel, recurrent_kernel, bias

    def forward(self, x: np.ndarray, state: tuple[list, list]) -> tuple[list, list]:
        h, c = state
        n = len(h)
        new_h, new_c = [0.0] * n, [0.0] * n
        for unit in range(n):
            z = []
            for block in range(4):
                column = block * n + unit
                total = self.b[column]
                for k in range(len(x)):
                    total += x[k] * self.W[k, column]
                for k in range(n):
                    total += h[k] * self.U[k, column]
                z.append(total)
            i, f, o = sigmoid(z[0]), sigmoid(z[1]), sigmoid(z[3])
            new_c[unit] = f * c[unit] + i * math.tanh(z[2])
            new_h[unit] = o * math.tanh(new_c[unit])
        return new_h, new_c


# %%
def sigmoid(a: float) -> float:
    return 1.0 / (1.0 + math.exp(-a))


def probability_by_word(tokens: np.ndarray, weights: list[np.ndarray]) -> np.ndarray:
    table, *of_cell, w, d = weights
    cell, found = Cell(*of_cell), []
    state = [0.0] * len(w), [0.0] * len(w)
    for token in tokens:
        state = cell(table[int(token)], state)
        found.append(sigmoid(sum(h * v for h, v in zip(state[0], w[:, 0])) + d[0]))  # noqa: B905
    return np.asarray(found)


# %%
def build(kind: Kind, n_words: int, units: int, rate: float) -> Model:
    match kind:
        case "simple_rnn":
            recurrent = SimpleRNN(units)
        case "lstm":
            recurrent = LSTM(units)
        case _:
            recurrent = GRU(units)
    inputs = Input(shape=(None,), dtype=tf.int32)
    x = Embedding(n_words, units, mask_zero=True)(inputs)
    outputs = Dense(1, activation=tf.nn.sigmoid)(Dropout(0.1)(recurrent(x)))
    model = Model(inputs=inputs, outputs=outputs)
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=keras.losses.BinaryCrossentropy(from_logits=False),
        metrics=[keras.metrics.BinaryAccuracy(name="acc")],
    )
    return model


build_classifier = functools.partial(build, units=16, rate=0.01)


# %%
class Trainer(Module):
    """A training loop of one's own, over tf.data."""

    def batches(self, part, training: bool) -> tf.data.Dataset:
        data = tf.data.Dataset.from_tensor_slices(tuple(part))
        data = data.shuffle(1_000, seed=0) if training else data
        return data.batch(32).prefetch(tf.data.AUTOTUNE)

    def step(self, model, x, y) -> None:
        with tf.GradientTape() as tape:
            p = model(x, training=True)
            y = tf.cast(tf.reshape(y, (-1, 1)), p.dtype)
            loss = tf.reduce_mean(keras.losses.binary_crossentropy(y, p))
        grads = tape.gradient(loss, model.trainable_weights)
        model.optimizer.apply_gradients(zip(grads, model.trainable_weights))  # noqa: B905

    def validate(self, model, data) -> float:
        losses = []
        for x, y in data:
            p = np.clip(model(x, training=False).numpy()[:, 0], 1e-7, 1 - 1e-7)
            losses.extend(-np.log(np.where(np.asarray(y) == 1, p, 1 - p)))
        return float(np.mean(losses))

    def forward(self, model, parts, epochs) -> Model:
        train = self.batches(parts["train"], training=True)
        validation = self.batches(parts["validation"], training=False)
        best = (math.inf, model.get_weights())
        for epoch in range(epochs):
            for x, y in train:
                self.step(model, x, y)
            if (loss := self.validate(model, validation)) < best[0]:
                best = (loss, model.get_weights())
            print(f"epoch {epoch + 1}: {loss:.3f} {'*' if loss == best[0] else ''}")
        model.set_weights(best[1])
        return model


train_classifier = Trainer()


# %%
def compare(
    builders: dict[str, Callable[[], Any]],
    train_and_score: Callable[[Any, int], float],
    seeds: Sequence[int],
) -> pd.DataFrame:
    scores = np.zeros((len(builders), len(seeds)))
    names = list(builders)
    for i, j in np.ndindex(*scores.shape):
        keras.utils.set_random_seed(seeds[j])
        scores[i, j] = train_and_score(builders[names[i]](), seeds[j])
    mean = scores.mean(axis=1)
    sd = np.sqrt(((scores - mean[:, None]) ** 2).sum(axis=1) / max(len(seeds) - 1, 1))
    return pd.DataFrame(np.c_[mean, sd], list(builders), ["mean", "sd"])


# %%
def worst_mistakes(labels: np.ndarray, probabilities: np.ndarray, n: int) -> list[int]:
    said = [1 if p > 0.5 else 0 for p in probabilities]
    wrong = [i for i, (a, b) in enumerate(zip(said, labels)) if a != b]  # noqa: B905
    return sorted(wrong, key=lambda i: -abs(probabilities[i] - labels[i]))[:n]


# %%
def write_predictions(path, rows, probabilities) -> None:
    lines = ["row,probability,sentiment"]
    for row, p in zip(rows, probabilities):  # noqa: B905
        if math.isnan(p):
            raise ValueError(f"{row=}: {p=}")
        lines += [f"{row},{p},{(word := 'positive' if p > 0.5 else 'negative')}"]
        print(f"{row} is {word}")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


# %%
class Experiment(Module):
    length, n_words = 40, 400

    def __init__(self, *kinds: Kind):
        self.kinds = kinds

    @staticmethod
    def accuracy(p, y) -> float:
        return float(((np.ravel(p) > 0.5).astype(int) == np.ravel(y)).mean())

    def forward(self, texts, labels, seeds, epochs) -> dict[str, Any]:
        words = fit_vocabulary(texts, self.n_words)
        data = {k: (encode(texts[k], words, self.length), labels[k]) for k in texts}
        models: dict[str, Model] = {}

        def run(model, seed):
            train_classifier(model, data, epochs)
            return self.accuracy(model(data["validation"][0]), labels["validation"])

        def builder(kind):
            def build_and_keep():
                model = build_classifier(kind, self.n_words)
                models.setdefault(kind, model)
                return model

            return build_and_keep

        table = compare({kind: builder(kind) for kind in self.kinds}, run, seeds)
        bag = functools.partial(bag_of_words, texts["train"], labels["train"])
        table.loc["bag_of_words"] = (
            self.accuracy(bag(texts["validation"]), labels["validation"]),
            0.0,
        )
        match table["mean"].idxmax():
            case "bag_of_words" as chosen:
                p = bag(texts["test"])
            case chosen:
                p = models[chosen](data["test"][0])
        return dict(table=table, chosen=chosen, test=self.accuracy(p, labels["test"]))  # noqa: C408


experiment: Callable[..., dict] = Experiment("simple_rnn", "lstm")


# %%
@plt.rc_context({"font.size": 11})
def learning_curves(histories: dict[str, dict[str, list[float]]]) -> plt.Figure:
    fig, ax = plt.subplots()
    ax.set(xlabel="Epoch", ylabel="Loss")
    for (name, h), colour in zip(histories.items(), plt.cm.tab10.colors):  # noqa: B905
        for key, style in {"loss": ":", "val_loss": "-"}.items():
            ax.plot(1 + np.arange(len(h[key])), h[key], style, c=colour, label=f"{name} {key}")
    ax.legend(title=f"{(n := len(histories))} model{'s' * (n > 1)}")
    return fig


# %%
def improve(
    texts: Mapping[str, Sequence[str]],
    labels: Mapping[str, np.ndarray],
    new_texts: Sequence[str],
    seed: int,
) -> np.ndarray:
    counted = CountVectorizer(ngram_range=(1, 2), binary=True)
    model = SGDClassifier(loss="log_loss", random_state=seed, max_iter=2_000)
    model.fit(counted.fit_transform(texts["train"]), labels["train"])
    return model.predict_proba(counted.transform([*new_texts]))[:, 1]
