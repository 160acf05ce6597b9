"""The same data, budget and seeds for every model that is compared."""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

from utils import files, imdb, reproducible


@dataclass(frozen=True)
class Budget:
    """What a model may spend.

    units: H of the recurrent layer. embedding: E, with first values within ±embedding_start.
    piece: words read in one go (None: the whole review). dropout: share, on words' vectors and
    on the summary. falling_rate: whether the learning rate falls from batch to batch, along a
    cosine (Loshchilov & Hutter 2017), to a fiftieth of learning_rate.
    """

    seeds: tuple[int, ...]
    epochs: int
    units: int
    embedding: int
    embedding_start: float
    n_words: int
    max_words: int
    piece: int | None
    batch_size: int
    learning_rate: float
    dropout: float
    falling_rate: bool = False


@dataclass(frozen=True)
class BestBudget(Budget):
    """What `models.best_reader` may spend.

    word_dropout: share of words whose vectors are left out. longest_ngram, furthest_pair: as
    in `ngrams.LogCountRatios`. marks: as in `imdb.standardise`. window: as in
    `word_vectors.from_company`, whose vectors the words start with, embedding_start in root
    mean square; 0: at random.
    """

    word_dropout: float = 0.0
    longest_ngram: int = 3
    furthest_pair: int = 1
    marks: str = "!?"
    window: int = 0

    @property
    def n_ratios(self):
        return self.longest_ngram + self.furthest_pair - 1


# Small vocabularies need word vectors that differ at once (±1) to learn products of two words
# (not × good) soon; 20,000 words are better started near zero, as Keras does (±0.05).
IMDB_BUDGETS = {
    ("sample", "class"): Budget((0, 1, 2), 6, 32, 32, 1.0, 400, 100, None, 64, 0.02, 0.0),
    ("sample", "full"): Budget((0, 1, 2, 3, 4), 10, 32, 32, 1.0, 400, 100, None, 64, 0.02, 0.0),
    ("file", "class"): Budget((0,), 2, 16, 16, 0.05, 20_000, 250, 50, 128, 0.006, 0.3, True),
    ("file", "full"): Budget((0, 1, 2), 2, 16, 16, 0.05, 20_000, 400, 50, 128, 0.006, 0.3, True),
}
MARKS = '!?.,;:()"'
BEST_BUDGETS = {
    ("sample", "class"): BestBudget((0,), 5, 32, 32, 1.0, 400, 100, None, 64, 0.02, 0.0),
    ("sample", "full"): BestBudget((0, 1, 2), 10, 32, 32, 1.0, 400, 100, None, 64, 0.02, 0.0),
    ("file", "class"): BestBudget(
        (0,), 1, 32, 64, 0.2, 20_000, 250, 50, 128, 0.01, 0.3, True, 0.2, 3, 3, MARKS, 5
    ),
    ("file", "full"): BestBudget(
        (0, 1, 2, 3), 2, 64, 64, 0.2, 30_000, 800, 50, 128, 0.01, 0.3, True, 0.2, 5, 3, MARKS, 5
    ),
}


@dataclass(frozen=True)
class RainBudget:
    """What a model of radar hours may spend.

    max_hours: to learn from, and a quarter of it to choose by. units: H of the recurrent layer.
    dropout: share of the summary that is set to 0.
    """

    seeds: tuple[int, ...]
    epochs: int
    max_hours: int
    units: int
    batch_size: int
    learning_rate: float
    dropout: float


RAIN_BUDGETS = {
    ("sample", "class"): RainBudget((0, 1, 2), 4, 4_000, 32, 128, 0.012, 0.2),
    ("sample", "full"): RainBudget((0, 1, 2, 3, 4), 10, 4_000, 32, 128, 0.01, 0.2),
    ("file", "class"): RainBudget((0, 1, 2), 4, 8_000, 32, 128, 0.01, 0.1),
    ("file", "full"): RainBudget((0, 1, 2), 5, 40_000, 48, 256, 0.006, 0.1),
}


def budgets(source, tier):
    """(budget of the compared readers, budget of the best one) for a source and a tier."""
    return IMDB_BUDGETS[_kind(source, tier)], BEST_BUDGETS[_kind(source, tier)]


def rain_budget(source, tier):
    """The budget of every model of radar hours for a source and a tier."""
    return RAIN_BUDGETS[_kind(source, tier)]


def _kind(source, tier):
    if tier not in ("class", "full"):
        raise ValueError(f"tier is {tier!r}, expected 'class' or 'full'")
    return "sample" if source == "sample" else "file", tier


@dataclass
class Run:
    """One training: a model's name, its seed, what it learned and what that took."""

    name: str
    seed: int
    model: keras.Model = field(repr=False)
    weights: list = field(repr=False)
    history: pd.DataFrame = field(repr=False)
    kept_epoch: int
    seconds: float

    @property
    def validation_accuracy(self):
        """On the validation data of the training, with the weights that were kept."""
        return float(self.history.loc[self.kept_epoch, "val_accuracy"])

    def probabilities(self, sequences):
        """Probability of "positive" for each sequence, (N,), in the order given."""
        self.model.set_weights(self.weights)
        return predict(self.model, sequences)

    def answers(self, inputs):
        """What the model says of each of the inputs (N, T, D), (N,), in the order given."""
        self.model.set_weights(self.weights)
        blocks = np.array_split(inputs, -(-len(inputs) // 1024))
        return np.concatenate([self.model.predict_on_batch(block) for block in blocks])[:, 0]


def batches(sequences, labels, batch_size, shuffle_seed=None):
    """A `tf.data.Dataset` of (inputs, labels (N, 1)), reviews of like length together.

    sequences: a list of token arrays (T,), or for a model of several inputs a tuple of such
    lists, arrays (T, D) among them. Each batch is padded to its own longest review, which
    saves half of the steps. With shuffle_seed, batches and what is in them change from epoch
    to epoch, repeatably.
    """
    several = isinstance(sequences, tuple)
    inputs = sequences if several else (sequences,)
    lengths = np.array([len(sequence) for sequence in inputs[0]])
    rng = np.random.default_rng(shuffle_seed)

    def one_epoch():
        blur = 0 if shuffle_seed is None else rng.uniform(0, 0.3 * lengths.mean(), len(lengths))
        order = np.argsort(lengths + blur, kind="stable")
        rows = np.split(order, range(batch_size, len(order), batch_size))
        for i in range(len(rows)) if shuffle_seed is None else rng.permutation(len(rows)):
            padded = tuple(imdb.pad([of_input[row] for row in rows[i]]) for of_input in inputs)
            yield padded if several else padded[0], labels[rows[i], None]

    features = tuple(
        tf.TensorSpec((None, None, *of_input[0].shape[1:]), of_input[0].dtype)
        for of_input in inputs
    )
    signature = (features if several else features[0], tf.TensorSpec((None, 1), tf.float32))
    dataset = tf.data.Dataset.from_generator(one_epoch, output_signature=signature)
    n_batches = -(-len(lengths) // batch_size)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(n_batches)).prefetch(2)
    return without_autotuning(dataset)


def without_autotuning(dataset):
    """The dataset, its pipeline left as it is.

    TensorFlow's tuner of pipelines sleeps for 10, 20, 40 … ms between its looks, and an epoch
    ends only when the last sleep does: at worst after twice its time.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def predict(model, sequences):
    """Probability of "positive" for each sequence, (N,), in the order given.

    sequences: as in `batches`. (`model.predict` takes longer to set up than to answer.)
    """
    tokens = sequences[0] if isinstance(sequences, tuple) else sequences
    order = np.argsort([len(sequence) for sequence in tokens], kind="stable")
    no_labels = np.zeros(len(tokens), "float32")
    probabilities = np.empty(len(tokens), "float32")
    padded = batches(sequences, no_labels, 256)
    answers = [model.predict_on_batch(inputs) for inputs, _ in padded]
    probabilities[order] = np.concatenate(answers)[:, 0]
    return probabilities


def accuracy(labels, probabilities):
    """Share of labels (0 or 1) on whose side of one half the probability lies."""
    return float(np.mean((np.asarray(probabilities) > 0.5) == np.asarray(labels).astype(bool)))


def train(build, train_data, validation_data, budget, seeds=None):
    """Train the reader that `build()` returns once for each seed; a list of `Run`.

    train_data, validation_data: (sequences, labels), as in `batches`. With a falling rate, or
    without validation_data (None), the weights of the last epoch are kept.
    """
    labels = train_data[1].astype("float32")
    validation = validation_data and batches(
        validation_data[0], validation_data[1].astype("float32"), max(256, budget.batch_size)
    )

    def shuffled(seed):
        return batches(train_data[0], labels, budget.batch_size, shuffle_seed=seed)

    model = with_falling_rate(build(), budget, shuffled(0))
    keep_last = budget.falling_rate or validation is None
    return _train(model, build, shuffled, validation, budget, seeds, keep_last)


def with_falling_rate(model, budget, batches):
    """The compiled model, its learning rate set to fall over all batches if budget says so.

    batches: those of one epoch.
    """
    if budget.falling_rate:
        n_batches = int(batches.cardinality()) * budget.epochs
        model.optimizer.learning_rate = keras.optimizers.schedules.CosineDecay(
            budget.learning_rate, n_batches, alpha=0.02
        )
    return model


def hour_batches(draw, targets, n_features, batch_size, shuffle_seed, cut=True):
    """A `tf.data.Dataset` of (inputs (B, T, n_features), targets (B, 1)), other batches each epoch.

    draw: takes a Generator and returns the epoch's inputs (N, T, n_features), zeros after the
    last scan. Hours with about as many scans make a batch, which ends with its longest hour, or
    where cut=False has all T steps.
    """
    n_hours, rng = len(targets), np.random.default_rng(shuffle_seed)
    n_batches = -(-n_hours // batch_size)

    def one_epoch():
        inputs = draw(rng)
        last_scan = (inputs.any(axis=-1) * np.arange(1, inputs.shape[1] + 1)).max(axis=-1)
        batches = np.array_split(np.argsort(last_scan + rng.uniform(0, 3, n_hours)), n_batches)
        for i in rng.permutation(n_batches):
            rows = batches[i]
            n_steps = last_scan[rows].max() if cut else inputs.shape[1]
            yield inputs[rows, :n_steps], targets[rows, None]

    signature = (
        tf.TensorSpec((None, None, n_features), tf.float32),
        tf.TensorSpec((None, 1), tf.float32),
    )
    dataset = tf.data.Dataset.from_generator(one_epoch, output_signature=signature)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(n_batches)).prefetch(2)
    return without_autotuning(dataset)


def train_on_hours(model, train_data, validation_data, budget, seeds=None):
    """Train a compiled model of radar hours once for each seed; a list of `Run`.

    train_data, validation_data: (inputs (N, T, D), targets (N,)), zeros after the last scan. The
    training inputs may be a function instead, `draw` of `hour_batches`. A model without a Masking
    layer reads the zeros as well, in training as in validation.
    """
    inputs, targets = train_data
    draw = inputs if callable(inputs) else lambda _: inputs
    n_features = validation_data[0].shape[-1]
    masked = any(isinstance(layer, keras.layers.Masking) for layer in model.layers)

    def fresh():
        return keras.models.clone_model(model)

    def shuffled(seed):
        return hour_batches(draw, targets, n_features, budget.batch_size, seed, cut=masked)

    validation = tf.data.Dataset.from_tensor_slices(
        (validation_data[0], validation_data[1].astype("float32")[:, None])
    )
    validation = without_autotuning(validation.batch(1024))
    return _train(model, fresh, shuffled, validation, budget, seeds)


def _train(model, fresh, shuffled, validation, budget, seeds, keep_last=False):
    """fresh(): a model with newly drawn weights. shuffled(seed): batches, in new order each epoch.

    Kept are the weights of the best epoch by validation loss, or of the last one. The model is
    compiled once: every seed starts it anew from freshly drawn weights and an empty optimiser,
    as a test asserts.
    """
    runs = []
    model.optimizer.build(model.trainable_variables)
    blank_optimizer = model.optimizer.from_config(model.optimizer.get_config())
    blank_optimizer.build(model.trainable_variables)
    blanks = [variable.numpy() for variable in blank_optimizer.variables]
    for seed in budget.seeds if seeds is None else seeds:
        reproducible.seed_all(seed)
        for variable, drawn in zip(model.variables, fresh().variables, strict=True):
            variable.assign(drawn)
        for variable, blank in zip(model.optimizer.variables, blanks, strict=True):
            variable.assign(blank)
        best_epoch = keras.callbacks.EarlyStopping(
            patience=budget.epochs, restore_best_weights=True
        )
        start = time.perf_counter()
        history = model.fit(
            shuffled(seed),
            validation_data=validation,
            epochs=budget.epochs,
            callbacks=[] if keep_last else [best_epoch],
            shuffle=False,
            verbose=0,
        )
        seconds = time.perf_counter() - start
        table = pd.DataFrame(history.history, index=pd.Index(history.epoch, name="epoch") + 1)
        kept = table.index[-1] if keep_last else table["val_loss"].idxmin()
        runs.append(Run(model.name, seed, model, model.get_weights(), table, kept, seconds))
    return runs


def table(runs):
    """One line a model: validation accuracy as mean and standard deviation over seeds, and cost.

    runs: {name: list of Run}. Returns a DataFrame with the columns accuracy, sd, parameters,
    seconds_per_epoch.
    """
    lines = {}
    for name, of_model in runs.items():
        scores = [run.validation_accuracy for run in of_model]
        lines[name] = {
            "accuracy": np.mean(scores),
            "sd": np.std(scores, ddof=1) if len(scores) > 1 else np.nan,
            "parameters": of_model[0].model.count_params(),
            "seconds_per_epoch": np.mean([run.seconds / len(run.history) for run in of_model]),
        }
    return pd.DataFrame(lines).T.astype({"parameters": int})


def claim(sentence, value, *, at_least=None, at_most=None, asserted=True):
    """Print a sentence with the bound it was held to; AssertionError if `value` breaks it.

    The bound is printed, not the value: it is the same on every processor. With asserted=False,
    for data that the bound was not made for, the value is printed instead.
    """
    if not asserted:
        print(f"{sentence}: {value:.4f}")
        return
    if at_least is not None:
        assert value >= at_least, f"not so: {sentence}: {value:.4f} is less than {at_least}"
        print(f"{sentence}: at least {at_least}")
    if at_most is not None:
        assert value <= at_most, f"not so: {sentence}: {value:.4f} is more than {at_most}"
        print(f"{sentence}: at most {at_most}")


def write_results(path, source, tier, seeds, models):
    """Write results.json; models: {name: {validation, test, parameters, seconds}}."""
    results = {
        "source": source,
        "tier": tier,
        "seeds": list(seeds),
        "cores": os.cpu_count(),
        "models": models,
    }
    with files.written_whole(path) as beside:
        beside.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return Path(path)
