"""One call, before anything else, so that the same cells print the same numbers.

What Keras reads when it is imported (variables of the environment, keras.json) is pinned as soon
as `utils` is imported, since its modules import Keras.
"""

import contextlib
import gc
import json
import os
import random
import sys
import tempfile
from pathlib import Path

import numpy as np

from utils import paths
from utils.errors import CourseError

# TensorFlow's, within one operation and for operations side by side.
THREADS = int(os.environ.get("COURSE_THREADS", "2"))
# What Keras does where nobody has set anything, by the names in keras.json.
_SETTINGS = {
    "backend": "tensorflow",
    "floatx": "float32",
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
    "nnx_enabled": False,
}
_overridden = []  # what was set otherwise, in words


def set_up(seed=0):
    """Fix seeds, determinism, threads and log level; TensorFlow computes on the CPU.

    seed: for Python, NumPy and TensorFlow. The number of threads is two whatever the
    machine has (environment variable COURSE_THREADS): sums come out alike everywhere.
    Keras computes with TensorFlow, in float32; a sentence on stderr says which settings for
    other programs that overrode. Raises RuntimeError where TensorFlow has computed with another
    number of threads before, CourseError where Keras was imported with another backend before.

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
    _expect_keras_on_tensorflow()
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

    _pin(keras)
    if _overridden:
        print(
            f"Settings made for other programs do not hold here: {', '.join(_overridden)}; the "
            "course computes with Keras 3 on TensorFlow, in float32.",
            file=sys.stderr,
        )
        _overridden.clear()
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


def _pin_what_is_read():
    """Set what Keras and TensorFlow read when they are imported; remember what was overridden."""
    for name in sorted(os.environ):
        of_keras = name.startswith("KERAS_") and name not in ("KERAS_HOME", "KERAS_BACKEND")
        if of_keras or name == "TF_USE_LEGACY_KERAS":
            _overridden.append(f"{name}={os.environ.pop(name)}")
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend != "tensorflow":
        _overridden.append(f"KERAS_BACKEND={backend}")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    home = os.environ.get("KERAS_HOME") or os.path.expanduser(os.path.join("~", ".keras"))
    file = os.path.join(home, "keras.json")
    if os.path.exists(file) and not _as_pinned(file):
        _overridden.append(file)
        os.environ["KERAS_HOME"] = str(paths.KERAS_HOME)


def _as_pinned(file):
    """Whether a keras.json sets nothing otherwise than the course does."""
    try:
        settings = json.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(settings, dict) and _SETTINGS | settings == settings | _SETTINGS


def _expect_keras_on_tensorflow():
    """Raise CourseError where this process has imported what can no longer be pinned."""
    keras = sys.modules.get("keras")
    if keras and keras.config.backend() != "tensorflow":
        raise CourseError(
            f"Keras was imported with {keras.config.backend()} (KERAS_BACKEND or keras.json), not "
            "TensorFlow; restart Python, and call reproducible.set_up() before anything else."
        )


def _pin(keras):
    """Set what else Keras may have been told since it was imported."""
    config = keras.config
    for name in ("floatx", "epsilon", "image_data_format"):
        value = getattr(config, name)()
        if value != _SETTINGS[name]:
            _overridden.append(f"{name} {value}")
            getattr(config, f"set_{name}")(_SETTINGS[name])
    if config.dtype_policy().name != _SETTINGS["floatx"]:
        _overridden.append(f"dtype policy {config.dtype_policy().name}")
        config.set_dtype_policy(_SETTINGS["floatx"])


@contextlib.contextmanager
def _start_up_chatter_held_back():
    """TensorFlow's C++ part writes to file descriptor 2 whatever its log level is, and
    Jupyter would store that in the notebook. It is shown after all if the start fails."""
    with tempfile.TemporaryFile() as chatter:
        stderr = os.dup(2)
        os.dup2(chatter.fileno(), 2)
        failed = True
        try:
            yield
            failed = False
        finally:
            os.dup2(stderr, 2)  # first: outside Jupyter, sys.stderr writes there
            os.close(stderr)
            if failed:
                chatter.seek(0)
                sys.stderr.write(chatter.read().decode(errors="replace"))


_pin_what_is_read()
