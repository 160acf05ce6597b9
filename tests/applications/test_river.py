"""The river's two files: joined by day; a broken one is refused with a sentence."""

import pytest

from utils.applications import river

FLOW = "YR MNTH DY HR SWE PRCP MOD_RUN OBS_RUN\n" + "".join(
    f"1981 02 {day} 12 {day}.5 0.0 2.{day} 1.{day}\n" for day in (27, 28)
)
FLOW += "1981 03 01 12 9.0 0.0 2.5 1.5\n"
WEATHER = "45.06\n318.00\n771486538\n" + (
    "Year Mnth Day Hr\tdayl(s)\tprcp(mm/day)\tsrad(W/m2)\tswe(mm)\ttmax(C)\ttmin(C)\tvp(Pa)\n"
    "1981 02 28 12\t31101.65\t4.00\t176.19\t0.00\t-3.12\t-13.61\t213.05\n"
    "1981 03 01 12\t31104.01\t0.00\t166.06\t0.00\t-1.56\t-11.16\t260.00\n"
)


def test_the_two_files_are_joined_by_day(write, monkeypatch):
    files = {river.FLOW: write(FLOW, "flow.txt"), river.WEATHER: write(WEATHER, "weather.txt")}
    monkeypatch.setattr(river, "fetch", files.get)
    days = river.load()
    assert [str(day.date()) for day in days.index] == ["1981-02-28", "1981-03-01"]
    assert days.loc["1981-02-28"].to_dict() == {
        "rain": 4.0,
        "warmest": -3.12,
        "coldest": -13.61,
        "sun": 176.19,
        "vapour": 213.05,
        "daylight": 31101.65,
        "flow": 1.28,
        "sac_sma": 2.28,
        "snow": 28.5,
    }


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "line 1 has no column OBS_RUN or MOD_RUN or SWE"),
        (b"\xff\xfe\x00", "line 1 has no column OBS_RUN"),
        ("<html>log in</html>", "line 1 has no column OBS_RUN"),
        (FLOW.replace("SWE", "Schnee"), "line 1 has no column SWE."),
        (FLOW.splitlines()[0], "no day is in it"),
        (FLOW[:-12], "line 4 has 5 fields, expected 8"),
        (FLOW.replace("2.28", "2,28"), "line 3: could not convert string to float: '2,28'"),
        (FLOW.replace("1981 02 28", "1981 02 26"), "line 3 is not the day after the one before"),
        (FLOW.replace("1981 02 28", "1981 02 30"), "line 3 is not the day after"),
        (FLOW.replace("1981 02 27", "1981 13 27"), "line 3 is not the day after"),
    ],
)
def test_what_is_not_the_file_is_refused_with_a_sentence(write, content, why):
    with pytest.raises(river.RiverError) as refused:
        river.read_flow(write(content, "flow.txt"))
    sentence = str(refused.value)
    assert "flow.txt is not the river's file as it was published: " + why in sentence
    assert sentence.endswith("Take it away, and it is fetched anew.")


def test_weather_that_was_cut_off_is_refused(write):
    with pytest.raises(river.RiverError, match="line 6 has 5 fields, expected 11"):
        river.read_weather(write(WEATHER[:-40]))
    with pytest.raises(river.RiverError, match=r"line 4 has no column prcp\(mm/day\) or tmax"):
        river.read_weather(write("45.06\n"))


def test_the_real_river_is_34_years_without_a_gap(real_data):
    real_data("applications/kratzert")
    days = river.load()
    assert days.shape == (12_784, 9)
    assert days.loc["1980-10-01":].notna().all(axis=None)
    assert days.loc[:"1980-09-30", "flow"].isna().all()
    assert days.loc["1981":"2013", "flow"].min() > 0
