"""Would a GPU run this layer with its fast kernel? Keras is asked; no GPU is needed for that.

On a GPU, Keras hands an LSTM or GRU as a whole to cuDNN, a library of NVIDIA's, unless an option
of the layer, or its mask, does not allow that; then it loops over the steps as on a CPU.
"""

import importlib
from unittest import mock

import tensorflow as tf

_FAST, _LOOP, _STOPS = "fast kernel", "general loop", "stops with an error"


def when_called(layer, x, mask=None):
    """What would compute `layer(x, mask=mask)` on a GPU: "fast kernel" or "general loop".

    layer: a recurrent layer. x: inputs (N, T, D). mask: booleans (N, T). Keras' own checks run, in
    the version installed; only the kernel itself, which has no CPU to run on, is not started.

    >>> x = tf.zeros((2, 5, 3))
    >>> when_called(tf.keras.layers.LSTM(4), x)
    'fast kernel'
    >>> when_called(tf.keras.layers.LSTM(4, recurrent_dropout=0.1), x)
    'general loop'
    """
    return _outcome(layer, layer, x, mask)


def in_fit(layer, x, mask=None):
    """As `when_called`, for a layer within `fit`, which compiles: it can stop with an error, too.

    >>> x, padded_left = tf.zeros((1, 3, 2)), tf.constant([[False, True, True]])
    >>> when_called(tf.keras.layers.GRU(4), x, padded_left)
    'general loop'
    >>> in_fit(tf.keras.layers.GRU(4), x, padded_left)
    'stops with an error'
    """
    return _outcome(layer, tf.function(layer), x, mask)


def _outcome(layer, call, x, mask):
    if not layer.built:
        layer.build(x.shape)
    asked = []

    def kernel(**arguments):
        asked.append(arguments)
        raise NotImplementedError  # as where there is none: Keras goes on with the loop

    of_keras = importlib.import_module("keras.src.backend.tensorflow.rnn")
    with (
        mock.patch.object(of_keras, "_is_gpu_available", lambda: True),
        mock.patch.object(tf.raw_ops, "CudnnRNNV3", kernel),
    ):
        try:
            call(x, mask=mask, training=True)
        except tf.errors.InvalidArgumentError:
            return _STOPS
    return _FAST if asked else _LOOP
