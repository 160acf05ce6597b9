"""Task 1.4: the baseline, a model of which words a review holds and not in which order."""

import numpy as np

from utils.homework.task import Task, array, expect, numbers

FILLERS = "the film plot actor scene about street evening music town".split()
PRAISE, BLAME = "good moving splendid".split(), "bad tedious dull".split()
NEW_TEXTS = [
    "the good film about the town",
    "a bad plot",
    "splendid music that evening",
    "the dull actor",
    "moving scene moving street good evening",
    "the town the music tedious",
    "splendid dull",
    "words of nobody",
]
NEW_LABELS = np.array([1, 0, 1, 0, 1, 0])  # of the first six; the others may be either
WHAT = 'the probability of "positive" of each of the new texts, (N,)'


def check(bag_of_words):
    """Raise NotYet unless words that decide are learned from 60 texts, and order plays no part."""
    texts, labels = _reviews(PRAISE, BLAME, seed=11)
    found = _ask(bag_of_words, texts, labels, NEW_TEXTS)
    expect(found.any(), "every answer is 0: argmax of a single column is always 0")
    expect(
        not np.isin(found, [0, 1]).all(),
        "all answers are 0 or 1: these are classes; asked for are probabilities, which "
        "predict_proba gives",
    )
    expect(
        not (found >= 0.5).all(),
        "the larger of the two probabilities comes back, whichever class it belongs to: return the "
        "column of label 1",
    )
    sides = (found[:6] > 0.5) == NEW_LABELS
    expect(
        sides.any(),
        'these are the probabilities of "negative": predict_proba has a column for each class, in '
        "the order of the labels, 0 before 1",
    )
    expect(
        sides.all(),
        f"{sides.sum()} of six easy new texts are judged rightly: fit the model on the texts and "
        "labels that are given (who shuffles, shuffles both alike), then ask it about the new ones",
    )
    turned = _ask(bag_of_words, texts, labels, [_reversed(text) for text in NEW_TEXTS])
    expect(
        np.allclose(found, turned, atol=1e-6),
        "the order of the words makes a difference: a bag of words counts single words, this "
        "baseline must not see more",
    )
    alone = [_ask(bag_of_words, texts, labels, NEW_TEXTS[n : n + 1]) for n in (2, 7)]
    expect(
        np.allclose(np.concatenate(alone), found[[2, 7]], atol=1e-6),
        "the answer to one text depends on the other new texts: words are counted and weighted "
        "in the texts to learn from alone",
    )
    again = _ask(bag_of_words, *_reviews(BLAME, PRAISE, seed=12), NEW_TEXTS)
    expect(
        ((again[:6] > 0.5) != NEW_LABELS).all(),
        "with other texts and labels, where dull is praise, the answers are wrong: fit a new "
        "model in each call",
    )


def _ask(bag_of_words, texts, labels, new_texts):
    try:
        found = bag_of_words(list(texts), labels.copy(), list(new_texts))
    except ValueError as error:
        expect(
            " features, but " not in str(error),
            "the new texts are counted with a vocabulary of their own: fit the vectorizer on texts "
            "alone, and ask it for new_texts by transform, not fit_transform",
        )
        raise
    expect(
        array(found, WHAT).shape != (len(new_texts), 2),
        "two columns come back, one for each class: return the second one, of label 1",
    )
    found = numbers(found, (len(new_texts),), WHAT)
    expect(np.isfinite(found).all(), "some probabilities are missing (NaN)")
    expect(
        ((found >= 0) & (found <= 1)).all(),
        "some answers lie outside 0 and 1: these are no probabilities, as predict_proba gives",
    )
    return found


def _reversed(text):
    return " ".join(text.split()[::-1])


def _reviews(praise, blame, seed):
    """60 texts (a list) and their labels (60,): one word of six decides, five others do not."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(30) % 2
    texts = []
    for sides in ((blame, praise), (praise, blame)):  # what one side says, the other says, too
        others = np.random.default_rng(seed + 1)
        for n, label in enumerate(labels):
            words = [*others.choice(FILLERS, 5), sides[label][n % 3]]
            texts.append(" ".join(others.permutation(words)))
    return texts, np.concatenate([labels, 1 - labels])


TASK = Task(
    number="1.4",
    function="bag_of_words",
    points=2,
    check=check,
    hints=(
        "Scikit-learn has both parts: one that counts the words of texts, and a linear "
        "classifier. Which of them may see new_texts, and when?",
        "make_pipeline(CountVectorizer(), LogisticRegression()) is one model that takes texts: "
        "fit it on texts and labels. Its predict_proba has a column for each class.",
        "model = make_pipeline(CountVectorizer(), LogisticRegression(max_iter=1000)); "
        "model.fit(texts, labels); return model.predict_proba(new_texts)[:, 1].",
    ),
)
