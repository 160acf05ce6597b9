"""Task 1.5: one step of an LSTM, equal to Keras'."""

import numpy as np

from utils import cells
from utils.homework.task import NotYet, Task, expect, expect_none_of, numbers

N, D, H = 3, 4, 2
_draw = np.random.default_rng(5).normal
GIVEN = [_draw(size=(N, size)) for size in (D, H, H)]  # x, h, c
WEIGHTS = [_draw(size=shape) for shape in ((D, 4 * H), (H, 4 * H), (4 * H,))]
NEW_H, NEW_C = cells.lstm_step(*GIVEN, WEIGHTS)
NEXT_H, NEXT_C = cells.lstm_step(-GIVEN[0], NEW_H, NEW_C, WEIGHTS)


def _wrong_results():
    """(wrong c, sentence) pairs and (wrong h where c is right, sentence) pairs."""
    (x, h, c), (kernel, recurrent_kernel, bias) = GIVEN, WEIGHTS
    sigmoid, tanh = cells.sigmoid, np.tanh
    i, f, g, o = np.split(x @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
    of_x = np.split(x @ kernel + bias, 4, axis=1)
    wrong_c = (
        (
            sigmoid(i) * c + sigmoid(f) * tanh(g),
            "input and forget gate have changed places: Keras keeps its weights in the order "
            "input, forget, candidate, output",
        ),
        (
            sigmoid(f) * c + sigmoid(i) * tanh(o),
            "candidate and output gate have changed places: Keras' order is input, forget, "
            "candidate, output",
        ),
        (
            sigmoid(f) * c + sigmoid(i) * sigmoid(g),
            "the candidate went through a sigmoid; it may be negative, so it takes tanh",
        ),
        (c + sigmoid(i) * tanh(g), "the forget gate is missing"),
        (
            sigmoid(of_x[1]) * c + sigmoid(of_x[0]) * tanh(of_x[2]),
            "the old h does not enter the gates: each gate reads x and h",
        ),
    )
    wrong_h = (
        (sigmoid(o) * NEW_C, "c is right; h needs tanh(c), not c"),
        (
            sigmoid(o) * tanh(c),
            "c is right; h must be made from the new c, not from the one that came in",
        ),
    )
    return wrong_c, wrong_h


WRONG_C, WRONG_H = _wrong_results()


def check(lstm_step):
    """Raise NotYet unless h and c of two steps are those of the course's cell, as Keras'."""
    _check_step(*_step(lstm_step, *GIVEN))
    next_h, next_c = _step(lstm_step, -GIVEN[0], NEW_H, NEW_C)
    expect(
        _same(next_h, NEXT_H) and _same(next_c, NEXT_C),
        "the first step is right, the next one, from the new h and c, is not: use the arguments, "
        "nothing from outside the function",
    )


def _step(lstm_step, *given):
    got = lstm_step(*(part.copy() for part in given), [weight.copy() for weight in WEIGHTS])
    expect(isinstance(got, (tuple, list)) and len(got) == 2, "return two arrays, h and c")
    return [numbers(part, (N, H), "h and c, (N, H) each") for part in got]


def _check_step(new_h, new_c):
    h_is_right, c_is_right = _same(new_h, NEW_H), _same(new_c, NEW_C)
    if h_is_right and c_is_right:
        return
    expect(not (_same(new_h, NEW_C) and _same(new_c, NEW_H)), "you return c, h; asked for is h, c")
    if c_is_right:
        expect_none_of(WRONG_H, lambda wrong: _same(new_h, wrong))
        raise NotYet("c is right, h is not: h = o * tanh(c)")
    expect_none_of(WRONG_C, lambda wrong: _same(new_c, wrong))
    raise NotYet("c is wrong: c = f * c + i * candidate, each from x, h and the bias")


def _same(one, other):
    return np.allclose(one, other, atol=1e-5)


TASK = Task(
    number="1.5",
    function="lstm_step",
    points=4,
    check=check,
    hints=(
        "kernel, recurrent_kernel, bias = weights; one product gives all four gates side by "
        "side, 4 H columns.",
        "np.split(x @ kernel + h @ recurrent_kernel + bias, 4, axis=1) gives input, forget, "
        "candidate, output, in this order.",
        "i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o)); then "
        "c = f * c + i * np.tanh(g) and h = o * np.tanh(c).",
    ),
)
