"""Task 1.7: learn from train, keep the weights that validation likes best, leave test alone."""

import numpy as np

from utils.homework.task import Task, expect

PARTS = ("train", "validation", "test")


def check(train_classifier):
    """Raise NotYet unless a line is learned, and only validation chooses the epoch."""
    _, against_validation = _train(train_classifier, reversed_part="validation")
    learned, against_test = _train(train_classifier, reversed_part="test")
    if against_validation > 1.3 * against_test:
        _, against_nothing = _train(train_classifier, reversed_part=None)
        expect(against_nothing > 0.7 * against_validation, _NOT_THE_BEST)
    expect(
        against_validation < 1.3 * against_test,
        "the choice of the weights depends on the test part: test is opened once, at the end, "
        "and never used to choose anything",
    )
    _check_learned(learned, against_test)
    expect(against_validation < 0.7 * against_test, _NOT_THE_BEST)
    _, after_one = _train(train_classifier, reversed_part="test", epochs=1)
    expect(
        after_one < 0.9 * against_test,
        "one epoch or four, that makes no difference: hand `epochs` on to fit",
    )
    expect(
        against_validation < 1.5 * after_one,
        "the best epoch is the first, and the weights that stay went further: fit once, for as "
        "many epochs as are given",
    )


_NOT_THE_BEST = (
    "the weights that stay are not those of the smallest val_loss on validation. Either nothing "
    "puts the best weights back, as EarlyStopping does with restore_best_weights=True; or what is "
    "watched is another part than validation, or the loss of train: monitor val_loss or "
    'val_accuracy, not monitor="loss"'
)


def _check_learned(share, distance):
    expect(
        distance > 0.011,
        "the weights of the model are as they were: train the model that is given, no copy of it",
    )
    expect(
        share > 0.8,
        f"accuracy on the training part is {share:.2f} after an easy task: do you train on it, "
        "for all epochs, with the optimizer that the model was compiled with, each input with its "
        "own label (who shuffles, shuffles both alike)?",
    )


def _train(train_classifier, reversed_part, epochs=4):
    """Accuracy on train, and how far the weights went, with the labels of one part reversed."""
    import keras

    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, activation="sigmoid")])
    model.set_weights([np.full((5, 1), 0.01), np.zeros(1)])
    model.compile(
        keras.optimizers.Adam(0.5),
        loss="binary_crossentropy",
        metrics=["accuracy"],
        run_eagerly=True,  # quicker than compiling for a dozen updates
    )
    parts = {part: _line(part, reversed_labels=part == reversed_part) for part in PARTS}
    train_classifier(model, parts, epochs=epochs)
    weights = model.get_weights()[0][:, 0]
    expect(np.isfinite(weights).all(), "afterwards the weights are NaN or without bound")
    for weight, part in zip(weights[3:], PARTS[1:], strict=True):
        expect(
            np.isclose(weight, 0.01, atol=1e-4),
            f"the network is trained on the {part} part, too: weights are learned from train alone",
        )
    inputs, labels = _line("train", reversed_labels=False)
    right = (np.asarray(model(inputs))[:, 0] > 0.5) == labels
    return right.mean(), np.abs(weights[:3]).max()


def _line(part, reversed_labels):
    """Inputs (32, 5) and labels (32,): the sign of the first input, or the opposite.

    The fourth input is zero but in validation, the fifth but in test: its weight moves only if
    the network is trained on that part.
    """
    seed = PARTS.index(part)
    inputs = np.random.default_rng(seed).normal(size=(32, 5)).astype("float32")
    inputs[:, [column for column in (3, 4) if column != seed + 2]] = 0
    return inputs, ((inputs[:, 0] > 0) ^ reversed_labels).astype("float32")


TASK = Task(
    number="1.7",
    function="train_classifier",
    former_name="train_reader",
    points=2,
    check=check,
    hints=(
        "fit has an argument for data to watch while it trains. Which part is that?",
        "tf.keras.callbacks.EarlyStopping can put the best weights back.",
        "model.fit(*parts['train'], validation_data=parts['validation'], epochs=epochs, "
        "callbacks=[EarlyStopping(patience=epochs, restore_best_weights=True)], verbose=0).",
    ),
)
