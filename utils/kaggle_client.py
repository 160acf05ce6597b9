"""Kaggle's official client: where it finds credentials, and what its failures mean.

All that is used of it beyond what it documents stands here; tests/course/test_private_parts.py
lists it.
"""

import contextlib
import io
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import requests

from utils.errors import CourseError

SETTINGS = "https://www.kaggle.com/settings"


class KaggleError(CourseError):
    """A file that did not get from Kaggle or to it: what happened, to which file, what to do."""


@dataclass(frozen=True)
class Transfer:
    """A download or an upload, as messages about it speak of it.

    failure: the first words of one; page: where a person finds it at Kaggle; rules: where one
    agrees to what comes with it; by_hand: how to do without this program; again: what to do
    after a broken connection.

    >>> upload = Transfer("x.csv was not sent", page="…", rules="…", by_hand="send it yourself")
    >>> print(upload.failed("it is empty", remedy="Write it again."))
    x.csv was not sent: it is empty.
    Write it again.
    """

    failure: str
    page: str
    rules: str
    by_hand: str
    again: str = "Check the network connection, then run this again."

    def failed(self, what, remedy):
        """The KaggleError that says what happened and what to do about it."""
        return KaggleError(f"{self.failure}: {what}.\n{remedy}")


def find_credentials(transfer):
    """The name of the place where the client will find credentials, in its own order.

    Looked up here because importing the client without any prints a page and makes a
    folder, and because it passes over a damaged kaggle.json. Raises KaggleError.
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
        raise transfer.failed(f"{key_file} {fault}", remedy)
    remedy = (
        f"Make a token at {SETTINGS} and save it as {Path.home() / '.kaggle' / 'access_token'} "
        f"or in KAGGLE_API_TOKEN; or a legacy key, its kaggle.json as {key_file} or in "
        "KAGGLE_USERNAME and KAGGLE_KEY.\n"
        f"Or by hand, in the browser: {transfer.by_hand}"
    )
    raise transfer.failed("there are no Kaggle credentials", remedy)


def has_credentials():
    """Whether the client will find credentials; neither Kaggle nor the client is asked."""
    try:
        find_credentials(Transfer("", page="", rules="", by_hand=""))
    except KaggleError:
        return False
    return True


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


def authenticated():
    """The client, signed in; within `explained_failures`, for it exits where it is refused."""
    from kaggle.api.kaggle_api_extended import KaggleApi

    api = KaggleApi()
    api.authenticate()
    return api


def account(api):
    """The name of the account that the client is signed in with."""
    return api.config_values["username"]


def is_refusal(api, answer):
    """Whether the answer to an upload says that it failed: the client raises nothing then."""
    return not answer or api.COMPETITION_SUBMIT_UPLOAD_FAILED_MESSAGE in answer


@contextlib.contextmanager
def explained_failures(transfer, credentials, archive=None):
    """Whatever the client runs into in the block is raised as a KaggleError.

    archive: the path where the block makes it write. OSError of the disk passes through.
    """
    try:
        # The import itself authenticates, and the client prints more than a person needs:
        # a page of help, or that a partial file was kept, which is not so here.
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    except SystemExit as error:  # how authenticate() says that it was refused
        raise _refusal(transfer, credentials, 401) from error
    except requests.HTTPError as error:
        response = error.response
        raise _refusal(transfer, credentials, response.status_code, _reason(response)) from error
    except requests.exceptions.SSLError as error:
        what = f"Kaggle can't be reached safely ({type(error).__name__})"
        remedy = (
            "Set this machine's date and time right; if they are, a proxy stands between you and "
            "Kaggle: take another network. Then run this again."
        )
        raise transfer.failed(what, remedy) from error
    except (requests.RequestException, ValueError) as error:
        what = "Kaggle can't be reached"
        if archive and archive.exists():
            what = "the download broke off midway"
        elif isinstance(error, ValueError):
            what = "something else than Kaggle answered, a sign-in page or a proxy perhaps"
        # The message may hold a signed address, so only its kind is shown.
        raise transfer.failed(f"{what} ({type(error).__name__})", transfer.again) from error


def _reason(response):
    """What Kaggle gives as its reason for a refusal, on one line; empty where it gives none."""
    try:
        content = response.json()
    except ValueError:
        return ""
    reason = content.get("message") if isinstance(content, dict) else None
    return " ".join(str(reason or "").split())[:300]


def _refusal(transfer, credentials, status, reason=""):
    """The KaggleError for an HTTP status of Kaggle's, with the reason that it gave."""
    what, remedy = _REFUSALS.get(min(status, 500), _REFUSALS[None])
    facts = {
        "status": f"status {status}",
        "reason": f"status {status}: {reason}" if reason else f"status {status}",
        "credentials": credentials,
        **vars(transfer),
    }
    return transfer.failed(what.format(**facts), remedy.format(**facts))


# HTTP status (None: any other, 500: that or more) -> what it means, what to do.
_REFUSALS = {
    401: (
        "Kaggle does not accept the credentials in {credentials}",
        f"Set this machine's date and time right; if they are, make new ones at {SETTINGS} and "
        "put them there.",
    ),
    403: (
        "Kaggle does not let your account do this ({reason})",
        "Sign in, agree to what {rules} asks of you, then run this again.",
    ),
    404: ("Kaggle has nothing of that name any more", "See what became of {page}"),
    429: ("Kaggle has had too many requests from you", "Run this again in an hour."),
    500: (
        "Kaggle is out of order ({status}); nothing is wrong on your side",
        "Run this again later.",
    ),
    None: ("Kaggle refuses ({reason})", "Or by hand, in the browser: {by_hand}"),
}
