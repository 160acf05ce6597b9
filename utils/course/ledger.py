"""The page of the ledger, notebooks/README.md: each claim, its verdict, and what many seeds found.

It is written from notebooks/claims.csv, the lessons, and notebooks/study/.
"""

import hashlib
import json
from pathlib import Path

import nbformat
import numpy as np
from scipy import stats

from utils import claims, files, paths


def until_last_claim(notebook):
    """The cells of a notebook up to the last that tests a claim, a list."""
    tests = [
        any(tag.startswith("claim-") for tag in cell.metadata.get("tags", []))
        for cell in notebook.cells
    ]
    return notebook.cells[: len(tests) - tests[::-1].index(True)]


def code_of(cells):
    """SHA-256 of the code of a notebook's cells, a string: whether it is what was run once."""
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    return hashlib.sha256("\n\n".join(code).encode()).hexdigest()


def path_of_study(lesson):
    """Where it is written down what many seeds found of a lesson's claims."""
    return paths.STUDY / f"{Path(lesson).name}.json"


def study(lesson):
    """What many seeds found of a lesson's claims, as `make study` wrote it down, or None."""
    path = path_of_study(lesson)
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def agreement(held, n_runs):
    """(whether a condition held in the first run, how many found the same, of how many).

    held: for each seed, or for each of the `n_runs` runs, whether it did; the first run's first.

    >>> agreement([False, False, True, False], n_runs=2)
    (False, 3, 4)
    """
    first = all(held[: len(held) // n_runs])
    return first, sum(one == first for one in held), len(held)


def verdicts(findings, n_runs):
    """The verdict of each run, a list. findings: {condition: as for `agreement`}.

    >>> verdicts({"near": [True, True], "far": [True, False]}, n_runs=2)
    ['holds', 'holds when']
    """
    of_runs = [np.reshape(held, (n_runs, -1)).all(axis=1) for held in findings.values()]
    return [claims.outcome(of_run) for of_run in np.transpose(of_runs)]


def interval(values):
    """The 95 % interval of a mean by Student's t: (lower, upper).

    >>> [round(float(bound), 2) for bound in interval([1.0, 2.0, 3.0])]
    [-0.48, 4.48]
    """
    half = stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / len(values) ** 0.5
    return np.mean(values) - half, np.mean(values) + half


def page():
    """The ledger as Markdown, a string: each lesson, its claims, their verdicts and figures.

    >>> page().splitlines()[0]
    '# What the slides say, and what runs'
    """
    lines = ["# What the slides say, and what runs", "", INTRODUCTION, ""]
    for lesson, rows in claims.ledger().groupby("lesson", sort=True):
        notebook = nbformat.read(paths.NOTEBOOKS / f"{lesson}.ipynb", as_version=4)
        title = notebook.cells[0].source.splitlines()[0].lstrip("# ")
        many = study(lesson)
        lines += [f"## [{title}]({lesson}.ipynb)", ""]
        lines += ["| no. | deck | what it says | verdict | what was measured |", "|-|-|-|-|-|"]
        for number, claim in rows.iterrows():
            again = ""
            if many:
                found = verdicts(many["claims"][str(number)]["findings"], many["runs"])
                again = f". The same verdict in {found.count(claim.verdict)} of {len(found)} runs"
            lines.append(
                f"| {number} | {claim.deck} | {claim.sentence} "
                f"| **{claim.verdict}** | {claim.figures.rstrip('.')}{again} |"
            )
        if many:
            lines += ["", *_of_many_seeds(many, code_of(until_last_claim(notebook)))]
        lines.append("")
    return "\n".join(lines)


def _of_many_seeds(many, code):
    """Lines with what many seeds found, folded. code: of the notebook as it is now."""
    own = many["seeds"] // many["runs"]
    lines = [f"<details><summary>With {many['seeds']} seeds</summary>", ""]
    lines += [
        f"{many['runs']} runs of {own} seeds each, {many['minutes']:.0f} minutes in all on one "
        f"core; {', '.join(many['dates'])}; {'; '.join(many['machines'])}."
    ]
    if many["code"] != code:
        lines += ["", "The lesson's code has changed since: `make study` runs it anew."]
    lines += ["", "| no. | condition | the claim holds | found so by |", "|-|-|-|-|"]
    for number, claim in many["claims"].items():
        for condition, held in claim["findings"].items():
            first, same, of = agreement(held, many["runs"])
            which = "runs" if of == many["runs"] else "seeds"
            lines.append(
                f"| {number} | {condition} | {'yes' if first else 'no'} | {same} of {of} {which} |"
            )
    lines += ["", "| no. | measured | mean ± sd | 95 % interval | median | n |", "|-|-|-|-|-|-|"]
    for number, claim in many["claims"].items():
        for what, values in claim["values"].items():
            lines.append(
                f"| {number} | {what} | {' | '.join(_of_values(values))} | {len(values)} |"
            )
    return [*lines, "", "</details>"]


def _of_values(values):
    """(mean ± sd, 95 % interval of the mean, median) as texts; one value alone has no spread."""
    mean, median = np.mean(values), np.median(values)
    digits = 0 if abs(mean) >= 100 else 1 if abs(mean) >= 10 else 3

    def shown(number):
        return f"{number:z.{digits}f}"

    if len(values) == 1:
        return shown(mean), "–", shown(median)
    sd, (low, high) = np.std(values, ddof=1), interval(values)
    return f"{shown(mean)} ± {shown(sd)}", f"{shown(low)} to {shown(high)}", shown(median)


def write_page():
    """Write the page of the ledger, notebooks/README.md; returns its path.

    >>> write_page()  # doctest: +SKIP
    PosixPath('notebooks/README.md')
    """
    path = paths.NOTEBOOKS / "README.md"
    files.write_text(path, page())
    return path


INTRODUCTION = """\
Five decks of slides on LSTM networks are the ground this course grew from. Each sentence of
theirs that can be tested has a number here, and a cell in a lesson that tests it: look for the
tag `claim-7` in the notebook. *Holds when* names conditions: the cell prints them. Trained
results are mean ± standard deviation over the seeds named. What the slides say that the networks
are for is tried on real data in [the applications](applications/README.md).

Three seeds (five in *Counting*) are a hint. So each lesson that tests a claim is run again with
other seeds, thirty in all (`make study SEEDS=30`). A *run* is the lesson with as many seeds as it
has itself. "The same verdict" means that a run came to the same words; single conditions may
differ, and stand below the table. There you read whether the claim holds in the lesson under each
condition, and how many seeds found the same, or how many runs, where one answer is for all seeds of
a run. The 95 % interval says where the mean over very many seeds probably lies, on the same data;
it is rough where a few networks fail, and then the median says more. A verdict that most runs do
not bear out is changed.

Claims 25, 26, 28, 31 and 35 got another criterion, and 28 a longer training, after some of these
seeds had been seen, because the first criterion gave now this verdict and now that. That runs agree
now says that the verdict hardly depends on the seeds. It is no independent test of the criterion,
which stands in the cell for you to judge.

Decks: **A** Roozbahani & Louhichi, *LSTM, part 1*; **B** Umair, *Long Short-Term Memory
Networks*; **C** Finegan-Dollak and others, *NLP Deep Learning: LSTM*; **D** Douzi, *Long
Short-Term Memory Network*; **E** Chouhan & Patil, *Long Short Term Memory*."""
