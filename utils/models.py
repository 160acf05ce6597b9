"""The `tf.keras` models of the lessons and homework, as small named builders.

N batch, T time steps, E embedding, H units. Sentiment classifiers take int32 tokens (N, T), zeros
after the end of a review, and return the probability of "positive", (N, 1).
"""

import keras
from keras import layers, ops

RECURRENT = {"simple_rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}


def embedding(settings, vectors=None, **options):
    """The Embedding of settings.n_words tokens in settings.embedding_dim features.

    It starts at random within ±settings.embedding_scale, or as settings.embedding_scale times
    `vectors` (n_words, embedding_dim). options: of `layers.Embedding`.

    >>> from utils.settings import SAMPLE
    >>> embedding(SAMPLE)(ops.ones((2, 5), "int32")).shape
    TensorShape([2, 5, 32])
    """
    scale = settings.embedding_scale
    if vectors is None:
        start = keras.initializers.RandomUniform(-scale, scale)
    else:
        start = keras.initializers.Constant(scale * vectors)
    return layers.Embedding(
        settings.n_words, settings.embedding_dim, embeddings_initializer=start, **options
    )


def recurrent_layer(name, units, **options):
    """The recurrent layer called `name`, whose state has `units` features.

    name: simple_rnn, lstm, gru or bidirectional_lstm (half of the units in each direction).
    options: of the Keras layer. Raises ValueError where an odd number of units would have to be
    halved.

    >>> recurrent_layer("bidirectional_lstm", 6)(ops.ones((2, 5, 3))).shape
    TensorShape([2, 6])
    """
    if name == "bidirectional_lstm":
        if units % 2:
            raise ValueError(f"units is {units}, expected an even number for two directions")
        return layers.Bidirectional(layers.LSTM(units // 2, **options))
    return RECURRENT[name](units, **options)


def sentiment_classifier(name, settings):
    """Embedding -> recurrent layer -> its last state -> probability of "positive".

    name: as in `recurrent_layer`. settings: `SentimentSettings`. With settings.chunk_size, the
    last state is the mean over chunks of that many tokens, see `ChunkedRNN`.

    >>> from utils.settings import SAMPLE
    >>> classifier = sentiment_classifier("gru", SAMPLE)
    >>> classifier.name, classifier.count_params()
    ('gru', 19169)
    """
    layer = recurrent_layer(name, settings.units)
    if settings.chunk_size:
        layer = ChunkedRNN(layer, settings.chunk_size)
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            embedding(settings, mask_zero=True),
            layers.SpatialDropout1D(settings.dropout),
            layer,
            layers.Dropout(settings.dropout),
            layers.Dense(1, activation="sigmoid"),
        ],
        name=name,
    )
    return compiled(model, settings.learning_rate)


def best_classifier(settings, vectors=None, *, name="bidirectional_lstm", n_attention_heads=2):
    """Tokens and log-count ratios -> recurrent layer -> states, pooled -> probability.

    Takes what `ngrams.TokensAndRatios` returns, padded: tokens (N, T) and ratios (N, T,
    settings.n_ratios). Ratios after Wang & Manning (2012), chunks and pooling after Johnson &
    Zhang (2016), attention after Raffel & Ellis (2015), word dropout after Iyyer et al. (2015).

    settings: `SentimentSettings`. vectors: as in `embedding`. name: as in `recurrent_layer`.
    n_attention_heads: as in `Pooling`.

    >>> from utils.settings import BEST_OF_SAMPLE
    >>> tokens, ratios = best_classifier(BEST_OF_SAMPLE).inputs
    >>> tokens.shape, ratios.shape
    ((None, None), (None, None, 3))
    """
    tokens = keras.Input((None,), dtype="int32")
    ratios = keras.Input((None, settings.n_ratios))
    mask = ops.not_equal(tokens, 0)
    words = embedding(settings, vectors)(tokens)
    words = layers.SpatialDropout1D(settings.dropout)(words)
    words = layers.Dropout(settings.word_dropout, noise_shape=(None, None, 1))(words)
    layer = recurrent_layer(name, settings.units, return_sequences=True)
    states = ChunkedRNN(layer, settings.chunk_size)(
        layers.Concatenate()([words, ratios]), mask=mask
    )
    summary = Pooling(n_attention_heads)(states, mask=mask)
    summary = layers.Dropout(settings.dropout)(summary)
    positive = layers.Dense(1, activation="sigmoid")(summary)
    model = keras.Model([tokens, ratios], positive, name="best")
    # Two directions and their pooling take longer to compile for ten batches than that saves.
    return compiled(model, settings.learning_rate, steps_per_execution=1)


def compiled(model, learning_rate, **options):
    """The model, compiled with the same optimiser as all; loss and metric of a classifier.

    Nadam (Dozat 2016) with short memories of gradients (betas) crosses the plateau before a
    long-term dependency is learned in fewer epochs than Adam, and with more of the seeds.
    options: of `compile`, in place of those of a classifier.

    >>> model = compiled(keras.Sequential([layers.Dense(1)]), 0.01, loss="mae", metrics=[])
    >>> type(model.optimizer).__name__, model.loss
    ('Nadam', 'mae')
    """
    optimizer = keras.optimizers.Nadam(learning_rate, beta_1=0.8, beta_2=0.99, clipnorm=3.0)
    of_classifier = {
        "loss": "binary_crossentropy",
        # "accuracy" would make its variables in the first step, which is then traced twice.
        "metrics": [keras.metrics.BinaryAccuracy(name="accuracy")],
        "steps_per_execution": 10,  # batches a call: `fit` takes a tenth less time
    }
    model.compile(optimizer, **of_classifier | options)
    return model


@keras.saving.register_keras_serializable("recurrent_networks_course")
class ChunkedRNN(layers.Layer):
    """A recurrent layer over chunks of `chunk_size` steps, all chunks of a sequence in parallel.

    layer: recurrent. chunk_size None: a sequence is one chunk. Inputs (N, T, E) with a mask (N, T)
    that has padding on the right only. Returns the mean of the last states of all chunks that are
    not padding, (N, H); of a layer that returns sequences, all states, (N, T, H). After Johnson &
    Zhang (2016).

    >>> chunked = ChunkedRNN(layers.GRU(4), chunk_size=2)
    >>> chunked(ops.ones((1, 5, 3)), mask=ops.ones((1, 5), bool)).shape
    TensorShape([1, 4])
    """

    def __init__(self, layer, chunk_size, **options):
        super().__init__(**options)
        self.layer, self.chunk_size = layer, chunk_size
        self.supports_masking = True

    def build(self, input_shape):
        self.layer.build((None, self.chunk_size, input_shape[-1]))

    def call(self, x, mask=None, training=None):
        n_steps, n_features = ops.shape(x)[1], x.shape[2]
        chunk_size = self.chunk_size or n_steps
        n_chunks = -(-n_steps // chunk_size)
        missing = n_chunks * chunk_size - n_steps
        x = ops.pad(x, [[0, 0], [0, missing], [0, 0]])
        mask = ops.pad(mask, [[0, 0], [0, missing]])
        chunks = ops.reshape(x, (-1, chunk_size, n_features))
        chunk_mask = ops.reshape(mask, (-1, chunk_size))
        states = self.layer(chunks, mask=chunk_mask, training=training)
        n_units = states.shape[-1]
        if self.layer.return_sequences:
            return ops.reshape(states, (-1, n_chunks * chunk_size, n_units))[:, :n_steps]
        states = ops.reshape(states, (-1, n_chunks, n_units))
        not_padding = ops.cast(ops.any(chunk_mask, axis=1), states.dtype)
        weights = ops.reshape(not_padding, (-1, n_chunks, 1))
        return ops.sum(states * weights, axis=1) / ops.sum(weights, axis=1)

    def compute_mask(self, inputs, mask=None):
        return None

    def get_config(self):
        layer = keras.saving.serialize_keras_object(self.layer)
        return super().get_config() | {"layer": layer, "chunk_size": self.chunk_size}

    @classmethod
    def from_config(cls, config):
        layer = keras.saving.deserialize_keras_object(config["layer"])
        return cls(**config | {"layer": layer})


@keras.saving.register_keras_serializable("recurrent_networks_course")
class Pooling(layers.Layer):
    """Global max and mean pooling, and `n_attention_heads` heads of attention pooling.

    A head gives each state a score, its product with learned weights, and averages the states
    by the softmax of their scores (Raffel & Ellis 2015). States (N, T, H) from -1 to 1 with a mask
    (N, T); returns (N, (2 + n_attention_heads) H).

    >>> states = ops.array([[[0.5, -1.0], [0.0, 0.0], [1.0, 1.0]]])
    >>> Pooling(0)(states, mask=ops.array([[True, True, False]])).numpy().tolist()
    [[0.5, 0.0, 0.25, -0.5]]
    """

    def __init__(self, n_attention_heads, **options):
        super().__init__(**options)
        self.n_attention_heads = n_attention_heads
        self.supports_masking = True

    def build(self, input_shape):
        if self.n_attention_heads:
            shape = (input_shape[-1], self.n_attention_heads)
            self.heads = self.add_weight(shape=shape, initializer="glorot_uniform", name="heads")

    def call(self, states, mask):
        words = ops.cast(mask, states.dtype)[:, :, None]
        maximum = ops.max(states - 3 * (1 - words), axis=1)
        mean = ops.sum(states * words, axis=1) / ops.sum(words, axis=1)
        summary = [maximum, mean]
        if self.n_attention_heads:
            weights = ops.softmax(states @ self.heads - 1e4 * (1 - words), axis=1)
            summary += [
                ops.sum(weights[:, :, i, None] * states, axis=1)
                for i in range(self.n_attention_heads)
            ]
        return ops.concatenate(summary, axis=-1)

    def compute_mask(self, states, mask=None):
        return None

    def get_config(self):
        return super().get_config() | {"n_attention_heads": self.n_attention_heads}
