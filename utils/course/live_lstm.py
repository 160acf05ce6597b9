"""The networks of lesson 4 as one file that docs/live_lstm.md reads in the browser.

The file is JavaScript that sets one variable, so that a page opened from a disk can load it, too.
docs/_static/ keeps one; lesson 4 writes its own where it is run, and the site takes that one.
D dimensions of the embedding, H units, V words, k blocks of columns as Keras orders them: LSTM
input, forget, candidate, output; GRU update, reset, candidate.
"""

import base64
import json

import matplotlib
import numpy as np

from utils import figures, files, paths

FILE = "live_lstm_weights.js"
_START, _END = "const LIVE_LSTM = ", ";\n"
# As Keras returns them from embedding, recurrent layer and answer.
_ARRAYS = ("embedding", "kernel", "recurrent", "bias", "answer", "answer_bias")
_STYLES = {"LSTM": "lstm", "SimpleRNN": "simple_rnn", "GRU": "gru"}


def write(words, networks):
    """Write what lesson 4 trained, build/04_inside_a_trained_lstm/live_lstm_weights.js.

    words: the vocabulary, V strings, padding and the unknown word first. networks: {"LSTM" or
    another name of a layer: a `tf.keras` model of Embedding(V, D), that layer with H units and
    Dense(1)}. Returns the path. Raises ValueError for a model of other layers or of another
    vocabulary, WriteError where nothing can be written.
    """
    path = paths.BUILD / "04_inside_a_trained_lstm" / FILE
    files.write_text(path, text(words, networks))
    return path


def text(words, networks):
    """What `write` writes: weights in float32, and the colours of `figures`.

    >>> import keras
    >>> layers = [keras.layers.Embedding(2, 3), keras.layers.GRU(4), keras.layers.Dense(1)]
    >>> gru = keras.Sequential([keras.Input((None,)), *layers])
    >>> text(["", "[UNK]"], {"GRU": gru})[:32]
    'const LIVE_LSTM = {"words": ["",'
    """
    content = {
        "words": [str(word) for word in words],
        "networks": {name: _packed(name, model, words) for name, model in networks.items()},
        "maps": {
            name: _bytes(matplotlib.colormaps[colours](range(256), bytes=True)[:, :3])
            for name, colours in (("gate", figures.GATE_MAP), ("state", figures.STATE_MAP))
        },
        "gates": {gate: colour for gate, (colour, _) in figures.GATES.items()},
        "models": {name: figures.STYLE[model][0] for name, model in _STYLES.items()},
    }
    return _START + json.dumps(content) + _END


def read(text):
    """(words, {name: {array: float32}}) of what `text` returned.

    embedding (V, D), kernel (D, k H), recurrent (H, k H), bias (2, k H), whose second row is added
    with the recurrent kernel, answer (H, 1) and answer_bias (1,).
    Raises ValueError for a text that is something else.

    >>> words, networks = read((paths.DOCS / "_static" / FILE).read_text(encoding="utf-8"))
    >>> len(words), networks["LSTM"]["kernel"].shape, networks["GRU"]["bias"].shape
    (124, (24, 96), (2, 72))
    """
    if not (text.startswith(_START) and text.endswith(_END)):
        raise ValueError(f"expected {_START.strip()} …; found {text[:30]!r}")
    content = json.loads(text[len(_START) : -len(_END)])
    networks = {
        name: {
            array: np.frombuffer(base64.b64decode(packed["float32"]), "<f4").reshape(
                packed["shape"]
            )
            for array, packed in network.items()
        }
        for name, network in content["networks"].items()
    }
    return content["words"], networks


def _packed(name, model, words):
    """{array: its shape, and its numbers in base64} of one network."""
    found = [layer.__class__.__name__ for layer in model.layers]
    if found != ["Embedding", name, "Dense"]:
        raise ValueError(f"the layers of {name} are {found}, expected Embedding, {name}, Dense")
    arrays = dict(zip(_ARRAYS, model.get_weights(), strict=True))
    if len(arrays["embedding"]) != len(words):
        raise ValueError(f"{len(words)} words, but {name} knows {len(arrays['embedding'])}")
    if arrays["bias"].ndim == 1:  # only a GRU has a second one
        arrays["bias"] = np.stack([arrays["bias"], np.zeros_like(arrays["bias"])])
    return {
        array: {"shape": values.shape, "float32": _bytes(values.astype("<f4"))}
        for array, values in arrays.items()
    }


def _bytes(array):
    return base64.b64encode(array.tobytes()).decode("ascii")
