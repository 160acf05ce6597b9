"""The twelve graded tasks of homework 2, a module each: its data, its check, its hints."""

from utils.homework.homework_2 import (
    back_to_mm,
    build_regressor,
    choose_filling,
    experiment,
    fit_scaling,
    gain,
    hours_of_scans,
    improve,
    mean_absolute_errors,
    pad_hours,
    rain_rate,
    split_ids,
)

TASKS = {
    module.TASK.number: module.TASK
    for module in (
        rain_rate,
        hours_of_scans,
        split_ids,
        fit_scaling,
        pad_hours,
        mean_absolute_errors,
        build_regressor,
        back_to_mm,
        gain,
        choose_filling,
        experiment,
        improve,
    )
}
