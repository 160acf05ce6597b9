"""What Jupyter opens is read; cells are found although people copy, split and retype them."""

import copy
import json
import warnings

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import (
    HandInError,
    answers,
    grade_id,
    graded_cells,
    parse,
    place_of,
    what_is_missing,
)

HANDED_OUT = json.loads(HOMEWORKS[1].tasks_notebook.read_bytes())


def parsed(notebook):
    """Read without a warning."""
    with warnings.catch_warnings(action="error"):
        return parse(json.dumps(notebook).encode(), "mine.ipynb", 1)


def changed(change):
    notebook = copy.deepcopy(HANDED_OUT)
    change(notebook)
    return notebook


def place(notebook, name):
    return [
        cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]
    ].index(name)


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "this file is empty"),
        (b"no json", "line 1: this is no notebook, whose text is JSON"),
        (b'{"cells": [\n  {"cell_type": "code",\n<<<<<<< HEAD\n', "line 3: this is no notebook"),
        (b"3", "it has no list of cells"),
        (b'{"cells": 3}', "it has no list of cells"),
        (b'{"cells": [3], "nbformat": 4}', "cell 1 from the top is of a kind"),
        (
            b'{"cells": [{"cell_type": "markdown", "source": 3}]}',
            "cell 1 from the top holds no text",
        ),
        (b'{"cells": [], "nbformat": 5}', "format '5'"),
        (b'{"worksheets": 3, "nbformat": 3}', "format 3, from before 2015"),
        (b"\xff\xff", "this is no notebook"),
        (b"[" * 200_000, "no notebook as Jupyter saves them"),
        (b"<!DOCTYPE html><html>", "this is a web page"),
        (b"PK\x03\x04...", "this is a zip"),
    ],
)
def test_what_is_no_notebook_is_refused_by_its_own_fault(data, says):
    with pytest.raises(HandInError, match="mine.ipynb") as refused:
        parse(data, "mine.ipynb", 1)
    assert says in str(refused.value)


@pytest.mark.parametrize("number", HOMEWORKS)
def test_the_checks_tell_whose_notebook_it_is(number):
    path = HOMEWORKS[number].tasks_solution
    notebook = parse(path.read_bytes(), path, number)
    assert list(answers(notebook)) == list(HOMEWORKS[number].questions)
    assert what_is_missing(notebook, number) == []
    with pytest.raises(HandInError, match=f"but those of homework {number}: say HOMEWORK={number}"):
        parse(path.read_bytes(), path, 3 - number)
    nothing = nbformat.writes(nbformat.v4.new_notebook()).encode()
    with pytest.raises(HandInError, match=f"the checks of homework {number} are not in it"):
        parse(nothing, path, number)
    assert parse(nothing, path, None).cells == []


def minor_4_with_ids(notebook):
    notebook["nbformat_minor"] = 4


def minor_5_without_ids(notebook):
    for cell in notebook["cells"]:
        del cell["id"]


def one_id_for_all(notebook):
    for cell in notebook["cells"]:
        cell["id"] = "same"


def odd_ids(notebook):
    for n, cell in enumerate(notebook["cells"]):
        cell["id"] = (None, 7, "not valid!", "x" * 100)[n % 4]


def without_outputs(notebook):
    for cell in code_cells(notebook):
        del cell["outputs"], cell["execution_count"]


def stream_without_name(notebook):
    code_cells(notebook)[0]["outputs"] = [{"output_type": "stream", "text": "x"}, 3]


def unknown_output(notebook):
    code_cells(notebook)[0]["outputs"] = [{"output_type": "of the future"}]


def without_metadata(notebook):
    del notebook["metadata"], notebook["nbformat_minor"]
    for cell in notebook["cells"]:
        if not cell["metadata"]:
            del cell["metadata"]


def odd_metadata(notebook):
    notebook["metadata"] = {"kernelspec": None, "language_info": [], "orig_nbformat": "4"}
    notebook["cells"][0]["metadata"] = {"tags": "one", "collapsed": 7, "nbgrader": [], "name": 3}


def text_as_one_string(notebook):
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])


def windows_line_ends(notebook):
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")


def markdown_with_outputs(notebook):
    notebook["cells"][0] |= {"outputs": [], "execution_count": None, "extra": 1}


def odd_counts(notebook):
    for cell, count in zip(code_cells(notebook), (-1, "3", True, 2.5), strict=False):
        cell["execution_count"] = count


def attachment_and_raw_cell(notebook):
    notebook["cells"][0]["attachments"] = {"a.png": {"image/png": "AAAA"}}
    notebook["cells"].insert(1, {"cell_type": "raw", "metadata": {}, "source": "x", "id": "raw"})


def of_colab(notebook):
    """Forms, and outputs with ids of their own; no ids of cells; a notebook with an accelerator."""
    notebook["metadata"] |= {
        "accelerator": "GPU",
        "colab": {"provenance": [], "gpuType": "T4", "toc_visible": True},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"x": {"model_name": "HTML"}}},
    }
    notebook["nbformat_minor"] = 0
    for cell in notebook["cells"]:
        cell["metadata"] |= {"id": cell.pop("id"), "cellView": "form"}
    for cell in code_cells(notebook):
        cell["metadata"] |= {"outputId": "6b1c", "colab": {"base_uri": "https://localhost:8080/"}}
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["x"]}]


def of_vs_code(notebook):
    """The language with each cell; cells added there bear ids like "#VSC-1a2b"."""
    notebook["metadata"] = {
        "kernelspec": {"display_name": ".venv", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.11.9"},
        "orig_nbformat": 4,
        "vscode": {"interpreter": {"hash": "31f2"}},
    }
    notebook["nbformat_minor"] = 2
    for n, cell in enumerate(notebook["cells"]):
        cell["id"] = f"#VSC-{n:08x}"
        cell["metadata"] |= {"vscode": {"languageId": "python"}}


def of_kaggle(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] |= {"_uuid": "8f2839f25d086af7", "trusted": True, "papermill": {}}
        cell["metadata"] |= {"execution": {"iopub.status.busy": "2026-11-28T12:00:00"}}


def of_classic_jupyter(minor):
    """Each format from 4.0 to 4.4 has no ids; some metadata are older still."""

    def save(notebook):
        minor_5_without_ids(notebook)
        notebook["nbformat_minor"] = minor
        notebook["metadata"] |= {"toc": {}, "varInspector": {}, "signature": "sha256:1f"}
        for cell in code_cells(notebook):
            cell["metadata"] |= {"collapsed": False, "scrolled": True, "trusted": False}
            cell["metadata"] |= {"code_folding": [], "deletable": False, "run_control": {}}

    save.__name__ = f"of_classic_jupyter_4_{minor}"
    return save


def with_a_second_copy_of_each_id(notebook):
    notebook["cells"].append(notebook["cells"][0])
    notebook["cells"].append(notebook["cells"][0])


SAVED_ELSEWHERE = [
    of_colab,
    of_vs_code,
    of_kaggle,
    *map(of_classic_jupyter, range(5)),
    with_a_second_copy_of_each_id,
    minor_4_with_ids,
    minor_5_without_ids,
    one_id_for_all,
    odd_ids,
    without_outputs,
    stream_without_name,
    unknown_output,
    without_metadata,
    odd_metadata,
    text_as_one_string,
    windows_line_ends,
    markdown_with_outputs,
    odd_counts,
    attachment_and_raw_cell,
]


@pytest.mark.parametrize("change", SAVED_ELSEWHERE)
def test_what_other_programs_save_is_repaired(change):
    expected = [
        "".join(cell["source"]) for cell in HANDED_OUT["cells"] if cell["cell_type"] == "code"
    ]
    notebook = parsed(changed(change))
    assert [cell.source for cell in notebook.cells if cell.cell_type == "code"] == expected
    assert what_is_missing(notebook, 1) == []
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


def test_other_encodings_and_the_format_of_old_are_read():
    expected = parsed(HANDED_OUT).cells
    text = json.dumps(HANDED_OUT, ensure_ascii=False)
    for data in (b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        cells = parse(data, "mine.ipynb", 1).cells
        assert [cell.source for cell in cells] == [cell.source for cell in expected]
    old = nbformat.convert(parsed(HANDED_OUT), 3)
    heading = {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Tasks"]}
    old["worksheets"][0]["cells"].append(heading)
    cells = parse(json.dumps(old).encode(), "mine.ipynb", 1).cells
    assert cells.pop().source == "# Tasks"
    assert [cell.source for cell in cells] == [cell.source for cell in expected]


def test_both_halves_of_a_split_answer_are_read():
    def split(notebook):
        at = place(notebook, "question-1-14")
        notebook["cells"][at]["source"] = "First."
        notebook["cells"].insert(at + 1, notebook["cells"][at] | {"source": "Second."})

    assert answers(parsed(changed(split)))["1.14"] == "First.\n\nSecond."


def test_questions_of_notebooks_handed_out_earlier_have_their_former_numbers():
    def earlier(notebook):
        for former, present in ((11, 14), (12, 15)):
            cell = notebook["cells"][place(notebook, f"question-1-{present}")]
            cell["metadata"]["nbgrader"]["grade_id"] = f"question-1-{former}"
            cell["source"] = f"once {former}"

    found = answers(parsed(changed(earlier)))
    assert (found["1.14"], found["1.15"]) == ("once 11", "once 12")


def test_a_deleted_question_and_a_deleted_check_are_named():
    def delete(notebook):
        for name in ("question-1-14", "check-1-3", "check-1-10"):
            del notebook["cells"][place(notebook, name)]

    missing = what_is_missing(parsed(changed(delete)), 1)
    assert [sentence[:32] for sentence in missing] == [
        "The check of task 1.3 is not the",
        "The check of task 1.10 is not th",
        "Question 1.14 is not there, its ",
    ]


def test_checks_are_known_by_their_calls_where_the_metadata_is_lost():
    def lose(notebook):
        for cell in notebook["cells"]:
            cell["metadata"] = {}

    notebook = parsed(changed(lose))
    missing = what_is_missing(notebook, 1)
    assert "lost their metadata" in missing[0] and len(missing) == 4
    assert graded_cells(notebook, 1)[-1].source == 'improvement_is_right = check("1.13")'


def test_a_check_in_a_comment_is_none():
    def comment_out(notebook):
        cell = notebook["cells"][place(notebook, "check-1-3")]
        cell["source"], cell["metadata"] = '# check("1.3")', {}

    assert what_is_missing(parsed(changed(comment_out)), 1)[0].startswith("The check of task 1.3")


@pytest.mark.parametrize(
    "code",
    [
        "\n".join(f'check("1.{n}")' for n in range(1, 14)),
        "; ".join(f"check(number='1.{n}')" for n in range(1, 14)),
        "for task in " + str([f"1.{n}" for n in range(1, 14)]) + ":\n    checks.check(task)",
    ],
)
def test_checks_are_found_however_they_are_called(code):
    def merge(notebook):
        cells = [cell for cell in notebook["cells"] if "check(" not in "".join(cell["source"])]
        notebook["cells"] = [*cells, {"cell_type": "code", "source": code}]

    assert what_is_missing(parsed(changed(merge)), 1) == []


def test_a_check_in_a_text_is_none():
    cells = [
        nbformat.v4.new_code_cell(code) for code in ('check("1.1")', "print('check(\"1.10\")')")
    ]
    assert len(graded_cells(nbformat.v4.new_notebook(cells=cells), 1)) == 1


def copied_above_its_answer(notebook):
    at = place(notebook, "check-1-13")
    notebook["cells"].insert(place(notebook, "task-1-12"), notebook["cells"][at])


def deleted(notebook):
    del notebook["cells"][place(notebook, "check-1-13")]


def moved_to_the_end(notebook):
    notebook["cells"].append(notebook["cells"].pop(place(notebook, "task-1-3")))


def typed_anew_at_the_end(notebook):
    cell = notebook["cells"].pop(place(notebook, "task-1-3"))
    notebook["cells"].append(cell | {"metadata": {}})


def typed_anew_as(code):
    def change(notebook):
        typed_anew_at_the_end(notebook)
        notebook["cells"][-1]["source"] = code

    return change


@pytest.mark.parametrize(
    "code",
    [
        "encode = lambda texts, vocabulary, length: []",
        "encode: Callable = partial(encoded, side='post')",
        "async def encode(texts, vocabulary, length): ...",
        "class encode: ...",
        "import numpy\n\nencode = numpy.array",
        "@timed\ndef encode(*given): ...",
        "first, encode = 1, print",
        "from functools import partial as encode",
        "if (encode := print): pass",
    ],
)
def test_an_answer_of_any_form_below_the_last_check_is_graded(code):
    graded = graded_cells(parsed(changed(typed_anew_as(code))), 1)
    assert graded[-1].source == code


@pytest.mark.parametrize(
    "code", ["encode(texts, [], 3)", "tokens = encode(texts)", "def f(): encode = 3"]
)
def test_a_call_below_the_last_check_is_no_answer(code):
    graded = graded_cells(parsed(changed(typed_anew_as(code))), 1)
    assert grade_id(graded[-1]) == "check-1-13"


@pytest.mark.parametrize(
    "change", [copied_above_its_answer, deleted, moved_to_the_end, typed_anew_at_the_end]
)
def test_every_answer_is_among_the_graded_cells(change):
    code = "\n".join(cell.source for cell in graded_cells(parsed(changed(change)), 1))
    for task in HOMEWORKS[1].tasks.values():
        assert f"def {task.function}(" in code


def test_what_is_trained_below_the_last_check_is_not_among_them():
    notebook = parsed(HANDED_OUT)
    graded = graded_cells(notebook, 1)
    assert grade_id(graded[-1]) == "check-1-13" and len(graded) < len(notebook.cells)


def test_hints_that_are_asked_for_right_below_the_last_check_are_among_them():
    def ask(notebook):
        at = place(notebook, "check-1-13")
        code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        for source in ("epochs = 9", 'hint("1.1")', 'hint("1.13", third=True)\nhint("1.13")'):
            notebook["cells"].insert(at + 1, code | {"source": source})

    graded = graded_cells(parsed(changed(ask)), 1)
    assert [cell.source[:12] for cell in graded[-2:]] == ['hint("1.13",', 'hint("1.1")']


def test_cells_are_numbered_as_jupyter_numbers_them():
    def add(notebook):
        notebook["cells"].insert(0, notebook["cells"][0] | {"cell_type": "code", "source": ""})

    notebook = parsed(changed(add))
    counts = [place_of(notebook, cell) for cell in notebook.cells if cell.cell_type == "code"]
    assert counts[2].startswith("In [2] (source =") and counts[3].startswith("In [3] (from utils")


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
ANY_CELL = st.dictionaries(
    st.sampled_from(
        "cell_type source metadata outputs execution_count id attachments nbgrader extra".split()
    ),
    st.sampled_from(["code", "markdown", "raw", 'check("1.1")']) | ANY_JSON,
)
ANY_NOTEBOOK = st.fixed_dictionaries(
    {"cells": st.lists(ANY_CELL, max_size=3) | ANY_JSON},
    optional={
        "nbformat": st.sampled_from([1, 2, 3, 4, 5]) | ANY_JSON,
        "worksheets": st.lists(st.dictionaries(st.just("cells"), st.lists(ANY_CELL))) | ANY_JSON,
        "metadata": ANY_JSON,
        "nbformat_minor": ANY_JSON,
    },
)


@settings(max_examples=300)
@example(raw={"cells": [{"cell_type": "markdown", "attachments": {"": None}}]})
@given(raw=ANY_JSON | ANY_CELL.map(lambda cell: {"nbformat": 4, "cells": [cell]}) | ANY_NOTEBOOK)
def test_any_json_is_a_notebook_or_gets_one_sentence(raw):
    for number in (1, None):
        try:
            notebook = parse(json.dumps(raw).encode(), "mine.ipynb", number)
        except HandInError as refused:
            assert str(refused).startswith("mine.ipynb") and "\n" not in str(refused)
            continue
        again = parse(nbformat.writes(notebook).encode(), "mine.ipynb", number)
        assert [cell.source for cell in again.cells] == [cell.source for cell in notebook.cells]
        answers(notebook), what_is_missing(notebook, 1), graded_cells(notebook, 1)


@given(data=st.binary(max_size=60))
def test_any_bytes_are_a_notebook_or_get_one_sentence(data):
    with pytest.raises(HandInError, match="mine.ipynb"):
        parse(data, "mine.ipynb", 1)
