"""Names are counted as the contest CoNLL counts them; the baselines do what they promise."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.applications import names

TRAINING = [
    (
        ["The", "Ada", "Lovelace", "Prize", "of", "New", "York"],
        ["O", "B-MISC", "I-MISC", "I-MISC", "O", "B-LOC", "I-LOC"],
    ),
    (["Ada", "Lovelace", "liked", "York", "in", "May"], ["B-PER", "I-PER", "O", "B-LOC", "O", "O"]),
    (["Ada", "Lovelace", "died"], ["B-PER", "I-PER", "O"]),
]
TAGS = ["O", *(f"{begin}-{kind}" for kind in names.KINDS for begin in "BI")]


def test_a_name_is_right_only_as_a_whole():
    sentences = [(["Ada", "Lovelace", "in", "Rome"], ["B-PER", "I-PER", "O", "B-LOC"])]
    cases = {
        ("B-PER", "I-PER", "O", "B-LOC"): (1, 1),
        ("B-PER", "O", "O", "B-LOC"): (0.5, 0.5),
        ("B-ORG", "I-ORG", "O", "B-LOC"): (0.5, 0.5),
        ("B-PER", "B-PER", "O", "B-LOC"): (1 / 3, 0.5),
        ("O", "O", "O", "B-LOC"): (1, 0.5),
        ("O", "O", "O", "O"): (0, 0),
    }
    for answer, (precision, recall) in cases.items():
        found = names.scores(sentences, [list(answer)])
        assert found["precision"] == pytest.approx(precision)
        assert found["recall"] == pytest.approx(recall)
        assert names.found(sentences, [list(answer)]).mean() == pytest.approx(recall)


def test_a_name_begins_where_an_inside_tag_has_nothing_before_it():
    assert names.places(["O", "I-PER", "I-PER", "I-ORG"]) == [("PER", 1, 2), ("ORG", 3, 3)]


@given(st.lists(st.lists(st.sampled_from(TAGS), min_size=1, max_size=9), min_size=1, max_size=4))
def test_who_answers_the_truth_has_found_every_name(rows):
    sentences = [([str(i) for i in range(len(tags))], tags) for tags in rows]
    found = names.scores(sentences, rows)
    has_names = bool(names.names(sentences))
    assert found == {"accuracy": 1, "precision": has_names, "recall": has_names, "F1": has_names}
    assert names.found(sentences, rows).all()
    assert len(names.found(sentences, rows)) == len(names.names(sentences))


def test_the_dictionary_takes_the_longest_name_and_its_most_frequent_kind():
    tag = names.look_up(TRAINING)
    assert tag(["Ada", "Lovelace", "Prize"]) == ["B-MISC", "I-MISC", "I-MISC"]
    assert tag(["Ada", "Lovelace", "Road"]) == ["B-PER", "I-PER", "O"]
    assert tag(["New", "York", "York", "Ada"]) == ["B-LOC", "I-LOC", "B-LOC", "O"]
    assert tag([]) == []


def test_capitals_make_names_of_unknown_words_and_known_words_vote():
    tag = names.capitals(TRAINING)
    assert tag(["Mary", "Lovelace", "died"]) == ["B-PER", "I-PER", "O"]  # as Lovelace mostly was
    assert tag(["The", "Liked", "Mary", "Shelley"]) == ["O", "O", "B-PER", "I-PER"]  # by length
    assert tag(["in", "May"]) == ["O", "O"]
    assert tag(["died", "Rome"]) == ["O", "B-LOC"]  # names of one word are places here
    assert tag(["A", "B", "C", "D", "E"])[0] in ("B-PER", "B-LOC")  # no name has five words
    assert tag([]) == []


@given(st.lists(st.text(min_size=1, max_size=6), max_size=8))
def test_the_baselines_tag_whatever_they_read(words):
    for baseline in (names.look_up(TRAINING), names.capitals(TRAINING)):
        tags = baseline(words)
        assert len(tags) == len(words)
        assert set(tags) <= set(TAGS)


def test_beliefs_add_up_to_one_at_each_word_and_rings_are_the_truth():
    p = np.random.default_rng(0).dirichlet(np.ones(9), size=3)
    figure = names.beliefs(["Ada", "in", "Rome"], p, TAGS, ["B-PER", "O", "B-LOC"])
    axes = figure.axes[0]
    assert axes.images[0].get_array().shape == (5, 3)
    assert np.allclose(axes.images[0].get_array().sum(axis=0), 1)
    assert axes.lines[0].get_ydata().tolist() == [1, 0, 2]
    assert [label.get_text() for label in axes.get_yticklabels()][1:3] == ["PER", "LOC"]
    plt.close(figure)
