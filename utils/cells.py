"""SimpleRNN, LSTM and GRU in NumPy, float64: one step and a sequence, forward and backward.

N batch, T time steps, D features, H units. Weights lie as in `layer.get_weights()` of Keras:
[kernel (D, k H), recurrent_kernel (H, k H), bias], with the k blocks of columns in this order:

    SimpleRNN  k = 1  bias (H,)
    LSTM       k = 4  i, f, c, o  bias (4 H,)
    GRU        k = 3  z, r, h     bias (2, 3 H), or (3 H,) with reset_after=False

Every function takes its arguments in the order x, states, weights. The `_backward` of a function
takes the derivatives of a loss with regard to what the function returned, then the function's own
arguments, and returns the derivatives with regard to those: dx, states, [kernel,
recurrent_kernel, bias], each in the shape of its argument.

x is (N, D) for a step and (N, T, D) for a sequence, states h and c are (N, H), all without units.
mask (N, T) is True where a step counts, and padding is on the right only: as in Keras, a masked
step repeats the state and the output before it, so that `[:, -1]` is always the last state.

Every function but `sigmoid` raises ValueError for a wrong rank, sizes that do not match, NaN or
infinity, an empty sequence, a mask that is not right-padded.

>>> from utils import reproducible
>>> reproducible.set_up()
>>> import keras
>>> layer = keras.layers.LSTM(3, return_sequences=True)
>>> x, zeros = np.random.normal(size=(2, 5, 4)), np.zeros((2, 3))
>>> keras_says = layer(x)  # builds the layer, too
>>> h, c = lstm_sequence(x, zeros, zeros, layer.get_weights())
>>> np.allclose(h, keras_says, atol=1e-6)
True
"""

import numpy as np


def sigmoid(a):
    """1 / (1 + exp(-a)), written so that no size of a overflows.

    a: an array of any shape, or a number; returns the same shape, from 0 to 1.

    >>> sigmoid(np.array([-1000, 0, 1000]))
    array([0. , 0.5, 1. ])
    """
    return 0.5 * (1 + np.tanh(0.5 * a))


def rnn_step(x, h, weights):
    """h_t = tanh(x_t W_xh + h_{t-1} W_hh + b_h): from x (N, D), h (N, H) the next h (N, H).

    Elman (1990), with tanh as in `keras.layers.SimpleRNN`.

    >>> x, h = np.array([[0.5]]), np.array([[0.25]])
    >>> weights = [np.array([[2.0]]), np.array([[-1.0]]), np.array([0.1])]
    >>> rnn_step(x, h, weights) == np.tanh(0.5 * 2 - 0.25 * 1 + 0.1)
    array([[ True]])
    """
    x, (h,), (W_xh, W_hh, b_h) = _checked("N, D", x, [h], weights, 1)
    return np.tanh(x @ W_xh + h @ W_hh + b_h)


def rnn_step_backward(dh_next, x, h, weights):
    """From dh_next (N, H), the derivatives dx (N, D), dh (N, H) and [dW_xh, dW_hh, db_h].

    At 0, where the slope of tanh is 1, the derivatives are those of the sum:

    >>> weights = [np.array([[2.0]]), np.array([[-1.0]]), np.zeros(1)]
    >>> dx, dh, [dW_xh, dW_hh, db_h] = rnn_step_backward([[1]], [[0]], [[0]], weights)
    >>> dx, dh, db_h
    (array([[2.]]), array([[-1.]]), array([1.]))
    """
    x, (h,), weights = _checked("N, D", x, [h], weights, 1)
    dh_next = _numbers("dh_next", dh_next, "N, H", h.shape)
    h_next = rnn_step(x, h, weights)
    return _sum_backward(dh_next * (1 - h_next**2), x, h, weights)


def rnn_sequence(x, h, weights, mask=None):
    """h after every step, (N, T, H), from x (N, T, D) and the initial h (N, H).

    >>> weights = [np.eye(2), np.zeros((2, 2)), np.zeros(2)]  # remembers nothing
    >>> x = np.array([[[0.5, -1], [2, 0]]])
    >>> np.array_equal(rnn_sequence(x, np.zeros((1, 2)), weights), np.tanh(x))
    True
    """
    x, (h,), weights = _checked("N, T, D", x, [h], weights, 1)
    (outputs,) = _forward(rnn_step, x, [h], weights, _mask(mask, x))
    return outputs


def rnn_sequence_backward(dh, x, h, weights, mask=None):
    """Backpropagation through time: dh (N, T, H) is with regard to h after every step.

    Returns dx (N, T, D), the derivative (N, H) of the initial h, and [dW_xh, dW_hh, db_h]
    summed over all steps. Werbos (1990).

    >>> weights = [np.eye(1), 0.5 * np.eye(1), np.zeros(1)]
    >>> dh = np.array([[0, 0, 1.0]])[..., None]  # a loss of the last state alone
    >>> dx, *_ = rnn_sequence_backward(dh, np.zeros((1, 3, 1)), np.zeros((1, 1)), weights)
    >>> dx[0, :, 0]  # a weight of .5, once a step
    array([0.25, 0.5 , 1.  ])
    """
    x, (h,), weights = _checked("N, T, D", x, [h], weights, 1)
    return _backward(rnn_step, rnn_step_backward, [dh], x, [h], weights, _mask(mask, x))


def lstm_gates(x, h, weights):
    """i, f, C̃, o, each (N, H): input gate, forget gate, candidate, output gate.

    i = σ(x_t W_i + h_{t-1} U_i + b_i), f and o alike, C̃ = tanh(x_t W_c + h_{t-1} U_c + b_c).
    The slides' W_f · [h_{t-1}, x_t] is the same sum: one matrix on both, stacked.

    >>> weights = [np.zeros((4, 12)), np.zeros((3, 12)), np.repeat([-1000, 1000, 0, 0], 3)]
    >>> i, f, c_tilde, o = lstm_gates(np.ones((1, 4)), np.ones((1, 3)), weights)
    >>> i, f  # a bias decides: nothing is let in, nothing is forgotten
    (array([[0., 0., 0.]]), array([[1., 1., 1.]]))
    >>> c_tilde, o
    (array([[0., 0., 0.]]), array([[0.5, 0.5, 0.5]]))
    """
    x, (h,), (W, U, b) = _checked("N, D", x, [h], weights, 4)
    W_i, W_f, W_c, W_o = np.split(W, 4, axis=1)
    U_i, U_f, U_c, U_o = np.split(U, 4, axis=1)
    b_i, b_f, b_c, b_o = np.split(b, 4)
    i = sigmoid(x @ W_i + h @ U_i + b_i)
    f = sigmoid(x @ W_f + h @ U_f + b_f)
    c_tilde = np.tanh(x @ W_c + h @ U_c + b_c)
    o = sigmoid(x @ W_o + h @ U_o + b_o)
    return i, f, c_tilde, o


def lstm_step(x, h, c, weights):
    """C_t = f * C_{t-1} + i * C̃, h_t = o * tanh(C_t): the next h (N, H) and c (N, H).

    Hochreiter & Schmidhuber (1997), with the forget gate of Gers et al. (2000), as in
    `keras.layers.LSTM`. The gates are those of `lstm_gates`.

    >>> weights = [np.zeros((2, 4)), np.zeros((1, 4)), np.zeros(4)]
    >>> h, c = lstm_step(np.ones((1, 2)), np.zeros((1, 1)), np.array([[8.0]]), weights)
    >>> c  # without weights, every gate is half open
    array([[4.]])
    """
    x, (h, c), weights = _checked("N, D", x, [h, c], weights, 4)
    i, f, c_tilde, o = lstm_gates(x, h, weights)
    c = f * c + i * c_tilde
    h = o * np.tanh(c)
    return h, c


def lstm_step_backward(dh_next, dc_next, x, h, c, weights):
    """From dh_next, dc_next (N, H): dx (N, D), dh (N, H), dc (N, H) and [dW, dU, db].

    >>> weights = [np.zeros((2, 4)), np.zeros((1, 4)), np.zeros(4)]
    >>> x, h, c = np.ones((1, 2)), np.zeros((1, 1)), np.array([[8.0]])
    >>> _, _, dc, _ = lstm_step_backward([[0]], [[1]], x, h, c, weights)
    >>> dc  # what leaves the cell state passes the forget gate
    array([[0.5]])
    """
    x, (h, c), weights = _checked("N, D", x, [h, c], weights, 4)
    dh_next = _numbers("dh_next", dh_next, "N, H", h.shape)
    dc_next = _numbers("dc_next", dc_next, "N, H", h.shape)
    i, f, c_tilde, o = lstm_gates(x, h, weights)
    tanh_c = np.tanh(f * c + i * c_tilde)
    dc_next = dc_next + dh_next * o * (1 - tanh_c**2)
    da_i = dc_next * c_tilde * i * (1 - i)
    da_f = dc_next * c * f * (1 - f)
    da_c = dc_next * i * (1 - c_tilde**2)
    da_o = dh_next * tanh_c * o * (1 - o)
    da = np.concatenate([da_i, da_f, da_c, da_o], axis=1)
    dx, dh, dweights = _sum_backward(da, x, h, weights)
    return dx, dh, dc_next * f, dweights


def lstm_sequence(x, h, c, weights, mask=None):
    """h and c after every step, each (N, T, H), from x (N, T, D), the initial h, c (N, H).

    >>> weights = [np.zeros((2, 4)), np.zeros((1, 4)), np.zeros(4)]
    >>> x, h, c = np.ones((1, 4, 2)), np.zeros((1, 1)), np.array([[8.0]])
    >>> _, after = lstm_sequence(x, h, c, weights, mask=[[True, True, True, False]])
    >>> after[0, :, 0]  # halved at each step but the masked one
    array([4., 2., 1., 1.])
    """
    x, states, weights = _checked("N, T, D", x, [h, c], weights, 4)
    return _forward(lstm_step, x, states, weights, _mask(mask, x))


def lstm_sequence_backward(dh, dc, x, h, c, weights, mask=None):
    """Backpropagation through time: dh, dc (N, T, H) are with regard to h, c after every step.

    Returns dx (N, T, D), the derivatives (N, H) of the initial h and c, and [dW, dU, db] summed
    over all steps.

    >>> weights = [np.zeros((2, 4)), np.zeros((1, 4)), np.array([0, 1000, 0, 0])]
    >>> x, zeros = np.ones((1, 50, 2)), np.zeros((1, 1))
    >>> dh, dc = np.zeros((1, 50, 1)), np.zeros((1, 50, 1))
    >>> dc[:, -1] = 1
    >>> _, _, dc_initial, _ = lstm_sequence_backward(dh, dc, x, zeros, zeros, weights)
    >>> dc_initial  # 50 steps through an open forget gate
    array([[1.]])
    """
    x, states, weights = _checked("N, T, D", x, [h, c], weights, 4)
    return _backward(lstm_step, lstm_step_backward, [dh, dc], x, states, weights, _mask(mask, x))


def gru_gates(x, h, weights, reset_after=True):
    """z, r, ĥ, each (N, H): update gate, reset gate, candidate.

    reset_after=True, with biases b on x and d on h: z = σ(x_t W_z + b_z + h_{t-1} U_z + d_z),
    r alike, ĥ = tanh(x_t W_h + b_h + r * (h_{t-1} U_h + d_h)).
    reset_after=False, as Cho et al. (2014) wrote it: z = σ(x_t W_z + h_{t-1} U_z + b_z), r alike,
    ĥ = tanh(x_t W_h + (r * h_{t-1}) U_h + b_h).

    >>> weights = [np.zeros((2, 3)), np.array([[0, 0, 2.0]]), np.zeros((2, 3))]
    >>> z, r, h_hat = gru_gates(np.ones((1, 2)), np.array([[0.5]]), weights)
    >>> z, r
    (array([[0.5]]), array([[0.5]]))
    >>> h_hat == np.tanh(0.5 * (0.5 * 2))
    array([[ True]])
    """
    x, (h,), (W, U, b) = _checked("N, D", x, [h], weights, 3, reset_after)
    W_z, W_r, W_h = np.split(W, 3, axis=1)
    U_z, U_r, U_h = np.split(U, 3, axis=1)
    if reset_after:
        (b_z, b_r, b_h), (d_z, d_r, d_h) = (np.split(row, 3) for row in b)
        z = sigmoid(x @ W_z + b_z + h @ U_z + d_z)
        r = sigmoid(x @ W_r + b_r + h @ U_r + d_r)
        h_hat = np.tanh(x @ W_h + b_h + r * (h @ U_h + d_h))
    else:
        b_z, b_r, b_h = np.split(b, 3)
        z = sigmoid(x @ W_z + h @ U_z + b_z)
        r = sigmoid(x @ W_r + h @ U_r + b_r)
        h_hat = np.tanh(x @ W_h + (r * h) @ U_h + b_h)
    return z, r, h_hat


def gru_step(x, h, weights, reset_after=True):
    """h_t = z * h_{t-1} + (1 - z) * ĥ: from x (N, D), h (N, H) the next h (N, H).

    Cho et al. (2014), as in `keras.layers.GRU`; Chung et al. (2014) and the slides write z and
    1 - z the other way round. The gates are those of `gru_gates`.

    >>> weights = [np.zeros((2, 3)), np.zeros((1, 3)), np.zeros((2, 3))]
    >>> gru_step(np.ones((1, 2)), np.array([[0.5]]), weights)  # half of h, half of ĥ = 0
    array([[0.25]])
    """
    x, (h,), weights = _checked("N, D", x, [h], weights, 3, reset_after)
    z, r, h_hat = gru_gates(x, h, weights, reset_after)
    return z * h + (1 - z) * h_hat


def gru_step_backward(dh_next, x, h, weights, reset_after=True):
    """From dh_next (N, H), the derivatives dx (N, D), dh (N, H) and [dW, dU, db].

    >>> weights = [np.zeros((2, 3)), np.zeros((1, 3)), np.zeros((2, 3))]
    >>> _, dh, _ = gru_step_backward([[1]], np.ones((1, 2)), [[0.5]], weights)
    >>> dh  # z is one half
    array([[0.5]])
    """
    x, (h,), (W, U, b) = _checked("N, D", x, [h], weights, 3, reset_after)
    dh_next = _numbers("dh_next", dh_next, "N, H", h.shape)
    z, r, h_hat = gru_gates(x, h, (W, U, b), reset_after)
    U_zr, U_h = np.split(U, [2 * len(U)], axis=1)
    da_z = dh_next * (h - h_hat) * z * (1 - z)
    da_h = dh_next * (1 - z) * (1 - h_hat**2)
    if reset_after:
        d_h = np.split(b[1], 3)[2]
        da_r = da_h * (h @ U_h + d_h) * r * (1 - r)
        da_on_x = np.concatenate([da_z, da_r, da_h], axis=1)
        da_on_h = np.concatenate([da_z, da_r, da_h * r], axis=1)
        db = np.stack([da_on_x.sum(axis=0), da_on_h.sum(axis=0)])
        dh = dh_next * z + da_on_h @ U.T
        return da_on_x @ W.T, dh, [x.T @ da_on_x, h.T @ da_on_h, db]
    drh = da_h @ U_h.T
    da_r = drh * h * r * (1 - r)
    da = np.concatenate([da_z, da_r, da_h], axis=1)
    da_zr = np.concatenate([da_z, da_r], axis=1)
    dh = dh_next * z + da_zr @ U_zr.T + drh * r
    dU = np.concatenate([h.T @ da_zr, (r * h).T @ da_h], axis=1)
    return da @ W.T, dh, [x.T @ da, dU, da.sum(axis=0)]


def gru_sequence(x, h, weights, mask=None, reset_after=True):
    """h after every step, (N, T, H), from x (N, T, D) and the initial h (N, H).

    >>> weights = [np.zeros((2, 3)), np.zeros((1, 3)), np.zeros((2, 3))]
    >>> gru_sequence(np.ones((1, 3, 2)), np.array([[1.0]]), weights)[0, :, 0]
    array([0.5  , 0.25 , 0.125])
    """
    x, (h,), weights = _checked("N, T, D", x, [h], weights, 3, reset_after)
    (outputs,) = _forward(gru_step, x, [h], weights, _mask(mask, x), reset_after=reset_after)
    return outputs


def gru_sequence_backward(dh, x, h, weights, mask=None, reset_after=True):
    """Backpropagation through time: dh (N, T, H) is with regard to h after every step.

    Returns dx (N, T, D), the derivative (N, H) of the initial h, and [dW, dU, db] summed over
    all steps.

    >>> weights = [np.zeros((2, 3)), np.zeros((1, 3)), np.zeros((2, 3))]
    >>> dh = np.array([[0, 0, 1.0]])[..., None]  # a loss of the last state alone
    >>> x, h = np.ones((1, 3, 2)), np.zeros((1, 1))
    >>> _, dh_initial, _ = gru_sequence_backward(dh, x, h, weights)
    >>> dh_initial
    array([[0.125]])
    """
    x, (h,), weights = _checked("N, T, D", x, [h], weights, 3, reset_after)
    mask, options = _mask(mask, x), {"reset_after": reset_after}
    return _backward(gru_step, gru_step_backward, [dh], x, [h], weights, mask, **options)


def _forward(step, x, states, weights, mask, **options):
    """States after every step, a list of (N, T, H): `step` where the mask is True."""
    after = [np.empty((*x.shape[:2], h.shape[1])) for h in states]
    for t in range(x.shape[1]):
        new = step(x[:, t], *states, weights, **options)
        new = new if isinstance(new, tuple) else (new,)
        counts = mask[:, t, None]
        states = [np.where(counts, n, old) for n, old in zip(new, states, strict=True)]
        for outputs, state in zip(after, states, strict=True):
            outputs[:, t] = state
    return after


def _backward(step, step_backward, derivatives, x, states, weights, mask, **options):
    """dx, one derivative for each initial state, and those of the weights, by hand."""
    N, T, H = *x.shape[:2], states[0].shape[1]
    names = ["dh", "dc"][: len(states)]
    derivatives = [
        _numbers(name, d, "N, T, H", (N, T, H)) for name, d in zip(names, derivatives, strict=True)
    ]
    after = _forward(step, x, states, weights, mask, **options)
    dx, dweights = np.zeros_like(x), [np.zeros_like(w) for w in weights]
    flowing = [np.zeros_like(state) for state in states]
    for t in reversed(range(T)):
        flowing = [d + here[:, t] for d, here in zip(flowing, derivatives, strict=True)]
        before = [h[:, t - 1] for h in after] if t else states
        counts = mask[:, t, None]
        into_step = [d * counts for d in flowing]
        dx[:, t], *through, dw = step_backward(*into_step, x[:, t], *before, weights, **options)
        flowing = [d * ~counts + back for d, back in zip(flowing, through, strict=True)]
        dweights = [total + part for total, part in zip(dweights, dw, strict=True)]
    return dx, *flowing, dweights


def _sum_backward(da, x, h, weights):
    """Derivatives of a = x W + h U + b with regard to x, h and [W, U, b]."""
    W, U, _ = weights
    return da @ W.T, da @ U.T, [x.T @ da, h.T @ da, da.sum(axis=0)]


def _checked(axes, x, states, weights, k, reset_after=False):
    """x, states and weights as float64 arrays whose shapes fit; k: blocks of columns."""
    if len(weights) != 3:
        raise ValueError(
            f"weights has {len(weights)} arrays, expected [kernel, recurrent_kernel, bias]"
        )
    W, U, b = weights
    columns = f"{k} H" if k > 1 else "H"
    x = _numbers("x", x, axes)
    U = _numbers("recurrent_kernel", U, f"H, {columns}")
    N, D, H = len(x), x.shape[-1], len(U)
    bias = ("bias", b, f"{columns},", (k * H,))
    if reset_after:
        bias = ("bias with reset_after=True", b, f"2, {columns}", (2, k * H))
    fit = (
        ("recurrent_kernel", U, f"H, {columns}", (H, k * H)),
        ("kernel", W, f"D, {columns}", (D, k * H)),
        bias,
        *((name, state, "N, H", (N, H)) for name, state in zip("hc", states, strict=False)),
    )
    U, W, b, *states = (_numbers(*array) for array in fit)
    return x, states, (W, U, b)


def _numbers(name, values, axes, shape=None):
    """`values` as float64, or ValueError unless they have `shape` (None: any), all finite."""
    array = np.asarray(values, dtype="float64")
    found = array.shape
    refused = (
        (array.ndim != len(axes.split(", ")), "{name} has shape {found}, expected ({axes})"),
        (0 in found, "{name} has shape {found}: it is empty"),
        (shape not in (None, found), "{name} has shape {found}, expected ({axes}) = {shape}"),
        (not np.isfinite(array).all(), "{name} holds NaN or infinity"),
    )
    for applies, sentence in refused:
        if applies:
            raise ValueError(sentence.format(name=name, found=found, axes=axes, shape=shape))
    return array


def _mask(mask, x):
    """The mask as booleans (N, T); all True for None."""
    N, T = x.shape[:2]
    if mask is None:
        return np.ones((N, T), bool)
    mask = _numbers("mask", mask, "N, T", (N, T)) != 0
    if not mask[:, 0].all() or (mask[:, 1:] & ~mask[:, :-1]).any():
        raise ValueError("mask is not right-padded: each row is True at first, then False")
    return mask
