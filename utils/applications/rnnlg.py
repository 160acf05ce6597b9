"""What a telephone guide means to say of restaurants and hotels, and how people would say it.

Each record is a **dialogue act**, a sentence that a person wrote for it, and the sentence of a
hand-written program, for places in San Francisco. Written for Wen and others (2015), "Semantically
conditioned LSTM-based natural language generation for spoken dialogue systems", from their toolkit
RNNLG: 1.1 MB for each domain.
"""

import json
import re
from collections import Counter, defaultdict
from itertools import zip_longest
from typing import NamedTuple

import sacrebleu

from utils.fetch import NotAsPublishedError, RemoteFile, fetch

_IN_RNNLG = {
    "repository": "shawnwun/RNNLG",
    "commit": "61ac6fd1304c9dcf29ea894452e685652718f6f8",
    "licence": "Apache-2.0",
}


def _file(domain, part, n_bytes, sha256):
    what = f"Sentences about {domain}s ({part}.json of RNNLG)"
    path = f"data/original/{domain}/{part}.json"
    return RemoteFile(**_IN_RNNLG, path=path, n_bytes=n_bytes, sha256=sha256, what=what)


# {domain: its three files, to train, to choose by and to test}
DOMAINS = {
    "restaurant": (
        _file(
            "restaurant",
            "train",
            634_877,
            "c59ea956404dc4512a430a06c48412a9bde72c30bd92a78e649312c9075f2fca",
        ),
        _file(
            "restaurant",
            "valid",
            213_617,
            "4061af548f50fc1a5ed63c5763b021e08a1b167919fcbceccbba40e4a696801d",
        ),
        _file(
            "restaurant",
            "test",
            215_457,
            "e52a84edf121d46a0cbfec66a211f24ccc3e2dd4043317639200904a206c3f9b",
        ),
    ),
    "hotel": (
        _file(
            "hotel",
            "train",
            634_759,
            "f933b294fcd32d401602abb39d22bc6a360946672132c2b2079e95ccc2e46f9d",
        ),
        _file(
            "hotel",
            "valid",
            211_371,
            "d8ce28f0e4e7e108f349153a7d8f7f72010ce97f2c4de633fe9b5b38cab86108",
        ),
        _file(
            "hotel",
            "test",
            211_098,
            "4d0b6dc1da1efd4aabec39a45815aac5f0251c636a6a4a7a51cc2f70cec819b3",
        ),
    ),
}
FILES = tuple(file for files in DOMAINS.values() for file in files)


class DialogueError(NotAsPublishedError):
    """Which file does not hold the dialogue acts as they were published, why, and what to do."""

    is_not = "does not hold the dialogue acts as they were published"


class Record(NamedTuple):
    """A meaning, and two sentences for it.

    act: "inform", "?request", … slots: ((name, value), …) in the order of the file; a value is a
    text without quotes, or None where only the name is given. text: of a person. baseline: of the
    hand-written program.
    """

    act: str
    slots: tuple[tuple[str, str | None], ...]
    text: str
    baseline: str


class Parts(NamedTuple):
    """The records to train with, to choose by and to test with, each a list."""

    train: list[Record]
    validation: list[Record]
    test: list[Record]


def load(domain="restaurant"):
    """The `Parts` of a domain, "restaurant" or "hotel".

    Fetched when they are first needed; raises FetchError where that cannot be.

    >>> load("restaurant").train[0].slots  # doctest: +SKIP
    (('name', 'trattoria contadina'), ('pricerange', 'moderate'))
    """
    return Parts(*(read(fetch(file)) for file in DOMAINS[domain]))


def read(path):
    """The list of `Record` of one file. Raises DialogueError for another file or a broken one.

    Lines before the list that begin with # are a heading.

    >>> len(read(fetch(DOMAINS["hotel"][0])))  # doctest: +SKIP
    3223
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = json.loads("\n".join(line for line in lines if not line.startswith("#")))
    except UnicodeDecodeError as error:
        raise DialogueError(path, "it is not in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise DialogueError(path, "it is no JSON, or it was cut off") from error
    if not isinstance(rows, list) or not rows:
        raise DialogueError(path, "it is no list of records")
    return [_record(row, number, path) for number, row in enumerate(rows, 1)]


# A value in quotes ends at a quote that a slot or the end follows, another at ; or the end.
_NEXT = r"(?=;\w+(?:[=;]|$)|$)"
_SLOT = re.compile(rf"(\w+)(?:='(.*?)'{_NEXT}|=([^';][^;]*))?(?:;|$)")


def parse(meaning):
    """(act, slots) of a dialogue act as the files write it; ValueError where it is none.

    >>> parse("inform(name='red door cafe';food=thai)")
    ('inform', (('name', 'red door cafe'), ('food', 'thai')))
    >>> parse("?request(area)"), parse("goodbye()")
    (('?request', (('area', None),)), ('goodbye', ()))
    """
    whole = re.fullmatch(r"(\??\w+)\((.*)\)", meaning)
    if not whole:
        raise ValueError(meaning)
    act, rest = whole.groups()
    slots, at = [], 0
    while at < len(rest):
        found = _SLOT.match(rest, at)
        if not found or rest[found.end() - 1] == ";" and found.end() == len(rest):
            raise ValueError(meaning)
        name, quoted, bare = found.groups()
        # One value of the files lacks its first quote.
        slots.append((name, bare.removesuffix("'") if bare else quoted))
        at = found.end()
    return act, tuple(slots)


# Values that are not names, numbers or places; a sentence says them in other words.
SAID_OTHERWISE = (None, "dont_care", "yes", "no", "none")


def has_token(slot, value):
    """Whether `delexicalise` puts a token in place of this value.

    >>> has_token("food", "thai"), has_token("food", "dont_care"), has_token("type", "hotel")
    (True, False, False)
    """
    return slot != "type" and value not in SAID_OTHERWISE


def delexicalise(text, slots):
    """A sentence with a token in place of each value of `slots`: NAME, FOOD, …

    Longer values first, each once; "a or b" is found as "b and a", too. What is not found stays.

    >>> delexicalise("chow serves thai food", (("name", "chow"), ("food", "thai")))
    'NAME serves FOOD food'
    """
    text = f" {text} "
    for slot, value in sorted(slots, key=lambda pair: -len(pair[1] or "")):
        if has_token(slot, value):
            either = value.split(" or ")
            orders = [
                f" {word} ".join(pair) for pair in (either, either[::-1]) for word in ("or", "and")
            ]
            found = next((order for order in orders if f" {order} " in text), value)
            text = text.replace(f" {found} ", f" {slot.upper()} ", 1)
    return text.strip()


def fill(text, slots):
    """A sentence with the values of `slots` in place of tokens, in order; the reverse of above.

    A token without a value stays.

    >>> fill("NAME serves FOOD food near NEAR", (("name", "chow"), ("food", "thai")))
    'chow serves thai food near NEAR'
    """
    values = {}
    for slot, value in slots:
        if has_token(slot, value):
            values.setdefault(slot.upper(), []).append(value)
    return " ".join(values[word].pop(0) if values.get(word) else word for word in text.split())


def meaning(record):
    """The act of a record in one line, with tokens for values, its slots in alphabetical order.

    >>> meaning(Record("inform", (("name", "chow"), ("kidsallowed", "no")), "", ""))
    'inform NAME kidsallowed=no'
    """
    words = [
        slot.upper() if has_token(slot, value) else f"{slot}={value or '?'}"
        for slot, value in record.slots
        if slot != "type"
    ]
    return " ".join([record.act, *sorted(words)])


def pattern(record):
    """The sentence of a person with tokens in place of values.

    >>> pattern(Record("inform", (("name", "chow"),), "try chow", ""))
    'try NAME'
    """
    return delexicalise(record.text, record.slots)


def copier(records):
    """A function that answers a record by what people said most often for its meaning.

    records: to learn from. A meaning that is new is answered as the known one whose act and slots
    differ least. The answer has tokens.

    >>> chow = Record("inform", (("name", "chow"),), "try chow", "")
    >>> copier([chow])(Record("inform", (("food", "thai"),), "", ""))
    'try NAME'
    """
    said = defaultdict(Counter)
    for record in records:
        said[meaning(record)][pattern(record)] += 1

    def copy(record):
        asked = set(meaning(record).split())
        nearest = min(sorted(said), key=lambda known: len(asked ^ set(known.split())))
        return said[nearest].most_common(1)[0][0]

    return copy


# Slots that a sentence says without a token, and the words that tell them.
WORDS = {
    "kidsallowed": ("child", "children", "kid", "kids"),
    "dogsallowed": ("dog", "dogs"),
    "hasinternet": ("internet", "wifi"),
    "acceptscreditcards": ("card", "cards"),
}
_SLOT_OF = {word: slot for slot, words in WORDS.items() for word in (slot, *words)}


def slots(text):
    """How often each slot occurs in a sentence with tokens, or in a `meaning`: a Counter.

    >>> slots("NAME serves FOOD and I say no child -s")
    Counter({'NAME': 1, 'FOOD': 1, 'kidsallowed': 1})
    """
    words = text.replace("=", " ").split()
    return Counter(_SLOT_OF.get(w, w) for w in words if w in _SLOT_OF or (w.isupper() and w != "I"))


def errors(intended, text):
    """Slots of a `meaning` that a sentence with tokens leaves out, and those it adds: a number.

    >>> errors("inform FOOD NAME", "NAME is cheap , PRICERANGE")
    2
    """
    asked, said = slots(intended), slots(text)
    return (asked - said).total() + (said - asked).total()


def score(records, texts):
    """(BLEU, slot error rate) of a sentence with tokens for each record, both from 0 to 1.

    The references of BLEU are all sentences of people in `records` for the same meaning, with the
    values of the record; words are split at spaces. The rate is that of Wen and others (2015):
    slots left out and slots added, by the slots of all meanings.

    >>> record = Record("inform", (("name", "chow"),), "have a look at chow", "")
    >>> score([record], ["have a look at NAME"])
    (1.0, 0.0)
    """
    people = defaultdict(set)
    for record in records:
        people[meaning(record)].add(pattern(record))
    references = [[fill(t, r.slots) for t in sorted(people[meaning(r)])] for r in records]
    filled = [fill(text, record.slots) for record, text in zip(records, texts, strict=True)]
    bleu = sacrebleu.corpus_bleu(
        filled, list(zip_longest(*references)), tokenize="none", force=True
    )
    wrong = sum(errors(meaning(r), text) for r, text in zip(records, texts, strict=True))
    n_slots = sum(slots(meaning(record)).total() for record in records)
    return round(bleu.score, 6) / 100, wrong / max(1, n_slots)


def _record(row, number, path):
    """A record of a row, or DialogueError."""
    if not isinstance(row, list) or [type(field) for field in row] != [str] * 3:
        raise DialogueError(path, f"record {number} is not three texts")
    meaning, *texts = (" ".join(field.split()) for field in row)
    if not all(texts):
        raise DialogueError(path, f"record {number} has no sentence")
    try:
        return Record(*parse(meaning), *texts)
    except ValueError:
        raise DialogueError(path, f"record {number} has no dialogue act: {meaning!r}") from None
