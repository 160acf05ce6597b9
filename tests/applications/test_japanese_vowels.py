"""The vowels' files: a line an utterance; a broken one is refused with a sentence."""

import numpy as np
import pytest

from utils.applications import japanese_vowels
from utils.fetch import FetchError

ONE = ":".join(["0.5,0.25,-1.0"] + ["0.0,1.0,2.0"] * 11)
FILE = f"# about\n@data\n{ONE}:1\n{ONE}:9\n"


def test_a_line_is_an_utterance_and_zeros_follow_its_end(write):
    utterances = japanese_vowels.read(write(FILE))
    assert utterances.x.shape == (2, 29, 12)
    assert utterances.x[0, :4, 0].tolist() == [0.5, 0.25, -1.0, 0.0]
    assert utterances.x[1, 2].tolist() == [-1.0] + [2.0] * 11
    assert utterances.lengths.tolist() == [3, 3]
    assert utterances.speaker.tolist() == [0, 8]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "no line of it is @data"),
        (b"\xff\xfe\x00", "no line of it is @data"),
        ("<html>log in</html>", "no line of it is @data"),
        ("# about\n@data\n", "no utterance is in it"),
        (FILE[:-60], "line 4 has 7 series, expected 12"),
        (FILE.replace(":9", ":10"), "line 4 names speaker '10', expected 1 to 9"),
        (FILE.replace(":9", ":"), "line 4 names speaker '', expected 1 to 9"),
        (FILE.replace("0.25", "a"), "line 3: could not convert string to float: 'a'"),
        (FILE.replace(",0.25", ""), "line 3 has series of different lengths"),
        (FILE.replace("0.25", "nan"), "line 3 has 3 steps or a value that is no number"),
        ("@data\n" + ":".join([",".join("1" * 30)] * 12) + ":1", "line 2 has 30 steps"),
    ],
)
def test_what_is_not_the_file_is_refused_with_a_sentence(write, content, why):
    with pytest.raises(japanese_vowels.VowelsError) as refused:
        japanese_vowels.read(write(content, "vowels.ts"))
    sentence = str(refused.value)
    assert "vowels.ts is not the file of vowels as it was published: " + why in sentence
    assert sentence.endswith("Take it away, and it is fetched anew.")


def test_the_sound_has_the_spectrum_that_the_coefficients_describe():
    utterance = np.tile(np.random.default_rng(0).normal(0, 0.5, 12), (20, 1))
    wave = japanese_vowels.sound(utterance, pitch=100, times=1)
    assert wave.shape == (20 * 64,) and np.abs(wave).max() == 1
    one_puff = np.abs(np.fft.rfft(wave[600:700]))  # the wave repeats every 100 samples
    decibels = japanese_vowels.spectrum(utterance[:1], 100 * np.arange(51))[0]
    assert np.ptp(20 * np.log10(one_puff) - decibels) < 0.1


def test_an_application_gets_no_stand_in(monkeypatch):
    def fetch_nothing(file):
        raise FetchError("no network")

    monkeypatch.setattr(japanese_vowels, "fetch", fetch_nothing)
    with pytest.raises(FetchError, match="no network"):
        japanese_vowels.recorded()
