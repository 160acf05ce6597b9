"""A file of reviews is read as it is, or refused with a sentence that helps."""

import gzip
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from utils import imdb

REAL = (
    Path(os.environ.get("COURSE_DATA", Path(__file__).parents[2] / "shared" / "data"))
    / "imdb"
    / "IMDB Dataset.csv"
)
HEADER = "review,sentiment\n"
GOOD = "".join(f'"Review {i}, fine",{["negative", "positive"][i % 2]}\n' for i in range(60))


@pytest.fixture
def write(tmp_path):
    def write(content, name="reviews.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def zipped(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("IMDB Dataset.csv", HEADER + GOOD)


def test_rows_are_kept_in_order(write):
    reviews = imdb.read_reviews(write(HEADER + GOOD))
    assert list(reviews["review"]) == [f"Review {i}, fine" for i in range(60)]
    assert list(reviews["label"]) == [0, 1] * 30


@pytest.mark.parametrize(
    "text", ["two\nlines", 'a ""quoted"" word', "dots\x85here", "form\x0cfeed", "Amélie – ça va"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_odd_characters_stay_inside_their_review(write, text, line_end):
    rows = GOOD.replace("\n", line_end)
    content = f"\ufeff{HEADER.strip()}{line_end}{rows}" + f'"{text}",positive{line_end}'
    reviews = imdb.read_reviews(write(content))
    assert len(reviews) == 61
    assert reviews["review"].iloc[-1] == text.replace('""', '"')


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", ["empty"]),
        (HEADER, ["0 reviews", "50"]),
        (HEADER + GOOD[: GOOD.index("Review 9") - 1], ["9 reviews", "too few"]),
        (HEADER + GOOD[:-7], ["row 60", "sentiment", "'po'"]),
        ("text,label\n" + GOOD, ["line 1", "text, label", "review,sentiment"]),
        ("review\nfine\n", ["line 1", "'review'"]),
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
    with pytest.raises(imdb.ReviewsError) as refused:
        imdb.read_reviews(path)
    message = str(refused.value)
    assert str(path) in message
    assert all(part in message for part in told), message
    assert message.count("\n") <= 1


def test_a_zip_a_folder_and_a_missing_file_are_named(tmp_path):
    zipped(tmp_path / "archive.csv")
    for path, told in (
        (tmp_path / "archive.csv", "unpack"),
        (tmp_path, "folder"),
        (tmp_path / "none.csv", "make data"),
    ):
        with pytest.raises(imdb.ReviewsError, match=told):
            imdb.read_reviews(path)


def table_with_copies(write):
    return imdb.read_reviews(write(HEADER + GOOD + GOOD[: GOOD.index("Review 20") - 1]))


def test_copies_never_stand_in_two_parts_and_nothing_is_lost(write):
    reviews = table_with_copies(write)
    split = imdb.split_reviews(reviews)
    parts = [split.train, split.validation, split.test]
    texts = [set(part["review"]) for part in parts]
    assert not (texts[0] & texts[1] or texts[0] & texts[2] or texts[1] & texts[2])
    rows = np.concatenate([part["index"] for part in parts])
    assert sorted(rows) == list(range(len(reviews)))
    assert len(texts[1]) == len(texts[2]) == 6
    shares = [part["label"].mean() for part in parts]
    assert max(shares) - min(shares) < 0.1  # one review of seven is 0.14
    again = imdb.split_reviews(reviews)
    assert list(again.test["index"]) == list(split.test["index"])


def test_without_a_test_part_everything_else_is_there(write):
    split = imdb.split_reviews(table_with_copies(write), test=False)
    assert split.test is None
    assert len(split.train) + len(split.validation) == 80


def test_one_text_with_two_labels_names_its_rows(write):
    path = write(HEADER + GOOD + '"Review 0, fine",positive\n')
    with pytest.raises(imdb.ReviewsError, match="rows 1, 61"):
        imdb.split_reviews(imdb.read_reviews(path))


def test_words_become_integers_and_come_back():
    texts = ["Good film!<br /><br />Isn't it?"] * 2 + ["bad film"]
    vectorizer = imdb.fit_vocabulary(texts, 50)
    sequences = imdb.encode(vectorizer, [*texts, "an unseen film"])
    assert imdb.decode(vectorizer, sequences[0]) == "good film ! isn't it ?"
    assert imdb.decode(vectorizer, sequences[3]) == "[UNK] [UNK] film"
    assert list(sequences[3][:2]) == [imdb.UNKNOWN] * 2
    assert all(imdb.PADDING not in sequence for sequence in sequences)
    assert [list(s) for s in imdb.encode(vectorizer, ["…", "Фильм", "<br />"])] == [
        [imdb.UNKNOWN]
    ] * 3


@pytest.mark.parametrize(
    ("keep", "max_words", "expected"),
    [
        ("start", 3, [1, 2, 3]),
        ("end", 3, [5, 6, 7]),
        ("both", 3, [1, 6, 7]),
        ("both", 4, [1, 2, 6, 7]),
        ("both", 9, [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_long_reviews_are_cut_where_asked(keep, max_words, expected):
    assert list(imdb.truncate(np.arange(1, 8), max_words, keep)) == expected


def test_padding_side():
    assert imdb.pad([[1, 2], [3]]).tolist() == [[1, 2], [3, 0]]
    assert imdb.pad([[1, 2], [3]], side="pre").tolist() == [[1, 2], [0, 3]]


def test_predictions_are_written_whole_or_not_at_all(tmp_path):
    path = imdb.write_predictions(tmp_path / "predictions.csv", [4, 7], [0.25, 0.75])
    assert path.read_text() == "row,probability,sentiment\n4,0.2500,negative\n7,0.7500,positive\n"
    even = imdb.write_predictions(tmp_path / "even.csv", [4], [0.50004])
    assert even.read_text().endswith("4,0.5000,negative\n")
    even.unlink()
    with pytest.raises(imdb.ReviewsError, match="expected a probability"):
        imdb.write_predictions(tmp_path / "other.csv", [4, 7], [0.25, float("nan")])
    with pytest.raises(imdb.ReviewsError, match="judged reviews"):
        imdb.check_predictions(path, [4, 8])
    assert [file.name for file in tmp_path.iterdir()] == ["predictions.csv"]


@pytest.mark.skipif(
    not REAL.exists(), reason="set COURSE_DATA to a folder that holds imdb/IMDB Dataset.csv"
)
def test_the_real_file_is_read_split_and_encoded():
    reviews = imdb.read_reviews(REAL)
    assert len(reviews) in (25_000, 50_000)
    assert reviews["review"].duplicated().sum() == {25_000: 96, 50_000: 418}[len(reviews)]
    split = imdb.split_reviews(reviews)
    vectorizer = imdb.fit_vocabulary(split.train["review"], 20_000)
    sequences = imdb.encode(vectorizer, split.validation["review"], 400)
    assert max(map(len, sequences)) == 400
    assert min(map(len, sequences)) >= 1


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ("!?", "no he said it isn't 8 10 is it ?"),
        ('!?.,;:()"', 'no , he said ( " it isn\'t 8 10 " ) ; is it ?'),
        ("-]", "no he said it isn't 8 10 - ] is it"),
    ],
)
def test_marks_are_words_of_their_own(marks, words):
    text = 'No,<br />he said ("it ISN\'T 8/10"); is it?'
    text = text.replace(";", " -];") if marks == "-]" else text
    found = imdb.standardise(np.array([text], dtype=object), marks).numpy()[0].decode()
    assert found.split() == words.split()
