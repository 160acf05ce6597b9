"""The site's sources, results on its front page and in the terminal, and a stop of Sphinx."""

import os
import re

import jinja2
import nbformat
import pytest

from utils import paths, training
from utils.course import live_lstm, site

PART = {"accuracy": 0.25, "by_seed": [0.2, 0.3]}
MODELS = {"lstm": {"validation": PART, "test": PART, "parameters": 12_345, "seconds": 1.0}}


def execute(course, path, text, parameters=False):
    """What papermill would leave of a notebook: one output a cell, and the parameters it put in."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells[1:]:
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
    if parameters:
        cell = nbformat.v4.new_code_cell("x = 2", metadata={"tags": ["injected-parameters"]})
        notebook.cells.insert(1, cell)
    ran = course.build / path.stem / path.name
    ran.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, ran)


def source(course, name):
    return (course.build / "site" / name).read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_sphinx")
@pytest.mark.parametrize("parameters", [False, True])
def test_a_page_shows_what_was_printed_here_or_else_what_is_saved(course, parameters):
    path = course.write_notebook("one", "print(x)")
    site.build([path])
    assert "printed here" not in source(course, "notebooks/one.ipynb")
    assert "the outputs that were saved" in source(course, "index.md")
    execute(course, path, "printed here", parameters)
    site.build([path])
    assert "printed here" in source(course, "notebooks/one.ipynb")
    assert "1 of 1 notebooks were executed on this machine" in source(course, "index.md")
    course.write_notebook("one", "print(x + 1)")
    site.build([path])
    assert "printed here" not in source(course, "notebooks/one.ipynb")


@pytest.mark.usefixtures("no_sphinx")
def test_the_browser_gets_the_networks_of_the_run_that_a_page_shows(course):
    path = course.write_notebook("one", "print(x)")
    name = f"_static/{live_lstm.FILE}"
    committed = (paths.DOCS / name).read_text(encoding="utf-8")
    weights = course.build / "one" / live_lstm.FILE
    weights.parent.mkdir(parents=True)
    weights.write_text("of this run", encoding="utf-8")
    site.build([path])
    assert source(course, name) == committed  # the notebook was not run to its end
    execute(course, path, "printed here")
    site.build([path])
    assert source(course, name) == "of this run"
    later = weights.stat().st_mtime + 100
    os.utime(weights, (later, later))
    site.build([path])
    assert source(course, name) == committed  # somebody tried something else since


@pytest.mark.usefixtures("no_sphinx")
def test_the_front_page_and_the_terminal_show_what_the_notebooks_found(course):
    path = course.write_notebook("homework_9")
    training.write_results(
        course.build / "homework_9" / "results.json",
        source="sample",
        tier="class",
        seeds=(0, 1),
        models=MODELS,
    )
    site.build([path])
    index = source(course, "index.md")
    assert "### Homework 9" in index
    assert "sample, class tier, seeds 0, 1, " in index
    assert "| lstm | 0.250 ± 0.071 | 0.250 ± 0.071 | 12,345 |" in index
    first, _, lstm = site.results_lines(site.results(["homework_9"]))
    assert re.fullmatch(r"homework_9: sample, class tier, seeds 0, 1, \d+ cores; accuracy", first)
    assert re.search(r"lstm +0\.250 ± 0\.071 +0\.250 ± 0\.071 +12,345$", lstm)


def test_results_in_millimetres_are_told_apart_from_accuracy():
    part = {"mae": 24.0, "mae_under_73": 1.75, "by_seed": [1.7, 1.8]}
    model = {"validation": part, "test": part, "parameters": 9, "seconds": 1.0}
    result = {"source": "sample", "tier": "class", "seeds": [0, 1], "cores": 2}
    lines = list(site.results_lines({"homework_2": result | {"models": {"gru": model}}}))
    assert lines[0].endswith("; mean absolute error (mm), hours under 73 mm")
    assert re.search(r"gru +1\.750 ± 0\.071 +1\.750 ± 0\.071 +9$", lines[2])


def test_where_sphinx_stops_the_site_that_was_there_stays(course, monkeypatch, tmp_path):
    path = course.write_notebook("one", "print(x)")
    before = course.build / "site" / "index.html"
    before.parent.mkdir(parents=True)
    before.write_text("before", encoding="utf-8")
    docs = tmp_path / "broken docs"
    docs.mkdir()
    (docs / "conf.py").write_text("1 / 0", encoding="utf-8")
    (docs / "index.md.j2").write_text("# Course", encoding="utf-8")
    monkeypatch.setattr(paths, "DOCS", docs)
    with pytest.raises(site.SiteError, match="as Sphinx stopped: (.|\n)*division by zero"):
        site.build([path])
    assert before.read_text(encoding="utf-8") == "before"
    assert sorted(found.name for found in course.build.iterdir()) == ["site"]


def test_a_page_that_lacks_what_its_template_needs_is_not_made():
    with pytest.raises(jinja2.UndefinedError, match="title"):
        site.render("base.html")
