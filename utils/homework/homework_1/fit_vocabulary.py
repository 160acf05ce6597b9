"""Task 1.2: the most frequent words of the training part, after padding and unknown."""

from collections import Counter
from copy import deepcopy

import numpy as np

from utils.homework.task import Task, expect

PARTS = {
    "train": ["good film good plot"] * 3 + ["bad film"] * 2 + ["dull plot dull ! a"],
    "validation": ["tedious film tedious"] * 20,
    "test": ["splendid film splendid"] * 30,
}
COUNTS = Counter(" ".join(PARTS["train"]).split())
N_TEXTS = Counter(word for text in PARTS["train"] for word in set(text.split()))


def check(fit_vocabulary):
    """Raise NotYet unless six words are chosen as asked for, and no more than there are."""
    words = _words(fit_vocabulary, PARTS, n_words=6)
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
    unheard = [word for word in words[2:] if word not in COUNTS]
    expect(
        not unheard,
        f"{''.join(unheard[:1])!r} is no word of the training part: words are separated by spaces, "
        "and by the end of a text",
    )
    few = _words(fit_vocabulary, PARTS, n_words=50)
    left_out = [word for word in COUNTS if word not in few]
    expect(
        not left_out,
        f"{''.join(left_out[:1])!r} is left out, although there is room for it: a word is whatever "
        "stands between spaces, also a mark such as '!', a single letter, or a rare one",
    )
    expect(
        len(words) == 6,
        f"{len(words)} entries for n_words=6: '' and '[UNK]' count among the six",
    )
    expect(len(set(words)) == len(words), "a word stands twice in the list: count each word once")
    expect(
        [N_TEXTS[word] for word in words[2:5]] != [5, 4, 3],
        "the order is that of in how many texts a word stands: count how often it stands there",
    )
    expect(
        [COUNTS[word] for word in words[2:]] == [6, 5, 4, 2],
        "the words must be the most frequent ones, the most frequent first",
    )
    expect(
        len(few) == 2 + len(COUNTS),
        "where the texts hold fewer words than n_words, the list is shorter; nothing is made up",
    )
    other = _words(fit_vocabulary, PARTS | {"train": ["dull", "dull end"]}, n_words=9)
    expect(
        other == ["", "[UNK]", "dull", "end"],
        "for other texts something of the first ones comes back: count anew in each call",
    )


def _words(fit_vocabulary, parts, n_words):
    words = fit_vocabulary(deepcopy(parts), n_words=n_words)
    expect(
        isinstance(words, (list, tuple, np.ndarray)) and all(isinstance(w, str) for w in words),
        "return a list of words: the number of a word is its index in the list",
    )
    return list(words)


TASK = Task(
    number="1.2",
    function="fit_vocabulary",
    points=1,
    check=check,
    hints=(
        "Which of the three parts may the vocabulary know?",
        "collections.Counter counts words and has a method for the most frequent ones.",
        "Counter(' '.join(parts['train']).split()).most_common(n_words - 2), behind ['', '[UNK]'].",
    ),
)
