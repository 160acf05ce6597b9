"""kaggle_files with the real client, against a server on this machine that answers as Kaggle does.

Nothing reaches the network, and no credentials but the made ones below are ever read.
"""

import base64
import errno
import http.server
import importlib
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
from types import ModuleType, SimpleNamespace

import pytest
from kagglesdk import kaggle_env

import utils
from utils import __main__ as verbs
from utils import kaggle_files
from utils.kaggle_files import KaggleFilesError

TOKEN, USER, KEY = "KGAT_a-made-token", "student", "a-made-key"
SIGNATURE, BLOB = "a-signed-address", "a-blob-token"
SECRETS = (TOKEN, KEY, SIGNATURE, BLOB)
REASON = "You did not do what is asked of you."

IMDB, RAIN = kaggle_files.IMDB, kaggle_files.RAIN
NAME = "IMDB Dataset.csv"
HEADER = "review,sentiment\n"
ROWS = '"Good, and ""long"".\nTwo lines.",positive\n"Café, bad.",negative\nFine enough.,positive\n'
CONTENT = (HEADER + ROWS).encode()
OLD = b"review,sentiment\ncut off he"

RAIN_HEADER = ",".join(kaggle_files.RAIN.files[0].columns)
SCAN = "1,3,10.0" + 20 * ","
RAIN_TRAIN = f"{RAIN_HEADER}\n{SCAN},0.254\n{SCAN},0.254\n{SCAN},0.254\n".encode()
RAIN_TEST = f"{RAIN_HEADER.removesuffix(',Expected')}\n{SCAN}\n{SCAN}\n".encode()


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
    lambda folder: [kaggle_files.download_imdb(folder)],
    [{"least_rows": 3, "least_bytes": 60}],
    zipped(),
    {NAME: CONTENT},
)
RAIN_CASE = Case(
    "RAIN",
    RAIN,
    lambda folder: kaggle_files.download_rain(folder),
    [{"least_rows": 3, "least_bytes": 60}, {"least_rows": 2, "least_bytes": 60}],
    rain_zipped(),
    {"train.csv": RAIN_TRAIN, "test.csv": RAIN_TEST},
)
both = pytest.mark.parametrize("case", [IMDB_CASE, RAIN_CASE], indirect=True, ids=["IMDB", "RAIN"])
of_rain = pytest.mark.parametrize("case", [RAIN_CASE], indirect=True, ids=["RAIN"])


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
    monkeypatch.setattr(kaggle_files, case.name, case.expected)
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

    def fails(kind=KaggleFilesError):
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
        if kind is KaggleFilesError:
            assert message.startswith(f"{case.place(folder)} was not downloaded: ")
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
    assert last == f"Done: {folder / NAME}, 0.0 MB."
    assert "100%" in progress


def test_say_gets_every_line(server, token, folder, capfd):
    lines = []
    kaggle_files.download_imdb(folder, say=lines.append)
    assert lines[-1].startswith("Done: ")
    assert capfd.readouterr().out == ""


@both
def test_second_call_does_nothing(case, server, folder, monkeypatch, capfd):
    monkeypatch.setenv("KAGGLE_API_TOKEN", TOKEN)
    targets = case.download(folder)
    before = [target.stat() for target in targets]
    server.paths.clear()
    capfd.readouterr()
    monkeypatch.delenv("KAGGLE_API_TOKEN")
    assert case.download(folder) == targets
    assert server.paths == []
    assert [target.stat() for target in targets] == before
    lines = capfd.readouterr().out.splitlines()
    assert lines == [f"{target} is there and complete: nothing to do." for target in targets]


def test_wrong_file_is_replaced_once_the_new_one_is_there(server, token, folder, capfd):
    folder.mkdir()
    (folder / NAME).write_bytes(OLD)
    target = kaggle_files.download_imdb(folder)
    assert target.read_bytes() == CONTENT
    assert "has 27 bytes, not 60 or more: it will be replaced" in capfd.readouterr().out


def test_import_leaves_the_client_alone(home, monkeypatch):
    monkeypatch.setattr(utils, "kaggle_files", kaggle_files)
    monkeypatch.delitem(sys.modules, "utils.kaggle_files")
    importlib.import_module("utils.kaggle_files")

    assert "kaggle" not in sys.modules
    assert list(home.iterdir()) == []


# Credentials


@both
def test_without_credentials_says_how_to_get_them(case, server, home, folder, fails):
    message = fails()
    for part in (
        "no Kaggle credentials",
        "https://www.kaggle.com/settings",
        str(home / ".kaggle" / "access_token"),
        "KAGGLE_API_TOKEN",
        str(home / ".config" / "kaggle" / "kaggle.json"),
        "KAGGLE_USERNAME and KAGGLE_KEY",
        f"by hand, in the browser: download it from {case.expected.page}",
        f"unzip it to {case.place(folder)}",
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


@both
@pytest.mark.parametrize(
    ("status", "what", "remedy"),
    [
        (403, f"not let your account do this (status 403: {REASON})", "agree to what {rules} asks"),
        (404, "Kaggle has nothing of that name", "See what became of {page}"),
        (429, "too many requests", "again in an hour"),
        (500, "Kaggle is out of order (status 500)", "again later"),
        (503, "Kaggle is out of order (status 503)", "again later"),
        (410, f"refuses (status 410: {REASON})", "in the browser: download it from {page}"),
    ],
)
def test_refusals(status, what, remedy, case, server, token, fails):
    server.status = status
    first, second = fails().splitlines()
    assert what in first
    assert remedy.format(page=case.expected.page, rules=case.expected.rules) in second


@pytest.mark.parametrize("body", [b"<html>Forbidden", b'"no"', b'{"code": 403, "message": null}'])
def test_refusal_without_a_reason(body, server, token, monkeypatch, fails):
    def refusal(handler, status, content):
        handler.send_response(403)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        handler.wfile.write(body)

    monkeypatch.setattr(Handler, "answer_known", refusal)
    assert "do this (status 403).\n" in fails()


@pytest.mark.parametrize("status", [429, 503])
def test_refusal_of_the_first_question(status, server, token, fails):
    server.introspection = status
    assert {429: "too many requests", 503: "out of order"}[status] in fails()


def cut_off(monkeypatch):
    """Point the client at a port where nobody listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setitem(kaggle_env._env_to_endpoint, kaggle_env.KaggleEnv.PROD, address)


@both
@pytest.mark.parametrize("credentials", ["token", "legacy key"])
def test_no_network(credentials, server, home, monkeypatch, fails):
    give(CREDENTIALS[credentials], home, monkeypatch)
    cut_off(monkeypatch)
    message = fails()
    assert "Kaggle can't be reached (ConnectionError)" in message
    assert "Check the network connection" in message
    assert server.paths == []


@both
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


@both
@pytest.mark.parametrize("reset", [False, True])
def test_download_that_breaks_off(reset, server, token, fails):
    server.n_cuts, server.reset = 99, reset
    message = fails()
    assert "the download broke off midway" in message
    assert "run this again" in message


@both
def test_download_that_breaks_off_and_is_refused_then(server, token, fails):
    server.n_cuts, server.expires = 1, True
    assert "the download broke off midway" in fails()


@both
@pytest.mark.parametrize("reset", [False, True])
def test_download_that_breaks_off_is_tried_again(reset, case, server, token, folder):
    server.n_cuts, server.reset = 2, reset
    for target in case.download(folder):
        assert target.read_bytes() == case.contents[target.name]


@pytest.mark.parametrize(
    ("archive", "what"),
    {
        "empty": (b"", "is not a zip archive"),
        "page": (b"<html>Please sign in to the campus network", "is not a zip archive"),
        "cut": (zipped()[:-30], "is not a zip archive"),
        "checksum": (damaged(zipfile.ZIP_STORED, b"R"), "arrived damaged"),
        "compression": (damaged(zipfile.ZIP_DEFLATED, b"\xff" * 9), "arrived damaged"),
        "other file": (zipped(name="imdb.csv"), "holds imdb.csv, but not IMDB Dataset.csv"),
        "small": (zipped(HEADER.encode()), "sent it has 17 bytes, not 60 or more"),
        "columns": (zipped(b"text,label\n" + CONTENT), "has the columns text,label, not review,"),
        "rows": (zipped(HEADER.encode() + b"x" * 99 + b",positive"), "has 1 rows, not 3 or more"),
        "encoding": (zipped(CONTENT.decode().encode("latin-1") * 9), "can't be read as CSV"),
        "quote": (zipped(CONTENT + b'"not closed,negative\n'), "can't be read as CSV"),
    }.values(),
)
def test_wrong_content(archive, what, server, token, fails):
    server.archive = archive
    assert what in fails()


# A competition's files, a zip of zips


@of_rain
@pytest.mark.parametrize(
    "archive",
    [
        rain_zipped(),
        rain_zipped(method=zipfile.ZIP_DEFLATED),
        zipped_all({"train.csv": RAIN_TRAIN, "test.csv": RAIN_TEST}),
        zipped_all({"train.csv.zip": zipped(RAIN_TRAIN, "train.csv"), "test.csv": RAIN_TEST}),
        rain_zipped(test=RAIN_TEST.rstrip()),
        rain_zipped(test=RAIN_TEST.replace(b"\n", b"\r\n")),
    ],
    ids=["stored", "deflated", "no zips within", "csv.zip", "no last line end", "CRLF"],
)
def test_competition_files_arrive(archive, case, server, token, folder):
    server.archive = archive
    train, test = kaggle_files.download_rain(folder)
    assert sorted(folder.iterdir()) == [test, train] == [folder / "test.csv", folder / "train.csv"]
    assert train.read_bytes() == RAIN_TRAIN
    assert test.read_bytes().split() == RAIN_TEST.split()


@of_rain
def test_only_the_missing_file_is_replaced(case, server, token, folder, capfd):
    train, test = kaggle_files.download_rain(folder)
    before = train.stat()
    test.unlink()
    capfd.readouterr()
    kaggle_files.download_rain(folder)
    shown = capfd.readouterr().out
    assert f"{train} is there and complete" in shown
    assert "Downloading test.csv" in shown
    assert train.stat() == before
    assert test.read_bytes() == RAIN_TEST


OTHER_COLUMNS = RAIN_TRAIN.replace(b"Zdr,", b"ZDR,")


@of_rain
@pytest.mark.parametrize(
    ("archive", "what"),
    {
        "no train": (zipped_all({"test.csv": RAIN_TEST}), "holds test.csv, but not train.csv"),
        "empty zip within": (
            zipped_all({"train.zip": zipped_all({})}),
            "holds train.zip, but not train.csv",
        ),
        "no zip within": (zipped_all({"train.zip": RAIN_TRAIN}), "arrived damaged"),
        "cut zip within": (
            zipped_all({"train.zip": zipped(RAIN_TRAIN, "train.csv")[:-40]}),
            "arrived damaged",
        ),
        "rows": (
            rain_zipped(RAIN_TRAIN[: RAIN_TRAIN.rindex(b"\n1,") + 1]),
            "train.csv as Kaggle sent it has 2 rows, not 3 or more",
        ),
        "test": (rain_zipped(test=b"Id\n"), "test.csv as Kaggle sent it has 3 bytes"),
        "columns": (rain_zipped(OTHER_COLUMNS), "train.csv as Kaggle sent it has the columns"),
        "columns of a test file": (rain_zipped(test=RAIN_TRAIN), "test.csv as Kaggle sent it has"),
        "binary": (rain_zipped(b"\xff" * 999), "can't be read as CSV"),
    }.values(),
)
def test_wrong_competition_files(archive, what, case, server, token, fails):
    server.archive = archive
    assert what in fails()


def test_what_is_expected_of_the_real_files():
    train, test = RAIN.files
    assert len(train.columns) == 24
    assert train.columns[:-1] == test.columns
    assert train.columns[-1] == "Expected"
    assert train.least_rows == 13_765_201


# The disk


@both
def test_disk_full_while_downloading(server, token, monkeypatch, fails):
    from kaggle.api import kaggle_api_extended

    def full_for_archives(path, mode="r"):
        if str(path).endswith(".zip"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return open(path, mode)

    monkeypatch.setattr(kaggle_api_extended, "open", full_for_archives, raising=False)
    assert "the disk, or your share of it, is full" in fails()


@both
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


@both
def test_interrupted(server, token, monkeypatch, fails):
    def control_c(seconds):
        raise KeyboardInterrupt

    server.n_cuts = 99
    monkeypatch.setattr(time, "sleep", control_c)
    fails(KeyboardInterrupt)


# Submissions

TEST_IDS = range(1, 20_001)
SUBMISSION = "Id,Expected\n" + "".join(f"{n},{n / 1000}\n" for n in TEST_IDS)


@pytest.fixture
def stand_in(monkeypatch):
    """A rainfall that reads a file of Ids; what it checks is not the subject here."""

    class RainfallError(ValueError):
        pass

    def read_hours(path):
        return SimpleNamespace(ids=[int(line) for line in path.read_text().split()])

    def check_submission(path, ids):
        found = [int(line.split(",")[0]) for line in path.read_text().split()[1:]]
        if found != ids:
            raise RainfallError(f"{path}: Id {ids[-1]} is not there.\nWrite it again.")

    module = ModuleType("utils.rainfall")
    module.RainfallError, module.read_hours = RainfallError, read_hours
    module.check_submission = check_submission
    monkeypatch.setitem(sys.modules, "utils.rainfall", module)
    monkeypatch.setattr(utils, "rainfall", module, raising=False)


@pytest.fixture
def files(tmp_path, stand_in):
    """A submission and the test file that it is for."""
    submission, test = tmp_path / "submission.csv", tmp_path / "test.csv"
    submission.write_text(SUBMISSION)
    test.write_text("\n".join(map(str, TEST_IDS)))
    return submission, test


@pytest.fixture
def refused(server, files, capfd):
    """Submit in vain; return the message. Nothing is submitted, nothing secret is shown."""

    def refused(message="homework 2"):
        with pytest.raises(KaggleFilesError) as caught:
            kaggle_files.submit_rain(*files, message)
        assert server.submission is None
        text = str(caught.value)
        shown = text + "".join(capfd.readouterr())
        assert not any(secret in shown for secret in SECRETS)
        assert text.startswith(f"{files[0]} was not submitted")
        assert 1 <= len(text.splitlines()) <= 3
        return text

    return refused


@pytest.mark.parametrize("credentials", ["token", "legacy key", "kaggle.json", "login"])
def test_submission_arrives_whole(credentials, server, files, home, monkeypatch, capfd):
    give(CREDENTIALS[credentials], home, monkeypatch)
    kaggle_files.submit_rain(*files, "GRU, “three” seeds")
    assert server.uploaded == SUBMISSION.encode()
    assert server.announced == len(SUBMISSION)
    assert server.submission["competitionName"] == "how-much-did-it-rain-ii"
    assert server.submission["submissionDescription"] == "GRU, “three” seeds"
    assert server.paths[-3].endswith("/StartSubmissionUpload")
    assert server.paths[-1].endswith("/CreateSubmission")
    assert not any(secret in "".join(capfd.readouterr()) for secret in SECRETS)


def test_says_what_it_sends_before_it_sends_it(server, files, token):
    lines = []

    def say(line):
        lines.append((line, server.uploaded is not None))

    kaggle_files.submit_rain(*files, "GRU", say)
    before = "\n".join(line for line, uploaded in lines if not uploaded)
    for part in (
        f"{files[0]}, 20,000 rows, 0.2 MB",
        "how-much-did-it-rain-ii",
        "student, by KAGGLE_API_TOKEN",
        "message      GRU",
    ):
        assert part in before
    after = [line for line, uploaded in lines if uploaded]
    assert after == [
        "Kaggle answers: Successfully submitted to How Much Did It Rain? II",
        "Its score, in a minute or so: "
        "https://www.kaggle.com/competitions/how-much-did-it-rain-ii/submissions",
    ]


def test_wrong_submission_is_not_sent(server, token, files, refused):
    files[0].write_text(SUBMISSION[: SUBMISSION.rindex("20000")])
    assert refused().endswith(f"{files[0]}: Id 20000 is not there.\nWrite it again.")
    assert server.paths == []


def test_the_hours_of_a_competition_file_are_asked_for(server, token, tmp_path, monkeypatch, capfd):
    rainfall = pytest.importorskip("utils.rainfall")
    monkeypatch.setattr(rainfall, "CACHE", tmp_path / "cache")
    submission, test = tmp_path / "submission.csv", tmp_path / "test.csv"
    test.write_bytes(RAIN_TEST + SCAN.replace("1,", "2,", 1).encode() + b"\n")
    submission.write_text("Id,Expected\n1,0.254\n")
    with pytest.raises(KaggleFilesError, match="was not submitted.\n.*submission.csv"):
        kaggle_files.submit_rain(submission, test)
    assert server.paths == []
    submission.write_text("Id,Expected\n1,0.254\n2,0\n")
    kaggle_files.submit_rain(submission, test)
    assert server.uploaded == submission.read_bytes()
    assert f"{submission}, 2 rows" in capfd.readouterr().out


def test_without_the_test_file_nothing_is_sent(server, token, files, refused):
    files[1].unlink()
    message = refused()
    assert f"there is no {files[1]} to check it against" in message
    assert "make data HOMEWORK=2" in message
    assert server.paths == []


def test_without_a_submission_says_how_to_write_one(server, token, files, refused):
    files[0].unlink()
    message = refused()
    assert "there is no such file" in message
    assert "make homework-2" in message
    assert server.paths == []


def test_submission_without_credentials(server, files, home, refused):
    message = refused()
    assert "no Kaggle credentials" in message
    assert f"in the browser: submit {files[0]} at https://www.kaggle.com/" in message
    assert server.paths == []


def test_submission_with_credentials_that_kaggle_does_not_accept(server, token, refused):
    server.accepts = False
    assert "does not accept the credentials in KAGGLE_API_TOKEN" in refused()


@pytest.mark.parametrize("call", ["start", "create"])
@pytest.mark.parametrize(
    ("status", "what", "remedy"),
    [
        (400, f"Kaggle refuses (status 400: {REASON})", "by hand, in the browser: submit "),
        (401, "not accept the credentials in KAGGLE_API_TOKEN", "https://www.kaggle.com/settings"),
        (
            403,
            f"not let your account do this (status 403: {REASON})",
            f"agree to what {RAIN.rules}",
        ),
        (404, "Kaggle has nothing of that name", "/competitions/how-much-did-it-rain-ii"),
        (429, "too many requests", "again in an hour"),
        (503, "Kaggle is out of order (status 503)", "again later"),
    ],
)
def test_refused_submissions(call, status, what, remedy, server, token, refused):
    server.refusals[call] = status
    first, second = refused().splitlines()
    assert what in first
    assert remedy in second


def test_refusal_in_an_answer_that_looks_right(server, token, files):
    server.answer = {"message": "Could not submit to competition: it is over.", "ref": 0}
    with pytest.raises(KaggleFilesError, match="Could not submit to competition: it is over"):
        kaggle_files.submit_rain(*files)


@pytest.mark.parametrize("status", [400, 403, 503])
def test_refused_upload_raises_nothing_but_is_reported(status, server, token, refused):
    server.refusals["upload"] = status
    message = refused()
    assert "the upload was refused or broke off (Could not submit to competition)" in message
    assert "/competitions/how-much-did-it-rain-ii/submissions" in message
    assert not any(path.endswith("/CreateSubmission") for path in server.paths)


def test_answer_that_confirms_nothing(server, token, files, monkeypatch):
    server.answer = {}
    with pytest.raises(KaggleFilesError, match="broke off .no answer."):
        kaggle_files.submit_rain(*files)


def test_upload_that_breaks_off(server, token, refused):
    server.n_cuts = 99
    assert "refused or broke off" in refused()
    assert server.n_cuts == 99 - 11


def test_upload_that_breaks_off_is_tried_again(server, token, files):
    server.n_cuts = 2
    kaggle_files.submit_rain(*files)
    assert server.uploaded == SUBMISSION.encode()


@pytest.mark.parametrize("credentials", ["token", "legacy key"])
def test_submission_without_network(credentials, server, home, monkeypatch, refused):
    give(CREDENTIALS[credentials], home, monkeypatch)
    cut_off(monkeypatch)
    message = refused()
    assert "Kaggle can't be reached (ConnectionError)" in message
    assert "check the network connection" in message


def test_submission_that_can_not_be_read(server, token, files, monkeypatch, refused):
    def unreadable(path, ids):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(sys.modules["utils.rainfall"], "check_submission", unreadable)
    assert "the system says [Errno 13] Permission denied" in refused()
    assert server.paths == []


# The verbs


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ([], "download_imdb"),
        (["--homework", "1"], "download_imdb"),
        (["--homework", "2"], "download_rain"),
    ],
)
def test_data_fetches_the_files_of_a_homework(arguments, name, monkeypatch):
    called = []
    for download in ("download_imdb", "download_rain"):
        monkeypatch.setattr(kaggle_files, download, lambda name=download: called.append(name))
    assert verbs.main(["data", *arguments]) == 0
    assert called == [name]


def test_submit_sends_what_it_is_told_to(server, token, files, capfd):
    submission, test = map(str, files)
    arguments = ["submit", "--homework", "2", "--file", submission, "--test", test]
    assert verbs.main([*arguments, "--message", "one GRU"]) == 0
    assert server.uploaded == SUBMISSION.encode()
    assert server.submission["submissionDescription"] == "one GRU"
    assert "Kaggle answers: Successfully submitted" in capfd.readouterr().out


def test_submit_takes_the_files_of_homework_2(monkeypatch):
    called = []
    monkeypatch.setattr(kaggle_files, "submit_rain", lambda *given: called.append(given))
    assert verbs.main(["submit", "--homework", "2"]) == 0
    submission = verbs.ROOT / "build" / "homework_2" / "submission.csv"
    assert called == [(submission, kaggle_files.RAIN_FOLDER / "test.csv", "homework 2")]


def test_submit_fails_with_a_status(server, token, files, capfd):
    server.refusals["upload"] = 403
    submission, test = map(str, files)
    arguments = ["submit", "--homework", "2", "--file", submission, "--test", test]
    assert verbs.main(arguments) == 1
    assert f"{submission} was not submitted: the upload was refused" in capfd.readouterr().err


def test_submit_of_homework_1_says_that_it_has_no_competition(capfd):
    assert verbs.main(["submit", "--homework", "1"]) == 1
    assert "Homework 1 has no competition" in capfd.readouterr().err


def test_submit_of_no_homework_is_refused(capfd):
    with pytest.raises(SystemExit) as caught:
        verbs.main(["submit"])
    assert caught.value.code == 2
    assert "--homework" in capfd.readouterr().err
