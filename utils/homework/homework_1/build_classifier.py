"""Task 1.6: a compiled model of each kind that padding does not disturb."""

import numpy as np

from utils.homework.task import LAYERS, Task, expect, expect_layer

N_WORDS = 700
TOKENS = np.array([[3, 4, 5, 0], [6, 7, 8, N_WORDS - 1], [2, 0, 0, 0]], "int32")
LABELS = np.array([[1.0], [0.0], [1.0]], "float32")


def check(build_classifier):
    """Raise NotYet unless a model of each kind reads three reviews as asked for."""
    import keras

    for kind in LAYERS:
        model = build_classifier(kind, n_words=N_WORDS)
        expect(isinstance(model, keras.Model), f"{kind}: return a Keras model")
        found = _predict(model, TOKENS, kind)
        expect_layer(model, kind)
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
        _check_padding_and_order(model, kind, found)
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
    expect(
        np.allclose(found, longer, atol=1e-5),
        f"{kind}: six zeros more at the end of a review change the answer: padding must be masked",
    )
    reversed_words = _predict(model, TOKENS[1:2, ::-1], kind)
    expect(
        not np.allclose(found[1:2], reversed_words, atol=1e-7),
        f"{kind}: the order of the words makes no difference: the recurrent layer must see "
        "the words one by one",
    )


def _check_loss(model, kind, found):
    expect(model.compiled, f"{kind}: compile the model before you return it")
    expect(model.optimizer is not None, f"{kind}: the model has no optimizer to learn with")
    try:
        loss = float(model.compute_loss(x=TOKENS, y=LABELS, y_pred=found))
    except Exception:
        loss = np.nan
    entropy = -np.mean(LABELS * np.log(found) + (1 - LABELS) * np.log(1 - found))
    expect(
        abs(loss - entropy - float(sum(model.losses))) < 1e-3,
        f"{kind}: the loss of probabilities against 0 and 1 is binary cross-entropy; yours "
        "is another, or takes them for logits",
    )


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
