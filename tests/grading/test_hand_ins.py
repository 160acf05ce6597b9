"""Files that are handed in: whose they are, and which hold no homework."""

import contextlib
import json
import tempfile
import zipfile
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.grading.notebooks import SOLVED, UNTOUCHED, place_of, with_cell, write_zip
from utils.grading import hand_ins, results
from utils.grading.results import MISSING, UNREADABLE

NAME = "homework_1_tasks.ipynb"
SAID = ["student", "packed", "cells", "nbformat", "metadata", "source", "cell_type"]


def make(folder, *names, **files):
    """Empty files of these names in a folder, or files with other contents."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())


def packed(path, said, notebook=UNTOUCHED):
    """A zip as `handin` packs it, with what its manifest says."""
    write_zip(path, notebook)
    with zipfile.ZipFile(path, "a") as more:
        more.writestr("manifest.json", json.dumps(said))


def who(found):
    """{student: file's name} of what was found."""
    return {student: path.name for student, path in found.of.items()}


def test_students_are_who_the_names_say(tmp_path):
    make(tmp_path, "homework_1_ada.zip", "Eve.ipynb", ".hidden.zip", "__MACOSX/bob.zip")
    make(tmp_path, f"leo/{NAME}", "notes.txt")
    found = hand_ins.find(1, tmp_path)
    assert who(found) == {"ada": "homework_1_ada.zip", "Eve": "Eve.ipynb", "leo": NAME}
    notes = tmp_path / "notes.txt"
    assert found.others == [f"{notes}: left out, it is neither a .zip nor an .ipynb."]
    assert found.flagged == []


def test_folders_without_hand_ins_and_what_is_no_folder_are_refused(tmp_path):
    with pytest.raises(hand_ins.GradeError, match="there is no such folder"):
        hand_ins.find(1, tmp_path / "nothing")
    with pytest.raises(hand_ins.GradeError, match="no hand-in"):
        hand_ins.find(1, tmp_path)
    make(tmp_path, "all.zip")
    with pytest.raises(hand_ins.GradeError, match="this is a file: name the folder"):
        hand_ins.find(1, tmp_path / "all.zip")


@pytest.mark.parametrize(
    ("earlier", "later", "student"),
    [
        ("homework_1_ada.zip", "homework_1_ada-1.zip", "ada"),
        ("byronada_4711_99120_hw.zip", "byronada_LATE_4711_99121_hw-1.zip", "byronada_4711"),
        (f"Ada_1_assignsubmission_file/{NAME}", "Ada_1_assignsubmission_file/-1.ipynb", "Ada_1"),
        (
            f"homework1_ada_b_attempt_2026-11-01-12-00-00_{NAME}",
            "homework1_ada_b_attempt_2026-11-02-08-30-00_mine.ipynb",
            "ada_b",
        ),
        (
            f"4711-99120 - Ada Byron - Nov 30, 2026 1200 PM/{NAME}",
            f"4711-99120 - Ada Byron - Dec 1, 2026 1130 AM/{NAME}",
            "Ada_Byron_4711",
        ),
    ],
)
def test_the_later_attempt_is_taken_and_the_earlier_named(tmp_path, earlier, later, student):
    if later.endswith("/-1.ipynb"):
        later = later.replace("-1.ipynb", NAME.replace(".ipynb", "-1.ipynb"))
    make(tmp_path, "homework_1_bob.zip", earlier, later)
    found = hand_ins.find(1, tmp_path)
    assert found.of == {"bob": tmp_path / "homework_1_bob.zip", student: tmp_path / later}
    [sentence] = found.flagged
    assert sentence.startswith(f"{tmp_path / earlier}: left out, {tmp_path / later} is a later")
    (tmp_path / later).unlink()  # the remedy
    assert hand_ins.find(1, tmp_path).of[student] == tmp_path / earlier
    assert hand_ins.find(1, tmp_path).flagged == []


def test_manifests_say_which_copy_is_later_and_whose_a_number_is(tmp_path):
    packed(tmp_path / "homework_1_ada.zip", {"student": "ada", "packed": "2026-11-02T10:00:00Z"})
    packed(
        tmp_path / "homework_1_ada (1).zip", {"student": "ada", "packed": "2026-11-01T10:00:00Z"}
    )
    packed(tmp_path / "homework_1_team.zip", {"student": "team"})
    packed(tmp_path / "homework_1_team-1.zip", {"student": "team-1"})
    packed(tmp_path / "homework_1_eve-1.zip", {"student": "eve"})
    found = hand_ins.find(1, tmp_path)
    assert who(found) == {
        "ada": "homework_1_ada.zip",
        "eve": "homework_1_eve-1.zip",
        "team": "homework_1_team.zip",
        "team-1": "homework_1_team-1.zip",
    }
    assert len(found.flagged) == 1 and "homework_1_ada (1).zip: left out" in found.flagged[0]


def test_nothing_is_lost_where_nothing_says_which_is_later(tmp_path):
    make(tmp_path, "homework_1_ada.zip", "homework_1_ada.ipynb", "homework_1_Ada (1).zip")
    make(tmp_path, "a/homework_1_bob.zip", "b/homework_1_bob.zip")
    found = hand_ins.find(1, tmp_path)
    assert set(found.of) == {"Ada", "ada-1", "ada-2", "a_bob", "b_bob"}
    assert len(found.flagged) == 2
    assert all("nothing says which is the latest" in sentence for sentence in found.flagged)


def test_equal_copies_are_one(tmp_path):
    make(tmp_path, "homework_1_ada.zip")
    (tmp_path / "homework_1_ada - Kopie.zip").write_bytes(
        (tmp_path / "homework_1_ada.zip").read_bytes()
    )
    found = hand_ins.find(1, tmp_path)
    assert set(found.of) == {"ada"} and found.flagged == []
    assert "left out, it equals" in found.others[0]


def test_a_manifest_that_contradicts_is_no_reason_to_believe_it(tmp_path):
    packed(tmp_path / "homework_1_ada.zip", {"student": "ada", "packed": "2026-11-01T10:00:00Z"})
    packed(tmp_path / "homework_1_eve.zip", {"student": "ada", "packed": "2099-01-01T00:00:00Z"})
    packed(tmp_path / "homework_1.zip", {"student": "ada", "packed": "2099-01-01T00:00:01Z"})
    found = hand_ins.find(1, tmp_path)
    assert set(found.of) == {"ada", "eve", "homework_1"}
    assert sum("but the manifest in it says ada" in sentence for sentence in found.flagged) == 1
    assert sum("does not say whose it is" in sentence for sentence in found.flagged) == 1
    assert found.of["ada"].name == "homework_1_ada.zip"


def test_a_name_that_says_nobody_is_graded_and_can_be_mended(tmp_path):
    make(tmp_path, NAME, "homework_1_tasks (1).ipynb", "homework_1_ada.zip", "homework_1_.zip")
    found = hand_ins.find(1, tmp_path)
    assert len(found.of) == 4 and len(found.flagged) == 3
    for name, student in ((NAME, "bob"), ("homework_1_tasks (1).ipynb", "eve")):
        (tmp_path / name).rename(tmp_path / f"homework_1_{student}.ipynb")
    (tmp_path / "homework_1_.zip").rename(tmp_path / "homework_1_leo.zip")
    assert hand_ins.find(1, tmp_path).flagged == []


def test_what_does_not_fit_into_memory_is_named_and_not_graded(tmp_path):
    make(tmp_path, "homework_1_ada.zip", "homework_1_bob.zip", "video.mp4")
    for name in ("homework_1_bob.zip", "video.mp4"):
        with (tmp_path / name).open("r+b") as file:
            file.truncate(2_100_000_000)  # a hole, which takes no room
    found = hand_ins.find(1, tmp_path)
    assert list(found.of) == ["ada"]
    (flagged,) = found.flagged
    assert "homework_1_bob.zip: left out, it has 2.1 GB, at most 2: ask for" in flagged


def test_a_zip_of_hand_ins_is_named_for_what_it_is(tmp_path):
    for student in ("ada", "bob"):
        write_zip(tmp_path / "unpacked" / f"homework_1_{student}.zip", UNTOUCHED)
    folder = tmp_path / "handins"
    folder.mkdir()
    with zipfile.ZipFile(folder / "submissions.zip", "w") as all_of_them:
        for path in (tmp_path / "unpacked").iterdir():
            all_of_them.write(path, f"{path.stem}_4711/{path.name}")
    with pytest.raises(hand_ins.GradeError, match=r"zip of hand-ins, of 2 students \(ada, bob\)"):
        hand_ins.find(1, folder)
    zipfile.ZipFile(folder / "submissions.zip").extractall(folder)
    (folder / "submissions.zip").unlink()
    assert set(hand_ins.find(1, folder).of) == {"ada", "bob"}


def test_two_notebooks_of_one_student_are_no_class(tmp_path):
    with zipfile.ZipFile(tmp_path / "homework_1_ada.zip", "w") as one:
        one.writestr(NAME, "{}")
        one.writestr("old/homework_1_first.ipynb", "{}")
        one.writestr("old/homework_1_second.ipynb", "{}")
    assert set(hand_ins.find(1, tmp_path).of) == {"ada"}


def test_other_files_are_asked_about_where_a_student_has_nothing_else(tmp_path):
    make(tmp_path, "homework_1_ada.zip", "homework_1_ada.html", "homework_1_bob.pdf", "eve.rar")
    make(tmp_path, "Leo_1_assignsubmission_file/answers.docx", "notes.txt")
    found = hand_ins.find(1, tmp_path)
    asked = [sentence.rsplit(": ", 1)[1] for sentence in found.flagged]
    assert asked == ["ask Leo_1 for one.", "ask eve for one.", "ask bob for one."]
    assert len(found.others) == 2


def test_what_may_not_be_read_is_named(tmp_path, monkeypatch):
    make(tmp_path, "homework_1_ada.zip", "homework_1_bob.zip", f"leo/{NAME}")
    shut = {tmp_path / "homework_1_bob.zip", tmp_path / "leo"}
    monkeypatch.setattr(hand_ins.os, "access", lambda path, mode: path not in shut)
    found = hand_ins.find(1, tmp_path)
    assert "ada" in found.of and "bob" not in found.of
    assert sum("you have no right to read it" in sentence for sentence in found.flagged) == 2


NAMES = st.text(min_size=1, max_size=40).filter(lambda name: not set(name) & set("/\0"))
PARTS = st.sampled_from(
    ["homework_1", "_tasks", "_ada", "-1", " (1)", " - Copy", "_4711_99120_", "_LATE", "ADA", ". ",
     "_assignsubmission_file_", "_attempt_2026-11-01-12-00-00_", "con", "e\u0301", "\u00e9"]
)  # fmt: skip
FILES = st.tuples(
    st.one_of(st.just(""), NAMES.map(lambda name: name + "/"), PARTS.map(lambda name: name + "/")),
    st.one_of(NAMES, st.lists(PARTS, min_size=1, max_size=5).map("".join)),
    st.sampled_from([".zip", ".ipynb", ".ZIP", ".ipynb.txt", ".txt", ".rar", ""]),
).map("".join)


@settings(max_examples=100)
@given(st.dictionaries(FILES, st.binary(max_size=20), max_size=8))
def test_any_names_are_hand_ins_or_named_in_a_sentence(files):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, contents in files.items():
            with contextlib.suppress(OSError, ValueError):  # what this system cannot write
                path = folder / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(contents)
        there = list(hand_ins.visible(folder))
        try:
            found = hand_ins.find(1, folder)
        except hand_ins.GradeError as refused:
            assert all(results.one_line(path) in str(refused) for path in there)
            return
        said = "\n".join(found.flagged + found.others)
        graded = set(found.of.values())
        assert len({student.casefold() for student in found.of}) == len(graded)
        assert all(path in graded or results.one_line(path) in said for path in there)
        for student in found.of:
            (folder / f"{student}.html.part").write_text(student, encoding="utf-8")


MEMBERS = st.one_of(st.just("manifest.json"), st.just(NAME), st.just("a/b.zip"), NAMES)
CONTENTS = st.one_of(
    st.binary(max_size=50),
    st.just(b"[" * 5000),
    st.recursive(
        st.none() | st.text(max_size=5) | st.floats() | st.integers(),
        lambda deeper: st.lists(deeper) | st.dictionaries(st.sampled_from(SAID), deeper),
        max_leaves=8,
    ).map(lambda said: json.dumps(said).encode()),
)


@settings(max_examples=100)
@given(st.dictionaries(MEMBERS, CONTENTS, max_size=4), st.data())
def test_any_zip_is_read_or_has_a_reason(members, data):
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "homework_1_ada.zip")
        with zipfile.ZipFile(path, "w") as file:
            for member, contents in members.items():
                with contextlib.suppress(UnicodeEncodeError):
                    file.writestr(member, contents)
        raw = bytearray(path.read_bytes())
        changes = st.tuples(st.integers(0, len(raw) - 1), st.integers(0, 255))
        for place, value in data.draw(st.lists(changes, max_size=6)):
            raw[place] = value
        path.write_bytes(raw)
        try:
            of = hand_ins.find(1, name).of
        except hand_ins.GradeError as refused:
            assert str(path) in str(refused)
            return
        assert list(of.values()) == [path]
        with contextlib.suppress(hand_ins.NotRun):
            hand_ins.read(path, 1)


def test_a_notebook_is_read_from_whatever_folder_of_a_zip(tmp_path):
    answered = with_cell(SOLVED, "", 0)
    answered.cells[place_of(answered, "question-1-14")].source = "Padding \x1b[2Kleaks."
    write_zip(tmp_path / "ada.zip", answered, f"ada/{NAME}")
    notebook, answers = hand_ins.read(tmp_path / "ada.zip", 1)
    assert len(notebook.cells) == len(answered.cells)
    assert answers["1.14"] == "Padding  [2Kleaks."


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


def test_a_notebook_with_another_name_or_odd_metadata_is_read(tmp_path):
    for write in (renamed, odd):
        write(tmp_path / "ada.zip")
        assert hand_ins.read(tmp_path / "ada.zip", 1)[0].cells


@pytest.mark.parametrize(
    ("write", "status", "words"),
    [
        (climbs, MISSING, "is not in the zip"),
        (twice, UNREADABLE, "is in the zip 2 times"),
        (of_another_homework, UNREADABLE, "the checks of homework 1 are not in it"),
        (damaged, UNREADABLE, "it cannot be opened"),
        (link, UNREADABLE, "this is a link"),
        (inner_link, UNREADABLE, "this is no notebook"),
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


def test_a_zip_of_the_whole_course_is_one_students_and_one_of_notebooks_is_not(tmp_path):
    with zipfile.ZipFile(tmp_path / "homework_1_ada.zip", "w") as packed:
        packed.writestr(f"course/notebooks/homework/homework_1/{NAME}", nbformat.writes(SOLVED))
        packed.writestr("course/build/handins/homework_1_ada.zip", b"earlier")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        for name in ("ada", "bob", "eve"):
            packed.writestr(f"{name}.ipynb", nbformat.writes(SOLVED))
    found = hand_ins.find(1, tmp_path)
    assert list(found.of) == ["ada"]
    assert "a zip of hand-ins, of 3 students (ada, bob, eve)" in found.flagged[0]
    hand_ins.read(found.of["ada"], 1)


def test_a_notebook_of_another_name_is_its_folders(tmp_path):
    make(tmp_path, "Ada Byron/Untitled.ipynb", "eve.ipynb")
    assert set(hand_ins.find(1, tmp_path).of) == {"Ada_Byron", "eve"}
