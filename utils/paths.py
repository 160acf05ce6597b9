"""Where everything lies: the only module that spells out a path of the course."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

NOTEBOOKS = ROOT / "notebooks"
SOLUTIONS = NOTEBOOKS / "solutions"
HOMEWORK = NOTEBOOKS / "homework"  # what students get, made from the solutions
CLAIMS = NOTEBOOKS / "claims.csv"

DATA = ROOT / "data"
REVIEWS_SAMPLE = DATA / "imdb_sample.csv"
REVIEWS_SAMPLE_KEY = DATA / "imdb_sample_key.csv"
RADAR_SAMPLE = DATA / "rain_sample.csv"
REVIEWS = DATA / "IMDB Dataset.csv"  # Kaggle's, once `make data` has fetched it
RADAR = DATA / "how-much-did-it-rain-ii"  # the competition's train.csv and test.csv, likewise

# What is made and not kept; elsewhere for a course that may only be read.
BUILD = ROOT / Path(os.environ.get("COURSE_BUILD") or "build").expanduser()
CACHE = BUILD / "cache"
KERAS_HOME = BUILD / "keras"  # where keras.json of the home folder is not to hold
HANDINS = BUILD / "handins"
GRADES = BUILD / "grades"
ORIGINALITY = BUILD / "originality"
REPLACED = BUILD / "replaced"
RELEASE = BUILD / "release" / "recurrent_networks_course.zip"

BENCH_RESULTS = ROOT / "utils" / "bench" / "results"


def find(path):
    """A file as a person names it: from where they are, or else from the course's folder.

    >>> find("data/imdb_sample.csv").exists()
    True
    """
    path = Path(path).expanduser()
    return ROOT / path if not path.exists() and (ROOT / path).exists() else path
