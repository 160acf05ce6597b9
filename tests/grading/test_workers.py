"""As many hand-ins at a time as the machine can take, and each gets what it would get alone."""

import re
import tempfile
from types import SimpleNamespace

import psutil
import pytest

from tests.grading import stand_ins
from utils import machine
from utils.grading import machines, results, workers
from utils.grading.names import GradeError
from utils.grading.sandbox import Limits

LIMITS = Limits(gib=2)


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr(machine.joblib, "cpu_count", lambda: 2)
    monkeypatch.setattr(machine, "memory_left", lambda: 16 * 2**30)


@pytest.fixture
def graded(tmp_path):
    """A function: {student: Grade} by the stand-in for `grade_one`."""

    def graded(names, say=print, ask=stand_ins.grade_one):
        path = tmp_path / "hand-in.txt"
        path.write_text(str(tmp_path))
        waiting = dict.fromkeys(names, path)
        return {one.student: one for one in workers.graded(ask, 1, waiting, LIMITS, [None], say)}

    return graded


def test_who_kills_the_process_of_the_checks_is_found_and_the_others_are_graded(graded):
    found = graded(("ada", "confuses", "kills_one", "kills_two", "zoe"))
    assert {name: one.status for name, one in found.items()} == {
        "ada": results.UNREADABLE,
        "confuses": results.NOT_GRADED,
        "kills_one": results.FAILED,
        "kills_two": results.FAILED,
        "zoe": results.UNREADABLE,
    }
    assert found["confuses"].note == "LookupError: odd contents"
    assert found["kills_one"].note == "an answer killed the process of the checks"
    assert found["kills_one"].certain  # twice


def test_what_runs_out_of_time_is_graded_once_more_and_that_counts(graded):
    said = []
    found = graded(("ada", "busy", "changes", "slow"), said.append)
    assert {name: (one.status, one.certain) for name, one in found.items()} == {
        "ada": (results.UNREADABLE, True),
        "busy": (results.UNREADABLE, True),  # it only seemed so, beside others
        "changes": (results.OVER_LIMIT, False),  # neither is kept
        "slow": (results.TIMEOUT, True),
    }
    assert sorted(said) == [
        f"{name}: late; once more at the end, alone" for name in ("busy", "changes", "slow")
    ]


def test_a_process_that_cannot_start_is_nobodys_fault(graded):
    nowhere = SimpleNamespace(__module__="tests.grading.nowhere", __name__="grade_one")
    with pytest.raises(GradeError, match="No module named 'tests.grading.nowhere'"):
        graded(("ada", "bob"), ask=nowhere)


def test_another_course_than_that_of_who_asks_is_refused(graded, monkeypatch):
    monkeypatch.setattr(machines, "version", lambda *_: "another")
    with pytest.raises(GradeError, match="install the same course there"):
        graded(("ada",))


def test_processes_and_their_files_end_with_grading(graded, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    before = set(psutil.Process().children())
    graded(("ada", "bob", "kills"))
    assert set(psutil.Process().children()) <= before
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize(
    ("gib", "most"), [(16, 2), (3.5, 1), (0.5, 1)], ids=["enough", "for_one", "too_little"]
)
def test_so_many_at_a_time_as_memory_is_for(graded, monkeypatch, gib, most):
    asked, said = [], []
    monkeypatch.setattr(machine, "memory_left", lambda: gib * 2**30)
    monkeypatch.setattr(workers, "_asked", lambda _, *given: asked.append(given[0]) or [])
    graded(("ada", "bob", "eve"), say=said.append)
    assert asked[0] == most
    sentence = r"1 at a time, though there are 2 cores: .* 2 GiB of memory, and .* are free\."
    assert [bool(re.match(sentence, one)) for one in said] == [True] * (most == 1)
