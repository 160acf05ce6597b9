"""Drawings of letters: they are read stroke by stroke, cut into steps, and refused where broken."""

import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.applications import omniglot

TWO_STROKES = "START\n1.5,-2,0\n1.5,-7,20\nBREAK\n4,-7,90\nBREAK\n"


def name(alphabet, character=1, drawer=1):
    return f"strokes_background_small1/{alphabet}/character{character:02}/0001_{drawer:02}.txt"


@pytest.fixture
def whole():
    """One character of each alphabet: {name of a file: its text}."""
    drawers = range(1, omniglot.N_DRAWERS + 1)
    return {name(a, drawer=n): TWO_STROKES for a in omniglot.ALPHABETS for n in drawers}


@pytest.fixture
def save(tmp_path):
    """A function that writes a ZIP file of texts: {name: text or bytes}."""

    def save(texts):
        path = tmp_path / "strokes.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file, text in texts.items():
                archive.writestr(file, text)
        return path

    return save


def test_a_drawing_has_its_points_and_where_the_pen_is_lifted(save, whole):
    drawings = omniglot.read(save(whole))
    assert len(drawings) == 100
    assert drawings[0][:3] == ("Balinese", 1, 1)
    assert drawings[0].points.tolist() == [[1.5, -2, 0], [1.5, -7, 1], [4, -7, 1]]


def test_what_a_mac_adds_is_left_out(save, whole):
    extra = {"__MACOSX/" + name("Greek"): b"\xff\x00", "strokes_background_small1/.DS_Store": "x"}
    assert len(omniglot.read(save(whole | extra))) == 100


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "does not begin with START"),
        ("1,2,3\nBREAK\n", "does not begin with START"),
        ("START\n", "does not end with BREAK"),
        ("START\n1,2,3\n", "does not end with BREAK"),
        ("START\nBREAK\n", "has a stroke without a point in line 2"),
        ("START\n1,2,3\nBREAK\nBREAK\n", "has a stroke without a point in line 4"),
        ("START\n1,2\nBREAK\n", "has '1,2' in line 2, not x,y,time"),
        ("START\n1,nan,3\nBREAK\n", "has '1,nan,3' in line 2, not x,y,time"),
        ("START\n1,2,3\n\nBREAK\n", "has '' in line 3, not x,y,time"),
        ("<html>log in</html>", "does not begin with START"),
    ],
)
def test_a_drawing_that_is_broken_is_refused_with_a_sentence(save, whole, text, why):
    whole[name("Greek", drawer=7)] = text
    with pytest.raises(omniglot.OmniglotError) as refused:
        omniglot.read(save(whole))
    assert f"Greek, character 01, drawer 07 {why}" in str(refused.value)
    assert str(refused.value).endswith("Take it away, and it is fetched anew.")


def test_a_drawing_that_is_missing_is_missed(save, whole):
    del whole[name("Greek", drawer=7)]
    with pytest.raises(omniglot.OmniglotError, match="Greek, character 01 has 19 drawings, not 20"):
        omniglot.read(save(whole))


def test_an_alphabet_that_is_missing_is_named(save, whole):
    texts = {file: text for file, text in whole.items() if "/Korean/" not in file}
    with pytest.raises(omniglot.OmniglotError, match="no drawing of the alphabet Korean is in it"):
        omniglot.read(save(texts))


def test_an_alphabet_of_another_set_is_refused(save, whole):
    whole |= {name("Tagalog", drawer=n): TWO_STROKES for n in range(1, 21)}
    with pytest.raises(omniglot.OmniglotError, match="Tagalog is none of its five alphabets"):
        omniglot.read(save(whole))


def test_a_drawing_in_another_code_is_refused(save, whole):
    whole[name("Latin")] = TWO_STROKES.encode("utf-16")
    with pytest.raises(omniglot.OmniglotError, match="a drawing is not in UTF-8"):
        omniglot.read(save(whole))


@pytest.mark.parametrize("content", [b"", b"<html>log in</html>", b"\x00" * 200])
def test_what_is_no_zip_file_is_refused_with_a_sentence(write, content):
    with pytest.raises(omniglot.OmniglotError, match="it is no ZIP file"):
        omniglot.read(write(content, "strokes.zip"))


def test_a_file_that_was_cut_is_refused_wherever_it_was(save, whole):
    path = save(whole)
    content = path.read_bytes()
    for end in range(0, len(content), 997):
        path.write_bytes(content[:end])
        with pytest.raises(omniglot.OmniglotError):
            omniglot.read(path)


def test_the_way_through_the_air_is_one_step(save, whole):
    steps = omniglot.offsets(omniglot.read(save(whole))[0].points, 5)
    assert steps.tolist() == [[0, -1, 0], [0.5, 0, 1], [0, 0, 0]]


number = st.integers(-1000, 1000)


@given(st.lists(st.lists(st.tuples(number, number), min_size=1), min_size=1), st.floats(1, 50))
def test_the_steps_lead_through_all_strokes(drawn, step):
    points = np.array([(*xy, 0) for stroke in drawn for xy in stroke], dtype=float)
    points[np.cumsum([len(stroke) for stroke in drawn]) - 1, 2] = 1
    steps = omniglot.offsets(points, step)
    assert steps[:, 2].sum() == len(drawn) - 1
    whole_way = (points[-1] - points[0])[:2]
    assert steps[:, :2].sum(axis=0) * step == pytest.approx(whole_way, abs=0.5)
    assert np.hypot(*steps[steps[:, 2] == 0, :2].T).max() < 1.51


def test_the_real_drawings_are_those_that_were_published(real_data):
    real_data("applications/brendenlake/omniglot/python/strokes_background_small1.zip")
    drawings = omniglot.load()
    assert len(drawings) == 2720
    assert {drawing.alphabet for drawing in drawings} == set(omniglot.ALPHABETS)
    assert {drawing.drawer for drawing in drawings} == set(range(1, 21))
    assert len({drawing[:2] for drawing in drawings}) == 136
    assert drawings[0].points.shape == (139, 3)
    xy = np.concatenate([drawing.points[:, :2] for drawing in drawings])
    assert xy[:, 0].min() > 0
    assert xy[:, 1].max() < 0
    assert np.abs(xy).max() < 120


def test_the_statistics_of_a_square_are_its_sides_and_its_box():
    steps = np.array([[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]])
    found = omniglot.statistics(steps)
    assert len(found) == 14
    assert sum(found[:8]) == 4
    assert found[8:] == [0, 4, 1, 1, 0, 0]
