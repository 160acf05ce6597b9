"""Task 1.3: texts become numbers, all of one length."""

import numpy as np

from utils.homework.task import Task, array, expect, expect_none_of

VOCABULARY = ["", "[UNK]", "good", "film", "not", "a"]
TEXTS = ["not a good film", "good xyzzy", "a film a film a good"]
MISTAKES_IN_WHOLE = [
    ([1, 1, 1, 1], "each word became 1: go through the words of a text, not letter by letter"),
    ([3, 2, 5, 4], "the words come from the last to the first: keep their order"),
    ([4, 2, 3, 0], "'a' is left out: a word is whatever stands between spaces, text.split()"),
]
MISTAKES_IN_UNKNOWN = [
    ([0, 0, 2, 1], "padding stands before the words; here it goes after them"),
    ([2, 1, 1, 1], "padding is 0, and 1 is for words that are not in the vocabulary"),
]


def check(encode):
    """Raise NotYet unless a whole text, an unknown word and a long text get their tokens."""
    tokens = array(encode(TEXTS.copy(), VOCABULARY.copy(), 4))
    expect(
        tokens.shape == (3, 4),
        f"the shape is {tokens.shape}, asked for is one row a text and 4 columns, (3, 4)",
    )
    expect(
        np.issubdtype(tokens.dtype, np.integer),
        f"the numbers are of type {tokens.dtype}, asked for are whole numbers",
    )
    off = set(tokens[0] - [4, 5, 2, 3])
    whole, unknown, long = tokens.tolist()
    expect(
        off == {0} or len(off) > 1,
        "the numbers are off by one or two: a word's number is its index in the vocabulary, "
        "which has '' at 0 and '[UNK]' at 1 already",
    )
    expect_none_of(MISTAKES_IN_WHOLE, lambda wrong: whole == wrong)
    expect(whole == [4, 5, 2, 3], f"'not a good film' became {whole}, expected [4, 5, 2, 3]")
    expect_none_of(MISTAKES_IN_UNKNOWN, lambda wrong: unknown == wrong)
    expect(
        1 in unknown,
        "a word that is not in the vocabulary must become 1, '[UNK]': to drop it, or to write "
        "0, hides that there was a word",
    )
    expect(unknown == [2, 1, 0, 0], f"'good xyzzy' became {unknown}, expected [2, 1, 0, 0]")
    expect(
        long != [5, 3, 5, 3],
        "a long text lost its end; keep the last words, where reviewers say what they think",
    )
    expect(
        long == [5, 3, 5, 2],
        f"'a film a film a good' became {long}, expected its last four words, [5, 3, 5, 2]",
    )
    other = array(encode(TEXTS.copy(), ["", "[UNK]", "a", "film"], 6)).tolist()
    expect(
        other == [[1, 2, 1, 3, 0, 0], [1, 1, 0, 0, 0, 0], [2, 3, 2, 3, 2, 1]],
        "with another vocabulary and a length of 6 the numbers are wrong: use the arguments, "
        "nothing from outside the function",
    )


TASK = Task(
    number="1.3",
    function="encode",
    points=2,
    check=check,
    hints=(
        "A dictionary from word to number makes looking up quick; what does it say to a word "
        "it does not know?",
        "number.get(word, 1) is 1 for unknown words; np.zeros((len(texts), length), int) is "
        "the padding, ready to be written over.",
        "For each text: numbers = [number.get(word, 1) for word in text.split()][-length:]; "
        "tokens[row, : len(numbers)] = numbers.",
    ),
)
