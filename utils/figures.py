"""The one visual language: the same colour and dash for the same model in every figure.

Colours are Okabe and Ito's (2008), told apart by colour-blind readers; the dashes tell the
models apart in greyscale.
"""

import io

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Image

STYLE = {
    "majority": ("#666666", ":"),
    "bag_of_words": ("#E69F00", ":"),
    "bigrams": ("#F0E442", "-."),
    "simple_rnn": ("#D55E00", "--"),
    "lstm": ("#0072B2", "-"),
    "gru": ("#009E73", "-."),
    "bidirectional_lstm": ("#56B4E9", (0, (5, 1))),
    "best": ("#000000", "-"),
    "zero": ("#CCCCCC", ":"),
    "median": ("#999999", ":"),
    "marshall_palmer": ("#CC79A7", "-."),
    "boosted": ("#7F6000", ":"),
}
NAMES = {
    "majority": "majority class",
    "bag_of_words": "bag of words",
    "bigrams": "words + bigrams",
    "simple_rnn": "SimpleRNN",
    "lstm": "LSTM",
    "gru": "GRU",
    "bidirectional_lstm": "bidirectional LSTM",
    "best": "best recurrent",
    "zero": "no rain",
    "median": "median",
    "marshall_palmer": "Marshall–Palmer",
    "boosted": "boosted trees",
}
MARKERS = dict(zip(NAMES, "xv^osDP*+<>d", strict=True))

# The parts of an LSTM in the order they work; from dark to light: input, forget, output, candidate.
GATES = {
    "forget": ("#A8326E", "--"),
    "input": ("#2B1D7E", "-"),
    "candidate": ("#DDAA33", "-."),
    "output": ("#1E8E8E", ":"),
}

matplotlib.rcParams.update({"axes.spines.top": False, "axes.spines.right": False})


def show(figure, alt):
    """A figure as a PNG of 100 dpi that carries its description for those who cannot see it."""
    png = io.BytesIO()
    figure.savefig(png, dpi=100, bbox_inches="tight")
    plt.close(figure)
    return Image(png.getvalue(), format="png", alt=alt)


def review_lengths(words_by_label):
    """Histogram of the number of words, a line for each label: {"positive": lengths, …}."""
    figure, axes = plt.subplots(figsize=(6, 2.8))
    bins = np.linspace(0, max(lengths.max() for lengths in words_by_label.values()), 31)
    for (label, lengths), dash in zip(words_by_label.items(), ("-", "--"), strict=True):
        axes.hist(lengths, bins=bins, histtype="step", linestyle=dash, linewidth=1.5, label=label)
    axes.set(xlabel="words in a review", ylabel="reviews")
    axes.legend(frameon=False)
    return figure


def accuracy_by_distance(table, ceiling):
    """Accuracy against distance, a line a model, with the spread over seeds as a bar.

    table: columns model, distance (label of a range of words), accuracy, one row a seed.
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


def learning_curves(runs):
    """Loss on training (thin) and validation (thick) against epoch; the first seed's run."""
    figure, axes = plt.subplots(figsize=(6.4, 3.2))
    for run in runs:
        colour, dash = STYLE[run.name]
        epochs = run.history.index
        axes.plot(epochs, run.history["loss"], color=colour, linestyle=dash, linewidth=0.8)
        axes.plot(
            epochs,
            run.history["val_loss"],
            color=colour,
            linestyle=dash,
            marker=MARKERS[run.name],
            label=NAMES[run.name],
        )
    axes.set(xlabel="epoch", ylabel="cross-entropy (nats)", ylim=(0, None))
    axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(integer=True))
    axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def cost_of_learning(seconds):
    """Seconds an epoch takes against each size; a panel a size, both axes logarithmic.

    seconds: {way of reading: {name of the size: {value: seconds}}}; the first way is drawn
    as the LSTM, the second as the GRU.
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


DIAGRAM_STEPS = ("rnn", "cell state", "forget", "store", "update", "output")


def lstm_diagram(step):
    """A plain RNN on its way to an LSTM, up to and with one of DIAGRAM_STEPS; what is new is bold.

    Boxes are layers with weights, circles work number by number, lines carry H numbers each.
    Raises ValueError for another step.
    """
    if step not in DIAGRAM_STEPS:
        raise ValueError(f"step is {step!r}, expected one of {', '.join(DIAGRAM_STEPS)}")
    last = DIAGRAM_STEPS.index(step)
    figure, axes = plt.subplots(figsize=(8, 4.8))
    axes.set(xlim=(0, 10), ylim=(0, 6), aspect="equal")
    axes.axis("off")
    box = matplotlib.patches.FancyBboxPatch
    axes.add_patch(box((1.3, 0.9), 7.4, 4.7, "round,pad=0.1", fc="#F4F4F4", ec="#BBBBBB"))

    def bold(since):
        return 3 if DIAGRAM_STEPS.index(since) == last else 1.3

    def line(*corners, since, colour="black", arrow=True):
        *start, before, end = corners
        style = {"color": colour, "linewidth": bold(since), "zorder": 2}
        if start:
            axes.plot(*zip(*start, before, strict=True), solid_joinstyle="miter", **style)
        head = {"arrowstyle": "-|>" if arrow else "-", "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", end, before, arrowprops=head | style | {"mutation_scale": 12})

    def layer(x, name, function, gate, since):
        colour, _ = GATES[gate]
        ink = "black" if gate == "candidate" else "white"
        edge = {"fc": colour, "ec": "black", "linewidth": bold(since), "zorder": 3}
        axes.add_patch(box((x - 0.58, 2.05), 1.16, 0.6, "round,pad=0.05", **edge))
        axes.text(
            x, 2.35, f"{name}\n{function}", color=ink, size=9, ha="center", va="center", zorder=4
        )
        line((x, 1.5), (x, 2.0), since=since)

    def circle(x, y, sign, since):
        edge = {"fc": "white", "ec": "black", "linewidth": bold(since), "zorder": 3}
        axes.add_patch(matplotlib.patches.Circle((x, y), 0.24, **edge))
        axes.text(x, y - 0.02, sign, size=12, ha="center", va="center", zorder=4)

    def label(x, y, text, **options):
        axes.text(x, y, text, size=13, va="center", **{"ha": "center"} | options)

    ends = {"f": 2.4, "i": 3.8, "c": 5.2, "o": 6.6}
    reach = ends["o" if last == 5 else "c"]
    line((0.9, 1.5), (reach, 1.5), since="rnn", arrow=False)
    line((1.8, 0.5), (1.8, 1.5), since="rnn", arrow=False)
    label(0.35, 1.5, "$h_{t-1}$")
    label(1.8, 0.25, "$x_t$")
    if last < 3:
        layer(ends["c"], "RNN", "tanh", "candidate", "rnn")
        line((5.2, 2.7), (5.2, 3.4), (7.8, 3.4), (7.8, 1.5), (9.2, 1.5), since="rnn")
    if last < 3 or last == 5:
        label(9.6, 1.5, "$h_t$")
    if last >= 1:
        line((0.9, 5), (9.2, 5), since="cell state", colour=STYLE["lstm"][0])
        label(0.35, 5, "$C_{t-1}$")
        label(9.6, 5, "$C_t$")
    if last >= 2:
        layer(ends["f"], "forget", "σ", "forget", "forget")
        line((2.4, 2.7), (2.4, 4.76), since="forget")
        circle(2.4, 5, "×", "forget")
        label(2.55, 3.7, "$f_t$", ha="left")
    if last >= 3:
        layer(ends["i"], "input", "σ", "input", "store")
        layer(ends["c"], "candidate", "tanh", "candidate", "store")
        line((3.8, 2.7), (3.8, 3.8), (4.96, 3.8), since="store")
        line((5.2, 2.7), (5.2, 3.56), since="store")
        circle(5.2, 3.8, "×", "store")
        label(3.95, 3.3, "$i_t$", ha="left")
        label(5.35, 3.15, r"$\tilde{C}_t$", ha="left")
    if last >= 4:
        line((5.2, 4.04), (5.2, 4.76), since="update")
        circle(5.2, 5, "+", "update")
    if last >= 5:
        layer(ends["o"], "output", "σ", "output", "output")
        line((6.6, 2.7), (6.6, 3.2), (7.56, 3.2), since="output")
        line((7.8, 5), (7.8, 3.44), since="output")
        circle(7.8, 3.2, "×", "output")
        tanh = {"fc": "white", "ec": "black", "linewidth": bold("output"), "zorder": 3}
        axes.add_patch(matplotlib.patches.Ellipse((7.8, 4.25), 0.9, 0.5, **tanh))
        axes.text(7.8, 4.25, "tanh", size=9, ha="center", va="center", zorder=4)
        line((7.8, 2.96), (7.8, 1.5), (9.2, 1.5), since="output")
        label(6.75, 2.95, "$o_t$", ha="left")
    return figure
