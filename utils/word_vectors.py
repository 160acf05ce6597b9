"""Vectors of words from the company they keep: alike where the words around them are alike."""

import numpy as np
import scipy.sparse
from sklearn.utils.extmath import randomized_svd


def from_company(sequences, n_words, width, window, seed=0):
    """Vectors (n_words, width) of the words in sequences, with a root mean square of 1; else 0.

    sequences: lists of int arrays (T,), from 0 to n_words - 1. Two words at most `window` apart
    are counted as neighbours, by one over their distance (Pennington et al. 2014). Their positive
    pointwise mutual information, a word's share as a neighbour taken to the power of 3/4, is
    factorised; a vector is a word's left singular vector times the roots of the singular values
    (Levy, Goldberg & Dagan 2015).
    """
    tokens = np.concatenate(sequences)
    place = np.concatenate([np.arange(len(sequence)) for sequence in sequences])
    counts = scipy.sparse.csr_array((n_words, n_words), dtype="float32")
    for distance in range(1, window + 1):
        of_one_text = place[distance:] >= distance
        first, second = tokens[:-distance][of_one_text], tokens[distance:][of_one_text]
        share = np.full(len(first), 1 / distance, "float32")
        counts += scipy.sparse.coo_array((share, (first, second)), counts.shape).tocsr()
    counts = (counts + counts.T).tocoo()
    word, neighbour = counts.coords
    of_word = counts.sum(axis=1)
    of_neighbour = of_word**0.75
    of_neighbour *= of_word.sum() / of_neighbour.sum()
    information = np.log(counts.data * of_word.sum() / (of_word[word] * of_neighbour[neighbour]))
    positive = scipy.sparse.coo_array(
        (np.maximum(information, 0), (word, neighbour)), counts.shape
    ).tocsr()
    positive.eliminate_zeros()
    left, singular, _ = randomized_svd(positive, width, n_iter=3, random_state=seed)
    vectors = left * np.sqrt(singular)
    return (vectors / np.sqrt(np.mean(vectors[of_word > 0] ** 2))).astype("float32")


def nearest(vectors, index, n=5):
    """The n words whose vectors have the largest cosine with that of word `index`, in order."""
    length = np.linalg.norm(vectors, axis=1)
    cosine = vectors @ vectors[index] / np.maximum(length * length[index], 1e-9)
    order = np.argsort(-cosine, kind="stable")
    return order[order != index][:n]
