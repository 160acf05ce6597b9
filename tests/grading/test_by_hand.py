"""Points that a person types are read, never overwritten, and make the mark."""

import csv

import pytest

from utils.grading import by_hand, pages, results
from utils.grading.by_hand import Item
from utils.grading.results import BY_HAND, FAILED, Grade
from utils.grading.solutions import question_points
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import NO_ANSWER

TASKS, QUESTIONS = HOMEWORKS[2].tasks, HOMEWORKS[2].questions
MOST = sum(task.points for task in TASKS.values())
LAST = list(TASKS)[-1]


def graded(student, answer="The **GRU**.", hand=(), **more):
    """A Grade with all points by checks, but for the tasks in `hand`."""
    found = {task: (BY_HAND if task in hand else checks.CORRECT, "") for task in TASKS}
    points = {task: 0 if task in hand else TASKS[task].points for task in TASKS}
    answers = {QUESTIONS[0]: answer, QUESTIONS[1]: NO_ANSWER}
    return Grade(student, found=found, points=points, answers=answers, **more)


def again(folder, grades, contents=None):
    """What a call of `make grade` reads and writes: (rows of grades.csv by student, sentences)."""
    asked = by_hand.items(2, grades, contents or {})
    points, sentences = by_hand.read(folder / by_hand.NAME, asked)
    marks = by_hand.marks(grades, asked, points)
    results.write_csv(folder / "grades.csv", 2, grades, marks)
    pages.write(folder, 2, grades, marks)
    with (folder / "grades.csv").open(encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}, sentences


def rows(folder):
    text = (folder / by_hand.NAME).read_text(encoding="utf-8-sig")
    return [line.split(",") for line in text.splitlines()]


def retyped(folder, change):
    """The file as a person leaves it."""
    path = folder / by_hand.NAME
    path.write_bytes(change(path.read_bytes()))


def test_what_a_person_marks_has_a_row_and_its_points_make_the_mark(tmp_path):
    grades = [graded("ada", hand=[LAST]), graded("bob", NO_ANSWER), Grade("eve", FAILED)]
    grades[2].without_points(TASKS)
    table, _ = again(tmp_path, grades)
    of = question_points(2)[QUESTIONS[0]]
    header, *others = rows(tmp_path)
    assert header == by_hand.COLUMNS
    assert [row[:4] for row in others] == [
        ["ada", f"question {QUESTIONS[0]}", "", f"{of}"],
        ["ada", f"task {LAST}", "", f"{TASKS[LAST].points}"],
    ]
    # Who answered nothing has nothing to be marked.
    assert (table["ada"]["mark"], table["bob"]["mark"], table["eve"]["mark"]) == ("", f"{MOST}", "")
    assert [table["bob"][question] for question in QUESTIONS] == ["0"] * len(QUESTIONS)
    assert table["ada"][QUESTIONS[0]] == ""
    waiting = (tmp_path / "feedback" / "ada.html").read_text(encoding="utf-8")
    assert f"still missing: question {QUESTIONS[0]}, task {LAST}." in waiting
    assert f"– of {TASKS[LAST].points}" in waiting and f"– of {of}" in waiting

    retyped(tmp_path, lambda text: text.replace(b",,", b",3,", 1).replace(b",,", b",1.5,", 1))
    typed = (tmp_path / by_hand.NAME).read_bytes()
    table, sentences = again(tmp_path, grades)
    mark = f"{MOST - TASKS[LAST].points + 4.5:g}"
    assert (table["ada"]["mark"], table["ada"][LAST], sentences) == (mark, "1.5", [])
    assert (tmp_path / by_hand.NAME).read_bytes() == typed
    page = (tmp_path / "feedback" / "ada.html").read_text(encoding="utf-8")
    assert f"<b>{mark} of {by_hand.most(2)} points</b>" in page and "marked by a person" in page
    assert f"{mark} of {by_hand.most(2)}</td>" in (tmp_path / "summary.html").read_text("utf-8")
    assert f"3 of {of}" in (tmp_path / "answers.html").read_text("utf-8")


def test_a_third_hint_costs_a_task_marked_by_hand_as_well():
    grade = graded("ada", NO_ANSWER, hand=[LAST], hints={LAST: [3]})
    [item] = by_hand.items(2, [grade], {})
    assert item.of == TASKS[LAST].points - TASKS[LAST].third_hint_costs


def test_typed_points_stay_when_students_come_and_go(tmp_path):
    ada, bob = graded("ada"), graded("bob")
    again(tmp_path, [ada, bob])
    retyped(tmp_path, lambda text: text.replace(b",,", b",3,") + b"my own line\n")
    before = (tmp_path / by_hand.NAME).read_bytes()
    table, sentences = again(tmp_path, [bob, graded("eve")])
    after = (tmp_path / by_hand.NAME).read_bytes()
    assert after.startswith(before) and after.count(b"\n") == before.count(b"\n") + 1
    assert table["bob"]["mark"] and not table["eve"]["mark"]
    [said] = sentences
    assert f"ada, question {QUESTIONS[0]} has 3 points, but there is nothing of that name" in said
    table, sentences = again(tmp_path, [ada, bob, graded("eve")])
    assert table["ada"]["mark"] == f"{MOST + 3}" and not sentences


def test_points_for_an_answer_that_was_changed_do_not_count_for_the_new_one(tmp_path):
    again(tmp_path, [graded("ada")])
    retyped(tmp_path, lambda text: text.replace(b",,", b",3,"))
    for _ in range(2):
        table, [said] = again(tmp_path, [graded("ada", "The LSTM.")])
        assert table["ada"]["mark"] == "" and "points for what was handed in before" in said
    assert [row[2] for row in rows(tmp_path)[1:]] == ["3", ""]
    retyped(tmp_path, lambda text: text.replace(b",,", b",2,"))
    table, _ = again(tmp_path, [graded("ada", "The LSTM.")])
    assert table["ada"]["mark"] == f"{MOST + 2}"


def test_points_for_a_task_hold_for_one_hand_in(tmp_path):
    ada = [graded("ada", NO_ANSWER, hand=[LAST])]
    again(tmp_path, ada, {"ada": b"one"})
    retyped(tmp_path, lambda text: text.replace(b",,", b",1,"))
    assert again(tmp_path, ada, {"ada": b"one"})[0]["ada"]["mark"]
    assert not again(tmp_path, ada, {"ada": b"other"})[0]["ada"]["mark"]


@pytest.mark.parametrize(
    "saved",
    [
        "student;what;points;of\nZoë;question 2.11;2,5;5\n",
        "student\twhat\tpoints\nZoë\tquestion 2.11\t2.5\n",
        "\ufeffStudent,What,Points,of,version,remark\nzoë , question 2.11, 2.5 ,5,,well done\n",
        'student,what,points\n"Zoë","question 2.11","2,5"',
        "what,points,student\r\nquestion 2.11,2.5,Zoë\r\n,,\r\nquestion 2.11,2.50,Zoë",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_file_that_a_spreadsheet_saved_is_read(tmp_path, saved, encoding):
    path = tmp_path / by_hand.NAME
    path.write_bytes(saved.encode(encoding, errors="ignore"))
    items = [Item("Zoë", "question 2.11", 5, "v1"), Item("Zoë", "question 2.12", 5, "v2")]
    assert by_hand.read(path, items) == ({items[0]: 2.5}, [])
    assert path.read_bytes().startswith(saved.encode(encoding, errors="ignore"))
    assert by_hand.read(path, items) == ({items[0]: 2.5}, [])
    assert path.read_bytes().count(b"2.12") == 1


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ("6", "has '6' as points, expected a number from 0 to 5"),
        ("-1", "has '-1' as points"),
        ("good", "has 'good' as points"),
        ("nan", "has 'nan' as points"),
        ("3\nada,question 2.11,4", "has 3 and 4 points in different rows: none counts"),
    ],
)
def test_points_that_cannot_be_meant_are_named_and_do_not_count(tmp_path, points, says):
    path = tmp_path / by_hand.NAME
    path.write_text(f"student,what,points\nada,question 2.11,{points}\n")
    before = path.read_bytes()
    found, [said] = by_hand.read(path, [Item("ada", "question 2.11", 5, "v1")])
    assert found == {} and says in said
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"ada 3\n", b"\0\0\0", b'"' * 300_000, b"\xff\xfe\0"])
def test_a_file_that_is_no_such_table_is_named_and_left_as_it_is(tmp_path, content):
    path = tmp_path / by_hand.NAME
    path.write_bytes(content)
    found, [said] = by_hand.read(path, [Item("ada", "question 2.11", 5, "v1")])
    assert found == {} and "does not name the columns student, what, points" in said
    assert path.read_bytes() == content
