"""Real data that others publish: fetched when first needed, pinned and checked, kept under data/.

A file is one of a public repository on GitHub, named by commit and hash, so that everybody reads
the same bytes. Where the environment variable COURSE_DATA names a folder that holds
`applications/REPOSITORY/PATH`, it is taken from there, and nothing is fetched. A large file may
come from any address: what has arrived of it is kept where the connection breaks off, and the
next attempt goes on from there.
"""

import contextlib
import itertools
import os
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pooch
import requests
from tqdm import tqdm

from utils import files, paths
from utils.errors import CourseError

SECONDS = 30  # without a byte, after which a connection is given up
CHUNK = 2**14  # bytes


class FetchError(CourseError):
    """Which file is missing or not as it should be, and where to put it by hand.

    A notebook in which it is raised is left out where all are run (utils/course/run.py).
    """

    def _render_traceback_(self):
        """What IPython shows of it: the sentence is enough."""
        return [str(self)]


class NotAsPublishedError(CourseError):
    """Which file holds something else than was published, why, and what to do.

    Each loader derives its own, with `is_not` in its words.

    >>> class RainError(NotAsPublishedError):
    ...     is_not = "is not the file of rain as it was published"
    >>> print(RainError("rain.csv", "no day is in it"))
    rain.csv is not the file of rain as it was published: no day is in it. Take it away, and it is \
fetched anew.
    """

    is_not = "is not the file as it was published"

    def __init__(self, path, why):
        super().__init__(f"{path} {self.is_not}: {why}. Take it away, and it is fetched anew.")


@contextlib.contextmanager
def opened_zip(path, refusal):
    """A ZIP file, open in the block; what its bytes raise there becomes a loader's refusal.

    refusal: the loader's class of NotAsPublishedError.

    >>> with opened_zip("README.md", NotAsPublishedError) as archive:
    ...     archive.namelist()
    Traceback (most recent call last):
    utils.fetch.NotAsPublishedError: README.md is not the file as it was published: it is no ZIP \
file, or it was cut off. Take it away, and it is fetched anew.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except KeyError as error:
        raise refusal(path, str(error.args[0])) from None
    except Exception as error:  # of many kinds, from whatever the bytes happen to mean
        raise refusal(path, "it is no ZIP file, or it was cut off") from error


# Where NLTK keeps the collections that several loaders take a file from.
IN_NLTK = {
    "repository": "nltk/nltk_data",
    "commit": "5db857e6f7df11eabb5e5665836db9ec8df07e28",
}


@dataclass(frozen=True)
class RemoteFile:
    """A file of a public repository.

    repository: OWNER/NAME on GitHub. commit: or a tag. path: in the repository. n_bytes, sha256:
    of the file. what: a few words for a person. licence: as its repository names it.
    """

    repository: str
    commit: str
    path: str
    n_bytes: int
    sha256: str
    what: str
    licence: str

    otherwise = ""

    @property
    def url(self):
        """Where the file is fetched from.

        >>> RemoteFile("me/data", "abc", "a/b.csv", 9, "0f", "numbers", "MIT").url
        'https://raw.githubusercontent.com/me/data/abc/a/b.csv'
        """
        return f"https://raw.githubusercontent.com/{self.repository}/{self.commit}/{self.path}"

    @property
    def place(self):
        """Where the file is kept once it was fetched: below data/fetched/."""
        return paths.FETCHED / self.repository / self.path

    @property
    def known_hash(self):
        """As pooch takes it."""
        return f"sha256:{self.sha256}"

    @property
    def lent(self):
        """Where the file lies in the folder that COURSE_DATA names; None without one."""
        folder = os.environ.get("COURSE_DATA")
        return Path(folder, "applications", self.repository, self.path) if folder else None

    def downloader(self):
        """What fetches it for pooch."""
        return pooch.HTTPDownloader(progressbar=True)


@dataclass(frozen=True, kw_only=True)
class LargeFile:
    """A file of the web that takes minutes to fetch.

    known_hash: as "md5:7c2a…". name: here. n_bytes: about. begins: its first bytes, which tell it
    from a page that a proxy sends. what: a few words for a person. licence: or terms of use.
    settings: the variables of the environment that name another address and hash. otherwise: what
    else one can do, as the end of a sentence.

    >>> LargeFile(url="https://a.org/b.zip", known_hash="md5:0f", name="b.zip", n_bytes=9,
    ...     begins=b"PK", what="numbers", licence="MIT", settings=("A", "B"),
    ...     otherwise="").part.name
    'b.zip.part'
    """

    url: str
    known_hash: str
    name: str
    n_bytes: int
    begins: bytes
    what: str
    licence: str
    settings: tuple[str, str]
    otherwise: str

    lent = None

    @property
    def place(self):
        """Where the file is kept once it was fetched: below data/fetched/."""
        return paths.FETCHED / self.name

    @property
    def part(self):
        """Where that is kept of it which has arrived."""
        return self.place.with_name(f"{self.name}.part")

    def downloader(self):
        """What fetches it for pooch."""
        return _GoesOn(self)


def fetch(file):
    """The path of a `RemoteFile` or `LargeFile`, fetched unless the right bytes are there already.

    A file that was cut, changed or half written is fetched anew; what arrives is checked before
    it takes its place. Raises FetchError with the remedy where the right bytes cannot be had.

    >>> fetch(RemoteFile("me/data", "abc", "b.csv", 9, "0f", "numbers", "MIT"))  # doctest: +SKIP
    PosixPath('data/fetched/me/data/b.csv')
    """
    if file.lent and file.lent.exists():
        if pooch.file_hash(file.lent) != file.sha256:
            raise FetchError(
                f"{file.lent} is not the file that the course knows (its sha256 is another). Take "
                f"it away, or replace it by {file.url}"
            )
        return file.lent
    pooch.get_logger().setLevel("WARNING")
    downloader = file.downloader()
    with files.explained(file.place):
        file.place.parent.mkdir(parents=True, exist_ok=True)
        try:
            pooch.retrieve(
                file.url,
                known_hash=file.known_hash,
                fname=file.place.name,
                path=file.place.parent,
                downloader=downloader,
            )
        except (requests.RequestException, _OtherContent) as error:
            raise _missing(file, *_reason(error, file)) from error
        except ValueError as error:  # of pooch, where the hash is another
            if getattr(downloader, "went_on", False):
                return fetch(file)  # from the start: what had arrived before was of other bytes
            kind, remedy = pooch.hashes.hash_algorithm(file.known_hash), "Try again"
            if found := getattr(downloader, "found", ""):
                remedy += (
                    f"; where its authors replaced it, {file.settings[1]}={kind}:{found} takes it"
                )
            raise _missing(file, f"what arrived has another {kind}", remedy) from error
    return file.place


class _OtherContent(Exception):
    """What came is not the file at all."""


class _GoesOn:
    """Downloads a LargeFile for pooch; where the connection breaks off, it goes on from there.

    It does so as long as something arrives each time. went_on: whether a part was there at
    first. found: the hash of what arrived.
    """

    def __init__(self, file):
        self.file, self.went_on, self.found = file, file.part.exists(), ""

    def __call__(self, url, output_file, _):
        while True:
            had = _size(self.file.part)
            try:
                self._fetch_rest(url)
                break
            except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
                if _size(self.file.part) <= had:
                    raise
                time.sleep(1)
        self.found = pooch.file_hash(
            self.file.part, alg=pooch.hashes.hash_algorithm(self.file.known_hash)
        )
        self.file.part.replace(output_file)

    def _fetch_rest(self, url):
        had = _size(self.file.part)
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={had}-"} if had else {})
        with requests.get(url, stream=True, timeout=SECONDS, headers=headers) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                return  # nothing is missing
            response.raise_for_status()
            goes_on = response.status_code == requests.codes.partial_content
            chunks = response.iter_content(CHUNK)
            first = next(chunks, b"")
            if not goes_on and not first.startswith(self.file.begins):
                raise _OtherContent
            had = had if goes_on else 0
            progress = {"initial": had, "total": had + _length(response), "desc": self.file.name}
            with (
                self.file.part.open("ab" if goes_on else "wb") as part,
                tqdm(**progress, unit="B", unit_scale=True) as bar,
            ):
                for chunk in itertools.chain([first], chunks):
                    part.write(chunk)
                    bar.update(len(chunk))


def _reason(error, file):
    """(Why a file did not arrive, what to do about it) as parts of a sentence."""
    if isinstance(error, requests.HTTPError):
        status, remedy = error.response.status_code, "Try again"
        if status >= requests.codes.server_error:
            remedy = "Try again later"
        elif isinstance(file, LargeFile):
            remedy = f"Try again with its new address, if it has one, in {file.settings[0]}"
        return f"the server answers {status}", remedy
    if isinstance(error, _OtherContent):
        return (
            "something else came, a sign-in page or a proxy's perhaps",
            "Open any page in a browser to see what the network asks for, or take another "
            "network, then try again",
        )
    if isinstance(error, ValueError):
        return "that is no address", "Correct it"
    if isinstance(error, requests.exceptions.SSLError):
        return (
            "the server can't be reached safely",
            "Set this machine's date and time right, or take another network, then try again",
        )
    if isinstance(file, LargeFile) and (had := _size(file.part)):
        return (
            f"the connection broke off after {_megabytes(had)}",
            "Try again: what arrived is kept, and it goes on from there",
        )
    return "the connection failed", "Check the network and try again"


def _missing(file, why, remedy):
    return FetchError(
        f"{file.what} ({_megabytes(file.n_bytes)}, {file.licence}) could not be fetched: {why}. "
        f"{remedy}, or fetch {file.url} by hand and put it at {file.place}"
        f"{file.otherwise}"
    )


def _megabytes(n_bytes):
    """A size in words.

    >>> _megabytes(12_345), _megabytes(84_125_825)
    ('12 kB', '84 MB')
    """
    return f"{n_bytes / 1e6:,.0f} MB" if n_bytes >= 10e6 else f"{n_bytes / 1e3:,.0f} kB"


def _size(path):
    return path.stat().st_size if path.exists() else 0


def _length(response):
    return int(response.headers.get("Content-Length", 0))
