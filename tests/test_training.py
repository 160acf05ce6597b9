"""Every compared model starts anew from its seed, and what was learned is kept by seed."""

import functools

import keras
import numpy as np
import pytest

from utils import models, training
from utils.errors import CourseError
from utils.radar.batches import batches as batches_of_hours
from utils.reviews.batches import batches
from utils.reviews.text import pad

SEQUENCES = [
    np.random.default_rng(seed).integers(2, 20, 1 + seed % 11).astype("int32") for seed in range(30)
]
LABELS = np.arange(30) % 2
VALIDATION = batches(SEQUENCES, LABELS, 30)


def build(summary=keras.layers.GlobalAveragePooling1D):
    """A classifier with dropout; without a recurrent layer, which takes longest to trace."""
    layers = [
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(20, 4, mask_zero=True),
        summary(),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
    return models.compiled(keras.Sequential(layers, name="small"), 0.05, steps_per_execution=1)


def build_recurrent():
    return build(lambda: keras.layers.SimpleRNN(4))


def shuffled(seed):
    return batches(SEQUENCES, LABELS, 16, shuffle_seed=seed)


def train(build=build, validation=VALIDATION, *, seeds=(3, 1), epochs=2, **options):
    return training.train(build, shuffled, validation, seeds=seeds, epochs=epochs, **options)


def assert_same(of_seed, alone):
    """What two trainings learned from the first seed of the second is the same to the last bit."""
    [seed] = alone.seeds
    i = of_seed.seeds.index(seed)
    assert of_seed.histories[i].equals(alone.histories[0])
    for weights, expected in zip(
        of_seed.model(seed).get_weights(), alone.model(seed).get_weights(), strict=True
    ):
        np.testing.assert_array_equal(weights, expected)


def test_a_reused_model_learns_what_a_fresh_one_learns_and_is_traced_once(monkeypatch):
    traced, step = [], keras.Model.train_step
    monkeypatch.setattr(keras.Model, "train_step", lambda *args: traced.append(1) or step(*args))
    together = train(build_recurrent)
    assert len(traced) == 1
    assert_same(together, train(build_recurrent, seeds=(1,)))
    assert together.name == "small" and together.n_parameters == 20 * 4 + 4 * 9 + 5
    assert len(together.seconds) == 2
    first, second = together.predict(SEQUENCES)
    assert not np.array_equal(first, second)


def test_one_model_that_is_built_for_two_trainings_is_traced_once_and_learns_both(monkeypatch):
    cached = functools.cache(build)
    first = train(cached)
    predicted = first.predict(SEQUENCES)
    traced, step = [], keras.Model.train_step
    monkeypatch.setattr(keras.Model, "train_step", lambda *args: traced.append(1) or step(*args))
    second = train(cached)
    assert not traced
    np.testing.assert_array_equal(second.predict(SEQUENCES), predicted)
    np.testing.assert_array_equal(first.predict(SEQUENCES), predicted)


@pytest.fixture(scope="module")
def decayed():
    return train(epochs=4, keep="last", cosine_decay=True)


def test_where_the_learning_rate_decays_a_reused_model_learns_what_a_fresh_one_learns(decayed):
    assert_same(decayed, train(seeds=(1,), epochs=4, keep="last", cosine_decay=True))


def test_the_learning_rate_decays_to_a_fiftieth_in_every_training_of_a_model():
    model = build()
    for n_batches in (4, 6):
        training.decay_learning_rate(model, n_batches)
        model.optimizer.build(model.trainable_variables)
        for n_before, share in ((0, 1), (n_batches // 2, 0.51), (n_batches, 0.02)):
            model.optimizer.iterations.assign(n_before)
            assert float(model.optimizer.learning_rate) == pytest.approx(0.05 * share, rel=1e-5)


@pytest.mark.parametrize("keep", ["best", "last"])
def test_the_weights_of_the_best_epoch_are_kept_or_those_of_the_last(keep):
    # Judged by the opposite of what it learns, a classifier is best before it has learned much.
    opposite = batches(SEQUENCES, 1 - LABELS, 30)
    trained = train(build, opposite, seeds=(0,), epochs=6, keep=keep)
    best = trained.histories[0]["val_loss"].idxmin()
    assert best < 6
    assert trained.kept_epochs == ((best,) if keep == "best" else (6,))
    accuracy = training.accuracy(1 - LABELS, trained.predict(SEQUENCES)[0])
    assert trained.validation_accuracy == pytest.approx([accuracy])


def test_to_keep_the_last_epoch_nothing_has_to_be_held_out(decayed):
    alone = train(build, None, epochs=4, keep="last", cosine_decay=True)
    np.testing.assert_array_equal(alone.predict(SEQUENCES), decayed.predict(SEQUENCES))
    with pytest.raises(ValueError, match="there is no validation"):
        train(build, None)


def test_each_model_of_a_result_is_its_own(decayed):
    before = decayed.predict(SEQUENCES)
    model = decayed.model(1)
    np.testing.assert_allclose(training.predict(model, SEQUENCES), before[1], atol=1e-6)
    model.set_weights([0 * weights for weights in model.get_weights()])
    np.testing.assert_array_equal(decayed.predict(SEQUENCES), before)


@pytest.mark.parametrize("inputs", [SEQUENCES, pad(SEQUENCES)], ids=["list", "array"])
def test_predictions_come_in_the_order_given(inputs):
    model = build()
    plain = np.array(model(pad(SEQUENCES)))[:, 0]
    np.testing.assert_allclose(training.predict(model, inputs), plain, atol=1e-5)


def test_more_examples_than_a_batch_and_more_inputs_than_one_are_predicted():
    tokens = keras.Input((None,))
    ratios = keras.Input((None, 1))
    total = keras.layers.Dense(1, kernel_initializer="ones")(
        keras.layers.GlobalMaxPooling1D()(ratios) + keras.ops.max(tokens, axis=1, keepdims=True)
    )
    model = keras.Model([tokens, ratios], total)
    sequences = [np.full(1 + i % 7, i, "float32") for i in range(300)]
    predicted = training.predict(model, (sequences, [row[:, None] for row in sequences]))
    np.testing.assert_allclose(predicted, 2 * np.arange(300))


@pytest.mark.parametrize("keep", ["best", "last"])
def test_a_loss_that_grows_without_end_is_named_and_either_remedy_ends_that(keep):
    hours = np.ones((64, 2, 1), "float32")

    def train(**of_optimizer):
        def build():
            layers = [keras.Input((None, 1)), keras.layers.GlobalAveragePooling1D()]
            model = keras.Sequential([*layers, keras.layers.Dense(1)], name="line")
            model.compile(keras.optimizers.SGD(**of_optimizer), "mse")
            return model

        data = batches_of_hours(hours, np.arange(64), batch_size=1)
        return training.train(build, lambda seed: data, data, seeds=(4, 5), epochs=2, keep=keep)

    with pytest.raises(CourseError, match=r"^line, seed 4: .* not a number in epoch 1; train"):
        train(learning_rate=50.0)
    for remedy in ({"learning_rate": 0.01}, {"learning_rate": 50.0, "clipnorm": 1.0}):
        assert np.isfinite(train(**remedy).predict(hours)).all()
