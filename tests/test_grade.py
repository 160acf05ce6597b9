"""Hand-ins of every kind, hostile ones among them, and what they get."""

import contextlib
import csv
import inspect
import json
import re
import shutil
import socket
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.preprocessors import ClearHiddenTests

from tests.answers import dying, homework_1_ada, homework_1_bob
from utils import files
from utils.homework import checks, grade, sandbox, student
from utils.homework.sandbox import Limits

LIMITS = Limits(seconds=400, gib=3, processes=40, scratch_mb=100)
UNTOUCHED = student.student_version(student.solution(1))
SOLVED, _ = ClearHiddenTests().preprocess(student.solution(1), {})

# What each begins with, and the status it must get.
HOSTILE = {
    "fork_bomb": ("import os\nwhile True: os.fork()", grade.OVER_LIMIT),
    "memory_bomb": ("held = []\nwhile True: held.append(bytes(10**8))", grade.FAILED),
    "many_memory_bombs": (
        "import os, time\nfor _ in range(3): os.fork()\nheld = b'1' * 10**9\ntime.sleep(99)",
        grade.OVER_LIMIT,
    ),
    "disk_filler": (
        "with open('/tmp/x', 'wb') as x:\n    while True: x.write(bytes(10**7))",
        grade.FAILED,
    ),
    "network_call": (
        "import socket; socket.create_connection(('127.0.0.1', {port}), 5)",
        grade.FAILED,
    ),
    "reads_solutions": ("open('{root}/notebooks/solutions/README.md')", grade.FAILED),
    "reads_hidden_tests": ("open('{hidden}')", grade.FAILED),
    "reads_another_hand_in": ("open('{handins}/homework_1_honest.zip')", grade.FAILED),
    "reads_grades": ("open('{root}/README.md')", grade.FAILED),
    "reads_passwords": ("open('/etc/passwd')", grade.FAILED),
    "reads_the_environment": ("import os; os.environ['COURSE_SECRET']", grade.FAILED),
    "sees_other_processes": (
        "import os; assert len([name for name in os.listdir('/proc') if name.isdigit()]) > 9",
        grade.FAILED,
    ),
    "rewrites_the_checks": ("open('{root}/utils/homework/checks.py', 'w')", grade.FAILED),
    "kills_itself": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", grade.FAILED),
    "kills_all": ("import os, signal; os.kill(-1, signal.SIGKILL)", grade.FAILED),
    "writes_settings_of_the_kernel": (
        "at = '/proc/sys/kernel/core_pattern'\nheld = open(at).read()\nopen(at, 'w').write(held)",
        grade.FAILED,
    ),
    "raises_what_no_page_can_hold": (
        "raise ValueError('\\ud800\\x1b[2K\\nhonest graded 30 points\\u202e')",
        grade.FAILED,
    ),
    "exits": ("import os; os._exit(0)", grade.FAILED),
    "deletes_home": (
        "import pathlib, shutil\nfor place in (pathlib.Path.home(), '{root}', '{handins}'):\n"
        "    shutil.rmtree(place, ignore_errors=True)\nraise ValueError('done')",
        grade.FAILED,
    ),
    "ten_gigabytes_of_output": (
        "for _ in range(10_000): print('x' * 10**6)\nraise ValueError",
        grade.FAILED,
    ),
    "writes_to_the_wall": (
        "import os\nfor pipe in range(3, 30):\n    try: os.write(pipe, bytes(7) + b'\\4null')\n"
        "    except OSError: pass\nos._exit(0)",
        grade.FAILED,
    ),
}
FLOODS_A_CHECK = "def encode(*given): return np.zeros(10**7)"
DIES_IN_A_CHECK = "def lstm_step(*given):\n    import os; os._exit(0)"
# These reach the checks. None may be believed.
LIARS = {
    "patches_the_machinery": """
import sys, numpy, pandas
from utils.homework import checks, homework_1, task, wire
numpy.allclose = numpy.array_equal = lambda *given, **named: True
task.expect = homework_1.expect = lambda *given: None
checks.look_at = checks.verdict = lambda *given: ("correct", "")
homework_1.TASKS.clear()
checks.NOT_YET = checks.NOT_ATTEMPTED = "correct"
def split_rows(*given, **named): return numpy.zeros(3)
fit_vocabulary = encode = mean_of_words = lstm_step = worst_mistakes = split_rows
build_reader = train_reader = compare = write_predictions = split_rows
""",
    "answers_with_objects": """
class Anything:
    def __eq__(self, other): return True
    def __getattr__(self, name): return self
    def __call__(self, *given, **named): return self
    def __iter__(self): return iter([self] * 3)
    def __len__(self): return 3
    __hash__ = None
split_rows = fit_vocabulary = encode = mean_of_words = lstm_step = Anything()
build_reader = train_reader = compare = worst_mistakes = write_predictions = Anything()
""",
    "says_what_the_check_expects": """
print("1.1 correct, 4 points")
def encode(texts, vocabulary, length):
    return np.array([[4, 5, 2, 3], [2, 1, 0, 0], [5, 3, 5, 2]])
""",
}


def place_of(notebook, grade_id):
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    return ids.index(grade_id)


LAST = place_of(SOLVED, "check-1-10")


def with_cell(notebook, code, place):
    copy = nbformat.from_dict(json.loads(nbformat.writes(notebook)))
    copy.cells.insert(place, nbformat.v4.new_code_cell(code))
    return copy


def write_zip(path, notebook, name="homework_1_tasks.ipynb"):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(name, nbformat.writes(notebook))


OWN_CLASS = """
def build_reader(kind, n_words):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.words = keras.layers.Embedding(n_words, 8, mask_zero=True)
            self.reader = models.recurrent(kind, 8)
            self.answer = keras.layers.Dense(1, activation="sigmoid")

        def call(self, tokens):
            return self.answer(self.reader(self.words(tokens)))

    model = Own()
    model.compile(loss="binary_crossentropy")
    return model
"""
# Wrong in two tasks, and tries to tell what the hidden test of 1.9 asks for.
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


@dataclass
class Class:
    """A folder of hand-ins and what grading it gave."""

    folder: Path
    known: dict
    grades: dict = None
    not_graded: list = None

    @property
    def handins(self):
        return self.folder / "handins"

    @property
    def place(self):
        return self.folder / "grades" / "homework_1"

    def add(self, name, notebook, inside="homework_1_tasks.ipynb"):
        write_zip(self.handins / f"homework_1_{name}.zip", notebook, inside)

    def add_hostile(self):
        for name, (code, _) in HOSTILE.items():
            for key, value in self.known.items():
                code = code.replace("{" + key + "}", str(value))
            self.add(name, with_cell(SOLVED, code, 0))
        for name, code in LIARS.items():
            self.add(name, with_cell(UNTOUCHED, code, LAST))
        self.add("dies", with_cell(SOLVED, DIES_IN_A_CHECK, LAST))
        self.add("floods", with_cell(SOLVED, FLOODS_A_CHECK, LAST))

    def grade(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(grade, "GRADES", self.folder / "grades")
            patch.setenv("COURSE_SECRET", "a password")
            grades, self.not_graded = grade.grade_class(1, self.handins, limits=LIMITS)
        self.grades = {one.student: one for one in grades}

    def points(self, name):
        return sum(self.grades[name].points.values())


def empty_class(folder, port=0):
    hidden = student.SOLUTIONS / "homework_1" / "hidden_tests.py"
    known = {"port": port, "root": files.ROOT, "handins": folder / "handins", "hidden": hidden}
    return Class(folder, known)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of every kind, graded once: the tests below look at what came of it."""
    if sandbox.backend() is None:
        pytest.skip("this machine can run nothing apart (no user namespaces)")
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0)
    one = empty_class(tmp_path_factory.mktemp("class"), listener.getsockname()[1])
    one.add_hostile()
    in_words = with_cell(SOLVED, ALMOST, LAST)
    in_words.cells[place_of(in_words, "question-1-11")].source = "Padding <b>leaks</b>."
    one.add("ada", in_words)
    one.add("zero", UNTOUCHED)
    one.add("own", with_cell(SOLVED, OWN_CLASS, LAST))
    one.add("renamed", SOLVED, "my homework.ipynb")
    one.add("climbs", SOLVED, "../homework_1_tasks.ipynb")
    one.add("in_a_folder", with_cell(SOLVED, "reader", 3), "ada/homework_1_tasks.ipynb")
    odd = with_cell(UNTOUCHED, "", 0)
    odd.cells[0].metadata["nbgrader"] = "no dictionary"
    one.add("odd", odd)
    one.add("damaged", UNTOUCHED)
    damaged = one.handins / "homework_1_damaged.zip"
    damaged.write_bytes(damaged.read_bytes().replace(b"split_rows", b"split_cows", 1))
    (one.handins / ".ipynb_checkpoints").mkdir()
    nbformat.write(UNTOUCHED, one.handins / ".ipynb_checkpoints" / "leo-checkpoint.ipynb")
    nbformat.write(with_cell(SOLVED, "reader", 3), one.handins / "homework_1_stopped.ipynb")
    (one.handins / "leo").mkdir()
    (one.handins / "leo" / "homework_1_tasks.ipynb").write_text("{}")
    (one.handins / "homework_1_link.zip").symlink_to("/etc/passwd")
    (one.handins / "homework_1_torn.zip").write_bytes(b"PK of a zip")
    huge = zipfile.ZipFile(one.handins / "homework_1_huge.zip", "w", zipfile.ZIP_DEFLATED)
    with huge, huge.open("homework_1_tasks.ipynb", "w") as member:
        for _ in range(100):
            member.write(bytes(10**6))
    link = zipfile.ZipInfo("homework_1_tasks.ipynb")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(one.handins / "homework_1_inner_link.zip", "w") as packed:
        packed.writestr(link, "/etc/passwd")
    (one.handins / "notes.rar").write_bytes(b"")
    one.grade()
    with listener, pytest.raises(BlockingIOError):  # nobody called
        listener.accept()
    return one


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_hand_in_has_its_status_and_no_points(graded, name):
    assert graded.grades[name].status == HOSTILE[name][1], graded.grades[name].note
    assert graded.points(name) == 0


@pytest.mark.parametrize("name", LIARS)
def test_a_liar_is_not_believed(graded, name):
    assert graded.grades[name].status == grade.GRADED, graded.grades[name].note
    assert graded.points(name) == 0


def test_what_hostile_hand_ins_looked_for_was_not_there(graded):
    for name in ("reads_solutions", "reads_another_hand_in", "reads_passwords", "reads_grades"):
        assert "FileNotFoundError" in graded.grades[name].note
    assert "KeyError: 'COURSE_SECRET'" in graded.grades["reads_the_environment"].note
    for name in ("exits", "kills_itself", "dies"):
        found = graded.grades[name]
        assert (found.status, found.note) == (grade.FAILED, "Python stopped")
    said = graded.grades["raises_what_no_page_can_hold"].note
    assert said == "cell 1: ValueError: [2K honest graded 30 points"
    assert "Read-only" in graded.grades["writes_settings_of_the_kernel"].note
    assert graded.grades["says_what_the_check_expects"].found["1.3"] == (
        checks.NOT_YET,
        "right for the data of the check alone",
    )
    assert (files.ROOT / "README.md").exists() and (graded.handins / "notes.rar").exists()


def test_each_kind_of_hand_in_has_its_status_and_points(graded):
    others = {name: one for name, one in graded.grades.items() if name not in HOSTILE | LIARS}
    assert {name: (one.status, graded.points(name)) for name, one in others.items()} == {
        "ada": (grade.GRADED, 25),
        "climbs": (grade.MISSING, 0),
        "damaged": (grade.UNREADABLE, 0),
        "dies": (grade.FAILED, 0),
        "floods": (grade.FAILED, 0),
        "huge": (grade.UNREADABLE, 0),
        "in_a_folder": (grade.FAILED, 0),
        "inner_link": (grade.UNREADABLE, 0),
        "leo": (grade.UNREADABLE, 0),
        "link": (grade.UNREADABLE, 0),
        "odd": (grade.UNREADABLE, 0),
        "own": (grade.GRADED, 26),
        "renamed": (grade.MISSING, 0),
        "stopped": (grade.FAILED, 0),
        "torn": (grade.UNREADABLE, 0),
        "zero": (grade.GRADED, 0),
    }
    assert others["stopped"].note == "cell 4: NameError: name 'reader' is not defined"
    assert others["in_a_folder"].note == others["stopped"].note
    assert others["floods"].note == "Python stopped: an answer of 107 MB came back, at most 50"
    assert others["floods"].seconds < LIMITS.seconds
    assert (
        others["ada"]
        .found["1.10"][1]
        .startswith("write_predictions stopped with ValueError: seen [3, 10]")
    )
    assert others["own"].found["1.6"][0] == grade.BY_HAND
    rar = graded.handins / "notes.rar"
    assert graded.not_graded == [f"{rar}: not graded, it is neither a .zip nor an .ipynb."]
    assert not list(graded.folder.glob("*.ipynb"))


def test_grades_and_pages_tell_what_was_found(graded):
    rows = list(csv.DictReader((graded.place / "grades.csv").open(encoding="utf-8")))
    assert [row["student"] for row in rows] == sorted(graded.grades)
    [ada] = [row for row in rows if row["student"] == "ada"]
    assert (ada["1.3"], ada["1.5"], ada["points"]) == ("0", "4", "25")
    assert [row["by hand"] for row in rows if row["by hand"]] == ["1.6"]
    pages = {path.stem: path.read_text(encoding="utf-8") for path in graded.place.rglob("*.html")}
    assert set(pages) == {*graded.grades, "summary", "answers"}
    assert not any("<script>" in page or "<b>leaks" in page for page in pages.values())
    assert "ValueError: &lt;script&gt;" in pages["ada"] and "25 of 30 points" in pages["ada"]
    assert "hidden" not in pages["ada"] and "Padding &lt;b&gt;leaks" in pages["answers"]
    assert pages["summary"].index("1.3 <code>encode") < pages["summary"].index("1.2 <code>fit")


def test_an_interrupted_run_goes_on_and_gives_the_same_grades(graded):
    before = {name: one for name, one in graded.grades.items() if name != "leo"}
    written = (graded.place / "grades.csv").read_bytes()
    (graded.place / "results" / "leo.json").unlink()
    graded.grade()
    assert {name: graded.grades[name].seconds for name in before} == {
        name: one.seconds for name, one in before.items()
    }
    without_seconds = re.compile(rb",[0-9.]+,([^,]*)$", re.MULTILINE)
    now = (graded.place / "grades.csv").read_bytes()
    assert without_seconds.sub(rb"\1", now) == without_seconds.sub(rb"\1", written)


@pytest.mark.slow
def test_a_class_of_forty_gets_the_same_grades_again(tmp_path):
    forty = empty_class(tmp_path)
    forty.add_hostile()
    right = {"reference": SOLVED, "looked_at_by_hand": with_cell(SOLVED, OWN_CLASS, LAST)}
    for name, module in (("ada", homework_1_ada), ("bob", homework_1_bob)):
        right[name] = with_cell(UNTOUCHED, inspect.getsource(module), LAST)
    some = {
        f"without_{number}": with_cell(SOLVED, f"del {task.asks_for}", LAST)
        for number, task in checks.HOMEWORKS[1].items()
    }
    others = {"zero": UNTOUCHED, "endless_loop": with_cell(SOLVED, "while True: pass", 0)}
    for name, notebook in (right | some | others).items():
        forty.add(name, notebook)
    forty.add("renamed", SOLVED, "my homework.ipynb")
    assert len(list(forty.handins.iterdir())) >= 40

    forty.grade()
    first = forty.grades
    assert forty.not_graded == []
    for name in (*HOSTILE, *LIARS, "zero", "dies", "floods", "endless_loop"):
        assert forty.points(name) == 0, name
    assert [forty.points(name) for name in right] == [30, 26, 30, 26]
    for name in ("looked_at_by_hand", "bob"):  # networks of classes of their own
        assert first[name].found["1.6"][0] == grade.BY_HAND
    for name in some:
        number = name.removeprefix("without_")
        assert first[name].found[number][0] == checks.NOT_ATTEMPTED
        assert forty.points(name) == 30 - checks.TASKS[number].points
    assert first["endless_loop"].status == grade.TIMEOUT
    assert first["renamed"].status == grade.MISSING

    shutil.rmtree(forty.place)
    forty.grade()
    assert {name: (one.status, one.found) for name, one in forty.grades.items()} == {
        name: (one.status, one.found) for name, one in first.items()
    }


def test_who_kills_the_process_of_the_checks_is_found_and_the_others_are_graded(monkeypatch):
    monkeypatch.setattr(grade, "grade_one", dying.grade_one)
    monkeypatch.setattr(grade, "start_worker", dying.start)
    names = ("ada", "bob", "confuses", "eve", "kills_one", "kills_two", "zoe")
    found = {one.student: one for one in grade._graded(1, dict.fromkeys(names), LIMITS, None)}
    assert {name: one.status for name, one in found.items()} == dict.fromkeys(
        names, grade.GRADED
    ) | {
        "confuses": grade.NOT_GRADED,
        "kills_one": grade.FAILED,
        "kills_two": grade.FAILED,
    }
    assert found["confuses"].note == "LookupError: odd contents"
    assert found["kills_one"].note == "an answer killed the process of the checks"


def test_checks_that_an_answer_keeps_busy_end():
    with pytest.raises(grade._OutOfTime), grade._within(0.2):
        while True:
            with contextlib.suppress(Exception):
                time.sleep(9)


def test_two_files_of_one_student_and_folders_without_any_are_refused(tmp_path):
    with pytest.raises(grade.GradeError, match="there is no such folder"):
        grade.hand_ins(1, tmp_path / "nothing")
    with pytest.raises(grade.GradeError, match="no hand-in"):
        grade.hand_ins(1, tmp_path)
    (tmp_path / "homework_1_.zip").touch()
    with pytest.raises(grade.GradeError, match="says of nobody"):
        grade.hand_ins(1, tmp_path)
    for name in ("homework_1_ada.zip", "ada.ipynb"):
        (tmp_path / name).touch()
    with pytest.raises(grade.GradeError, match=r"are both hand-ins of ada: move one away"):
        grade.hand_ins(1, tmp_path)


def test_without_a_sandbox_nothing_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(grade, "backend", lambda: None)
    with pytest.raises(grade.GradeError, match="install bubblewrap"):
        grade.grade_class(1, tmp_path)


@pytest.mark.parametrize("by", dict.fromkeys([sandbox.backend(), None]))
def test_a_hand_in_that_does_not_end_is_ended(tmp_path, by):
    write_zip(tmp_path / "ada.zip", with_cell(UNTOUCHED, "while True: pass", 0))
    found = grade.grade_one(1, "ada", tmp_path / "ada.zip", Limits(seconds=4), by)
    assert (found.status, found.note) == (grade.TIMEOUT, "it still ran after 4 s")
    assert found.seconds < 20


@pytest.mark.parametrize("name", ["bubblewrap", "unshare"])
def test_each_kind_of_sandbox_holds(tmp_path, monkeypatch, name):
    try:
        works = sandbox._works(name)
    except FileNotFoundError:
        works = False
    if not works:
        pytest.skip(f"{name} does not work on this machine")
    secret = tmp_path / "secret"
    secret.write_text("a password")
    code = f"""
import os, socket
held = []
for place in ("{secret}", "{files.ROOT}/README.md", "/etc/passwd"):
    if os.path.exists(place): held.append(place)
for place in ("/usr/x", "{files.ROOT}/utils/x", "/x", "/dev/x"):
    try: open(place, "w"); held.append(place)
    except OSError: pass
try: open("/tmp/x", "wb").write(bytes(10**8)); held.append("large file")
except OSError: pass
try: socket.create_connection(("127.0.0.1", {"{port}"}), 5); held.append("network")
except OSError: pass
if len([p for p in os.listdir("/proc") if p.isdigit()]) > 5: held.append("processes")
held += [line for line in open("/proc/self/status") if line.startswith("CapEff") and "1" in line]
raise ValueError(str(held))
"""
    listener = socket.create_server(("127.0.0.1", 0))
    code = code.replace("{port}", str(listener.getsockname()[1]))
    write_zip(tmp_path / "ada.zip", with_cell(UNTOUCHED, code, 0))
    limits = Limits(seconds=400, scratch_mb=50)
    found = grade.grade_one(1, "ada", tmp_path / "ada.zip", limits, by=name)
    listener.close()
    assert found.note == "cell 1: ValueError: []"
