"""Run the course's notebooks and write them as pages under build/."""

import html
import json
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

import nbformat
import papermill
from nbconvert import HTMLExporter
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from utils import files

ROOT = files.ROOT
NOTEBOOKS = ROOT / "notebooks"
BUILD = files.BUILD


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


class NotebookError(Exception):
    """A notebook that stopped: which one, in which cell, with what error."""


def notebooks():
    """The course's notebooks in reading order; students' versions, with gaps, are left out."""
    return sorted(
        path
        for path in NOTEBOOKS.rglob("*.ipynb")
        if not any(
            part.startswith(".") or part == "homework" for part in path.relative_to(ROOT).parts
        )
    )


def run_notebook(path, parameters=None):
    """Execute one notebook from a clean kernel; write it and its page under build/.

    Returns the path of the page. Raises NotebookError naming notebook, cell and error; the
    half-run notebook stays beside as NAME.failed.ipynb.
    """
    folder = BUILD / path.stem
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
            f"{path.relative_to(ROOT)} stopped in cell [{error.exec_count}] ({first_line}):\n"
            f"{error.ename}: {error.evalue}\n(as far as it got: {failed.relative_to(ROOT)})"
        ) from None
    executed = failed.replace(folder / path.name)
    page = folder / f"{path.stem}.html"
    with files.written_whole(page) as beside:
        beside.write_text(to_html(executed), encoding="utf-8")
    return page


def to_html(path):
    """The page of a notebook as text, pictures included."""
    notebook = nbformat.read(path, as_version=4)
    body, _ = HTMLExporter().from_notebook_node(notebook)
    return body


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
        return f"{path.relative_to(ROOT)} {outcome} {time.perf_counter() - start:.0f} s"

    with ThreadPoolExecutor(max_workers=2) as pool:
        runs = [pool.submit(run, path) for path in reversed(everything)]
        for number, done in enumerate(as_completed(runs), 1):
            say(f"[{number}/{len(everything)}] {done.result()}")
    pages = [pages[path] for path in everything if path in pages]
    errors = [errors[path] for path in everything if path in errors]
    return write_index(pages), pages, errors


def results(pages):
    """What the notebooks of these pages found: {name: contents of its results.json}."""
    written = [page.with_name("results.json") for page in pages]
    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in written
        if path.exists()
    }


def results_lines(found):
    """The main results as lines of text, for the terminal."""
    for name, result in found.items():
        yield f"{name}: {_conditions(result)}; {_metric(result)}"
        yield f"    {'':20}{'validation':>14}{'test':>14}{'parameters':>12}"
        for model, row in result["models"].items():
            parts = "".join(f"{_score(row[part]):>14}" for part in ("validation", "test"))
            yield f"    {model:20}{parts}{row['parameters']:>12,}"


def _conditions(result):
    seeds = ", ".join(map(str, result["seeds"]))
    return f"{result['source']}, {result['tier']} tier, seeds {seeds}, {result['cores']} cores"


def _metric(result):
    in_mm = "mae_under_73" in next(iter(result["models"].values()))["test"]
    return "mean absolute error (mm), hours under 73 mm" if in_mm else "accuracy"


def _score(part):
    """Mean over seeds ± standard deviation, where there are several."""
    spread = f" ± {statistics.stdev(part['by_seed']):.3f}" if len(part["by_seed"]) > 1 else ""
    return f"{statistics.mean(part['by_seed']):.3f}{spread}"


def write_index(pages):
    """Write build/index.html, which links the pages and shows the main results."""
    links = "".join(
        f'<li><a href="{page.relative_to(BUILD).as_posix()}">{html.escape(title(page))}</a></li>'
        for page in pages
    )
    tables = "".join(_table(name, result) for name, result in results(pages).items())
    index = BUILD / "index.html"
    with files.written_whole(index) as beside:
        beside.write_text(INDEX.format(links=links, tables=tables), encoding="utf-8")
    return index


def title(page):
    """The first heading of the notebook that a page was made from."""
    notebook = nbformat.read(page.with_suffix(".ipynb"), as_version=4)
    headings = (cell.source.splitlines()[0] for cell in notebook.cells if cell.source[:2] == "# ")
    return next(headings, "# " + page.stem)[2:]


def _table(name, result):
    rows = "".join(
        f"<tr><th scope=row>{html.escape(model)}</th>"
        f"<td>{_score(row['validation'])}</td><td>{_score(row['test'])}</td>"
        f"<td>{row['parameters']:,}</td></tr>"
        for model, row in result["models"].items()
    )
    return (
        f"<h2>{html.escape(name.replace('_', ' ').capitalize())}</h2>"
        f"<p>{html.escape(_conditions(result))}: {_metric(result)}, mean ± sd over seeds.</p>"
        "<table><tr><th>model</th><th>validation</th><th>test</th><th>parameters</th></tr>"
        f"{rows}</table>"
    )


INDEX = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Recurrent networks: the course</title>
<style>
body {{ font-family: system-ui, sans-serif; max-width: 46rem; margin: 2rem auto;
       padding: 0 1rem; line-height: 1.5; color: #222 }}
table {{ border-collapse: collapse }}
th, td {{ padding: .25rem .9rem; border-bottom: 1px solid #ddd; text-align: right }}
th:first-child {{ text-align: left; font-weight: normal }}
a {{ color: #0072B2 }}
</style></head>
<body><h1>Recurrent networks: the course</h1>
<p>Every number on these pages was computed on this machine by the notebook that prints it.</p>
<ul>{links}</ul>
{tables}
</body></html>
"""
