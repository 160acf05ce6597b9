"""What may be expected of every notebook: saved outputs, order, length, prose, a recap."""

import base64
import re
import statistics
import subprocess
import sys

import nbformat
import pytest

from utils import paths
from utils.course import run

NOTEBOOKS = {str(path.relative_to(paths.ROOT)): path for path in run.notebooks()}
SKIPPED = "# NBVAL_IGNORE_OUTPUT"


@pytest.fixture(params=NOTEBOOKS)
def notebook(request):
    return nbformat.read(NOTEBOOKS[request.param], as_version=4)


def code_cells(notebook):
    return [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]


def faults_of_outputs(notebook):
    """Sentences naming each cell whose saved output is not that of one clean run."""
    faults = []
    for number, (i, cell) in enumerate(code_cells(notebook), 1):
        if cell.execution_count != number:
            faults.append(f"cell {i} was run as number {cell.execution_count}, expected {number}")
        shows = re.search(r"^\s*(print|figures\.show|claims\.assert_bound)\(", cell.source, re.M)
        if shows and not re.search(r"^def ", cell.source, re.M) and not cell.outputs:
            faults.append(f"cell {i} prints but is saved without its output")
        for output in cell.outputs:
            if output.output_type == "error":
                faults.append(f"cell {i} is saved with the error {output.ename}")
            shown = output.get("data", {})
            if "image/png" in shown:
                alt = output.metadata.get("image/png", {}).get("alt")
                if not alt or shown["text/plain"] != alt:
                    faults.append(f"cell {i} shows a picture without its description")
            if output.get("name") == "stderr":
                faults.append(f"cell {i} is saved with text on stderr")
            if re.search(r"/(home|root|Users|tmp|work)/|[A-Z]:\\\\", str(output)):
                faults.append(f"cell {i} shows a path of the machine it ran on")
    if notebook.metadata.kernelspec.name != "python3":
        faults.append(f"the kernel is {notebook.metadata.kernelspec.name}, expected python3")
    return faults


def test_the_front_page_shows_the_figure_that_homework_1_saved():
    path = paths.ROOT / "notebooks" / "solutions" / "homework_1" / "homework_1.ipynb"
    shown = (paths.ROOT / "data" / "accuracy_by_distance.png").read_bytes()
    assert "(data/accuracy_by_distance.png)" in (paths.ROOT / "README.md").read_text("utf-8")
    assert shown in (
        base64.b64decode(output.get("data", {}).get("image/png", ""))
        for _, cell in code_cells(nbformat.read(path, as_version=4))
        for output in cell.outputs
    )


def test_outputs_are_those_of_one_clean_run(notebook):
    assert faults_of_outputs(notebook) == []


@pytest.mark.parametrize(
    ("break_it", "fault"),
    [
        (lambda cell: cell.update(outputs=[]), "without its output"),
        (lambda cell: cell.update(execution_count=99), "as number 99"),
        (
            lambda cell: cell.outputs.append(
                nbformat.v4.new_output("error", ename="ValueError", evalue="", traceback=[])
            ),
            "error ValueError",
        ),
        (
            lambda cell: cell.outputs.append(
                nbformat.v4.new_output("stream", name="stdout", text="/home/me/data.csv")
            ),
            "path of the machine",
        ),
    ],
)
def test_a_spoiled_notebook_is_refused(notebook, break_it, fault):
    prints = re.compile(r"^(print|claims\.assert_bound)\(", re.M)
    cell = next(c for _, c in code_cells(notebook) if prints.search(c.source) and c.outputs)
    break_it(cell)
    assert any(fault in found for found in faults_of_outputs(notebook))


def test_few_cells_are_exempt_and_each_says_why_and_asserts(notebook):
    cells = code_cells(notebook)
    exempt = [(i, cell) for i, cell in cells if SKIPPED in cell.source]
    for i, cell in exempt:
        assert re.search(r"^# Reason: .{20,}", cell.source, re.M), f"cell {i} gives no reason"
        assert "tags" not in cell.metadata, f"cell {i}: exempt by tag, where no reason shows"
    asserting = r"\bassert\b|claims\.assert_bound"
    for i, _ in exempt:
        around = notebook.cells[max(0, i - 3) : i + 4]
        assert any(re.search(asserting, near.source) for near in around), (
            f"nothing near cell {i} asserts what it shows"
        )
    with_output = [cell for _, cell in cells if cell.outputs]
    assert len(exempt) <= 0.15 * len(with_output)


def test_objectives_and_recap_mirror_each_other(notebook):
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]

    def goals(text):
        return [word.rstrip("ed") for word in re.findall(r"^- \*\*(\w+)\*\*", text, re.M)]

    first = next(text for text in prose if "you will …" in text)
    last = next(text for text in prose if re.search(r"you …\n\n- ", text))
    assert 3 <= len(goals(first)) <= 6
    assert goals(first) == goals(last)
    assert "minutes in class" in first
    assert "seconds to run" in first
    assert "<details>" in prose[-1]
    assert "### References" in prose[-1]


def test_cells_are_short_and_introduced(notebook):
    lengths = {}
    for i, cell in code_cells(notebook):
        lengths[i] = len([line for line in cell.source.splitlines() if line.strip()])
        assert lengths[i] <= 20, f"cell {i} has {lengths[i]} lines, at most 20"
        assert notebook.cells[i - 1].cell_type == "markdown", f"cell {i} has no sentence before it"
    assert statistics.median(lengths.values()) <= 8
    words = sum(len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown")
    assert 5 <= words / sum(lengths.values()) <= 9


def test_every_picture_has_a_description(notebook):
    for i, cell in code_cells(notebook):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                assert output.metadata["image/png"]["alt"], f"cell {i}"
                assert len(output.data["image/png"]) < 133_000, f"cell {i}: over 100 kB"


def test_modules_and_notebooks_are_in_one_style():
    for verb in (["check"], ["format", "--check"]):
        ruff = subprocess.run(
            [sys.executable, "-m", "ruff", *verb, "."],
            cwd=paths.ROOT,
            capture_output=True,
            text=True,
        )
        assert ruff.returncode == 0, ruff.stdout
