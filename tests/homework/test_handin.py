"""A hand-in is packed whole, or one sentence says what is in the way and nothing is packed."""

import hashlib
import inspect
import json
import zipfile

import nbformat
import pytest

from tests.homework import answers_1, answers_2
from utils import paths
from utils.__main__ import main
from utils.homework import handin
from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import NO_ANSWER

FIRST = 'source, tier, seeds = "sample", "class", (0, 1)'


@pytest.fixture(autouse=True)
def own_build_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "BUILD", tmp_path / "build")
    monkeypatch.setattr(paths, "HANDINS", tmp_path / "build" / "handins")


def saved(folder, *sources, counts=(), number=1, name=None):
    """The path of a notebook with the first cell of all, these, a check and a question."""

    def named(make, source, grade_id):
        return make(source, metadata={"nbgrader": {"grade_id": grade_id}})

    cells = [nbformat.v4.new_code_cell(source) for source in (FIRST, *sources)]
    for cell, count in zip(cells, counts, strict=False):
        cell.execution_count = count
    cells.append(named(nbformat.v4.new_code_cell, "", f"check-{number}-1"))
    question = named(nbformat.v4.new_markdown_cell, NO_ANSWER, f"question-{number}-11")
    path = folder / (name or HOMEWORKS[number].tasks_name)
    nbformat.write(nbformat.v4.new_notebook(cells=[*cells, question]), path)
    return path


def refusal(path, **limits):
    with pytest.raises(handin.HandInError) as refused:
        handin.hand_in(1, "ada", path, **limits)
    assert not list(paths.BUILD.rglob("*.zip*"))
    return str(refused.value)


@pytest.mark.parametrize(
    ("number", "task", "answer", "output"),
    [
        (1, "1.4", answers_1.mean_in_place, "row,probability,sentiment\n4,0.75,positive\n"),
        (2, "2.2", answers_2.shares_by_pandas, "Id,Expected\n4,0.25\n9,0.0\n"),
    ],
    ids=["homework 1", "homework 2"],
)
def test_a_hand_in_is_packed_with_its_checks_and_its_predictions(
    tmp_path, monkeypatch, capsys, number, task, answer, output
):
    homework = HOMEWORKS[number]
    file = paths.BUILD / homework.tasks_notebook.stem / homework.output
    file.parent.mkdir(parents=True)
    monkeypatch.setenv("OUTPUT", str(file))
    writes = f"import os, pathlib\npathlib.Path(os.environ['OUTPUT']).write_text({output!r})"
    answers = "import pandas as pd\n\n" + inspect.getsource(answer)
    answers += f"\n{homework.tasks[task].function} = {answer.__name__}\n"
    path = saved(tmp_path, answers, writes, "print('it ran')", number=number)
    arguments = ["--homework", str(number), "--student", "ada-1", "--notebook", str(path)]
    assert main(["handin", *arguments]) == 0

    packed = paths.HANDINS / f"homework_{number}_ada-1.zip"
    with zipfile.ZipFile(packed) as within:
        assert set(within.namelist()) == {homework.tasks_name, homework.output, "manifest.json"}
        notebook, manifest = within.read(homework.tasks_name), within.read("manifest.json")
        assert within.read(homework.output).decode() == output
    executed = nbformat.reads(notebook.decode(), as_version=4)
    assert executed.cells[3].outputs[0].text == "it ran\n"
    manifest = json.loads(manifest)
    assert (manifest["homework"], manifest["student"]) == (number, "ada-1")
    assert manifest["sha256"][homework.tasks_name] == hashlib.sha256(notebook).hexdigest()
    assert manifest["packages"]["tensorflow"] and manifest["seeds"] == [0, 1]
    assert manifest["unanswered"] == [f"{number}.11"]
    checks = manifest["checks"]
    assert checks.keys() == homework.tasks.keys()
    assert checks.pop(task) == ["correct", ""]
    assert {status for status, _ in checks.values()} == {"not attempted"}
    told = capsys.readouterr().out
    assert f"\n{task}   correct\n" in told and f"{number}.10  not attempted: write" in told
    assert f"{number}.11  not answered\n\npacked: {packed}\n" in told


@pytest.mark.parametrize("number", HOMEWORKS)
def test_a_hand_in_with_wrong_predictions_is_not_packed(tmp_path, monkeypatch, capsys, number):
    def executed(notebook, *given):
        file = paths.BUILD / f"homework_{number}_tasks" / HOMEWORKS[number].output
        file.parent.mkdir(parents=True)
        file.write_text("row,p\n4,.7\n")
        return {"checks": {}}

    monkeypatch.setattr(handin, "_execute", executed)
    path = saved(tmp_path, number=number)
    arguments = ["--homework", str(number), "--student", "ada", "--notebook", str(path)]
    assert main(["handin", *arguments]) == 1
    said = capsys.readouterr().err
    assert HOMEWORKS[number].output in said and "expected" in said
    assert not list(paths.BUILD.rglob("*.zip*"))


def test_predictions_of_an_earlier_run_are_not_packed(tmp_path, monkeypatch):
    monkeypatch.setattr(handin, "_execute", lambda *given: {"checks": {}})
    file = paths.BUILD / "homework_1_tasks" / "predictions.csv"
    file.parent.mkdir(parents=True)
    file.write_text("row,probability,sentiment\n4,0.75,positive\n")
    packed, _ = handin.hand_in(1, "ada", saved(tmp_path))
    assert "predictions.csv" not in zipfile.ZipFile(packed).namelist()


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
    loop = "while True:\n    __import__('time').sleep(0.1)"
    said = refusal(saved(tmp_path, loop), max_seconds=3)
    assert "after 3 s it still ran, in cell 2 (while True:)" in said


def test_too_much_memory_is_refused(tmp_path):
    hoards = "hoard = bytearray(3 * 2**30)"
    assert "cell 2 (hoard" in refusal(saved(tmp_path, hoards), max_gib=1)


@pytest.mark.parametrize("name", ["", "ada lovelace", "../ada", "ada/b", "å"])
def test_a_name_that_is_no_file_name_is_refused(name):
    with pytest.raises(handin.HandInError, match="use letters"):
        handin.hand_in(1, name)


def test_an_earlier_hand_in_stays_when_a_later_one_fails(tmp_path):
    earlier = paths.HANDINS / "homework_1_ada.zip"
    earlier.parent.mkdir(parents=True)
    earlier.write_bytes(b"earlier")
    with pytest.raises(handin.HandInError):
        handin.hand_in(1, "ada", saved(tmp_path, 'open("/home/ada/reviews.csv")'))
    assert earlier.read_bytes() == b"earlier"
