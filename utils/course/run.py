"""Run the course's notebooks; build/NAME/ gets each as it was executed, and what it wrote."""

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nbformat
import papermill
import psutil
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from utils import files, kernels, paths
from utils.course import site, slides
from utils.errors import CourseError
from utils.fetch import FetchError
from utils.homework.notebooks import place_of


class NotebookError(CourseError):
    """A notebook that stopped: which one, in which cell, with what error."""


class LeftOutError(NotebookError):
    """A notebook that needs real data which can be had neither from a folder nor the network."""


# What its loader raises in the notebook's kernel, of which only the name arrives here.
NO_DATA = FetchError.__name__


class Stopped(Exception):
    """Where a notebook stopped and why, as the rest of a sentence."""


class _Client(kernels.Client, PapermillNotebookClient):
    """Says where a kernel was lost."""

    def execute_cell(self, cell, *position, **options):
        try:
            return super().execute_cell(cell, *position, **options)
        except DeadKernelError:
            why = (
                "its Python was ended there, as the system does where memory runs out. Close "
                "other programs, or take a smaller SOURCE, and run this again."
            )
        except CellTimeoutError:
            why = "its Python does not answer any more. Close other programs and run this again."
        raise Stopped(f"stopped in {place_of(self.nb, cell)}: {why}")


class _Engine(NBClientEngine):
    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, start_timeout=60, **options):
        del options["input_path"]  # of no use to a client
        variables = {"env": options.pop("environment")}
        client = _Client(nb_man, kernel_name=kernel_name, startup_timeout=start_timeout, **options)
        return client.execute(**variables)


papermill_engines.register("course", _Engine)


def notebooks():
    """Paths of the course's notebooks in reading order; what students get, with gaps, is left out.

    >>> [path.stem for path in notebooks()][:2]
    ['00_first_lstm', '01_vanishing_gradients']
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
    """Execute one notebook from a clean kernel; write build/NAME/NAME.ipynb and return its path.

    Markdown cells with the tag `sample` are left out where the parameter `source` names other data
    than the bundled sample, and those with the tag `file` where it does not, so that a page says
    only what fits the data that ran.

    Raises NotebookError naming notebook, cell and error, and the half-run notebook stays beside as
    NAME.failed.ipynb; LeftOutError, the loader's sentence, where its data is missing; WriteError
    where nothing can be written.
    """
    expect_notebook(path)
    folder = paths.BUILD / path.stem
    files.expect_writable(folder)
    failed = folder / f"{path.stem}.failed.ipynb"
    kernels.prepare()
    # A folder of its own: two people may be running the same course.
    own = tempfile.TemporaryDirectory(prefix=".part-", dir=folder, ignore_cleanup_errors=True)
    with files.explained(folder), own as part:
        for stale in (folder / "results.json", folder / path.name, failed):
            stale.unlink(missing_ok=True)
        executed = Path(part, path.name)
        try:
            execute(path, executed, parameters or {})
        except Stopped as where:
            if executed.exists():
                executed.replace(failed)
                where = f"{where}\n(as far as it got: {_shown(failed)})"
            raise NotebookError(f"{_shown(path)} {where}") from None
        executed.replace(folder / path.name)
    return folder / path.name


def expect_notebook(path):
    """Raise NotebookError for a file that was cut off, or changed by another program."""
    try:
        nbformat.read(path, as_version=4)
    except (ValueError, nbformat.ValidationError, AttributeError) as error:
        raise NotebookError(
            f"{_shown(path)} is no notebook any more ({str(error).splitlines()[0]}): "
            f"`git checkout -- {_shown(path)}` brings back what was committed."
        ) from None


def execute(path, executed, parameters, folder=None, variables=None, bar=True):
    """Execute the notebook at `path` into the file `executed`; raise Stopped if it stops.

    Words that do not fit the data are left out; see `site.that_fit`.

    folder: in which it runs; by default its own. variables: of the kernel's environment, besides
    those of this process. bar: whether to show one that grows with the cells.
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = site.that_fit(notebook.cells, parameters.get("source", "sample"))
    nbformat.write(notebook, executed)
    try:
        papermill.execute_notebook(
            executed,
            executed,
            parameters=parameters,
            cwd=folder or path.parent,
            environment=os.environ | (variables or {}),
            kernel_name="python3",
            engine_name="course",
            progress_bar={"unit": "cell", "desc": path.stem} if bar else False,
            iopub_timeout=60,
            extra_arguments=["--log-level=CRITICAL"],  # of the kernel: it warns of plain TCP
        )
    except kernels.NotStarted as error:
        raise Stopped(f"was not run, as {error}") from None
    except PapermillExecutionError as error:
        if error.ename == NO_DATA:
            raise LeftOutError(error.evalue) from None
        first_line = error.source.strip().splitlines()[0]
        raise Stopped(
            f"stopped in In [{error.exec_count}] ({first_line}):\n{error.ename}: {error.evalue}"
        ) from None


def _shown(path):
    """A path as people name it, from the course's folder where it lies there."""
    return path.relative_to(paths.ROOT) if path.is_relative_to(paths.ROOT) else path


def end_kernels():
    """End the kernels of this process: in sessions of their own, they hear no Ctrl-C."""
    for kernel in psutil.Process().children():
        kernel.kill()


def run_all(say=print):
    """Run every notebook to read on the bundled sample, two at a time, the last (longest) first.

    Then write the site. The tasks for students are not to be read, and only the tests run them.
    One whose data is missing is left out, which is no error. Returns (the site's first page,
    {notebook left out: why}, errors), in reading order.
    """
    os.environ.setdefault("COURSE_THREADS", "1")  # two notebooks at a time, a core each
    kernels.prepare()
    files.expect_writable(paths.BUILD)
    everything = [path for path in notebooks() if not path.stem.endswith("_tasks")]
    left_out, errors = {}, {}

    def run(path):
        start, outcome = time.perf_counter(), "done in"
        try:
            run_notebook(path)
        except LeftOutError as error:
            left_out[path], outcome = str(error), "left out after"
        except CourseError as error:
            errors[path], outcome = str(error), "FAILED after"
        return f"{_shown(path)} {outcome} {time.perf_counter() - start:.0f} s"

    with ThreadPoolExecutor(max_workers=2) as pool:
        runs = [pool.submit(run, path) for path in reversed(everything)]
        try:
            for number, done in enumerate(as_completed(runs), 1):
                say(f"[{number}/{len(everything)}] {done.result()}")
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            end_kernels()
            raise
    left_out = {path: left_out[path] for path in everything if path in left_out}
    errors = {path: errors[path] for path in everything if path in errors}
    say("Writing the site ...")
    return write_site(left_out, without=errors), left_out, list(errors.values())


def write_site(left_out=None, without=()):
    """Write the site of all notebooks, students' tasks with their gaps included; see `site.build`.

    The lessons are there as slides, too.

    left_out: {notebook that was not executed for want of data: why}. without: notebooks that get no
    page. Raises NotebookError for any other that cannot be read.
    """
    everything = [*notebooks(), *sorted(paths.HOMEWORK.rglob("*_tasks.ipynb"))]
    shown = [path for path in everything if path not in without]
    for path in shown:
        expect_notebook(path)
    index = site.build(shown, left_out)
    slides.write([path for path in paths.LESSONS if path in shown])
    return index
