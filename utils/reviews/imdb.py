"""The 50,000 reviews of Maas et al. (2011): from their own archive, or from Kaggle.

The archive needs no account. It is fetched once, checked, and written to three CSV files of
Kaggle's format: all reviews, and the two official halves. COURSE_IMDB_URL and COURSE_IMDB_HASH, two
variables of the environment, name another address of it and the hash of what lies there.
"""

import csv
import os
import re
import tarfile
import zlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

from utils import files, kaggle, kaggle_client, paths
from utils.errors import CourseError
from utils.fetch import FetchError, LargeFile, fetch
from utils.kaggle_client import KaggleError

ARCHIVE = LargeFile(
    url="https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
    known_hash="md5:7c2ac02c03563afcf9b574c7e56c153a",
    name="aclImdb_v1.tar.gz",
    n_bytes=84_125_825,
    begins=b"\x1f\x8b",
    what="The archive of 50,000 reviews (Maas et al. 2011)",
    licence="free for research, to be cited",
    settings=("COURSE_IMDB_URL", "COURSE_IMDB_HASH"),
    otherwise="; with a Kaggle account, `make data FROM=kaggle` takes Kaggle's copy",
)
N_REVIEWS = 12_500  # of each label, in each half
HALVES = ("train", "test")
SENTIMENTS = {"neg": "negative", "pos": "positive"}
# 12_7.txt is the review with number 12, by somebody who gave the film 7 of 10 stars.
MEMBER = re.compile(r"aclImdb/(?P<half>train|test)/(?P<label>neg|pos)/(?P<number>\d+)_\d+\.txt")


def expected():
    """What is written: {None, "train" or "test": `ExpectedFile`}; None is all of it.

    >>> expected()["test"].name, expected()["test"].least_rows
    ('imdb_test.csv', 25000)
    """
    [everything] = kaggle.IMDB.files
    half = replace(
        everything,
        least_rows=everything.least_rows // 2,
        least_bytes=everything.least_bytes // 2,
    )
    return {None: everything} | {name: replace(half, name=f"imdb_{name}.csv") for name in HALVES}


def download(folder=None, say=print):
    """Download the reviews from Kaggle where there are credentials for it, or else the archive.

    folder: data/ by default. say: called with each line to show. Returns the path of the file
    with all reviews. Raises as `from_kaggle` and `from_archive` do.
    """
    return (from_kaggle if kaggle_client.has_credentials() else from_archive)(folder, say)


def from_kaggle(folder=None, say=print):
    """Download Kaggle's `IMDB Dataset.csv`; arguments and result as of `download`.

    Raises KaggleError where it can't be had.
    """
    try:
        return kaggle.download_imdb(folder, say)
    except KaggleError as error:
        raise KaggleError(f"{error}\nWithout an account: `make data FROM=archive`.") from error


def from_archive(folder=None, say=print):
    """Write `IMDB Dataset.csv`, `imdb_train.csv` and `imdb_test.csv` from the official archive.

    Arguments and result as of `download`. What is there and right is left alone, and nothing is
    fetched where all of it is; the archive itself goes once its reviews are written. Raises
    FetchError where the archive can't be had or is not as it should be, WriteError where nothing
    can be written.
    """
    folder = Path(folder or paths.DATA)
    whole = expected()
    targets = {half: folder / file.name for half, file in whole.items()}
    missing = {half: file for half, file in whole.items() if not file.is_right(targets[half], say)}
    if not missing:
        return targets[None]
    archive = _archive()
    files.expect_writable(folder)
    if not archive.place.exists():
        say(f"Fetching {archive.n_bytes / 1e6:.0f} MB from {archive.url};")
        say("where the connection breaks off, run this again: it goes on from there.")
    path = fetch(archive)
    say("Unpacking and checking its reviews ...")
    reviews = _reviews(path)
    for half, file in missing.items():
        _write(targets[half], [row for of, row in reviews if half in (None, of)], file)
        say(f"Done: {targets[half]}, {targets[half].stat().st_size / 1e6:,.1f} MB.")
    path.unlink()
    return targets[None]


def _archive():
    """The archive with its address and hash as the environment sets them."""
    of_url, of_hash = ARCHIVE.settings
    known_hash = os.environ.get(of_hash) or ARCHIVE.known_hash
    if not re.fullmatch(r"(md5:\w{32}|sha1:\w{40}|sha256:\w{64}|sha512:\w{128})", known_hash):
        raise CourseError(
            f"{of_hash} is {known_hash!r}: write it as md5:, sha1:, sha256: or sha512:, and "
            "the hash in hexadecimal digits behind it."
        )
    return replace(ARCHIVE, url=os.environ.get(of_url) or ARCHIVE.url, known_hash=known_hash)


def _reviews(path):
    """[(half, (review, sentiment)), …] of the archive: train before test, by number, neg first."""
    found = {}
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                if place := MEMBER.fullmatch(member.name):
                    text = archive.extractfile(member).read().decode("utf-8")
                    half, label, number = place.groups()
                    key = (HALVES.index(half), int(number), label)
                    found[key] = (half, (text, SENTIMENTS[label]))
    except (tarfile.TarError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise _unusable(path, f"is damaged ({type(error).__name__}: {error})") from error
    n_found = Counter((half, sentiment) for half, (_, sentiment) in found.values())
    for half in HALVES:
        for sentiment in SENTIMENTS.values():
            if (n := n_found[half, sentiment]) != N_REVIEWS:
                what = f"holds {n:,} {sentiment} reviews of the {half} half, not {N_REVIEWS:,}"
                raise _unusable(path, what)
    return [found[key] for key in sorted(found)]


def _write(path, rows, file):
    """Write reviews (text, sentiment) to a CSV file, whole or not at all."""
    with files.atomic_write(path) as beside:
        with beside.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerows([file.columns, *rows])
        if fault := file.fault(beside):
            raise FetchError(f"{path} was not written: the file {fault}. Please report it.")


def _unusable(path, what):
    settings = " or ".join(ARCHIVE.settings)
    return FetchError(
        f"The archive {path} {what}. Delete it and run this again; if {settings} is set, it names "
        "another archive: unset both first."
    )
