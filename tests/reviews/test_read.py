"""A file of reviews is read as it is, or refused with a sentence that helps."""

import csv
import gzip
import io
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
        ("\ufeff", ["empty"]),
        ("\ufeff \n", ["empty"]),
        ("\n" + HEADER + GOOD, ["line 1 is empty", "delete it"]),
        ("review\n" + GOOD, ["line 1", "'review'", "review,sentiment"]),
        ((HEADER + GOOD).replace("7", "\0"), ["line 9", "zero"]),
        (HEADER, ["0 reviews", "50"]),
        (HEADER + GOOD[: GOOD.index("Review 49") - 1], ["49 reviews", "too few", "50"]),
        ("text,label\n" + GOOD, ["line 1", "text,label", "review,sentiment"]),
        ('review,"sentiment\n' + GOOD, ["line 1", "double quote"]),
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


def test_a_review_may_have_any_length(write):
    before = csv.field_size_limit()
    longest = "A word or two. " * 20_000
    reviews = read_reviews(write(HEADER + GOOD + f'"{longest}",positive\n'))
    assert reviews["review"].iloc[-1] == longest
    assert csv.field_size_limit() == before


def rewritten(content, of_row, separator=","):
    """The file after of_row was applied to each row, a list of cells; None: the row is deleted."""
    rows = csv.reader(io.StringIO(content), delimiter=separator)
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(filter(None, map(of_row, rows)))
    return file.getvalue()


def without(*columns):
    return lambda row: [cell for number, cell in enumerate(row, 1) if number not in columns]


def replaced(**words):
    return lambda row: [row[0], words.get(row[1].strip(), row[1])]


OTHER_LABELS = rewritten(HEADER + GOOD, replaced(negative="0", positive="1"))
NAMED = replaced(**{"0": "negative", "1": "positive"})
CHINESE = "".join(
    f"这部{chr(0x4E00 + n)}电影,{['negative', 'positive'][n % 2]}\n" for n in range(60)
)


@pytest.mark.parametrize(
    ("content", "told", "remedy"),
    [
        (
            rewritten(HEADER + GOOD, lambda row: ["", *row]),
            "line 1: found the columns ',review,sentiment'.*: delete column 1 [(]''[)][.]$",
            lambda content: rewritten(content, without(1)),
        ),
        (
            rewritten(HEADER + GOOD, lambda row: [row[0], "film", row[1], row[0]]),
            r"delete column 2 [(]'film'[)], column 4 [(]'review'[)][.]$",
            lambda content: rewritten(content, without(2, 4)),
        ),
        (
            rewritten(HEADER + GOOD, lambda row: row[::-1]),
            "put the columns in this order",
            lambda content: rewritten(content, lambda row: row[::-1]),
        ),
        (
            rewritten(HEADER + GOOD, lambda row: row[::-1] if row[0] != "review" else row),
            "the column review holds the labels.*the other way round",
            lambda content: rewritten(
                content.replace("review,sentiment", "sentiment,review"), lambda row: row[::-1]
            ),
        ),
        (
            (HEADER + GOOD).replace(",", ";"),
            "line 1: semicolons stand between the columns, expected commas",
            lambda content: rewritten(content, list, separator=";"),
        ),
        (
            "text,label\n" + GOOD,
            "name the columns so",
            lambda content: content.replace("text,label", "review,sentiment"),
        ),
        (
            "number,text,label\n" + rewritten(GOOD, lambda row: ["7", *row]),
            "name the columns so and delete any other",
            lambda content: rewritten(
                content.replace("text,label", "review,sentiment"), without(1)
            ),
        ),
        (GOOD, "where line 1 is a row already, write this line above", lambda good: HEADER + good),
        (
            "sep=,\n" + HEADER + GOOD,
            "note for Excel: delete it",
            lambda content: content.partition("\n")[2],
        ),
        (
            OTHER_LABELS,
            "row 1, .*found '0', .*replace '0' by negative, '1' by positive in the whole column",
            lambda content: rewritten(content, NAMED),
        ),
        (
            (HEADER + GOOD).replace("negative", "Negative"),
            "replace 'Negative' by negative in the whole column",
            lambda content: content.replace("Negative", "negative"),
        ),
        (
            (HEADER + GOOD).replace("positive", "positive "),
            "replace 'positive ' by positive in the whole column",
            lambda content: content.replace("positive ", "positive"),
        ),
        (
            HEADER + GOOD + "So so,neutral\n",
            "row 61, .*found 'neutral', .*or delete the row",
            lambda content: rewritten(content, lambda row: row if row[1] != "neutral" else None),
        ),
        (
            HEADER + GOOD + '"Review 0, fine",positive\n',
            "rows 1, 61: the same review is positive and negative: .*delete the rows",
            lambda content: rewritten(
                content, lambda row: row if row[0] != "Review 0, fine" else None
            ),
        ),
        (
            HEADER + GOOD + "one, two,positive\n",
            "put a text that holds a comma in double quotes",
            lambda content: content.replace("one, two", '"one, two"'),
        ),
        (
            HEADER + GOOD + "no label\n",
            "write a cell for each of review,sentiment",
            lambda content: content.replace("no label", "no label,negative"),
        ),
        (
            HEADER + CHINESE,
            "hardly a word stands in more than one review",
            lambda content: content.replace("这部", "这部 ").replace("电影", " 电影"),
        ),
    ],
)
def test_a_remedy_works_when_followed(write, content, told, remedy):
    with pytest.raises(ReviewsError, match=told):
        read_reviews(write(content))
    assert len(read_reviews(write(remedy(content)))) in (59, 60, 61)


def test_the_remedies_of_a_file_with_many_faults_lead_to_its_end(write):
    """As of Kaggle's labeledTrainData.tsv: tabs, an index, sentiment first, labels 0 and 1."""
    rows = [row[::-1] for row in csv.reader(io.StringIO(OTHER_LABELS))]
    content = "".join(f'"{n}"\t{a}\t"{b}"\n' for n, (a, b) in enumerate(rows))
    steps = [
        ("tabs stand between", lambda content: rewritten(content, list, separator="\t")),
        ("delete column 1", lambda content: rewritten(content, without(1))),
        ("in this order", lambda content: rewritten(content, lambda row: row[::-1])),
        ("'0' by negative, '1' by positive", lambda content: rewritten(content, NAMED)),
    ]
    for told, remedy in steps:
        with pytest.raises(ReviewsError, match=told):
            read_reviews(write(content))
        content = remedy(content)
    assert len(read_reviews(write(content))) == 60


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
