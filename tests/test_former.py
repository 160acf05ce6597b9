"""Notebooks handed out under the old names find what they import."""

import importlib

import keras
import numpy as np
import pytest

import utils
from utils import former, paths, settings


@pytest.mark.parametrize("name", former.NAMES)
def test_every_old_name_leads_somewhere(name):
    module = getattr(utils, name)
    assert all(hasattr(module, old) for old in former.NAMES[name])
    assert importlib.import_module("utils.former").module(name) is not None


def test_what_never_was_is_an_import_error():
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        from utils import nothing  # noqa: F401


def test_the_build_folder_is_still_among_the_files():
    from utils import files

    assert files.BUILD == paths.BUILD


def test_training_on_hours_answers_for_each_seed_as_it_did():
    model = keras.Sequential(
        [keras.Input((None, 2)), keras.layers.Masking(), keras.layers.SimpleRNN(2)]
    )
    model.add(keras.layers.Dense(1))
    model.compile("sgd", "mae")
    rng = np.random.default_rng(0)
    data = rng.normal(size=(8, 3, 2)).astype("float32"), rng.normal(size=8)
    runs = utils.experiments.train_on_hours(
        model, data, data, settings.radar("sample", "class"), seeds=(0, 1)
    )
    answers = [run.answers(data[0]) for run in runs]
    assert [answer.shape for answer in answers] == [(8,), (8,)]
    assert not np.allclose(*answers)
