"""The ten graded tasks of homework 1, a module each: its data, its check, its hints."""

from utils.homework.homework_1 import (
    build_classifier,
    compare,
    encode,
    fit_vocabulary,
    lstm_step,
    mean_of_words,
    split_rows,
    train_classifier,
    worst_mistakes,
    write_predictions,
)

TASKS = {
    module.TASK.number: module.TASK
    for module in (
        split_rows,
        fit_vocabulary,
        encode,
        mean_of_words,
        lstm_step,
        build_classifier,
        train_classifier,
        compare,
        worst_mistakes,
        write_predictions,
    )
}
