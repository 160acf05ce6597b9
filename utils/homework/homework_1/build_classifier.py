"""Task 1.6: a compiled model of each kind that padding does not disturb."""

import numpy as np

from utils.homework.task import LAYERS, NotYet, Task, expect, expect_layer, expect_none_of

N_WORDS = 700
TOKENS = np.array([[3, 4, 5, 0], [6, 7, 8, N_WORDS - 1], [2, 0, 0, 0]], "int32")
LABELS = np.array([[1.0], [0.0], [1.0]], "float32")
# Metrics that count something else than right answers, by their names in lower case.
OTHER_METRICS = {
    "accuracy of keras.metrics": "counts how often a probability is equal to its label",
    "categoricalaccuracy": "takes the largest of one number, which is always right",
    "sparsecategoricalaccuracy": "takes the largest of one number, which is always the first",
    "threshold 0": "has a threshold of 0: every probability is more than that",
}


def check(build_classifier):
    """Raise NotYet unless a model of each kind reads three reviews as asked for."""
    import keras

    for kind in LAYERS:
        model = build_classifier(kind, n_words=N_WORDS)
        expect(isinstance(model, keras.Model), f"{kind}: return a Keras model")
        found = _predict(model, TOKENS, kind)
        expect_layer(model, kind)
        expect(
            found.shape != (3, 2),
            f"{kind}: two numbers come back for each review, expected (3, 1): one unit with a "
            "sigmoid, Dense(1, activation='sigmoid'), and no softmax",
        )
        expect(
            found.ndim < 3,
            f"{kind}: the answer to three reviews has the shape {found.shape}, expected (3, 1): "
            "one probability a review, from the state after its last word; "
            "return_sequences=True hands on the states after all words",
        )
        expect(
            found.shape == (3, 1),
            f"{kind}: the answer to three reviews has the shape {found.shape}, expected (3, 1): "
            "one probability a review, from the state after its last word",
        )
        # Zeros, or tiny numbers, would hide what padding and order do.
        draw = np.random.default_rng(6).normal
        weights = [np.asarray(weight) for weight in model.trainable_weights]
        _set(model, [weight + 0.1 * draw(size=weight.shape) for weight in weights])
        found = _predict(model, TOKENS, kind)
        _check_last_layer(model, kind, found)
        expect(
            np.allclose(found, _predict(model, TOKENS, kind), atol=1e-6),
            f"{kind}: the same reviews, asked twice, get other answers: nothing may be drawn by "
            "chance, or kept from before, when the model answers (training=True, stateful=True)",
        )
        _check_padding_and_order(model, kind, found)
        _check_metrics(model, kind)
        _check_loss(model, kind, found)
    expect(
        build_classifier(kind, n_words=N_WORDS) is not model,
        f"{kind}: a second call returns the same model, which may be trained already: build a new "
        "one in each call",
    )


def _check_last_layer(model, kind, found):
    expect(
        not (found == 1).all(),
        f"{kind}: every review gets the answer 1: that is what softmax makes of a single "
        "number; a sigmoid does not",
    )
    weights, extremes = [np.asarray(weight) for weight in model.trainable_weights], []
    for factor in (20, -20, 1):
        _set(model, [factor * weight for weight in weights])
        extremes.append(_predict(model, TOKENS, kind))
    expect(
        (np.abs(np.array(extremes) - 0.5) <= 0.5).all(),
        f"{kind}: answers outside 0 and 1 are no probabilities: the last layer needs a sigmoid",
    )


def _check_padding_and_order(model, kind, found):
    longer = _predict(model, np.pad(TOKENS, [(0, 0), (0, 6)]), kind)
    if not np.allclose(found, longer, atol=1e-5):
        why = next(why for is_so, why in _UNMASKED if is_so(model))
        raise NotYet(f"{kind}: six zeros more at the end of a review change the answer: {why}")
    reversed_words = _predict(model, TOKENS[1:2, ::-1], kind)
    expect(
        not np.allclose(found[1:2], reversed_words, atol=1e-7),
        f"{kind}: the order of the words makes no difference: the recurrent layer must see "
        "the words one by one",
    )


def _embeddings(model):
    import keras

    return [layer for layer in model._flatten_layers() if isinstance(layer, keras.layers.Embedding)]


def _has_masking(model):
    import keras

    return any(isinstance(layer, keras.layers.Masking) for layer in model._flatten_layers())


def _ignores_vector_of_padding(model):
    """Whether another vector of the word 0 changes no answer, as where it is multiplied by 0."""
    before = np.asarray(model(TOKENS))
    for layer in _embeddings(model):
        vectors = np.asarray(layer.embeddings)
        other = vectors.copy()
        other[0] += 1
        layer.embeddings.assign(other)
        after = np.asarray(model(TOKENS))
        layer.embeddings.assign(vectors)
        if np.allclose(before, after, atol=1e-6):
            return True
    return False


# Why padding is read: the first that is so.
_UNMASKED = (
    (
        _has_masking,
        "Masking looks for steps of nothing but zeros, and an Embedding makes none: "
        "Embedding(..., mask_zero=True) masks by the tokens",
    ),
    (
        lambda model: any(layer.mask_zero for layer in _embeddings(model)),
        "padding is masked in the Embedding, and the mask is lost before the recurrent layer, or "
        "behind it: some layer there knows none",
    ),
    (
        _ignores_vector_of_padding,
        "a vector that is multiplied by a mask, times zero is read as a word, too: "
        "mask_zero=True in the Embedding lets the recurrent layer pass over it",
    ),
    (
        lambda model: True,
        "padding must be masked, for instance by mask_zero=True in the Embedding",
    ),
)


def _check_metrics(model, kind):
    if not model.compiled:
        return
    given = (model.get_compile_config() or {}).get("metrics") or []
    for name in map(_metric, given if isinstance(given, (list, tuple)) else [given]):
        expect(
            name not in OTHER_METRICS,
            f"{kind}: the metric {name} {OTHER_METRICS.get(name)}; "
            'metrics=["accuracy"] counts right answers',
        )


def _metric(given):
    """The name of a metric as a compiled model knows it, or what is odd about it."""
    if isinstance(given, str):
        return given.lower().replace("_", "") if given != "accuracy" else given
    if not isinstance(given, dict):
        return ""
    name, options = str(given.get("class_name")), given.get("config")
    if name == "BinaryAccuracy" and isinstance(options, dict) and options.get("threshold") == 0:
        return "threshold 0"
    return "accuracy of keras.metrics" if name == "Accuracy" else name.lower()


def _losses(found):
    """[(value, sentence)] of losses that are not the one asked for."""
    p = np.clip(found.astype("float64"), 1e-7, 1 - 1e-7)
    as_logits = np.log1p(np.exp(found)) - LABELS * found
    return [
        (
            as_logits.mean(),
            "the loss takes them for logits, and the answers are probabilities, made by a sigmoid: "
            "from_logits=False",
        ),
        (((LABELS - p) ** 2).mean(), "the loss is the mean squared error"),
        (np.abs(LABELS - p).mean(), "the loss is the mean absolute error"),
        (0.0, "the loss is the categorical cross-entropy of one number, which is always 0"),
    ]


def _check_loss(model, kind, found):
    expect(model.compiled, f"{kind}: compile the model before you return it")
    expect(model.optimizer is not None, f"{kind}: the model has no optimizer to learn with")
    try:
        loss = float(model.compute_loss(x=TOKENS, y=LABELS, y_pred=found))
    except Exception:
        loss = np.nan
    loss -= float(sum(model.losses))
    expect_none_of(
        [(wrong, f"{kind}: {why}; asked for is {_ENTROPY}") for wrong, why in _losses(found)],
        lambda wrong: abs(loss - wrong) < 1e-4,
    )
    entropy = -np.mean(LABELS * np.log(found) + (1 - LABELS) * np.log(1 - found))
    expect(
        abs(loss - entropy) < 1e-3,
        f"{kind}: the loss is not {_ENTROPY}; yours is another, or takes them for logits",
    )


_ENTROPY = "that of probabilities against 0 and 1, binary cross-entropy"


def _predict(model, tokens, kind):
    """What the model says of tokens; NotYet where it refuses them."""
    try:
        return np.asarray(model(tokens))
    except Exception as error:
        expect(
            "is not in [0, " not in str(error),
            f"{kind}: a word has no vector: tokens go from 0 to n_words - 1, the Embedding needs "
            "n_words rows",
        )
        expect(
            "expected axis -1 of input shape" not in str(error),
            f"{kind}: reviews of {tokens.shape[1]} tokens are refused: Dense behind Flatten reads "
            "reviews of one length; read the state after the last word alone",
        )
        expect(
            "expected shape=" not in str(error),
            f"{kind}: reviews of {tokens.shape[1]} tokens are refused; let the model read reviews "
            "of any length, Input((None,))",
        )
        raise


def _set(model, weights):
    for variable, weight in zip(model.trainable_weights, weights, strict=True):
        variable.assign(weight)


TASK = Task(
    number="1.6",
    function="build_classifier",
    former_name="build_reader",
    points=3,
    check=check,
    hints=(
        "Four steps: tokens, word vectors, a recurrent layer, one probability. Which of them "
        "knows that 0 is padding?",
        "Embedding(n_words, 32, mask_zero=True) hands the mask on to SimpleRNN, LSTM or GRU.",
        "Sequential([Embedding(n_words, 32, mask_zero=True), layer(32), Dense(1, "
        "activation='sigmoid')]), then compile(an optimizer of your choice, "
        "loss='binary_crossentropy', metrics=['accuracy']).",
    ),
)
