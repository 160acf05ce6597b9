"""One call, before anything else, so that the same cells print the same numbers."""

import contextlib
import gc
import os
import random
import sys
import tempfile

import numpy as np

# TensorFlow's, within one operation and for operations side by side.
THREADS = int(os.environ.get("COURSE_THREADS", "2"))


def set_up(seed=0):
    """Fix seeds, determinism, threads and log level; TensorFlow computes on the CPU.

    seed: for Python, NumPy and TensorFlow. The number of threads is two whatever the
    machine has (environment variable COURSE_THREADS): sums come out alike everywhere.
    Raises RuntimeError where TensorFlow has computed with another number of threads before.

    >>> set_up()
    >>> first = np.random.rand()
    >>> set_up()
    >>> np.random.rand() == first
    True
    >>> import tensorflow as tf
    >>> tf.config.list_logical_devices("GPU")
    []
    >>> tf.config.threading.get_intra_op_parallelism_threads() == THREADS
    True
    """
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    with _start_up_chatter_held_back():
        gc.disable()  # the import makes no garbage; looking for it takes a fifth of the time
        import tensorflow as tf

        gc.enable()
        tf.config.threading.set_intra_op_parallelism_threads(THREADS)
        tf.config.threading.set_inter_op_parallelism_threads(THREADS)
        tf.config.experimental.enable_op_determinism()
        tf.config.list_logical_devices()
    # Its Python part logs memory addresses, which no two runs share.
    tf.get_logger().setLevel("ERROR")

    import keras

    keras.utils.set_random_seed(seed)


def seed_all(seed):
    """Seed Python and NumPy, and so Keras: before each model that is compared with others.

    Layers draw their seeds (first weights, dropout) from Python's `random`. TensorFlow's own
    generator is left alone: seeding it makes TensorFlow compile every function anew.

    >>> seed_all(3)
    >>> first = random.random(), np.random.rand()
    >>> seed_all(3)
    >>> first == (random.random(), np.random.rand())
    True
    """
    random.seed(seed)
    np.random.seed(seed)


@contextlib.contextmanager
def _start_up_chatter_held_back():
    """TensorFlow's C++ part writes to file descriptor 2 whatever its log level is, and
    Jupyter would store that in the notebook. It is shown after all if the start fails."""
    with tempfile.TemporaryFile() as chatter:
        stderr = os.dup(2)
        os.dup2(chatter.fileno(), 2)
        try:
            yield
        except BaseException:
            chatter.seek(0)
            sys.stderr.write(chatter.read().decode(errors="replace"))
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
