"""Marshall and Palmer's benchmark is the one that the organisers computed."""

import numpy as np

from tests.radar.conftest import scans, text_of
from utils.radar.marshall_palmer import marshall_palmer, rain_rate, time_weights
from utils.radar.read import read_hours


def test_marshall_palmer_of_an_hour_worked_by_hand(write):
    """Ref 23.01 dBZ is Z = 200, 1 mm/h; 39.02 dBZ is Z = 200 × 10^1.6, so 10 mm/h.

    Minutes 10, 30, 40: the scans stand for 10, 20 and 10 + 20 minutes, the second is missing:
    1 × 10/60 + 0 + 10 × 30/60 = 5.1667 mm.
    """
    one, ten = 10 * np.log10(200), 10 * np.log10(200) + 16
    rows = scans((1, 10, one), (1, 30), (1, 40, ten)) + scans((2, 20, ten)) + scans((3, 0), (3, 59))
    hours = read_hours(write(text_of(rows)))
    np.testing.assert_allclose(rain_rate([one, ten, np.nan]), [1, 10, 0])
    weights = time_weights(hours) * 60
    np.testing.assert_allclose(weights, [10, 20, 30, 60, 0, 60])
    np.testing.assert_allclose(marshall_palmer(hours), [5 + 1 / 6, 10, 0], rtol=1e-6)


def organisers_marshall_palmer(minutes, refs):
    """The organisers' loop, scan by scan."""
    valid_time = np.zeros(len(minutes))
    valid_time[0] = minutes[0]
    for n in range(1, len(minutes)):
        valid_time[n] = minutes[n] - minutes[n - 1]
    valid_time[-1] += 60 - valid_time.sum()
    total = 0
    for ref, share in zip(refs, valid_time / 60, strict=True):
        if np.isfinite(ref):
            total += ((10 ** (ref / 10)) / 200) ** 0.625 * share
    return total


def test_marshall_palmer_is_the_organisers(hours):
    expected = [
        organisers_marshall_palmer(hour.column("minutes_past"), hour.column("Ref").astype(float))
        for hour in (hours.take([n]) for n in range(len(hours)))
    ]
    np.testing.assert_allclose(marshall_palmer(hours), expected, rtol=1e-5)
    sums = np.add.reduceat(time_weights(hours), hours.first_row[:-1])
    np.testing.assert_allclose(sums, 1)
    assert (time_weights(hours) >= 0).all()
    assert 1 in hours.lengths
    assert (marshall_palmer(hours)[~hours.has_ref] == 0).all()
