"""Answers to the tasks of homework 2: right ones of other habits, and mistakes.

REFERENCE: {function: of the solution}. UNUSUAL: {task: right answers}. MISTAKES: {task: [(a wrong
answer, words of the sentence that its check says)]}.
"""

import csv
import functools

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import GroupShuffleSplit
from sklearn.preprocessing import StandardScaler

from utils.grading.solutions import names_defined, solution
from utils.homework.homeworks import HOMEWORKS

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


def twice(path, ids, predicted_mm):
    if not (predicted_mm >= 0).all():
        raise ValueError
    written(refuse=False)(path, ids, predicted_mm)


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


def written(change=lambda table: table, refuse=True, late=False, **options):
    """2.10, with something changed."""

    def write_submission(path, ids, predicted_mm):
        bad = not (predicted_mm >= 0).all() or len(set(ids)) < len(ids)
        if bad and refuse and not late:
            raise {True: ValueError("bad")}.get(refuse, refuse)
        table = change(pd.DataFrame({"Id": ids, "Expected": predicted_mm}))
        table.to_csv(path, **{"index": False} | options)
        if bad and late:
            raise ValueError("bad")

    return write_submission


def silent(path, ids, predicted_mm):
    if (predicted_mm >= 0).all() and len(set(ids)) == len(ids):
        written()(path, ids, predicted_mm)


def with_csv(path, ids, predicted_mm):
    lines = []
    for number, mm in zip(ids.tolist(), predicted_mm, strict=True):
        if not mm >= 0 or any(number == line[0] for line in lines):
            raise ValueError(f"Id {number}")
        lines.append((number, round(mm, 3)))
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([("Id", "Expected"), *lines])


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
        (written(index=True), "index=False"),
        (written(header=False), "expected Id,Expected"),
        (written(lambda table: table.iloc[::-1]), "not in the order of the Ids"),
        (written(lambda table: table.iloc[1:]), "the Ids in the file are not those given"),
        (written(lambda table: table.round(1)), "do not change or round them"),
        (written(lambda table: table.assign(Expected=np.log1p(table["Expected"]))), "log(1 + mm)"),
        (written(refuse=False), "(NaN) was written, or changed in silence"),
        (written(refuse=AssertionError()), "with AssertionError; asked for is ValueError"),
        (twice, "an Id that stands there twice was written"),
        (written(late=True), "look before you write"),
        (silent, "nobody is told"),
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
    "2.10": [with_csv],
}
