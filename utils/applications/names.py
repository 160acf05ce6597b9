"""Names in tagged sentences: how they are counted, two baselines, and a picture of beliefs.

A sentence is (its words, its tags), the tags in the scheme IOB2: B-PER begins a person's name,
I-PER goes on with it, O stands outside of names. A name is right if its place and its kind are.
Where an I- follows on another kind, a name begins there, as in the CoNLL contest's own count.

>>> training = [("Ada Lovelace met Mary".split(), ["B-PER", "I-PER", "O", "B-PER"])]
>>> capitals(training)("Then Mary Shelley met London".split())
['B-PER', 'I-PER', 'I-PER', 'O', 'B-PER']
"""

from collections import Counter, defaultdict
from itertools import groupby

import matplotlib.pyplot as plt
import numpy as np
from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.metrics.sequence_labeling import get_entities

from utils.applications.wikigold import KINDS


def places(tags):
    """Where the names of one sentence are: [(kind, first word, last word)], counted from 0.

    >>> places(["B-PER", "I-PER", "O", "B-LOC"])
    [('PER', 0, 1), ('LOC', 3, 3)]
    """
    return get_entities(tags)


def names(sentences):
    """The names of sentences, in order: [(name, kind)].

    >>> names([(["Ada", "Lovelace", "wrote"], ["B-PER", "I-PER", "O"])])
    [('Ada Lovelace', 'PER')]
    """
    return [
        (" ".join(words[first : last + 1]), kind)
        for words, tags in sentences
        for kind, first, last in places(tags)
    ]


def scores(sentences, answers):
    """{measure: value} of answered tags: accuracy by word; precision, recall and F1 by name.

    >>> sentences = [(["Ada", "Lovelace", "wrote"], ["B-PER", "I-PER", "O"])]
    >>> {name: round(value, 2) for name, value in scores(sentences, [["B-PER", "O", "O"]]).items()}
    {'accuracy': 0.67, 'precision': 0.0, 'recall': 0.0, 'F1': 0.0}
    """
    truth = [tags for _, tags in sentences]
    by_name = {"precision": precision_score, "recall": recall_score, "F1": f1_score}
    return {"accuracy": float(np.mean(np.concatenate(truth) == np.concatenate(answers)))} | {
        name: float(measure(truth, answers, zero_division=0)) for name, measure in by_name.items()
    }


def found(sentences, answers):
    """Whether each name of the sentences, in order, is among the answered ones: booleans.

    >>> found([(["Ada", "in", "Rome"], ["B-PER", "O", "B-LOC"])], [["B-PER", "O", "O"]]).tolist()
    [True, False]
    """
    pairs = zip(sentences, answers, strict=True)
    return np.array([name in places(given) for (_, tags), given in pairs for name in places(tags)])


def look_up(training):
    """A function that tags words by a dictionary: the longest name that training has, each time.

    It takes the most frequent kind that the name has there.

    >>> look_up([(["New", "York"], ["B-LOC", "I-LOC"])])("In New York".split())
    ['O', 'B-LOC', 'I-LOC']
    """
    kinds = defaultdict(Counter)
    for name, kind in names(training):
        kinds[name][kind] += 1
    longest = max(len(name.split()) for name in kinds)

    def tag(words):
        tags = []
        while rest := words[len(tags) :]:
            for n in range(min(longest, len(rest)), 0, -1):
                if name := kinds.get(" ".join(rest[:n])):
                    break
            tags += _tags(name.most_common(1)[0][0] if name else "O", n)
        return tags

    return tag


def capitals(training):
    """A function that tags words by what they mostly were in training, and by capital letters.

    A word that training does not have is (part of) a name if it has a capital letter, unless
    training has it in small letters. Words of names that follow each other make one name; those
    that training has vote for its kind, and without any it is the most frequent kind of names of
    that many words.
    """
    roles, by_length = defaultdict(Counter), defaultdict(Counter)
    for words, tags in training:
        for word, tag in zip(words, tags, strict=True):
            roles[word][tag[2:] or "O"] += 1
    for name, kind in names(training):
        by_length[len(name.split())][kind] += 1

    def is_name(word):
        if word in roles:
            return roles[word].most_common(1)[0][0] != "O"
        return word[0].isupper() and word.lower() not in roles

    def tag(words):
        tags = []
        for named, run in groupby(words, is_name):
            run = list(run)
            votes = sum((roles[word] for word in run if word in roles), Counter())
            del votes["O"]
            votes = votes or by_length.get(len(run)) or sum(by_length.values(), Counter())
            tags += _tags(votes.most_common(1)[0][0] if named else "O", len(run))
        return tags

    return tag


def beliefs(words, p, tags, true_tags=None):
    """A grey map of the probability of each kind at each word, B- and I- added up.

    words: T of them. p: probabilities (T, len(tags)). tags: what they are of. true_tags: of the
    words, drawn as rings. Returns a figure.

    >>> figure = beliefs(["Ada"], np.array([[0.1, 0.6, 0.3]]), ["O", "B-PER", "I-PER"], ["B-PER"])
    >>> figure.axes[0].images[0].get_array().round(1).tolist()[:2]
    [[0.1], [0.9]]
    >>> plt.close(figure)
    """
    kinds = ["O", *KINDS]
    rows = [np.sum([p[:, i] for i, tag in enumerate(tags) if tag.endswith(k)], 0) for k in kinds]
    rows = [np.broadcast_to(row, len(words)) for row in rows]
    figure, axes = plt.subplots(figsize=(7.5, 3.2), layout="constrained")
    image = axes.imshow(rows, cmap="Greys", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(words)), words, rotation=90)
    axes.set_yticks(range(len(kinds)), kinds)
    if true_tags:
        true = [kinds.index(tag[2:] or "O") for tag in true_tags]
        axes.plot(true, "o", markersize=11, markerfacecolor="none", color="#D55E00")
    figure.colorbar(image, label="probability")
    return figure


def _tags(kind, n_words):
    return ["O"] * n_words if kind == "O" else [f"B-{kind}"] + [f"I-{kind}"] * (n_words - 1)
