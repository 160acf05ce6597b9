"""Real data that others publish: fetched when first needed, pinned and checked, kept under data/.

A file is one of a public repository on GitHub, named by commit and hash, so that everybody reads
the same bytes. Where the environment variable COURSE_DATA names a folder that holds
`applications/REPOSITORY/PATH`, it is taken from there, and nothing is fetched.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import pooch
import requests

from utils import files, paths
from utils.errors import CourseError


class FetchError(CourseError):
    """Which file is missing or not as it should be, and where to put it by hand."""


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


def fetch(file):
    """The path of a `RemoteFile`, fetched unless the right bytes are there already.

    A file that was cut, changed or half written is fetched anew; what arrives is checked before
    it takes its place. Raises FetchError with the remedy where the right bytes cannot be had.

    >>> fetch(RemoteFile("me/data", "abc", "b.csv", 9, "0f", "numbers", "MIT"))  # doctest: +SKIP
    PosixPath('data/fetched/me/data/b.csv')
    """
    lent = _lent(file)
    if lent and lent.exists():
        if _sha256(lent) != file.sha256:
            raise FetchError(
                f"{lent} is not the file that the course knows (its sha256 is another). Take it "
                f"away, or replace it by {file.url}"
            )
        return lent
    pooch.get_logger().setLevel("WARNING")
    with files.explained(file.place):
        try:
            pooch.retrieve(
                file.url,
                known_hash=f"sha256:{file.sha256}",
                fname=file.place.name,
                path=file.place.parent,
                progressbar=True,
            )
        except requests.HTTPError as error:
            why = f"the server answers {error.response.status_code}"
            raise _missing(file, why) from error
        except requests.RequestException as error:
            raise _missing(file, "the connection failed") from error
        except ValueError as error:  # of pooch, where the hash is another
            raise _missing(file, "what arrived has another sha256") from error
    return file.place


def _lent(file):
    folder = os.environ.get("COURSE_DATA")
    return Path(folder, "applications", file.repository, file.path) if folder else None


def _missing(file, why):
    return FetchError(
        f"{file.what} ({file.n_bytes / 1000:,.0f} kB, {file.licence}) could not be fetched: {why}. "
        f"Try again, or fetch {file.url} by hand and put it at {file.place}"
    )


def _sha256(path):
    with open(path, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
