"""One small network that is used again at every time step."""

from utils import figures
from utils.diagrams import shapes

COLOUR, _ = figures.STYLE["simple_rnn"]
PALE = "#BBBBBB"


def unrolled_rnn(n_steps=4):
    """An RNN as a loop on the left, and the same network unrolled over `n_steps` on the right.

    The weights W_xh and W_hh are the same in every step. Returns a figure.

    >>> figure = unrolled_rnn(3)
    >>> sum(text.get_text() == "$W_{hh}$" for text in figure.axes[0].texts)
    4
    """
    step = 2.05
    figure = shapes.canvas(4.6 + step * n_steps, 4)
    axes = figure.axes[0]
    _step(axes, 1.3, "$x_t$", "$h_t$")
    loop = (1.95, 2), (2.45, 2), (2.45, 3.05), (0.15, 3.05), (0.15, 2), (0.65, 2)
    shapes.arrow(axes, *loop, colour=COLOUR, width=2)
    shapes.label(axes, (2.05, 3.32), "$W_{hh}$")
    shapes.label(axes, (2.95, 2), "=", size=22)
    shapes.label(axes, (3.5, 2), "$h_0$")
    for t in range(1, n_steps + 2):
        x = 3.3 + step * t
        start = x - step + (0.65 if t > 1 else 0.5)
        shapes.arrow(axes, (start, 2), (x - 0.65, 2), colour=COLOUR, width=2)
        if t > n_steps:
            shapes.label(axes, (x - 0.4, 2), "…")
            break
        shapes.label(axes, ((start + x - 0.65) / 2, 2.27), "$W_{hh}$")
        _step(axes, x, f"$x_{t}$", f"$h_{t}$")
    return figure


def rnn_with_costs(words=("the", "cat", "sat"), comes=("cat", "sat", "on"), backward=False):
    """An unrolled language model with a cost at each step.

    words: what is read, one a step. comes: the word that comes next, which the cost is about.
    backward: whether the bold, dashed arrows of the gradients are drawn, against those of the
    computation. Returns a figure. Raises ValueError for lengths that differ.

    >>> texts = [text.get_text() for text in rnn_with_costs().axes[0].texts]
    >>> sum("L_" in text for text in texts)
    3
    """
    if len(words) != len(comes):
        raise ValueError(f"{len(words)} words are read, but {len(comes)} words come")
    step = 2.7
    figure = shapes.canvas(0.4 + step * len(words), 5.4, scale=0.77)
    axes = figure.axes[0]
    ahead = {"colour": PALE} if backward else {}
    along = ahead or {"colour": COLOUR, "width": 2}
    shapes.label(axes, (0.25, 2.2), "$h_0$")
    for t, (word, answer) in enumerate(zip(words, comes, strict=True), 1):
        x = step * t - 0.9
        shapes.arrow(axes, (x - step + 0.65 if t > 1 else 0.5, 2.2), (x - 0.65, 2.2), **along)
        shapes.label(axes, (x - 1.25 if t > 1 else 0.8, 2.48), "$W_{hh}$")
        _column(axes, x, word, f"$L_{t} = -\\ln\\,p_{t}$({answer})", ahead)
        if backward:
            for start, end in ((4.8, 4.12), (3.38, 2.57), (1.83, 0.85)):
                _dashed_arrow(axes, (x - 0.25, start), (x - 0.25, end))
            if t > 1:
                _dashed_arrow(axes, (x - 0.65, 1.97), (x - step + 0.65, 1.97))
    return figure


def _dashed_arrow(axes, *corners, colour=COLOUR, width=2.5):
    """Dashes with a head of their own, which a dashed line would tear."""
    *_, (x_before, y_before), (x, y) = corners
    length = ((x - x_before) ** 2 + (y - y_before) ** 2) ** 0.5
    neck = (x - 0.1 * (x - x_before) / length, y - 0.1 * (y - y_before) / length)
    look = {"colour": colour, "width": width}
    shapes.arrow(axes, *corners[:-1], neck, head=False, dash=(0, (2.2, 1.2)), **look)
    shapes.arrow(axes, neck, (x, y), **look)


def _column(axes, x, below, above, ahead):
    shapes.box(axes, (x, 2.2), "tanh", COLOUR)
    shapes.box(axes, (x, 3.75), "softmax")
    for start, end in ((0.85, 1.83), (2.57, 3.38), (4.12, 4.8)):
        shapes.arrow(axes, (x, start), (x, end), **ahead)
    shapes.label(axes, (x, 0.5), below)
    shapes.label(axes, (x, 5.1), above)
    shapes.label(axes, (x + 0.1, 1.3), "$W_{xh}$", "left")
    shapes.label(axes, (x + 0.1, 2.97), "$W_{hy}$", "left")


# The example, what is read and written at each step (None: nothing), and how many of the steps
# are the first network's; the others are those of a second one.
SEQUENCE_SHAPES = {
    "one to many": ("a tune from its first note", [("C", "C"), (None, "G"), (None, "G")], 3),
    "many to one": (
        "the sentiment of a review",
        [("not", None), ("so", None), ("good", "negative")],
        3,
    ),
    "many to many, equal lengths": (
        "the next word after each word",
        [("the", "cat"), ("cat", "sat"), ("sat", "on")],
        3,
    ),
    "many to many, unequal lengths": (
        "a translation: one network reads, another writes",
        [("I", None), ("see", None), ("cats", None), (None, "veo"), (None, "gatos")],
        3,
    ),
}


def sequence_shapes():
    """One to many, many to one and many to many, with equal and with unequal lengths.

    Inputs are below, outputs above; a dashed line is an output that is read at the next step.
    White boxes are a second network. Returns a figure with a panel for each of SEQUENCE_SHAPES.

    >>> len(sequence_shapes().axes)
    4
    """
    widths, height = (5, 6.1), 2.6
    figure = shapes.canvas(sum(widths), 2 * height)
    figure.axes[0].remove()
    for number, (name, (example, steps, n_first)) in enumerate(SEQUENCE_SHAPES.items()):
        row, column = divmod(number, 2)
        left, width = column * widths[0] / sum(widths), widths[column]
        axes = figure.add_axes((left, 0.5 - 0.5 * row, width / sum(widths), 0.5))
        axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
        axes.axis("off")
        axes.text(0.2, 2.3, name, weight="bold", size=12)
        axes.text(0.2, 2.02, example, size=12)
        for t, (read, written) in enumerate(steps):
            x = 0.65 + 1.15 * t
            shapes.box(axes, (x, 1), "", COLOUR if t < n_first else "white", size=(0.65, 0.45))
            if t:
                shapes.arrow(axes, (x - 0.82, 1), (x - 0.33, 1), colour=COLOUR, width=2)
            if read:
                shapes.arrow(axes, (x, 0.42), (x, 0.77))
                shapes.label(axes, (x, 0.24), read, size=13)
            if written:
                shapes.arrow(axes, (x, 1.23), (x, 1.56))
                shapes.label(axes, (x, 1.71), written, size=13)
            if written and t + 1 < len(steps) and not steps[t + 1][0]:
                corners = (x + 0.32, 1.71), (x + 0.57, 1.71), (x + 0.57, 0.45), (x + 1.15, 0.45)
                _dashed_arrow(axes, *corners, (x + 1.15, 0.77), colour="black", width=1.3)
    return figure


def _step(axes, x, below, above):
    shapes.box(axes, (x, 2), "tanh", COLOUR)
    shapes.arrow(axes, (x, 0.6), (x, 1.63))
    shapes.arrow(axes, (x, 2.37), (x, 3.4))
    shapes.label(axes, (x, 0.3), below)
    shapes.label(axes, (x, 3.7), above)
    shapes.label(axes, (x + 0.1, 1.1), "$W_{xh}$", "left")
