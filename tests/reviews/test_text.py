"""Text becomes token ids and comes back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.errors import CourseError
from utils.reviews.text import (
    PADDING,
    UNKNOWN,
    decode,
    encode,
    fit_vocabulary,
    pad,
    standardise,
    truncate,
)


@pytest.mark.parametrize(
    ("punctuation", "words"),
    [
        ("!?", "no he said it isn't 8 10 is it ?"),
        ('!?.,;:()"', 'no , he said ( " it isn\'t 8 10 " ) ; is it ?'),
        ("-]", "no he said it isn't 8 10 - ] is it"),
    ],
)
def test_punctuation_becomes_tokens(punctuation, words):
    text = 'No,<br />he said ("it ISN\'T 8/10"); is it?'
    text = text.replace(";", " -];") if punctuation == "-]" else text
    found = standardise(np.array([text], dtype=object), punctuation).numpy()[0].decode()
    assert found.split() == words.split()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Não é BOM, Ça ne va pas.", "não é bom ça ne va pas"),
        ("ХОРОШИЙ фильм, ёлки", "хороший фильм ёлки"),
        ("Ωραία ταινία ٣ مرات", "ωραία ταινία ٣ مرات"),
        ("अच्छी फिल्म।", "अच्छी फिल्म"),
        ("It\u2019s, isn't it?", "it's isn't it ?"),
        ("\u201cgood\u201d \u2026 film\u2014really", "good film really"),
        ("<p class='x'>An <i>odd</I> film</p><br/><BR>end", "an odd film end"),
        ("I <3 it: 3 < 5 > 2", "i 3 it 3 5 2"),
    ],
)
def test_letters_of_every_script_stay_and_tags_go(text, words):
    found = standardise(text).numpy().decode()
    assert found.split() == words.split()
    assert standardise(found).numpy().decode() == found


@settings(max_examples=300)
@given(st.text(), st.sampled_from(["!?", '!?.,;:()"', "-]"]))
def test_what_is_standardised_stays_as_it_is(text, punctuation):
    found = standardise(text, punctuation)
    assert standardise(found, punctuation) == found
    assert not set(found.numpy().decode()) & set("<>\u2019\t\n")


def test_texts_without_a_word_give_no_vocabulary():
    with pytest.raises(CourseError, match="hold no word"):
        fit_vocabulary(["\U0001f44d", "...", "<br />"], 10)


def test_words_become_token_ids_and_come_back():
    texts = ["Good film!<br /><br />Isn't it?"] * 2 + ["bad film"]
    vectorizer = fit_vocabulary(texts, 50)
    sequences = encode(vectorizer, [*texts, "an unseen film"])
    assert decode(vectorizer, sequences[0]) == "good film ! isn't it ?"
    assert decode(vectorizer, sequences[3]) == "[UNK] [UNK] film"
    assert list(sequences[3][:2]) == [UNKNOWN] * 2
    assert all(PADDING not in sequence for sequence in sequences)
    assert [list(s) for s in encode(vectorizer, ["…", "Фильм", "<br />"])] == [[UNKNOWN]] * 3


def test_texts_are_encoded_in_order_beyond_a_thousand_and_truncated():
    vectorizer = fit_vocabulary(["good film"], 4)
    [good], [film] = encode(vectorizer, ["good", "film"])
    sequences = encode(vectorizer, ["film good film"] * 1000 + ["good film good"], 2, keep="end")
    assert [list(sequence) for sequence in sequences[-2:]] == [[good, film], [film, good]]
    assert len(sequences) == 1001


@pytest.mark.parametrize(
    ("keep", "max_words", "expected"),
    [
        ("start", 3, [1, 2, 3]),
        ("end", 3, [5, 6, 7]),
        ("both", 3, [1, 6, 7]),
        ("both", 4, [1, 2, 6, 7]),
        ("both", 9, [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_long_reviews_are_cut_where_asked(keep, max_words, expected):
    assert list(truncate(np.arange(1, 8), max_words, keep)) == expected


def test_zeros_stand_and_steps_are_cut_on_the_side_that_is_asked_for():
    assert pad([[1, 2], [3]]).tolist() == [[1, 2], [3, 0]]
    assert pad([[1, 2], [3]], side="pre").tolist() == [[1, 2], [0, 3]]
    assert pad([[1, 2, 3]], 2, side="pre").tolist() == [[2, 3]]
    features = pad([np.full((2, 3), 0.5, "float32"), np.ones((1, 3), "float32")])
    assert features.dtype == "float32" and features.shape == (2, 2, 3)
    assert not features[1, 1].any()
