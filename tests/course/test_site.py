"""Pages: the index with its tables of results, and the same results in the terminal."""

import re

import jinja2
import nbformat
import pytest

from utils import training
from utils.course import site

PART = {"accuracy": 0.25, "by_seed": [0.2, 0.3]}
MODELS = {"lstm": {"validation": PART, "test": PART, "parameters": 12_345, "seconds": 1.0}}


def test_pictures_on_a_page_have_their_descriptions(course):
    path = course.write_notebook("one", "figures.show(figure)", "figures.show(other)")
    notebook = nbformat.read(path, as_version=4)
    for cell, metadata in zip(notebook.cells[1:], ({"alt": "a gate < 1"}, {}), strict=True):
        metadata = {"image/png": metadata}
        picture = nbformat.v4.new_output("display_data", {"image/png": "UE5H"}, metadata=metadata)
        cell.outputs = [picture]
    nbformat.write(notebook, path)
    page = site.to_html(path)
    shown = re.findall(r'<img alt="([^"]*)"[^>]* src="data:image/png;base64,UE5H"', page)
    assert shown == ["a gate &lt; 1", "No description has been provided for this image"]


def test_the_index_and_the_terminal_show_what_the_notebooks_found(course):
    page = course.build / "homework_9" / "homework_9.html"
    page.parent.mkdir(parents=True)
    course.write_notebook("homework_9").replace(page.with_suffix(".ipynb"))
    training.write_results(
        page.with_name("results.json"),
        source="sample",
        tier="class",
        seeds=(0, 1),
        models=MODELS | {"gru <b>": MODELS["lstm"]},
    )
    index = site.write_index([page]).read_text(encoding="utf-8")
    assert "<h2>Homework 9</h2>" in index
    assert "<p>sample, class tier, seeds 0, 1, " in index
    assert "<td>0.250 ± 0.071</td>" in index
    assert "gru &lt;b&gt;" in index
    first, _, lstm, _ = site.results_lines(site.results([page]))
    assert re.fullmatch(r"homework_9: sample, class tier, seeds 0, 1, \d+ cores; accuracy", first)
    assert re.search(r"lstm +0\.250 ± 0\.071 +0\.250 ± 0\.071 +12,345$", lstm)


def test_results_in_millimetres_are_told_apart_from_accuracy():
    part = {"mae": 24.0, "mae_under_73": 1.75, "by_seed": [1.7, 1.8]}
    model = {"validation": part, "test": part, "parameters": 9, "seconds": 1.0}
    result = {"source": "sample", "tier": "class", "seeds": [0, 1], "cores": 2}
    lines = list(site.results_lines({"homework_2": result | {"models": {"gru": model}}}))
    assert lines[0].endswith("; mean absolute error (mm), hours under 73 mm")
    assert re.search(r"gru +1\.750 ± 0\.071 +1\.750 ± 0\.071 +9$", lines[2])


def test_a_page_that_lacks_what_its_template_needs_is_not_made():
    with pytest.raises(jinja2.UndefinedError, match="title"):
        site.render("base.html")
