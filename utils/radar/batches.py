"""Batches of radar hours: those with about as many scans together."""

import numpy as np
import tensorflow as tf

from utils.datasets import from_epochs


def batches(inputs, targets, batch_size, shuffle_seed=None, *, cut=True):
    """A `tf.data.Dataset` of (inputs (B, T, D), targets (B, 1)).

    inputs: (N, T, D), zeros after the last scan, or a function that draws them for each epoch,
    from a `numpy.random.Generator`. targets: (N,). With shuffle_seed, hours with about as many
    scans make a batch, other ones in each epoch, repeatably; a batch ends with the last scan of its
    longest hour, or where cut=False has all T steps. Without, hours come in the order given.

    >>> hours = np.zeros((3, 4, 1), "float32")
    >>> hours[0, :2] = hours[1, :1] = hours[2, :3] = 1
    >>> [x.shape for x, _ in batches(hours, [0.5, 2, 1], 2).as_numpy_iterator()]
    [(2, 4, 1), (1, 4, 1)]
    >>> one_batch = batches(hours, [0.5, 2, 1], 3, shuffle_seed=0)
    >>> [x.shape for x, _ in one_batch.as_numpy_iterator()]
    [(3, 3, 1)]
    """
    draw = inputs if callable(inputs) else lambda rng: inputs
    targets = np.asarray(targets, "float32")[:, None]
    n_hours, rng = len(targets), np.random.default_rng(shuffle_seed)
    n_batches = -(-n_hours // batch_size)

    def in_order():
        drawn = draw(rng)
        for first in range(0, n_hours, batch_size):
            yield drawn[first : first + batch_size], targets[first : first + batch_size]

    def shuffled():
        drawn = draw(rng)
        last_scan = (drawn.any(axis=-1) * np.arange(1, drawn.shape[1] + 1)).max(axis=-1)
        order = np.argsort(last_scan + rng.uniform(0, 3, n_hours))
        rows = np.array_split(order, n_batches)
        for i in rng.permutation(n_batches):
            n_steps = last_scan[rows[i]].max() if cut else drawn.shape[1]
            yield drawn[rows[i], :n_steps], targets[rows[i]]

    n_features = draw(np.random.default_rng()).shape[-1]
    signature = (
        tf.TensorSpec((None, None, n_features), tf.float32),
        tf.TensorSpec((None, 1), tf.float32),
    )
    one_epoch = in_order if shuffle_seed is None else shuffled
    return from_epochs(one_epoch, signature, n_batches)
