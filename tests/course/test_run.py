"""Notebooks that are executed, and what becomes of one that stops."""

import re
import subprocess
import sys

import nbformat
import pytest
from nbclient.exceptions import CellTimeoutError

from utils import paths
from utils.course import run

pytestmark = pytest.mark.usefixtures("no_sphinx")


def front_page(index):
    """The front page's source, which stands where Sphinx would write the page."""
    return index.with_suffix(".md").read_text(encoding="utf-8")


def test_the_notebook_cell_and_error_that_failed_are_named_and_all_others_run(course):
    course.write_notebook("01_good", "print(6 * 7)")
    course.write_notebook("02_bad", "x = 1", "raise ValueError('the lamp is off')")
    stale = course.build / "02_bad" / "results.json"
    stale.parent.mkdir(parents=True)
    stale.write_text("{}", encoding="utf-8")
    lines = []
    index, _, errors = run.run_all(say=lines.append)
    assert "42" in (course.build / "01_good" / "01_good.ipynb").read_text(encoding="utf-8")
    [error] = errors
    assert "notebooks/02_bad.ipynb stopped in In [2] (raise ValueError(" in error
    assert "\nValueError: the lamp is off\n" in error
    assert (course.build / "02_bad" / "02_bad.failed.ipynb").exists()
    assert not stale.exists()
    told = "\n".join(lines)
    assert re.search(r"^\[\d/2\] notebooks/01_good\.ipynb done in \d+ s$", told, re.M)
    assert re.search(r"^\[\d/2\] notebooks/02_bad\.ipynb FAILED after \d+ s$", told, re.M)
    text = front_page(index)
    assert "\nnotebooks/01_good\n" in text and "1 of 1 notebooks were executed" in text
    assert "02_bad" not in text


def test_a_notebook_gets_parameters_and_what_a_slider_draws_stays_in_its_cell(course):
    """nbclient sends it back to the kernel instead, and then now and then waits for ever."""
    slider = "import ipywidgets\nipywidgets.interact(lambda s=1: print('drawn', source), s=(0, 2));"
    executed = run.run_notebook(course.write_notebook("slider", slider), {"source": "here"})
    cell = nbformat.read(executed, as_version=4).cells[-1]
    assert "drawn here\n" in [output.get("text") for output in cell.outputs]


def write_study(course):
    """A study with words for any data and for one kind alone; code bears those tags, too."""
    path = course.write_notebook("study", "source = 'sample'", "print(source)", "1 + 1")
    notebook = nbformat.read(path, as_version=4)
    for cell, tag in zip(notebook.cells[1:], ("parameters", "sample", "file"), strict=True):
        cell.metadata["tags"] = [tag]
    for tag in ("sample", "file"):
        words = nbformat.v4.new_markdown_cell(f"True of a {tag}.", metadata={"tags": [tag]})
        notebook.cells.insert(3, words)
    nbformat.write(notebook, path)
    return path


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, ["True of a sample."]),
        ({"source": "sample"}, ["True of a sample."]),
        ({"source": "reviews.csv"}, ["True of a file."]),
    ],
)
def test_a_page_and_the_site_have_the_words_that_fit_the_data(course, parameters, said):
    path = write_study(course)
    executed = run.run_notebook(path, parameters)
    assert words_of(executed) == ["# study & more", *said]
    cells = nbformat.read(executed, as_version=4).cells
    n_code = sum(cell.cell_type == "code" for cell in cells)
    assert n_code == 3 + bool(parameters)  # papermill puts these into a cell
    shown = front_page(run.write_site())
    assert "1 of 1 notebooks were executed" in shown
    assert words_of(course.build / "site" / "notebooks" / "study.ipynb") == words_of(executed)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source = "# Changed since"
    nbformat.write(notebook, path)
    assert "the outputs that were saved" in front_page(run.write_site())
    of_site = words_of(course.build / "site" / "notebooks" / "study.ipynb")
    assert of_site == ["# Changed since", "True of a sample."]


def words_of(path):
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def test_what_students_get_is_not_run(course):
    course.write_notebook("01_lesson")
    for folder in ("homework", ".ipynb_checkpoints"):
        (course.notebooks / folder).mkdir()
        course.write_notebook(f"{folder}/01_lesson")
    assert run.notebooks() == [course.notebooks / "01_lesson.ipynb"]


NO_DATA = "from utils.fetch import FetchError; raise FetchError('Rain (2 MB, MIT) is <missing>.')"


def test_an_application_without_its_data_is_left_out_and_all_others_run(course):
    left_out = course.write_application("01_river", "x = 1", NO_DATA, "print(x)")
    course.write_application("02_music", "print(6 * 7)")
    lines = []
    index, why, errors = run.run_all(say=lines.append)
    assert errors == []
    assert why == {left_out: "Rain (2 MB, MIT) is <missing>."}
    assert (course.build / "02_music" / "02_music.ipynb").exists()
    assert not list((course.build / "01_river").iterdir())
    assert re.search(r"notebooks/applications/01_river\.ipynb left out after", "\n".join(lines))
    said = (
        "[applications/01_river & more](/notebooks/applications/01_river.ipynb) was left out of "
        "this run. Rain (2 MB, MIT) is <missing>."
    )
    assert said in front_page(index)


def test_applications_have_a_heading_of_their_own(course):
    course.write_application("01_river", "print(6 * 7)")
    course.write_notebook("00_lesson", "print(6 * 7)")
    index, *_ = run.run_all(say=lambda line: None)
    _, lessons, applications, *_ = front_page(index).split(":caption:")
    assert "notebooks/00_lesson\n" in lessons and "01_river" not in lessons
    assert "notebooks/applications/01_river\n" in applications


KILLED = "x = 1\nimport os, signal; os.kill(os.getpid(), signal.SIGKILL)"


def test_where_one_kernel_is_killed_the_other_pages_are_written(course, capfd):
    course.write_notebook("01_good", "print(6 * 7)")
    course.write_notebook("02_killed", "", "y = 2", KILLED, "print('never')")
    (course.notebooks / "03_cut_off.ipynb").write_text('{"cells": [', encoding="utf-8")
    (course.notebooks / "04_empty.ipynb").touch()
    index, _, errors = run.run_all(say=lambda line: None)
    assert "notebooks/01_good\n" in front_page(index)
    killed, cut_off, empty = errors
    assert killed.startswith("notebooks/02_killed.ipynb stopped in In [2] (x = 1): its Python was")
    assert "where memory runs out. Close other programs" in killed
    assert nbformat.read(course.build / "02_killed" / "02_killed.failed.ipynb", as_version=4)
    for name, error in {"03_cut_off": cut_off, "04_empty": empty}.items():
        assert error.startswith(f"notebooks/{name}.ipynb is no notebook any more (Notebook does")
        assert f"`git checkout -- notebooks/{name}.ipynb` brings back" in error
    assert "Traceback" not in capfd.readouterr().err
    assert {path.name for path in (course.build / "02_killed").iterdir()} == {
        "02_killed.failed.ipynb"
    }


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("Kernel didn't respond in 60 seconds"),
        KeyError("no kernel python3"),
        FileNotFoundError(2, "No such file or directory", "/gone/python"),
    ],
)
def test_a_kernel_that_does_not_start_is_said(course, monkeypatch, error):
    def start(client, **options):
        raise error

    monkeypatch.setattr(run.PapermillNotebookClient, "start_new_kernel", start)
    path = course.write_notebook("01_lesson", "x = 1")
    with pytest.raises(run.NotebookError) as caught:
        run.run_notebook(path)
    said = str(caught.value)
    assert said.startswith(
        "notebooks/01_lesson.ipynb was not run, as Python does not start in it ("
    )
    assert str(error) in said and "delete the folder .venv" in said


def test_a_cell_that_gives_no_answer_is_named(course, monkeypatch):
    def silent(client, cell, index, **options):
        if cell.cell_type == "code":
            raise CellTimeoutError("no answer")

    monkeypatch.setattr(run.PapermillNotebookClient, "execute_cell", silent)
    path = course.write_notebook("01_lesson", "x = 1")
    with pytest.raises(run.NotebookError, match=r"stopped in In \[1\] \(x = 1\): its Python does"):
        run.run_notebook(path)


def test_pages_may_lie_outside_the_course(course, tmp_path_factory, monkeypatch):
    build = tmp_path_factory.mktemp("mine")
    monkeypatch.setattr(paths, "BUILD", build)
    monkeypatch.setattr(paths, "SITE", build / "site")
    course.write_notebook("01_lesson", "x = 1")
    course.write_notebook("02_bad", "1 / 0")
    index, _, errors = run.run_all(say=lambda line: None)
    assert index == build / "site" / "index.html"
    assert (build / "01_lesson" / "01_lesson.ipynb").exists()
    assert f"(as far as it got: {build / '02_bad' / '02_bad.failed.ipynb'})" in errors[0]


def test_it_is_imported_without_a_change_to_logging():
    """A package that sets up Python's log would print what others keep to themselves."""
    code = "import logging, utils.course.run; print(logging.getLogger().handlers)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
