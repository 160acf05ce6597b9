"""The pages of a graded class: feedback for each student, a summary, the answers in words."""

from collections import Counter
from html import escape

import pandas as pd

from utils import files
from utils.homework import NO_ANSWER, checks


def write(folder, number, grades, schemes):
    """Write feedback/STUDENT.html, summary.html and answers.html into a folder.

    grades: list of `grade.Grade`. schemes: {question: its marking scheme}. What a hidden test
    looks at stands on none of them.
    """
    for grade in grades:
        title = f"Homework {number}: {grade.student}"
        _write(folder / "feedback" / f"{grade.student}.html", title, _feedback(number, grade))
    _write(folder / "summary.html", f"Homework {number}: the class", _summary(number, grades))
    title = f"Homework {number}: answers in words"
    _write(folder / "answers.html", title, _in_words(grades, schemes))


def tasks_table(number, grades):
    """A DataFrame, the task that most got wrong first: correct, not yet, not attempted, by hand.

    Counts the hand-ins that ran.
    """
    ran = [grade for grade in grades if grade.status == "graded"]
    columns = [checks.CORRECT, checks.NOT_YET, checks.NOT_ATTEMPTED, "by hand"]
    rows = {
        task: Counter(grade.found[task][0] for grade in ran) for task in checks.HOMEWORKS[number]
    }
    table = pd.DataFrame(rows).T.reindex(columns=columns).fillna(0).astype(int)
    return table.sort_values(checks.CORRECT, kind="stable")


def statuses(grades):
    """{status: how many}, the most frequent first."""
    return dict(Counter(grade.status for grade in grades).most_common())


def _feedback(number, grade):
    tasks = checks.HOMEWORKS[number]
    if grade.note:
        yield f"<p><b>{escape(grade.status)}</b>: {escape(grade.note)}</p>"
        yield "<p>No check could be asked, so there are no points yet. Talk to your instructor.</p>"
        return
    total = sum(task.points for task in tasks.values())
    yield f"<p><b>{sum(grade.points.values())} of {total} points</b> by checks; the answers in "
    yield "words are marked by a person.</p>"
    yield "<table><tr><th>task</th><th>function</th><th>points</th><th></th></tr>"
    for name, task in tasks.items():
        status, reason = grade.found[name]
        said = f"{status}: {reason}" if reason else status
        yield f"<tr><td>{name}</td><td><code>{task.asks_for}</code></td>"
        yield f"<td>{grade.points[name]} of {task.points}</td><td>{escape(said)}</td></tr>"
    yield "</table>"


def _summary(number, grades):
    tasks = checks.HOMEWORKS[number]
    yield "<table><tr><th>status</th><th>hand-ins</th></tr>"
    for status, n in statuses(grades).items():
        yield f"<tr><td>{status}</td><td>{n}</td></tr>"
    yield "</table><h2>Tasks, what most got wrong first</h2><table><tr><th>task</th>"
    table = tasks_table(number, grades)
    yield "".join(f"<th>{column}</th>" for column in table.columns)
    yield "<th>heard most often</th></tr>"
    for name, counts in table.iterrows():
        reasons = Counter(
            grade.found[name][1] for grade in grades if grade.found[name][0] == checks.NOT_YET
        )
        often = "".join(f"{n} × {escape(reason)}" for reason, n in reasons.most_common(1))
        yield f"<tr><td>{name} <code>{tasks[name].asks_for}</code></td>"
        yield "".join(f"<td>{count}</td>" for count in counts) + f"<td>{often}</td></tr>"
    yield "</table><h2>Students</h2><table><tr><th>student</th><th>status</th><th>points</th>"
    yield "<th>seconds</th><th>note</th></tr>"
    for grade in grades:
        name = escape(grade.student)
        link = f'<a href="feedback/{name}.html">{name}</a>'
        yield f"<tr><td>{link}</td><td>{grade.status}</td><td>{sum(grade.points.values())}</td>"
        yield f"<td>{grade.seconds:.0f}</td><td>{escape(_note(grade))}</td></tr>"
    yield "</table>"


def _note(grade):
    by_hand = [task for task, found in grade.found.items() if found[0] == "by hand"]
    return grade.note or (f"to be looked at by hand: {', '.join(by_hand)}" if by_hand else "")


def _in_words(grades, schemes):
    for question, scheme in schemes.items():
        yield f"<h2>Question {question}</h2><pre class=scheme>{escape(scheme)}</pre>"
        for grade in grades:
            if grade.answers.get(question, NO_ANSWER) != NO_ANSWER:
                yield f"<h3>{escape(grade.student)}</h3>"
                yield f"<pre>{escape(grade.answers[question])}</pre>"
        silent = [g.student for g in grades if g.answers.get(question) == NO_ANSWER]
        if silent:
            yield f"<p>No answer: {escape(', '.join(silent))}.</p>"


def _write(path, title, parts):
    with files.written_whole(path) as beside:
        page = PAGE.format(title=escape(title), body="".join(parts))
        beside.write_text(page, encoding="utf-8")


PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>
body {{ font-family: system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
       line-height: 1.5; color: #222 }}
table {{ border-collapse: collapse }}
th, td {{ padding: .25rem .8rem; border-bottom: 1px solid #ddd; text-align: left;
         vertical-align: top; overflow-wrap: anywhere }}
td:nth-child(2), th {{ white-space: nowrap }}
pre {{ white-space: pre-wrap; font-family: inherit; margin: 0 0 1rem }}
.scheme {{ background: #f4f4f4; padding: .5rem 1rem }}
</style></head>
<body><h1>{title}</h1>
{body}
</body></html>
"""
