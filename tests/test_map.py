"""The map of the README, and every link between pages, against what is there."""

import re

import pytest

from utils import paths

IN_EVERY_ROOM = {"__init__.py", "__main__.py", "verbs.py"}
PAGES = [
    page
    for page in paths.ROOT.rglob("*.md")
    if not re.search(r"(^|/)\.|^build/", page.relative_to(paths.ROOT).as_posix())
]


@pytest.fixture
def lines():
    """The lines of the map."""
    readme = (paths.ROOT / "README.md").read_text(encoding="utf-8")
    return re.search(r"## The map\n+```\n(.*?)```", readme, re.S)[1].splitlines()


@pytest.fixture
def named(lines):
    """The paths that it names; a name without / at its end is that of a module."""
    paths_of_names, folders = set(), {0: ""}
    for line in lines:
        depth = (len(line) - len(line.lstrip())) // 2
        for name in re.split(r"\s{2,}", line.strip())[0].split():
            path = folders[depth] + name
            paths_of_names.add(path if name.endswith("/") else path + ".py")
            folders[depth + 1] = path
    return paths_of_names


def test_the_map_is_short(lines):
    assert len(lines) <= 42
    assert max(map(len, lines)) <= 100


def test_what_the_map_names_is_there(named):
    missing = {name for name in named - {"build/"} if not (paths.ROOT / name).exists()}
    assert not missing


def test_what_is_there_is_on_the_map(named):
    """Every folder at the top and of notebooks/, every room and module of utils/."""
    utils = paths.ROOT / "utils"
    folders = [
        *(path for path in paths.ROOT.iterdir() if path.is_dir()),
        *(path for path in paths.NOTEBOOKS.iterdir() if path.is_dir()),
        *(path.parent for path in utils.rglob("__init__.py")),
    ]
    there = {f"{path.relative_to(paths.ROOT).as_posix()}/" for path in folders}
    there |= {
        path.relative_to(paths.ROOT).as_posix()
        for path in utils.rglob("*.py")
        if path.name not in IN_EVERY_ROOM and not path.parent.name.startswith("homework_")
    }
    ours = {name for name in there if not re.search(r"(^|/)(\.|build/)|\.egg-info/$", name)}
    assert not ours - named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(paths.ROOT)))
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link
