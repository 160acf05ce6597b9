"""Synthetic tasks: generated problems that ask how far back an input may lie and still decide.

Each problem is called as `problem(size, distance, seed)` and returns (inputs, labels); the same
three numbers give the same arrays. N sequences (size), T time steps, D features.

    fill_in_the_blank   tokens (N, T = 5 + distance)   which of LANGUAGES comes next
    number_agreement    tokens (N, T = 2 + distance)   which of VERBS comes next
    adding              numbers (N, T = distance, 2)   the sum of the two marked values
    running_sum         numbers (N, T = distance, 2)   at each step: the sum since the last mark
    marked_value        numbers (N, T = distance, 2)   at each step: the marked value, once read
    answer_when_asked   numbers (N, T = distance, 2)   at each step: the first value, if asked

Tokens are indices into VOCABULARY, and `sentence` turns them back into words. No sequence needs
padding. What stands between is drawn without looking at the label and holds other countries
and other nouns, so that counting words does not help. `short_reviews` takes no numbers: it
returns all there are. `number_in_words` is for translating: words on one side, digits on the other.

>>> inputs, labels = adding(size=100, distance=30, seed=0)
>>> inputs.shape, labels.shape
((100, 30, 2), (100,))
>>> np.array_equal(inputs, adding(size=100, distance=30, seed=0)[0])
True
"""

import itertools
import operator

import numpy as np

# What decides, and the labels: LANGUAGES[i] is spoken in COUNTRIES[i]; a SINGULAR noun chases
# (VERBS[0]), PLURAL ones chase (VERBS[1]).
COUNTRIES = "japan france spain italy poland korea".split()
LANGUAGES = "japanese french spanish italian polish korean".split()
SINGULAR = "dog cat horse bird".split()
PLURAL = "dogs cats horses birds".split()
VERBS = ["chases", "chase"]

# How a sentence about a language starts and ends. Then the phrases, split by |, that may stand
# between what decides and the end; <country> and <noun> stand for any of those above.
BORN, MY_LANGUAGE = "i was born in", "my native language is"
LIVED = """
today | then | indeed | back then | for a while | with my sister | and lived there for ten years
and then moved to the us | we ate well | the winters were cold | and flew to <country>
my aunt works in <country> | i read about <country> | we sold the old house
"""
ADOPTED = """
again | today | indeed | of mine | by the door | whom i adopted in 2009 | that my sister likes
near the old <noun> | behind the <noun> | that my <noun> often saw
with the red ball | next to my <noun>
"""
# The grammar of short reviews, with the label of each quality.
OPENINGS = ("the film was", "it was", "i found it", "the plot was", "my friend found the plot")
QUALITIES = {"good": 1, "great": 1, "moving": 1, "bad": 0, "dull": 0, "awful": 0}
# Words of numbers: below twenty, and tens from twenty on.
BELOW_TWENTY = """zero one two three four five six seven eight nine ten eleven twelve thirteen
fourteen fifteen sixteen seventeen eighteen nineteen""".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
# Words by token and tokens by word; 0 is left to padding, for those who want some.
VOCABULARY = ["", *COUNTRIES, *SINGULAR, *PLURAL]
VOCABULARY += sorted(
    {word for text in (BORN, MY_LANGUAGE, LIVED, ADOPTED) for word in text.split()}
    - {"|", "<country>", "<noun>"}
)
TOKEN = {word: token for token, word in enumerate(VOCABULARY)}

# The squared error of whoever always answers 1, the mean of the sum of two values from U[0, 1].
ADDING_MEMORYLESS_LOSS = 1 / 6


def fill_in_the_blank(size, distance, seed):
    """ "i was born in japan … my native language is ___": the language of the first country.

    distance: words between the country and the blank, at least 4; in the sentence of deck A
    ("… and lived there for ten years and then moved to the us my native language is") 16.
    Returns tokens, int32 (N, 5 + distance), and labels, indices into LANGUAGES, int32 (N,).
    Raises ValueError for a size below 1, a smaller distance or a number that is not whole.

    >>> tokens, labels = fill_in_the_blank(size=1, distance=4, seed=0)
    >>> sentence(tokens[0]), LANGUAGES[labels[0]]
    ('i was born in korea my native language is', 'korean')
    """
    _check(size, distance, seed, least=4)
    rng = np.random.default_rng(seed)
    labels = rng.integers(len(COUNTRIES), size=size).astype("int32")
    between = _fillers(rng, size, distance - 4, LIVED, {"<country>": COUNTRIES})
    start, end = (np.tile(_tokens(words), (size, 1)) for words in (BORN, MY_LANGUAGE))
    countries = np.array(_tokens(" ".join(COUNTRIES)))[labels, None]
    return np.hstack([start, countries, between, end]).astype("int32"), labels


def number_agreement(size, distance, seed):
    """ "my dog whom i adopted in 2009 ___": chases or chase, as the first noun says.

    The number prediction of Linzen, Dupoux & Goldberg (2016), on generated sentences.
    distance: words between the noun and the verb, at least 0; in the sentence of deck C 5.
    Returns tokens, int32 (N, 2 + distance), and labels, indices into VERBS, int32 (N,).
    Raises ValueError for a size below 1, a smaller distance or a number that is not whole.

    >>> tokens, labels = number_agreement(size=1, distance=5, seed=11)
    >>> sentence(tokens[0]), VERBS[labels[0]]
    ('my dog whom i adopted in 2009', 'chases')
    """
    _check(size, distance, seed, least=0)
    rng = np.random.default_rng(seed)
    labels = rng.integers(2, size=size).astype("int32")
    nouns = np.array([_tokens(" ".join(SINGULAR)), _tokens(" ".join(PLURAL))])
    subjects = nouns[labels, rng.integers(len(SINGULAR), size=size), None]
    between = _fillers(rng, size, distance, ADOPTED, {"<noun>": SINGULAR + PLURAL})
    start = np.full((size, 1), TOKEN["my"])
    return np.hstack([start, subjects, between]).astype("int32"), labels


def adding(size, distance, seed):
    """The adding problem of Hochreiter & Schmidhuber (1997): add the two values that are marked.

    distance: T, the number of steps, at least 2. One mark falls on the first half, one on the
    second (Arjovsky, Shah & Bengio 2016). Always answering 1 has the mean squared error
    ADDING_MEMORYLESS_LOSS, twice the variance 1/12 of one value.
    Returns inputs, float32 (N, T, 2), a value from U[0, 1] and its mark (0 or 1) at each step,
    and labels, float32 (N,).
    Raises ValueError for a size below 1, a smaller distance or a number that is not whole.

    >>> inputs, labels = adding(size=3, distance=8, seed=0)
    >>> values, marks = inputs[..., 0], inputs[..., 1]
    >>> np.array_equal(labels, (values * marks).sum(axis=1))
    True
    >>> marks.sum(axis=1)
    array([2., 2., 2.], dtype=float32)
    """
    _check(size, distance, seed, least=2)
    rng = np.random.default_rng(seed)
    values = rng.random((size, distance), dtype="float32")
    marks = np.zeros((size, distance), "float32")
    rows, half = np.arange(size), distance // 2
    marks[rows, rng.integers(half, size=size)] = 1
    marks[rows, rng.integers(half, distance, size=size)] = 1
    return np.stack([values, marks], axis=-1), (values * marks).sum(axis=1)


def running_sum(size, distance, seed):
    """A value and a mark at each step: the sum of the values since the last mark. It must forget.

    distance: T, the number of steps, at least 1. A mark (1, else 0) falls on each step with a
    chance of 1 in 5; the value it stands at is the first of the new sum.
    Returns inputs, float32 (N, T, 2), a value from U[-1, 1] and its mark at each step, and
    labels, float32 (N, T). After Gers, Schmidhuber & Cummins (2000).
    Raises ValueError for a size below 1, a smaller distance or a number that is not whole.

    >>> inputs, labels = running_sum(size=50, distance=2, seed=0)
    >>> values, marks = inputs[..., 0], inputs[..., 1]
    >>> np.allclose(labels[:, 1], values[:, 1] + (1 - marks[:, 1]) * values[:, 0])
    True
    """
    _check(size, distance, seed, least=1)
    rng = np.random.default_rng(seed)
    values = rng.uniform(-1, 1, (size, distance)).astype("float32")
    marks = (rng.random((size, distance)) < 0.2).astype("float32")
    totals = np.zeros((size, distance), "float32")
    for t in range(distance):
        before = (1 - marks[:, t]) * totals[:, t - 1] if t else 0
        totals[:, t] = before + values[:, t]
    return np.stack([values, marks], axis=-1), totals


def marked_value(size, distance, seed):
    """A value at each step, one of them marked: that one, from its mark on. It must ignore.

    distance: T, the number of steps, at least 1. Before the mark the label is 0.
    Returns inputs, float32 (N, T, 2), a value from U[-1, 1] and its mark (0 or 1) at each
    step, and labels, float32 (N, T).
    Raises ValueError for a size below 1, a smaller distance or a number that is not whole.

    >>> inputs, labels = marked_value(size=50, distance=9, seed=0)
    >>> values, marks = inputs[..., 0], inputs[..., 1]
    >>> np.array_equal(labels[:, -1], values[marks == 1])
    True
    """
    _check(size, distance, seed, least=1)
    rng = np.random.default_rng(seed)
    values = rng.uniform(-1, 1, (size, distance)).astype("float32")
    marks = np.eye(distance, dtype="float32")[rng.integers(distance, size=size)]
    return np.stack([values, marks], axis=-1), np.cumsum(values * marks, axis=1)


def answer_when_asked(size, distance, seed):
    """A value comes first; a mark asks for it, and elsewhere the label is 0. It must hold.

    distance: T, the number of steps, at least 1. A mark (1, else 0) falls on each step with a
    chance of 3 in 10. Later values are 0.
    Returns inputs, float32 (N, T, 2), a value from U[-1, 1] and its mark at each step, and
    labels, float32 (N, T).
    Raises ValueError for a size below 1, a smaller distance or a number that is not whole.

    >>> inputs, labels = answer_when_asked(size=50, distance=9, seed=0)
    >>> first, marks = inputs[:, :1, 0], inputs[..., 1]
    >>> np.array_equal(labels, marks * first)
    True
    """
    _check(size, distance, seed, least=1)
    rng = np.random.default_rng(seed)
    values = np.zeros((size, distance), "float32")
    values[:, 0] = rng.uniform(-1, 1, size)
    marks = (rng.random((size, distance)) < 0.3).astype("float32")
    return np.stack([values, marks], axis=-1), marks * values[:, :1]


def short_reviews():
    """ "it was not good": the 90 reviews of 3 to 7 words that a tiny grammar can say.

    An opening, then *not*, *very* or nothing, then a quality; *not* turns its label round.
    Returns a list of texts, and labels, 1 for praise, int32 (90,).

    >>> texts, labels = short_reviews()
    >>> len(texts), texts[0], labels[0].item()
    (90, 'the film was not good', 0)
    """
    choices = list(itertools.product(OPENINGS, ("not", "very", ""), QUALITIES))
    labels = [QUALITIES[quality] ^ (middle == "not") for _, middle, quality in choices]
    return [" ".join(" ".join(choice).split()) for choice in choices], np.array(labels, "int32")


def number_in_words(number):
    """A whole number from 0 to 9,999 as one says it. Raises ValueError for another.

    >>> number_in_words(302), number_in_words(7045)
    ('three hundred two', 'seven thousand forty five')
    """
    if not 0 <= number < 10_000:
        raise ValueError(f"number is {number}, expected one from 0 to 9,999")
    if number < 20:
        return BELOW_TWENTY[number]
    for unit, name in ((1_000, "thousand"), (100, "hundred")):
        if number >= unit:
            said, rest = f"{BELOW_TWENTY[number // unit]} {name}", number % unit
            break
    else:
        said, rest = TENS[number // 10 - 2], number % 10
    return f"{said} {number_in_words(rest)}" if rest else said


def sentence(tokens):
    """The words of one sequence of tokens (T,), as a string; padding (0) is left out.

    Raises ValueError for tokens of another rank.

    >>> sentence([TOKEN["my"], TOKEN["dog"], 0, 0])
    'my dog'
    """
    tokens = np.asarray(tokens)
    if tokens.ndim != 1:
        raise ValueError(f"tokens have {tokens.ndim} axes, expected the one of a single sequence")
    return " ".join(VOCABULARY[token] for token in tokens if token)


def _tokens(words):
    return [TOKEN[word] for word in words.split()]


def _fillers(rng, size, length, text, choices):
    """Phrases of `text`, drawn until each of `size` rows has `length` words exactly; tokens."""
    phrases = [phrase.split() for line in text.strip().splitlines() for phrase in line.split("|")]
    fitting = [
        [number for number, phrase in enumerate(phrases) if len(phrase) <= room]
        for room in range(length + 1)
    ]
    rows = np.empty((size, length), "int32")
    for row in rows:
        at = 0
        while at < length:
            room = fitting[length - at]
            phrase = phrases[room[int(rng.random() * len(room))]]
            for word in phrase:
                options = choices.get(word, (word,))
                row[at] = TOKEN[options[int(rng.random() * len(options))]]
                at += 1
    return rows


def _check(size, distance, seed, least):
    for name, number, bound in (
        ("size", size, 1),
        ("distance", distance, least),
        ("seed", seed, 0),
    ):
        try:
            operator.index(number)
        except TypeError:
            raise ValueError(f"{name} is {number!r}, expected a whole number") from None
        if number < bound:
            raise ValueError(f"{name} is {number}, expected at least {bound}")
