"""A printed number may differ from the saved one by what its cell names, and nothing else may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import tolerance

WITHIN = "# within 0.03: float32 training differs by processor\nprint(x)"
RELATIVE = "# within 20 %: float32 training differs by processor\nprint(x)"


def compares(saved, new, source=WITHIN):
    return tolerance.snapped(saved, new, tolerance.tolerance(source)) == saved


@pytest.mark.parametrize(
    ("saved", "new"),
    [
        ("LSTM .87 ± .01", "LSTM .90 ± .04"),
        ("loss 0.50", "loss 0.47"),
        ("gap -0.01 nats", "gap 0.02 nats"),
        ("a    0.99\nb    0.10", "a    1.00\nb    0.10"),
        ("9.98 m", "10.01 m"),
        ("1,234.50 mm", "1,234.52 mm"),
        ("  0.5", "0.5"),
        ("[0.1 0.2]", "[0.12 0.2 ]"),
        ("3 seeds: nan", "3 seeds: nan"),
        ("<td>0.871</td>", "<td>0.869</td>"),
    ],
)
def test_a_number_that_is_near_enough_compares(saved, new):
    assert compares(saved, new)


@pytest.mark.parametrize(
    ("saved", "new"),
    [
        ("LSTM .87 ± .01", "LSTM .83 ± .01"),  # too far
        ("LSTM .87 ± .01", "LSTM .87 ± .05"),
        ("LSTM .87 ± .01", "GRU .87 ± .01"),  # a word changed
        ("LSTM .87 ± .01", "LSTM .87 .01"),
        ("LSTM .87 ± .01", "LSTM .87 ± "),  # a number missing
        ("LSTM .87 ± .01", "LSTM .87 ± .01 .02"),
        ("LSTM .87", "LSTM nan"),
        ("LSTM nan", "LSTM .87"),
        ("LSTM .87", "LSTM inf"),
        ("3 seeds: .87", "4 seeds: .87"),
        ("conv1d", "conv2d"),  # a digit of a name is none
        ("h_1 .5", "h_2 .5"),
        ("0.5\n0.6", "0.5\n"),
        ("1e-3", "1e3"),
        ("12 %", "12"),
        ("", "0.5"),
    ],
)
def test_a_number_too_far_or_another_word_does_not(saved, new):
    assert not compares(saved, new)


@pytest.mark.parametrize(
    ("saved", "new", "same"),
    [
        ("1.0e-10", "1.1e-10", True),
        ("1.0e-10", "1.3e-10", False),
        ("-200", "-230", True),
        ("0.0", "0.0", True),
        ("0.0", "0.001", False),
    ],
)
def test_a_tolerance_in_per_cent_is_one_of_the_saved_number(saved, new, same):
    assert compares(saved, new, RELATIVE) == same


@pytest.mark.parametrize(
    "source",
    [
        "print(0.5)",
        "print(0.5)\n# within 0.03: float32 training differs by processor",  # not the first line
        "# within 0.03",
        "# within 0.03: float32",  # hardly a reason
        "# within -1: float32 training differs by processor",
        '"# within 0.03: float32 training differs by processor"',
    ],
)
def test_a_cell_without_a_tolerance_and_a_reason_is_exact(source):
    assert tolerance.tolerance(source) is None


numbers = st.floats(-1e6, 1e6).map(lambda number: round(number, 4))


@given(st.lists(st.tuples(numbers, st.floats(-0.029, 0.029)), max_size=5), st.text("ab %\n"))
def test_numbers_within_it_compare_wherever_they_stand(pairs, between):
    saved = f" {between} ".join(f"{number:.4f}" for number, _ in pairs)
    new = f" {between} ".join(f"{number + by:.4f}" for number, by in pairs)
    assert compares(saved, new)


@given(numbers, st.floats(0.031, 1e3), st.sampled_from([-1, 1]))
def test_a_number_further_away_never_compares(number, by, sign):
    assert not compares(f"x {number:.4f} y", f"x {number + sign * by:.4f} y")


@given(st.text(), st.text())
def test_what_compares_is_equal_but_for_numbers_and_blanks(saved, new):
    if compares(saved, new):
        words = [tolerance.NUMBER.sub("", text) for text in (saved, new)]
        assert "".join(words[0].split()) == "".join(words[1].split())
