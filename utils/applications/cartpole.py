"""Pictures of a pole on a cart: one moment, a strip of moments for print, and a film.

A state is what gymnasium's CartPole-v1 tells: the cart's position (m), its velocity (m/s), the
pole's angle (rad, to the right is positive) and its angular velocity (rad/s); fifty a second.
"""

import io

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

LENGTH = 1.0  # of the pole, m
REACH = 2.4  # how far the cart may go from the middle, m


def draw(axes, state, lost=False):
    """Draw cart and pole into `axes`, the pole in grey where the frame was lost.

    state: (4,), of which position and angle are drawn. Returns where the pole ends, (2,), in m.

    >>> axes = plt.figure().subplots()
    >>> draw(axes, [0.5, 0, 0, 0])
    (0.5, 1.15)
    >>> plt.close()
    """
    x, angle = float(state[0]), float(state[2])
    end = (x + LENGTH * float(np.sin(angle)), 0.15 + LENGTH * float(np.cos(angle)))
    axes.plot([-REACH, REACH], [0, 0], color="black", linewidth=1)
    axes.add_patch(plt.Rectangle((x - 0.25, 0), 0.5, 0.15, color="black"))
    look = {"color": "#BBBBBB", "linestyle": ":"} if lost else {"color": "#0072B2"}
    axes.plot([x, end[0]], [0.15, end[1]], linewidth=4, **look)
    axes.set(xlim=(-REACH, REACH), ylim=(-0.1, 1.3), aspect="equal")
    axes.axis("off")
    return end


def strip(states, lost, at, half_width=0.8):
    """A figure of one run at some of its steps, side by side, with the cart in the middle.

    states: (T, 4). lost: whether each frame was lost, (T,). at: steps. half_width: of a panel, m.
    Raises IndexError for a step that the run does not have.

    >>> figure = strip(np.zeros((10, 4)), np.zeros(10, bool), at=(0, 5))
    >>> [axes.get_title() for axes in figure.axes]
    ['0.00 s', '0.10 s']
    >>> plt.close(figure)
    """
    figure, row = plt.subplots(1, len(at), figsize=(1.4 * len(at), 1.9), squeeze=False)
    for axes, t in zip(row[0], at, strict=True):
        draw(axes, states[t], lost[t])
        middle = float(states[t][0])
        axes.set(xlim=(middle - half_width, middle + half_width))
        axes.set_title(f"{0.02 * t:.2f} s")
    figure.tight_layout()
    return figure


def film(runs, n_steps=250, every=3):
    """A GIF of runs one above the other, as bytes, in about the time that they took.

    runs: {name: (states (T, 4), whether each frame was lost (T,))}; of a run that ends early, the
    last state stays. n_steps: of the film. every: how many steps from picture to picture.

    >>> gif = film({"still": (np.zeros((4, 4)), np.zeros(4, bool))}, n_steps=6)
    >>> gif[:6], Image.open(io.BytesIO(gif)).n_frames
    (b'GIF89a', 2)
    """
    pictures = []
    for t in range(0, n_steps, every):
        figure = Figure(figsize=(4.8, 1.6 * len(runs)), dpi=60)
        canvas, rows = FigureCanvasAgg(figure), figure.subplots(len(runs), squeeze=False)
        for axes, (name, (states, lost)) in zip(rows[:, 0], runs.items(), strict=True):
            now = min(t, len(states) - 1)
            draw(axes, states[now], lost[now])
            axes.set_title(name if t == now else f"{name}: fallen")
        canvas.draw()
        picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("L")
        pictures.append(_numbered(picture.quantize(8), len(pictures)))
    gif = io.BytesIO()
    first, *others = pictures
    look = {"save_all": True, "duration": 20 * every, "loop": 0}
    first.save(gif, "gif", append_images=others, **look)
    return gif.getvalue()


def _numbered(picture, number):
    """The picture with one point of its lower edge set apart: equal ones would be left out."""
    picture.putpixel((number % picture.width, picture.height - 1), number % 2)
    return picture
