"""The generated problems: the right label, the distance asked for, no hint in between."""

import numpy as np
import pytest

from utils import synthetic_tasks

LANGUAGE_PROBLEMS = [(synthetic_tasks.fill_in_the_blank, 4), (synthetic_tasks.number_agreement, 0)]
STEP_PROBLEMS = [
    (synthetic_tasks.running_sum, 1),
    (synthetic_tasks.marked_value, 1),
    (synthetic_tasks.answer_when_asked, 1),
]
ALL_PROBLEMS = [*LANGUAGE_PROBLEMS, (synthetic_tasks.adding, 2), *STEP_PROBLEMS]


@pytest.mark.parametrize("distance", [4, 5, 6, 16, 40])
def test_the_country_stands_at_its_distance_and_names_the_language(distance):
    tokens, labels = synthetic_tasks.fill_in_the_blank(300, distance, seed=3)
    assert tokens.shape == (300, 5 + distance)
    for row, label in zip(tokens, labels, strict=True):
        words = synthetic_tasks.sentence(row).split()
        assert len(words) == 5 + distance
        assert words[:4] == ["i", "was", "born", "in"]
        assert synthetic_tasks.COUNTRIES.index(words[-distance - 1]) == label
        assert words[-4:] == ["my", "native", "language", "is"]
    assert [synthetic_tasks.LANGUAGES[0], synthetic_tasks.COUNTRIES[0]] == ["japanese", "japan"]


@pytest.mark.parametrize("distance", [0, 1, 2, 5, 40])
def test_the_noun_stands_at_its_distance_and_decides_the_verb(distance):
    tokens, labels = synthetic_tasks.number_agreement(300, distance, seed=3)
    assert tokens.shape == (300, 2 + distance)
    for row, label in zip(tokens, labels, strict=True):
        words = synthetic_tasks.sentence(row).split()
        assert words[0] == "my"
        assert (words[-distance - 1] in synthetic_tasks.PLURAL) == (
            synthetic_tasks.VERBS[label] == "chase"
        )
        assert words[-distance - 1] in synthetic_tasks.PLURAL + synthetic_tasks.SINGULAR


def test_the_sum_is_that_of_two_marked_values_one_in_each_half():
    inputs, labels = synthetic_tasks.adding(500, 31, seed=3)
    assert inputs.shape == (500, 31, 2)
    values, marks = inputs[..., 0], inputs[..., 1]
    assert (marks[:, :15].sum(axis=1) == 1).all()
    assert (marks[:, 15:].sum(axis=1) == 1).all()
    assert values.min() >= 0
    assert values.max() <= 1
    for row, label in zip(inputs, labels, strict=True):
        assert label == pytest.approx(row[row[:, 1] == 1, 0].sum())


def test_always_answering_one_has_the_known_error():
    _, labels = synthetic_tasks.adding(200_000, 10, seed=0)
    error = np.mean((labels - 1) ** 2)
    assert error == pytest.approx(synthetic_tasks.ADDING_MEMORYLESS_LOSS, abs=0.003)


def test_the_running_sum_starts_again_at_each_mark():
    inputs, labels = synthetic_tasks.running_sum(500, 12, seed=3)
    values, marks = inputs[..., 0], inputs[..., 1]
    assert marks.mean() == pytest.approx(0.2, abs=0.02)
    for row in range(500):
        total = 0
        for t in range(12):
            total = values[row, t] + (0 if marks[row, t] else total)
            assert labels[row, t] == pytest.approx(total, abs=1e-5)


def test_the_marked_value_is_kept_from_its_mark_on():
    inputs, labels = synthetic_tasks.marked_value(500, 12, seed=3)
    for row, of_row in zip(inputs, labels, strict=True):
        [at] = np.flatnonzero(row[:, 1])
        assert (of_row[:at] == 0).all()
        assert (of_row[at:] == row[at, 0]).all()
    assert (inputs[..., 1].sum(axis=0) > 20).all(), "the mark falls on every step"


def test_the_first_value_is_said_at_each_mark_only():
    inputs, labels = synthetic_tasks.answer_when_asked(500, 12, seed=3)
    values, marks = inputs[..., 0], inputs[..., 1]
    assert marks.mean() == pytest.approx(0.3, abs=0.02)
    assert not values[:, 1:].any()
    np.testing.assert_array_equal(labels, np.where(marks > 0, values[:, :1], 0))


@pytest.mark.parametrize(("problem", "least"), STEP_PROBLEMS)
def test_problems_of_every_step_have_a_label_for_each(problem, least):
    inputs, labels = problem(200, 12, seed=3)
    assert inputs.shape == (200, 12, 2)
    assert labels.shape == (200, 12)
    assert inputs.dtype == labels.dtype == np.float32
    assert inputs[..., 0].min() < -0.9
    assert inputs[..., 0].max() > 0.9
    assert set(np.unique(inputs[..., 1])) == {0, 1}


def test_short_reviews_are_all_different_and_not_turns_a_quality_round():
    texts, labels = synthetic_tasks.short_reviews()
    assert len(set(texts)) == len(texts) == len(labels) == 90
    assert labels.dtype == np.int32
    assert labels.sum() == 45
    told = dict(zip(texts, labels, strict=True))
    assert texts[0] == "the film was not good"
    assert [told[f"it was {words}"] for words in ("good", "not good", "very good")] == [1, 0, 1]
    assert [told[f"it was {words}"] for words in ("bad", "not bad", "very bad")] == [0, 1, 0]
    assert {len(text.split()) for text in texts} == {3, 4, 5, 6, 7}


@pytest.mark.parametrize(("problem", "least"), LANGUAGE_PROBLEMS)
def test_labels_are_balanced_and_what_stands_between_does_not_tell_them(problem, least):
    tokens, labels = problem(6_000, least + 20, seed=1)
    n_labels = labels.max() + 1
    assert np.bincount(labels) == pytest.approx(np.full(n_labels, 6_000 / n_labels), rel=0.12)
    distance = least + 20
    between = tokens[:, -distance:]
    of_label = labels == 0
    for token in np.unique(between):
        share = (between == token).mean(axis=1)
        assert share[of_label].mean() == pytest.approx(share[~of_label].mean(), abs=0.006)
    decides = set(np.unique(tokens[:, -distance - 1]))
    assert decides & set(np.unique(between)), "other countries and nouns stand in between"


@pytest.mark.parametrize(("problem", "least"), ALL_PROBLEMS)
def test_a_seed_repeats_and_another_differs(problem, least):
    first, again, other = (problem(50, least + 9, seed) for seed in (1, 1, 2))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert (first[0] != other[0]).any()


@pytest.mark.parametrize(("problem", "least"), ALL_PROBLEMS)
@pytest.mark.parametrize("size", [1, 3])
def test_the_shortest_is_served(problem, least, size):
    inputs, labels = problem(size, least, 0)
    assert len(inputs) == len(labels) == size


@pytest.mark.parametrize(("problem", "least"), ALL_PROBLEMS)
def test_bad_numbers_get_a_sentence(problem, least):
    with pytest.raises(ValueError, match=f"distance is {least - 1}, expected at least {least}"):
        problem(3, least - 1, 0)
    with pytest.raises(ValueError, match="size is 0, expected at least 1"):
        problem(0, 10, 0)
    with pytest.raises(ValueError, match="distance is 7.5, expected a whole number"):
        problem(3, 7.5, 0)
    with pytest.raises(ValueError, match="seed is -1"):
        problem(3, 10, -1)


def test_the_vocabulary_has_each_word_once_and_reads_back():
    assert len(set(synthetic_tasks.VOCABULARY)) == len(synthetic_tasks.VOCABULARY)
    assert (
        synthetic_tasks.sentence([0, synthetic_tasks.TOKEN["my"], synthetic_tasks.TOKEN["dog"], 0])
        == "my dog"
    )
    with pytest.raises(ValueError, match="2 axes"):
        synthetic_tasks.sentence([[1, 2]])


def test_each_number_is_said_in_its_own_words():
    said = [synthetic_tasks.number_in_words(number) for number in range(10_000)]
    assert len(set(said)) == 10_000
    assert said[0] == "zero"
    assert said[1000] == "one thousand"
    assert said[9999] == "nine thousand nine hundred ninety nine"


@pytest.mark.parametrize("number", [-1, 10_000])
def test_a_number_out_of_range_is_refused(number):
    with pytest.raises(ValueError, match=f"number is {number}, expected one from 0 to 9,999"):
        synthetic_tasks.number_in_words(number)
