"""Pairs of sentences: paraphrases share a meaning, hard non-pairs differ in one fact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.applications import paraphrases
from utils.applications.rnnlg import Record

FACTS = st.frozensets(st.sampled_from(["kidsallowed=no", "kidsallowed=yes", "dogsallowed=no"]))


def record(text, *slots, act="inform"):
    return Record(act, (("name", "chow"), *slots), text, "")


KIDS, NO_KIDS = ("kidsallowed", "yes"), ("kidsallowed", "no")
DOGS, FOOD = ("dogsallowed", "yes"), ("food", "thai")
RECORDS = [
    record("chow is fine"),
    record("try chow"),
    record("chow is for kids", KIDS),
    record("take your kids to chow", KIDS),
    record("no kids at chow", NO_KIDS),
    record("chow is for adults", NO_KIDS),
    record("bring kids and dogs to chow", KIDS, DOGS),
    record("chow is for kids and dogs", DOGS, KIDS),
    record("chow has thai food", FOOD),
    record("thai food is served at chow", FOOD),
    record("kids get thai food at chow", FOOD, KIDS),
    record("thai food for kids : chow", FOOD, KIDS),
]
FRAME = "inform NAME"


@pytest.fixture
def said():
    return paraphrases.collect(RECORDS)


def test_names_and_places_become_tokens_of_the_frame_and_facts_stay_words():
    slots = (DOGS, ("type", "restaurant"), ("area", "dont_care"), KIDS)
    assert paraphrases.prepare(record("dogs and kids at chow", *slots)) == (
        "inform NAME area=dont_care",
        ("dogsallowed=yes", "kidsallowed=yes"),
        "dogs and kids at NAME",
    )


def test_sentences_are_sorted_by_frame_and_facts_whatever_the_order_of_the_slots(said):
    assert list(said) == ["inform FOOD NAME", FRAME]
    assert said[FRAME]["dogsallowed=yes", "kidsallowed=yes"] == [
        "NAME is for kids and dogs",
        "bring kids and dogs to NAME",
    ]


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        (record("try chow"), "it is said already"),
        (record("a nice place", DOGS), "it lacks a token"),
        (record("is it chow", act="?confirm"), "it does not inform"),
    ],
)
def test_a_sentence_that_adds_nothing_is_left_out(said, extra, why):
    assert paraphrases.collect([*RECORDS, extra]) == said, why


@pytest.mark.parametrize(
    "extra", [record("try chow", KIDS), record("try chow", act="inform_count")]
)
def test_a_sentence_with_two_meanings_is_dropped_from_both(extra):
    said = paraphrases.collect([*RECORDS, extra])
    assert said[FRAME][()] == ["NAME is fine"]
    assert not any("try NAME" in texts for group in said.values() for texts in group.values())


@pytest.mark.parametrize(
    ("facts", "others", "found"),
    [
        (["a=yes"], ["a=no"], ("a", "changed")),
        (["a=yes"], [], ("a", "left out")),
        ([], ["a=yes"], ("a", "left out")),
        (["a=yes", "b=no"], ["a=yes", "b=yes"], ("b", "changed")),
        (["a=yes"], ["a=yes"], None),
        (["a=yes"], ["b=yes"], None),
        (["a=yes", "b=no"], [], None),
        (["a=yes", "a=no"], [], None),
    ],
)
def test_two_meanings_differ_in_one_fact_or_they_are_no_neighbours(facts, others, found):
    assert paraphrases.difference(tuple(facts), tuple(others)) == found


@given(FACTS, FACTS)
def test_a_difference_is_the_same_both_ways(facts, others):
    there = paraphrases.difference(tuple(facts), tuple(others))
    assert there == paraphrases.difference(tuple(others), tuple(facts))


def test_a_pair_shares_its_meaning_and_a_hard_non_pair_all_but_one_fact(said):
    table = paraphrases.pairs(said, said)
    meaning = {
        text: (frame, facts)
        for frame, group in said.items()
        for facts, texts in group.items()
        for text in texts
    }
    assert set(table.slot) == {"none", "kidsallowed", "dogsallowed"}
    for row in table.itertuples():
        (frame, facts), (frame_2, others) = meaning[row.first], meaning[row.second]
        assert frame == frame_2
        assert row.first != row.second
        assert (facts == others) == row.same == (row.kind == "same") == (row.slot == "none")
        if not row.same:
            assert paraphrases.difference(facts, others) == (row.slot, row.kind)


def test_each_sentence_is_first_in_as_many_pairs_as_non_pairs(said):
    table = paraphrases.pairs(said, [FRAME], draws=4)
    assert len(table) == 8 * 2 * 4
    assert (table.groupby("first").same.agg(["sum", "size"]) == [4, 8]).all(axis=None)


def test_a_meaning_that_was_said_once_makes_no_pair(said):
    said[FRAME][()].remove("try NAME")
    assert not paraphrases.pairs(said, said).isin(["NAME is fine"]).any(axis=None)


def test_no_more_sentences_of_a_frame_are_used_than_is_asked(said):
    table = paraphrases.pairs(said, said, most=3, draws=2)
    assert table["first"].nunique() == 6
    assert len(table) == 6 * 2 * 2


def test_pairs_depend_on_the_seed_alone(said):
    first, again, other = (paraphrases.pairs(said, said, seed=seed) for seed in (0, 0, 1))
    assert first.equals(again)
    assert not first.equals(other)


def test_frames_without_pairs_give_an_empty_table():
    assert list(paraphrases.pairs({}, []).columns) == list(paraphrases.COLUMNS)


def test_each_act_is_dealt_from_its_largest_frame_to_its_smallest():
    said = {f"inform {'ABCDEF'[i]}": {(): ["x"] * (9 - i)} for i in range(6)}
    said |= {"inform_count A": {(): ["x"]}, "inform_count B": {(): ["x"], ("a=no",): ["x"]}}
    assert paraphrases.deal(said) == (
        ["inform A", "inform D", "inform E", "inform F", "inform_count B"],
        ["inform C"],
        ["inform B", "inform_count A"],
    )


def test_no_meaning_and_no_sentence_is_on_two_sides():
    acts = [f"inform_{letter}" for letter in "abcdefg"]
    said = paraphrases.collect(
        record(f"{n} {act} {r.text}", *r.slots[1:], *extra, act=act)
        for act in acts
        for r in RECORDS
        for n, extra in (("one", ()), ("two", (("area", "dont_care"),)), ("three", ()))
    )
    sides = paraphrases.deal(said)
    assert sorted(frame for side in sides for frame in side) == sorted(said)
    texts = []
    for side in sides:
        table = paraphrases.pairs(said, side)
        assert len(table)
        texts.append({*table["first"], *table.second})
    assert not (texts[0] & texts[1] or texts[0] & texts[2] or texts[1] & texts[2])
