"""Graded on a Dask cluster, a class gets the grades that one machine gives, whatever is lost."""

import os
import shutil
import sys
from collections import Counter
from dataclasses import replace

import pytest

from tests.grading import stand_ins
from tests.grading.notebooks import SOLVED, UNTOUCHED, only, with_cell
from tests.grading.test_grade import Class
from utils.grading import grade, machines, results, sandbox

pytest_plugins = ["tests.dask_cluster"]


def told(one_class):
    """What grading said of each, but for seconds."""
    return {name: replace(one, seconds=0) for name, one in one_class.grades.items()}


@pytest.fixture
def sixty(tmp_path, monkeypatch):
    """Sixty hand-ins, whose grades follow from what was handed in."""
    monkeypatch.setattr(grade, "grade_one", stand_ins.by_content)
    made = Class(tmp_path)
    for n in range(60):
        name = f"student_{n:02}" if n % 20 else f"slow_{n:02}"
        made.add(name, with_cell(UNTOUCHED, f"answer = {n}"))
    (made.handins / "homework_1_linked.zip").symlink_to(made.handins / "homework_1_student_01.zip")
    (made.handins / "homework_1_student_02.zip").unlink()
    return made


def test_sixty_get_the_same_grades_though_a_worker_is_killed(sixty, dask_cluster, monkeypatch):
    sixty.grade(2, unprotected=True)
    of_one_machine, table = told(sixty), (sixty.place / "grades.csv").read_bytes()
    assert len(of_one_machine) == 60
    assert {name for name, one in of_one_machine.items() if one.status == results.TIMEOUT} == {
        f"slow_{n:02}" for n in (0, 20, 40)
    }
    assert of_one_machine["linked"].status == results.UNREADABLE
    shutil.rmtree(sixty.place)

    first, *_ = dask_cluster.start(*["127.0.0.1"] * 3)
    keep, kept = grade._keep, []

    def keep_and_kill(*what):
        keep(*what)
        kept.append(what)
        if len(kept) == 15:
            first.kill()

    monkeypatch.setattr(grade, "_keep", keep_and_kill)
    sixty.grade(unprotected=True, address=dask_cluster.address)
    assert first.wait() != 0 and len(dask_cluster.workers()) == 2
    assert Counter(path.stem for path, *_ in kept) == Counter(list(of_one_machine))
    assert told(sixty) == of_one_machine
    assert (sixty.place / "grades.csv").read_bytes() == table


@pytest.mark.skipif(sys.platform != "linux", reason="a sandbox, and a second loopback address")
def test_a_machine_without_a_sandbox_gets_no_work(sixty, dask_cluster, capsys, tmp_path):
    if sandbox.backend() is None:
        pytest.skip("this machine has no sandbox (no user namespaces)")
    for path in sorted(sixty.handins.iterdir())[6:]:
        path.unlink()
    without = tmp_path / "programs"
    without.mkdir()
    dask_cluster.start("127.0.0.2", PATH=str(without))
    with pytest.raises(grade.GradeError, match="(?s)No machine of the cluster can grade.*bwrap is"):
        sixty.grade(address=dask_cluster.address)
    dask_cluster.start("127.0.0.1")
    sixty.grade(address=dask_cluster.address)
    said = capsys.readouterr().out
    assert "127.0.0.2 gets no hand-ins. This machine cannot run hand-ins apart" in said
    assert f"{dask_cluster.address}: 1 hand-ins at a time." in said
    assert {one.status for one in sixty.grades.values()} == {
        *(results.GRADED, results.TIMEOUT, results.UNREADABLE)
    }


@pytest.mark.slow
@pytest.mark.skipif(sandbox.backend() is None, reason="this machine has no sandbox")
def test_real_checks_in_a_sandbox_say_the_same_on_a_cluster(dask_cluster, tmp_path):
    some = Class(tmp_path)
    some.add("kills_itself", only("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))
    some.add("reads", only(f"open({str(machines.paths.SOLUTIONS)!r})"))
    some.add("stopped", with_cell(SOLVED, "missing", 3))
    some.add("answers", only("def worst_mistakes(labels, probabilities, n):\n    return [n]"))
    some.grade(1)
    of_one_machine = told(some)
    shutil.rmtree(some.place)
    dask_cluster.start("127.0.0.1", COURSE_BUILD=str(tmp_path / "elsewhere"))
    some.grade(address=dask_cluster.address)
    assert told(some) == of_one_machine
    assert of_one_machine["answers"].status == results.GRADED
    assert "No such file" in of_one_machine["reads"].note
    assert not os.path.exists(tmp_path / "elsewhere")
