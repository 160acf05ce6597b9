"""The course's web pages: notebooks as HTML, and jinja2 templates that escape what is filled in."""

import json
import statistics

import jinja2
import nbformat
from nbconvert import HTMLExporter

from utils import files, paths
from utils.homework.homeworks import HOMEWORKS

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(
        [paths.ROOT / "utils" / room / "templates" for room in ("course", "grading")]
    ),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)


def render(template, /, **context):
    """A page as text.

    template: file name of one in a room's templates/; those that extend base.html need a title
    and fill the blocks style and body. context: what it is filled with.

    >>> "<h1>1 &lt; 2</h1>" in render("base.html", title="1 < 2")
    True
    """
    return _ENVIRONMENT.get_template(template).render(context)


def to_html(notebook):
    """The page of a notebook (its path) as text, pictures and their descriptions included."""
    exporter = HTMLExporter(extra_loaders=[_ENVIRONMENT.loader], template_file="notebook.html")
    body, _ = exporter.from_notebook_node(nbformat.read(notebook, as_version=4))
    return body


def title(page):
    """The first heading of a notebook; of a page, that of the notebook that lies beside it."""
    notebook = nbformat.read(page.with_suffix(".ipynb"), as_version=4)
    headings = (cell.source.splitlines()[0] for cell in notebook.cells if cell.source[:2] == "# ")
    return next(headings, "# " + page.stem)[2:]


def write_index(pages, left_out=()):
    """Write build/index.html, which links the pages and shows the main results; return its path.

    left_out: {notebook that has no page: why}. Applications have a heading of their own.
    """
    applications = {path.stem for path in paths.APPLICATIONS}
    links = [(page.relative_to(paths.BUILD).as_posix(), title(page), page.stem) for page in pages]
    text = render(
        "index.html",
        title="Recurrent networks: the course",
        links=[link for *link, name in links if name not in applications],
        applications=[link for *link, name in links if name in applications],
        left_out=[(title(notebook), why) for notebook, why in dict(left_out).items()],
        tables=[_table(name, result) for name, result in results(pages).items()],
    )
    index = paths.BUILD / "index.html"
    files.write_text(index, text)
    return index


def results(pages):
    """What the notebooks of these pages found: {name: contents of its results.json}."""
    written = [page.with_name("results.json") for page in pages]
    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in written
        if path.exists()
    }


def results_lines(found):
    """The main results as lines of text, for the terminal. found: as `results` returns it."""
    for table in (_table(name, result) for name, result in found.items()):
        yield f"{table['name']}: {table['conditions']}; {table['metric']}"
        yield f"    {'':20}{'validation':>14}{'test':>14}{'parameters':>12}"
        for model, validation, test, parameters in table["rows"]:
            yield f"    {model:20}{validation:>14}{test:>14}{parameters:>12}"


def _table(name, result):
    """What a table of results says, as text."""
    models, seeds = result["models"], ", ".join(map(str, result["seeds"]))
    metrics = {homework.name: homework.metric for homework in HOMEWORKS.values()}
    return {
        "name": name,
        "conditions": f"{result['source']}, {result['tier']} tier, seeds {seeds}, "
        f"{result['cores']} cores",
        "metric": metrics.get(name, "accuracy"),
        "rows": [
            (model, _score(row["validation"]), _score(row["test"]), f"{row['parameters']:,}")
            for model, row in models.items()
        ],
    }


def _score(part):
    """Mean over seeds ± standard deviation, where there are several.

    >>> _score({"by_seed": [0.25, 0.75]}), _score({"by_seed": [0.5]})
    ('0.500 ± 0.354', '0.500')
    """
    spread = f" ± {statistics.stdev(part['by_seed']):.3f}" if len(part["by_seed"]) > 1 else ""
    return f"{statistics.mean(part['by_seed']):.3f}{spread}"
