"""Task 2.11: two baselines and two networks on the same hours, and the test hours opened once.

All measured hours but those of train have more rain than any model says. So an error grows by as
much as the millimetres that it is measured against, and tells by that which ones these are.
"""

from copy import deepcopy

import numpy as np

from utils.homework.comparison import expect_best_is_chosen, read_result, with_one_seed
from utils.homework.task import Task, expect, numbers
from utils.radar.hours import COLUMNS

BASELINES, NETWORKS = ("median", "marshall_palmer"), ("simple_rnn", "lstm")
N_HOURS = {"train": 20, "validation": 9, "test": 8}
REF, MINUTES = (COLUMNS.index(name) for name in ("Ref", "minutes_past"))
SEEDS = (4, 9)
MORE_MM = 2.0  # falls in each validation hour when the experiment is asked again


def _inputs():
    """{part: (N, 6, 4)}, zeros after the last scan."""
    rng = np.random.default_rng(23)
    inputs = {part: rng.normal(size=(n, 6, 4)) for part, n in N_HOURS.items()}
    for of_part in inputs.values():
        for hour in of_part:
            hour[rng.integers(2, 7) :] = 0
    return {part: of_part.astype("float32") for part, of_part in inputs.items()}


def _scans(strong):
    """{part: hours, arrays (scans, 22)}; of parts in `strong` the formula makes heavy rain."""
    rng, scans = np.random.default_rng(29), {}
    for part, n in N_HOURS.items():
        scans[part] = []
        for _ in range(n):
            hour = rng.normal(size=(rng.integers(1, 7), len(COLUMNS)))
            hour[:, MINUTES] = np.sort(rng.permutation(60)[: len(hour)])
            low, high = (46, 48) if part in strong else (2, 9)
            hour[:, REF] = rng.uniform(low, high, len(hour))
            if len(hour) > 2:
                hour[1, REF] = np.nan
            scans[part].append(hour)
    return scans


def _millimetres():
    rng = np.random.default_rng(37)
    mm = {part: rng.uniform(50, 65, n) for part, n in N_HOURS.items()}
    mm["train"] = np.where(np.arange(N_HOURS["train"]) % 5 < 3, 0.1, 40.0)
    mm["validation"][3], mm["test"][1] = 500.0, 300.0
    return mm


INPUTS, MM = _inputs(), _millimetres()
FIRST = {"scans": _scans(strong=("validation",)), "mm": MM}
SECOND = {
    "scans": _scans(strong=()),
    "mm": MM
    | {
        "validation": MM["validation"] + MORE_MM * (MM["validation"] < 73),
        "test": np.where(MM["test"] < 73, 0.2, 300.0),
    },
}


def formula(hour, share=None):
    """Marshall and Palmer's mm of an hour; share: of the hour, for each scan, by default theirs."""
    if share is None:
        share = np.diff([0, *hour[:-1, MINUTES], 60]) / 60
    return np.nansum((10 ** (hour[:, REF] / 10) / 200) ** 0.625 * share)


def check(experiment):
    """Raise NotYet unless four models are compared, twice, and validation chooses."""
    found = _ask(experiment, FIRST, SEEDS)
    _check_baselines(found["table"], FIRST)
    _check_spread(found)
    _check_networks(found["table"], FIRST["mm"]["validation"])
    expect_best_is_chosen(found, "min")
    _check_test(found, FIRST)
    again = with_one_seed(lambda seeds: _ask(experiment, SECOND, seeds), seed=SEEDS[1])
    _check_baselines(again["table"], SECOND)
    _check_shift(experiment, found, again)
    expect_best_is_chosen(again, "min")
    _check_test(again, SECOND)
    _check_learning(experiment, found)


def _ask(experiment, given, seeds):
    """What comes back; of the networks, an error for each seed."""
    parts = deepcopy((given["scans"], INPUTS, given["mm"]))
    found = experiment(*parts, seeds=seeds, epochs=3)
    found = read_result(
        found,
        BASELINES + NETWORKS,
        "mean absolute error in mm",
        also=("scores", "predicted"),
    )
    expect(
        isinstance(found["scores"], dict) and set(NETWORKS) <= found["scores"].keys(),
        "scores is a dictionary with a list for each of simple_rnn and lstm",
    )
    what = "as scores of each network one error for each seed, in the order of the seeds"
    predicted = numbers(
        found["predicted"], (N_HOURS["test"],), "as predicted the mm of all test hours, (N,)"
    )
    return found | {
        "scores": {kind: numbers(found["scores"][kind], (len(seeds),), what) for kind in NETWORKS},
        "predicted": predicted,
    }


def _error(mm, predicted):
    return np.abs(mm - predicted)[mm < 73].mean()


def _baselines(given, part):
    """{name: mm (N,)} that the two baselines say for a part."""
    n = N_HOURS[part]
    return {
        "median": np.full(n, np.median(given["mm"]["train"])),
        "marshall_palmer": np.array([formula(hour) for hour in given["scans"][part]]),
    }


def _check_baselines(table, given):
    mm, means = given["mm"], table["mean"]
    hours = given["scans"]["validation"]
    wrong = {
        "median": (
            (np.full(len(hours), mm["train"].mean()), "the absolute error asks for the median"),
            (
                np.full(len(hours), np.median(mm["validation"])),
                "the median is that of the validation hours; a model learns from train alone",
            ),
        ),
        "marshall_palmer": (
            (
                np.array([formula(hour, 1 / len(hour)) for hour in hours]),
                "each rate counts for its share of the hour: multiply by hours_of_scans",
            ),
            (
                np.array([formula(hour, 1 / np.isfinite(hour[:, REF]).sum()) for hour in hours]),
                "each rate counts for its share of the hour: multiply by hours_of_scans",
            ),
            (
                np.array([formula(hour, 1.0) for hour in hours]),
                "rates were added up: multiply each by its share of the hour first",
            ),
        ),
    }
    for name in BASELINES:
        predicted = _baselines(given, "validation")[name]
        right, got = _error(mm["validation"], predicted), means[name]
        if np.isclose(got, right, atol=1e-2):
            continue
        expect(not np.isnan(got), f"the mean of {name} is NaN: a missing Ref counts as no rain")
        expect(
            not np.isclose(got, np.abs(mm["validation"] - predicted).mean(), atol=1e-2),
            f"{name}: a broken gauge is counted: asked for are the hours under 73 mm",
        )
        on_test = _error(mm["test"], _baselines(given, "test")[name])
        expect(
            not np.isclose(got, on_test, atol=1e-2),
            f"the mean of {name} is its error on test; asked for is that on validation",
        )
        for mistake, sentence in wrong[name]:
            expect(
                not np.isclose(got, _error(mm["validation"], mistake), atol=1e-2),
                f"{name}: {sentence}",
            )
        expect(
            False,
            f"the mean of {name} is {got:.2f} mm on validation, under 73 mm; expected {right:.2f}",
        )


def _check_spread(found):
    for kind in NETWORKS:
        scores, (mean, sd) = found["scores"][kind], found["table"].loc[kind]
        expect(
            not np.isclose(*scores, rtol=1e-6),
            f"{kind}: two seeds lead to the same error: build a new network for each seed, after "
            "tf.keras.utils.set_random_seed(seed)",
        )
        expect(
            np.isclose(mean, scores.mean(), rtol=1e-3),
            f"the mean of {kind} is {mean:.3f}, but its scores have the mean {scores.mean():.3f}",
        )
        expect(
            not np.isclose(sd, scores.std(), rtol=1e-3),
            f"the sd of {kind} is divided by n; a few seeds are a sample: divide by n - 1 (ddof=1)",
        )
        expect(np.isclose(sd, scores.std(ddof=1), rtol=1e-3), f"the sd of {kind} is wrong")


def _check_networks(table, mm):
    """Raise NotYet unless the errors can be those of networks that say 0 to 40 mm."""
    sound = mm[mm < 73]
    for kind in NETWORKS:
        mean = table["mean"][kind]
        expect(not np.isnan(mean), f"the mean of {kind} is NaN: does a missing value reach it?")
        expect(mean > 0, f"the mean of {kind} is {mean:.2f}: take the absolute value of each error")
        expect(
            mean > 6,
            f"the mean of {kind} is {mean:.2f}, an error of log(1 + mm): bring the answers back to "
            "mm first",
        )
        expect(
            mean < 500,
            f"the mean of {kind} is {mean:.0f}: these are squared errors; asked for are absolute "
            "ones",
        )
        expect(
            mean < sound.max() + 1,
            f"the mean of {kind} is {mean:.2f}: a broken gauge is counted; asked for are the hours "
            "under 73 mm",
        )


def _check_shift(experiment, found, again):
    """Raise NotYet unless the networks' errors grew by what was added to the validation hours."""
    seed = SEEDS[1]
    for kind in NETWORKS:
        before, after = found["scores"][kind][-1], again["scores"][kind][-1]
        if np.isclose(after - before, MORE_MM, atol=0.02):
            continue
        expect(
            not np.isclose(after, before, atol=0.02),
            f"{kind}: its error does not change with the millimetres of the validation hours: is "
            "it that on train, or is it kept from an earlier call?",
        )
        expect(
            again["chosen"] != kind or not np.isclose(after, again["test"], atol=0.02),
            f"the mean of {kind} is its error on test; asked for is that on validation",
        )
        once_more = with_one_seed(lambda seeds: _ask(experiment, FIRST, seeds), seed=seed)
        expect(
            np.isclose(once_more["scores"][kind][-1], before, atol=0.02),
            f"{kind}: the seed {seed}, given again, leads to another result: use the seeds that "
            "are given, and call tf.keras.utils.set_random_seed(seed) right before each network "
            "is built",
        )
        expect(
            False,
            f"with other millimetres of validation and test, {kind} itself changes: no network may "
            "learn from these parts, and no epoch may be chosen by test",
        )


def _check_learning(experiment, found):
    """Raise NotYet unless networks say something else after hours without rain."""
    dry = FIRST | {"mm": MM | {"train": np.zeros(N_HOURS["train"])}}
    once_more = with_one_seed(lambda seeds: _ask(experiment, dry, seeds), seed=SEEDS[1])
    for kind in NETWORKS:
        expect(
            abs(once_more["scores"][kind][-1] - found["scores"][kind][-1]) > 1e-4,
            f"{kind}: where no rain has fallen in the hours of train, the same is predicted: is it "
            "trained, on the logarithms of what is given, for all epochs?",
        )


def _check_test(found, given):
    predicted, mm, chosen = found["predicted"], given["mm"]["test"], found["chosen"]
    expect(
        np.isfinite(predicted).all() and (predicted >= 0).all(),
        "some millimetres in predicted are missing, or below 0",
    )
    for name, of_name in _baselines(given, "test").items():
        is_it = np.allclose(predicted, of_name, atol=1e-3)
        expect(
            is_it or name != chosen,
            f"chosen is {name}, but predicted is not what it says of the test hours",
        )
        expect(
            not is_it or name == chosen,
            f"chosen is {chosen}, but predicted is what {name} says of the test hours",
        )
    right = _error(mm, predicted)
    expect(
        not np.isclose(found["test"], np.abs(mm - predicted).mean(), rtol=1e-3),
        "test: a broken gauge is counted; asked for is the error of the hours under 73 mm",
    )
    expect(
        np.isclose(found["test"], right, rtol=1e-3, atol=1e-3),
        f"test is {found['test']:.2f}, but predicted is off by {right:.2f} mm on the test hours "
        "under 73 mm: one model, the chosen one, reads the whole of test",
    )


TASK = Task(
    number="2.11",
    function="experiment",
    points=5,
    check=check,
    hints=(
        "All parts exist: rain_rate and hours_of_scans make the formula, build_regressor the "
        "networks, back_to_mm and mean_absolute_errors the scores. Which data may each model see?",
        "A function predict(name, part) for the baselines: np.full of the median of mm['train'], "
        "or np.nansum(rates * shares) of each hour. For the networks two loops, over kinds and "
        "seeds: set the seed, build, fit on train, score on validation, keep the model.",
        "scores[kind].append(mean_absolute_errors(mm['validation'], back_to_mm(model.predict("
        "inputs['validation'], verbose=0)))['mae_under_73']); table.loc[kind] = "
        "[np.mean(scores[kind]), np.std(scores[kind], ddof=1)]; chosen = table['mean'].idxmin(); "
        "then the model kept under that name predicts inputs['test'].",
    ),
)
