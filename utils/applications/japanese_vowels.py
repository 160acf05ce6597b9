"""Nine men say "ae": which of them was it? Real series for classification, 7 to 29 steps long.

Kudo, Toyama & Shimbo (1999), in the UCI archive; 12 cepstral coefficients every 6.4 ms or so of
270 utterances to learn from, 30 a speaker, and of 370 others. From the package aeon, 1.1 MB.
"""

from typing import NamedTuple

import numpy as np

from utils.fetch import FetchError, RemoteFile, fetch

_IN_AEON = {
    "repository": "aeon-toolkit/aeon",
    "commit": "v1.6.0",
    "what": "Japanese vowels (Kudo et al. 1999)",
    "licence": "BSD-3",
}
TRAINING = RemoteFile(
    path="aeon/datasets/data/JapaneseVowels/JapaneseVowels_TRAIN.ts",
    n_bytes=487_971,
    sha256="68a430eabd919cc77f40b1f5f3bc0dcafacc1486bca9260785aeb7d262cc78cd",
    **_IN_AEON,
)
TEST = RemoteFile(
    path="aeon/datasets/data/JapaneseVowels/JapaneseVowels_TEST.ts",
    n_bytes=649_132,
    sha256="b3d41d6a0ca3bcad3afb9ca7d4365382aa51341e2e58bae2a574babdda5b9462",
    **_IN_AEON,
)
FILES = (TRAINING, TEST)
N_SPEAKERS, N_FEATURES, LONGEST = 9, 12, 29


class Utterances(NamedTuple):
    """N utterances: x (N, 29, 12) float32 with zeros after the end of each, lengths (N,) in
    steps, speaker (N,) from 0 to 8."""

    x: np.ndarray
    lengths: np.ndarray
    speaker: np.ndarray


def load():
    """The utterances to learn from and those to test on, two `Utterances`.

    Fetched when they are first needed; where that cannot be, a sentence says so and made series
    of the same shape take their place.

    >>> training, test = load()  # doctest: +SKIP
    >>> training.x.shape, test.x.shape  # doctest: +SKIP
    ((270, 29, 12), (370, 29, 12))
    """
    try:
        return _read(fetch(TRAINING)), _read(fetch(TEST))
    except FetchError as error:
        print(f"{error}\nUntil then, these are made series of the same shape.")
        return made(270, seed=0), made(370, seed=1)


def made(size, seed):
    """Made series of the same shape: each speaker has curves of his own, each utterance noise.

    >>> utterances = made(18, seed=0)
    >>> utterances.x.shape, utterances.speaker[:3].tolist()
    ((18, 29, 12), [0, 1, 2])
    """
    of_speakers = np.random.default_rng(7).normal(size=(N_SPEAKERS, 4, N_FEATURES))
    rng = np.random.default_rng(seed)
    series, speaker = [], np.arange(size) % N_SPEAKERS
    for who in speaker:
        time = np.linspace(0, 1, rng.integers(7, LONGEST + 1))
        waves = np.cos(np.pi * np.outer(time, np.arange(4)))
        coefficients = 0.4 * of_speakers[who] + rng.normal(0, 0.5, (4, N_FEATURES))
        series.append(waves @ coefficients)
    return _padded(series, speaker)


def _read(path):
    series, speaker = [], []
    text = path.read_text(encoding="utf-8").split("@data\n")[1]
    for line in text.splitlines():
        *features, label = line.split(":")
        series.append(np.array([feature.split(",") for feature in features], "float32").T)
        speaker.append(int(label) - 1)
    return _padded(series, speaker)


def _padded(series, speaker):
    x = np.zeros((len(series), LONGEST, N_FEATURES), "float32")
    for row, of_utterance in zip(x, series, strict=True):
        row[: len(of_utterance)] = of_utterance
    return Utterances(x, np.array([len(one) for one in series]), np.array(speaker))
