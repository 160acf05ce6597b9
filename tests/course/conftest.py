"""A course of its own, in an empty folder, for tests that run notebooks and write pages."""

import shutil

import nbformat
import pytest

from utils import paths
from utils.course import site


class Course:
    """root: its folder, with notebooks/ and build/."""

    def __init__(self, root, monkeypatch):
        self.root, self.notebooks, self.build = root, root / "notebooks", root / "build"
        for name, path in {
            "ROOT": root,
            "NOTEBOOKS": self.notebooks,
            "SOLUTIONS": self.notebooks / "solutions",
            "HOMEWORK": self.notebooks / "homework",
            "BUILD": self.build,
            "SITE": self.build / "site",
        }.items():
            monkeypatch.setattr(paths, name, path)
        monkeypatch.setattr(
            paths, "APPLICATIONS", [self.notebooks / "applications" / "01_river.ipynb"]
        )
        monkeypatch.setattr(paths, "LESSONS", [])
        self.notebooks.mkdir()

    def write_application(self, name, *cells):
        """As `write_notebook`, notebooks/applications/NAME.ipynb with its picture."""
        picture = self.notebooks / "applications" / "pictures" / f"{name}.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(b"PNG")
        return self.write_notebook(f"applications/{name}", *cells)

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
def no_sphinx(monkeypatch):
    """The site is its sources: build/site/index.md has what the front page says."""
    monkeypatch.setattr(site, "_call_sphinx", shutil.copytree)


@pytest.fixture
def course(tmp_path, monkeypatch):
    return Course(tmp_path, monkeypatch)
