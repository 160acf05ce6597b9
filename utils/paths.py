"""Where everything lies: the only module that spells out a path of the course."""

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

BUILD = ROOT / "build"  # what is made and not kept
CACHE = BUILD / "cache"
HANDINS = BUILD / "handins"
GRADES = BUILD / "grades"
ORIGINALITY = BUILD / "originality"
REPLACED = BUILD / "replaced"
RELEASE = BUILD / "release" / "recurrent_networks_course.zip"

BENCH_RESULTS = ROOT / "utils" / "bench" / "results"
