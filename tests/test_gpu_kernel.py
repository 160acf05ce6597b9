"""Which layers a GPU would run with its fast kernel, asked on a machine without one."""

import pytest
import tensorflow as tf

from utils import gpu_kernel

X = tf.random.normal((2, 4, 3))
RIGHT = tf.constant([[True, True, False, False], [True, True, True, False]])
LEFT = tf.reverse(RIGHT, axis=[1])
ONE_EMPTY = tf.constant([[True] * 4, [False] * 4])


@pytest.mark.parametrize(
    ("layer", "way"),
    [
        (tf.keras.layers.LSTM(2, return_sequences=True, return_state=True), "fast kernel"),
        (tf.keras.layers.LSTM(2, dropout=0.1, go_backwards=True), "fast kernel"),
        (tf.keras.layers.GRU(2), "fast kernel"),
        (tf.keras.layers.LSTM(2, activation="relu"), "general loop"),
        (tf.keras.layers.LSTM(2, unroll=True), "general loop"),
        (tf.keras.layers.GRU(2, reset_after=False), "general loop"),
        (tf.keras.layers.SimpleRNN(2), "general loop"),
        (tf.keras.layers.RNN(tf.keras.layers.LSTMCell(2)), "general loop"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_options_decide(layer, way):
    assert gpu_kernel.when_called(layer, X) == gpu_kernel.in_fit(layer, X) == way


@pytest.mark.parametrize(
    ("mask", "called", "fitted"),
    [
        (RIGHT, "fast kernel", "fast kernel"),
        (LEFT, "general loop", "stops with an error"),
        (ONE_EMPTY, "general loop", "stops with an error"),
    ],
)
def test_masks_decide(mask, called, fitted):
    layer = tf.keras.layers.LSTM(2)
    assert gpu_kernel.when_called(layer, X, mask) == called
    assert gpu_kernel.in_fit(layer, X, mask) == fitted


def test_keras_is_left_as_it_was():
    layer = tf.keras.layers.LSTM(2)
    before = layer(X).numpy()
    gpu_kernel.when_called(layer, X)
    assert (layer(X).numpy() == before).all()
    with pytest.raises(ValueError, match="cuDNN is not supported"):
        tf.keras.layers.LSTM(2, use_cudnn=True)(X)
