"""An epoch has every review once, with its label, padded to the longest of its batch."""

import numpy as np
import pytest

from utils.reviews.batches import batches


@pytest.fixture(scope="module")
def sequences():
    """30 sequences of 1 to 11 tokens."""
    rng = np.random.default_rng(0)
    return [rng.integers(2, 20, rng.integers(1, 12)).astype("int32") for _ in range(30)]


def test_batches_hold_every_review_once_with_its_label(sequences):
    number = np.arange(30)  # in place of a label
    dataset = batches(sequences, number, 8, shuffle_seed=5)
    assert len(dataset) == 4
    assert dataset.options().autotune.enabled is False  # or an epoch ends late
    seen = []
    for tokens, labels in dataset.as_numpy_iterator():
        assert tokens.shape[1] == (tokens > 0).sum(axis=1).max()
        for row, label in zip(tokens, labels[:, 0], strict=True):
            assert list(row[row > 0]) == list(sequences[int(label)])
            seen.append(int(label))
    assert sorted(seen) == list(range(30))


def test_shuffled_batches_differ_by_epoch_and_repeat_by_seed(sequences):
    def two_epochs(seed):
        dataset = batches(sequences, np.arange(30), 8, shuffle_seed=seed)
        return [
            tuple(int(label) for _, labels in dataset.as_numpy_iterator() for label in labels[:, 0])
            for _ in range(2)
        ]

    first, second = two_epochs(5)
    assert first != second and set(first) == set(second)
    assert two_epochs(5) == [first, second] != two_epochs(6)


def test_reviews_of_several_inputs_are_padded_alike(sequences):
    ratios = [np.full((len(sequence), 3), sequence[0], "float32") for sequence in sequences]
    for (tokens, features), _ in batches((sequences, ratios), np.zeros(30), 8).as_numpy_iterator():
        assert features.shape == (*tokens.shape, 3)
        np.testing.assert_array_equal(features[..., 0], np.where(tokens > 0, tokens[:, :1], 0))
