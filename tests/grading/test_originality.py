"""Copies are found whatever their names are; who solved the tasks alone is not reported."""

import ast
import inspect
import random
import re
import zipfile

import nbformat
import pytest

from tests.grading.answers import homework_1_ada, homework_1_bob
from utils import paths
from utils.grading import originality
from utils.grading.solutions import solution
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS

TASKS = HOMEWORKS[1].tasks
UNTOUCHED = HOMEWORKS[1].tasks_notebook
OTHERS = {"ada": homework_1_ada, "bob": homework_1_bob}


def functions(code):
    """{task: source of its function} in a text of Python."""
    found = {
        node.name: ast.get_source_segment(code, node)
        for node in ast.parse(code).body
        if isinstance(node, ast.FunctionDef)
    }
    return {number: task.find(found.get) for number, task in TASKS.items()}


def reference():
    cells = solution(1).cells
    return functions("\n".join(cell.source for cell in cells if cell.cell_type == "code"))


def renamed(source, rng):
    """The same function with other names for its arguments and variables."""
    tree = ast.parse(re.sub(r"###.*", "", source))
    own = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    own |= {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    new = {name: f"my_{rng.randrange(10_000)}" for name in sorted(own)}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.arg = new[node.arg]
        elif isinstance(node, ast.Name):
            node.id = new.get(node.id, node.id)
    return ast.unparse(tree)


def handed_in(path, answers, in_order=True):
    """A zip like those of `make handin`, the gaps filled with {task: source}."""
    notebook = nbformat.read(UNTOUCHED, as_version=4)
    gaps = [cell for cell in notebook.cells if "raise NotImplementedError" in cell.source]
    sources = [answers[number] for number in TASKS]
    for cell, source in zip(gaps, sources if in_order else reversed(sources), strict=True):
        cell.source = source
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("homework_1_tasks.ipynb", nbformat.writes(notebook))


@pytest.fixture
def folder(tmp_path):
    handed_in(tmp_path / "reference.zip", reference())
    for name, module in OTHERS.items():
        handed_in(tmp_path / f"{name}.zip", functions(inspect.getsource(module)))
    return tmp_path


def shares(pairs):
    return {frozenset(pair.names): pair.share for pair in pairs}


@pytest.mark.parametrize("number", sorted(set(TASKS) - {"1.6", "1.7"}))  # networks: too slow
def test_bobs_answers_are_right(number):  # ada's: test_client.py
    function = TASKS[number].find(vars(homework_1_bob).get)
    assert checks.judge(number, function) == (checks.CORRECT, "")


def test_three_who_worked_alone_are_not_reported(folder):
    pairs, unread = originality.compare(1, folder)
    assert len(pairs) == 3 and not unread
    assert max(pair.share for pair in pairs) < originality.REPORTED


def test_a_copy_that_is_renamed_and_reordered_is_found(folder):
    rng = random.Random(0)
    copied = {
        number: renamed(source, rng)
        for number, source in functions(inspect.getsource(homework_1_ada)).items()
    }
    handed_in(folder / "copy.zip", copied, in_order=False)
    found = shares(originality.compare(1, folder)[0])
    assert found.pop(frozenset({"ada.zip", "copy.zip"})) > 0.7
    assert max(found.values()) < originality.REPORTED


def test_a_copy_of_a_public_notebook_is_found(folder, tmp_path_factory):
    kernels = tmp_path_factory.mktemp("kernels")
    (kernels / "public.py").write_text(inspect.getsource(homework_1_bob))
    found = shares(originality.compare(1, folder, kernels)[0])
    assert found.pop(frozenset({"bob.zip", "public: public.py"})) > 0.7
    assert max(found.values()) < originality.REPORTED


def test_equal_names_in_both_folders_and_hidden_copies_accuse_nobody(folder, tmp_path_factory):
    kernels = tmp_path_factory.mktemp("kernels")
    (kernels / "ada.py").write_text(inspect.getsource(homework_1_bob))
    (folder / "ada.py").write_text(inspect.getsource(homework_1_ada))
    hidden = folder / ".ipynb_checkpoints"
    hidden.mkdir()
    (folder / "bob.zip").rename(hidden / "bob-checkpoint.zip")
    found = shares(originality.compare(1, folder, kernels)[0])
    assert max(found.values()) < originality.REPORTED
    assert frozenset({"ada.zip", "public: ada.py"}) in found


def test_the_untouched_homework_is_like_nobody(folder):
    (folder / "untouched.ipynb").write_text(UNTOUCHED.read_text(encoding="utf-8"))
    found = shares(originality.compare(1, folder)[0])
    assert max(share for names, share in found.items() if "untouched.ipynb" in names) == 0


def test_scores_repeat(folder):
    assert shares(originality.compare(1, folder)[0]) == shares(originality.compare(1, folder)[0])


def test_the_page_shows_the_passages_of_those_alike_only(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ORIGINALITY", tmp_path / "pages")
    handed_in(folder / "b<o>b.zip", functions(inspect.getsource(homework_1_bob)))
    page = originality.write_report(1, *originality.compare(1, folder)).read_text("utf-8")
    assert "side by side: 1<" in page
    assert "<mark>" in page and "b&lt;o&gt;b.zip" in page and "b<o>b" not in page
    assert "rows_of.setdefault" in page and "GroupShuffleSplit" not in page


def test_what_cannot_be_read_is_named_and_the_rest_compared(folder):
    (folder / "cut.zip").write_bytes(b"PK\x03\x04 cut")
    (folder / "broken.ipynb").write_text("{")
    with zipfile.ZipFile(folder / "other.zip", "w") as packed:
        packed.writestr("../../homework_1_tasks.ipynb", "{}")
    pairs, unread = originality.compare(1, folder)
    assert len(pairs) == 3
    assert {"cut.zip", "broken.ipynb", "other.zip"} == {
        sentence.split(": not compared")[0].rsplit("/", 1)[1] for sentence in unread
    }


def test_too_little_to_compare_is_refused(tmp_path):
    with pytest.raises(originality.OriginalityError, match="there is no such folder"):
        originality.compare(1, tmp_path / "none")
    with pytest.raises(originality.OriginalityError, match="nothing to compare"):
        originality.compare(1, tmp_path)
