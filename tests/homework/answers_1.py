"""Answers to the tasks of homework 1: right ones of other habits, and mistakes.

REFERENCE: {function: of the solution}. UNUSUAL: {task: right answers}. MISTAKES: {task: [(a wrong
answer, words of the sentence that its check says)]}.
"""

import csv
import functools
import random
from collections import Counter
from itertools import count
from operator import call

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers
from sklearn.model_selection import GroupShuffleSplit, train_test_split

from utils.grading.solutions import names_defined, solution

PARTS = ("train", "validation", "test")
KINDS = {"simple_rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
AVERAGE = layers.GlobalAveragePooling1D(keepdims=True)
seed_keras = keras.utils.set_random_seed
REFERENCE = names_defined(solution(1))


def changeable(answer):
    """A function that returns a right answer with some of its own arguments changed."""
    return lambda **changes: functools.partial(answer, **changes)


@changeable
def split(reviews, seed, shuffle=True, cuts=(0.8, 0.9), first=0, last=None, fixed=None):
    texts = reviews["review"].unique().tolist()
    if shuffle:
        random.Random(fixed() if fixed else seed).shuffle(texts)
    groups = np.split(np.array(texts), [int(cut * len(texts)) for cut in cuts])
    rows = [np.flatnonzero(reviews["review"].isin(group)) for group in groups]
    return [part[:last] + first for part in rows]


@changeable
def split_by_sklearn(reviews, seed, by_text=True, way_back=True):
    def cut(rows, share):
        table = reviews.iloc[rows]
        groups = table["review"] if by_text else table.index
        splitter = GroupShuffleSplit(n_splits=1, test_size=share, random_state=seed)
        return next(splitter.split(rows, groups=groups))

    train, rest = cut(np.arange(len(reviews)), 0.2)
    validation, test = cut(rest, 0.5)
    return (train, rest[validation], rest[test]) if way_back else (train, validation, test)


def split_in_place(reviews, seed):
    texts = reviews["review"].unique().tolist()
    train, rest = train_test_split(texts, test_size=0.2, random_state=seed)
    reviews["part"] = np.where(reviews["review"].isin(train), "train", "test")
    reviews.loc[reviews["review"].isin(rest[: len(rest) // 2]), "part"] = "validation"
    print(reviews.groupby("part").size())
    return tuple(reviews.groupby("part").groups[name].tolist() for name in PARTS)


@changeable
def vocabulary(
    parts, n_words, count=Counter, names=PARTS[:1], start=("", "[UNK]"), keep=-2, glue=" "
):
    words = count(glue.join(text for name in names for text in parts[name]).split())
    return [*start, *(word for word, _ in words.most_common(n_words + keep))]


def vocabulary_by_keras(parts, n_words):
    layer = layers.TextVectorization(max_tokens=n_words, standardize=None)
    layer.adapt(parts.pop("train"))
    return layer.get_vocabulary()


def vocabulary_by_pandas(parts, n_words):
    words = pd.Series(parts["train"]).str.split().explode()
    parts["train"].clear()
    return np.array(["", "[UNK]", *words.value_counts().index[: n_words - 2]])


WORDS = "good film not a".split()


@changeable
def encoded(texts, vocabulary, length, start=0, unknown=1, side="post", cut="pre", dtype="int32"):
    number = {word: index for index, word in enumerate(vocabulary, start)}
    rows = [[number.get(word, unknown) for word in text.split()] for text in texts]
    rows = [[n for n in row if n is not None] for row in rows]
    return keras.utils.pad_sequences(rows, length, dtype, side, cut)


def ragged(texts, vocabulary, length):
    return [[vocabulary.index(w) if w in vocabulary else 1 for w in t.split()] for t in texts]


def encoded_in_lists(texts, vocabulary, length):
    return [(row[-length:] + [0] * length)[:length] for row in ragged(texts, vocabulary, length)]


def encoded_by_keras(texts, vocabulary, length):
    layer = layers.StringLookup(vocabulary=vocabulary, mask_token="")
    rows = tf.ragged.stack([tf.strings.split(text)[-length:] for text in texts])
    return tf.ragged.map_flat_values(layer, rows).to_tensor(shape=(None, length))


@changeable
def mean(states, tokens, mask=lambda states, tokens: tokens[..., None] != 0, n_words=None, least=1):
    kept = mask(states, tokens)
    n = kept.sum(axis=1) if n_words is None else n_words(tokens)
    with np.errstate(invalid="ignore"):
        return (states * kept).sum(axis=1) / np.maximum(n, least)


def mean_by_tf(states, tokens):
    mask = tf.cast(tokens != 0, tf.float32)[..., None]
    return tf.math.divide_no_nan(tf.reduce_sum(states * mask, 1), tf.reduce_sum(mask, 1))


def mean_in_place(states, tokens):
    states[tokens == 0] = 0
    return [s.sum(axis=0) / max(1, (t > 0).sum()) for s, t in zip(states, tokens, strict=True)]


@changeable
def lstm(
    x, h, c, w, order="ifgo", squash=np.tanh, out=np.tanh, old=1, bias=1, give="hc", forget=None
):
    blocks = np.split(x @ w[0] + old * h @ w[1] + bias * w[2], 4, axis=1)
    of = dict(zip(order, blocks, strict=True))
    i, f, o = (1 / (1 + np.exp(-of[gate])) for gate in "ifo")
    new = (forget or f) * c + i * squash(of["g"])
    found = {"c": new, "h": o * out(new), "from old c": o * np.tanh(c)}
    return tuple(found[name] for name in give)


def lstm_by_keras(x, h, c, weights):
    cell = layers.LSTMCell(h.shape[1])
    cell.build(x.shape)
    cell.set_weights(weights)
    return cell(tf.cast(x, "float32"), [tf.cast(h, "float32"), tf.cast(c, "float32")])[1]


def lstm_in_place(x, h, c, weights):
    i, f, g, o = tf.split(tf.matmul(x, weights[0]) + h @ weights[1] + weights[2], 4, axis=-1)
    c *= tf.sigmoid(f).numpy()
    c += (tf.sigmoid(i) * tf.tanh(g)).numpy()
    return [pd.DataFrame(tf.sigmoid(o) * tf.tanh(c)), c]


def classifier(
    *recurrent, loss="binary_crossentropy", last="sigmoid", mask=True, short=0, start="zeros"
):
    def build_classifier(kind, n_words):
        words = layers.Embedding(n_words - short, 8, mask_zero=mask)
        middle = [make(KINDS[kind]) for make in recurrent or [lambda layer: layer(8)]]
        answer = layers.Dense(1, activation=last, kernel_initializer=start)
        model = keras.Sequential([words, *middle, answer])
        model.compile("adam", loss)
        return model

    return build_classifier


class Own(keras.Model):
    """A subclass of Model that reads with a subclass of the layer, by a mask of its own."""

    def __init__(self, kind, n_words):
        super().__init__()
        self.recurrent = [type("MyOwn", (KINDS[kind],), {})(4)]
        self.embed = layers.Embedding(n_words, 4)
        self.answer = layers.Dense(1, activation="sigmoid")

    def call(self, tokens):
        states = self.recurrent[0](self.embed(tokens), mask=tf.not_equal(tokens, 0))
        return self.answer(states)


def subclassed(kind, n_words):
    model = Own(kind, n_words)
    model.compile("sgd", keras.losses.BinaryCrossentropy())
    return model


def functional(kind, n_words, length=None):
    tokens = keras.Input((length,), dtype="int32")
    words = layers.Embedding(n_words, 4, mask_zero=True)(tokens)
    cell = getattr(layers, KINDS[kind].__name__ + "Cell")(4, kernel_regularizer="l2")
    last = layers.Dropout(0.5)(layers.BatchNormalization()(layers.RNN(cell)(words)))
    model = keras.Model(tokens, layers.Dense(1, activation="sigmoid")(last))
    model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
    model.summary()
    return model


@changeable
def trainer(model, parts, epochs, learn=PARTS[:1], watch=PARTS[1], **more):
    data = [np.concatenate(both) for both in zip(*(parts[name] for name in learn), strict=True)]
    options = {"patience": epochs, "restore_best_weights": True} | more
    watched = [keras.callbacks.EarlyStopping(**options)]
    model.fit(*data, epochs=epochs, validation_data=parts[watch], callbacks=watched)


def train_by_hand(model, parts, epochs):
    (inputs, labels), least = parts["train"], np.inf
    for _ in range(epochs):
        with tf.GradientTape() as tape:
            loss = model.compute_loss(y=labels, y_pred=model(inputs, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        loss = model.evaluate(*parts["validation"], verbose=0)[0]
        if loss < least:
            least, best = loss, model.get_weights()
    model.set_weights(best)


def compared(seeded=seed_keras, spread=pd.Series.std, middle=pd.Series.mean, build=call, own=None):
    def compare(builders, train_and_score, seeds):
        rows = {}
        for name, builder in builders.items():
            scores = []
            for seed in own or seeds:
                seeded(seed)
                scores.append(train_and_score(build(builder), seed))
            rows[name] = {"mean": middle(pd.Series(scores)), "sd": spread(pd.Series(scores))}
        return pd.DataFrame.from_dict(rows, orient="index")

    return compare


def compared_in_a_long_table(builders, train_and_score, seeds):
    rows = []
    for seed in seeds:
        for name in reversed(builders):
            seed_keras(seed)
            score = np.float32(train_and_score(model=builders[name](), seed=seed))
            rows.append({"model": name, "score": score})
    return pd.DataFrame(rows).groupby("model")["score"].agg(n="size", mean="mean", sd="std")


@changeable
def worst(labels, p, n, keep=lambda off, p: off > 0.5, key=np.negative, positions=False, most=None):
    off = np.abs(labels - p)
    rows = np.flatnonzero(keep(off, p))
    order = np.argsort(key(off[rows]), kind="stable")
    return (order if positions else rows[order])[: most or n]


def worst_by_pandas(labels, probabilities, n):
    table = pd.DataFrame({"label": labels, "p": probabilities})
    table = table[(table["p"] > 0.5) != table["label"]]
    return (table["p"] - table["label"]).abs().nlargest(n).index


def worst_by_sorting(labels, probabilities, n):
    labels -= (probabilities > 0.5).astype(int)
    wrong = [row for row, label in enumerate(labels) if label]
    return sorted(wrong, key=lambda row: abs(probabilities[row] - 0.5), reverse=True)[:n]


@changeable
def written(path, rows, p, change=lambda t: t, positive=lambda p: p > 0.5, nan=ValueError, **more):
    if nan and np.isnan(p).any():
        raise nan("missing")
    words = np.where(positive(p), "positive", "negative")
    table = pd.DataFrame({"row": rows, "probability": p, "sentiment": words})
    change(table).to_csv(path, **{"index": False} | more)


def written_by_csv(path, rows, probabilities):
    lines = [("row", "probability", "sentiment")]
    for row, p in zip(rows, probabilities, strict=True):
        if p != p:
            raise ValueError(f"row {row} has no probability")
        lines.append((row, p, "positive" if p > 0.5 else "negative"))
    with open(path, "w", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(lines)


MISTAKES = {
    "1.1": [
        (split_by_sklearn(by_text=False), "occurs twice in the file stands in two parts"),
        (split_by_sklearn(way_back=False), "some row stands in two parts, or twice"),
        (split(shuffle=False), "shuffle before you cut"),
        (split(fixed=lambda: 0), "another seed gave the same split"),
        (split(fixed=count().__next__), "the same seed gave another split"),
        (split(cuts=(0.6, 0.8)), "about 80, 10 and 10 %"),
        (split(cuts=(0.8,)), "return three arrays"),
        (split(first=1), "counted from 0"),
    ],
    "1.2": [
        (vocabulary(names=PARTS), "'splendid' never stands in the training part"),
        (vocabulary(start=[], keep=0), "0 is kept for padding"),
        (vocabulary(keep=0), "'' and '[UNK]' count among the six"),
        (vocabulary(glue=""), "is no word of the training part"),
        (vocabulary(count=lambda words: Counter(sorted(set(words)))), "the most frequent first"),
        (lambda parts, n_words: Counter(parts["train"]).most_common(4), "return a list of words"),
        (lambda parts, n_words: (vocabulary()(parts, 6) + ["?"] * 44)[:n_words], "nothing is made"),
    ],
    "1.3": [
        (encoded(start=2), "off by one or two"),
        (encoded(side="pre"), "padding stands before the words"),
        (encoded(cut="post"), "lost its end"),
        (encoded(unknown=None), "must become 1"),
        (encoded(dtype="float32"), "asked for are whole numbers"),
        (lambda texts, words, length: encoded()(texts, words, 6), "the shape is (3, 6)"),
        (ragged, "differ in length"),
        (lambda texts, *_: encoded()(texts, ["", "[UNK]", *WORDS], 4), "use the arguments"),
    ],
    "1.4": [
        (lambda states, tokens: states.mean(axis=1), "padding leaks in"),
        (mean(n_words=lambda tokens: tokens.shape[1]), "divide by the number of words"),
        (mean(mask=lambda states, _: states != 0), "the mask comes from the tokens"),
        (mean(mask=lambda _, tokens: tokens[..., None] > 1), "only 0 is padding"),
        (mean(least=0), "gives NaN"),
        (lambda states, tokens: states.mean(axis=2), "the mean of each review, (N, H)"),
    ],
    "1.5": [
        (lstm(order="figo"), "input and forget gate have changed places"),
        (lstm(order="ifog"), "candidate and output gate have changed places"),
        (lstm(squash=lambda z: 1 / (1 + np.exp(-z))), "went through a sigmoid"),
        (lstm(forget=1), "the forget gate is missing"),
        (lstm(old=0), "the old h does not enter the gates"),
        (lstm(bias=0), "h and the bias"),
        (lstm(out=lambda c: c), "h needs tanh(c), not c"),
        (lstm(give=["from old c", "c"]), "made from the new c"),
        (lstm(give="ch"), "asked for is h, c"),
    ],
    "1.6": [
        (classifier(mask=False), "simple_rnn: six zeros more"),
        (
            classifier(loss=keras.losses.BinaryCrossentropy(from_logits=True)),
            "takes them for logits",
        ),
        (Own, "compile the model"),
        (classifier(last=None), "the last layer needs a sigmoid"),
        (classifier(last="softmax"), "that is what softmax makes"),
        (classifier(lambda layer: layers.LSTM(8)), "the model must read with SimpleRNN"),
        (classifier(lambda layer: layer(8, return_sequences=True)), "after its last word"),
        (
            classifier(lambda layer: AVERAGE, lambda layer: layer(8)),
            "the order of the words makes no",
        ),
        (functools.cache(classifier()), "build a new one in each call"),
        (classifier(short=1), "the Embedding needs n_words rows"),
        (lambda kind, n_words: functional(kind, n_words, length=40), "of any length"),
    ],
    "1.7": [
        (trainer(watch="test"), "depends on the test part"),
        (trainer(learn=PARTS[:2]), "trained on the validation part, too"),
        (trainer(restore_best_weights=False), "not those that the validation part liked best"),
        (lambda model, parts, epochs: trainer()(model, parts, 1), "do you train on it"),
    ],
    "1.8": [
        (compared(spread=lambda scores: np.std(scores)), "divide by n - 1"),
        (compared(middle=pd.Series.max), "luck is not a result"),
        (compared(own=range(3)), "with each of the seeds that are given"),
        (compared(seeded=tf.random.set_seed), "right before each is built"),
        (compared(seeded=lambda seed: seed_keras(0)), "different seeds start alike"),
        (compared(build=lambda builder: builder), "call its builder first"),
        (compared(build=functools.cache(call)), "build it anew"),
        (lambda *given, **more: compared()(*given, **more).reset_index(), "named for each model"),
    ],
    "1.9": [
        (worst(key=lambda off: off), "the least sure mistakes"),
        (worst(keep=lambda off, p: off > 0.2), "return these four"),
        (worst(keep=lambda off, p: off >= 0.5), "exactly one half says 0"),
        (lambda labels, p, n: np.argsort(-abs(p - 0.5))[:n], "some of these are right"),
        (worst(keep=lambda off, p: (off > 0.5) & (p > 0.5)), "a sure .05 for praise"),
        (worst(positions=True), "positions in a list of the mistakes"),
        (worst(most=10), "in rows 5, 2, 1 and 4"),
        (lambda labels, p, n: sorted(worst()(labels, p, n)), "the surest mistake comes first"),
        (lambda labels, p, n: p[worst()(labels, p, n)], "array of row numbers"),
    ],
    "1.10": [
        (written(index=True), "index=False"),
        (written(change=lambda t: t.replace("positive", "Positive")), "said in small letters"),
        (written(change=lambda t: t.sort_values("row")), "the rows are not those given"),
        (written(change=lambda t: t.round(1)), "do not round them"),
        (written(positive=lambda p: p >= 0.5), "positive is more than one half"),
        (written(nan=None), "was written"),
        (written(nan=AssertionError), "asked for is ValueError"),
        (lambda *given: [written(nan=None)(*given), written()(*given)], "was left behind"),
        (lambda path, rows, p: p.sum() > 0 and written()(path, rows, p), "nobody is told"),
        (lambda path, *table: written()(path.with_suffix(".txt"), *table), "no file stands"),
    ],
}
UNUSUAL = {
    "1.1": [split_by_sklearn(), split_in_place],
    "1.2": [vocabulary_by_keras, vocabulary_by_pandas],
    "1.3": [encoded_in_lists, encoded_by_keras],
    "1.4": [mean_by_tf, mean_in_place],
    "1.5": [lstm_by_keras, lstm_in_place],
    "1.6": [subclassed, functional],
    "1.7": [train_by_hand, trainer(monitor="val_accuracy", patience=1)],
    "1.8": [compared_in_a_long_table],
    "1.9": [worst_by_pandas, worst_by_sorting],
    "1.10": [written_by_csv],
}
