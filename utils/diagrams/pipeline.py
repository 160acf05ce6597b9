"""A sentence on its way through a classifier, with the shape of the numbers at each stage."""

from utils import figures
from utils.diagrams import shapes

_BLUE = figures.STYLE["lstm"][0]
_STEP = 1.75


def text_to_probability(tokens=("a", "gripping", "film"), ids=(3, 903, 16), n_padding=1):
    """Text, tokens, vectors, states, probability: layers on the left, shapes on the right.

    tokens: the words of the sentence. ids: the number that each has in the vocabulary.
    n_padding: how many steps are filled up with zeros, which the LSTM skips. N is the number of
    sentences, T of steps, D of numbers in a vector, H of units. Returns a figure.

    >>> figure = text_to_probability()
    >>> texts = [text.get_text() for text in figure.axes[0].texts]
    >>> texts.count("LSTM"), texts.count("0"), "vectors: N × T × D" in texts
    (4, 1, True)
    """
    places = [3.4 + _STEP * t for t in range(len(ids) + n_padding)]
    width = places[-1] + 4.2
    figure = shapes.canvas(width, 9.2, scale=0.62)
    axes = figure.axes[0]
    last = len(ids) - 1
    sentence = (places[0] + places[last]) / 2
    shapes.box(axes, (sentence, 8.7), f"“{' '.join(tokens)}”", size=(_STEP * last + 1.6, 0.75))
    for t, x in enumerate(places):
        _one_step(axes, x, tokens[t] if t <= last else "", ids[t] if t <= last else 0)
    for x, x_next in zip(places[:last], places[1 : last + 1], strict=True):
        shapes.arrow(axes, (x + 0.6, 3), (x_next - 0.6, 3), colour=_BLUE, width=2)
    shapes.arrow(axes, (places[last], 2.62), (places[last], 1.98))
    shapes.label(axes, (places[last] + 0.15, 2.3), f"$h_{len(ids)}$", "left")
    shapes.box(axes, (places[last], 1.6), "Dense\nσ")
    shapes.arrow(axes, (places[last], 1.22), (places[last], 0.72))
    shapes.label(axes, (places[last], 0.45), "0.9", size=12)
    for y, name in ((7.6, "TextVectorization"), (5.7, "Embedding"), (3, "LSTM"), (1.6, "Dense")):
        shapes.label(axes, (0.15, y), name, "left", size=12)
    for y, shape in (
        (8.7, "text: N"),
        (6.6, "token ids: N × T"),
        (4.8, "vectors: N × T × D"),
        (2.3, "last state: N × H"),
        (0.45, "probability: N × 1"),
    ):
        shapes.label(axes, (places[-1] + 1.1, y), shape, "left", size=12)
    return figure


def _one_step(axes, x, token, number):
    ink = "black" if token else "#999999"
    dash = "-" if token else ":"
    if token:
        shapes.arrow(axes, (x, 8.32), (x, 7.85), head=False)
        shapes.label(axes, (x, 7.6), token, size=12)
        shapes.arrow(axes, (x, 7.35), (x, 6.98))
    shapes.box(axes, (x, 6.6), str(number), size=(1.0, 0.7))
    shapes.arrow(axes, (x, 6.25), (x, 5.38), colour=ink, dash=dash)
    for i in range(4):
        shapes.box(axes, (x, 4.4 + 0.27 * i), "", size=(0.4, 0.25), width=0.8)
    if token:
        shapes.arrow(axes, (x, 4.27), (x, 3.38))
        shapes.box(axes, (x, 3), "LSTM", _BLUE, size=(1.2, 0.75))
    else:
        shapes.label(axes, (x, 3), "masked", size=12)
