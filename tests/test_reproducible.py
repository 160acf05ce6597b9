"""One seed, one result, whatever the number of threads."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from utils import reproducible

TRAIN = """
from utils import reproducible
reproducible.set_up(5)
import numpy as np
from utils import experiments, models
rng = np.random.default_rng(0)
sequences = [rng.integers(2, 50, rng.integers(5, 40)).astype("int32") for _ in range(300)]
data = sequences, np.array([int(tokens[0] % 2) for tokens in sequences])
budget = experiments.Budget((5,), 3, 8, 8, 0.5, 50, 40, None, 32, 0.01, 0.3)
for name in ("gru", "bidirectional_lstm"):
    [run] = experiments.train(lambda: models.sentiment_reader(name, budget), data, data, budget)
    print(name, run.history.round(4).to_csv())
"""


def printed(**environment):
    done = subprocess.run(
        [sys.executable, "-c", TRAIN],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def with_two_threads():
    return printed(COURSE_THREADS="2")


def test_one_thread_prints_what_two_print(with_two_threads):
    assert "bidirectional_lstm" in with_two_threads
    assert printed(COURSE_THREADS="1") == with_two_threads


def test_an_older_processor_prints_the_same(with_two_threads):
    assert printed(COURSE_THREADS="2", ONEDNN_MAX_CPU_ISA="SSE41") == with_two_threads


def test_a_seed_repeats_first_weights_dropout_and_numpy():
    def draws(seed):
        reproducible.seed_all(seed)
        layer, dropout = keras.layers.LSTM(3), keras.layers.Dropout(0.5)
        layer.build((None, None, 2))
        dropped = dropout(np.ones((4, 5), "float32"), training=True).numpy()
        return np.concatenate(
            [layer.cell.kernel.numpy().ravel(), dropped.ravel(), np.random.rand(2)]
        )

    np.testing.assert_array_equal(draws(1), draws(1))
    assert not np.array_equal(draws(1), draws(2))
