"""Grading and comparing as typed: where things lie, and what an exit status means."""

import csv

import pytest

from tests.grading.notebooks import SOLVED, UNTOUCHED, with_cell, write_zip
from utils import engine, paths
from utils.__main__ import main
from utils.grading import workers
from utils.grading.results import FAILED, NOT_GRADED, UNREADABLE, Grade
from utils.homework.homeworks import HOMEWORKS


@pytest.fixture(autouse=True)
def quick(tmp_path, monkeypatch):
    """Nothing runs: who is called torn is unreadable, and this machine cannot grade unlucky."""

    monkeypatch.setattr(engine, "_SECONDS", 1)

    def graded(grade_one, number, waiting, *others):
        for student in waiting:
            status = {"torn": UNREADABLE, "unlucky": NOT_GRADED}.get(student, FAILED)
            grade = Grade(student, status, "it says why")
            grade.without_points(HOMEWORKS[1].tasks)
            yield grade

    monkeypatch.setattr(workers, "graded", graded)
    monkeypatch.setattr(paths, "GRADES", tmp_path / "grades")
    monkeypatch.setattr(paths, "ORIGINALITY", tmp_path / "originality")


@pytest.fixture
def graded(tmp_path):
    """A function: grade a folder of hand-ins of these names; the exit status."""

    def graded(folder, *students):
        for student in students:
            write_zip(tmp_path / folder / f"homework_1_{student}.zip", UNTOUCHED)
        handins = ["--handins", str(tmp_path / folder)]
        return main(["grade", "--homework", "1", *handins, "--unprotected"])

    return graded


def students(place):
    """Those in grades.csv, and those with a page of feedback."""
    with (place / "grades.csv").open(encoding="utf-8") as file:
        rows = [row["student"] for row in csv.DictReader(file)]
    return rows, sorted(page.stem for page in (place / "feedback").iterdir())


def test_each_class_has_its_own_place_and_who_left_it_has_no_page(tmp_path, graded):
    assert graded("monday", "ada", "bob") == 0
    assert graded("friday", "eve") == 0
    assert graded("last year/monday", "leo") == 0
    (tmp_path / "monday" / "homework_1_bob.zip").unlink()
    assert graded("monday") == 0
    of_homework = tmp_path / "grades" / "homework_1"
    assert students(of_homework / "monday") == (["ada"], ["ada"])
    assert students(of_homework / "friday") == (["eve"], ["eve"])
    [other] = of_homework.glob("monday-*")
    assert students(other) == (["leo"], ["leo"])
    assert (other / "folder.txt").read_text() == str(tmp_path / "last year" / "monday")
    assert (of_homework / "monday" / "results" / "bob.json").exists()  # kept, should bob return


@pytest.mark.parametrize(
    ("names", "stray", "status"),
    [
        (["ada", "torn"], None, 0),  # a broken notebook is its student's
        (["ada"], "notes.txt", 0),
        (["ada", "unlucky"], None, 1),
        (["ada", "ada-1"], None, 1),
        (["ada"], "homework_1_bob.rar", 1),
    ],
)
def test_an_exit_status_of_1_says_that_a_person_is_needed(
    tmp_path, graded, capsys, names, stray, status
):
    if stray:
        (tmp_path / "class").mkdir()
        (tmp_path / "class" / stray).touch()
    assert graded("class", *names) == status
    said = capsys.readouterr()
    assert str(tmp_path / "grades" / "homework_1" / "class") in said.out
    assert not stray or stray in said.err


def test_what_is_no_folder_is_refused_at_once(tmp_path, capsys):
    write_zip(tmp_path / "all.zip", UNTOUCHED)
    for verb in ("grade", "originality"):
        for name, why in (("all.zip", "this is a file"), ("none", "there is no such folder")):
            assert main([verb, "--homework", "1", "--handins", str(tmp_path / name)]) == 1
            assert f"{tmp_path / name}: {why}" in capsys.readouterr().err


@pytest.mark.parametrize("part", ["0/8", "9/8", "x", "1/0", "-1/8", "3/8/2"])
def test_what_is_no_part_is_refused_with_one_sentence(tmp_path, capsys, part):
    (tmp_path / "class").mkdir()
    command = ["grade", "--homework", "1", "--handins", str(tmp_path / "class"), f"--part={part}"]
    assert main(command) == 1
    said = capsys.readouterr().err
    assert f"PART={part}: expected one part of how many" in said and said.count("\n") <= 2


def test_an_engine_that_does_not_answer_is_refused_with_one_sentence(graded, tmp_path, capsys):
    assert graded("class", "ada") == 0
    (tmp_path / "grades").rename(tmp_path / "others")
    handins = ["--handins", str(tmp_path / "class")]
    for address in ("tcp://127.0.0.1:1", "scheduler"):
        assert main(["grade", "--homework", "1", *handins, "--engine", address]) == 1
        said = capsys.readouterr().err
        assert f"ENGINE={address}: " in said and "Traceback" not in said


def test_originality_needs_a_person_for_names_in_doubt_only(tmp_path, capsys):
    write_zip(tmp_path / "class" / "homework_1_ada.zip", SOLVED)
    write_zip(tmp_path / "class" / "homework_1_bob.zip", UNTOUCHED)
    (tmp_path / "class" / "homework_1_torn.zip").write_bytes(b"PK")
    command = ["originality", "--homework", "1", "--handins", str(tmp_path / "class")]
    assert main(command) == 0
    assert "homework_1_torn.zip: not compared" in capsys.readouterr().err
    write_zip(tmp_path / "class" / "homework_1_ada-1.zip", with_cell(SOLVED, "more = 1"))
    assert main(command) == 1
    assert "homework_1_ada.zip: left out" in capsys.readouterr().err
