"""nbval with what this course adds: tolerances, exercises and stand-ins for real data.

Numbers are compared within what their cell names (see tolerance.py). The folded answers of a
notebook's exercises run after its cells, in the same kernel. A notebook whose saved outputs are
those of real data that is not at hand is run on the stand-in and not compared; one without a
stand-in is skipped from the cell on that asks for the data.
"""

import copy
import re

import nbformat
import nbval.plugin
import pytest

from tests import tolerance
from utils.course.run import NO_DATA
from utils.course.stand_ins import missing_data

ANSWER = re.compile(
    r"\A\*\*(Exercise \d+)\.\*\*.*?<summary>Answer</summary>\s*```python\n(.*?)\n```", re.S
)


def exercises(notebook):
    """{"Exercise 1": the code of its folded answer} of a notebook, in order."""
    found = (ANSWER.match(cell.source) for cell in notebook.cells if cell.cell_type == "markdown")
    return {match[1]: match[2] for match in found if match}


class Cell(nbval.plugin.IPyNbCell):
    """A cell whose numbers are compared within the tolerance that it names."""

    def runtest(self):
        if not self.parent.left_out:
            try:
                return super().runtest()
            except nbval.plugin.NbCellError:
                errors = [out for out in self.test_outputs or () if out.output_type == "error"]
                if not errors or errors[0].ename != NO_DATA:
                    raise
                self.parent.left_out = errors[0].evalue
        pytest.skip(self.parent.left_out)

    def compare_outputs(self, test, ref, skip_compare=None):
        if self.parent.missing:
            self.user_properties.append(("not compared", self.parent.missing))
            return True
        if near := tolerance.tolerance(self.cell.source):
            test = [
                _snapped(new, saved, near) for new, saved in zip(test, ref, strict=False)
            ] + test[len(ref) :]
        return super().compare_outputs(test, ref, skip_compare)


class File(nbval.plugin.IPyNbFile):
    """A notebook: its cells, and then the answers of its exercises."""

    missing = left_out = None

    def setup(self):
        self.missing = missing_data(self.nb)
        super().setup()

    def collect(self):
        for item in super().collect():
            yield Cell.from_parent(
                self,
                name=item.name,
                cell_num=item.cell_num,
                cell=item.cell,
                options=item.options,
            )
        n_cells = sum(cell.cell_type == "code" for cell in self.nb.cells)
        for name, code in exercises(self.nb).items():
            cell = nbformat.v4.new_code_cell(code)
            options = {"check": False, "skip": False, "check_exception": False}
            yield Cell.from_parent(self, name=name, cell_num=n_cells, cell=cell, options=options)


def _snapped(new, saved, near):
    """An output whose numbers are those of the saved one where they are near enough."""
    new = copy.deepcopy(new)
    if new.output_type == saved.output_type == "stream":
        new.text = tolerance.snapped(saved.text, new.text, near)
    for kind, text in saved.get("data", {}).items():
        if kind.startswith("text/") and kind in new.get("data", {}):
            new.data[kind] = tolerance.snapped(text, new.data[kind], near)
    return new


def pytest_collect_file(file_path, parent):
    """Collect notebooks, in place of nbval's own hook, which asks for --nbval."""
    if file_path.suffix == ".ipynb":
        return File.from_parent(parent, path=file_path)
    return None
