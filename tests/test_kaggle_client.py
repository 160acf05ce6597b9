"""Kaggle's real client, against a server on this machine: credentials, refusals, no network."""

import importlib
import operator
import sys
from importlib.metadata import version

import pytest

import utils
from tests.kaggle_server import (
    CONTENT,
    CREDENTIALS,
    KEY,
    LEGACY,
    NAME,
    REASON,
    SECRETS,
    USER,
    Handler,
    both,
    cut_off,
    give,
    of_rain,
)
from utils import kaggle, kaggle_client

pytest_plugins = ["tests.kaggle_server"]


@pytest.mark.parametrize(
    "attribute",
    [
        "authenticate",
        "competition_download_files",
        "competition_submit",
        "COMPETITION_SUBMIT_UPLOAD_FAILED_MESSAGE",
        "config",
        "config_values",
        "dataset_download_files",
    ],
)
def test_what_is_used_of_the_client_is_still_there(attribute, server, token):
    from kaggle.api.kaggle_api_extended import KaggleApi

    try:
        operator.attrgetter(attribute)(KaggleApi)
    except AttributeError:
        here = "utils/kaggle.py or utils/kaggle_client.py"
        pytest.fail(f"kaggle {version('kaggle')} has no KaggleApi.{attribute}: see {here}.", False)


def test_import_leaves_the_client_alone(home, monkeypatch):
    for name in ("kaggle", "kaggle_client"):
        monkeypatch.setattr(utils, name, sys.modules[f"utils.{name}"])
        monkeypatch.delitem(sys.modules, f"utils.{name}")
    importlib.import_module("utils.kaggle")
    assert "kaggle" not in sys.modules
    assert list(home.iterdir()) == []


# Credentials


@pytest.mark.parametrize("credentials", CREDENTIALS.values(), ids=CREDENTIALS.keys())
def test_file_arrives_with_each_kind_of_credentials(
    credentials, server, home, folder, monkeypatch, capfd
):
    give(credentials, home, monkeypatch)
    ours = kaggle_client._kaggle_json()
    target = kaggle.download_imdb(folder)
    assert target == folder / NAME
    assert target.read_bytes() == CONTENT
    assert list(folder.iterdir()) == [target]
    assert server.paths[-1].startswith("/storage")
    assert not any(secret in "".join(capfd.readouterr()) for secret in SECRETS)
    assert str(ours) == sys.modules["kaggle.api.kaggle_api_extended"].KaggleApi.config


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
        (KEY, "is not valid JSON"),
        (f'["{USER}", "{KEY}"]', "is not of the form"),
        (f'{{"username": "{USER}", "key": ""}}', "is not of the form"),
    ],
)
def test_damaged_kaggle_json_is_named(content, fault, server, home, monkeypatch, fails):
    give(({}, {".kaggle/kaggle.json": content}), home, monkeypatch)
    message = fails()
    assert f"{home / '.kaggle' / 'kaggle.json'} {fault}" in message
    assert "https://www.kaggle.com/settings" in message
    assert server.paths == []


@pytest.mark.parametrize("introspection", [200, 400, 401])
def test_token_that_kaggle_does_not_accept(introspection, server, token, fails):
    server.accepts, server.introspection = False, introspection
    message = fails()
    assert "does not accept the credentials in KAGGLE_API_TOKEN" in message
    assert "https://www.kaggle.com/settings" in message


def test_key_that_kaggle_does_not_accept(server, home, monkeypatch, fails):
    give(({}, {".kaggle/kaggle.json": LEGACY}), home, monkeypatch)
    server.accepts = False
    path = home / ".kaggle" / "kaggle.json"
    assert f"does not accept the credentials in {path}" in fails()


# Kaggle's answers


@of_rain
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


@pytest.mark.parametrize("credentials", ["token", "legacy key"])
def test_no_network(credentials, server, home, monkeypatch, fails):
    give(CREDENTIALS[credentials], home, monkeypatch)
    cut_off(monkeypatch)
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
