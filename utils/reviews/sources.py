"""Reviews by name: what `source` may be besides the path of a CSV file."""

from utils import paths
from utils.reviews import movie_reviews, sentence_polarity

# Name -> the path of a CSV file, fetched where it must be.
SOURCES = {
    "sample": lambda: paths.REVIEWS_SAMPLE,
    "sentence_polarity": sentence_polarity.fetched,
    "movie_reviews": movie_reviews.fetched,
}


def path_of(source):
    """The path of a source: one of the names in SOURCES, or a file as `paths.find` finds it.

    Raises FetchError where what has that name cannot be fetched.

    >>> path_of("sample").name, path_of("data/imdb_sample.csv").name, path_of("my.csv").name
    ('imdb_sample.csv', 'imdb_sample.csv', 'my.csv')
    """
    named = SOURCES.get(str(source))
    return named() if named else paths.find(source)
