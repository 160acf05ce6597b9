"""The page on a gradient's way back computes from the numbers that lesson 1 draws."""

import numpy as np
import pytest

from utils.course import live_gradient


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(live_gradient, "FILE", tmp_path / "data.js")


def test_the_committed_file_is_what_is_drawn_today():
    drawn, kept = live_gradient.numbers(), live_gradient.read()
    assert drawn.keys() == kept.keys()
    for name in ("x", "v"):
        np.testing.assert_allclose(kept[name], drawn[name], rtol=0, atol=1e-9)
    for layer in ("rnn", "lstm"):
        for part in ("kernel", "recurrent"):
            # Another processor rounds otherwise; `live_gradient.write()` writes the file anew.
            np.testing.assert_allclose(kept[layer][part], drawn[layer][part], rtol=0, atol=1e-9)


@pytest.mark.usefixtures("elsewhere")
def test_what_is_written_is_read():
    live_gradient.write()
    assert live_gradient.FILE.read_text(encoding="utf-8").startswith("// Written by utils.course.")
    assert live_gradient.read()["lstm"]["recurrent"].shape == (32, 4 * 32)
