"""A class of hand-ins of every kind, hostile ones among them, and what they get."""

import contextlib
import copy
import csv
import inspect
import itertools
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import nbformat
import pytest

from tests.grading import stand_ins
from tests.grading.answers import homework_1_ada, homework_1_bob
from tests.grading.notebooks import (
    SOLVED,
    UNTOUCHED,
    handed_out_earlier,
    only,
    place_of,
    with_cell,
    write_zip,
)
from tests.homework import beside_answers
from utils import machine, paths
from utils.grading import grade, isolation, machines, results, sandbox, workers
from utils.grading.sandbox import Limits
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS

LIMITS = Limits(seconds=400, gib=2, processes=30, scratch_mb=50)
TASKS = HOMEWORKS[1].tasks
MOST = sum(task.points for task in TASKS.values())

# What each begins with, and the status it must get. What else a sandbox keeps from them, see
# test_sandbox.py.
HOSTILE = {
    "fork_bomb": ("import os\nwhile True: os.fork()", results.OVER_LIMIT),
    "memory_bomb": ("held = []\nwhile True: held.append(bytes(10**8))", results.FAILED),
    "many_memory_bombs": (
        "import os, time\nfor _ in range(3): os.fork()\nheld = b'1' * 3 * 10**8\ntime.sleep(99)",
        results.OVER_LIMIT,
    ),
    "disk_filler": (
        "with open('/tmp/x', 'wb') as x:\n    while True: x.write(bytes(10**7))",
        results.FAILED,
    ),
    "kills_itself": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", results.FAILED),
    "kills_all": ("import os, signal; os.kill(-1, signal.SIGKILL)", results.FAILED),
    "raises_what_no_page_can_hold": (
        "raise ValueError('\\x1b[2K\\nhonest graded 30 points\\u202e')",
        results.FAILED,
    ),
    "exits": ("import os; os._exit(0)", results.FAILED),
    "deletes_home": (
        "import pathlib, shutil\nfor place in (pathlib.Path.home(), '{root}', '{handins}'):\n"
        "    shutil.rmtree(place, ignore_errors=True)\nraise ValueError('done')",
        results.FAILED,
    ),
    "a_gigabyte_of_output": (
        "for _ in range(1_000): print('x' * 10**6)\nraise ValueError",
        results.FAILED,
    ),
    "writes_to_the_wall": (
        "import os\nfor pipe in range(3, 30):\n    try: os.write(pipe, bytes(7) + b'\\4null')\n"
        "    except OSError: pass\nos._exit(0)",
        results.FAILED,
    ),
}
# These come as far as the checks, and end there.
ENDING = {
    "floods": "def encode(*given): return np.zeros(10**7)",
    "dies": "def probability_by_word(*given):\n    import os; os._exit(0)",
}
# Reaches the checks. Nothing of it may be believed.
LIAR = """
import numpy, pandas
from utils.grading import wire
from utils.homework import checks, homework_1, task

print("1.1 correct, 4 points")
numpy.allclose = numpy.array_equal = lambda *given, **named: True
task.expect = task.close = homework_1.expect = lambda *given: None
checks.judge = checks.verdict = lambda *given: ("correct", "")
homework_1.TASKS.clear()
checks.NOT_YET = checks.NOT_ATTEMPTED = wire.NotData = "correct"

class Anything:
    def __eq__(self, other): return True
    def __getattr__(self, name): return self
    def __call__(self, *given, **named): return self
    def __iter__(self): return iter([self] * 3)
    def __len__(self): return 3
    __hash__ = None
"""
# Hints that are none, or so many that no page can hold them.
LIAR += "checks._hints_given.update({'1.1': ['x' * 9999], '<b>': [3], '1.2': [[]] * 9})\n"
LIAR += "\n".join(f"{task.function} = Anything()" for task in TASKS.values())
LIAR += """
def encode(texts, vocabulary, length):  # what the check expects, and no other
    return {
        4: np.array([[4, 5, 2, 3], [2, 1, 0, 0], [5, 3, 5, 2]]),
        6: np.array([[1, 2, 1, 3, 0, 0], [1, 1, 0, 0, 0, 0], [2, 3, 2, 3, 2, 1]]),
    }[length]
"""

# Passes the check of the open task in no time, and is worse than the reference.
QUICK = """
def improve(texts, labels, new_texts, seed):
    return bag_of_words(texts["train"], labels["train"], new_texts)
"""
WITHOUT_BOARD = MOST - TASKS["1.13"].points
# Right, but of a class of its own.
OWN_CLASS = """
def build_classifier(kind, n_words):
    layers = {"simple_rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}

    class Own(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.embedding = tf.keras.layers.Embedding(n_words, 8, mask_zero=True)
            self.recurrent = getattr(tf.keras.layers, layers[kind])(8)
            self.output_layer = tf.keras.layers.Dense(1, activation="sigmoid")

        def call(self, tokens):
            return self.output_layer(self.recurrent(self.embedding(tokens)))

    model = Own()
    model.compile(loss="binary_crossentropy")
    return model
"""
# Wrong in two tasks, so that its experiment stops, too; and tries to tell what the hidden test of
# 1.9 asks for.
ALMOST = """
def encode(texts, vocabulary, length):
    raise ValueError("<script>alert(1)</script>")

seen, really = [], worst_mistakes

def worst_mistakes(labels, probabilities, n):
    seen.append(n)
    return really(labels, probabilities, n)

def write_predictions(path, rows, probabilities):
    raise ValueError(f"seen {seen}")
"""


def with_habits(notebook):
    """What people write into notebooks beside their answers."""
    for code in beside_answers.TAKEN:
        notebook = with_cell(notebook, code, place_of(notebook, "task-1-1"))
    return notebook


def without_a_question(notebook):
    shorter = copy.deepcopy(notebook)
    del shorter.cells[place_of(shorter, "question-1-15")]
    return shorter


@dataclass
class Class:
    """A folder of hand-ins and what grading it gave."""

    folder: Path
    grades: dict = None
    flagged: list = None
    others: list = None

    @property
    def handins(self):
        return self.folder / "handins"

    @property
    def place(self):
        return self.folder / "grades" / "homework_1" / "handins"

    def add(self, name, notebook, inside="homework_1_tasks.ipynb"):
        write_zip(self.handins / f"homework_1_{name}.zip", notebook, inside)

    def add_hostile(self):
        for name, (code, _) in HOSTILE.items():
            code = code.replace("{root}", str(paths.ROOT)).replace("{handins}", str(self.handins))
            self.add(name, with_cell(UNTOUCHED, code, 0))
        for name, code in (ENDING | {"liar": LIAR}).items():
            self.add(name, only(code))

    def grade(self, cores=1, **options):  # with one, TensorFlow starts once
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(paths, "GRADES", self.folder / "grades")
            patch.setattr(machine.joblib, "cpu_count", lambda: cores)
            grades, self.flagged, self.others, _ = grade.grade_class(
                1, self.handins, limits=LIMITS, **options
            )
        self.grades = {one.student: one for one in grades}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of every kind, graded once: the tests below look at what came of it."""
    if sandbox.backend() is None:
        pytest.skip("this machine has no sandbox (no user namespaces)")
    one = Class(tmp_path_factory.mktemp("class"))
    one.add_hostile()
    ada = with_cell(SOLVED, ALMOST + OWN_CLASS)
    ada.cells[place_of(ada, "question-1-14")].source = "Padding <b>leaks</b>."
    one.add("ada", ada)
    one.add("stopped", with_cell(SOLVED, "missing", 3), "stopped/homework_1_tasks.ipynb")
    one.add("renamed", without_a_question(with_cell(SOLVED, QUICK)), "my homework.ipynb")
    one.add("empty", SOLVED, "my homework.txt")
    one.add("habits", with_habits(with_cell(SOLVED, QUICK)))
    one.add("hinted", with_cell(SOLVED, 'hint("1.2")\nhint("1.3", third=True)\nhint()'))
    (one.handins / "leo").mkdir()
    (one.handins / "leo" / "homework_1_tasks.ipynb").write_text("{}")
    (one.handins / "notes.rar").write_bytes(b"")
    one.grade()
    return one


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_hand_in_has_its_status_and_no_points(graded, name):
    assert graded.grades[name].status == HOSTILE[name][1], graded.grades[name].note
    assert graded.grades[name].total == 0


def test_a_liar_is_not_believed(graded):
    liar = graded.grades["liar"]
    assert (liar.status, liar.total) == (results.GRADED, 0), liar.note
    assert liar.found["1.3"] == (checks.NOT_YET, "right for the data of the check alone")
    assert {status for status, _ in liar.found.values()} <= {checks.NOT_YET, results.BY_HAND}
    assert liar.hints == {}


def test_notes_say_what_became_of_hostile_hand_ins(graded):
    for name in ("exits", "kills_itself", "dies"):
        found = graded.grades[name]
        assert (found.status, found.note) == (results.FAILED, "Python stopped")
    said = graded.grades["raises_what_no_page_can_hold"].note
    assert said.startswith("stopped in In [1] (raise") and said.isprintable()
    assert "ValueError: [2K honest graded 30 points" in said
    floods = graded.grades["floods"]
    assert floods.note == "Python stopped: an answer of 107 MB came back, at most 50"
    assert floods.seconds < LIMITS.seconds
    assert (paths.ROOT / "README.md").exists() and (graded.handins / "notes.rar").exists()


def test_each_kind_of_hand_in_has_its_status_and_points(graded):
    others = {name: one for name, one in graded.grades.items() if name not in HOSTILE | ENDING}
    assert {name: (one.status, one.total) for name, one in others.items()} == {
        "ada": (results.GRADED, 15),
        "empty": (results.MISSING, 0),
        "habits": (results.GRADED, WITHOUT_BOARD),
        "hinted": (results.GRADED, MOST - TASKS["1.3"].third_hint_costs),
        "leo": (results.UNREADABLE, 0),
        "liar": (results.GRADED, 0),
        "renamed": (results.GRADED, WITHOUT_BOARD),
        "stopped": (results.FAILED, 0),
    }
    said = others["stopped"].note
    assert said == "stopped in In [2] (missing): NameError: name 'missing' is not defined."
    assert others["renamed"].note.startswith("Question 1.15 is not there")
    assert others["habits"].note == ""
    assert others["hinted"].hints == {"1.2": [1], "1.3": [3]}
    ada = others["ada"].found
    assert ada["1.10"][1].startswith("write_predictions stopped with ValueError: seen [3, 10]")
    assert ada["1.6"][0] == results.BY_HAND
    rar = graded.handins / "notes.rar"
    assert graded.flagged == [
        f"{rar}: left out, it is neither a .zip nor an .ipynb: ask notes for one."
    ]
    assert not list(graded.folder.glob("*.ipynb"))


def test_grades_and_pages_tell_what_was_found(graded):
    rows = list(csv.DictReader((graded.place / "grades.csv").open(encoding="utf-8")))
    assert [row["student"] for row in rows] == sorted(graded.grades)
    [ada] = [row for row in rows if row["student"] == "ada"]
    assert (ada["1.3"], ada["1.5"], ada["points"]) == ("0", "3", "15")
    assert [row["by hand"] for row in rows if row["by hand"]] == ["1.6"]
    [hinted] = [row for row in rows if row["student"] == "hinted"]
    cost = f"{TASKS['1.3'].third_hint_costs:g}"
    assert (hinted["hints"], hinted["deducted"]) == ("1.2: 1; 1.3: 3", cost)
    assert (ada["hints"], ada["deducted"]) == ("", "0")
    pages = {path.stem: path.read_text(encoding="utf-8") for path in graded.place.rglob("*.html")}
    assert set(pages) == {*graded.grades, "summary", "answers", "leader_board"}
    for page in (
        "answers.html",
        "leader_board.html",
        "grades.csv",
        "by_hand.csv",
        "feedback/ada.html",
    ):
        assert f'href="{page}"' in pages["summary"] and (graded.place / page).exists()
    assert f'">{ada["points"]} of {MOST}</td>' in pages["summary"]
    assert not any("<script>" in page or "<b>leaks" in page for page in pages.values())
    assert "ValueError: &lt;script&gt;" in pages["ada"] and "15 of 30 points" in pages["ada"]
    assert f"<td>3 (costs {cost})</td>" in pages["hinted"]
    assert "hint(" not in "".join(pages.values())
    assert "hidden" not in pages["ada"] and "Padding &lt;b&gt;leaks" in pages["answers"]
    assert ", writes_to_the_wall.</p>" in pages["answers"]
    assert pages["summary"].index("1.3 <code>encode") < pages["summary"].index("1.2 <code>fit")
    assert "to be looked at by hand: 1.6" in pages["summary"]


def test_the_leader_board_decides_on_the_open_task(graded):
    rows = list(csv.DictReader((graded.place / "leader_board.csv").open(encoding="utf-8")))
    assert [row["name"] for row in rows[:2]] == ["hinted", "the course's LSTM"]
    assert {row["name"] for row in rows[2:]} == {"habits", "renamed"}
    assert [row["rank"] for row in rows] == ["1", "2", "3", "3"]
    said = {name: graded.grades[name].found["1.13"] for name in ("hinted", "habits")}
    assert said["hinted"][0] == checks.CORRECT and said["hinted"][1].startswith("better: accuracy")
    assert said["habits"][0] == checks.NOT_YET and said["habits"][1].startswith("worse: accuracy")
    ada = graded.grades["ada"]
    assert ada.found["1.13"][0] == checks.NOT_YET and not ada.scores


def test_an_interrupted_run_goes_on_and_gives_the_same_grades(tmp_path, monkeypatch):
    monkeypatch.setattr(grade, "grade_one", stand_ins.grade_one)
    two = Class(tmp_path)
    two.add("ada", UNTOUCHED)
    two.add("bob", UNTOUCHED)
    two.grade(unprotected=True)
    written = (two.place / "grades.csv").read_bytes()
    kept = two.place / "results" / "bob.json"
    kept.write_text(kept.read_text().replace("torn", "kept"))
    (two.place / "results" / "ada.json").unlink()
    two.grade(unprotected=True)
    assert {name: one.note for name, one in two.grades.items()} == {"ada": "torn", "bob": "kept"}
    assert (two.place / "grades.csv").read_bytes().replace(b"kept", b"torn") == written


def test_what_another_run_may_not_repeat_is_asked_again(tmp_path, monkeypatch):
    asked = []

    def graded(ask, number, waiting, *_):
        asked.append(list(waiting))
        return map(stand_ins.uncertain, waiting)

    monkeypatch.setattr(workers, "graded", graded)
    some = Class(tmp_path)
    for name in ("ada", "slow"):
        some.add(name, UNTOUCHED)
    some.grade(unprotected=True)
    some.grade(unprotected=True)
    assert asked == [["ada", "slow"], ["slow"]]
    assert set(some.grades) == {"ada", "slow"}


@pytest.fixture
def by_content(tmp_path, monkeypatch):
    """A class of seven, whose grades follow from what was handed in."""
    monkeypatch.setattr(grade, "grade_one", stand_ins.by_content)
    seven = Class(tmp_path)
    for name in ("ada", "bob", "eve", "kim", "leo", "slow", "zoe"):
        seven.add(name, with_cell(UNTOUCHED, name))
    return seven


def test_parts_give_together_what_the_whole_gives(by_content, tmp_path):
    by_content.grade(2, unprotected=True)
    whole = (by_content.place / "grades.csv").read_bytes()
    shutil.rmtree(by_content.place)
    seen = []
    for part in ((2, 3), (3, 3), (1, 3)):
        by_content.grade(2, unprotected=True, part=part)
        seen.append(sorted(by_content.grades))
        assert len(by_content.others) == (part != (1, 3))
    assert seen[0] == ["bob", "leo"] and seen[1] == ["bob", "eve", "leo", "slow"]
    assert (by_content.place / "grades.csv").read_bytes() == whole


def test_a_part_shows_what_another_one_graded_meanwhile(by_content, monkeypatch):
    alone = workers.graded

    def graded(*order):
        monkeypatch.setattr(workers, "graded", alone)
        by_content.grade(unprotected=True, part=(2, 2))
        yield from alone(*order)

    monkeypatch.setattr(workers, "graded", graded)
    by_content.grade(unprotected=True, part=(1, 2))
    assert len(by_content.grades) == 7 and by_content.others == []
    assert len(list((by_content.place / "feedback").iterdir())) == 7


def test_a_part_without_hand_ins_leaves_the_others_to_the_others(by_content):
    by_content.grade(unprotected=True, part=(8, 8))
    assert by_content.grades == {} and by_content.others[0].startswith("7 of 7 have no grade yet")


def test_one_student_is_graded_again_and_the_others_stay(by_content, monkeypatch):
    by_content.grade(2, unprotected=True)
    before = {name: one.points for name, one in by_content.grades.items()}
    monkeypatch.setattr(machines, "version", lambda *_: "0" * 64)  # a check was repaired since
    by_content.add("ada", with_cell(UNTOUCHED, "another answer"))
    monkeypatch.setattr(
        workers, "graded", lambda ask, number, waiting, *_: map(stand_ins.uncertain, waiting)
    )
    by_content.grade(unprotected=True, student="ada")
    after = {name: one.points for name, one in by_content.grades.items()}
    assert sum(after["ada"].values()) == 0 < sum(before["ada"].values())
    assert {**after, "ada": before["ada"]} == before
    assert by_content.others[0].startswith("6 of 7 have no grade yet, or one from before")
    with pytest.raises(grade.GradeError, match="STUDENT=ad: .* no hand-in .* those of ada, "):
        by_content.grade(unprotected=True, student="ad")


def test_results_with_the_tasks_of_an_earlier_version_do_not_count(by_content):
    by_content.grade(2, unprotected=True, part=(1, 3))
    kept = by_content.place / "results" / "ada.json"
    kept.write_text(kept.read_text().replace('"1.13"', '"1.99"'))
    by_content.grade(unprotected=True, student="bob")
    assert set(by_content.grades) == {"bob", "kim", "zoe"}
    assert by_content.others[0].startswith("4 of 7 have no grade yet")


@pytest.mark.slow
def test_a_class_of_forty_gets_the_same_grades_again(tmp_path):
    forty = Class(tmp_path)
    forty.add_hostile()
    right = {"reference": SOLVED, "looked_at_by_hand": with_cell(SOLVED, OWN_CLASS)}
    right["ada"] = with_cell(UNTOUCHED, inspect.getsource(homework_1_ada))
    right["bob"] = with_cell(handed_out_earlier(UNTOUCHED), inspect.getsource(homework_1_bob))
    some = {
        f"without_{number}": with_cell(SOLVED, f"{QUICK}\ndel {task.function}")
        for number, task in TASKS.items()
    }
    for name, notebook in (right | some | {"zero": UNTOUCHED}).items():
        forty.add(name, notebook)
    for n in range(40 - len(list(forty.handins.iterdir()))):
        forty.add(f"empty_{n}", SOLVED, "my homework.txt")

    forty.grade()
    first = forty.grades
    assert forty.flagged == [] and len(first) == 40
    for name in (*HOSTILE, *ENDING, "liar", "zero"):
        assert first[name].total == 0, name
    without = WITHOUT_BOARD
    assert [first[name].total for name in right] == [30, 27, without, without - 3]
    for name in ("looked_at_by_hand", "bob"):  # networks of classes of their own
        assert first[name].found["1.6"][0] == results.BY_HAND
    for name in some:
        number = name.removeprefix("without_")
        assert first[name].found[number][0] == checks.NOT_ATTEMPTED
        needed = {"1.2", "1.3", "1.4", "1.6", "1.7", "1.8"}  # by the experiment
        lost = {number, "1.13"} | ({"1.11"} if number in needed else set())
        assert first[name].total == 30 - sum(TASKS[task].points for task in lost)
    assert first["empty_0"].status == results.MISSING

    shutil.rmtree(forty.place)
    for name in some:
        (forty.handins / f"homework_1_{name}.zip").unlink()
    forty.grade()
    assert {name: (one.status, one.found) for name, one in forty.grades.items()} == {
        name: (one.status, one.found) for name, one in first.items() if name not in some
    }


@pytest.mark.slow
def test_backends_and_cores_give_the_same_grades(tmp_path, monkeypatch):
    if any(map(sandbox.why_not, isolation.PROGRAMS)) or not hasattr(os, "sched_setaffinity"):
        pytest.skip("needs bubblewrap, unshare, and cores to choose from")
    same = Class(tmp_path)
    several = {
        "ada": with_cell(SOLVED, ALMOST + OWN_CLASS),
        "stopped": with_cell(SOLVED, "missing", 3),
        "in_any_order": with_cell(SOLVED, "raise ValueError(set('abcdefgh'))", 3),
    }
    for name in ("fork_bomb", "memory_bomb", "kills_itself"):
        several[name] = with_cell(UNTOUCHED, HOSTILE[name][0], 0)
    for name, notebook in several.items():
        same.add(name, notebook)
    there, found = os.sched_getaffinity(0), []
    for by, cores in itertools.product(dict(isolation.PROGRAMS), (1, 2)):
        monkeypatch.setattr(machines, "sandboxes", lambda unprotected, by=by: [by])
        os.sched_setaffinity(0, sorted(there)[:cores])
        try:
            same.grade(cores)
        finally:
            os.sched_setaffinity(0, there)
        found.append(
            {
                name: (one.status, one.note, one.found, one.points, one.answers, one.certain)
                for name, one in same.grades.items()
            }
        )
        shutil.rmtree(same.place)
    assert found[0]["ada"][0] == results.GRADED
    assert found[1:] == found[:-1]


def test_checks_that_an_answer_keeps_busy_end():
    with pytest.raises(grade.OutOfTime), grade.within(0.2):
        while True:
            with contextlib.suppress(Exception):
                time.sleep(9)


def test_without_a_sandbox_nothing_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(machines, "why_not", lambda name: "it needs Linux")
    with pytest.raises(grade.GradeError, match="install bubblewrap"):
        grade.grade_class(1, tmp_path)


@pytest.mark.parametrize(
    "code",
    [
        'source = "data/mine.csv"',
        "source = 'data/it\\'s mine.csv'\ntier = 'full'",
        'source, tier, seeds = "mine.csv", "full", (0, 1)',
        "if True:\n    source = str(Folder / 'mine.csv')",
        '%matplotlib inline\nsource = "data/" + "mine.csv"\nread = source',
        'text = """\nsource = 1\n"""\nsource = "mine.csv"',
    ],
)
def test_a_hand_in_with_other_settings_runs_on_the_sample(code):
    notebook = with_cell(SOLVED, "source = Counter()")  # an answer may call its own so
    notebook.cells.insert(0, nbformat.v4.new_code_cell(code))
    (_, [changed, _]), *others = grade._to_execute(notebook, 1)
    names = {"get_ipython": mock.MagicMock(), "text": "source = 1"}
    names |= {"read": "sample", "tier": "class"}
    exec(changed, names)
    assert (names["source"], names["tier"], names["read"]) == ("sample", "class", "sample")
    assert "source = 1" in names["text"]
    assert "source = Counter()" in [code for _, (code, _) in others]
