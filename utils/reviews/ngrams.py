"""Log-count ratios: how much more often an n-gram occurs in positive reviews than in negative ones.

The log-count ratio of an n-gram (Wang & Manning 2012) is

    r = log((p + 1) / (n + 1)) - log(P / N)

p, n: positive and negative training reviews that contain it; P, N: the sums of p + 1 and of
n + 1 over all n-grams of that length. It is 0 for an n-gram that never occurred. Skip-grams, pairs
of words with others between them (Guthrie et al. 2006), have such ratios too.
"""

from functools import partial

import joblib
import numpy as np
import pandas as pd

from utils import reproducible
from utils.reviews.text import encode, fit_vocabulary, truncate
from utils.reviews.word_vectors import ppmi_svd

N_FOLDS = 5
INCOMPLETE = np.iinfo(np.uint64).max


class TokensAndRatios:
    """Texts to token ids (T,) and log-count ratio features (T, max_n + max_skip).

    settings: an object with the attributes n_words and punctuation (as in
    `text.fit_vocabulary`), max_words (as in `text.truncate`), max_n and max_skip (as in
    `LogCountRatios`), window and embedding_dim (window and n_dimensions of
    `word_vectors.ppmi_svd`; window 0: no vectors). Ratios are those of the whole text, which is
    truncated afterwards.

    Once fitted, `vectorizer` is the TextVectorization and `vectors` the word vectors (n_words,
    embedding_dim) of the training texts, or None.

    >>> from types import SimpleNamespace
    >>> settings = SimpleNamespace(
    ...     n_words=9, punctuation="!?", max_words=5, max_n=2, max_skip=1, window=0, embedding_dim=4
    ... )
    >>> inputs = TokensAndRatios(settings)
    >>> sequences, ratios = inputs.fit_transform(["good film", "bad film"], [1, 0])
    >>> sequences, [features] = inputs.transform(["good, good!"])
    >>> sequences[0].shape, features.shape
    ((3,), (3, 3))
    """

    def __init__(self, settings):
        self.settings = settings
        self.ratios = LogCountRatios(settings.max_n, settings.max_skip)

    def fit_transform(self, texts, labels):
        """Learn vocabulary, ratios and vectors from training texts; their (sequences, ratios).

        labels: (N,) 0 or 1. Ratios are out-of-fold, as those of `LogCountRatios.fit_transform`.
        """
        settings = self.settings
        self.vectorizer = fit_vocabulary(texts, settings.n_words, settings.punctuation)
        sequences = encode(self.vectorizer, texts)
        self.vectors = None
        if settings.window:
            self.vectors = ppmi_svd(
                sequences,
                settings.n_words,
                n_dimensions=settings.embedding_dim,
                window=settings.window,
            )
        return self._truncate(sequences, self.ratios.fit_transform(sequences, labels))

    def transform(self, texts):
        """(sequences, ratios) of new texts."""
        sequences = encode(self.vectorizer, texts)
        return self._truncate(sequences, self.ratios.transform(sequences))

    def _truncate(self, *inputs):
        return tuple(
            [truncate(sequence, self.settings.max_words) for sequence in of_input]
            for of_input in inputs
        )


class LogCountRatios:
    """Log-count ratios of the n-grams and skip-grams that end at each token of a sequence.

    max_n: n-grams have 1 to max_n tokens. max_skip: skip-grams are pairs of tokens with 1 to
    max_skip others between them (0: none). seed: of the folds. Sequences are lists of int arrays
    (T,); the ratios of one are float32 (T, max_n + max_skip), n-grams first, 0 where the sequence
    has not enough tokens yet.

    A network that learns from ratios to which a training review's own label contributed trusts
    rare words too much. So `fit_transform` is cross-fitted: the ratios of each fifth of the
    reviews are counted on the other four (out-of-fold).

    >>> good, bad, film = 2, 3, 4
    >>> sequences = [np.array([good, film]), np.array([bad, film])] * 5
    >>> ratios = LogCountRatios(max_n=2)
    >>> out_of_fold = ratios.fit_transform(sequences, [1, 0] * 5)
    >>> print(ratios.transform([np.array([good, film])])[0].round(1))
    [[1.8 0. ]
     [0.  1.8]]
    """

    def __init__(self, max_n=3, max_skip=0, seed=0):
        self.max_n, self.max_skip, self.seed = max_n, max_skip, seed

    def fit_transform(self, sequences, labels):
        """Count on all sequences; return for each the ratios counted on the other folds.

        labels: (N,) 0 or 1. Raises ValueError where their numbers differ.
        """
        if len(sequences) != len(labels):
            raise ValueError(f"{len(sequences)} sequences, but {len(labels)} labels")
        # Copies of a review share its fold, or they would tell each other their label.
        text, texts = pd.factorize(np.array([s.tobytes() for s in sequences], dtype=object))
        fold = np.random.default_rng(self.seed).permutation(len(texts))[text] % N_FOLDS
        self.base = int(max(sequence.max(initial=0) for sequence in sequences)) + 1
        review = np.repeat(np.arange(len(sequences)), list(map(len, sequences)))
        ratios = partial(_ratios, review=review, fold=fold, labels=np.asarray(labels, int))
        side_by_side = joblib.Parallel(reproducible.THREADS, backend="threading")
        counted = side_by_side(map(joblib.delayed(ratios), self._codes(sequences)))
        self.known, self.ratio, columns = zip(*counted, strict=True)
        return _split(columns, sequences)

    def transform(self, sequences):
        """The ratios of new sequences, counted on all that `fit_transform` was given."""
        columns = []
        for codes, known, ratio in zip(self._codes(sequences), self.known, self.ratio, strict=True):
            asked, where = np.unique(codes, return_inverse=True)  # soon found, being in order
            index = np.minimum(np.searchsorted(known, asked), len(known) - 1)
            columns.append(np.where(known[index] == asked, ratio[index], 0)[where])
        return _split(columns, sequences)

    def _codes(self, sequences):
        """One number for each n-gram, by the token it ends at, or INCOMPLETE.

        Those of five tokens are cut to 64 bits: two that share a number are not to be expected.
        """
        tokens = np.minimum(np.concatenate(sequences).astype(np.uint64), self.base)
        radix = self.base + 1 | 1  # odd, or the first tokens would be cut
        step = np.concatenate([np.arange(len(sequence)) for sequence in sequences])
        codes = tokens
        yield codes
        for n in range(2, self.max_n + 1):
            before = np.concatenate([tokens[:1], codes[:-1]])
            codes = before * radix + tokens
            yield np.where(step < n - 1, INCOMPLETE, codes)
        for skip in range(1, self.max_skip + 1):
            codes = np.roll(tokens, skip + 1) * radix + tokens
            yield np.where(step < skip + 1, INCOMPLETE, codes)


def _ratios(codes, *, review, fold, labels):
    """Ratios of the n-grams of one length.

    codes, review: (tokens of all reviews,), the review of each. fold, labels: (N,) of the reviews.
    Returns the known codes in order, their ratios, and the out-of-fold ratio of each of `codes`.
    """
    index, known = pd.factorize(codes)
    counts = _count(index, len(known), review, fold * 2 + labels)
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
    return known[order], ratio[order], by_fold[fold[review], index]


def _count(index, n_known, review, group):
    """Reviews that contain each n-gram, by fold and label: (N_FOLDS, 2, n_known)."""
    once = np.sort(review * n_known + index)
    once = once[np.diff(once, prepend=-1) > 0]
    of_review, of_known = np.divmod(once, n_known)
    counts = np.bincount(group[of_review] * n_known + of_known, minlength=2 * N_FOLDS * n_known)
    return counts.reshape(N_FOLDS, 2, n_known)


def _ratio(counts, sums, n_complete):
    """Of n-grams. counts: (2, n) reviews by label; sums (2,) of all n_complete n-grams' counts."""
    negative, positive = sums + float(n_complete)
    base = np.log(positive / negative) if n_complete else 0
    negative, positive = counts + 1.0
    return np.where(counts.any(axis=0), np.log(positive / negative) - base, 0).astype("float32")


def _split(columns, sequences):
    ends = np.cumsum(list(map(len, sequences)))[:-1]
    return np.split(np.stack(columns, axis=1).astype("float32"), ends)
