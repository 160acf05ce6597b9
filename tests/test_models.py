"""The readers' own layers against Keras' and against NumPy."""

import keras
import numpy as np
import pytest

from utils import experiments, models

N, T, E, H, PIECE = 3, 17, 5, 4, 7
LENGTHS = [17, 9, 3]


@pytest.fixture
def inputs():
    rng = np.random.default_rng(1)
    mask = np.arange(T) < np.array(LENGTHS)[:, None]
    return rng.normal(size=(N, T, E)).astype("float32"), mask


@pytest.mark.parametrize("name", ["simple_rnn", "lstm", "gru", "bidirectional_lstm"])
def test_one_piece_is_the_plain_layer(inputs, name):
    x, mask = inputs
    layer = models.recurrent(name, H)
    pieces = models.ReadInPieces(layer, piece=50)
    np.testing.assert_allclose(pieces(x, mask=mask), layer(x, mask=mask), atol=1e-6)


def test_the_last_states_of_the_pieces_are_averaged(inputs):
    x, mask = inputs
    layer = keras.layers.LSTM(H)
    found = models.ReadInPieces(layer, PIECE)(x, mask=mask)
    for row, length in enumerate(LENGTHS):
        states = [
            layer(x[row : row + 1, start : min(start + PIECE, length)])
            for start in range(0, length, PIECE)
        ]
        np.testing.assert_allclose(found[row], np.mean(states, axis=0)[0], atol=1e-6)


def test_all_states_of_the_pieces_stay_in_their_places(inputs):
    x, mask = inputs
    layer = keras.layers.Bidirectional(keras.layers.LSTM(H, return_sequences=True))
    found = models.ReadInPieces(layer, PIECE)(x, mask=mask)
    assert found.shape == (N, T, 2 * H)
    for row, length in enumerate(LENGTHS):
        for start in range(0, length, PIECE):
            end = min(start + PIECE, length)
            states = layer(x[row : row + 1, start:end])[0]
            np.testing.assert_allclose(found[row, start:end], states, atol=1e-6)


@pytest.mark.parametrize("n_looks", [0, 2])
def test_pooling_takes_maximum_mean_and_looks_over_words_only(inputs, n_looks):
    x, mask = inputs
    states = np.tanh(x)
    pool = models.Pool(n_looks)
    found = np.array(pool(states, mask=mask))
    assert len(pool.weights) == bool(n_looks)
    looks = pool.get_weights()[0] if n_looks else np.zeros((x.shape[-1], 0))
    for row, length in enumerate(LENGTHS):
        of_words = states[row, :length]
        weights = np.exp(of_words @ looks)
        weights /= weights.sum(axis=0)
        expected = [of_words.max(axis=0), of_words.mean(axis=0), *(weights.T @ of_words)]
        np.testing.assert_allclose(found[row], np.concatenate(expected), atol=1e-6)


def test_a_words_place_is_counted_from_both_ends_of_its_review(inputs):
    _, mask = inputs
    places = np.array(models.places(mask))
    assert places.shape == (N, T, 3) and not places[~mask].any()
    for row, length in enumerate(LENGTHS):
        before = np.arange(length)
        expected = np.exp([-before / 60, -before[::-1] / 60, -before[::-1] / 250]).T
        np.testing.assert_allclose(places[row, :length], expected, rtol=1e-6)


@pytest.mark.parametrize("piece", [None, 7])
@pytest.mark.parametrize("build", ["lstm", "best"])
def test_more_padding_changes_nothing(build, piece):
    budget = experiments.BestBudget((0,), 1, H, E, 0.5, 40, 30, piece, 8, 0.01, 0.3)
    reader = models.sentiment_reader("lstm", budget)
    if build == "best":
        reader = models.best_reader(budget)
    rng = np.random.default_rng(2)
    tokens = rng.integers(1, 40, (N, T)).astype("int32")
    padded = np.pad(tokens, [(0, 0), (0, 120)])
    if build == "best":
        ratios = rng.normal(size=(N, T, 3)).astype("float32")
        tokens, padded = [tokens, ratios], [padded, np.pad(ratios, [(0, 0), (0, 120), (0, 0)])]
    assert reader(tokens).shape == (N, 1)
    np.testing.assert_allclose(reader(padded), reader(tokens), atol=1e-5)


@pytest.mark.parametrize(
    ("name", "n_parameters"),
    [
        ("simple_rnn", H * (E + H) + H),
        ("lstm", 4 * (H * (E + H) + H)),
        ("gru", 3 * (H * (E + H) + 2 * H)),
        ("bidirectional_lstm", 2 * 4 * (H // 2 * (E + H // 2) + H // 2)),
    ],
)
def test_recurrent_layers_have_the_parameters_of_their_equations(name, n_parameters):
    layer = models.recurrent(name, H)
    layer.build((None, None, E))
    assert layer.count_params() == n_parameters


@pytest.mark.parametrize("name", ["simple_rnn", "lstm", "gru", "bidirectional_lstm"])
def test_recurrent_layers_hand_on_as_many_numbers_as_they_have_units(name):
    assert models.recurrent(name, H)(np.zeros((N, T, E), "float32")).shape == (N, H)


def test_an_odd_number_of_units_does_not_divide_between_two_directions():
    with pytest.raises(ValueError, match="units is 5"):
        models.recurrent("bidirectional_lstm", 5)


@pytest.mark.parametrize("name", ["simple_rnn", "lstm", "gru", "bidirectional_lstm"])
@pytest.mark.parametrize("every_scan", [False, True])
def test_scans_after_the_last_change_nothing_unless_the_mask_is_left_out(inputs, name, every_scan):
    x, mask = inputs
    x = np.where(mask[..., None], x, 0)
    budget = experiments.RainBudget((0,), 1, 10, H, 8, 0.01, 0.3)
    model = models.rain_reader(name, budget, E, every_scan=every_scan)
    found = model(x)
    for row, length in enumerate(LENGTHS):
        np.testing.assert_allclose(found[row], model(x[row : row + 1, :length])[0], atol=1e-6)
    unmasked = models.rain_reader(name, budget, E, masked=False, every_scan=every_scan)
    unmasked.set_weights(model.get_weights())
    assert np.abs(unmasked(x)[2] - unmasked(x[2:, : LENGTHS[2]])[0]).max() > 1e-4


def test_the_answers_of_all_scans_are_averaged(inputs):
    x, _ = inputs
    budget = experiments.RainBudget((0,), 1, 10, H, 8, 0.01, 0.3)
    model = models.rain_reader("gru", budget, E, every_scan=True)
    kernel, bias = model.layers[-2].get_weights()
    states = model.layers[1](x).numpy()
    np.testing.assert_allclose(model(x), (states @ kernel + bias).mean(axis=1), atol=1e-6)
