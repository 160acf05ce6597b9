"""Tracks of storms: cut where six hours are missing; a broken file is refused with a sentence."""

import numpy as np
import pytest

from utils.applications import hurricanes

ROWS = [
    "Zoe,1990,8,31,18,30,-80,60,990,hurricane",
    "Zoe,1990,9,1,0,31,-79,60,990,hurricane",
    "Zoe,1990,9,1,3,31.5,-78,60,990,hurricane",  # when it came ashore
    "Zoe,1990,9,1,6,32,-77,50,995,hurricane",
    "Zoe,1990,9,1,18,34,-70,50,995,hurricane",  # twelve hours later
    "Zoe,1990,9,2,0,35,-68,50,995,hurricane",
    "Ann,1990,7,1,0,20,-60,25,1010,hurricane",  # one point
    "Ann,1996,7,1,0,10,-40,25,1010,hurricane",
    "Ann,1996,7,1,6,10,-41,25,1010,hurricane",
]


HEADER = ",".join(hurricanes.COLUMNS)


def text(rows, header=HEADER):
    return "\n".join([header, *rows]) + "\n"


def test_tracks_are_cut_at_gaps_and_stand_in_order(write):
    storms = hurricanes.read(write(text(ROWS)))
    assert [storm["name"].iloc[0] for storm in storms] == ["Zoe 1990", "Zoe 1990", "Ann 1996"]
    assert [storm["lat"].tolist() for storm in storms] == [[30, 31, 32], [34, 35], [10, 10]]
    assert str(storms[0].index[0]) == "1990-08-31 18:00:00"


def test_a_file_of_storms_of_one_point_has_no_track(write):
    assert hurricanes.read(write(text(ROWS[6:7]))) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "it can't be read as CSV"),
        (b"\xff\xfe\x00", "it can't be read as CSV"),
        ("<html>log in</html>\n", "it has no column name or year"),
        (
            text(ROWS, "name,year,month,day,hour,Breite,long,wind,pressure,status"),
            "it has no column lat.",
        ),
        (text([]), "no storm is in it"),
        (text(ROWS[:1] + ["Zoe,1990,9,1,0,31"]), "in line 3 a value is missing or no number"),
        (text([ROWS[0].replace("30,-80", "30N,80W")]), "in line 2 a value is missing or no"),
        (text([ROWS[0].replace("8,31", "8,32")]), "in line 2 a value is missing or no number"),
    ],
)
def test_what_is_not_the_file_is_refused_with_a_sentence(write, content, why):
    with pytest.raises(hurricanes.StormsError) as refused:
        hurricanes.read(write(content, "storms.csv"))
    sentence = str(refused.value)
    assert "storms.csv is not the file of storms as it was published: " + why in sentence
    assert sentence.endswith("Take it away, and it is fetched anew.")


def test_tracks_know_whether_a_storm_is_a_cyclone_still(write):
    kinds = ["other low", "tropical storm", "hurricane", "subtropical storm", "extratropical"]
    rows = [f"Eve,1990,9,1,{6 * n},{n},0,40,1000,{kind}" for n, kind in enumerate(kinds[:4])]
    rows.append(f"Eve,1990,9,2,0,4,0,40,1000,{kinds[4]}")
    eve = hurricanes.tracks(hurricanes.read(write(text(rows))))
    assert eve.cyclone[0, :, 0].tolist() == [True, True, True, False]
    assert eve.cyclone[0, :, 1].tolist() == [True, True, False, False]  # six hours later
    assert not eve.cyclone[0, :, 3].any()  # the track has ended by then


def test_distances_are_those_on_a_globe():
    assert hurricanes.kilometres(50.0, 10.0, 51.0, 10.0) == pytest.approx(111.2, abs=0.1)
    far = hurricanes.kilometres(np.array([60.0, 0.0]), 179.5, np.array([60.0, 0.0]), -179.5)
    assert far == pytest.approx([55.6, 111.2], abs=0.1)


def test_the_real_storms_are_those_of_fifty_years(real_data):
    real_data("applications/vincentarelbundock")
    storms = hurricanes.load()
    assert len({storm["name"].iloc[0] for storm in storms}) > 680
    assert storms[0]["name"].iloc[0] == "Amy 1975" and storms[-1].index[-1].year == 2024
