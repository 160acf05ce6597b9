"""Task 1.12: training and validation loss of two networks, drawn so that a reader can tell them."""

import contextlib

import numpy as np

from utils.homework.task import Task, drawn, expect, expect_none_of

HISTORIES = {
    "simple_rnn": {
        "loss": [0.69, 0.64, 0.58, 0.55, 0.51],
        "val_loss": [0.7, 0.67, 0.66, 0.68, 0.71],
        "accuracy": [0.5, 0.61, 0.7, 0.72, 0.76],
        "val_accuracy": [0.49, 0.57, 0.6, 0.59, 0.56],
    },
    "lstm": {
        "loss": [0.685, 0.6, 0.45, 0.33, 0.25, 0.2, 0.16],
        "val_loss": [0.695, 0.62, 0.48, 0.4, 0.38, 0.39, 0.42],
        "accuracy": [0.52, 0.68, 0.8, 0.87, 0.9, 0.93, 0.95],
        "val_accuracy": [0.51, 0.66, 0.78, 0.82, 0.84, 0.83, 0.81],
    },
}
OTHER_HISTORIES = {
    "gru": {
        "loss": [0.9, 0.8, 0.3],
        "val_loss": [0.95, 0.7, 0.6],
        "accuracy": [0.4, 0.5, 0.92],
        "val_accuracy": [0.45, 0.55, 0.65],
    },
    "lstm": {
        "loss": [0.8, 0.7],
        "val_loss": [0.75, 0.85],
        "accuracy": [0.53, 0.62],
        "val_accuracy": [0.57, 0.48],
    },
}
PARTS = {"loss": "training", "val_loss": "validation"}


def check(learning_curves):
    """Raise NotYet unless two pairs of losses are drawn, named and told apart, twice."""
    _check_drawing(_ask(learning_curves, HISTORIES), HISTORIES)
    found = _ask(learning_curves, OTHER_HISTORIES)
    expect(
        all(
            _lines(found, OTHER_HISTORIES, model, part)
            for model in OTHER_HISTORIES
            for part in PARTS
        ),
        "with other histories, of a gru and an lstm, the figure is wrong: draw what is given, in a "
        "new figure in each call",
    )
    _check_drawing(found, OTHER_HISTORIES)


def _ask(learning_curves, histories):
    """What the figure shows; it is closed again, so that no notebook prints it."""
    given = {
        model: {part: list(values) for part, values in history.items()}
        for model, history in histories.items()
    }
    with _new_figures_closed():
        found = drawn(learning_curves(given))
    expect(found is not None, _RETURN)
    return found


_RETURN = (
    "return the matplotlib Figure: fig of fig, ax = plt.subplots(), after you have drawn on ax"
)


@contextlib.contextmanager
def _new_figures_closed():
    import matplotlib.pyplot as plt

    before = set(plt.get_fignums())
    try:
        yield
    finally:
        for number in set(plt.get_fignums()) - before:
            plt.close(number)


def _check_drawing(found, histories):
    pairs = [(model, part) for model in histories for part in PARTS]
    lines = {pair: _lines(found, histories, *pair) for pair in pairs}
    expect(any(axes.lines for axes in found), "the figure holds no line")
    for (model, part), of_pair in lines.items():
        if not of_pair:
            expect_none_of(_instead_of(histories, model, part), lambda wrong: _holds(found, *wrong))
        expect(
            of_pair,
            f"the {PARTS[part]} loss of {model} is not drawn: a line of its own, a point for each "
            f"epoch, from histories[{model!r}][{part!r}]",
        )
    _check_epochs({pair: of_pair[0][1] for pair, of_pair in lines.items()})
    _check_names(found, {pair: of_pair[0] for pair, of_pair in lines.items()}, histories)


def _instead_of(histories, model, part):
    """[((x, y), sentence)] of lines that people draw in place of a loss; None: any x."""
    values, accuracy = (
        histories[model][part.replace("loss", name)] for name in ("loss", "accuracy")
    )
    of_model = f"the {PARTS[part]} loss of {model} is not drawn: "
    return [
        ((None, accuracy), f"{of_model}what is drawn is the accuracy"),
        ((values, None), f"{of_model}x and y have changed places"),
    ]


def _holds(found, x, y):
    return any(
        all(
            values is None or (len(values) == len(of_line) and np.allclose(values, of_line))
            for values, of_line in ((x, line.x), (y, line.y))
        )
        for axes in found
        for line in axes.lines
    )


def _lines(found, histories, model, part):
    """[(axes, line)] of all lines that show this part of a history."""
    values = histories[model][part]
    return [
        (axes, line)
        for axes in found
        for line in axes.lines
        if len(line.y) == len(values) and np.allclose(line.y, values, atol=1e-6)
    ]


def _check_epochs(lines):
    starts = set()
    for (model, part), line in lines.items():
        expect(
            np.allclose(np.diff(line.x), 1),
            f"the {PARTS[part]} loss of {model}: from one epoch to the next, x grows by one",
        )
        starts.add(float(line.x[0]))
    expect(
        starts in ({0.0}, {1.0}),
        f"the first epochs lie at x = {', '.join(map(str, sorted(starts)))}: count the epochs of "
        "all lines from 1 (or all from 0)",
    )


def _check_names(found, lines, histories):
    for axes, _ in lines.values():
        for letter, label in (("x", axes.x_label), ("y", axes.y_label)):
            expect(
                label.strip(),
                f"the {letter} axis has no name: set_{letter}label says what is shown along it",
            )
        x, y = axes.x_label.lower(), axes.y_label.lower()
        expect(
            not ("loss" in x and "epoch" not in x or "epoch" in y and "loss" not in y),
            f"the x axis is called {axes.x_label!r} and the y axis {axes.y_label!r}: the names of "
            "the axes are mixed up",
        )
        expect(
            "acc" not in y or "loss" in y,
            f"the y axis is called {axes.y_label!r}, but losses are drawn along it",
        )
    said = {pair: (axes.title.strip(), line.name.strip()) for pair, (axes, line) in lines.items()}
    expect(
        any(name for _, name in said.values()) or len(set(said.values())) == len(said),
        "there is no legend: give each line a label, then call ax.legend()",
    )
    expect(
        len(set(said.values())) == len(said),
        "two lines cannot be told apart by legend and title: name the model and the part of each",
    )
    _check_right_names({pair: " ".join(words).lower() for pair, words in said.items()}, histories)


def _check_right_names(said, histories):
    """Where lines are named by the words of `histories`, none bears the name of another."""
    for (model, part), words in said.items():
        named = [other for other in histories if other in words]
        expect(
            not named or model in named,
            f"the {PARTS[part]} loss of {model} is called {words.strip()!r}: the names of the "
            "models are mixed up",
        )
    for model in histories:
        expect(
            "val" in said[model, "val_loss"] or "val" not in said[model, "loss"],
            f"the training loss of {model} is called {said[model, 'loss'].strip()!r}: the names of "
            "the two parts are mixed up",
        )


TASK = Task(
    number="1.12",
    function="learning_curves",
    points=2,
    check=check,
    hints=(
        "Four lines: two losses for each of two models. What must a reader find in the figure to "
        "know which is which, and what the axes are?",
        "fig, ax = plt.subplots(), then in a loop over histories.items() two calls of ax.plot, "
        "each with its label; epochs are range(1, len(history['loss']) + 1).",
        "ax.plot(epochs, history['loss'], label=f'{model}, training'), the same with val_loss; "
        "then ax.set_xlabel('epoch'), ax.set_ylabel('loss'), ax.legend(); return fig.",
    ),
)
