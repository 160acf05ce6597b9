"""Letters of five alphabets as people drew them, stroke by stroke: 136 letters, 20 times each.

The smaller background set of Omniglot (Lake, Salakhutdinov and Tenenbaum 2015): volunteers on the
web copied each letter once with the mouse. Each alphabet had twenty drawers of its own.

Dimensions: P points of a drawing, T steps.
"""

import re
from typing import NamedTuple

import numpy as np

from utils.fetch import NotAsPublishedError, RemoteFile, fetch, opened_zip

FILE = RemoteFile(
    repository="brendenlake/omniglot",
    commit="057f034baf2ecb8530bc5710e5a23584d2a519cc",
    path="python/strokes_background_small1.zip",
    n_bytes=3_056_274,
    sha256="8cb3960fb6cf4ccf5f064ad83169f828c36c36782a0f6e7faacb7ecfae4468a2",
    what="Letters of five alphabets, stroke by stroke (strokes_background_small1.zip)",
    licence="MIT",
)
FILES = (FILE,)
ALPHABETS = ("Balinese", "Early_Aramaic", "Greek", "Korean", "Latin")
N_DRAWERS = 20
_NAME = re.compile(r"strokes_\w+/(\w+)/character(\d\d)/\d+_(\d\d)\.txt")
_POINT = re.compile(r"(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?),\d+")


class OmniglotError(NotAsPublishedError):
    """Which file does not hold the drawings as they were published, why, and what to do."""

    is_not = "does not hold the drawings as they were published"


class Drawing(NamedTuple):
    """One letter by one hand.

    alphabet: one of ALPHABETS. character, drawer: counted from 1 in each alphabet.
    points: (P, 3), x to the right and y upwards in dots of a square of 105, and 1 in the last
    point of a stroke, where the pen is lifted, else 0.
    """

    alphabet: str
    character: int
    drawer: int
    points: np.ndarray


def load():
    """The 2,720 drawings, by alphabet, character and drawer: a list of Drawing.

    Fetched when they are first needed; raises FetchError where that cannot be.

    >>> load()[0].points.shape  # doctest: +SKIP
    (139, 3)
    """
    return read(fetch(FILE))


def read(path):
    """As `load`, of a ZIP file. Raises OmniglotError for another file or a broken one.

    >>> len(read(fetch(FILE)))  # doctest: +SKIP
    2720
    """
    with opened_zip(path, OmniglotError) as archive:
        names = [match for name in archive.namelist() if (match := _NAME.fullmatch(name))]
        contents = {match.groups(): archive.read(match[0]) for match in names}
    try:
        texts = {key: content.decode() for key, content in contents.items()}
    except UnicodeDecodeError as error:
        raise OmniglotError(path, "a drawing is not in UTF-8") from error
    drawings = []
    for (alphabet, character, drawer), text in sorted(texts.items()):
        points = _points(text, f"{alphabet}, character {character}, drawer {drawer}", path)
        drawings.append(Drawing(alphabet, int(character), int(drawer), points))
    for alphabet in ALPHABETS:
        if not any(drawing.alphabet == alphabet for drawing in drawings):
            raise OmniglotError(path, f"no drawing of the alphabet {alphabet} is in it")
    for alphabet, character in sorted({key[:2] for key in texts}):
        if alphabet not in ALPHABETS:
            raise OmniglotError(path, f"{alphabet} is none of its five alphabets")
        n = sum(key[:2] == (alphabet, character) for key in texts)
        if n != N_DRAWERS:
            raise OmniglotError(
                path, f"{alphabet}, character {character} has {n} drawings, not {N_DRAWERS}"
            )
    return drawings


def strokes(points):
    """The strokes of a drawing: [x and y, (P, 2)].

    >>> [stroke.tolist() for stroke in strokes(np.array([[0, 0, 0], [4, 3, 1], [9, 9, 1]]))]
    [[[0, 0], [4, 3]], [[9, 9]]]
    """
    ends = np.flatnonzero(points[:, 2]) + 1
    return np.split(points[:, :2], ends[:-1])


def offsets(points, step):
    """A drawing as steps of about the same length: (T, 3), float32.

    Each stroke is cut into parts that are equally long, about `step` dots. A row has the way from
    one cut to the next, in units of `step` to the right and upwards, and 1 if the pen is in the
    air on this way, from one stroke to the next.

    >>> offsets(np.array([[0, 0, 0], [10, 0, 1], [10, 5, 0], [10, 0, 1]]), 5).tolist()
    [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, -1.0, 0.0]]
    """
    cuts, starts = [], []
    for stroke in strokes(points):
        way = np.r_[0, np.hypot(*np.diff(stroke, axis=0).T).cumsum()]
        at = np.linspace(0, way[-1], max(1, round(way[-1] / step)) + 1)
        starts.append(sum(map(len, cuts)))
        cuts.append(np.stack([np.interp(at, way, values) for values in stroke.T], axis=1))
    moves = np.diff(np.concatenate(cuts), axis=0) / step
    in_air = np.isin(np.arange(1, len(moves) + 1), starts)
    return np.c_[moves, in_air].astype("float32")


def statistics(steps):
    """What one sees of a drawing without following the pen: 14 numbers.

    steps: (T, 3), as `offsets` returns them. The numbers are the way on the paper in each of
    eight directions, the number of jumps and of steps, the width and the height, and where the
    pen ends, to the right and upwards of its start.

    >>> [int(number) for number in statistics(np.array([[2, 1, 0], [0, 1, 1]]))[8:]]
    [1, 2, 2, 2, 2, 2]
    """
    x, y, air = steps.T
    way, paper = np.r_[np.zeros((1, 2)), steps[:, :2].cumsum(axis=0)], air == 0
    angles, lengths = np.arctan2(y, x)[paper], np.hypot(x, y)[paper]
    directions = np.histogram(angles, 8, (-np.pi, np.pi), weights=lengths)[0]
    return [*directions, air.sum(), len(steps), *np.ptp(way, axis=0), *way[-1]]


def _points(text, name, path):
    """The points of a drawing, or OmniglotError."""
    start, *lines = text.splitlines() or [""]
    if start != "START":
        raise OmniglotError(path, f"{name} does not begin with START")
    rows = []
    for number, line in enumerate(lines, 2):
        if match := _POINT.fullmatch(line):
            rows.append([float(match[1]), float(match[2]), 0])
        elif line != "BREAK":
            raise OmniglotError(path, f"{name} has {line[:40]!r} in line {number}, not x,y,time")
        elif not rows or rows[-1][2]:
            raise OmniglotError(path, f"{name} has a stroke without a point in line {number}")
        else:
            rows[-1][2] = 1
    if not rows or not rows[-1][2]:
        raise OmniglotError(path, f"{name} does not end with BREAK")
    return np.array(rows)
