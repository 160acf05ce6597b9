"""Names that notebooks handed out before 2027 import from the course.

Students keep a notebook for weeks: what was handed out under the old names must still run, be
handed in and be graded. `from utils import imdb` finds them by way of utils/__init__.py; no new
notebook uses them.
"""

import importlib
from types import SimpleNamespace

# Old module -> {old name: where it is now}.
NAMES = {
    "experiments": {
        "accuracy": "utils.training:accuracy",
        "rain_budget": "utils.settings:radar",
        "train_on_hours": "utils.former:train_on_hours",
    },
    "imdb": {
        "check_predictions": "utils.reviews.predictions:check_predictions",
        "read_reviews": "utils.reviews.read:read_reviews",
        "standardise": "utils.reviews.text:standardise",
    },
    "radar_hours": {"RAIN_CSV": "utils.paths:RADAR_SAMPLE"},
    "rainfall": {
        "COLUMNS": "utils.radar.hours:COLUMNS",
        "check_submission": "utils.radar.submission:check_submission",
        "read_hours": "utils.radar.read:read_hours",
    },
    "samples": {"REVIEWS_CSV": "utils.paths:REVIEWS_SAMPLE"},
}


def module(name):
    """What notebooks use of the old module `name`, as attributes; KeyError for another name.

    >>> module("rainfall").COLUMNS[:2]
    ['minutes_past', 'radardist_km']
    """
    found = {}
    for old, place in NAMES[name].items():
        now, _, attribute = place.partition(":")
        found[old] = getattr(importlib.import_module(now), attribute)
    return SimpleNamespace(**found)


def train_on_hours(model, train_data, validation_data, settings, seeds):
    """`training.train` as it was called: a list with one result a seed, which `answers(inputs)`."""
    from utils.radar.batches import batches
    from utils.training import predict, train

    trained = train(
        lambda: model,
        lambda seed: batches(*train_data, settings.batch_size, shuffle_seed=seed),
        batches(*validation_data, batch_size=1024),
        seeds=seeds,
        epochs=settings.epochs,
    )
    models = [trained.model(seed) for seed in trained.seeds]
    return [SimpleNamespace(answers=lambda inputs, of=of: predict(of, inputs)) for of in models]
