"""Film reviews: a CSV file in, checked tables out.

The file has two columns as Kaggle ships it (IMDB Dataset.csv, 50,000 rows; Maas et al. 2011):
`review`, text with markup, and `sentiment`, `positive` or `negative`; a file in which these have
other names is read where it is said which. Everything that can be wrong with it raises
`ReviewsError`, a sentence that names file, row and remedy.
"""

import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from utils import paths
from utils.csv_files import CsvReader
from utils.errors import CourseError
from utils.reviews.sources import SOURCES, path_of

COLUMNS = ["review", "sentiment"]
LABELS = {"negative": 0, "positive": 1}
# What other files write for them, besides capitals and blanks.
MEANT = {"0": "negative", "0.0": "negative", "neg": "negative"}
MEANT |= {"1": "positive", "1.0": "positive", "pos": "positive"}
MIN_REVIEWS, MIN_OF_LABEL, MIN_REPEATED = 50, 10, 10


def _table_rules(labels):
    """What is refused and what is said then, in this order: see `enforce`. labels: the file's."""
    return (
        (
            lambda reviews: len(reviews) > 0 and reviews["review"].isin(labels).all(),
            "{path}: the column {of_review} holds the labels and the column {of_label} the texts: "
            "{swap} the other way round.",
        ),
        (
            lambda reviews: reviews["review"].str.strip() == "",
            "{path}, row {number}, column {of_review}: found {review!r}, expected a text: fill it "
            "in or delete the row{more}.",
        ),
        (
            lambda reviews: ~reviews["sentiment"].isin(labels),
            "{path}, row {number}, column {of_label}: found {sentiment!r}, expected {either}: "
            "{remedy}{more}.",
        ),
        (
            lambda reviews: len(reviews) < MIN_REVIEWS,
            "{path} has {n} reviews, too few to split: {least} are the least.",
        ),
        (
            lambda reviews: reviews["sentiment"].nunique() == 1,
            "{path}: all {n:,} reviews are {label}. A classifier needs both classes: is this a "
            "part of a sorted file?",
        ),
    )


# The same of texts that stand in the file twice, of different texts, and of their words.
COPY_RULES = (
    (
        lambda copies: copies["sentiment"] != _first_label(copies),
        "{path}, rows {rows}: the same review is positive and negative: correct the labels, or "
        "delete the rows{more}.",
    ),
)
LABEL_RULES = (
    (
        lambda n_of_label: n_of_label.min() < MIN_OF_LABEL,
        "{path} has {n} different {label} reviews, too few to split: {least} are the least.",
    ),
)
WORD_RULES = (
    (
        lambda texts: not _repeat_words(texts),
        "{path}: hardly a word stands in more than one review, so there is nothing to learn: put "
        "spaces between the words.",
    ),
)


class ReviewsError(CourseError, ValueError):
    """A file of reviews, or of predictions for them, that cannot be used as it is."""


READER = CsvReader(
    error=ReviewsError,
    columns=COLUMNS,
    missing=f"Name a CSV file, or one of {', '.join(SOURCES)}. `make data` fetches 50,000 reviews "
    f"to '{paths.REVIEWS}'.",
    again="fetch it again with `make data`",
    renamed='; or say which columns hold text and label: columns=("text", "label") here, '
    "`--columns text,label` on the command line, COLUMNS=text,label with make",
)


def enforce(rules, given, **facts):
    """Raise ReviewsError with the sentence of the first rule that `given` breaks.

    rules: pairs (broken, sentence). broken(given) is a truth value or, where `given` is a table,
    a mask of its rows (N,). The sentence names `facts` in braces and, of the first row of a mask,
    its columns, its number counted from 1, and how many `more` there are.

    >>> rules = [(lambda ages: ages["age"] < 0, "{file}, row {number}: found the age {age}{more}.")]
    >>> enforce(rules, pd.DataFrame({"age": [31, -4, -5]}), file="ages.csv")
    Traceback (most recent call last):
    utils.reviews.read.ReviewsError: ages.csv, row 2: found the age -4 (2 such rows in all).
    """
    for broken, sentence in rules:
        bad = broken(given)
        if np.any(bad):
            of_row = _first_row(given, bad) if isinstance(bad, pd.Series) else {}
            raise ReviewsError(sentence.format(**facts, **of_row))


def _first_row(table, bad):
    found = {
        column: value[:40] if isinstance(value, str) else value
        for column, value in table[bad].head(1).to_dict("records")[0].items()
    }
    more = f" ({bad.sum():,} such rows in all)" if bad.sum() > 1 else ""
    return found | {"number": int(np.argmax(bad)) + 1, "more": more}


def read_reviews(source, *, columns=None, labels=None):
    """Read and check a CSV of reviews.

    source: a file, as `paths.find` finds it, or one of the names in `sources.SOURCES`. columns: the
    names of its columns with the text and the label, where they are not review and sentiment;
    others are left out then. labels: its two labels, the negative one first, where they are not
    negative and positive. Returns a DataFrame with `review` (text) and `label` (0 negative, 1
    positive), one row for each row of the file, in its order.
    Raises ReviewsError for anything that is not such a file, FetchError where what has a name
    cannot be fetched; no row is ever dropped.

    >>> reviews = read_reviews("sample")
    >>> reviews.shape, list(reviews.columns)
    ((3000, 2), ['review', 'label'])
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = reviews.assign(stars=5).rename(columns={"review": "text"}).to_csv(
    ...         f"{folder}/mine.csv", index=False
    ...     )
    ...     mine = read_reviews(f"{folder}/mine.csv", columns=("text", "label"), labels=("0", "1"))
    >>> mine.equals(reviews)
    True
    """
    path = path_of(source)
    of_review, of_label = _two(columns or COLUMNS, 'columns=("text", "label")')
    negative, positive = _two(labels or LABELS, 'labels=("bad", "good")')
    reader = replace(READER, columns=[of_review, of_label], others=True) if columns else READER
    reviews = reader.table(path, lower=not columns).set_axis(COLUMNS, axis="columns")
    enforce(
        _table_rules([negative, positive]),
        reviews,
        path=path,
        of_review=of_review,
        of_label=of_label,
        swap="name them" if columns else "write the names in line 1",
        either=f"{positive} or {negative}",
        remedy=_label_remedy(reviews["sentiment"], [negative, positive]),
        n=len(reviews),
        label=reviews["sentiment"].max(),
        least=MIN_REVIEWS,
    )
    copies = reviews[reviews["review"].duplicated(keep=False)]
    enforce(COPY_RULES, copies, path=path, rows=_rows_of_a_contradiction(copies))
    different = reviews.drop_duplicates("review")
    n_of_label = different["sentiment"].value_counts()
    enforce(
        LABEL_RULES,
        n_of_label,
        path=path,
        n=n_of_label.min(),
        label=n_of_label.idxmin(),
        least=MIN_OF_LABEL,
    )
    enforce(WORD_RULES, different["review"], path=path)
    reviews["label"] = reviews.pop("sentiment").map({negative: 0, positive: 1})
    return reviews


def _two(names, example):
    """Two different names, of columns or labels, as texts."""
    found = [names] if isinstance(names, str) else list(map(str, names))
    if len(found) != 2 or len(set(found)) != 2 or not all(found):
        what = example.partition("=")[0]
        raise ReviewsError(
            f"The {what} are {', '.join(map(repr, found))}: name two different ones, as in "
            f"{example}; on the command line, with a comma between them."
        )
    return found


def _label_remedy(labels, expected):
    """What to do about the first label that is not one of those that are expected."""
    wrong = labels[~labels.isin(expected)].unique()
    if expected != list(LABELS):
        return "correct it, or delete the row; labels are named with the negative one first"
    meant = {label: label.strip().lower() for label in wrong}
    numbers = sorted(word for word in meant.values() if re.fullmatch(r"-?[\d.]+", word))
    meant = {label: MEANT.get(word, word) for label, word in meant.items()}
    named = _named(labels.unique(), meant)
    if set(numbers) - set(MEANT):
        return (
            f"the labels are numbers ({', '.join(numbers[:6])}): replace those that mean a good "
            "review by positive and those that mean a bad one by negative, and delete other rows"
            f"{named}"
        )
    if not len(wrong) or meant[wrong[0]] not in LABELS:
        return f"correct it, or delete the row{named}"
    pairs = [f"{label!r} by {word}" for label, word in meant.items() if word in LABELS]
    return f"replace {', '.join(pairs)} in the whole column{named}"


def _named(kinds, meant):
    """How to name the labels of a file that has two kinds of them; "" where it has others."""
    if len(kinds) != 2:
        return ""
    known = set(meant.values()) <= set(LABELS)
    first, second = sorted(kinds, key=lambda kind: meant.get(kind, kind) if known else kind)
    return (
        f"; or name both, the negative one first, as in labels=({first!r}, {second!r}) here, "
        f'`--labels "{first},{second}"` on the command line, LABELS="{first},{second}" with make'
    )


def _first_label(copies):
    """(N,) the label with which each text stands in the file first."""
    return copies.groupby("review", sort=False)["sentiment"].transform("first")


def _rows_of_a_contradiction(copies):
    wrong = copies[copies["sentiment"] != _first_label(copies)]["review"]
    rows = copies.index[copies["review"] == wrong.iloc[0]] if len(wrong) else []
    return ", ".join(str(row + 1) for row in rows)


def _repeat_words(texts):
    """Whether enough words stand in several texts to learn from a part of them."""
    seen, n_repeated = set(), 0
    for text in texts:
        words = {word for word in re.findall(r"\w\w+", text.lower()) if word.strip("_")}
        n_repeated += len(words & seen)
        if n_repeated >= MIN_REPEATED:
            return True
        seen |= words
    return False


@dataclass(frozen=True)
class Split:
    """Three tables of reviews without a common text; `test` is None where it is another file.

    Columns: index (row of the table that was split, from 0), review and label.

    >>> train = pd.DataFrame({"index": [0], "review": ["Fine."], "label": [1]})
    >>> Split(train=train, validation=train, test=None).test is None
    True
    """

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame | None


def split_reviews(reviews, *, test=True, seed=0):
    """Split reviews into train (80 %), validation (10 %) and test (10 %), balanced by label.

    reviews: as `read_reviews` returns them. Copies of a text stay together, so that none is in
    train and in test. With test=False there is no test part and validation keeps its 10 %: the
    test reviews come from a file of their own. Returns a `Split`.

    >>> texts = [f"Review {i}" for i in range(100)]
    >>> split = split_reviews(pd.DataFrame({"review": texts, "label": [0, 1] * 50}))
    >>> len(split.train), len(split.validation), len(split.test)
    (80, 10, 10)
    """
    from sklearn.model_selection import train_test_split  # a second that reading does not need

    labels = reviews.drop_duplicates("review").set_index("review")["label"]
    sizes = {"validation": 0.1, "test": 0.1 if test else 0}
    parts, rest = {"test": None}, labels
    for name, share in sizes.items():
        if share:
            size = round(share * len(labels))
            rest, part = train_test_split(rest, test_size=size, random_state=seed, stratify=rest)
            parts[name] = reviews[reviews["review"].isin(part.index)].reset_index()
    parts["train"] = reviews[reviews["review"].isin(rest.index)].reset_index()
    return Split(**parts)
