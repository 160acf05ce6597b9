"""Task 2.5: hours of unequal length in one array, gaps marked, zeros after the end."""

from functools import partial

import numpy as np

from utils.homework.task import Task, array, close, expect, expect_none_of, numbers

MEAN, SD = np.array([10.0, 200.0, 1.0]), np.array([2.0, 50.0, 0.5])
HOURS = [
    np.array([[12, 250, 2], [np.nan, 150, 0], [9, np.nan, 3]], "float32"),
    np.array([[np.nan, np.nan, np.nan]], "float32"),
    np.array(
        [[8, 100, 0], [11, 300, 3], [13, 175, 2], [14, 225, 4], [7, 325, 5], [15, 125, 0]],
        "float32",
    ),
]
MASK = np.arange(6) < np.array([len(scans) for scans in HOURS])[:, None]
D = len(MEAN)
RAW = np.zeros((3, 6, D))
RAW[MASK] = np.concatenate(HOURS)
MISSING = np.isnan(RAW)
THERE = MASK[..., None] & ~MISSING
SCALED_ZERO = np.broadcast_to(-MEAN / SD, RAW.shape)


def check(pad_hours):
    """Raise NotYet unless three hours, with gaps, become the arrays asked for."""
    inputs, mask = _inputs_and_mask(pad_hours, n_steps=6)
    _check_mask(mask)
    expect(
        not np.isnan(inputs).any(),
        "the inputs hold NaN: one of them is enough to turn all weights into NaN; put 0 for what "
        "is missing, after scaling",
    )
    values, absent = inputs[..., :D], inputs[..., D:]
    expect(
        (values != MISSING).any() or (absent == MISSING).all(),
        "the indicators stand first: the D scaled values come first, then the D indicators",
    )
    _check_padding(values[~MASK], absent[~MASK])
    _check_values(values)
    _check_indicators(absent)
    longer, _ = _inputs_and_mask(pad_hours)
    expect(
        np.array_equal(longer[:, :6], inputs) and not longer[:, 6:].any(),
        "with the 19 steps that n_steps is by default, other values come back than with 6",
    )


def _inputs_and_mask(pad_hours, **options):
    copies = [scans.copy() for scans in HOURS]
    got = pad_hours(copies, (MEAN.copy(), SD.copy()), **options)
    expect(
        isinstance(got, (tuple, list)) and len(got) == 2,
        "return two arrays, the inputs and the mask",
    )
    n_steps = options.get("n_steps", 19)
    inputs = array(got[0], "the inputs, (N, n_steps, 2 D)")
    expect(
        inputs.shape != (3, n_steps, D),
        f"the inputs have the shape {inputs.shape}: beside each of the D columns another must "
        "say what is missing, 2 D in all",
    )
    inputs = numbers(inputs, (3, n_steps, 2 * D), "the inputs, (N, n_steps, 2 D)")
    return inputs, numbers(got[1], (3, n_steps), "inputs and mask; the mask is (N, n_steps)")


def _check_mask(mask):
    mistakes = (
        (~MASK, "the mask is the wrong way round: True says that there is a scan"),
        (
            MASK[:, ::-1],
            "the padding stands before the scans; here it goes after the last one",
        ),
    )
    expect_none_of(mistakes, partial(np.array_equal, mask))
    expect(
        mask[1].any(),
        "a scan in which all is missing is a scan, too: the mask comes from the number of scans",
    )
    expect(
        np.array_equal(mask, MASK),
        "the mask must be True for each scan of an hour and False after the last",
    )


def _check_padding(values, absent):
    expect(
        not values.any() or not close(values, SCALED_ZERO[~MASK]),
        "the padding was scaled: fill the zeros after the end when the scaling is done",
    )
    expect(not values.any(), "after the last scan all values must be 0")
    expect(
        not absent.all(),
        "the indicators are 1 in the padding: there is no scan in which something is missing, and "
        "a Masking layer would not know the end",
    )
    expect(not absent.any(), "after the last scan all indicators must be 0")


def _check_values(values):
    expect(
        not close(values[THERE], RAW[THERE]),
        "the values are not scaled: (value - mean) / sd, column by column",
    )
    expect(
        close(values[THERE], ((RAW - MEAN) / SD)[THERE]),
        f"12 with mean 10 and sd 2 became {values[0, 0, 0]:.3f}, expected 1: subtract the mean, "
        "then divide by sd",
    )
    expect(
        not close(values[MISSING], SCALED_ZERO[MISSING]),
        "gaps were filled with 0 before scaling, and so became very low values: scale first, then "
        "put 0, which is the mean",
    )
    expect(not values[MISSING].any(), "a missing value must be 0 after scaling")


def _check_indicators(absent):
    expect(absent.any(), "no indicator is 1: look for what is missing before you fill it")
    expect(
        not np.array_equal(absent == 1, THERE),
        "the indicators are the wrong way round: 1 says that the value is missing",
    )
    expect(
        np.array_equal(absent, MISSING),
        "the indicators must be 1 where a value is missing and 0 elsewhere, in the order of the "
        "columns",
    )


TASK = Task(
    number="2.5",
    function="pad_hours",
    points=3,
    check=check,
    hints=(
        "Start from arrays of zeros and write each hour into them: what you never touch is "
        "padding. In which order do you scale, look for gaps, and fill them?",
        "scaled = (scans - mean) / sd keeps NaN; np.isnan(scaled) are the indicators; "
        "np.nan_to_num(scaled) fills the gaps with 0.",
        "For each hour n: inputs[n, :len(scans)] = np.concatenate([np.nan_to_num(scaled), "
        "np.isnan(scaled)], axis=1); mask[n, :len(scans)] = True.",
    ),
)
