"""Fiddle tunes as characters: reels, hornpipes and jigs of a book of 1883, in ABC notation.

William Bradbury Ryan's *Mammoth Collection* (Boston, 1883), written out in ABC by John Chambers,
Ray Davies and others, one file a tune, as the package music21 brings it: nothing is fetched.
"""

import importlib.util
import re
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np

from utils.applications.tones import normalized, tone
from utils.errors import CourseError

# {(M:, L:) of a file: (metre, L:) as they are given here}. A 2/4 in sixteenths is read as a cut
# time in eighths: the same characters, eight units a bar.
METRES = {
    ("2/4", "1/16"): "4/4",
    ("C|", "1/8"): "4/4",
    ("C", "1/8"): "4/4",
    ("6/8", "1/8"): "6/8",
}
UNITS = {"4/4": 8, "6/8": 6}  # eighths in a bar

_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHARPS = ("F", "C", "G", "D", "A", "E", "B")
_MAJOR = {"C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5, "F": -1, "Bb": -2, "Eb": -3, "Ab": -4}
_MINOR = {"A": 0, "E": 1, "B": 2, "F#": 3, "C#": 4, "D": -1, "G": -2, "C": -3, "F": -4}
_IN_TIME_OF = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}  # (2 notes last as 3, (3 as 2, ...
_ONE = re.compile(
    r"\((?P<tuplet>\d)|(?P<sign>[\^_=]?)(?P<letter>[A-Ga-gz])(?P<octave>[,']*)"
    r"(?P<times>\d*)(?P<over>/*)(?P<by>\d*)|(?P<broken>[<>]+)|(?P<line>\|[12]?|:)|(?P<other>.)",
    re.DOTALL,
)
_ORNAMENTS = re.compile(r'"[^"]*"|\{[^}]*\}|![^!]*!|\\|%.*|\((?!\d)|[)h-yH-Y.~\s-]')
_ALLOWED = re.compile(r"([A-Ga-gz,'2-468/<>|:\[\]]|[\^_=](?=[A-Ga-g])|\((?=[2-9])|(?<=\|)[12])*")


class TuneError(CourseError):
    """What is no tune in ABC notation, and why."""


class Tune(NamedTuple):
    """A tune: its title, metre (4/4 or 6/8), key (as D or Em), and bars as characters.

    >>> Tune("Mine -- Reel", "4/4", "D", "A2|FDDF").text
    'M:4/4 K:D A2|FDDF\\n'
    """

    title: str
    metre: str
    key: str
    bars: str

    @property
    def header(self):
        """Metre and key as a text begins with them."""
        return f"M:{self.metre} K:{self.key} "

    @property
    def text(self):
        """The header, the bars, and the end of line that says that the tune is over."""
        return f"{self.header}{self.bars}\n"

    @property
    def notes(self):
        """The notes of the bars in the key: a list of `Note`."""
        return notes(self.bars, self.key)

    @property
    def bar_lines(self):
        """When a bar ends, if all bars but the first are full: times in units of L:, an array.

        >>> Tune("Mine", "6/8", "D", "A|ABcdef|d5||").bar_lines
        array([1., 7.])
        """
        first, units = self.bars.lstrip("|:").split("|")[0], UNITS[self.metre]
        end = float(sum(note.length for note in self.notes))
        return np.arange(float(bar_length(first)) % units, end + 1, units)


class Note(NamedTuple):
    """pitch: MIDI's number (60 is the C in the middle of a piano), None for a rest. length: in
    units of L:, a Fraction."""

    pitch: int | None
    length: Fraction


def folder():
    """Where music21 keeps the collection."""
    found = importlib.util.find_spec("music21")
    if not found:
        raise TuneError("The tunes come with the package music21: pip install music21")
    return Path(found.origin).parent / "corpus" / "ryansMammoth"


def load():
    """The tunes that are one melody in one of METRES and one key: a list of `Tune`.

    >>> load()[0].title
    '42d Highland Regiment -- Strathspey'
    """
    tunes = [read(path) for path in sorted(folder().glob("*.abc"))]
    return [tune for tune in tunes if tune]


def read(path):
    """The `Tune` of a file; None for one of another kind (chords, other metres, two keys).

    Raises TuneError for a file that is empty, holds no ABC or no K:.
    """
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TuneError(f"{path} is not a text that can be read") from error
    if not text.strip():
        raise TuneError(f"{path} is empty")
    fields = re.findall(r"^([A-Za-z]):[ \t]*(.*?)[ \t]*$", text, re.M)
    names, of_field = [name for name, _ in fields], dict(reversed(fields))  # the first counts
    if not {"X", "T"} <= of_field.keys():
        raise TuneError(f"{path} holds no tune in ABC notation (it has no X: or no T:)")
    if "K" not in of_field:
        raise TuneError(f"{path} has no K:, the key")
    form = of_field.get("M"), of_field.get("L", "1/16" if of_field.get("M") == "2/4" else "1/8")
    metre, key = METRES.get(form), of_field["K"].replace(" ", "")
    changes = any(names.count(name) > 1 for name in "KML")
    lines = [line for line in text.splitlines() if not re.match(r"[A-Za-z]:|%", line)]
    bars = clean("\n".join(lines))
    if not metre or changes or not _is_key(key) or not _ALLOWED.fullmatch(bars):
        return None
    if not bars.strip("|:"):
        raise TuneError(f"{path} has no notes")
    return None if re.search(r"\[(?!\d)|\]", bars) else Tune(of_field["T"], metre, key, bars)


def clean(text):
    """The notes, lengths and bar lines of a tune, without ornaments, fingers, slurs and spaces.

    >>> clean('"_mf"u((3DEF)|\\\\\\nvG2vGA BcdB | {d}cBcd .e2 :|')
    '(3DEF|G2GABcdB|cBcde2:|'
    """
    bars = re.sub(r"\[([12])", r"\1", _ORNAMENTS.sub("", text))
    bars = re.sub(r"\|\]|\[\||\|{2,}", "||", bars)
    bars = re.sub(r":\|*:", ":|:", re.sub(r":\|+", ":|", re.sub(r"\|+:", "|:", bars)))
    return re.sub(r"\|{3,}", "||", bars)


def notes(bars, key="C"):
    """The notes of some bars in ABC: a list of `Note`.

    key: as D or Em; its sharps and flats count, and a sign counts until the bar ends.

    >>> [(note.pitch, str(note.length)) for note in notes("c>d^c|z2(3cBc", "F")]
    [(72, '3/2'), (74, '1/2'), (73, '1'), (None, '2'), (72, '2/3'), (70, '2/3'), (72, '2/3')]

    Raises TuneError where a character has no meaning.
    """
    found, signs = [], {}
    n_left, factor, broken = 0, Fraction(1), Fraction(1)
    for one in _ONE.finditer(bars):
        if one["letter"]:
            length = Fraction(int(one["times"] or 1))
            if one["over"]:
                length /= int(one["by"]) if one["by"] else 2 ** len(one["over"])
            if n_left:
                length, n_left = length * factor, n_left - 1
            found.append(Note(_pitch(one, key, signs), length * broken))
            broken = Fraction(1)
        elif one["tuplet"]:
            n_left = int(one["tuplet"])
            factor = Fraction(_IN_TIME_OF.get(n_left, n_left), n_left or 1)
        elif one["broken"] and found:
            short = Fraction(1, 2 ** len(one["broken"]))
            first, broken = (2 - short, short) if ">" in one["broken"] else (short, 2 - short)
            found[-1] = found[-1]._replace(length=found[-1].length * first)
        elif one["line"]:
            signs.clear()
        else:
            raise TuneError(f"{one[0]!r} has no meaning in {bars!r}")
    return found


def bar_length(bar):
    """How many units of L: the notes of a bar last together: a Fraction; None for no ABC.

    >>> print(bar_length("A>Bc2(3def"), bar_length("d/c/B"), bar_length("A>"), bar_length("(("))
    6 2 3/2 None
    """
    try:
        return sum((note.length for note in notes(bar)), Fraction(0))
    except (TuneError, ZeroDivisionError):
        return None


def inner_bars(bars):
    """Those bars that must be full: between two plain bar lines, neither first nor last of a part.

    >>> inner_bars("A2|BcdB|cBcd|e2:|:fg|abag|fedc|d2:|")
    ['BcdB', 'cBcd', 'abag', 'fedc']
    """
    parts = re.split(r":\|:?|\|[12:|]", bars)
    return [bar for part in parts for bar in part.strip("|").split("|")[1:-1]]


def right_bars(tune):
    """For each inner bar of a `Tune`: whether its notes add up to the metre."""
    return [bar_length(bar) == UNITS[tune.metre] for bar in inner_bars(tune.bars)]


def families(texts, longest=24):
    """Which texts share a passage longer than `longest` characters, directly or through others.

    texts: N of them. Returns an array (N,), int: the same number for those of one family, which is
    the place of its first text.

    >>> families(["abcdef", "xyz", "bcdefg", "efgh"], longest=2)
    array([0, 1, 0, 0])
    """
    parents, first = list(range(len(texts))), {}

    def head(i):
        while parents[i] != i:
            i = parents[i]
        return i

    for i, text in enumerate(texts):
        for start in range(len(text) - longest):
            other = first.setdefault(text[start : start + longest + 1], i)
            older, newer = sorted((head(other), head(i)))
            parents[newer] = older
    return np.array([head(i) for i in range(len(texts))])


def sound(notes, seconds=0.2, rate=8000):
    """How notes sound when they are plucked: a wave (N,), float64, from -1 to 1.

    notes: a list of `Note`. seconds: of one unit of length. rate: numbers a second.

    >>> wave = sound([Note(69, Fraction(1)), Note(None, Fraction(2))], seconds=0.5, rate=1000)
    >>> wave.shape, float(abs(wave[:500]).max()), float(abs(wave[500:]).max())
    ((1500,), 1.0, 0.0)
    """
    ends = np.cumsum([float(note.length) for note in notes]) * seconds * rate
    edges = np.concatenate([[0], ends]).round().astype(int)
    wave = np.zeros(edges[-1])
    for note, start, end in zip(notes, edges[:-1], edges[1:], strict=True):
        if note.pitch is not None:
            string = {"overtones": (1, 1 / 4, 1 / 9), "decay": 4, "fade": 0.01}
            wave[start:end] = tone(note.pitch, end - start, rate, **string)
    return normalized(wave)


def share_right(tunes):
    """The share of the inner bars of some tunes whose notes add up to the metre.

    >>> share_right([Tune("Mine", "6/8", "D", "A|ABcdef|ABc|d3||"), Tune("", "6/8", "D", "A")])
    0.5
    """
    right = [is_right for tune in tunes for is_right in right_bars(tune)]
    return float(np.mean(right)) if right else np.nan


def longest_copy(bars, known):
    """How many characters the longest passage of some bars has that stands in `known`, too.

    >>> longest_copy("ABcd|efga", "gg|ABcB|efgb|")
    4
    """
    longest = 0
    for start in range(len(bars)):
        while start + longest < len(bars) and bars[start : start + longest + 1] in known:
            longest += 1
    return longest


def bits(p, tunes, codes):
    """What each character after the header cost, -log2 of its probability: (N, T - 1).

    p: probabilities (N, T - 1, characters), of what comes after the first t characters of a text,
    t = 1 … T - 1, where T is the length of the longest. codes: {character: its number}. NaN where
    a character is of the header, or the text is over.

    >>> bits(np.full((1, 10, 4), 0.25), [Tune("", "4/4", "D", "")], dict.fromkeys("M:4/ KD\\n", 0))
    array([[nan, nan, nan, nan, nan, nan, nan, nan, nan,  2.]])
    """
    found = np.full(np.shape(p)[:2], np.nan)
    for row, of_tune, tune in zip(found, p, tunes, strict=True):
        for t in range(len(tune.header), len(tune.text)):
            row[t - 1] = -np.log2(of_tune[t - 1, codes[tune.text[t]]])
    return found


def _pitch(one, key, signs):
    letter = one["letter"]
    if letter == "z":
        return None
    place = letter + one["octave"]
    if one["sign"]:
        signs[place] = {"^": 1, "_": -1, "=": 0}[one["sign"]]
    octaves = 5 + letter.islower() + one["octave"].count("'") - one["octave"].count(",")
    return 12 * octaves + _SEMITONES[letter.upper()] + signs.get(place, _of_key(letter, key))


def _of_key(letter, key):
    n_sharps = _MINOR[key[:-1]] if key.endswith("m") else _MAJOR[key]
    if n_sharps >= 0:
        return int(letter.upper() in _SHARPS[:n_sharps])
    return -int(letter.upper() in _SHARPS[n_sharps:])


def _is_key(key):
    return key.removesuffix("m") in (_MINOR if key.endswith("m") else _MAJOR)
