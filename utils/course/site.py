"""The course as a site, made by Sphinx: build/site/index.html.

`build` brings the sources together (pages in docs/, the notebooks, the Markdown beside them) and
calls Sphinx with docs/conf.py. `render` fills in the templates of other pages.
"""

import base64
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jinja2
import nbformat

from utils import files, paths
from utils.course import live_lstm
from utils.errors import CourseError
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

# {lesson: (which of its pictures stands on the front page, counted from 0, and what it is about)}
_ON_THE_FRONT_PAGE = {
    "00_first_lstm": (1, "From a CSV file of sentences to a trained network that is saved."),
    "01_vanishing_gradients": (3, "Why a plain RNN forgets, and when: what is left of a gradient."),
    "02_recurrent_networks": (0, "One small network, used again at every step, and how it learns."),
    "03_lstm_gate_by_gate": (6, "Six equations, drawn gate by gate, equal to those of Keras."),
    "04_inside_a_trained_lstm": (0, "What the cells of a trained network hold while it reads."),
    "05_gru": (3, "The same idea with two gates, and what it can do beside the LSTM."),
    "06_counting": (0, "What some cells can count, and others cannot."),
    "07_recurrent_layers_in_use": (5, "Every option of the Keras layers that a user needs."),
    "08_training_well": (0, "Which tip helps, and when: dropout, more data, early stopping."),
}
# The parts of MathJax that pages and slides ask for.
MATHJAX = ("tex-chtml.js", "input/tex", "output/chtml", "a11y/assistive-mml.js")
# Pages where a visitor tries a network in the browser.
_LIVE = ("live_lstm.md", "live_gates.md", "live_gradient.md")
# Pages of Markdown besides docs/, in the order of the contents; what is not there is left out.
_TEACHING = ("notebooks/solutions/README.md", "utils/bench/README.md")
_REFERENCE = (
    "notebooks/README.md",
    "glossary.md",
    "references.md",
    "data/README.md",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
)


class SiteError(CourseError):
    """Why there is no site, in Sphinx' words."""


def render(template, /, **context):
    """A page as text.

    template: file name of one in a room's templates/; those that extend base.html need a title
    and fill the blocks style and body. context: what it is filled with.

    >>> "<h1>1 &lt; 2</h1>" in render("base.html", title="1 < 2")
    True
    """
    return _ENVIRONMENT.get_template(template).render(context)


def build(notebooks, left_out=None):
    """Write the site of these notebooks (paths, in reading order); return build/site/index.html.

    A notebook's page shows what it printed when it was executed here, in build/NAME/NAME.ipynb; of
    one that was not, or was changed since, the saved outputs, which are of the bundled sample.
    Networks of lesson 4 that read in the browser are those of that run, or the committed ones.
    left_out: {notebook that was not executed for want of data: why}. What lay in build/site before
    is replaced when the new site is whole.
    Raises SiteError where Sphinx stops, WriteError where nothing can be written.
    """
    target = paths.SITE
    files.expect_writable(paths.BUILD)
    made = tempfile.TemporaryDirectory(prefix=".site-", dir=paths.BUILD, ignore_cleanup_errors=True)
    with files.explained(target), made as folder:
        sources, new = Path(folder, "sources"), Path(folder, "site")
        _bring_together(sources, notebooks, left_out or {})
        _call_sphinx(sources, new)
        if target.exists():
            target.rename(Path(folder, "before"))  # goes with the folder
        new.rename(target)
    return target / "index.html"


def results(names):
    """What the notebooks of these names found: {name: contents of its results.json}."""
    written = [paths.BUILD / name / "results.json" for name in names]
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


def document(path):
    """Where a file of the course lies in the site's sources; pages of docs/ lie at the top.

    >>> document(paths.DOCS / "glossary.md"), document(paths.NOTEBOOKS / "a.ipynb")
    ('glossary.md', 'notebooks/a.ipynb')
    """
    path = Path(path)
    top = paths.DOCS if path.is_relative_to(paths.DOCS) else paths.ROOT
    return path.relative_to(top).as_posix()


def latest(path):
    """The notebook at `path`, and when it was executed here (s since 1970): as it was then.

    As it is saved, and None, if it was not executed or was changed since. What papermill put in,
    the parameters of a run, is no change, and neither is what it left out; see `that_fit`.
    """
    saved, ran = nbformat.read(path, as_version=4), paths.BUILD / path.stem / path.name
    everything, saved.cells = saved.cells, that_fit(saved.cells)
    if not ran.exists():
        return saved, None
    new = nbformat.read(ran, as_version=4)
    given = new.metadata.get("papermill", {}).get("parameters", {})
    expected = that_fit(everything, given.get("source", "sample"))
    put_in = "injected-parameters"
    kept = [cell for cell in new.cells if put_in not in cell.metadata.get("tags", [])]
    if [cell.source for cell in kept] != [cell.source for cell in expected]:
        return saved, None
    for cell, as_saved in zip(kept, expected, strict=True):
        cell.metadata = as_saved.metadata  # what is a slide may have been said since
    return new, os.path.getmtime(ran)


def that_fit(cells, source="sample"):
    """Those cells of a notebook whose words fit the data that it runs on.

    Markdown with the tag `sample` speaks of the bundled sample alone, Markdown with the tag `file`
    of any other data; the one does not fit where the other does. Code always fits.

    cells: of the notebook, in order. source: its parameter of that name.

    >>> words = nbformat.v4.new_markdown_cell("The films are made up.")
    >>> words.metadata["tags"] = ["sample"]
    >>> len(that_fit([words])), len(that_fit([words], source="reviews.csv"))
    (1, 0)
    """
    other = "file" if source == "sample" else "sample"
    return [c for c in cells if c.cell_type == "code" or other not in c.metadata.get("tags", [])]


def _bring_together(sources, notebooks, left_out):
    """Write the sources of the site, as Sphinx reads them, into an empty folder."""
    shutil.copytree(paths.DOCS, sources)
    for page in sources.glob("*.md"):  # they lie a folder higher here
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("](../", "]("), encoding="utf-8")
    shown, days = {}, []
    for path in notebooks:
        shown[path], day = latest(path)
        days += [day] if day else []
        _describe_pictures(shown[path])
        if path in paths.LESSONS:
            slides = f'<a href="../slides/{path.stem}.html">This lesson as slides</a>'
            shown[path].cells[0].source += f"\n\n{slides}"
        text = nbformat.writes(shown[path]).replace("](../docs/", "](../")  # they lie higher here
        _put(sources, document(path), text.encode())
        weights = paths.BUILD / path.stem / live_lstm.FILE
        if day and weights.exists() and weights.stat().st_mtime <= day:  # of that run, no later one
            _put(sources, f"_static/{weights.name}", weights.read_bytes())
    contents = _contents(notebooks)
    for page in (page for pages in contents.values() for page in pages):
        _copy(page, sources)
    template = (paths.DOCS / "index.md.j2").read_text(encoding="utf-8")
    index = (
        _ENVIRONMENT.overlay(autoescape=False)
        .from_string(template)
        .render(
            lessons=[
                _lesson(path, shown[path], sources) for path in paths.LESSONS if path in shown
            ],
            applications=_applications(shown, sources),
            results=[_table(*one) for one in results(path.stem for path in notebooks).items()],
            executed=len(days),
            n_notebooks=len(notebooks),
            day=time.strftime("%d %B %Y", time.localtime(max(days, default=0))),
            left_out=[(document(path), title(shown[path]), why) for path, why in left_out.items()],
            contents={part: list(map(_name, pages)) for part, pages in contents.items()},
        )
    )
    _put(sources, "index.md", index.encode())


def _put(sources, name, content):
    """Write bytes under a name among the sources."""
    place = sources / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def _name(path):
    """What Sphinx calls the page of a file."""
    return document(path.with_suffix(""))


def _contents(notebooks):
    """{part of the site: its pages, paths of the course, in reading order}."""

    def there(names):
        places = [folder / name for name in names for folder in (paths.DOCS, paths.ROOT)]
        return [place for place in places if place.exists()]

    lessons = [path for path in notebooks if path.parent == paths.NOTEBOOKS]
    applications = [path for path in notebooks if path.parent.name == "applications"]
    homework = [path for path in notebooks if paths.HOMEWORK in path.parents]
    solutions = [path for path in notebooks if paths.SOLUTIONS in path.parents]
    return {
        "Lessons": lessons,
        "Applications": there(["notebooks/applications/README.md"]) + applications,
        "In the browser": there(_LIVE),
        "Homework": there(["notebooks/homework/README.md"]) + homework,
        "Teaching": there(_TEACHING[:1]) + solutions + there(_TEACHING[1:]),
        "Reference": there(_REFERENCE),
    }


_LINK = re.compile(r"(?:\]\(|<img src=\")([^)#\"\s]+)")


def _copy(page, sources):
    """Copy a page of Markdown, and the pictures that it shows, to where Sphinx finds them."""
    if page.suffix != ".md" or paths.DOCS in page.parents:
        return
    text = page.read_text(encoding="utf-8")
    for link in set(_LINK.findall(text)):
        picture = Path(os.path.normpath(page.parent / link))
        if picture.suffix == ".png" and picture.exists():
            _put(sources, document(picture), picture.read_bytes())
    _put(sources, document(page), text.encode())


def _pictures(notebook):
    """(cell, its picture in base64, the description) of each picture of a notebook, in order."""
    return [
        (cell, output.data["image/png"], output.metadata.get("image/png", {}).get("alt", ""))
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]


def _describe_pictures(notebook):
    """Tell myst-nb the descriptions of pictures, which the notebook keeps beside them."""
    for cell, _, alt in _pictures(notebook):
        if alt:
            cell.metadata.setdefault("mystnb", {"image": {"alt": alt}})


def title(notebook):
    """The first heading of a notebook."""
    headings = (cell.source.splitlines()[0] for cell in notebook.cells if cell.source[:2] == "# ")
    return next(headings, "# ?")[2:]


def _lesson(path, notebook, sources):
    """What the front page shows of a lesson."""
    which, sentence = _ON_THE_FRONT_PAGE.get(path.stem, (0, ""))
    _, picture, alt = _pictures(notebook)[which]
    name = f"pictures/{path.stem}.png"
    _put(sources, name, base64.b64decode(picture))
    card = {"title": title(notebook), "document": _name(path), "picture": name}
    return card | {"alt": alt, "sentence": sentence}


_CARD = re.compile(
    r'^\| <img src="[^"]+"[^>]*alt="(?P<alt>[^"]+)"> '
    r"\| \[[^]]+\]\((?P<document>[^)]+)\.ipynb\):? (?P<sentence>.+) \|$",
    re.M,
)


def _applications(shown, sources):
    """What the front page shows of the applications, in the README's words where it has some."""
    readme = paths.ROOT / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    said = {card["document"]: card.groupdict() for card in _CARD.finditer(text)}
    cards = []
    for path in (path for path in paths.APPLICATIONS if path in shown):
        heading, picture = title(shown[path]), path.parent / "pictures" / f"{path.stem}.png"
        _put(sources, document(picture), picture.read_bytes())
        card = {"title": heading, "document": _name(path), "picture": document(picture)}
        card |= {"alt": f"From the page: {heading}", "sentence": ""} | said.get(_name(path), {})
        cards.append(card | {"sentence": card["sentence"][:1].upper() + card["sentence"][1:]})
    return cards


def _call_sphinx(sources, target):
    """Have Sphinx write a site; SiteError with its words where it stops."""
    doctrees = sources.with_name("doctrees")  # Sphinx' own notes, of no use to a reader
    command = [sys.executable, "-m", "sphinx", "-q", "-d", doctrees, sources, target]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    if ran.returncode:
        raise SiteError(
            f"No site was made, as Sphinx stopped: {ran.stderr.strip()[-2000:]}\n"
            "Delete the folder .venv, and `make` or the README's two lines install it anew."
        )


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
