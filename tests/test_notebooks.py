"""What may be expected of every notebook: saved outputs, order, length, prose, a recap."""

import ast
import base64
import re
import statistics
import subprocess
import sys

import nbformat
import pytest

from tests import nbval_cells, tolerance
from utils import paths
from utils.course import address, run, site

NOTEBOOKS = {str(path.relative_to(paths.ROOT)): path for path in run.notebooks()}
# Those that are read from the first line to the last; the others are tasks.
STUDIES = [paths.SOLUTIONS / f"homework_{n}" / f"homework_{n}.ipynb" for n in (1, 2)]
PAGES = {path.stem: path for path in (*paths.LESSONS, *paths.APPLICATIONS, *STUDIES)}
SKIPPED = "# NBVAL_IGNORE_OUTPUT"


@pytest.fixture(params=NOTEBOOKS)
def notebook(request):
    return nbformat.read(NOTEBOOKS[request.param], as_version=4)


@pytest.fixture(params=PAGES)
def page(request):
    return nbformat.read(PAGES[request.param], as_version=4)


@pytest.fixture(params=paths.LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return nbformat.read(request.param, as_version=4)


@pytest.fixture(params=paths.APPLICATIONS, ids=lambda path: path.stem)
def application(request):
    return nbformat.read(request.param, as_version=4)


def prose_of(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def code_of(notebook):
    return "\n".join(cell.source for _, cell in code_cells(notebook))


def lines_of(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def printed_by(cell):
    """What a cell prints or shows as text, pictures' descriptions left out."""
    shown = [output.get("text", "") for output in cell.outputs]
    shown += [
        output.data.get("text/plain", "")
        for output in cell.outputs
        if "data" in output and "image/png" not in output.data
    ]
    return "".join(shown)


def code_cells(notebook):
    return [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]


def faults_of_outputs(notebook):
    """Sentences naming each cell whose saved output is not that of one clean run."""
    faults = []
    for number, (i, cell) in enumerate(code_cells(notebook), 1):
        if cell.execution_count != number:
            faults.append(f"cell {i} was run as number {cell.execution_count}, expected {number}")
        shows = re.search(r"^\s*(print|figures\.show)\(", cell.source, re.M)
        if shows and not re.search(r"^(def|class) ", cell.source, re.M) and not cell.outputs:
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
    prints = re.compile(r"^print\(", re.M)
    cell = next(c for _, c in code_cells(notebook) if prints.search(c.source) and c.outputs)
    break_it(cell)
    assert any(fault in found for found in faults_of_outputs(notebook))


def test_few_cells_are_exempt_and_each_says_why_and_asserts(notebook):
    cells = code_cells(notebook)
    exempt = [(i, cell) for i, cell in cells if SKIPPED in cell.source]
    for i, cell in exempt:
        assert re.search(r"^# Reason: .{20,}", cell.source, re.M), f"cell {i} gives no reason"
        assert "tags" not in cell.metadata, f"cell {i}: exempt by tag, where no reason shows"
    for i, _ in exempt:
        around = notebook.cells[max(0, i - 3) : i + 4]
        assert any(re.search(r"\bassert\b", near.source) for near in around), (
            f"nothing near cell {i} asserts what it shows"
        )
    with_output = [cell for _, cell in cells if cell.outputs]
    assert len(exempt) <= max(1, 0.05 * len(with_output))


def test_of_all_cells_with_output_hardly_any_are_exempt():
    cells = [
        cell
        for path in NOTEBOOKS.values()
        for _, cell in code_cells(nbformat.read(path, as_version=4))
        if cell.outputs
    ]
    assert sum(SKIPPED in cell.source for cell in cells) <= 0.05 * len(cells)


def test_a_tolerance_is_stated_with_its_reason_and_needed(notebook):
    for i, cell in code_cells(notebook):
        if "# within" in cell.source:
            assert tolerance.tolerance(cell.source), f"cell {i}: not as tests/tolerance.py reads it"
            shown = [text for out in cell.outputs for text in out.get("data", {}).values()]
            assert tolerance.NUMBER.search(f"{printed_by(cell)}{shown}"), f"cell {i}: no number"


def test_numbers_are_printed_and_not_their_bounds(notebook):
    for i, cell in code_cells(notebook):
        bounds = re.search(r"\bat (least|most)\b", printed_by(cell))
        assert not bounds, f"cell {i} prints {bounds[0]!r}, expected the number"


def test_networks_are_tf_keras_in_one_spelling(notebook):
    assert not re.search(r"(?<!tf\.)\bkeras\.", code_of(notebook))
    assert not re.search(r"^\s*(import|from) (keras|tensorflow\.)", code_of(notebook), re.M)


def wrappers(code):
    """Names of functions that do nothing but return a layer of Keras."""
    return [
        function.name
        for function in ast.walk(ast.parse(code))
        if isinstance(function, ast.FunctionDef)
        for last in function.body[-1:]
        if isinstance(last, ast.Return)
        and re.match(r"tf\.keras\.layers\.\w+\(", ast.unparse(last.value or ast.Constant(0)))
        and len(function.body) <= 2
    ]


def test_a_wrapper_around_a_layer_is_found():
    assert wrappers("def f(n):\n    return tf.keras.layers.LSTM(n)") == ["f"]
    assert wrappers("def f(n):\n    return tf.keras.Sequential([tf.keras.layers.LSTM(n)])") == []


def test_no_page_wraps_a_layer(page):
    assert wrappers(code_of(page)) == []


HIDING = r"from utils import .*\b(models|training)\b"


def test_no_lesson_hides_a_training(lesson):
    assert not re.search(HIDING, code_of(lesson))


def test_networks_are_trained_in_view():
    code = {path.stem: code_of(nbformat.read(path, as_version=4)) for path in paths.LESSONS}
    trained = [name for name, of_page in code.items() if re.search(r"\.fit\(\s*\w", of_page)]
    assert len(trained) >= 7
    for layer in ("LSTM", "GRU"):
        built = rf"tf\.keras\.layers\.{layer}\("
        assert any(re.search(built, code[name]) for name in trained), layer


def test_objectives_and_recap_mirror_each_other(notebook):
    prose = prose_of(notebook)

    def goals(text):
        return [word.rstrip("ed") for word in re.findall(r"^- \*\*(\w+)\*\*", text, re.M)]

    first = next(text for text in prose if "you will …" in text)
    last = next(text for text in prose if re.search(r"you …\n\n- ", text))
    assert 3 <= len(goals(first)) <= 6
    assert goals(first) == goals(last)
    assert re.search(r"\d+ minutes (in class|at home)", first)
    assert "seconds to run" in first
    assert "<details>" in prose[-1]
    assert "### References" in prose[-1]


def test_only_words_are_for_some_data_alone(notebook):
    kinds = {"sample", "file"}
    tagged = [cell for cell in notebook.cells if kinds & set(cell.metadata.get("tags", []))]
    assert {cell.cell_type for cell in tagged} <= {"markdown"}


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
@pytest.mark.parametrize("source", ["sample", "reviews.csv"])
def test_a_study_reads_well_without_the_words_for_other_data(path, source):
    """Headings, code and the words before it stay; what is said of the sample's numbers goes."""
    whole = nbformat.read(path, as_version=4)
    notebook = nbformat.from_dict(whole | {"cells": site.that_fit(whole.cells, source)})
    assert len(whole.cells) - len(notebook.cells) >= 5
    assert code_of(notebook) == code_of(whole)
    headings = re.compile(r"^#+ .*", re.M)
    kept, all_of_them = (headings.findall("\n".join(prose_of(n))) for n in (notebook, whole))
    assert kept == all_of_them
    for i, _ in code_cells(notebook):
        assert notebook.cells[i - 1].cell_type == "markdown", f"cell {i} has no sentence before it"


def test_cells_are_short_and_introduced(notebook):
    for i, cell in code_cells(notebook):
        n_lines, is_answer = len(lines_of(cell)), "### BEGIN SOLUTION" in cell.source
        most = 40 if is_answer else 20  # students write it, and nobody reads it in class
        assert n_lines <= most, f"cell {i} has {n_lines} lines, at most {most}"
        assert notebook.cells[i - 1].cell_type == "markdown", f"cell {i} has no sentence before it"


def test_a_page_reads_as_it_is_said(page):
    read = [cell for _, cell in code_cells(page) if not address.fetches(cell)]  # that one is folded
    lengths = [len(lines_of(cell)) for cell in read]
    words = sum(len(text.split()) for text in prose_of(page))
    n_figures = sum(
        "image/png" in output.get("data", {})
        for _, cell in code_cells(page)
        for output in cell.outputs
    )
    assert max(lengths) <= 15
    assert statistics.median(lengths) <= 5
    assert words / sum(lengths) >= 12
    # A teacher says 130 words a minute, and takes 4 s for a line of code, 30 s for a figure.
    minutes = words / 130 + sum(lengths) * 4 / 60 + n_figures / 2
    stated = int(re.search(r"(\d+) minutes in class", "\n".join(prose_of(page)))[1])
    assert minutes <= stated <= minutes + 10


def test_a_lesson_has_three_exercises_whose_answers_assert(lesson):
    answers = nbval_cells.exercises(lesson)
    assert list(answers) == ["Exercise 1", "Exercise 2", "Exercise 3"]
    for name, answer in answers.items():
        assert re.search(r"^assert ", answer, re.M), name
        assert any(cell.source == f"# {name}" for _, cell in code_cells(lesson)), name


def test_an_application_is_short_and_trains_in_view(application):
    prose, code = "\n".join(prose_of(application)), code_of(application)
    assert int(re.search(r"(\d+) minutes in class", prose)[1]) <= 22
    assert int(re.search(r"(\d+) seconds to run", prose)[1]) <= 90
    assert re.search(r"\btf\.keras\.\w", code) and re.search(r"\.fit\(\s*\w", code)
    assert not re.search(HIDING, code)


def test_an_application_has_exercises_whose_answers_assert(application):
    answers = nbval_cells.exercises(application)
    assert list(answers) == [f"Exercise {n}" for n in range(1, len(answers) + 1)]
    assert len(answers) in (2, 3)
    for name, answer in answers.items():
        assert re.search(r"^assert ", answer, re.M), name
        assert any(cell.source == f"# {name}" for _, cell in code_cells(application)), name


def test_each_application_has_a_row_and_a_picture_on_the_front_page():
    """The picture is one that its notebook has saved, copied to pictures/NAME.png."""
    folder = paths.NOTEBOOKS / "applications"
    table = (folder / "README.md").read_text("utf-8")
    front = (paths.ROOT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| \d+ \| \[[^]]+\]\(([^)]+)\)(?: \|[^|]{3,}){5} *\|$", table, re.M)
    assert rows == [path.name for path in paths.APPLICATIONS]
    for path in paths.APPLICATIONS:
        picture = folder / "pictures" / f"{path.stem}.png"
        assert f"(notebooks/applications/{path.name})" in front, path.stem
        assert f"notebooks/applications/pictures/{picture.name}" in front, path.stem
        saved = [
            base64.b64decode(output.get("data", {}).get("image/png", ""))
            for _, cell in code_cells(nbformat.read(path, as_version=4))
            for output in cell.outputs
        ]
        assert picture.read_bytes() in saved, f"{picture.name}: no picture of the saved notebook"


def test_every_picture_has_a_description(notebook):
    for i, cell in code_cells(notebook):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                assert output.metadata["image/png"]["alt"], f"cell {i}"
                assert len(output.data["image/png"]) < 200_000, f"cell {i}: over 150 kB"


def test_modules_and_notebooks_are_in_one_style():
    for verb in (["check"], ["format", "--check"]):
        ruff = subprocess.run(
            [sys.executable, "-m", "ruff", *verb, "."],
            cwd=paths.ROOT,
            capture_output=True,
            text=True,
        )
        assert ruff.returncode == 0, ruff.stdout
