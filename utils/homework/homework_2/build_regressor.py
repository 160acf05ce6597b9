"""Task 2.7: a compiled model of each kind that padding does not disturb and nothing bounds."""

import numpy as np

from utils.homework.task import LAYERS, NotYet, Task, expect, expect_layer


def check(build_regressor):
    """Raise NotYet unless a model of each kind reads 24 hours as asked for."""
    import keras

    rng = np.random.default_rng(11)
    hours = rng.normal(size=(24, 5, 3)).astype("float32")
    for number, hour in enumerate(hours):
        hour[5 - number % 5 :] = 0
    mm = rng.random((24, 1)).astype("float32")
    for kind in LAYERS:
        model = build_regressor(kind, n_features=3)
        expect(isinstance(model, keras.Model), f"{kind}: return a Keras model")
        found = _predict(model, hours, kind)
        expect_layer(model, kind)
        expect(
            found.shape == (24, 1),
            f"{kind}: the answer to 24 hours has the shape {found.shape}, expected (24, 1): one "
            "number an hour",
        )
        try:
            keras.models.clone_model(model)
        except Exception:
            raise NotYet(
                f"{kind}: keras.models.clone_model can't copy the model, and each seed needs a "
                "copy: build it as Sequential([...]) or keras.Model(inputs, outputs)"
            ) from None
        _check_loss(model, kind, hours, mm, found)
        _check_padding_order_and_bounds(model, kind, hours, rng)
    expect(
        build_regressor(kind, n_features=3) is not model,
        f"{kind}: a second call returns the same model, which may be trained already: build a new "
        "one in each call",
    )


def _check_loss(model, kind, hours, mm, found):
    expect(model.compiled, f"{kind}: compile the model before you return it")
    try:
        loss = float(model.compute_loss(x=hours, y=mm, y_pred=found)) - float(sum(model.losses))
    except Exception:
        loss = np.nan
    expect(
        not np.isclose(loss, np.mean((found - mm) ** 2), rtol=1e-3),
        f"{kind}: the loss is the squared error, which is least at the mean; the score is the "
        "absolute error, which is least at the median",
    )
    expect(
        np.isclose(loss, np.abs(found - mm).mean(), rtol=1e-3),
        f"{kind}: the loss must be the mean absolute error; yours is another",
    )


def _check_padding_order_and_bounds(model, kind, hours, rng):
    """Look at what the model says with three other sets of weights."""
    longer = np.pad(hours, [(0, 0), (0, 4), (0, 0)])
    backwards = longer[::5].copy()  # of the hours without padding
    backwards[:, :5] = backwards[:, 4::-1]
    before = [variable.numpy() for variable in model.trainable_variables]
    answers = []
    for _ in range(3):
        for variable in model.trainable_variables:
            variable.assign(rng.normal(scale=2, size=variable.shape))
        found = _predict(model, hours, kind)
        again = _predict(model, np.concatenate([longer, backwards]), kind)
        expect(
            np.allclose(found, again[:24], rtol=1e-3, atol=1e-3),
            f"{kind}: four zero steps more at the end change the answer: padding must be masked",
        )
        answers.append([*found, *again[24:]])
    for variable, value in zip(model.trainable_variables, before, strict=True):
        variable.assign(value)
    answers = np.array(answers)
    expect(
        not np.allclose(answers[:, :24:5], answers[:, 24:]),
        f"{kind}: the order of the scans makes no difference: the recurrent layer must see "
        "them one by one",
    )
    expect(
        answers.min() < -1.01,
        f"{kind}: no answer falls below {answers.min():.2f}, whatever the weights: the last layer "
        "must not have an activation, or it will learn only part of what may be asked",
    )
    expect(
        answers.max() > 1.01,
        f"{kind}: no answer rises above {answers.max():.2f}, whatever the weights: heavy rain "
        "needs more, so the last layer takes no activation",
    )


def _predict(model, hours, kind):
    """What the model says of hours; NotYet where it refuses their length."""
    try:
        return np.asarray(model(hours))
    except ValueError:
        raise NotYet(
            f"{kind}: the model stops at hours of {hours.shape[1]} steps and 3 features; "
            "the number of steps must be free: keras.Input((None, n_features)), and no "
            "layer after it that counts them"
        ) from None


TASK = Task(
    number="2.7",
    function="build_regressor",
    former_name="build_reader",
    points=3,
    check=check,
    hints=(
        "Four steps: inputs of any length, something that finds the padding, a recurrent "
        "layer, one number. Which values may that number take?",
        "tf.keras.layers.Masking() skips steps in which all is 0. Dense(1) alone bounds nothing.",
        "Sequential([Input((None, n_features)), Masking(), layer(32), Dense(1)]), then "
        "compile(loss='mae', ...).",
    ),
)
