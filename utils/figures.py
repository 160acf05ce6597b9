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

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import PIL.Image

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

# What a name must hold to have the colour of a model, in this order.
_WORDS = {"lstm": "LSTM", "gru": "GRU", "simple_rnn": "RNN"}

# The parts of an LSTM in the order they work; from dark to light: input, forget, output, candidate.
GATES = {
    "forget": ("#A8326E", "--"),
    "input": ("#2B1D7E", "-"),
    "candidate": ("#DDAA33", "-."),
    "output": ("#1E8E8E", ":"),
}

# Heat maps: from 0, dark, to 1, bright; and from blue through white, 0, to red.
GATE_MAP, STATE_MAP = "cividis", "RdBu_r"

matplotlib.rcdefaults()  # whatever a matplotlibrc of the user's says
matplotlib.rcParams.update(
    {"axes.spines.top": False, "axes.spines.right": False, "font.size": 11, "legend.frameon": False}
    | dict.fromkeys(("axes.titlesize", "axes.labelsize", "legend.fontsize"), 11)
    | dict.fromkeys(("xtick.labelsize", "ytick.labelsize"), 11)
)


class Picture:
    """A PNG and its description, in words that every version of IPython takes.

    data: the PNG, bytes. alt: the description, which is shown where pictures are not; notebooks
    keep it beside the picture, where the site looks for it, too. width: as it is shown, in pixels
    of a page, two of the picture's to one, so that it is sharp on a projector.

    >>> Picture(b"PNG", alt="Two axes without a line.", width=300)
    Two axes without a line.
    """

    def __init__(self, data, alt, width):
        self.data, self.alt, self.width = data, alt, width

    def __repr__(self):
        return self.alt

    def _repr_png_(self):
        shown = {"alt": self.alt, "width": self.width}
        return base64.b64encode(self.data).decode("ascii"), shown


def show(figure, alt):
    """A figure as a PNG of 200 dpi that carries its description for those who cannot see it.

    figure: of `matplotlib`; it is closed. alt: the description, one sentence. Returns a `Picture`.

    >>> figure, axes = plt.subplots()
    >>> picture = show(figure, alt="Two axes without a line.")
    >>> picture.data[1:4], picture.alt
    (b'PNG', 'Two axes without a line.')
    """
    png = io.BytesIO()
    figure.savefig(png, dpi=200, bbox_inches="tight")
    plt.close(figure)
    with PIL.Image.open(png) as picture:
        small = io.BytesIO()
        # 256 colours are plenty for lines and heat maps, and a third of the bytes.
        picture.convert("RGB").quantize(256, dither=PIL.Image.Dither.NONE).save(small, "png")
        return Picture(small.getvalue(), alt, width=picture.width // 2)


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
    axes.legend()
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
    axes.text(1.5, ceiling + 0.01, "best possible", ha="center")
    axes.axhline(0.5, color="grey", linewidth=0.8, linestyle=":")
    axes.text(0, 0.47, "chance", color="grey")
    axes.set(xlabel="words between the two that decide", ylabel="accuracy", ylim=(0.35, 1.08))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
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
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
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
            axes.minorticks_off()
    panels[0].set_ylabel("seconds an epoch")
    panels[0].legend()
    figure.tight_layout()
    return figure


def words_in_the_plane(planes, words, groups=None):
    """Words as points, a panel for each of the planes.

    planes: {title: points (N, 2)}. words: N of them. groups: two of them, {name: which of the N
    words}, each in its colour and marker; by default all words are alike. Returns a figure.

    >>> figure = words_in_the_plane({"before": np.eye(2), "after": np.eye(2)}, ["good", "bad"])
    >>> [axes.get_title() for axes in figure.axes]
    ['before', 'after']
    >>> plt.close(figure)
    """
    of_groups = (groups or {"words": slice(None)}).items()
    looks = (("#0072B2", "^"), ("#D55E00", "v")) if groups else (("black", "."),)
    size = (4.6 * len(planes), 3.9)
    figure, panels = plt.subplots(1, len(planes), figsize=size, squeeze=False, layout="constrained")
    for axes, (title, points) in zip(panels[0], planes.items(), strict=True):
        for (name, which), (colour, marker) in zip(of_groups, looks, strict=True):
            axes.plot(*points[which].T, marker, color=colour, label=name)
        is_right = points[:, 0] > np.mean(points[:, 0])
        heights = points[:, 1].copy()
        for side in (is_right, ~is_right):
            heights[side] = _apart(heights[side], 0.06 * np.ptp(points[:, 1]))
        for word, point, right, height in zip(words, points, is_right, heights, strict=True):
            look = {"xytext": (5 if right else -5, -4), "ha": "left" if right else "right"}
            axes.annotate(word, (point[0], height), textcoords="offset points", **look)
        axes.margins(0.45, 0.08)
        axes.set(title=title, xlabel="first component", ylabel="second component")
    if groups:
        figure.legend(*axes.get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def _apart(heights, least):
    """Heights, those that are too close moved evenly up and down until all are `least` apart.

    >>> _apart(np.array([0.0, 3.0, 2.9]), least=1)
    array([0.  , 3.45, 2.45])
    """
    order = np.argsort(-heights)
    moved = heights[order]
    for _ in range(100):
        overlap = np.maximum(least - (moved[:-1] - moved[1:]), 0)
        moved[:-1] += overlap / 2
        moved[1:] -= overlap / 2
    return moved[np.argsort(order)]


def models_compared(scores, xlabel):
    """A line for each model: the mean of its scores as a point, their standard deviation as a bar.

    scores: {model: scores of its seeds}; a model of STYLE is drawn in its style. xlabel: what a
    score is, with its unit. Returns a figure.

    >>> axes = models_compared({"lstm": [0.8, 0.9], "bigrams": [0.9]}, "accuracy").axes[0]
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['LSTM', 'words + bigrams']
    >>> plt.close(axes.figure)
    """
    figure, axes = plt.subplots(figsize=(6, 0.4 * len(scores) + 0.8))
    for row, (model, of_seeds) in enumerate(scores.items()):
        spread = np.std(of_seeds, ddof=1) if len(of_seeds) > 1 else 0
        colour, marker = STYLE.get(model, ("black",))[0], MARKERS.get(model, "o")
        look = {"color": colour, "marker": marker, "markersize": 8, "linestyle": ""}
        axes.errorbar(np.mean(of_seeds), row, xerr=spread, capsize=4, **look)
    axes.set_yticks(range(len(scores)), [NAMES.get(model, model) for model in scores])
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    axes.set(xlabel=xlabel)
    return figure


def by_step(curves, xlabel, ylabel, log=False):
    """A line for each of the curves against 1, 2, 3, …, told apart by colour, dash and marker.

    curves: {label: values, a sequence}. log: whether the y axis is logarithmic. Returns a figure.

    >>> axes = by_step({"once": [1, 2, 3], "twice": [2, 4]}, "step t", "state $h_t$").axes[0]
    >>> [line.get_xdata().tolist() for line in axes.lines]
    [[1, 2, 3], [1, 2]]
    >>> plt.close(axes.figure)
    """
    looks = ("#D55E00", "s-"), ("#0072B2", "o--"), ("#009E73", "^:"), ("black", "x-.")
    figure, axes = plt.subplots(figsize=(6.4, 2.8))
    for number, (label, values) in enumerate(curves.items()):
        colour, look = looks[number % len(looks)]
        axes.plot(range(1, len(values) + 1), values, look, color=colour, markersize=5, label=label)
    axes.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
    axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(integer=True))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def radar_hour(minutes, values):
    """What a radar reported in one hour, a panel for each quantity; a cross where nothing came.

    minutes: of the scans, (T,). values: {name with its unit: numbers (T,), NaN where missing}, of
    an even number of quantities. Returns a figure.

    >>> minutes, values = np.array([1, 5]), np.array([20.0, np.nan])
    >>> figure = radar_hour(minutes, {"Ref (dBZ)": values, "Zdr (dB)": values})
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['Ref (dBZ)', 'Zdr (dB)']
    >>> plt.close(figure)
    """
    shape = {"nrows": len(values) // 2, "ncols": 2, "squeeze": False, "sharex": True}
    figure, grid = plt.subplots(**shape, figsize=(7.5, 2 * len(values) // 2), layout="constrained")
    for axes, (name, numbers) in zip(grid.flat, values.items(), strict=True):
        axes.plot(minutes, numbers, "o-", color="#0072B2", markersize=4)
        missing = minutes[np.isnan(numbers)]
        axes.plot(missing, np.full(len(missing), axes.get_ylim()[0]), "x", color="#D55E00")
        axes.set(ylabel=name, xlim=(0, 60))
    for axes in grid[-1]:
        axes.set_xlabel("minutes past the hour")
    return figure


def errors_by_group(properties, errors, ylabel):
    """Mean error of each model in groups of examples, a panel for each of their properties.

    properties: {name: (values (N,), edges of the groups)}. errors: {model: errors (N,)}. ylabel:
    what an error is, with its unit. Returns a figure, two panels in a row.

    >>> properties = {"scans": (np.array([3, 9]), [0, 5, 10])}
    >>> figure = errors_by_group(properties, {"best": np.array([1.0, 2.0])}, "MAE (mm)")
    >>> figure.axes[0].lines[0].get_ydata().tolist()
    [1.0, 2.0]
    >>> plt.close(figure)
    """
    rows = -(-len(properties) // 2)
    figure, panels = plt.subplots(
        rows, 2, figsize=(8.2, 2.5 * rows), squeeze=False, layout="constrained"
    )
    for axes in panels.flat[len(properties) :]:
        axes.remove()
    for axes, (name, (values, edges)) in zip(panels.flat, properties.items(), strict=False):
        group = np.digitize(values, edges[1:-1], right=True)
        labels = [f"≤ {edge:.3g}" for edge in edges[1:]]
        for model, of_model in errors.items():
            means = [np.mean(of_model[group == i]) for i in range(len(labels))]
            colour, dash = STYLE[model]
            look = {"color": colour, "linestyle": dash, "marker": MARKERS[model]}
            axes.plot(labels, means, label=NAMES[model], **look)
        axes.set(xlabel=name, ylabel=ylabel, ylim=(0, 1.1 * axes.dataLim.ymax))
    panels[0][0].legend()
    return figure


def over_seeds(x, values, xlabel, ylabel):
    """The mean over seeds against x, a line for each name, in a band of one standard deviation.

    x: (T,). values: {name: numbers (S, T) of S seeds}; a name of STYLE is drawn in its style.
    xlabel, ylabel: with their units. Returns a figure.

    >>> axes = over_seeds([1, 2], {"lstm": [[0.5, 0.7], [0.7, 0.9]]}, "epoch", "accuracy").axes[0]
    >>> axes.lines[0].get_ydata().round(3).tolist()
    [0.6, 0.8]
    >>> all(tick.is_integer() for tick in axes.get_xticks().tolist())  # no half epochs
    True
    >>> plt.close(axes.figure)
    """
    figure, axes = plt.subplots(figsize=(6.4, 3.2))
    others = iter((("black", "-"), ("#777777", "--"), ("#E69F00", ":"), ("#0072B2", "-.")))
    for name, of_seeds in values.items():
        colour, dash = STYLE[name] if name in STYLE else next(others)
        mean = np.mean(of_seeds, axis=0)
        spread = np.std(of_seeds, axis=0, ddof=1) if len(of_seeds) > 1 else 0
        axes.fill_between(x, mean - spread, mean + spread, color=colour, alpha=0.15, linewidth=0)
        axes.plot(x, mean, color=colour, linestyle=dash, label=NAMES.get(name, name))
    axes.set(xlabel=xlabel, ylabel=ylabel)
    if np.asarray(x).dtype.kind == "i":
        whole = matplotlib.ticker.MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10])
        axes.xaxis.set_major_locator(whole)
    axes.legend()
    return figure


def reading(words, panels, xlabel=""):
    """Heat maps of what the units of a layer do at each word, a panel for each name.

    words: T of them. panels: {name: values (T, H)}; values from 0 to 1 are drawn from dark to
    bright, others from blue through white (0) to red. The rows of all panels are the units in the
    order of the last panel's value at the last word. xlabel: what stands in the place of the words,
    if it is something as short as a number, which is not turned. Returns a figure.

    >>> gate, cell = np.array([[0.1, 0.9], [0.5, 0.5]]), np.array([[1.0, -2.0], [3.0, 0.0]])
    >>> figure = reading(["good", "film"], {"input gate": gate, "cell state": cell})
    >>> figure.axes[0].images[0].get_array().tolist()  # unit 1 first: 0 is less than 3
    [[0.9, 0.5], [0.1, 0.5]]
    >>> plt.close(figure)
    >>> axes = reading([1, 2], {"input gate": gate}, "step t").axes[0]
    >>> axes.get_xlabel(), axes.get_xticklabels()[0].get_rotation()
    ('step t', 0.0)
    >>> plt.close(axes.figure)
    """
    # Wider than 9.4 inches it is shrunk on a projector, and its letters with it.
    width = np.clip(0.21 * len(words) + 2, 6.4 if xlabel else 4, 9.4)
    size = (width, 2.3 * len(panels))
    figure, rows = plt.subplots(len(panels), figsize=size, sharex=True, squeeze=False)
    order = np.argsort(list(panels.values())[-1][-1])
    for axes, (name, values) in zip(rows[:, 0], panels.items(), strict=True):
        most = np.abs(values).max()
        is_gate = values.min() >= 0 and most <= 1
        limits = {"vmin": 0, "vmax": 1} if is_gate else {"vmin": -most, "vmax": most}
        colours = GATE_MAP if is_gate else STATE_MAP
        image = axes.imshow(values.T[order], cmap=colours, aspect="auto", **limits)
        figure.colorbar(image, label=name, pad=0.01)
        axes.set(ylabel="unit (sorted)", yticks=[])
    axes.set_xticks(range(len(words)), words, rotation=0 if xlabel else 90)
    axes.set_xlabel(xlabel)
    figure.tight_layout()
    return figure


def features_by_step(panels, ylabel):
    """A grey map of features against steps for each of the panels, white for the lowest value.

    panels: {title: values (T, D)}, all on one scale. ylabel: what a row is. Returns a figure.

    >>> figure = features_by_step({"ones": np.ones((3, 2)), "zeros": np.zeros((3, 2))}, "feature")
    >>> [axes.get_title() for axes in figure.axes]
    ['ones', 'zeros']
    >>> plt.close(figure)
    """
    arrays = {title: np.asarray(values) for title, values in panels.items()}
    scale = {"vmin": min(map(np.min, arrays.values())), "vmax": max(map(np.max, arrays.values()))}
    figure, grid = plt.subplots(
        1, len(arrays), figsize=(2.8 * len(arrays), 2.5), sharey=True, squeeze=False
    )
    for axes, (title, values) in zip(grid[0], arrays.items(), strict=True):
        edges = (0.5, len(values) + 0.5, 0.5, values.shape[1] + 0.5)
        look = {"cmap": "Greys", "aspect": "auto", "interpolation": "nearest"}
        axes.imshow(values.T, origin="lower", extent=edges, **look, **scale)
        axes.set(title=title, xlabel="step t")
        axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(integer=True))
    grid[0][0].set_ylabel(ylabel)
    figure.tight_layout()
    return figure


def lines(x, by_name, xlabel, ylabel, *, log=False, baseline=None):
    """Lines against x, one a name, or one a row (a seed) where a name has several rows.

    x: (n,). by_name: {name: an array (n,) or (rows, n)}; a name that holds "LSTM", "GRU" or
    "RNN" has the colour of that model, any other is black; dashes and markers tell names apart.
    log: whether the second axis is logarithmic. baseline: where to draw a thin grey line.
    Returns a figure.

    >>> axes = lines([1, 2], {"LSTM": [[0.5, 0.9], [0.4, 0.8]]}, "epoch", "accuracy").axes[0]
    >>> len(axes.lines), axes.lines[0].get_color() == STYLE["lstm"][0]
    (2, True)
    >>> plt.close(axes.figure)
    """
    figure, axes = plt.subplots(figsize=(6, 3.2))
    looks = zip(("-", "--", ":", "-.", (0, (5, 1))), "osvD^", strict=True)
    for (name, values), (dash, marker) in zip(by_name.items(), looks, strict=False):
        models = (key for key, word in _WORDS.items() if word in name)
        colour = STYLE[model][0] if (model := next(models, None)) else "black"
        rows = np.atleast_2d(values)
        look = {"color": colour, "linestyle": dash, "linewidth": 1.5 if len(rows) == 1 else 1}
        if len(by_name) > 1:
            look |= {"marker": marker, "markersize": 5, "markevery": max(1, rows.shape[1] // 8)}
        axes.plot(x, rows.T, **look)[0].set_label(name)
    if baseline is not None:
        axes.axhline(baseline, color="grey", linewidth=0.8, zorder=0)
    axes.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
    if len(by_name) > 1:
        # A handle so long that dashes and dots show beside the marker.
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), handlelength=3.5)
    return figure


def melody(notes, bar_lines):
    """Notes of a tune as short lines, a high one above a low one; thin lines where bars end.

    notes: of which each has a pitch, MIDI's number or None for a rest, and a length. bar_lines:
    times in units of those lengths. Returns a figure.

    >>> from types import SimpleNamespace
    >>> notes = [SimpleNamespace(pitch=69, length=2), SimpleNamespace(pitch=None, length=1)]
    >>> axes = melody(notes, [3]).axes[0]
    >>> axes.collections[0].get_segments()[0].tolist()
    [[0.0, 69.0], [1.85, 69.0]]
    >>> plt.close(axes.figure)
    """
    figure, axes = plt.subplots(figsize=(9, 2.8))
    ends = np.cumsum([float(note.length) for note in notes])
    pitches = [np.nan if note.pitch is None else note.pitch for note in notes]
    axes.hlines(pitches, np.append(0, ends[:-1]), ends - 0.15, linewidth=4, color="#0072B2")
    axes.set_xticks(bar_lines, minor=True)
    axes.grid(axis="x", which="minor")
    axes.set(xlabel="time, eighth notes", ylabel="pitch, semitones")
    return figure


def drawings(rows, ring=None):
    """What a pen drew: a row of drawings for each name, all at the same scale.

    rows: {name: [steps (T, 3): to the right, upwards, and 1 if the pen is in the air]}. ring:
    index of the step after which a ring stands. Returns a figure.

    >>> axes = drawings({"hook": [np.array([[1, 0, 0], [0, 1, 0], [1, 1, 1], [1, 0, 0]])]}).axes[0]
    >>> [line.get_xydata().astype(int).tolist() for line in axes.lines]
    [[[0, 0], [1, 0], [1, 1]], [[2, 2], [3, 2]]]
    >>> plt.close(axes.figure)
    """
    most = max(map(len, rows.values()))
    size = (8, 1.2 * len(rows))
    figure, grid = plt.subplots(len(rows), most, figsize=size, squeeze=False)
    for row, (name, of_name) in zip(grid, rows.items(), strict=True):
        row[0].set_ylabel(name.replace("_", " ").replace(" ", "\n", 1))
        for axes in row:
            axes.set(aspect="equal", xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
        for axes, steps in zip(row, of_name, strict=False):
            way = np.concatenate([np.zeros((1, 2)), np.cumsum(steps[:, :2], axis=0)])
            for stroke in np.split(way, 1 + np.flatnonzero(steps[:, 2])):
                axes.plot(*stroke.T, color="black", marker=".", markersize=1)
            if ring is not None:
                axes.plot(*way[ring + 1], "o", color="#D55E00", fillstyle="none", markersize=9)
            low, high = way.min(axis=0), way.max(axis=0)
            axes.set_xlim((low + high)[0] / 2 - 7, (low + high)[0] / 2 + 7)
            axes.set_ylim((low + high)[1] / 2 - 7, (low + high)[1] / 2 + 7)
    return figure
