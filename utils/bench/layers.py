"""Sequences a second that a recurrent layer learns from: Keras as it is, Keras over chunks
side by side, and PyTorch where it is installed (python -m pip install torch==2.13.0)."""

import importlib.util
import time
from importlib import metadata

from utils import reproducible
from utils.bench import REPEATS, measure, repeated, report, spread

KINDS = ("lstm", "gru")
UNITS = (64, 128)
STEPS = (50, 200)
BATCH, WIDTH, CHUNK = 64, 32, 50
SECONDS = 1.0  # of each measurement, at least


def run(**_):
    """Time every kind of layer in KINDS, Keras and PyTorch by turns; print and keep layers.txt."""
    ways, pytorch = ["keras", "chunks"], "PyTorch"
    if importlib.util.find_spec("torch"):
        ways.append("pytorch")
        pytorch = f"PyTorch {metadata.version('torch')}"
    title = (
        f"A recurrent layer learns: sequences a second, forward and backward, batches of {BATCH} "
        f"sequences\nof {WIDTH} numbers a step, {reproducible.THREADS} threads, {REPEATS} "
        "alternating runs: median (least–most)"
    )
    with report("layers", title) as say:
        runs = repeated(REPEATS, lambda: {way: measure("layers", way)["result"] for way in ways})
        say(
            f"{'layer':<7}{'units':>6}{'steps':>6}{'Keras':>26}{f'in chunks of {CHUNK}':>26}"
            f"{pytorch:>26}{'PyTorch / Keras':>26}"
        )
        for name in runs[0]["keras"]:
            line = "{:<7}{:>6}{:>6}".format(*name.split())
            for way in ("keras", "chunks", "pytorch"):
                speeds = [run[way][name] for run in runs if name in run.get(way, {})]
                line += f"{spread(speeds, 0) if speeds else '–':>26}"
            if "pytorch" in ways:
                ratios = [run["pytorch"][name] / run["keras"][name] for run in runs]
                line += f"{spread(ratios):>26}"
            say(line)
        if "pytorch" not in ways:
            say("\nPyTorch is not installed here: python -m pip install torch==2.13.0")


def _keras(chunk_size=None):
    reproducible.set_up()
    import tensorflow as tf

    from utils import models

    def learning(kind, units, n_steps):
        layer = models.recurrent_layer(kind, units)
        if chunk_size:
            layer = models.ChunkedRNN(layer, chunk_size)
        inputs = tf.random.normal((BATCH, n_steps, WIDTH))
        read = {"mask": tf.ones((BATCH, n_steps), bool)} if chunk_size else {}
        layer(inputs, **read)

        @tf.function
        def step():
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                loss = tf.reduce_sum(layer(inputs, **read) ** 2)
            return tape.gradient(loss, [inputs, *layer.trainable_variables])

        return step

    steps = [n_steps for n_steps in STEPS if not chunk_size or n_steps > chunk_size]
    return lambda: _speeds(learning, steps)


def _chunks():
    return _keras(chunk_size=CHUNK)


def _pytorch():
    import torch

    torch.set_num_threads(reproducible.THREADS)

    def learning(kind, units, n_steps):
        layer = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind](WIDTH, units, batch_first=True)
        inputs = torch.randn(BATCH, n_steps, WIDTH, requires_grad=True)

        def step():
            layer.zero_grad()
            inputs.grad = None
            (layer(inputs)[0][:, -1] ** 2).sum().backward()

        return step

    return lambda: _speeds(learning, STEPS)


MEASUREMENTS = {"keras": _keras, "chunks": _chunks, "pytorch": _pytorch}


def _speeds(learning, steps):
    """{"kind units steps": sequences a second}; learning(kind, units, n_steps): one batch."""
    return {
        f"{kind} {units} {n_steps}": _speed(learning(kind, units, n_steps))
        for kind in KINDS
        for units in UNITS
        for n_steps in steps
    }


def _speed(step):
    step()  # compiles
    n_batches, start = 0, time.perf_counter()
    while (seconds := time.perf_counter() - start) < SECONDS:
        step()
        n_batches += 1
    return n_batches * BATCH / seconds
