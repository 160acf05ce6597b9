"""Real sentences from film reviews, small enough for a lesson: 10,662, half of them positive.

Pang & Lee, "Seeing stars" (2005): sentences from Rotten Tomatoes, in lower case, their label the
verdict of the review. Distributed by NLTK under CC BY 4.0; half a megabyte.
"""

import zipfile

import pandas as pd

from utils import files, paths
from utils.fetch import IN_NLTK, FetchError, RemoteFile, fetch

ARCHIVE = RemoteFile(
    **IN_NLTK,
    path="packages/corpora/sentence_polarity.zip",
    n_bytes=490_256,
    sha256="6e1ed4405b65c7eabf1d199a7f7c437091ac21da0ea7467b410a74062574566b",
    what="Sentences from film reviews (Pang & Lee 2005)",
    licence="CC BY 4.0",
)
FILES = (ARCHIVE,)


def fetched():
    """The path of a CSV file of real sentences, with the columns review and sentiment.

    sentiment is "positive" or "negative". Fetched when it is first needed; raises FetchError where
    that cannot be.

    >>> fetched().name  # doctest: +SKIP
    'sentence_polarity.csv'
    """
    rows = []
    with zipfile.ZipFile(fetch(ARCHIVE)) as opened:
        for sentiment in ("negative", "positive"):
            text = opened.read(f"sentence_polarity/rt-polarity.{sentiment[:3]}").decode("utf-8")
            rows += [(sentence.strip(), sentiment) for sentence in text.splitlines()]
    path = paths.FETCHED / "sentence_polarity.csv"
    table = pd.DataFrame(rows, columns=["review", "sentiment"])
    files.write_text(path, table.to_csv(index=False, lineterminator="\n"))
    return path


def csv():
    """As `fetched`; where that cannot be, a sentence says so and the bundled reviews, which are
    made, take their place.

    >>> csv().name  # doctest: +SKIP
    'sentence_polarity.csv'
    """
    try:
        return fetched()
    except FetchError as error:
        print(f"{error}\nUntil then, these are the bundled reviews: {paths.REVIEWS_SAMPLE.name}.")
        return paths.REVIEWS_SAMPLE
