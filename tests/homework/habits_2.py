"""More right answers to the tasks of homework 2, each of another habit: {task: answers}."""

import statistics
import warnings

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers
from scipy import stats

from tests.homework.answers_2 import KINDS, REFERENCE


def rate_by_power(ref, a=200.0, b=1.6):
    return np.power(np.power(10.0, np.float32(ref) / 10) / a, 1 / b).astype("float32")


def rate_by_tf(ref):
    z = tf.exp(tf.constant(ref / 10) * np.log(10.0))
    return (z / 200) ** 0.625


def shares_by_loop(minutes):
    before, shares = 0, []
    for minute in minutes:
        shares.append((int(minute) - before) / 60)
        before = int(minute)
    shares[-1] += (60 - before) / 60
    return tuple(shares)


def shares_by_borders(minutes):
    return np.diff(np.r_[0, minutes[:-1], 60]).astype("float32") / np.float32(60)


def split_by_table(ids, seed=0):
    order = pd.Series(pd.unique(ids)).sample(frac=1.0, random_state=seed).reset_index(drop=True)
    share = pd.Series(order.index / len(order), index=order.values).loc[ids].to_numpy()
    parts = (share < 0.8), (share >= 0.8) & (share < 0.9), (share >= 0.9)
    return tuple(np.arange(len(ids), dtype="int32")[part] for part in parts)


def scale_by_numpy(values):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mean, sd = np.nanmean(values, axis=0), np.nanstd(values, axis=0, ddof=1)
    sd[~(sd > 0)] = 1
    return np.nan_to_num(mean).tolist(), sd.tolist()


def scale_by_columns(values):
    found = []
    for column in np.asarray(values, "float64").T:
        there = [value for value in column if value == value]
        sd = np.sqrt(np.var(there)) if there else 1.0
        found.append((np.sum(there) / max(len(there), 1), sd or 1.0))
    mean, sd = zip(*found, strict=True)
    return [mean, sd]


def pad_by_filling(hours, scaling, n_steps=19):
    """From NaN to zeros at the end; a mask of numbers."""
    mean, sd = map(np.asarray, scaling)
    lengths = np.array([hour.shape[0] for hour in hours])
    mask = np.arange(n_steps)[None, :] < lengths[:, None]
    values = np.full((len(hours), n_steps, mean.size), np.nan)
    for n, hour in enumerate(hours):
        values[n, : lengths[n]] = np.divide(np.subtract(hour, mean), sd)
    gaps = np.isnan(values) & mask[..., None]
    return (np.concatenate([np.where(np.isnan(values), 0, values), gaps], -1), mask.astype("int8"))


def scored_by_loop(expected, predicted, limit=73.0):
    pairs = list(zip(map(float, expected), map(float, predicted), strict=True))
    off = [abs(e - p) for e, p in pairs]
    under = [abs(e - p) for e, p in pairs if e < limit]
    return {"mae_under_73": np.float64(statistics.fmean(under)), "mae": sum(off) / len(off)}


def scored_by_tf(expected, predicted):
    errors = tf.abs(tf.constant(expected) - predicted)
    return {
        "mae": tf.reduce_mean(errors),
        "mae_under_73": tf.reduce_mean(tf.boolean_mask(errors, expected < 73)),
    }


def deep(kind, n_features=4):
    model = keras.Sequential()
    model.add(layers.Input(shape=[None, n_features]))
    model.add(layers.Masking(mask_value=0.0))
    model.add(KINDS[kind](4, return_sequences=True, recurrent_dropout=0.1))
    model.add(layers.Bidirectional(KINDS[kind](3)))
    model.add(layers.Dense(8, activation="relu"))
    model.add(layers.Dense(units=1, activation="linear", bias_initializer="ones"))
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss=keras.losses.mean_absolute_error)
    return model


def back_by_tf(answers):
    return tf.nn.relu(tf.math.expm1(tf.reshape(answers, [-1])))


def back_by_clip(answers):
    return (np.exp(np.clip(answers.astype("float64"), 0, None)) - 1).flatten().tolist()


def gained_by_statistics(without, with_it):
    gains = [float(a) - float(b) for a, b in zip(without, with_it, strict=True)]
    mean, error = statistics.fmean(gains), statistics.stdev(gains) / len(gains) ** 0.5
    return [mean, error, int(mean > error)]


def gained_by_scipy(scores_without, scores_with):
    gains = np.subtract(scores_without, scores_with)
    return np.mean(gains), stats.sem(gains), np.mean(gains) > stats.sem(gains)


HABITS = {
    "2.1": [rate_by_power, rate_by_tf],
    "2.2": [shares_by_loop, shares_by_borders],
    "2.3": [split_by_table],
    "2.4": [scale_by_numpy, scale_by_columns],
    "2.5": [pad_by_filling, lambda *given, **named: list(REFERENCE["pad_hours"](*given, **named))],
    "2.6": [scored_by_loop, scored_by_tf],
    "2.7": [deep],
    "2.8": [back_by_tf, back_by_clip],
    "2.9": [gained_by_statistics, gained_by_scipy],
}
