"""Right answers to the tasks of homework 1, written with pandas and scikit-learn."""

import csv

import keras
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import GroupShuffleSplit


def split_rows(reviews, seed):
    groups = reviews["review"].astype("category").cat.codes.to_numpy()
    everything = np.arange(len(reviews))
    outer = GroupShuffleSplit(n_splits=1, test_size=0.2, random_state=seed)
    train, rest = next(outer.split(everything, groups=groups))
    inner = GroupShuffleSplit(n_splits=1, test_size=0.5, random_state=seed + 1)
    first, second = next(inner.split(rest, groups=groups[rest]))
    return train, rest[first], rest[second]


def fit_vocabulary(parts, n_words):
    counter = CountVectorizer(token_pattern=r"\S+", lowercase=False).fit(parts["train"])
    totals = counter.transform(parts["train"]).sum(axis=0).A1
    ranked = pd.Series(totals, index=counter.get_feature_names_out())
    ranked = ranked.sort_values(ascending=False, kind="stable")
    return ["", "[UNK]"] + ranked.index[: n_words - 2].tolist()


def encode(texts, vocabulary, length):
    lookup = pd.Series(range(len(vocabulary)), index=vocabulary)
    rows = []
    for text in texts:
        found = lookup.reindex(text.split()).fillna(1).astype(int).tolist()
        found = found[max(0, len(found) - length) :]
        rows.append(found + [0] * (length - len(found)))
    return np.array(rows)


def mean_of_words(states, tokens):
    blanked = np.where(np.expand_dims(tokens > 0, 2), states, np.nan)
    means = np.full((states.shape[0], states.shape[2]), 0.0)
    for n in range(len(means)):
        if tokens[n].any():
            means[n] = np.nanmean(blanked[n], axis=0)
    return means


def lstm_step(x, h, c, weights):
    units = h.shape[1]
    z = np.concatenate([x, h], axis=1) @ np.concatenate(weights[:2], axis=0) + weights[2]
    squash = np.vectorize(lambda value: 1 / (1 + np.exp(-value)))
    forget, keep = squash(z[:, units : 2 * units]), squash(z[:, :units])
    cell = np.multiply(forget, c) + np.multiply(keep, np.tanh(z[:, 2 * units : 3 * units]))
    return squash(z[:, 3 * units :]) * np.tanh(cell), cell


def build_classifier(kind, n_words):
    names = {"simple_rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}
    words = keras.Input((None,), dtype="int32")
    vectors = keras.layers.Embedding(n_words, 24, mask_zero=True)(words)
    last = getattr(keras.layers, names[kind])(20)(vectors)
    model = keras.Model(words, keras.layers.Dense(1, "sigmoid")(last))
    model.compile(keras.optimizers.RMSprop(1e-2), keras.losses.BinaryCrossentropy())
    return model


def train_classifier(model, parts, epochs):
    inputs, labels = parts["train"]
    best_loss, best_weights = np.inf, None
    for _ in range(epochs):
        model.fit(inputs, labels, epochs=1, verbose=0)
        watched = model.evaluate(*parts["validation"], verbose=0, return_dict=True)["loss"]
        if watched < best_loss:
            best_loss, best_weights = watched, model.get_weights()
    model.set_weights(best_weights)


def compare(builders, train_and_score, seeds):
    lines = []
    for seed in seeds:
        for name in builders:
            keras.utils.set_random_seed(seed)
            lines.append({"model": name, "score": train_and_score(builders[name](), seed)})
    by_model = pd.DataFrame(lines).groupby("model")["score"]
    return by_model.agg(mean="mean", sd="std")


def worst_mistakes(labels, probabilities, n):
    table = pd.DataFrame({"label": labels, "p": probabilities})
    wrong = table[(table["p"] > 0.5) != (table["label"] == 1)]
    sure = (wrong["p"] - 0.5).abs().sort_values(ascending=False)
    return sure.index[:n].to_numpy()


def write_predictions(path, rows, probabilities):
    if pd.isna(probabilities).any():
        raise ValueError("a probability is missing")
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["row", "probability", "sentiment"])
        for row, p in zip(rows, probabilities, strict=True):
            out.writerow([row, float(p), "positive" if p > 0.5 else "negative"])
