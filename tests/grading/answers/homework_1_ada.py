"""Right answers to the tasks of homework 1, written with pandas and scikit-learn."""

import csv

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
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


def bag_of_words(texts, labels, new_texts):
    counter = TfidfVectorizer(sublinear_tf=True)
    regression = LogisticRegression(C=10)
    regression.fit(counter.fit_transform(texts), labels)
    of_each_class = pd.DataFrame(
        regression.predict_proba(counter.transform(new_texts)), columns=regression.classes_
    )
    return of_each_class[1].to_numpy()


def probability_by_word(tokens, weights):
    embedded = weights[0][tokens]
    units = weights[2].shape[0]
    both = np.concatenate(weights[1:3], axis=0)
    squash = np.vectorize(lambda value: 1 / (1 + np.exp(-value)))
    hidden, cell = np.zeros(units), np.zeros(units)
    outputs = np.empty(len(tokens))
    for step, vector in enumerate(embedded):
        z = np.concatenate([vector, hidden]) @ both + weights[3]
        forget, keep = squash(z[units : 2 * units]), squash(z[:units])
        cell = np.multiply(forget, cell) + np.multiply(keep, np.tanh(z[2 * units : 3 * units]))
        hidden = squash(z[3 * units :]) * np.tanh(cell)
        outputs[step] = squash(hidden @ weights[4][:, 0] + weights[5])[0]
    return outputs


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


def experiment(texts, labels, seeds, epochs):
    lookup = fit_vocabulary(texts, 300)
    arrays = {part: (encode(texts[part], lookup, 30), labels[part]) for part in texts}
    lines, networks = [], {}
    for kind in ["simple_rnn", "lstm"]:
        for seed in seeds:
            keras.utils.set_random_seed(seed)
            network = build_classifier(kind, 300)
            train_classifier(network, arrays, epochs)
            said = network.predict(arrays["validation"][0], verbose=0).ravel() > 0.5
            lines.append({"model": kind, "score": accuracy_score(labels["validation"], said)})
            networks.setdefault(kind, network)
    said = bag_of_words(texts["train"], labels["train"], texts["validation"]) > 0.5
    lines += [{"model": "bag_of_words", "score": accuracy_score(labels["validation"], said)}] * 2
    table = pd.DataFrame(lines).groupby("model")["score"].agg(mean="mean", sd="std")
    best = table.sort_values("mean").index[-1]
    if best in networks:
        said = networks[best].predict(arrays["test"][0], verbose=0).ravel()
    else:
        said = bag_of_words(texts["train"], labels["train"], texts["test"])
    return {"table": table, "chosen": best, "test": accuracy_score(labels["test"], said > 0.5)}


def learning_curves(histories):
    long = pd.concat({model: pd.DataFrame(of_one) for model, of_one in histories.items()})
    fig, panels = plt.subplots(ncols=2, sharey=True, figsize=(9, 3))
    for ax, column in zip(panels, ["loss", "val_loss"], strict=True):
        for model, curve in long[column].groupby(level=0):
            ax.plot(curve.index.get_level_values(1) + 1, curve.to_numpy(), label=model)
        ax.set(title=column, xlabel="epoch", ylabel="cross-entropy")
    fig.legend(*panels[0].get_legend_handles_labels())
    return fig


def improve(texts, labels, new_texts, seed):
    weighted = TfidfVectorizer(ngram_range=(1, 3), sublinear_tf=True)
    rows = weighted.fit_transform(texts["train"])
    model = LogisticRegression(C=30, random_state=seed).fit(rows, labels["train"])
    return model.predict_proba(weighted.transform(new_texts))[:, 1].round(4)
