"""The generated tasks: the right label, the distance asked for, no hint in between."""

import numpy as np
import pytest

from utils import tasks

LANGUAGE_TASKS = [(tasks.fill_in_the_blank, 4), (tasks.number_agreement, 0)]
STEP_TASKS = [(tasks.running_sum, 1), (tasks.marked_value, 1), (tasks.answer_when_asked, 1)]
ALL_TASKS = [*LANGUAGE_TASKS, (tasks.adding, 2), *STEP_TASKS]


@pytest.mark.parametrize("distance", [4, 5, 6, 16, 40])
def test_the_country_stands_at_its_distance_and_names_the_language(distance):
    tokens, labels = tasks.fill_in_the_blank(300, distance, seed=3)
    assert tokens.shape == (300, 5 + distance)
    for row, label in zip(tokens, labels, strict=True):
        words = tasks.sentence(row).split()
        assert len(words) == 5 + distance
        assert words[:4] == ["i", "was", "born", "in"]
        assert tasks.COUNTRIES.index(words[-distance - 1]) == label
        assert words[-4:] == ["my", "native", "language", "is"]
    assert [tasks.LANGUAGES[0], tasks.COUNTRIES[0]] == ["japanese", "japan"]


@pytest.mark.parametrize("distance", [0, 1, 2, 5, 40])
def test_the_noun_stands_at_its_distance_and_decides_the_verb(distance):
    tokens, labels = tasks.number_agreement(300, distance, seed=3)
    assert tokens.shape == (300, 2 + distance)
    for row, label in zip(tokens, labels, strict=True):
        words = tasks.sentence(row).split()
        assert words[0] == "my"
        assert (words[-distance - 1] in tasks.PLURAL) == (tasks.VERBS[label] == "chase")
        assert words[-distance - 1] in tasks.PLURAL + tasks.SINGULAR


def test_the_sum_is_that_of_two_marked_values_one_in_each_half():
    inputs, labels = tasks.adding(500, 31, seed=3)
    assert inputs.shape == (500, 31, 2)
    values, marks = inputs[..., 0], inputs[..., 1]
    assert (marks[:, :15].sum(axis=1) == 1).all()
    assert (marks[:, 15:].sum(axis=1) == 1).all()
    assert values.min() >= 0
    assert values.max() <= 1
    for row, label in zip(inputs, labels, strict=True):
        assert label == pytest.approx(row[row[:, 1] == 1, 0].sum())


def test_always_answering_one_has_the_known_error():
    _, labels = tasks.adding(200_000, 10, seed=0)
    error = np.mean((labels - 1) ** 2)
    assert error == pytest.approx(tasks.ADDING_MEMORYLESS_LOSS, abs=0.003)
    assert pytest.approx(0.167, abs=0.0005) == tasks.ADDING_MEMORYLESS_LOSS


def test_the_running_sum_starts_again_at_each_mark():
    inputs, labels = tasks.running_sum(500, 12, seed=3)
    values, marks = inputs[..., 0], inputs[..., 1]
    assert marks.mean() == pytest.approx(0.2, abs=0.02)
    for row in range(500):
        total = 0
        for t in range(12):
            total = values[row, t] + (0 if marks[row, t] else total)
            assert labels[row, t] == pytest.approx(total, abs=1e-5)


def test_the_marked_value_is_kept_from_its_mark_on():
    inputs, labels = tasks.marked_value(500, 12, seed=3)
    for row, of_row in zip(inputs, labels, strict=True):
        [at] = np.flatnonzero(row[:, 1])
        assert (of_row[:at] == 0).all()
        assert (of_row[at:] == row[at, 0]).all()
    assert (inputs[..., 1].sum(axis=0) > 20).all(), "the mark falls on every step"


def test_the_first_value_is_said_at_each_mark_only():
    inputs, labels = tasks.answer_when_asked(500, 12, seed=3)
    values, marks = inputs[..., 0], inputs[..., 1]
    assert marks.mean() == pytest.approx(0.3, abs=0.02)
    assert not values[:, 1:].any()
    np.testing.assert_array_equal(labels, np.where(marks > 0, values[:, :1], 0))


@pytest.mark.parametrize(("task", "least"), STEP_TASKS)
def test_tasks_of_every_step_have_a_label_for_each(task, least):
    inputs, labels = task(200, 12, seed=3)
    assert inputs.shape == (200, 12, 2)
    assert labels.shape == (200, 12)
    assert inputs.dtype == labels.dtype == np.float32
    assert inputs[..., 0].min() < -0.9
    assert inputs[..., 0].max() > 0.9
    assert set(np.unique(inputs[..., 1])) == {0, 1}


def test_short_reviews_are_all_different_and_not_turns_a_quality_round():
    texts, labels = tasks.short_reviews()
    assert len(set(texts)) == len(texts) == len(labels) == 90
    assert labels.dtype == np.int32
    assert labels.sum() == 45
    told = dict(zip(texts, labels, strict=True))
    assert texts[0] == "the film was not good"
    assert [told[f"it was {words}"] for words in ("good", "not good", "very good")] == [1, 0, 1]
    assert [told[f"it was {words}"] for words in ("bad", "not bad", "very bad")] == [0, 1, 0]
    assert {len(text.split()) for text in texts} == {3, 4, 5, 6, 7}


@pytest.mark.parametrize(("task", "least"), LANGUAGE_TASKS)
def test_labels_are_balanced_and_what_stands_between_does_not_tell_them(task, least):
    tokens, labels = task(6_000, least + 20, seed=1)
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


@pytest.mark.parametrize(("task", "least"), ALL_TASKS)
def test_a_seed_repeats_and_another_differs(task, least):
    first, again, other = (task(50, least + 9, seed) for seed in (1, 1, 2))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert (first[0] != other[0]).any()


@pytest.mark.parametrize(("task", "least"), ALL_TASKS)
@pytest.mark.parametrize("size", [1, 3])
def test_the_shortest_is_served(task, least, size):
    inputs, labels = task(size, least, 0)
    assert len(inputs) == len(labels) == size


@pytest.mark.parametrize(("task", "least"), ALL_TASKS)
def test_bad_numbers_get_a_sentence(task, least):
    with pytest.raises(ValueError, match=f"distance is {least - 1}, expected at least {least}"):
        task(3, least - 1, 0)
    with pytest.raises(ValueError, match="size is 0, expected at least 1"):
        task(0, 10, 0)
    with pytest.raises(ValueError, match="distance is 7.5, expected a whole number"):
        task(3, 7.5, 0)
    with pytest.raises(ValueError, match="seed is -1"):
        task(3, 10, -1)


def test_the_vocabulary_has_each_word_once_and_reads_back():
    assert len(set(tasks.VOCABULARY)) == len(tasks.VOCABULARY)
    assert tasks.sentence([0, tasks.TOKEN["my"], tasks.TOKEN["dog"], 0]) == "my dog"
    with pytest.raises(ValueError, match="2 axes"):
        tasks.sentence([[1, 2]])
