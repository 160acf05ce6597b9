"""The leader-board of an open task: what is better than the reference by more than luck.

A hand-in's function learns once with each seed and is scored on validation data, which it was
given, and on hidden data, which nobody has seen. The rule that students know beforehand: two
results differ if their means on the hidden data lie more than three standard errors of the
difference apart; else they count as equal.
"""

import csv
import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np

from utils import files, paths
from utils.course.site import render
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS
from utils.homework.task import numbers

BETTER, EQUAL, WORSE = "better", "equal", "worse"
STANDARD_ERRORS = 3
PARTS = ("validation", "test")


@dataclass(frozen=True, kw_only=True)
class Contest:
    """An open task's data, its reference, and how answers are scored.

    task: its number. seeds: the answer learns once with each. seconds: for each of them.
    sizes: {part: how many rows}, in order: train, validation, test. data: () -> (a list of inputs,
    an array of targets), of all parts. score: (targets, answers) -> number. reference: an answer.
    reference_name: in words. measure: the score's name. lowest_wins: for errors.
    """

    task: str
    seeds: tuple[int, ...]
    seconds: float
    sizes: dict[str, int]
    data: Callable
    score: Callable
    reference: Callable
    reference_name: str
    measure: str
    lowest_wins: bool = False

    def scores(self, answer, seed):
        """{"validation": score, "test": score} of an answer that learned from train.

        It is given validation as well, and asked about both at once. Raises NotYet unless it
        returns a number for each.
        """
        inputs, targets = map(self._by_part, self.data())
        given = [{part: of[part] for part in ("train", "validation")} for of in (inputs, targets)]
        new_inputs = [row for part in PARTS for row in inputs[part]]
        found = numbers(answer(*given, new_inputs, seed=seed), (len(new_inputs),), "an array (N,)")
        of_parts = np.split(found, [self.sizes["validation"]])
        return {
            part: self.score(targets[part], answers)
            for part, answers in zip(PARTS, of_parts, strict=True)
        }

    def _by_part(self, of_all):
        """{part: its rows} of a list or an array."""
        ends = np.cumsum([*self.sizes.values()])
        assert ends[-1] <= len(of_all)
        return {
            part: of_all[end - self.sizes[part] : end]
            for part, end in zip(self.sizes, ends, strict=True)
        }


def measured(contest, answer):
    """{"validation": [a score for each seed], "test": [likewise]} of an answer.

    Raises whatever the answer raises.
    """
    of_seeds = [contest.scores(answer, seed) for seed in contest.seeds]
    return {part: [float(scores[part]) for scores in of_seeds] for part in PARTS}


def verdict(scores, others, lowest_wins=False):
    """Whether scores are better, equal or worse than others, by the rule of this module.

    scores, others: of hidden data, one for each seed. lowest_wins: for errors.

    >>> verdict([0.97, 0.98, 0.97], [0.86, 0.87, 0.91])
    'better'
    >>> verdict([0.90, 0.88, 0.91], [0.86, 0.87, 0.91])
    'equal'
    >>> verdict([1.9, 1.9, 1.9], [1.8, 1.8, 1.8], lowest_wins=True)
    'worse'
    """
    gap = statistics.mean(scores) - statistics.mean(others)
    error = hypot(*(statistics.stdev(one) / sqrt(len(one)) for one in (scores, others)))
    if abs(gap) <= STANDARD_ERRORS * error or not gap:
        return EQUAL
    return BETTER if (gap < 0) == lowest_wins else WORSE


def reference(contest, number, version):
    """What `measured` says of the reference; kept under build/ for as long as `version` holds."""
    path = paths.GRADES / HOMEWORKS[number].name / "reference.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["version"] == version:
            return kept["scores"]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    scores = measured(contest, contest.reference)
    files.write_text(path, json.dumps({"version": version, "scores": scores}, indent=1))
    return scores


def settle(contest, grades, scores):
    """Give each Grade with scores its points for the open task, and the reason in words.

    scores: of the reference.
    """
    task = contest.task
    for grade in grades:
        if not grade.scores:
            continue
        said = verdict(grade.scores["test"], scores["test"], contest.lowest_wins)
        status = checks.NOT_YET if said == WORSE else checks.CORRECT
        asked = grade.hints.get(task, ())
        grade.points[task], grade.deducted[task] = checks.earned(
            task, status, asked, has_won=said == BETTER
        )
        grade.found[task] = (
            status,
            f"{said}: {contest.measure} {in_words(grade.scores['test'])} on hidden data, "
            f"{contest.reference_name} {in_words(scores['test'])}",
        )


def in_words(scores):
    """Mean and standard deviation.

    >>> in_words([0.96, 0.97, 0.98])
    '0.970 ± 0.010'
    """
    return f"{statistics.mean(scores):.3f} ± {statistics.stdev(scores):.3f}"


def standings(contest, grades, scores):
    """[(rank, name, scores)], the best first; who is equal to the first of a rank shares it.

    scores: of the reference, which stands among the others.

    >>> from types import SimpleNamespace
    >>> contest = SimpleNamespace(lowest_wins=False, reference_name="the course's LSTM")
    >>> ada = SimpleNamespace(student="ada", scores={"test": [0.97, 0.98, 0.97]})
    >>> for rank, name, _ in standings(contest, [ada], {"test": [0.86, 0.87, 0.91]}):
    ...     print(rank, name)
    1 ada
    2 the course's LSTM
    """
    entries = [(grade.student, grade.scores) for grade in grades if grade.scores]
    entries.append((contest.reference_name, scores))
    sign = 1 if contest.lowest_wins else -1
    entries.sort(key=lambda entry: sign * statistics.mean(entry[1]["test"]))
    rows, first = [], None
    for place, (name, own) in enumerate(entries, 1):
        if first is None or verdict(own["test"], first["test"], contest.lowest_wins) != EQUAL:
            first, rank = own, place
        rows.append((rank, name, own))
    return rows


def write(folder, number, contest, grades, scores):
    """Write leader_board.csv and leader_board.html into a folder."""
    rows = [
        (rank, name, *(in_words(own[part]) for part in PARTS))
        for rank, name, own in standings(contest, grades, scores)
    ]
    path = folder / "leader_board.csv"
    with files.atomic_write(path) as beside, beside.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(["rank", "name", "validation", "hidden test"])
        table.writerows(rows)
    page = render(
        "leader_board.html",
        title=f"Homework {number}: the leader-board of task {contest.task}",
        contest=contest,
        rows=rows,
        standard_errors=STANDARD_ERRORS,
    )
    files.write_text(folder / "leader_board.html", page)
