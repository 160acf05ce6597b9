"""Batches of reviews: sequences of like length together."""

import numpy as np
import tensorflow as tf

from utils.datasets import from_epochs
from utils.reviews.text import pad


def batches(sequences, labels, batch_size, shuffle_seed=None):
    """A `tf.data.Dataset` of (inputs, labels (B, 1)), bucketed by length.

    sequences: a list of arrays (T,) of token ids, or for a model of several inputs a tuple of such
    lists, arrays (T, D) among them. labels: (N,) 0 or 1. Each batch is padded to its own longest
    review, which saves half of the steps. With shuffle_seed, batches and what is in them change
    from epoch to epoch, repeatably; without, reviews come in order of their lengths.

    >>> sequences = [np.array([5, 6, 7]), np.array([8]), np.array([9, 9])]
    >>> for inputs, labels in batches(sequences, [1, 0, 1], batch_size=2).as_numpy_iterator():
    ...     print(inputs.tolist(), labels.tolist())
    [[8, 0], [9, 9]] [[0.0], [1.0]]
    [[5, 6, 7]] [[1.0]]
    """
    several = isinstance(sequences, tuple)
    inputs = sequences if several else (sequences,)
    labels = np.asarray(labels, "float32")[:, None]
    lengths = np.array([len(sequence) for sequence in inputs[0]])
    rng = np.random.default_rng(shuffle_seed)

    def one_epoch():
        # Lengths are blurred, or the same reviews would always meet.
        blur = 0 if shuffle_seed is None else rng.uniform(0, 0.3 * lengths.mean(), len(lengths))
        order = np.argsort(lengths + blur, kind="stable")
        rows = np.split(order, range(batch_size, len(order), batch_size))
        for i in range(len(rows)) if shuffle_seed is None else rng.permutation(len(rows)):
            padded = tuple(pad([of_input[row] for row in rows[i]]) for of_input in inputs)
            yield padded if several else padded[0], labels[rows[i]]

    features = tuple(
        tf.TensorSpec((None, None, *of_input[0].shape[1:]), of_input[0].dtype)
        for of_input in inputs
    )
    signature = (features if several else features[0], tf.TensorSpec((None, 1), tf.float32))
    return from_epochs(one_epoch, signature, n_batches=-(-len(lengths) // batch_size))
