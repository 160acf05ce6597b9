"""How alike hand-ins are, with each other and with public notebooks, for a person to judge.

Code is compared as copydetect does it (winnowing, Schleimer et al. 2003): names become one
letter, comments and blanks go, and runs of 20 characters are looked up; what stands in the
untouched homework is left out.
"""

import html
import io
import itertools
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import copydetect
import nbformat
import numpy as np
from copydetect.utils import highlight_overlap

from utils import files
from utils.homework import MAX_MB, tasks_notebook

K = 20  # characters in a row, names shortened, that count as alike
REPORTED = 0.25  # share of a hand-in's own code from which a pair is shown side by side


class OriginalityError(Exception):
    """Why nothing could be compared, and what to do."""


@dataclass(frozen=True)
class Pair:
    """Two hand-ins, or a hand-in and a public notebook, and how much of each is in the other.

    shares: of the code of either that is not starter code. slices: where, (2, n) each, in
    characters of its code.
    """

    names: tuple[str, str]
    codes: tuple[str, str]
    shares: tuple[float, float]
    slices: tuple

    @property
    def share(self):
        """The larger of the two shares."""
        return max(self.shares)


def compare(number, handins, kernels=None):
    """Compare hand-ins pairwise and with public notebooks.

    number: of the homework. handins: a folder of hand-ins (.zip or .ipynb). kernels: a folder of
    public notebooks (.ipynb or .py). Returns (pairs, the most alike first; sentences on files
    that could not be read). Raises OriginalityError for a missing folder or fewer than two files
    to compare.
    """
    of_students, unread = _codes(handins, ("*.zip", "*.ipynb"), number)
    public, unread_too = _codes(kernels, ("*.ipynb", "*.py"), number) if kernels else ({}, [])
    public = {f"public: {name}": code for name, code in public.items()}
    if not of_students or len(of_students) + len(public) < 2:
        raise OriginalityError(
            f"{handins}: {len(of_students)} hand-ins could be read, and {len(public)} public "
            "notebooks: there is nothing to compare. " + " ".join(unread + unread_too)
        )
    starter = _code(tasks_notebook(number), number)
    starter = np.array(sorted(_fingerprint("", starter).hashes))
    prints = {
        name: _fingerprint(name, code, starter) for name, code in (of_students | public).items()
    }
    pairs = itertools.chain(
        itertools.combinations(of_students, 2), itertools.product(of_students, public)
    )
    found = [_pair(prints[one], prints[other]) for one, other in pairs]
    return sorted(found, key=lambda pair: (-pair.share, pair.names)), unread + unread_too


def _pair(one, other):
    _, shares, slices = copydetect.compare_files(one, other)
    return Pair(
        (one.filename, other.filename),
        (one.raw_code, other.raw_code),
        tuple(float(share) for share in shares),
        slices,
    )


def _fingerprint(name, code, starter=()):
    return copydetect.CodeFingerprint(
        name, K, 1, boilerplate=starter, language="python", fp=io.StringIO(code)
    )


def _codes(folder, patterns, number):
    """{name: code} of the files in a folder, and sentences on those that could not be read."""
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise OriginalityError(f"{folder}: there is no such folder.")
    codes, unread = {}, []
    for path in sorted(path for pattern in patterns for path in folder.rglob(pattern)):
        if any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts):
            continue
        try:
            codes[str(path.relative_to(folder))] = _code(path, number)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            unread.append(f"{path}: not compared, it could not be read ({error}).")
    return codes, unread


def _code(path, number):
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            notebook = packed.getinfo(tasks_notebook(number).name)
            _expect_small(notebook.file_size)
            return _code_of(packed.read(notebook).decode("utf-8"))
    _expect_small(path.stat().st_size)
    text = path.read_text(encoding="utf-8")
    return text if path.suffix == ".py" else _code_of(text)


def _expect_small(n_bytes):
    if n_bytes > MAX_MB * 1e6:
        raise ValueError(f"{n_bytes / 1e6:.0f} MB")


def _code_of(text):
    """The code cells of a notebook's text, joined; lines for IPython alone are left out."""
    notebook = nbformat.from_dict(json.loads(text))
    sources = ("".join(cell.source) for cell in notebook.cells if cell.cell_type == "code")
    lines = (line for source in sources for line in source.splitlines())
    return "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!"))) + "\n"


def write_report(number, pairs, unread):
    """Write build/originality/homework_N.html; return its path."""
    shown = [pair for pair in pairs if pair.share >= REPORTED]
    rows = "".join(
        f"<tr><td>{html.escape(pair.names[0])}</td><td>{html.escape(pair.names[1])}</td>"
        f"<td>{pair.shares[0]:.2f}</td><td>{pair.shares[1]:.2f}</td></tr>"
        for pair in pairs[: max(20, len(shown))]
    )
    sides = "".join(_side_by_side(pair) for pair in shown)
    page = files.BUILD / "originality" / f"homework_{number}.html"
    text = PAGE.format(
        number=number,
        n_pairs=len(pairs),
        n_shown=len(shown),
        reported=REPORTED,
        rows=rows,
        sides=sides,
        unread="".join(f"<p>{html.escape(sentence)}</p>" for sentence in unread),
    )
    with files.written_whole(page) as beside:
        beside.write_text(text, encoding="utf-8")
    return page


def _side_by_side(pair):
    columns = "".join(
        f"<td><b>{html.escape(name)}</b>, {share:.0%} of its own code<pre>"
        f"{highlight_overlap(code, slices, '<mark>', '</mark>', 2, escape_html=True)[0]}</pre></td>"
        for name, code, share, slices in zip(
            pair.names, pair.codes, pair.shares, pair.slices, strict=True
        )
    )
    return f"<table class=sides><tr>{columns}</tr></table>"


PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Homework {number}: how alike</title>
<style>
body {{ font-family: system-ui, sans-serif; margin: 2rem; line-height: 1.4; color: #222 }}
td, th {{ padding: .2rem .8rem; text-align: left; vertical-align: top }}
.sides {{ width: 100%; table-layout: fixed; margin-top: 2rem; border-top: 1px solid #bbb }}
pre {{ white-space: pre-wrap; font-size: .8rem }}
mark {{ background: #fdeaa8 }}
</style></head>
<body><h1>Homework {number}: how alike the hand-ins are</h1>
<p>{n_pairs} pairs were compared, whatever their variables are called; the untouched homework is
left out. A number is the share of the first or second one's own code that stands in the other as
well. Short tasks have few ways to be solved, so honest work is alike, too: read the passages and
talk to people before you think of copying.</p>
{unread}
<table><tr><th>one</th><th>other</th><th>share of one</th><th>share of other</th></tr>
{rows}</table>
<h2>Pairs with a share of {reported} or more, side by side: {n_shown}</h2>
{sides}
</body></html>
"""
