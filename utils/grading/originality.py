"""How alike hand-ins are, with each other and with public notebooks, for a person to judge.

Code is compared as copydetect does it (winnowing, Schleimer et al. 2003): names become one
letter, comments and blanks go, and runs of 20 characters are looked up; what stands in the
untouched homework is left out.
"""

import io
import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import copydetect
import nbformat
import numpy as np
from copydetect.utils import highlight_overlap
from markupsafe import Markup

from utils import files, paths
from utils.course.site import render
from utils.errors import CourseError
from utils.grading import hand_ins
from utils.homework.homeworks import HOMEWORKS

K = 20  # characters in a row, names shortened, that count as alike
REPORTED = 0.25  # share of a hand-in's own code from which a pair is shown side by side


class OriginalityError(CourseError):
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
    of_students, unread = _codes(handins, (".zip", ".ipynb"), number)
    public, unread_too = _codes(kernels, (".ipynb", ".py"), number) if kernels else ({}, [])
    public = {f"public: {name}": code for name, code in public.items()}
    if not of_students or len(of_students) + len(public) < 2:
        raise OriginalityError(
            f"{handins}: {len(of_students)} hand-ins could be read, and {len(public)} public "
            "notebooks: there is nothing to compare. " + " ".join(unread + unread_too)
        )
    starter = _code(HOMEWORKS[number].tasks_notebook, number)
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


def _codes(folder, suffixes, number):
    """{name: code} of the files in a folder, and sentences on those that could not be read."""
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise OriginalityError(f"{folder}: there is no such folder.")
    codes, unread = {}, []
    for path in hand_ins.visible(folder):
        if path.suffix.lower() not in suffixes:
            continue
        try:
            codes[str(path.relative_to(folder))] = _code(path, number)
        except hand_ins.NotRun as why:
            unread.append(f"{path}: not compared, {why.args[1]}.")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            unread.append(f"{path}: not compared, it could not be read ({error}).")
    return codes, unread


def _code(path, number):
    """The code of a hand-in, a notebook or a module; lines for IPython alone are left out."""
    text = hand_ins.notebook_bytes(path, number).decode("utf-8")
    if path.suffix == ".py":
        return text
    notebook = nbformat.from_dict(json.loads(text))
    sources = ("".join(cell.source) for cell in notebook.cells if cell.cell_type == "code")
    lines = (line for source in sources for line in source.splitlines())
    return "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!"))) + "\n"


def write_report(number, pairs, unread):
    """Write build/originality/homework_N.html; return its path."""
    shown = [pair for pair in pairs if pair.share >= REPORTED]
    page = paths.ORIGINALITY / f"{HOMEWORKS[number].name}.html"
    text = render(
        "originality.html",
        title=f"Homework {number}: how alike the hand-ins are",
        n_pairs=len(pairs),
        reported=REPORTED,
        listed=pairs[: max(20, len(shown))],
        shown=[_sides(pair) for pair in shown],
        unread=unread,
    )
    files.write_text(page, text)
    return page


def _sides(pair):
    """(name, share, code with what is in the other one marked) of either side."""
    return [
        (name, share, _marked(code, slices))
        for name, share, code, slices in zip(
            pair.names, pair.shares, pair.codes, pair.slices, strict=True
        )
    ]


def _marked(code, slices):
    """The lines of a code around what is in the other one, that in <mark>."""
    if not slices.size:  # copydetect would give the code back as it is, unescaped
        return ""
    marked, _ = highlight_overlap(code, slices, "<mark>", "</mark>", truncate=2, escape_html=True)
    return Markup(marked)
