"""A hand-in is packed whole, or one sentence says what is in the way and nothing is packed."""

import hashlib
import inspect
import json
import zipfile

import nbformat
import pytest

from tests.homework import answers_1, answers_2, beside_answers
from tests.homework.test_notebooks import SAVED_ELSEWHERE, changed
from utils import paths
from utils.__main__ import main
from utils.errors import CourseError
from utils.grading import hand_ins
from utils.homework import handin, portable
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

    n_tasks = len(HOMEWORKS[number].tasks)
    cells = [nbformat.v4.new_code_cell(source) for source in (FIRST, *sources)]
    for cell, count in zip(cells, counts, strict=False):
        cell.execution_count = count
    cells += [
        named(nbformat.v4.new_code_cell, "", f"check-{number}-{n}") for n in range(1, n_tasks + 1)
    ]
    first_question = HOMEWORKS[number].questions[0].replace(".", "-")
    question = named(nbformat.v4.new_markdown_cell, NO_ANSWER, f"question-{first_question}")
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
        (1, "1.9", answers_1.worst_by_pandas, "row,probability,sentiment\n4,0.75,positive\n"),
        (2, "2.2", answers_2.shares_by_pandas, "Id,Expected\n4,0.25\n9,0.0\n"),
    ],
    ids=["homework 1", "homework 2"],
)
def test_a_hand_in_is_packed_with_its_checks_and_its_predictions(
    tmp_path, monkeypatch, capsys, number, task, answer, output
):
    homework = HOMEWORKS[number]
    place = f"paths.BUILD / {homework.tasks_notebook.stem!r} / {homework.output!r}"
    writes = f"from utils import files, paths\nfiles.write_text({place}, {output!r})"
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
    unanswered, not_there, *_ = homework.questions
    assert manifest["unanswered"] == [unanswered]
    checks = manifest["checks"]
    assert checks.keys() == homework.tasks.keys()
    assert checks.pop(task) == ["correct", ""]
    assert {status for status, _ in checks.values()} == {"not attempted"}
    told = capsys.readouterr().out
    points = homework.tasks[task].points
    assert f"\n{task}   {points} of {points}    correct\n" in told
    last = homework.tasks[f"{number}.10"]
    assert f"{number}.10  0 of {last.points}    not attempted: write {last.function}" in told
    assert f"{unanswered}            not answered\nQuestion {not_there} is not there" in told
    most = sum(one.points for one in homework.tasks.values())
    assert f"\n{points} of {most} points by checks;" in told
    n_questions = len(homework.questions)
    assert f"\n0 of {n_questions} questions in words answered;" in told and "Hints: none." in told
    assert told.endswith(f"\n\npacked: {packed}\n")


def test_hints_that_cells_ask_for_are_counted_and_deducted(tmp_path, capsys):
    gain = inspect.getsource(answers_2.gained_by_pandas) + "gain = gained_by_pandas\n"
    asks = 'hint("2.9", third=True)\nhint("2.8")\nhint("2.8")\nhint("2.8")\nhint()'
    imports = "import numpy as np\nimport pandas as pd\nfrom utils.homework.checks import hint\n"
    path = saved(tmp_path, imports + gain, asks, number=2)
    arguments = ["--homework", "2", "--student", "ada", "--notebook", str(path)]
    assert main(["handin", *arguments]) == 0
    told = capsys.readouterr().out
    assert "2.9   1.5 of 2  correct, and its third hint costs 0.5\n" in told
    assert "\n1.5 of " in told
    assert "Hints: 3, for 2.8, 2.9. Third hints cost 0.5 points, which is deducted above.\n" in told
    with zipfile.ZipFile(paths.HANDINS / "homework_2_ada.zip") as packed:
        manifest = json.loads(packed.read("manifest.json"))
    assert manifest["hints"] == {"2.8": [1, 2], "2.9": [3]}
    assert manifest["points"]["2.9"] == 1.5 and manifest["points"]["2.8"] == 0


@pytest.mark.parametrize("number", HOMEWORKS)
def test_a_hand_in_with_wrong_predictions_is_not_packed(tmp_path, monkeypatch, capsys, number):
    def executed(notebook, path, number, build, *given):
        file = build / f"homework_{number}_tasks" / HOMEWORKS[number].output
        file.parent.mkdir(parents=True)
        file.write_text("row,p\n4,.7\n")
        return {"checks": {}, "hints": {}}

    monkeypatch.setattr(handin, "_execute", executed)
    path = saved(tmp_path, number=number)
    arguments = ["--homework", str(number), "--student", "ada", "--notebook", str(path)]
    assert main(["handin", *arguments]) == 1
    said = capsys.readouterr().err
    assert HOMEWORKS[number].output in said and "expected" in said
    assert not list(paths.BUILD.rglob("*.zip*"))


def test_predictions_of_an_earlier_run_are_not_packed_and_stay(tmp_path):
    file = paths.BUILD / "homework_1_tasks" / "predictions.csv"
    file.parent.mkdir(parents=True)
    file.write_text("row,probability,sentiment\n4,0.75,positive\n")
    refusal(saved(tmp_path, "1 / 0"))
    clears = "import shutil\nfrom utils import paths\nshutil.rmtree(paths.BUILD, True)"
    packed, _ = handin.hand_in(1, "ada", saved(tmp_path, clears))
    assert "predictions.csv" not in zipfile.ZipFile(packed).namelist()
    assert "0.75" in file.read_text() and [file] == list(file.parent.iterdir())


def test_a_missing_and_a_renamed_notebook_are_told_apart(tmp_path):
    missing = tmp_path / "homework_1_tasks.ipynb"
    assert "there is no such file. Name it" in refusal(missing)
    saved(tmp_path, name="my_homework.ipynb")
    assert "The folder holds my_homework.ipynb: was it renamed?" in refusal(missing)


@pytest.mark.parametrize(
    ("sources", "options", "says"),
    [
        (["", "1 / 0"], {}, "stopped in In [2] (1 / 0): ZeroDivisionError: division by zero."),
        (["print(later)", "later = 1"], {}, "In [3] (later = 1) makes it: put that cell above"),
        (["print(later)", "later = 1"], {"counts": [1, 3, 2]}, "cell [3] was run after cell [2]"),
        (['open("/home/ada/reviews.csv")'], {}, "'/home/ada/reviews.csv' in In [2]"),
        ([r'open("C:\\Users\\ada.csv")'], {}, "write 'data/ada.csv'"),
        (["x = '" + "long" * 3_000_000 + "'"], {}, "12.0 MB, at most 10"),
        (["print('x' * 10_500_000)"], {}, "10.5 of them are In [2] (print"),
        (["import os", "os._exit(1)"], {}, "Python ended in In [3] (os._exit(1))"),
        (["del source"], {}, "source is not defined. Keep the cell which says source"),
        (["seeds = 3"], {}, "Keep the cell which says source"),
        (
            ["import helper"],
            {},
            "no module that lies beside the notebook: put",
        ),
        (["open('helper.py')"], {}, "and no file that lies beside the notebook"),
        (['tier = "clas"'], {}, 'tier is \'clas\', expected "class" or "full". Keep the cell'),
        *(([code], {}, says) for code, says in beside_answers.REFUSED.items()),
    ],
)
def test_what_cannot_be_handed_in_gets_its_sentence(tmp_path, sources, options, says):
    (tmp_path / "helper.py").touch()
    assert says in refusal(saved(tmp_path, *sources, **options))


def test_the_path_that_is_offered_works(tmp_path):
    inside = paths.ROOT / "data" / "imdb_sample.csv"
    said = refusal(saved(tmp_path, f"open({str(inside)!r})"))
    assert said.endswith("write 'data/imdb_sample.csv'.")
    reads = "from utils.reviews.read import read_reviews\nprint(len(read_reviews({!r})))"
    path = saved(tmp_path, reads.format("data/imdb_sample.csv"))
    packed, _ = handin.hand_in(1, "ada", path)
    assert "3000" in zipfile.ZipFile(packed).read("homework_1_tasks.ipynb").decode()


def test_a_file_is_found_from_where_the_notebook_lies(tmp_path):
    (tmp_path / "mine.csv").write_bytes(paths.REVIEWS_SAMPLE.read_bytes())
    reads = "from utils.reviews.read import read_reviews\nprint(len(read_reviews('mine.csv')))"
    packed, _ = handin.hand_in(1, "ada", saved(tmp_path, reads))
    assert "3000" in zipfile.ZipFile(packed).read("homework_1_tasks.ipynb").decode()


ELSEWHERE = [
    'f"{folder}/home/ada/x.csv"',
    'folder + "/home/ada/x.csv"',
    r're.split(r"a:\s*", text)',
    r're.match(r"w:\d+", text)',
    r'plt.title(r"x:\alpha")',
    'print("A:/B:/C")',
    '{"D:/": 1}',
    'open("/tmp/c.npy", "wb")',
    'open("/proc/meminfo")',
    '"/kaggle/input/reviews.csv" if on_kaggle else "sample"',
    '"https://example.org/home/ada"',
    'x = """~/ is the home folder"""',
]
ON_ONE_MACHINE = [
    'open("/home/ada/x.csv")',
    'pd.read_csv("~/Downloads/IMDB Dataset.csv")',
    r'open("C:\\Users\\ada\\x.csv")',
    'open("d:/reviews.csv")',
    'if True:\n    source = "/Users/ada/x.csv"',
    'source = "/content/drive/x.csv"',
]


def test_a_path_of_one_machine_is_told_from_what_looks_alike():
    def notebook(code):
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])

    for code in ELSEWHERE:
        portable.expect_no_path_of_one_machine(notebook(code), "mine.ipynb")
    for code in ON_ONE_MACHINE:
        with pytest.raises(handin.HandInError, match="exists on your machine only"):
            portable.expect_no_path_of_one_machine(notebook(code), "mine.ipynb")


def test_names_of_an_answer_are_its_own(tmp_path):
    named = (
        "def find(a, b):\n    return a + b\n\ndef found():\n    return 1\n\njson = int = str = 3"
    )
    packed, manifest = handin.hand_in(1, "ada", saved(tmp_path, named))
    assert manifest["seeds"] == [0, 1]
    handin.hand_in(1, "bob", saved(tmp_path, named, "assert find(1, 2) == 3"))


def test_outputs_that_no_notebook_can_hold_are_left_out(tmp_path):
    shows = "display({'text/plain': 5}, raw=True)\nprint('kept')"
    packed, _ = handin.hand_in(1, "ada", saved(tmp_path, shows))
    assert "kept" in zipfile.ZipFile(packed).read("homework_1_tasks.ipynb").decode()


def test_a_folder_in_place_of_a_notebook_is_named(tmp_path):
    assert "is a folder: name the notebook in it" in refusal(tmp_path)


def test_a_package_that_the_grader_lacks_is_refused_where_it_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(portable, "_packages", lambda: {"pandas"})
    assert "imports numpy, which the grader does not have" in refusal(
        saved(tmp_path, "import numpy.linalg")
    )
    path = saved(tmp_path, "import pandas, json", "try:\n    import numpy\nexcept OSError: pass")
    below = nbformat.read(path, as_version=4)
    below.cells.append(nbformat.v4.new_code_cell("import numpy"))
    nbformat.write(below, path)
    handin.hand_in(1, "ada", path)


@pytest.mark.parametrize("name", ["utils.py", "utils/__init__.py"])
def test_a_file_that_hides_the_course_is_named(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    said = refusal(saved(tmp_path))
    assert said.startswith(str(tmp_path / "utils")) and said.endswith("rename it.")


def test_a_deleted_check_is_named_where_it_is_missed(tmp_path):
    path = saved(tmp_path)
    notebook = nbformat.read(path, as_version=4)
    del notebook.cells[5]
    notebook.cells.append(nbformat.v4.new_code_cell("ready = [third_is_right]"))
    nbformat.write(notebook, path)
    assert "The check of task 1.5 is not there" in refusal(path)


SHOWS = """
def fit_vocabulary(parts, n_words):
    import logging, sys
    import matplotlib.pyplot as plt
    from IPython.display import HTML, clear_output
    from tqdm.notebook import tqdm
    print("dots", end=" ... ")
    sys.stdout.write("\\r 50 %")
    sys.stderr.write("no line end")
    logging.warning("w")
    for step in tqdm(range(2)):
        pass
    plt.plot([1, 2])
    plt.show()
    display(HTML("<b>bold</b>"), pd.DataFrame({"a": [1]}))
    clear_output()
    print('{"checks": {"1.2": ["correct", ""]}}', end="")
    return []
"""


def test_what_an_answer_shows_does_not_matter(tmp_path):
    imports = "%matplotlib inline\nimport pandas as pd\nfrom utils.homework.checks import check"
    _, manifest = handin.hand_in(1, "ada", saved(tmp_path, imports, SHOWS, 'check("1.2")'))
    assert manifest["checks"]["1.2"][0] == "not yet"


def test_what_people_write_into_notebooks_is_taken(tmp_path):
    packed, _ = handin.hand_in(1, "ada", saved(tmp_path, *beside_answers.TAKEN))
    assert zipfile.is_zipfile(packed)


@pytest.mark.parametrize("change", SAVED_ELSEWHERE)
def test_a_notebook_that_another_program_saved_is_packed(tmp_path, monkeypatch, change):
    monkeypatch.setattr(handin, "_execute", lambda *given: {"checks": {}, "hints": {}})
    path = tmp_path / "homework_1_tasks.ipynb"
    path.write_text(json.dumps(changed(change)), encoding="utf-8")
    packed, manifest = handin.hand_in(1, "ada", path)
    assert manifest["missing"] == []
    assert hand_ins.read(packed, 1)[1].keys() == set(HOMEWORKS[1].questions)


def test_an_endless_loop_is_stopped(tmp_path):
    loop = "while True:\n    __import__('time').sleep(0.1)"
    said = refusal(saved(tmp_path, loop), max_seconds=3)
    assert "after 3 s it still ran, in In [2] (while True:)" in said


def test_too_much_memory_is_refused(tmp_path):
    hoards = "hoard = bytearray(3 * 2**30)"
    assert "In [2] (hoard" in refusal(saved(tmp_path, hoards), max_gib=1)


@pytest.mark.parametrize("name", ["", "ada lovelace", "../ada", "ada/b", "å"])
def test_a_name_that_is_no_file_name_is_refused(name):
    with pytest.raises(CourseError, match="use letters"):
        handin.hand_in(1, name)


def test_an_earlier_hand_in_stays_when_a_later_one_fails(tmp_path):
    earlier = paths.HANDINS / "homework_1_ada.zip"
    earlier.parent.mkdir(parents=True)
    earlier.write_bytes(b"earlier")
    with pytest.raises(handin.HandInError):
        handin.hand_in(1, "ada", saved(tmp_path, 'open("/home/ada/reviews.csv")'))
    assert earlier.read_bytes() == b"earlier"
