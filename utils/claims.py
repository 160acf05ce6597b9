"""The ledger of claims: what the slides assert, and the cell of a lesson that tests it.

notebooks/claims.csv lists the claims; a cell that tests number 7 carries the tag `claim-7` and
ends in `verdict(7, {...})`. utils/course/ledger.py writes notebooks/README.md from both.
"""

import json
import os
import textwrap

import numpy as np
import pandas as pd

from utils import paths

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


def verdict(number, findings, values=None):
    """Print what became of claim `number`, and assert that it is what the ledger says.

    findings: {condition as a few words: whether the claim held there, or for each seed whether it
    did}. It held where it did for all seeds. All true: it holds; none: it does not hold; some: it
    holds when … values: {quantity: a number for each seed} that the findings were made from; a
    study of many seeds collects them (see `utils.course.study`). Returns nothing. Raises ValueError
    for an unknown number or no findings, AssertionError where the ledger says otherwise.

    >>> verdict(9, {"with tanh": [True, True], "if linear": [True, False]})
    Claim 9, "RNNs are slow: no parallelization"
      holds when: with tanh
      not when: if linear
    """
    claims = ledger()
    if number not in claims.index:
        raise ValueError(f"claim {number} is not in {paths.CLAIMS.name}")
    if not findings:
        raise ValueError(f"claim {number}: no findings given")
    true = [condition for condition, held in findings.items() if np.all(held)]
    false = [condition for condition in findings if condition not in true]
    found = outcome([condition in true for condition in findings])
    lines = [
        f'Claim {number}, "{claims.sentence[number]}"',
        f"  {found}: {'; '.join(true or false)}",
    ]
    if true and false:
        lines.append(f"  not when: {'; '.join(false)}")
    for line in lines:
        print(textwrap.fill(line, WIDTH, subsequent_indent=_CONTINUED, break_on_hyphens=False))
    if study := os.environ.get("COURSE_STUDY"):
        collected = {"number": number, "findings": findings, "values": values or {}}
        with open(study, "a", encoding="utf-8") as lines:
            print(json.dumps(collected, default=_plain), file=lines)
        return
    expected = claims.verdict[number]
    assert found == expected, f"claim {number}: found {found!r}, the ledger says {expected!r}"


def outcome(held):
    """One of VERDICTS, from whether the claim held in each condition.

    >>> outcome([True, False])
    'holds when'
    """
    return "holds" if all(held) else "holds when" if any(held) else "does not hold"


def unwrapped(printed):
    """What `verdict` printed, each of its lines in one piece again.

    >>> unwrapped("  holds when: far; very\\n    far\\n  not when: near")
    '  holds when: far; very far\\n  not when: near'
    """
    return printed.replace(f"\n{_CONTINUED}", " ")


def _plain(of_numpy):
    """What json writes for an array, a Series, or a number of NumPy's."""
    return np.asarray(of_numpy).tolist()
