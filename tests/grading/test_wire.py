"""What passes between a check and a hand-in: data arrives as it was sent, and nothing else does."""

import base64
import contextlib
import io
import json
import threading

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_dtypes, array_shapes, arrays, scalar_dtypes
from matplotlib.figure import Figure

from utils.grading import sandbox, server, wire
from utils.homework import task


def plain_model():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])


@pytest.mark.parametrize(
    "thing",
    [
        None,
        [1, 2.5, "three", True, (4,)],
        {"a": [1], 2: None},
        np.arange(6.0).reshape(2, 3),
        np.array(["plum", None, 3], dtype=object),
        np.array({"plum": []}, dtype=object),
        np.array([["plum", "pear"], [None, 1]], dtype=object),
        np.float32(0.5),
        b"bytes",
        pd.Series([1, 2], index=["x", "y"]),
        pd.DataFrame({"n": [1, 2], "word": ["plum", "pear"]}, index=[5, 6]),
    ],
)
def test_data_arrives_as_it_was_sent(thing):
    arrived = wire.decode(wire.encode(thing))
    assert type(arrived) is type(thing)
    if isinstance(thing, pd.DataFrame):
        pd.testing.assert_frame_equal(arrived, thing, check_dtype=False)
    elif isinstance(thing, pd.Series):
        pd.testing.assert_series_equal(arrived, thing)
    else:
        np.testing.assert_equal(arrived, thing)


def test_a_network_arrives_with_its_weights():
    model = plain_model()
    arrived = wire.decode(wire.encode(model))
    inputs = np.ones((2, 3), "float32")
    np.testing.assert_array_equal(arrived(inputs), model(inputs))


def small_figure():
    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.plot([1, 2, 3], [0.5, 0.25, 0.125], label="training")
    left.set(title="LSTM", xlabel="epoch", ylabel="loss")
    left.legend()
    right.plot([0], [1.0])
    return figure


def test_of_a_figure_arrives_what_it_shows():
    [figure] = wire.decode(wire.encode([small_figure()]))
    assert isinstance(figure, task.Drawn) and task.drawn(figure) is figure
    left, right = figure
    assert (left.title, left.x_label, left.y_label) == ("LSTM", "epoch", "loss")
    assert (right.title, right.x_label, right.lines[0].name) == ("", "", "")
    [line] = left.lines
    assert line.name == "training"
    assert (line.x.tolist(), line.y.tolist()) == ([1, 2, 3], [0.5, 0.25, 0.125])
    again = wire.decode(wire.encode(figure))
    assert again[0].lines[0].y.tolist() == line.y.tolist()


@pytest.mark.parametrize(
    "value",
    [
        3,
        [3],
        [["title", "x", "y"]],
        [["title", "x", "y", [["name", "no array", "none"]]]],
        [["title", "x", "y", [["name", wire._saved(np.zeros(2)), wire._saved(np.zeros(3))]]]],
        [["title", "x", "y", [["name", *[wire._saved(np.zeros((2, 2)))] * 2]]]],
        [["title", "x", "y", [["name", *[wire._saved(np.array(["a"]))] * 2]]]],
    ],
)
def test_what_is_no_figure_ends_it(value):
    with pytest.raises(sandbox.Ended):
        wire.decode(json.dumps(["figure", value]).encode())


def test_objects_arrive_as_nothing_but_the_name_of_their_type():
    assert repr(wire.decode(wire.encode(threading.Event()))) == "<Event>"


def layer_config(**changed):
    config = keras.saving.serialize_keras_object(plain_model())
    config["config"]["layers"][1] |= changed
    return json.dumps(["model", [config, ["list", []]]]).encode()


@pytest.mark.parametrize(
    "changed",
    [
        {"module": "os", "class_name": "system", "config": "touch /tmp/harm"},
        {"module": "builtins", "class_name": "function", "config": "eval"},
        {"module": "keras.layers", "class_name": "Lambda", "config": {}},
        {
            "module": "keras.layers",
            "class_name": "StringLookup",
            "config": {"vocabulary": "/etc/p"},
        },
        {"module": "keras.layers", "class_name": "TFSMLayer", "config": {"filepath": "/tmp"}},
        {"module": "keras.utils", "class_name": "get_file", "config": {"origin": "http://x"}},
        {"module": None, "class_name": "Own", "registered_name": "package>Own"},
        {"config": {"units": "many", "name": "d"}},
        # TensorFlow waits ten seconds for the memory.
        pytest.param({"config": {"units": 10**13, "name": "d"}}, marks=pytest.mark.slow),
        {"config": {"units": 1, "kernel_initializer": {"class_name": "x", "module": "os"}}},
    ],
)
def test_a_network_of_other_parts_is_not_built(changed):
    with pytest.raises(wire.NotData, match="the network "):
        wire.decode(layer_config(**changed))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no json",
        b"[]",
        b'["array", "Y29z"]',
        b'["pickle", "x"]',
        b'["table", [1]]',
        b"[" * 99_999,
        b'["objects", [["list", []], [9]]]',
    ],
)
def test_what_is_no_answer_ends_it(data):
    with pytest.raises(sandbox.Ended):
        wire.decode(data)


def test_pickled_arrays_are_not_opened():
    held = io.BytesIO()
    np.save(held, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(sandbox.Ended):
        wire.decode(json.dumps(["array", base64.b64encode(held.getvalue()).decode()]).encode())


def network_with(loss="binary_crossentropy", **layer):
    words = keras.Input((None,), dtype="int32")
    states = keras.layers.Embedding(12, 4, mask_zero=True)(words)
    states = keras.layers.Bidirectional(keras.layers.LSTM(3, return_sequences=True))(states)
    states = keras.layers.SpatialDropout1D(0.2)(states)
    last = keras.layers.GRU(3)(states) + keras.ops.tanh(states[:, -1, :3]) * 0.5
    last = last * keras.ops.cast(words[:, :1] != 0, "float32")
    model = keras.Model(words, keras.layers.Dense(1, **layer)(last))
    rate = keras.optimizers.schedules.ExponentialDecay(0.01, 100, 0.9)
    metrics = ["accuracy", keras.metrics.AUC(name="auc")]
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), loss=loss, metrics=metrics)
    return model


@pytest.mark.parametrize(
    "options",
    [
        {"activation": "sigmoid"},
        {"activation": keras.activations.sigmoid},
        {"activation": keras.ops.sigmoid},
        {"activation": tf.nn.sigmoid},
        {"activation": tf.sigmoid},
        {"kernel_regularizer": keras.regularizers.L2(0.1), "kernel_constraint": "non_neg"},
        {"bias_initializer": keras.initializers.Constant(0.5), "dtype": "float32"},
        {"loss": keras.losses.BinaryCrossentropy(label_smoothing=0.1)},
        {"loss": keras.losses.binary_crossentropy},
    ],
)
def test_networks_of_all_that_keras_offers_arrive(options):
    model = network_with(**options)
    arrived = wire.decode(wire.encode(model))
    tokens = np.array([[3, 4, 5, 0], [6, 7, 8, 11]])
    answers = model(tokens)
    np.testing.assert_allclose(arrived(tokens), answers, atol=1e-6)
    losses = [
        one.compute_loss(x=tokens, y=np.ones((2, 1), "float32"), y_pred=answers)
        for one in (model, arrived)
    ]
    np.testing.assert_allclose(*losses, rtol=1e-6)
    assert type(arrived.optimizer) is type(model.optimizer)


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
    | st.dates()
    | st.just(threading.Event())
    | arrays(
        array_dtypes() | scalar_dtypes() | st.just(np.dtype("O")),
        array_shapes(min_dims=0, min_side=0, max_side=3),
    )
    | st.sampled_from(
        [
            pd.DataFrame({"a": [1, None], "b": ["x", None]}),
            pd.DataFrame([[1, 2]], columns=["same", "same"]),
            pd.DataFrame({"t": pd.to_datetime(["2026-01-01", None])}),
            pd.DataFrame(
                {"c": pd.Categorical(["x", "y"])}, index=pd.MultiIndex.from_arrays([[1, 2]] * 2)
            ),
            pd.Series([1, pd.NA], dtype="Int64"),
            pd.Series([], dtype="float64"),
            np.zeros(1, [("a", "O")]),
            np.ma.masked_array([1, 2], [True, False]),
            tf.constant([1.0]),
            tf.constant("text"),
            tf.ragged.constant([[1], []]),
            Figure(),
            small_figure(),
            small_figure().axes[0],
        ]
    )
)
ANSWERS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.sets(st.integers() | st.text(), max_size=3)
        | st.dictionaries(st.text() | st.integers() | st.tuples(st.integers()), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(thing=ANSWERS)
def test_whatever_an_answer_returns_arrives_or_is_an_error_of_its_own(thing):
    said = io.BytesIO()
    served = server.Serve(io.BytesIO(), said, {"answer": lambda: thing})
    asked = io.BytesIO()
    wire.ToHandIn(asked).dump(("call", "answer", (), {}))
    served._answer(asked.getvalue())
    said.seek(0)
    with contextlib.suppress(wire.NotData):
        what, value, *_ = wire.decode(sandbox.receive(said))
        if what == "raised":
            assert value[0] == ["TypeError"]
        elif isinstance(thing, (int, str, bytes, bool)):
            assert value == thing


def deep(depth):
    thing = []
    for _ in range(depth):
        thing = [thing]
    return thing


@pytest.mark.parametrize("depth", [10, 200, 400, 5_000])
def test_lists_in_lists_do_not_end_a_hand_in(depth):
    test_whatever_an_answer_returns_arrives_or_is_an_error_of_its_own.hypothesis.inner_test(
        deep(depth)
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KINDS = st.sampled_from([kind.name for kind in wire._KINDS])
CODED = st.recursive(st.tuples(KINDS, JSON), lambda inner: st.tuples(KINDS, st.lists(inner)))


@given(
    data=st.binary() | JSON.map(json.dumps).map(str.encode) | CODED.map(json.dumps).map(str.encode)
)
def test_any_bytes_are_data_or_no_answer(data):
    with contextlib.suppress(sandbox.Ended, wire.NotData):
        wire.decode(data)
