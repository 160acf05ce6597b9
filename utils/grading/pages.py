"""The pages of a graded class: feedback for each student, a summary, the answers in words."""

from collections import Counter

import pandas as pd

from utils import files
from utils.course.site import render
from utils.grading import results, solutions
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import is_answered


def write(folder, number, grades):
    """Write feedback/STUDENT.html, summary.html and answers.html into a folder.

    number: of the homework. grades: list of `results.Grade`. What a hidden test looks at stands
    on none of them. Feedback for others, who have left the class, goes.
    """
    title = f"Homework {number}"
    tasks = HOMEWORKS[number].tasks
    students = {grade.student for grade in grades}
    for page in (folder / "feedback").glob("*.html"):
        if page.stem not in students:
            page.unlink()
    for grade in grades:
        _write(
            folder / "feedback" / f"{grade.student}.html",
            "feedback.html",
            title=f"{title}: {grade.student}",
            grade=grade,
            tasks=tasks,
        )
    _write(
        folder / "summary.html",
        "summary.html",
        title=f"{title}: the class",
        grades=grades,
        tasks=tasks,
        statuses=results.statuses(grades),
        **_tasks(number, grades),
    )
    _write(
        folder / "answers.html",
        "answers.html",
        title=f"{title}: answers in words",
        questions=[
            (question, scheme, *_in_words(question, grades))
            for question, scheme in solutions.marking_schemes(number).items()
        ],
    )


def tasks_table(number, grades):
    """A DataFrame, the task that most got wrong first: correct, not yet, not attempted, by hand.

    Counts the hand-ins that ran.
    """
    ran = [grade for grade in grades if grade.status == results.GRADED]
    columns = [checks.CORRECT, checks.NOT_YET, checks.NOT_ATTEMPTED, results.BY_HAND]
    rows = {
        task: Counter(grade.found[task][0] for grade in ran) for task in HOMEWORKS[number].tasks
    }
    table = pd.DataFrame(rows).T.reindex(columns=columns).fillna(0).astype(int)
    return table.sort_values(checks.CORRECT, kind="stable")


def _tasks(number, grades):
    """The table of tasks: its columns, and (task, counts, commonest reason, how often) of each."""
    table = tasks_table(number, grades)
    rows = []
    for name, counts in table.iterrows():
        reasons = Counter(
            grade.found[name][1] for grade in grades if grade.found[name][0] == checks.NOT_YET
        )
        [(reason, times)] = reasons.most_common(1) or [("", 0)]
        rows.append((name, counts.tolist(), reason, times))
    return {"columns": table.columns.tolist(), "rows": rows}


def _in_words(question, grades):
    """([(student, answer), ...], [student without an answer, ...]) of those who were asked."""
    answered, silent = [], []
    for grade in grades:
        text = grade.answers.get(question)
        if text is None:
            continue
        if is_answered(text):
            answered.append((grade.student, text))
        else:
            silent.append(grade.student)
    return answered, silent


def _write(path, template, **context):
    files.write_text(path, render(template, **context))
