"""What passes between a check and the process of a hand-in that it cannot trust.

To the hand-in goes pickle. From it comes data alone: numbers, texts, arrays, tables, and
networks of Keras' own layers. Nothing that it sends is executed.
"""

import base64
import builtins
import io
import json
import pickle
import re
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from utils.homework.sandbox import Ended

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
    """Bytes of an answer: lists, tuples, dicts, arrays, tables and networks, nested as they are."""
    return json.dumps(_encoded(thing)).encode()


def decode(data):
    """What `encode` was given; NotData for networks of other parts than Keras' own, Ended for
    what `encode` never writes."""
    try:
        return _decoded(json.loads(data))
    except (NotData, MemoryError):
        raise
    except Exception as error:
        raise Ended(f"an answer that is none came back ({type(error).__name__})") from None


def _encoded(thing):
    if thing is None or type(thing) in (bool, int, float):
        return ["plain", thing]
    if isinstance(thing, str):
        return ["plain", str(thing)]
    if thing is pd.NA or thing is pd.NaT:
        return ["plain", float("nan")]
    if isinstance(thing, (list, range, tuple)):
        return ["tuple" if isinstance(thing, tuple) else "list", [_encoded(part) for part in thing]]
    if isinstance(thing, dict):
        return ["dict", [[_encoded(key), _encoded(value)] for key, value in thing.items()]]
    if isinstance(thing, bytes):
        return ["bytes", base64.b64encode(thing).decode()]
    if isinstance(thing, pd.DataFrame):
        columns = [_encoded(thing.iloc[:, n].to_numpy()) for n in range(thing.shape[1])]
        return ["table", [_encoded(list(thing.columns)), _encoded(list(thing.index)), columns]]
    if isinstance(thing, pd.Series):
        return ["series", [_encoded(list(thing.index)), _encoded(thing.to_numpy())]]
    if isinstance(thing, keras.Model):
        return ["model", _model(thing)]
    try:
        array = np.asarray(thing) if hasattr(thing, "__array__") else None
    except Exception:
        array = None
    if array is not None:
        if array.dtype.kind in "OUST":
            return ["objects", [_encoded(array.tolist()), list(array.shape)]]
        held = io.BytesIO()
        np.save(held, array, allow_pickle=False)
        scalar = isinstance(thing, np.generic)
        return ["scalar" if scalar else "array", base64.b64encode(held.getvalue()).decode()]
    return ["other", type(thing).__name__]


def _model(model):
    try:
        config = keras.saving.serialize_keras_object(model)
        json.dumps(config)
    except Exception:
        config = None
    return [config, _encoded([np.asarray(weight) for weight in model.get_weights()])]


def _decoded(coded):
    kind, value = coded
    if kind == "plain":
        return value
    if kind in ("list", "tuple"):
        parts = [_decoded(part) for part in value]
        return parts if kind == "list" else tuple(parts)
    if kind == "dict":
        return {_decoded(key): _decoded(one) for key, one in value}
    if kind == "bytes":
        return base64.b64decode(value)
    if kind in ("array", "scalar"):
        array = np.load(io.BytesIO(base64.b64decode(value)), allow_pickle=False)
        return array if kind == "array" else array[()]
    if kind == "objects":
        array = np.empty(value[1], dtype=object)
        array[...] = np.array(_decoded(value[0]), dtype=object).reshape(value[1])
        return array
    if kind == "table":
        names, index, columns = _decoded(value[0]), _decoded(value[1]), value[2]
        table = pd.DataFrame({n: _decoded(column) for n, column in enumerate(columns)})
        return table.set_axis(names, axis=1).set_axis(index, axis=0)
    if kind == "series":
        return pd.Series(_decoded(value[1]), index=_decoded(value[0]))
    if kind == "model":
        return _rebuilt(*value)
    if kind == "other":
        return Other(str(value))
    raise ValueError(kind)


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
