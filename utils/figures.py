"""The one visual language: the same colour and dash for the same model in every figure.

Colours are Okabe and Ito's (2008), told apart by the colour-blind; the dashes tell the models
apart in greyscale. A function named after what it shows returns a `matplotlib` figure, which
`show` puts into a notebook.

    STYLE    {model: (colour, dash)}
    MARKERS  {model: marker}
    NAMES    {model: its name in a legend}
    GATES    {part of an LSTM: (colour, dash)}

>>> STYLE["lstm"], MARKERS["lstm"], NAMES["lstm"]
(('#0072B2', '-'), 's', 'LSTM')
>>> list(GATES)
['forget', 'input', 'candidate', 'output']
"""

import base64
import io
from typing import NamedTuple

import matplotlib
import matplotlib.pyplot as plt
import numpy as np

# Each model's name in a legend, its colour, dash and marker.
_MODELS = {
    "majority": ("majority class", "#666666", ":", "x"),
    "bag_of_words": ("bag of words", "#E69F00", ":", "v"),
    "bigrams": ("words + bigrams", "#F0E442", "-.", "^"),
    "simple_rnn": ("SimpleRNN", "#D55E00", "--", "o"),
    "lstm": ("LSTM", "#0072B2", "-", "s"),
    "gru": ("GRU", "#009E73", "-.", "D"),
    "bidirectional_lstm": ("bidirectional LSTM", "#56B4E9", (0, (5, 1)), "P"),
    "best": ("best recurrent", "#000000", "-", "*"),
    "zero": ("no rain", "#CCCCCC", ":", "+"),
    "median": ("median", "#999999", ":", "<"),
    "marshall_palmer": ("Marshall–Palmer", "#CC79A7", "-.", ">"),
    "boosted": ("boosted trees", "#7F6000", ":", "d"),
}
NAMES = {model: name for model, (name, *_) in _MODELS.items()}
STYLE = {model: (colour, dash) for model, (_, colour, dash, _) in _MODELS.items()}
MARKERS = {model: marker for model, (*_, marker) in _MODELS.items()}

# The parts of an LSTM in the order they work; from dark to light: input, forget, output, candidate.
GATES = {
    "forget": ("#A8326E", "--"),
    "input": ("#2B1D7E", "-"),
    "candidate": ("#DDAA33", "-."),
    "output": ("#1E8E8E", ":"),
}

matplotlib.rcdefaults()  # whatever a matplotlibrc of the user's says
matplotlib.rcParams.update({"axes.spines.top": False, "axes.spines.right": False})


class Picture:
    """A PNG and its description, in words that every version of IPython takes.

    data: the PNG, bytes. alt: the description, which is shown where pictures are not; notebooks
    keep it beside the picture, where nbconvert looks for it, too.

    >>> Picture(b"PNG", alt="Two axes without a line.")
    Two axes without a line.
    """

    def __init__(self, data, alt):
        self.data, self.alt = data, alt

    def __repr__(self):
        return self.alt

    def _repr_png_(self):
        return base64.b64encode(self.data).decode("ascii"), {"alt": self.alt}


def show(figure, alt):
    """A figure as a PNG of 100 dpi that carries its description for those who cannot see it.

    figure: of `matplotlib`; it is closed. alt: the description, one sentence. Returns a `Picture`.

    >>> figure, axes = plt.subplots()
    >>> picture = show(figure, alt="Two axes without a line.")
    >>> picture.data[1:4], picture.alt
    (b'PNG', 'Two axes without a line.')
    """
    png = io.BytesIO()
    figure.savefig(png, dpi=100, bbox_inches="tight")
    plt.close(figure)
    return Picture(png.getvalue(), alt)


def review_lengths(words_by_label):
    """Histogram of the number of words in a review, a line for each of two labels.

    words_by_label: {label: numbers of words, an array (N,)}. Returns a figure.

    >>> lengths = {"positive": np.array([5, 9, 9]), "negative": np.array([7, 8])}
    >>> axes = review_lengths(lengths).axes[0]
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['positive', 'negative']
    >>> plt.close(axes.figure)
    """
    figure, axes = plt.subplots(figsize=(6, 2.8))
    bins = np.linspace(0, max(lengths.max() for lengths in words_by_label.values()), 31)
    for (label, lengths), dash in zip(words_by_label.items(), ("-", "--"), strict=True):
        axes.hist(lengths, bins=bins, histtype="step", linestyle=dash, linewidth=1.5, label=label)
    axes.set(xlabel="words in a review", ylabel="reviews")
    axes.legend(frameon=False)
    return figure


def accuracy_by_distance(table, ceiling):
    """Accuracy against distance, a line a model, with the spread over seeds as a bar.

    table: a DataFrame with the columns model, distance (label of a range of words) and accuracy
    (from 0 to 1), one row a seed. ceiling: the accuracy that is best possible. Returns a figure.

    >>> import pandas as pd
    >>> rows = [("lstm", "0–9", 0.9), ("lstm", "10–19", 0.8), ("gru", "0–9", 0.7)]
    >>> table = pd.DataFrame(rows, columns=["model", "distance", "accuracy"])
    >>> axes = accuracy_by_distance(table, ceiling=1.0).axes[0]
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['LSTM', 'GRU']
    >>> plt.close(axes.figure)
    """
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    for model, rows in table.groupby("model", sort=False):
        by_range = rows.groupby("distance", sort=False)["accuracy"]
        colour, dash = STYLE[model]
        axes.errorbar(
            by_range.mean().index,
            by_range.mean(),
            yerr=by_range.std().fillna(0),
            color=colour,
            linestyle=dash,
            marker=MARKERS[model],
            capsize=3,
            label=NAMES[model],
        )
    axes.axhline(ceiling, color="black", linewidth=0.8)
    axes.text(1.5, ceiling + 0.01, "best possible", fontsize=8, ha="center")
    axes.axhline(0.5, color="grey", linewidth=0.8, linestyle=":")
    axes.text(0, 0.47, "chance", fontsize=8, color="grey")
    axes.set(xlabel="words between the two that decide", ylabel="accuracy", ylim=(0.35, 1.08))
    axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def learning_curves(trained_models):
    """Loss on training (thin) and validation (thick) against epoch, of each model's first seed.

    trained_models: a list of `training.Trained`. Returns a figure.

    >>> import pandas as pd
    >>> from types import SimpleNamespace
    >>> history = pd.DataFrame({"loss": [0.6, 0.4], "val_loss": [0.7, 0.5]}, index=[1, 2])
    >>> lstm = SimpleNamespace(name="lstm", histories=[history])
    >>> axes = learning_curves([lstm]).axes[0]
    >>> [line.get_ydata().tolist() for line in axes.lines]
    [[0.6, 0.4], [0.7, 0.5]]
    >>> plt.close(axes.figure)
    """
    figure, axes = plt.subplots(figsize=(6.4, 3.2))
    for trained in trained_models:
        colour, dash = STYLE[trained.name]
        history = trained.histories[0]
        axes.plot(history.index, history["loss"], color=colour, linestyle=dash, linewidth=0.8)
        axes.plot(
            history.index,
            history["val_loss"],
            color=colour,
            linestyle=dash,
            marker=MARKERS[trained.name],
            label=NAMES[trained.name],
        )
    axes.set(xlabel="epoch", ylabel="cross-entropy (nats)", ylim=(0, None))
    axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(integer=True))
    axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def cost_of_learning(seconds):
    """Seconds an epoch takes against each size; a panel a size, both axes logarithmic.

    seconds: {way of training: {name of the size: {value: seconds}}}; the first of the two ways is
    drawn as the LSTM, the second as the GRU. Returns a figure.

    >>> sizes = {"units": {16: 1.0, 32: 1.5}, "batch": {8: 3.0, 16: 2.0}}
    >>> figure = cost_of_learning({"whole": sizes, "in chunks": sizes})
    >>> [axes.get_xlabel() for axes in figure.axes]
    ['units', 'batch']
    >>> plt.close(figure)
    """
    names = list(next(iter(seconds.values())))
    figure, panels = plt.subplots(1, len(names), figsize=(9, 2.8), sharey=True)
    for (way, of_way), model in zip(seconds.items(), ("lstm", "gru"), strict=True):
        colour, dash = STYLE[model]
        for axes, name in zip(panels, names, strict=True):
            values, times = zip(*of_way[name].items(), strict=True)
            axes.loglog(values, times, color=colour, ls=dash, marker=MARKERS[model], label=way)
            axes.set(xlabel=name, xticks=values, xticklabels=values)
            axes.tick_params(labelsize=8)
            axes.minorticks_off()
    panels[0].set_ylabel("seconds an epoch")
    panels[0].legend(frameon=False, fontsize=8)
    figure.tight_layout()
    return figure


# From a plain RNN to an LSTM; a step shows what the steps before it show, and more.
DIAGRAM_STEPS = ("rnn", "cell state", "forget", "store", "update", "output")


class _Element(NamedTuple):
    """One element of the diagram, drawn in the steps `since` to `until`, and bold in the first.

    at: (x, y) of its centre, of a line its corners. what: its text; of a line its colour. A longer
    line takes the place of one that was there before, so it is not bold.
    """

    since: str
    kind: str
    at: tuple
    what: str = "black"
    until: str = "output"


_DIAGRAM = tuple(
    _Element(*row)
    for row in (
        ("rnn", "line", ((0.9, 1.5), (5.2, 1.5)), "black", "update"),
        ("output", "longer line", ((0.9, 1.5), (6.6, 1.5))),
        ("rnn", "line", ((1.8, 0.5), (1.8, 1.5))),
        ("rnn", "label", (0.35, 1.5), "$h_{t-1}$"),
        ("rnn", "label", (1.8, 0.25), "$x_t$"),
        ("rnn", "layer", (5.2, 2.35), "RNN\ntanh", "forget"),
        ("rnn", "arrow", ((5.2, 1.5), (5.2, 2.0)), "black", "forget"),
        (
            "rnn",
            "arrow",
            ((5.2, 2.7), (5.2, 3.4), (7.8, 3.4), (7.8, 1.5), (9.2, 1.5)),
            "black",
            "forget",
        ),
        ("rnn", "label", (9.6, 1.5), "$h_t$", "forget"),
        ("cell state", "arrow", ((0.9, 5), (9.2, 5)), STYLE["lstm"][0]),
        ("cell state", "label", (0.35, 5), "$C_{t-1}$"),
        ("cell state", "label", (9.6, 5), "$C_t$"),
        ("forget", "layer", (2.4, 2.35), "forget\nσ"),
        ("forget", "arrow", ((2.4, 1.5), (2.4, 2.0))),
        ("forget", "arrow", ((2.4, 2.7), (2.4, 4.76))),
        ("forget", "circle", (2.4, 5), "×"),
        ("forget", "label on the right", (2.55, 3.7), "$f_t$"),
        ("store", "layer", (3.8, 2.35), "input\nσ"),
        ("store", "arrow", ((3.8, 1.5), (3.8, 2.0))),
        ("store", "layer", (5.2, 2.35), "candidate\ntanh"),
        ("store", "arrow", ((5.2, 1.5), (5.2, 2.0))),
        ("store", "arrow", ((3.8, 2.7), (3.8, 3.8), (4.96, 3.8))),
        ("store", "arrow", ((5.2, 2.7), (5.2, 3.56))),
        ("store", "circle", (5.2, 3.8), "×"),
        ("store", "label on the right", (3.95, 3.3), "$i_t$"),
        ("store", "label on the right", (5.35, 3.15), r"$\tilde{C}_t$"),
        ("update", "arrow", ((5.2, 4.04), (5.2, 4.76))),
        ("update", "circle", (5.2, 5), "+"),
        ("output", "layer", (6.6, 2.35), "output\nσ"),
        ("output", "arrow", ((6.6, 1.5), (6.6, 2.0))),
        ("output", "arrow", ((6.6, 2.7), (6.6, 3.2), (7.56, 3.2))),
        ("output", "arrow", ((7.8, 5), (7.8, 3.44))),
        ("output", "circle", (7.8, 3.2), "×"),
        ("output", "ellipse", (7.8, 4.25), "tanh"),
        ("output", "arrow", ((7.8, 2.96), (7.8, 1.5), (9.2, 1.5))),
        ("output", "label", (9.6, 1.5), "$h_t$"),
        ("output", "label on the right", (6.75, 2.95), "$o_t$"),
    )
)


def lstm_diagram(step):
    """A plain RNN on its way to an LSTM, up to and with one of DIAGRAM_STEPS; what is new is bold.

    Boxes are layers with weights, circles work number by number, lines carry H numbers each.
    Returns a figure. Raises ValueError for another step.

    >>> figure = lstm_diagram("forget")
    >>> "$f_t$" in [text.get_text() for text in figure.axes[0].texts]
    True
    >>> plt.close(figure)
    """
    if step not in DIAGRAM_STEPS:
        raise ValueError(f"step is {step!r}, expected one of {', '.join(DIAGRAM_STEPS)}")
    figure, axes = plt.subplots(figsize=(8, 4.8))
    axes.set(xlim=(0, 10), ylim=(0, 6), aspect="equal")
    axes.axis("off")
    _draw_box(axes, (1.3, 0.9), 7.4, 4.7, pad=0.1, fc="#F4F4F4", ec="#BBBBBB")
    now = DIAGRAM_STEPS.index(step)
    for element in _DIAGRAM:
        first, last = (DIAGRAM_STEPS.index(at) for at in (element.since, element.until))
        if first <= now <= last:
            width = 3 if first == now and element.kind != "longer line" else 1.3
            _draw(axes, element, width)
    return figure


def _draw(axes, element, width):
    """Draw one element of the diagram with lines of `width` points."""
    kind, at, what = element.kind, element.at, element.what
    edge = {"ec": "black", "linewidth": width, "zorder": 3}
    middle = {"ha": "center", "va": "center", "zorder": 4}
    if kind == "layer":
        x, y = at
        name = what.split("\n")[0]
        colour, _ = GATES.get(name, GATES["candidate"])
        ink = "white" if name in ("forget", "input", "output") else "black"
        _draw_box(axes, (x - 0.58, y - 0.3), 1.16, 0.6, pad=0.05, fc=colour, **edge)
        axes.text(x, y, what, color=ink, size=9, **middle)
    elif kind == "circle":
        axes.add_patch(matplotlib.patches.Circle(at, 0.24, fc="white", **edge))
        axes.text(at[0], at[1] - 0.02, what, size=12, **middle)
    elif kind == "ellipse":
        axes.add_patch(matplotlib.patches.Ellipse(at, 0.9, 0.5, fc="white", **edge))
        axes.text(*at, what, size=9, **middle)
    elif kind.startswith("label"):
        axes.text(*at, what, size=13, va="center", ha="center" if kind == "label" else "left")
    else:
        *start, before, end = at
        line = {"color": what, "linewidth": width, "zorder": 2}
        if start:
            axes.plot(*zip(*start, before, strict=True), solid_joinstyle="miter", **line)
        head = {"arrowstyle": "-|>" if kind == "arrow" else "-", "mutation_scale": 12}
        axes.annotate("", end, before, arrowprops={"shrinkA": 0, "shrinkB": 0} | head | line)


def _draw_box(axes, corner, width, height, pad, **look):
    round_box = f"round,pad={pad}"
    axes.add_patch(matplotlib.patches.FancyBboxPatch(corner, width, height, round_box, **look))
