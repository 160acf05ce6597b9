"""What flows back in time: the norm of the gradient at each step, measured.

N batch, T time steps, D features, H units, S numbers in a layer's state: H, and 2 H (h and c)
in an LSTM.

>>> from utils import reproducible
>>> reproducible.set_up()
"""

import numpy as np
import tensorflow as tf


def norm_by_step(layer, inputs, seed=0):
    """How much of a gradient that leaves the last output arrives at the state of each step.

    layer: a built Keras layer that runs a cell forward (SimpleRNN, LSTM, GRU). inputs: (N, T, D),
    without mask. For each sequence a random direction v of length 1 is drawn, and the norm of
    d(v . h_T)/d(state_t) is taken by autodiff, the state (S numbers) of step t being all that
    the cell hands to step t + 1. No unit: the norm is 1 where the gradient starts.
    Returns (N, T), float64: column t-1 is step t, the last column is 1.
    Raises ValueError for a layer without a cell or not built, and for inputs that have another
    rank or width, no step, or NaN.

    >>> import keras
    >>> layer = keras.layers.SimpleRNN(2, activation=None)
    >>> layer.build((None, None, 1))
    >>> layer.set_weights([np.ones((1, 2)), 0.5 * np.eye(2), np.zeros(2)])
    >>> norm_by_step(layer, np.ones((1, 4, 1))).round(6)  # half of it is lost at each step
    array([[0.125, 0.25 , 0.5  , 1.   ]])
    """
    inputs = _checked(layer, inputs)
    n, n_steps, _ = inputs.shape
    directions = np.random.default_rng(seed).normal(size=(n, layer.units))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    state, states = layer.get_initial_state(n), []
    with tf.GradientTape() as tape:
        for step in range(n_steps):
            _, state = layer.cell(inputs[:, step], state, training=False)
            # A copy, so that in an LSTM c_t counts by its own way on, not through h_t as well.
            state = [tf.identity(part) for part in tf.nest.flatten(state)]
            tape.watch(state)
            states.append(state)
        leaving = tf.reduce_sum(state[0] * tf.cast(directions, state[0].dtype))
    arriving = tape.gradient(leaving, states, unconnected_gradients="zero")
    norms = [np.linalg.norm(np.concatenate(parts, axis=1), axis=1) for parts in arriving]
    return np.stack(norms, axis=1).astype("float64")


# What no layer and no inputs may be, in the order it is looked for, and the sentence.
_REFUSED = (
    (
        lambda layer, inputs: not hasattr(layer, "cell"),
        "{layer.__class__.__name__} runs no cell, expected a recurrent layer",
    ),
    (
        lambda layer, inputs: not layer.built,
        "the layer {layer.name} is not built: call it once on its inputs",
    ),
    (
        lambda layer, inputs: inputs.ndim != 3,
        "inputs have {inputs.ndim} axes, expected three: (N, T, D)",
    ),
    (
        lambda layer, inputs: inputs.shape[2] != layer.cell.kernel.shape[0],
        "inputs have {inputs.shape[2]} features, the layer reads {layer.cell.kernel.shape[0]}",
    ),
    (
        lambda layer, inputs: 0 in inputs.shape,
        "inputs have shape {inputs.shape}: no sequence or no step",
    ),
    (
        lambda layer, inputs: not np.isfinite(inputs).all(),
        "inputs have NaN or infinite values",
    ),
)


def _checked(layer, inputs):
    inputs = tf.cast(inputs, layer.compute_dtype)
    values = inputs.numpy()
    for applies, sentence in _REFUSED:
        if applies(layer, values):
            raise ValueError(sentence.format(layer=layer, inputs=values))
    return inputs
