"""The gates against what the layers themselves return, with random weights."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from utils import gates

ALL_LAYERS = {
    "lstm": lambda units, **options: keras.layers.LSTM(units, **options),
    "gru, reset after": lambda units, **options: keras.layers.GRU(units, **options),
    "gru, reset before": lambda units, **options: keras.layers.GRU(
        units, reset_after=False, **options
    ),
    "simple rnn": lambda units, **options: keras.layers.SimpleRNN(units, **options),
}
LAYERS = {name: build for name, build in ALL_LAYERS.items() if name != "simple rnn"}


def built(name, rng, n_features, n_units, **options):
    """A layer with random weights everywhere, biases included."""
    layer = ALL_LAYERS[name](n_units, **options)
    layer.build((None, None, n_features))
    layer.set_weights([rng.normal(0, 0.7, w.shape) for w in layer.get_weights()])
    return layer


def drawn(rng, seed):
    """Random inputs and mask; shapes with one sequence, step, feature and unit come first."""
    N, T, D, H = (1 if n == seed else int(rng.integers(2, 9)) for n in range(4))
    mask = rng.random((N, T)) < 0.7
    mask[:, rng.integers(T)] = True
    return rng.normal(size=(N, T, D)).astype("float32"), mask, H


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("name", LAYERS)
def test_states_are_those_the_layer_returns(name, seed):
    rng = np.random.default_rng(seed)
    x, mask, n_units = drawn(rng, seed)
    options = {"use_bias": seed % 3 > 0, "go_backwards": seed % 4 == 3}
    layer = built(
        name, rng, x.shape[2], n_units, return_sequences=True, return_state=True, **options
    )
    mask = None if seed % 2 else mask
    sequence, *states = (np.asarray(a) for a in layer(x, mask=mask))
    found = gates.read(layer, x, mask)
    if options["go_backwards"]:
        sequence = sequence[:, ::-1]
    np.testing.assert_allclose(found.hidden, sequence, atol=1e-5)
    last = 0 if options["go_backwards"] else -1
    np.testing.assert_allclose(found.hidden[:, last], states[0], atol=1e-5)
    if name == "lstm":
        np.testing.assert_allclose(found.cell[:, last], states[1], atol=1e-5)
    assert all(field.shape == (*x.shape[:2], n_units) for field in found)


@pytest.mark.parametrize("T", [1, 6])
def test_the_gates_make_the_next_state(T):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(3, T, 5)).astype("float32")
    found = gates.read(built("lstm", rng, 5, 4), x)
    before = np.concatenate([np.zeros((3, 1, 4)), found.cell[:, :-1]], axis=1)
    cell = found.forget * before + found.input * found.candidate
    np.testing.assert_allclose(found.cell, cell, atol=1e-12)
    np.testing.assert_allclose(found.hidden, found.output * np.tanh(cell), atol=1e-12)

    found = gates.read(built("gru, reset after", rng, 5, 4), x)
    before = np.concatenate([np.zeros((3, 1, 4)), found.hidden[:, :-1]], axis=1)
    hidden = found.update * before + (1 - found.update) * found.candidate
    np.testing.assert_allclose(found.hidden, hidden, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "fields", "block"),
    [("lstm", ("input", "forget", "output"), (0, 1, 3)), ("gru, reset after", ("update",), (0,))],
)
def test_each_gate_has_its_own_name(name, fields, block):
    """A bias of +50 on one block of the weights opens the gate of that name and no other."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(2, 3, 4)).astype("float32")
    for field, n in zip(fields, block, strict=True):
        layer = built(name, rng, 4, 5)
        kernel, recurrent, bias = layer.get_weights()
        bias[..., 5 * n : 5 * (n + 1)] += 50
        layer.set_weights([kernel, recurrent, bias])
        found = gates.read(layer, x)
        for other in fields:
            assert (getattr(found, other) > 0.999).all() == (other == field)


def test_a_gru_resets_by_its_reset_gate():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(2, 4, 3)).astype("float32")
    layer = built("gru, reset before", rng, 3, 5)
    kernel, recurrent, bias = layer.get_weights()
    bias[5:10] = -60
    layer.set_weights([kernel, recurrent, bias])
    found = gates.read(layer, x)
    assert found.reset.max() < 1e-9
    expected = np.tanh(x @ kernel[:, 10:] + bias[10:])
    np.testing.assert_allclose(found.candidate, expected, atol=1e-6)


@pytest.mark.parametrize("return_sequences", [False, True])
def test_both_directions_of_a_bidirectional_layer(return_sequences):
    rng = np.random.default_rng(4)
    x = rng.normal(size=(3, 7, 2)).astype("float32")
    mask = np.arange(7) < np.array([7, 4, 1])[:, None]
    both = keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=return_sequences))
    both.build(x.shape)
    own = np.asarray(both(x, mask=mask))
    forward = gates.read(both.forward_layer, x, mask).hidden
    backward = gates.read(both.backward_layer, x, mask).hidden
    if return_sequences:
        found, own = np.concatenate([forward, backward], axis=2)[mask], own[mask]
    else:
        found = np.concatenate([forward[:, -1], backward[:, 0]], axis=1)
    np.testing.assert_allclose(found, own, atol=1e-5)


def test_padding_shows_the_last_state_and_no_gates():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(1, 5, 3)).astype("float32")
    mask = np.array([[True, True, False, True, False]])
    layer = built("lstm", rng, 3, 4)
    found = gates.read(layer, x, mask)
    np.testing.assert_array_equal(found.cell[:, 2], found.cell[:, 1])
    np.testing.assert_array_equal(found.hidden[:, 4], found.hidden[:, 3])
    for field in found[:4]:
        np.testing.assert_array_equal(np.isnan(field).all(axis=2), ~mask)
    unpadded = gates.read(layer, x[mask][None])
    np.testing.assert_allclose(found.forget[mask], unpadded.forget[0], atol=1e-12)


GATES_IN_BIAS = {"input": 0, "forget": 1, "output": 3}


@pytest.mark.parametrize("gate", GATES_IN_BIAS)
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_gate_held_everywhere_is_a_gate_with_a_huge_bias(gate, value):
    rng = np.random.default_rng(6)
    x = rng.normal(size=(3, 6, 4)).astype("float32")
    mask = np.arange(6) < np.array([6, 4, 1])[:, None]
    layer = built("lstm", rng, 4, 5)
    held = gates.hold(layer, x, gate, np.ones((3, 6), bool), value, mask)
    kernel, recurrent, bias = layer.get_weights()
    n = GATES_IN_BIAS[gate]
    bias[5 * n : 5 * (n + 1)] = 1e4 if value else -1e4
    layer.set_weights([kernel, recurrent, bias])
    for of_held, of_read in zip(held, gates.read(layer, x, mask), strict=True):
        np.testing.assert_allclose(of_held, of_read, atol=1e-12)


def test_a_gate_held_at_some_steps_changes_those_and_what_follows():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(2, 7, 4)).astype("float32")
    layer = built("lstm", rng, 4, 5)
    free = gates.read(layer, x)
    where = np.zeros((2, 7), bool)
    for of_held, of_free in zip(gates.hold(layer, x, "forget", where), free, strict=True):
        np.testing.assert_array_equal(of_held, of_free)
    where[0, 3] = True
    held = gates.hold(layer, x, "forget", where, 0.25)
    np.testing.assert_array_equal(held.cell[1], free.cell[1])
    np.testing.assert_array_equal(held.cell[0, :3], free.cell[0, :3])
    expected = 0.25 * free.cell[0, 2] + free.input[0, 3] * free.candidate[0, 3]
    np.testing.assert_allclose(held.cell[0, 3], expected, atol=1e-12)
    assert (held.forget[0, 3] == 0.25).all()
    assert np.abs(held.input[0, 4] - free.input[0, 4]).max() > 1e-3  # through h


@pytest.mark.parametrize("name", ALL_LAYERS)
def test_the_memory_is_the_last_of_the_states_that_keras_returns(name):
    rng = np.random.default_rng(8)
    x = rng.normal(size=(3, 6, 4)).astype("float32")
    layer = built(name, rng, 4, 5, return_state=True)
    np.testing.assert_allclose(gates.memory(layer, x)[:, -1], layer(x)[-1], atol=1e-5)


@pytest.mark.parametrize("n_steps", [1, 2, 5])
@pytest.mark.parametrize("name", ALL_LAYERS)
def test_the_derivative_is_that_of_keras_started_in_the_middle(name, n_steps):
    rng = np.random.default_rng(9)
    x = rng.normal(size=(2, 6, 3))
    layer = built(name, rng, 3, 4, return_state=True, dtype="float64")
    _, *states = layer(x[:, :-n_steps])
    with tf.GradientTape() as tape:
        tape.watch(states[-1])
        last = layer(x[:, -n_steps:], initial_state=states)[-1]
    expected = tape.batch_jacobian(last, states[-1])
    np.testing.assert_allclose(gates.derivative(layer, x, n_steps), expected, atol=1e-12)


def test_across_one_step_the_derivative_is_the_forget_gate():
    rng = np.random.default_rng(10)
    x = rng.normal(size=(2, 6, 3))
    layer = built("lstm", rng, 3, 4)
    forget = gates.read(layer, x).forget[:, -1]
    expected = forget[:, :, None] * np.eye(4)
    np.testing.assert_allclose(gates.derivative(layer, x, 1), expected, atol=1e-12)
    assert np.abs(gates.derivative(layer, x, 2) - expected**2).max() > 1e-3


class Doubled(keras.layers.LSTM):
    def call(self, *arguments, **options):
        return 2 * super().call(*arguments, **options)


def lstm(**options):
    layer = keras.layers.LSTM(4, **options)
    layer.build((2, 5, 3))
    return layer


def subclass():
    layer = Doubled(4)
    layer.build((None, None, 3))
    return layer


GOOD = np.ones((2, 5, 3), "float32")


@pytest.mark.parametrize(
    ("layer", "x", "mask", "sentence"),
    [
        (lambda: keras.layers.SimpleRNN(4), GOOD, None, "found a SimpleRNN, expected"),
        (lambda: keras.layers.Dense(4), GOOD, None, "found a Dense, expected"),
        (
            lambda: keras.layers.Bidirectional(keras.layers.LSTM(4)),
            GOOD,
            None,
            "forward_layer or its backward_layer",
        ),
        (lambda: keras.layers.LSTM(4), GOOD, None, "has no weights yet"),
        (lambda: lstm(activation="relu"), GOOD, None, "activation is relu, expected tanh"),
        (
            lambda: lstm(recurrent_activation="hard_sigmoid"),
            GOOD,
            None,
            "recurrent_activation is hard_sigmoid, expected sigmoid",
        ),
        (lambda: lstm(stateful=True), GOOD, None, "stateful"),
        (subclass, GOOD, None, "something else than its equations"),
        (lstm, GOOD[0], None, "inputs have 2 dimensions, expected 3"),
        (lstm, GOOD[:, :0], None, "are empty"),
        (lstm, GOOD[:, :, :2], None, "inputs have 2 features, the layer was built for 3"),
        (lstm, GOOD * np.nan, None, "NaN"),
        (lstm, GOOD, np.ones((2, 4), bool), "mask has shape"),
        (lstm, GOOD, np.ones((2, 5)), "expected bool"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(layer, x, mask, sentence):
    with pytest.raises(ValueError, match=sentence):
        gates.read(layer(), x, mask)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: gates.hold(lstm(), GOOD, "update", GOOD[..., 0] > 0), "found the gate 'update'"),
        (lambda: gates.hold(lstm(), GOOD, "input", GOOD[..., 0]), "where is of type float32"),
        (lambda: gates.hold(lstm(), GOOD, "input", GOOD[0, :, 0] > 0), "where has shape"),
        (lambda: gates.hold(lstm(), GOOD, "input", GOOD[..., 0] > 0, 1.5), "the value is 1.5"),
        (
            lambda: gates.hold(
                built("gru, reset after", np.random.default_rng(0), 3, 4),
                GOOD,
                "input",
                GOOD[..., 0] > 0,
            ),
            "found a GRU, expected an LSTM",
        ),
        (lambda: gates.derivative(lstm(), GOOD, 5), "n_steps is 5, expected a number from 1 to 4"),
        (lambda: gates.derivative(lstm(), GOOD, 0), "n_steps is 0"),
        (lambda: gates.derivative(lstm(go_backwards=True), GOOD, 1), "reads backwards"),
        (lambda: gates.memory(keras.layers.SimpleRNN(4), GOOD), "has no weights yet"),
        (lambda: gates.memory(keras.layers.Dense(4), GOOD), "found a Dense"),
    ],
)
def test_what_cannot_be_held_or_differentiated_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
