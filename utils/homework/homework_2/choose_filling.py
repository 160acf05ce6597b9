"""Task 2.10: ways to fill gaps, and the one that the validation hours choose.

The check does not know the ways: it makes the loser win, by giving the validation hours the very
millimetres that the loser predicted, and changes what may not influence a prediction.
"""

from copy import deepcopy

import numpy as np

from utils.homework.task import Task, array, expect, numbers

N_HOURS = {"train": 24, "validation": 9, "test": 7}
KEYS = ("predicted", "mae", "chosen", "inputs")
BROKEN = 2  # the hour of each part whose gauge is broken, but in train


def _hours():
    """{part: hours, arrays (scans, 3) with gaps} and {part: mm (N,)}, which the last values say."""
    rng, scans, mm = np.random.default_rng(19), {}, {}
    for part, n in N_HOURS.items():
        scans[part] = [rng.normal(20, 8, (rng.integers(2, 7), 3)) for _ in range(n)]
        mm[part] = np.array([np.exp(hour[-1, 0] / 10) / 3 for hour in scans[part]])
        for hour in scans[part]:
            hour[rng.random(hour.shape) < 0.4] = np.nan
            hour[0, 1] = np.nan  # who fills from the hour before fills this one
    mm["validation"][BROKEN], mm["test"][BROKEN] = 480.0, 350.0
    return scans, mm


SCANS, MM = _hours()
SOUND = MM["validation"] < 73


def check(choose_filling):
    """Raise NotYet unless validation alone chooses, each time, among ways that differ."""
    found = _ask(choose_filling, SCANS, MM)
    _check_ways(found)
    _check_scores(found, MM["validation"])
    loser = max(found["mae"], key=found["mae"].get)
    its_mm = found["predicted"][loser]
    all_changes = dict.fromkeys(("test", "order", "strange", "labels"), True)
    again = _ask(choose_filling, *_changed(its_mm, **all_changes))
    expect(again["mae"].keys() == found["mae"].keys(), "a second call tries other ways to fill")
    for way, before in found["predicted"].items():
        if not _same(again["predicted"][way][::-1], before):
            _explain(choose_filling, way, before, its_mm)
    _check_scores(again, _changed(its_mm, order=True, labels=True)[1]["validation"])
    inputs = [one["inputs"]["train"] for one in (found, again)]
    expect(
        found["chosen"] == again["chosen"] or not np.array_equal(*inputs),
        "another way is chosen, and the inputs that come back are the same: return those of the "
        "way that was chosen",
    )
    dry = _ask(choose_filling, SCANS, MM | {"train": np.zeros(N_HOURS["train"])})
    for way, before in found["predicted"].items():
        expect(
            not _same(dry["predicted"][way], before),
            f"where no rain has fallen in the hours of train, the same is predicted after {way}: "
            "is the network trained, on the logarithms of what is given, for all epochs?",
        )


def _ask(choose_filling, scans, mm):
    """What comes back, for one seed: predictions as (N,), errors as numbers, inputs as arrays."""
    found = choose_filling(deepcopy(scans), deepcopy(mm), seeds=(5,), epochs=8)
    expect(
        isinstance(found, dict) and set(KEYS) <= found.keys(),
        'return a dictionary with the keys "predicted", "mae", "chosen" and "inputs"',
    )
    predicted, mae = found["predicted"], found["mae"]
    expect(
        isinstance(predicted, dict) and isinstance(mae, dict) and predicted.keys() == mae.keys(),
        "predicted and mae are dictionaries with the same keys, the names of the ways",
    )
    what = "as predicted, for each way, a row for each seed with the mm of all validation hours"
    found = found | {
        "predicted": {
            way: numbers(mm_of_way, (1, N_HOURS["validation"]), what)[0]
            for way, mm_of_way in predicted.items()
        },
        "mae": {
            way: numbers(error, (), f"one number as mae of {way}").item()
            for way, error in mae.items()
        },
    }
    chosen = found["chosen"]
    expect(isinstance(chosen, str) and chosen in mae, "chosen is the name of one of the ways")
    return found | {"inputs": _inputs(found["inputs"])}


def _inputs(inputs):
    expect(
        isinstance(inputs, dict) and set(N_HOURS) <= inputs.keys(),
        "inputs is a dictionary with an array for each of train, validation and test",
    )
    what = "as inputs of each part an array (hours, steps, features)"
    arrays = {part: array(inputs[part], what) for part in N_HOURS}
    n_features = arrays["train"].shape[-1:]
    for part, of_part in arrays.items():
        expect(
            of_part.ndim == 3 and len(of_part) == N_HOURS[part],
            f"the inputs of {part} have the shape {of_part.shape}: return {what}",
        )
        expect(
            of_part.shape[-1:] == n_features,
            "the inputs of the three parts have different numbers of features: fill all in the "
            "way that was chosen",
        )
        of_part = numbers(of_part, of_part.shape, what)
        expect(np.isfinite(of_part).all(), f"the inputs of {part} hold NaN: fill every gap")
    return arrays


def _check_ways(found):
    predicted = found["predicted"]
    expect(len(predicted) >= 2, "that is one way to fill gaps: try at least two")
    for way, mm in predicted.items():
        expect(
            np.isfinite(mm).all(),
            f"what is predicted after {way} is NaN: a gap has reached the network, or the scaling",
        )
        expect((mm >= 0).all(), f"what is predicted after {way} falls below 0 mm: use back_to_mm")
    ways = list(predicted)
    for n, way in enumerate(ways):
        for other in ways[:n]:
            expect(
                not np.allclose(predicted[way], predicted[other], rtol=1e-5, atol=1e-7),
                f"{other} and {way} lead to the same predictions: do they fill the gaps "
                "differently, before they are scaled and padded?",
            )


_IN_LOGS = "these are errors of log(1 + mm): back_to_mm first"


def _check_scores(found, mm):
    """Raise NotYet unless each mae is that of the predictions, and the least is chosen."""
    sound = mm < 73
    for way, error in found["mae"].items():
        errors = found["predicted"][way] - mm
        logs = np.log1p(found["predicted"][way]) - np.log1p(mm)
        right = np.abs(errors[sound]).mean()
        if np.isclose(error, right, rtol=1e-3, atol=1e-3):
            continue
        mistakes = (
            (np.abs(errors).mean(), "an hour with a broken gauge is counted: under 73 mm only"),
            (np.abs(logs).mean(), _IN_LOGS),
            (np.abs(logs[sound]).mean(), _IN_LOGS),
            (np.mean(errors[sound] ** 2), "these are squared errors; asked for are absolute ones"),
        )
        for wrong, sentence in mistakes:
            expect(not np.isclose(error, wrong, rtol=1e-3), f"mae of {way}: {sentence}")
        expect(
            False,
            f"mae of {way} is {error:.3f}, but what you predicted after it is off by {right:.3f} "
            "mm on average, over the validation hours under 73 mm",
        )
    least = min(found["mae"], key=found["mae"].get)
    expect(
        found["mae"][found["chosen"]] - found["mae"][least] < 1e-3,
        f"chosen is {found['chosen']}, but {least} has the least error on validation",
    )


def _changed(its_mm, *, test=False, order=False, strange=False, labels=False):
    """Scans and mm with something changed.

    test: another test part. order: the validation hours in reverse. strange: the one with the
    broken gauge has other scans. labels: the others have measured its_mm.
    """
    scans, mm = deepcopy(SCANS), deepcopy(MM)
    if test:
        scans["test"] = [60 - 3 * hour for hour in scans["test"]]
        mm["test"] = 30 - mm["test"][::-1] / 20
    if labels:
        mm["validation"] = np.where(SOUND, np.minimum(its_mm, 72.9), MM["validation"])
    if strange:
        scans["validation"][BROKEN] = 200 - 5 * scans["validation"][BROKEN]
    if order:
        scans["validation"].reverse()
        mm["validation"] = mm["validation"][::-1].copy()
    return scans, mm


def _same(one, other):
    return np.allclose(one[SOUND], other[SOUND], rtol=2e-3, atol=2e-3)


def _explain(choose_filling, way, before, loser_mm):
    """Raise NotYet: the predictions after one way are not those before; find out why."""

    def is_same(**changes):
        again = _ask(choose_filling, *_changed(loser_mm, **changes))["predicted"][way]
        return _same(again[::-1] if changes.get("order") else again, before)

    expect(
        is_same(),
        f"the same seed, given again, leads to other predictions after {way}: call "
        "tf.keras.utils.set_random_seed(seed) right before each network is built",
    )
    expect(
        is_same(test=True),
        f"with another test part, other millimetres are predicted after {way}: scale, fill and "
        "learn from train alone; of the test part, inputs are made and nothing else",
    )
    expect(
        is_same(order=True),
        f"with the validation hours in another order, other millimetres are predicted after "
        f"{way}: fill each hour by itself, not from the hour before it",
    )
    expect(
        is_same(strange=True),
        f"with other scans in one validation hour, other millimetres are predicted of the others "
        f"after {way}: scaling and filling come from train, or from the hour itself",
    )
    expect(
        False,
        "with other millimetres of the validation hours, the network itself changes: let it learn "
        "from train alone, for all epochs; validation chooses the way, and nothing else",
    )


TASK = Task(
    number="2.10",
    function="choose_filling",
    points=4,
    check=check,
    hints=(
        "A way to fill gaps is a function from the hours of a part to inputs. Which two do you "
        "already have, if you look at the columns that pad_hours returns?",
        "Filled with the mean: the first D columns of pad_hours alone. With the mean and "
        "indicators: all of them. With the last value seen: pd.DataFrame(hour).ffill().to_numpy() "
        "for each hour, and then pad_hours. Scaling comes from fit_scaling on the scans of train.",
        "for way, fill in ways.items(): inputs[way] = {part: fill(scans[part]) for part in scans}; "
        "for each seed: set_random_seed(seed), model = build_regressor('gru', "
        "inputs[way]['train'].shape[-1]), model.fit(inputs[way]['train'], np.log1p(mm['train']), "
        "epochs=epochs, verbose=0), and back_to_mm(model.predict(inputs[way]['validation'])). "
        "Then chosen = min(mae, key=mae.get).",
    ),
)
