"""How the homework's networks read a long review: in chunks, and with all states pooled."""

from utils import figures
from utils.diagrams import shapes

_COLOUR = figures.STYLE["lstm"][0]


def chunked_reading(n_chunks=3, chunk_size=3):
    """A review in chunks that one layer reads side by side, and the mean of their last states.

    >>> figure = chunked_reading()
    >>> sum(text.get_text() == "LSTM" for text in figure.axes[0].texts)
    9
    """
    step, gap = 1.5, 0.9
    width = n_chunks * (chunk_size * step + gap)
    figure = shapes.canvas(width, 5.2, scale=0.62)
    axes = figure.axes[0]
    middle = width / 2 - gap / 2 + 0.2
    for chunk in range(n_chunks):
        left = 0.2 + chunk * (chunk_size * step + gap)
        shapes.cell(axes, (left, 0.1), chunk_size * step - 0.1, 2.5)
        for t in range(chunk_size):
            x = left + 0.7 + t * step
            word = chunk * chunk_size + t + 1
            shapes.label(axes, (x, 0.45), f"$x_{word}$")
            shapes.arrow(axes, (x, 0.75), (x, 1.42))
            shapes.box(axes, (x, 1.8), "LSTM", _COLOUR, size=(1.0, 0.7))
            if t:
                shapes.arrow(axes, (x - step + 0.5, 1.8), (x - 0.5, 1.8), colour=_COLOUR)
        shapes.arrow(axes, (x, 2.15), (x, 2.9), (middle, 2.9), head=False)
    shapes.arrow(axes, (middle, 2.9), (middle, 3.35))
    shapes.box(axes, (middle, 3.7), "mean", size=(1.3, 0.7))
    shapes.arrow(axes, (middle, 4.05), (middle, 4.7))
    shapes.label(axes, (middle + 0.2, 4.9), "summary of the review")
    return figure


def pooled_states(n_steps=5):
    """The states of all steps, summarised by maximum, mean and two heads of attention.

    >>> figure = pooled_states()
    >>> texts = [text.get_text() for text in figure.axes[0].texts]
    >>> [text for text in texts if text.startswith("attention")]
    ['attention 1', 'attention 2']
    """
    step = 1.7
    width = n_steps * step + 1
    figure = shapes.canvas(width, 5.4, scale=0.72)
    axes = figure.axes[0]
    for t in range(1, n_steps + 1):
        x = t * step - 0.4
        shapes.label(axes, (x, 0.3), f"$x_{t}$")
        shapes.arrow(axes, (x, 0.6), (x, 1.12))
        shapes.box(axes, (x, 1.5), "LSTM", _COLOUR, size=(1.1, 0.7))
        if t > 1:
            shapes.arrow(axes, (x - step + 0.55, 1.5), (x - 0.55, 1.5), colour=_COLOUR, head=False)
        shapes.arrow(axes, (x, 1.85), (x, 2.6), head=False)
        shapes.label(axes, (x + 0.12, 2.25), f"$h_{t}$", "left")
    first, last = step - 0.4, n_steps * step - 0.4
    shapes.arrow(axes, (first, 2.6), (last, 2.6), head=False)
    names = ("maximum", "mean", "attention 1", "attention 2")
    for i, name in enumerate(names):
        x = first + (last - first) * i / (len(names) - 1)
        shapes.arrow(axes, (x, 2.6), (x, 3.12))
        shapes.box(axes, (x, 3.5), name, size=(1.75, 0.7))
        shapes.arrow(axes, (x, 3.85), (x, 4.4), head=False)
    shapes.arrow(axes, (first, 4.4), (last, 4.4), head=False)
    middle = (first + last) / 2
    shapes.arrow(axes, (middle, 4.4), (middle, 4.85))
    shapes.label(axes, (middle, 5.1), "summary of the review")
    return figure
