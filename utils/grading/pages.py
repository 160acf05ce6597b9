"""The pages of a graded class: feedback for each student, a summary, the answers in words."""

import re
from collections import Counter

import markupsafe
import mistune
import pandas as pd

from utils import files
from utils.course.site import render
from utils.grading import by_hand, results, solutions
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS
from utils.homework.notebooks import is_answered


def write(folder, number, grades, marks):
    """Write feedback/STUDENT.html, summary.html and answers.html into a folder.

    number: of the homework. grades: list of `results.Grade`. marks: {student: by_hand.Marks}. What
    a hidden test looks at stands on none of them. Feedback for others, who have left the class,
    goes.
    """
    title = f"Homework {number}"
    tasks = HOMEWORKS[number].tasks
    of_questions = solutions.question_points(number)
    points = {
        "of_tasks": HOMEWORKS[number].points,
        "of_questions": of_questions,
        "of_all": by_hand.most(number),
    }
    students = {grade.student for grade in grades}
    for page in (folder / "feedback").glob("*.html"):
        if page.stem not in students:
            page.unlink(missing_ok=True)  # another part may have found it, too
    for grade in grades:
        _write(
            folder / "feedback" / f"{grade.student}.html",
            "feedback.html",
            title=f"{title}: {grade.student}",
            grade=grade,
            marks=marks[grade.student],
            tasks=tasks,
            **points,
        )
    _write(
        folder / "summary.html",
        "summary.html",
        title=f"{title}: the class",
        grades=grades,
        marks=marks,
        tasks=tasks,
        statuses=results.statuses(grades),
        has_board=any(grade.scores for grade in grades),
        **points,
        **_tasks(number, grades),
    )
    _write(
        folder / "answers.html",
        "answers.html",
        title=f"{title}: answers in words",
        marks=marks,
        of_questions=of_questions,
        questions=[
            (question, markdown(_as_list(scheme)), *_in_words(question, grades))
            for question, scheme in solutions.marking_schemes(number).items()
        ],
    )


class _Renderer(mistune.HTMLRenderer):
    """Headings below the page's own; in place of pictures, which come from anywhere, their text."""

    def heading(self, text, level, **attributes):
        return super().heading(text, min(level + 3, 6))

    def image(self, text, url, title=None):
        return f"[picture: {mistune.escape(text)}]"

    def inline_math(self, text):
        return f"${mistune.escape(text)}$"

    def block_math(self, text):
        return f"<p>$${mistune.escape(text)}$$</p>\n"


_MARKDOWN = mistune.create_markdown(
    renderer=_Renderer(escape=True), plugins=["table", "strikethrough", "math"]
)


def markdown(text):
    """A text in Markdown as HTML; whatever is HTML in it is shown as it was typed.

    >>> markdown("The **LSTM** <b>wins</b>.")
    Markup('<p>The <strong>LSTM</strong> &lt;b&gt;wins&lt;/b&gt;.</p>\\n')
    """
    try:
        return markupsafe.Markup(_MARKDOWN(text))
    except Exception:  # whatever it meets in a text that was made to stop it
        return markupsafe.Markup("<pre>{}</pre>").format(text)


def _as_list(scheme):
    """A marking scheme in Markdown, a line for each thing that gives points.

    >>> print(_as_list("The LSTM.\\n\\n*Marking: 1 names it; 2 says why.*"))
    The LSTM.
    <BLANKLINE>
    **Marking**
    <BLANKLINE>
    - **1** names it
    - **2** says why
    """

    def listed(found):
        parts = re.split(r";\s+(?=\d)", found[1].rstrip("."))
        lines = [re.sub(r"^([\d.]+)", r"- **\1**", part) for part in parts]
        return "\n".join(["**Marking**", "", *lines])

    return re.sub(r"\*Marking: (\d.+)\*", listed, scheme, flags=re.DOTALL)


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
            answered.append((grade.student, markdown(text)))
        else:
            silent.append(grade.student)
    return answered, silent


def _write(path, template, **context):
    files.write_text(path, render(template, **context))
