"""Notebooks are compared within their tolerances, their exercises run, stand-ins are named."""

import re

import nbformat
import pytest

from tests import nbval_cells
from utils import fetch, paths

pytest_plugins = ["pytester"]

ANSWER = """**Exercise 1.** Add one to x.

<details><summary>Answer</summary>

```python
{code}
```

Two.

</details>"""
LOADS = "from utils.reviews import sentence_polarity\nname = sentence_polarity.csv().name"


def cell(source, printed, count):
    output = nbformat.v4.new_output("stream", name="stdout", text=printed)
    return nbformat.v4.new_code_cell(source, outputs=[output], execution_count=count)


@pytest.fixture
def outcome(pytester, monkeypatch):
    """A function: the outcomes of a run of nbval on a notebook of these cells, and its output."""
    monkeypatch.setenv("PYTHONPATH", str(paths.ROOT))

    def outcome(*cells):
        notebook = nbformat.v4.new_notebook(cells=list(cells))
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, pytester.path / "page.ipynb")
        run = pytester.runpytest_subprocess("-p", "tests.nbval_cells", "-p", "tests.conftest")
        return run.parseoutcomes(), run.stdout.str()

    return outcome


def test_cells_are_compared_within_what_they_name_and_answers_run_after_them(outcome):
    within = "# within 0.1: float32 training differs by processor\n"
    outcomes, printed = outcome(
        cell("x = 1\nprint('x is', x + .05)", "x is 1.05\n", 1),
        cell("print('x is', x + .05)", "x is 1.0\n", 2),
        cell(within + "print('x is', x + .05)", "x is 1.0\n", 3),
        cell(within + "print('x is', x + .25)", "x is 1.0\n", 4),
        cell(within + "print('y is', x + .05)", "x is 1.0\n", 5),
        nbformat.v4.new_markdown_cell(ANSWER.format(code="assert x + 1 == 2")),
        nbformat.v4.new_markdown_cell(ANSWER.replace("1.", "2.").format(code="assert x + 1 == 3")),
    )
    assert outcomes == {"passed": 3, "failed": 4}
    failed = set(re.findall(r"FAILED page.ipynb::(\w+ \d+)", printed))
    assert failed == {"Cell 1", "Cell 3", "Cell 4", "Exercise 2"}


def test_without_its_data_a_notebook_is_run_and_not_compared_and_the_summary_says_so(
    outcome, monkeypatch, tmp_path
):
    monkeypatch.setenv("COURSE_BUILD", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nothing listens there
    monkeypatch.delenv("COURSE_DATA", raising=False)
    outcomes, printed = outcome(
        cell(LOADS + "\nprint(name)", "sentence_polarity.csv\n", 1),
        cell("assert name == 'imdb_sample.csv'\nprint(1)", "2\n", 2),
    )
    assert outcomes == {"passed": 2}, printed
    assert "page.ipynb: run on a stand-in and not compared. Sentences from" in printed


def test_a_notebook_that_can_not_do_without_its_data_is_skipped_with_the_reason(outcome):
    sentence = "Rain (2 MB, MIT) could not be fetched: the connection failed."
    outcomes, printed = outcome(
        cell("x = 1\nprint(x)", "1\n", 1),
        nbformat.v4.new_code_cell(
            f"from utils.fetch import FetchError\nraise FetchError({sentence!r})", execution_count=2
        ),
        cell("print(x + 1)", "3\n", 3),
        nbformat.v4.new_markdown_cell(ANSWER.format(code="assert x == 2")),
    )
    assert outcomes == {"passed": 1, "skipped": 3}
    assert f"page.ipynb: left out. {sentence}" in printed


def test_another_error_is_no_reason_to_skip(outcome):
    outcomes, _ = outcome(
        nbformat.v4.new_code_cell("raise OSError('FetchError')", execution_count=1),
        cell("print(1)", "1\n", 2),
    )
    assert outcomes == {"failed": 1, "passed": 1}


def test_with_its_data_a_notebook_is_compared(outcome, real_data):
    real_data("applications/nltk")
    outcomes, printed = outcome(
        cell(LOADS + "\nprint(name)", "sentence_polarity.csv\n", 1), cell("print(1)", "2\n", 2)
    )
    assert outcomes == {"passed": 1, "failed": 1}
    assert "not compared" not in printed


def test_a_notebook_without_real_data_lacks_none(monkeypatch):
    def fetch_nothing(file):
        raise fetch.FetchError("no network")

    monkeypatch.setattr(fetch, "fetch", fetch_nothing)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    assert nbval_cells.missing_data(notebook) is None
    notebook.cells[0].source = "japanese_vowels.recorded()"  # which has no stand-in
    assert nbval_cells.missing_data(notebook) is None
    notebook.cells[0].source = LOADS
    assert nbval_cells.missing_data(notebook) == "no network"


def test_applications_2_and_8_are_those_that_have_a_stand_in(monkeypatch):
    def fetch_nothing(file):
        raise fetch.FetchError("no network")

    monkeypatch.setattr(fetch, "fetch", fetch_nothing)
    read = {path.stem: nbformat.read(path, as_version=4) for path in paths.APPLICATIONS}
    missing = [name for name, notebook in read.items() if nbval_cells.missing_data(notebook)]
    assert missing == ["02_chorales", "08_languages"]
