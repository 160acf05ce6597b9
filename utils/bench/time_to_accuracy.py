"""How soon a recurrent model reads real reviews well: homework 1's best model in the class tier,
the same model made small, and the bidirectional LSTM of keras.io's IMDB example with its own
settings.

All begin with the CSV file and are scored on the same held-out reviews. What scoring takes, their
words to arrays included, is not counted but for the last score; compiling is. The example stops
when it is good enough.
"""

import math
import statistics
import time
from dataclasses import replace

from utils import reproducible
from utils.bench import REPEATS, judged_by, measure, read_split, repeated, report, spread

ENOUGH = 0.843  # the example's accuracy after its two epochs, as its page prints it
LEARNING, FROM_CSV = f"learning until {ENOUGH}, s", f"CSV to {ENOUGH}, s"
# One GRU, no co-occurrence vectors, no skip-grams, and this many of the reviews.
FEW = 4_000
SMALL = {
    "units": 32,
    "embedding_dim": 16,
    "embedding_scale": 0.05,
    "learning_rate": 0.005,
    "max_skip": 0,
    "window": 0,
}


def run(source, test="", **_):
    """Time each of MEASUREMENTS until ENOUGH; print and keep results/time_to_accuracy.txt.

    source: CSV file of reviews to learn from. test: one to judge by; by default a tenth of source.
    """
    title = (
        f"From a CSV file to a score, {REPEATS} alternating runs: median (least–most)\n"
        f"{reproducible.THREADS} threads; judged by {judged_by(test)}"
    )
    with report("time_to_accuracy", title) as say:
        runs = repeated(
            REPEATS,
            lambda: {
                model: measure("time_to_accuracy", model, source, test)["result"]
                for model in MEASUREMENTS
            },
        )
        say(f"{'':<24}" + "".join(f"{HEADINGS[model]:>26}" for model in MEASUREMENTS))
        found = [{model: _times(of_run) for model, of_run in run.items()} for run in runs]
        for name in found[0]["best"]:
            digits = 3 if name == "last score" else 1
            line = f"{name:<24}"
            for model in MEASUREMENTS:
                line += f"{spread([of_run[model][name] for of_run in found], digits):>26}"
            say(line)
        say(f"\nUntil {ENOUGH} keras.io's example takes, compared with")
        for model in ("best", "small"):
            learning, from_csv = (
                spread([of_run["example"][name] / of_run[model][name] for of_run in found], 1)
                for name in (LEARNING, FROM_CSV)
            )
            say(f"{HEADINGS[model]}: {learning} times as long to learn, {from_csv} from the file")
        never = sum(math.isinf(of_run["example"][LEARNING]) for of_run in found)
        if never:
            say(f"In {never} of {REPEATS} runs it did not get there in two epochs.")
        say(f"Scored so often that a time is known to {_grain(runs)} s.")


def _times(measured):
    """What is printed of one run, by name; infinite where ENOUGH was never scored."""
    curve, ready = measured["curve"], measured["ready"]
    in_all = ready + curve[-1][0] + measured["to_judge"] + measured["scoring"]
    learning = next((seconds for seconds, accuracy in curve if accuracy >= ENOUGH), math.inf)
    return {
        "to arrays, s": ready,
        LEARNING: learning,
        FROM_CSV: ready + learning,
        "CSV to last score, s": in_all,
        "last score": curve[-1][1],
    }


def _grain(runs):
    """Median seconds of learning between two scores, of each model."""
    grains = []
    for model in MEASUREMENTS:
        steps = [
            after[0] - before[0]
            for run in runs
            for before, after in zip(run[model]["curve"], run[model]["curve"][1:], strict=False)
        ]
        grains.append(f"{statistics.median(steps):.1f}" if steps else "–")
    return ", ".join(grains)


def _best(source, test, changes=None, few=None, every=4, **options):
    """changes: of the class tier's settings. few: reviews to learn from. options: of the model."""
    reproducible.set_up()
    from utils import models, settings, training
    from utils.reviews import ngrams
    from utils.reviews.batches import batches

    _, best = settings.sentiment(source, "class")
    best = replace(best, **changes or {})

    def learn():
        start = time.perf_counter()
        learned, judged = read_split(source, test)
        if few:
            learned = learned.sample(min(few, len(learned)), random_state=0)
        labels = learned["label"].to_numpy()
        inputs = ngrams.TokensAndRatios(best)
        features = inputs.fit_transform(learned["review"], labels)
        shuffled = batches(features, labels, best.batch_size, shuffle_seed=0)
        model = models.best_classifier(best, inputs.vectors, **options)
        if best.cosine_decay:
            training.decay_learning_rate(model, n_batches=best.epochs * len(shuffled))
        model.optimizer.build(model.trainable_variables)
        ready = time.perf_counter() - start
        features_judged = inputs.transform(judged["review"])
        to_judge = time.perf_counter() - start - ready

        def score():
            return training.accuracy(judged["label"], training.predict(model, features_judged))

        curve = _curve(model, shuffled, score, every=every, epochs=best.epochs)
        return {"ready": ready, "to_judge": to_judge} | curve

    return learn


def _small(source, test):
    return _best(source, test, SMALL, FEW, every=2, name="gru", n_attention_heads=0)


def _example(source, test):
    reproducible.set_up()
    import keras
    from keras import layers

    from utils import training
    from utils.reviews.text import encode, fit_vocabulary, pad

    def learn():
        start = time.perf_counter()
        learned, judged = read_split(source, test)
        vectorizer = fit_vocabulary(learned["review"], 20_000)

        def last_200(part):
            return pad(encode(vectorizer, part["review"], 200, keep="end"), 200, "pre")

        inputs = last_200(learned)
        labels = learned["label"].to_numpy().astype("float32")[:, None]
        model = keras.Sequential(
            [
                keras.Input((None,), dtype="int32"),
                layers.Embedding(20_000, 128),
                layers.Bidirectional(layers.LSTM(64, return_sequences=True)),
                layers.Bidirectional(layers.LSTM(64)),
                layers.Dense(1, activation="sigmoid"),
            ]
        )
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"], steps_per_execution=10)
        batches = _shuffled(inputs, labels, 32)
        ready = time.perf_counter() - start
        inputs_judged = last_200(judged)
        to_judge = time.perf_counter() - start - ready

        def score():
            probabilities = model.predict(inputs_judged, batch_size=256, verbose=0)[:, 0]
            return training.accuracy(judged["label"], probabilities)

        curve = _curve(model, batches, score, every=50, epochs=2, stop=True)
        return {"ready": ready, "to_judge": to_judge} | curve

    return learn


def _shuffled(inputs, labels, batch_size):
    import tensorflow as tf

    from utils.datasets import without_autotuning

    data = tf.data.Dataset.from_tensor_slices((inputs, labels))
    data = data.shuffle(len(labels), seed=0).batch(batch_size).prefetch(2)
    return without_autotuning(data)


def _curve(model, batches, score, *, every, epochs, stop=False):
    """Learn, score after `every` batches: a dict of the curve, pairs of seconds and score, and of
    the seconds that the last score took.

    stop: at the first score of ENOUGH.
    """
    import keras

    curve = []

    class Scores(keras.callbacks.Callback):
        spent, since = 0.0, time.perf_counter()

        def on_train_batch_end(self, batch, logs=None):
            if (batch + 1) % every == 0 or batch + 1 >= len(batches):
                scored = time.perf_counter()
                self.spent += scored - self.since
                curve.append([self.spent, score()])
                self.model.stop_training = stop and curve[-1][1] >= ENOUGH
                self.since = time.perf_counter()
                self.scoring = self.since - scored

    scores = Scores()
    model.fit(batches, epochs=epochs, callbacks=[scores], shuffle=False, verbose=0)
    return {"curve": curve, "scoring": scores.scoring}


HEADINGS = {"best": "best, class tier", "small": f"small, {FEW:,} reviews", "example": "keras.io"}
MEASUREMENTS = {"best": _best, "small": _small, "example": _example}
