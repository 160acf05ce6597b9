"""What each idea of homework 1's best model is worth: it is taken away, the rest stays."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd

from utils import files, ngrams, reproducible
from utils.bench import RESULTS, judged_by, measure, read_split, report

SEEDS = (0, 1, 2)


def run(source, test="", **_):
    title = (
        f"Homework 1's best model without one of its ideas, full tier, seeds {SEEDS}:\n"
        "accuracy of one network as mean ± standard deviation, and of their average, on "
        + judged_by(test)
    )
    os.environ.setdefault("COURSE_THREADS", "1")  # two at a time, a core each

    def without(idea):
        return measure("ideas", "without", idea, source, test)["result"]

    rows = []
    with report("ideas", title) as say, ThreadPoolExecutor(max_workers=2) as pool:
        say(f"{'taken away':<36}{'one network':>18}{'their average':>16}")
        for idea, found in zip(WITHOUT, pool.map(without, WITHOUT), strict=True):
            rows.append({"taken away": idea} | found)
            one = f"{found['mean']:.4f} ± {found['sd']:.4f}"
            say(f"{idea:<36}{one:>18}{found['average']:>16.4f}")
    with files.written_whole(RESULTS / "ideas.csv") as beside:
        table = pd.DataFrame(rows)
        table.to_csv(beside, index=False, float_format="%.4f", lineterminator="\n")


def _without(idea, source, test):
    reproducible.set_up()
    from utils import experiments

    _, budget = experiments.budgets(source, "full")
    learned, judged = read_split(source, test)
    changes, options, ratios = WITHOUT[idea]
    return lambda: _accuracies(learned, judged, replace(budget, **changes), options, ratios)


TASKS = {"without": _without}

# What is missing: changes of the budget, options of models.best_reader, what ratios are counted on.
WITHOUT = {
    "nothing": ({}, {}, "other reviews"),
    "pieces": ({"piece": None}, {}, "other reviews"),
    "ratios": ({}, {}, None),
    "their counting on other reviews": ({}, {}, "all reviews"),
    "ratios of more than one word": ({"longest_ngram": 1, "furthest_pair": 1}, {}, "other reviews"),
    "ratios of 4 and 5 words": ({"longest_ngram": 3}, {}, "other reviews"),
    "ratios of pairs further apart": ({"furthest_pair": 1}, {}, "other reviews"),
    "full stops, commas, brackets": ({"marks": "!?"}, {}, "other reviews"),
    "places": ({}, {"placed": False}, "other reviews"),
    "the second direction": ({}, {"name": "lstm"}, "other reviews"),
    "averages with learned weights": ({}, {"n_looks": 0}, "other reviews"),
    "vectors from company": ({"window": 0, "embedding_start": 0.05}, {}, "other reviews"),
    "word dropout": ({"word_dropout": 0.0}, {}, "other reviews"),
    "places and word dropout": ({"word_dropout": 0.0}, {"placed": False}, "other reviews"),
    "the falling learning rate": ({"falling_rate": False}, {}, "other reviews"),
}


def _accuracies(learned, judged, budget, options, ratios):
    """A dict of mean and sd over the seeds, and of the average of their probabilities."""
    from utils import experiments, models

    labels = learned["label"].to_numpy()
    inputs = ngrams.WordsAndRatios(budget)
    arrays = {
        "learned": inputs.fit_transform(learned["review"], labels),
        "judged": inputs.transform(judged["review"]),
    }
    if ratios == "all reviews":
        arrays["learned"] = inputs.transform(learned["review"])
    if ratios is None:
        arrays = {
            part: (sequences, [np.zeros_like(ratio) for ratio in of_part])
            for part, (sequences, of_part) in arrays.items()
        }

    runs = experiments.train(
        lambda: models.best_reader(budget, inputs.vectors, **options),
        (arrays["learned"], labels),
        None,
        budget,
        SEEDS,
    )
    probabilities = np.array([run.probabilities(arrays["judged"]) for run in runs])
    of_seeds = [experiments.accuracy(judged["label"], of_seed) for of_seed in probabilities]
    return {
        "mean": float(np.mean(of_seeds)),
        "sd": float(np.std(of_seeds, ddof=1)),
        "average": experiments.accuracy(judged["label"], probabilities.mean(axis=0)),
    }
