"""The GRU, gate by gate, and beside the LSTM.

A part has the colour of the LSTM's gate that does the same work: the update gate keeps as the
forget gate does, the reset gate limits what is seen of the state as the output gate does.
"""

from utils import figures
from utils.diagrams import shapes

# A step shows what the steps before it show, and more.
GRU_STEPS = ("update", "reset")


def gru(step="reset"):
    """A plain RNN with an update gate, and then with a reset gate, too; what is new is bold.

    step: one of GRU_STEPS.

    Returns a figure. Raises ValueError for another step.

    >>> figure = gru("update")
    >>> "$z_t$" in [text.get_text() for text in figure.axes[0].texts]
    True
    """
    if step not in GRU_STEPS:
        raise ValueError(f"step is {step!r}, expected one of {', '.join(GRU_STEPS)}")
    now = GRU_STEPS.index(step)
    figure = shapes.canvas(8.2, 6)
    axes = figure.axes[0]
    shapes.cell(axes, (1.1, 0.8), 6, 4.9)
    _inputs(axes, 0.2)
    for at, draw in enumerate((_update, _reset)):
        if at <= now:
            draw(axes, 0.2, now, shapes.BOLD if at == now else shapes.LINE_WIDTH)
    return figure


def gru_beside_lstm():
    """One step of an LSTM (left) and one of a GRU (right), drawn with the same parts.

    Returns a figure.

    >>> [text.get_text() for text in gru_beside_lstm().axes[0].texts][:2]
    ['LSTM', 'GRU']
    """
    figure = shapes.canvas(16.4, 6.5, scale=0.66)
    axes = figure.axes[0]
    shapes.label(axes, (4.35, 6.2), "LSTM")
    shapes.label(axes, (12.7, 6.2), "GRU")
    shapes.cell(axes, (0.95, 0.8), 6.85, 4.9)
    _lstm(axes)
    shapes.cell(axes, (9.7, 0.8), 6, 4.9)
    _inputs(axes, 8.8)
    for draw in (_update, _reset):
        draw(axes, 8.8, GRU_STEPS.index("reset"), shapes.LINE_WIDTH)
    return figure


def _inputs(axes, left):
    shapes.label(axes, (left + 0.35, 5), "$h_{t-1}$")
    shapes.label(axes, (left + 7.4, 5), "$h_t$")
    shapes.label(axes, (left + 1.75, 0.3), "$x_t$")
    shapes.arrow(axes, (left + 1.2, 5), (left + 1.2, 1.5), (left + 2.4, 1.5), head=False)
    shapes.arrow(axes, (left + 1.75, 0.55), (left + 1.75, 1.5), head=False)


def _update(axes, left, now, width):
    colour, _ = figures.STYLE["gru"]
    shapes.arrow(axes, (left + 0.8, 5), (left + 7.1, 5), colour=colour, width=width)
    shapes.layer(axes, (left + 2.4, 2.35), "forget", "update\nσ", width)
    shapes.layer(axes, (left + 5.9, 2.35), "candidate")
    shapes.arrow(axes, (left + 2.4, 1.5), (left + 2.4, 1.97), width=width)
    shapes.arrow(axes, (left + 2.4, 2.73), (left + 2.4, 4.72), width=width)
    shapes.circle(axes, (left + 2.4, 5), "×", width)
    shapes.label(axes, (left + 2.55, 2.98), "$z_t$", "left")
    shapes.arrow(axes, (left + 2.4, 4.1), (left + 5.62, 4.1), width=width)
    shapes.ellipse(axes, (left + 4.85, 4.1), "1 − $z_t$", width)
    shapes.circle(axes, (left + 5.9, 4.1), "×", width)
    shapes.arrow(axes, (left + 5.9, 2.73), (left + 5.9, 3.82), width=width)
    shapes.label(axes, (left + 6.05, 3.25), r"$\tilde{h}_t$", "left")
    shapes.arrow(axes, (left + 5.9, 4.38), (left + 5.9, 4.72), width=width)
    shapes.circle(axes, (left + 5.9, 5), "+", width)
    if now == GRU_STEPS.index("update"):
        shapes.arrow(axes, (left + 2.4, 1.5), (left + 5.9, 1.5), (left + 5.9, 1.97))


def _reset(axes, left, now, width):
    shapes.layer(axes, (left + 4.05, 2.35), "output", "reset\nσ", width)
    shapes.arrow(axes, (left + 2.4, 1.5), (left + 4.05, 1.5), head=False)
    shapes.arrow(axes, (left + 4.05, 1.5), (left + 4.05, 1.97), width=width)
    shapes.arrow(axes, (left + 4.05, 2.73), (left + 4.05, 3.12), width=width)
    # The old state, on its way to the candidate, passes under the update gate's line.
    shapes.arrow(axes, (left + 1.2, 3.4), (left + 2.28, 3.4), width=width, head=False)
    shapes.arrow(axes, (left + 2.52, 3.4), (left + 3.77, 3.4), width=width)
    shapes.circle(axes, (left + 4.05, 3.4), "×", width)
    corners = (left + 4.33, 3.4), (left + 4.98, 3.4), (left + 4.98, 1.5), (left + 5.7, 1.5)
    shapes.arrow(axes, *corners, (left + 5.7, 1.97), width=width)
    shapes.arrow(axes, (left + 6.1, 0.55), (left + 6.1, 1.97), width=width)
    shapes.label(axes, (left + 6.1, 0.3), "$x_t$")
    shapes.label(axes, (left + 4.25, 2.93), "$r_t$", "left")


def _lstm(axes):
    colour, _ = figures.STYLE["lstm"]
    for y, old, new in ((5, "$C_{t-1}$", "$C_t$"), (1.5, "$h_{t-1}$", "$h_t$")):
        shapes.label(axes, (0.4, y), old)
        shapes.label(axes, (8.4, y), new)
    shapes.label(axes, (1.3, 0.3), "$x_t$")
    shapes.arrow(axes, (0.8, 5), (8, 5), colour=colour)
    shapes.arrow(axes, (0.8, 1.5), (6.15, 1.5), head=False)
    shapes.arrow(axes, (1.3, 0.55), (1.3, 1.5), head=False)
    for x, gate in ((1.8, "forget"), (3.25, "input"), (4.7, "candidate"), (6.15, "output")):
        shapes.layer(axes, (x, 2.35), gate)
        shapes.arrow(axes, (x, 1.5), (x, 1.97))
    shapes.arrow(axes, (1.8, 2.73), (1.8, 4.72))
    shapes.arrow(axes, (3.25, 2.73), (3.25, 3.8), (4.42, 3.8))
    shapes.arrow(axes, (4.7, 2.73), (4.7, 3.52))
    shapes.arrow(axes, (4.7, 4.08), (4.7, 4.72))
    shapes.arrow(axes, (6.15, 2.73), (6.15, 3.2), (6.92, 3.2))
    shapes.arrow(axes, (7.2, 5), (7.2, 3.48))
    shapes.arrow(axes, (7.2, 2.92), (7.2, 1.5), (8, 1.5))
    for at, sign in (((1.8, 5), "×"), ((4.7, 3.8), "×"), ((4.7, 5), "+"), ((7.2, 3.2), "×")):
        shapes.circle(axes, at, sign)
    shapes.ellipse(axes, (7.2, 4.25), "tanh")
    for at, text in (
        ((1.95, 3.7), "$f_t$"),
        ((3.4, 3.3), "$i_t$"),
        ((4.85, 3.15), r"$\tilde{C}_t$"),
        ((6.3, 2.95), "$o_t$"),
    ):
        shapes.label(axes, at, text, "left")
