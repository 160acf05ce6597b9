"""Real reviews of films, small enough for a lesson hour: 2,000, half of them positive.

Pang & Lee, "A sentimental education" (2004): whole reviews from a newsgroup, in lower case, their
words and punctuation separated by spaces, their label from the stars that the writer gave.
Distributed by NLTK under CC BY 4.0; 4 MB.
"""

import re
import zipfile
from dataclasses import replace

import pandas as pd

from utils import files, paths
from utils.fetch import fetch
from utils.reviews import sentence_polarity

ARCHIVE = replace(
    sentence_polarity.ARCHIVE,  # the same repository, commit and licence
    path="packages/corpora/movie_reviews.zip",
    n_bytes=4_004_848,
    sha256="a41211ae685019137410268134db6a1a14428c89b671eb83056151a878539008",
    what="Film reviews (Pang & Lee 2004)",
)
FILES = (ARCHIVE,)


def fetched():
    """The path of a CSV file of the reviews, with the columns review and sentiment.

    In the order of the authors' ten folds, cv000 to cv999, of each number the negative review
    before the positive one. Fetched when it is first needed; raises FetchError where that cannot
    be.

    >>> fetched().name  # doctest: +SKIP
    'movie_reviews.csv'
    """
    rows = []
    with zipfile.ZipFile(fetch(ARCHIVE)) as opened:
        for name in opened.namelist():
            if found := re.fullmatch(r"movie_reviews/(neg|pos)/cv(\d+)_\d+\.txt", name):
                sentiment = {"neg": "negative", "pos": "positive"}[found[1]]
                text = " ".join(opened.read(name).decode("utf-8").split("\n")).strip()
                rows.append((found[2], sentiment, text))
    table = pd.DataFrame(sorted(rows), columns=["number", "sentiment", "review"])
    path = paths.FETCHED / "movie_reviews.csv"
    table = table[["review", "sentiment"]]
    files.write_text(path, table.to_csv(index=False, lineterminator="\n"))
    return path
