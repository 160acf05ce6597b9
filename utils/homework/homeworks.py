"""The two homeworks: everything in which they differ stands here and nowhere else.

>>> HOMEWORKS[2].title
'hourly rain from radar scans'
>>> HOMEWORKS[2].tasks["2.8"].function
'back_to_mm'
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from utils import kaggle, paths
from utils.errors import CourseError
from utils.homework import homework_1, homework_2
from utils.homework.task import Task
from utils.radar.read import read_hours
from utils.radar.submission import check_own_submission
from utils.reviews import imdb
from utils.reviews.predictions import check_own_predictions
from utils.reviews.read import read_reviews
from utils.reviews.sources import SOURCES


@dataclass(frozen=True, kw_only=True)
class Homework:
    """One homework.

    number, title: as on its pages. tasks: {"1.1": its Task, …}. questions: to be answered in
    words. former_questions: {its number in notebooks handed out earlier: its present one}.
    reads: what its file is, in words.
    read: path -> table or hours, CourseError where it cannot be used; read_source: the same of a
    file to learn from. named: what they read by name, besides files. can_repair: whether both take
    repair=True; can_rename: whether both take columns and labels. example: a path to show.
    test_file: what a second file is for. download: fetches its data; download_from: the same from
    {where: function}. output: name of the file it hands in. check_output: path -> nothing,
    CourseError unless it is valid. metric: by which its models are judged.
    """

    number: int
    title: str
    tasks: dict[str, Task]
    questions: tuple[str, ...]
    reads: str
    read: Callable
    read_source: Callable
    named: tuple[str, ...]
    can_repair: bool
    can_rename: bool
    example: str
    test_file: str
    download: Callable
    download_from: dict[str, Callable]
    output: str
    check_output: Callable
    metric: str
    former_questions: dict[str, str] = field(default_factory=dict)

    @property
    def name(self):
        """As in paths: homework_1."""
        return f"homework_{self.number}"

    @property
    def points(self):
        """Of all its tasks."""
        return sum(task.points for task in self.tasks.values())

    @property
    def solution(self) -> Path:
        """The whole study with its results; students get it not."""
        return paths.SOLUTIONS / self.name / f"{self.name}.ipynb"

    @property
    def tasks_name(self):
        """File name of the notebook that students solve."""
        return f"{self.name}_tasks.ipynb"

    @property
    def tasks_notebook(self) -> Path:
        """Where it lies in what students get."""
        return paths.HOMEWORK / self.name / self.tasks_name

    @property
    def tasks_solution(self) -> Path:
        """The same with answers; it is made from this one."""
        return paths.SOLUTIONS / self.name / self.tasks_name


HOMEWORKS = {
    1: Homework(
        number=1,
        title="sentiment of film reviews",
        tasks=homework_1.TASKS,
        questions=("1.14", "1.15", "1.16"),
        former_questions={"1.11": "1.14", "1.12": "1.15"},
        reads="a file of reviews (columns review and sentiment)",
        read=read_reviews,
        read_source=read_reviews,
        named=tuple(SOURCES),
        can_repair=False,
        can_rename=True,
        example="data/IMDB Dataset.csv",
        test_file="CSV file read for the final score only; default: a test part of SOURCE.",
        download=imdb.download,
        download_from={"archive": imdb.from_archive, "kaggle": imdb.from_kaggle},
        output="predictions.csv",
        check_output=check_own_predictions,
        metric="accuracy",
    ),
    2: Homework(
        number=2,
        title="hourly rain from radar scans",
        tasks=homework_2.TASKS,
        questions=("2.13", "2.14", "2.15"),
        former_questions={"2.11": "2.13", "2.12": "2.14"},
        reads="a file of radar hours (the competition's train.csv)",
        read=read_hours,
        read_source=partial(read_hours, to_learn=True),
        named=("sample",),
        can_repair=True,
        can_rename=False,
        example="data/how-much-did-it-rain-ii/train.csv",
        test_file="The competition's test.csv, for the submission; scored as well if it has the "
        "column Expected.",
        download=kaggle.download_rain,
        download_from={"kaggle": kaggle.download_rain},
        output="submission.csv",
        check_output=check_own_submission,
        metric="mean absolute error (mm), hours under 73 mm",
    ),
}


def expect_student_name(name):
    """The name as it is, if it can stand in a file's name; CourseError otherwise.

    >>> expect_student_name("ada-1")
    'ada-1'
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise CourseError(f"STUDENT is {name!r}: use letters a to z, digits, - and _, no spaces.")
    return name
