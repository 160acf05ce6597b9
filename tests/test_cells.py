"""The NumPy cells against Keras: outputs and gradients, on random shapes and random weights."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from utils import cells

KINDS = ["simple_rnn", "lstm", "gru", "gru_reset_before"]
K = {"simple_rnn": 1, "lstm": 4, "gru": 3, "gru_reset_before": 3}
# N, T, D, H; T = 1 and H = 1 among them.
SHAPES = [(3, 1, 2, 4), (2, 5, 3, 1), (1, 1, 1, 1), (4, 7, 1, 3)] + [
    tuple(int(n) for n in np.random.default_rng(seed).integers(1, [5, 8, 5, 7]))
    for seed in range(4)
]


class Case:
    """Random arguments of one cell; every second one has a mask, and zeros as initial states."""

    def __init__(self, kind, number):
        N, T, D, H = self.shape = SHAPES[number]
        rng = np.random.default_rng(100 + number)
        self.kind, self.rng, k = kind, rng, K[kind]
        bias = (2, k * H) if kind == "gru" else (k * H,)
        self.x = rng.normal(size=(N, T, D))
        self.states = [rng.normal(size=(N, H)) for _ in range(1 + (kind == "lstm"))]
        if number % 4 == 3:
            self.states = [np.zeros((N, H)) for _ in self.states]
        self.weights = [rng.normal(size=size) for size in [(D, k * H), (H, k * H), bias]]
        self.mask = None
        if number % 2:
            self.mask = np.arange(T) < rng.integers(1, T + 1, size=(N, 1))
        self.derivatives = [rng.normal(size=(N, T, H)) for _ in self.states]

    @property
    def options(self):
        return {"gru": {"reset_after": True}, "gru_reset_before": {"reset_after": False}}.get(
            self.kind, {}
        )

    def call(self, level, *derivatives, x=None, **options):
        name = {"simple_rnn": "rnn", "lstm": "lstm"}.get(self.kind, "gru")
        function = getattr(cells, f"{name}_{level}")
        x = self.x if x is None else x
        return function(*derivatives, x, *self.states, self.weights, **self.options, **options)

    def outputs(self):
        found = self.call("sequence", mask=self.mask)
        return list(found) if self.kind == "lstm" else [found]

    def layer(self, return_sequences=True):
        N, T, D, H = self.shape
        options = {
            "units": H,
            "dtype": "float64",
            "return_sequences": return_sequences,
            "return_state": True,
        }
        if self.kind == "simple_rnn":
            layer = keras.layers.SimpleRNN(**options)
        elif self.kind == "lstm":
            layer = keras.layers.LSTM(**options)
        else:
            layer = keras.layers.GRU(**options, **self.options)
        layer.build((None, T, D))
        layer.set_weights(self.weights)
        return layer


@pytest.fixture(params=range(len(SHAPES)))
def case(request, kind):
    return Case(kind, request.param)


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.mark.parametrize("return_sequences", [True, False])
def test_a_sequence_is_that_of_keras(case, return_sequences):
    layer = case.layer(return_sequences)
    expected, *states = layer(case.x, initial_state=case.states, mask=case.mask)
    found = case.outputs()
    h = found[0] if return_sequences else found[0][:, -1]
    np.testing.assert_allclose(h, expected, rtol=0, atol=1e-12)
    for state, expected_state in zip(found, states, strict=True):
        np.testing.assert_allclose(state[:, -1], expected_state, rtol=0, atol=1e-12)


def test_the_gradient_is_that_of_autodiff(case):
    layer = case.layer()
    x = tf.constant(case.x)
    initial = [tf.constant(state) for state in case.states]
    # Keras shows the cell state of the last step only.
    for d in case.derivatives[1:]:
        d[:, :-1] = 0
    with tf.GradientTape() as tape:
        tape.watch([x, *initial])
        h, *last = layer(x, initial_state=initial, mask=case.mask)
        loss = tf.reduce_sum(h * case.derivatives[0])
        for c, d in zip(last[1:], case.derivatives[1:], strict=True):
            loss += tf.reduce_sum(c * d[:, -1])
    expected = tape.gradient(loss, [x, *initial, *layer.trainable_variables])
    *found, dweights = case.call("sequence_backward", *case.derivatives, mask=case.mask)
    assert len(found) + len(dweights) == len(expected)
    for mine, theirs in zip([*found, *dweights], expected, strict=True):
        theirs = np.zeros(mine.shape) if theirs is None else theirs
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-10)


def test_the_gradient_is_that_of_numeric_differences(case):
    *found, dweights = case.call("sequence_backward", *case.derivatives, mask=case.mask)
    arguments = [case.x, *case.states, *case.weights]
    step = 1e-6
    for gradient, argument in zip([*found, *dweights], arguments, strict=True):
        direction = case.rng.normal(size=argument.shape)
        losses = []
        for sign in (1, -1):
            argument += sign * step * direction
            losses.append(
                sum(np.sum(h * d) for h, d in zip(case.outputs(), case.derivatives, strict=True))
            )
            argument -= sign * step * direction
        numeric = (losses[0] - losses[1]) / (2 * step)
        assert np.sum(gradient * direction) == pytest.approx(numeric, rel=1e-6, abs=1e-7)


def test_one_step_is_a_sequence_of_one(case):
    step = case.call("step", x=case.x[:, 0])
    step = step if isinstance(step, tuple) else (step,)
    sequence = [after[:, 0] for after in case.outputs()]
    for found, expected in zip(step, sequence, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_a_masked_step_repeats_the_state(kind):
    case = Case(kind, 3)
    padded = np.concatenate([case.x, case.rng.normal(size=case.x.shape)], axis=1)
    case.mask = np.arange(padded.shape[1]) < np.full((len(padded), 1), case.shape[1])
    alone = case.call("sequence")
    beside = case.call("sequence", x=padded, mask=case.mask)
    alone, beside = (found if kind == "lstm" else [found] for found in (alone, beside))
    for short, long in zip(alone, beside, strict=True):
        np.testing.assert_array_equal(long[:, : case.shape[1]], short)
        repeated = np.repeat(short[:, -1:], case.shape[1], axis=1)
        np.testing.assert_array_equal(long[:, case.shape[1] :], repeated)


def test_a_gate_far_outside_is_exactly_shut_or_open_without_a_warning():
    with np.errstate(all="raise"):
        assert cells.sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0, 0.5, 1]


def test_an_unspoiled_case_passes(kind):
    Case(kind, 3).outputs()


def unfit(case, **changes):
    for name, value in changes.items():
        setattr(case, name, value)


BAD = {
    r"^x has shape \(4, 7\), expected \(N, T, D\)$": lambda c: unfit(c, x=c.x[..., 0]),
    r"^x has shape \(4, 0, 1\): it is empty$": lambda c: unfit(c, x=c.x[:, :0]),
    r"^x holds NaN or infinity$": lambda c: unfit(c, x=np.where(c.x == c.x[2, 3], np.nan, c.x)),
    r"^kernel has shape .*, expected \(D, (\d )?H\) = \(2, \d+\)$": lambda c: unfit(
        c, x=np.repeat(c.x, 2, axis=2)
    ),
    r"^h has shape \(4, 2\), expected \(N, H\) = \(4, 3\)$": lambda c: unfit(
        c, states=[state[:, :2] for state in c.states]
    ),
    r"^h has shape \(1, 3\), expected \(N, H\) = \(4, 3\)$": lambda c: unfit(
        c, states=[state[:1] for state in c.states]
    ),
    r"^recurrent_kernel has shape .*, expected \(H, (\d )?H\) = ": lambda c: unfit(
        c, weights=[c.weights[0], c.weights[1][:2], c.weights[2]]
    ),
    r"^bias.* has shape .*, expected \((2, )?(\d )?H,?\) = ": lambda c: unfit(
        c, weights=[*c.weights[:2], c.weights[2][..., :1]]
    ),
    r"^weights has 2 arrays, expected \[kernel, recurrent_kernel, bias\]$": lambda c: unfit(
        c, weights=c.weights[:2]
    ),
    r"^mask has shape \(4, 6\), expected \(N, T\) = \(4, 7\)$": lambda c: unfit(
        c, mask=c.mask[:, 1:]
    ),
    r"^mask is not right-padded": lambda c: unfit(c, mask=c.mask[:, ::-1] & (np.arange(7) > 0)),
}


@pytest.mark.parametrize("sentence", BAD)
@pytest.mark.parametrize("level", ["sequence", "sequence_backward"])
def test_a_bad_argument_gets_one_clear_sentence(kind, sentence, level):
    case = Case(kind, 3)
    BAD[sentence](case)
    derivatives = case.derivatives if level == "sequence_backward" else []
    with pytest.raises(ValueError, match=sentence):
        case.call(level, *derivatives, mask=case.mask)


def test_a_step_refuses_a_sequence(kind):
    case = Case(kind, 3)
    with pytest.raises(ValueError, match=r"^x has shape \(4, 7, 1\), expected \(N, D\)$"):
        case.call("step")


def test_derivatives_must_fit_the_outputs(kind):
    case = Case(kind, 3)
    short = [d[:, :-1] for d in case.derivatives]
    with pytest.raises(ValueError, match=r"^dh has shape \(4, 6, 3\), expected \(N, T, H\)"):
        case.call("sequence_backward", *short, mask=case.mask)


def test_a_bias_for_the_other_reset_is_refused():
    after, before = Case("gru", 3), Case("gru_reset_before", 3)
    with pytest.raises(ValueError, match="^bias has shape"):
        cells.gru_sequence(after.x, *after.states, after.weights, reset_after=False)
    with pytest.raises(ValueError, match="^bias with reset_after=True has shape"):
        cells.gru_sequence(before.x, *before.states, before.weights)
