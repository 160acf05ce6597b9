"""Film reviews: a CSV file in, checked tables out.

The file has two columns as Kaggle ships it (IMDB Dataset.csv, 50,000 rows; Maas et al. 2011):
`review`, text with markup, and `sentiment`, `positive` or `negative`. Everything that can be wrong
with it raises `ReviewsError`, a sentence that names file, row and remedy.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from utils import paths
from utils.errors import CourseError

COLUMNS = ["review", "sentiment"]
LABELS = {"negative": 0, "positive": 1}
MIN_REVIEWS, MIN_OF_LABEL = 50, 10

# What is refused and what is said then, in this order: see `enforce`.
FILE_RULES = (
    (lambda path: path.is_dir(), "{path} is a folder: name the CSV file in it."),
    (
        lambda path: not path.exists(),
        "{path}: there is no such file. `make data` fetches Kaggle's reviews to '{kaggle}'; "
        "data/README.md says how to do it by hand.",
    ),
)
CONTENT_RULES = (
    (
        lambda content: content.startswith((b"PK\x03\x04", b"\x1f\x8b")),
        "{path} is a compressed file, not a CSV: unpack it and name the CSV inside.",
    ),
    (lambda content: not content.strip(), "{path} is empty: fetch it again with `make data`."),
)
TABLE_RULES = (
    (
        lambda reviews: reviews["review"].str.strip() == "",
        "{path}, row {number}, column review: found {review!r}, expected a text: fill it in or "
        "delete the row{more}.",
    ),
    (
        lambda reviews: ~reviews["sentiment"].isin(LABELS),
        "{path}, row {number}, column sentiment: found {sentiment!r}, expected positive or "
        "negative: correct it{more}.",
    ),
    (
        lambda reviews: len(reviews) < MIN_REVIEWS,
        "{path} has {n} reviews, too few to split: {least} are the least.",
    ),
    (
        lambda reviews: reviews["sentiment"].nunique() == 1,
        "{path}: all {n:,} reviews are {label}. A classifier needs both classes: is this a part "
        "of a sorted file?",
    ),
)
LABEL_RULES = (
    (
        lambda n_of_label: n_of_label.min() < MIN_OF_LABEL,
        "{path} has {n} different {label} reviews, too few to split: {least} are the least.",
    ),
)


class ReviewsError(CourseError, ValueError):
    """A file of reviews, or of predictions for them, that cannot be used as it is."""


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


def read_reviews(path):
    """Read and check a CSV of reviews.

    path: a file with the columns review, sentiment. Returns a DataFrame with `review` (text)
    and `label` (0 negative, 1 positive), one row for each row of the file, in its order.
    Raises ReviewsError for anything that is not such a file; no row is ever dropped.

    >>> reviews = read_reviews(paths.REVIEWS_SAMPLE)
    >>> reviews.shape, list(reviews.columns)
    ((3000, 2), ['review', 'label'])
    """
    path = Path(path)
    text = _read_text(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    reviews = pd.DataFrame(_parse(path, reader), columns=COLUMNS)
    enforce(
        TABLE_RULES,
        reviews,
        path=path,
        n=len(reviews),
        label=reviews["sentiment"].max(),
        least=MIN_REVIEWS,
    )
    n_of_label = reviews.drop_duplicates("review")["sentiment"].value_counts()
    enforce(
        LABEL_RULES,
        n_of_label,
        path=path,
        n=n_of_label.min(),
        label=n_of_label.idxmin(),
        least=MIN_OF_LABEL,
    )
    reviews["label"] = reviews.pop("sentiment").map(LABELS)
    return reviews


def _read_text(path):
    enforce(FILE_RULES, path, path=path, kaggle=paths.REVIEWS)
    content = path.read_bytes()
    enforce(CONTENT_RULES, content, path=path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ReviewsError(
            f"{path}, line {line}: the byte 0x{content[error.start]:02x} is not UTF-8. "
            "Save the file as UTF-8, or fetch it again with `make data`."
        ) from error


def _parse(path, reader):
    """All rows after the header; the number of a row is counted from 1 after the header."""
    rows, n_rows = [], 0
    try:
        header = next(reader)
        if [name.strip().lower() for name in header] != COLUMNS:
            raise ReviewsError(
                f"{path}, line 1: found the columns {', '.join(header)[:200]!r}, "
                "expected review,sentiment: rename them, or add this line on top."
            )
        for fields in reader:
            if not fields:
                continue
            n_rows += 1
            if len(fields) != len(COLUMNS):
                raise ReviewsError(
                    f"{path}, row {n_rows} (line {reader.line_num}): found {len(fields)} "
                    "fields, expected 2: put the review in double quotes, and a double quote "
                    "inside it twice."
                )
            rows.append(fields)
    except csv.Error as error:
        raise ReviewsError(
            f"{path}, row {n_rows + 1} (read to line {reader.line_num}): a double quote is not "
            f"closed or stands alone ({error}). Write a quote inside a review twice, or fetch "
            "the file again."
        ) from error
    return rows


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
    test reviews come from a file of their own. Returns a `Split`. Raises ReviewsError where one
    text carries two labels.

    >>> texts = [f"Review {i}" for i in range(100)]
    >>> split = split_reviews(pd.DataFrame({"review": texts, "label": [0, 1] * 50}))
    >>> len(split.train), len(split.validation), len(split.test)
    (80, 10, 10)
    """
    from sklearn.model_selection import train_test_split  # a second that reading does not need

    texts = reviews.groupby("review", sort=False)["label"].agg(["first", "nunique"])
    if (texts["nunique"] > 1).any():
        copies = reviews["review"] == texts.index[texts["nunique"].to_numpy().argmax()]
        rows = ", ".join(str(row + 1) for row in np.flatnonzero(copies))
        raise ReviewsError(f"rows {rows} hold the same review with different labels: correct one.")
    labels = texts["first"]
    sizes = {"validation": 0.1, "test": 0.1 if test else 0}
    parts, rest = {"test": None}, labels
    for name, share in sizes.items():
        if share:
            size = round(share * len(labels))
            rest, part = train_test_split(rest, test_size=size, random_state=seed, stratify=rest)
            parts[name] = reviews[reviews["review"].isin(part.index)].reset_index()
    parts["train"] = reviews[reviews["review"].isin(rest.index)].reset_index()
    return Split(**parts)
