"""The models' own layers against Keras' and against NumPy."""

import re
from dataclasses import replace
from types import SimpleNamespace

import keras
import nbformat
import numpy as np
import pytest
import tensorflow as tf

from utils import models, paths, reproducible, settings

N, T, E, H, CHUNK = 3, 17, 5, 4, 7
LENGTHS = [17, 9, 3]
SMALL = replace(
    settings.BEST_OF_SAMPLE, units=H, embedding_dim=E, n_words=40, max_words=30, dropout=0.3
)


@pytest.fixture
def inputs():
    rng = np.random.default_rng(1)
    mask = np.arange(T) < np.array(LENGTHS)[:, None]
    return rng.normal(size=(N, T, E)).astype("float32"), mask


@pytest.mark.parametrize("name", ["gru", "bidirectional_lstm"])
def test_one_chunk_is_the_plain_layer(inputs, name):
    x, mask = inputs
    layer = models.recurrent_layer(name, H)
    chunked = models.ChunkedRNN(layer, chunk_size=50)
    np.testing.assert_allclose(chunked(x, mask=mask), layer(x, mask=mask), atol=1e-6)


def test_the_last_states_of_the_chunks_are_averaged(inputs):
    x, mask = inputs
    layer = keras.layers.SimpleRNN(H)
    found = models.ChunkedRNN(layer, CHUNK)(x, mask=mask)
    for row, length in enumerate(LENGTHS):
        states = [
            layer(x[row : row + 1, start : min(start + CHUNK, length)])
            for start in range(0, length, CHUNK)
        ]
        np.testing.assert_allclose(found[row], np.mean(states, axis=0)[0], atol=1e-6)


def test_all_states_of_the_chunks_stay_at_their_steps(inputs):
    x, mask = inputs
    layer = keras.layers.Bidirectional(keras.layers.SimpleRNN(H, return_sequences=True))
    found = models.ChunkedRNN(layer, CHUNK)(x, mask=mask)
    assert found.shape == (N, T, 2 * H)
    for row, length in enumerate(LENGTHS):
        for start in range(0, length, CHUNK):
            end = min(start + CHUNK, length)
            states = layer(x[row : row + 1, start:end])[0]
            np.testing.assert_allclose(found[row, start:end], states, atol=1e-6)


@pytest.mark.parametrize("n_attention_heads", [0, 2])
def test_pooling_takes_maximum_mean_and_attention_over_words_only(inputs, n_attention_heads):
    x, mask = inputs
    states = np.tanh(x)
    pooling = models.Pooling(n_attention_heads)
    found = np.array(pooling(states, mask=mask))
    assert len(pooling.weights) == bool(n_attention_heads)
    heads = pooling.get_weights()[0] if n_attention_heads else np.zeros((x.shape[-1], 0))
    for row, length in enumerate(LENGTHS):
        of_words = states[row, :length]
        weights = np.exp(of_words @ heads)
        weights /= weights.sum(axis=0)
        expected = [of_words.max(axis=0), of_words.mean(axis=0), *(weights.T @ of_words)]
        np.testing.assert_allclose(found[row], np.concatenate(expected), atol=1e-6)


def classifier_and_inputs(kind, chunk_size):
    """A classifier and (its inputs, the same with more padding)."""
    rng = np.random.default_rng(2)
    tokens = rng.integers(1, 40, (N, T)).astype("int32")
    padded = np.pad(tokens, [(0, 0), (0, 120)])
    chosen = replace(SMALL, chunk_size=chunk_size)
    if kind == "lstm":
        return models.sentiment_classifier("lstm", chosen), tokens, padded
    ratios = rng.normal(size=(N, T, 3)).astype("float32")
    more = np.pad(ratios, [(0, 0), (0, 120), (0, 0)])
    vectors = rng.normal(size=(40, E)) if kind == "best with vectors" else None
    return models.best_classifier(chosen, vectors), [tokens, ratios], [padded, more]


@pytest.mark.parametrize("chunk_size", [None, 7])
@pytest.mark.parametrize("kind", ["lstm", "best"])
def test_more_padding_changes_nothing(kind, chunk_size):
    classifier, inputs, padded = classifier_and_inputs(kind, chunk_size)
    assert classifier(inputs).shape == (N, 1)
    np.testing.assert_allclose(classifier(padded), classifier(inputs), atol=1e-5)


@pytest.mark.parametrize("kind", ["lstm", "best", "best with vectors"])
def test_a_classifier_can_be_saved_loaded_and_cloned(kind, tmp_path):
    classifier, inputs, _ = classifier_and_inputs(kind, chunk_size=7)
    classifier.save(tmp_path / "classifier.keras")
    loaded = keras.models.load_model(tmp_path / "classifier.keras")
    clone = keras.models.clone_model(classifier)
    assert not np.allclose(clone(inputs), classifier(inputs))
    clone.set_weights(classifier.get_weights())
    for copy in (loaded, clone):
        np.testing.assert_array_equal(copy(inputs), classifier(inputs))
    optimizer, expected = loaded.optimizer.get_config(), classifier.optimizer.get_config()
    assert optimizer == expected | {"learning_rate": optimizer["learning_rate"]}


@pytest.mark.parametrize("layer", [models.ChunkedRNN(keras.layers.GRU(H), 7), models.Pooling(2)])
def test_an_own_layer_is_made_anew_from_its_configuration(layer, inputs):
    x, mask = inputs
    expected = layer(x, mask=mask)
    anew = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert anew.name == layer.name
    anew.set_weights(layer.get_weights())
    np.testing.assert_array_equal(anew(x, mask=mask), expected)


@pytest.mark.parametrize(
    ("name", "n_parameters"),
    [
        ("simple_rnn", H * (E + H) + H),
        ("lstm", 4 * (H * (E + H) + H)),
        ("gru", 3 * (H * (E + H) + 2 * H)),
        ("bidirectional_lstm", 2 * 4 * (H // 2 * (E + H // 2) + H // 2)),
    ],
)
def test_recurrent_layers_have_the_parameters_and_units_of_their_equations(name, n_parameters):
    layer = models.recurrent_layer(name, H)
    layer.build((None, None, E))
    assert layer.count_params() == n_parameters
    assert layer.compute_output_shape((N, T, E)) == (N, H)


def test_an_odd_number_of_units_does_not_divide_between_two_directions():
    with pytest.raises(ValueError, match="units is 5"):
        models.recurrent_layer("bidirectional_lstm", 5)


@pytest.fixture(scope="module")
def shown():
    """The functions of homework 1's page that build its networks, by name."""
    page = nbformat.read(paths.SOLUTIONS / "homework_1" / "homework_1.ipynb", as_version=4)
    functions = {"tf": tf, "models": models}
    for cell in page.cells:
        if re.match(r"def (recurrent|classifier|states_of|best_network)\(", cell.source):
            exec(cell.source, functions)
    return functions


def expect_equal(build_shown, build_ours, *given):
    """Both build, from one seed, networks that answer alike and learn alike."""
    built = []
    for build in (build_shown, build_ours):
        reproducible.seed_all(0)
        built.append(build())
    of_page, ours = built
    assert of_page.count_params() == ours.count_params()
    np.testing.assert_allclose(of_page(*given), ours(*given), atol=1e-6)
    configs = [model.optimizer.get_config() | {"name": "nadam"} for model in built]
    assert configs[0] == configs[1]


TOKENS = np.random.default_rng(1).integers(1, 150, (2, 120))


@pytest.mark.parametrize("its", [settings.SAMPLE, settings.FILE], ids=["sample", "file"])
@pytest.mark.parametrize("name", ["simple_rnn", "lstm", "gru", "bidirectional_lstm"])
def test_the_networks_of_homework_1_are_those_that_the_bench_measures(shown, name, its):
    expect_equal(
        lambda: shown["classifier"](name, its),
        lambda: models.sentiment_classifier(name, its),
        TOKENS,
    )


@pytest.mark.parametrize("its", [settings.BEST_OF_SAMPLE, settings.BEST_OF_FILE])
def test_the_best_network_of_homework_1_is_the_one_that_the_bench_measures(shown, its):
    vectors = np.random.default_rng(0).normal(size=(its.n_words, its.embedding_dim))
    shown |= {"chosen_best": its, "inputs": SimpleNamespace(vectors=vectors)}
    ratios = np.ones((2, 120, its.n_ratios), "float32")
    expect_equal(
        shown["best_network"], lambda: models.best_classifier(its, vectors), [TOKENS, ratios]
    )
