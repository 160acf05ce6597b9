"""What each gate of a trained recurrent layer does at each time step.

N batch, T time steps, D features, H units. `read` takes a built `tf.keras` LSTM or GRU layer
and its inputs, computes every gate in float64 from the layer's weights, and compares the hidden
state with the layer's own output. `hold` does so with one gate of an LSTM held at a value.
`memory` and `derivative` take a SimpleRNN, too: the state that a layer hands on, and its derivative
with regard to the same state some steps before. The equations are those of `cells`.

>>> from utils import reproducible
>>> reproducible.set_up()
>>> layer = keras.layers.LSTM(3, return_sequences=True)
>>> inputs = np.random.normal(size=(2, 5, 4))
>>> np.allclose(layer(inputs), read(layer, inputs).hidden, atol=1e-6)
True
"""

from typing import NamedTuple

import keras
import numpy as np

from utils import cells

# How far the layer's own float32 output may lie from the equations, in float64.
TOLERANCE = 1e-3


class LSTMGates(NamedTuple):
    """The gates and states of an LSTM (Hochreiter & Schmidhuber 1997; Gers et al. 2000).

    Each (N, T, H), float64, without unit. The gates input, forget and output lie in [0, 1],
    candidate and hidden state in [-1, 1]; the cell state may have any size.

    >>> print(*LSTMGates._fields)
    input forget candidate output cell hidden
    """

    input: np.ndarray
    forget: np.ndarray
    candidate: np.ndarray
    output: np.ndarray
    cell: np.ndarray
    hidden: np.ndarray


class GRUGates(NamedTuple):
    """The gates and the state of a GRU (Cho et al. 2014).

    Each (N, T, H), float64, without unit. The gates update and reset lie in [0, 1], candidate
    and hidden state in [-1, 1]. update is Keras' z: 1 keeps the old hidden state, 0 takes the
    candidate.

    >>> print(*GRUGates._fields)
    update reset candidate hidden
    """

    update: np.ndarray
    reset: np.ndarray
    candidate: np.ndarray
    hidden: np.ndarray


def read(layer, inputs, mask=None):
    """All gates and states of a layer while it reads `inputs` from a zero state.

    layer: a built `tf.keras.layers.LSTM` or `GRU` (of a `Bidirectional`: its forward_layer or
    backward_layer) with tanh and sigmoid. inputs: (N, T, D). mask: (N, T), False where a step
    is padding. Returns `LSTMGates` or `GRUGates` in the order of the inputs, also where the
    layer reads them backwards. At a masked step the states are those of the step read before
    it, and gates and candidate are NaN: the layer did not use any.
    Raises ValueError for another layer, activations other than these, inputs or a mask of a
    wrong shape, no steps, NaN, or a layer whose own output differs from its equations.

    >>> layer = keras.layers.GRU(2)
    >>> layer.build((None, None, 1))
    >>> layer.set_weights([np.zeros((1, 6)), np.zeros((2, 6)), np.zeros((2, 6))])
    >>> gates = read(layer, np.ones((1, 3, 1)), mask=np.array([[True, True, False]]))
    >>> gates.update[0, :, 0]  # without weights half open; a masked step uses none
    array([0.5, 0.5, nan])
    >>> gates.hidden.shape
    (1, 3, 2)
    """
    _refuse(_REFUSED_LAYERS, layer)
    x, mask, weights = _checked(layer, inputs, mask)
    gates = _run(layer, x, mask, weights, {})
    _check_against(layer, gates.hidden, inputs, mask)
    return gates


def hold(layer, inputs, gate, where, value=1.0, mask=None):
    """What an LSTM would do if one of its gates had a given value at some steps.

    layer, inputs, mask: as for `read`. gate: "input", "forget" or "output". where: (N, T) bool,
    True at the steps at which the gate is held at `value`, from 0 (shut) to 1 (open). At the other
    steps the gate is computed as ever, from the hidden state that has come about until then.
    Returns `LSTMGates`, with the held gate as it was held.
    Raises ValueError as `read` does, and for a layer that is no LSTM, another gate, a value
    outside of 0 to 1, or `where` of a wrong shape or type.

    >>> layer = keras.layers.LSTM(1)
    >>> layer.build((None, None, 1))
    >>> layer.set_weights([np.zeros((1, 4)), np.zeros((1, 4)), np.array([0, 0, 100.0, 0])])
    >>> where = np.array([[False, True, True]])
    >>> hold(layer, np.ones((1, 3, 1)), "forget", where).cell[0, :, 0]  # + 1/2, nothing forgotten
    array([0.5, 1. , 1.5])
    """
    _refuse(_REFUSED_LAYERS, layer)
    x, mask, weights = _checked(layer, inputs, mask)
    where = np.asarray(where)
    _refuse(_REFUSED_HOLDS, layer, gate, where, value, x.shape[:2])
    return _run(layer, x, mask, weights, {gate: (where, value)})


def memory(layer, inputs):
    """The state that a layer hands on after each step, (N, T, H), from a zero state.

    That is the cell state of an LSTM, and the hidden state of a GRU or a SimpleRNN. layer: built,
    with its usual activations. inputs: (N, T, D), without padding. Raises ValueError as `read`.

    >>> layer = keras.layers.SimpleRNN(1)
    >>> layer.build((None, None, 1))
    >>> layer.set_weights([np.zeros((1, 1)), np.ones((1, 1)), np.ones(1)])
    >>> h_1, h_2 = memory(layer, np.ones((1, 2, 1)))[0, :, 0]
    >>> h_1 == np.tanh(1), h_2 == np.tanh(h_1 + 1)
    (np.True_, np.True_)
    """
    return _states(layer, inputs)[-1]


def derivative(layer, inputs, n_steps):
    """d (state after the last step) / d (the same state n_steps earlier), (N, H, H), float64.

    The state is that of `memory`; row k belongs to unit k of the later state. Of an LSTM, C is
    differentiated with regard to C, while the hidden state of the earlier step stays as it is.
    inputs: (N, T, D). n_steps: from 1 to T - 1. Computed by backpropagation.
    Raises ValueError as `read`, and for another n_steps.

    >>> layer = keras.layers.LSTM(1)
    >>> layer.build((None, None, 1))
    >>> layer.set_weights([np.zeros((1, 4)), np.zeros((1, 4)), np.zeros(4)])
    >>> derivative(layer, np.ones((1, 5, 1)), n_steps=2)  # two forget gates, half open each
    array([[[0.25]]])
    """
    states = _states(layer, inputs)
    x, _, weights = _checked(layer, inputs, None)
    if layer.go_backwards:
        raise ValueError(f"the layer {layer.name} reads backwards, expected one that reads forward")
    if not 1 <= n_steps < x.shape[1]:
        raise ValueError(f"n_steps is {n_steps}, expected a number from 1 to {x.shape[1] - 1}")
    later, before = x[:, -n_steps:], [state[:, -n_steps - 1] for state in states]
    backward, options = {
        keras.layers.LSTM: (cells.lstm_sequence_backward, {}),
        keras.layers.GRU: (
            cells.gru_sequence_backward,
            {"reset_after": getattr(layer, "reset_after", None)},
        ),
        keras.layers.SimpleRNN: (cells.rnn_sequence_backward, {}),
    }[_kind(layer)]
    # One row of the batch for each unit of the last state, at which a gradient of 1 starts.
    N, H = len(x), layer.units
    later, *before = (np.repeat(array, H, axis=0) for array in (later, *before))
    leaving = [np.zeros((*later.shape[:2], H)) for _ in before]
    leaving[-1][:, -1] = np.tile(np.eye(H), (N, 1))
    _, *arriving, _ = backward(*leaving, later, *before, weights, **options)
    return arriving[-1].reshape(N, H, H)


def _kind(layer):
    kinds = (keras.layers.LSTM, keras.layers.GRU, keras.layers.SimpleRNN)
    return next(kind for kind in kinds if isinstance(layer, kind))


def _states(layer, inputs):
    """All states after each step, each (N, T, H): (h, C) of an LSTM, (h,) of the others."""
    if not isinstance(layer, keras.layers.SimpleRNN):
        gates = read(layer, inputs)
        return [gates.hidden, gates.cell] if isinstance(gates, LSTMGates) else [gates.hidden]
    _refuse(_REFUSED_OF_ALL, layer)
    x, mask, weights = _checked(layer, inputs, None)
    hidden = cells.rnn_sequence(x, np.zeros((len(x), layer.units)), weights)
    _check_against(layer, hidden, inputs, mask)
    return [hidden]


def _run(layer, x, mask, weights, held):
    """`LSTMGates` or `GRUGates`; held: {field: (where, value)}."""
    is_lstm = isinstance(layer, keras.layers.LSTM)
    step = _lstm_step if is_lstm else _gru_step
    structure = LSTMGates if is_lstm else GRUGates
    n_units, n_states = layer.units, 2 if is_lstm else 1

    found = np.full((len(structure._fields), *x.shape[:2], n_units), np.nan)
    states = np.zeros((n_states, len(x), n_units))
    steps = range(x.shape[1])
    for t in reversed(steps) if layer.go_backwards else steps:
        held_now = {field: (where[:, t, None], value) for field, (where, value) in held.items()}
        values = np.stack(step(x[:, t], states, weights, layer, held_now))
        counts = mask[:, t, None]
        states = np.where(counts, values[-n_states:], states)
        found[:, :, t] = np.where(counts, values, np.nan)
        found[-n_states:, :, t] = states
    return structure(*found)


def _lstm_step(x, states, weights, layer, held):
    """The fields of `LSTMGates` for one step: x (N, D), states (c, h), each (N, H)."""
    c, h = states
    i, f, c_tilde, o = (
        np.where(held[field][0], held[field][1], values) if field in held else values
        for field, values in zip(
            LSTMGates._fields[:4], cells.lstm_gates(x, h, weights), strict=True
        )
    )
    c = f * c + i * c_tilde
    return i, f, c_tilde, o, c, o * np.tanh(c)


def _gru_step(x, states, weights, layer, held):
    """The fields of `GRUGates` for one step: x (N, D), states (h,), (N, H)."""
    (h,) = states
    z, r, h_hat = cells.gru_gates(x, h, weights, layer.reset_after)
    return z, r, h_hat, z * h + (1 - z) * h_hat


# What no layer, no inputs and no mask may be, in the order it is looked for, and the sentence.
_REFUSED_OF_ALL = (
    (
        lambda layer: not layer.built,
        "the layer {0.name} has no weights yet: build or train it first",
    ),
    (
        lambda layer: layer.stateful,
        "the layer {0.name} is stateful, so its start is not a zero state",
    ),
    (
        lambda layer: layer.activation.__name__ != "tanh",
        "the layer's activation is {0.activation.__name__}, expected tanh",
    ),
)
_REFUSED_LAYERS = (
    (
        lambda layer: isinstance(layer, keras.layers.Bidirectional),
        "a Bidirectional holds two layers: read its forward_layer or its backward_layer",
    ),
    (
        lambda layer: not isinstance(layer, keras.layers.LSTM | keras.layers.GRU),
        "found a {0.__class__.__name__}, expected an LSTM or a GRU layer",
    ),
    *_REFUSED_OF_ALL,
    (
        lambda layer: layer.recurrent_activation.__name__ != "sigmoid",
        "the layer's recurrent_activation is {0.recurrent_activation.__name__}, expected sigmoid",
    ),
)
_REFUSED_INPUTS = (
    (lambda x, _: x.ndim != 3, "inputs have {0.ndim} dimensions, expected 3: (N, T, D)"),
    (
        lambda x, _: 0 in x.shape,
        "inputs of shape {0.shape} are empty: at least one sequence and step",
    ),
    (
        lambda x, n_features: x.shape[2] != n_features,
        "inputs have {0.shape[2]} features, the layer was built for {1}",
    ),
    (lambda x, _: not np.isfinite(x).all(), "inputs hold NaN or infinity"),
)
_REFUSED_HOLDS = (
    (
        lambda layer, gate, where, value, shape: not isinstance(layer, keras.layers.LSTM),
        "found a {0.__class__.__name__}, expected an LSTM layer",
    ),
    (
        lambda layer, gate, where, value, shape: gate not in ("input", "forget", "output"),
        "found the gate {1!r}, expected 'input', 'forget' or 'output'",
    ),
    (
        lambda layer, gate, where, value, shape: where.shape != shape,
        "where has shape {2.shape}, expected (N, T) = {4}",
    ),
    (
        lambda layer, gate, where, value, shape: where.dtype != bool,
        "where is of type {2.dtype}, expected bool: True at the steps to hold",
    ),
    (
        lambda layer, gate, where, value, shape: not 0 <= value <= 1,
        "the value is {3}, expected a number from 0 (shut) to 1 (open)",
    ),
)
_REFUSED_MASKS = (
    (
        lambda mask, shape: mask.shape != shape,
        "the mask has shape {0.shape}, expected (N, T) = {1}",
    ),
    (
        lambda mask, _: mask.dtype != bool,
        "the mask is of type {0.dtype}, expected bool: True for a word",
    ),
)


def _refuse(rules, *what):
    for applies, sentence in rules:
        if applies(*what):
            raise ValueError(sentence.format(*what))


def _checked(layer, inputs, mask):
    """Inputs, mask and weights of a layer, as `cells` takes them."""
    weights = _weights(layer)
    x = _checked_inputs(inputs, len(weights[0]))
    return x, _checked_mask(mask, x.shape[:2]), weights


def _weights(layer):
    """[kernel, recurrent_kernel, bias] as `cells` takes them; no bias is a bias of zeros."""
    weights = layer.get_weights()
    if layer.use_bias:
        return weights
    two_biases = isinstance(layer, keras.layers.GRU) and layer.reset_after
    n_columns = weights[0].shape[1]
    return [*weights, np.zeros((2, n_columns) if two_biases else n_columns)]


def _checked_inputs(inputs, n_features):
    x = np.asarray(inputs, "float64")
    _refuse(_REFUSED_INPUTS, x, n_features)
    return x


def _checked_mask(mask, shape):
    if mask is None:
        return np.ones(shape, bool)
    mask = np.asarray(mask)
    _refuse(_REFUSED_MASKS, mask, shape)
    return mask


def _check_against(layer, hidden, inputs, mask):
    """Raise ValueError where the layer's own output is not `hidden`, at steps not masked."""
    own = layer(np.asarray(inputs, layer.compute_dtype), mask=None if mask.all() else mask)
    own = np.asarray(own[0] if layer.return_state else own, "float64")
    if layer.return_sequences:
        own = own[:, ::-1] if layer.go_backwards else own
        own, hidden = own[mask], hidden[mask]
    else:
        hidden = hidden[:, 0 if layer.go_backwards else -1]
    difference = np.abs(own - hidden).max(initial=0)
    if not difference <= TOLERANCE:
        raise ValueError(
            f"the layer {layer.name} computes something else than its equations say: its own "
            f"output differs by {difference:.1e}"
        )
