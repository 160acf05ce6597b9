"""Copies are found whatever their names are; who solved the tasks alone is not reported."""

import ast
import copy
import inspect
import json
import random
import re
import zipfile

import nbformat
import pytest

from tests.grading.answers import homework_1_ada, homework_1_bob
from tests.grading.notebooks import write_zip
from utils import paths
from utils.grading import originality
from utils.grading.names import GradeError
from utils.grading.solutions import solution
from utils.grading.student_version import student_version
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS, Homework

TASKS = HOMEWORKS[1].tasks
UNTOUCHED = student_version(solution(1))
OF_FORMAT_3 = {
    "metadata": {},
    "nbformat": 3,
    "nbformat_minor": 0,
    "worksheets": [
        {
            "metadata": {},
            "cells": [
                {
                    "cell_type": "code",
                    "collapsed": False,
                    "input": "print 1 + 1",
                    "language": "python",
                    "metadata": {},
                    "outputs": [],
                    "prompt_number": 1,
                }
            ],
        }
    ],
}
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


def handed_in(path, answers, in_order=True, name="homework_1_tasks.ipynb"):
    """A zip like those of `make handin`, the gaps filled with {task: source}."""
    notebook = copy.deepcopy(UNTOUCHED)
    gaps = [cell for cell in notebook.cells if "raise NotImplementedError" in cell.source]
    sources = [answers[number] for number in TASKS]
    for cell, source in zip(gaps, sources if in_order else reversed(sources), strict=True):
        cell.source = source
    write_zip(path, notebook, name)


@pytest.fixture
def folder(tmp_path):
    handed_in(tmp_path / "reference.zip", reference())
    for name, module in OTHERS.items():
        handed_in(tmp_path / f"{name}.zip", functions(inspect.getsource(module)))
    return tmp_path


def shares(pairs):
    return {frozenset(pair.names): pair.share for pair in pairs}


@pytest.mark.parametrize(
    "number", sorted(set(TASKS) - {"1.6", "1.7", "1.11"})
)  # networks: too slow
def test_bobs_answers_are_right(number):  # ada's: test_client.py
    function = TASKS[number].find(vars(homework_1_bob).get)
    assert checks.judge(number, function) == (checks.CORRECT, "")


def test_three_who_worked_alone_are_not_reported(folder):
    pairs, flagged, others = originality.compare(1, folder)
    assert len(pairs) == 3 and not flagged and not others
    assert max(pair.share for pair in pairs) < originality.REPORTED


def test_a_copy_that_is_renamed_and_reordered_is_found(folder):
    rng = random.Random(0)
    copied = {
        number: renamed(source, rng)
        for number, source in functions(inspect.getsource(homework_1_ada)).items()
    }
    handed_in(folder / "copy.zip", copied, in_order=False)
    found = shares(originality.compare(1, folder)[0])
    assert found.pop(frozenset({"ada", "copy"})) > 0.7
    assert max(found.values()) < originality.REPORTED


def test_a_copy_of_a_public_notebook_is_found(folder, tmp_path_factory):
    kernels = tmp_path_factory.mktemp("kernels")
    (kernels / "public.py").write_text(inspect.getsource(homework_1_bob))
    found = shares(originality.compare(1, folder, kernels)[0])
    assert found.pop(frozenset({"bob", "public: public.py"})) > 0.7
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
    assert frozenset({"ada", "public: ada.py"}) in found


def test_the_untouched_homework_is_like_nobody_wherever_somebody_works(folder, monkeypatch):
    (folder / "untouched.ipynb").write_text(nbformat.writes(UNTOUCHED), encoding="utf-8")
    solved = HOMEWORKS[1].tasks_solution  # as if answers stood in the course's own notebook
    monkeypatch.setattr(Homework, "tasks_notebook", solved)
    found = shares(originality.compare(1, folder)[0])
    assert max(share for names, share in found.items() if "untouched" in names) == 0
    handed_in(folder / "copy.zip", reference())
    found = shares(originality.compare(1, folder)[0])
    assert found[frozenset({"copy", "reference"})] == 1


def test_attempts_of_one_student_are_not_compared_with_each_other(folder):
    handed_in(folder / "ada-1.zip", reference())
    pairs, flagged, _ = originality.compare(1, folder)
    assert len(pairs) == 3 and {"reference", "ada", "bob"} == set().union(*shares(pairs))
    assert len(flagged) == 1 and "ada.zip: left out" in flagged[0]


def test_scores_repeat(folder):
    assert shares(originality.compare(1, folder)[0]) == shares(originality.compare(1, folder)[0])


def test_the_page_shows_the_passages_of_those_alike_only(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ORIGINALITY", tmp_path / "pages")
    (folder / "kernels").mkdir()
    (folder / "kernels" / "b<o>b.py").write_text(inspect.getsource(homework_1_bob))
    pairs, flagged, others = originality.compare(1, folder, folder / "kernels")
    page = originality.write_report(1, pairs, [*flagged, *others, "<i>"]).read_text("utf-8")
    assert "side by side: 1<" in page and "&lt;i&gt;" in page
    assert "<mark>" in page and "b&lt;o&gt;b.py" in page and "b<o>b" not in page
    assert "rows_of.setdefault" in page and "GroupShuffleSplit" not in page


def encrypted(path, notebook):
    """A zip that says of its file that a password is needed."""
    write_zip(path, notebook)
    data = bytearray(path.read_bytes())
    for begin, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(begin) + flags] |= 1
    path.write_bytes(data)


def test_what_grading_takes_is_compared_and_what_it_cannot_take_is_named(folder):
    handed_in(folder / "own name.zip", reference(), name="my homework.ipynb")
    without_outputs = json.loads(nbformat.writes(UNTOUCHED))
    for cell in without_outputs["cells"]:
        cell.pop("outputs", None)
    (folder / "repaired.ipynb").write_text(json.dumps(without_outputs))
    (folder / "cut.zip").write_bytes(b"PK\x03\x04 cut")
    (folder / "broken.ipynb").write_text("{")
    (folder / "empty.ipynb").write_text("{}")
    (folder / "deep.ipynb").write_text("[" * 100_000)
    encrypted(folder / "secret.zip", UNTOUCHED)
    (folder / "old.ipynb").write_text(json.dumps(OF_FORMAT_3))
    with zipfile.ZipFile(folder / "other.zip", "w") as packed:
        packed.writestr("../../homework_1_tasks.ipynb", "{}")
    pairs, flagged, others = originality.compare(1, folder)
    assert set().union(*shares(pairs)) == {"reference", "ada", "bob", "own_name", "repaired"}
    assert flagged == []
    named = {sentence.split(": not compared")[0].rsplit("/", 1)[1] for sentence in others}
    assert named == {
        "cut.zip",
        "broken.ipynb",
        "empty.ipynb",
        "deep.ipynb",
        "secret.zip",
        "old.ipynb",
        "other.zip",
    }


def test_public_notebooks_of_every_age_are_compared_or_named(folder, tmp_path_factory):
    kernels = tmp_path_factory.mktemp("kernels")
    code = inspect.getsource(homework_1_bob)
    (kernels / "latin.py").write_bytes(f"# été\n{code}".encode("latin-1"))
    (kernels / "NAMED.PY").write_bytes(f"# coding: cp1252\n# é\n{code}".encode("cp1252"))
    (kernels / "shell.py").write_text(code, encoding="utf-16")
    (kernels / "python_2.py").write_text(code + "\nprint 'done', 1\nexec 'x'\n")
    old = json.loads(json.dumps(OF_FORMAT_3))
    old["worksheets"][0]["cells"][0]["input"] = code
    (kernels / "old.ipynb").write_text(json.dumps(old))
    (kernels / "words.ipynb").write_text(
        nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("words")]))
    )
    (kernels / "empty.ipynb").write_text("{}")
    (kernels / "deep.ipynb").write_text("[" * 100_000)
    (kernels / "all.zip").write_bytes(b"")
    pairs, flagged, others = originality.compare(1, folder, kernels)
    found = shares(pairs)
    for name in ("latin.py", "NAMED.PY", "shell.py", "python_2.py", "old.ipynb"):
        assert found[frozenset({"bob", f"public: {name}"})] > 0.7
    named = {sentence.split(": not compared")[0].rsplit("/", 1)[1] for sentence in others}
    assert named == {"words.ipynb", "empty.ipynb", "deep.ipynb", "all.zip"}
    assert flagged == []


def test_too_little_to_compare_is_refused(tmp_path):
    with pytest.raises(GradeError, match="there is no such folder"):
        originality.compare(1, tmp_path / "none")
    handed_in(tmp_path / "ada.zip", reference())
    with pytest.raises(originality.OriginalityError, match="nothing to compare"):
        originality.compare(1, tmp_path)
    with pytest.raises(originality.OriginalityError, match="there is no such folder"):
        originality.compare(1, tmp_path, tmp_path / "none")
    with pytest.raises(originality.OriginalityError, match="this is a file"):
        originality.compare(1, tmp_path, tmp_path / "ada.zip")
