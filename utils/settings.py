"""The settings of the models that are compared and of the best one, by data and tier.

Data are the bundled sample, real reviews that have a name, or a file; a tier is "class" or "full".

>>> compared, best = sentiment("sample", "class")
>>> compared.seeds, compared.epochs, best.epochs
((0, 1, 2), 6, 5)
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class SentimentSettings:
    """Settings of the vocabulary, of a sentiment classifier and of its training.

    units: H of the recurrent layer. embedding_dim: E; embedding_scale: first values lie within ±
    that, or are word vectors with that root mean square. n_words, max_words: as in `text`.
    chunk_size: as in `models.ChunkedRNN`. dropout: share, of the embedding's features and of the
    recurrent layer's output. cosine_decay: as in `training.train`.

    Only the best model has: word_dropout, the share of words whose vectors are left out. max_n,
    max_skip: as in `ngrams.LogCountRatios`. punctuation: as in `text.standardise`. window: of the
    word vectors that the embedding starts with, as in `word_vectors.ppmi_svd`; 0: at random.

    >>> replace(SAMPLE, epochs=1).keep
    'best'
    """

    seeds: tuple[int, ...]
    epochs: int
    units: int
    embedding_dim: int
    embedding_scale: float
    n_words: int
    max_words: int
    batch_size: int
    learning_rate: float
    chunk_size: int | None = None
    dropout: float = 0.0
    cosine_decay: bool = False
    word_dropout: float = 0.0
    max_n: int = 1
    max_skip: int = 0
    punctuation: str = "!?"
    window: int = 0

    @property
    def n_ratios(self):
        """Log-count ratios of a token."""
        return self.max_n + self.max_skip

    @property
    def keep(self):
        """Which epoch's weights are kept: the last where the learning rate has decayed."""
        return "last" if self.cosine_decay else "best"


@dataclass(frozen=True, kw_only=True)
class RadarSettings:
    """Settings of a rain regressor and of its training.

    max_hours: to learn from; a quarter of it is to choose by. units: H of the recurrent layer.
    dropout: share of the recurrent layer's output.

    >>> replace(RADAR_SAMPLE, seeds=(7,)).max_hours
    4000
    """

    seeds: tuple[int, ...]
    epochs: int
    max_hours: int
    units: int
    batch_size: int
    learning_rate: float
    dropout: float


SAMPLE = SentimentSettings(
    seeds=(0, 1, 2),
    epochs=6,
    units=32,
    embedding_dim=32,
    # A small vocabulary needs word vectors that differ at once, to learn products of two words
    # (not × good) soon.
    embedding_scale=1.0,
    n_words=400,
    max_words=100,
    batch_size=64,
    learning_rate=0.02,
)
FILE = SentimentSettings(
    seeds=(0,),
    epochs=2,
    units=16,
    embedding_dim=16,
    embedding_scale=0.05,  # 20,000 words are better started near zero, as Keras does
    n_words=20_000,
    max_words=250,
    chunk_size=50,  # to save time
    batch_size=128,
    learning_rate=0.006,
    dropout=0.3,
    cosine_decay=True,  # worth half a point of accuracy to an LSTM
)
# Fewer words to learn from need more epochs; each takes seconds, so there is time for seeds.
SENTENCES = replace(FILE, seeds=(0, 1, 2), epochs=3, max_words=60, chunk_size=None)
MOVIE_REVIEWS = replace(FILE, seeds=(0, 1, 2), epochs=6, max_words=300, batch_size=32)
COMPARED = {
    ("sample", "class"): SAMPLE,
    ("sample", "full"): replace(SAMPLE, seeds=(0, 1, 2, 3, 4), epochs=10),
    ("sentence_polarity", "class"): SENTENCES,
    ("sentence_polarity", "full"): replace(SENTENCES, seeds=(0, 1, 2, 3, 4)),
    ("movie_reviews", "class"): MOVIE_REVIEWS,
    ("movie_reviews", "full"): replace(MOVIE_REVIEWS, seeds=(0, 1, 2, 3, 4), max_words=800),
    ("file", "class"): FILE,
    ("file", "full"): replace(FILE, seeds=(0, 1, 2), max_words=400),
}

# What each idea of the best model is worth: utils/bench/results/ablation.csv.
BEST_OF_SAMPLE = replace(SAMPLE, max_n=3)
BEST_OF_FILE = replace(
    FILE,
    embedding_dim=64,
    embedding_scale=0.2,
    learning_rate=0.01,
    word_dropout=0.2,
    max_n=3,
    max_skip=2,
    punctuation='!?.,;:()"',
    window=5,
)
BEST_OF_SENTENCES = replace(BEST_OF_FILE, epochs=1, units=32, max_words=60, chunk_size=None)
BEST_OF_MOVIE_REVIEWS = replace(BEST_OF_FILE, epochs=3, units=32, max_words=300, batch_size=32)
BEST = {
    ("sample", "class"): replace(BEST_OF_SAMPLE, seeds=(0,), epochs=5),
    ("sample", "full"): replace(BEST_OF_SAMPLE, epochs=10),
    ("sentence_polarity", "class"): replace(BEST_OF_SENTENCES, seeds=(0, 1, 2)),
    ("sentence_polarity", "full"): replace(BEST_OF_SENTENCES, seeds=(0, 1, 2, 3, 4)),
    ("movie_reviews", "class"): replace(BEST_OF_MOVIE_REVIEWS, seeds=(0, 1, 2)),
    ("movie_reviews", "full"): replace(BEST_OF_MOVIE_REVIEWS, seeds=(0, 1, 2, 3, 4), max_words=800),
    ("file", "class"): replace(BEST_OF_FILE, epochs=1, units=32),
    ("file", "full"): replace(
        BEST_OF_FILE, seeds=(0, 1, 2, 3), units=64, n_words=30_000, max_words=800, max_n=5
    ),
}

RADAR_SAMPLE = RadarSettings(
    seeds=(0, 1, 2),
    epochs=4,
    max_hours=4_000,
    units=32,
    batch_size=128,
    learning_rate=0.012,
    dropout=0.2,
)
RADAR_FILE = replace(RADAR_SAMPLE, max_hours=8_000, learning_rate=0.01, dropout=0.1)
RADAR = {
    ("sample", "class"): RADAR_SAMPLE,
    ("sample", "full"): replace(RADAR_SAMPLE, seeds=(0, 1, 2, 3, 4), epochs=10, learning_rate=0.01),
    ("file", "class"): RADAR_FILE,
    ("file", "full"): replace(
        RADAR_FILE, epochs=5, max_hours=40_000, units=48, batch_size=256, learning_rate=0.006
    ),
}


def sentiment(source, tier):
    """(settings of the compared classifiers, settings of the best one) for a source and a tier.

    source: "sample", "sentence_polarity", "movie_reviews", or anything else for a file. Raises
    ValueError for an unknown tier.

    >>> sentiment("sentence_polarity", "class")[0].seeds
    (0, 1, 2)
    >>> _, best = sentiment("IMDB Dataset.csv", "full")
    >>> best.max_words, best.n_ratios, best.keep
    (800, 7, 'last')
    """
    return _of(COMPARED, source, tier), _of(BEST, source, tier)


def radar(source, tier):
    """The settings of every rain regressor; arguments and errors as in `sentiment`.

    >>> radar("train.csv", "class").max_hours
    8000
    """
    return _of(RADAR, source, tier)


def _of(table, source, tier):
    if tier not in ("class", "full"):
        raise ValueError(f"tier is {tier!r}, expected 'class' or 'full'")
    return table[(source, tier) if (source, tier) in table else ("file", tier)]
