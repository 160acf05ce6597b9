"""A server on this machine that answers as Kaggle does, what it hands out, and fixtures with it.

Nothing reaches the network, and no credentials but the made ones below are ever read.
"""

import base64
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
from dataclasses import replace

import pytest
from kagglesdk import kaggle_env

from utils import kaggle
from utils.kaggle_client import KaggleError

TOKEN, USER, KEY = "KGAT_a-made-token", "student", "a-made-key"
SIGNATURE, BLOB = "a-signed-address", "a-blob-token"
SECRETS = (TOKEN, KEY, SIGNATURE, BLOB)
REASON = "You did not do what is asked of you."

IMDB, RAIN = kaggle.IMDB, kaggle.RAIN
NAME = "IMDB Dataset.csv"
HEADER = "review,sentiment\n"
ROWS = '"Good, and ""long"".\nTwo lines.",positive\n"Café, bad.",negative\nFine enough.,positive\n'
CONTENT = (HEADER + ROWS).encode()
OLD = b"review,sentiment\ncut off he"

RAIN_HEADER = ",".join(kaggle.RAIN.files[0].columns)
SCAN = "1,3,10.0" + 20 * ","
RAIN_TRAIN = f"{RAIN_HEADER}\n{SCAN},0.254\n{SCAN},0.254\n{SCAN},0.254\n".encode()
RAIN_TEST = f"{RAIN_HEADER.removesuffix(',Expected')}\n{SCAN}\n{SCAN}\n".encode()


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


def zipped(content=CONTENT, name=NAME, method=zipfile.ZIP_DEFLATED):
    return zipped_all({name: content}, method)


def zipped_all(contents, method=zipfile.ZIP_DEFLATED):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return archive.getvalue()


def damaged(method, replacement):
    """A zip archive with other bytes where the content of its file begins."""
    archive = bytearray(zipped(method=method))
    start = 30 + len(NAME)
    archive[start : start + len(replacement)] = replacement
    return bytes(archive)


def rain_zipped(train=RAIN_TRAIN, test=RAIN_TEST, method=zipfile.ZIP_STORED):
    """A competition's download, a zip of zips."""
    contents = {
        "sample_solution.csv.zip": zipped(b"Id,Expected\n1,0\n", "sample_solution.csv"),
        "test.zip": zipped(test, "test.csv"),
        "train.zip": zipped(train, "train.csv"),
    }
    return zipped_all(contents, method)


class FakeKaggle(http.server.ThreadingHTTPServer):
    """Kaggle's API and its storage.

    A download is two calls, then a redirect to a signed address; a submission three, with the
    file put to a signed address between the last two.

    archive: the bytes in storage; status: the API's answer to the download, 302 or an error;
    introspection: the status of its answer about a token; accepts: whether credentials are
    right; n_cuts: how many downloads or uploads stop half way; reset: by a reset connection;
    expires: the signed address serves only once; refusals: call -> status of other calls;
    answer: to a submission; uploaded, submission: what came; paths: of the requests, in order.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.archive, self.status, self.introspection = zipped(), 302, 200
        self.refusals, self.uploaded, self.submission = {}, None, None
        self.answer = {"message": "Successfully submitted to How Much Did It Rain? II", "ref": 7}
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
            self.answer_known(self.server.status, {})
        elif self.path == "/v1/competitions.CompetitionApiService/DownloadDataFiles":
            assert request == {"competitionName": RAIN.reference}
            self.answer_known(self.server.status, {})
        elif self.path == "/v1/competitions.CompetitionApiService/StartSubmissionUpload":
            assert request["competitionName"] == RAIN.reference
            assert request["fileName"] == "submission.csv"
            self.server.announced = request["contentLength"]
            address = f"{self.server.address}/upload?sig={SIGNATURE}"
            status = self.server.refusals.get("start", 200)
            self.answer_known(status, {"token": BLOB, "createUrl": address})
        elif self.path == "/v1/competitions.CompetitionApiService/CreateSubmission":
            assert request["blobFileTokens"] == BLOB
            assert self.server.uploaded is not None
            status = self.server.refusals.get("create", 200)
            if status == 200:
                self.server.submission = request
            self.answer_known(status, self.server.answer)
        else:
            self.answer(404, {"code": 404, "message": "unknown call"})

    def answer_known(self, status, content):
        """Answer somebody with right credentials; what is secret comes back to no other."""
        basic = base64.b64encode(f"{USER}:{KEY}".encode()).decode()
        known = self.headers["Authorization"] in (f"Bearer {TOKEN}", f"Basic {basic}")
        if not (self.server.accepts and known):
            self.answer(401, {"code": 401, "message": f"no: {TOKEN} {KEY}"})
        elif status >= 400:
            self.answer(status, {"code": status, "message": REASON})
        else:
            self.answer(status, content)

    def do_PUT(self):
        self.server.paths.append(self.path)
        assert self.path == f"/upload?sig={SIGNATURE}"
        length = int(self.headers["Content-Length"])
        if self.server.n_cuts:
            self.server.n_cuts -= 1
            self.rfile.read(length // 2)
            self.break_off()
            return
        content = self.rfile.read(length)
        status = self.server.refusals.get("upload", 200)
        if status == 200:
            self.server.uploaded = content
        self.answer(status, {"code": status, "message": f"{SIGNATURE} is refused"})

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        if status == 302:
            self.send_header(
                "Location", f"{self.server.address}/storage/archive.zip?sig={SIGNATURE}"
            )
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
            self.break_off()

    def break_off(self):
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        os.close(self.connection.detach())


class Case:
    """A download with small limits: what Kaggle has, and what is to lie in the folder."""

    def __init__(self, name, real, download, limits, archive, contents):
        files = [replace(file, **limit) for file, limit in zip(real.files, limits, strict=True)]
        self.name, self.expected = name, replace(real, files=tuple(files))
        self.download, self.archive, self.contents = download, archive, contents

    def place(self, folder):
        """The path that messages name."""
        return folder / NAME if self.name == "IMDB" else folder


IMDB_CASE = Case(
    "IMDB",
    IMDB,
    lambda folder: [kaggle.download_imdb(folder)],
    [{"least_rows": 3, "least_bytes": 60}],
    zipped(),
    {NAME: CONTENT},
)
RAIN_CASE = Case(
    "RAIN",
    RAIN,
    lambda folder: kaggle.download_rain(folder),
    [{"least_rows": 3, "least_bytes": 60}, {"least_rows": 2, "least_bytes": 60}],
    rain_zipped(),
    {"train.csv": RAIN_TRAIN, "test.csv": RAIN_TEST},
)
both = pytest.mark.parametrize("case", [IMDB_CASE, RAIN_CASE], indirect=True, ids=["IMDB", "RAIN"])
of_rain = pytest.mark.parametrize("case", [RAIN_CASE], indirect=True, ids=["RAIN"])


def give(credentials, home, monkeypatch):
    """Put credentials, one of CREDENTIALS' values, where the client looks for them."""
    environment, files = credentials
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(home=home))
    for name, content in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        path.chmod(0o600)


def cut_off(monkeypatch):
    """Point the client at a port where nobody listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setitem(kaggle_env._env_to_endpoint, kaggle_env.KaggleEnv.PROD, address)


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
def case(request):
    return getattr(request, "param", IMDB_CASE)


@pytest.fixture
def server(case, home, monkeypatch):
    lookup = socket.getaddrinfo

    def only_here(host, *args, **kwargs):
        assert host == "127.0.0.1", f"a test tried to reach {host}"
        return lookup(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", only_here)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    monkeypatch.setattr(kaggle, case.name, case.expected)
    with FakeKaggle() as server:
        server.archive = case.archive
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
def fails(case, server, folder, capfd):
    """Download over old, wrong files; return the message of the failure.

    Whatever the failure is: the old files stay, nothing lies beside them, the message has one
    to three lines and names the place, and nothing secret is shown.
    """

    def fails(kind=KaggleError):
        folder.mkdir()
        targets = {folder / name for name in case.contents}
        for target in targets:
            target.write_bytes(OLD)
        with pytest.raises(kind) as caught:
            case.download(folder)
        assert set(folder.iterdir()) == targets
        assert all(target.read_bytes() == OLD for target in targets)
        message = str(caught.value)
        shown = message + "".join(capfd.readouterr())
        assert not any(secret in shown for secret in SECRETS)
        if kind is KaggleError:
            assert message.startswith(f"{case.place(folder)} was not downloaded: ")
            assert 1 <= len(message.splitlines()) <= 3
        return message

    return fails
