"""Answers to the tasks of homework 2: right ones of other habits, and mistakes.

REFERENCE: {function: of the solution}. UNUSUAL: {task: right answers}. MISTAKES: {task: [(a wrong
answer, words of the sentence that its check says)]}.
"""

import functools
import statistics

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import GroupShuffleSplit
from sklearn.preprocessing import StandardScaler

from tests.homework.answers_1 import PARTS, changeable
from utils.grading.solutions import names_defined, solution
from utils.homework.homeworks import HOMEWORKS
from utils.radar.hours import COLUMNS

REFERENCE = names_defined(solution(2))


def changed(number, change):
    """The reference with its result changed."""
    reference = REFERENCE[HOMEWORKS[2].tasks[number].function]
    return lambda *given, **named: change(reference(*given, **named))


def rate_one_by_one(ref):
    """Lists, by way of logarithms."""
    if np.ndim(ref):
        return [rate_one_by_one(part) for part in ref]
    return float(np.exp((np.log(10) * ref / 10 - np.log(200)) / 1.6))


def shares_by_pandas(minutes):
    since = pd.Series(minutes).diff().fillna(float(minutes[0]))
    since.iloc[-1] += 60 - minutes[-1]
    return since.div(60)


def mixed(seed, hours):
    return np.random.default_rng(seed).permutation(hours)


def split(pick=lambda ids, part: np.flatnonzero(np.isin(ids, part)), mix=mixed, cuts=(0.8, 0.9)):
    """2.3 by Ids, with something changed."""

    def split_ids(ids, seed):
        hours = mix(seed, np.unique(ids))
        return [pick(ids, part) for part in np.split(hours, [int(c * len(hours)) for c in cuts])]

    return split_ids


def split_rows(ids, seed):
    n = len(ids)
    return np.split(np.random.default_rng(seed).permutation(n), [int(0.8 * n), int(0.9 * n)])


def split_groups(ids, seed):
    """By scikit-learn; rows as lists."""

    def halves(rows, share):
        groups = GroupShuffleSplit(1, test_size=share, random_state=seed)
        one, other = next(groups.split(rows, groups=ids[rows]))
        return rows[one], rows[other]

    train, rest = halves(np.arange(len(ids)), 0.2)
    return train.tolist(), *(part.tolist() for part in halves(rest, 0.5))


def scaled(change):
    """2.4, with the table changed before; mean and sd by pandas."""

    def fit_scaling(values):
        table = change(pd.DataFrame(values))
        return table.mean().to_numpy(), table.std().to_numpy()

    return fit_scaling


def scale_by_sklearn(values):
    values[:, np.isnan(values).all(axis=0)] = 0
    scaler = StandardScaler().fit(values)
    return scaler.mean_, scaler.scale_


def scale_by_pandas(values):
    table = pd.DataFrame(values)
    return [table.mean().fillna(0), table.std(ddof=1).replace(0, 1).fillna(1)]


def padded(fill="after", side=1, absent=np.isnan, pad=None, order=(0, 1), scale=True):
    """2.5, with something changed; pad: "raw" or "flags", what is padded too early."""

    def pad_hours(hours, scaling, n_steps=19):
        inputs, mask = [], []
        for scans in hours:
            n_empty = n_steps - len(scans)
            known = np.nan_to_num(scans) if fill == "before" else scans
            known = np.pad(known, [(0, n_empty * (pad == "raw")), (0, 0)])
            values = (known - scaling[0]) / scaling[1] if scale else known
            flags = absent(np.nan_to_num(values) if fill == "late" else values)
            values = values if fill == "never" else np.nan_to_num(values)
            if pad == "flags":
                values = np.pad(values, [(0, n_empty), (0, 0)])
                flags = np.pad(flags, [(0, n_empty), (0, 0)], constant_values=True)
            both = np.concatenate([(values, flags)[i] for i in order], axis=1)
            ends = [(n_steps - len(both), 0), (0, n_steps - len(both))][side]
            inputs.append(np.pad(both, [ends, (0, 0)]))
            mask.append(np.pad(np.ones(len(scans), bool), [(n_empty, 0), (0, n_empty)][side]))
        return np.array(inputs), np.array(mask)

    return pad_hours


def pad_by_keras(hours, scaling, n_steps=19):
    """By Keras, with a mask of numbers; the hours are changed on the way."""
    for scans in hours:
        scans -= scaling[0]
        scans /= scaling[1]
    scaled = keras.utils.pad_sequences(hours, n_steps, "float32", padding="post")
    lengths = [len(scans) for scans in hours]
    mask = keras.utils.pad_sequences([[1] * n for n in lengths], n_steps, padding="post")
    return [tf.concat([np.nan_to_num(scaled), np.isnan(scaled)], axis=-1), mask]


def scored(error=lambda e, p: np.abs(e - p), mean=np.mean, keep=lambda e, p: e < 73):
    """2.6, with something changed."""

    def mean_absolute_errors(expected, predicted):
        errors, kept = error(expected, predicted), keep(expected, predicted)
        return {"mae": mean(errors), "mae_under_73": mean(errors[kept])}

    return mean_absolute_errors


def scored_by_sklearn(expected, predicted):
    sound = pd.Series(expected).lt(73)
    return {
        "mae_under_73": mean_absolute_error(expected[sound], predicted[sound]),
        "mae": mean_absolute_error(expected, predicted),
    }


KINDS = {"simple_rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}


def regressor(recurrent=lambda layer: [layer(8)], loss="mae", last=None, mask=True, length=None):
    """2.7, with something changed."""

    def build_regressor(kind, n_features):
        parts = [keras.Input((length, n_features)), *([layers.Masking()] if mask else [])]
        model = keras.Sequential(
            [*parts, *recurrent(KINDS[kind]), layers.Dense(1, activation=last)]
        )
        if loss != "not compiled":
            model.compile("adam", loss)
        return model

    return build_regressor


def flat(layer):
    return [layer(8, return_sequences=True), layers.Flatten()]


def of_means(layer):
    return [layers.GlobalAveragePooling1D(), layers.Reshape((1, 3)), layer(8)]


def functional(kind, n_features):
    """Both directions, a mask of its own, every scan answers; a penalty on weights is no loss."""
    hours = keras.Input((None, n_features))
    recurrent = KINDS[kind](4, return_sequences=True, kernel_regularizer="l2")
    states = layers.Bidirectional(recurrent)(layers.Masking()(hours))
    answers = layers.Dense(1, kernel_initializer="zeros")(layers.Dropout(0.5)(states))
    model = keras.Model(hours, layers.GlobalAveragePooling1D()(answers))
    model.compile("rmsprop", keras.losses.MeanAbsoluteError(), metrics=["mse"])
    return model


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.recurrent, self.answer = layers.SimpleRNN(4), layers.Dense(1)

    def call(self, hours):
        return self.answer(self.recurrent(hours))


def corrected(answers):
    return np.maximum(np.exp(answers[:, 0] + answers.var() / 2) - 1, 0)


def gained(
    gains=lambda a, b: a - b, mean=np.mean, error=None, kept=lambda gain, error: gain > error
):
    """2.9, with something changed."""

    def gain(scores_without, scores_with):
        each = gains(scores_without, scores_with)
        its_error = (error or (lambda g: g.std(ddof=1) / len(g) ** 0.5))(each)
        return mean(each), its_error, kept(mean(each), its_error)

    return gain


def unpaired(a, b):
    error = np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    return a.mean() - b.mean(), error, a.mean() - b.mean() > error


def gained_by_pandas(without, with_it):
    gains = pd.Series(without - with_it)
    return [gains.mean(), gains.sem(), np.array(gains.mean() > gains.sem())]


WAYS = {
    "zeros": np.nan_to_num,
    "flags": lambda hour: np.concatenate([np.nan_to_num(hour), np.isnan(hour)], axis=1),
    "last": lambda hour: pd.DataFrame(hour).ffill().fillna(0).to_numpy(),
}


class StandIn:
    """Instead of a network, which would take seconds: weights as drawn, heavier by what it saw."""

    def __init__(self, inputs, mm):
        self.weights, self.factor = np.random.normal(size=inputs.shape[-1]), mm.mean() / 10

    def predict(self, inputs):
        return self.factor * np.abs(np.tanh((inputs @ self.weights).sum(axis=1)))


class Untrained(StandIn):
    def __init__(self, inputs, mm):
        super().__init__(inputs, np.ones(1))


def under_73(mm, predicted):
    return np.abs(mm - predicted)[mm < 73].mean()


def of_logs(mm, predicted):
    return np.abs(np.log1p(mm) - np.log1p(predicted)).mean()


def of_logs_under_73(mm, predicted):
    return of_logs(mm[mm < 73], predicted[mm < 73])


def of_squares(mm, predicted):
    return np.mean((mm - predicted)[mm < 73] ** 2)


def forward_across(hours):
    """Filled as one table: an hour that begins with a gap gets a value of the hour before."""
    filled = pd.DataFrame(np.concatenate(hours)).ffill().fillna(0).to_numpy()
    return np.split(filled, np.cumsum([len(hour) for hour in hours])[:-1])


@changeable
def filling(
    scans,
    mm,
    seeds,
    epochs,
    ways=WAYS,
    before_last=lambda hours: hours,
    seeded=np.random.seed,
    own=None,
    network=StandIn,
    learn=("train",),
    scale=("train",),
    part="validation",
    error=under_73,
    choose=lambda errors: min(errors, key=errors.get),
    by="validation",
    change=lambda found: found,
):
    """2.10 with stand-ins for networks; what differs makes it wrong."""
    rows = np.concatenate([np.concatenate(scans[name]) for name in scale])
    mean, sd = np.nanmean(rows, axis=0), np.nanstd(rows, axis=0)
    inputs, predicted, errors, by_part = {}, {}, {}, {}
    for way, fill in ways.items():
        inputs[way] = {
            name: np.stack(
                [
                    np.pad(fill((hour - mean) / sd), [(0, 19 - len(hour)), (0, 0)])
                    for hour in (before_last(hours) if way == "last" else hours)
                ]
            )
            for name, hours in scans.items()
        }
        learned = [np.concatenate([of[name] for name in learn]) for of in (inputs[way], mm)]
        models = []
        for seed in own or seeds:
            seeded(seed)
            models.append(network(*learned))
        predicted[way] = [model.predict(inputs[way][part]) for model in models]
        of_by = [model.predict(inputs[way][by]) for model in models]
        by_part[way] = np.mean([under_73(mm[by], of_model) for of_model in of_by])
        if part == "validation":
            errors[way] = np.mean([error(mm[part], of_model) for of_model in predicted[way]])
        else:
            errors[way] = by_part[way]
    chosen = choose(errors if by == "validation" else by_part)
    found = {"predicted": predicted, "mae": errors, "chosen": chosen, "inputs": inputs[chosen]}
    return change(found)


class Reader(keras.Model):
    """A subclass that reads with a plain RNN."""

    def __init__(self):
        super().__init__()
        self.read, self.answer = layers.SimpleRNN(3), layers.Dense(1, bias_initializer="ones")

    def call(self, hours):
        return self.answer(self.read(hours))


def train_by_hand(model, inputs, logs, epochs):
    """A loop of its own over a tf.data.Dataset, by gradient descent."""
    data = tf.data.Dataset.from_tensor_slices((np.float32(inputs), np.float32(logs))).batch(12)
    for _ in range(epochs):
        for hours, targets in data:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.abs(model(hours)[:, 0] - targets))
            variables = model.trainable_variables
            for variable, slope in zip(variables, tape.gradient(loss, variables), strict=True):
                variable.assign_sub(0.05 * slope)


def filling_by_hand(scans: dict, mm: dict, seeds, epochs: int) -> dict:
    """A network of its own, a way of its own: the mean of the hour."""

    def of_hour(hour):
        return (
            pd.DataFrame(hour).pipe(lambda table: table.fillna(table.mean()).fillna(0)).to_numpy()
        )

    found = {"predicted": {}, "mae": {}, "inputs": {}}
    for way, fill in {"zero": np.nan_to_num, "mean of the hour": of_hour}.items():
        inputs = {
            part: keras.utils.pad_sequences([fill(hour) / 30 for hour in hours], 19, "float32")
            for part, hours in scans.items()
        }
        rows = []
        for seed in seeds:
            keras.utils.set_random_seed(seed)
            model = Reader()
            train_by_hand(model, inputs["train"], np.log1p(mm["train"]), epochs)
            rows.append(np.expm1(tf.nn.relu(model(inputs["validation"])[:, 0])))
        found["predicted"][way] = np.array(rows)
        found["mae"][way] = np.float32(np.mean([under_73(mm["validation"], row) for row in rows]))
        if way == min(found["mae"], key=found["mae"].get):
            found |= {"chosen": way, "inputs": inputs}
    scans.clear()
    return found | {"seconds": 3}


def rain_of_hour(hour, shares=lambda minutes: np.diff([0, *minutes[:-1], 60]) / 60, add=np.nansum):
    rates = (10 ** (hour[:, COLUMNS.index("Ref")] / 10) / 200) ** 0.625
    return add(rates * shares(hour[:, COLUMNS.index("minutes_past")]))


@changeable
def whole(
    scans,
    inputs,
    mm,
    seeds,
    epochs,
    seeded=np.random.seed,
    own=None,
    part="validation",
    network_part=None,
    learn=("train",),
    center=lambda mm: np.median(mm["train"]),
    formula=rain_of_hour,
    error=under_73,
    network_error=None,
    spread=lambda scores: pd.Series(scores).std(),
    stop_by=None,
    network=StandIn,
    choose=lambda means: min(means, key=means.get),
    by=None,
    reads=lambda chosen: chosen,
    test_error=under_73,
    tested="test",
    change=lambda found: found,
):
    """2.11 with stand-ins for networks; what differs makes it wrong."""
    learned = [np.concatenate([of[name] for name in learn]) for of in (inputs, mm)]
    network_part = network_part or part
    network_error = network_error or error
    constant = center(mm)
    says = {
        "median": [lambda part: np.full(len(mm[part]), constant)],
        "marshall_palmer": [lambda part: np.array([formula(hour) for hour in scans[part]])],
    }
    for kind in ("simple_rnn", "lstm"):
        says[kind] = []
        for seed in own or seeds:
            seeded(seed + 50 * (kind == "lstm"))
            model = network(*learned)
            if stop_by and np.median(mm[stop_by]) < 10:
                model.factor /= 2
            says[kind].append(lambda part, model=model: model.predict(inputs[part]))
    scores = {name: [error(mm[part], says[name][0](part))] * 2 for name in says}
    for kind in ("simple_rnn", "lstm"):
        scores[kind] = [network_error(mm[network_part], say(network_part)) for say in says[kind]]
    rows = {name: {"mean": np.mean(of), "sd": spread(of)} for name, of in scores.items()}
    means = {name: row["mean"] for name, row in rows.items()}
    if by:
        means = {name: under_73(mm[by], say[0](by)) for name, say in says.items()}
    chosen = choose(means)
    test = test_error(mm[tested], says[reads(chosen)][0](tested))
    found = {"table": pd.DataFrame(rows).T, "scores": scores, "chosen": chosen, "test": test}
    return change(found | {"predicted": says[reads(chosen)][0]("test")})


def whole_in_another_order(scans, inputs, mm, seeds, epochs):
    """Rows by the mean, the spread of one seed is an error, baselines have none."""
    found = whole()(scans, inputs, mm, seeds=seeds, epochs=epochs)
    statistics.stdev(seeds)
    table = found["table"].sort_values("mean")
    table.loc[["median", "marshall_palmer"], "sd"] = np.nan
    table.insert(0, "seeds", len(seeds))
    mm.clear()
    return found | {"table": table, "chosen": table.index[0], "predicted": list(found["predicted"])}


def whole_by_hand(scans, inputs, mm, seeds=(0, 1), epochs=5):
    """Subclasses of Model and a loop of its own; predictions as tensors."""
    errors, kept = {"simple_rnn": [], "lstm": []}, {}
    for seed in seeds:
        for kind in errors:
            keras.utils.set_random_seed(seed)
            model = Reader()
            model.read = KINDS[kind](3)
            train_by_hand(model, inputs["train"], np.log1p(mm["train"]), epochs)
            kept[kind] = lambda part, model=model: tf.nn.relu(tf.math.expm1(model(inputs[part])))[
                :, 0
            ]
            errors[kind].append(under_73(mm["validation"], kept[kind]("validation").numpy()))
    kept["median"] = lambda part: tf.fill([len(mm[part])], np.median(mm["train"]))
    kept["marshall_palmer"] = lambda part: tf.constant([rain_of_hour(hour) for hour in scans[part]])
    table = {kind: [np.mean(of), pd.Series(of).std()] for kind, of in errors.items()}
    for name in ("median", "marshall_palmer"):
        table[name] = [under_73(mm["validation"], kept[name]("validation").numpy()), 0]
    table = pd.DataFrame.from_dict(table, orient="index", columns=["mean", "sd"])
    chosen = table["mean"].sort_values().index[0]
    predicted = kept[chosen]("test")
    test = under_73(mm["test"], predicted.numpy())
    found = {"table": table, "scores": errors, "chosen": chosen}
    return found | {"test": test, "predicted": predicted}


def without(key, part=None):
    """A change: what is found without a row of the table, or without a part of the inputs."""
    if part:
        return lambda found: found | {key: {k: v for k, v in found[key].items() if k != part}}
    return lambda found: found | {"table": found["table"].drop(index=key)}


def swapped(found):
    return {"simple_rnn": found["scores"]["lstm"], "lstm": found["scores"]["simple_rnn"]}


def all_hours(mm, predicted):
    return np.abs(mm - predicted).mean()


MISTAKES = {
    "2.1": [
        (lambda ref: (ref / 200) ** 0.625, "dBZ is a logarithm"),
        (lambda ref: (np.exp(ref / 10) / 200) ** 0.625, "powers of 10, not of e"),
        (lambda ref: (10**ref / 200) ** 0.625, "a decibel is a tenth"),
        (lambda ref: (10 ** (ref / 10) / 200) ** 1.6, "the wrong way round"),
        (lambda ref: 200 * 10 ** (ref / 10 * 1.6), "the echo of so much rain"),
        (lambda ref: 10 ** (ref / 16) / 200, "before you take the root"),
        (lambda ref: 10 ** (ref / 10), "this is Z itself"),
        (lambda ref: (10 ** (ref / 10) / 300) ** (1 / 1.4), "expected 1.000"),
        (changed("2.1", np.nan_to_num), "a missing value (NaN) became a number"),
        (lambda ref: REFERENCE["rain_rate"](np.maximum(ref, 0)), "do not cut it off"),
        (changed("2.1", lambda rate: rate[~np.isnan(rate)]), "the shape is (5,)"),
    ],
    "2.2": [
        (lambda minutes: np.full(len(minutes), 1 / len(minutes)), "each scan has the same share"),
        (lambda minutes: np.diff(minutes) / 60, "differences alone lose an end"),
        (lambda minutes: np.diff(minutes, prepend=minutes[0]) / 60, "also for what remains"),
        (lambda minutes: np.diff(minutes, prepend=0) / 60, "is lost: give it to the last"),
        (lambda minutes: np.diff(minutes, append=60) / 60, "you look forward"),
        (changed("2.2", lambda shares: shares * 60), "these are minutes"),
        (changed("2.2", lambda shares: shares * 2), "add up to 2.000, expected 1"),
        (lambda minutes: np.diff(minutes, prepend=0) / minutes[-1], "minutes, expected 10, 20, 30"),
    ],
    "2.3": [
        (split_rows, "scans of one hour are in two parts"),
        (split(mix=lambda seed, hours: hours), "the parts follow the order of the file"),
        (split(mix=lambda seed, hours: mixed(0, hours)), "another seed gave the same split"),
        (split(mix=lambda seed, hours: mixed(None, hours)), "the same seed gave another split"),
        (split(cuts=(0.6, 0.8)), "asked for are about 80, 10 and 10 %"),
        (split(cuts=(0.8,)), "return three arrays"),
        (split(lambda ids, part: part), "these are Ids"),
        (split(lambda ids, part: np.searchsorted(np.unique(ids), part)), "as there are hours"),
        (split(lambda ids, part: np.isin(ids, part)), "not a mask"),
        (split(lambda ids, part: np.flatnonzero(np.isin(ids, part)) + 1), "counted from 0"),
        (split(lambda ids, part: np.flatnonzero(np.isin(ids, part))[:-3]), "9 rows stand in no"),
    ],
    "2.4": [
        (lambda values: (values.mean(axis=0), values.std(axis=0)), "leave out what is missing"),
        (scaled(lambda table: table.fillna(0)), "counts as 0 in your mean"),
        (scaled(lambda table: table.fillna(table.mean())), "was filled before sd was taken"),
        (scaled(lambda table: table.dropna()), "even a column without gaps has no mean"),
        (scaled(lambda table: table), "gets sd 0"),
        (lambda values: (np.nanmean(values), np.nanstd(values)), "the shape is ()"),
        (changed("2.4", lambda found: (found[0], found[1] ** 2)), "this is the variance"),
        (changed("2.4", lambda found: (found[0], found[1] + [0, 0, 1e-8, 1])), "mean 0 and sd 1"),
        (changed("2.4", lambda found: (found[0] / [1, 1, 1, 0], found[1])), "gets NaN"),
        (changed("2.4", lambda found: np.array(found)), "return two arrays"),
    ],
    "2.5": [
        (padded(fill="never"), "the inputs hold NaN"),
        (padded(fill="before"), "filled with 0 before scaling"),
        (padded(fill="late"), "no indicator is 1"),
        (padded(pad="flags"), "the indicators are 1 in the padding"),
        (padded(pad="raw"), "the padding was scaled"),
        (padded(side=0), "the padding stands before the scans"),
        (padded(absent=lambda v: ~np.isnan(v)), "the indicators are the wrong way round"),
        (padded(order=(1, 0)), "the indicators stand first"),
        (padded(order=(0,)), "2 D in all"),
        (padded(scale=False), "the values are not scaled"),
        (changed("2.5", lambda found: (found[0], ~found[1])), "the mask is the wrong way round"),
        (changed("2.5", lambda found: found[0]), "return two arrays"),
        (changed("2.5", lambda found: (found[0], found[0][..., 0] != 0)), "is a scan, too"),
        (lambda hours, scaling, n_steps=19: padded()(hours, scaling, 19), "expected (3, 6, 6)"),
    ],
    "2.6": [
        (scored(lambda e, p: (e - p) ** 2), "these are squared errors"),
        (scored(lambda e, p: p - e), "of different signs cancel"),
        (scored(mean=np.median), "the median of the errors"),
        (scored(mean=np.sum), "the sum of the errors"),
        (scored(keep=lambda e, p: e > 0), "no hour is left out"),
        (scored(keep=lambda e, p: e <= 73), "73 mm itself counts as broken"),
        (scored(keep=lambda e, p: p < 73), "by what is predicted"),
        (scored(keep=lambda e, p: (p < 73) & (e < 73)), "because its prediction is high"),
        (scored(keep=lambda e, p: e >= 73), "these are the broken gauges"),
        (changed("2.6", lambda found: tuple(found.values())), "return a dictionary"),
    ],
    "2.7": [
        (regressor(mask=False), "simple_rnn: four zero steps more"),
        (regressor(loss="mse"), "the loss is the squared error"),
        (regressor(loss="huber"), "must be the mean absolute error"),
        (regressor(loss="not compiled"), "compile the model"),
        (regressor(last="sigmoid"), "no answer falls below 0.0"),
        (
            regressor(lambda layer: [layers.LSTM(8)]),
            "simple_rnn: the model must read with SimpleRNN",
        ),
        (regressor(lambda layer: [layer(8, return_sequences=True)]), "expected (24, 1)"),
        (regressor(flat, length=19), "stops at hours of 5 steps"),
        (regressor(of_means), "the order of the scans makes no difference"),
        (functools.cache(regressor()), "build a new one in each call"),
        (lambda kind, n_features: Own(), "can't copy the model"),
        (lambda kind, n_features: None, "return a Keras model"),
    ],
    "2.8": [
        (lambda answers: np.exp(answers[:, 0]), "the 1 is forgotten"),
        (lambda answers: np.maximum(10 ** answers[:, 0] - 1, 0), "not a power of 10"),
        (lambda answers: np.maximum(answers[:, 0], 0), "still logarithms"),
        (lambda answers: np.log1p(np.abs(answers[:, 0])), "the way there once more"),
        (lambda answers: np.expm1(answers[:, 0]), "rain is never below 0"),
        (lambda answers: np.abs(np.expm1(answers[:, 0])), "no rain, 0, is the nearest"),
        (lambda answers: np.maximum(np.expm1(answers), 0), "N times N errors"),
        (corrected, "a correction for the mean"),
    ],
    "2.9": [
        (gained(lambda a, b: b - a), "the sign is turned round"),
        (gained(mean=np.max), "the best seed's gain"),
        (gained(error=lambda g: g.std(ddof=1)), "sqrt(n) less"),
        (gained(error=lambda g: g.std() / len(g) ** 0.5), "a few seeds are a sample"),
        (gained(error=lambda g: g.std(ddof=1) / len(g)), "not by n"),
        (gained(error=lambda g: g.std(ddof=1) / 3**0.5), "with five seeds"),
        (unpaired, "as if their seeds had nothing in common"),
        (gained(kept=lambda gain, error: gain > 0), "that may be luck"),
        (gained(kept=lambda gain, error: gain >= error), "an idea that changes nothing is kept"),
        (gained(kept=lambda gain, error: abs(gain) > error), "a loss is kept"),
        (gained(kept=lambda gain, error: "yes"), "not all that comes back is a number"),
    ],
    "2.10": [
        (filling(change=lambda found: found["inputs"]), "return a dictionary with the keys"),
        (filling(ways={"zeros": WAYS["zeros"]}), "that is one way to fill gaps"),
        (
            filling(ways={"one": WAYS["last"], "other": WAYS["last"]}),
            "one and other lead to the same predictions",
        ),
        (
            filling(
                ways={"nothing": lambda hour: hour, "zeros": WAYS["zeros"]},
                choose=lambda errors: "zeros",
            ),
            "predicted after nothing is NaN",
        ),
        (filling(before_last=forward_across), "fill each hour by itself"),
        (
            filling(ways={"nothing": lambda hour: hour, "zeros": WAYS["zeros"]}),
            "the inputs of train hold NaN",
        ),
        (filling(scale=PARTS), "of the test part, inputs are made and nothing else"),
        (filling(scale=("train", "validation")), "with other scans in one validation hour"),
        (filling(learn=("train", "test")), "with another test part, other millimetres"),
        (filling(learn=("train", "validation")), "the network itself changes"),
        (filling(seeded=lambda seed: None), "the same seed, given again"),
        (filling(own=(0, 1, 2)), "a row for each seed"),
        (filling(network=Untrained), "is the network trained"),
        (filling(change=without("inputs", "test")), "an array for each of train, validation"),
        (filling(part="test"), "the mm of all validation hours"),
        (filling(error=all_hours), "an hour with a broken gauge is counted"),
        (filling(error=of_logs), "these are errors of log(1 + mm)"),
        (filling(error=of_logs_under_73), "these are errors of log(1 + mm)"),
        (filling(error=of_squares), "these are squared errors"),
        (filling(error=lambda mm, p: 1.0), "is off by"),
        (filling(choose=lambda errors: max(errors, key=errors.get)), "has the least error"),
        (filling(by="test"), "has the least error on validation"),
        (
            filling(choose=lambda errors: "zeros", change=lambda found: found | {"chosen": 0}),
            "name",
        ),
    ],
    "2.11": [
        (whole(change=lambda found: found["table"]), "return a dictionary with the keys"),
        (whole(change=without("median")), "a row for each of median, marshall_palmer, simple_rnn"),
        (whole(change=lambda found: found | {"scores": [1, 2]}), "scores is a dictionary"),
        (whole(center=lambda mm: mm["train"].mean()), "the absolute error asks for the median"),
        (whole(center=lambda mm: np.median(mm["validation"])), "a model learns from train alone"),
        (
            whole(formula=functools.partial(rain_of_hour, shares=lambda minutes: 1 / len(minutes))),
            "each rate counts for its share",
        ),
        (
            whole(formula=functools.partial(rain_of_hour, shares=np.ones_like, add=np.nanmean)),
            "each rate counts for its share",
        ),
        (
            whole(formula=functools.partial(rain_of_hour, shares=np.ones_like)),
            "rates were added up",
        ),
        (whole(formula=functools.partial(rain_of_hour, add=np.sum)), "a missing Ref counts as no"),
        (whole(error=all_hours), "median: a broken gauge is counted"),
        (whole(network_error=all_hours), "a broken gauge is counted; asked for are the hours"),
        (whole(error=of_logs), "the mean of median is"),
        (whole(network_error=of_logs), "an error of log(1 + mm)"),
        (whole(network_error=of_squares), "these are squared errors"),
        (whole(network_error=lambda mm, p: (p - mm)[mm < 73].mean()), "the absolute value"),
        (whole(part="test"), "is its error on test; asked for is that on validation"),
        (whole(network_part="test"), "is its error on test; asked for is that on validation"),
        (whole(network_part="train"), "does not change with the millimetres of the validation"),
        (whole(spread=np.std), "divide by n - 1 (ddof=1)"),
        (whole(spread=np.ptp), "the sd of simple_rnn is wrong"),
        (whole(change=lambda found: found | {"scores": swapped(found)}), "its scores have the"),
        (whole(seeded=lambda seed: None), "the seed 9, given again"),
        (whole(seeded=lambda seed: np.random.seed(0)), "two seeds lead to the same error"),
        (whole(own=(0, 1, 2)), "one error for each seed"),
        (whole(learn=("train", "validation")), "no network may learn from these parts"),
        (whole(learn=("train", "test")), "no network may learn from these parts"),
        (whole(network=Untrained), "is it trained, on the logarithms"),
        (whole(stop_by="test"), "no epoch may be chosen by test"),
        (whole(choose=lambda means: max(means, key=means.get)), "has the best mean on validation"),
        (whole(by="test"), "has the best mean on validation"),
        (whole(reads=lambda chosen: "lstm"), "predicted is not what it says of the test hours"),
        (whole(reads=lambda chosen: "marshall_palmer"), "but predicted is what marshall_palmer"),
        (whole(test_error=all_hours), "test: a broken gauge is counted"),
        (whole(tested="validation"), "but predicted is off by"),
    ],
}
UNUSUAL = {
    "2.1": [rate_one_by_one],
    "2.2": [shares_by_pandas, changed("2.2", np.ndarray.tolist)],
    "2.3": [split_groups, split(lambda ids, part: np.flatnonzero(np.isin(ids, part))[::-1])],
    "2.4": [scale_by_sklearn, scale_by_pandas],
    "2.5": [pad_by_keras, changed("2.5", lambda found: [part.tolist() for part in found])],
    "2.6": [scored_by_sklearn],
    "2.7": [functional],
    "2.8": [
        lambda answers: [max(float(tf.exp(a)) - 1, 0) for a in answers.ravel()],
        lambda answers: pd.Series(np.expm1(np.squeeze(answers, 1))).clip(lower=0),
    ],
    "2.9": [gained_by_pandas, changed("2.9", lambda found: [tf.constant(float(n)) for n in found])],
    "2.10": [filling(), filling_by_hand],
    "2.11": [whole(), whole_in_another_order, whole_by_hand],
}
