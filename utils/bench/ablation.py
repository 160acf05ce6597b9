"""An ablation of homework 1's best model: one idea is taken away, the rest stays."""

import os
from dataclasses import replace

import joblib
import numpy as np
import pandas as pd

from utils import files, paths, reproducible
from utils.bench import judged_by, measure, read_split, report

SEEDS = (0, 1, 2)

# What is missing: changes of the settings, options of models.best_classifier, and what ratios
# are counted on.
WITHOUT = {
    "nothing": ({}, {}, "other reviews"),
    "chunks": ({"chunk_size": None}, {}, "other reviews"),
    "log-count ratios": ({}, {}, None),
    "counting ratios on other reviews": ({}, {}, "all reviews"),
    "n-grams and skip-grams": ({"max_n": 1, "max_skip": 0}, {}, "other reviews"),
    "4- and 5-grams": ({"max_n": 3}, {}, "other reviews"),
    "skip-grams": ({"max_skip": 0}, {}, "other reviews"),
    "punctuation": ({"punctuation": "!?"}, {}, "other reviews"),
    "the second direction": ({}, {"name": "lstm"}, "other reviews"),
    "attention": ({}, {"n_attention_heads": 0}, "other reviews"),
    "co-occurrence vectors": ({"window": 0, "embedding_scale": 0.05}, {}, "other reviews"),
    "word dropout": ({"word_dropout": 0.0}, {}, "other reviews"),
    "the falling learning rate": ({"cosine_decay": False}, {}, "other reviews"),
}


def run(source, test="", **_):
    """Train the best model without each of WITHOUT; print and keep results/ablation.txt and .csv.

    source: CSV file of reviews to learn from. test: one to judge by; by default a tenth of source.
    """
    title = (
        f"Homework 1's best model without one of its ideas, full tier, seeds {SEEDS}:\n"
        "accuracy of one network as mean ± standard deviation, and of their average, on "
        + judged_by(test)
    )
    os.environ.setdefault("COURSE_THREADS", "1")  # two at a time, a core each

    def without(idea):
        return measure("ablation", "without", idea, source, test)["result"]

    rows = []
    side_by_side = joblib.Parallel(2, backend="threading", return_as="generator")
    with report("ablation", title) as say:
        say(f"{'taken away':<36}{'one network':>18}{'their average':>16}")
        measured = side_by_side(map(joblib.delayed(without), WITHOUT))
        for idea, found in zip(WITHOUT, measured, strict=True):
            rows.append({"taken away": idea} | found)
            one = f"{found['mean']:.4f} ± {found['sd']:.4f}"
            say(f"{idea:<36}{one:>18}{found['average']:>16.4f}")
    with files.atomic_write(paths.BENCH_RESULTS / "ablation.csv") as beside:
        table = pd.DataFrame(rows)
        table.to_csv(beside, index=False, float_format="%.4f", lineterminator="\n")


def _without(idea, source, test):
    reproducible.set_up()
    from utils import settings

    _, best = settings.sentiment(source, "full")
    learned, judged = read_split(source, test)
    changes, options, counted_on = WITHOUT[idea]
    return lambda: _accuracies(learned, judged, replace(best, **changes), options, counted_on)


MEASUREMENTS = {"without": _without}


def _accuracies(learned, judged, chosen, options, counted_on):
    """A dict of mean and sd over the seeds, and of the average of their probabilities."""
    from utils import models, training
    from utils.reviews import ngrams
    from utils.reviews.batches import batches

    labels = learned["label"].to_numpy()
    inputs = ngrams.TokensAndRatios(chosen)
    features = inputs.fit_transform(learned["review"], labels)
    features_judged = inputs.transform(judged["review"])
    if counted_on == "all reviews":
        features = inputs.transform(learned["review"])
    if counted_on is None:
        features, features_judged = map(_without_ratios, (features, features_judged))
    best = training.train(
        lambda: models.best_classifier(chosen, inputs.vectors, **options),
        lambda seed: batches(features, labels, chosen.batch_size, shuffle_seed=seed),
        seeds=SEEDS,
        epochs=chosen.epochs,
        keep="last",
        cosine_decay=chosen.cosine_decay,
    )
    probabilities = best.predict(features_judged)
    of_seeds = [training.accuracy(judged["label"], of_seed) for of_seed in probabilities]
    return {
        "mean": float(np.mean(of_seeds)),
        "sd": float(np.std(of_seeds, ddof=1)),
        "average": training.accuracy(judged["label"], probabilities.mean(axis=0)),
    }


def _without_ratios(features):
    tokens, ratios = features
    return tokens, [np.zeros_like(of_review) for of_review in ratios]
