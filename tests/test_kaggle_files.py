"""kaggle_files with the real client, against a server on this machine that answers as Kaggle does.

Nothing reaches the network, and no credentials but the made ones below are ever read.
"""

import base64
import errno
import http.server
import io
import json
import os
import socket
import struct
import sys
import threading
import time
import zipfile

import pytest
from kagglesdk import kaggle_env

from utils import kaggle_files
from utils.kaggle_files import KaggleFile, KaggleFilesError

TOKEN, USER, KEY = "KGAT_a-made-token", "student", "a-made-key"
SIGNATURE = "a-signed-address"
SECRETS = (TOKEN, KEY, SIGNATURE)

IMDB = kaggle_files.IMDB
SMALL = KaggleFile(IMDB.reference, IMDB.page, IMDB.name, IMDB.columns, 3, 60)
HEADER = "review,sentiment\n"
ROWS = '"Good, and ""long"".\nTwo lines.",positive\n"Café, bad.",negative\nFine enough.,positive\n'
CONTENT = (HEADER + ROWS).encode()
OLD = b"review,sentiment\ncut off he"


def zipped(content=CONTENT, name=IMDB.name, method=zipfile.ZIP_DEFLATED):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as file:
        file.writestr(name, content)
    return archive.getvalue()


def damaged(method, replacement):
    """A zip archive with other bytes where the content of its file begins."""
    archive = bytearray(zipped(method=method))
    start = 30 + len(IMDB.name)
    archive[start : start + len(replacement)] = replacement
    return bytes(archive)


class FakeKaggle(http.server.ThreadingHTTPServer):
    """Kaggle's API and its storage: two calls, then a redirect to a signed address.

    archive: the bytes in storage; status: the API's answer to the download, 302 or an error;
    introspection: the status of its answer about a token; accepts: whether credentials are
    right; n_cuts: how many downloads stop half way; reset: by a reset connection; expires:
    the signed address serves only once; paths: of the requests that came, in order.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.archive, self.status, self.introspection = zipped(), 302, 200
        self.n_cuts, self.reset, self.expires, self.accepts = 0, False, False, True
        self.paths = []


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_POST(self):
        self.server.paths.append(self.path)
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/security.OAuthService/IntrospectToken":
            active = self.server.accepts and request["token"] == TOKEN
            answer = {"active": active, "username": USER if active else ""}
            self.answer(self.server.introspection, answer)
        elif self.path == "/v1/datasets.DatasetApiService/DownloadDataset":
            assert f"{request['ownerSlug']}/{request['datasetSlug']}" == IMDB.reference
            basic = base64.b64encode(f"{USER}:{KEY}".encode()).decode()
            known = self.headers["Authorization"] in (f"Bearer {TOKEN}", f"Basic {basic}")
            status = self.server.status if self.server.accepts and known else 401
            self.answer(status, {"code": status, "message": f"no: {TOKEN} {KEY}"})
        else:
            self.answer(404, {"code": 404, "message": "unknown call"})

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"{self.server.address}/storage?sig={SIGNATURE}")
            body = b""
        self.send_header("Content-Type", "text/html" if status == 302 else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.server.expires and self.path in self.server.paths:
            self.answer(403, {"code": 403, "message": f"{SIGNATURE} has expired"})
            return
        self.server.paths.append(self.path)
        archive = self.server.archive
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if "Range" in self.headers else 200)
        self.send_header("Content-Type", "application/zip")
        self.send_header("Content-Length", str(len(archive) - start))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", '"one"')
        self.send_header("Last-Modified", "Sun, 10 Mar 2019 06:29:36 GMT")
        self.end_headers()
        if not self.server.n_cuts:
            self.wfile.write(archive[start:])
            return
        self.server.n_cuts -= 1
        self.wfile.write(archive[start : len(archive) // 2])
        self.wfile.flush()
        if self.server.reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            os.close(self.connection.detach())


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home, and a client that is imported anew, so that it looks for it there."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    for name in list(os.environ):
        if name.startswith(("KAGGLE_", "XDG_", "NETRC")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in list(sys.modules):
        if name.split(".")[0] == "kaggle":
            monkeypatch.delitem(sys.modules, name)
    return home


@pytest.fixture
def server(home, monkeypatch):
    lookup = socket.getaddrinfo

    def only_here(host, *args, **kwargs):
        assert host == "127.0.0.1", f"a test tried to reach {host}"
        return lookup(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", only_here)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    monkeypatch.setattr(kaggle_files, "IMDB", SMALL)
    with FakeKaggle() as server:
        endpoint = {kaggle_env.KaggleEnv.PROD: server.address}
        monkeypatch.setattr(kaggle_env, "_env_to_endpoint", endpoint)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def token(monkeypatch, home):
    monkeypatch.setenv("KAGGLE_API_TOKEN", TOKEN)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def fails(server, folder, capfd):
    """Download over an old, wrong file; return the message of the failure.

    Whatever the failure is: the old file stays, nothing lies beside it, the message has one
    to three lines and names the file, and nothing secret is shown.
    """

    def fails(kind=KaggleFilesError):
        folder.mkdir()
        target = folder / IMDB.name
        target.write_bytes(OLD)
        with pytest.raises(kind) as caught:
            kaggle_files.download_imdb(folder)
        assert list(folder.iterdir()) == [target]
        assert target.read_bytes() == OLD
        message = str(caught.value)
        shown = message + "".join(capfd.readouterr())
        assert not any(secret in shown for secret in SECRETS)
        if kind is KaggleFilesError:
            assert message.startswith(f"{target} was not downloaded: ")
            assert 1 <= len(message.splitlines()) <= 3
        return message

    return fails


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


LEGACY = json.dumps({"username": USER, "key": KEY})
LOGIN = json.dumps(
    {
        "refresh_token": "made",
        "access_token": TOKEN,
        "access_token_expiration": "2999-01-01T00:00:00+00:00",
        "username": USER,
    }
)
# Every place that the client looks at: the environment, then files under the home folder.
CREDENTIALS = {
    "token": ({"KAGGLE_API_TOKEN": TOKEN}, {}),
    "token in a named file": ({"KAGGLE_API_TOKEN": "{home}/mine"}, {"mine": TOKEN}),
    "access_token": ({}, {".kaggle/access_token": TOKEN + "\n"}),
    "access_token.txt": ({}, {".kaggle/access_token.txt": TOKEN}),
    "legacy key": ({"KAGGLE_USERNAME": USER, "KAGGLE_KEY": KEY}, {}),
    "kaggle.json": ({}, {".kaggle/kaggle.json": LEGACY}),
    "kaggle.json, own folder": ({"KAGGLE_CONFIG_DIR": "{home}/own"}, {"own/kaggle.json": LEGACY}),
    "kaggle.json, .config": ({}, {".config/kaggle/kaggle.json": LEGACY}),
    "kaggle.json, XDG": ({"XDG_CONFIG_HOME": "{home}/x"}, {"x/kaggle/kaggle.json": LEGACY}),
    "login": ({}, {".kaggle/credentials.json": LOGIN}),
    "login, damaged kaggle.json": (
        {},
        {".kaggle/credentials.json": LOGIN, ".kaggle/kaggle.json": "{"},
    ),
    "token, damaged kaggle.json": ({"KAGGLE_API_TOKEN": TOKEN}, {".kaggle/kaggle.json": "{"}),
}


def give(credentials, home, monkeypatch):
    environment, files = credentials
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(home=home))
    for name, content in files.items():
        write(home / name, content)
        (home / name).chmod(0o600)


@pytest.mark.parametrize("credentials", CREDENTIALS.values(), ids=CREDENTIALS.keys())
def test_file_arrives_with_each_kind_of_credentials(
    credentials, server, home, folder, monkeypatch, capfd
):
    give(credentials, home, monkeypatch)
    target = kaggle_files.download_imdb(folder)
    assert target == folder / "IMDB Dataset.csv"
    assert target.read_bytes() == CONTENT
    assert list(folder.iterdir()) == [target]
    assert server.paths[-1].startswith("/storage")
    assert not any(secret in "".join(capfd.readouterr()) for secret in SECRETS)


@pytest.mark.parametrize("credentials", CREDENTIALS.values(), ids=CREDENTIALS.keys())
def test_kaggle_json_is_looked_for_where_the_client_does(credentials, server, home, monkeypatch):
    give(credentials, home, monkeypatch)
    ours = kaggle_files._kaggle_json()
    from kaggle.api.kaggle_api_extended import KaggleApi

    assert str(ours) == KaggleApi.config


def test_says_what_it_does(server, token, folder, capfd):
    kaggle_files.download_imdb(folder)
    shown, progress = capfd.readouterr()
    first, *_, last = shown.splitlines()
    assert first.startswith("Downloading IMDB Dataset.csv")
    assert last == f"Done: {folder / IMDB.name}, 0.0 MB."
    assert "100%" in progress


def test_say_gets_every_line(server, token, folder, capfd):
    lines = []
    kaggle_files.download_imdb(folder, say=lines.append)
    assert lines[-1].startswith("Done: ")
    assert capfd.readouterr().out == ""


def test_second_call_does_nothing(server, folder, monkeypatch, capfd):
    monkeypatch.setenv("KAGGLE_API_TOKEN", TOKEN)
    target = kaggle_files.download_imdb(folder)
    before = target.stat()
    server.paths.clear()
    capfd.readouterr()
    monkeypatch.delenv("KAGGLE_API_TOKEN")
    assert kaggle_files.download_imdb(folder) == target
    assert server.paths == []
    assert target.stat() == before
    assert capfd.readouterr().out == f"{target} is there and complete: nothing to do.\n"


def test_wrong_file_is_replaced_once_the_new_one_is_there(server, token, folder, capfd):
    folder.mkdir()
    (folder / IMDB.name).write_bytes(OLD)
    target = kaggle_files.download_imdb(folder)
    assert target.read_bytes() == CONTENT
    assert "has 27 bytes, not 60 or more: it will be replaced" in capfd.readouterr().out


def test_import_leaves_the_client_alone(home, monkeypatch):
    monkeypatch.delitem(sys.modules, "utils.kaggle_files")
    import utils.kaggle_files  # noqa: F401

    assert "kaggle" not in sys.modules
    assert list(home.iterdir()) == []


# Credentials


def test_without_credentials_says_how_to_get_them(server, home, folder, fails):
    message = fails()
    for part in (
        "no Kaggle credentials",
        "https://www.kaggle.com/settings",
        str(home / ".kaggle" / "access_token"),
        "KAGGLE_API_TOKEN",
        str(home / ".config" / "kaggle" / "kaggle.json"),
        "KAGGLE_USERNAME and KAGGLE_KEY",
        f"by hand, in the browser: download it from {IMDB.page}",
        str(folder / "IMDB Dataset.csv"),
    ):
        assert part in message
    assert server.paths == []
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("name", ["KAGGLE_USERNAME", "KAGGLE_KEY"])
def test_half_a_legacy_key_is_none(name, server, monkeypatch, fails):
    monkeypatch.setenv(name, KEY)
    assert "no Kaggle credentials" in fails()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (f'{{"username": "{USER}", "key": "{KEY}"', "is not valid JSON"),
        ("", "is not valid JSON"),
        (KEY, "is not valid JSON"),
        (f'["{USER}", "{KEY}"]', "is not of the form"),
        (f'{{"key": "{KEY}"}}', "is not of the form"),
        (f'{{"username": "{USER}", "key": ""}}', "is not of the form"),
    ],
)
def test_damaged_kaggle_json_is_named(content, fault, server, home, fails):
    path = home / ".kaggle" / "kaggle.json"
    write(path, content)
    message = fails()
    assert f"{path} {fault}" in message
    assert "https://www.kaggle.com/settings" in message
    assert server.paths == []


@pytest.mark.parametrize("introspection", [200, 400, 401])
def test_token_that_kaggle_does_not_accept(introspection, server, token, fails):
    server.accepts, server.introspection = False, introspection
    message = fails()
    assert "does not accept the credentials in KAGGLE_API_TOKEN" in message
    assert "https://www.kaggle.com/settings" in message


def test_key_that_kaggle_does_not_accept(server, home, fails):
    path = home / ".kaggle" / "kaggle.json"
    write(path, LEGACY)
    server.accepts = False
    assert f"does not accept the credentials in {path}" in fails()


# Kaggle's answers


@pytest.mark.parametrize(
    ("status", "what", "remedy"),
    [
        (403, "does not let your account have it", f"agree to what {IMDB.page} asks"),
        (404, "does not have it any more", f"See what became of {IMDB.page}"),
        (429, "too many requests", "again in an hour"),
        (500, "Kaggle is out of order (status 500)", "again later"),
        (503, "Kaggle is out of order (status 503)", "again later"),
        (410, "refuses (status 410)", f"by hand from {IMDB.page}"),
    ],
)
def test_refusals(status, what, remedy, server, token, fails):
    server.status = status
    first, second = fails().splitlines()
    assert what in first
    assert remedy in second


@pytest.mark.parametrize("status", [429, 503])
def test_refusal_of_the_first_question(status, server, token, fails):
    server.introspection = status
    assert {429: "too many requests", 503: "out of order"}[status] in fails()


@pytest.mark.parametrize("credentials", ["token", "legacy key"])
def test_no_network(credentials, server, home, monkeypatch, fails):
    give(CREDENTIALS[credentials], home, monkeypatch)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setitem(kaggle_env._env_to_endpoint, kaggle_env.KaggleEnv.PROD, address)
    message = fails()
    assert "Kaggle can't be reached (ConnectionError)" in message
    assert "Check the network connection" in message
    assert server.paths == []


def test_sign_in_page_instead_of_kaggle(server, token, monkeypatch, fails):
    def sign_in_page(handler, status, content):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        handler.wfile.write(b"<html>Please sign in to the campus network")

    monkeypatch.setattr(Handler, "answer", sign_in_page)
    message = fails()
    assert "something else than Kaggle answered" in message
    assert "Check the network connection" in message


# What arrives


@pytest.mark.parametrize("reset", [False, True])
def test_download_that_breaks_off(reset, server, token, fails):
    server.n_cuts, server.reset = 99, reset
    message = fails()
    assert "the download broke off midway" in message
    assert "run this again" in message


def test_download_that_breaks_off_and_is_refused_then(server, token, fails):
    server.n_cuts, server.expires = 1, True
    assert "the download broke off midway" in fails()


@pytest.mark.parametrize("reset", [False, True])
def test_download_that_breaks_off_is_tried_again(reset, server, token, folder):
    server.n_cuts, server.reset = 2, reset
    assert kaggle_files.download_imdb(folder).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("archive", "what"),
    {
        "empty": (b"", "is not a zip archive"),
        "page": (b"<html>Please sign in to the campus network", "is not a zip archive"),
        "cut": (zipped()[:-30], "is not a zip archive"),
        "checksum": (damaged(zipfile.ZIP_STORED, b"R"), "arrived damaged"),
        "compression": (damaged(zipfile.ZIP_DEFLATED, b"\xff" * 9), "arrived damaged"),
        "other file": (zipped(name="imdb.csv"), "holds imdb.csv, but not this file"),
        "small": (zipped(HEADER.encode()), "sent has 17 bytes, not 60 or more"),
        "columns": (zipped(b"text,label\n" + CONTENT), "has the columns text,label, not review,"),
        "rows": (zipped(HEADER.encode() + b"x" * 99 + b",positive"), "has 1 rows, not 3 or more"),
        "encoding": (zipped(CONTENT.decode().encode("latin-1") * 9), "can't be read as CSV"),
        "quote": (zipped(CONTENT + b'"not closed,negative\n'), "can't be read as CSV"),
    }.values(),
)
def test_wrong_content(archive, what, server, token, fails):
    server.archive = archive
    assert what in fails()


# The disk


def test_disk_full_while_downloading(server, token, monkeypatch, fails):
    from kaggle.api import kaggle_api_extended

    def full_for_archives(path, mode="r"):
        if str(path).endswith(".zip"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return open(path, mode)

    monkeypatch.setattr(kaggle_api_extended, "open", full_for_archives, raising=False)
    assert "the disk, or your share of it, is full" in fails()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_disk_full_while_unpacking(number, server, token, monkeypatch, fails):
    def full(archive, name, path):
        raise OSError(number, "full")

    monkeypatch.setattr(zipfile.ZipFile, "extract", full)
    assert "the disk, or your share of it, is full" in fails()


def test_folder_that_is_a_file(server, token, folder):
    folder.write_text("mine")
    with pytest.raises(KaggleFilesError, match="the system says .*data"):
        kaggle_files.download_imdb(folder)
    assert folder.read_text() == "mine"


def test_interrupted(server, token, monkeypatch, fails):
    def control_c(seconds):
        raise KeyboardInterrupt

    server.n_cuts = 99
    monkeypatch.setattr(time, "sleep", control_c)
    fails(KeyboardInterrupt)
