"""What recurrent layers return, and what they hand to each other."""

from utils import figures
from utils.diagrams import shapes

_STEP, _LOWER, _UPPER = 1.9, 1.9, 3.9


def stacked_layers(n_steps=4):
    """Two LSTM layers, one on the other, over `n_steps`, with the options that name each arrow.

    The lower layer returns every output, the upper one its last and its states. Returns a figure.

    >>> figure = stacked_layers(3)
    >>> [text.get_text() for text in figure.axes[0].texts].count("LSTM")
    6
    """
    places = [2.9 + _STEP * t for t in range(n_steps)]
    last = places[-1]
    figure = shapes.canvas(last + 3.2, 5.9, scale=0.7)
    axes = figure.axes[0]
    blue = figures.STYLE["lstm"][0]
    for height in (_LOWER, _UPPER):
        shapes.cell(axes, (places[0] - 0.85, height - 0.6), last - places[0] + 1.7, 1.2)
        for start, end in zip(places[:-1], places[1:], strict=True):
            shapes.arrow(axes, (start + 0.65, height), (end - 0.65, height), colour=blue, width=2)
    for t, x in enumerate(places, 1):
        for height in (_LOWER, _UPPER):
            shapes.box(axes, (x, height), "LSTM", blue)
        shapes.arrow(axes, (x, 0.65), (x, _LOWER - 0.38))
        shapes.label(axes, (x, 0.35), f"$x_{t}$")
        shapes.arrow(axes, (x, _LOWER + 0.38), (x, _UPPER - 0.38))
    shapes.arrow(axes, (0.9, _UPPER), (places[0] - 0.65, _UPPER), colour=blue, width=2)
    shapes.label(axes, (0.1, _UPPER + 0.35), "initial_state", "left", size=12)
    shapes.arrow(axes, (last + 0.65, _UPPER), (last + 1.6, _UPPER), colour=blue, width=2)
    shapes.label(axes, (last + 1.7, _UPPER), "$h, C$", "left")
    shapes.label(axes, (last + 1.0, _UPPER + 0.35), "return_state", "left", size=12)
    shapes.label(axes, (last + 1.0, (_LOWER + _UPPER) / 2), "return_sequences", "left", size=12)
    shapes.arrow(axes, (last, _UPPER + 0.38), (last, 5.3))
    shapes.label(axes, (last, 5.55), f"$h_{n_steps}$")
    return figure
