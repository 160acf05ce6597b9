"""How alike hand-ins are, with each other and with public notebooks, for a person to judge.

Code is compared as copydetect does it (winnowing, Schleimer et al. 2003): names become one
letter, comments and blanks go, and runs of 20 characters are looked up; what stands in the
untouched homework is left out.
"""

import io
import itertools
import tokenize
from dataclasses import dataclass
from pathlib import Path

import copydetect
import numpy as np
from copydetect.utils import highlight_overlap
from markupsafe import Markup

from utils import files, paths
from utils.course.site import render
from utils.errors import CourseError
from utils.grading import hand_ins
from utils.grading.results import UNREADABLE, one_line
from utils.grading.solutions import solution
from utils.grading.student_version import student_version
from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import HandInError, parse

K = 20  # characters in a row, names shortened, that count as alike
MAX_CODE = 200_000  # characters; a homework has 10,000
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

    number: of the homework. handins: a folder of hand-ins, as `hand_ins.find` takes it. kernels: a
    folder of public notebooks (.ipynb or .py). Returns (pairs, the most alike first; sentences on
    files that need a person; sentences on others that were not compared). Raises GradeError
    for a folder without hand-ins, OriginalityError for a missing folder of notebooks or fewer than
    two files to compare.
    """
    found = hand_ins.find(number, handins)
    of_students, unread = _of_students(found.of, number)
    public, unread_too = _public(kernels, number) if kernels else ({}, [])
    others = found.others + unread + unread_too
    starter = _fingerprint("", _code(student_version(solution(number))))
    starter = np.array(sorted(starter.hashes))
    students = [_fingerprint(name, code, starter) for name, code in of_students.items()]
    kernels = [_fingerprint(f"public: {name}", code, starter) for name, code in public.items()]
    if not students or len(students) + len(kernels) < 2:
        raise OriginalityError(
            f"{handins}: {len(students)} hand-ins could be read, and {len(kernels)} public "
            "notebooks: there is nothing to compare. " + " ".join(found.flagged + others)
        )
    pairs = itertools.chain(
        itertools.combinations(students, 2), itertools.product(students, kernels)
    )
    pairs = sorted(itertools.starmap(_pair, pairs), key=lambda pair: (-pair.share, pair.names))
    return pairs, found.flagged, others


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
        name, K, 1, boilerplate=starter, language="python", fp=io.StringIO(code.lstrip("\n"))
    )


def _of_students(paths_of, number):
    """{student: code}, and sentences on hand-ins that grading cannot read either."""
    codes, unread = {}, []
    for student, path in paths_of.items():
        try:
            notebook, _ = hand_ins.read(path, number)
            codes[student] = _short(_code(notebook))
        except hand_ins.NotRun as why:
            unread.append(f"{one_line(path)}: not compared, {one_line(why.args[1])}")
    return codes, unread


def _short(code):
    """The code; NotRun where it is so long that comparing it would take minutes."""
    if len(code) > MAX_CODE:
        raise hand_ins.NotRun(
            UNREADABLE, f"its code has {len(code):,} characters, and {MAX_CODE:,} are compared"
        )
    return code


def _public(folder, number):
    """{name: code} of the notebooks and modules in a folder, and sentences on other files."""
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        what = "this is a file, no folder" if folder.exists() else "there is no such folder"
        raise OriginalityError(f"{folder}: {what} of public notebooks.")
    codes, unread = {}, []
    for path in hand_ins.visible(folder):
        try:
            code = _short(_code_of_public(path, number))
        except hand_ins.NotRun as why:
            unread.append(f"{one_line(path)}: not compared, {one_line(why.args[1])}")
        except HandInError as why:
            unread.append(f"{one_line(path)}: not compared, {one_line(why)}")
        else:
            if _fingerprint("", code).hashes:
                codes[one_line(path.relative_to(folder))] = code
            else:
                unread.append(f"{one_line(path)}: not compared, it has less than a line of code.")
    return codes, unread


def _code_of_public(path, number):
    """The code of a notebook of whatever homework, or of a module of any year."""
    suffix = path.suffix.lower()
    if suffix not in (".ipynb", ".py"):
        raise HandInError("it is neither an .ipynb nor a .py.")
    data = hand_ins.notebook_bytes(path, number)
    return _text(data) if suffix == ".py" else _code(parse(data, path.name, None))


def _text(data):
    r"""A module's text in the encoding that it names, UTF-8 or, where it is neither, Latin-1.

    >>> _text(b"# \xe9t\xe9\r\nx = 1")
    '# été\nx = 1'
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError):
        encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
        text = data.decode(encoding, errors="replace")
    return "\n".join(text.splitlines())


def _code(notebook):
    """The code of a notebook; lines for IPython alone are left out."""
    sources = (cell.source for cell in notebook.cells if cell.cell_type == "code")
    lines = (line for source in sources for line in source.splitlines())
    return "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!"))) + "\n"


def write_report(number, pairs, sentences):
    """Write build/originality/homework_N.html; return its path.

    pairs: of `compare`. sentences: all of those on files that were not compared.
    """
    shown = [pair for pair in pairs if pair.share >= REPORTED]
    page = paths.ORIGINALITY / f"{HOMEWORKS[number].name}.html"
    text = render(
        "originality.html",
        title=f"Homework {number}: how alike the hand-ins are",
        n_pairs=len(pairs),
        reported=REPORTED,
        listed=pairs[: max(20, len(shown))],
        shown=[_sides(pair) for pair in shown],
        sentences=sentences,
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
