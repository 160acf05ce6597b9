"""The ledger of claims: what the slides assert, and the cell of a lesson that tests it.

notebooks/claims.csv lists the claims; a cell that tests number 7 carries the tag `claim-7` and
ends in `verdict(7, {...})`. notebooks/README.md is written from both:

    python -m utils ledger
"""

import textwrap

import nbformat
import pandas as pd

from utils import files, paths

# What can become of a claim: all of its findings are true, some, none.
VERDICTS = ("holds", "holds when", "does not hold")
# Columns: JupyterLab has 107 beside its list of files on a projector of 1280 by 720, and cuts words
# where there are more.
WIDTH = 105
_CONTINUED = "    "


def ledger():
    """The claims as a DataFrame indexed by number: deck, sentence, lesson, verdict, figures.

    lesson: the name of its notebook, from notebooks/. verdict: one of VERDICTS. figures: what was
    measured.

    >>> ledger().loc[5, ["deck", "lesson", "verdict"]].tolist()
    ['E', '01_vanishing_gradients', 'holds when']
    """
    return pd.read_csv(paths.CLAIMS, index_col="number", keep_default_na=False)


def verdict(number, findings):
    """Print what became of claim `number`, and assert that it is what the ledger says.

    findings: {condition as a few words: whether the claim held there}. All true: it holds;
    none: it does not hold; some: it holds when … Returns nothing.
    Raises ValueError for an unknown number or no findings, AssertionError where the ledger
    says otherwise.

    >>> verdict(9, {"with tanh": True, "if linear": False})
    Claim 9, "RNNs are slow: no parallelization"
      holds when: with tanh
      not when: if linear
    """
    claims = ledger()
    if number not in claims.index:
        raise ValueError(f"claim {number} is not in {paths.CLAIMS.name}")
    if not findings:
        raise ValueError(f"claim {number}: no findings given")
    true = [condition for condition, held in findings.items() if held]
    false = [condition for condition, held in findings.items() if not held]
    found = "holds" if not false else "holds when" if true else "does not hold"
    lines = [
        f'Claim {number}, "{claims.sentence[number]}"',
        f"  {found}: {'; '.join(true or false)}",
    ]
    if true and false:
        lines.append(f"  not when: {'; '.join(false)}")
    for line in lines:
        print(textwrap.fill(line, WIDTH, subsequent_indent=_CONTINUED, break_on_hyphens=False))
    expected = claims.verdict[number]
    assert found == expected, f"claim {number}: found {found!r}, the ledger says {expected!r}"


def unwrapped(printed):
    """What `verdict` printed, each of its lines in one piece again.

    >>> unwrapped("  holds when: far; very\\n    far\\n  not when: near")
    '  holds when: far; very far\\n  not when: near'
    """
    return printed.replace(f"\n{_CONTINUED}", " ")


def page():
    """The ledger as Markdown, a string: each lesson, its claims, their verdicts and figures.

    >>> page().splitlines()[0]
    '# What the slides say, and what runs'
    """
    lines = ["# What the slides say, and what runs", "", INTRODUCTION, ""]
    for lesson, claims in ledger().groupby("lesson", sort=True):
        notebook = nbformat.read(paths.NOTEBOOKS / f"{lesson}.ipynb", as_version=4)
        title = notebook.cells[0].source.splitlines()[0].lstrip("# ")
        lines += [f"## [{title}]({lesson}.ipynb)", ""]
        lines += ["| no. | deck | what it says | verdict | what was measured |", "|-|-|-|-|-|"]
        for number, claim in claims.iterrows():
            lines.append(
                f"| {number} | {claim.deck} | {claim.sentence} "
                f"| **{claim.verdict}** | {claim.figures} |"
            )
        lines.append("")
    return "\n".join(lines)


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

Decks: **A** Roozbahani & Louhichi, *LSTM, part 1*; **B** Umair, *Long Short-Term Memory
Networks*; **C** Finegan-Dollak and others, *NLP Deep Learning: LSTM*; **D** Douzi, *Long
Short-Term Memory Network*; **E** Chouhan & Patil, *Long Short Term Memory*."""
