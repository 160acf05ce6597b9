"""A lesson as slides for class: build/site/slides/NAME.html, shown by reveal.js without a network.

What becomes of a cell is said by Jupyter's own metadata (JupyterLab: *Slide Type*), or else by
these rules. A heading, or a paragraph that begins with a bold sentence, begins a slide. Equations,
lists, tables and questions stand on it; other prose is for the speaker, and so are folded answers.
Code stands there without the statements that draw or assert. What it prints or draws comes a step
later, and another step later the sentence that explains it. A cell that only imports is left out,
of a test of a claim the code, and all references.

`slide` and `subslide` begin a slide with all that a cell has, prose and drawing included;
`fragment` shows all of it as a step; `notes` leaves its text or code to the speaker; `skip` leaves
it out.
"""

import ast
import dataclasses
import html
import importlib.util
import io
import re
import shutil
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from PIL import Image
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from utils import files, paths
from utils.course import site
from utils.errors import CourseError

WIDTH, HEIGHT = 1280, 720  # of a slide, in pixels, and so below
SMALLEST = 20  # letters of code, and of what it prints
_LARGEST, _PROSE = 26, 28
_INSIDE, _ROOM = 1224, 576  # the part of a slide below its title
_GAP, _SENTENCE = 14, 92  # between parts; for the sentence that explains a result
_MONOSPACE, _SERIFS, _LINE = 0.605, 0.56, 1.35  # a letter's width and a line's height, in letters

_LEXER = PythonLexer()
_FORMATTER = HtmlFormatter(nowrap=True, style="a11y-high-contrast-light")
# What is needed to show slides: (package, its folder, the files and folders taken from there).
_PARTS = (
    ("sphinx_revealjs", "_static/revealjs", ("dist/reveal.js", "dist/reveal.css")),
    ("sphinx_revealjs", "_static/revealjs", ("plugin/notes/notes.js", "LICENSE")),
    ("sphinx-mathjax-offline", "static/mathjax", ("tex-chtml.js", "input/tex", "output/chtml")),
)


class SlidesError(CourseError):
    """A lesson that there is not."""


@dataclasses.dataclass
class Slide:
    """title: HTML. below: it belongs to the slide before it. parts: [(HTML, whether it is a step)].

    notes: HTML for the speaker. height: what the parts need, in pixels. shown: a result stands on
    it; asks: a question does.
    """

    title: str
    below: bool
    parts: list = dataclasses.field(default_factory=list)
    notes: list = dataclasses.field(default_factory=list)
    height: float = 0
    shown: bool = False
    asks: bool = False


def write(lesson=None):
    """Write the slides of a lesson (a number), or of all; return the paths of the pages.

    They show what a lesson printed when it was executed here, or else what is saved in it. Raises
    SlidesError for a number that no lesson has, WriteError where nothing can be written.
    """
    lessons = [path for path in paths.LESSONS if path.exists()]
    chosen = [path for path in lessons if lesson in (None, int(path.stem[:2]))]
    if lesson is not None and not chosen:
        raise SlidesError(
            f"There is no lesson {lesson}: choose LESSON from {int(lessons[0].stem[:2])} to "
            f"{int(lessons[-1].stem[:2])}, or leave it out for all."
        )
    folder = paths.SITE / "slides"
    files.expect_writable(folder)
    with files.explained(folder):
        _copy_parts(folder / "_static")
    written = []
    for path in chosen:
        notebook, _ = site.latest(path)
        page = folder / f"{path.stem}.html"
        files.write_text(page, _page(notebook, f"../{path.parent.name}/{path.stem}.html"))
        written.append(page)
    return written


def deck(notebook):
    """The slides of a notebook (nbformat, version 4), in order: [Slide].

    >>> lesson = nbformat.v4.new_notebook()
    >>> lesson.cells = [nbformat.v4.new_markdown_cell("# Title\\n\\nProse.\\n\\n- a point")]
    >>> [(slide.title, slide.notes) for slide in deck(lesson)]
    [('Title', ['<p>Prose.</p>'])]
    """
    made = _Deck()
    for cell, following in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        if kind == "skip":
            continue
        if cell.cell_type == "markdown":
            _add_text(made, cell.source, kind, _shows(following))
        elif cell.cell_type == "code":
            _add_code(made, cell, kind)
    return made.finished()


class _Deck:
    """The slides so far, and what waits for the next part: notes for the speaker."""

    def __init__(self):
        self.slides, self.waiting = [], []

    @property
    def last(self):
        return self.slides[-1]

    def begin(self, title, below=True):
        self.speak()
        self.slides.append(Slide(title, below and bool(self.slides)))

    def speak(self):
        """Give what waits to the present slide."""
        if self.slides:
            self.last.notes += self.waiting
            self.waiting = []

    def put(self, part, height, step=False, reserve=0):
        """Put HTML on the present slide, or where it does not fit on one more of that title."""
        if self.last.parts and self.last.height + height + reserve > _ROOM:
            slide = self.last
            self.slides.append(Slide(slide.title, below=True))
        self.last.parts.append((part, step and bool(self.last.parts)))
        self.last.height += height + _GAP
        self.speak()

    def room(self):
        return _ROOM - self.last.height - _SENTENCE

    def go_on(self):
        """Begin another slide of the same title where a result was shown."""
        if self.last.shown:
            slide = self.last
            self.slides.append(Slide(slide.title, below=True))

    def finished(self):
        """All slides; one on which nothing stands says its first sentence, or goes."""
        self.speak()
        for slide in self.slides:
            if not slide.parts and slide.notes:
                first = re.match(r"<p>(.*?[.?!:])(?= |</p>|$)", slide.notes[0], re.S)
                slide.parts = [(f'<p class="lead">{first[1]}</p>', False)] if first else []
        return [slide for slide in self.slides if slide.parts]


def _link_is_kept(tokens, index):
    return tokens[index].attrGet("href").startswith("http")


def _markdown():
    """Markdown with equations, for MathJax; links inside the course are text."""

    def math(content, options):
        left, right = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
        return f"{left}{html.escape(content)}{right}"

    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    dollarmath_plugin(parser, renderer=math, double_inline=True)

    def without_links(state):
        for token in state.tokens:
            inside, kept = token.children or [], []
            for child in inside:
                if child.type == "link_open":
                    kept.append(child.attrGet("href").startswith("http"))
                if child.type in ("link_open", "link_close"):
                    shown = kept[-1] if child.type == "link_open" else kept.pop()
                    child.hidden = not shown
            token.children = [child for child in inside if not child.hidden] or token.children

    parser.core.ruler.push("without_links", without_links)
    return parser


_PARSER = _markdown()


def _html(text):
    return _PARSER.render(text).strip()


def _inline(text):
    return _PARSER.renderInline(text)


_FOLDED = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.S)


def _blocks(source):
    """[(kind, source)] of the blocks of a text."""
    lines = source.splitlines()
    return [
        (token.tag if token.type == "heading_open" else token.type.removesuffix("_open"), text)
        for token in _PARSER.parse(source)
        if token.level == 0 and token.nesting >= 0 and token.map
        for text in ["\n".join(lines[slice(*token.map)])]
    ]


_RUN_IN = re.compile(r"\*\*([^*]+?)[.:]\*\*\s*(.*)", re.S)


def _add_text(made, source, kind, shows_next):
    """Add a cell of text. shows_next: the cell after it has code."""
    questions, answers = [], []
    for summary, answer in _FOLDED.findall(source):
        questions += [] if summary == "Answer" else [f"- {summary}"]
        answers.append((f"**{summary}**" if summary != "Answer" else "Answer:") + "\n\n" + answer)
    blocks = _blocks(_FOLDED.sub("", source))
    if kind == "notes":
        made.waiting += [_html(text) for _, text in blocks]
        return
    whole, step = kind in ("slide", "subslide", "fragment"), kind == "fragment"
    if kind in ("slide", "subslide") and not _begins(blocks[0]):
        made.begin(made.last.title if made.slides else "", below=kind == "subslide")
    explains = 0 if whole else _n_explaining(made, blocks, shows_next)
    for number, (block, text) in enumerate(blocks):
        following = blocks[number + 1][0] if number + 1 < len(blocks) else ""
        if block in ("h1", "h2", "h3"):
            title = text.lstrip("# ")
            if title == "References":
                break
            made.begin(_inline(title), below=block == "h3" and kind != "slide")
            continue
        if block == "paragraph" and (run_in := _RUN_IN.fullmatch(text)):
            made.begin(_inline(run_in[1]), below=kind != "slide")
            text = run_in[2]
            if not text:
                continue
        if block == "paragraph" and number < explains:
            if number == 0:
                _conclude(made, text)
            made.last.notes.append(_html(text))
        elif block == "paragraph" and not whole:
            made.waiting.append(_html(text))
            leads = "list" in following and text.rstrip()[-1] in ":…"
            if asked := text if leads else " ".join(_questions(text)):
                made.go_on()
                _put_prose(made, asked, "lead" if leads else "question")
        else:
            made.go_on()
            _put_prose(made, text, "" if "paragraph" != block else "prose", step)
    if questions:
        _put_prose(made, "\n".join(questions), "")
    made.waiting += map(_html, answers)


def _begins(block):
    kind, text = block
    return kind in ("h1", "h2", "h3") or (kind == "paragraph" and _RUN_IN.fullmatch(text))


def _n_explaining(made, blocks, shows_next):
    """How many of the first blocks explain the result that was shown before them.

    The last paragraph before the next code introduces it. If it is the only one, it explains,
    unless it asks something or ends with a colon.
    """
    if not made.slides or not made.last.shown:
        return 0
    number = 0
    while number < len(blocks) and blocks[number][0] == "paragraph" and not _begins(blocks[number]):
        number += 1
    if number and number == len(blocks) and shows_next:
        last = blocks[-1][1]
        answers = made.last.asks and len(_sentences(last)) > len(_questions(last))
        if number > 1 or "?" in last or last.endswith(":"):
            if number == 1 and answers and not last.endswith(":"):
                _conclude(made, last)
            number -= 1
    return number


def _sentences(text):
    """The sentences of a paragraph.

    >>> _sentences("It is $.5$. Why? Count.")
    ['It is $.5$.', 'Why?', 'Count.']
    """
    return re.split(r"(?<=[.?!])(?<!\b\d\.)\s+(?=[A-Z`$\"“*\[(])", " ".join(text.split()))


def _questions(text):
    """What a paragraph asks; a short question with the sentence before it.

    >>> _questions("There are six gates. Why? Look. What do you expect to happen to the state?")
    ['There are six gates. Why?', 'What do you expect to happen to the state?']
    """
    found, before = [], ""
    for sentence in _sentences(text):
        if sentence.endswith("?"):
            found.append(f"{before} {sentence}".strip() if len(sentence) < 30 else sentence)
            before = ""
        else:
            before = sentence
    return found


def _conclude(made, text):
    """Put the sentence that explains a result under it, one step later, if it is not long."""
    chosen = ""
    for sentence in _sentences(text):
        if len(chosen) >= 40 or sentence.endswith("?"):
            break
        chosen = f"{chosen} {sentence}".strip()
    if chosen and len(chosen) <= 170 and made.last.shown:
        made.last.parts.append((f'<p class="found">{_inline(chosen)}</p>', True))


def _put_prose(made, text, style, step=False, reserve=0):
    part, size = _html(text), _PROSE
    if style:
        part = part.replace("<p>", f'<p class="{style}">')
    made.last.asks |= style == "question"
    n_equations = part.count(r"\[")
    letters = [len(re.sub(r"<[^>]+>|\\\w+|[{}$]", "", line)) for line in part.splitlines()]
    n_lines = sum(1 + int(n * _SERIFS * size / _INSIDE) for n in letters if n)
    made.put(part, n_lines * size * _LINE + n_equations * 40, step, reserve)


_SAYS_HOW_TO_COMPARE = re.compile(r"^\s*# (within|Reason:|NBVAL).*\n?", re.M)
_DRAWS = {"alt", "axes", "axis", "bar", "figure", "figures", "panel", "panels", "plt"}


def _names(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _on_a_slide(source):
    """The code of a cell without what draws or asserts; nothing of one that only imports.

    >>> _on_a_slide("y = x + 1\\naxes = y.plot()\\nassert y > 0")
    'y = x + 1'
    """
    lines, kept, end = source.splitlines(), [], 0
    statements = ast.parse(source).body
    for node in statements:
        start = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        if not (isinstance(node, ast.Assert) or _names(node) & _DRAWS):
            kept += lines[end : node.end_lineno] if end == start - 1 else lines[start - 1 : node.end_lineno]
        end = node.end_lineno
    prepares = (ast.Import, ast.ImportFrom)
    if all(isinstance(n, prepares) or "reproducible" in _names(n) for n in statements):
        return ""
    return "\n".join(kept).strip("\n")


def _shows(cell):
    return cell is not None and cell.cell_type == "code"


_CLAIM = re.compile(r'(.*?)Claim (\d+), "(.*?)"\n(.*)', re.S)
_COLOURED = re.compile(r"\x1b\[[\d;]*m")


def _printed(cell):
    """What a cell printed, as text."""
    texts = [
        output.get("text", "") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
        if "image/png" not in output.get("data", {})
    ]
    return _COLOURED.sub("", "\n".join(text.strip("\n") for text in texts if text.strip()))


def _add_code(made, cell, kind):
    """Add a cell of code, and what it printed and drew."""
    if kind in ("slide", "subslide"):
        made.begin(made.last.title if made.slides else "", below=kind == "subslide")
    whole = kind in ("slide", "subslide", "fragment")
    printed = _printed(cell)
    claim = _CLAIM.fullmatch(printed)
    code = _SAYS_HOW_TO_COMPARE.sub("", cell.source if whole else _on_a_slide(cell.source)).strip()
    if kind == "notes" or (claim and not whole):
        made.waiting += [_pre(code, "code")[0]] if kind == "notes" else []
        code = ""
    if code:
        made.go_on()
        part, height = _pre(code, "code")
        _keep_question(made, height)
        made.put(part, height, step=kind == "fragment")
    if claim:
        _add_claim(made, *claim.groups())
        return
    pictures = [o.data["image/png"] for o in cell.outputs if "image/png" in o.get("data", {})]
    alts = [
        output.metadata.get("image/png", {}).get("alt", "")
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    if (printed or pictures) and not code:
        made.go_on()
    if printed:
        part, height = _pre(printed, "result")
        made.put(part, height, step=True, reserve=_SENTENCE)
        made.last.shown = True
    for picture, alt in zip(pictures, alts, strict=True):
        _put_picture(made, picture, alt)


def _keep_question(made, height):
    """Take a question along to the next slide where its code does not fit on this one."""
    slide = made.last
    if len(slide.parts) > 1 and slide.asks and slide.height + height > _ROOM:
        question, _ = slide.parts.pop()
        made.slides.append(Slide(slide.title, below=True, parts=[(question, False)], asks=True))
        made.last.height = 2 * _PROSE * _LINE


def _pre(text, style):
    """(HTML, height) of code or of what it printed, in letters as large as fit."""
    lines = text.splitlines()
    columns = min(max(map(len, lines)), 100)
    n_lines = sum(1 + max(0, len(line) - 1) // 100 for line in lines)
    size = min(
        _LARGEST, int((_INSIDE - 14) / _MONOSPACE / columns), int(_ROOM / _LINE / (n_lines + 1))
    )
    size = max(SMALLEST, size)
    inner = highlight(text, _LEXER, _FORMATTER) if style == "code" else html.escape(text)
    part = f'<pre class="{style}" style="font-size: {size}px">{inner.rstrip()}</pre>'
    return part, n_lines * size * _LINE + 16


def _put_picture(made, picture, alt):
    """Put a picture, in base64, as large as there is room."""
    from base64 import b64decode

    width, height = Image.open(io.BytesIO(b64decode(picture))).size
    best = min(height * _INSIDE / width, _ROOM - _SENTENCE)
    if made.last.parts and made.room() < 0.75 * best:
        slide = made.last
        made.slides.append(Slide(slide.title, below=True))
    height = min(best, made.room())
    source = picture.replace("\n", "")
    part = (
        f'<img src="data:image/png;base64,{source}" alt="{html.escape(alt)}" '
        f'style="height: {height:.0f}px">'
    )
    made.put(part, height, step=True)
    made.last.shown = True


def _add_claim(made, before, number, said, verdict):
    """Add a claim of the slides as a question, and a step later what its test found."""
    made.begin(f"Claim {number}")
    part = f"<blockquote>“{html.escape(said)}”</blockquote><p class=question>Does it hold?</p>"
    made.put(part, 150)
    if before.strip():
        made.put(*_pre(before.strip(), "result"), step=True)
    found = ""
    for line in verdict.strip().splitlines():
        how, _, which = line.strip().partition(": ")
        points = "".join(f"<li>{html.escape(point)}</li>" for point in which.split("; "))
        found += f"<p><b>{html.escape(how.capitalize())}</b></p><ul>{points}</ul>"
    made.put(f'<div class="verdict">{found}</div>', 40 * found.count("<li>") + 80, step=True)
    made.last.shown = True


def _page(notebook, home):
    """The HTML of a notebook's slides. home: the address of its page on the site."""
    slides = deck(notebook)
    columns = []
    for slide in slides:
        if slide.below and columns:
            columns[-1].append(slide)
        else:
            columns.append([slide])
    return site.render(
        "slides.html",
        title=site.title(notebook),
        columns=columns,
        home=home,
        colours=_FORMATTER.get_style_defs("pre.code"),
        width=WIDTH,
        height=HEIGHT,
    )


def _copy_parts(folder):
    """Copy what shows slides, reveal.js and MathJax, from the packages that bring it."""
    for package, inside, names in _PARTS:
        origin = Path(importlib.util.find_spec(package).submodule_search_locations[0], inside)
        for name in names:
            source, target = origin / name, folder / Path(inside).name / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            else:
                shutil.copyfile(source, target)
