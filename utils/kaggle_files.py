"""Kaggle's files and ours: downloaded and submitted through the official client, and checked.

A right file is left alone, without network or credentials. A new one is unpacked beside its
place and moved there only when it has arrived whole: a failure leaves things as they were.
Nothing is sent that a check on this machine refuses.
"""

import contextlib
import csv
import errno
import io
import json
import os
import sys
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import requests

from utils import radar_hours
from utils.samples import DATA as DATA_FOLDER

SETTINGS = "https://www.kaggle.com/settings"
RAIN_FOLDER = DATA_FOLDER / "how-much-did-it-rain-ii"


class KaggleFilesError(Exception):
    """A file that did not get from Kaggle or to it: what happened, to which file, what to do."""


@dataclass(frozen=True)
class KaggleFile:
    """What to expect of a file of Kaggle's.

    name: in the archive and in data/; least_rows (without header), least_bytes: fewer are not
    all of it; quoted: a field may hold line breaks, so that rows are not simply lines.
    """

    name: str
    columns: tuple[str, ...]
    least_rows: int
    least_bytes: int
    quoted: bool = False


@dataclass(frozen=True)
class KaggleArchive:
    """Files that Kaggle hands out together.

    reference: Kaggle's name for the dataset or competition; page: where a person finds the
    files; rules: where one agrees to what comes with them.
    """

    reference: str
    page: str
    rules: str
    files: tuple[KaggleFile, ...]


IMDB = KaggleArchive(
    reference="lakshmi25npathi/imdb-dataset-of-50k-movie-reviews",
    page="https://www.kaggle.com/datasets/lakshmi25npathi/imdb-dataset-of-50k-movie-reviews",
    rules="https://www.kaggle.com/datasets/lakshmi25npathi/imdb-dataset-of-50k-movie-reviews",
    files=(
        KaggleFile(
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
        KaggleFile(
            "train.csv", radar_hours.COLUMNS, least_rows=13_765_201, least_bytes=1_000_000_000
        ),
        KaggleFile(
            "test.csv", radar_hours.COLUMNS[:-1], least_rows=8_000_000, least_bytes=500_000_000
        ),
    ),
)


@dataclass(frozen=True)
class _Errand:
    """Something to be done by Kaggle, as messages about it speak of it.

    undone: the first words of a failure; page, rules: as for KaggleArchive; by_hand: how to do
    without this program; again: what to do after a broken connection.
    """

    undone: str
    page: str
    rules: str
    by_hand: str
    again: str = "Check the network connection, then run this again."

    def failed(self, what, remedy):
        return KaggleFilesError(f"{self.undone}: {what}.\n{remedy}")


def download_imdb(folder: Path = DATA_FOLDER, say=print) -> Path:
    """Download Kaggle's 50,000 film reviews to `IMDB Dataset.csv` in folder; return its path.

    Does nothing where the file is there and right. say: called with each line to show; the
    progress bar goes to stderr. Raises KaggleFilesError where the file can't be had.
    """

    def ask(api, into):
        api.dataset_download_files(IMDB.reference, path=str(into), quiet=False)

    return _download(IMDB, ask, Path(folder), say)[0]


def download_rain(folder: Path = RAIN_FOLDER, say=print) -> list[Path]:
    """Download the competition's `train.csv` and `test.csv` to folder; return their paths.

    As `download_imdb`: does nothing where both are there and right, and raises
    KaggleFilesError. The account must have agreed to the rules of the competition.
    """

    def ask(api, into):
        api.competition_download_files(RAIN.reference, path=str(into), quiet=False)

    return _download(RAIN, ask, Path(folder), say)


def submit_rain(path: Path, test: Path, message: str = "homework 2", say=print):
    """Check a submission against the competition's test file, then send it to Kaggle.

    message: shown beside it on Kaggle. Raises KaggleFilesError where the file is not a right
    submission, or Kaggle does not take it; nothing was sent in the first case.
    """
    from utils import rainfall

    path, test = Path(path), Path(test)
    submissions = f"{RAIN_COMPETITION}/submissions"
    errand = _Errand(
        undone=f"{path} was not submitted",
        page=RAIN_COMPETITION,
        rules=RAIN.rules,
        by_hand=f"submit {path} at {submissions}",
        again=f"See whether it arrived at {submissions}; if not, check the network connection "
        "and run this again.",
    )
    if not test.is_file():
        remedy = "Get it with `make data HOMEWORK=2`, or name your copy with TEST=path/to/test.csv."
        raise errand.failed(f"there is no {test} to check it against", remedy)
    if not path.is_file():
        sources = f'SOURCE="{RAIN_FOLDER / "train.csv"}" TEST="{test}"'
        raise errand.failed("there is no such file", f"Write it with `make homework-2 {sources}`.")
    try:
        say(f"Checking {path} against the hours of {test} ...")
        ids = rainfall.read_hours(test).ids
        rainfall.check_submission(path, ids)
        credentials = _find_credentials(errand)
        with _asking(errand, credentials):
            api = _authenticated_client()
        say("Sending to Kaggle:")
        say(f"  file         {path}, {len(ids):,} rows, {path.stat().st_size / 1e6:.1f} MB")
        say(f"  competition  {RAIN.reference}")
        say(f"  account      {api.config_values['username']}, by {credentials}")
        say(f"  message      {message}")
        say("A broken connection is tried again ten times, for up to six minutes.")
        with _asking(errand, credentials):
            answer = api.competition_submit(str(path), message, RAIN.reference).message
    except rainfall.RainfallError as error:
        raise KaggleFilesError(f"{errand.undone}.\n{error}") from error
    except OSError as error:
        remedy = "Make that path readable and writable for you, then run this again."
        raise errand.failed(f"the system says {error}", remedy) from error
    # An upload that was refused raises nothing: only the answer tells.
    if not answer or api.COMPETITION_SUBMIT_UPLOAD_FAILED_MESSAGE in answer:
        what = f"the upload was refused or broke off ({answer or 'no answer'})"
        raise errand.failed(what, f"{errand.again}\nOr by hand, in the browser: {errand.by_hand}")
    say(f"Kaggle answers: {answer}")
    say(f"Its score, in a minute or so: {submissions}")


def _download(expected, ask, folder, say):
    """The way of every archive: look, ask, unpack, check, put into place; return the paths.

    ask(api, into): makes the authenticated client write the archive in the folder `into`.
    Raises KaggleFilesError.
    """
    targets = [folder / file.name for file in expected.files]
    place = targets[0] if len(targets) == 1 else folder
    errand = _Errand(
        undone=f"{place} was not downloaded",
        page=expected.page,
        rules=expected.rules,
        by_hand=f"download it from {expected.page} and unzip it to {place}",
    )
    try:
        missing = [file for file in expected.files if not _is_right(folder / file.name, file, say)]
        if not missing:
            return targets
        credentials = _find_credentials(errand)
        least_mb = sum(file.least_bytes for file in missing) / 1e6
        names = " and ".join(file.name for file in missing)
        say(f"Downloading {names}, {least_mb:,.0f} MB or more unpacked;")
        say("a broken connection is tried again five times, for about a minute.")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as temporary:
            archive = Path(temporary) / f"{expected.reference.split('/')[-1]}.zip"
            with _asking(errand, credentials, archive):
                ask(_authenticated_client(), archive.parent)
            say(f"Unpacking and checking {names} ...")
            for file in missing:
                arrived = _unpack(file, archive, errand)
                if fault := _fault(arrived, file):
                    remedy = f"The file at {expected.page} may have changed: please report it."
                    raise errand.failed(f"{file.name} as Kaggle sent it {fault}", remedy)
            for file in missing:
                os.replace(archive.parent / file.name, folder / file.name)
    except OSError as error:
        what, remedy = f"the system says {error}", "Make that path readable and writable for you"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            what = "the disk, or your share of it, is full"
            remedy = f"Free {2 * least_mb:,.0f} MB where {folder} is"
        raise errand.failed(what, f"{remedy}, then run this again.") from error
    for file in missing:
        target = folder / file.name
        say(f"Done: {target}, {target.stat().st_size / 1e6:,.1f} MB.")
    return targets


def _is_right(path, file, say):
    """Whether a file is there as expected; says what will be done about it."""
    if not path.exists():
        return False
    if fault := _fault(path, file):
        say(f"{path} {fault}: it will be replaced once a whole one has arrived.")
        return False
    say(f"{path} is there and complete: nothing to do.")
    return True


def _find_credentials(errand):
    """The name of the place where the client will find credentials, in its own order.

    Looked up here because importing the client without any prints a page and makes a
    folder, and because it passes over a damaged kaggle.json. Raises KaggleFilesError.
    """
    from kagglesdk import KaggleCredentials, get_access_token_from_env

    token, source = get_access_token_from_env()
    if token:
        return source.replace("access_token", "~/.kaggle/access_token")
    if os.environ.get("KAGGLE_USERNAME") and os.environ.get("KAGGLE_KEY"):
        return "KAGGLE_USERNAME and KAGGLE_KEY"
    key_file, login = _kaggle_json(), KaggleCredentials.DEFAULT_CREDENTIALS_FILE
    fault = _key_file_fault(key_file) if key_file.exists() else "is not there"
    if fault is None or Path(login).expanduser().exists():
        return login if fault else str(key_file)
    if key_file.exists():
        remedy = f"Delete it, make a new key at {SETTINGS} and save its kaggle.json there."
        raise errand.failed(f"{key_file} {fault}", remedy)
    remedy = (
        f"Make a token at {SETTINGS} and save it as {Path.home() / '.kaggle' / 'access_token'} "
        f"or in KAGGLE_API_TOKEN; or a legacy key, its kaggle.json as {key_file} or in "
        "KAGGLE_USERNAME and KAGGLE_KEY.\n"
        f"Or by hand, in the browser: {errand.by_hand}"
    )
    raise errand.failed("there are no Kaggle credentials", remedy)


def _kaggle_json():
    """The path of kaggle.json, worked out as KaggleApi does when it is imported."""
    if folder := os.environ.get("KAGGLE_CONFIG_DIR"):
        return Path(folder) / "kaggle.json"
    folder = Path.home() / ".kaggle"
    if sys.platform.startswith("linux") and not folder.exists():
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "kaggle"
    return folder / "kaggle.json"


def _key_file_fault(path):
    """What is wrong with a kaggle.json, never what it holds; None where nothing is."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return "is not valid JSON"
    if isinstance(content, dict) and content.get("username") and content.get("key"):
        return None
    return 'is not of the form {"username": "…", "key": "…"}'


def _authenticated_client():
    from kaggle.api.kaggle_api_extended import KaggleApi

    api = KaggleApi()
    api.authenticate()
    return api


@contextlib.contextmanager
def _asking(errand, credentials, archive=None):
    """Whatever the client runs into in the block is raised as a KaggleFilesError.

    archive: the path where the block makes it write. OSError of the disk passes through.
    """
    try:
        # The import itself authenticates, and the client prints more than a person needs:
        # a page of help, or that a partial file was kept, which is not so here.
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    except SystemExit as error:  # how authenticate() says that it was refused
        raise _refusal(errand, credentials, 401) from error
    except requests.HTTPError as error:
        response = error.response
        raise _refusal(errand, credentials, response.status_code, _reason(response)) from error
    except (requests.RequestException, ValueError) as error:
        what = "Kaggle can't be reached"
        if archive and archive.exists():
            what = "the download broke off midway"
        elif isinstance(error, ValueError):
            what = "something else than Kaggle answered, a sign-in page or a proxy perhaps"
        # The message may hold a signed address, so only its kind is shown.
        raise errand.failed(f"{what} ({type(error).__name__})", errand.again) from error


def _reason(response):
    """What Kaggle gives as its reason for a refusal, on one line; empty where it gives none."""
    try:
        content = response.json()
    except ValueError:
        return ""
    reason = content.get("message") if isinstance(content, dict) else None
    return " ".join(str(reason or "").split())[:300]


def _refusal(errand, credentials, status, reason=""):
    """The KaggleFilesError for an HTTP status of Kaggle's, with the reason that it gave."""
    status_and_reason = f"status {status}{': ' if reason else ''}{reason}"
    what = f"Kaggle refuses ({status_and_reason})"
    remedy = f"Or by hand, in the browser: {errand.by_hand}"
    if status == 401:
        what = f"Kaggle does not accept the credentials in {credentials}"
        remedy = f"Make new ones at {SETTINGS} and put them there."
    elif status == 403:
        what = f"Kaggle does not let your account do this ({status_and_reason})"
        remedy = f"Sign in, agree to what {errand.rules} asks of you, then run this again."
    elif status == 404:
        what = "Kaggle has nothing of that name any more"
        remedy = f"See what became of {errand.page}"
    elif status == 429:
        what, remedy = "Kaggle has had too many requests from you", "Run this again in an hour."
    elif status >= 500:
        what = f"Kaggle is out of order (status {status}); nothing is wrong on your side"
        remedy = "Run this again later."
    return errand.failed(what, remedy)


def _unpack(file, archive, errand):
    """Unpack a file beside the archive; return its path. Raises KaggleFilesError."""
    again = f"Run this again; if that does not help, {errand.by_hand}"
    if not zipfile.is_zipfile(archive):
        raise errand.failed("what Kaggle sent is not a zip archive", again)
    try:
        with zipfile.ZipFile(archive) as content:
            arrived = _extract(file.name, content, archive.parent)
            names = ", ".join(content.namelist())[:100]
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise errand.failed("the zip archive arrived damaged", again) from error
    if arrived is None:
        what = f"Kaggle's archive holds {names or 'nothing'}, but not {file.name}"
        raise errand.failed(what, f"See what became of it: {errand.page}")
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


def _fault(path, expected):
    """What is wrong with a file, as the rest of a sentence; None where it is as expected."""
    size = path.stat().st_size
    if size < expected.least_bytes:
        return f"has {size:,} bytes, not {expected.least_bytes:,} or more"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            columns = next(rows, [])
            if tuple(columns) != expected.columns:
                return f"has the columns {','.join(columns)[:80]}, not {','.join(expected.columns)}"
            n_rows = sum(1 for row in rows if row) if expected.quoted else _n_lines(path) - 1
    except (UnicodeDecodeError, csv.Error) as error:
        return f"can't be read as CSV ({error})"
    if n_rows < expected.least_rows:
        return f"has {n_rows:,} rows, not {expected.least_rows:,} or more"
    return None


def _n_lines(path):
    """The number of lines, the last one with or without its end, read in blocks."""
    n_lines, block = 0, b"\n"
    with path.open("rb") as file:
        while more := file.read(1 << 24):
            block = more
            n_lines += block.count(b"\n")
    return n_lines + (not block.endswith(b"\n"))
