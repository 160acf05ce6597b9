"""What a graded task is, and what the checks of several tasks share.

A check calls the student's function with data of its own and compares what comes back, never
how it is written. Shapes: N batch, T steps, D features, H units.

Here and in the tasks Keras is imported where a check needs it: it takes seconds to start, and who
lists the tasks does not need it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

LAYERS = {"simple_rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}


class NotYet(Exception):
    """Why an answer is not right yet: a sentence for the student."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One graded task.

    number: as "1.3". function: the name of the function to write. points: for a right one.
    check: called with that function, it raises NotYet with the sentence that fits the mistake.
    hints: three, from a nudge to nearly the answer; the last one costs points. points_to_win: of
    the points, those that a leader-board gives (`utils.grading.leader_board`). former_name: of the
    function, in notebooks handed out before it got its present one.

    >>> def check(double):
    ...     expect(double(3) == 6, "3 must become 6")
    >>> hints = ("What is 3 + 3?", "Multiply.", "return 2 * x")
    >>> task = Task(number="0.1", function="double", points=1, check=check, hints=hints)
    >>> task.check(lambda x: x + x)
    >>> task.check(lambda x: x**2)
    Traceback (most recent call last):
    utils.homework.task.NotYet: 3 must become 6
    """

    number: str
    function: str
    points: int
    check: Callable
    hints: tuple[str, ...]
    points_to_win: int = 0
    former_name: str | None = None

    @property
    def third_hint_costs(self):
        """A third of the task's points, rounded to half points.

        >>> made = {"number": "0.1", "function": "f", "check": None, "hints": ()}
        >>> [Task(points=points, **made).third_hint_costs for points in (2, 3, 4)]
        [0.5, 1.0, 1.5]
        """
        return max(round(2 * self.points / 3), 1) / 2

    def find(self, look_up):
        """The student's function; None if there is none under its name or its former one.

        look_up: from a name to a function or None, as the method get of a namespace is.

        >>> names = {"function": "build", "former_name": "make"}
        >>> Task(number="0.1", points=1, check=None, hints=(), **names).find({"make": abs}.get)
        <built-in function abs>
        """
        found = look_up(self.function)
        return look_up(self.former_name) if found is None and self.former_name else found


def expect(is_so, otherwise):
    """Raise NotYet, with the sentence `otherwise`, unless is_so.

    >>> expect(1 + 1 == 2, "one and one are two")
    >>> expect(1 + 1 == 3, "one and one are three")
    Traceback (most recent call last):
    utils.homework.task.NotYet: one and one are three
    """
    if not is_so:
        raise NotYet(otherwise)


def expect_none_of(mistakes, is_it):
    """Raise NotYet with the sentence of the first mistake that was made.

    mistakes: pairs of a wrong result and its sentence. is_it: whether a wrong result is what the
    student's function returned.

    >>> mistakes = [(9, "3 was squared"), (5, "2 was added")]
    >>> expect_none_of(mistakes, lambda wrong: wrong == 5)
    Traceback (most recent call last):
    utils.homework.task.NotYet: 2 was added
    """
    for wrong, sentence in mistakes:
        expect(not is_it(wrong), sentence)


def array(got, what=None):
    """What a function returned, as an array; NotYet for nothing and for uneven rows.

    what: should have come back, in words, for the sentence.

    >>> array([[1, 2], [3, 4]]).shape
    (2, 2)
    >>> array(None, "an array (N,)")
    Traceback (most recent call last):
    utils.homework.task.NotYet: nothing comes back: return an array (N,)
    """
    expect(got is not None, f"nothing comes back: {f'return {what}' if what else _NO_RETURN}")
    try:
        return np.asarray(got)
    except ValueError:
        raise NotYet(
            f"the rows that come back differ in length: {f'return {what}' if what else _UNEVEN}"
        ) from None


_NO_RETURN, _UNEVEN = "is there a return?", "make them equally long"


def numbers(got, shape, what):
    """The same as float64, NotYet unless it is numbers of this shape.

    Numbers in quotes are none: what calculates with them would stop.

    >>> numbers([1, 2], (2,), "a rate for each scan")
    array([1., 2.])
    >>> numbers(["1", "2"], (2,), "a rate for each scan")
    Traceback (most recent call last):
    utils.homework.task.NotYet: not all that comes back is a number: return a rate for each scan
    >>> numbers([1, 2, 3], (2,), "a rate for each scan")
    Traceback (most recent call last):
    utils.homework.task.NotYet: the shape is (3,), expected (2,): return a rate for each scan
    """
    found = array(got, what)
    expect(found.shape == shape, f"the shape is {found.shape}, expected {shape}: return {what}")
    no_number = f"not all that comes back is a number: return {what}"
    is_text = [isinstance(one, (str, bytes)) for one in found.flat]
    expect(not any(is_text) and not np.iscomplexobj(found), no_number)
    try:
        return found.astype("float64")
    except (TypeError, ValueError):
        raise NotYet(no_number) from None


def one_each(got, n, what):
    """Finite numbers (n,), as an open task returns them; NotYet for anything else.

    >>> one_each([[0.5], [0.25]], 2, "a probability for each text")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    utils.homework.task.NotYet: one column comes back, (N, 1), as predict gives it: return its ...
    """
    expect(
        array(got, what).shape != (n, 1),
        "one column comes back, (N, 1), as predict gives it: return its [:, 0], (N,)",
    )
    found = numbers(got, (n,), what)
    expect(np.isfinite(found).all(), f"some are missing (NaN) or infinite: return {what}")
    return found


def close(one, other):
    """Whether two arrays agree to float32's precision, NaN where the other has NaN.

    >>> close([1, np.nan], [1.000001, np.nan]), close([1, np.nan], [1, 0])
    (True, False)
    """
    return np.allclose(one, other, rtol=1e-4, atol=1e-5, equal_nan=True)


@dataclass(frozen=True)
class DrawnLine:
    """A line of a figure: the name that a legend gives it, "" without one, and its points (n,)."""

    name: str
    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class DrawnAxes:
    """What one pair of axes of a figure shows: texts, and its lines."""

    title: str
    x_label: str
    y_label: str
    lines: tuple[DrawnLine, ...]


class Drawn(tuple):
    """What a figure shows, as data: its `DrawnAxes`, as `drawn` found them."""


def drawn(figure):
    """What a matplotlib Figure shows, as `Drawn`; that of another process is one; else None.

    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from matplotlib import pyplot
    >>> figure, axes = pyplot.subplots()
    >>> _ = axes.plot([1, 2], [0.5, 0.25], label="training")
    >>> _ = axes.set(xlabel="epoch"), axes.legend()
    >>> [shown] = drawn(figure)
    >>> shown.x_label, shown.y_label, shown.lines[0].name, shown.lines[0].y.tolist()
    ('epoch', '', 'training', [0.5, 0.25])
    >>> drawn(axes)
    >>> pyplot.close(figure)
    """
    if isinstance(figure, Drawn):
        return figure
    from matplotlib.figure import Figure

    if not isinstance(figure, Figure):
        return None
    of_all = [line for axes in figure.axes for line in axes.get_lines()]
    shared = [_names_in(legend, of_all) for legend in figure.legends]
    return Drawn(_drawn_axes(axes, shared) for axes in figure.axes)


def _drawn_axes(axes, shared):
    lines, legend = axes.get_lines(), axes.get_legend()
    named = [_names_in(legend, lines)] if legend else []
    title = " ".join(axes.get_title(loc) for loc in ("left", "center", "right"))
    return DrawnAxes(
        title=title.strip(),
        x_label=axes.get_xlabel(),
        y_label=axes.get_ylabel(),
        lines=tuple(
            DrawnLine(
                next((names[line] for names in named + shared if line in names), ""),
                *(np.array(part, "float64") for part in line.get_data(orig=False)),
            )
            for line in lines
        ),
    )


def _names_in(legend, lines):
    """{line: its name in a legend}: by its label, or by its place where it has none."""
    texts = [text.get_text() for text in legend.get_texts()]
    labels = [line.get_label() for line in lines]
    if not set(labels) & set(texts) and len(texts) == len(lines):
        return dict(zip(lines, texts, strict=True))
    return {line: label for line, label in zip(lines, labels, strict=True) if label in texts}


def expect_layer(model, kind):
    """Raise NotYet unless the model's recurrent layers are of this kind, and there is one.

    kind: one of LAYERS.

    >>> import keras
    >>> expect_layer(keras.Sequential([keras.layers.GRU(2)]), "lstm")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    utils.homework.task.NotYet: lstm: the model must read with LSTM, and with no other ...
    """
    layer, classes = LAYERS[kind], _classes_in(model)
    others = set(LAYERS.values()) - {layer}
    expect(
        layer in classes and not others & classes,
        f"{kind}: the model must read with {layer}, and with no other recurrent layer",
    )


def _classes_in(model):
    """Names of the classes, and of those they derive from, of all layers, cells without "Cell"."""
    import keras

    found, waiting = [], [model]
    while waiting:
        layer = waiting.pop()
        if any(layer is one for one in found):
            continue
        found.append(layer)
        for kept in [*vars(layer).values(), getattr(layer, "layers", [])]:
            parts = kept if isinstance(kept, (list, tuple)) else [kept]
            waiting += [part for part in parts if isinstance(part, keras.Layer)]
    classes = {cls for layer in found for cls in type(layer).__mro__}
    return {cls.__name__.removesuffix("Cell") for cls in classes}


def expect_split_by_seed(split, data, parts):
    """Raise NotYet unless split(data, seed) gives `parts` for seed 0 and others for seed 1.

    >>> def halves(rows, seed):
    ...     return np.split(rows, 2)
    >>> expect_split_by_seed(halves, np.arange(8), np.arange(8).reshape(2, 4))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    utils.homework.task.NotYet: another seed gave the same split: pass `seed` on to ...
    """
    again, other = split(data.copy(), seed=0), split(data.copy(), seed=1)
    expect(
        all(np.array_equal(a, b) for a, b in zip(parts, again, strict=True)),
        "the same seed gave another split the second time",
    )
    expect(
        any(not np.array_equal(a, b) for a, b in zip(parts, other, strict=True)),
        "another seed gave the same split: pass `seed` on to whatever shuffles",
    )
