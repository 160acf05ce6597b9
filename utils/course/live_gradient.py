"""The numbers of lesson 1 from which docs/_static/live_gradient.js computes a gradient's way back.

NumPy's random numbers can't be drawn again in a browser, so they are written to a file beside the
script. T time steps, D features, H units.
"""

import json

import numpy as np
import tensorflow as tf

from utils import files, paths, reproducible

FILE = paths.DOCS / "_static" / "live_gradient_data.js"
T, D, H = 100, 8, 32  # the lesson reads the first 50 of these steps
DECIMALS = 10


def numbers():
    """What lesson 1 draws with its seeds, rounded to `DECIMALS` places: {name: array}.

    x (T, D): the sequence. v (H,): the direction in which `gradients.norm_by_step` starts. rnn and
    lstm: {kernel (D, k H), recurrent (H, k H)} of new Keras layers, k = 1 and 4, all of whose
    singular values of `recurrent` are 1; their biases are 0, the LSTM's forget bias apart.

    >>> drawn = numbers()
    >>> drawn["x"].shape, drawn["lstm"]["recurrent"].shape
    ((100, 8), (32, 128))
    >>> float(np.linalg.svd(drawn["lstm"]["recurrent"])[1].min().round(6))
    1.0
    """
    reproducible.set_up(seed=0)
    drawn = {
        "x": np.random.default_rng(0).normal(0, 0.3, size=(T, D)),
        "v": np.random.default_rng(0).normal(size=H),
    }
    drawn["v"] /= np.linalg.norm(drawn["v"])
    for name, kind in (("rnn", tf.keras.layers.SimpleRNN), ("lstm", tf.keras.layers.LSTM)):
        layer = kind(H, dtype="float64")
        layer.build((None, T, D))
        kernel, recurrent, _ = layer.get_weights()
        drawn[name] = {"kernel": kernel.round(DECIMALS), "recurrent": recurrent.round(DECIMALS)}
    return drawn | {name: drawn[name].round(DECIMALS) for name in ("x", "v")}


def write():
    """Write them to `FILE`, as JavaScript: a page that is opened from a disk may read no JSON."""
    text = json.dumps(numbers(), default=np.ndarray.tolist, separators=(",", ":"))
    about = "// Written by utils.course.live_gradient.write: the numbers that lesson 1 draws."
    files.write_text(FILE, f"{about}\nconst LESSON = {text};\n")


def read():
    """Those of the file, as `numbers` returns them; ValueError where it was not written by `write`.

    >>> read()["rnn"]["kernel"].shape
    (8, 32)
    """

    def as_arrays(part):
        if isinstance(part, list):
            return np.array(part)
        return {name: as_arrays(inner) for name, inner in part.items()}

    _, _, text = FILE.read_text(encoding="utf-8").partition("const LESSON = ")
    return as_arrays(json.loads(text.rstrip(";\n")))
