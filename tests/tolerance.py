"""Numbers of a notebook's cell may differ from the saved ones by what the cell itself names.

    # within 0.03: float32 training differs by processor
    # within 20 %: gradients of trained networks differ by processor

The first line of such a cell says by how much, absolutely or relative to the saved number, and
why; all else must be equal. A cell without that line is compared exactly.
"""

import math
import re

# A number as Python prints it; what is part of a word (conv1d, h_2) is none.
NUMBER = re.compile(
    r"(?<![\w.])[-+−]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[-+]?\d+)?(?![\w])|\bnan\b|\binf\b", re.I
)
LINE = re.compile(r"\A# within (\d*\.?\d+)( %)?: (\S.{9,})$", re.M)


def tolerance(source):
    """A function (saved number, new one) -> whether they are near enough, or None for exact cells.

    >>> near = tolerance("# within 0.03: float32 training differs by processor\\nprint(0.81)")
    >>> near(0.81, 0.83), near(0.81, 0.85)
    (True, False)
    >>> near = tolerance("# within 10 %: float32 training differs by processor\\nprint(200)")
    >>> near(200, 215), near(200, 225)
    (True, False)
    >>> tolerance("print(0.81)") is None
    True
    """
    if not (found := LINE.match(source)):
        return None
    allowed, relative = float(found[1]), bool(found[2])

    def near(saved, new):
        most = abs(saved) * allowed / 100 if relative else allowed
        return abs(new - saved) <= most * (1 + 1e-9)

    return near


def snapped(saved, new, near):
    """The new text with each number that is near enough replaced by the saved one.

    Where the two texts have other words or another number of numbers, the new text is returned as
    it is, so that comparing it with the saved one fails. Blanks beside numbers do not count: a
    minus sign or another digit moves a column.

    >>> near = tolerance("# within 0.03: float32 training differs by processor")
    >>> snapped("LSTM  .87 ± .01", "LSTM  .86 ± .02", near)
    'LSTM  .87 ± .01'
    >>> snapped("LSTM  .87 ± .01", "LSTM  .81 ± .02", near)
    'LSTM  .81 ± .01'
    >>> snapped("loss nan", "loss 0.1", near), snapped("two 2", "two 2 3", near)
    ('loss 0.1', 'two 2 3')
    """
    if _words(saved) != _words(new):
        return new
    pieces, end = [], 0
    for of_saved, of_new in zip(NUMBER.finditer(saved), NUMBER.finditer(new), strict=True):
        same = of_saved[0] == of_new[0] or near(_value(of_saved[0]), _value(of_new[0]))
        pieces += [saved[end : of_saved.start()], (of_saved if same else of_new)[0]]
        end = of_saved.end()
    return "".join(pieces) + saved[end:]


def _words(text):
    return [" ".join(part.split()) for part in NUMBER.sub("\0", text).split("\0")]


def _value(text):
    value = float(text.replace(",", "").replace("−", "-"))
    return value if math.isfinite(value) else math.nan  # near nothing
