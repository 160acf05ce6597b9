"""JupyterLab's view of the files: a lesson may be run and changed there, but not overwritten."""

import re
from pathlib import Path

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from utils import paths


def is_lesson(path):
    """Whether a path is that of a lesson as the course has it; of none that a person added.

    >>> is_lesson(paths.NOTEBOOKS / "01_vanishing_gradients.ipynb")
    True
    >>> is_lesson(paths.NOTEBOOKS / "01_vanishing_gradients-Copy1.ipynb")
    False
    """
    path = Path(path)
    return path.parent == paths.NOTEBOOKS and bool(re.fullmatch(r"\d\d_\w+\.ipynb", path.name))


class Contents(AsyncLargeFileManager):
    """Shows lessons as read-only: no autosave, in the middle of a run, changes what is committed.

    JupyterLab runs and edits them as before, offers "Save as" and refuses "Save".
    """

    def is_writable(self, path):
        return super().is_writable(path) and not is_lesson(self._get_os_path(path.strip("/")))
