"""Film reviews: a CSV file in, checked tables and integer sequences out.

The file has two columns as Kaggle ships it (IMDB Dataset.csv, 50,000 rows): `review`, text
with markup, and `sentiment`, `positive` or `negative`. Everything that can be wrong with it
raises `ReviewsError`, a sentence that names file, row and remedy.
"""

import csv
import io
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from utils import files, samples

COLUMNS = ["review", "sentiment"]
LABELS = {"negative": 0, "positive": 1}
PADDING, UNKNOWN = 0, 1
MIN_REVIEWS, MIN_OF_LABEL = 50, 10


class ReviewsError(ValueError):
    """A file of reviews that cannot be used as it is."""


def read_reviews(path):
    """Read and check a CSV of reviews.

    path: a file with the columns review, sentiment. Returns a DataFrame with `review` (text)
    and `label` (0 negative, 1 positive), one row for each row of the file, in its order.
    Raises ReviewsError for anything that is not such a file; no row is ever dropped.
    """
    path = Path(path)
    text = _read_text(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = _parse(path, reader)
    reviews = pd.DataFrame(rows, columns=COLUMNS)
    _check_rows(path, reviews)
    reviews["label"] = reviews.pop("sentiment").map(LABELS)
    return reviews


def _read_text(path):
    if path.is_dir():
        raise ReviewsError(f"{path} is a folder: name the CSV file in it.")
    if not path.exists():
        raise ReviewsError(
            f"{path}: there is no such file. `make data` fetches Kaggle's reviews to "
            f"'{samples.DATA / 'IMDB Dataset.csv'}'; data/README.md says how to do it by hand."
        )
    content = path.read_bytes()
    if content.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        raise ReviewsError(
            f"{path} is a compressed file, not a CSV: unpack it and name the CSV inside."
        )
    if not content.strip():
        raise ReviewsError(f"{path} is empty: fetch it again with `make data`.")
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


def _check_rows(path, reviews):
    for bad, column, expected, remedy in (
        (reviews["review"].str.strip() == "", "review", "a text", "fill it in or delete the row"),
        (~reviews["sentiment"].isin(LABELS), "sentiment", "positive or negative", "correct it"),
    ):
        if bad.any():
            row = int(np.argmax(bad))
            more = f" ({bad.sum():,} such rows in all)" if bad.sum() > 1 else ""
            raise ReviewsError(
                f"{path}, row {row + 1}, column {column}: found "
                f"{reviews.at[row, column][:40]!r}, expected {expected}: {remedy}{more}."
            )
    if len(reviews) < MIN_REVIEWS:
        raise ReviewsError(
            f"{path} has {len(reviews)} reviews, too few to split: {MIN_REVIEWS} are the least."
        )
    if reviews["sentiment"].nunique() == 1:
        raise ReviewsError(
            f"{path}: all {len(reviews):,} reviews are {reviews.at[0, 'sentiment']}. "
            "A classifier needs both classes: is this a part of a sorted file?"
        )
    of_label = reviews.drop_duplicates("review")["sentiment"].value_counts()
    if of_label.min() < MIN_OF_LABEL:
        raise ReviewsError(
            f"{path} has {of_label.min()} different {of_label.idxmin()} reviews, too few to "
            f"split: {MIN_OF_LABEL} are the least."
        )


@dataclass(frozen=True)
class Split:
    """Three tables of reviews without a common text: learn, choose, and judge once."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame | None


def split_reviews(reviews, *, test=True, seed=0):
    """Split reviews into train (80 %), validation (10 %) and test (10 %), balanced by label.

    Copies of a text stay together, so that none is learned and then judged. With test=False
    there is no test part and validation keeps its 10 %: the test reviews come from a file of
    their own. Raises ReviewsError where one text carries two labels.
    """
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


def standardise(text, marks="!?"):
    """Lower case, no markup, words of a-z, 0-9 and the apostrophe; each of `marks` is a word.

    text: a string tensor of any shape; returns the same shape.
    """
    import tensorflow as tf

    marks = re.escape(marks)
    text = tf.strings.regex_replace(tf.strings.lower(text), "<br />", " ")
    text = tf.strings.regex_replace(text, f"([{marks}])", r" \1 ")
    return tf.strings.regex_replace(text, f"[^a-z0-9'{marks}]+", " ")


def fit_vocabulary(texts, n_words, marks="!?"):
    """A `tf.keras.layers.TextVectorization` that knows the commonest words of texts.

    It has `n_words` numbers: 0 is padding, 1 any other word, the rest known words. marks: as in
    `standardise`. Fit it on the training part only.
    """
    import keras
    import tensorflow as tf

    vectorizer = keras.layers.TextVectorization(
        max_tokens=n_words, standardize=partial(standardise, marks=marks), ragged=True
    )
    vectorizer.adapt(tf.data.Dataset.from_tensor_slices(list(texts)).batch(512))
    return vectorizer


def encode(vectorizer, texts, max_words=None, keep="both"):
    """Texts to integers: a list of int32 arrays, one a text, of at most `max_words` words.

    keep: the part of a longer text that is kept, "start", "end", or "both" halves. A text without
    a single word is one unknown word.
    """
    texts = list(texts)
    sequences = []
    for first in range(0, len(texts), 1000):
        ragged = vectorizer(np.array(texts[first : first + 1000], dtype=object))
        flat = ragged.values.numpy().astype("int32")
        sequences += np.split(flat, ragged.row_splits.numpy()[1:-1])
    nothing = np.array([UNKNOWN], "int32")
    sequences = [sequence if len(sequence) else nothing for sequence in sequences]
    return [truncate(sequence, max_words, keep) for sequence in sequences]


def truncate(sequence, max_words, keep="both"):
    """The start, the end, or both halves of a sequence of more than max_words words."""
    if max_words is None or len(sequence) <= max_words:
        return sequence
    n_start = {"start": max_words, "end": 0, "both": max_words // 2}[keep]
    n_end = max_words - n_start
    return np.concatenate([sequence[:n_start], sequence[len(sequence) - n_end :]])


def decode(vectorizer, sequence):
    """Integers back to words; padding is left out, unknown words read [UNK]."""
    words = np.array(vectorizer.get_vocabulary())
    return " ".join(words[[index for index in sequence if index != PADDING]])


def pad(sequences, length=None, side="post"):
    """Sequences (T,) or (T, D) to one array (N, T) or (N, T, D), zeros before ("pre") or after
    ("post")."""
    import keras

    dtype = getattr(sequences[0], "dtype", "int32")
    return keras.utils.pad_sequences(
        sequences, maxlen=length, padding=side, truncating=side, dtype=dtype
    )


def write_predictions(path, rows, probabilities):
    """Write predictions.csv: a line for each judged review, in the order of the file.

    rows: the reviews' row numbers, from 0. probabilities: of "positive". Columns row,
    probability (four decimals), sentiment. The file is checked before it is moved into place.
    """
    path = Path(path)
    table = pd.DataFrame({"row": rows, "probability": np.round(probabilities, 4)})
    table["sentiment"] = np.where(table["probability"] > 0.5, "positive", "negative")
    with files.written_whole(path) as beside:
        table.to_csv(beside, index=False, lineterminator="\n", float_format="%.4f")
        check_predictions(beside, rows)
    return path


def check_predictions(path, rows):
    """Raise ReviewsError unless the file holds one valid prediction for each of `rows`."""
    table = pd.read_csv(path)
    expected = ["row", "probability", "sentiment"]
    if list(table.columns) != expected:
        raise ReviewsError(f"{path}: found the columns {list(table.columns)}, expected {expected}.")
    if list(table["row"]) != list(rows):
        raise ReviewsError(
            f"{path}: found {len(table):,} rows that are not the {len(rows):,} judged reviews "
            "in their order: write one line for each."
        )
    bad = ~(table["probability"].between(0, 1) & table["sentiment"].isin(LABELS))
    if bad.any():
        row = table[bad].iloc[0]
        raise ReviewsError(
            f"{path}, row {row['row']}: found {row['probability']}, {row['sentiment']!r}; "
            "expected a probability from 0 to 1 and positive or negative."
        )
