"""The bundled sample of film reviews: written by a small grammar.

In most of the reviews that `make_reviews` writes two words decide: a *claim* (wonderful, awful, …)
and a *turn* that keeps or flips it (agree, disagree, not, …). The label is their product, so
neither word alone tells it, and the number of words between them is known: the distance that a
classifier has to bridge.

    python -m utils sample      writes data/imdb_sample.csv and data/imdb_sample_key.csv

The same seed gives the same file on every platform: only Python's own `random` is used.
"""

import random
import re
from typing import NamedTuple

import pandas as pd

from utils import files, paths

# A claim is praise (+1) or blame (-1); a turn keeps it (+1) or flips it (-1).
CLAIM = {
    +1: "wonderful brilliant superb delightful moving gripping charming excellent".split(),
    -1: "awful dreadful tedious terrible clumsy lifeless annoying horrible".split(),
}
FRAMES = {
    "hearsay": (
        "my {person} found this {film} <claim> . {plot} i <turn> .",
        {+1: ["agree", "concur"], -1: ["disagree", "object"]},
    ),
    "expectation": (
        "i expected a <claim> {film} . {plot} i was <turn> .",
        {+1: ["right", "correct"], -1: ["wrong", "mistaken"]},
    ),
    "irony": (
        "i speak <turn> here . {plot} what a <claim> {film} .",
        {+1: ["seriously", "sincerely"], -1: ["ironically", "sarcastically"]},
    ),
}
NEGATED = [
    ("i did <turn> find this {film} <claim> .", "not"),
    ("for me it was <turn> but a <claim> {film} .", "anything"),
    ("i would <turn> call it a <claim> {film} .", "never"),
]
OUTRIGHT = [
    "i found this {film} <claim> .",
    "for me it was a <claim> {film} .",
    "i call it a <claim> {film} .",
]
OTHERS_SAY = [
    "my {person} found this {film} <claim> .",
    "for my {person} it was a <claim> {film} .",
    "the {person} next to me called it a <claim> {film} .",
    "they promised us a <claim> {film} .",
]
UNDECIDED = "some call it a {praise} {film} . others call it {blame} . {plot} i will not judge ."
# Of two remarks on details the later one weighs more: it agrees with the label 3 times in 4.
REMARK = "{first} {aspect} but {second} {aspect} ."
REMARK_WORDS = {+1: "good fine pleasing lovely".split(), -1: "bad weak dull ugly".split()}
REMARK_AGREES = 0.75

PLOT = """
a {hero} finds a {thing} near the {place} .
the {hero} and the {hero} travel to a {place} .
{time} a {hero} sells the {thing} .
the {thing} belongs to a {hero} from the {place} .
a {hero} waits in the {place} for the {hero} .
{time} they walk from the {place} to the {place} .
the {hero} hides the {thing} under a {thing} .
nobody at the {place} knows the {hero} .
the {hero} writes to a {hero} about the {thing} .
{time} the {place} is closed and the {hero} leaves .
""".strip().splitlines()
WORDS = {
    "film": "film movie picture story feature".split(),
    "person": "sister neighbour barber teacher cousin dentist uncle colleague".split(),
    "aspect": "music acting camera lighting dialogue editing costumes ending".split(),
    "hero": "farmer pilot widow baker captain student nurse painter clerk sailor".split(),
    "place": "harbour village station castle desert market island theatre forest hotel".split(),
    "thing": "letter map suitcase violin key lantern ledger ring boat photograph".split(),
    "time": ["one morning", "in winter", "after the war", "at night", "years later"],
    "praise": CLAIM[+1],
    "blame": CLAIM[-1],
}

SHARE_FRAMES, SHARE_UNDECIDED, SHARE_NEGATED, SHARE_OTHERS_SAY = 0.45, 0.04, 0.25, 0.8
MAX_PLOT_IN_FRAME, MAX_PLOT_BESIDE = 4, 1
SHARE_DUPLICATES = 0.008


class Review(NamedTuple):
    """One generated review and what its grammar knows about it.

    text: the review, with markup. label: +1 or -1. kind: hearsay, expectation, irony,
    negated, outright, contrast or undecided. distance: words between claim and turn, None
    where there is no such pair. best_accuracy: the expected accuracy of the best possible
    classifier, 1.0, or 0.5 where nothing in the text decides.

    >>> Review("I call it a superb film.", +1, "outright", None, 1.0).kind
    'outright'
    """

    text: str
    label: int
    kind: str
    distance: int | None
    best_accuracy: float


def _fill(template, rng):
    """Replace each {name} by a word of that list; <claim> and <turn> stay."""
    return re.sub(r"\{(\w+)\}", lambda name: rng.choice(WORDS[name[1]]), template)


def _plot(rng, n_sentences):
    return " ".join(_fill(rng.choice(PLOT), rng) for _ in range(n_sentences))


def _distance(template):
    words = [word for word in template.split() if word != "."]
    first, second = sorted((words.index("<claim>"), words.index("<turn>")))
    return second - first - 1


def _framed(rng):
    kind = rng.choice(list(FRAMES))
    template, turns = FRAMES[kind]
    plot = _plot(rng, rng.randint(0, MAX_PLOT_IN_FRAME))
    template = _fill(template.replace("{plot}", plot), rng)
    claim, turn = rng.choice((+1, -1)), rng.choice((+1, -1))
    label = claim * turn
    last = label if rng.random() < REMARK_AGREES else -label
    remark = REMARK.replace("{first}", rng.choice(REMARK_WORDS[-last]))
    remark = _fill(remark.replace("{second}", rng.choice(REMARK_WORDS[last])), rng)
    text = template.replace("<claim>", rng.choice(CLAIM[claim]))
    text = text.replace("<turn>", rng.choice(turns[turn]))
    return Review(f"{text} {remark}", label, kind, _distance(template), 1.0)


def _own_verdict(rng):
    """The writer's own verdict, often beside somebody else's opposite one."""
    label, distance = rng.choice((+1, -1)), None
    if rng.random() < SHARE_NEGATED:
        template, negation = rng.choice(NEGATED)
        kind, claim, distance = "negated", -label, _distance(template)
        template = template.replace("<turn>", negation)
    else:
        kind, claim, template = "outright", label, rng.choice(OUTRIGHT)
    verdicts = [template.replace("<claim>", rng.choice(CLAIM[claim]))]
    if rng.random() < SHARE_OTHERS_SAY:
        kind = "contrast" if kind == "outright" else kind
        others = rng.choice(OTHERS_SAY).replace("<claim>", rng.choice(CLAIM[-label]))
        verdicts.insert(rng.randrange(2), others)
    parts = verdicts + [rng.choice(PLOT) for _ in range(rng.randint(0, MAX_PLOT_BESIDE))]
    rng.shuffle(parts)
    return Review(_fill(" ".join(parts), rng), label, kind, distance, 1.0)


def _undecided(rng):
    plot = _plot(rng, rng.randint(0, MAX_PLOT_IN_FRAME))
    text = _fill(UNDECIDED.replace("{plot}", plot), rng)
    return Review(text, rng.choice((+1, -1)), "undecided", None, 0.5)


def _typeset(text, rng):
    """Articles, capitals and full stops as people write them, and Kaggle's line breaks."""
    text = re.sub(r"\ba (?=[aeiou])", "an ", text)
    text = re.sub(r"\bi\b", "I", text)
    sentences = [sentence.strip() for sentence in text.split(" .") if sentence.strip()]
    text = ". ".join(sentence[0].upper() + sentence[1:] for sentence in sentences) + "."
    if len(sentences) > 2 and rng.random() < 0.3:
        text = text.replace(". ", ".<br /><br />", 1)
    return text


def make_reviews(n_reviews, seed):
    """Write `n_reviews` reviews, all different; a list of `Review`.

    seed: of Python's `random`, so that the reviews are the same on every platform.

    >>> review = make_reviews(8, seed=0)[1]
    >>> review.text, review.label, review.kind
    ('I call it a tedious story. My dentist found this feature gripping.', -1, 'contrast')
    """
    rng = random.Random(seed)
    kinds = (_framed, _undecided, _own_verdict)
    weights = (SHARE_FRAMES, SHARE_UNDECIDED, 1 - SHARE_FRAMES - SHARE_UNDECIDED)
    made = {}
    while len(made) < n_reviews:
        review = rng.choices(kinds, weights)[0](rng)
        text = _typeset(review.text, rng)
        made.setdefault(text, review._replace(text=text))
    return list(made.values())


def to_tables(made):
    """Reviews as two tables, in Kaggle's columns and as what the grammar knows.

    made: a list of `Review`. Returns DataFrames with the columns review, sentiment ("positive"
    or "negative") and kind, distance, best_accuracy.

    >>> kaggle, key = to_tables(make_reviews(3, seed=0))
    >>> list(kaggle.columns), list(key.columns)
    (['review', 'sentiment'], ['kind', 'distance', 'best_accuracy'])
    """
    table = pd.DataFrame(made)
    table["sentiment"] = table["label"].map({+1: "positive", -1: "negative"})
    table["distance"] = table["distance"].astype("Int64")
    kaggle = table[["text", "sentiment"]].rename(columns={"text": "review"})
    return kaggle, table[["kind", "distance", "best_accuracy"]]


def write_sample(n_reviews=3_000, seed=1997):
    """Write the bundled sample: data/imdb_sample.csv and data/imdb_sample_key.csv.

    A few reviews occur twice, as in the real file. Returns both paths, `paths.REVIEWS_SAMPLE` and
    `paths.REVIEWS_SAMPLE_KEY`.

    >>> import tempfile, unittest.mock
    >>> with tempfile.TemporaryDirectory() as folder, unittest.mock.patch.multiple(
    ...     paths,
    ...     REVIEWS_SAMPLE=paths.Path(folder, "sample.csv"),
    ...     REVIEWS_SAMPLE_KEY=paths.Path(folder, "key.csv"),
    ... ):
    ...     [path.read_text().count("\\n") for path in write_sample(n_reviews=60)]
    [61, 61]
    """
    n_duplicates = round(SHARE_DUPLICATES * n_reviews)
    made = make_reviews(n_reviews - n_duplicates, seed)
    rng = random.Random(seed)
    for review in rng.sample(made, n_duplicates):
        made.insert(rng.randrange(len(made)), review)
    for path, part in zip(
        (paths.REVIEWS_SAMPLE, paths.REVIEWS_SAMPLE_KEY), to_tables(made), strict=True
    ):
        with files.atomic_write(path) as beside:
            part.to_csv(beside, index=False, lineterminator="\n")
    return paths.REVIEWS_SAMPLE, paths.REVIEWS_SAMPLE_KEY
