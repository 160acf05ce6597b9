"""Generated radar hours have the real file's statistics, and a model that learns from them alone
predicts real gauges."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from utils import paths
from utils.radar import generate
from utils.radar.hours import FIELDS, FILE_COLUMNS, RADAR_COLUMNS, SUFFIXES

N_HOURS = 40_000


def read(path):
    columns = dict.fromkeys(FILE_COLUMNS[2:], np.float32)
    return pd.read_csv(path, dtype={"Id": int, "minutes_past": int, **columns})


def marshall_palmer(table):
    """mm in each hour, each scan weighing the minutes since the one before it."""
    by_hour = table.groupby("Id", sort=False)["minutes_past"]
    minutes = by_hour.diff().fillna(table["minutes_past"])
    minutes += np.where(table["Id"].duplicated(keep="last"), 0, 60 - table["minutes_past"])
    rate = (10 ** (table["Ref"] / 10) / 200) ** 0.625
    return (rate.fillna(0) * minutes / 60).groupby(table["Id"], sort=False).sum()


def summaries(table):
    """A row for each hour: mean, extremes and share present of all columns, and more."""
    by_hour = table.groupby("Id", sort=False)
    parts = {how: by_hour[RADAR_COLUMNS].agg(how) for how in ("mean", "max", "min")}
    parts["share"] = by_hour[RADAR_COLUMNS].count().div(by_hour.size(), axis=0)
    wide = pd.concat([part.add_suffix(f"_{how}") for how, part in parts.items()], axis=1)
    return wide.assign(
        n_scans=by_hour.size(),
        first=by_hour["minutes_past"].first(),
        km=by_hour["radardist_km"].first(),
        marshall_palmer=marshall_palmer(table),
        mm=by_hour["Expected"].first(),
    )


def scored(hours):
    """Hours with some Ref and a gauge that works."""
    return hours[(hours["Ref_share"] > 0) & (hours["mm"] < 73)]


def boosted(hours):
    """A boosted model of log(1 + mm), trained on absolute error."""
    model = HistGradientBoostingRegressor(
        loss="absolute_error", max_iter=20, max_leaf_nodes=12, learning_rate=0.25, random_state=0
    )
    # Tests run side by side: OpenMP's threads would wait for one another.
    with threadpool_limits(1):
        return model.fit(hours.drop(columns=["mm", "first"]), np.log1p(hours["mm"]))


def mean_absolute_error(model, hours):
    predicted = np.expm1(model.predict(hours.drop(columns=["mm", "first"])))
    return np.abs(predicted - hours["mm"]).mean()


def share_missing_after(table, missing_before):
    """P(Ref missing | Ref of the scan before was missing, or was not)."""
    missing = table["Ref"].isna()
    before = missing.groupby(table["Id"], sort=False).shift(1)
    return missing[before == missing_before].mean()


@pytest.fixture(scope="module")
def table():
    return generate.make_hours(N_HOURS, seed=1)


@pytest.fixture(scope="module")
def hours(table):
    return summaries(table)


def test_columns_types_and_order(table):
    assert tuple(table.columns) == FILE_COLUMNS
    assert len(FILE_COLUMNS) == 24
    assert (table.dtypes.iloc[2:] == np.float32).all()
    assert list(table["Id"].unique()) == list(range(1, N_HOURS + 1))
    assert table["Id"].is_monotonic_increasing
    assert table["minutes_past"].between(0, 59).all()
    assert (table.groupby("Id")["minutes_past"].diff().dropna() > 0).all()
    assert (table.groupby("Id")[["radardist_km", "Expected"]].nunique() == 1).all().all()
    assert not np.isinf(table.to_numpy()).any()
    assert (table["Expected"] > 0).all()


def test_scan_modes_and_steps(table, hours):
    n_scans = hours["n_scans"]
    assert sorted(n_scans.unique()) == list(range(1, 20))
    assert n_scans.between(6, 7).mean() == pytest.approx(0.35, abs=0.02)
    assert len(table) / len(hours) == pytest.approx(13_765_201 / 1_180_945, rel=0.05)
    step = table.groupby("Id")["minutes_past"].diff().groupby(table["Id"]).mean()
    for fewest, most, least, largest in (
        (6, 7, 9, 10),
        (10, 11, 5, 6),
        (12, 13, 4.5, 5.1),
        (14, 17, 3.5, 4.5),
        (18, 19, 3, 3.5),
    ):
        of_mode = n_scans.between(fewest, most)
        assert of_mode.mean() > 0.08
        assert step[of_mode].between(least, largest).mean() > 0.98
    slow = hours.loc[n_scans.between(6, 7), "first"]
    counts = np.bincount(slow, minlength=10)[:9] / len(slow)
    assert counts == pytest.approx(1 / 9.5, rel=0.15)


def test_missing_values(table, hours):
    """Tolerance .03 on every share, .05 for one mode or distance."""
    assert (hours["Ref_share"] == 0).mean() == pytest.approx(0.3805, abs=0.03)
    missing = table[RADAR_COLUMNS].isna().mean()
    for column, share in {
        "Ref": 0.54,
        "Ref_5x5_90th": 0.45,
        "RefComposite": 0.51,
        "RhoHV": 0.64,
        "Zdr": 0.64,
        "Kdp": 0.70,
        "Kdp_5x5_10th": 0.75,
    }.items():
        assert missing[column] == pytest.approx(share, abs=0.03), column
    assert (table["RhoHV"].isna() == table["Zdr"].isna()).all()
    assert share_missing_after(table, True) == pytest.approx(0.93, abs=0.03)
    assert share_missing_after(table, False) == pytest.approx(0.10, abs=0.03)
    n_scans = table["Id"].map(hours["n_scans"])
    assert table["Ref"].isna()[n_scans == 6].mean() == pytest.approx(0.90, abs=0.05)
    assert table["Ref"].isna()[n_scans == 12].mean() == pytest.approx(0.32, abs=0.05)
    km = table["radardist_km"]
    assert table["Ref"].isna()[km <= 4].mean() == pytest.approx(0.19, abs=0.05)
    assert table["Ref"].isna()[km >= 16].mean() == pytest.approx(0.83, abs=0.05)


@pytest.mark.parametrize(
    ("column", "quantiles", "tolerance"),
    [
        ("Ref", (5, 23.5, 39.5), 1.5),
        ("RhoHV", (0.88, 0.992, 1.052), 0.02),
        ("Zdr", (-1.25, 0.5, 2.9), 0.4),
        ("Kdp", (-5.6, 0, 5.4), 0.7),
    ],
)
def test_quantiles_of_the_radar_columns(table, column, quantiles, tolerance):
    found = table[column].quantile([0.05, 0.5, 0.95])
    assert list(found) == pytest.approx(quantiles, abs=tolerance)


def test_ref_is_correlated_from_scan_to_scan(table):
    before = table.groupby("Id")["Ref"].shift(1)
    assert table["Ref"].corr(before) == pytest.approx(0.73, abs=0.03)


def test_neighbours_are_in_order_where_the_pixel_is_seen(table):
    for field in FIELDS:
        low, middle, high = (
            table[f"{field}_5x5_{place}"].mean() for place in ("10th", "50th", "90th")
        )
        assert low < middle < high, field
        assert (table[f"{field}_5x5_90th"] < table[f"{field}_5x5_10th"]).mean() < 0.01


def test_steps_of_the_numbers(table):
    def off_grid(values):
        return np.abs(values - np.round(values)).max()

    for suffix in SUFFIXES:
        for field in ("Ref", "RefComposite"):
            assert off_grid(2 * table[field + suffix].dropna()) == 0
        assert off_grid(16 * table["Zdr" + suffix].dropna()) == 0
        rhohv = table["RhoHV" + suffix].dropna().astype(float)
        assert off_grid(300 * rhohv - 0.5) < 1e-4
        kdp = table["Kdp" + suffix].dropna().astype(float)
        assert off_grid(100 * kdp) < 1e-3
        assert np.abs(kdp - np.round(kdp / 0.353) * 0.353).median() < 0.03
    assert table["RhoHV"].max() == np.float32(1.0516667)
    assert set(table["radardist_km"].unique()) == set(range(22))
    assert table["radardist_km"].mode()[0] in (11, 12, 13)


def test_what_the_gauges_report(hours):
    mm = hours["mm"]
    assert list(mm.quantile([0.25, 0.5, 0.75])) == pytest.approx([0.254, 1.016, 3.81], abs=0.3)
    assert mm.mean() == pytest.approx(108.6, rel=0.15)
    assert 5_000 < mm.max() < 60_000  # 33,018 among thirty times as many
    tips = mm / 0.25400013
    is_tips = np.abs(tips - np.round(tips)) < 1e-3
    assert is_tips.mean() == pytest.approx(0.92, abs=0.02)
    assert (is_tips & (np.round(tips) == 1)).mean() == pytest.approx(0.29, abs=0.03)
    stuck = mm >= 73
    with_ref = hours["Ref_share"] > 0
    assert stuck[with_ref].mean() == pytest.approx(0.02, abs=0.006)
    assert stuck[~with_ref].mean() == pytest.approx(0.20, abs=0.02)


def test_the_ladder(hours):
    """Zero 2.8, median 2.33, Marshall-Palmer 2.19, a good sequence model about 1.75 mm."""
    valid = scored(hours)
    train, test = valid[valid.index <= 15_000], valid[valid.index > 30_000]
    small = train[train.index <= 3_200]
    all_median = np.abs(valid["mm"] - valid["mm"].median()).mean()
    assert valid["mm"].mean() == pytest.approx(2.8, rel=0.08)
    assert all_median == pytest.approx(2.33, rel=0.08)
    organisers = np.abs(valid["mm"] - valid["marshall_palmer"]).mean()
    assert organisers / all_median == pytest.approx(0.94, abs=0.03)
    median = np.abs(test["mm"] - train["mm"].median()).mean()
    model = boosted(train)
    assert 0.70 < mean_absolute_error(model, test) / median < 0.77
    assert mean_absolute_error(boosted(small), test) / median < 0.80
    predicted = np.expm1(model.predict(test.drop(columns=["mm", "first"]))).clip(0.05)
    left = np.log(test["mm"] / predicted).quantile([0.05, 0.5, 0.95])
    assert list(left) == pytest.approx([-1.95, 0.09, 1.58], abs=0.4)


def test_a_model_of_generated_hours_predicts_real_gauges(hours, real_data):
    """Trained on generated hours only, it beats Marshall-Palmer on the real ones."""
    real = scored(summaries(read(real_data("rain/train.csv"))))
    organisers = np.abs(real["mm"] - real["marshall_palmer"]).mean()
    generated = scored(hours)
    errors = [mean_absolute_error(boosted(generated.iloc[i::6]), real) for i in range(3)]
    assert max(errors) < organisers
    assert np.mean(errors) < 0.97 * organisers


def test_the_committed_sample_is_what_the_generator_writes(tmp_path, monkeypatch):
    committed = paths.RADAR_SAMPLE
    monkeypatch.setattr(paths, "RADAR_SAMPLE", tmp_path / "rain.csv")
    written = generate.write_sample()
    assert written.read_bytes() == committed.read_bytes()
    assert committed.stat().st_size < 5_000_000
    assert read(committed)["Id"].nunique() == 4_000


def test_a_file_is_the_table_written_block_by_block(tmp_path, monkeypatch):
    monkeypatch.setattr(generate, "HOURS_PER_BLOCK", 200)
    path = generate.write_hours(tmp_path / "rain.csv", 500, seed=3)
    table = generate.make_hours(500, seed=3)
    pd.testing.assert_frame_equal(read(path), table, check_dtype=False)
    again = generate.write_hours(tmp_path / "again.csv", 500, seed=3)
    assert again.read_bytes() == path.read_bytes()
    first = generate.make_hours(250, seed=3)
    pd.testing.assert_frame_equal(first, table[table["Id"] <= 250])
    other = generate.make_hours(250, seed=4)
    assert not first["Expected"].head(1_000).equals(other["Expected"].head(1_000))


def test_memory_does_not_grow_with_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(generate, "HOURS_PER_BLOCK", 25)
    peaks = []
    for n_hours in (50, 250):
        tracemalloc.start()
        generate.write_hours(tmp_path / "rain.csv", n_hours, seed=3)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.25 * peaks[0]


@pytest.mark.parametrize(("n_hours", "seed", "told"), [(0, 1, "n_hours is 0"), (5, -1, "seed")])
def test_what_cannot_be_made_is_refused(tmp_path, n_hours, seed, told):
    with pytest.raises(ValueError, match=told):
        generate.make_hours(n_hours, seed)
    with pytest.raises(ValueError, match=told):
        generate.write_hours(tmp_path / "rain.csv", n_hours, seed)
    assert not list(tmp_path.iterdir())
