"""Run the course's notebooks and write them as pages under build/."""

import os
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

import papermill
import psutil
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from utils import files, paths
from utils.course import site
from utils.errors import CourseError


class _Client(PapermillNotebookClient):
    """Leaves what a slider draws in its cell.

    nbclient's own way, to send it back to the widget in the kernel, now and then loses the
    kernel's reply and waits for ever (its issue 312).
    """

    def on_comm_open_jupyter_widget(self, msg):
        return None


class _Engine(NBClientEngine):
    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, start_timeout=60, **options):
        del options["input_path"]  # of no use to a client
        client = _Client(nb_man, kernel_name=kernel_name, startup_timeout=start_timeout, **options)
        return client.execute()


papermill_engines.register("course", _Engine)


class NotebookError(CourseError):
    """A notebook that stopped: which one, in which cell, with what error."""


def notebooks():
    """Paths of the course's notebooks in reading order; what students get, with gaps, is left out.

    >>> [path.stem for path in notebooks()][:2]
    ['01_vanishing_gradients', '02_recurrent_networks']
    """
    return sorted(
        path
        for path in paths.NOTEBOOKS.rglob("*.ipynb")
        if not any(
            part.startswith(".") or part == "homework"
            for part in path.relative_to(paths.ROOT).parts
        )
    )


def run_notebook(path, parameters=None):
    """Execute one notebook from a clean kernel; write it and its page under build/.

    Returns the path of the page. Raises NotebookError naming notebook, cell and error; the
    half-run notebook stays beside as NAME.failed.ipynb.
    """
    folder = paths.BUILD / path.stem
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").unlink(missing_ok=True)
    failed = folder / f"{path.stem}.failed.ipynb"
    try:
        papermill.execute_notebook(
            path,
            failed,
            parameters=parameters or {},
            cwd=path.parent,
            kernel_name="python3",
            engine_name="course",
            progress_bar={"unit": "cell", "desc": path.stem},
            extra_arguments=["--log-level=CRITICAL"],  # of the kernel: it warns of plain TCP
        )
    except PapermillExecutionError as error:
        first_line = error.source.strip().splitlines()[0]
        raise NotebookError(
            f"{path.relative_to(paths.ROOT)} stopped in cell [{error.exec_count}] ({first_line}):\n"
            f"{error.ename}: {error.evalue}\n(as far as it got: {failed.relative_to(paths.ROOT)})"
        ) from None
    executed = failed.replace(folder / path.name)
    page = folder / f"{path.stem}.html"
    files.write_text(page, site.to_html(executed))
    return page


def run_all(say=print):
    """Run every notebook to read on the bundled sample, two at a time, the last (longest) first.

    The tasks for students are not to be read, and only the tests run them. Returns (index page,
    pages, errors), both in reading order.
    """
    os.environ.setdefault("COURSE_THREADS", "1")  # two notebooks at a time, a core each
    everything = [path for path in notebooks() if not path.stem.endswith("_tasks")]
    pages, errors = {}, {}

    def run(path):
        start = time.perf_counter()
        try:
            pages[path] = run_notebook(path)
        except NotebookError as error:
            errors[path] = str(error)
        outcome = "FAILED after" if path in errors else "done in"
        return f"{path.relative_to(paths.ROOT)} {outcome} {time.perf_counter() - start:.0f} s"

    with ThreadPoolExecutor(max_workers=2) as pool:
        runs = [pool.submit(run, path) for path in reversed(everything)]
        try:
            for number, done in enumerate(as_completed(runs), 1):
                say(f"[{number}/{len(everything)}] {done.result()}")
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for kernel in psutil.Process().children():
                kernel.kill()  # in a session of its own, it was not interrupted
            raise
    pages = [pages[path] for path in everything if path in pages]
    errors = [errors[path] for path in everything if path in errors]
    return site.write_index(pages), pages, errors
