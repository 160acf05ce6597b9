"""Pairs of sentences that say the same, and pairs that differ in one fact.

Made of the sentences about restaurants and hotels of RNNLG (Wen and others 2015, see `rnnlg`).
Its writers were given a meaning: two that were given the same one have written a paraphrase.
Names, places, foods and numbers become tokens; the facts of `FACTS` are kept in words, and what
a meaning has apart from them is its **frame**, such as "inform AREA NAME".
"""

from collections import Counter, defaultdict
from typing import NamedTuple

import numpy as np
import pandas as pd

from utils.applications import rnnlg

FACTS = ("pricerange", "goodformeal", *rnnlg.WORDS)
COLUMNS = ("first", "second", "same", "slot", "kind")


class Sentence(NamedTuple):
    """The frame and the facts of a sentence with tokens: facts are sorted "slot=value"."""

    frame: str
    facts: tuple[str, ...]
    text: str


def prepare(record):
    """The `Sentence` of an `rnnlg.Record`.

    >>> slots = (("name", "chow"), ("kidsallowed", "no"))
    >>> prepare(rnnlg.Record("inform", slots, "chow has no room for kids", ""))
    Sentence(frame='inform NAME', facts=('kidsallowed=no',), text='NAME has no room for kids')
    """
    rest = tuple(pair for pair in record.slots if pair[0] not in FACTS)
    facts = sorted(f"{slot}={value}" for slot, value in record.slots if slot in FACTS)
    without_facts = record._replace(slots=rest)
    return Sentence(rnnlg.meaning(without_facts), tuple(facts), rnnlg.pattern(without_facts))


def collect(records):
    """{frame: {facts: sorted texts}}, each text once, of acts that inform.

    A sentence that lacks a token of its frame is left out, and one that was written for two
    different meanings.
    """
    found = {prepare(record) for record in records if record.act.startswith("inform")}
    n_meanings = Counter(sentence.text for sentence in found)
    said = defaultdict(lambda: defaultdict(list))
    for frame, facts, text in sorted(found):
        tokens = {word for word in frame.split() if word.isupper()}
        if n_meanings[text] == 1 and tokens <= set(text.split()):
            said[frame][facts].append(text)
    return {frame: dict(group) for frame, group in said.items()}


def load():
    """`collect` of all restaurants and hotels; fetched when first needed, see `rnnlg.load`.

    >>> len(load())  # doctest: +SKIP
    68
    """
    parts = [part for domain in rnnlg.DOMAINS for part in rnnlg.load(domain)]
    return collect(record for part in parts for record in part)


def difference(facts, others):
    """(slot, "changed" or "left out") if two tuples of facts differ in one, else None.

    >>> difference(("dogsallowed=yes", "kidsallowed=no"), ("dogsallowed=no", "kidsallowed=no"))
    ('dogsallowed', 'changed')
    >>> difference(("dogsallowed=yes",), ())
    ('dogsallowed', 'left out')
    """
    lost, won = set(facts) - set(others), set(others) - set(facts)
    slots = {fact.split("=")[0] for fact in lost | won}
    if len(slots) == 1 and max(len(lost), len(won)) == 1:
        return slots.pop(), "changed" if lost and won else "left out"
    return None


def neighbours(facts, group):
    """[(slot, kind, text), …]: the sentences of a group whose facts differ from `facts` in one.

    kind: "changed" or "left out", as `difference` says.

    >>> neighbours((), {(): ["it is NAME"], ("kidsallowed=no",): ["no kids at NAME"]})
    [('kidsallowed', 'left out', 'no kids at NAME')]
    """
    near = [(difference(facts, others), texts) for others, texts in sorted(group.items())]
    return [(*how, text) for how, texts in near if how for text in texts]


def deal(said):
    """Three lists of frames, to learn from, to choose by and to test.

    Within each act, the frames go round from the one with most sentences to the one with fewest:
    learn, test, choose, learn, learn, and again.
    """
    acts = defaultdict(list)
    for frame in sorted(said, key=lambda frame: (-sum(map(len, said[frame].values())), frame)):
        acts[frame.split()[0]].append(frame)
    dealt = [(i % 5, frame) for _, frames in sorted(acts.items()) for i, frame in enumerate(frames)]
    return tuple([frame for i, frame in dealt if i in turn] for turn in ((0, 3, 4), (2,), (1,)))


def pairs(said, frames, most=None, draws=3, seed=0):
    """A table of pairs of sentences that share a frame: first, second, same, slot, kind.

    Each sentence is the first of `draws` paraphrases and of as many hard non-pairs, drawn from all
    sentences that differ in one fact. same: 1 or 0; slot: where a non-pair differs, "none" for a
    paraphrase; kind: "same", "changed" or "left out". A meaning with one sentence makes no pair,
    and is left out. most: how many sentences of a frame are used, drawn at random; None for all.

    >>> two = {(): ["NAME it is", "try NAME"], ("kidsallowed=no",): ["no kids", "for adults"]}
    >>> pairs({"inform NAME": two}, ["inform NAME"], most=1, draws=1).shape
    (2, 5)
    """
    rng, rows = np.random.default_rng(seed), []
    for group in (said[frame] for frame in frames):
        group = {facts: texts for facts, texts in sorted(group.items()) if len(texts) > 1}
        near = {facts: neighbours(facts, group) for facts in group}
        firsts = [(facts, text) for facts in group if near[facts] for text in group[facts]]
        for i in np.repeat(rng.permutation(len(firsts))[:most], draws):
            facts, first = firsts[i]
            others = [text for text in group[facts] if text != first]
            slot, kind, text = near[facts][rng.integers(len(near[facts]))]
            rows.append((first, others[rng.integers(len(others))], 1, "none", "same"))
            rows.append((first, text, 0, slot, kind))
    return pd.DataFrame(rows, columns=COLUMNS)
