"""What all diagrams are drawn with: a canvas, layers, circles, lines and labels.

x goes to the right, y up, in units of which a canvas says how many it has. What is drawn later
lies above what was drawn before only within its kind: lines, then shapes, then text.
"""

import matplotlib
import matplotlib.pyplot as plt

from utils import figures

LINE_WIDTH = 1.3
BOLD = 3
_MIDDLE = {"ha": "center", "va": "center", "zorder": 4}


def canvas(width, height, scale=0.8):
    """A figure without axes whose `axes[0]` has `width` x `height` units, `scale` inches each.

    >>> axes = canvas(10, 6).axes[0]
    >>> [float(edge) for edge in (*axes.get_xlim(), *axes.get_ylim())]
    [0.0, 10.0, 0.0, 6.0]
    >>> plt.close(axes.figure)
    """
    figure = plt.figure(figsize=(scale * width, scale * height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    axes.axis("off")
    return figure


def cell(axes, corner, width, height):
    """The grey frame around what belongs to one cell; corner: its lower left."""
    _round_box(axes, corner, width, height, fc="#F4F4F4", ec="#BBBBBB")


def box(axes, at, text, colour="white", size=(1.3, 0.75), width=LINE_WIDTH):
    """A box with text in it, of a layer or of numbers; at: its centre."""
    corner = (at[0] - size[0] / 2, at[1] - size[1] / 2)
    _round_box(axes, corner, *size, fc=colour, ec="black", linewidth=width, zorder=3)
    axes.text(*at, text, color=_ink_on(colour), size=11, **_MIDDLE)


def layer(axes, at, gate, text=None, width=LINE_WIDTH):
    """A layer of an LSTM in its colour; gate: a key of `figures.GATES`.

    >>> figure = canvas(4, 2)
    >>> layer(figure.axes[0], (2, 1), "forget")
    >>> figure.axes[0].texts[0].get_text().splitlines()
    ['forget', 'σ']
    >>> plt.close(figure)
    """
    activation = "tanh" if gate == "candidate" else "σ"
    box(axes, at, text or f"{gate}\n{activation}", figures.GATES[gate][0], width=width)


def circle(axes, at, text, width=LINE_WIDTH):
    """A small circle: ×, + or 1 − , number by number."""
    shape = matplotlib.patches.Circle(at, 0.28, fc="white", ec="black", linewidth=width, zorder=3)
    axes.add_patch(shape)
    axes.text(at[0], at[1] - 0.02, text, size=13, **_MIDDLE)


def ellipse(axes, at, text, width=LINE_WIDTH):
    """An activation without weights, number by number, as tanh of a cell state."""
    shape = matplotlib.patches.Ellipse(
        at, 1.0, 0.56, fc="white", ec="black", linewidth=width, zorder=3
    )
    axes.add_patch(shape)
    axes.text(*at, text, size=11, **_MIDDLE)


def arrow(axes, *corners, colour="black", width=LINE_WIDTH, head=True, dash="-"):
    """A line through its corners (x, y), with an arrow's head at the last unless head=False."""
    *start, before, end = corners
    line = {"color": colour, "linewidth": width, "linestyle": dash, "zorder": 2}
    if start:
        axes.plot(*zip(*start, before, strict=True), solid_joinstyle="miter", **line)
    look = {"arrowstyle": "-|>" if head else "-", "mutation_scale": 14, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, before, arrowprops=look | line)


def label(axes, at, text, align="center", size=14):
    """Text beside a line; align: whether `at` is its "center", its "left" or its "right" end."""
    axes.text(*at, text, size=size, va="center", ha=align, zorder=4)


def build_up(axes, parts, step, left, bold):
    """Draw the parts of a cell one after the other, up to and with that of `step`.

    parts: {step: function that draws what the step adds}, in order; it takes axes, left, step and
    the width of its lines. left: how far to the right the cell lies. bold: whether the last part
    stands out. Raises ValueError for a step that is none of parts.

    >>> axes = canvas(4, 2).axes[0]
    >>> parts = {name: lambda axes, *_, name=name: label(axes, (0, 0), name) for name in "abc"}
    >>> build_up(axes, parts, "b", left=0, bold=True)
    >>> [text.get_text() for text in axes.texts]
    ['a', 'b']
    >>> plt.close(axes.figure)
    """
    if step not in parts:
        raise ValueError(f"step is {step!r}, expected one of {', '.join(parts)}")
    for name, draw in parts.items():
        draw(axes, left, step, BOLD if bold and name == step else LINE_WIDTH)
        if name == step:
            break


def _round_box(axes, corner, width, height, **look):
    shape = matplotlib.patches.FancyBboxPatch(
        corner, width, height, "round,pad=0,rounding_size=0.1", **look
    )
    axes.add_patch(shape)


def _ink_on(colour):
    red, green, blue = matplotlib.colors.to_rgb(colour)
    return "black" if 0.3 * red + 0.59 * green + 0.11 * blue > 0.5 else "white"
