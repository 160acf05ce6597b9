"""Eight plays: names and lines become text, another file is refused."""

import re
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.applications import shakespeare

TWO = {"First": "one", "Second": "two"}
SPEECH = "<SPEECH><SPEAKER>{}</SPEAKER>{}</SPEECH>"


def speech(name, *lines):
    """A speech as the collection writes it."""
    return SPEECH.format(name, "\n".join(f"<LINE>{line}</LINE>" for line in lines))


def play(*speeches):
    """A play in XML, bytes, with a title and stage directions that are not to be read."""
    scene = "\n<STAGEDIR>Enter all</STAGEDIR>\n".join(speeches)
    return (
        '<?xml version="1.0"?>\n<PLAY><TITLE>A Play</TITLE><PERSONAE><PERSONA>ANN</PERSONA>'
        f"</PERSONAE><ACT><TITLE>ACT I</TITLE><SCENE>{scene}</SCENE></ACT></PLAY>"
    ).encode()


GOOD = play(speech("Ann", "Who's there?", "I say."), speech("BEN", "It is I."))


@pytest.fixture
def save(tmp_path):
    """A function that writes a ZIP file of plays: {its name without .xml: bytes}."""

    def save(contents):
        path = tmp_path / "shakespeare.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in contents.items():
                archive.writestr(f"shakespeare/{name}.xml", content)
        return path

    return save


def names_of(found):
    """The characters of names, one letter after the other."""
    return "".join(np.array(list(found.text))[found.is_name])


def test_a_play_is_names_in_capitals_and_lines(save):
    found = shakespeare.read(save({"one": GOOD, "two": GOOD}), TWO)
    assert list(found) == ["First", "Second"]
    assert found["First"].text == "ANN\nWho's there?\nI say.\n\nBEN\nIt is I.\n\n"
    assert names_of(found["First"]) == "ANNBEN"
    assert found["First"].is_name.shape == (len(found["First"].text),)


def test_each_speaker_of_a_speech_has_a_line(save):
    found = shakespeare.parse(play(speech("Ann</SPEAKER><SPEAKER>Ben", "Away!")))
    assert found.text == "ANN\nBEN\nAway!\n\n"
    assert names_of(found) == "ANNBEN"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("<STAGEDIR>Aside</STAGEDIR>  A little\n more", "A little more"),
        ("Hail! <STAGEDIR>Dies</STAGEDIR>", "Hail!"),
        ("Now <STAGEDIR>Kneels</STAGEDIR>rise", "Now rise"),
        ("You &amp; me &#38; all", "You & me & all"),
    ],
)
def test_a_line_is_what_is_spoken(line, text):
    assert shakespeare.parse(play(speech("Ann", line))).text == f"ANN\n{text}\n\n"


def test_a_line_of_a_stage_direction_only_and_a_name_that_is_empty_are_left_out():
    found = shakespeare.parse(play(speech(" ", "<STAGEDIR>Dies</STAGEDIR>", "Oh.")))
    assert found.text == "Oh.\n\n"
    assert not found.is_name.any()


@given(st.lists(st.tuples(*2 * [st.text("abc XYZ'.", min_size=1)]), min_size=1))
def test_names_are_told_from_lines_whatever_they_hold(speeches):
    speeches = [(name, line) for name, line in speeches if line.strip()] or [("Ann", "Yes.")]
    found = shakespeare.parse(play(*(speech(name, line) for name, line in speeches)))
    spoken = [(" ".join(name.split()).upper(), " ".join(line.split())) for name, line in speeches]
    names = "".join(name for name, _ in spoken)
    assert names_of(found) == names
    assert found.text == "".join(f"{name}\n{line}\n\n".lstrip("\n") for name, line in spoken)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Second: it is no XML"),
        (b"<html>log in", "Second: it is no XML"),
        (GOOD[:-9], "Second: it is no XML"),
        (GOOD.replace(b"there?", b"\xff\xfe"), "Second: it is no XML"),
        (b'<?xml version="1.0" encoding="none"?><PLAY/>', "Second: it is no XML"),
        (GOOD.replace(b"I say.", b"&say;"), "Second: it is no XML"),
        (b"<html><body>Log in</body></html>", "Second: no speech is in it"),
        (play(speech("Ann", "Yes."), speech("Ben")), "Second: speech 2 has no line"),
        (play(speech("Ann", " ")), "Second: speech 1 has no line"),
        (b"<!DOCTYPE PLAY SYSTEM 'http://a.org/play.dtd'><PLAY/>", "declares a document type"),
        (
            b"<!DOCTYPE a [<!ENTITY b 'bbb'><!ENTITY c '&b;&b;&b;'>]>"
            + play(speech("Ann", "&c;")).split(b"\n", 1)[1],
            "Second: it declares a document type",
        ),
    ],
)
def test_what_is_no_play_is_refused_with_a_sentence(save, content, why):
    with pytest.raises(shakespeare.PlayError, match=why) as refused:
        shakespeare.read(save({"one": GOOD, "two": content}), TWO)
    assert str(refused.value).endswith("Take it away, and it is fetched anew.")
    assert str(refused.value).count("\n") == 0


def test_a_play_that_is_missing_is_named(save):
    with pytest.raises(shakespeare.PlayError, match=re.escape("two.xml")):
        shakespeare.read(save({"one": GOOD}), TWO)


@pytest.mark.parametrize("content", [b"", b"<html>log in</html>", b"\x00" * 200])
def test_what_is_no_zip_file_is_refused_with_a_sentence(write, content):
    with pytest.raises(shakespeare.PlayError, match="it is no ZIP file, or it was cut off"):
        shakespeare.read(write(content, "shakespeare.zip"))


def test_a_file_that_was_cut_or_changed_is_refused_wherever_it_was(save):
    path = save({"one": GOOD, "two": GOOD})
    content = path.read_bytes()
    for end in range(0, len(content), 31):
        path.write_bytes(content[:end])
        with pytest.raises(shakespeare.PlayError):
            shakespeare.read(path, TWO)
    path.write_bytes(content[:90] + b"XXXX" + content[94:])
    with pytest.raises(shakespeare.PlayError):
        shakespeare.read(path, TWO)


def test_the_real_plays_are_a_million_characters_of_names_and_lines(real_data):
    real_data("applications/nltk/nltk_data/packages/corpora/shakespeare.zip")
    found = shakespeare.load()
    assert len(found) == 8
    assert sum(len(play.text) for play in found.values()) == 999_963
    assert found["Macbeth"].text.startswith("FIRST WITCH\nWhen shall we three meet again\nIn thu")
    for play in found.values():
        assert play.text.isascii()
        assert re.fullmatch(r"(\S.*\n|\S\n|\n(?!\n))+", play.text)
        assert 0.03 < play.is_name.mean() < 0.09
        assert names_of(play).isupper()
