"""One seed, one result, whatever the number of threads and the processor."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache

import keras
import numpy as np
import pytest

from utils import models, paths, reproducible, settings, training
from utils.errors import CourseError
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


OTHERS = {
    "backend": "theano",
    "floatx": "float64",
    "epsilon": 1e-3,
    "image_data_format": "channels_first",
}
DEFAULTS = {"backend": "tensorflow", "floatx": "float32", "epsilon": 1e-7}


@pytest.fixture
def python(tmp_path):
    """A function: what a program prints and says on stderr, for a user with settings."""

    def python(program, keras_json=None, **variables):
        if keras_json is not None:
            (tmp_path / ".keras").mkdir()
            (tmp_path / ".keras" / "keras.json").write_text(keras_json)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KERAS_")}
        home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
        ran = subprocess.run(
            [sys.executable, "-c", program],
            cwd=paths.ROOT,
            env=kept | home | variables,
            capture_output=True,
            text=True,
        )
        return ran.stdout.strip(), ran.stderr

    return python


SHOW = """
import tensorflow as tf
config, Dense = keras.config, tf.keras.layers.Dense
print(config.backend(), config.floatx(), config.epsilon(), config.image_data_format())
print(config.dtype_policy().name, Dense(1)(tf.ones((1, 1))).dtype.name, Dense is keras.layers.Dense)
"""
SHOWN = "tensorflow float32 1e-07 channels_last\nfloat32 float32 True"


def test_settings_for_other_programs_do_not_hold_and_are_named_once(python):
    printed, said = python(
        "from utils import reproducible; reproducible.set_up(); reproducible.set_up(); "
        "import keras" + SHOW,
        json.dumps(OTHERS),
        KERAS_BACKEND="torch",
        TF_USE_LEGACY_KERAS="1",
        KERAS_MAX_EPOCHS="1",
    )
    assert printed == SHOWN
    for setting in ("KERAS_BACKEND=torch", "TF_USE_LEGACY_KERAS=1", "KERAS_MAX_EPOCHS=1"):
        assert said.count(setting) == 1
    assert said.count("keras.json") == said.count("\n") == 1


def test_settings_made_since_keras_was_imported_do_not_hold(capsys):
    config = keras.config
    config.set_floatx("float64")
    config.set_epsilon(1e-3)
    config.set_image_data_format("channels_first")
    config.set_dtype_policy("mixed_float16")
    try:
        reproducible.set_up()
        assert config.floatx() == config.dtype_policy().name == "float32"
        assert config.epsilon() == 1e-7
        assert config.image_data_format() == "channels_last"
    finally:
        config.set_floatx("float32")
        config.set_epsilon(1e-7)
        config.set_image_data_format("channels_last")
        config.set_dtype_policy("float32")
    expected = "floatx float64, epsilon 0.001, image_data_format channels_first, dtype policy"
    assert expected in capsys.readouterr().err
    reproducible.set_up()
    assert capsys.readouterr().err == ""


def test_another_backend_that_was_imported_first_is_named(monkeypatch):
    monkeypatch.setattr(keras.config, "backend", lambda: "torch")
    with pytest.raises(CourseError, match=r"imported with torch .*; restart Python"):
        reproducible.set_up()


@pytest.mark.parametrize(
    ("keras_json", "holds"),
    [
        (json.dumps(DEFAULTS), True),
        (json.dumps(DEFAULTS | {"image_dim_ordering": "tf"}), True),
        (json.dumps(DEFAULTS | {"backend": "theano"}), False),
        (json.dumps(DEFAULTS | {"floatx": "float128"}), False),
        (json.dumps(DEFAULTS | {"epsilon": "1e-7"}), False),
        ("[]", False),
        ("{", False),
    ],
)
def test_a_keras_json_is_passed_over_unless_it_says_what_holds_anyway(keras_json, holds, python):
    printed, said = python("import os, utils; print(os.getenv('KERAS_HOME'))", keras_json)
    assert printed == ("None" if holds else str(paths.KERAS_HOME))
    assert said == ""


def test_what_tensorflow_writes_is_shown_where_its_start_fails(python, tmp_path):
    (tmp_path / "tensorflow.py").write_text(
        "import os\nos.write(2, b'no such library\\n')\nraise ImportError('not started')"
    )
    program = "from utils import reproducible; reproducible.set_up()"
    path = os.pathsep.join([str(tmp_path), str(paths.ROOT)])
    _, said = python(program, PYTHONPATH=path)
    assert "no such library" in said
    assert said.endswith("ImportError: not started\n")
