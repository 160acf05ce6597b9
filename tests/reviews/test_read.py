"""A file of reviews is read as it is, or refused with a sentence that helps."""

import gzip
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from utils import paths
from utils.reviews.read import ReviewsError, read_reviews, split_reviews
from utils.reviews.text import encode, fit_vocabulary

HEADER = "review,sentiment\n"
GOOD = "".join(f'"Review {i}, fine",{["negative", "positive"][i % 2]}\n' for i in range(60))


def test_rows_are_kept_in_order(write):
    reviews = read_reviews(write(HEADER + GOOD))
    assert list(reviews["review"]) == [f"Review {i}, fine" for i in range(60)]
    assert list(reviews["label"]) == [0, 1] * 30


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_odd_characters_stay_inside_their_review(write, line_end):
    odd = ["two\nlines", 'a "quoted" word', "dots\x85here", "form\x0cfeed", "Amélie – ça va"]
    quoted = ['"' + text.replace('"', '""') + '"' for text in odd]
    rows = [*(HEADER + GOOD).splitlines(), *(f"{text},positive" for text in quoted), ""]
    reviews = read_reviews(write("\ufeff" + line_end.join(rows)))
    assert len(reviews) == 65
    assert list(reviews["review"][60:]) == odd


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", ["empty"]),
        (HEADER, ["0 reviews", "50"]),
        (HEADER + GOOD[: GOOD.index("Review 49") - 1], ["49 reviews", "too few", "50"]),
        ("text,label\n" + GOOD, ["line 1", "text, label", "review,sentiment"]),
        (HEADER + GOOD + "fine,good\nfine,bad\n", ["row 61", "sentiment", "'good'", "2 such rows"]),
        (HEADER + '"  ",positive\n' + GOOD, ["row 1", "column review", "a text"]),
        (HEADER + GOOD + "only a text\n", ["row 61", "1 fields"]),
        (HEADER + GOOD + "a,b,positive\n", ["row 61", "3 fields", "double quotes"]),
        (HEADER + GOOD + '"never closed,positive\n', ["row 61", "double quote"]),
        (HEADER + GOOD + '"an "inner" quote",positive\n', ["row 61", "double quote"]),
        ((HEADER + GOOD).encode() + b"caf\xe9,positive\n", ["line 62", "0xe9", "UTF-8"]),
        (HEADER + GOOD.replace("negative", "positive"), ["all 60", "positive", "both"]),
        (
            HEADER + GOOD.replace("negative", "positive") + "dull,negative\n" * 12,
            ["1 different negative reviews", "10"],
        ),
        (gzip.compress((HEADER + GOOD).encode()), ["compressed", "unpack"]),
    ],
)
def test_bad_input_gets_a_sentence_that_helps(write, content, told):
    path = write(content)
    with pytest.raises(ReviewsError) as refused:
        read_reviews(path)
    message = str(refused.value)
    assert str(path) in message
    assert all(part in message for part in told), message
    assert message.count("\n") <= 1


def test_a_zip_a_folder_and_a_missing_file_are_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "archive.csv", "w") as archive:
        archive.writestr("IMDB Dataset.csv", HEADER + GOOD)
    for path, told in (
        (tmp_path / "archive.csv", "unpack"),
        (tmp_path, "folder"),
        (tmp_path / "none.csv", "make data"),
    ):
        with pytest.raises(ReviewsError, match=told):
            read_reviews(path)


@pytest.fixture
def table_with_copies(write):
    return read_reviews(write(HEADER + GOOD + GOOD[: GOOD.index("Review 20") - 1]))


def test_copies_never_stand_in_two_parts_and_nothing_is_lost(table_with_copies):
    reviews = table_with_copies
    split = split_reviews(reviews)
    parts = [split.train, split.validation, split.test]
    texts = [set(part["review"]) for part in parts]
    assert not (texts[0] & texts[1] or texts[0] & texts[2] or texts[1] & texts[2])
    rows = np.concatenate([part["index"] for part in parts])
    assert sorted(rows) == list(range(len(reviews)))
    assert len(texts[1]) == len(texts[2]) == 6
    shares = [part["label"].mean() for part in parts]
    assert max(shares) - min(shares) < 0.1  # one review of seven is 0.14
    again = split_reviews(reviews)
    assert list(again.test["index"]) == list(split.test["index"])


def test_without_a_test_part_everything_else_is_there(table_with_copies):
    split = split_reviews(table_with_copies, test=False)
    assert split.test is None
    assert len(split.train) + len(split.validation) == 80


def test_one_text_with_two_labels_names_its_rows(write):
    path = write(HEADER + GOOD + '"Review 0, fine",positive\n')
    with pytest.raises(ReviewsError, match="rows 1, 61"):
        split_reviews(read_reviews(path))


def test_the_room_is_imported_without_tensorflow_and_reading_without_scikit_learn():
    script = """
import sys
from utils.reviews import generate, predictions, read, text
assert "sklearn" not in sys.modules
from utils.reviews import ngrams, word_vectors
assert "tensorflow" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=paths.ROOT)


def test_the_real_file_is_read_split_and_encoded(real_data):
    reviews = read_reviews(real_data("imdb/IMDB Dataset.csv"))
    assert len(reviews) in (25_000, 50_000)
    assert reviews["review"].duplicated().sum() == {25_000: 96, 50_000: 418}[len(reviews)]
    split = split_reviews(reviews)
    vectorizer = fit_vocabulary(split.train["review"], 20_000)
    lengths = [len(sequence) for sequence in encode(vectorizer, split.validation["review"], 400)]
    assert max(lengths) == 400
    assert min(lengths) >= 1
