"""A study runs lessons with many seeds, goes on where it stopped, and gives the same anywhere."""

import json
import shutil

import nbformat
import pytest

from utils import paths
from utils.course import study

pytest_plugins = ["tests.dask_cluster"]

IMPORTS = "from pathlib import Path\nfrom utils import claims\n\nSEEDS = (0, 1, 2)"
CLAIM = """\
assert SEEDS[0] < 3, "of the lesson's own seeds"
with Path(ASKED).open("a") as lines:
    print(SEEDS, file=lines)
claims.verdict(
    7, {"even": [seed % 2 == 0 for seed in SEEDS], "small": sum(SEEDS) < 20}, {"seed": SEEDS}
)"""


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """Writes a lesson that notes down which seeds it is run with; gives its name."""
    monkeypatch.setattr(paths, "STUDY", tmp_path / "study")
    monkeypatch.setattr(study.stand_ins, "missing_data", lambda notebook: None)

    def write(claim=CLAIM, after="raise SystemExit('not to be run')"):
        cells = [
            nbformat.v4.new_code_cell(IMPORTS, metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(f"ASKED = {str(tmp_path / 'asked')!r}"),
            nbformat.v4.new_code_cell(claim, metadata={"tags": ["claim-7"]}),
            nbformat.v4.new_code_cell(after),
        ]
        for number, cell in enumerate(cells):
            cell.id = f"cell-{number}"
        kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, tmp_path / "made.ipynb")
        return str(tmp_path / "made")

    write.asked = tmp_path / "asked"
    return write


def result(path):
    """What a study found, but for what depends on the machine and the hour."""
    found = json.loads(path.read_text("utf-8"))
    return {name: found[name] for name in ("code", "seeds", "runs", "claims")}


def test_runs_have_seeds_of_their_own_and_are_kept(lesson):
    said = []
    [path], errors = study.study([lesson()], 7, say=said.append)
    assert errors == [] and said[0] == "0 of 3 runs are there, 3 are to be made."
    found = result(path)
    assert (found["seeds"], found["runs"]) == (9, 3)
    assert found["claims"] == {
        "7": {
            "findings": {
                "even": [True, False, True, False, True, False, True, False, True],
                "small": [True, True, False],
            },
            "values": {"seed": [float(seed) for seed in range(9)]},
        }
    }
    study.study([lesson()], 9, say=said.append)
    assert said[-1] == "3 of 3 runs are there, 0 are to be made."
    assert len(lesson.asked.read_text().splitlines()) == 3

    path.write_text(json.dumps(json.loads(path.read_text()) | {"minutes": 99}))
    assert study.study([lesson()], 3, say=said.append) == ([], [])
    assert said[-1] == f"{path} stays: it has 9 seeds, and 3 were run."
    of_run = paths.BUILD / "study" / lesson() / "seeds_0_to_2.json"
    of_run.write_text(of_run.read_text()[:100])
    study.study([lesson()], 9, say=said.append)
    assert "2 of 3 runs are there, 1 are to be made." in said
    assert len(lesson.asked.read_text().splitlines()) == 4 and result(path)["runs"] == 3

    study.study([lesson(after="# the part after the last claim does not matter")], 9)
    assert len(lesson.asked.read_text().splitlines()) == 4
    study.study([lesson(CLAIM.replace("even", "straight"))], 3)
    assert len(lesson.asked.read_text().splitlines()) == 5


def test_a_run_that_stops_is_named_and_the_others_count(lesson):
    stops = "1 / (3 - SEEDS[0])\n" + CLAIM
    [path], [error] = study.study([lesson(stops)], 9)
    assert "made, seeds 3 to 5: stopped in In [" in error and "ZeroDivisionError" in error
    assert result(path)["claims"]["7"]["values"] == {"seed": [0, 1, 2, 6, 7, 8]}
    [path], errors = study.study([lesson()], 9)
    assert errors == [] and result(path)["seeds"] == 9


def test_what_was_run_before_an_interruption_is_kept(lesson, monkeypatch):
    def interrupted(*_):
        yield study.measure(lesson(), [0, 1, 2])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(study, "_measured", interrupted)
        study.study([lesson()], 6)
    said = []
    study.study([lesson()], 6, say=said.append)
    assert said[0] == "1 of 2 runs are there, 1 are to be made."


def test_a_stand_in_for_real_data_is_not_studied(lesson, monkeypatch):
    monkeypatch.setattr(study.stand_ins, "missing_data", lambda notebook: "No network.")
    written, [error] = study.study([lesson()], 3)
    assert written == [] and error.endswith("would be those of a stand-in. No network.")


def test_a_cluster_finds_the_same_though_a_worker_is_killed(lesson, dask_cluster, monkeypatch):
    name = lesson("import time\n\ntime.sleep(0.5)\n" + CLAIM)
    [path], _ = study.study([name], 12)
    here = result(path)
    shutil.rmtree(name)
    first, *_ = dask_cluster.start(*["127.0.0.1"] * 3)
    kept = []

    def write_and_kill(path, text, write=study.files.write_text):
        write(path, text)
        kept.append(path)
        if len(kept) == 1:
            first.kill()

    monkeypatch.setattr(study.files, "write_text", write_and_kill)
    said = []
    [path], errors = study.study([name], 12, dask_cluster.address, said.append)
    assert first.wait() != 0 and errors == []
    assert result(path) == here and f"{dask_cluster.address}: 3 lessons at a time." in said


def test_another_course_gets_no_work(lesson, dask_cluster, monkeypatch):
    dask_cluster.start("127.0.0.1")
    installed = study.machine.installed() | {"numpy": "1"}
    monkeypatch.setattr(study.machine, "installed", lambda: installed)
    with pytest.raises(study.StudyError, match=r"lessons\. numpy is [\d.]+ there and 1 here"):
        study.study([lesson()], 3, dask_cluster.address)


@pytest.mark.parametrize("name", study.lessons())
def test_each_lesson_that_tests_claims_says_its_seeds(name):
    first, second = study.seeds_of_runs(name, 6)[:2]
    assert first[0] == 0 and second[0] == first[-1] + 1
    code = "\n".join(cell.source for cell in study._read(name).cells if cell.cell_type == "code")
    assert "in (0, 1, 2)" not in code and code.count("SEEDS") > 1
    assert "claim-" not in code and len(study.ledger.code_of(study._read(name).cells)) == 64
