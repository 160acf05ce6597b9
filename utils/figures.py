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
    "majority": ("#999999", ":"),
    "bag_of_words": ("#E69F00", ":"),
    "bigrams": ("#F0E442", "-."),
    "simple_rnn": ("#D55E00", "--"),
    "lstm": ("#0072B2", "-"),
    "gru": ("#009E73", "-."),
    "bidirectional_lstm": ("#56B4E9", (0, (5, 1))),
    "best": ("#000000", "-"),
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
}
MARKERS = dict(zip(NAMES, "xv^osDP*", strict=True))

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
