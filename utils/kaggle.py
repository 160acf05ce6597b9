"""Kaggle's files and ours: downloaded and submitted through the official client, and checked.

A right file is left alone, without network or credentials. A new one is unpacked beside its
place and moved there only when it has arrived whole: a failure leaves things as they were.
Nothing is sent that a check on this machine refuses.
"""

import errno
import os
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from utils import kaggle_client, paths
from utils.csv_files import ExpectedFile
from utils.kaggle_client import KaggleError, Transfer
from utils.radar.hours import FILE_COLUMNS, RadarError
from utils.radar.read import read_hours
from utils.radar.submission import check_submission


@dataclass(frozen=True)
class KaggleArchive:
    """Files that Kaggle hands out together.

    reference: Kaggle's name for the dataset or competition; page: where a person finds the
    files; rules: where one agrees to what comes with them.
    """

    reference: str
    page: str
    rules: str
    files: tuple[ExpectedFile, ...]


IMDB = KaggleArchive(
    reference="lakshmi25npathi/imdb-dataset-of-50k-movie-reviews",
    page="https://www.kaggle.com/datasets/lakshmi25npathi/imdb-dataset-of-50k-movie-reviews",
    rules="https://www.kaggle.com/datasets/lakshmi25npathi/imdb-dataset-of-50k-movie-reviews",
    files=(
        ExpectedFile(
            name="IMDB Dataset.csv",
            columns=("review", "sentiment"),
            least_rows=50_000,
            least_bytes=60_000_000,  # Kaggle's has 66 MB; other line ends change that a little
            quoted=True,
        ),
    ),
)

RAIN_COMPETITION = "https://www.kaggle.com/competitions/how-much-did-it-rain-ii"
RAIN = KaggleArchive(
    reference="how-much-did-it-rain-ii",
    page=f"{RAIN_COMPETITION}/data",
    rules=f"{RAIN_COMPETITION}/rules",
    files=(
        ExpectedFile("train.csv", FILE_COLUMNS, least_rows=13_765_201, least_bytes=1_000_000_000),
        ExpectedFile("test.csv", FILE_COLUMNS[:-1], least_rows=8_000_000, least_bytes=500_000_000),
    ),
)


def download_imdb(folder=None, say=print):
    """Download Kaggle's 50,000 film reviews to `IMDB Dataset.csv` in folder; return its path.

    folder: data/ by default. Does nothing where the file is there and right. say: called with
    each line to show; the progress bar goes to stderr. Raises KaggleError where the file can't
    be had.
    """

    def request(api, into):
        api.dataset_download_files(IMDB.reference, path=str(into), quiet=False)

    return _download(IMDB, request, Path(folder or paths.DATA), say)[0]


def download_rain(folder=None, say=print):
    """Download the competition's `train.csv` and `test.csv` to folder; return their paths.

    As `download_imdb`; folder: data/how-much-did-it-rain-ii/ by default. The account must have
    agreed to the rules of the competition.
    """

    def request(api, into):
        api.competition_download_files(RAIN.reference, path=str(into), quiet=False)

    return _download(RAIN, request, Path(folder or paths.RADAR), say)


def submit_rain(path, test, message="homework 2", say=print):
    """Check a submission against the competition's test file, then send it to Kaggle.

    path, test: of CSV files. message: shown beside it on Kaggle. Raises KaggleError where the
    file is not a right submission, or Kaggle does not take it; nothing was sent in the first
    case.
    """
    path, test = Path(path), Path(test)
    submissions = f"{RAIN_COMPETITION}/submissions"
    transfer = Transfer(
        failure=f"{path} was not submitted",
        page=RAIN_COMPETITION,
        rules=RAIN.rules,
        by_hand=f"submit {path} at {submissions}",
        again=f"See whether it arrived at {submissions}; if not, check the network connection "
        "and run this again.",
    )
    if not path.is_file():
        sources = f'SOURCE="{paths.RADAR / "train.csv"}" TEST="{test}"'
        writes = f"Write it with `make homework-2 {sources}`."
        own = "Name your predictions for the competition's test hours with FILE=path/to/mine.csv."
        raise transfer.failed("there is no such file", writes if paths.SOLUTIONS.exists() else own)
    if not test.is_file():
        remedy = "Get it with `make data HOMEWORK=2`, or name your copy with TEST=path/to/test.csv."
        raise transfer.failed(f"there is no {test} to check it against", remedy)
    try:
        say(f"Checking {path} against the hours of {test} ...")
        ids = read_hours(test).ids
        check_submission(path, ids)
        credentials = kaggle_client.find_credentials(transfer)
        with kaggle_client.explained_failures(transfer, credentials):
            api = kaggle_client.authenticated()
        say("Sending to Kaggle:")
        say(f"  file         {path}, {len(ids):,} rows, {path.stat().st_size / 1e6:.1f} MB")
        say(f"  competition  {RAIN.reference}")
        say(f"  account      {kaggle_client.account(api)}, by {credentials}")
        say(f"  message      {message}")
        say("A broken connection is tried again ten times, for up to six minutes.")
        with kaggle_client.explained_failures(transfer, credentials):
            answer = api.competition_submit(str(path), message, RAIN.reference).message
    except RadarError as error:
        raise KaggleError(f"{transfer.failure}.\n{error}") from error
    except OSError as error:
        remedy = "Make that path readable and writable for you, then run this again."
        raise transfer.failed(f"the system says {error}", remedy) from error
    if kaggle_client.is_refusal(api, answer):
        what = f"the upload was refused or broke off ({answer or 'no answer'})"
        raise transfer.failed(
            what, f"{transfer.again}\nOr by hand, in the browser: {transfer.by_hand}"
        )
    say(f"Kaggle answers: {answer}")
    say(f"Its score, in a minute or so: {submissions}")


def _download(expected, request, folder, say):
    """The way of every archive: look, request, unpack, check, put into place; return the paths.

    request(api, into): makes the authenticated client write the archive in the folder `into`.
    Raises KaggleError.
    """
    targets = [folder / file.name for file in expected.files]
    place = targets[0] if len(targets) == 1 else folder
    transfer = Transfer(
        failure=f"{place} was not downloaded",
        page=expected.page,
        rules=expected.rules,
        by_hand=f"download it from {expected.page} and unzip it to {place}",
    )
    try:
        missing = [file for file in expected.files if not file.is_right(folder / file.name, say)]
        if not missing:
            return targets
        credentials = kaggle_client.find_credentials(transfer)
        least_mb = sum(file.least_bytes for file in missing) / 1e6
        names = " and ".join(file.name for file in missing)
        say(f"Downloading {names}, {least_mb:,.0f} MB or more unpacked;")
        say("a broken connection is tried again five times, for about a minute.")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as temporary:
            archive = Path(temporary) / f"{expected.reference.split('/')[-1]}.zip"
            with kaggle_client.explained_failures(transfer, credentials, archive):
                request(kaggle_client.authenticated(), archive.parent)
            say(f"Unpacking and checking {names} ...")
            for file in missing:
                arrived = _unpack(file, archive, transfer)
                if fault := file.fault(arrived):
                    remedy = f"The file at {expected.page} may have changed: please report it."
                    raise transfer.failed(f"{file.name} as Kaggle sent it {fault}", remedy)
            for file in missing:
                os.replace(archive.parent / file.name, folder / file.name)
    except OSError as error:
        what, remedy = f"the system says {error}", "Make that path readable and writable for you"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            what = "the disk, or your share of it, is full"
            remedy = f"Free {2 * least_mb:,.0f} MB where {folder} is"
        raise transfer.failed(what, f"{remedy}, then run this again.") from error
    for file in missing:
        target = folder / file.name
        say(f"Done: {target}, {target.stat().st_size / 1e6:,.1f} MB.")
    return targets


def _unpack(file, archive, transfer):
    """Unpack a file beside the archive; return its path. Raises KaggleError."""
    again = f"Run this again; if that does not help, {transfer.by_hand}"
    if not zipfile.is_zipfile(archive):
        raise transfer.failed("what Kaggle sent is not a zip archive", again)
    try:
        with zipfile.ZipFile(archive) as content:
            arrived = _extract(file.name, content, archive.parent)
            names = ", ".join(content.namelist())[:100]
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise transfer.failed("the zip archive arrived damaged", again) from error
    if arrived is None:
        what = f"Kaggle's archive holds {names or 'nothing'}, but not {file.name}"
        raise transfer.failed(what, f"See what became of it: {transfer.page}")
    return Path(arrived)


def _extract(name, content, into):
    """Extract a file, or the one in a zip of its name within the zip; None where neither is."""
    if name in content.namelist():
        return content.extract(name, into)
    for packed in (f"{name}.zip", f"{Path(name).stem}.zip"):
        if packed in content.namelist():
            with content.open(packed) as inner, zipfile.ZipFile(inner) as inner_content:
                return _extract(name, inner_content, into)
    return None
