"""More wrong answers to the tasks of homework 1: the solution with what people write instead.

MISTAKES: {task: {what is wrong: (words of the sentence that its check says, {code of the solution:
code in its place})}}; ALL in place of the code is the whole answer.
"""

import numpy as np

from tests.homework.answers_1 import REFERENCE
from utils.cells import sigmoid
from utils.grading.solutions import solution
from utils.homework.homeworks import HOMEWORKS

ALL = object()
ACCURACY = 'training.accuracy(labels["validation"], predict(model, "validation"))'
BAG = "bag_of_words(texts["


def sources():
    """{task: source of the solution}."""
    answers = [
        cell.source
        for cell in solution(1).cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    ]
    lines = [
        "\n".join(line for line in answer.splitlines() if "### " not in line) for answer in answers
    ]
    return dict(zip(HOMEWORKS[1].tasks, lines, strict=True))


SOURCES = sources()


def source(task, kind):
    """The source of a wrong answer."""
    _, changes = MISTAKES[task][kind]
    code = SOURCES[task]
    for old, new in changes.items():
        if old is ALL:
            return new
        assert old in code, f"{task} {kind}: the solution holds no {old}"
        code = code.replace(old, new)
    return code


def wrong_answer(task, kind):
    """The function; in the experiment, with networks that take no time."""
    namespace = REFERENCE | (QUICK if task == "1.11" else {})
    exec(source(task, kind), namespace)
    return namespace[HOMEWORKS[1].tasks[task].function]


class QuickNetwork:
    """Instead of a classifier, which takes seconds to train: each word has a weight."""

    def __init__(self, kind, n_words):
        self.weights = np.random.normal(size=n_words) * (1 + (kind == "lstm"))

    def train(self, parts, epochs):
        """Keeps, of two epochs, the one that is better on validation."""
        tokens, labels = parts["train"]
        kept = []
        for sign in (1, -1):
            self.weights = self.weights.copy()
            for row, label in zip(tokens, labels, strict=True):
                self.weights[row] += sign * 0.1 * epochs * (2 * label - 1)
            right = (self.predict(parts["validation"][0])[:, 0] > 0.5) == parts["validation"][1]
            kept.append((right.mean(), self.weights))
        self.weights = max(kept, key=lambda pair: pair[0])[1]

    def predict(self, tokens, verbose=0):
        sums = (self.weights[tokens] * (tokens != 0)).sum(axis=1)
        return sigmoid(sums)[:, None]


QUICK = {"build_classifier": QuickNetwork, "train_classifier": QuickNetwork.train}
COUNTED_ANEW = """
def bag_of_words(texts, labels, new_texts):
    count = CountVectorizer()
    model = LogisticRegression().fit(count.fit_transform(texts), labels)
    return model.predict_proba(count.fit_transform(new_texts))[:, 1]
"""
FLOAT_MASK = """
def build_classifier(kind, n_words):
    layers = {"simple_rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}
    tokens = tf.keras.Input((None,), dtype="int32")
    mask = tf.keras.ops.cast(tokens != 0, "float32")[:, :, None]
    words = tf.keras.layers.Embedding(n_words, 32)(tokens) * mask
    last = getattr(tf.keras.layers, layers[kind])(32)(words)
    model = tf.keras.Model(tokens, tf.keras.layers.Dense(1, activation="sigmoid")(last))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
"""
ALWAYS_DROPPING = """
def build_classifier(kind, n_words):
    layers = {"simple_rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}
    tokens = tf.keras.Input((None,), dtype="int32")
    words = tf.keras.layers.Embedding(n_words, 32, mask_zero=True)(tokens)
    last = getattr(tf.keras.layers, layers[kind])(32)(words)
    last = tf.keras.layers.Dropout(0.5)(last, training=True)
    model = tf.keras.Model(tokens, tf.keras.layers.Dense(1, activation="sigmoid")(last))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
"""
SEEDS_OUTSIDE = """
def compare(builders, train_and_score, seeds):
    scores = {name: [] for name in builders}
    for seed in seeds:
        tf.keras.utils.set_random_seed(seed)
        for name, build in builders.items():
            scores[name].append(train_and_score(build(), seed))
    scores = pd.DataFrame(scores)
    return pd.DataFrame({"mean": scores.mean(), "sd": scores.std(ddof=1)})
"""
SEED = "            tf.keras.utils.set_random_seed(seed)\n"
SEED_AND_RUN = SEED + "            scores[name].append(train_and_score(build(), seed))"
DENSE = 'tf.keras.layers.Dense(1, activation="sigmoid")'
LSTM_STEP = "        c = f * c + i * np.tanh(c_tilde)\n        h = o * np.tanh(c)\n"
ANSWER = """        [answer] = h @ dense_kernel + dense_bias
        probabilities.append(1 / (1 + np.exp(-answer)))
"""
BEFORE = "        sums = vectors[token]"

MISTAKES = {
    "1.1": {
        "texts in place of rows": (
            "not of texts or labels",
            {'[np.flatnonzero(reviews["review"].isin(part)) for part in parts]': "parts"},
        ),
        "masks in place of rows": (
            "a mask of True and False",
            {'np.flatnonzero(reviews["review"].isin(part))': 'reviews["review"].isin(part).array'},
        ),
        "validation taken out of train": (
            "some row is in two parts, or twice",
            {
                "np.split(texts, [int(0.8 * len(texts)), int(0.9 * len(texts))])": (
                    "texts[80:], texts[-40:], texts[:80]"
                )
            },
        ),
        "copies not dropped": (
            "occurs twice in the file is in two parts",
            {".drop_duplicates()": ""},
        ),
        "rows of a shuffled copy": (
            "look up its rows in `reviews` as given",
            {
                "    texts =": "    reviews = reviews.sample(frac=1, random_state=seed)\n"
                "    texts =",
            },
        ),
    },
    "1.2": {
        "train and validation": (
            "'tedious' never stands in the training part",
            {'parts["train"]': 'parts["train"] + parts["validation"]'},
        ),
        "unknown before padding": ("0 is kept for padding", {'"", "[UNK]"': '"[UNK]", ""'}),
        "texts counted, not words": (
            "in how many texts",
            {
                'Counter(" ".join(parts["train"]).split())': (
                    'Counter(word for text in parts["train"] for word in set(text.split()))'
                )
            },
        ),
        "words of CountVectorizer": (
            "also a mark such as '!', a single letter",
            {
                'Counter(" ".join(parts["train"]).split())': (
                    'Counter(CountVectorizer().build_analyzer()(" ".join(parts["train"])))'
                )
            },
        ),
        "marks dropped by TextVectorization": (
            "also a mark such as '!', a single letter",
            {
                ALL: """
def fit_vocabulary(parts, n_words):
    layer = tf.keras.layers.TextVectorization(max_tokens=n_words)
    layer.adapt(parts["train"])
    return layer.get_vocabulary()
"""
            },
        ),
        "rare words dropped": (
            "or a rare one",
            {
                "for word, _ in counts": "for word, n in counts",
                "n_words - 2)": "n_words - 2) if n > 2",
            },
        ),
        "a dictionary": (
            "return a list of words",
            {"return [": "words = [", "2))]": "2))]\n    return dict(zip(words, range(n_words)))"},
        ),
        "letters counted": ("words are separated by spaces", {").split())": "))"}),
        "the rarest first": (
            "the most frequent first",
            {"most_common(n_words - 2)": "most_common()[: 1 - n_words : -1]"},
        ),
    },
    "1.3": {
        "unknown is 0": ("must become 1", {"number.get(word, 1)": "number.get(word, 0)"}),
        "padding is 1": ("padding is 0", {"np.zeros(": "np.ones("}),
        "letters": ("not letter by letter", {"text.split()": "text"}),
        "words reversed": ("from the last to the first", {"[-length:]": "[-length:][::-1]"}),
        "numbers from 1": ("off by one or two", {"(vocabulary)": "(vocabulary, 1)"}),
        "short words dropped": (
            "'a' is left out",
            {"text.split()": '__import__("re").findall(r"\\w\\w+", text)'},
        ),
        "padding on the left": (
            "padding stands before the words",
            {": len(numbers)]": "length - len(numbers) :]"},
        ),
        "the end cut off": ("lost its end", {"[-length:]": "[:length]"}),
    },
    "1.4": {
        "rounded": ("these are classes", {"[:, 1]": "[:, 1].round()"}),
        "classes by argmax": ("these are classes", {"[:, 1]": ".argmax(axis=1)"}),
        "argmax of one column": (
            "argmax of a single column is always 0",
            {"[:, 1]": "[:, 1:].argmax(axis=1)"},
        ),
        "the larger of the two": ("the larger of the two", {"[:, 1]": ".max(axis=1)"}),
        "texts shuffled, not labels": (
            "shuffles both alike",
            {"    model.fit": "    np.random.default_rng(0).shuffle(texts)\n    model.fit"},
        ),
        "counted anew for the new texts": ("transform, not fit_transform", {ALL: COUNTED_ANEW}),
        "logarithms": ("lie outside 0 and 1", {"predict_proba": "predict_log_proba"}),
    },
    "1.5": {
        "sigmoid twice": (
            "went through a sigmoid twice",
            {"append(1 / (1 + np.exp(-answer)))": "append(tf.sigmoid(tf.sigmoid(answer)))"},
        ),
        "h before c": (
            "c is computed first",
            {LSTM_STEP: "".join(reversed(LSTM_STEP.splitlines(keepends=True)))},
        ),
        "answered before the word": (
            "c is computed first",
            {ANSWER: "", BEFORE: ANSWER + BEFORE},
        ),
        "vectors of the number before": ("row n", {"vectors[token]": "vectors[token - 1]"}),
        "of negative": ('probability of "negative"', {"np.exp(-answer)": "np.exp(answer)"}),
        "bias twice": (
            "is added twice",
            {"recurrent_kernel + bias": "recurrent_kernel + 2 * bias"},
        ),
    },
    "1.6": {
        "logits, and a loss for them": (
            "the last layer needs a sigmoid",
            {
                DENSE: "tf.keras.layers.Dense(1)",
                '"binary_crossentropy"': "tf.keras.losses.BinaryCrossentropy(from_logits=True)",
            },
        ),
        "logits, and a loss of probabilities": (
            "the last layer needs a sigmoid",
            {DENSE: "tf.keras.layers.Dense(1)"},
        ),
        "from_logits on a sigmoid": (
            "takes them for logits",
            {'"binary_crossentropy"': "tf.keras.losses.BinaryCrossentropy(from_logits=True)"},
        ),
        "two units and softmax": (
            "one unit with a sigmoid",
            {
                DENSE: 'tf.keras.layers.Dense(2, activation="softmax")',
                '"binary_crossentropy"': '"sparse_categorical_crossentropy"',
            },
        ),
        "one unit and softmax": ("that is what softmax makes", {'"sigmoid"': '"softmax"'}),
        "all states into Dense": (
            "return_sequences=True",
            {"recurrent[kind](32)": "recurrent[kind](32, return_sequences=True)"},
        ),
        "mask_zero forgotten": ("mask_zero=True in the Embedding", {", mask_zero=True": ""}),
        "Masking after an Embedding": (
            "Masking looks for steps of nothing but zeros",
            {", mask_zero=True)": "),\n            tf.keras.layers.Masking()"},
        ),
        "the mask is lost": (
            "is lost before",
            {
                ", mask_zero=True)": ", mask_zero=True),\n"
                "            tf.keras.layers.Conv1D(32, 3, padding='causal')"
            },
        ),
        "all states, flattened": (
            "behind Flatten",
            {
                "recurrent[kind](32)": "recurrent[kind](32, return_sequences=True),\n"
                "            tf.keras.layers.Flatten()"
            },
        ),
        "a float mask": ("times zero is read as a word, too", {ALL: FLOAT_MASK}),
        "rows of another vocabulary": (
            "the Embedding needs n_words rows",
            {"n_words, 32": "400, 32"},
        ),
        "one row short": ("the Embedding needs n_words rows", {"n_words, 32": "n_words - 1, 32"}),
        "squared errors": ("is the mean squared error", {'"binary_crossentropy"': '"mse"'}),
        "a loss of many classes": (
            "categorical cross-entropy of one number",
            {'"binary_crossentropy"': '"categorical_crossentropy"'},
        ),
        "the metric Accuracy": (
            "equal to its label",
            {'"accuracy"': "tf.keras.metrics.Accuracy()"},
        ),
        "accuracy of many classes": (
            "takes the largest of one number",
            {'"accuracy"': '"categorical_accuracy"'},
        ),
        "threshold 0 on probabilities": (
            "threshold of 0",
            {'"accuracy"': "tf.keras.metrics.BinaryAccuracy(threshold=0.0)"},
        ),
        "dropout while it answers": ("asked twice", {ALL: ALWAYS_DROPPING}),
    },
    "1.7": {
        "monitor loss": ('not monitor="loss"', {"(patience": '("loss", patience'}),
        "weights of the last epoch": (
            "restore_best_weights=True",
            {", restore_best_weights=True": ""},
        ),
        "test in validation_data": (
            "depends on the test part",
            {'parts["validation"]': 'parts["test"]'},
        ),
        "the largest loss": ("of the smallest val_loss", {"=True)": '=True, mode="max")'}),
        "a part of train watched": (
            "of the smallest val_loss",
            {'"validation_data": parts["validation"]': '"validation_split": 0.2'},
        ),
        "fit twice": (
            "fit once",
            {"    model.fit": '    model.fit(*parts["train"], epochs=epochs)\n    model.fit'},
        ),
        "inputs shuffled, not labels": (
            "who shuffles, shuffles both alike",
            {
                '    model.fit(*parts["train"]': (
                    '    x, y = parts["train"]\n    x = np.random.default_rng(1).permutation(x)\n'
                    "    model.fit(x, y"
                )
            },
        ),
        "a copy is trained": (
            "as they were",
            {
                "    model.fit": "    model = tf.keras.models.clone_model(model)\n"
                '    model.compile("adam", "binary_crossentropy")\n    model.fit'
            },
        ),
        "compiled anew": (
            "the optimizer that the model was compiled with",
            {"    model.fit": '    model.compile("adam", "binary_crossentropy")\n    model.fit'},
        ),
        "epochs of its own": (
            "makes no difference",
            {"epochs=epochs, verbose": "epochs=9, verbose"},
        ),
    },
    "1.8": {
        "seed set once": (
            "right before each is built",
            {
                SEED: "",
                "    for name, build": "    tf.keras.utils.set_random_seed(seeds[0])\n"
                "    for name, build",
            },
        ),
        "seed set once for all models": ("right before each is built", {ALL: SEEDS_OUTSIDE}),
        "seed set after building": (
            "right before each is built",
            {
                SEED_AND_RUN: "            model = build()\n"
                + SEED
                + "            scores[name].append(train_and_score(model, seed))"
            },
        ),
        "one model for all seeds": (
            "build it anew",
            {
                "        for seed": "        model = build()\n        for seed",
                "train_and_score(build(), seed)": "train_and_score(model, seed)",
            },
        ),
        "sd divided by n": ("divide by n - 1", {"ddof=1": "ddof=0"}),
        "the standard error": ("is the standard error", {"scores.std(ddof=1)": "scores.sem()"}),
        "the variance": ("is the variance", {"scores.std(ddof=1)": "scores.var()"}),
        "the median": ("is the median", {"scores.mean()": "scores.median()"}),
        "rounded": ("do not round", {".std(ddof=1)": ".std(ddof=1).round(1)"}),
        "sd over models": ("a row named for each model", {"ddof=1": "axis=1"}),
        "transposed": ("the table needs the columns mean and sd", {"ddof=1)})": "ddof=1)}).T"}),
    },
    "1.9": {
        "probabilities equal to labels": (
            "no probability equals its label",
            {"(probabilities > 0.5) != (labels == 1)": "probabilities != labels"},
        ),
        "threshold 0": ("counts as a mistake: more than one half", {"> 0.5": "> 0"}),
        "argmax of one column": (
            "argmax of a single column is always 0",
            {"(probabilities > 0.5)": "probabilities[:, None].argmax(axis=1)"},
        ),
        "in the order of probabilities": (
            "how far the probability is from the label",
            {"-off": "-probabilities[wrong]"},
        ),
        "a mask": (
            "array of row numbers",
            {"    off =": "    return probabilities > 0.5\n    off ="},
        ),
    },
    "1.10": {
        "no header": ("the header is missing", {"index=False": "index=False, header=False"}),
        "semicolons": ("separated by commas", {"index=False": 'index=False, sep=";"'}),
        "numbers for words": ("says it in words", {'"positive", "negative"': "1, 0"}),
        "rows from 1": ("each is one too many", {'"row": rows': '"row": rows + 1'}),
        "rows counted anew": ("0, 1, 2", {'"row": rows': '"row": range(len(rows))'}),
        "argmax of one column": (
            "argmax of a single column is always 0",
            {"probabilities > 0.5": "probabilities[:, None].argmax(axis=1)"},
        ),
        "threshold 0": ("all are positive", {"> 0.5": "> 0"}),
        "words exchanged": ("changed places", {'"positive", "negative"': '"negative", "positive"'}),
        "probabilities of negative": (
            'those of "negative"',
            {'"probability": prob': '"probability": 1 - prob'},
        ),
        "missing filled in": (
            "was written, or left out",
            {"    if np": "    probabilities = np.nan_to_num(probabilities)\n    if np"},
        ),
    },
    "1.11": {
        "probabilities equal to labels": (
            "no probability equals its label",
            {ACCURACY: 'np.mean(labels["validation"] == predict(model, "validation"))'},
        ),
        "threshold 0": (
            "every text is judged as positive",
            {ACCURACY: 'np.mean((predict(model, "validation") > 0) == labels["validation"])'},
        ),
        "argmax of one column": (
            "every text is judged as negative",
            {
                ACCURACY: 'np.mean(predict(model, "validation")[:, None].argmax(axis=1) == '
                'labels["validation"])'
            },
        ),
        "other names": ("a row for each of", {'"bag_of_words": lambda': '"Bag of Words": lambda'}),
        "test watched while training": (
            "no epoch may be chosen by it",
            {
                "train_classifier(model, parts": (
                    'train_classifier(model, parts | {"validation": parts["test"]}'
                )
            },
        ),
        "labels shuffled, not texts": (
            "its own label",
            {
                BAG + '"train"], labels["train"]': (
                    BAG + '"train"], np.random.default_rng(3).permutation(labels["train"])'
                )
            },
        ),
        "the second seed continues the first": (
            "right before each fresh model",
            {
                "partial(build_classifier, kind, 400)": (
                    "partial(lambda model: model, build_classifier(kind, 400))"
                )
            },
        ),
        "sd over epochs": (
            "over the seeds, not over epochs",
            {"    chosen =": '    table.loc["lstm", "sd"] = 0.05\n    chosen ='},
        ),
        "the worst is chosen": ("has the best mean on validation", {"idxmax": "idxmin"}),
        "the loss in place of the accuracy": (
            "Is it an accuracy",
            {ACCURACY: 'np.mean(np.abs(predict(model, "validation") - labels["validation"]))'},
        ),
    },
    "1.12": {
        "accuracies": (
            "what is drawn is the accuracy",
            {'history["loss"], "--"': 'history["accuracy"], "--"'},
        ),
        "training twice": (
            "the validation loss of simple_rnn is not drawn",
            {'history["val_loss"], color': 'history["loss"], color'},
        ),
        "x and y exchanged": (
            "x and y have changed places",
            {
                'epochs, history["loss"]': 'history["loss"], epochs',
                'epochs, history["val_loss"]': 'history["val_loss"], epochs',
            },
        ),
        "losses called accuracy": (
            "the y axis is called",
            {'"loss (binary cross-entropy)"': '"accuracy"'},
        ),
        "names of axes exchanged": (
            "the names of the axes are mixed up",
            {'xlabel("epoch")': 'xlabel("loss")', '"loss (binary cross-entropy)"': '"epoch"'},
        ),
        "smoothed": (
            "the training loss of simple_rnn is not drawn",
            {'history["loss"], "--"': 'pd.Series(history["loss"]).rolling(2, 1).mean(), "--"'},
        ),
        "a figure for each model": (
            "the training loss of simple_rnn is not drawn",
            {
                "        epochs =": "        figure, axes = plt.subplots()\n        epochs =",
            },
        ),
    },
}
