"""As many hand-ins at a time as the machine can take, and each gets what it would get alone."""

import re

import pytest

from tests.grading import stand_ins
from utils.grading import results, workers
from utils.grading.hand_ins import GradeError
from utils.grading.sandbox import Limits

LIMITS = Limits(gib=2)
memory_left = workers.memory_left  # of the machine; the tests have another


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No TensorFlow in the processes that ask."""
    monkeypatch.setattr(workers, "start_worker", stand_ins.start)
    monkeypatch.setattr(workers.joblib, "cpu_count", lambda: 2)
    monkeypatch.setattr(workers, "memory_left", lambda: 16 * 2**30)


def graded(names, folder="", say=print):
    """{student: Grade} by the stand-in for `grade_one`."""
    waiting = dict.fromkeys(names, folder)
    found = workers.graded(stand_ins.grade_one, 1, waiting, LIMITS, None, say)
    return {one.student: one for one in found}


def test_who_kills_the_process_of_the_checks_is_found_and_the_others_are_graded():
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


def test_what_runs_out_of_time_is_graded_once_more_and_that_counts(tmp_path):
    said = []
    found = graded(("ada", "busy", "changes", "slow"), tmp_path, said.append)
    assert {name: (one.status, one.certain) for name, one in found.items()} == {
        "ada": (results.UNREADABLE, True),
        "busy": (results.UNREADABLE, True),  # it only seemed so, beside others
        "changes": (results.OVER_LIMIT, False),  # neither is kept
        "slow": (results.TIMEOUT, True),
    }
    assert sorted(said) == [
        f"{name}: late; once more at the end, alone" for name in ("busy", "changes", "slow")
    ]


def test_a_process_that_cannot_start_is_nobodys_fault(monkeypatch):
    monkeypatch.setattr(workers, "start_worker", stand_ins.start_without_memory)
    with pytest.raises(GradeError, match="does not start"):
        graded(("ada", "bob"))


@pytest.mark.parametrize(
    ("gib", "most"), [(16, 2), (3.5, 1), (0.5, 1)], ids=["enough", "for_one", "too_little"]
)
def test_so_many_at_a_time_as_memory_is_for(monkeypatch, gib, most):
    asked, said = [], []
    monkeypatch.setattr(workers, "memory_left", lambda: gib * 2**30)
    monkeypatch.setattr(workers, "_asked", lambda *given: asked.append(given[-1]) or [])
    graded(("ada", "bob", "eve"), say=said.append)
    assert asked[0] == most
    sentence = r"1 at a time, though there are 2 cores: .* 2 GiB of memory, and .* are free\."
    assert [bool(re.match(sentence, one)) for one in said] == [True] * (most == 1)


@pytest.mark.parametrize(
    ("line", "limit", "files", "left"),
    [
        ("0::/user/me", "user", {"memory.max": 900, "memory.current": 300}, 700),
        ("0::/user/me", "user/me", {"memory.max": 900, "memory.current": 300}, 700),
        ("0::/host/only", ".", {"memory.max": 900, "memory.current": 950}, 50),
        (
            "4:memory:/me",
            "memory/me",
            {"memory.limit_in_bytes": 500, "memory.usage_in_bytes": 400},
            200,
        ),
    ],
)
def test_the_limit_of_a_control_group_counts(tmp_path, line, limit, files, left):
    of = tmp_path / "cgroup"
    of.write_text(f"5:devices:/\n{line}\n")
    group = tmp_path / "groups" / limit
    group.mkdir(parents=True)
    for name, content in files.items():
        (group / name).write_text(f"{content}\n")
    (group / "memory.stat").write_text("anon 1\ninactive_file 100\ntotal_inactive_file 100\n")
    assert memory_left(tmp_path / "groups", of) == left
