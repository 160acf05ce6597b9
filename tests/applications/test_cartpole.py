"""Pictures of the pole on the cart: what they show, and how long a film lasts."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from utils.applications import cartpole


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def opened(gif):
    return Image.open(io.BytesIO(gif))


@pytest.mark.parametrize(
    ("state", "end"),
    [
        ([0, 0, 0, 0], (0, 1.15)),
        ([1, 9, 0, 9], (1, 1.15)),
        ([0, 0, np.pi / 2, 0], (1, 0.15)),
        ([0, 0, -np.pi / 6, 0], (-0.5, 0.15 + np.cos(np.pi / 6))),
    ],
)
def test_the_pole_stands_on_the_cart_and_leans_by_its_angle(axes, state, end):
    assert cartpole.draw(axes, state) == pytest.approx(end)
    assert axes.lines[1].get_xydata()[0] == pytest.approx([state[0], 0.15])
    assert axes.lines[1].get_xydata()[1] == pytest.approx(end)


def test_a_lost_frame_looks_otherwise(axes):
    cartpole.draw(axes, np.zeros(4), lost=True)
    cartpole.draw(axes, np.zeros(4), lost=False)
    assert axes.lines[1].get_linestyle() != axes.lines[3].get_linestyle()


def test_a_strip_shows_the_steps_that_were_asked_for():
    states = np.zeros((100, 4))
    states[:, 0] = np.linspace(0, 1, 100)
    figure = cartpole.strip(states, np.zeros(100, bool), at=(0, 50, 99))
    assert [axes.get_title() for axes in figure.axes] == ["0.00 s", "1.00 s", "1.98 s"]
    assert [np.mean(axes.get_xlim()) for axes in figure.axes] == pytest.approx(
        states[[0, 50, 99], 0]
    )
    plt.close(figure)


def test_a_strip_beyond_the_run_is_refused():
    with pytest.raises(IndexError):
        cartpole.strip(np.zeros((5, 4)), np.zeros(5, bool), at=(7,))
    plt.close("all")


@pytest.mark.parametrize("n_runs", [1, 3])
def test_a_film_lasts_as_long_as_the_run_did(n_runs):
    run = (np.zeros((300, 4)), np.zeros(300, bool))
    film = opened(cartpole.film({str(i): run for i in range(n_runs)}, 60, every=3))
    assert film.n_frames == 20
    assert film.info["duration"] == 60
    assert film.height == n_runs * 96


def test_a_film_moves_and_a_run_that_ended_stays():
    short = (np.zeros((2, 4)), np.zeros(2, bool))
    film = opened(cartpole.film({"short": short}, n_steps=12, every=3))
    pictures = []
    for i in range(4):
        film.seek(i)
        pictures.append(np.array(film.convert("L"))[:-1])  # the last line tells pictures apart
    assert (pictures[1] == pictures[3]).all()
    assert (pictures[0] != pictures[1]).any()  # from the second picture on it says: fallen


def test_a_film_is_small():
    states = np.zeros((250, 4))
    states[:, 0], states[:, 2] = np.sin(np.arange(250) / 20), np.sin(np.arange(250) / 9) / 5
    runs = {name: (states, np.arange(250) % 9 > 5) for name in ("one", "two")}
    assert len(cartpole.film(runs)) < 200_000
