"""Log-count ratios against counting by hand; no review's label reaches its own ratios."""

from types import SimpleNamespace

import numpy as np
import pytest

from utils.reviews import ngrams, word_vectors

GOOD, BAD, FILM = 2, 3, 4


def test_ratios_of_words_and_pairs_are_those_counted_by_hand():
    sequences = [np.array(s) for s in ([GOOD, FILM], [GOOD, GOOD, FILM], [BAD, FILM], [FILM])]
    ratios = ngrams.LogCountRatios(max_n=2)
    ratios.fit_transform(sequences, [1, 1, 0, 0])
    [found] = ratios.transform([np.array([GOOD, FILM, BAD])])
    # Reviews, positive : negative. good 2:0, bad 0:1, film 2:2; with 1 added, sums 7:6.
    words = [np.log(3 / 1), np.log(3 / 3), np.log(1 / 2)] - np.log(7 / 6)
    # Pairs "good film" 2:0, "good good" 1:0, "bad film" 0:1.
    pair = np.log(3 / 1) - np.log((3 + 2 + 1) / (1 + 1 + 2))
    np.testing.assert_allclose(found[:, 0], words, rtol=1e-6)
    np.testing.assert_allclose(found[:, 1], [0, pair, 0], rtol=1e-6)


def test_skip_grams_are_counted_by_the_word_they_end_at():
    sequences = [np.array(s) for s in ([GOOD, FILM, FILM], [GOOD, BAD, FILM], [BAD, FILM, FILM])]
    ratios = ngrams.LogCountRatios(max_n=1, max_skip=2)
    ratios.fit_transform(sequences, [1, 1, 0])
    found = ratios.transform([np.array([GOOD, BAD, FILM, BAD]), np.array([FILM, FILM])])
    # With one between, "good … film" 2:0 and "bad … film" 0:1; with two, nothing was counted.
    one_between = np.log(3 / 1) - np.log((2 + 1 + 1) / (0 + 1 + 1 + 1))
    np.testing.assert_allclose(found[0][:, 1], [0, 0, one_between, 0], rtol=1e-6)
    assert not found[0][:, 2].any() and not found[1][:, 1:].any()


def test_five_words_of_a_large_vocabulary_are_told_apart():
    rng = np.random.default_rng(0)
    phrases = rng.integers(2, 30_000, (50, 5))
    ratios = ngrams.LogCountRatios(max_n=5)
    ratios.fit_transform([*phrases, *phrases, *phrases[:, ::-1]], [1] * 100 + [0] * 50)
    found = np.stack(ratios.transform([*phrases]))
    assert (found[:, 4, 4] == found[0, 4, 4]).all() and found[0, 4, 4] > 0.5
    assert not found[:, :4, 4].any()


def test_words_never_seen_have_no_ratio_and_take_no_others():
    ratios = ngrams.LogCountRatios()
    ratios.fit_transform([np.array([2, 3, 4])] * 10, [0, 1] * 5)
    for new in ([99, 98, 97], [1], [5, 5, 5]):
        [found] = ratios.transform([np.array(new)])
        assert found.shape == (len(new), 3)
        assert (found == 0).all()


def test_a_label_does_not_reach_the_ratios_of_its_own_review():
    rng = np.random.default_rng(0)
    sequences = [rng.integers(2, 500, 30) for _ in range(100)]
    labels = rng.integers(0, 2, 100)
    before = ngrams.LogCountRatios().fit_transform(sequences, labels)
    labels[7] = 1 - labels[7]
    after = ngrams.LogCountRatios().fit_transform(sequences, labels)
    np.testing.assert_array_equal(before[7], after[7])
    assert any((b != a).any() for b, a in zip(before, after, strict=True))
    # Random labels tell nothing: summed ratios must not give them back.
    says_positive = np.array([ratio.sum() > 0 for ratio in before])
    labels[7] = 1 - labels[7]
    assert abs((says_positive == labels).mean() - 0.5) < 0.15


def test_copies_of_a_review_do_not_tell_each_other_their_label():
    rng = np.random.default_rng(0)
    distinct = [np.full(8, word) for word in range(2, 22)]  # no word in common
    labels = rng.integers(0, 2, 20)
    found = ngrams.LogCountRatios().fit_transform(distinct * 2, [*labels, *labels])
    assert not np.concatenate(found).any()


def test_as_many_labels_as_sequences():
    with pytest.raises(ValueError, match="2 sequences, but 1 labels"):
        ngrams.LogCountRatios().fit_transform([np.array([2]), np.array([3])], [1])


def test_texts_become_tokens_and_the_ratios_of_whole_reviews():
    settings = SimpleNamespace(
        n_words=30, punctuation=".", max_words=4, max_n=2, max_skip=1, window=0, embedding_dim=4
    )
    texts = ["Good film. Good end. I liked it.", "Bad film. Bad end. I left."] * 10
    inputs = ngrams.TokensAndRatios(settings)
    sequences, ratios = inputs.fit_transform(texts, [1, 0] * 10)
    words = np.array(inputs.vectorizer.get_vocabulary())
    assert [*words[sequences[0]]] == ["good", "film", "it", "."]  # two at each end are kept
    assert all(ratio.shape == (4, 3) for ratio in ratios)
    again, [of_text, of_mirror] = inputs.transform(texts[:2])
    np.testing.assert_array_equal(again[0], sequences[0])
    assert of_text[0, 0] > 1 and of_mirror[0, 0] < -1  # good, bad
    assert of_text[2, 1] > 1  # "liked it" was counted before the review was cut
    assert inputs.vectors is None


def test_vectors_are_learned_from_the_training_texts():
    settings = SimpleNamespace(
        n_words=30, punctuation="!?", max_words=9, max_n=1, max_skip=0, window=2, embedding_dim=3
    )
    texts = ["A good film.", "A bad film.", "One good end.", "One bad end."] * 5
    inputs = ngrams.TokensAndRatios(settings)
    inputs.fit_transform(texts, [1, 0] * 10)
    assert inputs.vectors.shape == (30, 3)
    words = list(inputs.vectorizer.get_vocabulary())
    [nearest] = word_vectors.most_similar(inputs.vectors, words.index("good"), 1)
    assert words[nearest] == "bad"
