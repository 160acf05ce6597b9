"""A hand-in is packed whole, or one sentence says what is in the way and nothing is packed."""

import hashlib
import json
import zipfile

import nbformat
import pytest

from utils import course, files
from utils.homework import handin, student
from utils.homework.checks import HOMEWORKS

FIRST = 'source, tier, seeds = "sample", "class", (0, 1)'


@pytest.fixture(autouse=True)
def own_build_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "BUILD", tmp_path / "build")
    monkeypatch.setattr(handin, "HANDINS", tmp_path / "build" / "handins")
    monkeypatch.setenv("OWN_BUILD", str(tmp_path / "build"))


def saved(tmp_path, *sources, counts=None, name="homework_1_tasks.ipynb", homework=1):
    cells = [nbformat.v4.new_code_cell(source) for source in (FIRST, *sources)]
    for cell, count in zip(cells, counts or [], strict=False):
        cell.execution_count = count
    check = {"nbgrader": {"grade_id": f"check-{homework}-1"}}
    cells.append(nbformat.v4.new_code_cell("", metadata=check))
    path = tmp_path / name
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def refusal(path, **limits):
    with pytest.raises(handin.HandInError) as refused:
        handin.hand_in(1, "ada", path, **limits)
    assert not list(files.BUILD.rglob("*.zip*"))
    return str(refused.value)


def test_the_untouched_homework_is_packed_with_what_it_holds():
    packed, manifest = handin.hand_in(1, "ada-1")
    assert packed.name == "homework_1_ada-1.zip"
    with zipfile.ZipFile(packed) as within:
        assert set(within.namelist()) == {"homework_1_tasks.ipynb", "manifest.json"}
        assert json.loads(within.read("manifest.json")) == json.loads(json.dumps(manifest))
        notebook = within.read("homework_1_tasks.ipynb")
    assert manifest["sha256"]["homework_1_tasks.ipynb"] == hashlib.sha256(notebook).hexdigest()
    assert manifest["checks"].keys() == HOMEWORKS[1].keys()
    assert {status for status, _ in manifest["checks"].values()} == {"not attempted"}
    assert manifest["packages"]["tensorflow"] and manifest["seeds"] == [0, 1, 2]
    assert manifest["unanswered"] == ["1.11", "1.12"]
    executed = nbformat.reads(notebook.decode(), as_version=4)
    assert any("not attempted" in str(cell.get("outputs")) for cell in executed.cells)
    assert len(executed.cells) == len(
        nbformat.read(student.STUDENT / "homework_1" / "homework_1_tasks.ipynb", 4).cells
    )


WRITES = """
import os, pathlib
file = pathlib.Path(os.environ["OWN_BUILD"], {!r})
file.parent.mkdir(parents=True)
file.write_text({!r})
"""
PREDICTIONS = "homework_1_tasks/predictions.csv"
SUBMISSION = "homework_2_tasks/submission.csv"


def test_what_is_right_counts_and_predictions_are_packed(tmp_path):
    right = "def worst_mistakes(labels, probabilities, n):\n    import numpy as np\n"
    right += "    off = np.abs(labels - probabilities)\n    order = np.argsort(-off)\n"
    right += "    return order[off[order] > 0.5][:n]"
    writes = WRITES.format(PREDICTIONS, "row,probability,sentiment\n4,0.75,positive\n")
    packed, manifest = handin.hand_in(1, "bob", saved(tmp_path, right, writes))
    assert manifest["checks"]["1.9"] == ["correct", ""]
    assert manifest["seeds"] == [0, 1]
    with zipfile.ZipFile(packed) as within:
        assert within.read("predictions.csv").startswith(b"row,")


def test_homework_2_is_packed_with_its_own_checks_and_its_submission(tmp_path):
    right = "def back_to_mm(answers):\n    import numpy as np\n"
    right += "    return np.maximum(np.expm1(answers[:, 0]), 0)"
    writes = WRITES.format(SUBMISSION, "Id,Expected\n4,0.25\n9,0.0\n")
    name = "homework_2_tasks.ipynb"
    path = saved(tmp_path, right, writes, name=name, homework=2)
    packed, manifest = handin.hand_in(2, "bob", path)
    assert manifest["checks"].keys() == HOMEWORKS[2].keys()
    assert manifest["checks"].pop("2.8") == ["correct", ""]
    assert {status for status, _ in manifest["checks"].values()} == {"not attempted"}
    with zipfile.ZipFile(packed) as within:
        assert set(within.namelist()) == {name, "submission.csv", "manifest.json"}


WRONG_PREDICTIONS = [
    ("row,sentiment\n4,positive\n", "found the columns"),
    ("id,probability\n4,0.1\n", "the column row is missing"),
    ("row,probability,sentiment\n4,1.7,positive\n", "expected a probability from 0 to 1"),
    ("row,probability,sentiment\n4,.7,positive\n4,.7,positive\n", "row 4 is there twice"),
    ("", "No columns"),
]
WRONG_SUBMISSIONS = [
    ("Id,mm\n4,0.1\n", "expected 'Id,Expected'"),
    ("row,Expected\n4,0.1\n", "the column Id is missing"),
    ("Id,Expected\n4,0.1\n4,0.1\n", "an Id that stood there before"),
    ("Id,Expected\n4,-1\n", "no number of 0 mm or more"),
    ("Id,Expected\n4,\n", "no number of 0 mm or more"),
    ("Id,Expected\nfour,1\n", "Id"),
    ("Id,Expected\n,1\n", "an Id that the test file does not have"),
    ("", "No columns"),
]


@pytest.mark.parametrize(
    ("check", "text", "says"),
    [(handin.check_predictions, *wrong) for wrong in WRONG_PREDICTIONS]
    + [(handin.check_submission, *wrong) for wrong in WRONG_SUBMISSIONS],
)
def test_a_wrong_file_is_refused(tmp_path, check, text, says):
    path = tmp_path / "file.csv"
    path.write_text(text)
    with pytest.raises(handin.HandInError, match=says):
        check(path)


def test_a_hand_in_with_wrong_predictions_is_not_packed(tmp_path):
    assert "found the columns" in refusal(
        saved(tmp_path, WRITES.format(PREDICTIONS, "row,p\n4,.7\n"))
    )


def test_a_missing_and_a_renamed_notebook_are_told_apart(tmp_path):
    missing = tmp_path / "homework_1_tasks.ipynb"
    assert "there is no such file. Name it" in refusal(missing)
    saved(tmp_path, name="my_homework.ipynb")
    assert "The folder holds my_homework.ipynb: was it renamed?" in refusal(missing)


@pytest.mark.parametrize(
    ("sources", "options", "says"),
    [
        (["1 / 0"], {}, "stopped in cell 2 (1 / 0): ZeroDivisionError"),
        (["print(later)", "later = 1"], {"counts": [1, 3, 2]}, "cell [3] was run after cell [2]"),
        (['open("/home/ada/reviews.csv")'], {}, "'/home/ada/reviews.csv' exists on your machine"),
        ([r'open("C:\\Users\\ada.csv")'], {}, "exists on your machine only"),
        (["x = '" + "long" * 3_000_000 + "'"], {}, "12 MB, at most 10"),
        (["import os", "os._exit(1)"], {}, "Python died in cell 3 (os._exit(1))"),
        (["del source"], {}, "Keep the first code cell"),
    ],
)
def test_what_cannot_be_handed_in_gets_its_sentence(tmp_path, sources, options, says):
    assert says in refusal(saved(tmp_path, *sources, **options))


def test_an_endless_loop_is_stopped(tmp_path):
    said = refusal(saved(tmp_path, "while True:\n    pass"), max_seconds=3)
    assert "after 3 s it still ran, in cell 2 (while True:)" in said


def test_too_much_memory_is_refused(tmp_path):
    hoards = "hoard = bytearray(3 * 2**30)"
    assert "cell 2 (hoard" in refusal(saved(tmp_path, hoards), max_gib=1)


@pytest.mark.parametrize("text", ["", "no json", "3", '{"cells": 3}'])
def test_what_is_no_notebook_is_refused(tmp_path, text):
    path = tmp_path / "homework_1_tasks.ipynb"
    path.write_text(text)
    assert "this is not a notebook" in refusal(path)


def test_another_notebook_is_refused(tmp_path):
    assert "the checks of homework 1 are not in it" in refusal(
        course.NOTEBOOKS / "01_vanishing_gradients.ipynb"
    )


@pytest.mark.parametrize("name", ["", "ada lovelace", "../ada", "ada/b", "å"])
def test_a_name_that_is_no_file_name_is_refused(name):
    with pytest.raises(handin.HandInError, match="use letters"):
        handin.hand_in(1, name)


def test_an_earlier_hand_in_stays_when_a_later_one_fails(tmp_path):
    earlier = handin.HANDINS / "homework_1_ada.zip"
    earlier.parent.mkdir(parents=True)
    earlier.write_bytes(b"earlier")
    with pytest.raises(handin.HandInError):
        handin.hand_in(1, "ada", saved(tmp_path, "1 / 0"))
    assert earlier.read_bytes() == b"earlier"
