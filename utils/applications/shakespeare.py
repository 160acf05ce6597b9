"""Eight plays of Shakespeare, as text: who speaks, and what, character by character.

The text of Moby Lexical Tools (1992), marked up in XML by Jon Bosak (1996-1998), both in the public
domain; from the collection of NLTK, 475 kB. Titles, lists of persons and stage directions are left
out, also those that stand inside of a line.
"""

from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np

from utils.fetch import IN_NLTK, NotAsPublishedError, RemoteFile, fetch, opened_zip

FILE = RemoteFile(
    **IN_NLTK,
    path="packages/corpora/shakespeare.zip",
    n_bytes=475_458,
    sha256="f1251d8c254710363254ba29c9dc0888d5cb13d5ac736ebc6fb14380f447cfc3",
    what="Eight plays of Shakespeare (shakespeare.zip)",
    licence="public domain",
)
FILES = (FILE,)

# {play: its file}
PLAYS = {
    "Antony and Cleopatra": "a_and_c",
    "A Midsummer Night's Dream": "dream",
    "Hamlet": "hamlet",
    "Julius Caesar": "j_caesar",
    "Macbeth": "macbeth",
    "The Merchant of Venice": "merchant",
    "Othello": "othello",
    "Romeo and Juliet": "r_and_j",
}


class PlayError(NotAsPublishedError):
    """Which file does not hold the plays as they were published, why, and what to do."""

    is_not = "does not hold the plays as they were published"


class Play(NamedTuple):
    """text: all speeches of a play. is_name: (N,), bool, whether a character is of a name.

    A speech is the name of its speaker in capitals, a line of its own for each speaker, then the
    lines that are spoken, then an empty line. N is the number of characters. Ends of lines belong
    to no name.
    """

    text: str
    is_name: np.ndarray


def load():
    """The eight plays: {title: `Play`}.

    Fetched when they are first needed; raises FetchError where that cannot be.

    >>> print(load()["Macbeth"].text[:80])  # doctest: +SKIP
    FIRST WITCH
    When shall we three meet again
    In thunder, lightning, or in rain?
    """
    return read(fetch(FILE))


def read(path, plays=PLAYS):
    """As `load`, of a ZIP file. Raises PlayError for another file or a broken one.

    plays: {title: the name of its file in shakespeare/, without .xml}. A file that declares a
    document type is refused, so that no entity is defined and nothing else is fetched.

    >>> list(read(fetch(FILE), {"The Moor": "othello"}))  # doctest: +SKIP
    ['The Moor']
    """
    with opened_zip(path, PlayError) as archive:
        contents = {title: archive.read(f"shakespeare/{n}.xml") for title, n in plays.items()}
    found = {}
    for title, content in contents.items():
        try:
            found[title] = parse(content)
        except ValueError as error:
            raise PlayError(path, f"{title}: {error}") from error
    return found


def parse(content):
    """The `Play` of a text in XML, bytes. Raises ValueError, which says why, for another text.

    >>> play = parse(
    ...     b"<PLAY><SPEECH><SPEAKER>Boy</SPEAKER><LINE>He has kill'd me,</LINE></SPEECH></PLAY>"
    ... )
    >>> play.text
    "BOY\\nHe has kill'd me,\\n\\n"
    >>> play.is_name.astype(int)[:5]
    array([1, 1, 1, 0, 0])
    """
    try:
        root = ElementTree.fromstring(content, ElementTree.XMLParser(target=_NoDoctype()))
    except (ElementTree.ParseError, LookupError) as error:
        raise ValueError(f"it is no XML ({error})") from error
    pieces = []  # (text, whether it is a name)
    for number, speech in enumerate(root.iter("SPEECH"), 1):
        names = [_plain(name).upper() for name in speech.iter("SPEAKER")]
        lines = [_plain(line) for line in speech.iter("LINE")]
        if not any(lines):
            raise ValueError(f"speech {number} has no line")
        for name in filter(None, names):  # one speech of Romeo and Juliet has an empty name
            pieces += [(name, True), ("\n", False)]
        pieces += [(line + "\n", False) for line in lines if line] + [("\n", False)]
    if not pieces:
        raise ValueError("no speech is in it")
    is_name = np.concatenate([np.full(len(text), name) for text, name in pieces])
    return Play("".join(text for text, _ in pieces), is_name)


class _NoDoctype(ElementTree.TreeBuilder):
    def doctype(self, *_):
        raise ValueError("it declares a document type")


def _plain(element):
    """The text of a name or a line on one line, without the stage directions inside of it."""
    parts = [element.text, *(child.tail for child in element)]
    return " ".join(" ".join(filter(None, parts)).split())
