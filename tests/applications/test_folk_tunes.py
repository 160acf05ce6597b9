"""Tunes in ABC: they are cleaned, measured as music21 measures them, and others are refused."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.applications import folk_tunes

HEADER = "X: 1\nT: Mine -- Reel\nM: C|\nL: 1/8\nR: reel\nK: D\n"


@pytest.fixture
def saved(write):
    """A function that writes a tune and reads it. fields: {name: value, None to leave it out}."""

    def saved(body, **fields):
        header = {"X": "1", "T": "Mine", "M": "C|", "L": "1/8", "K": "D"} | fields
        lines = [f"{name}:{value}" for name, value in header.items() if value is not None]
        return folk_tunes.read(write("\n".join([*lines, body]), "tune.abc"))

    return saved


def test_a_tune_keeps_its_title_metre_key_and_bars(write):
    text = HEADER + '(AG)"segno"\\\n| .FDDF Td2(cA) | {g}ABGB v(3ABc ~GE :|  % twice\n|: f4 e4 |]\n'
    tune = folk_tunes.read(write(text, "tune.abc"))
    assert tune == ("Mine -- Reel", "4/4", "D", "AG|FDDFd2cA|ABGB(3ABcGE:|:f4e4||")


@pytest.mark.parametrize(
    ("abc", "bars"),
    [
        ("|: AB | cd :| |: ef :|", "|:AB|cd:|:ef:|"),
        ("AB |[1 cd :|[2 ef |]", "AB|1cd:|2ef||"),
        ("AB |1 cd :|2 ef ||", "AB|1cd:|2ef||"),
        ("AB || cd :: ef |", "AB||cd:|:ef|"),
        ("((3ABc) (d e)-e", "(3ABcdee"),
        ('"4"A!trill!B', "AB"),
    ],
)
def test_ornaments_slurs_and_spaces_go_and_bar_lines_have_one_spelling(abc, bars):
    assert folk_tunes.clean(abc) == bars


@pytest.mark.parametrize(
    ("metre", "unit", "read_as"),
    [
        ("C|", "1/8", "4/4"),
        ("C", "1/8", "4/4"),
        ("2/4", "1/16", "4/4"),
        ("2/4", None, "4/4"),
        ("6/8", "1/8", "6/8"),
        ("6/8", None, "6/8"),
    ],
)
def test_metres_of_eight_and_of_six_units_are_read(saved, metre, unit, read_as):
    assert saved("ABc|", M=metre, L=unit).metre == read_as


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("ABc|", {"M": "9/8"}),
        ("ABc|", {"M": None}),
        ("ABc|", {"L": "1/16"}),
        ("ABc|", {"K": "Ador"}),
        ("ABc|\nK:G\ndef|", {}),
        ("[ce]ABc|", {}),
        ("A=20B|", {}),
        ("A&B|", {}),
    ],
)
def test_tunes_of_another_kind_are_left_out(saved, body, fields):
    assert saved(body, **fields) is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("<html>log in</html>", "holds no tune in ABC notation"),
        ("X:1\nK:D\nABc|", "holds no tune in ABC notation"),
        ("X:1\nT:Mine\nM:C|\nL:1/8\nABc|", "has no K:, the key"),
        (HEADER, "has no notes"),
        (HEADER + "|:  :|", "has no notes"),
        (b"\xff\xfe\x00X", "is not a text that can be read"),
    ],
)
def test_what_is_no_tune_is_refused_with_a_sentence(write, content, why):
    path = write(content, "tune.abc")
    with pytest.raises(folk_tunes.TuneError, match=why) as refused:
        folk_tunes.read(path)
    assert str(path) in str(refused.value)


def test_a_file_that_is_missing_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(folk_tunes.TuneError, match="is not a text that can be read"):
        folk_tunes.read(tmp_path / "none.abc")


@given(st.text(max_size=60))
def test_whatever_follows_a_header_is_a_tune_or_none_or_refused(tmp_path_factory, body):
    path = tmp_path_factory.getbasetemp() / "any.abc"
    path.write_text(HEADER + body, "utf-8", newline="\n")
    try:
        tune = folk_tunes.read(path)
    except folk_tunes.TuneError:
        return
    assert tune is None or set(folk_tunes.right_bars(tune)) <= {True, False}


@pytest.mark.parametrize(
    ("bar", "length"),
    [
        ("", 0),
        ("c'2B,3z4", 9),
        ("d/c/B/2A//", Fraction(7, 4)),
        ("A3/2B3/", 3),
        ("A>BA<B", 4),
        ("A>>B", 2),
        ("A2>B2", 4),
        ("(3ABc(3d/e/f/", 3),
        ("(3A>Bc", 2),
        ("(2ABc", 4),
        ("(4ABcd", 3),
        ("^A=B_c", 3),
        ("(", None),
        ("A<", Fraction(1, 2)),
        ("A/0", None),
        ("2A", None),
        ("ABH", None),
    ],
)
def test_a_bar_lasts_as_long_as_its_notes(bar, length):
    assert folk_tunes.bar_length(bar) == length


@given(st.text("ABcz,'^_=123/<>(|:[] \n", max_size=20))
def test_any_characters_have_a_length_or_none(bar):
    length = folk_tunes.bar_length(bar)
    assert length is None or length >= 0


def test_bars_of_real_tunes_last_as_long_as_music21_says():
    from music21 import converter

    paths = sorted(folk_tunes.folder().glob("*.abc"))[::150]
    n_compared = 0
    for path in paths:
        if not (tune := folk_tunes.read(path)):
            continue
        form = "M:4/4\nL:1/8" if tune.metre == "4/4" else "M:6/8\nL:1/8"
        for bar in folk_tunes.inner_bars(tune.bars):
            abc = f"%abc-2.1\nX:1\nT:t\n{form}\nK:{tune.key}\n{bar}|\n"
            theirs = converter.parse(abc, format="abc").flatten().notesAndRests
            ours = folk_tunes.notes(bar, tune.key)
            assert [note.length / 2 for note in ours] == [
                Fraction(note.quarterLength).limit_denominator(48) for note in theirs
            ], bar
            assert [note.pitch for note in ours] == [
                note.pitch.midi if note.isNote else None for note in theirs
            ], bar
            n_compared += 1
    assert n_compared > 40


def test_a_sign_counts_until_the_bar_ends_and_the_key_after_it():
    pitches = [note.pitch for note in folk_tunes.notes("f=ff|f_bB", "D")]
    assert pitches == [78, 77, 77, 78, 82, 71]


def test_inner_bars_are_neither_first_nor_last_of_a_part():
    assert folk_tunes.inner_bars("A|B|C|1D|E:|2F|G||a|b|c||") == ["B", "b"]
    assert folk_tunes.inner_bars("") == []


def test_a_bar_is_right_where_its_notes_add_up_to_the_metre():
    tune = folk_tunes.Tune("Mine", "6/8", "D", "A|ABcdef|A2Bcde|ABc4|ABc3(|d3||")
    assert folk_tunes.right_bars(tune) == [True, True, True, False]
    assert folk_tunes.right_bars(tune._replace(metre="4/4")) == [False] * 4


def test_families_are_joined_by_chains_only_of_long_passages():
    texts = ["abcde", "vwxyz", "cdefg", "fgxyz", "abc"]
    assert folk_tunes.families(texts, longest=2).tolist() == [0, 1, 0, 1, 0]
    assert folk_tunes.families(texts, longest=3).tolist() == [0, 1, 2, 3, 4]


def test_the_share_of_right_bars_counts_bars_and_not_tunes():
    tunes = [folk_tunes.Tune("", "6/8", "D", bars) for bars in ("A|A6|A6|A6|A6||", "A|A5|A||", "")]
    assert folk_tunes.share_right(tunes) == 0.75
    assert np.isnan(folk_tunes.share_right([]))


@given(st.text("AB|", max_size=12), st.text("AB|", max_size=12))
def test_the_longest_copy_is_that_of_a_search_through_all_passages(bars, known):
    passages = {bars[i:j] for i in range(len(bars)) for j in range(i + 1, len(bars) + 1)}
    expected = max((len(passage) for passage in passages if passage in known), default=0)
    assert folk_tunes.longest_copy(bars, known) == expected


def test_bits_are_those_of_the_bars_and_of_their_end():
    tunes = [folk_tunes.Tune("", "4/4", "D", bars) for bars in ("A", "AB")]
    codes = {character: code for code, character in enumerate("\nABM:4/ KD")}
    p = np.full((2, 12, 10), 0.125)
    p[1, 11, 0] = 0.5
    found = folk_tunes.bits(p, tunes, codes)
    assert np.isnan(found[:, :9]).all()
    assert found[1, 9:].tolist() == [3, 3, 1]
    assert found[0, 9:11].tolist() == [3, 3]
    assert np.isnan(found[0, 11])


def test_a_note_sounds_at_its_pitch_and_a_rest_is_silent():
    notes = folk_tunes.notes("a4z4")
    wave = folk_tunes.sound(notes, seconds=0.25, rate=8000)
    assert wave.shape == (16_000,)
    assert np.abs(np.fft.rfft(wave[:8000])).argmax() == 880
    assert not wave[8000:].any()
    assert folk_tunes.sound([]).shape == (0,)


def test_the_collection_has_tunes_whose_bars_add_up():
    tunes = folk_tunes.load()
    assert len(tunes) > 700
    assert {tune.metre for tune in tunes} == {"4/4", "6/8"}
    right = [is_right for tune in tunes for is_right in folk_tunes.right_bars(tune)]
    assert np.mean(right) > 0.99
