"""Kaggle's files: downloaded through the official client, checked, then put into data/.

A right file is left alone, without network or credentials. A new one is unpacked beside its
place and moved there only when it has arrived whole: a failure leaves things as they were.
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

from utils.samples import DATA as DATA_FOLDER

SETTINGS = "https://www.kaggle.com/settings"


class KaggleFilesError(Exception):
    """A file of Kaggle's that did not arrive: what happened, to which file, what to do."""


@dataclass(frozen=True)
class KaggleFile:
    """What to expect of a file on Kaggle.

    reference: Kaggle's name for what holds it; page: where a person finds that; name: in the
    archive and in data/; least_rows (without header), least_bytes: fewer are not all of it.
    """

    reference: str
    page: str
    name: str
    columns: tuple[str, ...]
    least_rows: int
    least_bytes: int


IMDB = KaggleFile(
    reference="lakshmi25npathi/imdb-dataset-of-50k-movie-reviews",
    page="https://www.kaggle.com/datasets/lakshmi25npathi/imdb-dataset-of-50k-movie-reviews",
    name="IMDB Dataset.csv",
    columns=("review", "sentiment"),
    least_rows=50_000,
    least_bytes=60_000_000,  # Kaggle's file has 66 MB; other line ends change that a little
)


def download_imdb(folder: Path = DATA_FOLDER, say=print) -> Path:
    """Download Kaggle's 50,000 film reviews to `IMDB Dataset.csv` in folder; return its path.

    Does nothing where the file is there and right. say: called with each line to show; the
    progress bar goes to stderr. Raises KaggleFilesError where the file can't be had.
    """

    def ask(api, into):
        api.dataset_download_files(IMDB.reference, path=str(into), quiet=False)

    return _download(IMDB, ask, Path(folder), say)


def _download(expected, ask, folder, say):
    """The way of every file: look, ask, unpack, check, put into place; return its path.

    ask(api, into): makes the authenticated client write the archive in the folder `into`.
    Raises KaggleFilesError.
    """
    target = folder / expected.name
    try:
        if target.exists():
            fault = _fault(target, expected)
            if fault is None:
                say(f"{target} is there and complete: nothing to do.")
                return target
            say(f"{target} {fault}: it will be replaced once a whole one has arrived.")
        credentials = _find_credentials(expected, target)
        say(f"Downloading {expected.name}, {expected.least_bytes / 1e6:.0f} MB or more unpacked;")
        say("a broken connection is tried again five times, for about a minute.")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as temporary:
            archive = Path(temporary) / f"{expected.reference.split('/')[-1]}.zip"
            _fetch(expected, ask, archive, target, credentials)
            arrived = _unpack(expected, archive, target)
            if fault := _fault(arrived, expected):
                remedy = f"The file at {expected.page} may have changed: please report it."
                raise _failure(target, f"what Kaggle sent {fault}", remedy)
            os.replace(arrived, target)
    except OSError as error:
        what, remedy = f"the system says {error}", "Make that path readable and writable for you"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            what = "the disk, or your share of it, is full"
            remedy = f"Free {2 * expected.least_bytes / 1e6:.0f} MB where {folder} is"
        raise _failure(target, what, f"{remedy}, then run this again.") from error
    say(f"Done: {target}, {target.stat().st_size / 1e6:.1f} MB.")
    return target


def _failure(target, what, remedy):
    return KaggleFilesError(f"{target} was not downloaded: {what}.\n{remedy}")


def _find_credentials(expected, target):
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
        raise _failure(target, f"{key_file} {fault}", remedy)
    remedy = (
        f"Make a token at {SETTINGS} and save it as {Path.home() / '.kaggle' / 'access_token'} "
        f"or in KAGGLE_API_TOKEN; or a legacy key, its kaggle.json as {key_file} or in "
        "KAGGLE_USERNAME and KAGGLE_KEY.\n"
        f"Or by hand, in the browser: download it from {expected.page} and unzip it to {target}"
    )
    raise _failure(target, "there are no Kaggle credentials", remedy)


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


def _fetch(expected, ask, archive, target, credentials):
    """Let the client write the archive. Raises KaggleFilesError, and OSError of the disk."""
    try:
        # The import itself authenticates, and the client prints more than a person needs:
        # a page of help, or that a partial file was kept, which is not so here.
        with contextlib.redirect_stdout(io.StringIO()):
            from kaggle.api.kaggle_api_extended import KaggleApi

            api = KaggleApi()
            api.authenticate()
            ask(api, archive.parent)
    except SystemExit as error:  # how authenticate() says that it was refused
        raise _refusal(401, expected, target, credentials) from error
    except requests.HTTPError as error:
        raise _refusal(error.response.status_code, expected, target, credentials) from error
    except (requests.RequestException, ValueError) as error:
        what = "Kaggle can't be reached"
        if archive.exists():
            what = "the download broke off midway"
        elif isinstance(error, ValueError):
            what = "something else than Kaggle answered, a sign-in page or a proxy perhaps"
        # The message may hold a signed address, so only its kind is shown.
        what, remedy = f"{what} ({type(error).__name__})", "Check the network connection"
        raise _failure(target, what, f"{remedy}, then run this again.") from error


def _refusal(status, expected, target, credentials):
    """The KaggleFilesError for an HTTP status of Kaggle's."""
    what, remedy = f"Kaggle refuses (status {status})", f"Download it by hand from {expected.page}"
    if status == 401:
        what = f"Kaggle does not accept the credentials in {credentials}"
        remedy = f"Make new ones at {SETTINGS} and put them there."
    elif status == 403:
        what = "Kaggle does not let your account have it"
        remedy = f"Sign in, agree to what {expected.page} asks of you, then run this again."
    elif status == 404:
        what, remedy = "Kaggle does not have it any more", f"See what became of {expected.page}"
    elif status == 429:
        what, remedy = "Kaggle has had too many requests from you", "Run this again in an hour."
    elif status >= 500:
        what = f"Kaggle is out of order (status {status}); nothing is wrong on your side"
        remedy = "Run this again later."
    return _failure(target, what, remedy)


def _unpack(expected, archive, target):
    """Unpack the expected file beside its archive; return its path. Raises KaggleFilesError."""
    again = f"Run this again; if that does not help, download it by hand: {expected.page}"
    if not zipfile.is_zipfile(archive):
        raise _failure(target, "what Kaggle sent is not a zip archive", again)
    try:
        with zipfile.ZipFile(archive) as content:
            if expected.name not in content.namelist():
                names = ", ".join(content.namelist())[:100]
                what = f"Kaggle's archive holds {names or 'nothing'}, but not this file"
                raise _failure(target, what, f"See what became of it: {expected.page}")
            return Path(content.extract(expected.name, archive.parent))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _failure(target, "the zip archive arrived damaged", again) from error


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
            n_rows = sum(1 for row in rows if row)
    except (UnicodeDecodeError, csv.Error) as error:
        return f"can't be read as CSV ({error})"
    if n_rows < expected.least_rows:
        return f"has {n_rows:,} rows, not {expected.least_rows:,} or more"
    return None
