"""Figures: one visual language, small files, a description for those who cannot see them."""

import base64
from types import SimpleNamespace

import IPython.display
import matplotlib.pyplot as plt
import pandas as pd
from IPython.core.formatters import DisplayFormatter

from utils import figures


def test_no_two_models_and_no_two_gates_look_alike():
    for style in (figures.STYLE, figures.GATES):
        assert len({colour for colour, _ in style.values()}) == len(style)
    assert len(set(figures.MARKERS.values())) == len(figures.STYLE)
    assert len({dash for _, dash in figures.GATES.values()}) == len(figures.GATES)


def test_learning_curves_are_those_of_the_first_seed():
    histories = [
        pd.DataFrame({"loss": [0.6, loss], "val_loss": [0.7, loss + 0.1]}, index=[1, 2])
        for loss in (0.4, 0.1)
    ]
    models = [SimpleNamespace(name=name, histories=histories) for name in ("lstm", "gru")]
    [axes] = figures.learning_curves(models).axes
    assert [line.get_ydata().tolist() for line in axes.lines] == 2 * [[0.6, 0.4], [0.7, 0.5]]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["LSTM", "GRU"]
    plt.close(axes.figure)


def test_a_figure_is_a_small_png_with_its_description():
    rows = [("lstm", "0–9", 0.9), ("lstm", "10–19", 0.8), ("gru", "0–9", 0.9)]
    table = pd.DataFrame(rows, columns=["model", "distance", "accuracy"])
    open_before = plt.get_fignums()
    figure = figures.accuracy_by_distance(table, ceiling=1.0)
    labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert labels == ["LSTM", "GRU"]
    picture = figures.show(figure, alt="accuracy falls")
    assert picture.data[1:4] == b"PNG" and len(picture.data) < 150_000
    assert picture.alt == "accuracy falls"
    assert plt.get_fignums() == open_before


def test_a_picture_is_kept_with_its_description_by_every_ipython(monkeypatch):
    """That of Colab knows no descriptions of its own."""

    def image_of_ipython_7(self, data=None, url=None, filename=None, format=None):
        pass

    monkeypatch.setattr(IPython.display.Image, "__init__", image_of_ipython_7)
    figure, _ = plt.subplots(figsize=(1, 1))
    picture = figures.show(figure, alt='He said "no axes".')
    data, metadata = DisplayFormatter().format(picture)
    assert base64.b64decode(data["image/png"]) == picture.data
    assert data["text/plain"] == 'He said "no axes".'
    assert metadata == {"image/png": {"alt": 'He said "no axes".', "width": picture.width}}
