"""What comes from Kaggle and goes to it, by the real client and a server on this machine."""

import errno
import time
import zipfile

import pytest

from tests.kaggle_server import (
    CONTENT,
    CREDENTIALS,
    HEADER,
    NAME,
    OLD,
    RAIN_TEST,
    RAIN_TRAIN,
    REASON,
    SCAN,
    SECRETS,
    TOKEN,
    both,
    cut_off,
    damaged,
    give,
    of_rain,
    rain_zipped,
    zipped,
    zipped_all,
)
from utils import kaggle, paths
from utils.__main__ import main
from utils.kaggle_client import KaggleError

pytest_plugins = ["tests.kaggle_server"]


def test_says_what_it_does(server, token, folder, capfd):
    lines = []
    kaggle.download_imdb(folder, say=lines.append)
    assert lines[0].startswith("Downloading IMDB Dataset.csv")
    assert lines[-1] == f"Done: {folder / NAME}, 0.0 MB."
    shown, progress = capfd.readouterr()
    assert shown == ""
    assert "100%" in progress


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
    target = kaggle.download_imdb(folder)
    assert target.read_bytes() == CONTENT
    assert "has 27 bytes, not 60 or more: it will be replaced" in capfd.readouterr().out


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
        rain_zipped(method=zipfile.ZIP_DEFLATED),
        zipped_all({"train.csv": RAIN_TRAIN, "test.csv": RAIN_TEST}),
        zipped_all({"train.csv.zip": zipped(RAIN_TRAIN, "train.csv"), "test.csv": RAIN_TEST}),
        rain_zipped(test=RAIN_TEST.rstrip()),
        rain_zipped(test=RAIN_TEST.replace(b"\n", b"\r\n")),
    ],
    ids=["deflated", "no zips within", "csv.zip", "no last line end", "CRLF"],
)
def test_competition_files_arrive(archive, case, server, token, folder):
    server.archive = archive
    train, test = kaggle.download_rain(folder)
    assert sorted(folder.iterdir()) == [test, train] == [folder / "test.csv", folder / "train.csv"]
    assert train.read_bytes() == RAIN_TRAIN
    assert test.read_bytes().split() == RAIN_TEST.split()


@of_rain
def test_only_the_missing_file_is_replaced(case, server, token, folder, capfd):
    train, test = kaggle.download_rain(folder)
    before = train.stat()
    test.unlink()
    capfd.readouterr()
    kaggle.download_rain(folder)
    shown = capfd.readouterr().out
    assert f"{train} is there and complete" in shown
    assert "Downloading test.csv" in shown
    assert train.stat() == before
    assert test.read_bytes() == RAIN_TEST


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
        "rows": (
            rain_zipped(RAIN_TRAIN[: RAIN_TRAIN.rindex(b"\n1,") + 1]),
            "train.csv as Kaggle sent it has 2 rows, not 3 or more",
        ),
        "columns": (
            rain_zipped(RAIN_TRAIN.replace(b"Zdr,", b"ZDR,")),
            "train.csv as Kaggle sent it has the columns",
        ),
        "columns of a test file": (rain_zipped(test=RAIN_TRAIN), "test.csv as Kaggle sent it has"),
        "binary": (rain_zipped(b"\xff" * 999), "can't be read as CSV"),
    }.values(),
)
def test_wrong_competition_files(archive, what, case, server, token, fails):
    server.archive = archive
    assert what in fails()


def test_what_is_expected_of_the_real_files():
    train, test = kaggle.RAIN.files
    assert len(train.columns) == 24
    assert train.columns[:-1] == test.columns
    assert train.columns[-1] == "Expected"
    assert train.least_rows == 13_765_201


# The disk


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
    with pytest.raises(KaggleError, match="the system says .*data"):
        kaggle.download_imdb(folder)
    assert folder.read_text() == "mine"


def test_interrupted(server, token, monkeypatch, fails):
    def control_c(seconds):
        raise KeyboardInterrupt

    server.n_cuts = 99
    monkeypatch.setattr(time, "sleep", control_c)
    fails(KeyboardInterrupt)


# Submissions

IDS = range(1, 2_001)
SUBMISSION = "Id,Expected\n" + "".join(f"{n},{n / 1000}\n" for n in IDS)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A submission and the test file that it is for."""
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    submission, test = tmp_path / "submission.csv", tmp_path / "test.csv"
    submission.write_text(SUBMISSION)
    header, scan = RAIN_TEST.decode().splitlines()[0], SCAN.removeprefix("1")
    test.write_text("\n".join([header, *(f"{n}{scan}" for n in IDS)]))
    return submission, test


@pytest.fixture
def refused(server, files, capfd):
    """Submit in vain; return the message. Nothing is submitted, nothing secret is shown."""

    def refused():
        with pytest.raises(KaggleError) as caught:
            kaggle.submit_rain(*files)
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
    kaggle.submit_rain(*files, "GRU, “three” seeds")
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

    kaggle.submit_rain(*files, "GRU", say)
    before = "\n".join(line for line, uploaded in lines if not uploaded)
    for part in (
        f"{files[0]}, 2,000 rows, 0.0 MB",
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


def test_a_submission_that_lacks_an_hour_is_not_sent(server, token, files, refused):
    files[0].write_text(SUBMISSION[: SUBMISSION.rindex("2000")])
    assert "1 of 2,000 test Ids are missing, first 2000" in refused()
    assert server.paths == []


@pytest.mark.parametrize(
    ("missing", "what", "remedy"),
    [
        (0, "there is no such file", "make homework-2"),
        (1, "to check it against", "make data HOMEWORK=2"),
    ],
)
def test_without_one_of_the_files_nothing_is_sent(
    missing, what, remedy, server, token, files, refused
):
    files[missing].unlink()
    first, second = refused().splitlines()
    assert what in first and remedy in second
    assert server.paths == []


def test_submission_without_credentials(server, files, home, refused):
    message = refused()
    assert "no Kaggle credentials" in message
    assert f"in the browser: submit {files[0]} at https://www.kaggle.com/" in message
    assert server.paths == []


@pytest.mark.parametrize("call", ["start", "create"])
def test_refused_submissions(call, server, token, refused):
    server.refusals[call] = 403
    first, second = refused().splitlines()
    assert f"not let your account do this (status 403: {REASON})" in first
    assert f"agree to what {kaggle.RAIN.rules}" in second


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ({"message": "Could not submit to competition: it is over.", "ref": 0}, "it is over"),
        ({}, "no answer"),
    ],
)
def test_an_answer_that_confirms_nothing_is_a_refusal(answer, what, server, token, files):
    server.answer = answer
    with pytest.raises(KaggleError, match=f"the upload was refused or broke off .*{what}"):
        kaggle.submit_rain(*files)


def test_refused_upload_raises_nothing_but_is_reported(server, token, refused):
    server.refusals["upload"] = 403
    message = refused()
    assert "the upload was refused or broke off (Could not submit to competition)" in message
    assert "/competitions/how-much-did-it-rain-ii/submissions" in message
    assert not any(path.endswith("/CreateSubmission") for path in server.paths)


def test_upload_that_breaks_off(server, token, refused):
    server.n_cuts = 99
    assert "refused or broke off" in refused()
    assert server.n_cuts == 99 - 11


def test_upload_that_breaks_off_is_tried_again(server, token, files):
    server.n_cuts = 2
    kaggle.submit_rain(*files)
    assert server.uploaded == SUBMISSION.encode()


def test_submission_without_network(server, token, monkeypatch, refused):
    cut_off(monkeypatch)
    message = refused()
    assert "Kaggle can't be reached (ConnectionError)" in message
    assert "check the network connection" in message


def test_submission_that_can_not_be_read(server, token, files, monkeypatch, refused):
    def unreadable(path, ids):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(kaggle, "check_submission", unreadable)
    assert "the system says [Errno 13] Permission denied" in refused()
    assert server.paths == []


# The verb


def test_submit_sends_what_it_is_told_to(server, token, files, capfd):
    submission, test = map(str, files)
    arguments = ["submit", "--homework", "2", "--file", submission, "--test", test]
    assert main([*arguments, "--message", "one GRU"]) == 0
    assert server.uploaded == SUBMISSION.encode()
    assert server.submission["submissionDescription"] == "one GRU"
    assert "Kaggle answers: Successfully submitted" in capfd.readouterr().out
