"""The GRU, gate by gate, and beside the LSTM.

A part has the colour of the LSTM's gate that does the same work: the update gate keeps as the
forget gate does, the reset gate limits what is seen of the state as the output gate does.
"""

from utils import figures
from utils.diagrams import shapes
from utils.diagrams.lstm import lstm_cell


def gru(step="reset"):
    """A plain RNN with an update gate, and then with a reset gate, too; what is new is bold.

    step: one of GRU_STEPS.

    Returns a figure. Raises ValueError for another step.

    >>> figure = gru("update")
    >>> "$z_t$" in [text.get_text() for text in figure.axes[0].texts]
    True
    """
    figure = shapes.canvas(8.2, 6, scale=0.69)
    _gru_cell(figure.axes[0], step, left=0.2)
    return figure


def gru_beside_lstm():
    """One step of an LSTM (left) and one of a GRU (right), drawn with the same parts.

    Returns a figure.

    >>> [text.get_text() for text in gru_beside_lstm().axes[0].texts][:2]
    ['LSTM', 'GRU']
    """
    figure = shapes.canvas(18.2, 6.5, scale=0.64)
    axes = figure.axes[0]
    shapes.label(axes, (5.2, 6.2), "LSTM")
    shapes.label(axes, (14.4, 6.2), "GRU")
    lstm_cell(axes, left=0.2, bold=False)
    _gru_cell(axes, left=10.5, bold=False)
    return figure


def _gru_cell(axes, step="reset", left=0, bold=True):
    shapes.cell(axes, (left + 0.9, 0.8), 6, 4.9)
    _inputs(axes, left)
    shapes.build_up(axes, _PARTS, step, left, bold)


def _inputs(axes, left):
    shapes.label(axes, (left + 0.35, 5), "$h_{t-1}$")
    shapes.label(axes, (left + 7.4, 5), "$h_t$")
    shapes.label(axes, (left + 1.75, 0.3), "$x_t$")
    shapes.arrow(axes, (left + 1.2, 5), (left + 1.2, 1.5), (left + 2.4, 1.5), head=False)
    shapes.arrow(axes, (left + 1.75, 0.55), (left + 1.75, 1.5), head=False)


def _update(axes, left, step, width):
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
    if step == "update":
        shapes.arrow(axes, (left + 2.4, 1.5), (left + 5.9, 1.5), (left + 5.9, 1.97))


def _reset(axes, left, step, width):
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


# A step shows what the steps before it show, and more.
_PARTS = {"update": _update, "reset": _reset}
GRU_STEPS = tuple(_PARTS)
