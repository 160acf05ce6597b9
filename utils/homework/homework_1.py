"""The ten graded tasks of homework 1: what each check looks at, and its hints.

N reviews, T words (time steps), D features, H units. A check calls the answer with data of its
own and compares what comes back, never how it is written.
"""

import random
import tempfile
import uuid
from collections import Counter
from copy import deepcopy
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from utils import cells, imdb
from utils.homework.task import (
    LAYERS,
    NotYet,
    Task,
    array,
    expect,
    expect_layer,
    expect_split_by_seed,
)


def split_rows(answer):
    """1.1: three sets of rows, no text in two of them."""
    rng = np.random.default_rng(7)
    texts = np.array([f"review number {n}" for n in range(400)], dtype=object)
    labels = np.repeat([1, 0], 200)
    copies = rng.choice(400, size=(2, 60), replace=False)
    texts[copies[0]], labels[copies[0]] = texts[copies[1]], labels[copies[1]]
    reviews = pd.DataFrame({"review": texts, "label": labels})
    parts = answer(reviews.copy(), seed=0)
    expect(
        isinstance(parts, (tuple, list)) and len(parts) == 3,
        "return three arrays of row numbers: train, validation, test",
    )
    parts = [array(part) for part in parts]
    expect(
        all(part.ndim == 1 and np.issubdtype(part.dtype, np.integer) for part in parts),
        "each part must be a one-dimensional array of whole row numbers, not of texts or labels",
    )
    everything = np.concatenate(parts)
    expect(len(np.unique(everything)) == len(everything), "some row stands in two parts, or twice")
    expect(
        set(everything) <= set(range(400)),
        "some row numbers do not exist: rows are counted from 0",
    )
    n_texts = reviews["review"].nunique()
    kept = reviews["review"].iloc[everything]
    expect(kept.nunique() == n_texts, "some reviews stand in no part: each text must be used")
    sets = [set(reviews["review"].iloc[part]) for part in parts]
    expect(
        not (sets[0] & sets[1] or sets[0] & sets[2] or sets[1] & sets[2]),
        "a text that occurs twice in the file stands in two parts: the network would be tested "
        "on a review that it has learned by heart",
    )
    shares = [len(part) / len(everything) for part in parts]
    expect(
        abs(shares[0] - 0.8) < 0.05 and abs(shares[1] - 0.1) < 0.04 and abs(shares[2] - 0.1) < 0.04,
        f"the parts hold {shares[0]:.0%}, {shares[1]:.0%} and {shares[2]:.0%} of the rows, "
        "asked for are about 80, 10 and 10 %",
    )
    positive = [reviews["label"].iloc[part].mean() for part in parts]
    expect(
        all(0.2 < share < 0.8 for share in positive),
        "a part holds nearly only one class: shuffle before you cut, the file may be sorted",
    )
    expect_split_by_seed(answer, reviews, parts)


def fit_vocabulary(answer):
    """1.2: the most frequent words of the training part, after padding and unknown."""
    parts = {
        "train": ["good film good plot"] * 3 + ["bad film"] * 2 + ["dull plot dull"],
        "validation": ["tedious film tedious"] * 20,
        "test": ["splendid film splendid"] * 30,
    }
    words = answer(deepcopy(parts), n_words=6)
    expect(
        isinstance(words, (list, tuple, np.ndarray)) and all(isinstance(w, str) for w in words),
        "return a list of words: the number of a word is its place in the list",
    )
    words = list(words)
    leaked = [word for word in words if word in ("tedious", "splendid")]
    expect(
        not leaked,
        f"{''.join(leaked[:1])!r} never stands in the training part: a vocabulary from validation "
        "or test knows what it should not",
    )
    expect(
        words[:2] == ["", "[UNK]"],
        f"the list starts with {words[:2]}; 0 is kept for padding, '', and 1 for '[UNK]'",
    )
    counts = Counter(" ".join(parts["train"]).split())
    unheard = [word for word in words[2:] if word not in counts]
    expect(
        not unheard,
        f"{''.join(unheard[:1])!r} is no word of the training part: words are parted by spaces, "
        "and by the end of a text",
    )
    expect(
        len(words) == 6,
        f"{len(words)} entries for n_words=6: '' and '[UNK]' count among the six",
    )
    expect(len(set(words)) == len(words), "a word stands twice in the list: count each word once")
    frequent = [counts[word] for word in words[2:]]
    expect(
        frequent == sorted(frequent, reverse=True) and frequent == [6, 5, 4, 2],
        "the words must be the most frequent ones, the most frequent first",
    )
    few = answer(deepcopy(parts), n_words=50)
    expect(
        len(few) == 2 + len(counts),
        "where the texts hold fewer words than n_words, the list is shorter; nothing is made up",
    )


def encode(answer):
    """1.3: texts become numbers, all of one length."""
    vocabulary = ["", "[UNK]", "good", "film", "not", "a"]
    texts = ["not a good film", "good xyzzy", "a film a film a good"]
    tokens = array(answer(texts, vocabulary, 4))
    expect(
        tokens.shape == (3, 4),
        f"the shape is {tokens.shape}, asked for is one row a text and 4 columns, (3, 4)",
    )
    expect(
        np.issubdtype(tokens.dtype, np.integer),
        f"the numbers are of type {tokens.dtype}, asked for are whole numbers",
    )
    off = set(tokens[0] - [4, 5, 2, 3])
    expect(
        off == {0} or len(off) > 1,
        "the numbers are off by one or two: a word's number is its place in the vocabulary, "
        "which has '' at 0 and '[UNK]' at 1 already",
    )
    expect(
        list(tokens[0]) == [4, 5, 2, 3],
        f"'not a good film' became {tokens[0].tolist()}, expected [4, 5, 2, 3]",
    )
    expect(
        list(tokens[1]) != [0, 0, 2, 1],
        "padding stands before the words; here it goes after them",
    )
    expect(
        1 in tokens[1],
        "a word that is not in the vocabulary must become 1, '[UNK]': to drop it, or to write "
        "0, hides that there was a word",
    )
    expect(
        list(tokens[1]) == [2, 1, 0, 0],
        f"'good xyzzy' became {tokens[1].tolist()}, expected [2, 1, 0, 0]",
    )
    expect(
        list(tokens[2]) != [5, 3, 5, 3],
        "a long text lost its end; keep the last words, where reviewers say what they think",
    )
    expect(
        list(tokens[2]) == [5, 3, 5, 2],
        f"'a film a film a good' became {tokens[2].tolist()}, expected its last four words, "
        "[5, 3, 5, 2]",
    )


def mean_of_words(answer):
    """1.4: a mean over the words and not over the padding."""
    rng = np.random.default_rng(3)
    states = rng.normal(size=(4, 5, 3)).astype("float32")
    states[1, 0] = 0
    tokens = np.array([[3, 4, 5, 6, 7], [3, 1, 0, 0, 0], [9, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    got = array(answer(states.copy(), tokens.copy()))
    expect(got.shape == (4, 3), f"the shape is {got.shape}, expected (N, H), here (4, 3)")
    mask = tokens != 0
    right = (states * mask[..., None]).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)[:, None]
    expect(
        np.allclose(got[0], right[0], atol=1e-5),
        "even without padding the mean over the words is another: sum over axis 1, divide by "
        "the number of words",
    )
    expect(
        not np.allclose(got[1], states[1].mean(axis=0), atol=1e-5),
        "padding leaks in: the states of the zeros after the end are part of your mean",
    )
    expect(
        not np.allclose(got[1], right[1] * 2 / 5, atol=1e-5),
        "you add up the words alone, but divide by all T steps: divide by the number of words",
    )
    by_state = [right[1] * 2, states[1, 1:].mean(axis=0)]
    expect(
        not any(np.allclose(got[1], wrong, atol=1e-5) for wrong in by_state),
        "a word whose state is zero is a word, too: the mask comes from the tokens",
    )
    expect(
        not np.allclose(got[1], states[1, 0], atol=1e-5),
        "a word that is not in the vocabulary, 1, is a word, too: only 0 is padding",
    )
    expect(np.allclose(got[1:3], right[1:3], atol=1e-5), "with padding the mean is wrong")
    expect(
        not np.isnan(got[3]).any(),
        "a review without any word gives NaN (0 / 0), which would spoil the whole batch",
    )
    expect(np.allclose(got[3], 0), "a review without any word must give zeros")


def lstm_step(answer):
    """1.5: one step of an LSTM, equal to Keras'."""
    rng = np.random.default_rng(5)
    n, d, h_units = 3, 4, 2
    x, h, c = (rng.normal(size=(n, size)) for size in (d, h_units, h_units))
    weights = [rng.normal(size=(size, 4 * h_units)) for size in (d, h_units)]
    weights.append(rng.normal(size=4 * h_units))
    got = answer(x.copy(), h.copy(), c.copy(), [w.copy() for w in weights])
    expect(isinstance(got, (tuple, list)) and len(got) == 2, "return two arrays, h and c")
    got = [array(part) for part in got]
    for part in got:
        expect(
            part.shape == (n, h_units), f"shape {part.shape}, expected (N, H), here {(n, h_units)}"
        )
    right = cells.lstm_step(x, h, c, weights)

    def same(one, other):
        return np.allclose(one, other, atol=1e-5)

    if all(map(same, got, right)):
        return
    expect(not all(map(same, got[::-1], right)), "you return c, h; asked for is h, c")
    i, f, g, o = np.split(x @ weights[0] + h @ weights[1] + weights[2], 4, axis=1)

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    swapped = sigmoid(i) * c + sigmoid(f) * np.tanh(g)
    expect(
        not same(got[1], swapped),
        "input and forget gate have changed places: Keras keeps its weights in the order "
        "input, forget, candidate, output",
    )
    expect(
        not same(got[1], sigmoid(f) * c + sigmoid(i) * np.tanh(o)),
        "candidate and output gate have changed places: Keras' order is input, forget, "
        "candidate, output",
    )
    expect(
        not same(got[1], sigmoid(f) * c + sigmoid(i) * sigmoid(g)),
        "the candidate went through a sigmoid; it may be negative, so it takes tanh",
    )
    expect(not same(got[1], c + sigmoid(i) * np.tanh(g)), "the forget gate is missing")
    if same(got[1], right[1]):
        expect(not same(got[0], sigmoid(o) * right[1]), "c is right; h needs tanh(c), not c")
        expect(
            not same(got[0], sigmoid(o) * np.tanh(c)),
            "c is right; h must be made from the new c, not from the one that came in",
        )
        raise NotYet("c is right, h is not: h = o * tanh(c)")
    without_h = np.split(x @ weights[0] + weights[2], 4, axis=1)
    i, f, g, _ = without_h
    expect(
        not same(got[1], sigmoid(f) * c + sigmoid(i) * np.tanh(g)),
        "the old h does not enter the gates: each gate reads x and h",
    )
    raise NotYet("c is wrong: c = f * c + i * candidate, each from x, h and the bias")


def _read(model, tokens, kind):
    """The answers of a model, as an array; NotYet where it refuses such tokens."""
    try:
        return np.asarray(model(tokens))
    except Exception as error:
        expect(
            "is not in [0, " not in str(error),
            f"{kind}: a word has no vector: tokens go from 0 to n_words - 1, the Embedding needs "
            "n_words rows",
        )
        expect(
            "expected shape=" not in str(error),
            f"{kind}: reviews of {tokens.shape[1]} tokens are refused; let the model read reviews "
            "of any length, Input((None,))",
        )
        raise


def build_reader(answer):
    """1.6: a compiled model of each kind that padding does not disturb."""
    tokens = np.array([[3, 4, 5, 0], [6, 7, 8, 11], [2, 0, 0, 0]], "int32")
    labels = np.array([[1.0], [0.0], [1.0]], "float32")
    for kind in LAYERS:
        model = answer(kind, n_words=12)
        expect(isinstance(model, keras.Model), f"{kind}: return a Keras model")
        found = _read(model, tokens, kind)
        expect_layer(model, kind)
        expect(
            found.shape == (3, 1),
            f"{kind}: the answer to three reviews has the shape {found.shape}, expected (3, 1): "
            "one probability a review, from the state after its last word",
        )
        start = [np.asarray(weight) for weight in model.trainable_weights]
        noise = np.random.default_rng(6)
        start = [weight + 0.1 * noise.normal(size=weight.shape) for weight in start]
        _set(model, start)  # zeros, or tiny numbers, would hide what padding and order do
        found = _read(model, tokens, kind)
        expect(
            not (found == 1).all(),
            f"{kind}: every review gets the answer 1: that is what softmax makes of a single "
            "number; a sigmoid does not",
        )
        bounded = []
        for factor in (20, -20, 1):
            _set(model, [factor * weight for weight in start])
            bounded.append(_read(model, tokens, kind))
        expect(
            (np.abs(np.array(bounded) - 0.5) <= 0.5).all(),
            f"{kind}: answers outside 0 and 1 are no probabilities: the last layer needs a sigmoid",
        )
        longer = _read(model, np.pad(tokens, [(0, 0), (0, 6)]), kind)
        expect(
            np.allclose(found, longer, atol=1e-5),
            f"{kind}: six zeros more at the end of a review change the answer: padding must be "
            "masked",
        )
        reversed_words = _read(model, tokens[1:2, ::-1], kind)
        expect(
            not np.allclose(found[1:2], reversed_words, atol=1e-7),
            f"{kind}: the order of the words makes no difference: the recurrent layer must see "
            "the words one by one",
        )
        expect(model.compiled, f"{kind}: compile the model before you return it")
        try:
            loss = float(model.compute_loss(x=tokens, y=labels, y_pred=found))
        except Exception:
            loss = np.nan
        entropy = -np.mean(labels * np.log(found) + (1 - labels) * np.log(1 - found))
        expect(
            abs(loss - entropy - float(sum(model.losses))) < 1e-3,
            f"{kind}: the loss of probabilities against 0 and 1 is binary cross-entropy; yours "
            "is another, or takes them for logits",
        )


def _set(model, weights):
    for variable, weight in zip(model.trainable_weights, weights, strict=True):
        variable.assign(weight)


def train_reader(answer):
    """1.7: learn from train, keep the weights that validation likes best, leave test alone."""

    def trained(against):
        """Accuracy on train, and how far the weights went, with the labels of a part reversed."""
        model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, activation="sigmoid")])
        model.set_weights([np.full((5, 1), 0.01), np.zeros(1)])
        model.compile(
            keras.optimizers.Adam(0.5),
            loss="binary_crossentropy",
            metrics=["accuracy"],
            run_eagerly=True,  # quicker than compiling for a dozen updates
        )
        parts = {
            name: _line(seed, reversed_labels=name == against)
            for seed, name in enumerate(("train", "validation", "test"))
        }
        answer(model, parts, epochs=4)
        weights = model.get_weights()[0][:, 0]
        for weight, name in zip(weights[3:], ("validation", "test"), strict=True):
            expect(
                np.isclose(weight, 0.01, atol=1e-4),
                f"the network is trained on the {name} part, too: weights are learned from train "
                "alone",
            )
        inputs, labels = _line(0, reversed_labels=False)
        right = (np.asarray(model(inputs))[:, 0] > 0.5) == labels
        return right.mean(), np.abs(weights[:3]).max()

    _, against_validation = trained(against="validation")
    learned, against_test = trained(against="test")
    expect(
        against_validation < 1.3 * against_test,
        "the choice of the weights depends on the test part: test is opened once, at the end, "
        "and never used to choose anything",
    )
    expect(
        learned > 0.8,
        f"accuracy on the training part is {learned:.2f} after an easy task: do you train on it, "
        "for all epochs, with the optimizer that the model was compiled with?",
    )
    expect(
        against_validation < 0.7 * against_test,
        "the weights that stay are not those that the validation part liked best: watch its "
        "loss, and restore the weights of the best epoch",
    )


def _line(seed, reversed_labels):
    """Inputs (32, 5) and labels (32,): the sign of the first input, or the opposite.

    seed: 0, 1, 2 for train, validation, test. The fourth input is zero but in validation, the
    fifth but in test: its weight moves only if the network is trained on that part.
    """
    inputs = np.random.default_rng(seed).normal(size=(32, 5)).astype("float32")
    inputs[:, [column for column in (3, 4) if column != seed + 2]] = 0
    return inputs, ((inputs[:, 0] > 0) ^ reversed_labels).astype("float32")


def compare(answer):
    """1.8: the same seeds for every model, a fresh model for each, mean and sd."""
    scores = {("a", 3): 0.7, ("a", 1): 0.8, ("a", 8): 0.9}
    scores |= {("b", 3): 0.6, ("b", 1): 0.6, ("b", 8): 0.9}
    drawn = {seed: set() for seed in (3, 1, 8)}
    seen, used = [], set()

    def train_and_score(model, seed):
        expect(isinstance(model, dict), "train_and_score takes a model: call its builder first")
        expect(model["built"] not in used, "one model is trained for several seeds: build it anew")
        used.add(model["built"])
        seen.append((model["name"], seed))
        drawn.setdefault(seed, set()).add(model["first draw"])
        return scores.get((model["name"], seed), 0.5)

    builders = {name: partial(_model_of_nothing, name) for name in "ab"}
    table = answer(builders, train_and_score, seeds=(3, 1, 8))
    expect(isinstance(table, pd.DataFrame), "return a pandas DataFrame, a row for each model")
    expect(
        sorted(seen) == sorted(scores),
        "each model must be trained once with each of the seeds that are given, and no other",
    )
    expect(
        all(len(draws) == 1 for draws in drawn.values()),
        "two models start from different random numbers with the same seed: call "
        "keras.utils.set_random_seed(seed) right before each is built",
    )
    expect(len(set.union(*drawn.values())) == 3, "models of different seeds start alike")
    expect(
        {"mean", "sd"} <= set(table.columns) and set(table.index) == {"a", "b"},
        "the table needs the columns mean and sd and a row named for each model",
    )
    mean, sd = table["mean"].astype(float), table["sd"].astype(float)
    expect(
        not np.allclose(mean[["a", "b"]], [0.9, 0.9]),
        "you report the best seed; luck is not a result: report the mean",
    )
    expect(np.allclose(mean[["a", "b"]], [0.8, 0.7]), "the means are wrong")
    expect(
        not np.allclose(sd[["a", "b"]], [0.0816, 0.1414], atol=1e-3),
        "sd is that of all there is (divided by n); three seeds are a sample: divide by n - 1 "
        "(ddof=1)",
    )
    expect(np.allclose(sd[["a", "b"]], [0.1, 0.1732], atol=1e-3), "the standard deviations are off")


def _model_of_nothing(name):
    """What a builder returns: told apart from others, and by the random numbers it starts from."""
    return {"name": name, "built": uuid.uuid4().hex, "first draw": random.random()}


def worst_mistakes(answer):
    """1.9: wrong and sure of it."""
    labels = np.array([1, 0, 1, 0, 1, 0, 1, 0])
    probabilities = np.array([0.9, 0.8, 0.05, 0.3, 0.45, 0.97, 0.55, 0.02])
    got = array(answer(labels.copy(), probabilities.copy(), 3))
    expect(
        got.ndim == 1 and (not len(got) or np.issubdtype(got.dtype, np.integer)),
        "return a one-dimensional array of row numbers",
    )
    expect(
        got.tolist() != [3, 1, 0],
        "these are places in a list of the mistakes alone: say in which rows of all reviews they "
        "stand",
    )
    wrong = {1, 2, 4, 5}
    expect(
        set(got.tolist()) <= wrong,
        "some of these are right: a mistake has its probability on the other side of one half",
    )
    expect(
        set(got.tolist()) != {1, 5},
        "only positive answers to negative reviews are found; a sure .05 for praise is a mistake, "
        "too",
    )
    expect(
        got.tolist()[:1] != [4],
        "these are the least sure mistakes: sure is far from one half, not near it",
    )
    expect(
        got.tolist() != [1, 2, 5],
        "the three are right, their order is not: the surest mistake comes first",
    )
    expect(
        got.tolist() == [5, 2, 1],
        "of the mistakes 0 for .97, 1 for .05, 0 for .8 and 1 for .45, in rows 5, 2, 1 and 4, the "
        f"first three are asked for; yours are rows {got.tolist()}",
    )
    expect(
        np.asarray(answer(labels.copy(), probabilities.copy(), 10)).tolist() == [5, 2, 1, 4],
        "asked for ten where there are four mistakes, return these four",
    )


def write_predictions(answer):
    """1.10: a file that the check of the hand-in accepts."""
    rows = np.array([12, 3, 40])
    probabilities = np.array([0.25, 0.875, 0.5])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "predictions.csv"
        answer(path, rows.copy(), probabilities.copy())
        expect(path.exists(), "no file stands at the path that was given")
        table = pd.read_csv(path)
        expect(
            not any(str(column).startswith("Unnamed") for column in table.columns),
            "the first column is pandas' index: write the file with index=False",
        )
        expect(
            list(table.columns) == ["row", "probability", "sentiment"],
            f"the columns are {', '.join(map(str, table.columns))}; expected: row, probability, "
            "sentiment",
        )
        expect(
            table["sentiment"].isin(["positive", "negative"]).all(),
            "sentiment is said in small letters, positive or negative, as in Kaggle's file",
        )
        expect(table["row"].tolist() == [12, 3, 40], "the rows are not those given, in their order")
        expect(
            np.allclose(pd.to_numeric(table["probability"], errors="coerce"), probabilities),
            "the probabilities in the file are not those given: do not round them",
        )
        expect(
            table["sentiment"].tolist() == ["negative", "positive", "negative"],
            "the words do not go with the probabilities: positive is more than one half",
        )
        try:
            imdb.check_predictions(path, rows)
        except imdb.ReviewsError as error:
            raise NotYet(str(error)) from None
        broken = Path(folder) / "broken.csv"
        try:
            answer(broken, rows.copy(), np.array([0.2, np.nan, 0.4]))
        except NotImplementedError:
            raise
        except Exception as error:
            expect(
                isinstance(error, ValueError),
                f"a probability that is missing (NaN) raises {type(error).__name__}; asked for "
                "is ValueError",
            )
            expect(not broken.exists(), "a refused file was left behind: look before you write")
        else:
            expect(
                not broken.exists(),
                "a probability that is missing (NaN) was written, or left out: raise ValueError",
            )
            raise NotYet("a probability is missing (NaN), and nobody is told: raise ValueError")


TASKS = {
    "1.1": Task(
        "split_rows",
        4,
        split_rows,
        (
            "Copies of a text must end up in the same part. What if you split texts, not rows?",
            "Shuffle the different texts (reviews['review'].unique().tolist()), cut them at 80 and "
            "90 %, then look up which rows hold the texts of each part.",
            "texts = reviews['review'].drop_duplicates().sample(frac=1, random_state=seed); "
            "np.split(texts, [int(.8 * len(texts)), int(.9 * len(texts))]) gives three lists; "
            "np.flatnonzero(reviews['review'].isin(part)) the rows of each.",
        ),
    ),
    "1.2": Task(
        "fit_vocabulary",
        2,
        fit_vocabulary,
        (
            "Which of the three parts may the vocabulary know?",
            "collections.Counter counts words and has a method for the most frequent ones.",
            "Counter(' '.join(parts['train']).split()).most_common(n_words - 2), behind "
            "['', '[UNK]'].",
        ),
    ),
    "1.3": Task(
        "encode",
        3,
        encode,
        (
            "A dictionary from word to number makes looking up quick; what does it say to a word "
            "it does not know?",
            "number.get(word, 1) is 1 for unknown words; np.zeros((len(texts), length), int) is "
            "the padding, ready to be written over.",
            "For each text: numbers = [number.get(word, 1) for word in text.split()][-length:]; "
            "tokens[row, : len(numbers)] = numbers.",
        ),
    ),
    "1.4": Task(
        "mean_of_words",
        3,
        mean_of_words,
        (
            "tokens != 0 says which steps are words.",
            "Multiply states by the mask, which needs a third axis, and add up over axis 1.",
            "mask = (tokens != 0)[:, :, None]; (states * mask).sum(axis=1) / "
            "np.maximum(mask.sum(axis=1), 1).",
        ),
    ),
    "1.5": Task(
        "lstm_step",
        4,
        lstm_step,
        (
            "kernel, recurrent_kernel, bias = weights; one product gives all four gates side by "
            "side, 4 H columns.",
            "np.split(x @ kernel + h @ recurrent_kernel + bias, 4, axis=1) gives input, forget, "
            "candidate, output, in this order.",
            "i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o)); then "
            "c = f * c + i * np.tanh(g) and h = o * np.tanh(c).",
        ),
    ),
    "1.6": Task(
        "build_reader",
        4,
        build_reader,
        (
            "Four steps: tokens, word vectors, a recurrent layer, one probability. Which of them "
            "knows that 0 is padding?",
            "Embedding(n_words, 32, mask_zero=True) hands the mask on to SimpleRNN, LSTM or GRU.",
            "Sequential([Embedding(n_words, 32, mask_zero=True), layer(32), Dense(1, "
            "activation='sigmoid')]), then compile(loss='binary_crossentropy', ...).",
        ),
    ),
    "1.7": Task(
        "train_reader",
        3,
        train_reader,
        (
            "fit has an argument for data to watch while it trains. Which part is that?",
            "keras.callbacks.EarlyStopping can put the best weights back.",
            "model.fit(*parts['train'], validation_data=parts['validation'], epochs=epochs, "
            "callbacks=[EarlyStopping(patience=epochs, restore_best_weights=True)], verbose=0).",
        ),
    ),
    "1.8": Task(
        "compare",
        3,
        compare,
        (
            "What must happen before each model is built, so that all start alike?",
            "keras.utils.set_random_seed(seed), then builders[name](), then train_and_score.",
            "Collect {name: [score of each seed]}; pd.DataFrame(scores) has .mean() and .std(), "
            "which divides by n - 1.",
        ),
    ),
    "1.9": Task(
        "worst_mistakes",
        2,
        worst_mistakes,
        (
            "How far is a probability from the label? At one half the answer turns wrong.",
            "np.abs(labels - probabilities) is above one half for mistakes, near 1 for the worst.",
            "off = np.abs(labels - probabilities); order = np.argsort(-off); "
            "order[off[order] > .5][:n].",
        ),
    ),
    "1.10": Task(
        "write_predictions",
        2,
        write_predictions,
        (
            "A DataFrame of three columns, and to_csv. What does to_csv write that nobody asked "
            "for?",
            "np.where(probabilities > .5, 'positive', 'negative') are the words; np.isnan finds "
            "what is missing.",
            "if np.isnan(probabilities).any(): raise ValueError(...); then "
            "pd.DataFrame({'row': rows, ...}).to_csv(path, index=False).",
        ),
    ),
}
