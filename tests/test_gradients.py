"""Gradient norms against Keras' own backward pass, and the bound on them."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from utils import gradients, models

RNG = np.random.default_rng(5)
# N, T, D, H
SHAPES = [(1, 1, 1, 1), (3, 1, 4, 2), (2, 6, 3, 1), (3, 9, 1, 5)]


def random_layer(name, n_features, units, **options):
    layer = models.recurrent_layer(name, units, dtype="float64", **options)
    layer.build((None, None, n_features))
    layer.set_weights([RNG.normal(0, 0.7, weight.shape) for weight in layer.get_weights()])
    return layer


def by_keras(name, layer, inputs, directions, step):
    """The layer in two halves: up to `step`, and from its state on, where Keras differentiates."""
    n, n_steps, n_features = inputs.shape
    options = {"return_state": True, "dtype": "float64"}
    copy = models.recurrent_layer(name, layer.units, **options)
    copy.build((None, None, n_features))
    copy.set_weights(layer.get_weights())
    _, *state = copy(inputs[:, :step])
    state = [tf.convert_to_tensor(part) for part in state]
    with tf.GradientTape() as tape:
        tape.watch(state)
        last = copy(inputs[:, step:], initial_state=state)[0] if step < n_steps else state[0]
        leaving = tf.reduce_sum(last * directions)
    parts = tape.gradient(leaving, state, unconnected_gradients="zero")
    return np.linalg.norm(np.concatenate(parts, axis=1), axis=1)


@pytest.mark.parametrize("name", ["simple_rnn", "lstm", "gru"])
@pytest.mark.parametrize("shape", SHAPES)
def test_each_step_agrees_with_keras_gradient_of_its_initial_state(name, shape):
    n, n_steps, n_features, units = shape
    layer = random_layer(name, n_features, units)
    inputs = RNG.normal(size=(n, n_steps, n_features))
    found = gradients.norm_by_step(layer, inputs, seed=3)
    directions = np.random.default_rng(3).normal(size=(n, units))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    assert found.shape == (n, n_steps)
    for step in {1, n_steps // 2, n_steps} - {0}:
        expected = by_keras(name, layer, inputs, directions, step)
        np.testing.assert_allclose(found[:, step - 1], expected, rtol=1e-9)
    np.testing.assert_allclose(found[:, -1], 1)


def test_without_activation_the_gradient_is_a_power_of_the_matrix():
    layer = random_layer("simple_rnn", 2, 4, activation=None)
    found = gradients.norm_by_step(layer, RNG.normal(size=(3, 9, 2)), seed=1)
    direction = np.random.default_rng(1).normal(size=(3, 4))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    kernel = layer.get_weights()[1]
    for steps_back in range(9):
        expected = np.linalg.norm(direction @ np.linalg.matrix_power(kernel.T, steps_back), axis=1)
        np.testing.assert_allclose(found[:, -1 - steps_back], expected)


def test_what_cannot_be_measured_gets_a_sentence():
    layer = random_layer("lstm", 3, 2)
    good = RNG.normal(size=(2, 4, 3))
    with pytest.raises(ValueError, match="runs no cell"):
        gradients.norm_by_step(keras.layers.Dense(2), good)
    with pytest.raises(ValueError, match="is not built"):
        gradients.norm_by_step(keras.layers.GRU(2), good)
    with pytest.raises(ValueError, match="2 axes"):
        gradients.norm_by_step(layer, good[0])
    with pytest.raises(ValueError, match="2 features, the layer reads 3"):
        gradients.norm_by_step(layer, good[..., :2])
    with pytest.raises(ValueError, match="no sequence or no step"):
        gradients.norm_by_step(layer, good[:, :0])
    with pytest.raises(ValueError, match="NaN"):
        gradients.norm_by_step(layer, np.full((2, 4, 3), np.nan))
