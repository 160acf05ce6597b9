"""What runs in a sandbox gets at nothing of this machine, and ends."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.grading.notebooks import UNTOUCHED, with_cell, write_zip
from utils import paths
from utils.grading import grade, isolation, machines, results, sandbox
from utils.grading.grade import grade_one
from utils.grading.sandbox import Limits

# For each promise: what is tried, and the errors that it may end with.
ATTEMPTS = {
    "files": [
        ("open('{root}/notebooks/solutions/README.md')", "FileNotFoundError"),
        ("open('{root}/notebooks/solutions/homework_1/hidden_tests.py')", "FileNotFoundError"),
        ("open('{root}/README.md')", "FileNotFoundError"),
        ("open('{root}/data/README.md')", "FileNotFoundError"),
        ("open('{root}/data/imdb_sample_key.csv')", "FileNotFoundError"),
        ("os.listdir('{root}/build')", "FileNotFoundError"),
        ("open('{secret}')", "FileNotFoundError"),  # another's hand-in
        ("os.read({descriptor}, 1)", "OSError"),  # the same, opened by who grades
        ("open('/etc/passwd')", "FileNotFoundError"),
        ("(set(os.listdir('/etc')) - {{'alternatives', 'ld.so.cache'}}).pop()", "KeyError"),
        ("(set(os.listdir('{home}')) - set({on_the_way})).pop()", "KeyError FileNotFoundError"),
        ("open('/usr/x', 'w')", "OSError"),
        ("open('/x', 'w')", "OSError"),
        ("open('/dev/x', 'w')", "OSError"),
        ("open('{root}/utils/x', 'w')", "OSError"),
        ("open('{root}/utils/homework/checks.py', 'w')", "OSError"),
        ("open('{root}/data/imdb_sample.csv', 'a')", "OSError"),
        ("open('{prefix}/x', 'w')", "OSError"),
        ("open('/proc/sys/kernel/core_pattern', 'w')", "OSError"),
        ("os.mount", "AttributeError"),
        (
            "[l for l in open('/proc/self/status') if l[:6] == 'CapEff' and '1' in l][0]",
            "IndexError",
        ),
    ],
    "network": [
        ("socket.create_connection(('127.0.0.1', {port}), 5)", "OSError"),
        ("socket.create_connection(('192.0.2.1', 80), 5)", "OSError"),
        ("socket.if_nameindex()[1]", "IndexError"),
    ],
    "processes": [
        ("[p for p in os.listdir('/proc') if p.isdigit()][5]", "IndexError"),
        ("os.kill({pid}, 0)", "ProcessLookupError"),
    ],
    "environment": [
        ("os.environ['COURSE_SECRET']", "KeyError"),
        (
            "[p for p in os.listdir('/proc') if p.isdigit() and os.access(f'/proc/{{p}}/environ', "
            "os.R_OK) and b'a password' in open(f'/proc/{{p}}/environ', 'rb').read()][0]",
            "IndexError PermissionError",
        ),
    ],
    "size of a file, of temporary files": [
        ("open('/tmp/x', 'wb').write(bytes(10**8))", "OSError"),
        ("open('{root}/x', 'wb').write(bytes(10**8))", "OSError"),
    ],
}
CODE = """
import builtins, os, socket
held = []
for attempt, errors in {attempts}:
    try:
        exec(attempt)
        held.append(attempt)
    except tuple(getattr(builtins, error) for error in errors.split()):
        pass
    except Exception as other:
        held.append(attempt + " " + repr(other))
raise ValueError(str(held))
"""
LOOK = """
import os, pty
there = [sorted(os.listdir(folder)) for folder in ("/", "/dev", "/dev/pts")]
links = [os.readlink(f"/dev/{name}") for name in ("ptmx", "stdin", "fd", "core")]
terminal = os.ttyname(os.openpty()[1])
raise ValueError(f"{there} {links} {terminal} {os.getcwd()}")
"""
# Forks twice and begins a session, as what wants to outlive its parent does.
DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "{mark}"])
    os._exit(0)
time.sleep(1)
raise ValueError
"""


@pytest.fixture(params=isolation.PROGRAMS)
def by(request):
    """Each backend that works on this machine."""
    if why := sandbox.why_not(request.param):
        pytest.skip(why)
    return request.param


def note_of(code, folder, by, **limits):
    """What grading says of a hand-in that runs this code."""
    write_zip(folder / "ada.zip", with_cell(UNTOUCHED, code, 0))
    return grade_one(1, "ada", folder / "ada.zip", Limits(**limits), by=by).note


def test_all_that_is_promised_is_tried():
    promised = {what.split(":")[0] for what, _ in sandbox.protections()}
    assert promised - set(ATTEMPTS) == {"time, memory, number of processes"}  # see test_grade.py
    assert set(ATTEMPTS) <= promised


def test_nothing_of_this_machine_is_there(tmp_path, monkeypatch, by):
    monkeypatch.setenv("COURSE_SECRET", "a password")
    secret = tmp_path / "homework_1_bob.zip"
    secret.write_text("secret")
    home = Path.home()
    shown = [paths.ROOT, Path(sys.prefix), Path(sys.base_prefix)]
    with socket.create_server(("127.0.0.1", 0)) as listener, secret.open() as opened:
        descriptor = os.dup2(opened.fileno(), 250, inheritable=True)
        listener.settimeout(0)
        known = {
            "root": paths.ROOT,
            "secret": secret,
            "descriptor": descriptor,
            "port": listener.getsockname()[1],
            "pid": os.getpid(),
            "prefix": sys.prefix,
            "home": home,
            "on_the_way": [p.relative_to(home).parts[0] for p in shown if p.is_relative_to(home)],
        }
        attempts = [
            (attempt.format(**known), errors)
            for of_promise in ATTEMPTS.values()
            for attempt, errors in of_promise
        ]
        note = note_of(CODE.format(attempts=attempts), tmp_path, by, scratch_mb=20)
        os.close(descriptor)
        with pytest.raises(BlockingIOError):  # nobody called
            listener.accept()
    assert "ValueError: []" in note


def test_both_backends_show_the_same(tmp_path):
    if any(map(sandbox.why_not, isolation.PROGRAMS)):
        pytest.skip("needs bubblewrap and unshare")
    notes = {note_of(LOOK, tmp_path, by) for by in isolation.PROGRAMS}
    assert len(notes) == 1
    assert "/dev/pts/0" in notes.pop()


@pytest.mark.parametrize("by", dict.fromkeys([sandbox.backend(), None]))
def test_what_does_not_end_is_ended(tmp_path, by):
    write_zip(tmp_path / "ada.zip", with_cell(UNTOUCHED, "import time; time.sleep(99)", 0))
    found = grade_one(1, "ada", tmp_path / "ada.zip", Limits(seconds=3), by)
    assert (found.status, found.note) == (results.TIMEOUT, "it still ran after 3 s")
    assert not found.certain and found.seconds < 20


@pytest.mark.parametrize("by", dict.fromkeys([sandbox.backend(), None]))
def test_what_hides_from_its_parent_ends_with_it(tmp_path, by):
    mark = f"9{os.getpid()}"
    assert "ValueError" in note_of(DAEMON.format(mark=mark), tmp_path, by)
    left = [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"]]
    assert not [one for one in left if one.info["cmdline"] == ["sleep", mark]]


def test_another_process_that_got_its_number_is_not_ended():
    with sandbox.Sandbox("this", Limits(seconds=60)) as box:
        box.process.wait()
        other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        box.process.pid = other.pid
        box.kill()
    assert other.poll() is None
    other.communicate()


def test_a_program_outside_usr_is_found(tmp_path, monkeypatch, by):
    (tmp_path / "bin").mkdir()
    for program in isolation.PROGRAMS[by]:
        (tmp_path / "bin" / program).symlink_to(isolation._program(program))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "bin")
    assert sandbox.why_not.__wrapped__(by) == ""


def test_a_python_behind_links_runs(tmp_path, monkeypatch, by):
    for folder in ("env/bin", "links"):
        (tmp_path / folder).mkdir(parents=True)
    program, link = tmp_path / "env" / "bin" / "python", tmp_path / "links" / "python"
    program.symlink_to(link)
    link.symlink_to(Path(sys.executable).resolve())
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "env"))
    with sandbox.Sandbox("this", Limits(seconds=60), backend=by) as box:
        assert box.process.wait() == 0, box.said()


def test_what_is_missing_for_a_sandbox_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "nowhere")
    sandbox.why_not.cache_clear()
    try:
        with pytest.raises(grade.GradeError, match="bubblewrap: .*; unshare: .*apt install"):
            grade.grade_class(1, tmp_path)
    finally:
        sandbox.why_not.cache_clear()


@pytest.mark.parametrize("below", ["utils", "data/imdb_sample.csv", ".venv", "data", "notebooks"])
def test_what_a_hand_in_can_read_is_known(monkeypatch, below):
    monkeypatch.setattr(sys, "prefix", str(paths.ROOT / ".venv"))
    path = paths.ROOT / below
    assert isolation.shown_by(path) == (path if below not in ("data", "notebooks") else None)
    assert isolation.shown_by(path / "x") == isolation.shown_by(path)


@pytest.mark.skipif(sandbox.backend() is None, reason="nothing is hidden without a sandbox")
def test_hand_ins_that_others_could_read_are_refused(tmp_path, monkeypatch):
    machines.sandbox_of(machines.sandboxes())  # is found while Python lies where it lies
    monkeypatch.setattr(paths, "GRADES", tmp_path / "grades")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "env"))
    for place in ("env/class", "class"):
        write_zip(tmp_path / place / "ada.zip", UNTOUCHED)
    (tmp_path / "link").symlink_to(tmp_path / "env" / "class")
    for folder in ("env/class", "link"):
        with pytest.raises(grade.GradeError, match=f"as {tmp_path}/env, .* move the hand-ins"):
            grade.grade_class(1, tmp_path / folder)
    monkeypatch.setattr(paths, "GRADES", tmp_path / "env" / "grades")
    with pytest.raises(grade.GradeError, match="could read the grades, .*COURSE_BUILD"):
        grade.grade_class(1, tmp_path / "class")
    monkeypatch.setattr(paths, "GRADES", tmp_path / "grades")
    monkeypatch.setattr(sys, "base_prefix", str(Path.home()))
    with pytest.raises(grade.GradeError, match=f"{Path.home()}: .*python -m venv"):
        grade.grade_class(1, tmp_path / "class")


def under(*commands):
    """What a shell says of too low a limit after these commands, and what is limited then."""
    code = (
        "import resource as r; from utils.grading import sandbox as s; "
        "print(s.too_low(s.Limits())); s.limit(8, 512, 1800); "
        "print([r.getrlimit(kind)[0] for kind in (r.RLIMIT_DATA, r.RLIMIT_NOFILE)])"
    )
    shell = "\n".join([*commands, f'"{sys.executable}" -c "{code}"'])
    done = subprocess.run(["sh", "-ec", shell], capture_output=True, text=True, cwd=paths.ROOT)
    assert done.returncode == 0, done.stderr
    sentence, limits = done.stdout.splitlines()
    return sentence, limits


@pytest.mark.skipif(sandbox.resource is None, reason="Windows has no ulimit")
@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("-d 4194304", "-Hd` is 4194304 KiB"),
        ("-v 9000000", "-Hv` is 9000000 KiB"),
        ("-f 100000", "-Hf` is "),  # in blocks of what size depends on the shell
        ("-t 600", "-Ht` is 600 s"),
        ("-n 100", "-Hn` is 100 here"),
    ],
)
def test_a_low_limit_of_the_machine_is_said_and_no_error(limit, said):
    sentence, _ = under(f"ulimit {limit}")
    assert f"`ulimit {said}" in sentence
    remedy = re.search(r"sudo (prlimit [^)]*)\)", sentence)[1]
    assert under(remedy)[0] == "None"  # here it lowers what was higher


@pytest.mark.skipif(sandbox.resource is None, reason="Windows has no ulimit")
def test_a_low_limit_that_may_be_raised_is_raised():
    sentence, limits = under("ulimit -S -d 2000000; ulimit -S -n 100")
    assert (sentence, limits) == ("None", f"[{8 * 2**30}, 256]")


def test_a_class_is_not_graded_under_a_low_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(machines, "too_low", lambda limits: "too low")
    with pytest.raises(grade.GradeError, match="too low"):
        grade.grade_class(1, tmp_path, unprotected=True)


def test_what_protects_is_told(monkeypatch):
    monkeypatch.setattr(sandbox, "backend", lambda: None)
    without = dict(sandbox.protections())
    assert without["network: none"] is None and without["environment: no variable of yours"] is None
    monkeypatch.setattr(sandbox, "backend", lambda: "bubblewrap")
    assert dict(sandbox.protections())["network: none"] == "bubblewrap"
