"""Task 1.11: the whole comparison, and the test part opened once.

The check knows how many texts each part has, and turns labels round: how an experiment is written
is up to the student.
"""

from copy import deepcopy
from functools import partial

import numpy as np

from utils.homework.comparison import expect_best_is_chosen, read_result, with_one_seed
from utils.homework.homework_1.bag_of_words import FILLERS
from utils.homework.task import Task, expect, expect_none_of

MODELS = ("bag_of_words", "simple_rnn", "lstm")
PRAISE, BLAME = ("good", "moving"), ("bad", "tedious")
# No two of them share a factor: an accuracy tells by its fraction of what it is one.
N_TEXTS = {"train": 24, "validation": 11, "test": 13}
# So many at the end of a part say the opposite of their label: who knows them has seen the part.
N_MISLEADING = {"train": 0, "validation": 3, "test": 1}
# How often the word that decides stands in a text: who learns from test learns most from it.
N_TIMES = {"train": 1, "validation": 1, "test": 5}


def _reviews():
    """{part: texts} and {part: labels (N,)}, in which one word, repeated, decides."""
    rng, texts, labels = np.random.default_rng(31), {}, {}
    for part, n in N_TEXTS.items():
        labels[part] = np.arange(n) % 2
        texts[part] = []
        for row, label in enumerate(labels[part]):
            if label == 0:  # its neighbour has the same other words
                others = rng.choice(FILLERS, 4)
            is_misleading = row >= n - N_MISLEADING[part]
            word = (BLAME, PRAISE)[label ^ is_misleading][row // 2 % 2]
            words = [*others, *[word] * N_TIMES[part]]
            if is_misleading and part == "validation":
                words += [f"name{row}"] * 3  # no other text holds it
            texts[part].append(" ".join(rng.permutation(words)))
    return texts, labels


TEXTS, LABELS = _reviews()
# Of a bag of words that learned from train what there is to learn.
BASELINE, BASELINE_ON_TEST = 8 / 11, 12 / 13
# The accuracies of a bag of words whose answers are counted in a wrong way.
WRONGLY_COUNTED = [
    (
        0,
        "no answer of bag_of_words is right, as no probability equals its label: compare "
        "(probabilities > .5) with the labels",
    ),
    (
        LABELS["validation"].mean(),
        "the accuracy of bag_of_words is that where every text is judged as positive: more than "
        "one half says 1, not more than 0. Or is each text not learned with its own label?",
    ),
    (
        1 - LABELS["validation"].mean(),
        "the accuracy of bag_of_words is that where every text is judged as negative: argmax of a "
        "single column is always 0. Or is each text not learned with its own label?",
    ),
]


def check(experiment):
    """Raise NotYet unless three models are compared, and labels of test change one number."""
    first = _ask(experiment, LABELS, (4, 4))
    _check_seeds(first["table"], experiment)
    _check_table(first["table"])
    _check_choice(first)
    turned = {**LABELS, "test": 1 - LABELS["test"]}
    _check_test_part(first, with_one_seed(partial(_ask, experiment, turned), seed=4))


def _ask(experiment, labels, seeds):
    found = experiment(deepcopy(TEXTS), deepcopy(labels), seeds=seeds, epochs=2)
    return read_result(found, MODELS, "accuracy")


def _check_seeds(table, experiment):
    """NotYet unless the same seed, given twice, gives each model an sd of 0."""
    expect(
        table["mean"].between(0, 1).all(),
        "accuracies are shares, from 0 to 1, and none is missing",
    )
    for model in MODELS:
        mean, sd = table.loc[model]
        if model == "bag_of_words" and np.isnan(sd):
            continue  # it has no luck, and may be fitted once
        expect(
            not np.isnan(sd),
            f"the sd of {model} is NaN: train it once with each seed that is given, also where two "
            "seeds are the same",
        )
        if abs(sd) < 1e-3:
            continue
        expect(
            not (
                _has_mean(experiment, model, mean, 4) and not _has_mean(experiment, model, mean, 9)
            ),
            f"{model}: the same seed, given twice, leads to the same result, and still sd is "
            f"{sd:.3f}: it is that over the seeds, not over epochs or texts",
        )
        expect(
            False,
            f"{model}: the same seed, given twice, leads to two results: use the seeds that are "
            "given, and call tf.keras.utils.set_random_seed(seed) right before each fresh model "
            "is built",
        )


def _has_mean(experiment, model, mean, seed):
    again = with_one_seed(partial(_ask, experiment, LABELS), seed)
    return np.isclose(again["table"]["mean"][model], mean)


def _check_table(table):
    for model in MODELS:
        _check_is_accuracy(table["mean"][model], "validation", f"the mean of {model}")
    baseline = table["mean"]["bag_of_words"]
    expect(
        baseline < BASELINE + 0.05,
        "bag_of_words is right about validation texts that say the opposite of their label: it has "
        "learned from them; models learn from train alone",
    )
    expect_none_of(WRONGLY_COUNTED, lambda wrong: abs(baseline - wrong) < 0.01)
    expect(
        baseline > BASELINE - 0.1,
        f"bag_of_words has an accuracy of {baseline:.2f} on an easy task: fit it on the texts and "
        "the labels of train, each text with its own label, and count the right answers",
    )


def _check_is_accuracy(share, part, what):
    """NotYet unless so many of a part's texts can be right."""
    expect(0 <= share <= 1, f"{what} is {share:.3f}: an accuracy is a share, from 0 to 1")
    if _is_of(part, share):
        return
    others = [other for other in N_TEXTS if other != part and _is_of(other, share)]
    expect(
        not others,
        f"{what} is {share:.3f}, an accuracy on {''.join(others[:1])}; asked for is that on {part}",
    )
    expect(
        False,
        f"{what} is {share:.3f}: of the {N_TEXTS[part]} texts of {part}, no number of right ones "
        "gives that share. Is it an accuracy, the mean over seeds, on this part alone?",
    )


def _is_of(part, share):
    n_right = share * N_TEXTS[part]
    return abs(n_right - round(n_right)) < 0.07  # accuracies may be rounded


def _check_choice(found):
    expect_best_is_chosen(found, "max")
    _check_is_accuracy(found["test"], "test", "test")
    expect(
        found["chosen"] != "bag_of_words" or abs(found["test"] - BASELINE_ON_TEST) < 0.02,
        f"bag_of_words is chosen, and {found['test']:.2f} is not its accuracy on test: the model "
        "that validation has chosen is the one that reads test",
    )


def _check_test_part(first, turned):
    before = first["table"]["mean"]
    expect(
        np.allclose(before, turned["table"]["mean"].reindex(before.index)),
        "with the labels of test turned round, the table changes: no model may learn from test, "
        "and no epoch may be chosen by it (or the seeds do not fix how a model starts)",
    )
    expect(
        first["chosen"] == turned["chosen"],
        "with the labels of test turned round, another model is chosen: choose by the mean on "
        "validation alone",
    )
    expect(
        not np.isclose(first["test"], turned["test"]),
        "with the labels of test turned round, test is the same: compare what the chosen model "
        "says with the labels that are given",
    )
    expect(
        np.isclose(first["test"], 1 - turned["test"], atol=0.02),
        "with the labels of test turned round, right answers become wrong ones, and an accuracy of "
        ".8 becomes .2; yours does not: one model, the chosen one, reads the whole of test",
    )


TASK = Task(
    number="1.11",
    function="experiment",
    points=5,
    check=check,
    hints=(
        "All parts exist: fit_vocabulary and encode make the arrays, build_classifier and "
        "train_classifier one network, compare the rows of two networks, bag_of_words the third. "
        "Which data may each of them see?",
        "compare wants builders, {'lstm': lambda: build_classifier('lstm', n_words), ...}, and a "
        "function train_and_score(model, seed): let it train, keep the model in a list, and return "
        "the accuracy on validation. Then add the row of bag_of_words, with an sd of 0.",
        "table.loc['bag_of_words'] = [accuracy, 0.0]; chosen = table['mean'].idxmax(); take the "
        "model kept first under that name, or bag_of_words(texts['train'], labels['train'], "
        "texts['test']); test = np.mean((probabilities > .5) == labels['test']).",
    ),
)
