"""From a plain RNN to an LSTM, part by part."""

from utils import figures
from utils.diagrams import shapes


def lstm(step="output"):
    """A plain RNN on its way to an LSTM, up to and with one of LSTM_STEPS; what is new is bold.

    Returns a figure. Raises ValueError for another step.

    >>> figure = lstm("forget")
    >>> "$f_t$" in [text.get_text() for text in figure.axes[0].texts]
    True
    """
    figure = shapes.canvas(10, 4.1 if step == "rnn" else 6, scale=0.7)
    lstm_cell(figure.axes[0], step)
    return figure


def lstm_cell(axes, step="output", left=0, bold=True):
    """Draw what `lstm` shows, moved to the right by `left`, into axes of `shapes.canvas`.

    bold: whether what is new stands out.

    >>> axes = shapes.canvas(12, 6).axes[0]
    >>> lstm_cell(axes, left=2)
    >>> min(text.get_position()[0] for text in axes.texts)
    2.35
    """
    # A plain RNN leaves out the upper half, where the cell state will be.
    shapes.cell(axes, (left + 1.2, 0.8), 7.6, 3 if step == "rnn" else 4.9)
    shapes.build_up(axes, _PARTS, step, left, bold)


def _rnn(axes, left, step, width):
    reach = 6.6 if step == "output" else 5.2
    shapes.arrow(axes, (left + 0.9, 1.5), (left + reach, 1.5), width=width, head=False)
    shapes.arrow(axes, (left + 1.8, 0.5), (left + 1.8, 1.5), width=width, head=False)
    shapes.label(axes, (left + 0.35, 1.5), "$h_{t-1}$")
    shapes.label(axes, (left + 1.8, 0.25), "$x_t$")
    if step in ("rnn", "cell state", "forget"):
        shapes.layer(axes, (left + 5.2, 2.35), "candidate", "RNN\ntanh", width)
        shapes.arrow(axes, (left + 5.2, 1.5), (left + 5.2, 1.97), width=width)
        corners = (
            (left + 5.2, 2.73),
            (left + 5.2, 3.4),
            (left + 7.8, 3.4),
            (left + 7.8, 1.5),
            (left + 9.2, 1.5),
        )
        shapes.arrow(axes, *corners, width=width)
        shapes.label(axes, (left + 9.6, 1.5), "$h_t$")


def _cell_state(axes, left, step, width):
    shapes.arrow(
        axes, (left + 0.9, 5), (left + 9.2, 5), width=width, colour=figures.STYLE["lstm"][0]
    )
    shapes.label(axes, (left + 0.35, 5), "$C_{t-1}$")
    shapes.label(axes, (left + 9.6, 5), "$C_t$")


def _forget(axes, left, step, width):
    shapes.layer(axes, (left + 2.4, 2.35), "forget", width=width)
    shapes.arrow(axes, (left + 2.4, 1.5), (left + 2.4, 1.97), width=width)
    shapes.arrow(axes, (left + 2.4, 2.73), (left + 2.4, 4.72), width=width)
    shapes.circle(axes, (left + 2.4, 5), "×", width)
    shapes.label(axes, (left + 2.55, 3.7), "$f_t$", "left")


def _store(axes, left, step, width):
    shapes.layer(axes, (left + 3.8, 2.35), "input", width=width)
    shapes.layer(axes, (left + 5.2, 2.35), "candidate", width=width)
    for x in (3.8, 5.2):
        shapes.arrow(axes, (left + x, 1.5), (left + x, 1.97), width=width)
    shapes.arrow(axes, (left + 3.8, 2.73), (left + 3.8, 3.8), (left + 4.92, 3.8), width=width)
    shapes.arrow(axes, (left + 5.2, 2.73), (left + 5.2, 3.52), width=width)
    shapes.circle(axes, (left + 5.2, 3.8), "×", width)
    shapes.label(axes, (left + 3.95, 3.3), "$i_t$", "left")
    shapes.label(axes, (left + 5.35, 3.15), r"$\tilde{C}_t$", "left")


def _update(axes, left, step, width):
    shapes.arrow(axes, (left + 5.2, 4.08), (left + 5.2, 4.72), width=width)
    shapes.circle(axes, (left + 5.2, 5), "+", width)


def _output(axes, left, step, width):
    shapes.layer(axes, (left + 6.6, 2.35), "output", width=width)
    shapes.arrow(axes, (left + 6.6, 1.5), (left + 6.6, 1.97), width=width)
    shapes.arrow(axes, (left + 6.6, 2.73), (left + 6.6, 3.2), (left + 7.52, 3.2), width=width)
    shapes.arrow(axes, (left + 7.8, 5), (left + 7.8, 3.48), width=width)
    shapes.circle(axes, (left + 7.8, 3.2), "×", width)
    shapes.ellipse(axes, (left + 7.8, 4.25), "tanh", width)
    shapes.arrow(axes, (left + 7.8, 2.92), (left + 7.8, 1.5), (left + 9.2, 1.5), width=width)
    shapes.label(axes, (left + 9.6, 1.5), "$h_t$")
    shapes.label(axes, (left + 6.75, 2.95), "$o_t$", "left")


# A step shows what the steps before it show, and more.
_PARTS = {
    "rnn": _rnn,
    "cell state": _cell_state,
    "forget": _forget,
    "store": _store,
    "update": _update,
    "output": _output,
}
LSTM_STEPS = tuple(_PARTS)


def lstm_chain():
    """Three LSTM cells side by side, one a time step, which hand on C and h.

    >>> figure = lstm_chain()
    >>> [text.get_text() for text in figure.axes[0].texts].count("$f$")
    3
    """
    figure = shapes.canvas(17.6, 5.4, scale=0.56)
    axes = figure.axes[0]
    colour, _ = figures.STYLE["lstm"]
    shapes.label(axes, (0.45, 4.1), "$C_0$")
    shapes.label(axes, (0.45, 1.4), "$h_0$")
    for t in (1, 2, 3):
        left = 1.2 + 5.4 * (t - 1)
        right = left + 4.2
        shapes.cell(axes, (left, 0.9), 4.2, 3.7)
        shapes.arrow(axes, (left - 0.3 * (t == 1), 4.1), (right + 1.2, 4.1), colour=colour, width=2)
        _gates_of_a_small_cell(axes, left)
        shapes.arrow(axes, (left - 0.3 * (t == 1), 1.4), (left + 2.85, 1.4), head=False)
        shapes.arrow(axes, (left + 0.2, 0.55), (left + 0.2, 1.4), head=False)
        shapes.arrow(axes, (left + 3.6, 2.42), (left + 3.6, 1.4), (right + 1.2, 1.4))
        shapes.arrow(axes, (right + 0.72, 1.4), (right + 0.72, 4.95))
        shapes.label(axes, (left + 0.2, 0.25), f"$x_{t}$")
        shapes.label(axes, (right + 0.72, 5.15), f"$h_{t}$")
        shapes.label(axes, (right + 0.36, 4.42), f"$C_{t}$")
        shapes.label(axes, (right + 0.36, 1.05), f"$h_{t}$")
    return figure


def _gates_of_a_small_cell(axes, left):
    for x, gate, letter in (
        (0.6, "forget", "$f$"),
        (1.35, "input", "$i$"),
        (2.1, "candidate", r"$\tilde{C}$"),
        (2.85, "output", "$o$"),
    ):
        shapes.box(axes, (left + x, 2.05), letter, figures.GATES[gate][0], size=(0.62, 0.62))
        shapes.arrow(axes, (left + x, 1.4), (left + x, 1.74))
    shapes.arrow(axes, (left + 0.6, 2.36), (left + 0.6, 3.82))
    shapes.arrow(axes, (left + 1.35, 2.36), (left + 1.35, 3.1), (left + 1.82, 3.1))
    shapes.arrow(axes, (left + 2.1, 2.36), (left + 2.1, 2.82))
    shapes.arrow(axes, (left + 2.1, 3.38), (left + 2.1, 3.82))
    shapes.arrow(axes, (left + 2.85, 2.36), (left + 2.85, 2.7), (left + 3.32, 2.7))
    shapes.arrow(axes, (left + 3.6, 4.1), (left + 3.6, 2.98))
    for x, y, text in ((0.6, 4.1, "×"), (2.1, 3.1, "×"), (2.1, 4.1, "+"), (3.6, 2.7, "×")):
        shapes.circle(axes, (left + x, y), text)
    shapes.ellipse(axes, (left + 3.6, 3.52), "tanh")
