"""Dialogue acts and sentences: acts are taken apart as written, another file is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.applications import rnnlg

HEADING = "####\n#  Copyright of somebody  #\n####\n"
ROWS = [
    ["inform(name='red door cafe';food=thai)", "red door cafe serves thai", "it is a nice place"],
    ["goodbye()", "bye", "goodbye"],
]


def text_of(rows):
    """A file of rows as the repository writes it."""
    return HEADING + json.dumps(rows, indent=4)


def test_a_record_is_an_act_its_slots_and_two_sentences(write):
    found = rnnlg.read(write(text_of(ROWS), "train.json"))
    assert found == [
        rnnlg.Record(
            act="inform",
            slots=(("name", "red door cafe"), ("food", "thai")),
            text="red door cafe serves thai",
            baseline="it is a nice place",
        ),
        rnnlg.Record(act="goodbye", slots=(), text="bye", baseline="goodbye"),
    ]


def test_the_heading_may_be_missing_and_blanks_become_one(write):
    rows = [[" goodbye() ", "see  you\n soon ", "goodbye"]]
    assert rnnlg.read(write(json.dumps(rows)))[0].text == "see you soon"


@pytest.mark.parametrize(
    ("meaning", "act", "slots"),
    [
        ("?reqmore()", "?reqmore", ()),
        ("?request(area)", "?request", (("area", None),)),
        ("?request(near;food)", "?request", (("near", None), ("food", None))),
        ("?confirm(food=dont_care)", "?confirm", (("food", "dont_care"),)),
        ("inform(kidsallowed=no)", "inform", (("kidsallowed", "no"),)),
        ("inform(kidsallowed='yes')", "inform", (("kidsallowed", "yes"),)),
        ("inform_count(count='94';food)", "inform_count", (("count", "94"), ("food", None))),
        ("inform(area='noma or soma')", "inform", (("area", "noma or soma"),)),
        # A value may hold what otherwise ends it.
        ("inform(name='a;b';area=soma)", "inform", (("name", "a;b"), ("area", "soma"))),
        ("inform(name='joe's';area=soma)", "inform", (("name", "joe's"), ("area", "soma"))),
        ("inform(name=joe's)", "inform", (("name", "joe's"),)),
        ("inform(name='chow (new)')", "inform", (("name", "chow (new)"),)),
        ("inform(name='a=b')", "inform", (("name", "a=b"),)),
        ("inform(name='';area=soma)", "inform", (("name", ""), ("area", "soma"))),
        # The same slot twice, and the one value of the files that lacks a quote.
        (
            "?select(goodformeal=dont_care;goodformeal=dinner')",
            "?select",
            (("goodformeal", "dont_care"), ("goodformeal", "dinner")),
        ),
    ],
)
def test_an_act_is_taken_apart(meaning, act, slots):
    assert rnnlg.parse(meaning) == (act, slots)


NAMES = st.from_regex(r"[a-z_]+", fullmatch=True)
VALUES = st.none() | st.text("abc 1=();,.-", min_size=1).filter(lambda value: ";" not in value)


@given(act=NAMES, slots=st.lists(st.tuples(NAMES, VALUES)))
def test_any_act_that_is_written_with_quotes_comes_back(act, slots):
    written = ";".join(name if value is None else f"{name}='{value}'" for name, value in slots)
    assert rnnlg.parse(f"{act}({written})") == (act, tuple(slots))


@given(st.text("ab'=;()? "))
def test_nothing_but_a_value_error_escapes_of_a_text(meaning):
    try:
        act, slots = rnnlg.parse(meaning)
    except ValueError:
        return
    assert act and all(name for name, _ in slots)


@pytest.mark.parametrize(
    ("text", "slots", "tokens"),
    [
        ("chow is near soma", (("name", "chow"), ("near", "soma")), "NAME is near NEAR"),
        # The longer value first, whole words only, each value once.
        (
            "soma park is in soma",
            (("area", "soma"), ("name", "soma park")),
            "NAME is in AREA",
        ),
        ("the somal is in soma", (("area", "soma"),), "the somal is in AREA"),
        ("thai is thai", (("food", "thai"),), "FOOD is thai"),
        # "or" in any order, also said as "and".
        ("in noma or soma", (("area", "noma or soma"),), "in AREA"),
        ("in soma and noma", (("area", "noma or soma"),), "in AREA"),
        ("in soma", (("area", "noma or soma"),), "in soma"),
        # Two values of one slot.
        ("thai or greek", (("food", "greek"), ("food", "thai")), "FOOD or FOOD"),
        # What is said in other words stays.
        ("no restaurant", (("type", "restaurant"), ("kidsallowed", "no")), "no restaurant"),
        ("what area", (("area", None),), "what area"),
        ("any", (("food", "dont_care"),), "any"),
    ],
)
def test_values_become_tokens(text, slots, tokens):
    assert rnnlg.delexicalise(text, slots) == tokens


def test_tokens_become_values_in_the_order_of_the_slots():
    slots = (("food", "greek"), ("food", "thai"), ("kidsallowed", "no"), ("near", None))
    assert rnnlg.fill("FOOD or FOOD", slots) == "greek or thai"
    assert rnnlg.fill("FOOD , FOOD or FOOD", slots) == "greek , thai or FOOD"
    assert rnnlg.fill("NEAR", slots) == "NEAR"


def test_a_meaning_has_tokens_in_alphabetical_order():
    slots = (("near", None), ("type", "restaurant"), ("food", "thai"), ("area", "dont_care"))
    record = rnnlg.Record("?confirm", slots, "", "")
    assert rnnlg.meaning(record) == "?confirm FOOD area=dont_care near=?"


def test_a_copier_says_what_most_people_say_for_the_nearest_meaning():
    name, food = (("name", "chow"),), (("name", "chow"), ("food", "thai"))
    texts = [(name, "try chow"), (name, "go to chow"), (name, "go to chow"), (food, "chow is thai")]
    copy = rnnlg.copier([rnnlg.Record("inform", slots, text, "") for slots, text in texts])
    near = (("near", "soma"), ("food", "greek"), ("name", "dim sum inn"))
    assert copy(rnnlg.Record("inform", name, "", "")) == "go to NAME"
    assert copy(rnnlg.Record("inform", near, "", "")) == "NAME is FOOD"


@pytest.mark.parametrize(
    ("intended", "text", "n_errors"),
    [
        ("inform FOOD NAME", "NAME serves FOOD", 0),
        ("inform FOOD NAME", "NAME is nice", 1),
        ("inform NAME", "NAME serves FOOD", 1),
        ("?select FOOD FOOD", "FOOD or FOOD", 0),
        ("?select FOOD FOOD", "FOOD", 1),
        ("inform NAME kidsallowed=no", "NAME allows no kid -s", 0),
        ("inform NAME kidsallowed=no", "NAME", 1),
        ("goodbye", "I say goodbye", 0),
        ("inform food=dont_care", "any food", 0),
    ],
)
def test_slot_errors_are_left_out_and_added_ones(intended, text, n_errors):
    assert rnnlg.errors(intended, text) == n_errors


def test_a_sentence_of_anybody_for_the_same_meaning_is_right():
    chow, soma = (("name", "chow"),), (("name", "soma inn"),)
    records = [
        rnnlg.Record("inform", chow, "try chow if you like", ""),
        rnnlg.Record("inform", soma, "have a look at soma inn", ""),
    ]
    bleu, rate = rnnlg.score(records, ["have a look at NAME", "try NAME if you like"])
    assert (bleu, rate) == (1, 0)
    bleu, rate = rnnlg.score(records, ["have a look at FOOD", "try NAME if you like"])
    assert bleu < 1 and rate == 1  # one left out and one added, of two


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "y z", "v or w"]))))
def test_filling_takes_back_what_became_tokens(slots):
    text = " and then ".join(value for _, value in slots)
    slots = tuple(slots)
    tokens = rnnlg.delexicalise(text, slots)
    assert sum(word.isupper() for word in tokens.split()) == len(slots)
    assert sorted(rnnlg.fill(tokens, slots).split()) == sorted(text.split())


@pytest.mark.parametrize(
    "meaning",
    ["", "inform", "inform(", "inform)", "(name=a)", "inform(name=)", "inform(=a)", "in form()"]
    + ["inform(;)", "inform(name=a;;food=b)", "inform(good food)"],
)
def test_what_is_no_act_is_refused_with_its_row(write, meaning):
    with pytest.raises(rnnlg.DialogueError, match="record 3 has no dialogue act: ") as refused:
        rnnlg.read(write(text_of([*ROWS, [meaning, "text", "text"]])))
    assert repr(meaning) in str(refused.value)
    assert str(refused.value).endswith("Take it away, and it is fetched anew.")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["goodbye()", "bye"], "record 3 is not three texts"),
        (["goodbye()", "bye", "bye", "bye"], "record 3 is not three texts"),
        (["goodbye()", None, "bye"], "record 3 is not three texts"),
        ({"act": "goodbye()"}, "record 3 is not three texts"),
        ("bye", "record 3 is not three texts"),
        (["goodbye()", " ", "bye"], "record 3 has no sentence"),
        (["goodbye()", "bye", ""], "record 3 has no sentence"),
    ],
)
def test_a_row_of_another_shape_is_refused_with_its_number(write, row, why):
    with pytest.raises(rnnlg.DialogueError, match=why):
        rnnlg.read(write(text_of([*ROWS, row])))


@pytest.mark.parametrize("content", ["{}", "[]", "3", "null", '"text"'])
def test_another_json_is_refused_with_a_sentence(write, content):
    with pytest.raises(rnnlg.DialogueError, match="it is no list of records"):
        rnnlg.read(write(content))


@pytest.mark.parametrize("content", ["", "####", "<html>log in</html>", "[" * 99_999])
def test_what_is_no_json_is_refused_with_a_sentence(write, content):
    with pytest.raises(rnnlg.DialogueError, match="it is no JSON, or it was cut off"):
        rnnlg.read(write(content))


def test_a_file_that_was_cut_is_refused_wherever_it_was(write):
    text = text_of(ROWS)
    for end in range(len(text)):
        with pytest.raises(rnnlg.DialogueError, match="it is no JSON"):
            rnnlg.read(write(text[:end]))


def test_a_text_in_another_code_is_refused_with_a_sentence(write):
    with pytest.raises(rnnlg.DialogueError, match="it is not in UTF-8"):
        rnnlg.read(write(text_of(ROWS).encode("utf-16")))


def test_the_real_records_are_as_they_were_published(real_data):
    real_data("applications/shawnwun/RNNLG")
    sizes = {"restaurant": [3_114, 1_039, 1_039], "hotel": [3_223, 1_075, 1_075]}
    for domain, expected in sizes.items():
        parts = rnnlg.load(domain)
        assert [len(part) for part in parts] == expected
        records = [record for part in parts for record in part]
        values = [value for record in records for _, value in record.slots if value is not None]
        assert all(value and "'" not in value and ";" not in value for value in values)
        assert {"inform", "?request", "?confirm", "goodbye"} < {record.act for record in records}
    assert rnnlg.load().test[0].slots == (
        ("name", "piperade"),
        ("goodformeal", "dinner"),
        ("food", "basque"),
    )
