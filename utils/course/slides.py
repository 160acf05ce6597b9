"""A lesson as slides for class: build/site/slides/NAME.html, shown by reveal.js without a network.

`deck` makes slides of cells. Jupyter's own metadata (JupyterLab: *Slide Type*) says what becomes of
a cell: `slide` and `subslide` begin a slide with all of it; `fragment` shows all of it, one step
later; `notes` leaves its text or code to the speaker; `skip` leaves it out. Without it:

- A heading begins a slide, and so does a paragraph that begins with a bold sentence.
- Displayed equations, lists, tables and questions stand on the slide. So does the sentence with a
  colon above a list, a table or an equation (not where a picture below needs the room), and above
  code a short one with a colon, or a short paragraph of one sentence. All prose is for the speaker,
  and so is what is folded; a question above something folded is shown, references are not.
- Code stands on a slide of its own, without what draws or asserts; code that only imports is left
  out. What it prints or draws comes a step later, and the sentence that explains it after that.
- Where a claim is tested, it is asked first; the verdict comes a step later.
"""

import ast
import base64
import dataclasses
import html
import importlib.util
import io
import re
import shutil
from pathlib import Path

import pygments
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from PIL import Image
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from utils import claims, files, paths
from utils.course import site
from utils.errors import CourseError

WIDTH, HEIGHT = 1280, 720  # of a slide; lengths are in pixels
SMALLEST = 20  # size of letters in code, and in what it prints
_LARGEST, _TEXT = 30, 28
_INSIDE, _ROOM = 1210, 576  # width of a line of letters; height below a title
_GAP, _CONCLUSION = 14, 90  # between parts; kept below a result for the sentence that explains it
_MONOSPACE, _PROPORTIONAL, _LINE = 0.605, 0.56, 1.35  # a letter's width and a line's height
_COLUMNS = 100  # of the longest line; longer ones are broken

_PYTHON = PythonLexer()
_CODE = HtmlFormatter(nowrap=True, style="xcode")
# What shows slides: {package: (a folder in it, the files and folders taken from there)}.
_PARTS = {
    "sphinx_revealjs": (
        "_static/revealjs",
        ("dist/reveal.js", "dist/reveal.css", "plugin/notes/notes.js", "LICENSE"),
    ),
    "sphinx-mathjax-offline": ("static/mathjax", site.MATHJAX),
}


class SlidesError(CourseError):
    """There is no such lesson."""


@dataclasses.dataclass
class Slide:
    """What is seen at once.

    title: HTML. below: whether it goes on with the slide before it. parts: [(HTML, whether it is
    shown a step later)]. notes: [HTML] for the speaker. height: of the parts. question: the last
    that is asked, as HTML. codes, shows: whether there is code, and what it printed or drew.
    """

    title: str
    below: bool
    parts: list = dataclasses.field(default_factory=list)
    notes: list = dataclasses.field(default_factory=list)
    height: float = 0
    question: str = ""
    codes: bool = False
    shows: bool = False


def lessons(number=None):
    """The notebooks of a lesson (its number), or of all lessons: a list of paths.

    Raises SlidesError for a number that no lesson has.

    >>> [path.stem for path in lessons(3)]
    ['03_lstm_gate_by_gate']
    """
    numbered = {int(path.stem[:2]): path for path in paths.LESSONS}
    if number is None:
        return list(numbered.values())
    if number not in numbered:
        raise SlidesError(
            f"There is no lesson {number}: LESSON is {min(numbered)} to {max(numbered)}, or is "
            "left out for the slides of all."
        )
    return [numbered[number]]


def write(notebooks):
    """Write the slides of notebooks (paths); return the paths of their pages.

    They show what a notebook printed when it was executed here, or else what is saved in it. Raises
    WriteError where nothing can be written.
    """
    folder, written = paths.SITE / "slides", []
    files.expect_writable(folder)
    with files.explained(folder):
        _copy_parts(folder / "_static")
    for path in notebooks:
        written.append(folder / f"{path.stem}.html")
        files.write_text(written[-1], _page(site.latest(path)[0]))
    return written


def deck(notebook):
    """The slides of a notebook (nbformat, version 4), a list of Slide.

    >>> import nbformat
    >>> lesson = nbformat.v4.new_notebook()
    >>> lesson.cells = [nbformat.v4.new_markdown_cell("# Title\\n\\nProse.\\n\\n- a point")]
    >>> [(slide.title, slide.notes) for slide in deck(lesson)]
    [('Title', ['<p>Prose.</p>'])]
    """
    made = _Deck()
    for cell, following in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        if kind == "skip" or "remove-cell" in cell.metadata.get("tags", []):
            continue
        if kind in ("slide", "subslide"):
            made.begin(made.title, below=kind == "subslide")
        if cell.cell_type == "markdown":
            _add_text(made, cell.source, kind, following)
        elif cell.cell_type == "code":
            _add_code(made, cell, kind)
    return made.finished()


class _Deck:
    """The slides so far; the last heading; notes that wait for the next part of a slide."""

    def __init__(self):
        self.slides, self.title, self.waiting = [Slide("", below=False)], "", []

    @property
    def last(self):
        return self.slides[-1]

    @property
    def room(self):
        return _ROOM - self.last.height

    def begin(self, title, below=True):
        """Begin a slide with a heading."""
        self.say_what_waits()
        self.title = title
        self.slides.append(Slide(title, below))

    def go_on(self, title=None):
        """Begin another slide below the last heading, or below a title of its own."""
        self.slides.append(Slide(title or self.title, below=True))

    def say_what_waits(self):
        self.last.notes += self.waiting
        self.waiting = []

    def put(self, part, height, step=False):
        """Put HTML on the present slide, or on another one where it does not fit."""
        if self.last.parts and height > self.room:
            self.go_on()
        self.last.parts.append((part, step and bool(self.last.parts)))
        self.last.height += height + _GAP
        self.say_what_waits()

    def finished(self):
        """All slides. Where nothing stands below a title, it is the first sentence for the speaker.

        A title without prose goes; the slide after it begins what it would have begun.
        """
        self.say_what_waits()
        kept, begins = [], False
        for slide in self.slides:
            begins |= not slide.below
            if not slide.parts and slide.notes and slide.notes[0].startswith("<p>"):
                first = _sentences(slide.notes[0].removesuffix("</p>"))[0]
                slide.parts = [(f"{first}</p>", False)]
            if slide.parts:
                slide.below, begins = not begins, False
                kept.append(slide)
        return kept


def _parser():
    """Of Markdown: equations become what MathJax reads, links inside the course become text."""

    def math(content, options):
        left, right = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
        return f"{left}{html.escape(content)}{right}"

    def unlink(state):
        for token in state.tokens:
            inside, outward = [], True
            for child in token.children or []:
                if child.type == "link_open":
                    outward = child.attrGet("href").startswith("http")
                if outward or not child.type.startswith("link_"):
                    inside.append(child)
            token.children = inside

    parser = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, renderer=math)
    parser.core.ruler.push("unlink", unlink)
    return parser


_MARKDOWN = _parser()


def _html(text):
    return _MARKDOWN.render(text).strip()


def _blocks(source):
    """[(kind, source)] of the blocks of a text: h1, paragraph, bullet_list, math_block, ..."""
    lines = source.splitlines()
    return [
        (
            token.tag if token.type == "heading_open" else token.type.removesuffix("_open"),
            "\n".join(lines[slice(*token.map)]),
        )
        for token in _MARKDOWN.parse(source)
        if token.level == 0 and token.map
    ]


def _sentences(text):
    """The sentences of a paragraph.

    >>> _sentences("It is $.5$. Why? Count.")
    ['It is $.5$.', 'Why?', 'Count.']
    """
    return re.split(
        r"(?<=[.?!])(?<!\b\d\.)(?<!\bal\.)\s+(?=[A-Z`$\"“*\[(])", " ".join(text.split())
    )


def _questions(text):
    """What a paragraph asks; a question of a few words with the sentence before it.

    >>> _questions("There are six gates. Why? Look. What do you expect to happen to the state?")
    'There are six gates. Why? What do you expect to happen to the state?'
    """
    found, before = [], ""
    for sentence in _sentences(text):
        if sentence.endswith("?"):
            found += [before, sentence] if len(sentence) < 30 else [sentence]
        before = "" if sentence.endswith("?") else sentence
    return " ".join(filter(None, found))


_FOLDED = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.S)
_HEADING = re.compile(r"h\d")
_BOLD_SENTENCE = re.compile(r"\*\*([^*]+?)[.:]\*\*\s*(.*)", re.S)


def _begins(block, text):
    return _HEADING.match(block) or (block == "paragraph" and _BOLD_SENTENCE.fullmatch(text))


def _add_text(made, source, kind, following):
    """Add a cell of text; the cell that follows, or None, decides what it introduces."""
    before_claim = following is not None and _claim(following)
    before_code = _is_seen(following) and not before_claim
    folded = _FOLDED.findall(source)
    blocks = _blocks(_FOLDED.sub("", source))
    if kind == "notes":
        made.waiting += [_html(text) for _, text in blocks]
        return
    whole = kind in ("slide", "subslide", "fragment")
    explain = 0 if whole else _n_explaining(made, blocks, before_code, before_claim)
    if not whole and _answers(made, blocks, explain):
        _conclude(made, blocks[0][1])
    introduced = ("list", "table") if _only_draws(following) else ("list", "table", "math_block")
    lead = ""
    for number, (block, text) in enumerate(blocks):
        after = blocks[number + 1][0] if number + 1 < len(blocks) else ""
        if number < explain:
            if number == 0:
                _conclude(made, text)
            made.last.notes.append(_html(text))
            continue
        if _HEADING.match(block):
            title = text.lstrip("# ")
            if title == "References":
                break
            below = kind == "subslide" or block not in ("h1", "h2")
            made.begin(_MARKDOWN.renderInline(title), below)
            if title == "Exercises":
                break  # a word on how to work on them
            continue
        if block == "paragraph" and (begun := _BOLD_SENTENCE.fullmatch(text)):
            made.begin(_MARKDOWN.renderInline(begun[1]))
            text = begun[2]
            if not text:
                continue
        if block != "paragraph" or whole:
            _put_text(made, f"{lead}\n\n{text}", step=kind == "fragment")
            lead = ""
            continue
        made.waiting.append(_html(text))
        if after.endswith(introduced) and text[-1] in ":…":
            lead = _sentences(text)[-1]
        elif (asked := _questions(text)) and not before_claim:
            _put_text(made, asked, "question")
        elif before_code and not after:
            *others, last = _sentences(text)
            if len(last) <= 120 and (not others or last.endswith(":")):
                _put_text(made, last)
    asked = [f"- {summary}" for summary, _ in folded if summary != "Answer"]
    if asked:
        _put_text(made, "\n".join(asked))
    made.waiting += [_html(f"**{summary}**\n\n{answer}") for summary, answer in folded]


def _n_explaining(made, blocks, before_code, before_claim):
    """How many of the first blocks are paragraphs about the result that was shown before them.

    The last paragraph before code introduces it. A paragraph that stands alone between a result and
    the next code explains, unless it asks something or ends with a colon.
    """
    if not made.last.shows:
        return 0
    ends = (n for n, one in enumerate(blocks) if one[0] != "paragraph" or _begins(*one))
    number = next(ends, len(blocks))
    if not number:
        return 0
    last = blocks[number - 1][1]
    if number < len(blocks) or not (before_code or before_claim):
        return number - last.endswith(":")
    if before_claim:
        return number - last.startswith("**Claim")
    return number - (number > 1 or "?" in last or last.endswith(":"))


def _answers(made, blocks, explain):
    """Whether a paragraph that goes on to what follows begins with the answer to a question."""
    goes_on = bool(blocks) and blocks[0][0] == "paragraph" and not _begins(*blocks[0])
    return goes_on and not explain and made.last.shows and made.last.question


def _conclude(made, text):
    """Put the first sentence about a result below it, one step later, if it is not long."""
    chosen = ""
    for sentence in _sentences(text):
        longer = f"{chosen} {sentence}".strip()
        if len(chosen) >= 15 or len(longer) > 150 or sentence.endswith(("?", ":")):
            break
        chosen = longer
    if chosen:
        part = f'<p class="conclusion">{_MARKDOWN.renderInline(chosen)}</p>'
        made.last.parts.append((part, True))


def _put_text(made, text, style="", step=False):
    """Put text, in Markdown, on a slide without code and results."""
    part = _html(text)
    if made.last.codes or made.last.shows:
        made.go_on()
    if style:
        part = part.replace("<p>", f'<p class="{style}">')
        made.last.question = part
    lines = [re.sub(r"<[^>]+>|\\\w+|[{}$_^]", "", line) for line in part.splitlines()]
    letters = _INSIDE / _PROPORTIONAL / _TEXT  # in a line
    height = sum(1 + int(len(line) / letters) for line in lines if line) * _TEXT * _LINE
    made.put(part, height + 30 * part.count(r"\["), step)


_HOW_TO_COMPARE = re.compile(r"^ *# (within|Reason:|NBVAL).*\n?", re.M)
_DRAWING = {"alt", "axes", "axis", "bar", "figure", "figures", "panel", "panels", "plt"}


def _names(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _on_a_slide(source):
    """The code of a cell without statements that draw or assert; none of one that only prepares.

    What is no Python, as lines of IPython's own, stays as it is.

    >>> _on_a_slide("y = x + 1\\naxes = y.plot()\\nassert y > 0")
    'y = x + 1'
    >>> _on_a_slide("import numpy as np\\n\\nSEEDS = (0, 1, 2)")
    ''
    >>> _on_a_slide("%timeit x + 1")
    '%timeit x + 1'
    """
    try:
        statements, lines = ast.parse(source).body, source.splitlines()
    except (SyntaxError, ValueError):  # IPython's own lines, or what a run will say
        return source
    if all(_prepares(one) for one in statements):
        return ""
    kept, start = [], 0
    for one in statements:  # each with the comments above it
        draws = _names(one) & _DRAWING and "print" not in _names(one)
        if not (isinstance(one, ast.Assert) or draws):
            kept += lines[start : one.end_lineno]
        start = one.end_lineno
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _prepares(statement):
    """Whether a statement imports, or says with which seeds all that follows is run."""
    if isinstance(statement, ast.Assign):
        return ast.unparse(statement.targets[0]) == "SEEDS"
    return isinstance(statement, (ast.Import, ast.ImportFrom)) or "reproducible" in _names(
        statement
    )


def _is_seen(cell):
    """Whether something of a cell, or of None, is code or a result on a slide."""
    if cell is None or cell.cell_type != "code":
        return False
    return bool(cell.outputs or _on_a_slide(cell.source))


def _only_draws(cell):
    """Whether nothing but a picture of a cell, or of None, is on a slide."""
    return _is_seen(cell) and not _on_a_slide(cell.source) and not _printed(cell)


_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_CLAIM = re.compile(r'(.*?)Claim (\d+), "(.*?)"\n(.*)', re.S)


def _printed(cell):
    texts = [
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in cell.get("outputs", [])
        if "image/png" not in output.get("data", {})
    ]
    return _COLOUR.sub("", "\n".join(text.strip("\n") for text in texts if text.strip()))


def _claim(cell):
    """(text before, number, claim, verdict) where a claim is tested, or else None."""
    tested = _CLAIM.fullmatch(_printed(cell))
    if tested is None:
        return None
    before, number, said, verdict = tested.groups()
    return before, number, claims.unwrapped(said), claims.unwrapped(verdict)


def _add_code(made, cell, kind):
    """Add a cell of code, and what it printed and drew."""
    pictures = [output for output in cell.outputs if "image/png" in output.get("data", {})]
    printed = _printed(cell)
    whole = kind in ("slide", "subslide", "fragment")
    code = _HOW_TO_COMPARE.sub("", cell.source if whole else _on_a_slide(cell.source)).strip("\n")
    claim = _claim(cell)
    if kind == "notes" and code:
        made.waiting.append(_pre("code", code, _ROOM)[0])
    if kind == "notes" or (claim and not whole):
        code = ""
    if code:
        _put_code(made, code, step=kind == "fragment")
    elif cell.outputs and not claim and (made.last.codes or made.last.shows):
        made.go_on()
    if claim:
        _put_claim(made, *claim)
    elif printed:
        _put_text_result(made, printed)
    for output in pictures:
        _put_picture(made, output)


def _pre(style, text, room):
    """(HTML, height) of code, or of a result, in letters that fit into a room if they can."""
    lines = text.splitlines()
    columns = min(max(map(len, lines)), _COLUMNS)
    n_lines = sum(1 + max(0, len(line) - 1) // _COLUMNS for line in lines)
    fitting = min(_INSIDE / _MONOSPACE / columns, (room - 20) / _LINE / n_lines)
    size = max(SMALLEST, min(_LARGEST, int(fitting)))
    letters = (
        pygments.highlight(text, PythonLexer(), _CODE) if style == "code" else html.escape(text)
    )
    part = f'<pre class="{style}" style="font-size: {size}px">{letters.rstrip()}</pre>'
    return part, n_lines * size * _LINE + 18


def _put_code(made, code, step):
    """Put code on a slide without other code and results, together with its question."""
    if made.last.codes or made.last.shows:
        made.go_on()
    part, height = _pre("code", code, made.room)
    if height > made.room and made.last.question and len(made.last.parts) > 1:
        asked = made.last.parts.pop()
        made.go_on()
        made.last.parts, made.last.height = [asked], 2 * _TEXT * _LINE
        made.last.question = asked[0]
    made.put(part, height, step)
    made.last.codes = True


def _put_result(made, part_in, least):
    """Put a result a step later, or on a slide of its own below its question, once more.

    part_in: (HTML, height) of it in a room. least: the height with which it is still legible.
    """
    fits = not made.last.parts or least <= made.room - _CONCLUSION
    if not fits:
        asked = made.last.question
        made.go_on()
        if asked and least + 2 * _TEXT * _LINE <= made.room - _CONCLUSION:
            made.put(asked, 2 * _TEXT * _LINE)
    made.put(*part_in(made.room - _CONCLUSION), step=fits)
    made.last.shows = True


def _put_text_result(made, text):
    def part_in(room):
        return _pre("result", text, room)

    _put_result(made, part_in, part_in(0)[1])


def _put_picture(made, output):
    picture = output.data["image/png"].replace("\n", "")
    alt = html.escape(output.metadata.get("image/png", {}).get("alt", ""))
    width, height = Image.open(io.BytesIO(base64.b64decode(picture))).size
    best = min(height * _INSIDE / width, _ROOM - _CONCLUSION)

    def part_in(room):
        height = min(best, room)
        seen = f'alt="{alt}" style="height: {height:.0f}px"'
        return f'<img src="data:image/png;base64,{picture}" {seen}>', height

    _put_result(made, part_in, 0.75 * best)


def _put_claim(made, before, number, said, verdict):
    """Put a claim as a question; a step later what was printed before its verdict, and that."""
    made.go_on(f"Claim {number}")
    made.put(f"<blockquote>“{html.escape(said)}”</blockquote>", 92)
    made.put('<p class="question">Does it hold?</p>', _TEXT * _LINE)
    if before.strip():
        made.put(*_pre("result", before.strip(), 150), step=True)
    found = ""
    for line in verdict.strip().splitlines():
        how, _, cases = line.strip().partition(": ")
        items = "".join(f"<li>{html.escape(case)}</li>" for case in cases.split("; "))
        found += f"<p><strong>{html.escape(how.capitalize())}</strong></p><ul>{items}</ul>"
    height = (found.count("<li>") + found.count("<p>")) * _TEXT * _LINE
    made.put(f"<div>{found}</div>", height, step=True)
    made.last.shows = True


def _page(notebook):
    """The slides of a notebook as an HTML page."""
    columns = []
    for slide in deck(notebook):
        columns += [] if slide.below else [[]]
        columns[-1].append(slide)
    return site.render(
        "slides.html",
        title=site.title(notebook),
        columns=columns,
        colours=_CODE.get_style_defs("pre.code"),
        width=WIDTH,
        height=HEIGHT,
    )


def _copy_parts(folder):
    """Copy what shows slides from the packages that bring it."""
    for package, (inside, names) in _PARTS.items():
        origin = Path(importlib.util.find_spec(package).submodule_search_locations[0], inside)
        for name in names:
            source, target = origin / name, folder / origin.name / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            else:
                shutil.copyfile(source, target)
