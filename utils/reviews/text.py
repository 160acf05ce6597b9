"""Text to token ids and back: standardise, tokenise, truncate, pad.

Sequences are lists of int32 arrays (T,), T the tokens of one text. Keras is imported when it is
needed, so that reading reviews does not wait for TensorFlow.
"""

import re
from functools import partial

import numpy as np

from utils.errors import CourseError

PADDING, UNKNOWN = 0, 1


def standardise(text, punctuation="!?"):
    """Lower case, no tags, words of letters, digits and the apostrophe, separated by spaces.

    text: a string or string tensor of any shape; returns a tensor of that shape. Letters are those
    of every script, with their accents; the curly apostrophe becomes the straight one. punctuation:
    the characters that become tokens of their own; all others separate words.

    >>> standardise("Isn't it <br />GOOD?").numpy().decode()
    "isn't it good ? "
    """
    import tensorflow as tf

    punctuation = re.escape(punctuation)
    text = tf.strings.lower(text, encoding="utf-8")
    text = tf.strings.regex_replace(text, "<!--(?s:.*?)-->|</?[a-z][^<>]*>", " ")
    text = tf.strings.regex_replace(text, "’", "'")
    text = tf.strings.regex_replace(text, f"([{punctuation}])", r" \1 ")
    kept = rf"\pL\pM\pN'{punctuation}"
    # Single spaces stay as they are, which takes half the time of writing each anew.
    return tf.strings.regex_replace(text, rf" *[^{kept} ][^{kept}]*|  +", " ")


def fit_vocabulary(texts, n_words, punctuation="!?"):
    """A `tf.keras.layers.TextVectorization` that knows the most frequent words of texts.

    It has `n_words` token ids: 0 is padding, 1 any unknown word, the rest known words.
    punctuation: as in `standardise`. Fit it on the training part only. Raises CourseError where
    the texts hold no word at all.

    >>> vectorizer = fit_vocabulary(["good film", "good end", "good film"], n_words=4)
    >>> print(*vectorizer.get_vocabulary()[1:])
    [UNK] good film
    """
    import keras
    import tensorflow as tf

    vectorizer = keras.layers.TextVectorization(
        max_tokens=n_words, standardize=partial(standardise, punctuation=punctuation), ragged=True
    )
    vectorizer.adapt(tf.data.Dataset.from_tensor_slices(list(texts)).batch(512))
    if vectorizer.vocabulary_size() <= len([PADDING, UNKNOWN]):
        raise CourseError("the texts hold no word: is this the column with the reviews?")
    return vectorizer


def encode(vectorizer, texts, max_words=None, *, keep="both"):
    """Texts to token ids: a list of int32 arrays (T,), one a text, T at most `max_words`.

    vectorizer: of `fit_vocabulary`. keep: as in `truncate`. A text without a single word is one
    unknown word.

    >>> vectorizer = fit_vocabulary(["good film", "good end", "good film"], n_words=4)
    >>> [sequence.tolist() for sequence in encode(vectorizer, ["A good film", ""])]
    [[1, 2, 3], [1]]
    """
    texts = list(texts)
    sequences = []
    for first in range(0, len(texts), 1000):
        ragged = vectorizer(np.array(texts[first : first + 1000], dtype=object))
        flat = ragged.values.numpy().astype("int32")
        sequences += np.split(flat, ragged.row_splits.numpy()[1:-1])
    nothing = np.array([UNKNOWN], "int32")
    sequences = [sequence if len(sequence) else nothing for sequence in sequences]
    return [truncate(sequence, max_words, keep) for sequence in sequences]


def truncate(sequence, max_words, keep="both"):
    """A sequence (T,) or (T, D), cut to `max_words` time steps if it is longer.

    keep: the part that is kept: "start", "end", or "both", half of max_words at each. None
    for max_words: all.

    >>> truncate(np.arange(8), 4)
    array([0, 1, 6, 7])
    """
    if max_words is None or len(sequence) <= max_words:
        return sequence
    n_start = {"start": max_words, "end": 0, "both": max_words // 2}[keep]
    n_end = max_words - n_start
    return np.concatenate([sequence[:n_start], sequence[len(sequence) - n_end :]])


def decode(vectorizer, sequence):
    """Token ids (T,) back to words in one string: no padding, unknown words read [UNK].

    >>> vectorizer = fit_vocabulary(["good film", "good end", "good film"], n_words=4)
    >>> decode(vectorizer, [1, 2, 3, 0])
    '[UNK] good film'
    """
    words = np.array(vectorizer.get_vocabulary())
    return " ".join(words[[index for index in sequence if index != PADDING]])


def pad(sequences, length=None, side="post"):
    """Sequences (T,) or (T, D) to one array (N, T) or (N, T, D), filled up with zeros.

    length: T of the array, by default that of the longest sequence; longer ones are cut. side:
    where zeros are put and steps are cut, "pre" (before) or "post" (after).

    >>> pad([[5, 6], [7]]).tolist()
    [[5, 6], [7, 0]]
    """
    import keras

    dtype = getattr(sequences[0], "dtype", "int32")
    return keras.utils.pad_sequences(
        sequences, maxlen=length, padding=side, truncating=side, dtype=dtype
    )
