"""The leader-board of task 2.12: radar hours that no student has seen. For `make grade` alone."""

import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import tensorflow as tf

from utils.grading import solutions
from utils.grading.leader_board import Contest
from utils.homework.task import numbers
from utils.radar.generate import write_hours
from utils.radar.read import read_hours

N_HOURS = {"train": 500, "validation": 250, "test": 2_000}
SEED = 20_313


@cache
def hours():
    """{part: hours, arrays (scans, 22)} and {part: mm (N,)}, sound gauges alone."""
    with tempfile.TemporaryDirectory() as folder:
        made = read_hours(write_hours(Path(folder, "hours.csv"), 4_800, SEED))
        made = made.take(np.flatnonzero(made.has_ref & (made.expected_mm < 73)))
        of_all = np.split(np.array(made.values), made.first_row[1:-1])
        depths = np.array(made.expected_mm)
    scans, mm, start = {}, {}, 0
    for part, n in N_HOURS.items():
        scans[part], mm[part] = of_all[start : start + n], depths[start : start + n]
        start += n
    assert start <= len(of_all)
    return scans, mm


def scores(improve, seed):
    """Mean absolute errors in mm of an answer that learned from train and validation."""
    scans, mm = hours()
    given = [{part: of[part] for part in ("train", "validation")} for of in (scans, mm)]
    new_scans = scans["validation"] + scans["test"]
    found = numbers(improve(*given, new_scans, seed=seed), (len(new_scans),), "millimetres")
    of_parts = np.split(found, [N_HOURS["validation"]])
    return {
        part: np.abs(predicted - mm[part]).mean()
        for part, predicted in zip(("validation", "test"), of_parts, strict=True)
    }


def reference(scans, mm, new_scans, seed):
    """The LSTM of the solution, trained for four epochs as in the class tier."""
    right = solutions.names_defined(solutions.solution(2))
    scaling = right["fit_scaling"](np.concatenate(scans["train"]))
    inputs = right["pad_hours"](scans["train"], scaling)[0]
    tf.keras.utils.set_random_seed(seed)
    model = right["build_regressor"]("lstm", inputs.shape[-1])
    model.fit(inputs, np.log1p(mm["train"]), batch_size=128, epochs=4, verbose=0)
    new_inputs = right["pad_hours"](new_scans, scaling)[0]
    return right["back_to_mm"](model.predict(new_inputs, verbose=0))


CONTEST = Contest(
    task="2.12",
    seeds=(301, 302, 303),
    seconds=120,
    scores=scores,
    reference=reference,
    reference_name="the course's LSTM",
    measure="error in mm",
    lowest_wins=True,
)
