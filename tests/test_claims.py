"""Every claim of the slides has a cell that asserts its verdict; the ledger says the same."""

import re

import nbformat
import pytest

from utils import claims, paths

LEDGER = claims.ledger()


def cells_by_claim(notebook):
    """{claim number: [cells]} of a notebook's cells that carry a claim's tag."""
    found = {}
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", []):
            if match := re.fullmatch(r"claim-(\d+)", tag):
                found.setdefault(int(match[1]), []).append(cell)
    return found


def faults(notebooks):
    """Sentences on claims without an asserting cell, tags without a claim, other verdicts.

    notebooks: {name of a lesson: notebook}.
    """
    found = []
    for lesson, notebook in notebooks.items():
        for number, cells in cells_by_claim(notebook).items():
            if number not in LEDGER.index or LEDGER.lesson[number] != lesson:
                found.append(f"{lesson}: the tag claim-{number} names no claim of this lesson")
                continue
            asserts = rf"claims\.verdict\(\s*{number},"
            if not any(re.search(asserts, cell.source) for cell in cells):
                found.append(f"{lesson}: no cell tagged claim-{number} asserts its verdict")
                continue
            printed = "".join(str(output.get("text", "")) for c in cells for output in c.outputs)
            printed = claims.unwrapped(printed)
            verdict = re.search(rf'^Claim {number}, ".*"\n  ([a-z ]+):', printed, re.M)
            if not verdict or verdict[1] != LEDGER.verdict[number]:
                found.append(
                    f"{lesson}: claim {number} is printed as {verdict and verdict[1]!r}, "
                    f"the ledger says {LEDGER.verdict[number]!r}"
                )
    for number, claim in LEDGER.iterrows():
        if number not in cells_by_claim(notebooks[claim.lesson]):
            found.append(f"{claim.lesson}: no cell has the tag claim-{number}")
    return found


@pytest.fixture
def lessons():
    return {
        lesson: nbformat.read(paths.NOTEBOOKS / f"{lesson}.ipynb", as_version=4)
        for lesson in LEDGER.lesson.unique()
    }


def test_every_claim_is_asserted_and_every_tag_names_a_claim(lessons):
    assert faults(lessons) == []
    assert list(LEDGER.index) == list(range(1, len(LEDGER) + 1))


def test_every_claim_has_a_verdict_and_figures():
    assert LEDGER.index.is_unique
    assert LEDGER.verdict.isin(claims.VERDICTS).all()
    assert (LEDGER.figures.str.len() > 10).all()


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda cell: cell.metadata.update(tags=[]), "no cell has the tag claim-2"),
        (lambda cell: cell.metadata.update(tags=["claim-99"]), "claim-99 names no claim"),
        (lambda cell: cell.update(source="print('Claim 2')"), "asserts its verdict"),
        (
            lambda cell: cell.outputs[0].update(
                text=re.sub(r"\n  [a-z ]+:", "\n  who knows:", cell.outputs[0].text)
            ),
            "printed as 'who knows'",
        ),
    ],
)
def test_a_spoiled_lesson_is_refused(lessons, spoil, fault):
    [cell] = cells_by_claim(lessons["01_vanishing_gradients"])[2]
    spoil(cell)
    assert any(fault in sentence for sentence in faults(lessons))


def test_the_page_of_claims_is_what_the_ledger_writes():
    path = paths.NOTEBOOKS / "README.md"
    assert path.read_text(encoding="utf-8") == claims.page(), "run: python -m utils ledger"


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ({"far": True, "near": True}, "holds"),
        ({"far": True, "near": False}, "holds when"),
        ({"far": False}, "does not hold"),
    ],
)
def test_the_verdict_follows_from_the_findings(findings, verdict, capsys, monkeypatch):
    ledger = LEDGER.assign(verdict=verdict)
    monkeypatch.setattr(claims, "ledger", lambda: ledger)
    claims.verdict(7, findings)
    assert f"  {verdict}: " in capsys.readouterr().out
    ledger["verdict"] = "undecided"
    with pytest.raises(AssertionError, match="the ledger says 'undecided'"):
        claims.verdict(7, findings)


def test_unknown_claims_and_missing_findings_are_refused():
    with pytest.raises(ValueError, match=r"claim 99 is not in claims\.csv"):
        claims.verdict(99, {"x": True})
    with pytest.raises(ValueError, match="claim 7: no findings"):
        claims.verdict(7, {})


def test_a_long_verdict_is_printed_on_lines_that_a_projector_shows(capsys):
    conditions = [f"at the words of kind {number}" for number in range(9)]
    claims.verdict(4, {**dict.fromkeys(conditions, True), "never": False})
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= claims.WIDTH
    said, held, _ = claims.unwrapped(printed).splitlines()
    assert said == f'Claim 4, "{LEDGER.sentence[4]}"'
    assert held == f"  holds when: {'; '.join(conditions)}"
