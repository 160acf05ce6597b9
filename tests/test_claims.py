"""Every claim of the slides has a cell that asserts its verdict; the ledger says the same."""

import re

import nbformat
import numpy as np
import pytest

from utils import claims, paths
from utils.course import ledger

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
    assert path.read_text(encoding="utf-8") == ledger.page(), "run: python -m utils ledger"


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ({"far": True, "near": True}, "holds"),
        ({"far": True, "near": False}, "holds when"),
        ({"far": False}, "does not hold"),
    ],
)
def test_the_verdict_follows_from_the_findings(findings, verdict, capsys, monkeypatch):
    changed = LEDGER.assign(verdict=verdict)
    monkeypatch.setattr(claims, "ledger", lambda: changed)
    claims.verdict(7, findings)
    assert f"  {verdict}: " in capsys.readouterr().out
    changed["verdict"] = "undecided"
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


@pytest.mark.parametrize("lesson", LEDGER.lesson.unique())
def test_a_study_is_of_all_claims_of_its_lesson(lesson):
    many = ledger.study(lesson)
    assert many["lesson"] == lesson and many["seeds"] >= 30
    assert list(map(int, many["claims"])) == list(LEDGER.index[LEDGER.lesson == lesson])
    for claim in many["claims"].values():
        for held in claim["findings"].values():
            assert len(held) % many["runs"] == 0 and set(held) <= {True, False}
        for values in claim["values"].values():
            assert len(values) % many["runs"] == 0 and np.isfinite(values).all()


@pytest.mark.parametrize("lesson", LEDGER.lesson.unique())
def test_most_seeds_bear_out_each_verdict_and_each_condition(lesson):
    many = ledger.study(lesson)
    for number, claim in many["claims"].items():
        found = ledger.verdicts(claim["findings"], many["runs"])
        assert found.count(LEDGER.verdict[int(number)]) > len(found) / 2, f"claim {number}"
        for condition, held in claim["findings"].items():
            _, same, of = ledger.agreement(held, many["runs"])
            assert same > of / 2, f"claim {number}: {condition}"


def test_the_page_says_how_many_runs_and_seeds_agree(monkeypatch, lessons):
    name = "01_vanishing_gradients"
    cells = ledger.until_last_claim(lessons[name])
    number = int(LEDGER.index[LEDGER.lesson == name][0])
    many = {
        "lesson": name,
        "code": ledger.code_of(cells),
        "seeds": 6,
        "runs": 2,
        "minutes": 7.4,
        "dates": ["2026-11-29"],
        "machines": ["two cores"],
    }
    found = {
        "findings": {"far": [True, True, True, True, False, True], "near": [False, False]},
        "values": {"accuracy": [0.5, 0.6, 0.7, 0.5, 0.6, 0.7], "of one": [12.34]},
    }
    of_all = {str(n): found for n in LEDGER.index[LEDGER.lesson == name]}
    monkeypatch.setattr(
        ledger, "study", lambda lesson: many | {"claims": of_all} if lesson == name else None
    )
    page = ledger.page()
    assert "The same verdict in 1 of 2 runs |" in page and "The same verdict in 2 of" not in page
    assert f"| {number} | far | yes | 5 of 6 seeds |" in page
    assert f"| {number} | near | no | 2 of 2 runs |" in page
    assert f"| {number} | accuracy | 0.600 ± 0.089 | 0.506 to 0.694 | 0.600 | 6 |" in page
    assert f"| {number} | of one | 12.3 | – | 12.3 | 1 |" in page
    assert "2 runs of 3 seeds each, 7 minutes" in page and "has changed since" not in page
    many["code"] = "another"
    assert "The lesson's code has changed since" in ledger.page()
