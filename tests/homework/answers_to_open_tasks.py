"""Answers to the open tasks: right ones of other habits, and mistakes, as in answers_1."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from tests.homework.answers_1 import changeable
from utils.homework.homework_2.improve import REF


@changeable
def linear(
    texts, labels, new_texts, seed, answer=lambda model, new: model.predict_proba(new)[:, 1]
):
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=50, random_state=seed))
    model.fit(texts["train"], labels["train"])
    return answer(model, new_texts)


@changeable
def network(
    texts, labels, new_texts, seed, seeded=keras.utils.set_random_seed, epochs=25, flip=False
):
    read = layers.TextVectorization(output_sequence_length=8)
    read.adapt(texts["train"])
    seeded(seed)
    stack = [layers.Embedding(read.vocabulary_size(), 16, mask_zero=True), layers.GRU(16)]
    model = keras.Sequential([*stack, layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(0.02), loss="binary_crossentropy")
    learned = 1 - labels["train"] if flip else labels["train"]
    model.fit(read(tf.constant(texts["train"])), learned, epochs=epochs, verbose=0)
    return model.predict(read(tf.constant(list(new_texts))), verbose=0)[:, 0]


def by_tf_data(texts, labels, new_texts, seed):
    keras.utils.set_random_seed(seed)
    words = layers.TextVectorization(output_mode="multi_hot")
    words.adapt(texts["train"])
    model = keras.Sequential([layers.Dense(8, "tanh"), layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    rows = tf.data.Dataset.from_tensor_slices((texts["train"], labels["train"]))
    rows = rows.shuffle(240, seed=seed).batch(16).map(lambda text, label: (words(text), label))
    model.fit(rows, epochs=20, verbose=0)
    found = model.predict(words(tf.constant(list(new_texts))), verbose=0)
    return [float(probability) for [probability] in found]


def of_the_batch(texts, labels, new_texts, seed):
    found = linear()(texts, labels, new_texts, seed)
    return np.clip(found + 0.1 * np.linspace(-1, 1, len(found)), 0, 1)


@changeable
def boosted(scans, mm, new_scans, seed, answer=lambda predicted, new: predicted, target=np.array):
    def table(hours):
        return [np.nanmean(hour, axis=0) for hour in hours]

    model = HistGradientBoostingRegressor(random_state=seed, min_samples_leaf=5)
    model.fit(table(scans["train"]), target(mm["train"]))
    return answer(np.maximum(model.predict(table(new_scans)), 0), new_scans)


@changeable
def of_ref(
    scans, mm, new_scans, seed, seeded=keras.utils.set_random_seed, epochs=60, back=np.expm1
):
    def series(hours):
        rows = [np.nan_to_num(hour[:, REF] / 40) for hour in hours]
        return keras.utils.pad_sequences(rows, padding="post", dtype="float32", maxlen=19)[
            ..., None
        ]

    seeded(seed)
    stack = [layers.Masking(), layers.LSTM(8), layers.Dense(1)]
    model = keras.Sequential([keras.Input((19, 1)), *stack])
    model.compile(keras.optimizers.Adam(0.02), loss="mae")
    model.fit(series(scans["train"]), np.log1p(mm["train"]), epochs=epochs, verbose=0)
    found = model.predict(series(new_scans), verbose=0)[:, 0]
    return np.maximum(back(found), 0)


UNUSUAL = {"1.13": [linear(), network(), by_tf_data], "2.12": [boosted(), of_ref()]}
MISTAKES = {
    "1.13": [
        (linear(answer=lambda model, new: model.predict_proba(new)), "the shape is (41, 2)"),
        (linear(answer=lambda model, new: model.predict_proba(new)[:, 1:]), "return its [:, 0]"),
        (linear(answer=lambda model, new: model.predict_proba(new)[:, 0]), 'of "negative"'),
        (linear(answer=lambda model, new: model.decision_function(new)), "a sigmoid makes them"),
        (linear(answer=lambda model, new: np.full(len(new), np.nan)), "are missing (NaN)"),
        (linear(answer=lambda model, new: np.arange(len(new)) % 3 / 2), "train it for more epochs"),
        (network(seeded=lambda seed: None, epochs=8), "call tf.keras.utils.set_random_seed(seed)"),
        (network(flip=True), 'of "negative"'),
        (of_the_batch, "let no text depend on the others"),
    ],
    "2.12": [
        (of_ref(back=lambda logs: logs), "np.expm1 leads back to mm"),
        (of_ref(epochs=0), "train it for more epochs"),
        (of_ref(seeded=lambda seed: None, epochs=20), "call tf.keras.utils.set_random_seed(seed)"),
        (boosted(answer=lambda mm, new: mm[:, None]), "return its [:, 0]"),
        (boosted(answer=lambda mm, new: mm - 5), "nothing falls below 0 mm"),
        (boosted(answer=lambda mm, new: mm * np.nan), "are missing (NaN)"),
        (boosted(answer=lambda mm, new: mm[:-1]), "the shape is (40,)"),
        (boosted(answer=lambda mm, new: np.full(len(mm), 5.0)), "the median alone gives"),
        (boosted(answer=lambda mm, new: mm + np.arange(len(mm)) / 50), "hour depend on the others"),
    ],
}
