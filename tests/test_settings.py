"""Settings by data and tier."""

import pytest

from utils import settings


@pytest.mark.parametrize("tier", ["class", "full"])
def test_every_path_of_a_file_has_the_settings_of_files(tier):
    assert settings.sentiment("a.csv", tier) == settings.sentiment("b.csv", tier)
    assert settings.sentiment("a.csv", tier) != settings.sentiment("sample", tier)
    assert settings.radar("a.csv", tier) == settings.radar("b.csv", tier)
    assert settings.radar("a.csv", tier) != settings.radar("sample", tier)


@pytest.mark.parametrize("of_homework", [settings.sentiment, settings.radar])
def test_an_unknown_tier_is_refused(of_homework):
    with pytest.raises(ValueError, match="tier is 'quick', expected 'class' or 'full'"):
        of_homework("sample", "quick")


def test_where_the_learning_rate_decays_the_last_epoch_is_kept():
    assert settings.SAMPLE.keep == "best"
    assert settings.FILE.keep == "last"


@pytest.mark.parametrize("name", ["sentence_polarity", "movie_reviews"])
def test_small_real_reviews_have_settings_of_their_own_with_three_seeds_or_more(name):
    for tier in ("class", "full"):
        for its in settings.sentiment(name, tier):
            assert len(its.seeds) >= 3
    assert settings.sentiment(name, "class") != settings.sentiment("a.csv", "class")
    assert settings.radar(name, "class") == settings.radar("a.csv", "class")
