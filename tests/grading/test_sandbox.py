"""What runs in a sandbox gets at nothing of this machine, and ends."""

import socket

import pytest

from tests.grading.notebooks import UNTOUCHED, with_cell, write_zip
from utils import paths
from utils.grading import results, sandbox
from utils.grading.grade import grade_one
from utils.grading.sandbox import Limits

# What is tried, and the error that it must end with.
ATTEMPTS = [
    ("open('{root}/notebooks/solutions/README.md')", FileNotFoundError),
    ("open('{root}/notebooks/solutions/homework_1/hidden_tests.py')", FileNotFoundError),
    ("open('{root}/README.md')", FileNotFoundError),
    ("open('{secret}')", FileNotFoundError),  # another's hand-in
    ("open('/etc/passwd')", FileNotFoundError),
    ("os.environ['COURSE_SECRET']", KeyError),
    ("socket.create_connection(('127.0.0.1', {port}), 5)", OSError),
    ("[p for p in os.listdir('/proc') if p.isdigit()][5]", IndexError),  # other processes
    ("open('/usr/x', 'w')", OSError),
    ("open('/x', 'w')", OSError),
    ("open('/dev/x', 'w')", OSError),
    ("open('{root}/utils/x', 'w')", OSError),
    ("open('{root}/utils/homework/checks.py', 'w')", OSError),
    ("open('/proc/sys/kernel/core_pattern', 'w')", OSError),
    ("open('/tmp/x', 'wb').write(bytes(10**8))", OSError),
    ("[l for l in open('/proc/self/status') if l[:6] == 'CapEff' and '1' in l][0]", IndexError),
]
CODE = """
import builtins, os, socket
held = []
for attempt, error in {attempts}:
    try:
        exec(attempt)
        held.append(attempt)
    except getattr(builtins, error):
        pass
    except Exception as other:
        held.append(attempt + " " + repr(other))
raise ValueError(str(held))
"""


@pytest.mark.parametrize("name", ["bubblewrap", "unshare"])
def test_nothing_of_this_machine_is_there(tmp_path, monkeypatch, name):
    try:
        works = sandbox._works(name)
    except FileNotFoundError:
        works = False
    if not works:
        pytest.skip(f"{name} does not work on this machine")
    monkeypatch.setenv("COURSE_SECRET", "a password")
    secret = tmp_path / "homework_1_bob.zip"
    secret.touch()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        known = {"root": paths.ROOT, "secret": secret, "port": listener.getsockname()[1]}
        attempts = [(attempt.format(**known), error.__name__) for attempt, error in ATTEMPTS]
        code = CODE.format(attempts=attempts)
        write_zip(tmp_path / "ada.zip", with_cell(UNTOUCHED, code, 0))
        found = grade_one(1, "ada", tmp_path / "ada.zip", Limits(scratch_mb=20), by=name)
        with pytest.raises(BlockingIOError):  # nobody called
            listener.accept()
    assert found.note == "cell 1: ValueError: []"


@pytest.mark.parametrize("by", dict.fromkeys([sandbox.backend(), None]))
def test_what_does_not_end_is_ended(tmp_path, by):
    write_zip(tmp_path / "ada.zip", with_cell(UNTOUCHED, "import time; time.sleep(99)", 0))
    found = grade_one(1, "ada", tmp_path / "ada.zip", Limits(seconds=3), by)
    assert (found.status, found.note) == (results.TIMEOUT, "it still ran after 3 s")
    assert found.seconds < 20


def test_what_protects_is_told(monkeypatch):
    monkeypatch.setattr(sandbox, "backend", lambda: None)
    assert dict(sandbox.protections())["network: none"] is None
    monkeypatch.setattr(sandbox, "backend", lambda: "bubblewrap")
    assert dict(sandbox.protections())["network: none"] == "bubblewrap"
