"""JupyterLab's files: lessons stay as they are committed, homework is saved."""

import asyncio

import pytest

from utils.course.lab import Contents


@pytest.mark.parametrize(
    ("path", "writable"),
    [
        ("01_lesson.ipynb", False),
        ("01_lesson-Copy1.ipynb", True),
        ("mine.ipynb", True),
        ("homework/homework_1/homework_1_tasks.ipynb", True),
        ("homework", True),
    ],
)
def test_jupyterlab_may_not_overwrite_a_lesson(path, writable, course):
    (course.notebooks / "homework" / "homework_1").mkdir(parents=True)
    for name in ("01_lesson", "01_lesson-Copy1", "mine", "homework/homework_1/homework_1_tasks"):
        course.write_notebook(name)
    contents = Contents(root_dir=str(course.notebooks))
    model = asyncio.run(contents.get(path, content=False))
    assert model["writable"] is writable
