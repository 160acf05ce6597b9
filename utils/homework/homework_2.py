"""The ten graded tasks of homework 2: what each check looks at, and its hints.

N hours, R rows (scans of all hours), T scans of an hour, D features, S seeds. A check calls the
answer with data of its own and compares what comes back, never how it is written.
"""

import tempfile
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from utils import rainfall
from utils.homework.task import (
    LAYERS,
    NotYet,
    Task,
    array,
    expect,
    expect_layer,
    expect_split_by_seed,
)


def _array(got, what="an array"):
    """What an answer returned, as an array; NotYet if there is nothing, or rows are uneven."""
    return array(got, f"return {what}", f"return {what}")


def _numbers(got, shape, what):
    """The same as floats, of this shape or NotYet."""
    found = _array(got, what)
    expect(
        found.shape == shape,
        f"the shape is {found.shape}, expected {shape}: return {what}",
    )
    try:
        return found.astype("float64")
    except (TypeError, ValueError):
        raise NotYet(f"not all that comes back is a number: return {what}") from None


def _same(one, other):
    return np.allclose(one, other, rtol=1e-4, atol=1e-5, equal_nan=True)


def rain_rate(answer):
    """2.1: Marshall and Palmer's formula, solved for the rain."""
    ref = np.array([[10, 23.0103, 40], [np.nan, -5, 31.5]])
    got = _numbers(answer(ref.copy()), (2, 3), "the rain of each value, in the shape of `ref`")
    power = 10 ** (ref / 10)

    def is_it(wrong):
        known = ref > 0
        return np.allclose(got[known], wrong[known], rtol=1e-3)

    for wrong, sentence in (
        (
            (np.abs(ref) / 200) ** 0.625,
            "dBZ is a logarithm: take Z = 10^(ref / 10) first, and that to the formula",
        ),
        (
            (np.exp(ref / 10) / 200) ** 0.625,
            "decibels are powers of 10, not of e: Z = 10 ** (ref / 10)",
        ),
        ((10**ref / 200) ** 0.625, "a decibel is a tenth: Z = 10 ** (ref / 10), not 10 ** ref"),
        (
            (power / 200) ** 1.6,
            "the exponent is the wrong way round: from Z = 200 R^1.6 follows "
            "R = (Z / 200)^(1 / 1.6)",
        ),
        (
            200 * power**1.6,
            "this is the echo of so much rain; asked for is the rain of such an echo",
        ),
        (power**0.625 / 200, "divide by 200 before you take the root, not after"),
        (power, "this is Z itself; the rain is (Z / 200)^(1 / 1.6)"),
    ):
        expect(not is_it(wrong), sentence)
    right = (power / 200) ** 0.625
    expect(
        is_it(right),
        f"23.01 dBZ became {got[0, 1]:.3f} mm/h, expected 1.000: Z = 200 R^1.6, "
        "Z = 10^(ref / 10), solved for R",
    )
    expect(
        np.isnan(got[1, 0]),
        "a missing value (NaN) became a number: that nothing was seen does not mean that no rain "
        "fell, so NaN stays NaN",
    )
    expect(
        _same(got, right),
        "a value below 0 dBZ is an echo, too, if a weak one: do not cut it off",
    )
    _numbers(answer(ref[0].copy()), (3,), "the rain of each value, in the shape of `ref`")


def hours_of_scans(answer):
    """2.2: the organisers' rule of what each scan stands for."""

    def asked(*minutes):
        return answer(np.array(minutes))

    what = "one share for each scan"
    got = _array(asked(10, 30, 50), what)
    expect(
        got.shape != (2,),
        "three scans gave two shares: differences alone lose an end; the first scan stands for "
        "the minutes since the full hour",
    )
    got = _numbers(got, (3,), what)
    forward = (
        "you look forward, to the next scan; a scan stands for the minutes since the one before"
    )
    for wrong, sentence in (
        (
            [10, 20, 30],
            "these are minutes; the share of the hour is a sixtieth of them, and they add up to 1",
        ),
        (
            [1 / 3] * 3,
            "each scan has the same share; the times between scans differ, and so must the shares",
        ),
        (
            [0, 20 / 60, 20 / 60],
            "the first scan stands for the minutes since the full hour, the last also for what "
            "remains to 60",
        ),
        (
            [0, 20 / 60, 30 / 60],
            "the first scan stands for nothing; it stands for the minutes since the full hour",
        ),
        (
            [10 / 60, 20 / 60, 20 / 60],
            "what remains to 60 after the last scan is lost: give it to the last scan",
        ),
        (
            [20 / 60, 20 / 60, 10 / 60],
            forward,
        ),
        (
            [30 / 60, 20 / 60, 10 / 60],
            forward,
        ),
    ):
        expect(not _same(got, wrong), sentence)
    expect(_same(got.sum(), 1), f"the shares of an hour add up to {got.sum():.3f}, expected 1")
    for minutes in ([10, 30, 50], [3, 9, 14, 31, 58], [0, 25, 59]):
        shares = np.diff([0, *minutes[:-1], 60])
        got = _numbers(asked(*minutes), (len(minutes),), what)
        told = ", ".join(f"{share * 60:.0f}" for share in got)
        right = ", ".join(map(str, shares))
        expect(
            _same(got, shares / 60),
            f"scans at {minutes} got shares of {told} minutes, expected {right}",
        )
    expect(
        _same(_numbers(asked(7), (1,), what), 1),
        "one scan alone in its hour stands for the whole of it: its share is 1",
    )


def split_ids(answer):
    """2.3: three sets of rows, no hour in two of them."""
    rng = np.random.default_rng(7)
    hour_ids = 10_000 + np.cumsum(rng.integers(1, 9, 240))
    ids = np.repeat(hour_ids, rng.integers(1, 20, 240))
    what = "three arrays of row numbers: train, validation, test"
    parts = answer(ids.copy(), seed=0)
    expect(isinstance(parts, (tuple, list)) and len(parts) == 3, f"return {what}")
    parts = [_array(part, what) for part in parts]
    expect(
        all(part.ndim == 1 and np.issubdtype(part.dtype, np.integer) for part in parts),
        "each part must be a one-dimensional array of whole row numbers, not a mask",
    )
    everything = np.concatenate(parts)
    expect(
        not len(everything) or everything.min() < 10_000,
        "these are Ids; asked for are the numbers of the rows, counted from 0",
    )
    expect(
        len(everything) and everything.min() >= 0 and everything.max() < len(ids),
        "some row numbers do not exist: rows are counted from 0",
    )
    expect(len(np.unique(everything)) == len(everything), "some row stands in two parts, or twice")
    expect(
        len(everything) > len(hour_ids),
        "these are as many numbers as there are hours: each hour has several rows, return them all",
    )
    sets = [set(ids[part]) for part in parts]
    expect(
        not (sets[0] & sets[1] or sets[0] & sets[2] or sets[1] & sets[2]),
        "scans of one hour stand in two parts: the network would be tested on an hour whose rain "
        "it was told; split the Ids, not the rows",
    )
    expect(
        len(everything) == len(ids),
        f"{len(ids) - len(everything)} rows stand in no part: each row must be used",
    )
    shares = [len(part) / len(hour_ids) for part in sets]
    expect(
        np.abs(np.subtract(shares, [0.8, 0.1, 0.1])).max() < 0.04,
        f"the parts hold {shares[0]:.0%}, {shares[1]:.0%} and {shares[2]:.0%} of the hours, "
        "asked for are about 80, 10 and 10 %",
    )
    places = [np.searchsorted(hour_ids, sorted(part)).mean() / len(hour_ids) for part in sets]
    expect(
        all(0.25 < place < 0.75 for place in places),
        "the parts follow the order of the file: shuffle the Ids before you cut, the file may be "
        "sorted by place or by day",
    )
    expect_split_by_seed(answer, ids, parts)


def fit_scaling(answer):
    """2.4: mean and standard deviation of what is there."""
    rng = np.random.default_rng(3)
    values = rng.normal([50, -3, 0, 0], [8, 1, 1, 1], (200, 4))
    values[rng.random(200) < 0.4, 0] = np.nan
    values[:, 2], values[::3, 2], values[:, 3] = 7, np.nan, np.nan
    got = answer(values.astype("float32"))
    what = "two arrays, mean and sd, with a number for each column"
    expect(isinstance(got, (tuple, list)) and len(got) == 2, f"return {what}")
    mean, sd = (_numbers(part, (4,), what) for part in got)
    gaps, whole = values[:, 0], values[:, 1]
    there = gaps[~np.isnan(gaps)]
    close = {"rtol": 0.01}
    expect(
        not np.isnan(mean).all(),
        "even a column without gaps has no mean: do not drop rows in which something is missing, "
        "there may be no others; leave out single values",
    )
    expect(
        np.isclose(mean[1], whole.mean(), **close),
        f"the mean of a column without gaps is {mean[1]:.3f}, expected {whole.mean():.3f}",
    )
    expect(
        not np.isnan([mean[0], sd[0]]).any(),
        "one NaN in a column makes its mean or sd NaN: leave out what is missing",
    )
    zeros = np.nan_to_num(gaps)
    expect(
        not np.isclose(mean[0], zeros.mean(), **close),
        "what is missing counts as 0 in your mean: leave it out",
    )
    expect(np.isclose(mean[0], there.mean(), **close), "the mean of a column with gaps is wrong")
    expect(
        not np.isclose(sd[0], there.var(), **close),
        "this is the variance; sd is its square root",
    )
    expect(
        not any(
            np.isclose(sd[0], filled.std(), **close)
            for filled in (zeros, np.where(np.isnan(gaps), there.mean(), gaps))
        ),
        "what is missing was filled before sd was taken, which makes sd another: leave it out",
    )
    expect(
        np.isclose(sd[0], there.std(), **close) and np.isclose(sd[1], whole.std(), **close),
        f"sd is {sd[0]:.3f} and {sd[1]:.3f} in the first two columns, expected {there.std():.3f} "
        f"and {whole.std():.3f}",
    )
    expect(np.isclose(mean[2], 7), f"the mean of a column of sevens is {mean[2]:.3f}")
    expect(
        sd[2] != 0,
        "a column that never changes gets sd 0, and scaling would divide by it: give it sd 1",
    )
    expect(np.isclose(sd[2], 1), f"a column that never changes got sd {sd[2]:.3g}, asked for is 1")
    expect(
        not np.isnan([mean[3], sd[3]]).any(),
        "a column in which all is missing gets NaN: give it mean 0 and sd 1",
    )
    expect(
        mean[3] == 0 and sd[3] == 1,
        "a column in which all is missing must get mean 0 and sd 1",
    )


def pad_hours(answer):
    """2.5: hours of unequal length in one array, gaps marked, zeros after the end."""
    mean, sd = np.array([10.0, 200.0]), np.array([2.0, 50.0])
    hours = [
        np.array([[12, 250], [np.nan, 150], [9, np.nan]], "float32"),
        np.array([[np.nan, np.nan]], "float32"),
        np.array([[8, 100], [11, 300], [13, 175], [14, 225], [7, 325], [15, 125]], "float32"),
    ]

    def asked(**options):
        copies = [scans.copy() for scans in hours]
        got = answer(copies, (mean.copy(), sd.copy()), **options)
        expect(
            isinstance(got, (tuple, list)) and len(got) == 2,
            "return two arrays, the inputs and the mask",
        )
        n_steps = options.get("n_steps", 19)
        inputs = _array(got[0], "the inputs, (N, n_steps, 2 D)")
        expect(
            inputs.shape != (3, n_steps, 2),
            f"the inputs have the shape {inputs.shape}: beside each of the D columns another must "
            "say what is missing, 2 D in all",
        )
        inputs = _numbers(inputs, (3, n_steps, 4), "the inputs, (N, n_steps, 2 D)")
        return inputs, _numbers(got[1], (3, n_steps), "inputs and mask; the mask is (N, n_steps)")

    inputs, mask = asked(n_steps=6)
    lengths = np.array([len(scans) for scans in hours])
    scans = np.arange(6) < lengths[:, None]
    expect(
        not np.array_equal(mask, ~scans),
        "the mask is the wrong way round: True says that there is a scan",
    )
    expect(
        not np.array_equal(mask, scans[:, ::-1]),
        "the padding stands before the scans; here it goes after the last one",
    )
    expect(
        not np.array_equal(mask[1], [0] * 6),
        "a scan in which all is missing is a scan, too: the mask comes from the number of scans",
    )
    expect(
        np.array_equal(mask, scans),
        "the mask must be True for each scan of an hour and False after the last",
    )
    expect(
        not np.isnan(inputs).any(),
        "the inputs hold NaN: one of them is enough to turn all weights into NaN; put 0 for what "
        "is missing, after scaling",
    )
    values, absent = inputs[..., :2], inputs[..., 2:]
    raw = np.zeros((3, 6, 2))
    raw[scans] = np.concatenate(hours)
    missing, low = np.isnan(raw), -mean / sd
    swapped = (inputs[..., :2] == missing).all() and (inputs[..., 2:] != missing).any()
    expect(
        not swapped,
        "the indicators stand first: the D scaled values come first, then the D indicators",
    )
    expect(
        not (_same(values[~scans], low) and not (values[~scans] == 0).all()),
        "the padding was scaled: fill the zeros after the end when the scaling is done",
    )
    expect(not values[~scans].any(), "after the last scan all values must be 0")
    expect(
        not absent[~scans].all(),
        "the indicators are 1 in the padding: there is no scan in which something is missing, and "
        "a Masking layer would not know the end",
    )
    expect(not absent[~scans].any(), "after the last scan all indicators must be 0")
    there = scans[..., None] & ~missing
    expect(
        not _same(values[there], raw[there]),
        "the values are not scaled: (value - mean) / sd, column by column",
    )
    right = np.nan_to_num((raw - mean) / sd)
    expect(
        _same(values[there], right[there]),
        f"12 with mean 10 and sd 2 became {values[0, 0, 0]:.3f}, expected 1: subtract the mean, "
        "then divide by sd",
    )
    expect(
        not _same(values[missing], np.broadcast_to(low, raw.shape)[missing]),
        "gaps were filled with 0 before scaling, and so became very low values: scale first, then "
        "put 0, which is the mean",
    )
    expect(not values[missing].any(), "a missing value must be 0 after scaling")
    expect(
        absent.any(),
        "no indicator is 1: look for what is missing before you fill it",
    )
    expect(
        not np.array_equal(absent == 1, there),
        "the indicators are the wrong way round: 1 says that the value is missing",
    )
    expect(
        np.array_equal(absent, missing),
        "the indicators must be 1 where a value is missing and 0 elsewhere, in the order of the "
        "columns",
    )
    longer, _ = asked()
    expect(
        np.array_equal(longer[:, :6], inputs) and not longer[:, 6:].any(),
        "with the 19 steps that n_steps is by default, other values come back than with 6",
    )


def mean_absolute_errors(answer):
    """2.6: the score of all hours, and of those whose gauge is sound."""
    expected = np.array([0.254, 1.27, 73.0, 800.0, 4.0, 72.0])
    predicted = np.array([1.0, 1.0, 60.0, 90.0, 2.0, 80.0])
    got = answer(expected.copy(), predicted.copy())
    expect(
        isinstance(got, dict) and set(got) == {"mae", "mae_under_73"},
        "return a dictionary with the keys mae and mae_under_73",
    )
    mae, under = (_numbers(got[key], (), f"one number as {key}") for key in ("mae", "mae_under_73"))
    errors = predicted - expected
    for kind, sentence in (
        (lambda e: np.mean(e**2), "these are squared errors; asked for are absolute ones"),
        (lambda e: np.sqrt(np.mean(e**2)), "this is the root of the mean squared error"),
        (np.mean, "errors of different signs cancel: take the absolute value of each"),
        (lambda e: -np.mean(e), "errors of different signs cancel: take the absolute value"),
        (lambda e: np.median(np.abs(e)), "this is the median of the errors; asked for is the mean"),
        (lambda e: np.abs(e).sum(), "this is the sum of the errors; asked for is the mean"),
    ):
        expect(not np.isclose(mae, kind(errors)), f"mae: {sentence}")
    errors = np.abs(errors)
    expect(np.isclose(mae, errors.mean()), f"mae is {mae:.3f}, expected {errors.mean():.3f}")
    sound = expected < 73
    for kept, sentence in (
        (expected == expected, "no hour is left out: those of 73 mm or more are broken gauges"),
        (expected <= 73, "73 mm itself counts as broken: under 73 is < 73"),
        (
            predicted < 73,
            "you leave out hours by what is predicted; a gauge is broken by what it measured",
        ),
        (
            sound & (predicted < 73),
            "a sound hour is left out because its prediction is high: look at `expected` alone",
        ),
        (~sound, "these are the broken gauges; asked for are the others"),
    ):
        expect(not np.isclose(under, errors[kept].mean()), f"mae_under_73: {sentence}")
    expect(
        not np.isclose(under, errors[sound].sum() / len(errors)),
        "mae_under_73: divide by the number of hours that are left, not of all",
    )
    expect(
        np.isclose(under, errors[sound].mean()),
        f"mae_under_73 is {under:.3f}, expected {errors[sound].mean():.3f}",
    )


def build_reader(answer):
    """2.7: a compiled model of each kind that padding does not disturb and nothing bounds."""
    rng = np.random.default_rng(11)
    hours = rng.normal(size=(24, 5, 3)).astype("float32")
    for number, hour in enumerate(hours):
        hour[5 - number % 5 :] = 0
    mm = rng.random((24, 1)).astype("float32")
    for kind in LAYERS:
        model = answer(kind, n_features=3)
        expect(isinstance(model, keras.Model), f"{kind}: return a Keras model")

        def asked(hours, model=model, kind=kind):
            try:
                return np.asarray(model(hours))
            except ValueError:
                raise NotYet(
                    f"{kind}: the model stops at hours of {hours.shape[1]} steps and 3 features; "
                    "the number of steps must be free: keras.Input((None, n_features)), and no "
                    "layer after it that counts them"
                ) from None

        found = asked(hours)
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
        expect(model.compiled, f"{kind}: compile the model before you return it")
        _look_at_loss(kind, model, hours, mm, found)
        before = [variable.numpy() for variable in model.trainable_variables]
        longer = np.pad(hours, [(0, 0), (0, 4), (0, 0)])
        full = longer[::5].copy()
        full[:, :5] = full[:, 4::-1]
        answers = []
        for _ in range(3):
            for variable in model.trainable_variables:
                variable.assign(rng.normal(scale=2, size=variable.shape))
            found, again = asked(hours), asked(np.concatenate([longer, full]))
            expect(
                np.allclose(found, again[:24], rtol=1e-3, atol=1e-3),
                f"{kind}: four zero steps more at the end change the answer: padding must be "
                "masked",
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
        least, most = np.min(answers), np.max(answers)
        expect(
            least < -1.01,
            f"{kind}: no answer falls below {least:.2f}, whatever the weights: the last layer "
            "must not have an activation, or it will learn only part of what may be asked",
        )
        expect(
            most > 1.01,
            f"{kind}: no answer rises above {most:.2f}, whatever the weights: heavy rain needs "
            "more, so the last layer takes no activation",
        )


def _look_at_loss(kind, model, hours, mm, answers):
    loss = model.compute_loss(x=hours, y=mm, y_pred=keras.ops.convert_to_tensor(answers))
    loss = float(loss) - float(sum(model.losses))
    expect(
        not np.isclose(loss, np.mean((answers - mm) ** 2), rtol=1e-3),
        f"{kind}: the loss is the squared error, which is least at the mean; the score is the "
        "absolute error, which is least at the median",
    )
    expect(
        np.isclose(loss, np.abs(answers - mm).mean(), rtol=1e-3),
        f"{kind}: the loss must be the mean absolute error; yours is another",
    )


def back_to_mm(answer):
    """2.8: from log(1 + mm) to millimetres."""
    logs = np.array([[0.0], [np.log(2)], [-0.3], [2.5], [4.25]], "float32")
    right = np.maximum(np.expm1(logs[:, 0].astype("float64")), 0)
    got = _array(answer(logs.copy()), "an array (N,) of millimetres")
    expect(
        got.shape != (5, 1),
        "the shape is (N, 1), as it came in; return (N,): (N,) minus (N, 1) would be a table of "
        "N times N errors, and no one would tell you",
    )
    got = _numbers(got, (5,), "an array (N,) of millimetres")
    known = logs[:, 0] > 0
    for wrong, sentence in (
        (logs, "these are still logarithms: the exponential brings them back"),
        (
            np.log1p(np.abs(logs)),
            "this is the way there once more; the way back is exp(answer) - 1",
        ),
        (np.exp(logs), "the 1 is forgotten: from log(1 + mm) follows mm = exp(answer) - 1"),
        (10**logs - 1, "the logarithm is the natural one: exp, not a power of 10"),
    ):
        expect(not np.allclose(got[known], wrong[known, 0], rtol=1e-3), sentence)
    factor = (got[known] + 1) / (right[known] + 1)
    expect(
        np.allclose(factor, 1, rtol=1e-3) or not np.allclose(factor, factor[0], rtol=1e-3),
        "all is larger or smaller by one factor, a correction for the mean: the absolute error "
        "asks for the median, and the median of log(1 + mm) is that of mm without correction",
    )
    expect(
        np.allclose(got[known], right[known], rtol=1e-3),
        f"log(2) became {got[1]:.3f} mm, expected 1: mm = exp(answer) - 1",
    )
    expect(np.isclose(got[0], 0, atol=1e-5), f"0 became {got[0]:.3f} mm, expected 0")
    expect(got[2] >= 0, f"an answer of -0.3 became {got[2]:.3f} mm: rain is never below 0")
    expect(
        np.isclose(got[2], 0, atol=1e-5),
        f"an answer below 0 became {got[2]:.3f} mm: no rain, 0, is the nearest that can be",
    )


def gain(answer):
    """2.9: is an idea better by more than luck?"""
    without, with_it = np.array([2.10, 2.20, 2.15]), np.array([2.00, 2.08, 2.11])

    def asked(*scores):
        got = answer(*(np.array(of_seeds) for of_seeds in scores))
        what = "three things: the gain, its standard error, and whether it is kept"
        expect(isinstance(got, (tuple, list)) and len(got) == 3, f"return {what}")
        mean, error, kept = (_numbers(each, (), what) for each in got)
        expect(kept in (0, 1), "the third thing is True or False: whether the idea is kept")
        return float(mean), float(error), bool(kept)

    mean, error, kept = asked(without, with_it)
    gains = without - with_it
    expect(
        not np.isclose(mean, -gains.mean()),
        "the sign is turned round: an error that falls is a gain, without minus with",
    )
    expect(
        not np.isclose(mean, gains.max()),
        "this is the best seed's gain; luck is not a result: take the mean",
    )
    expect(np.isclose(mean, gains.mean()), f"the gain is {mean:.4f}, expected {gains.mean():.4f}")
    sd = gains.std(ddof=1)
    unpaired = np.sqrt(without.var(ddof=1) / 3 + with_it.var(ddof=1) / 3)
    for wrong, sentence in (
        (sd, "this is the standard deviation of one seed's gain; that of the mean is sqrt(n) less"),
        (sd / 3, "divide by the square root of n, not by n"),
        (gains.std(), "divide squares by n - 1 (ddof=1), and the sd by sqrt(n)"),
        (gains.std() / np.sqrt(3), "a few seeds are a sample: the sd takes n - 1 (ddof=1)"),
        (gains.var(ddof=1) / 3, "this is the square of the standard error: take the root"),
        (
            unpaired,
            "you compare the two as if their seeds had nothing in common; take the gain of each "
            "seed first, then the standard error of these gains",
        ),
    ):
        expect(not np.isclose(error, wrong), f"standard error: {sentence}")
    expect(
        np.isclose(error, sd / np.sqrt(3)),
        f"the standard error is {error:.4f}, expected {sd / np.sqrt(3):.4f}",
    )
    expect(kept, "a gain of more than its standard error is kept")
    gains = np.array([0.30, -0.20, 0.10, -0.05, 0.05])
    mean, error, kept = asked(2 + gains, np.full(5, 2.0))
    expect(
        np.allclose([mean, error], [gains.mean(), gains.std(ddof=1) / np.sqrt(5)]),
        "with five seeds gain or standard error is wrong: n is the number of the seeds given",
    )
    expect(
        not kept,
        "a gain that is smaller than its standard error is kept: that may be luck",
    )
    _, _, kept = asked(with_it, without)
    expect(not kept, "a loss is kept: compare the gain with its sign, not its size")


def write_submission(answer):
    """2.10: a file that the check of the hand-in accepts, or none."""
    ids, mm = np.array([4, 9, 17, 30]), np.array([0.254, 0.0, 12.3456, 1.27])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "submission.csv"
        answer(path, ids.copy(), mm.copy())
        expect(path.is_file(), "no file stands at the path that was given")
        try:
            table = pd.read_csv(path)
        except ValueError as error:
            raise NotYet(f"pandas can't read the file: {error}") from None
        columns = [str(column) for column in table.columns]
        expect(
            columns[0] == "Id" or columns[1:] != ["Id", "Expected"],
            "the first column is pandas' index: write the file with index=False",
        )
        expect(
            columns == ["Id", "Expected"],
            f"the first line is {','.join(columns)[:80]}, expected Id,Expected",
        )
        expect(
            sorted(table["Id"]) == sorted(ids),
            "the Ids in the file are not those given: each must stand there once",
        )
        expect(
            table["Id"].tolist() == ids.tolist(),
            "the lines are not in the order of the Ids that were given",
        )
        found = pd.to_numeric(table["Expected"], errors="coerce").to_numpy("float64")
        expect(
            not np.allclose(found, np.log1p(mm), atol=1e-3),
            "the file holds log(1 + mm); asked for are the millimetres that were given",
        )
        expect(
            np.allclose(found, mm, atol=1e-3),
            "the millimetres in the file are not those given: do not change or round them",
        )
        try:
            rainfall.check_submission(path, ids)
        except rainfall.RainfallError as error:
            raise NotYet(str(error)) from None
        for name, its_ids, its_mm in (
            ("a missing prediction (NaN)", ids, [0.2, np.nan, 1, 2]),
            ("a negative prediction", ids, [0.2, 0.1, -1, 2]),
            ("an Id that stands there twice", [4, 9, 9, 30], mm),
        ):
            refused = Path(folder) / "refused.csv"
            _look_at_refusal(answer, refused, name, np.array(its_ids), np.array(its_mm))


def _look_at_refusal(answer, path, name, ids, mm):
    try:
        answer(path, ids, mm)
    except NotImplementedError:
        raise
    except ValueError:
        expect(not path.exists(), f"{name} was refused, but a file was left: look before you write")
    except Exception as error:
        raise NotYet(
            f"{name} was refused with {type(error).__name__}; asked for is ValueError"
        ) from None
    else:
        expect(not path.exists(), f"{name} was written, or changed in silence: raise ValueError")
        raise NotYet(f"{name}: no file, but nobody is told: raise ValueError")


TASKS = {
    "2.1": Task(
        "rain_rate",
        2,
        rain_rate,
        (
            "Two steps: from dBZ to Z, then from Z to R. What undoes a power of 1.6?",
            "Z = 10 ** (ref / 10). Z = 200 R^1.6 says that Z / 200 is R^1.6.",
            "return (10 ** (ref / 10) / 200) ** (1 / 1.6); NaN stays NaN by itself.",
        ),
    ),
    "2.2": Task(
        "hours_of_scans",
        3,
        hours_of_scans,
        (
            "Work it by hand for scans at 10, 30 and 50: how many minutes has each? Do they add "
            "up to 60?",
            "np.diff has an argument prepend, for the start of the hour; the last scan gets more.",
            "since = np.diff(minutes, prepend=0.0); since[-1] += 60 - minutes[-1]; "
            "return since / 60.",
        ),
    ),
    "2.3": Task(
        "split_ids",
        3,
        split_ids,
        (
            "All rows of an hour must end up in the same part. What if you split Ids, not rows?",
            "Shuffle np.unique(ids) with np.random.default_rng(seed).permutation, cut it at 80 and "
            "90 %, then look up which rows have these Ids.",
            "np.split(shuffled, [int(.8 * len(shuffled)), int(.9 * len(shuffled))]) gives three "
            "lists of Ids; np.flatnonzero(np.isin(ids, part)) the rows of each.",
        ),
    ),
    "2.4": Task(
        "fit_scaling",
        3,
        fit_scaling,
        (
            "pandas leaves out NaN by itself, NumPy has nanmean and nanstd. What do they say of a "
            "column in which all is missing?",
            "table = pd.DataFrame(values); table.mean() and table.std() are NaN for an empty "
            "column, and sd is 0 for a constant one.",
            "table.mean().fillna(0).to_numpy(), table.std().fillna(1).replace(0, 1).to_numpy().",
        ),
    ),
    "2.5": Task(
        "pad_hours",
        5,
        pad_hours,
        (
            "Start from arrays of zeros and write each hour into them: what you never touch is "
            "padding. In which order do you scale, look for gaps, and fill them?",
            "scaled = (scans - mean) / sd keeps NaN; np.isnan(scaled) are the indicators; "
            "np.nan_to_num(scaled) fills the gaps with 0.",
            "For each hour n: inputs[n, :len(scans)] = np.concatenate([np.nan_to_num(scaled), "
            "np.isnan(scaled)], axis=1); mask[n, :len(scans)] = True.",
        ),
    ),
    "2.6": Task(
        "mean_absolute_errors",
        2,
        mean_absolute_errors,
        (
            "The two scores are means over different hours. What tells that a gauge is broken?",
            "errors = np.abs(expected - predicted); a comparison gives the hours to keep.",
            "{'mae': errors.mean(), 'mae_under_73': errors[expected < 73].mean()}.",
        ),
    ),
    "2.7": Task(
        "build_reader",
        4,
        build_reader,
        (
            "Four steps: inputs of any length, something that finds the padding, a recurrent "
            "layer, one number. Which values may that number take?",
            "keras.layers.Masking() skips steps in which all is 0. Dense(1) alone bounds nothing.",
            "Sequential([Input((None, n_features)), Masking(), layer(32), Dense(1)]), then "
            "compile(loss='mae', ...).",
        ),
    ),
    "2.8": Task(
        "back_to_mm",
        2,
        back_to_mm,
        (
            "y = log(1 + mm). What is mm? And which shape has the measured rain?",
            "np.expm1 is exp(y) - 1; np.maximum keeps it from falling below 0.",
            "return np.maximum(np.expm1(answers[:, 0]), 0).",
        ),
    ),
    "2.9": Task(
        "gain",
        3,
        gain,
        (
            "The two scores of a seed belong together: what is the gain of each seed?",
            "gains = scores_without - scores_with; its mean, its standard deviation with ddof=1, "
            "and the square root of their number.",
            "error = gains.std(ddof=1) / np.sqrt(len(gains)); "
            "return gains.mean(), error, gains.mean() > error.",
        ),
    ),
    "2.10": Task(
        "write_submission",
        3,
        write_submission,
        (
            "First look whether the file may be written at all; then a DataFrame of two columns.",
            "not (predicted_mm >= 0).all() is true for NaN and for what is negative; "
            "len(np.unique(ids)) counts different Ids.",
            "if not (predicted_mm >= 0).all() or len(np.unique(ids)) < len(ids): raise "
            "ValueError(...); then pd.DataFrame({'Id': ids, ...}).to_csv(path, index=False).",
        ),
    ),
}
