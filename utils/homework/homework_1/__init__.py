"""The graded tasks of homework 1, a module each: its data, its check, its hints."""

from utils.homework.homework_1 import (
    bag_of_words,
    build_classifier,
    compare,
    encode,
    experiment,
    fit_vocabulary,
    improve,
    learning_curves,
    probability_by_word,
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
        bag_of_words,
        probability_by_word,
        build_classifier,
        train_classifier,
        compare,
        worst_mistakes,
        write_predictions,
        experiment,
        learning_curves,
        improve,
    )
}
