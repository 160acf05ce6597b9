"""What runs on the student's machine and not on the grader's, and why a notebook stopped."""

import ast
import functools
import importlib.metadata
import os
import re
import sys
from pathlib import Path

from utils import paths
from utils.homework.notebooks import HandInError, missing_checks, place_of, syntax_tree

# A path below a folder of one machine, or with a drive's letter, and no text that looks alike.
_OF_ONE_MACHINE = re.compile(
    r"""(?:/(?:home|Users|root|mnt|media|content|Volumes)/|~[/\\])[^\s/][^\n*?"<>|:]*
    |[A-Za-z]:[\\/](?:[^\n*?"<>|:+]*[\\/][^\n*?"<>|:+]+|[^\n*?"<>|:+]*\.\w+)""",
    re.VERBOSE,
)
_EVERYWHERE = tuple(
    f"/{name}/" for name in "tmp var proc dev sys bin usr etc lib opt kaggle".split()
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
# What is added where a module or a file is not found.
_BESIDE = {
    "ModuleNotFoundError": "The grader has the packages of requirements.txt, and no module that "
    "lies beside the notebook: put its code into a cell, or do without.",
    "FileNotFoundError": "A hand-in runs in an empty folder, as it does for the grader: it finds "
    "the course's own data, and no file that lies beside the notebook.",
}


def expect_no_path_of_one_machine(notebook, path):
    """Raise HandInError if a text in the code is a path that exists on one machine only.

    Comments, docstrings, parts of longer texts, and what an `if` chooses may name what they
    like. path: of the notebook, for the sentence.
    """
    for cell in notebook.cells:
        for text in _texts(syntax_tree(cell)):
            if _OF_ONE_MACHINE.fullmatch(text) or _is_a_file_here(text):
                raise HandInError(
                    f"{path}: {text!r} in {place_of(notebook, cell)} exists on your machine only: "
                    f"{_from_the_course(text)}."
                )


def _is_a_file_here(text):
    is_of_the_course = text.startswith(f"{paths.ROOT}{os.sep}")
    if not text.startswith(os.sep) or text.startswith(_EVERYWHERE) and not is_of_the_course:
        return False
    try:
        return is_of_the_course or Path(text).is_file()
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
    """Raise HandInError if cells import a module of a package that the grader does not have.

    It has Python's own and those of the packages in requirements.txt. An import in a `try` may
    fail. path: of the notebook.
    """
    packages_of = importlib.metadata.packages_distributions()
    for name in sorted({name for cell in cells for name in _imported(syntax_tree(cell))}):
        if name in _ELSEWHERE:
            raise HandInError(
                f"{path} imports {name}, which only {_ELSEWHERE[name]} has: delete these lines."
            )
        name = name.split(".")[0]
        if name in sys.stdlib_module_names or name in ("utils", "__main__"):
            continue
        packages = packages_of.get(name, [])
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
    if kind == "NameError" and (named := re.search(r"name '(\w+)' is not defined", message)):
        return " ".join([said, *_where_is(named[1], notebook, number)])
    return f"{said} {_BESIDE[kind]}" if kind in _BESIDE else said


def _where_is(name, notebook, number):
    """Sentences on a name that is not defined: is it made further below, by a deleted check?"""
    makes = re.compile(rf"^(?:(?:async )?def |class )?{name}\b(?!\.)[^=\n]*(?:=(?!=)|:)", re.M)
    for cell in notebook.cells:
        if cell.cell_type == "code" and makes.search(cell.source):
            return [
                f"{place_of(notebook, cell)} makes it: put that cell above, choose Kernel, "
                "Restart and Run All Cells, and save."
            ]
    return missing_checks(notebook, number)[:3]


def _texts(tree):
    """All texts in a syntax tree that stand for themselves, in the order of the lines."""
    waiting = [tree]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        of_a_part = (ast.JoinedStr, ast.BinOp, ast.IfExp)
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not isinstance(node, of_a_part) and not is_docstring:
            waiting += ast.iter_child_nodes(node)


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
