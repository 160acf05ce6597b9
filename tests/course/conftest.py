"""A course of its own, in an empty folder, for tests that run notebooks and write pages."""

import nbformat
import pytest

from utils import paths


class Course:
    """root: its folder, with notebooks/ and build/."""

    def __init__(self, root, monkeypatch):
        self.root, self.notebooks, self.build = root, root / "notebooks", root / "build"
        for name, path in {
            "ROOT": root,
            "NOTEBOOKS": self.notebooks,
            "SOLUTIONS": self.notebooks / "solutions",
            "BUILD": self.build,
        }.items():
            monkeypatch.setattr(paths, name, path)
        monkeypatch.setattr(
            paths, "APPLICATIONS", [self.notebooks / "applications" / "01_river.ipynb"]
        )
        self.notebooks.mkdir()

    def write_notebook(self, name, *cells):
        """Write notebooks/NAME.ipynb with a heading and code cells; return its path."""
        notebook = nbformat.v4.new_notebook(
            cells=[
                nbformat.v4.new_markdown_cell(f"# {name} & more"),
                *map(nbformat.v4.new_code_cell, cells),
            ]
        )
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        path = self.notebooks / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return path


@pytest.fixture
def course(tmp_path, monkeypatch):
    return Course(tmp_path, monkeypatch)
