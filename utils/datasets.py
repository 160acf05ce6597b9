"""What the `tf.data` datasets of reviews and of radar hours have in common."""

import tensorflow as tf


def from_epochs(one_epoch, signature, n_batches):
    """A dataset of the batches that `one_epoch()` yields, which is called anew for each epoch.

    signature: `tf.TensorSpec`s of a batch, as in `tf.data.Dataset.from_generator`. n_batches: of
    an epoch.

    >>> spec = tf.TensorSpec((None,), tf.int32)
    >>> dataset = from_epochs(lambda: iter([[1, 2], [3]]), spec, 2)
    >>> len(dataset), [batch.tolist() for batch in dataset.as_numpy_iterator()]
    (2, [[1, 2], [3]])
    """
    dataset = tf.data.Dataset.from_generator(one_epoch, output_signature=signature)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(n_batches)).prefetch(2)
    return without_autotuning(dataset)


def without_autotuning(dataset):
    """The dataset, its pipeline left as it is.

    TensorFlow's tuner of pipelines sleeps for 10, 20, 40 … ms between its checks, and an epoch
    ends only when the last sleep does: at worst after twice its time.

    >>> without_autotuning(tf.data.Dataset.range(3)).options().autotune.enabled
    False
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)
