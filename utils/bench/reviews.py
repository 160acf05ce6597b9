"""How soon a recurrent model reads real reviews well: homework 1's best model in the class tier,
and the bidirectional LSTM of keras.io's IMDB example with its own settings.

Both begin with the CSV file and are scored on the same held-out reviews. What scoring takes is
not counted, but for the last of it; compiling is. The example stops when it is good enough.
"""

import math
import statistics
import time

from utils import reproducible
from utils.bench import REPEATS, judged_by, measure, read_split, repeated, report, spread

ENOUGH = 0.843  # the example's accuracy after its two epochs, as its page prints it
LEARNING = f"learning until {ENOUGH}, s"


def run(source, test="", **_):
    title = (
        f"From a CSV file to a score, {REPEATS} alternating runs: median (least–most)\n"
        f"{reproducible.THREADS} threads; judged by {judged_by(test)}"
    )
    with report("reviews", title) as say:
        runs = repeated(
            REPEATS,
            lambda: {task: measure("reviews", task, source, test)["result"] for task in TASKS},
        )
        say(f"{'':<44}{'best, class tier':>22}{'keras.io':>22}")
        found = [{task: _times(of_run) for task, of_run in run.items()} for run in runs]
        for name in found[0]["best"]:
            digits = 3 if name == "last score" else 1
            line = f"{name:<44}"
            for task in TASKS:
                if all(name in of_run[task] for of_run in found):
                    line += f"{spread([of_run[task][name] for of_run in found], digits):>22}"
            say(line)
        learning = [of_run["example"][LEARNING] / of_run["best"][LEARNING] for of_run in found]
        say(f"\nUntil {ENOUGH} the example learns {spread(learning, 1)} times as long.")
        never = sum(math.isinf(of_run["example"][LEARNING]) for of_run in found)
        if never:
            say(f"In {never} of {REPEATS} runs it did not get there in two epochs.")
        say(f"Scored so often that a time is known to {_grain(runs)} s.")


def _times(measured):
    """What is printed of one run, by name; infinite where ENOUGH was never scored."""
    curve, ready = measured["curve"], measured["ready"]
    learning = next((seconds for seconds, accuracy in curve if accuracy >= ENOUGH), math.inf)
    times = {"to arrays, s": ready, LEARNING: learning, f"CSV to {ENOUGH}, s": ready + learning}
    if "in_all" in measured:
        times |= {"CSV to last score, s": measured["in_all"], "last score": curve[-1][1]}
    return times


def _grain(runs):
    """Median seconds of learning between two scores, of each task."""
    grains = []
    for task in TASKS:
        steps = [
            after[0] - before[0]
            for run in runs
            for before, after in zip(run[task]["curve"], run[task]["curve"][1:], strict=False)
        ]
        grains.append(f"{statistics.median(steps):.1f}" if steps else "–")
    return " and ".join(grains)


def _best(source, test):
    reproducible.set_up()
    from utils import experiments, models, ngrams

    _, budget = experiments.budgets(source, "class")

    def learn():
        start = time.perf_counter()
        learned, judged = read_split(source, test)
        labels = learned["label"].to_numpy()
        inputs = ngrams.WordsAndRatios(budget)
        arrays = inputs.fit_transform(learned["review"], labels)
        sequences_judged = inputs.transform(judged["review"])
        batches = experiments.batches(
            arrays, labels.astype("float32"), budget.batch_size, shuffle_seed=0
        )
        model = experiments.with_falling_rate(
            models.best_reader(budget, inputs.vectors), budget, batches
        )
        ready = time.perf_counter() - start

        def score():
            return experiments.accuracy(
                judged["label"], experiments.predict(model, sequences_judged)
            )

        return _curve(model, batches, score, ready, every=4, epochs=budget.epochs)

    return learn


def _example(source, test):
    reproducible.set_up()
    import keras
    from keras import layers

    from utils import experiments, imdb

    def learn():
        start = time.perf_counter()
        learned, judged = read_split(source, test)
        vectorizer = imdb.fit_vocabulary(learned["review"], 20_000)

        def last_200(part):
            return imdb.pad(imdb.encode(vectorizer, part["review"], 200, "end"), 200, "pre")

        inputs, inputs_judged = last_200(learned), last_200(judged)
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

        def score():
            probabilities = model.predict(inputs_judged, batch_size=256, verbose=0)[:, 0]
            return experiments.accuracy(judged["label"], probabilities)

        return _curve(model, batches, score, ready, every=50, epochs=2, stop=True)

    return learn


def _shuffled(inputs, labels, batch_size):
    import tensorflow as tf

    from utils import experiments

    data = tf.data.Dataset.from_tensor_slices((inputs, labels))
    data = data.shuffle(len(labels), seed=0).batch(batch_size).prefetch(2)
    return experiments.without_autotuning(data)


def _curve(model, batches, score, ready, *, every, epochs, stop=False):
    """Learn, score after `every` batches: a dict of ready, curve and in_all, in seconds.

    stop: at the first score of ENOUGH.
    """
    import keras

    curve = []

    class Scores(keras.callbacks.Callback):
        spent, since = 0.0, time.perf_counter()

        def on_train_batch_end(self, batch, logs=None):
            if (batch + 1) % every == 0 or batch + 1 >= len(batches):
                self.spent += time.perf_counter() - self.since
                curve.append([self.spent, score()])
                self.model.stop_training = stop and curve[-1][1] >= ENOUGH
                self.since = time.perf_counter()

    scores = Scores()
    model.fit(batches, epochs=epochs, callbacks=[scores], shuffle=False, verbose=0)
    if stop and curve[-1][1] >= ENOUGH:
        return {"ready": ready, "curve": curve}
    start = time.perf_counter()
    score()
    in_all = ready + scores.spent + time.perf_counter() - start
    return {"ready": ready, "curve": curve, "in_all": in_all}


TASKS = {"best": _best, "example": _example}
