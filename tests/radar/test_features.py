"""What models read is what a slow loop over hours and scans computes."""

import numpy as np
import pytest

from tests.radar.conftest import assert_same, scans, text_of
from utils.radar import features
from utils.radar.features import drop_in, fit_scaling, padded_inputs, summary_statistics
from utils.radar.marshall_palmer import marshall_palmer
from utils.radar.read import read_hours


def test_summaries_are_those_of_each_hour(hours):
    table = summary_statistics(hours)
    assert table.shape == (len(hours), 4 * 22 + 2)
    np.testing.assert_allclose(table["marshall_palmer"], marshall_palmer(hours), rtol=1e-6)
    for n in range(len(hours)):
        hour = hours.take([n])
        assert table["n_scans"][n] == len(hour.values)
        for name in ("minutes_past", "Ref", "Kdp_5x5_10th"):
            valid = hour.column(name)[~np.isnan(hour.column(name))]
            found = [table[f"{name}_{part}"][n] for part in ("mean", "max", "min")]
            told = [valid.mean(), valid.max(), valid.min()] if len(valid) else [np.nan] * 3
            np.testing.assert_allclose(found, told, rtol=1e-5)
            assert table[f"{name}_share_valid"][n] == np.float32(len(valid) / len(hour.values))
    assert table["Ref_mean"].isna().sum() == (~hours.has_ref).sum() > 0


def slowly_padded(hours, scaling, missing):
    """Scan by scan and column by column."""
    inputs = np.zeros((len(hours), 19, 42 if missing == "indicator" else 22), "float32")
    for n in range(len(hours)):
        for t, row in enumerate(range(hours.first_row[n], hours.first_row[n + 1])):
            for d in range(22):
                value = (hours.values[row, d] - scaling.mean[d]) / scaling.sd[d]
                if not np.isnan(value):
                    inputs[n, t, d] = value
                elif missing == "forward_fill" and t > 0:
                    inputs[n, t, d] = inputs[n, t - 1, d]
                elif missing == "indicator":
                    inputs[n, t, 20 + d] = 1
    return inputs


@pytest.mark.parametrize("missing", ["zero", "indicator", "forward_fill"])
@pytest.mark.parametrize("hours_per_block", [7, 60])
def test_padded_arrays_are_those_of_a_slow_loop(hours, monkeypatch, missing, hours_per_block):
    monkeypatch.setattr(features, "HOURS_PER_BLOCK", hours_per_block)
    scaling = fit_scaling(hours)
    inputs, mask = padded_inputs(hours, scaling, missing)
    assert (inputs.dtype, mask.dtype) == ("float32", "bool")
    np.testing.assert_array_equal(inputs, slowly_padded(hours, scaling, missing))
    assert [list(row) for row in mask] == [[t < n for t in range(19)] for n in hours.lengths]
    assert not inputs[~mask].any()


def test_padding_leaves_the_hours_alone_and_knows_its_words(hours):
    before = hours.values.copy()
    for missing in ("zero", "indicator", "forward_fill"):
        padded_inputs(hours, fit_scaling(hours), missing)
    np.testing.assert_array_equal(hours.values, before)
    with pytest.raises(ValueError, match="expected 'zero'"):
        padded_inputs(hours, fit_scaling(hours), "mean")


def test_scaling_is_that_of_the_values_that_are_there(write, hours):
    scaling = fit_scaling(hours)
    np.testing.assert_allclose(scaling.mean, np.nanmean(hours.values, axis=0), rtol=1e-4)
    np.testing.assert_allclose(scaling.sd, np.nanstd(hours.values, axis=0), rtol=1e-4)
    empty = fit_scaling(read_hours(write(text_of(scans((1, 5), (1, 9))))))
    assert (empty.mean[2:] == 0).all() and (empty.sd[1:] == 1).all()
    inputs, _ = padded_inputs(hours, empty)
    assert np.isfinite(inputs).all()


def test_dropped_in_scans_are_the_hours_own_in_order(hours):
    full = drop_in(hours, np.random.default_rng(0))
    assert set(full.lengths) == {19}
    assert list(full.ids) == list(hours.ids)
    assert list(full.expected_mm) == list(hours.expected_mm)
    for n in range(len(hours)):
        own, drawn = hours.take([n]).values, full.take([n]).values
        source = [np.flatnonzero(own[:, 0] == minute)[0] for minute in drawn[:, 0]]
        assert source == sorted(source)
        assert set(source) == set(range(len(own)))
        np.testing.assert_array_equal(drawn, own[source])
    again = drop_in(hours, np.random.default_rng(0))
    other = drop_in(hours, np.random.default_rng(1))
    assert_same(again, full)
    assert not np.array_equal(other.values, full.values, equal_nan=True)
    _, mask = padded_inputs(full, fit_scaling(hours))
    assert mask.all()
    with pytest.raises(ValueError, match="n_scans=5"):
        drop_in(hours, np.random.default_rng(0), n_scans=5)
