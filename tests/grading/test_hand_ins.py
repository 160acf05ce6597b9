"""Files that are handed in: whose they are, and which hold no homework."""

import zipfile

import nbformat
import pytest

from tests.grading.notebooks import SOLVED, UNTOUCHED, place_of, with_cell, write_zip
from utils.grading import hand_ins
from utils.grading.results import MISSING, UNREADABLE

NAME = "homework_1_tasks.ipynb"


def test_students_are_who_the_names_say(tmp_path):
    for name in ("homework_1_ada.zip", "Eve.ipynb", ".hidden.zip", "__MACOSX/bob.zip", "notes.rar"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "leo").mkdir()
    (tmp_path / "leo" / NAME).touch()
    found, others = hand_ins.find(1, tmp_path)
    assert {name: path.name for name, path in found.items()} == {
        "ada": "homework_1_ada.zip",
        "Eve": "Eve.ipynb",
        "leo": NAME,
    }
    rar = tmp_path / "notes.rar"
    assert others == [f"{rar}: not graded, it is neither a .zip nor an .ipynb."]


def test_two_files_of_one_student_and_folders_without_any_are_refused(tmp_path):
    with pytest.raises(hand_ins.GradeError, match="there is no such folder"):
        hand_ins.find(1, tmp_path / "nothing")
    with pytest.raises(hand_ins.GradeError, match="no hand-in"):
        hand_ins.find(1, tmp_path)
    (tmp_path / "homework_1_.zip").touch()
    with pytest.raises(hand_ins.GradeError, match="says of nobody"):
        hand_ins.find(1, tmp_path)
    for name in ("homework_1_ada.zip", "Ada.ipynb"):
        (tmp_path / name).touch()
    with pytest.raises(hand_ins.GradeError, match=r"are both hand-ins of .da: move one away"):
        hand_ins.find(1, tmp_path)


def test_a_notebook_is_read_from_whatever_folder_of_a_zip(tmp_path):
    answered = with_cell(SOLVED, "", 0)
    answered.cells[place_of(answered, "question-1-11")].source = "Padding \x1b[2Kleaks."
    write_zip(tmp_path / "ada.zip", answered, f"ada/{NAME}")
    notebook, answers = hand_ins.read(tmp_path / "ada.zip", 1)
    assert len(notebook.cells) == len(answered.cells)
    assert answers["1.11"] == "Padding  [2Kleaks."


def renamed(path):
    write_zip(path, SOLVED, "my homework.ipynb")


def climbs(path):
    write_zip(path, SOLVED, f"../{NAME}")


def twice(path):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(NAME, "{}")
        packed.writestr(f"again/{NAME}", "{}")


def odd(path):
    notebook = with_cell(UNTOUCHED, "", 0)
    notebook.cells[0].metadata["nbgrader"] = "no dictionary"
    write_zip(path, notebook)


def of_another_homework(path):
    write_zip(path, nbformat.v4.new_notebook())


def damaged(path):
    write_zip(path, UNTOUCHED)
    path.write_bytes(path.read_bytes().replace(b"split_rows", b"split_cows", 1))


def link(path):
    path.symlink_to("/etc/passwd")


def inner_link(path):
    info = zipfile.ZipInfo(NAME)
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(info, "/etc/passwd")


def torn(path):
    path.write_bytes(b"PK of a zip")


def huge(path):
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open(NAME, "w") as member,
    ):
        for _ in range(11):
            member.write(bytes(10**6))


@pytest.mark.parametrize(
    ("write", "status", "words"),
    [
        (renamed, MISSING, "is not in the zip"),
        (climbs, MISSING, "is not in the zip"),
        (twice, UNREADABLE, "is in the zip 2 times"),
        (odd, UNREADABLE, "as Jupyter saves them"),
        (of_another_homework, UNREADABLE, "the checks of homework 1 are not in it"),
        (damaged, UNREADABLE, "it cannot be opened"),
        (link, UNREADABLE, "this is a link"),
        (inner_link, UNREADABLE, "this is not a notebook"),
        (torn, UNREADABLE, "it cannot be opened"),
        (huge, UNREADABLE, "more than 10 MB"),
    ],
)
def test_what_is_no_homework_is_named(tmp_path, write, status, words):
    path = tmp_path / "ada.zip"
    write(path)
    with pytest.raises(hand_ins.NotRun) as refused:
        hand_ins.read(path, 1)
    assert refused.value.args[0] == status
    assert words in refused.value.args[1]
