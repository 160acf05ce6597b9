"""What came of grading: one Grade a hand-in, counted and written as a table."""

import csv
import hashlib
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from utils import files, paths
from utils.homework.homeworks import HOMEWORKS

GRADED, FAILED, TIMEOUT = "graded", "failed run", "timeout"
OVER_LIMIT, MISSING, UNREADABLE = "over a limit", "missing notebook", "unreadable"
NOT_GRADED = "not graded"  # a fault of the grader
BY_HAND = "by hand"  # of a task: a person must look at it


@dataclass
class Grade:
    """One student's result.

    found: {task: (what the check says, reason)}. points: {task: points}, less those deducted:
    {task: points that its third hint cost}. hints: {task: numbers of those that the hand-in's cells
    asked for}, as the hand-in says. answers: {question: what was written}. scores: {"validation":
    [one for each seed], "test": …} of the open task. certain: whether another run would find the
    same; no time, memory or process came to an end.
    """

    student: str
    status: str = GRADED
    note: str = ""
    found: dict = field(default_factory=dict)
    points: dict = field(default_factory=dict)
    deducted: dict = field(default_factory=dict)
    hints: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)
    scores: dict = field(default_factory=dict)
    seconds: float = 0.0
    certain: bool = True

    @property
    def total(self):
        """Points of all tasks.

        >>> Grade("ada", points={"1.1": 4, "1.2": 2}).total
        6
        """
        return sum(self.points.values())

    @property
    def by_hand(self):
        """The tasks that a person must look at."""
        return [task for task, (status, _) in self.found.items() if status == BY_HAND]

    @property
    def hints_in_words(self):
        """The numbers of the hints that were asked for, by task.

        >>> Grade("ada", hints={"1.2": [1, 2], "1.3": [3]}).hints_in_words
        '1.2: 1, 2; 1.3: 3'
        """
        return "; ".join(f"{task}: {', '.join(map(str, n))}" for task, n in self.hints.items())

    def without_points(self, tasks):
        """Give every one of `tasks` the status of the whole hand-in, and no points."""
        self.found = dict.fromkeys(tasks, (self.status, ""))
        self.points = dict.fromkeys(tasks, 0)


def from_plain(data):
    """A Grade from a dictionary of it that was JSON.

    >>> from_plain({"student": "ada", "found": {"1.1": ["correct", ""]}}).found
    {'1.1': ('correct', '')}
    """
    grade = Grade(**data)
    grade.found = {task: tuple(said) for task, said in grade.found.items()}
    return grade


def printable(text, most):
    r"""The first `most` characters of a text from a hand-in, blanks for what controls a screen.

    >>> printable("\x1b[2Kred", 9)
    ' [2Kred'
    """
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in str(text)[:most])


def one_line(text):
    r"""A text from a hand-in as one line, to be printed anywhere.

    >>> one_line("no such\n file")
    'no such file'
    """
    return " ".join(printable(text, 1000).split())


def statuses(grades):
    """{status: how many}, the most frequent first.

    >>> statuses([Grade("ada"), Grade("bob", FAILED), Grade("eve")])
    {'graded': 2, 'failed run': 1}
    """
    return dict(Counter(grade.status for grade in grades).most_common())


def place_of_class(number, folder):
    """Where the grades of the hand-ins in a folder lie: build/grades/homework_N/NAME.

    NAME is the folder's; of two folders of one name in different places, the one graded later gets
    a mark behind it. Which folder it is stands in folder.txt, written here.
    """
    folder = Path(folder).expanduser().resolve()
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:6]
    of_homework = paths.GRADES / HOMEWORKS[number].name
    for name in (folder.name or "hand-ins", f"{folder.name}-{mark}"):
        note = of_homework / name / "folder.txt"
        if not note.exists():
            files.write_text(note, printable(folder, 5000))
        if note.read_text(encoding="utf-8") == printable(folder, 5000):
            break
    return note.parent


def write_csv(path, number, grades, marks):
    """Write grades.csv: a line a student, a column a task and a question.

    marks: {student: by_hand.Marks}. The column mark stays empty while something is to be marked.
    """
    tasks, questions = list(HOMEWORKS[number].tasks), HOMEWORKS[number].questions
    with files.atomic_write(path) as beside, beside.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        about = ["hints", "deducted", "by hand", "seconds", "note"]
        table.writerow(["student", "status", "mark", "points", *tasks, *questions, *about])
        for grade in grades:
            own = marks[grade.student]
            typed = [own.points.get(f"task {task}", grade.points[task]) for task in tasks]
            typed += [_of_question(grade, own, question) for question in questions]
            row = [grade.student, grade.status]
            row += ["" if n is None else f"{n:g}" for n in (own.total(grade), grade.total, *typed)]
            about = [grade.hints_in_words, f"{sum(grade.deducted.values()):g}"]
            about += [" ".join(grade.by_hand), grade.seconds, grade.note]
            table.writerow(row + about)


def _of_question(grade, own, question):
    """Points for an answer in words; 0 where there is none, None where it is to be marked."""
    what = f"question {question}"
    return own.points.get(what) if what in own.of else 0
