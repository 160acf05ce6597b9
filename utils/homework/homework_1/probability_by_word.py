"""Task 1.5: what a trained LSTM classifier would answer after each word, equal to Keras."""

import numpy as np

from utils import cells
from utils.homework.task import NotYet, Task, array, expect, expect_none_of, numbers

V, E, H = 12, 3, 4
TOKENS = np.array([5, 1, 9, 9, 2, 7, 11])
OTHER_TOKENS = np.array([3, 10, 4])
WHAT = "the probability after each word of the review, (T,)"


def _weights(seed):
    """What get_weights() of an LSTM classifier may hold, large enough to tell mistakes apart."""
    draw = np.random.default_rng(seed).normal
    shapes = ((V, E), (E, 4 * H), (H, 4 * H), (4 * H,), (H, 1), (1,))
    return [draw(size=shape) for shape in shapes]


WEIGHTS, OTHER_WEIGHTS = _weights(5), _weights(6)


def _states(tokens, weights):
    """h and c after each word, (T, H) each, and the last layer's sums of h, (T, 1)."""
    words, *of_lstm, kernel, bias = weights
    start = np.zeros((1, H))
    h, c = (of_all[0] for of_all in cells.lstm_sequence(words[tokens][None], start, start, of_lstm))
    return h, c, h @ kernel + bias


def _right(tokens, weights):
    return cells.sigmoid(_states(tokens, weights)[-1][:, 0])


def _changed(*, order=(0, 1, 2, 3), recurrent=1, bias=1, forget=None, last_bias=1):
    """The weights with blocks in another order, parts without effect, a forget gate held."""
    words, *of_lstm, kernel, of_answer = WEIGHTS
    blocks = [np.split(part, 4, axis=-1) for part in of_lstm]
    if forget is not None:
        for part in blocks[:2]:
            part[1] = np.zeros_like(part[1])
        blocks[2][1] = np.full(H, 1e3 if forget else -1e3)
    of_lstm = [np.concatenate([part[n] for n in order], axis=-1) for part in blocks]
    of_lstm = [of_lstm[0], recurrent * of_lstm[1], bias * of_lstm[2]]
    return [words, *of_lstm, kernel, last_bias * of_answer]


def _mistakes():
    """(wrong result, sentence) pairs."""
    h, c, sums = _states(TOKENS, WEIGHTS)
    alone = [_right(TOKENS[n : n + 1], WEIGHTS)[0] for n in range(len(TOKENS))]
    *_, kernel, bias = WEIGHTS
    return (
        (
            sums[:, 0],
            "the sigmoid at the end is missing: what comes back are the sums that go into it",
        ),
        (
            cells.sigmoid(_right(TOKENS, WEIGHTS)),
            "the answer went through a sigmoid twice: once is enough",
        ),
        (
            1 - _right(TOKENS, WEIGHTS),
            'these are the probability of "negative": the sigmoid is 1 / (1 + exp(-a)), with a '
            "minus",
        ),
        (
            _right(TOKENS - 1, WEIGHTS),
            "the word vectors are those of the numbers before: number n has row n of the array",
        ),
        (
            _right(TOKENS, _changed(bias=2)),
            "the bias of the gates is added twice: Keras' LSTM has one, not one for x and one for "
            "h",
        ),
        (
            _right(TOKENS, _changed(order=(1, 0, 2, 3))),
            "input and forget gate have changed places: Keras keeps its weights in the order "
            "input, forget, candidate, output",
        ),
        (
            _right(TOKENS, _changed(order=(0, 1, 3, 2))),
            "candidate and output gate have changed places: Keras' order is input, forget, "
            "candidate, output",
        ),
        (
            np.array(alone),
            "each word is read as if it were the first: h and c are carried on from word to word",
        ),
        (
            _right(TOKENS, _changed(recurrent=0)),
            "the old h does not enter the gates: each gate reads x and h",
        ),
        (
            _right(TOKENS, _changed(forget=0)),
            "the old c is forgotten at each word: c = f * c + i * candidate",
        ),
        (_right(TOKENS, _changed(forget=1)), "the forget gate is missing"),
        (_right(TOKENS, _changed(bias=0)), "the bias of the gates is missing"),
        (_right(TOKENS, _changed(last_bias=0)), "the bias of the last layer is missing"),
        (
            cells.sigmoid((c @ kernel + bias)[:, 0]),
            "the last layer reads h, not c",
        ),
        (_right(TOKENS[::-1], WEIGHTS), "the words are read from the last to the first"),
        (
            _right(TOKENS[::-1], WEIGHTS)[::-1],
            "the words are read from the last to the first",
        ),
    )


def _mistakes_in_the_first_word():
    """The same of the first probability alone, for which h and c start from zeros."""
    words, *of_lstm, kernel, bias = WEIGHTS
    i, _, candidate, o = cells.lstm_gates(words[TOKENS[:1]], np.zeros((1, H)), of_lstm)
    squashed = cells.sigmoid(np.arctanh(candidate))
    return [
        (cells.sigmoid(h @ kernel + bias)[0, 0], sentence)
        for h, sentence in (
            (
                o * np.tanh(i * squashed),
                "the candidate went through a sigmoid; it may be negative, so it takes tanh",
            ),
            (o * i * candidate, "h needs tanh(c), not c: h = o * tanh(c)"),
            (
                np.zeros_like(o),
                "the first answer is that of h = 0, before any word: in each step c is computed "
                "first, then h from the new c, then the answer from the new h",
            ),
        )
    ]


MISTAKES, MISTAKES_IN_THE_FIRST_WORD = _mistakes(), _mistakes_in_the_first_word()


def check(probability_by_word):
    """Raise NotYet unless a review of seven words, then one of three, is read as by Keras."""
    _check_review(_ask(probability_by_word, TOKENS, WEIGHTS), _right(TOKENS, WEIGHTS))
    other = _ask(probability_by_word, OTHER_TOKENS, OTHER_WEIGHTS)
    expect(
        _same(other, _right(OTHER_TOKENS, OTHER_WEIGHTS)),
        "the first review is right, another one with other weights is not: use the arguments, and "
        "start each review from zeros",
    )


def _check_review(found, right):
    if _same(found, right):
        return
    expect_none_of(MISTAKES, lambda wrong: _same(found, wrong))
    expect(
        ((found >= 0) & (found <= 1)).all(),
        "some answers lie outside 0 and 1, or are NaN: the last step is a sigmoid",
    )
    expect(
        not _same(found[0], right[0]),
        "the first probability is right, later ones are not: the h and c of a word are what the "
        "next word starts from",
    )
    expect_none_of(MISTAKES_IN_THE_FIRST_WORD, lambda wrong: _same(found[0], wrong))
    raise NotYet(
        "already the first probability is wrong: c = f * c + i * candidate and h = o * tanh(c), "
        "each gate from x, h and the bias; then the last layer and its sigmoid"
    )


def _ask(probability_by_word, tokens, weights):
    found = probability_by_word(tokens.copy(), [weight.copy() for weight in weights])
    expect(
        array(found, WHAT).size != 1,
        "one number comes back, asked for is one after each word, (T,)",
    )
    return numbers(found, (len(tokens),), WHAT)


def _same(one, other):
    return np.allclose(one, other, atol=1e-4)


TASK = Task(
    number="1.5",
    function="probability_by_word",
    points=3,
    check=check,
    hints=(
        "Take the six arrays apart, start h and c as zeros of length H, and go through the tokens "
        "in a loop. The vector of a word is a row of the embedding.",
        "In the loop, one sum gives all four gates side by side: gates = x @ kernel + h @ "
        "recurrent_kernel + bias; np.split(gates, 4) are input, forget, candidate, output.",
        "With sigmoid(a) = 1 / (1 + np.exp(-a)), in the loop: c = sigmoid(f) * c + sigmoid(i) * "
        "np.tanh(g); h = sigmoid(o) * np.tanh(c); and append sigmoid(h @ dense_kernel + "
        "dense_bias)[0].",
    ),
)
