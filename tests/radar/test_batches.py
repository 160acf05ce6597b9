"""An epoch has every hour once, with its target, and no step after the last scan of a batch."""

import numpy as np
import pytest

from utils.radar.batches import batches


@pytest.fixture(scope="module")
def hours():
    """Inputs (30, 19, 5) of 1 to 19 scans, zeros after the last, and targets (30,)."""
    rng = np.random.default_rng(0)
    scans = np.arange(19) < rng.integers(1, 20, 30)[:, None]
    inputs = np.where(scans[..., None], rng.normal(size=(30, 19, 5)), 0).astype("float32")
    return inputs, rng.gamma(1, size=30).astype("float32")


def test_hours_are_drawn_anew_for_each_epoch_and_each_is_seen_once(hours):
    inputs, targets = hours
    drawn = []

    def draw(rng):
        drawn.append(rng.normal())
        return inputs

    dataset = batches(draw, targets, 8, shuffle_seed=0)
    assert len(dataset) == 4
    assert dataset.options().autotune.enabled is False  # or an epoch ends late
    drawn.clear()
    epochs = [list(dataset.as_numpy_iterator()) for _ in range(2)]
    assert len(set(drawn)) == 2
    for epoch in epochs:
        assert sorted(y for _, ys in epoch for y in ys[:, 0]) == sorted(targets)
        for x, ys in epoch:
            rows = [int(np.argmax(targets == y)) for y in ys[:, 0]]
            np.testing.assert_array_equal(x, inputs[rows, : x.shape[1]])
            assert not inputs[rows, x.shape[1] :].any() and x[:, -1].any()
    orders = [[tuple(ys[:, 0]) for _, ys in epoch] for epoch in epochs]
    assert orders[0] != orders[1]


def test_without_a_seed_hours_come_whole_and_in_the_order_given(hours):
    inputs, targets = hours
    found = list(batches(inputs, targets, 8).as_numpy_iterator())
    assert [len(x) for x, _ in found] == [8, 8, 8, 6]
    np.testing.assert_array_equal(np.concatenate([x for x, _ in found]), inputs)
    np.testing.assert_array_equal(np.concatenate([y for _, y in found])[:, 0], targets)


@pytest.mark.parametrize(("cut", "n_steps"), [(True, 5), (False, 6)])
def test_a_batch_ends_with_its_last_scan_whatever_lies_before_if_it_is_cut(cut, n_steps):
    inputs = np.zeros((2, 6, 5), "float32")
    inputs[:, [0, 1, 4]] = 1
    dataset = batches(inputs, np.ones(2), 2, shuffle_seed=0, cut=cut)
    assert [x.shape for x, _ in dataset] == [(2, n_steps, 5)]
