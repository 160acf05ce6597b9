"""Running notebooks, pages, and the verbs of the command line."""

import json
import re

import nbformat
import pytest

from utils import course, experiments
from utils.__main__ import main


@pytest.fixture
def folders(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "ROOT", tmp_path)
    monkeypatch.setattr(course, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(course, "BUILD", tmp_path / "build")
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def write_notebook(folders, name, *cells):
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(f"# {name} & more")]
        + [nbformat.v4.new_code_cell(cell) for cell in cells]
    )
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    path = folders / "notebooks" / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


def test_run_writes_pages_and_names_the_notebook_cell_and_error_that_failed(folders, capsys):
    write_notebook(folders, "01_good", "print(6 * 7)")
    write_notebook(folders, "02_bad", "x = 1", "raise ValueError('the lamp is off')")
    assert main(["run"]) == 1
    told = capsys.readouterr()
    assert "notebooks/02_bad.ipynb stopped in cell [2] (raise ValueError(" in told.err
    assert "\nValueError: the lamp is off\n" in told.err
    assert "[1/2] notebooks/01_good.ipynb" in told.out
    assert "42" in (folders / "build/01_good/01_good.html").read_text(encoding="utf-8")
    index = (folders / "build/index.html").read_text(encoding="utf-8")
    assert '<a href="01_good/01_good.html">01_good &amp; more</a>' in index
    assert "02_bad" not in index


def test_the_index_and_the_terminal_show_the_results(folders, capsys):
    write_notebook(folders, "homework_9", "print(1)")
    row = {"accuracy": 0.25}
    models = {"lstm": {"validation": row, "test": row, "parameters": 12_345, "seconds": 1.0}}
    path = folders / "build" / "homework_9" / "results.json"
    experiments.write_results(path, "sample", "class", (0, 1), models)
    assert main(["run"]) == 0
    told = capsys.readouterr().out
    assert "lstm" in told
    assert "12,345" in told
    assert "build/index.html" in told
    assert "<td>0.250</td>" in (folders / "build/index.html").read_text(encoding="utf-8")
    saved = json.loads(path.read_text(encoding="utf-8"))
    assert list(saved) == ["source", "tier", "seeds", "cores", "models"]


def test_homework_1_says_what_is_wrong_with_a_file_before_anything_runs(tmp_path, capsys):
    broken = tmp_path / "reviews.csv"
    broken.write_text("review,sentiment\nfine,good\n", encoding="utf-8")
    assert main(["homework-1", "--source", str(broken)]) == 1
    assert "row 1, column sentiment: found 'good'" in capsys.readouterr().err


def test_every_verb_is_explained(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    told = capsys.readouterr().out
    makefile = (course.ROOT / "Makefile").read_text(encoding="utf-8")
    for verb in ("run", "test", "lab", "homework-1", "data", "sample"):
        assert re.search(rf"^    {verb}\s", told, re.M)
        assert f"\n{verb}:" in makefile
