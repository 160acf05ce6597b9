"""The environment in which notebooks run: this Python, this course, no settings of the user's."""

import contextlib
import functools
import importlib
import json
import os
import platform
import tempfile
from importlib.machinery import PathFinder
from pathlib import Path

import utils
from utils import paths

_OURS = Path(utils.__file__).resolve()

# What would change a kernel, its numbers or its figures: set for another program.
_LEFT_OUT = (
    "TF_USE_LEGACY_KERAS",
    "PYTHONSTARTUP",  # IPython runs it, too
    "PYTHONOPTIMIZE",  # no assertion would hold anything
    "COURSE_STUDY",  # nor would a claim
    "PYTHONWARNINGS",
    "MPLBACKEND",
    "MATPLOTLIBRC",
)


def environment():
    """The variables of `os.environ`, a dict, changed as a process needs that runs notebooks.

    The kernel `python3` is this Python, whatever kernels are installed; IPython and Keras find no
    settings of the user's; the course comes first on the path. A process that looks for the kernel
    itself, as those of nbclient, papermill and nbval do, needs the variables in its own
    `os.environ`: see `prepare`.

    >>> environment()["KERAS_BACKEND"]
    'tensorflow'
    >>> environment()["PYTHONPATH"].startswith(str(paths.ROOT))
    True
    """
    ours = Path(_folder().name)
    kept = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    return kept | {
        "IPYTHONDIR": str(ours / "ipython"),
        "JUPYTER_PATH": _first(ours / "jupyter", kept.get("JUPYTER_PATH")),
        "KERAS_BACKEND": "tensorflow",
        "KERAS_HOME": str(paths.KERAS_HOME),
        "PYTHONPATH": _first(paths.ROOT, kept.get("PYTHONPATH")),
    }


def prepare():
    """Give this process, and so all that it starts, the variables of `environment`.

    >>> before = dict(os.environ)
    >>> prepare()
    >>> Path(os.environ["JUPYTER_PATH"].split(os.pathsep)[0], "kernels", "python3").is_dir()
    True
    >>> os.environ.clear()
    >>> os.environ.update(before)
    """
    wanted = environment()
    for name in set(os.environ) - set(wanted):
        del os.environ[name]
    os.environ.update(wanted)


def hiding(folder):
    """The file or folder in `folder` that a notebook there imports as `utils`, or None.

    In its place the notebook would need the course's. folder: the notebook's.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "utils.py")
    ...     size = path.write_text("")
    ...     hiding(folder) == path
    True
    >>> hiding(paths.NOTEBOOKS)
    """
    importlib.invalidate_caches()
    found = PathFinder.find_spec("utils", [str(folder)])
    if not found or not found.origin or Path(found.origin).resolve() == _OURS:
        return None
    path = Path(found.origin)
    return path.parent if path.stem == "__init__" else path


class NotStarted(Exception):
    """Why a notebook was not run, as the rest of a sentence."""


class Client:
    """What a client of nbclient's does otherwise here; mixed in before its class.

    It leaves what a slider draws in its cell: nbclient's own way, to send it back to the widget in
    the kernel, now and then loses the kernel's reply and waits for ever (its issue 312). Raises
    NotStarted for a kernel that does not start.
    """

    def on_comm_open_jupyter_widget(self, msg):
        return None

    @contextlib.contextmanager
    def setup_kernel(self, **options):
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(super().setup_kernel(**options))
            except (RuntimeError, KeyError, OSError) as error:  # KeyError: no such kernel
                raise NotStarted(
                    f"Python does not start in it ({error}). Close other programs and run this "
                    "again; if that does not help, delete the folder .venv, and `make` or the "
                    "README's two lines install it anew."
                ) from None
            yield


def let_quit_raise():
    """Let quit() and exit() raise SystemExit, as they do in a script, in the kernel this runs in.

    By themselves they let the cell end well, and the kernel a moment later, in the middle of
    another one.

    >>> from IPython.core.autocall import ZMQExitAutocall
    >>> before = ZMQExitAutocall.__call__
    >>> let_quit_raise()
    >>> ZMQExitAutocall()()
    Traceback (most recent call last):
    SystemExit: quit() and exit() end Python
    >>> ZMQExitAutocall.__call__ = before
    """
    from IPython.core.autocall import ZMQExitAutocall

    def leave(self, keep_kernel=False):
        raise SystemExit("quit() and exit() end Python")

    ZMQExitAutocall.__call__ = leave


def limit_memory(gib):
    """Let this process take at most that many GiB of memory, where the system can (Linux).

    It has no more afterwards than it had: a lower limit of the machine's stays.
    """
    if platform.system() != "Linux":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = int(gib * 2**30)
    wanted = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, wanted))


@functools.cache
def _folder():
    """A temporary folder with the kernel, removed when this process ends."""
    folder = tempfile.TemporaryDirectory(prefix="course", ignore_cleanup_errors=True)
    kernel = Path(folder.name, "jupyter", "kernels", "python3", "kernel.json")
    kernel.parent.mkdir(parents=True)
    specification = {
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "metadata": {"debugger": True},
    }
    kernel.write_text(json.dumps(specification), encoding="utf-8")
    Path(folder.name, "ipython").mkdir()
    return folder


def _first(folder, others):
    """A search path with `folder` first, once."""
    others = (others or "").split(os.pathsep)
    return os.pathsep.join([str(folder), *(o for o in others if o and o != str(folder))])
