"""A microscope for trained recurrent layers: what each gate does at each time step.

N batch, T time steps, D features, H units. `read` takes a built `tf.keras` LSTM or GRU layer
and its inputs, computes every gate in float64 from the layer's weights, and compares the hidden
state with the layer's own output. The equations are those of `cells`.
"""

from typing import NamedTuple

import keras
import numpy as np

from utils import cells

TOLERANCE = 1e-3


class LSTMGates(NamedTuple):
    """Each (N, T, H). Gates lie in [0, 1], candidate and hidden state in [-1, 1]."""

    input: np.ndarray
    forget: np.ndarray
    candidate: np.ndarray
    output: np.ndarray
    cell: np.ndarray
    hidden: np.ndarray


class GRUGates(NamedTuple):
    """Each (N, T, H). update is Keras' z: 1 keeps the old hidden state, 0 takes the candidate."""

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
    """
    weights = _weights(layer)
    x = _checked_inputs(inputs, len(weights[0]))
    mask = _checked_mask(mask, x.shape[:2])
    is_lstm = isinstance(layer, keras.layers.LSTM)
    step = _lstm_step if is_lstm else _gru_step
    structure = LSTMGates if is_lstm else GRUGates
    n_units, n_states = layer.units, 2 if is_lstm else 1

    found = np.full((len(structure._fields), *x.shape[:2], n_units), np.nan)
    states = np.zeros((n_states, len(x), n_units))
    steps = range(x.shape[1])
    for t in reversed(steps) if layer.go_backwards else steps:
        values = np.stack(step(x[:, t], states, weights, layer))
        words = mask[:, t, None]
        states = np.where(words, values[-n_states:], states)
        found[:, :, t] = np.where(words, values, np.nan)
        found[-n_states:, :, t] = states
    gates = structure(*found)
    _check_against(layer, gates.hidden, inputs, mask)
    return gates


def _lstm_step(x, states, weights, layer):
    """The fields of `LSTMGates` for one step: x (N, D), states (c, h), each (N, H)."""
    c, h = states
    i, f, c_tilde, o = cells.lstm_gates(x, h, weights)
    c = f * c + i * c_tilde
    return i, f, c_tilde, o, c, o * np.tanh(c)


def _gru_step(x, states, weights, layer):
    """The fields of `GRUGates` for one step: x (N, D), states (h,), (N, H)."""
    (h,) = states
    z, r, h_hat = cells.gru_gates(x, h, weights, layer.reset_after)
    return z, r, h_hat, z * h + (1 - z) * h_hat


def _weights(layer):
    """[kernel, recurrent_kernel, bias] as `cells` takes them; no bias is a bias of zeros."""
    if isinstance(layer, keras.layers.Bidirectional):
        raise ValueError(
            "a Bidirectional holds two layers: read its forward_layer or its backward_layer"
        )
    if not isinstance(layer, keras.layers.LSTM | keras.layers.GRU):
        raise ValueError(f"found a {type(layer).__name__}, expected an LSTM or a GRU layer")
    if not layer.built:
        raise ValueError(f"the layer {layer.name} has no weights yet: build or train it first")
    if layer.stateful:
        raise ValueError(f"the layer {layer.name} is stateful, so its start is not a zero state")
    for name, expected in (("activation", "tanh"), ("recurrent_activation", "sigmoid")):
        found = getattr(layer, name).__name__
        if found != expected:
            raise ValueError(f"the layer's {name} is {found}, expected {expected}")
    weights = layer.get_weights()
    if layer.use_bias:
        return weights
    two_biases = isinstance(layer, keras.layers.GRU) and layer.reset_after
    n_columns = weights[0].shape[1]
    return [*weights, np.zeros((2, n_columns) if two_biases else n_columns)]


def _checked_inputs(inputs, n_features):
    x = np.asarray(inputs, "float64")
    if x.ndim != 3:
        raise ValueError(f"inputs have {x.ndim} dimensions, expected 3: (N, T, D)")
    if 0 in x.shape:
        raise ValueError(f"inputs of shape {x.shape} are empty: at least one sequence and step")
    if x.shape[2] != n_features:
        raise ValueError(f"inputs have {x.shape[2]} features, the layer was built for {n_features}")
    if not np.isfinite(x).all():
        raise ValueError("inputs hold NaN or infinity")
    return x


def _checked_mask(mask, shape):
    if mask is None:
        return np.ones(shape, bool)
    mask = np.asarray(mask)
    if mask.shape != shape:
        raise ValueError(f"the mask has shape {mask.shape}, expected (N, T) = {shape}")
    if mask.dtype != bool:
        raise ValueError(f"the mask is of type {mask.dtype}, expected bool: True for a word")
    return mask


def _check_against(layer, hidden, inputs, mask):
    """Raise ValueError where the layer's own output is not `hidden`, at steps that are words."""
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
