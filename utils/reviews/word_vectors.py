"""Word vectors from co-occurrence counts: words in like contexts get like vectors.

Counts of words near each other, their positive pointwise mutual information (PPMI), and a
truncated singular value decomposition (SVD) of it.
"""

import numpy as np
import scipy.sparse
from sklearn.utils.extmath import randomized_svd


def ppmi_svd(sequences, n_words, *, n_dimensions, window, seed=0):
    """Word vectors by truncated SVD of the PPMI of co-occurrence counts.

    sequences: lists of int arrays (T,), token ids from 0 to n_words - 1. Two words at most
    `window` tokens apart co-occur; the pair counts 1 / distance (Pennington et al. 2014). In the
    PPMI a context word's share is taken to the power of 3/4, and a word's vector is its left
    singular vector times the square roots of the singular values (Levy, Goldberg & Dagan 2015).
    Returns float32 (n_words, n_dimensions) with a root mean square of 1 over the words that
    occur; all others are 0.

    >>> the, cat, dog, barks, lies = range(5)
    >>> texts = [[the, cat, barks], [the, dog, barks], [lies, lies]]
    >>> vectors = ppmi_svd([np.array(text) for text in texts], 5, n_dimensions=3, window=2)
    >>> vectors.shape, bool(np.allclose(vectors[cat], vectors[dog], atol=1e-3))
    ((5, 3), True)
    """
    tokens = np.concatenate(sequences)
    step = np.concatenate([np.arange(len(sequence)) for sequence in sequences])
    counts = scipy.sparse.csr_array((n_words, n_words), dtype="float32")
    for distance in range(1, window + 1):
        of_one_text = step[distance:] >= distance
        first, second = tokens[:-distance][of_one_text], tokens[distance:][of_one_text]
        weight = np.full(len(first), 1 / distance, "float32")
        counts += scipy.sparse.coo_array((weight, (first, second)), counts.shape).tocsr()
    counts = (counts + counts.T).tocoo()
    word, context = counts.coords
    of_word = counts.sum(axis=1)
    of_context = of_word**0.75
    of_context *= of_word.sum() / of_context.sum()
    pmi = np.log(counts.data * of_word.sum() / (of_word[word] * of_context[context]))
    ppmi = scipy.sparse.coo_array((np.maximum(pmi, 0), (word, context)), counts.shape).tocsr()
    ppmi.eliminate_zeros()
    left, singular, _ = randomized_svd(ppmi, n_dimensions, n_iter=3, random_state=seed)
    vectors = left * np.sqrt(singular)
    return (vectors / np.sqrt(np.mean(vectors[of_word > 0] ** 2))).astype("float32")


def most_similar(vectors, index, n=5):
    """The n words whose vectors have the largest cosine with that of word `index`, in order.

    vectors: (n_words, n_dimensions). Returns token ids (n,), `index` itself not among them.

    >>> most_similar(np.array([[1, 0], [0, 1], [2, 0.1], [-1, 0]]), 0, n=2)
    array([2, 1])
    """
    length = np.linalg.norm(vectors, axis=1)
    cosine = vectors @ vectors[index] / np.maximum(length * length[index], 1e-9)
    order = np.argsort(-cosine, kind="stable")
    return order[order != index][:n]
