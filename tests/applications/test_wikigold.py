"""Wikigold: articles, sentences and names are read, another file is refused with a sentence."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from utils.applications import wikigold

ONE = "Ada I-PER\nLovelace I-PER\nwrote O\n. O\n\nLondon I-LOC\nBBC I-ORG\n\n"
TWO = "Mars I-LOC\n\n"
END = "-DOCSTART- O\n\n"
WHOLE = ONE + END + TWO + END


def test_articles_hold_sentences_of_words_and_tags(write):
    assert wikigold.read(write(WHOLE)) == [
        [
            (["Ada", "Lovelace", "wrote", "."], ["B-PER", "I-PER", "O", "O"]),
            (["London", "BBC"], ["B-LOC", "B-ORG"]),
        ],
        [(["Mars"], ["B-LOC"])],
    ]


def test_a_name_does_not_go_on_from_sentence_to_sentence(write):
    found = wikigold.read(write(f"Ada I-PER\n\n{ONE}{END}"))
    assert [tags[0] for _, tags in found[0]] == ["B-PER", "B-PER", "B-LOC"]


def test_letters_beyond_ascii_and_odd_spaces_stay_in_their_word(write):
    [[(words, _)]] = wikigold.read(write(f"Frøslev I-LOC\na\x85b O\nc\u2028d O\n\n{END}"))
    assert words == ["Frøslev", "a\x85b", "c\u2028d"]


@given(st.lists(st.sampled_from(["O", "I-PER", "I-LOC"]), max_size=12))
def test_a_name_begins_where_the_tag_before_it_is_another(tags):
    found = wikigold.iob2(tags)
    assert [tag.replace("B-", "I-") for tag in found] == tags
    for last, tag, scheme in zip(["O", *tags], tags, found, strict=False):
        assert scheme.startswith("B-") == (tag not in ("O", last))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "it is empty"),
        ("\n\n\n", "it is empty"),
        ("<html>log in</html>", "line 1 has the tag 'in</html>', not one of"),
        ("<html>\n<p>Log in", "line 1 is '<html>', and not a word and a tag"),
        (ONE.replace("wrote O", "wrote VBD O") + END, "line 3 is 'wrote VBD O', and not a word"),
        (ONE.replace("wrote O", "wrote") + END, "line 3 is 'wrote', and not a word and a tag"),
        (ONE.replace("wrote O", "wrote ") + END, "line 3 is 'wrote ', and not a word and a tag"),
        (ONE.replace("wrote O", "wrote\tO") + END, r"line 3 is 'wrote\\tO', and not a word"),
        (ONE.replace("I-ORG", "I-DATE") + END, "line 7 has the tag 'I-DATE', not one of"),
        (ONE.replace("I-ORG", "B-ORG") + END, "line 7 has the tag 'B-ORG', not one of"),
        (WHOLE.replace("\n", "\r\n"), r"line 1 has the tag 'I-PER\\r', not one of"),
        (ONE, "it was cut off: '-DOCSTART- O' is missing after the last article"),
        (END + ONE, "no sentence stands before '-DOCSTART- O' in line 1"),
        (WHOLE + END, "no sentence stands before '-DOCSTART- O' in line 15"),
        (ONE.rstrip() + "\n" + END, "no empty line stands before '-DOCSTART- O' in line 8"),
        (WHOLE.encode("utf-16"), "it is not in UTF-8"),
        ("é O\n\n".encode("latin-1"), "it is not in UTF-8"),
    ],
)
def test_another_file_is_refused_with_a_sentence(write, content, why):
    with pytest.raises(wikigold.WikigoldError, match=why) as refused:
        wikigold.read(write(content, "wikigold.conll.txt"))
    assert str(refused.value).endswith("Take it away, and it is fetched anew.")


def test_a_long_line_is_cut_in_the_sentence(write):
    with pytest.raises(wikigold.WikigoldError) as refused:
        wikigold.read(write("word " * 5_000))
    assert len(str(refused.value)) < 400


def test_a_file_that_was_cut_is_refused_unless_whole_articles_are_left(write):
    whole = wikigold.read(write(WHOLE))
    for end in range(len(WHOLE)):
        path = write(WHOLE[:end])
        try:
            assert wikigold.read(path) in (whole[:1], whole)
        except wikigold.WikigoldError:
            continue


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_whatever_a_file_holds_nothing_else_escapes(write, content):
    try:
        wikigold.read(write(content))
    except wikigold.WikigoldError:
        return
    assert content.count(b"-DOCSTART- O")


def test_the_real_articles_are_as_published(real_data):
    real_data(f"applications/{wikigold.FILE.repository}/{wikigold.FILE.path}")
    articles = wikigold.load()
    sentences = [sentence for article in articles for sentence in article]
    assert (len(articles), len(sentences)) == (145, 1_696)
    assert sum(len(words) for words, _ in sentences) == 39_007
    tags = [tag for _, tags in sentences for tag in tags]
    begun = {kind: tags.count(f"B-{kind}") for kind in wikigold.KINDS}
    assert begun == {"PER": 934, "LOC": 1_014, "ORG": 898, "MISC": 712}
