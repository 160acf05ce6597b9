"""Nine men say "ae": which of them was it? Real series for classification, 7 to 29 steps long.

Kudo, Toyama & Shimbo (1999), in the UCI archive; 12 cepstral coefficients every 6.4 ms or so of
270 utterances to learn from, 30 a speaker, and of 370 others. From the package aeon, 1.1 MB.
"""

from typing import NamedTuple

import numpy as np

from utils.fetch import FetchError, NotAsPublishedError, RemoteFile, fetch

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
RATE, SHIFT = 10_000, 64  # samples a second of the recording; from one step to the next
_LABELS = [str(speaker + 1) for speaker in range(N_SPEAKERS)]


class VowelsError(NotAsPublishedError):
    """Which file of the vowels can't be read, in which line, and what to do."""

    is_not = "is not the file of vowels as it was published"


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
        return recorded()
    except FetchError as error:
        print(f"{error}\nUntil then, these are made series of the same shape.")
        return made(270, seed=0), made(370, seed=1)


def recorded():
    """As `load`, with nothing in their place: raises FetchError where they cannot be had.

    >>> training, test = recorded()  # doctest: +SKIP
    >>> training.lengths.min(), test.lengths.max()  # doctest: +SKIP
    (7, 29)
    """
    return read(fetch(TRAINING)), read(fetch(TEST))


def spectrum(utterance, frequencies):
    """What 12 cepstral coefficients say of a sound: decibels (T, F) at each step and frequency.

    The logarithm of a spectrum as a sum of cosines; the coefficients are their heights. utterance:
    (T, 12). frequencies: (F,) in Hz, up to half the rate of the recording.

    >>> one_wave = np.eye(12)[:1]
    >>> spectrum(one_wave, [0, 2500, 5000]).round(2) + 0.0
    array([[ 8.69,  0.  , -8.69]])
    """
    angles = 2 * np.pi * np.asarray(frequencies) / RATE
    cosines = np.cos(np.outer(np.arange(1, N_FEATURES + 1), angles))
    return 20 / np.log(10) * (np.asarray(utterance, "float64") @ cosines)


def sound(utterance, pitch=110, times=4):
    """A wave, `RATE` numbers a second in -1 to 1, with the spectrum that the coefficients describe.

    A puff of air `pitch` times a second, each shaped by the coefficients of its step; pitch and
    loudness are not in the data. utterance: (T, 12). times: how many times as slow as it was said.

    >>> wave = sound(np.zeros((10, 12)), times=1)
    >>> len(wave), int((wave != 0).sum()), wave.max()  # 64 ms, 8 puffs, not shaped at all
    (640, 8, np.float64(1.0))
    """
    steps = np.asarray(utterance, "float64")
    n_samples, n_response = len(steps) * SHIFT * times, 512
    padded = np.pad(steps, ((0, 0), (1, n_response - 1 - N_FEATURES)))
    responses = np.fft.ifft(np.exp(np.fft.fft(padded))).real
    wave = np.zeros(n_samples + n_response)
    for start in range(0, n_samples, RATE // pitch):
        wave[start : start + n_response] += responses[start // (SHIFT * times)]
    return wave[:n_samples] / np.abs(wave).max()


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
        coefficients = 0.4 * of_speakers[who] + rng.normal(0, 0.3, (4, N_FEATURES))
        series.append(waves @ coefficients)
    return _padded(series, speaker)


def read(path):
    """The `Utterances` of a file. Raises VowelsError for another file or a broken one.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "one.ts")
    ...     _ = path.write_text("@data\\n" + "0.5,0.25:" * 12 + "9\\n")
    ...     utterances = read(path)
    >>> utterances.x[0, :3, 0].tolist(), utterances.lengths.tolist(), utterances.speaker.tolist()
    ([0.5, 0.25, 0.0], [2], [8])
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        lines = []
    if "@data" not in lines:
        raise VowelsError(path, "no line of it is @data")
    series, speaker = [], []
    for number, line in enumerate(lines[lines.index("@data") + 1 :], lines.index("@data") + 2):
        *features, label = line.split(":")
        if len(features) != N_FEATURES:
            raise VowelsError(
                path, f"line {number} has {len(features)} series, expected {N_FEATURES}"
            )
        if len({feature.count(",") for feature in features}) > 1:
            raise VowelsError(path, f"line {number} has series of different lengths")
        if label not in _LABELS:
            raise VowelsError(path, f"line {number} names speaker {label!r}, expected 1 to 9")
        try:
            one = np.array([feature.split(",") for feature in features], "float32").T
        except ValueError as error:
            raise VowelsError(path, f"line {number}: {error}") from None
        if len(one) > LONGEST or not np.isfinite(one).all():
            raise VowelsError(
                path, f"line {number} has {len(one)} steps or a value that is no number"
            )
        series.append(one)
        speaker.append(_LABELS.index(label))
    if not series:
        raise VowelsError(path, "no utterance is in it")
    return _padded(series, speaker)


def _padded(series, speaker):
    x = np.zeros((len(series), LONGEST, N_FEATURES), "float32")
    for row, of_utterance in zip(x, series, strict=True):
        row[: len(of_utterance)] = of_utterance
    return Utterances(x, np.array([len(one) for one in series]), np.array(speaker))
