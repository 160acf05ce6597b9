"""The Universal Declaration of Human Rights in twenty languages: 30 articles each, and a preamble.

The United Nations' translations (1948 and later), as the project *UDHR in Unicode* wrote them out
(Eric Muller, unicode.org/udhr), from the collection of NLTK: 1.7 MB with all its 388 texts, of
which twenty that write in Latin letters are read.
"""

import re
import unicodedata

from babel import Locale

from utils.fetch import IN_NLTK, FetchError, NotAsPublishedError, RemoteFile, fetch, opened_zip

FILE = RemoteFile(
    **IN_NLTK,
    path="packages/corpora/udhr2.zip",
    n_bytes=1_653_975,
    sha256="0796c314b09a930c989c6f9d93d226af9af13feccd88496e196c743dd266c7f3",
    what="The Universal Declaration of Human Rights in many languages (udhr2.zip)",
    licence="public domain",
)
FILES = (FILE,)
N_ARTICLES = 30
KINDS = ("territories", "currencies")  # of names in babel

# {language: its file}; relatives stand next to each other.
LANGUAGES = {
    "English": "eng",
    "Dutch": "nld",
    "German": "deu",
    "Danish": "dan",
    "Norwegian": "nob",  # Bokmål
    "Swedish": "swe",
    "Icelandic": "isl",
    "French": "fra",
    "Catalan": "cat",
    "Spanish": "spa",
    "Portuguese": "por_PT",
    "Italian": "ita",
    "Romanian": "ron",
    "Polish": "pol",
    "Czech": "ces",
    "Slovak": "slk",
    "Finnish": "fin",
    "Estonian": "est",
    "Hungarian": "hun",
    "Turkish": "tur",
}


class DeclarationError(NotAsPublishedError):
    """Which file does not hold the Declaration as it was published, why, and what to do."""

    is_not = "does not hold the Declaration as it was published"


def load():
    """The Declaration in twenty languages: {language: its 31 parts, preamble and articles}.

    So article 1 is part 1. A part is a text without its heading, on one line. Fetched when it is
    first needed; where that cannot be, a sentence says so and names from the package babel take
    its place.

    >>> load()["English"][3]  # doctest: +SKIP
    'Everyone has the right to life, liberty and the security of person.'
    """
    try:
        return read(fetch(FILE))
    except FetchError as error:
        print(
            f"{error}\nUntil then, these are names of countries and currencies in the same "
            "languages, from the package babel."
        )
        return in_babel()


def in_babel():
    """As `load`, of names of countries and currencies in babel, the same ones in part n of each.

    >>> in_babel()["German"][2][:41]
    'Nordamerika, Vereinigte Arabische Emirate'
    """
    english = Locale("en")
    codes = {name: code for code, name in english.languages.items()}
    known = [(kind, code) for kind in KINDS for code in sorted(getattr(english, kind))]
    found = {}
    for language in LANGUAGES:
        locale = Locale(codes[language])
        names = [getattr(locale, kind).get(code, "") for kind, code in known]
        every = N_ARTICLES + 1
        found[language] = [", ".join(filter(None, names[n::every])) for n in range(every)]
    return found


def read(path, languages=LANGUAGES):
    """As `load`, of a ZIP file. Raises DeclarationError for another file or a broken one.

    languages: {language: the name of its file in udhr2/, without .txt}.

    >>> list(read(fetch(FILE), {"Maltese": "mlt"}))  # doctest: +SKIP
    ['Maltese']
    """
    with opened_zip(path, DeclarationError) as archive:
        contents = {
            language: archive.read(f"udhr2/{name}.txt") for language, name in languages.items()
        }
    try:
        texts = {language: content.decode() for language, content in contents.items()}
    except UnicodeDecodeError as error:
        raise DeclarationError(path, "a text is not in UTF-8") from error
    return {name: _preamble_and_articles(text, name, path) for name, text in texts.items()}


def parts(text):
    """The parts of a text of the collection: [its lines, the first a title or a heading].

    A line of three spaces separates them; lines that are empty otherwise are left out.

    >>> parts("Title\\n      We\\n   \\n      Article 1\\n      \\n         All  are\\n")
    [['Title', 'We'], ['Article 1', 'All are']]
    """
    found = [[]]
    for line in unicodedata.normalize("NFC", text).splitlines():
        if words := line.split():
            found[-1].append(" ".join(words))
        elif line == "   ":
            found.append([])
    return [lines for lines in found if lines]


def _preamble_and_articles(text, language, path):
    """The 31 parts of a language, each on one line, or DeclarationError.

    The preamble takes in all that stands before article 1: the title, and what Danes, Norwegians,
    Swedes, Finns and Italians tell of 1948.
    """
    found = parts(text)
    before, articles = found[:-N_ARTICLES], found[-N_ARTICLES:]
    if not before:
        raise DeclarationError(
            path, f"{language} has fewer than {N_ARTICLES} articles and a preamble"
        )
    for number, (heading, *lines) in enumerate(articles, 1):
        # In French the first is "Article premier".
        if number > 1 and str(number) not in re.findall(r"\d+", heading):
            raise DeclarationError(
                path, f"{language} has {heading!r} where article {number} should be"
            )
        if not lines:
            raise DeclarationError(path, f"{language} has no text in article {number}")
    preamble = [line for lines in before for line in lines]
    return [" ".join(preamble)] + [" ".join(lines) for _, *lines in articles]
