"""How much more often a word, a pair or a triple of words occurs in positive reviews.

The log-count ratio of an n-gram (Wang & Manning 2012) is

    r = log((p + 1) / (n + 1)) - log(P / N)

p, n: positive and negative training reviews that contain it; P, N: the sums of p + 1 and of
n + 1 over all n-grams of that length. It is 0 for an n-gram that never occurred. Pairs of words
that stand further apart (skip-grams, Guthrie et al. 2006) have such ratios too.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from utils import imdb, reproducible, word_vectors

N_FOLDS = 5
INCOMPLETE = np.iinfo(np.uint64).max


class WordsAndRatios:
    """Texts to what `models.best_reader` reads: words (T,) and their ratios (T, budget.n_ratios).

    budget: an `experiments.BestBudget`, of which words, marks, window, ratios and max_words
    count. Ratios are those of the whole review, which is cut afterwards. `vectors`: what the
    words start with, learned from the training texts; None where budget.window is 0.
    """

    def __init__(self, budget):
        self.budget = budget
        self.ratios = LogCountRatios(budget.longest_ngram, budget.furthest_pair)

    def fit_transform(self, texts, labels):
        """Learn words and ratios from training texts; their (sequences, ratios)."""
        self.vectorizer = imdb.fit_vocabulary(texts, self.budget.n_words, self.budget.marks)
        sequences = imdb.encode(self.vectorizer, texts)
        self.vectors = None
        if self.budget.window:
            self.vectors = word_vectors.from_company(
                sequences, self.budget.n_words, self.budget.embedding, self.budget.window
            )
        return self._cut(sequences, self.ratios.fit_transform(sequences, labels))

    def transform(self, texts):
        """(sequences, ratios) of new texts."""
        sequences = imdb.encode(self.vectorizer, texts)
        return self._cut(sequences, self.ratios.transform(sequences))

    def _cut(self, *inputs):
        return tuple(
            [imdb.truncate(sequence, self.budget.max_words) for sequence in of_input]
            for of_input in inputs
        )


class LogCountRatios:
    """Ratios of what ends at each word of a review: n-grams and pairs of words further apart.

    longest: up to which words stand together. furthest: how many words a pair's second stands
    after its first at most (1: no others than the n-grams). Sequences are lists of int arrays
    (T,); the ratios of one are float32 (T, longest + furthest - 1), n-grams first, 0 where too
    few words have been read. A network that learns from ratios counted on its own training
    reviews takes rare words at their word, so `fit_transform` counts for each fifth of the
    reviews on the other four.
    """

    def __init__(self, longest=3, furthest=1, seed=0):
        self.longest, self.furthest, self.seed = longest, furthest, seed

    def fit_transform(self, sequences, labels):
        """Count on all sequences; return for each the ratios counted on the other folds.

        labels: (N,) 0 or 1. Raises ValueError where their numbers differ.
        """
        if len(sequences) != len(labels):
            raise ValueError(f"{len(sequences)} sequences, but {len(labels)} labels")
        labels = np.asarray(labels, int)
        # Copies of a review share its fold, or they would tell each other their label.
        text, texts = pd.factorize(np.array([s.tobytes() for s in sequences], dtype=object))
        fold = np.random.default_rng(self.seed).permutation(len(texts))[text] % N_FOLDS
        self.base = int(max(sequence.max(initial=0) for sequence in sequences)) + 1
        review = np.repeat(np.arange(len(sequences)), list(map(len, sequences)))

        def count(codes):
            position, known = pd.factorize(codes)
            once = np.sort(review * len(known) + position)
            once = once[np.diff(once, prepend=-1) > 0]
            of_review, of_known = np.divmod(once, len(known))
            cell = (fold[of_review] * 2 + labels[of_review]) * len(known) + of_known
            counts = np.bincount(cell, minlength=2 * N_FOLDS * len(known))
            counts = counts.reshape(N_FOLDS, 2, len(known))
            counts[:, :, known == INCOMPLETE] = 0
            of_all, sums, n_complete = counts.sum(0), counts.sum(2), (known != INCOMPLETE).sum()
            # What stands in one review only is unknown to the other folds: most n-grams.
            repeated = np.flatnonzero(of_all.sum(0) > 1)
            by_fold = np.zeros((N_FOLDS, len(known)), "float32")
            for i, of_fold in enumerate(counts):
                others = of_all[:, repeated] - of_fold[:, repeated]
                by_fold[i, repeated] = _ratio(others, sums.sum(0) - sums[i], n_complete)
            ratio = _ratio(of_all, sums.sum(0), n_complete)
            order = np.argsort(known)
            return known[order], ratio[order], by_fold[fold[review], position]

        with ThreadPoolExecutor(reproducible.THREADS) as pool:
            self.known, self.ratio, columns = zip(
                *pool.map(count, self._codes(sequences)), strict=True
            )
        return _split(columns, sequences)

    def transform(self, sequences):
        """The ratios of new sequences, counted on all that `fit_transform` was given."""
        columns = []
        for codes, known, ratio in zip(self._codes(sequences), self.known, self.ratio, strict=True):
            asked, place = np.unique(codes, return_inverse=True)  # soon found, being in order
            position = np.minimum(np.searchsorted(known, asked), len(known) - 1)
            columns.append(np.where(known[position] == asked, ratio[position], 0)[place])
        return _split(columns, sequences)

    def _codes(self, sequences):
        """One number for each n-gram, by the word it ends at, or INCOMPLETE.

        Those of five words are cut to 64 bits: two that share a number are not to be expected.
        """
        tokens = np.minimum(np.concatenate(sequences).astype(np.uint64), self.base)
        radix = self.base + 1 | 1  # odd, or the first words would be cut
        place = np.concatenate([np.arange(len(sequence)) for sequence in sequences])
        codes = tokens
        yield codes
        for length in range(2, self.longest + 1):
            before = np.concatenate([tokens[:1], codes[:-1]])
            codes = before * radix + tokens
            yield np.where(place < length - 1, INCOMPLETE, codes)
        for apart in range(2, self.furthest + 1):
            codes = np.roll(tokens, apart) * radix + tokens
            yield np.where(place < apart, INCOMPLETE, codes)


def _ratio(counts, sums, n_complete):
    """Of n-grams. counts: (2, n) reviews by label; sums (2,) of all n_complete n-grams' counts."""
    negative, positive = sums + float(n_complete)
    base = np.log(positive / negative) if n_complete else 0
    negative, positive = counts + 1.0
    return np.where(counts.any(axis=0), np.log(positive / negative) - base, 0).astype("float32")


def _split(columns, sequences):
    ends = np.cumsum(list(map(len, sequences)))[:-1]
    return np.split(np.stack(columns, axis=1).astype("float32"), ends)
