"""JupyterLab's view of the files: a lesson may be run and changed there, but not overwritten.

What is said of a lesson holds of an application, too.
"""

from pathlib import Path

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError

from utils import paths


def is_lesson(path):
    """Whether a path is that of a lesson as the course has it; of none that a person added.

    >>> is_lesson(paths.NOTEBOOKS / "01_vanishing_gradients.ipynb")
    True
    >>> is_lesson(paths.NOTEBOOKS / "01_vanishing_gradients_ada.ipynb")
    False
    """
    return Path(path) in [*paths.LESSONS, *paths.APPLICATIONS]


class Contents(AsyncLargeFileManager):
    """Lessons are read-only: no autosave, in the middle of a run, changes what is committed.

    JupyterLab runs and edits them as before, offers "Save as" and refuses "Save".
    """

    def is_writable(self, path):
        return super().is_writable(path) and not self._is_lesson(path)

    async def save(self, model, path=""):
        self._expect_none_of_the_lessons(path)
        return await super().save(model, path)

    async def rename_file(self, old_path, new_path):
        self._expect_none_of_the_lessons(old_path)
        return await super().rename_file(old_path, new_path)

    def _is_lesson(self, path):
        return is_lesson(Path(self._get_os_path(path.strip("/"))).resolve())

    def _expect_none_of_the_lessons(self, path):
        if self._is_lesson(path):
            raise HTTPError(403, f"{path} is a lesson: save a copy of your own under another name.")
