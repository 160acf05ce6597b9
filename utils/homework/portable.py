"""What runs on the student's machine and not on the grader's, and why a notebook stopped."""

import ast
import functools
import importlib.metadata
import re
import sys
import warnings
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager

from utils import paths
from utils.homework.notebooks import HandInError, place_of, what_is_missing

_ABSOLUTE_PATH = re.compile(
    r"/(?:home|Users|root|mnt|media|content|kaggle|tmp|var|private|Volumes)/|~/|[A-Za-z]:[\\/]"
)
_ELSEWHERE = {"google.colab": "Colab", "kaggle_secrets": "Kaggle"}
# {message} and {place} of what stopped, by the kind of error; another kind is told as it is.
_REMEDIES = {
    "StdinNotImplementedError": "{place} asks for input, and nobody is there when it is run again: "
    "write the value into the cell.",
    "UsageError": "{place}: {message} Lines that only Colab or another program knows do not run "
    "here: delete it.",
    "SystemExit": "{place} ends Python, with exit() or the like: delete the line.",
}


def expect_no_path_of_one_machine(notebook, path):
    """Raise HandInError if a text in the code is a path that exists on one machine only.

    Comments and docstrings may name what they like. path: of the notebook, for the sentence.
    """
    for cell in notebook.cells:
        for text in _texts(_parsed(cell)):
            if _ABSOLUTE_PATH.match(text) or _is_a_file_here(text):
                raise HandInError(
                    f"{path}: {text!r} in {place_of(notebook, cell)} exists on your machine only: "
                    f"{_from_the_course(text)}."
                )


def _is_a_file_here(text):
    try:
        return Path(text).is_absolute() and Path(text).is_file()
    except (OSError, ValueError):  # too long for a name, or with a zero byte
        return False


def _from_the_course(text):
    """What to write in place of an absolute path."""
    found = Path(text).expanduser()
    if found.is_relative_to(paths.ROOT):
        return f"write {found.relative_to(paths.ROOT).as_posix()!r}"
    name = re.split(r"[\\/]", text.rstrip("\\/"))[-1]
    return f"copy it into the course's folder data and write 'data/{name}'"


def expect_packages(cells, path):
    """Raise HandInError if cells import a module that the grader does not have.

    It has Python's own and those of the packages in requirements.txt. An import in a `try` may
    fail. path: of the notebook.
    """
    for name in sorted({name for cell in cells for name in _imported(_parsed(cell))}):
        if name in _ELSEWHERE:
            raise HandInError(
                f"{path} imports {name}, which only {_ELSEWHERE[name]} has: delete these lines."
            )
        name = name.split(".")[0]
        beside = [Path(path).parent / f"{name}.py", Path(path).parent / name / "__init__.py"]
        if name in sys.stdlib_module_names or name in ("utils", "__main__"):
            continue
        if file := next((file for file in beside if file.exists()), None):
            raise HandInError(
                f"{path} imports {name}, and {file.name} beside it is not handed in: put its code "
                "into a cell."
            )
        packages = importlib.metadata.packages_distributions().get(name, [])
        if packages and not any(_normal(package) in _packages() for package in packages):
            raise HandInError(
                f"{path} imports {name}, which the grader does not have: it has the packages of "
                "requirements.txt. Do without it in the tasks, or import it below the last check."
            )


def why_stopped(kind, message, place, notebook, number):
    """A sentence on the error that stopped a notebook, with a remedy where one is known.

    kind, message: of the error. place: of its cell, in words. number: of the homework.

    >>> import nbformat
    >>> notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("n = input()")])
    >>> why_stopped("StdinNotImplementedError", "…", "In [1] (n = input())", notebook, 1)
    'In [1] (n = input()) asks for input, and nobody is there when it is run again: write the \
value into the cell.'
    """
    message = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", message).split())[:300]
    if kind in _REMEDIES:
        return _REMEDIES[kind].format(place=place, message=message)
    said = f"stopped in {place}: {kind}: {message}"
    said += "" if said.endswith((".", "!", "?")) else "."
    named = re.search(r"name '(\w+)' is not defined|No module named '([\w.]+)'", message)
    if kind == "NameError" and named:
        return " ".join([said, *_where_is(named[1], notebook, number)])
    if kind == "ModuleNotFoundError" and named:
        return f"{said} The grader has the packages of requirements.txt and no others: do without."
    return said


def _where_is(name, notebook, number):
    """Sentences on a name that is not defined: is it made further below, by a deleted check?"""
    makes = re.compile(rf"^(?:(?:async )?def |class )?{name}\b(?!\.)[^=\n]*(?:=(?!=)|:)", re.M)
    for cell in notebook.cells:
        if cell.cell_type == "code" and makes.search(cell.source):
            return [
                f"{place_of(notebook, cell)} makes it: put that cell above, choose Kernel, "
                "Restart and Run All Cells, and save."
            ]
    return what_is_missing(notebook, number)


def _parsed(cell):
    """The syntax tree of a code cell; an empty one where it is no Python, which a run will say."""
    if cell.cell_type != "code":
        return ast.Module([], [])
    try:
        with warnings.catch_warnings(action="ignore"):  # of a backslash in a text
            return ast.parse(TransformerManager().transform_cell(cell.source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _texts(tree):
    """All texts in a syntax tree but the docstrings."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
    ]


def _imported(tree):
    """Names of what is imported, imports in a `try` left out."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
        elif not isinstance(node, ast.Try):
            waiting += ast.iter_child_nodes(node)


@functools.cache
def _packages():
    """The normal names of the packages that requirements.txt installs."""
    lines = (paths.ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return {_normal(match[0]) for line in lines if (match := re.match(r"[\w.-]+(?===)", line))}


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()
