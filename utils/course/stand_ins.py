"""Which real data a notebook asks for, and whether it is at hand or a stand-in takes its place."""

import re

from utils import fetch
from utils.applications import chorales, japanese_vowels, udhr
from utils.reviews import sentence_polarity

LOADERS = (sentence_polarity, japanese_vowels, chorales, udhr)


def missing_data(notebook):
    """A sentence on the real data that a stand-in replaces in a notebook, or None.

    notebook: as nbformat reads it.

    >>> import nbformat
    >>> missing_data(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]))
    """
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    for loader in LOADERS:
        if re.search(rf"\b{loader.__name__.split('.')[-1]}\.(csv|load)\(", code):
            for file in loader.FILES:
                try:
                    fetch.fetch(file)
                except fetch.FetchError as error:
                    return str(error)
    return None
