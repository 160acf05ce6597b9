"""Task 1.4: a mean over the words and not over the padding."""

import numpy as np

from utils.homework.task import Task, expect, expect_none_of, numbers

TOKENS = np.array([[3, 4, 5, 6, 7], [3, 1, 0, 0, 0], [9, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
STATES = np.random.default_rng(3).normal(size=(4, 5, 3)).astype("float32")
STATES[1, 0] = 0  # of a word, all the same
MASK = (TOKENS != 0)[..., None]
WHAT = "the mean of each review, (N, H)"
MEANS = (STATES * MASK).sum(axis=1) / np.maximum(MASK.sum(axis=1), 1)
# What is often found for the second review, which has two words.
MISTAKES = (
    (
        STATES[1].mean(axis=0),
        "padding leaks in: the states of the zeros after the end are part of your mean",
    ),
    (
        MEANS[1] * 2 / 5,
        "you add up the words alone, but divide by all T steps: divide by the number of words",
    ),
    *(
        (wrong, "a word whose state is zero is a word, too: the mask comes from the tokens")
        for wrong in (MEANS[1] * 2, STATES[1, 1:].mean(axis=0))
    ),
    (
        STATES[1, 0],
        "a word that is not in the vocabulary, 1, is a word, too: only 0 is padding",
    ),
)


def check(mean_of_words):
    """Raise NotYet unless reviews of five, two, one and no words get their means."""
    got = numbers(mean_of_words(STATES.copy(), TOKENS.copy()), (4, 3), WHAT)
    expect(
        np.allclose(got[0], MEANS[0], atol=1e-5),
        "even without padding the mean over the words is another: sum over axis 1, divide by "
        "the number of words",
    )
    expect_none_of(MISTAKES, lambda wrong: np.allclose(got[1], wrong, atol=1e-5))
    expect(np.allclose(got[1:3], MEANS[1:3], atol=1e-5), "with padding the mean is wrong")
    expect(
        not np.isnan(got[3]).any(),
        "a review without any word gives NaN (0 / 0), which would spoil the whole batch",
    )
    expect(np.allclose(got[3], 0), "a review without any word must give zeros")
    longer = np.pad(STATES[:2], [(0, 0), (0, 3), (0, 0)], constant_values=8)
    again = numbers(mean_of_words(longer, np.pad(TOKENS[:2], [(0, 0), (0, 3)])), (2, 3), WHAT)
    expect(
        np.allclose(again, MEANS[:2], atol=1e-5),
        "three steps more of padding, in two of the reviews, change their mean",
    )


TASK = Task(
    number="1.4",
    function="mean_of_words",
    points=3,
    check=check,
    hints=(
        "tokens != 0 says which steps are words.",
        "Multiply states by the mask, which needs a third axis, and add up over axis 1.",
        "mask = (tokens != 0)[:, :, None]; (states * mask).sum(axis=1) / "
        "np.maximum(mask.sum(axis=1), 1).",
    ),
)
