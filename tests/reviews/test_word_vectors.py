"""Words of like contexts get like vectors; against counting by hand."""

import numpy as np
import pytest

from utils.reviews import word_vectors

N_WORDS, N_DIMENSIONS, WINDOW = 12, 3, 2


@pytest.fixture
def sequences():
    rng = np.random.default_rng(0)
    return [rng.integers(2, N_WORDS - 1, n).astype("int32") for n in (9, 1, 30, 2, 14)]


def test_vectors_factorise_the_information_counted_by_hand(sequences):
    counts = np.zeros((N_WORDS, N_WORDS))
    for sequence in sequences:
        for i, word in enumerate(sequence):
            for j, context in enumerate(sequence):
                if 0 < abs(i - j) <= WINDOW:
                    counts[word, context] += 1 / abs(i - j)
    of_context = counts.sum(axis=0) ** 0.75
    p_context = of_context / of_context.sum()
    expected = counts.sum(axis=1)[:, None] * p_context
    ratio = np.divide(counts, expected, out=np.ones_like(counts), where=counts > 0)
    left, singular, _ = np.linalg.svd(np.maximum(np.log(ratio), 0))
    by_hand = left[:, :N_DIMENSIONS] * np.sqrt(singular[:N_DIMENSIONS])
    seen = counts.any(axis=1)
    by_hand /= np.sqrt(np.mean(by_hand[seen] ** 2))

    found = word_vectors.ppmi_svd(sequences, N_WORDS, n_dimensions=N_DIMENSIONS, window=WINDOW)
    assert found.shape == (N_WORDS, N_DIMENSIONS) and found.dtype == "float32"
    np.testing.assert_allclose(found @ found.T, by_hand @ by_hand.T, atol=1e-3)
    assert list(np.flatnonzero(~seen)) == [0, 1, N_WORDS - 1]
    np.testing.assert_allclose(found[~seen], 0, atol=1e-5)


def test_words_of_two_texts_do_not_co_occur():
    together = word_vectors.ppmi_svd([np.array([2, 3])] * 5, 6, n_dimensions=1, window=3)
    apart = [np.array([2, 3]), np.array([4, 5]), np.array([3, 2])]
    assert together[[2, 3]].all()
    found = word_vectors.ppmi_svd(apart, 6, n_dimensions=2, window=3)
    np.testing.assert_allclose(found[[2, 3]] @ found[[4, 5]].T, 0, atol=1e-5)


def test_words_that_can_stand_for_each_other_are_nearest():
    cat, dog, stone, the, barks, lies, there = range(2, 9)
    texts = [[the, cat, barks], [the, dog, barks], [there, lies, stone], [there, stone, lies]]
    sequences = [np.array(text) for text in texts * 3]
    vectors = word_vectors.ppmi_svd(sequences, 9, n_dimensions=4, window=2)
    assert word_vectors.most_similar(vectors, cat, 1) == [dog]
    assert list(word_vectors.most_similar(vectors, dog, 3))[0] == cat
    assert cat not in word_vectors.most_similar(vectors, cat, 20)
