"""Diagrams: what they show, step by step."""

import matplotlib
import matplotlib.pyplot as plt
import pytest

from utils import diagrams, figures

PARTS = {
    "rnn": {"RNN"},
    "cell state": {"RNN"},
    "forget": {"RNN", "forget"},
    "store": {"forget", "input", "candidate"},
    "update": {"forget", "input", "candidate"},
    "output": {"forget", "input", "candidate", "output"},
}


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize("step", diagrams.LSTM_STEPS)
def test_each_step_to_an_lstm_shows_its_layers(step):
    shown = texts(diagrams.lstm(step))
    assert {text.split("\n")[0] for text in shown if "\n" in text} == PARTS[step]
    assert ("$C_t$" in shown) == (step != "rnn")


def test_an_unknown_step_to_an_lstm_names_those_there_are():
    with pytest.raises(ValueError, match="step is 'peephole', expected one of rnn, cell state"):
        diagrams.lstm("peephole")


def test_an_unrolled_rnn_has_the_same_weights_at_each_step():
    shown = texts(diagrams.unrolled_rnn(5))
    assert shown.count("$W_{xh}$") == shown.count("$W_{hh}$") == 6


def test_each_step_to_a_gru_shows_its_gates():
    gates = {"update": {"update", "candidate"}, "reset": {"update", "reset", "candidate"}}
    for step in diagrams.GRU_STEPS:
        shown = texts(diagrams.gru(step))
        assert {text.split("\n")[0] for text in shown if "\n" in text} == gates[step]
        assert ("$r_t$" in shown) == (step == "reset")


def test_an_unknown_step_to_a_gru_names_those_there_are():
    with pytest.raises(ValueError, match="step is 'output', expected one of update, reset"):
        diagrams.gru("output")


def test_a_gru_beside_an_lstm_shows_the_parts_of_both():
    shown = texts(diagrams.gru_beside_lstm())
    layers = [text.split("\n")[0] for text in shown if "\n" in text]
    assert layers == ["forget", "input", "candidate", "output", "update", "candidate", "reset"]
    assert {"LSTM", "GRU", "$C_t$", "1 − $z_t$"} < set(shown)


def test_a_network_with_costs_has_one_for_each_word():
    shown = texts(diagrams.rnn_with_costs(("no", "cat", "ate", "it"), ("cat", "ate", "it", ".")))
    assert [text[text.index("(") :] for text in shown if "L_" in text] == [
        "(cat)",
        "(ate)",
        "(it)",
        "(.)",
    ]
    assert shown.count("$W_{hy}$") == shown.count("tanh") == 4


def arrow_colours(figure):
    arrows = [text.arrow_patch for text in figure.axes[0].texts if hasattr(text, "arrow_patch")]
    return {matplotlib.colors.to_hex(arrow.get_edgecolor()) for arrow in arrows if arrow}


def test_where_gradients_are_drawn_the_computation_is_pale():
    orange, _ = figures.STYLE["simple_rnn"]
    assert arrow_colours(diagrams.rnn_with_costs()) == {"#000000", orange.lower()}
    assert arrow_colours(diagrams.rnn_with_costs(backward=True)) == {"#bbbbbb", orange.lower()}


def test_words_and_what_comes_after_them_are_equally_many():
    with pytest.raises(ValueError, match="3 words are read, but 1 words come"):
        diagrams.rnn_with_costs(comes=("cat",))


@pytest.mark.parametrize("name", diagrams.SEQUENCE_SHAPES)
def test_each_shape_shows_what_is_read_and_what_is_written(name):
    panels = {axes.texts[0].get_text(): axes for axes in diagrams.sequence_shapes().axes}
    shown = [text.get_text() for text in panels[name].texts]
    _, steps, _ = diagrams.SEQUENCE_SHAPES[name]
    for word in {word for step in steps for word in step if word}:
        assert shown.count(word) == sum(step.count(word) for step in steps)


def test_a_decoder_reads_what_it_is_to_write_one_step_late():
    shown = texts(diagrams.encoder_decoder(reads=("ninety", "one"), writes=("9", "1")))
    assert shown.count("LSTM") == len(("ninety", "one", "[start]", "9", "1"))
    assert shown.count("Dense") == len(("9", "1", "[end]"))
    assert shown.count("9") == shown.count("1") == 2
    assert shown.count("[start]") == shown.count("[end]") == 1


def test_stacked_layers_name_the_options_of_their_arrows():
    shown = texts(diagrams.stacked_layers(3))
    assert {"initial_state", "return_state", "return_sequences", "$h_3$"} < set(shown)
    assert shown.count("LSTM") == 6
