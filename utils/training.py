"""One way to train every model that is compared: the same data and settings, several seeds."""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from utils import files, reproducible
from utils.errors import CourseError
from utils.reviews.text import pad


@dataclass(frozen=True, eq=False)
class Trained:
    """A model that was trained once for each of S seeds: what it learned and what that took.

    histories: one DataFrame a seed, a row an epoch (from 1), with the columns loss and val_loss,
    for a classifier also accuracy and val_accuracy. kept_epochs: the epoch of each whose weights
    were kept. seconds: of training, for each seed.

    >>> classifier = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)], name="linear")
    >>> history = pd.DataFrame({"val_accuracy": [0.5, 0.75]}, index=[1, 2])
    >>> weights = [np.array([[1], [2], [3]]), np.array([10])]
    >>> trained = Trained(
    ...     name="linear", seeds=(7,), histories=(history,), kept_epochs=(2,), seconds=(1.5,),
    ...     n_parameters=4, _model=classifier, _weights=(weights,),
    ... )
    >>> trained.validation_accuracy, trained.predict(np.eye(3)).round(3).tolist()
    (array([0.75]), [[11.0, 12.0, 13.0]])
    >>> trained.model(seed=7).count_params()
    4
    """

    name: str
    seeds: tuple[int, ...]
    histories: tuple[pd.DataFrame, ...] = field(repr=False)
    kept_epochs: tuple[int, ...]
    seconds: tuple[float, ...]
    n_parameters: int
    # One model predicts for all seeds, since tracing takes longer than predicting does.
    _model: keras.Model = field(repr=False)
    _weights: tuple[list, ...] = field(repr=False)

    @property
    def validation_accuracy(self):
        """Accuracy of each seed on the validation data of its training, (S,)."""
        kept = zip(self.histories, self.kept_epochs, strict=True)
        return np.array([history.loc[epoch, "val_accuracy"] for history, epoch in kept])

    def predict(self, inputs):
        """Output of each seed's model for N examples, (S, N); inputs: as in `predict`."""
        predicted = []
        for weights in self._weights:
            self._model.set_weights(weights)
            predicted.append(predict(self._model, inputs))
        return np.array(predicted)

    def model(self, seed):
        """A `keras.Model` of its own, not compiled, with what was learned from `seed`."""
        model = keras.models.clone_model(self._model)
        model.set_weights(self._weights[self.seeds.index(seed)])
        return model


def train(build, batches, validation=None, *, seeds, epochs, keep="best", cosine_decay=False):
    """Train the model that `build()` returns once for each seed; returns `Trained`.

    build: takes nothing and returns a compiled model with new weights; where it returns one and
    the same model (functools.cache), its clones give the new weights. A model is traced once, for
    all seeds and for all trainings that it is built for.
    batches: takes a seed and returns the dataset to learn from. validation: a dataset or None.
    keep: the weights of the "best" epoch by validation loss (early stopping), or of the "last".
    cosine_decay: whether the learning rate falls, as in `decay_learning_rate`.
    Raises ValueError where there is no validation to find the best epoch with, CourseError where
    the loss that was to be kept is not a number.

    >>> from utils.radar.batches import batches
    >>> hours = np.ones((4, 2, 1), "float32")
    >>> def build():
    ...     layers = [keras.Input((None, 1)), keras.layers.SimpleRNN(1)]
    ...     model = keras.Sequential(layers, name="tiny")
    ...     model.compile("sgd", "mae")
    ...     return model
    >>> def shuffled(seed):
    ...     return batches(hours, [1, 2, 3, 4], batch_size=2, shuffle_seed=seed)
    >>> trained = train(build, shuffled, seeds=(0, 1), epochs=1, keep="last")
    >>> trained.name, trained.predict(hours).shape
    ('tiny', (2, 4))
    """
    if keep == "best" and validation is None:
        raise ValueError("keep is 'best', but there is no validation: expected 'last'")
    model = build()
    if cosine_decay:
        decay_learning_rate(model, n_batches=epochs * len(batches(seeds[0])))
    start_anew = _fresh_starts(model, build)
    histories, kept_epochs, seconds, weights = [], [], [], []
    for seed in seeds:
        start_anew(seed)
        best_epoch = keras.callbacks.EarlyStopping(patience=epochs, restore_best_weights=True)
        start = time.perf_counter()
        history = model.fit(
            batches(seed),
            validation_data=validation,
            epochs=epochs,
            callbacks=[best_epoch] if keep == "best" else [],
            shuffle=False,
            verbose=0,
        )
        seconds.append(time.perf_counter() - start)
        table = pd.DataFrame(history.history, index=pd.Index(history.epoch, name="epoch") + 1)
        _expect_finite(table, keep, model.name, seed)
        histories.append(table)
        kept_epochs.append(table["val_loss"].idxmin() if keep == "best" else table.index[-1])
        weights.append(model.get_weights())
    return Trained(
        name=model.name,
        seeds=tuple(seeds),
        histories=tuple(histories),
        kept_epochs=tuple(kept_epochs),
        seconds=tuple(seconds),
        n_parameters=model.count_params(),
        _model=model,
        _weights=tuple(weights),
    )


def _expect_finite(history, keep, name, seed):
    """Raise CourseError where no epoch, or not the last, has a loss that can be kept."""
    finite = np.isfinite(history["val_loss" if keep == "best" else "loss"])
    if not (finite.any() if keep == "best" else finite.iloc[-1]):
        raise CourseError(
            f"{name}, seed {seed}: the loss is not a number in epoch {finite.idxmin()}; train with "
            "a smaller learning rate, or with clipnorm=1.0 in the optimizer."
        )


def _fresh_starts(model, build):
    """A function that starts the model anew from a seed: weights as `build()` draws them and an
    optimiser without a past, but what was traced stays."""
    blank = model.optimizer.from_config(model.optimizer.get_config())
    for optimizer in (model.optimizer, blank):
        optimizer.build(model.trainable_variables)
    blanks = [variable.numpy() for variable in blank.variables]

    def start_anew(seed):
        reproducible.seed_all(seed)
        drawn = build()
        if drawn is model:
            drawn = keras.models.clone_model(model)
        for variable, value in zip(model.variables, drawn.variables, strict=True):
            variable.assign(value)
        for variable, value in zip(model.optimizer.variables, blanks, strict=True):
            variable.assign(value)

    return start_anew


def decay_learning_rate(model, n_batches):
    """Let a compiled model's learning rate fall from batch to batch, to a fiftieth of the first.

    Along a cosine (Loshchilov & Hutter 2017), over n_batches batches.

    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> model.compile(keras.optimizers.SGD(0.5), "mae")
    >>> decay_learning_rate(model, n_batches=2)
    >>> _ = model.fit(np.ones((8, 1)), np.ones(8), batch_size=4, verbose=0)
    >>> round(float(model.optimizer.learning_rate), 6)
    0.01
    """
    first = model.optimizer.from_config(model.optimizer.get_config()).learning_rate
    model.optimizer.learning_rate = keras.optimizers.schedules.CosineDecay(
        float(first), n_batches, alpha=0.02
    )
    model.train_function = None  # one that was traced before has another learning rate


def predict(model, inputs):
    """Output of a model with one output for each of N examples, (N,), in the order given.

    inputs: an array (N, …), or a list of sequences (T,), or for a model of several inputs a tuple
    of such lists. Sequences of like length are predicted together, padded with zeros.
    (`model.predict` takes longer to set up than to predict.)

    >>> largest = keras.Sequential([keras.layers.GlobalMaxPooling1D()])
    >>> predict(largest, [np.array([[2.0], [4.0]]), np.array([[3.0]])]).tolist()
    [4.0, 3.0]
    """
    several = isinstance(inputs, tuple)
    inputs = inputs if several else (inputs,)
    order = np.argsort([len(example) for example in inputs[0]], kind="stable")
    predicted = np.empty(len(order), "float32")
    for first in range(0, len(order), 256):
        rows = order[first : first + 256]
        batch = tuple(_padded(of_input, rows) for of_input in inputs)
        predicted[rows] = model.predict_on_batch(batch if several else batch[0])[:, 0]
    return predicted


def _padded(examples, rows):
    if isinstance(examples, np.ndarray):
        return examples[rows]
    return pad([examples[row] for row in rows])


def accuracy(labels, probabilities):
    """Share of labels (0 or 1) on whose side of one half the probability lies.

    >>> accuracy([1, 0], [0.9, 0.8])
    0.5
    """
    return float(np.mean((np.asarray(probabilities) > 0.5) == np.asarray(labels).astype(bool)))


def score_table(trained):
    """One line a model: validation accuracy as mean and standard deviation over seeds, and cost.

    trained: {name: Trained}. Returns a DataFrame with the columns accuracy, sd, parameters,
    seconds_per_epoch.

    >>> from types import SimpleNamespace
    >>> lstm = SimpleNamespace(
    ...     validation_accuracy=np.array([0.8, 0.9]), n_parameters=10, seconds=(2.0, 4.0),
    ...     histories=[range(3)] * 2,
    ... )
    >>> print(score_table({"lstm": lstm}).round(3))
          accuracy     sd  parameters  seconds_per_epoch
    lstm      0.85  0.071          10                1.0
    """
    lines = {}
    for name, of_model in trained.items():
        scores, n_epochs = of_model.validation_accuracy, sum(map(len, of_model.histories))
        lines[name] = {
            "accuracy": np.mean(scores),
            "sd": np.std(scores, ddof=1) if len(scores) > 1 else np.nan,
            "parameters": of_model.n_parameters,
            "seconds_per_epoch": sum(of_model.seconds) / n_epochs,
        }
    return pd.DataFrame(lines).T.astype({"parameters": int})


def write_results(path, source, tier, seeds, models):
    """Write results.json, and return its path.

    models: {name: {validation, test, parameters, seconds}}. Beside them stand source, tier, seeds
    and the number of cores.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = write_results(f"{folder}/results.json", "sample", "class", (0, 1), {})
    ...     found = json.loads(written.read_text(encoding="utf-8"))
    >>> found["tier"], found["seeds"]
    ('class', [0, 1])
    """
    results = {
        "source": source,
        "tier": tier,
        "seeds": list(seeds),
        "cores": os.cpu_count(),
        "models": models,
    }
    files.write_text(path, json.dumps(results, indent=2) + "\n")
    return Path(path)


def results(validation, test, trained, parameters=(), metric="accuracy"):
    """What `write_results` writes of each model: its scores, and what they cost.

    validation, test: {name: scores, one a seed}; a score is a number, or {metric: number} where
    there are several. trained: {name: Trained}. parameters: {name: their number} of models that
    are no networks, 1 where nothing is said. metric: the one that is kept seed by seed.

    >>> of_all = results({"majority": [0.5]}, {"majority": [0.6]}, {})
    >>> of_all["majority"]["test"], of_all["majority"]["parameters"]
    ({'accuracy': 0.6, 'by_seed': [0.6]}, 1)
    """
    found, parameters = {}, dict(parameters)
    for name in test:
        network = trained.get(name)
        found[name] = {
            "parameters": int(network.n_parameters if network else parameters.get(name, 1)),
            "seconds": round(sum(network.seconds), 1) if network else 0.0,
            "seeds": list(network.seeds) if network else [],
        }
        for part, scores in (("validation", validation[name]), ("test", test[name])):
            rows = [score if isinstance(score, dict) else {metric: score} for score in scores]
            table = pd.DataFrame(rows).astype(float)
            found[name][part] = table.mean().to_dict() | {"by_seed": table[metric].tolist()}
    return found


def results_table(results):
    """The table of `results`: means on validation and test, the spread of the latter, parameters.

    >>> print(results_table(results({"lstm": [0.5]}, {"lstm": [0.6, 0.8]}, {})).round(2))
          validation  test    sd  parameters
    lstm         0.5   0.7  0.14           1
    """
    return pd.DataFrame(
        {
            name: {
                "validation": of_model["validation"]["accuracy"],
                "test": of_model["test"]["accuracy"],
                "sd": pd.Series(of_model["test"]["by_seed"]).std(),
                "parameters": of_model["parameters"],
            }
            for name, of_model in results.items()
        }
    ).T.astype({"parameters": int})
