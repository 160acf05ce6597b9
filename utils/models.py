"""The `tf.keras` models of the lessons and homework, as small named builders.

N batch, T time steps, E embedding, H units. Readers take int32 tokens (N, T), zeros
after the end of a review, and return the probability of "positive", (N, 1).
"""

import keras
from keras import layers, ops


def embedding(budget, vectors=None, **options):
    """Word vectors of budget.embedding numbers, which start within ±budget.embedding_start, or
    as budget.embedding_start times `vectors` (budget.n_words, budget.embedding)."""
    if vectors is None:
        start = keras.initializers.RandomUniform(-budget.embedding_start, budget.embedding_start)
    else:
        start = keras.initializers.Constant(budget.embedding_start * vectors)
    return layers.Embedding(
        budget.n_words, budget.embedding, embeddings_initializer=start, **options
    )


def recurrent(name, units, **options):
    """The recurrent layer called `name`, whose state has `units` numbers.

    name: simple_rnn, lstm, gru or bidirectional_lstm (half of the units in each direction).
    Raises ValueError where an odd number of units would have to be halved.
    """
    if name == "bidirectional_lstm":
        if units % 2:
            raise ValueError(f"units is {units}, expected an even number for two directions")
        return layers.Bidirectional(layers.LSTM(units // 2, **options))
    kind = {"simple_rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}[name]
    return kind(units, **options)


def sentiment_reader(name, budget):
    """Embedding -> recurrent layer -> its last state -> probability of "positive".

    name: as in `recurrent`. budget: an `experiments.Budget`. With budget.piece, a review is
    read in pieces of that many words and the last states of its pieces are averaged.
    """
    layer = recurrent(name, budget.units)
    if budget.piece:
        layer = ReadInPieces(layer, budget.piece)
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            embedding(budget, mask_zero=True),
            layers.SpatialDropout1D(budget.dropout),
            layer,
            layers.Dropout(budget.dropout),
            layers.Dense(1, activation="sigmoid"),
        ],
        name=name,
    )
    return compiled(model, budget.learning_rate)


def best_reader(budget, vectors=None, *, name="bidirectional_lstm", n_looks=2, placed=True):
    """Words, their ratios and places -> recurrent layer -> all its states, pooled -> probability.

    Takes what `ngrams.WordsAndRatios` returns, padded: tokens (N, T) and ratios (N, T,
    budget.n_ratios). Ratios after Wang & Manning (2012), pieces and pooling after Johnson &
    Zhang (2016), learned weights after Raffel & Ellis (2015), whole words left out after Iyyer et
    al. (2015).

    budget: an `experiments.BestBudget`. vectors: as in `embedding`. name: as in `recurrent`.
    n_looks: as in `Pool`. placed: whether words come with their places.
    """
    tokens = keras.Input((None,), dtype="int32")
    ratios = keras.Input((None, budget.n_ratios))
    mask = ops.not_equal(tokens, 0)
    words = layers.SpatialDropout1D(budget.dropout)(embedding(budget, vectors)(tokens))
    words = layers.Dropout(budget.word_dropout, noise_shape=(None, None, 1))(words)
    words = layers.Concatenate()([words, ratios, places(mask)] if placed else [words, ratios])
    layer = recurrent(name, budget.units, return_sequences=True)
    states = ReadInPieces(layer, budget.piece)(words, mask=mask)
    summary = Pool(n_looks)(states, mask=mask)
    summary = layers.Dropout(budget.dropout)(summary)
    positive = layers.Dense(1, activation="sigmoid")(summary)
    model = keras.Model([tokens, ratios], positive, name="best")
    # Two directions and their pooling take longer to compile for ten batches than that saves.
    return compiled(model, budget.learning_rate, steps_per_execution=1)


def places(mask):
    """How near a word stands to the start and to the end of its review: (N, T, 3), from 0 to 1.

    Halves about every 40 words from the start, every 40 and every 170 words from the end.
    mask: (N, T), False for padding, which is on the right.
    """
    mask = ops.cast(mask, "float32")
    before = ops.cumsum(mask, axis=1) - 1
    after = ops.sum(mask, axis=1, keepdims=True) - 1 - before
    return ops.exp(-ops.stack([before / 60, after / 60, after / 250], axis=-1)) * mask[:, :, None]


def rain_reader(name, budget, n_features, *, masked=True, every_scan=False):
    """Radar hours (N, T, n_features), zeros after the last scan -> one number an hour (N, 1).

    name: as in `recurrent`. budget: an `experiments.RainBudget`. masked=False reads the zeros
    as if they were scans. With every_scan, each scan gives an answer and their mean is taken
    (Sim 2015); otherwise the state after the last scan answers.
    """
    model = keras.Sequential([keras.Input((None, n_features))], name=name)
    if masked:
        model.add(layers.Masking())
    model.add(recurrent(name, budget.units, return_sequences=every_scan))
    model.add(layers.Dropout(budget.dropout))
    model.add(layers.Dense(1))
    if every_scan:
        model.add(layers.GlobalAveragePooling1D())
    return compiled(model, budget.learning_rate, loss="mae", metrics=[])


def compiled(model, learning_rate, **options):
    """The same optimiser for every model that is compared; for readers, loss and metric.

    Nadam (Dozat 2016) with short memories of gradients (betas) crosses the plateau before a
    long reach is learned in fewer epochs than Adam, and with more of the seeds.
    options: of `compile`, in place of those of a reader.
    """
    optimizer = keras.optimizers.Nadam(learning_rate, beta_1=0.8, beta_2=0.99, clipnorm=3.0)
    of_reader = {
        "loss": "binary_crossentropy",
        # "accuracy" would make its variables in the first step, which is then traced twice.
        "metrics": [keras.metrics.BinaryAccuracy(name="accuracy")],
        "steps_per_execution": 10,  # batches a call: `fit` takes a tenth less time
    }
    model.compile(optimizer, **of_reader | options)
    return model


class ReadInPieces(layers.Layer):
    """Run a recurrent layer over pieces of `piece` steps, all pieces of a review side by side.

    piece None: a review is one piece. Inputs (N, T, E) with a mask (N, T) that has padding on
    the right only. Returns the mean of the last states of all pieces that hold a word, (N, H);
    of a layer that returns sequences, all states, (N, T, H).
    """

    def __init__(self, layer, piece, **options):
        super().__init__(**options)
        self.layer, self.piece = layer, piece
        self.supports_masking = True

    def build(self, input_shape):
        self.layer.build((None, self.piece, input_shape[-1]))

    def call(self, x, mask=None, training=None):
        n_steps, n_features = ops.shape(x)[1], x.shape[2]
        piece = self.piece or n_steps
        n_pieces = -(-n_steps // piece)
        missing = n_pieces * piece - n_steps
        x = ops.pad(x, [[0, 0], [0, missing], [0, 0]])
        mask = ops.pad(mask, [[0, 0], [0, missing]])
        pieces = ops.reshape(x, (-1, piece, n_features))
        words = ops.reshape(mask, (-1, piece))
        states = self.layer(pieces, mask=words, training=training)
        n_units = states.shape[-1]
        if self.layer.return_sequences:
            return ops.reshape(states, (-1, n_pieces * piece, n_units))[:, :n_steps]
        states = ops.reshape(states, (-1, n_pieces, n_units))
        holds_a_word = ops.cast(ops.any(words, axis=1), states.dtype)
        weights = ops.reshape(holds_a_word, (-1, n_pieces, 1))
        return ops.sum(states * weights, axis=1) / ops.sum(weights, axis=1)

    def compute_mask(self, inputs, mask=None):
        return None


class Pool(layers.Layer):
    """Maximum, mean and `n_looks` learned averages of the states that are not padding.

    A look gives each state a score, its product with learned weights, and averages the states
    by the softmax of their scores. States (N, T, H) from -1 to 1 with a mask (N, T); returns
    (N, (2 + n_looks) H).
    """

    def __init__(self, n_looks, **options):
        super().__init__(**options)
        self.n_looks = n_looks
        self.supports_masking = True

    def build(self, input_shape):
        if self.n_looks:
            shape = (input_shape[-1], self.n_looks)
            self.looks = self.add_weight(shape=shape, initializer="glorot_uniform", name="looks")

    def call(self, states, mask):
        words = ops.cast(mask, states.dtype)[:, :, None]
        maximum = ops.max(states - 3 * (1 - words), axis=1)
        mean = ops.sum(states * words, axis=1) / ops.sum(words, axis=1)
        summary = [maximum, mean]
        if self.n_looks:
            weights = ops.softmax(states @ self.looks - 1e4 * (1 - words), axis=1)
            summary += [ops.sum(weights[:, :, i, None] * states, 1) for i in range(self.n_looks)]
        return ops.concatenate(summary, axis=-1)

    def compute_mask(self, states, mask=None):
        return None
