"""One seed, one result, whatever the number of threads and the processor."""

import os
import subprocess
import sys
from dataclasses import replace
from functools import cache

import keras
import numpy as np

from utils import models, paths, reproducible, settings, training
from utils.reviews.batches import batches


def losses():
    """What a notebook would print of a training: the loss of each epoch, to four digits."""
    rng = np.random.default_rng(0)
    sequences = [rng.integers(2, 50, rng.integers(5, 40)).astype("int32") for _ in range(300)]
    labels = [int(tokens[0] % 2) for tokens in sequences]
    chosen = replace(settings.SAMPLE, units=8, embedding_dim=8, n_words=50, dropout=0.3)

    @cache
    def build():
        return models.sentiment_classifier("bidirectional_lstm", chosen)

    def shuffled(seed):
        return batches(sequences, labels, batch_size=32, shuffle_seed=seed)

    trained = training.train(build, shuffled, seeds=(5,), epochs=3, keep="last")
    return trained.histories[0]["loss"].map("{:.4f}".format).tolist()


def test_one_thread_of_an_older_processor_prints_what_two_threads_print_here():
    program = (
        "from utils import reproducible; reproducible.set_up(); "
        "from tests.test_reproducible import losses; print(losses())"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        cwd=paths.ROOT,
        env=os.environ | {"COURSE_THREADS": "1", "ONEDNN_MAX_CPU_ISA": "SSE41"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert elsewhere.stderr == ""
    assert elsewhere.stdout == f"{losses()}\n"


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
