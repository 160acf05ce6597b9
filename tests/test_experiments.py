"""Every compared model starts anew from its seed, and sees every review once an epoch."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from utils import experiments, imdb, models

BUDGET = experiments.Budget((3, 1), 2, 4, 4, 0.5, 20, 30, None, 8, 0.01, 0.3)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    sequences = [rng.integers(2, 20, rng.integers(1, 12)).astype("int32") for _ in range(30)]
    return sequences, np.arange(30) % 2


def build():
    return models.sentiment_reader("lstm", BUDGET)


@pytest.mark.parametrize("falling_rate", [False, True])
def test_a_reused_model_learns_what_a_fresh_one_learns(data, falling_rate):
    budget = replace(BUDGET, falling_rate=falling_rate)
    together = experiments.train(build, data, data, budget)
    for run in together:
        alone = experiments.train(build, data, data, budget, seeds=(run.seed,))[0]
        assert run.history.equals(alone.history)
        for weights, expected in zip(run.weights, alone.weights, strict=True):
            np.testing.assert_array_equal(weights, expected)
    assert not np.array_equal(together[0].weights[0], together[1].weights[0])


@pytest.mark.parametrize("falling_rate", [False, True])
def test_the_learning_rate_falls_to_a_fiftieth_only_where_it_is_to(data, falling_rate):
    budget = replace(BUDGET, falling_rate=falling_rate)
    [run] = experiments.train(build, data, data, budget, seeds=(0,))
    share = float(run.model.optimizer.learning_rate) / budget.learning_rate
    np.testing.assert_allclose(share, 0.02 if falling_rate else 1, rtol=1e-5)


@pytest.mark.parametrize("falling_rate", [False, True])
def test_the_epoch_that_is_kept_is_the_best_one_or_at_a_falling_rate_the_last(data, falling_rate):
    sequences, labels = data
    budget = replace(BUDGET, epochs=4, learning_rate=0.05, falling_rate=falling_rate)
    # Judged by the opposite of what it learns, a reader is best before it has learned much.
    [run] = experiments.train(build, data, (sequences, 1 - labels), budget, seeds=(0,))
    assert run.history["val_loss"].idxmin() < 4
    assert run.kept_epoch == (4 if falling_rate else run.history["val_loss"].idxmin())
    accuracy = experiments.accuracy(1 - labels, run.probabilities(sequences))
    assert run.validation_accuracy == pytest.approx(accuracy)


def test_learning_is_traced_once_for_all_seeds(data, monkeypatch):
    traced, step = [], keras.Model.train_step
    monkeypatch.setattr(keras.Model, "train_step", lambda *args: traced.append(1) or step(*args))
    experiments.train(build, data, data, BUDGET)
    assert len(traced) == 1


def test_at_a_falling_rate_nothing_has_to_be_held_out(data):
    budget = replace(BUDGET, falling_rate=True)
    for judged, alone in zip(
        experiments.train(build, data, data, budget),
        experiments.train(build, data, None, budget),
        strict=True,
    ):
        np.testing.assert_array_equal(judged.probabilities(data[0]), alone.probabilities(data[0]))


def test_batches_hold_every_review_once_with_its_label(data):
    sequences, _ = data
    marks = np.arange(30, dtype="float32")
    batches = experiments.batches(sequences, marks, 8, shuffle_seed=5)
    assert batches.cardinality() == 4
    assert batches.options().autotune.enabled is False  # or an epoch ends late
    seen = []
    for tokens, labels in batches.as_numpy_iterator():
        assert tokens.shape[1] == (tokens > 0).sum(axis=1).max()
        for row, mark in zip(tokens, labels[:, 0], strict=True):
            assert list(row[row > 0]) == list(sequences[int(mark)])
            seen.append(int(mark))
    assert sorted(seen) == list(range(30))
    again = experiments.batches(sequences, marks, 8, shuffle_seed=5)
    first = np.concatenate([labels[:, 0] for _, labels in again.as_numpy_iterator()])
    assert list(first) == seen


@pytest.mark.parametrize("name", ["simple_rnn", "gru", "bidirectional_lstm"])
def test_predictions_come_in_the_order_given(data, name):
    model = models.sentiment_reader(name, BUDGET)
    plain = model.predict(imdb.pad(data[0]), verbose=0)[:, 0]
    np.testing.assert_allclose(experiments.predict(model, data[0]), plain, atol=1e-5)


def test_a_broken_claim_stops_and_shows_its_number(capsys):
    experiments.claim("so it is", 0.5, at_least=0.4)
    assert capsys.readouterr().out == "so it is: at least 0.4\n"
    with pytest.raises(AssertionError, match="not so: never: 0.3000 is more than 0.2"):
        experiments.claim("never", 0.3, at_most=0.2)
    experiments.claim("elsewhere", 0.3, at_most=0.2, asserted=False)
    assert capsys.readouterr().out == "elsewhere: 0.3000\n"


def test_an_unknown_tier_is_refused():
    with pytest.raises(ValueError, match="expected 'class' or 'full'"):
        experiments.budgets("sample", "quick")


RAIN_BUDGET = experiments.RainBudget((2, 0), 2, 40, 4, 8, 0.01, 0.3)


@pytest.fixture(scope="module")
def radar():
    """Inputs (30, 19, 5) of 1 to 19 scans, zeros after the last, and targets (30,)."""
    rng = np.random.default_rng(0)
    scans = np.arange(19) < rng.integers(1, 20, 30)[:, None]
    inputs = np.where(scans[..., None], rng.normal(size=(30, 19, 5)), 0).astype("float32")
    return inputs, rng.gamma(1, size=30).astype("float32")


def test_a_network_of_hours_that_was_used_before_learns_what_a_new_one_learns(radar):
    used = models.rain_reader("gru", RAIN_BUDGET, 5)
    experiments.train_on_hours(used, radar, radar, RAIN_BUDGET)
    together = experiments.train_on_hours(used, radar, radar, RAIN_BUDGET)
    for run in together:
        new = models.rain_reader("gru", RAIN_BUDGET, 5)
        [alone] = experiments.train_on_hours(new, radar, radar, RAIN_BUDGET, (run.seed,))
        assert run.history.equals(alone.history)
        np.testing.assert_array_equal(run.answers(radar[0]), alone.answers(radar[0]))
    first, second = (run.answers(radar[0]) for run in together)
    assert not np.array_equal(first, second)


def test_hours_are_drawn_anew_for_each_epoch_and_each_is_seen_once(radar):
    inputs, targets = radar
    drawn = []

    def draw(rng):
        drawn.append(rng.normal())
        return inputs

    batches = experiments.hour_batches(draw, targets, 5, 8, shuffle_seed=0)
    assert batches.cardinality() == 4
    assert batches.options().autotune.enabled is False
    epochs = [list(batches.as_numpy_iterator()) for _ in range(2)]
    assert len(set(drawn)) == 2
    for epoch in epochs:
        assert sorted(y for _, ys in epoch for y in ys[:, 0]) == sorted(targets)
        for x, ys in epoch:
            rows = [int(np.argmax(targets == y)) for y in ys[:, 0]]
            np.testing.assert_array_equal(x, inputs[rows, : x.shape[1]])
            assert not inputs[rows, x.shape[1] :].any() and x[:, -1].any()
    orders = [[tuple(ys[:, 0]) for _, ys in epoch] for epoch in epochs]
    assert orders[0] != orders[1]


def test_a_scan_of_zeros_inside_an_hour_cuts_nothing_off():
    inputs = np.zeros((2, 6, 5), "float32")
    inputs[:, [0, 1, 4]] = 1
    batches = experiments.hour_batches(lambda rng: inputs, np.ones(2, "float32"), 5, 2, 0)
    assert [x.shape for x, _ in batches] == [(2, 5, 5)]


def test_without_a_mask_a_network_of_hours_learns_from_all_steps_as_it_is_judged(radar):
    inputs, targets = radar
    short = inputs.copy()
    short[:, 3:] = 0

    def last_loss(masked, judged):
        budget = replace(RAIN_BUDGET, learning_rate=1e-9, dropout=0.0)
        model = models.rain_reader("gru", budget, 5, masked=masked)
        data = (judged, targets)
        [run] = experiments.train_on_hours(model, data, data, budget, seeds=(0,))
        return run.history[["loss", "val_loss"]].to_numpy()[-1]

    for masked in (True, False):
        loss, val_loss = last_loss(masked, short)
        assert loss == pytest.approx(val_loss, rel=1e-4), masked
