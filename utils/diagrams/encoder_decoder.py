"""Two networks for sequences of unequal length: one reads, the other writes."""

from utils import figures
from utils.diagrams import shapes

_STEP = 1.75


def encoder_decoder(reads=("three", "hundred", "two"), writes=("3", "0", "2")):
    """An encoder that reads words, and a decoder that starts from its state and writes.

    reads: the words of the encoder, one a step. writes: what comes out of the decoder, which ends
    with [end] in addition. The decoder reads [start] and then what is to be written (solid arrows:
    training); dashed arrows show that, once trained, it reads what it wrote itself. Returns a
    figure.

    >>> figure = encoder_decoder(reads=("forty", "two"), writes=("4", "2"))
    >>> texts = [text.get_text() for text in figure.axes[0].texts]
    >>> texts.count("LSTM"), texts.count("Dense"), texts[-1]
    (5, 3, '[end]')
    """
    encoder = [1.2 + _STEP * t for t in range(len(reads))]
    decoder = [encoder[-1] + 2.7 + _STEP * t for t in range(len(writes) + 1)]
    figure = shapes.canvas(decoder[-1] + 1.1, 5.9, scale=0.7)
    axes = figure.axes[0]
    blue = figures.STYLE["lstm"][0]
    for name, places, height in (("encoder", encoder, 1.6), ("decoder", decoder, 3)):
        shapes.cell(axes, (places[0] - 0.85, 1.7), places[-1] - places[0] + 1.7, height)
        shapes.label(axes, ((places[0] + places[-1]) / 2, 0.25), name)
    for start, end in zip((encoder + decoder)[:-1], (encoder + decoder)[1:], strict=True):
        shapes.arrow(axes, (start + 0.65, 2.5), (end - 0.65, 2.5), colour=blue, width=2)
    shapes.label(axes, ((encoder[-1] + decoder[0]) / 2, 2.85), "$h, C$")
    for x, word in zip(encoder, reads, strict=True):
        _box_that_reads(axes, x, word)
    for x, word in zip(decoder, ("[start]", *writes), strict=True):
        _box_that_reads(axes, x, word)
        shapes.arrow(axes, (x, 2.88), (x, 3.57))
        shapes.box(axes, (x, 3.95), "Dense")
        shapes.arrow(axes, (x, 4.33), (x, 5.25))
    for x, x_next in zip(decoder[:-1], decoder[1:], strict=True):
        middle = (x + x_next) / 2
        back = (x, 4.9), (middle, 4.9), (middle, 1.4), (x_next - 0.04, 1.4)
        shapes.arrow(axes, *back, colour="#777777", dash="--")
    for x, word in zip(decoder, (*writes, "[end]"), strict=True):
        shapes.label(axes, (x, 5.55), word)
    return figure


def _box_that_reads(axes, x, word):
    shapes.box(axes, (x, 2.5), "LSTM", figures.STYLE["lstm"][0])
    shapes.arrow(axes, (x, 1.1), (x, 2.12))
    shapes.label(axes, (x, 0.8), word)
