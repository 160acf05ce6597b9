"""Whatever bytes stand in a CSV file: a table comes back, or one sentence that names the file."""

import csv
import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.radar.conftest import random_hours, text_of
from utils.errors import CourseError
from utils.radar.read import read_hours
from utils.radar.submission import check_own_submission, check_submission
from utils.reviews.predictions import check_own_predictions, check_predictions
from utils.reviews.read import read_reviews

REVIEWS = "review,sentiment\n" + "".join(
    f'"Film {n}, the {word} one",{word}\n{n} is a {word} film too,{word}\n'
    for n in range(30)
    for word in ("negative", "positive")
)
PREDICTIONS = "row,probability,sentiment\n4,0.2500,negative\n7,0.7500,positive\n"
SUBMISSION = "Id,Expected\n2,0.25\n9,1.5\n"
READERS = {
    "reviews": (read_reviews, REVIEWS),
    "hours": (lambda path: read_hours(path, cache=False), text_of(random_hours(4))),
    "repaired": (lambda path: read_hours(path, cache=False, repair=True), text_of(random_hours(4))),
    "predictions": (lambda path: check_predictions(path, [4, 7]), PREDICTIONS),
    "own predictions": (check_own_predictions, PREDICTIONS),
    "submission": (lambda path: check_submission(path, np.array([2, 9])), SUBMISSION),
    "own submission": (check_own_submission, SUBMISSION),
}
NASTY = ["", "\n", "\r", "\r\n", ",", ";", '"', '""', "\0", " ", "\t", "\ufeff", "é", "\x85", "nan"]
NASTY += ["inf", "-1", "1e999", "1j", "0x1", "True", "9" * 30, "Id", "review", "positive", "\u2028"]


# Arrow's own words about a row that is not UTF-8, where hours are repaired.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def read(reader, content):
    """What a reader says of these bytes: nothing, or its one sentence."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(content)
        try:
            reader(path)
        except CourseError as error:
            message = str(error)
            assert str(path) in message
            assert "\n" not in message
            return message


@pytest.mark.parametrize(("reader", "good"), READERS.values(), ids=READERS)
def test_any_bytes_are_read_or_refused_with_one_sentence(reader, good):
    assert read(reader, good.encode()) is None
    header = good.splitlines()[0]

    @settings(max_examples=150)
    @given(st.binary(max_size=200), st.sampled_from([b"", header.encode() + b"\n"]))
    def try_bytes(content, start):
        read(reader, start + content)

    @settings(max_examples=100)
    @given(st.lists(st.sampled_from(NASTY) | st.text(max_size=5), max_size=20), st.booleans())
    def try_texts(parts, after_header):
        read(reader, (header * after_header + "".join(parts)).encode(errors="replace"))

    try_bytes()
    try_texts()


def line_ends(data, text):
    return text.replace("\n", data.draw(st.sampled_from(["\r", "\r\n", "\n\n", " \n", "\n\r"])))


def one_line_end(data, text):
    head, tail = cut(data, text)
    return head + tail.replace("\n", "\r")


def cut(data, text):
    at = data.draw(st.integers(0, len(text)))
    return text[:at], text[at:]


def without_one(data, text):
    head, tail = cut(data, text)
    return head + tail[data.draw(st.integers(1, 30)) :]


def with_more(data, text):
    head, tail = cut(data, text)
    return head + data.draw(st.sampled_from(NASTY)) + tail


def columns_shuffled(data, text):
    rows = cells_of(text)
    order = data.draw(st.lists(st.integers(0, len(rows[0]) - 1), min_size=1, max_size=30))
    return "".join(",".join((row * 30)[i] for i in order) + "\n" for row in rows)


def quoted(data, text):
    file = io.StringIO()
    delimiter = data.draw(st.sampled_from(",;\t|"))
    csv.writer(file, quoting=csv.QUOTE_ALL, delimiter=delimiter).writerows(cells_of(text))
    return file.getvalue()


def cells_of(text):
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row] or [[""]]


MUTATIONS = [line_ends, one_line_end, without_one, with_more, columns_shuffled, quoted]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp037"]


@pytest.mark.parametrize(("reader", "good"), READERS.values(), ids=READERS)
def test_a_file_that_was_good_once_is_read_or_refused_with_one_sentence(reader, good):
    @settings(max_examples=200)
    @given(st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=2), st.data())
    def try_mutated(mutations, data):
        text = good
        for mutate in mutations:
            text = mutate(data, text)
        read(reader, text.encode(data.draw(st.sampled_from(ENCODINGS)), errors="replace"))

    try_mutated()
