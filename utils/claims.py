"""The ledger of claims: what the slides assert, and the cell of a lesson that tests it.

notebooks/claims.csv lists the claims; a cell that tests number 7 carries the tag `claim-7` and
ends in `verdict(7, {...})`. notebooks/README.md is written from both:

    python -m utils ledger
"""

import re
from pathlib import Path

import nbformat
import pandas as pd

from utils import files

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
CLAIMS_CSV = NOTEBOOKS / "claims.csv"
VERDICTS = ("holds", "holds when", "does not hold")


def ledger():
    """The claims as a DataFrame indexed by number: deck, sentence, lesson, verdict, figures."""
    return pd.read_csv(CLAIMS_CSV, index_col="number", keep_default_na=False)


def verdict(number, findings):
    """Print what became of claim `number`, and assert that it is what the ledger says.

    findings: {condition as a few words: whether the claim held there}. All true: it holds;
    none: it does not hold; some: it holds when … Returns nothing.
    Raises ValueError for an unknown number or no findings, AssertionError where the ledger
    says otherwise.
    """
    claims = ledger()
    if number not in claims.index:
        raise ValueError(f"claim {number} is not in {CLAIMS_CSV.name}")
    if not findings:
        raise ValueError(f"claim {number}: no findings given")
    true = [condition for condition, held in findings.items() if held]
    false = [condition for condition, held in findings.items() if not held]
    found = "holds" if not false else "holds when" if true else "does not hold"
    print(f'Claim {number}, "{claims.sentence[number]}"')
    print(f"  {found}: {'; '.join(true or false)}")
    if true and false:
        print(f"  not when: {'; '.join(false)}")
    expected = claims.verdict[number]
    assert found == expected, f"claim {number}: found {found!r}, the ledger says {expected!r}"


def tested(notebook):
    """{claim number: [cells]} of a notebook's cells that carry a claim's tag."""
    cells = {}
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", []):
            if match := re.fullmatch(r"claim-(\d+)", tag):
                cells.setdefault(int(match[1]), []).append(cell)
    return cells


def page():
    """The ledger as Markdown: each lesson, its claims, their verdicts and figures."""
    lines = ["# What the slides say, and what runs", "", INTRODUCTION, ""]
    for lesson, claims in ledger().groupby("lesson", sort=True):
        notebook = nbformat.read(NOTEBOOKS / f"{lesson}.ipynb", as_version=4)
        title = notebook.cells[0].source.splitlines()[0].lstrip("# ")
        lines += [f"## [{title}]({lesson}.ipynb)", ""]
        lines += ["| | deck | what it says | verdict | what was measured |", "|-|-|-|-|-|"]
        for number, claim in claims.iterrows():
            lines.append(
                f"| {number} | {claim.deck} | {claim.sentence} "
                f"| **{claim.verdict}** | {claim.figures} |"
            )
        lines.append("")
    return "\n".join(lines)


def write_page():
    """Write notebooks/README.md; returns its path."""
    path = NOTEBOOKS / "README.md"
    with files.written_whole(path) as beside:
        beside.write_text(page(), encoding="utf-8")
    return path


INTRODUCTION = """\
Five decks of slides on LSTM networks are the ground this course grew from. Each sentence of
theirs that can be tested has a number here, and a cell in a lesson that tests it: look for the
tag `claim-7` in the notebook. *Holds when* names conditions: the cell prints them. Trained
results are mean ± standard deviation over the seeds named.

Decks: **A** Roozbahani & Louhichi, *LSTM, part 1*; **B** Umair, *Long Short-Term Memory
Networks*; **C** Finegan-Dollak and others, *NLP Deep Learning: LSTM*; **D** Douzi, *Long
Short-Term Memory Network*; **E** Chouhan & Patil, *Long Short Term Memory*."""
