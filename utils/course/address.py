"""Where the course lies in public, said in pyproject.toml, and what follows from it.

Each notebook begins with a cell that does nothing in a copy of the course. Where a notebook
stands alone, as on Colab and Kaggle, it fetches the course from its address. The site has buttons
that open a notebook on Colab and on Binder, once there is an address.
"""

import re
import tomllib

import nbformat

from utils import files, paths
from utils.errors import CourseError

NOT_SET = "https://github.com/OWNER/REPOSITORY"
_CELL = """\
# On Colab and Kaggle, where this page stands alone: fetch the course and what it needs.
import importlib.util
import sys

if not importlib.util.find_spec("utils"):
    repository = "{address}"
    get_ipython().system(f"git -c core.askPass=true clone -q --depth 1 {{repository}} course")
    get_ipython().run_line_magic("pip", "install -q -e course")
    sys.path.insert(0, "course")
"""
TAG = "fetch-the-course"
_METADATA = {"jupyter": {"source_hidden": True}, "tags": [TAG, "remove-cell"]}


class AddressError(CourseError):
    """What is wrong with an address, and how one looks."""


def address():
    """Where the course lies in public, or NOT_SET.

    >>> address().startswith("https://")
    True
    """
    project = tomllib.loads(_pyproject().read_text(encoding="utf-8"))["project"]
    return project["urls"]["Repository"]


def cell(address):
    """The first code cell of each notebook, as text.

    Where the repository is private, or not there, git stops: in a notebook, its question for a
    name and a password would wait for ever. So `true` answers it, with nothing.

    >>> 'repository = "https://github.com/ada/rnn"' in cell("https://github.com/ada/rnn")
    True
    """
    return _CELL.format(address=address).rstrip()


def fetches(one):
    """Whether a cell of a notebook is the one that fetches the course.

    >>> fetches(nbformat.v4.new_code_cell("1 + 1"))
    False
    """
    return TAG in one.metadata.get("tags", [])


def write(new):
    """Set the address in pyproject.toml and in all notebooks; return the paths written.

    new: as of a repository on GitHub, https://github.com/OWNER/REPOSITORY. Raises AddressError
    for another, and where a notebook cannot be read; then nothing is written. Outputs, and all
    other cells, stay as they are.
    """
    new = new.strip().removesuffix("/").removesuffix(".git")
    if not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", new):
        raise AddressError(
            f"{new!r} is no address that Colab and Binder can open a notebook from: it has to be "
            f"that of a repository on GitHub, as {NOT_SET}."
        )
    project = _pyproject()
    text = project.read_text(encoding="utf-8")
    changed = {project: re.sub(r'(?m)^(Repository = )"[^"]*"', rf'\1"{new}"', text)}
    for path in sorted(paths.NOTEBOOKS.rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            try:
                changed[path] = with_cell(path.read_text(encoding="utf-8"), new)
            except (ValueError, nbformat.ValidationError, AttributeError) as error:
                raise AddressError(
                    f"{path.relative_to(paths.ROOT)} is no notebook ({str(error).splitlines()[0]}),"
                    " and nothing was written: mend it or move it away, and run this again."
                ) from None
    written = []
    for path, text in changed.items():
        if text != path.read_text(encoding="utf-8"):
            files.write_text(path, text)
            written.append(path)
    return written


def with_cell(text, address):
    """A notebook (its JSON) whose first code cell is the one that fetches the course.

    A cell that is put in follows the title, and the numbers of the cells that ran go on by one.
    """
    notebook = nbformat.reads(text, as_version=4)
    if not (one := next(filter(fetches, notebook.cells), None)):
        one = nbformat.v4.new_code_cell(id=TAG, execution_count=_shift(notebook))
        notebook.cells.insert(1, one)
    one.source, one.metadata = cell(address), nbformat.from_dict(_METADATA)
    return nbformat.writes(notebook) + "\n"


def _shift(notebook):
    """Count on by one for each cell that ran; return the number of one before them, or None."""
    ran = [one for one in notebook.cells if one.get("execution_count")]
    for one in ran:
        one.execution_count += 1
        for output in one.outputs:
            if "execution_count" in output:
                output.execution_count += 1
    return 1 if ran else None


def _pyproject():
    return paths.ROOT / "pyproject.toml"
