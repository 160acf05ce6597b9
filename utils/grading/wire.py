"""What passes between a check and the process of a hand-in, which it cannot trust.

To the hand-in goes pickle. From it comes data alone: numbers, texts, arrays, tables, what figures
show, and networks of Keras' own layers. Nothing that it sends is executed.
"""

import base64
import builtins
import contextlib
import io
import json
import pickle
import re
import sys
from collections.abc import Callable
from math import nan
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import pandas as pd

from utils.grading.sandbox import Ended
from utils.homework.task import Drawn, DrawnAxes, DrawnLine, drawn

# Whatever else a network holds (own classes, Lambda, layers that read files) is not rebuilt.
_LAYERS = """
    Activation Add Attention AdditiveAttention Average AveragePooling1D BatchNormalization
    Bidirectional Concatenate Conv1D Cropping1D Dense Dot Dropout ELU Embedding Flatten Functional
    GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalMaxPooling1D GRU GRUCell InputLayer
    LayerNormalization LeakyReLU LSTM LSTMCell Masking Maximum MaxPooling1D Minimum Model
    MultiHeadAttention Multiply Normalization Permute PReLU ReLU RepeatVector Rescaling Reshape RNN
    Sequential SimpleRNN SimpleRNNCell Softmax SpatialDropout1D StackedRNNCells Subtract
    TimeDistributed UnitNormalization UpSampling1D ZeroPadding1D
    """.split()
_PLAIN_CLASSES = {
    "keras": {"Sequential", "Functional", "Model", "DTypePolicy", "KerasTensor"},
    "keras.layers": set(_LAYERS),
    **{
        f"keras.{kind}": set(dir(getattr(keras, kind)))
        for kind in ("constraints", "initializers", "losses", "metrics", "optimizers")
    },
    "keras.optimizers.schedules": set(dir(keras.optimizers.schedules)),
    "keras.regularizers": set(dir(keras.regularizers)),
    "keras.src.models.functional": {"Functional"},
    "keras.src.ops.core": {"Cast"},
    "keras.src.models.sequential": {"Sequential"},
}
_VALUES = ("__ellipsis__", "__keras_tensor__", "__numpy__", "__slice__", "__tensor__", "__tuple__")
_FUNCTIONS = {
    *dir(keras.activations),
    *dir(keras.initializers),
    *dir(keras.losses),
    *dir(keras.metrics),
}


class NotData(Exception):
    """Something that cannot be looked at apart from the process that made it."""


class Other:
    """Stands for an object that no check asks for: of what type it was."""

    def __init__(self, of_type):
        self.of_type = of_type

    def __repr__(self):
        return f"<{self.of_type}>"


class ToHandIn(pickle.Pickler):
    """Pickles what a check passes on, and keeps what the hand-in may change or call.

    paths, models: those passed on, in order. functions: those that stay on this side.
    """

    def __init__(self, file):
        super().__init__(file)
        self.paths, self.models, self.functions = [], [], []

    def persistent_id(self, thing):
        if isinstance(thing, Path):
            self.paths.append(thing)
            return "path", len(self.paths) - 1, thing.name
        if isinstance(thing, keras.Model):
            self.models.append(thing)
            return "model", keras.saving.serialize_keras_object(thing), thing.get_weights()
        if "<locals>" in getattr(thing, "__qualname__", ""):
            self.functions.append(thing)
            return "function", len(self.functions) - 1
        return None


class FromCheck(pickle.Unpickler):
    """The other end of ToHandIn.

    folder: where the files are that a check asks to write. call: given the number of a function
    of the check and arguments, it returns what that function does. paths, models: as there.
    """

    def __init__(self, file, folder, call):
        super().__init__(file)
        self.folder, self.call = folder, call
        self.paths, self.models = [], []

    def persistent_load(self, pid):
        kind, *rest = pid
        if kind == "path":
            number, name = rest
            self.paths.append(self.folder / str(number) / name)
            self.paths[-1].parent.mkdir(parents=True, exist_ok=True)
            return self.paths[-1]
        if kind == "model":
            config, weights = rest
            self.models.append(keras.saving.deserialize_keras_object(config))
            self.models[-1].set_weights(weights)
            return self.models[-1]
        [number] = rest
        return lambda *args, **kwargs: self.call(number, args, kwargs)


def encode(thing):
    """Bytes of an answer: lists, dicts, arrays, tables, figures, networks, nested as they are.

    >>> encode([1, "one"])
    b'["list", [["plain", 1], ["text", "one"]]]'
    """
    return json.dumps(_encoded(thing)).encode()


def decode(data):
    """What `encode` was given, nothing of it executed.

    Raises NotData for networks of other parts than Keras' own, Ended for what `encode` never
    writes.

    >>> decode(encode({"gates": (1, None)}))
    {'gates': (1, None)}
    """
    try:
        coded = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Ended(f"an answer that is none came back ({type(error).__name__})") from None
    try:
        return _decoded(coded)
    except (NotData, MemoryError):
        raise
    except RecursionError:
        raise NotData("the answer holds itself, or lists in lists without end") from None
    except Exception as error:
        raise Ended(f"an answer that is none came back ({type(error).__name__})") from None


class _Kind(NamedTuple):
    """One kind of data: which things are of it, and how they become JSON and come back."""

    name: str
    fits: Callable
    to_json: Callable
    from_json: Callable


def _encoded(thing):
    if hasattr(type(thing), "__array__") and not isinstance(thing, _OF_PANDAS_AND_NUMPY):
        with contextlib.suppress(Exception):  # a tensor without a value
            thing = np.asarray(thing)
    kind = next(kind for kind in _KINDS if kind.fits(thing))
    return [kind.name, kind.to_json(thing)]


def _decoded(coded):
    name, value = coded
    return _FROM_JSON[name](value)


def _all_encoded(things):
    return [_encoded(thing) for thing in things]


def _all_decoded(values):
    return [_decoded(value) for value in values]


def _is(*types):
    return lambda thing: isinstance(thing, types)


def _same(value):
    return value


def _saved(array):
    held = io.BytesIO()
    np.save(held, array, allow_pickle=False)
    return base64.b64encode(held.getvalue()).decode()


def _loaded(text):
    return np.load(io.BytesIO(base64.b64decode(text)), allow_pickle=False)


def _objects(value):
    coded, shape = value
    things = _decoded(coded)
    array = np.empty(len(things), dtype=object)
    for n, thing in enumerate(things):  # one by one: NumPy would take lists for rows
        array[n] = thing
    return array.reshape(shape)


def _table_to_json(table):
    columns = [table.iloc[:, n].to_numpy() for n in range(table.shape[1])]
    return [_encoded(list(table.columns)), _encoded(list(table.index)), _all_encoded(columns)]


def _table(value):
    names, index, columns = value
    table = pd.DataFrame(dict(enumerate(_all_decoded(columns))))
    return table.set_axis(_decoded(names), axis=1).set_axis(_decoded(index), axis=0)


def _is_figure(thing):
    """No figure is there where matplotlib was not imported."""
    module = sys.modules.get("matplotlib.figure")
    return isinstance(thing, Drawn) or (module and isinstance(thing, module.Figure))


def _figure_to_json(figure):
    return [
        [
            *(str(text) for text in (axes.title, axes.x_label, axes.y_label)),
            [[str(line.name), _saved(line.x), _saved(line.y)] for line in axes.lines],
        ]
        for axes in drawn(figure)
    ]


def _drawn_line(name, x, y):
    x, y = _loaded(x).astype("float64"), _loaded(y).astype("float64")
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError("no line")
    return DrawnLine(str(name), x, y)


def _drawn(value):
    return Drawn(
        DrawnAxes(str(title), str(x_label), str(y_label), tuple(_drawn_line(*one) for one in lines))
        for title, x_label, y_label, lines in value
    )


def _model_to_json(model):
    try:
        config = keras.saving.serialize_keras_object(model)
        json.dumps(config)
    except Exception:
        config = None
    return [config, _encoded([np.asarray(weight) for weight in model.get_weights()])]


_OF_PANDAS_AND_NUMPY = (pd.DataFrame, pd.Series, np.generic)
# The first that fits is taken.
_KINDS = (
    _Kind("plain", lambda thing: thing is None or type(thing) in (bool, int, float), _same, _same),
    _Kind("text", _is(str), str, str),
    _Kind(
        "missing", lambda thing: thing is pd.NA or thing is pd.NaT, lambda _: None, lambda _: nan
    ),
    _Kind("figure", _is_figure, _figure_to_json, _drawn),
    _Kind("tuple", _is(tuple), _all_encoded, lambda values: tuple(_all_decoded(values))),
    _Kind("list", _is(list, range), _all_encoded, _all_decoded),
    _Kind(
        "dict",
        _is(dict),
        lambda thing: [_all_encoded(pair) for pair in thing.items()],
        lambda pairs: {_decoded(key): _decoded(value) for key, value in pairs},
    ),
    _Kind("bytes", _is(bytes), lambda thing: base64.b64encode(thing).decode(), base64.b64decode),
    _Kind("table", _is(pd.DataFrame), _table_to_json, _table),
    _Kind(
        "series",
        _is(pd.Series),
        lambda series: [_encoded(list(series.index)), _encoded(series.to_numpy())],
        lambda value: pd.Series(_decoded(value[1]), index=_decoded(value[0])),
    ),
    _Kind("model", _is(keras.Model), _model_to_json, lambda value: _rebuilt(*value)),
    _Kind("scalar", _is(np.generic), _saved, lambda text: _loaded(text)[()]),
    _Kind(
        "objects",
        lambda thing: isinstance(thing, np.ndarray) and thing.dtype.kind in "OUST",
        lambda array: [_encoded(list(array.flat)), list(array.shape)],
        _objects,
    ),
    _Kind("array", _is(np.ndarray), _saved, _loaded),
    _Kind(
        "other",
        lambda thing: True,
        lambda thing: type(thing).__name__,
        lambda name: Other(str(name)),
    ),
)
_FROM_JSON = {kind.name: kind.from_json for kind in _KINDS}


def _rebuilt(config, weights):
    if config is None:
        raise NotData("the network cannot be taken apart")
    _expect_plain(config)
    try:
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
        model.set_weights(_decoded(weights))
    except Exception as error:
        raise NotData(f"the network cannot be rebuilt ({type(error).__name__})") from None
    return model


def _expect_plain(config):
    """NotData unless all that a config would build is a layer (...) of Keras' own."""
    if isinstance(config, (list, tuple)):
        for part in config:
            _expect_plain(part)
    if not isinstance(config, dict):
        return
    name = config.get("class_name")
    if name == "function":
        is_plain = config.get("module") == "builtins" and config.get("config") in _FUNCTIONS
    elif isinstance(name, str) and "module" in config:
        module = config["module"]
        is_plain = name in _PLAIN_CLASSES.get(module, ()) or bool(
            re.fullmatch(r"keras\.src\.ops\.(numpy|math|nn)", str(module))
        )
    else:
        is_plain = name is None or name in _VALUES
    if not is_plain:
        raise NotData(f"the network has a part of its own, {str(name)[:60]}")
    for part in config.values():
        _expect_plain(part)


def error_from(kinds, message):
    """The exception that an answer raised, as the nearest of Python's own errors.

    kinds: names of its class and of those it derives from, nearest first.

    >>> error_from(["Odd", "ValueError", "Exception"], "no word")
    ValueError('Odd: no word')
    """
    for name in kinds:
        kind = getattr(builtins, str(name), None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            break
    else:
        kind = RuntimeError
    said = message if kind.__name__ == kinds[0] else f"{kinds[0]}: {message}"
    try:
        return kind(said)
    except TypeError:  # UnicodeDecodeError wants five arguments
        return RuntimeError(f"{kinds[0]}: {message}")
