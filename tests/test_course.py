"""Running notebooks, pages, and the verbs of the command line."""

import json
import re

import nbformat
import pytest

from utils import course
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
    assert re.search(r"^\[\d/2\] notebooks/01_good\.ipynb done in \d+ s$", told.out, re.M)
    assert re.search(r"^\[\d/2\] notebooks/02_bad\.ipynb FAILED after \d+ s$", told.out, re.M)
    assert "42" in (folders / "build/01_good/01_good.html").read_text(encoding="utf-8")
    index = (folders / "build/index.html").read_text(encoding="utf-8")
    assert '<a href="01_good/01_good.html">01_good &amp; more</a>' in index
    assert "02_bad" not in index


RESULTS = """
from utils import experiments
part = {"accuracy": 0.25, "by_seed": [0.2, 0.3]}
models = {"lstm": {"validation": part, "test": part, "parameters": 12_345, "seconds": 1.0}}
experiments.write_results("FOLDER/results.json", "sample", "class", (0, 1), models)
"""


def test_the_index_and_the_terminal_show_what_this_run_found(folders, capsys):
    results_json = folders / "build" / "homework_9" / "results.json"
    writes = RESULTS.replace("FOLDER", results_json.parent.as_posix())
    write_notebook(folders, "homework_9", writes)
    assert main(["run"]) == 0
    told = capsys.readouterr().out
    assert "homework_9: sample, class tier, seeds 0, 1, " in told
    assert re.search(r"lstm +0\.250 ± 0\.071 +0\.250 ± 0\.071 +12,345\n", told)
    assert "build/index.html" in told
    index = folders / "build" / "index.html"
    assert "<td>0.250 ± 0.071</td>" in index.read_text(encoding="utf-8")
    saved = json.loads(results_json.read_text(encoding="utf-8"))
    assert list(saved) == ["source", "tier", "seeds", "cores", "models"]

    write_notebook(folders, "homework_9", "raise ValueError('no lamp')", writes)
    assert main(["run"]) == 1
    assert "12,345" not in capsys.readouterr().out
    assert "0.250" not in index.read_text(encoding="utf-8")
    assert not results_json.exists()


@pytest.mark.parametrize(
    ("verb", "text", "fault"),
    [
        ("homework-1", "review,sentiment\nfine,good\n", "row 1, column sentiment: found 'good'"),
        ("homework-2", "Id,minutes_past\n1,3\n", "line 1: found no column radardist_km"),
    ],
)
def test_homework_says_what_is_wrong_with_a_file_before_anything_runs(
    tmp_path, capsys, verb, text, fault
):
    broken = tmp_path / "broken.csv"
    broken.write_text(text, encoding="utf-8")
    for option in (["--source", str(broken)], ["--test", str(broken)]):
        assert main([verb, *option]) == 1
        assert fault in capsys.readouterr().err


def test_results_in_millimetres_are_told_apart_from_accuracy():
    part = {"mae": 24.0, "mae_under_73": 1.75, "by_seed": [1.7, 1.8]}
    model = {"validation": part, "test": part, "parameters": 9, "seconds": 1.0}
    about = {"source": "sample", "tier": "class", "seeds": [0, 1], "cores": 2}
    lines = list(course.results_lines({"homework_2": about | {"models": {"gru": model}}}))
    assert lines[0].endswith("; mean absolute error (mm), hours under 73 mm")
    assert re.search(r"gru +1\.750 ± 0\.071 +1\.750 ± 0\.071 +9$", lines[2])


def test_every_verb_is_explained(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    told = capsys.readouterr().out
    makefile = (course.ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = re.findall(r"^([a-z0-9-]+):.*##", makefile, re.M)
    assert len(verbs) > 9
    for verb in verbs:
        assert verb == "help" or re.search(rf"^    {verb}\s", told, re.M)


def test_what_a_slider_draws_stays_in_its_cell(folders):
    """nbclient sends it back to the kernel instead, and then now and then waits for ever."""
    slider = "import ipywidgets\nipywidgets.interact(lambda s=1: print('drawn', s), s=(0, 2));"
    page = course.run_notebook(write_notebook(folders, "slider", slider))
    assert "drawn 1" in page.read_text(encoding="utf-8")
    cell = nbformat.read(page.with_suffix(".ipynb"), as_version=4).cells[-1]
    assert "drawn 1\n" in [output.get("text") for output in cell.outputs]
