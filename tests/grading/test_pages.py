"""Pages show what students wrote as they meant it, and nothing that could act."""

from html.parser import HTMLParser

import pytest

from utils.grading import pages, solutions
from utils.homework.homeworks import HOMEWORKS

TAGS = set("p strong em code pre a ul ol li h4 h5 h6 table thead tbody tr th td br hr del".split())
TAGS |= {"blockquote", "span", "div"}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)> <b onclick=x>",
    "[x](javascript:alert(1)) <javascript:alert(1)> [z](JaVaScript:a) [q](&#106;avascript:a)",
    "[y](data:text/html;base64,xx) [r]\n\n[r]: vbscript:x",
    "![p](http://example.org/pixel.png) ![p](data:text/html,x) ![a](attachment:x)",
    '![" onerror="x](y) [a](x "t\\"><b>")',
    '```mermaid\n</pre><script>\n```\n```py"><b>\n<x>\n```',
    "$a<script>b</script>$\n\n$$\n<img src=x>\n$$\n",
    '# a" onmouseover="x\n\n<div><script>\n',
    "|<b>|b|\n|-|-|\n|<i>|2|",
    *(sign * 20_000 for sign in "[>`$&|*"),
    "[a](" * 5_000,
    "- " * 9_000,
    "\n>" * 9_000,
]


class Reader(HTMLParser):
    """Asserts that a page holds nothing but text, in tags that do nothing."""

    def handle_starttag(self, tag, attributes):
        assert tag in TAGS
        for name, value in attributes:
            assert name in ("class", "href", "title", "style", "start")
            assert name != "href" or value.startswith(("http", "#", "x")), value


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_nothing_in_an_answer_acts(text):
    reader = Reader()
    reader.feed(pages.markdown(text))
    reader.close()


def test_markdown_is_shown_as_it_was_meant():
    shown = pages.markdown("# Mine\n\n- $h_t$ is **.91**\n\n| a |\n|---|\n| 1 |\n\n1 < 2")
    for part in ("<h4>Mine</h4>", "<strong>.91</strong>", "$h_t$ is", "<td>1</td>", "1 &lt; 2"):
        assert part in shown


def test_what_cannot_be_rendered_is_shown_as_typed(monkeypatch):
    def stops(text):
        raise RecursionError

    monkeypatch.setattr(pages, "_MARKDOWN", stops)
    assert pages.markdown("a < **b**") == "<pre>a &lt; **b**</pre>"


@pytest.mark.parametrize("number", HOMEWORKS)
def test_each_marking_scheme_is_a_list_whose_points_add_up(number):
    for question, scheme in solutions.marking_schemes(number).items():
        lines = [line for line in pages._as_list(scheme).splitlines() if line.startswith("- **")]
        points = [float(line.removeprefix("- **").split("**")[0]) for line in lines]
        assert sum(points) == solutions.question_points(number)[question]
