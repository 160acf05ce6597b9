"""Notebooks that are executed, and what becomes of one that stops."""

import re

import nbformat

from utils.course import run


def test_pages_are_written_and_the_notebook_cell_and_error_that_failed_are_named(course):
    course.write_notebook("01_good", "print(6 * 7)")
    course.write_notebook("02_bad", "x = 1", "raise ValueError('the lamp is off')")
    stale = course.build / "02_bad" / "results.json"
    stale.parent.mkdir(parents=True)
    stale.write_text("{}", encoding="utf-8")
    lines = []
    index, pages, errors = run.run_all(say=lines.append)
    assert pages == [course.build / "01_good" / "01_good.html"]
    assert "42" in pages[0].read_text(encoding="utf-8")
    [error] = errors
    assert "notebooks/02_bad.ipynb stopped in cell [2] (raise ValueError(" in error
    assert "\nValueError: the lamp is off\n" in error
    assert (course.build / "02_bad" / "02_bad.failed.ipynb").exists()
    assert not stale.exists()
    told = "\n".join(lines)
    assert re.search(r"^\[\d/2\] notebooks/01_good\.ipynb done in \d+ s$", told, re.M)
    assert re.search(r"^\[\d/2\] notebooks/02_bad\.ipynb FAILED after \d+ s$", told, re.M)
    text = index.read_text(encoding="utf-8")
    assert '<a href="01_good/01_good.html">01_good &amp; more</a>' in text
    assert "02_bad" not in text


def test_a_notebook_gets_parameters_and_what_a_slider_draws_stays_in_its_cell(course):
    """nbclient sends it back to the kernel instead, and then now and then waits for ever."""
    slider = "import ipywidgets\nipywidgets.interact(lambda s=1: print('drawn', source), s=(0, 2));"
    page = run.run_notebook(course.write_notebook("slider", slider), {"source": "here"})
    cell = nbformat.read(page.with_suffix(".ipynb"), as_version=4).cells[-1]
    assert "drawn here\n" in [output.get("text") for output in cell.outputs]


def test_what_students_get_is_not_run(course):
    course.write_notebook("01_lesson")
    for folder in ("homework", ".ipynb_checkpoints"):
        (course.notebooks / folder).mkdir()
        course.write_notebook(f"{folder}/01_lesson")
    assert run.notebooks() == [course.notebooks / "01_lesson.ipynb"]
