"""How the time to learn grows with review length, number of reviews, units and batch."""

import json
import statistics
import time
from dataclasses import replace

from utils import files, paths, reproducible
from utils.bench import REPEATS, measure, repeated, report, spread

BASE = {"words a review": 100, "reviews": 1024, "units": 32, "reviews a batch": 64}
VALUES = {
    "words a review": (25, 50, 100, 200, 400),
    "reviews": (256, 512, 1024, 2048, 4096),
    "units": (16, 32, 64, 128, 256),
    "reviews a batch": (8, 16, 32, 64, 128, 256),
}
CHUNK_SIZES = {"in one go": None, "in chunks of 50": 50}


def run(**_):
    """Time an epoch at each size in VALUES; print and keep results/cost.txt and cost.png."""
    title = (
        f"An LSTM learns for one epoch: seconds, {REPEATS} runs, median (least–most)\n"
        + ", ".join(f"{value:,} {name}" for name, value in BASE.items())
        + " where nothing else is said"
    )
    with report("cost", title) as say:
        runs = repeated(REPEATS, lambda: measure("cost", "epochs")["result"])
        seconds = {key: [run[key] for run in runs] for key in runs[0]}
        medians = {way: {} for way in CHUNK_SIZES}
        for name, values in VALUES.items():
            say(f"{name:<16}" + "".join(f"{way:>24}" for way in CHUNK_SIZES))
            for value in values:
                found = [seconds[json.dumps([way, name, value])] for way in CHUNK_SIZES]
                say(f"{value:<16,}" + "".join(f"{spread(of_way):>24}" for of_way in found))
                for way, of_way in zip(CHUNK_SIZES, found, strict=True):
                    medians[way].setdefault(name, {})[value] = statistics.median(of_way)
            say()
    from utils import figures

    picture = figures.show(figures.cost_of_learning(medians), alt="")
    with files.atomic_write(paths.BENCH_RESULTS / "cost.png") as beside:
        beside.write_bytes(picture.data)


def _epochs():
    """Seconds of an epoch by [way, name, value] as JSON, after one that compiles."""
    reproducible.set_up()
    import numpy as np

    from utils import models, settings
    from utils.reviews.batches import batches

    rng = np.random.default_rng(0)

    def epoch(chunk_size, sizes):
        n_words, n_reviews, units, batch_size = (sizes[name] for name in BASE)
        sequences = list(rng.integers(2, 1000, (n_reviews, n_words)).astype("int32"))
        labels = rng.integers(0, 2, n_reviews).astype("float32")
        chosen = replace(
            settings.FILE, units=units, embedding_dim=32, n_words=1000, chunk_size=chunk_size
        )
        model = models.sentiment_classifier("lstm", chosen)
        learned = batches(sequences, labels, batch_size, shuffle_seed=0)
        model.fit(learned, verbose=0, shuffle=False)
        start = time.perf_counter()
        model.fit(learned, verbose=0, shuffle=False)
        return time.perf_counter() - start

    return lambda: {
        json.dumps([way, name, value]): epoch(chunk_size, BASE | {name: value})
        for name, values in VALUES.items()
        for value in values
        for way, chunk_size in CHUNK_SIZES.items()
    }


MEASUREMENTS = {"epochs": _epochs}
