"""What a graded task is, and what the checks of all homeworks share."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

LAYERS = {"simple_rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}


class NotYet(Exception):
    """Why an answer is not right yet: a sentence for the student."""


@dataclass(frozen=True)
class Task:
    """One graded task.

    asks_for: the name of the function to write. look: called with that function, it raises
    NotYet with the reason that fits the mistake. hints: three at most, from a nudge to nearly
    the answer.
    """

    asks_for: str
    points: int
    look: Callable
    hints: tuple[str, ...]


def expect(is_so, otherwise):
    """Raise NotYet, with the sentence `otherwise`, unless is_so."""
    if not is_so:
        raise NotYet(otherwise)


def array(got, if_nothing="is there a return?", if_uneven="make them equally long"):
    """What an answer returned, as an array; NotYet, with advice, for nothing or uneven rows."""
    expect(got is not None, f"nothing comes back: {if_nothing}")
    try:
        return np.asarray(got)
    except ValueError:
        raise NotYet(f"the rows that come back differ in length: {if_uneven}") from None


def expect_layer(model, kind):
    """Raise NotYet unless the model reads with the layer of this kind, and with no other."""
    layer, classes = LAYERS[kind], _classes_in(model)
    others = set(LAYERS.values()) - {layer}
    expect(
        layer in classes and not others & classes,
        f"{kind}: the model must read with {layer}, and with no other recurrent layer",
    )


def _classes_in(model):
    """Names of the classes, and of those they derive from, of all layers, cells without "Cell"."""
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


def expect_split_by_seed(answer, data, parts):
    """Raise NotYet unless answer(data, seed) gives `parts` for seed 0 and others for seed 1."""
    again, other = answer(data.copy(), seed=0), answer(data.copy(), seed=1)
    expect(
        all(np.array_equal(a, b) for a, b in zip(parts, again, strict=True)),
        "the same seed gave another split the second time",
    )
    expect(
        any(not np.array_equal(a, b) for a, b in zip(parts, other, strict=True)),
        "another seed gave the same split: pass `seed` on to whatever shuffles",
    )
