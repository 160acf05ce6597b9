"""How much more often a word, a pair or a triple of words occurs in positive reviews.

The log-count ratio of an n-gram (Wang & Manning 2012) is

    r = log((p + 1) / (n + 1)) - log(P / N)

p, n: positive and negative training reviews that contain it; P, N: the sums of p and of n over
all n-grams of that length. It is 0 for an n-gram that never occurred.
"""

import numpy as np

N_FOLDS = 5


class LogCountRatios:
    """Ratios of the words, pairs, … up to `longest` words that end at each word of a review.

    Sequences are lists of int arrays (T,); the ratios of one are float32 (T, longest), 0 where
    fewer words have been read. A network that learns from ratios counted on its own training
    reviews takes rare words at their word, so `fit_transform` counts for each fifth of the
    reviews on the other four.
    """

    def __init__(self, longest=3, seed=0):
        self.longest, self.seed = longest, seed

    def fit_transform(self, sequences, labels):
        """Count on all sequences; return for each the ratios counted on the other folds.

        labels: (N,) 0 or 1. Raises ValueError where their numbers differ.
        """
        if len(sequences) != len(labels):
            raise ValueError(f"{len(sequences)} sequences, but {len(labels)} labels")
        labels = np.asarray(labels, int)
        fold = np.random.default_rng(self.seed).permutation(len(labels)) % N_FOLDS
        self.base = int(max(sequence.max(initial=0) for sequence in sequences)) + 1
        review = np.repeat(np.arange(len(sequences)), list(map(len, sequences)))
        self.known, self.ratio, columns = [], [], []
        for codes in self._codes(sequences):
            known, position = np.unique(codes, return_inverse=True)
            found = np.sort(review * len(known) + position)
            once = found[np.diff(found, prepend=-1) > 0]
            of_review, of_known = np.divmod(once, len(known))
            cell = (fold[of_review] * 2 + labels[of_review]) * len(known) + of_known
            counts = np.bincount(cell, minlength=2 * N_FOLDS * len(known))
            counts = counts.reshape(N_FOLDS, 2, len(known))
            incomplete = known < 0
            by_fold = [_ratio(counts.sum(0) - of_fold, incomplete) for of_fold in counts]
            columns.append(np.array(by_fold)[fold[review], position])
            self.known.append(known)
            self.ratio.append(_ratio(counts.sum(0), incomplete))
        return _split(columns, sequences)

    def transform(self, sequences):
        """The ratios of new sequences, counted on all that `fit_transform` was given."""
        columns = []
        for codes, known, ratio in zip(self._codes(sequences), self.known, self.ratio, strict=True):
            position = np.minimum(np.searchsorted(known, codes), len(known) - 1)
            columns.append(np.where(known[position] == codes, ratio[position], 0))
        return _split(columns, sequences)

    def _codes(self, sequences):
        """One number for each n-gram, by the word it ends at; -1 where it is incomplete."""
        tokens = np.minimum(np.concatenate(sequences).astype(np.int64), self.base)
        place = np.concatenate([np.arange(len(sequence)) for sequence in sequences])
        codes = tokens
        yield codes
        for length in range(2, self.longest + 1):
            before = np.concatenate([[0], codes[:-1]])
            codes = before * (self.base + 1) + tokens
            yield np.where(place < length - 1, -1, codes)


def _ratio(counts, incomplete):
    negative, positive = counts + 1.0
    base = positive[~incomplete].sum() / negative[~incomplete].sum()
    ratio = np.log(positive / negative) - np.log(base)
    return np.where(incomplete | (counts.sum(0) == 0), 0, ratio).astype("float32")


def _split(columns, sequences):
    ends = np.cumsum(list(map(len, sequences)))[:-1]
    return np.split(np.stack(columns, axis=1).astype("float32"), ends)
