"""The leader-board of task 1.13: reviews that no student has seen. For `make grade` alone."""

from functools import cache

import numpy as np
import tensorflow as tf

from utils.grading import solutions
from utils.grading.leader_board import Contest
from utils.reviews.generate import make_reviews
from utils.reviews.text import standardise
from utils.training import accuracy

N_TEXTS = {"train": 2_400, "validation": 300, "test": 1_000}
SEED = 20_313


@cache
def reviews():
    """Texts by the grammar of the bundled sample, a list, and their labels (N,)."""
    made = make_reviews(sum(N_TEXTS.values()), SEED)
    plain = standardise(tf.constant([review.text for review in made])).numpy()
    texts = [" ".join(text.decode().split()) for text in plain]
    return texts, np.array([int(review.label > 0) for review in made])


def reference(texts, labels, new_texts, seed):
    """The LSTM of the solution, trained for five epochs as in the class tier."""
    right = solutions.names_defined(solutions.solution(1))
    vocabulary = right["fit_vocabulary"](texts, n_words=400)
    parts = {
        part: (right["encode"](texts[part], vocabulary, 40), labels[part])
        for part in ("train", "validation")
    }
    tf.keras.utils.set_random_seed(seed)
    model = right["build_classifier"]("lstm", 400)
    right["train_classifier"](model, parts, epochs=5)
    return model.predict(right["encode"](new_texts, vocabulary, 40), verbose=0)[:, 0]


CONTEST = Contest(
    task="1.13",
    seeds=(301, 302, 303),
    seconds=120,
    sizes=N_TEXTS,
    data=reviews,
    score=accuracy,
    reference=reference,
    reference_name="the course's LSTM",
    measure="accuracy",
)
