"""What a machine is refused for, and what of its memory it has left."""

import importlib.metadata
import itertools
from dataclasses import replace

import pytest

from utils import machine, paths
from utils.grading import isolation, machines
from utils.grading.sandbox import Limits

LIMITS = Limits(seconds=400, gib=2)


def test_the_version_changes_with_all_that_grades_depend_on(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "SOLUTIONS", tmp_path / "solutions")
    monkeypatch.setattr(isolation, "SAMPLES", [tmp_path / "sample.csv"])
    matters = {
        "utils/reviews/read.py": True,
        "utils/bench/cost.py": False,
        "solutions/homework_1/hidden_tests.py": True,
        "sample.csv": True,
    }
    for name in matters:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    versions = [machines.version(1, LIMITS)]
    for name in matters:
        (tmp_path / name).write_text("changed")
        versions.append(machines.version(1, LIMITS))
    changed = [one != other for one, other in itertools.pairwise(versions)]
    assert changed == list(matters.values())
    assert machines.version(1, replace(LIMITS, gib=9)) != versions[-1]
    monkeypatch.setattr(importlib.metadata, "distributions", lambda path: [])
    assert machines.version(1, LIMITS) != versions[-1]


def test_a_machine_that_differs_is_told_in_what():
    here = machines.depends_on(1)
    assert machine.difference(here, here) is None
    other = here | {"utils/homework/checks.py": "another"}
    assert machine.difference(here, other) == "its utils/homework/checks.py is another one"
    assert machine.difference(here, here | {"numpy": "1"}).startswith("numpy is 1 there and ")


def test_without_a_sandbox_a_machine_is_refused(monkeypatch):
    monkeypatch.setattr(machines, "why_not", lambda name: f"{name} is not installed")
    with pytest.raises(machines.GradeError, match="unshare is not installed.*install bubblewrap"):
        machines.expect_fit(machines.sandboxes(), LIMITS)
    assert machines.look(1, machines.sandboxes(), LIMITS)[0].startswith("This machine cannot run")
    assert machines.sandbox_of(machines.sandboxes(unprotected=True)) is None
