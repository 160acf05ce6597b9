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
