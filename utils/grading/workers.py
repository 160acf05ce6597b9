"""The processes that ask hand-ins: one for each that is graded at a time, here or on a cluster.

What another run may not repeat is found out by one: who ran out of time or memory beside others,
or killed the process that asked, is asked once more alone, and that counts.
"""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path

from utils import engine, machine, paths
from utils.grading import machines, results, sandbox
from utils.grading.names import GradeError
from utils.grading.results import FAILED, NOT_GRADED, Grade, one_line
from utils.homework.homeworks import HOMEWORKS

_FATAL = "an answer killed the process of the checks"
_IDLE = 60  # seconds after which a process without hand-ins ends, on a machine of a cluster
_own = threading.local()  # .process: of the thread
_running = set()


def graded(ask, number, waiting, limits, backends, say=print, client=None, hosts=None):
    """Yield the Grade of each hand-in as it is done.

    ask: `grade.grade_one`, which a new process imports. number: of the homework. waiting: {student:
    path}. limits: of each, `sandbox.Limits`. backends: as of `machines.sandboxes`. say: called with
    sentences on how it goes. client, hosts: of a cluster, as of `engine.done`. Raises GradeError
    where such a process cannot start.
    """
    setup = {
        "ask": [ask.__module__, ask.__name__],
        "number": number,
        "limits": asdict(limits),
        "backends": backends,
        "version": machines.version(number, limits),
    }
    order = json.dumps(setup).encode(), client, hosts
    at_a_time = None
    if client is None:
        at_a_time = machine.at_a_time(len(waiting), limits.gib, "hand-in", say)
    again = {}
    for grade in _asked(waiting, at_a_time, *order):
        if grade.certain:
            yield grade
        else:
            again[grade.student] = grade
            say(f"{grade.student}: {grade.note}; once more at the end, alone")
    for grade in _asked({name: waiting[name] for name in again}, 1, *order):
        grade.certain |= grade.status == again[grade.student].status
        yield grade


def _asked(waiting, at_a_time, setup, client, hosts):
    """Yield the Grades of some hand-ins: a machine gets the file, and sends plain data back."""
    pieces = ((setup, name, path.suffix, _content(path)) for name, path in waiting.items())
    piece = _grade if client is None else _grade_there
    try:
        for found in engine.done(piece, pieces, at_a_time, client, hosts):
            yield results.from_plain(found)
    finally:
        for process in list(_running):
            process.end()


def _content(path):
    """The bytes of a file; None of a link, which leads elsewhere on another machine."""
    return None if path.is_symlink() or not path.is_file() else path.read_bytes()


def _grade(setup, student, suffix, content):
    """What `Process.grade` says, asked of this thread's own."""
    process = getattr(_own, "process", None)
    if process is None or not process.is_ready_for(setup):
        if process is not None:
            process.end()
        process = _own.process = Process(setup)
    try:
        return process.grade(student, suffix, content)
    except sandbox.Ended:
        process.end()
        tasks = HOMEWORKS[json.loads(setup)["number"]].tasks
        return _without_points(student, FAILED, _FATAL, tasks, certain=False)


def _grade_there(setup, student, suffix, content):
    """The same on a machine of a cluster: that it cannot start is no reason for others to stop."""
    try:
        return _grade(setup, student, suffix, content)
    except GradeError as why:
        tasks = HOMEWORKS[json.loads(setup)["number"]].tasks
        return _without_points(student, NOT_GRADED, one_line(why), tasks)


def _without_points(student, status, note, tasks, certain=True):
    grade = Grade(student, status, note, certain=certain)
    grade.without_points(tasks)
    return asdict(grade)


class Process:
    """A process that asks hand-ins one after another, so that TensorFlow starts once.

    setup: what `graded` writes down for it. Raises GradeError where it does not start, or its
    machine cannot grade.
    """

    def __init__(self, setup):
        self._setup = setup
        self._folder = tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 closed at the end
        search = [str(paths.ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "utils.grading.workers", self._folder.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(search)},
            start_new_session=True,  # Ctrl-C is heard by who started it alone
        )
        _running.add(self)
        try:
            sandbox.send(self._process.stdin, setup)
            refused = json.loads(sandbox.receive(self._process.stdout))
        except sandbox.Ended:
            refused = (
                "The process of the checks does not start: see whether the machine has memory "
                f"left. It said: {self._last_words()}"
            )
        if refused:
            self.end()
            raise GradeError(refused)
        self._used = time.monotonic()

    def _last_words(self):
        self._process.wait()
        self._said.seek(0)
        return self._said.read().decode(errors="replace").strip()[-500:]

    def is_ready_for(self, setup):
        """Whether it was made for this setup, still runs, and will not end as idle just now."""
        is_alive = self._process.poll() is None and time.monotonic() - self._used < _IDLE / 2
        return self in _running and is_alive and self._setup == setup

    def grade(self, student, suffix, content):
        """The Grade of a hand-in as a dictionary; Ended if an answer killed the process.

        suffix, content: of the file, content None where it is a link.
        """
        asked = self._process.stdin
        sandbox.send(asked, json.dumps([student, suffix, content is not None]).encode())
        sandbox.send(asked, content or b"")
        said = sandbox.receive(self._process.stdout, most=2**40)
        self._used = time.monotonic()
        return json.loads(said)

    def end(self):
        """End it, and remove its temporary files."""
        if self not in _running:
            return
        _running.discard(self)
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._said):
            with contextlib.suppress(OSError):
                stream.close()
        self._folder.cleanup()


def main():
    """Ask hand-ins, as a Process does at the other end, until there are no more."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    folder = tempfile.tempdir = sys.argv[1]
    last = _Last()
    threading.Thread(target=last.watch, args=(os.getppid(),), daemon=True).start()
    setup = json.loads(sandbox.receive(asked))
    limits = sandbox.Limits(**setup["limits"])
    ask = _ready_to_ask(setup, limits, answers)
    while True:
        last.is_idle_since = time.monotonic()
        try:
            student, suffix, is_file = json.loads(sandbox.receive(asked))
            content = sandbox.receive(asked, most=2**40)
        except sandbox.Ended:
            return
        last.is_idle_since = None
        path = Path(folder, f"hand-in{suffix}")
        path.unlink(missing_ok=True)
        if is_file:
            path.write_bytes(content)
        try:
            found = asdict(ask(student, path))
        except Exception as error:
            tasks = HOMEWORKS[setup["number"]].tasks
            why = one_line(f"{type(error).__name__}: {error}")
            found = _without_points(student, NOT_GRADED, why, tasks)
        sandbox.send(answers, json.dumps(found).encode())


def _ready_to_ask(setup, limits, answers):
    """(student, path) -> Grade, once the other side knows that it may ask."""
    number, backends = setup["number"], setup["backends"]
    refused = None
    try:
        machines.expect_fit(backends, limits)
        if machines.version(number, limits) != setup["version"]:
            refused = (
                "The course, its packages or Python are not those of the machine that asks: "
                "install the same course there."
            )
    except GradeError as why:
        refused = str(why)
    if not refused:
        by = machines.sandbox_of(backends)
        sandbox.limit(limits.gib)  # what hand-ins answer may describe huge networks
        module, name = setup["ask"]
        function = getattr(importlib.import_module(module), name)
    sandbox.send(answers, json.dumps(refused).encode())
    if refused:
        sys.exit()
    return lambda student, path: function(number, student, path, limits, by)


class _Last:
    """Ends this process after the one that started it, or when nobody asks any more."""

    is_idle_since = None

    def watch(self, parent):
        while os.getppid() == parent:
            since = self.is_idle_since
            if since is not None and time.monotonic() - since > _IDLE:
                break
            time.sleep(0.5)
        os._exit(1)


if __name__ == "__main__":
    main()
