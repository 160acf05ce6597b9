"""Answers to the tasks of homework 1: right ones of other habits, and mistakes.

REFERENCE: {function: of the solution}. UNUSUAL: {task: right answers}. MISTAKES: {task: [(a wrong
answer, words of the sentence that its check says)]}.
"""

import csv
import functools
import random
import statistics
import zlib
from collections import Counter
from itertools import count
from operator import call

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers
from scipy.special import expit
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupShuffleSplit, train_test_split
from sklearn.naive_bayes import MultinomialNB

from utils.grading.solutions import names_defined, solution
from utils.homework.homework_1 import learning_curves

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
def bag(
    texts,
    labels,
    new_texts,
    count=CountVectorizer,
    classify=LogisticRegression,
    ask="predict_proba",
    give=lambda found: found[:, 1],
    known=lambda texts, new_texts: texts,
    fit=lambda model, texts, labels: model.fit(texts, labels),
):
    counts = count().fit(known(texts, new_texts))
    model = fit(classify(), counts.transform(texts), labels)
    return give(getattr(model, ask)(counts.transform(new_texts)))


def fit_the_first(model, texts, labels, kept):
    if not kept:
        kept.append(model.fit(texts, labels))
    return kept[0]


def bag_by_hand(texts, labels, new_texts):
    """Naive Bayes: the log-ratios of the words that both sides use."""
    counts = [Counter(), Counter()]
    while texts:
        counts[labels[len(texts) - 1]].update(texts.pop().split())
    sides = [sum(count.values()) for count in counts]
    found = []
    for text in new_texts:
        known = [word for word in text.split() if any(count[word] for count in counts)]
        odds = sum(np.log((counts[1][w] + 1) / (counts[0][w] + 1)) for w in known)
        found.append(1 / (1 + np.exp(-odds - len(known) * np.log(sides[0] / sides[1]))))
    return found


@changeable
def by_word(
    tokens,
    weights,
    order="ifgo",
    squash=np.tanh,
    out=np.tanh,
    carry="hc",
    old=1,
    bias=1,
    forget=None,
    answer=lambda a: 1 / (1 + np.exp(-a)),
    reads="h",
    last=1,
    give=np.array,
):
    vectors, kernel, recurrent, b, w, d = weights
    start = {"h": np.zeros(len(recurrent)), "c": np.zeros(len(recurrent))}
    state, found = dict(start), []
    for token in tokens:
        sums = vectors[token] @ kernel + old * state["h"] @ recurrent + bias * b
        of = dict(zip(order, np.split(sums, 4), strict=True))
        i, f, o = (1 / (1 + np.exp(-of[gate])) for gate in "ifo")
        c = (f if forget is None else forget) * state["c"] + i * squash(of["g"])
        state = {"h": o * out(c), "c": c}
        found.append(answer((state[reads] @ w + last * d)[0]))
        state = {name: state[name] if name in carry else start[name] for name in state}
    return give(found)


def by_word_by_keras(tokens, weights):
    vectors, *of_lstm, kernel, bias = weights
    layer = layers.LSTM(len(kernel), return_sequences=True)
    states = layer(tf.cast(vectors[tokens][None], "float32"))
    layer.set_weights(of_lstm)
    states = layer(tf.cast(vectors[tokens][None], "float32"))
    return tf.sigmoid(states @ kernel.astype("float32") + bias)[0, :, 0]


def by_word_in_pandas(tokens, weights):
    weights.reverse()
    d, w, b, recurrent, kernel, vectors = weights
    n, rows = len(w), []
    h, c = np.zeros((1, n)), np.zeros((1, n))
    for token in tokens.tolist():
        z = vectors[[token]].dot(kernel) + h.dot(recurrent) + b
        c = expit(z[:, n : 2 * n]) * c + expit(z[:, :n]) * np.tanh(z[:, 2 * n : 3 * n])
        h = expit(z[:, 3 * n :]) * np.tanh(c)
        rows.append({"p": expit(h.dot(w) + d).item()})
    return pd.DataFrame(rows)["p"]


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


class StandIn:
    """Instead of a network, which would take seconds: a word counts what its start has drawn."""

    def __init__(self, kind):
        self.weights = np.random.normal(size=1_000) * (1 + (kind == "lstm"))

    def predict(self, texts):
        numbers = [[zlib.crc32(word.encode()) % 1_000 for word in text.split()] for text in texts]
        return np.array([expit(self.weights[row].sum() - self.weights[0]) for row in numbers])


def accuracy(probabilities, labels):
    return np.mean((np.asarray(probabilities) > 0.5) == labels)


@changeable
def whole(
    texts,
    labels,
    seeds,
    epochs,
    seeded=np.random.seed,
    own=None,
    part="validation",
    learn=PARTS[:1],
    learn_bag=lambda texts, labels: (texts, labels),
    choose=lambda scores: max(scores, key=scores.get),
    by=None,
    reads=lambda chosen: chosen,
    tested="test",
    factor=1,
    change=lambda found: found,
):
    """The experiment with stand-ins for networks; what differs makes it wrong."""
    known = [text for name in learn for text in texts[name]]
    known = learn_bag(known, np.concatenate([labels[name] for name in learn]))
    scores, on_test = {"bag_of_words": []}, {}

    def score(name, predict):
        scores.setdefault(name, []).append(factor * accuracy(predict(texts[part]), labels[part]))
        on_test.setdefault(name, accuracy(predict(texts[tested]), labels[tested]))

    for seed in own or seeds:
        score("bag_of_words", functools.partial(bag(), *known))
        for name in ("simple_rnn", "lstm"):
            seeded(seed)
            score(name, StandIn(name).predict)
    table = pd.DataFrame(scores).agg(["mean", "std"]).T.rename(columns={"std": "sd"})
    chosen = choose(on_test if by == "test" else dict(table["mean"]))
    return change({"table": table, "chosen": chosen, "test": on_test[reads(chosen)]})


def whole_in_another_order(texts, labels, seeds, epochs):
    """The spread of one seed is an error, as in the module statistics; rows by the mean."""
    found = whole()(texts, labels, seeds=seeds, epochs=epochs)
    statistics.stdev(seeds)
    table = found["table"].sort_values("mean", ascending=False)
    table.insert(0, "seeds", len(seeds))
    table.loc["bag_of_words", "sd"] = np.nan
    texts.clear()
    return found | {"table": table, "chosen": table.index[0], "time": None}


def next_seed(seed, own):
    np.random.seed(next(own))


def without(name):
    return lambda found: found | {"table": found["table"].drop(index=name, errors="ignore")}


@changeable
def curves(
    histories,
    parts=("loss", "val_loss"),
    epochs=lambda values: range(1, len(values) + 1),
    label="{model} {part}",
    legend=True,
    x="epoch",
    y="loss",
    draw="plot",
    swap=lambda text: text,
    give=lambda figure, axes: figure,
    change=np.array,
):
    figure, axes = plt.subplots()
    for model, history in histories.items():
        for part in parts:
            name = swap(label.format(model=model, part=part))
            values = change(history[part])
            getattr(axes, draw)(list(epochs(values)), values, label=name)
    axes.set(xlabel=x, ylabel=y)
    if legend:
        axes.legend()
    return give(figure, axes)


def curves_by_pandas(histories):
    """Axes of their own for each model, epochs from 0."""
    figure, panels = plt.subplots(1, len(histories), sharey=True)
    for axes, (model, history) in zip(panels, histories.items(), strict=True):
        pd.DataFrame(history)[["loss", "val_loss"]].plot(ax=axes, title=model)
        axes.set(xlabel="epochs", ylabel="loss")
        history.clear()
    return figure


def curves_beside_accuracies(histories):
    """A row of axes for the losses, and one for the accuracies that nobody asked for."""
    figure, rows = plt.subplots(2, 1, sharex=True)
    for axes, part in zip(rows, ("loss", "accuracy"), strict=True):
        for model, history in histories.items():
            for name in (part, f"val_{part}"):
                axes.plot(
                    range(1, len(history[name]) + 1), history[name], label=f"{name} ({model})"
                )
        axes.set_ylabel(part)
        axes.set_xlabel("epoch")
        axes.legend()
    figure.suptitle("Learning curves")
    return figure


def curves_by_the_state_of_pyplot(histories):
    """The texts of the legend are given apart, in the order of the lines."""
    plt.figure(figsize=(9, 5))
    names = []
    for model in sorted(histories):
        for part in ("loss", "val_loss"):
            values = histories[model][part]
            plt.plot(np.arange(len(values)) + 1.0, values, marker="o")
            names.append(f"{model.upper()}: {'training' if part == 'loss' else 'validation'}")
    plt.xlabel("Epoch")
    plt.ylabel("Loss")
    plt.legend(names)
    plt.grid()
    return plt.gcf()


def curves_of_the_first():
    return curves()(learning_curves.HISTORIES)


def exchanged(one, other):
    return lambda text: text.replace(one, "?").replace(other, one).replace("?", other)


MISTAKES = {
    "1.1": [
        (split_by_sklearn(by_text=False), "occurs twice in the file is in two parts"),
        (split_by_sklearn(way_back=False), "some row is in two parts, or twice"),
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
        (
            lambda parts, n_words: (vocabulary()(parts, n_words) + ["?"] * 44)[:n_words],
            "nothing is made",
        ),
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
        (bag(ask="predict", give=np.array), "which predict_proba gives"),
        (bag(ask="decision_function", give=np.array), "lie outside 0 and 1"),
        (bag(give=lambda found: found[:, 0]), 'these are the probabilities of "negative"'),
        (bag(give=np.array), "return the second one"),
        (
            bag(count=functools.partial(CountVectorizer, ngram_range=(1, 2))),
            "the order of the words makes a difference",
        ),
        (
            bag(count=TfidfVectorizer, known=lambda texts, new: texts + new),
            "depends on the other new texts",
        ),
        (bag(fit=lambda model, x, y: model.fit(x, np.arange(60) % 2)), "of six easy new texts"),
        (bag(fit=functools.partial(fit_the_first, kept=[])), "fit a new model in each call"),
        (lambda texts, labels, new: bag()(texts, labels, texts), "of each of the new texts, (N,)"),
    ],
    "1.5": [
        (by_word(order="figo"), "input and forget gate have changed places"),
        (by_word(order="ifog"), "candidate and output gate have changed places"),
        (by_word(squash=lambda z: 1 / (1 + np.exp(-z))), "went through a sigmoid"),
        (by_word(out=lambda c: c), "h needs tanh(c), not c"),
        (by_word(forget=1), "the forget gate is missing"),
        (by_word(carry="h"), "the old c is forgotten at each word"),
        (by_word(carry="c"), "the old h does not enter the gates"),
        (by_word(carry=""), "as if it were the first"),
        (by_word(old=0), "the old h does not enter the gates"),
        (by_word(bias=0), "the bias of the gates is missing"),
        (by_word(last=0), "the bias of the last layer is missing"),
        (by_word(reads="c"), "the last layer reads h, not c"),
        (by_word(answer=lambda a: a), "the sigmoid at the end is missing"),
        (by_word(answer=np.tanh), "some answers lie outside 0 and 1"),
        (by_word(give=lambda found: found[-1]), "asked for is one after each word"),
        (by_word(give=lambda found: np.array(found)[:, None]), "after each word of the review"),
        (lambda tokens, weights: by_word()(tokens[::-1], weights), "from the last to the first"),
        (by_word(old=0.5), "the first probability is right, later ones are not"),
        (by_word(old=0.5, bias=2), "already the first probability is wrong"),
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
        (trainer(restore_best_weights=False), "not those of the smallest val_loss"),
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
    "1.11": [
        (whole(change=lambda found: found["table"]), "return a dictionary with the keys"),
        (whole(change=lambda found: found | {"table": {}}), "must be a pandas DataFrame"),
        (whole(change=without("bag_of_words")), "a row for each of bag_of_words, simple_rnn"),
        (whole(choose=lambda scores: 0, reads=lambda _: "lstm"), "chosen is the name of a row"),
        (
            whole(seeded=functools.partial(next_seed, own=count())),
            "the same seed, given twice, leads to two results",
        ),
        (whole(own=(0, 1, 2)), "use the seeds that are given"),
        (whole(own=(4,)), "also where two seeds are the same"),
        (whole(factor=100), "accuracies are shares"),
        (whole(part="test"), "an accuracy on test; asked for is that on validation"),
        (whole(part="train"), "an accuracy on train; asked for is that on validation"),
        (whole(factor=0.9), "no number of right ones gives that share"),
        (whole(learn=PARTS[:2]), "it has learned from them"),
        (whole(learn=("train", "test")), "the table changes: no model may learn from test"),
        (whole(learn_bag=lambda texts, labels: (texts, 1 - labels)), "on an easy task"),
        (whole(choose=lambda scores: "lstm"), "bag_of_words has the best mean"),
        (whole(by="test"), "another model is chosen"),
        (whole(reads=lambda chosen: "lstm"), "is not its accuracy on test"),
        (whole(tested="validation"), "an accuracy on validation; asked for is that on test"),
        (whole(change=lambda found: found | {"test": 12 / 13}), "test is the same"),
    ],
    "1.12": [
        (curves(give=lambda figure, axes: axes), "return the matplotlib Figure"),
        (curves(give=lambda figure, axes: (figure, axes)), "return the matplotlib Figure"),
        (curves(give=lambda figure, axes: plt.show()), "return the matplotlib Figure"),
        (curves(draw="scatter"), "the figure holds no line"),
        (curves(parts=("loss",)), "the validation loss of simple_rnn is not drawn"),
        (
            curves(parts=("accuracy", "val_accuracy")),
            "the training loss of simple_rnn is not drawn",
        ),
        (curves(change=lambda values: np.array(values[:5])), "the training loss of lstm is not"),
        (curves(epochs=lambda values: np.linspace(0, 1, len(values))), "x grows by one"),
        (curves(epochs=lambda values: range(3, 3 + len(values))), "count the epochs of all lines"),
        (curves(x=""), "the x axis has no name"),
        (curves(y=" "), "the y axis has no name"),
        (curves(legend=False), "there is no legend"),
        (curves(label="{part}"), "two lines cannot be told apart"),
        (curves(label="{model}"), "two lines cannot be told apart"),
        (curves(swap=exchanged("lstm", "simple_rnn")), "the names of the models are mixed up"),
        (curves(swap=exchanged("val_loss", "loss")), "the names of the two parts are mixed up"),
        (lambda histories: curves_of_the_first(), "of a gru and an lstm, the figure is wrong"),
    ],
}
UNUSUAL = {
    "1.1": [split_by_sklearn(), split_in_place],
    "1.2": [vocabulary_by_keras, vocabulary_by_pandas],
    "1.3": [encoded_in_lists, encoded_by_keras],
    "1.4": [bag_by_hand, bag(count=TfidfVectorizer, classify=MultinomialNB)],
    "1.5": [by_word(), by_word_by_keras, by_word_in_pandas],
    "1.6": [subclassed, functional],
    "1.7": [train_by_hand, trainer(monitor="val_accuracy", patience=1)],
    "1.8": [compared_in_a_long_table],
    "1.9": [worst_by_pandas, worst_by_sorting],
    "1.10": [written_by_csv],
    "1.11": [whole(), whole_in_another_order],
    "1.12": [curves(), curves_by_pandas, curves_beside_accuracies, curves_by_the_state_of_pyplot],
}
