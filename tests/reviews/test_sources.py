"""Reviews by name, and a student's own file with its own names."""

import zipfile

import pytest

from tests.reviews.test_read import GOOD, HEADER
from utils import fetch, paths
from utils.fetch import FetchError
from utils.reviews import movie_reviews, sentence_polarity
from utils.reviews.read import ReviewsError, read_reviews
from utils.reviews.sources import SOURCES, path_of

OWN = ("text", "label")


@pytest.fixture
def own(write):
    """A function: the path of a file of 60 reviews, its first line and labels as they are given."""

    def own(header=HEADER, *labels):
        rows = GOOD
        for ours, theirs in zip(("negative", "positive"), labels, strict=False):
            rows = rows.replace(ours, theirs)
        return write(header + rows)

    return own


# By name


def test_a_name_is_that_of_a_file_which_is_there(tmp_path, monkeypatch):
    monkeypatch.setitem(SOURCES, "sentence_polarity", lambda: tmp_path / "fetched.csv")
    assert path_of("sentence_polarity") == tmp_path / "fetched.csv"
    assert path_of("sample") == paths.REVIEWS_SAMPLE
    assert path_of(paths.REVIEWS_SAMPLE) == paths.REVIEWS_SAMPLE
    assert len(read_reviews("sample")) == 3_000


@pytest.mark.parametrize("name", ["movie_review", "imdb", "sentence_polarity.csv"])
def test_an_unknown_name_gets_the_list(name):
    with pytest.raises(ReviewsError) as refused:
        read_reviews(name)
    assert str(refused.value).startswith(
        f"{name}: there is no such file. Name a CSV file, or one of sample, sentence_polarity, "
        "movie_reviews. `make data` fetches"
    )


@pytest.mark.parametrize("name", ["sentence_polarity", "movie_reviews"])
def test_what_cannot_be_fetched_is_an_error_and_not_the_sample(name, monkeypatch, tmp_path):
    def missing(file):
        raise FetchError(f"{file.what} could not be fetched")

    for module in (sentence_polarity, movie_reviews):
        monkeypatch.setattr(module, "fetch", missing)
    with pytest.raises(FetchError, match="could not be fetched"):
        read_reviews(name)


def test_movie_reviews_are_written_in_the_order_of_their_folds(monkeypatch, tmp_path):
    texts = {
        f"movie_reviews/{label}/cv{number:03}_{9 - number}.txt": f"a {label} film \n{number} . \n"
        for label in ("pos", "neg")
        for number in range(3)
    }
    archive = tmp_path / "movie_reviews.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name, text in (texts | {"movie_reviews/README": "n"}).items():
            file.writestr(name, text)
    monkeypatch.setattr(movie_reviews, "fetch", lambda file: archive)
    monkeypatch.setattr(paths, "FETCHED", tmp_path)
    lines = movie_reviews.fetched().read_text(encoding="utf-8").splitlines()
    assert lines[:4] == [
        "review,sentiment",
        "a neg film  0 .,negative",
        "a pos film  0 .,positive",
        "a neg film  1 .,negative",
    ]
    assert len(lines) == 7


def test_the_real_movie_reviews_are_a_file_of_reviews(real_data, monkeypatch, tmp_path):
    real_data("applications/nltk/nltk_data/packages/corpora/movie_reviews.zip")
    monkeypatch.setattr(paths, "FETCHED", tmp_path)
    reviews = read_reviews("movie_reviews")
    assert list(reviews["label"]) == [0, 1] * 1_000
    assert not reviews["review"].str.contains("\n").any()
    assert reviews["review"][0].startswith("plot : two teen couples go to a church party")
    assert fetch.fetch(movie_reviews.ARCHIVE).stat().st_size == movie_reviews.ARCHIVE.n_bytes


# A file of one's own


def test_columns_of_other_names_among_others_are_read(write):
    rows = [f'{n},"Review {n}, fine",{n % 2},{"x" * n}' for n in range(60)]
    path = write("\n".join([" Id,Text ,label,note", *rows]))
    reviews = read_reviews(path, columns=("Text", "label"), labels=(0, 1))
    assert list(reviews.columns) == ["review", "label"]
    assert list(reviews["review"]) == [f"Review {n}, fine" for n in range(60)]
    assert list(reviews["label"]) == [0, 1] * 30


def test_the_columns_may_stand_in_any_order(write):
    rows = "".join(f"{['bad', 'good'][n % 2]},Review {n} was fine\n" for n in range(60))
    reviews = read_reviews(write("label,text\n" + rows), columns=OWN, labels=("bad", "good"))
    assert list(reviews["label"]) == [0, 1] * 30


def test_the_negative_label_is_the_first(own):
    path = own(HEADER, "no", "yes")
    assert list(read_reviews(path, labels=["no", "yes"])["label"]) == [0, 1] * 30
    assert list(read_reviews(path, labels=["yes", "no"])["label"]) == [1, 0] * 30


def test_a_file_with_other_columns_is_told_of_the_option_and_read_with_it(own):
    path = own("text,label\n")
    with pytest.raises(ReviewsError) as refused:
        read_reviews(path)
    for part in ('columns=("text", "label")', "`--columns text,label`", "COLUMNS=text,label"):
        assert part in str(refused.value)
    assert len(read_reviews(path, columns=OWN)) == 60


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (("bad", "good"), "labels=('bad', 'good') here, `--labels \"bad,good\"`"),
        (("0", "1"), "replace '0' by negative, '1' by positive in the whole column; or name both"),
        (("pos", "neg"), "the negative one first, as in labels=('neg', 'pos') here"),
        (("1", "5"), "labels are numbers (1, 5): replace those"),
    ],
)
def test_a_file_with_two_other_labels_is_told_of_the_option_and_read_with_it(own, labels, told):
    path = own(HEADER, *labels)
    with pytest.raises(ReviewsError, match=told.replace("(", r"\(").replace(")", r"\)")):
        read_reviews(path)
    assert list(read_reviews(path, labels=labels)["label"]) == [0, 1] * 30


def test_a_file_with_three_labels_is_not(own):
    path = own(HEADER, "bad", "good")
    path.write_text(path.read_text() + "So so,neutral\n")
    with pytest.raises(ReviewsError) as refused:
        read_reviews(path)
    assert "labels=" not in str(refused.value)


@pytest.mark.parametrize(
    ("header", "how", "told"),
    [
        ("text,stars\n", {"columns": OWN}, "found the columns 'text,stars', expected text,label: "),
        ("Text,Label\n", {"columns": OWN}, "write these names as they stand there, capitals too"),
        ("text,text\n", {"columns": OWN}, "found the columns 'text,text', expected text,label"),
        ("text,label\n", {"columns": OWN[::-1]}, "column label holds the labels .*the other way"),
        ("text,label\n", {"columns": OWN, "labels": "ab"}, "The labels are 'ab': name two differ"),
        (HEADER, {"columns": ("review",)}, "The columns are 'review': name two different ones, as"),
        (HEADER, {"columns": ("a", "a")}, "name two different ones, as in columns=.*with a comma"),
        (HEADER, {"labels": ("bad", "good")}, "found 'negative', expected good or bad: correct it"),
        (HEADER, {"labels": ("negative", "good")}, "row 2, column sentiment: found 'positive'"),
    ],
)
def test_a_name_that_is_not_there_gets_a_sentence(own, header, how, told):
    with pytest.raises(ReviewsError, match=told):
        read_reviews(own(header), **how)


def test_a_row_of_another_width_names_the_columns_of_the_file(write):
    path = write(
        "id,text,label\n" + "".join(f"{n},Review {n},negative\n" for n in range(9)) + "9,x"
    )
    with pytest.raises(ReviewsError, match="row 10 .*found 2 fields, expected 3: write a cell for"):
        read_reviews(path, columns=OWN)
