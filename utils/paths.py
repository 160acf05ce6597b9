"""Where everything lies: the only module that spells out a path of the course."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

NOTEBOOKS = ROOT / "notebooks"
SOLUTIONS = NOTEBOOKS / "solutions"
HOMEWORK = NOTEBOOKS / "homework"  # what students get, made from the solutions
LESSONS = [
    NOTEBOOKS / f"{name}.ipynb"
    for name in (
        "00_first_lstm",
        "01_vanishing_gradients",
        "02_recurrent_networks",
        "03_lstm_gate_by_gate",
        "04_inside_a_trained_lstm",
        "05_gru",
        "06_counting",
        "07_recurrent_layers_in_use",
        "08_training_well",
    )
]
# What recurrent networks are used for, on real data; without it, some of them are left out.
APPLICATIONS = [
    NOTEBOOKS / "applications" / f"{name}.ipynb"
    for name in (
        "01_river",
        "02_chorales",
        "03_tunes",
        "04_restaurants",
        "05_paraphrases",
        "06_speakers",
        "07_hurricanes",
        "08_languages",
        "09_translation",
        "10_cartpole",
        "11_handwriting",
        "12_entities",
        "13_trees",
        "14_shakespeare",
    )
]
CLAIMS = NOTEBOOKS / "claims.csv"
STUDY = NOTEBOOKS / "study"  # the claims with many seeds, a file a lesson
DOCS = ROOT / "docs"  # what the site has besides notebooks, and how Sphinx makes it

DATA = ROOT / "data"
REVIEWS_SAMPLE = DATA / "imdb_sample.csv"
REVIEWS_SAMPLE_KEY = DATA / "imdb_sample_key.csv"
RADAR_SAMPLE = DATA / "rain_sample.csv"
REVIEWS = DATA / "IMDB Dataset.csv"  # all 50,000, once `make data` has fetched them
RADAR = DATA / "how-much-did-it-rain-ii"  # the competition's train.csv and test.csv, likewise

# What is made and not kept; elsewhere for a course that may only be read.
BUILD = ROOT / Path(os.environ.get("COURSE_BUILD") or "build").expanduser()
CACHE = Path(os.environ.get("COURSE_CACHE") or BUILD / "cache")
# Real data that others publish, once it was fetched.
FETCHED = (BUILD if os.environ.get("COURSE_BUILD") else DATA) / "fetched"
SITE = BUILD / "site"
KERAS_HOME = BUILD / "keras"  # where keras.json of the home folder is not to hold
HANDINS = BUILD / "handins"
GRADES = BUILD / "grades"
ORIGINALITY = BUILD / "originality"
REPLACED = BUILD / "replaced"
RELEASE = BUILD / "release" / "recurrent_networks_course.zip"

BENCH_RESULTS = ROOT / "utils" / "bench" / "results"


def find(path):
    """A file as a person names it: from where they are, or else from the course's folder.

    A notebook that is handed in runs elsewhere than where it lies: COURSE_NOTEBOOK, a variable of
    the environment, is the folder from where its paths start.

    >>> find("data/imdb_sample.csv").exists()
    True
    """
    path = Path(path).expanduser()
    folders = [Path(os.environ.get("COURSE_NOTEBOOK") or "."), ROOT]
    return next((folder / path for folder in folders if (folder / path).exists()), path)


def absolute(path, names=()):
    """A path as text that means the same in every folder; one of `names` stays as it is.

    >>> absolute("sample", names=("sample",)), Path(absolute("my.csv")).is_absolute()
    ('sample', True)
    """
    return str(path) if str(path) in names else str(Path(path).expanduser().resolve())
