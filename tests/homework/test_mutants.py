"""Do the checks refuse mutants: the solutions, each with one small mistake?"""

import random
import signal

import keras
import numpy as np
import pytest

from tests.homework import mutants
from utils.cells import sigmoid
from utils.grading.grade import OutOfTime, within
from utils.grading.solutions import names_defined, solution
from utils.homework import checks
from utils.homework.homeworks import HOMEWORKS

REFUSED_AT_LEAST = 0.95
# In two epochs no check can see whether the networks of an experiment have learned.
FEWER_REFUSED = {"1.11": 0.9}
# {task: {why these are no mistakes: names of mutants}}
FREE = {
    "1.1": {"tables have isin, too": ["ac=1, random_state=seed){.to_numpy() -> }"]},
    "1.4": {
        "a small task is learned in fewer rounds": [
            "r(), LogisticRegression({max_iter=1000 -> }))",
            "sticRegression(max_iter={1000 -> 1001}))",
            "sticRegression(max_iter={1000 -> 999}))",
        ],
    },
    "1.5": {"a list is as good as an array": ["return {np.array(probabilities) -> probabilities}"]},
    "1.6": {
        "the task leaves open where word vectors start": [
            "start = {tf.keras.initializers.RandomUniform(-1, 1) -> None}",
            "tializers.RandomUniform({-1, 1 -> 1, -1})",
            "tializers.RandomUniform({-1, 1 -> 1})",
            "ializers.RandomUniform(-{1, 1 -> 1})",
            "tializers.RandomUniform({-1 -> 1}, 1)",
            "ializers.RandomUniform(-{1 -> 2}, 1)",
            "ializers.RandomUniform(-{1 -> 0}, 1)",
            "izers.RandomUniform(-1, {1 -> 2})",
            "izers.RandomUniform(-1, {1 -> 0})",
            ".Embedding(n_words, 32, {embeddings_initializer=start, mask_zero -> mask_zero}=True), "
            "recurren",
            "embeddings_initializer={start -> None}, mask_zero=True",
        ],
        "vectors that stay as they are tell words apart, too, as one-hot vectors do": [
            "alizer=start, mask_zero={True -> True, trainable=False}), recurrent[kin"
        ],
        "the task leaves open how large the network is": [
            "yers.Embedding(n_words, {32 -> 33}, embeddings_ini",
            "yers.Embedding(n_words, {32 -> 31}, embeddings_ini",
            "=True), recurrent[kind]({32 -> 33}), tf.keras.laye",
            "=True), recurrent[kind]({32 -> 31}), tf.keras.laye",
        ],
        "a layer with another activation is one of its kind": [
            "=True), recurrent[kind]({32 -> 32, activation='linear'}), tf.keras.laye"
        ],
        "the task leaves open how quickly it learns, and what is measured on the way": [
            "f.keras.optimizers.Adam({learning_rate=0.02 -> })",
            "zers.Adam(learning_rate={0.02 -> 0.018000000000000002})",
            "zers.Adam(learning_rate={0.02 -> 1.02})",
            "model.compile({adam, loss -> loss}='binary_crossen",
            "ss='binary_crossentropy'{, metrics=['accuracy'] -> })",
            "_crossentropy', metrics={['accuracy'] -> None})",
            "crossentropy', metrics=[{'accuracy' -> }])",
        ],
    },
    "1.7": {
        "a patience of 0 stops where one of 1 stops, and stopping early is allowed": [
            "callbacks.EarlyStopping({patience=epochs, restore_best_weights -> "
            "restore_best_weights}=True)"
        ],
        "the task leaves open how large a batch is, in which order, and what is printed": [
            "el.fit(*parts['train'], {batch_size=64, epochs -> epochs}=epochs, verbose",
            "size=64, epochs=epochs, {verbose=0,  -> }**watch)",
            "hs=epochs, verbose=0, **{watch -> watch, shuffle=False})",
            "ts['train'], batch_size={64 -> None}, epochs=epochs,",
            "ts['train'], batch_size={64 -> 65}, epochs=epochs,",
            "ts['train'], batch_size={64 -> 63}, epochs=epochs,",
            "epochs=epochs, verbose={0 -> None}, **watch)",
            "epochs=epochs, verbose={0 -> 1}, **watch)",
            "epochs=epochs, verbose={0 -> -1}, **watch)",
        ],
    },
    "1.8": {"ddof=1 is what pandas does": ["ean(), 'sd': scores.std({ddof=1 -> })})"]},
    "1.9": {
        "a distance has no sign": [
            "off = np.abs({labels - probabilities -> probabilities - labels})[wrong]"
        ],
        "the task leaves open the order of two that are equally sure": [
            "eturn wrong[np.argsort(-{off, kind='stable' -> off})][:n]",
            "g[np.argsort(-off, kind={'stable' -> None})][:n]",
            "[np.argsort(-off, kind='{stable -> stablex}')][:n]",  # NumPy reads the first letter
        ],
    },
    "1.10": {"None is as false as False": ["able.to_csv(path, index={False -> None})"]},
    "1.11": {
        "the task leaves open how many words are known and read, and in which order models come": [
            "cabulary(texts, n_words={400 -> 401})",
            "cabulary(texts, n_words={400 -> 399})",
            "exts[name], vocabulary, {40 -> 41}), labels[name])",
            "exts[name], vocabulary, {40 -> 39}), labels[name])",
            "build_classifier, kind, {400 -> 401}) for kind in ('",
            "build_classifier, kind, {400 -> 399}) for kind in ('",
            "ind, 400) for kind in ('{simple_rnn', 'lstm -> lstm', 'simple_rnn}')}",
        ],
        "texts and labels have the same parts": ["bels[name]) for name in {texts -> labels}}"],
        "the first column of (N, 1) is the last": ["part][0], verbose=0)[:, {0 -> -1}]"],
        "the task leaves open what is printed": [
            "parts[part][0], verbose={0 -> None})[:, 0]",
            "parts[part][0], verbose={0 -> 1})[:, 0]",
            "parts[part][0], verbose={0 -> -1})[:, 0]",
        ],
    },
    "1.12": {
        "the task leaves open how large a figure is, in which colours and in which words": [
            "re, axes = plt.subplots({figsize=(7, 3.5) -> })",
            "= plt.subplots(figsize={(7, 3.5) -> None})",
            "= plt.subplots(figsize=({7, 3.5 -> 3.5, 7}))",
            "= plt.subplots(figsize=({7 -> 8}, 3.5))",
            "= plt.subplots(figsize=({7 -> 6}, 3.5))",
            "lt.subplots(figsize=(7, {3.5 -> 4.5}))",
            "lt.subplots(figsize=(7, {3.5 -> 3.15}))",
            "pochs, history['loss'], {'--', label -> label}=f'{model}, trai",
            "hs, history['loss'], '--{ -> x}', label=f'{mode",
            "'--', label=f'{model}, {training -> trainingx}')",
            "colour = {line.get_color() -> None}",
            "s, history['val_loss'], {color=colour, label -> label}=f'{model}, vali",
            "tory['val_loss'], color={colour -> None}, label=f'{model",
            "olour, label=f'{model}, {validation -> validationx}')",
            "axes.set_xlabel('{epoch -> epochx}')",
            "s (binary cross-entropy){ -> x}')",
        ],
    },
    "2.4": {
        "the sd may take n or n - 1": [
            "table.mean(), table.std({ddof=0 -> }))",
            ".mean(), table.std(ddof={0 -> 1}))",
        ],
        "a Series is as good as an array": [
            "return (mean.fillna(0){.to_numpy() -> }, sd.replace(0,",
            ".replace(0, 1).fillna(1){.to_numpy() -> })",
        ],
        "what becomes missing here is filled by 1 in the next call": [
            "_numpy(), sd.replace(0, {1 -> None}).fillna(1).to_n"
        ],
    },
    "2.5": {
        "the task leaves open in which type the numbers come": [
            "n_steps, 2 * len(mean)){, 'float32' -> })",
            "_steps, 2 * len(mean)), {'float32' -> None})",
            "os((len(hours), n_steps){, bool -> })",
            "((len(hours), n_steps), {bool -> None})",
        ],
    },
    "2.6": {
        "a distance has no sign": [
            "errors = np.abs({expected - predicted -> predicted - expected})"
        ],
    },
    "2.7": {
        "a Sequential model takes its input from the first hours that it sees": [
            "= tf.keras.Sequential([{tf.keras.Input((None, n_features)), tf.keras.layers.Masking "
            "-> tf.keras.layers.Masking}(), recurrent[ki"
        ],
        "the task leaves open how large the network is": [
            "king(), recurrent[kind]({32 -> 33}), tf.keras.laye",
            "king(), recurrent[kind]({32 -> 31}), tf.keras.laye",
        ],
        "a layer with another activation is one of its kind": [
            "king(), recurrent[kind]({32 -> 32, activation='linear'}), tf.keras.laye"
        ],
        "the task leaves open how quickly it learns, and what is measured on the way": [
            "del, 0.005, loss='mae', {metrics=[], steps_per_execution -> steps_per_execution}=1)",
            ", loss='mae', metrics=[]{, steps_per_execution=1 -> })",
            "models.compiled(model, {0.005 -> 0.0045000000000000005}, loss='mae', me",
            "05, loss='mae', metrics={[] -> None}, steps_per_exec",
            "[], steps_per_execution={1 -> None})",
            "[], steps_per_execution={1 -> 2})",
        ],
    },
    "2.8": {
        "the larger of two numbers is the same in either order": [
            "return np.maximum({np.expm1(answers[:, 0]), 0 -> 0, np.expm1(answers[:, 0])})"
        ],
        "the first column of (N, 1) is the last": ["mum(np.expm1(answers[:, {0 -> -1}]), 0)"],
    },
    "2.10": {
        "train is a list of arrays of rows": ["ncatenate(scans['train']{ -> , axis=0}))"],
        "there is an sd for each mean": [
            "n_columns = len(scaling[{0 -> 1}])",
            "n_columns = len(scaling[{0 -> -1}])",
        ],
        "the task leaves open which ways are tried, in which order, and their names": [
            "hours(hours, scaling)[0]{[..., :n_columns], 'mean, indicators': lambda hours: "
            "pad_hours(hours, scaling)[0 -> , 'mean, indicators': lambda hours: "
            "pad_hours(hours, scaling)[0][..., :n_columns}], 'last seen':",
            "lambda hours: pad_hours({hours, scaling)[0], 'last seen': lambda hours: "
            "pad_hours([last_seen(hour) for hour in hours] -> [last_seen(hour) for hour in hours], "
            "scaling)[0], 'last seen': lambda hours: pad_hours(hours}, scaling)[0]}",
            "ways = {'{mean -> median}': lambda hours:",
            "ways = {'{mean -> sum}': lambda hours:",
            "ways = {'{mean -> meanx}': lambda hours:",
            ".., :n_columns], 'mean, {indicators -> indicatorsx}': lambda hours:",
            "urs, scaling)[0], 'last {seen -> seenx}': lambda hours:",
            "hours, scaling)[0][..., {:n_columns -> n_columns:}], 'mean, indica",
        ],
        "any kind of network will do": [
            "odel = build_regressor('{gru -> lstm}', x.shape[-1])",
            "odel = build_regressor('{gru -> simple_rnn}', x.shape[-1])",
        ],
        "the task leaves open how large a batch is, and what is printed": [
            "el.fit(x, y, batch_size={64 -> None}, epochs=epochs,",
            "el.fit(x, y, batch_size={64 -> 65}, epochs=epochs,",
            "el.fit(x, y, batch_size={64 -> 63}, epochs=epochs,",
            "epochs=epochs, verbose={0 -> None})",
            "epochs=epochs, verbose={0 -> 1})",
            "epochs=epochs, verbose={0 -> -1})",
            "['validation'], verbose={0 -> None})",
            "['validation'], verbose={0 -> 1})",
            "['validation'], verbose={0 -> -1})",
        ],
    },
    "2.11": {
        "all of them have the same parts": [
            "return np.full(len({mm -> scans}[part]), np.medi",
            "return np.full(len({mm -> inputs}[part]), np.medi",
            "regressor(kind, inputs['{train -> test}'].shape[-1])",
            "regressor(kind, inputs['{train -> validation}'].shape[-1])",
        ],
        "a list is as good as an array": [
            "return {np.array([np.nansum(rate * share) for rate, share in pairs]) -> "
            "[np.nansum(rate * share) for rate, share in pairs]}",
        ],
        "the task leaves open in which order models come, and which of them reads test": [
            "en(seeds) for name in ('{median', 'marshall_palmer -> marshall_palmer', 'median}')}",
            "for kind in ('{simple_rnn', 'lstm -> lstm', 'simple_rnn}'):",
            "first = trained[chosen][{0 -> 1}]",
            "first = trained[chosen][{0 -> -1}]",
        ],
        "the task leaves open whether the best epoch is kept, how large a batch is, what is "
        "printed": [
            "y = (mm['validation'] < {73 -> 74}, np.log1p(mm['t",
            "y = (mm['validation'] < {73 -> 72}, np.log1p(mm['t",
            "callbacks.EarlyStopping({patience=epochs, restore_best_weights -> "
            "restore_best_weights}=True)",
            ".EarlyStopping(patience={epochs, restore_best_weights=True -> epochs})",
            "s, restore_best_weights={True -> None})",
            "s, restore_best_weights={True -> False})",
            "to_watch, 'callbacks': [{best -> }], 'verbose': 0}",
            "ks': [best], 'verbose': {0 -> 1}}",
            "ks': [best], 'verbose': {0 -> -1}}",
            "t(inputs[part], verbose={0 -> None}))",
            "t(inputs[part], verbose={0 -> 1}))",
            "t(inputs[part], verbose={0 -> -1}))",
            "'train'], y, batch_size={64 -> None}, epochs=epochs,",
            "'train'], y, batch_size={64 -> 65}, epochs=epochs,",
            "'train'], y, batch_size={64 -> 63}, epochs=epochs,",
        ],
    },
}


class QuickNetwork:
    """Instead of a classifier, which takes seconds to train: each word has a weight."""

    def __init__(self, kind, n_words):
        self.weights = np.random.normal(size=n_words) * (1 + (kind == "lstm"))

    def train(self, parts, epochs):
        tokens, labels = parts["train"]
        for row, label in zip(tokens, labels, strict=True):
            self.weights[row] += 0.05 * epochs * (2 * label - 1)

    def predict(self, tokens, verbose):
        sums = (self.weights[tokens] * (tokens != 0)).sum(axis=1)
        return sigmoid(sums)[:, None]


class QuickRegressor:
    """The same for a regressor: each feature has a weight."""

    def __init__(self, kind, n_features):
        factor = {"simple_rnn": 1, "lstm": 2, "gru": 3}[kind]
        self.weights, self.bias = np.random.normal(size=n_features) * factor, 0.0

    def fit(self, inputs, targets, batch_size, epochs, verbose, validation_data=None, callbacks=()):
        for x, y in [(inputs, targets), validation_data or (inputs, targets)]:
            assert np.ndim(x) == 3 and np.shape(y) == (len(x),)
        assert all(isinstance(each, keras.callbacks.Callback) for each in callbacks)
        self.bias += 0.05 * epochs * targets.mean()

    def predict(self, inputs, verbose):
        return np.abs(np.tanh((inputs @ self.weights).sum(axis=1)) + self.bias)[:, None]


# What an answer finds in place of other answers.
IN_PLACE = {
    "1.11": {"build_classifier": QuickNetwork, "train_classifier": QuickNetwork.train},
    "2.10": {"build_regressor": QuickRegressor},
    "2.11": {"build_regressor": QuickRegressor},
}
pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="needs an alarm for what never ends"),
    pytest.mark.filterwarnings("ignore"),
]


def _all_mutants(homework, free=False):
    """[(task, name, source)] of the mutants of all solutions, of mistakes or of what is free."""
    cells = [
        cell.source
        for cell in solution(homework.number).cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    ]
    found = []
    for (number, task), source in zip(homework.tasks.items(), cells, strict=True):
        assert source.startswith(f"def {task.function}(")
        if task.points_to_win:  # everything is allowed there
            continue
        of_task = mutants.mutants(source)
        are_free = [name for names in FREE.get(number, {}).values() for name in names]
        assert set(are_free) <= set(of_task), "names in FREE that no mutant has"
        drawn = [name for name in of_task if (name in are_free) == free]
        found += [(number, name, of_task[name]) for name in drawn]
    return found


def _survivors(homework, drawn):
    """Those of (task, name, source) that their check accepts."""
    names = names_defined(solution(homework.number))
    survivors = []
    for number, name, source in drawn:
        namespace = names | IN_PLACE.get(number, {})
        exec(source, namespace)
        answer = namespace[homework.tasks[number].function]
        try:
            with within(20), np.errstate(all="ignore"):
                if checks.judge(number, answer)[0] == checks.CORRECT:
                    survivors.append(f"{number} {name}")
        except OutOfTime:
            pass
    return survivors


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """A folder for what mutants write."""
    monkeypatch.chdir(tmp_path)
    keras.utils.disable_interactive_logging()


@pytest.mark.parametrize("homework", HOMEWORKS.values(), ids=lambda homework: homework.name)
def test_of_some_mutants_the_checks_refuse_nearly_all(homework, elsewhere):
    drawn = random.Random(homework.number).sample(_all_mutants(homework), 60)
    survivors = _survivors(homework, drawn)
    assert len(survivors) <= (1 - REFUSED_AT_LEAST) * len(drawn), survivors


@pytest.mark.slow
@pytest.mark.parametrize("homework", HOMEWORKS.values(), ids=lambda homework: homework.name)
def test_the_checks_refuse_nearly_all_mutants_of_each_task(homework, elsewhere):
    drawn = _all_mutants(homework)
    survivors = _survivors(homework, drawn)
    for number in homework.tasks:
        n_mutants = sum(each == number for each, *_ in drawn)
        alive = [survivor for survivor in survivors if survivor.startswith(f"{number} ")]
        print(f"{number}: {n_mutants - len(alive)} of {n_mutants} are refused", *alive, sep="\n  ")
        least = FEWER_REFUSED.get(number, REFUSED_AT_LEAST)
        assert len(alive) <= (1 - least) * n_mutants, alive


@pytest.mark.slow
@pytest.mark.parametrize("homework", HOMEWORKS.values(), ids=lambda homework: homework.name)
def test_the_checks_accept_what_is_free(homework, elsewhere):
    drawn = _all_mutants(homework, free=True)
    assert len(_survivors(homework, drawn)) == len(drawn)
