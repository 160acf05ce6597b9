"""What is imported is declared in pyproject.toml, and what is declared is in the lock."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import nbformat
import pytest

from utils import paths

PROJECT = tomllib.loads((paths.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OURS = {"__main__", "tests", "utils"}
OPTIONAL = {"torch"}  # the bench compares with it where it is installed


def name(requirement):
    """The name of a requirement as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


def imported(source):
    """The top-level modules that a program imports, those of Python left out."""
    modules = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules.add(node.module.split(".")[0])
    return modules - sys.stdlib_module_names - OURS - OPTIONAL


def sources(folder):
    """{path: program} of all modules and notebooks below a folder."""
    programs = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
    for path in folder.rglob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        programs[path] = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    return {path: text for path, text in programs.items() if ".ipynb_checkpoints" not in str(path)}


DISTRIBUTIONS = {
    module: {name(distribution) for distribution in distributions}
    for module, distributions in packages_distributions().items()
}
BASE = set(map(name, PROJECT["dependencies"]))
EXTRA = {
    extra: set(map(name, requirements))
    for extra, requirements in PROJECT["optional-dependencies"].items()
}


COURSE = BASE | EXTRA["course"]


@pytest.mark.parametrize(
    ("folder", "declared"),
    [
        ("utils", COURSE | EXTRA["dask"]),
        ("utils/grading", COURSE | EXTRA["dask"] | EXTRA["grading"]),
        ("notebooks", BASE),
        ("tests", COURSE | EXTRA["dask"] | EXTRA["grading"] | EXTRA["test"]),
    ],
)
def test_what_is_imported_is_declared(folder, declared):
    for path, source in sources(paths.ROOT / folder).items():
        if folder == "utils" and "grading" in path.parts:
            continue
        for module in imported(source):
            assert DISTRIBUTIONS.get(module, {module}) & declared, (
                f"{path.relative_to(paths.ROOT)} imports {module}: declare it in pyproject.toml"
            )


def test_what_is_declared_is_in_the_lock():
    assert BASE.union(*EXTRA.values()) <= locked("requirements.txt")


def test_what_notebooks_need_is_in_the_lock_of_colab():
    assert BASE | EXTRA["course"] | EXTRA["test"] <= locked("requirements-colab.txt")


def locked(file):
    """The names of what a lock installs."""
    lock = (paths.ROOT / file).read_text(encoding="utf-8")
    return {name(line) for line in lock.splitlines() if re.match(r"\w", line)}


IMPORT_WHAT_IT_IMPORTS = """
import ast, sys
for node in ast.walk(ast.parse(sys.stdin.read())):
    if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "utils":
        exec(compile(ast.Module([node], []), "notebook", "exec"))
print(*{m.__file__ for name, m in sys.modules.items() if name.startswith("utils.")}, sep="\\n")
"""


def test_modules_that_notebooks_load_need_nothing_that_only_the_verbs_need():
    """On Colab no extra is installed: no papermill, no Sphinx, no nbgrader."""
    found = sources(paths.NOTEBOOKS).items()
    programs = [program for path, program in found if path.suffix == ".ipynb"]
    ran = subprocess.run(
        [sys.executable, "-c", IMPORT_WHAT_IT_IMPORTS],
        input="\n".join(programs),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = ran.stdout.splitlines()
    assert str(paths.ROOT / "utils" / "gates.py") in loaded
    for path in loaded:
        for module in imported(Path(path).read_text(encoding="utf-8")):
            assert DISTRIBUTIONS.get(module, {module}) & BASE, f"{path} imports {module}"
