"""The glossary's terms stand in bold on their pages; the works of all pages are listed."""

import re

import nbformat
import pytest

from utils import paths

GLOSSARY = (paths.DOCS / "glossary.md").read_text(encoding="utf-8")
ENTRIES = re.findall(r"^(\S.*)\n  .+\[([^]]+)\]\(\.\./([^)]+\.ipynb)\)$", GLOSSARY, re.M)
PAGES = [
    *paths.LESSONS,
    *paths.APPLICATIONS,
    *(paths.SOLUTIONS / f"homework_{n}" / f"homework_{n}.ipynb" for n in (1, 2)),
]


def prose(path):
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def test_every_entry_is_read_and_the_terms_are_sorted():
    terms = [term.lower() for term, *_ in ENTRIES]
    assert len(terms) == len(re.findall(r"^[^\s#`].*\n  ", GLOSSARY, re.M)) >= 60
    assert terms == sorted(terms) and len(set(terms)) == len(terms)


@pytest.mark.parametrize(("term", "title", "page"), ENTRIES)
def test_a_term_stands_in_bold_on_its_page(term, title, page):
    text = prose(paths.ROOT / page)
    bold = [words.lower().rstrip(".") for words in re.findall(r"\*\*([^*\n]+)\*\*", text)]
    assert term.lower() in bold
    assert text.startswith(f"# {title}")


def works(text):
    """(surname of the first author, year) of each work that a page's references list."""
    lines = re.findall(r"^- (.+)$", text.partition("### References")[2], re.M)
    named = [re.search(r"^(?:[A-Z]\. )*([\w-]+).*?\b((?:19|20)\d\d)\b", line) for line in lines]
    return {found.groups() for found in named if found}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_work_that_a_page_names_is_among_the_references(path):
    listed = (paths.DOCS / "references.md").read_text(encoding="utf-8")
    listed = works("### References\n" + listed)
    assert works(prose(path)) <= listed
