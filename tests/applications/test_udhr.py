"""The Declaration in twenty languages: its parts are read, another file is refused."""

import zipfile

import pytest

from utils.applications import udhr

TWO = {"English": "eng", "Hungarian": "hun"}
HEADINGS = {"eng": "Article {}", "hun": "{}. cikk"}
GAP = "\n   \n"


def block(heading, *lines):
    """A part as the collection writes it, with lines that are empty but for spaces."""
    return "\n      \n".join(f"      {line}" for line in (heading, *lines))


def declaration(name, blocks=None):
    """A text of thirty articles. blocks: {number: another block}; None leaves that article out."""
    blocks = {
        number: block(HEADINGS[name].format(number), f"Text  {number}\tof {name}.", "  1. More.")
        for number in range(1, 31)
    } | (blocks or {})
    title = block("Title", "Preamble", "We the people")
    return GAP.join([title, *filter(None, blocks.values())]) + "\n"


@pytest.fixture
def save(tmp_path):
    """A function that writes a ZIP file of texts: {its name without .txt: text or bytes}."""

    def save(texts):
        path = tmp_path / "udhr2.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in texts.items():
                archive.writestr(f"udhr2/{name}.txt", text)
        return path

    return save


@pytest.fixture
def whole():
    return {name: declaration(name) for name in HEADINGS}


def test_part_n_is_article_n_on_one_line_without_its_heading(save, whole):
    found = udhr.read(save(whole), TWO)
    assert list(found) == ["English", "Hungarian"]
    assert [len(parts) for parts in found.values()] == [31, 31]
    assert found["English"][7] == "Text 7 of eng. 1. More."
    assert found["Hungarian"][30] == "Text 30 of hun. 1. More."


def test_all_that_stands_before_the_first_article_is_preamble(save, whole):
    whole["hun"] = block("A", "word first") + GAP + whole["hun"]
    found = udhr.read(save(whole), TWO)
    assert found["English"][0] == "Title Preamble We the people"
    assert found["Hungarian"][0] == "A word first Title Preamble We the people"


def test_the_first_article_may_go_without_a_number(save, whole):
    whole["eng"] = declaration("eng", {1: block("Article premier", "All are born.")})
    assert udhr.read(save(whole), TWO)["English"][1] == "All are born."


def test_letters_of_two_signs_become_one(save, whole):
    whole["eng"] = declaration("eng", {1: block("Article 1", "e\u0301te\u0301")})
    assert udhr.read(save(whole), TWO)["English"][1] == "été"


@pytest.mark.parametrize(
    ("before", "blocks", "why"),
    [
        ("", {12: None}, "English has fewer than 30 articles and a preamble"),
        ("One more\n   \n", {12: None}, "English has 'Article 1' where article 2 should be"),
        ("", {5: block("Article 15", "No one.")}, "has 'Article 15' where article 5 should be"),
        ("", {5: block("Article 5")}, "English has no text in article 5"),
    ],
)
def test_a_text_of_other_articles_is_refused_with_a_sentence(save, whole, before, blocks, why):
    whole["eng"] = before + declaration("eng", blocks)
    with pytest.raises(udhr.DeclarationError, match=why) as refused:
        udhr.read(save(whole), TWO)
    assert str(refused.value).endswith("Take it away, and it is fetched anew.")


@pytest.mark.parametrize("text", ["", "\n   \n", "Hello", block("Article 1", "All are born.")])
def test_a_text_that_is_empty_or_short_is_refused_with_a_sentence(save, whole, text):
    with pytest.raises(udhr.DeclarationError, match="English has fewer than 30 articles"):
        udhr.read(save(whole | {"eng": text}), TWO)


def test_a_language_that_is_missing_is_named(save, whole):
    del whole["hun"]
    with pytest.raises(udhr.DeclarationError, match="hun.txt"):
        udhr.read(save(whole), TWO)


def test_a_text_in_another_code_is_refused_with_a_sentence(save, whole):
    with pytest.raises(udhr.DeclarationError, match="a text is not in UTF-8"):
        udhr.read(save(whole | {"hun": whole["hun"].encode("utf-16")}), TWO)


@pytest.mark.parametrize("content", [b"", b"<html>log in</html>", b"\x00" * 200])
def test_what_is_no_zip_file_is_refused_with_a_sentence(write, content):
    path = write(content, "udhr2.zip")
    with pytest.raises(udhr.DeclarationError, match="it is no ZIP file"):
        udhr.read(path)


def test_a_file_that_was_cut_or_changed_is_refused_wherever_it_was(save, whole):
    path = save(whole)
    content = path.read_bytes()
    for end in range(0, len(content), 211):
        path.write_bytes(content[:end])
        with pytest.raises(udhr.DeclarationError):
            udhr.read(path, TWO)
    path.write_bytes(content[:90] + b"XXXX" + content[94:])
    with pytest.raises(udhr.DeclarationError):
        udhr.read(path, TWO)


def test_a_file_that_is_there_is_taken_and_nothing_said(save, monkeypatch, capsys):
    texts = dict.fromkeys(udhr.LANGUAGES.values(), declaration("eng"))
    monkeypatch.setattr(udhr, "fetch", lambda file: save(texts))
    assert udhr.load()["Turkish"][7] == "Text 7 of eng. 1. More."
    assert not capsys.readouterr().out


def test_without_a_network_babel_has_names_in_the_same_languages(offline, capsys):
    found = udhr.load()
    said = capsys.readouterr().out
    assert f"by hand and put it at {udhr.FILE.place}\nUntil then, these are names of" in said
    assert list(found) == list(udhr.LANGUAGES)
    assert {len(parts) for parts in found.values()} == {31}
    assert found["French"][2].startswith("Amérique du Nord, Émirats arabes unis, Bhoutan, ")
    assert len({parts[2] for parts in found.values()}) == 20
    assert min(sum(map(len, parts)) for parts in found.values()) > 7_000
    assert max(sum(map(len, parts)) for parts in found.values()) < 13_000
    assert udhr.in_babel() == found


def test_the_real_declaration_has_thirty_articles_in_each_language(real_data):
    real_data("applications/nltk/nltk_data/packages/corpora/udhr2.zip")
    found = udhr.load()
    assert len(found) == 20
    assert {len(parts) for parts in found.values()} == {31}
    assert found["French"][1].startswith("Tous les êtres humains naissent libres")
    assert found["English"][3] == (
        "Everyone has the right to life, liberty and the security of person."
    )
    texts = [part for parts in found.values() for part in parts]
    assert all(part == " ".join(part.split()) for part in texts)
    assert min(sum(map(len, parts)) for parts in found.values()) > 9_000
    assert max(sum(map(len, parts)) for parts in found.values()) < 13_000
