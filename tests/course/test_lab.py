"""JupyterLab's files: lessons stay as they are committed, homework is saved."""

import asyncio

import nbformat
import pytest
from tornado.web import HTTPError

from utils import paths
from utils.course.lab import Contents
from utils.course.run import notebooks


@pytest.fixture
def contents(course, monkeypatch):
    """JupyterLab's view of a course with one lesson."""
    monkeypatch.setattr(paths, "LESSONS", [course.notebooks.resolve() / "01_lesson.ipynb"])
    (course.notebooks / "homework" / "homework_1").mkdir(parents=True)
    (course.notebooks / "applications").mkdir()
    monkeypatch.setattr(paths, "APPLICATIONS", [path.resolve() for path in paths.APPLICATIONS])
    names = "01_lesson", "01_lesson_ada", "mine", "applications/01_river"
    for name in (*names, "homework/homework_1/homework_1_tasks"):
        course.write_notebook(name)
    return Contents(root_dir=str(course.notebooks))


@pytest.mark.parametrize(
    ("path", "writable"),
    [
        ("01_lesson.ipynb", False),
        ("./01_lesson.ipynb", False),
        ("applications/01_river.ipynb", False),
        ("01_lesson_ada.ipynb", True),
        ("mine.ipynb", True),
        ("homework/homework_1/homework_1_tasks.ipynb", True),
    ],
)
def test_jupyterlab_may_not_overwrite_a_lesson(path, writable, contents, course):
    assert asyncio.run(contents.get(path, content=False))["writable"] is writable
    before = (course.notebooks / path).read_bytes()
    model = {"type": "notebook", "format": "json", "content": nbformat.v4.new_notebook()}
    for change in (contents.save(model, path), contents.rename_file(path, "elsewhere.ipynb")):
        if writable:
            asyncio.run(change)
        else:
            with pytest.raises(HTTPError, match="is a lesson: save a copy"):
                asyncio.run(change)
    assert (course.notebooks / path).exists() is not writable
    if not writable:
        assert (course.notebooks / path).read_bytes() == before


def test_folders_are_writable_and_all_lessons_are_known(contents):
    assert asyncio.run(contents.get("homework", content=False))["writable"]


def test_the_lessons_are_those_that_are_there():
    assert [path for path in notebooks() if path.parent == paths.NOTEBOOKS] == paths.LESSONS
    applications = paths.NOTEBOOKS / "applications"
    assert [path for path in notebooks() if path.parent == applications] == paths.APPLICATIONS
