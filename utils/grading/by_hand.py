"""What a person marks: by_hand.csv beside grades.csv, in which points are typed.

Answers in words, and tasks that no check can judge, get a row each with its points left empty. What
stands in that file is never changed: new rows come below the others.
"""

import contextlib
import csv
import hashlib
import io
import math
from collections import defaultdict
from typing import NamedTuple

from utils import files
from utils.grading import solutions
from utils.grading.results import GRADED
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import is_answered

NAME = "by_hand.csv"
COLUMNS = ["student", "what", "points", "of", "version"]


class Item(NamedTuple):
    """One thing to be marked.

    what: as "question 1.14" or "task 1.6". of: the most points. version: of what was handed in;
    points for another version do not count.
    """

    student: str
    what: str
    of: float
    version: str


def items(number, grades, contents):
    """A list of Item: all that a person must mark in the hand-ins of a class.

    number: of the homework. grades: list of `results.Grade`. contents: {student: bytes handed in}.
    """
    found, most = [], solutions.question_points(number)
    for grade in grades:
        for question, text in grade.answers.items():
            if question in most and is_answered(text):
                what = f"question {question}"
                found.append(Item(grade.student, what, most[question], _version(text.encode())))
        for task in grade.by_hand:
            asked = grade.hints.get(task, ())
            of, _ = checks.earned(task, checks.CORRECT, asked, has_won=True)
            version = _version(contents.get(grade.student, b""))
            found.append(Item(grade.student, f"task {task}", of, version))
    return found


def _version(content):
    """A mark that no spreadsheet takes for a number."""
    return f"v{hashlib.sha256(content).hexdigest()[:8]}"


def read(path, asked):
    """({Item: points}, sentences) of what was typed; a row is added for each Item that has none.

    path: of the file, made where there is none. asked: list of Item. The sentences are on rows that
    do not count, and why.
    """
    if not path.exists():
        if asked:
            _append(path, b"", COLUMNS, ",", asked)
        return {}, []
    content = path.read_bytes()
    try:
        text, encoding = content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = content.decode("cp1252", errors="replace"), "cp1252"
    rows, columns, sign = _table(text)
    if columns is None:
        return {}, [
            f"{path}: it was not read and no row was added, as its first line does not name the "
            f"columns {', '.join(COLUMNS[:3])}: restore that line, or move the file away."
        ]
    points, sentences, known = _points(path, rows, asked)
    new = [item for item in asked if item not in known]
    if new:
        _append(path, content, columns, sign, new, encoding)
    return points, sentences


def _table(text):
    """(rows as dictionaries, names of the columns, their separator); no names where it has none."""
    for sign in ",;\t":
        table = csv.DictReader(io.StringIO(text), delimiter=sign, restval="")
        with contextlib.suppress(csv.Error):
            table.fieldnames = [name.strip().lower() for name in table.fieldnames or []]
            if {"student", "what", "points"} <= set(table.fieldnames):
                return list(table), table.fieldnames, sign
    return [], None, None


def _points(path, rows, asked):
    """({Item: points}, sentences, the Items that have a row)."""
    by_name = {(item.student.casefold(), item.what): item for item in asked}
    typed, sentences, known = defaultdict(set), [], set()
    for row in rows:
        student, what, given = (row[name].strip() for name in ("student", "what", "points"))
        name, item = f"{student}, {what}", by_name.get((student.casefold(), what.lower()))
        if item is None:
            if given:
                sentences.append(
                    f"{path}: {name} has {given} points, but there is nothing of that name to mark "
                    "now: they do not count."
                )
            continue
        if row.get("version", "").strip() not in ("", item.version):
            if given:
                sentences.append(
                    f"{path}: {name} has {given} points for what was handed in before: they do not "
                    "count. Type points into the row of the present version, at the end."
                )
            continue
        known.add(item)
        if not given:
            continue
        value = _number(given)
        if value is None or not 0 <= value <= item.of:
            sentences.append(
                f"{path}: {name} has {given!r} as points, expected a number from 0 to {item.of:g}: "
                "it does not count."
            )
        else:
            typed[item].add(value)
    for item in [item for item, values in typed.items() if len(values) > 1]:
        said = " and ".join(f"{value:g}" for value in sorted(typed.pop(item)))
        sentences.append(
            f"{path}: {item.student}, {item.what} has {said} points in different rows: none counts."
        )
    return {item: min(values) for item, values in typed.items()}, sentences, known


def _number(text):
    """The number that was typed, with a decimal point or comma; None if it is none.

    >>> _number("2,5"), _number("3"), _number("good"), _number("nan")
    (2.5, 3.0, None, None)
    """
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _append(path, content, columns, sign, new, encoding="utf-8"):
    """Write the file with rows for new Items below what it holds."""
    added = io.StringIO()
    table = csv.writer(added, delimiter=sign, lineterminator="\n")
    if not content:
        added.write("\ufeff")  # or Excel takes the letters for others
        table.writerow(columns)
    for item in new:
        cells = item._asdict() | {"of": f"{item.of:g}"}
        table.writerow([cells.get(column, "") for column in columns])
    parted = b"" if content.endswith(b"\n") or not content else b"\n"
    with files.atomic_write(path) as beside:
        beside.write_bytes(content + parted + added.getvalue().encode(encoding, errors="replace"))


class Marks(NamedTuple):
    """What a person gave one student.

    of: {what: most points}. points: {what: points typed}.
    """

    of: dict
    points: dict

    @property
    def waiting(self):
        """What is still to be marked.

        >>> Marks({"question 1.14": 5, "task 1.6": 4}, {"task 1.6": 3}).waiting
        ['question 1.14']
        """
        return [what for what in self.of if what not in self.points]

    def total(self, grade):
        """Points by checks and by a person together; None while something is to be marked."""
        if grade.status != GRADED or self.waiting:
            return None
        return grade.total + sum(self.points.values())


def marks(grades, asked, points):
    """{student: Marks} of a class.

    grades: list of `results.Grade`. asked: list of Item. points: as `read` returns them.
    """
    found = {grade.student: Marks({}, {}) for grade in grades}
    for item in asked:
        found[item.student].of[item.what] = item.of
        if item in points:
            found[item.student].points[item.what] = points[item]
    return found


def most(number):
    """All points of a homework: of its tasks and of its questions."""
    return HOMEWORKS[number].points + sum(solutions.question_points(number).values())
