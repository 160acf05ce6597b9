"""The bundled sample is what its datasheet says."""

import re

import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from utils import paths
from utils.reviews import generate
from utils.reviews.read import read_reviews

POLARITY = {word: sign for sign, words in generate.CLAIM.items() for word in words}
TURN = {
    word: sign
    for _, turns in generate.FRAMES.values()
    for sign, words in turns.items()
    for word in words
}


@pytest.fixture(scope="module")
def sample():
    reviews = read_reviews(paths.REVIEWS_SAMPLE)
    return reviews.join(pd.read_csv(paths.REVIEWS_SAMPLE_KEY))


def test_the_committed_files_are_what_the_generator_writes(tmp_path, monkeypatch):
    committed = paths.REVIEWS_SAMPLE.read_bytes(), paths.REVIEWS_SAMPLE_KEY.read_bytes()
    monkeypatch.setattr(paths, "REVIEWS_SAMPLE", tmp_path / "reviews.csv")
    monkeypatch.setattr(paths, "REVIEWS_SAMPLE_KEY", tmp_path / "key.csv")
    written = generate.write_sample()
    assert tuple(path.read_bytes() for path in written) == committed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["key.csv", "reviews.csv"]


def test_size_balance_copies_and_ceiling(sample):
    assert len(sample) == 3_000
    assert paths.REVIEWS_SAMPLE.stat().st_size < 2_000_000
    assert abs(sample["label"].mean() - 0.5) < 0.03
    assert sample["review"].duplicated().sum() == 24
    assert 0.96 < sample["best_accuracy"].mean() < 0.99


def test_another_seed_writes_other_reviews():
    texts = [{review.text for review in generate.make_reviews(200, seed)} for seed in (1, 1, 2)]
    assert texts[0] == texts[1]
    assert len(texts[0] & texts[2]) < 20


def test_claim_times_turn_is_the_label_at_the_distance_in_the_key(sample):
    """Both words are found in the text, and what is between them is counted."""
    framed = sample[sample["kind"].isin(generate.FRAMES)]
    assert len(framed) > 1_000
    for review, label, distance in framed[["review", "label", "distance"]].to_numpy():
        words = re.findall(r"[a-z]+", review.replace("<br />", " ").lower())
        claim = next(i for i, word in enumerate(words) if word in POLARITY)
        turn = next(i for i, word in enumerate(words) if word in TURN)
        assert POLARITY[words[claim]] * TURN[words[turn]] == (1 if label else -1), review
        assert abs(claim - turn) - 1 == distance, review


def test_counting_words_is_near_chance_where_two_words_decide(sample):
    framed = sample[sample["kind"].isin(generate.FRAMES)]
    train = sample.drop(framed.index[::2])
    bag = make_pipeline(CountVectorizer(binary=True), LogisticRegression(C=0.1, max_iter=300))
    bag.fit(train["review"], train["label"])
    judged = framed.iloc[::2]
    assert bag.score(judged["review"], judged["label"]) < 0.6


def verdict(text):
    """An oracle: +1 or -1 from the words that decide, None where nothing does."""
    sentences = [
        re.findall(r"[a-z]+", sentence)
        for sentence in text.replace("<br />", " ").lower().split(".")
    ]
    words = [word for sentence in sentences for word in sentence]
    turns = [TURN[word] for word in words if word in TURN]
    if turns:
        claim = next(word for word in words if word in POLARITY)
        return POLARITY[claim] * turns[0]
    for sentence in sentences:
        if sentence[:1] == ["i"] or sentence[:2] == ["for", "me"]:
            for claim in POLARITY.keys() & sentence:
                negated = {"not", "never", "anything"} & set(sentence)
                return -POLARITY[claim] if negated else POLARITY[claim]
    return None


def test_an_oracle_reads_every_decidable_review_right(sample):
    decidable = sample["best_accuracy"] == 1.0
    verdicts = sample["review"].map(verdict)
    assert (verdicts[decidable] == sample["label"][decidable] * 2 - 1).all()
    assert verdicts[~decidable].isna().all()
