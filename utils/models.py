"""The `tf.keras` models of the lessons and homework, as small named builders.

N batch, T time steps, E embedding, H units. Readers take int32 tokens (N, T), zeros
after the end of a review, and return the probability of "positive", (N, 1).
"""

import keras
from keras import layers, ops


def embedding(budget, **options):
    """Word vectors of budget.embedding numbers, which start within ±budget.embedding_start."""
    start = keras.initializers.RandomUniform(-budget.embedding_start, budget.embedding_start)
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


def best_reader(budget):
    """Words and log-count ratios -> bidirectional LSTM -> maximum and mean over all states.

    Takes tokens (N, T) and `ngrams.LogCountRatios` of them (N, T, budget.longest_ngram). Ratios
    after Wang & Manning (2012), pieces and pooling after Johnson & Zhang (2016), whole words left
    out after Iyyer et al. (2015). budget: an `experiments.Budget`.
    """
    tokens = keras.Input((None,), dtype="int32")
    ratios = keras.Input((None, budget.longest_ngram))
    words = layers.SpatialDropout1D(budget.dropout)(embedding(budget)(tokens))
    words = layers.Dropout(budget.word_dropout, noise_shape=(None, None, 1))(words)
    words = layers.Concatenate()([words, ratios])
    states = recurrent("bidirectional_lstm", budget.units, return_sequences=True)
    pooled = ReadInPieces(states, budget.piece, pool=True)(words, mask=ops.not_equal(tokens, 0))
    pooled = layers.Dropout(budget.dropout)(pooled)
    positive = layers.Dense(1, activation="sigmoid")(pooled)
    model = keras.Model([tokens, ratios], positive, name="best")
    return compiled(model, budget.learning_rate)


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
        "metrics": ["accuracy"],
        "steps_per_execution": 10,  # batches a call: `fit` takes a tenth less time
    }
    model.compile(optimizer, **of_reader | options)
    return model


class ReadInPieces(layers.Layer):
    """Run a recurrent layer over pieces of `piece` steps, all pieces of a review side by side.

    piece None: a review is one piece. Inputs (N, T, E) with a mask (N, T) that has padding on
    the right only. Returns, over all pieces that hold a word, the mean of the last states
    (N, H); with pool=True and a layer that returns sequences, maximum and mean of all states
    (N, 2 H).
    """

    def __init__(self, layer, piece, pool=False, **options):
        super().__init__(**options)
        self.layer, self.piece, self.pool = layer, piece, pool
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
        if self.pool:
            states = ops.reshape(states, (-1, n_pieces * piece, states.shape[-1]))
            weights = ops.cast(mask, states.dtype)[:, :, None]
        else:
            states = ops.reshape(states, (-1, n_pieces, states.shape[-1]))
            weights = ops.cast(ops.any(words, axis=1), states.dtype)
            weights = ops.reshape(weights, (-1, n_pieces, 1))
        mean = ops.sum(states * weights, axis=1) / ops.sum(weights, axis=1)
        if not self.pool:
            return mean
        # tanh bounds the states by 1, so that -2 never wins.
        return ops.concatenate([ops.max(states * weights - 2 * (1 - weights), axis=1), mean], -1)

    def compute_mask(self, inputs, mask=None):
        return None
