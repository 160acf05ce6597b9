"""What other places read of this repository says what the course itself says."""

import json
import re
import tomllib

import pytest
import yaml

from utils import paths

PROJECT = tomllib.loads((paths.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def text_of(name):
    return (paths.ROOT / name).read_text(encoding="utf-8")


def test_the_citation_names_this_version():
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert str(citation["version"]) == PROJECT["version"]
    assert citation["license"] in text_of("LICENSE")


def test_hooks_format_with_the_locked_ruff():
    locked = re.search(r"^ruff==\S+", text_of("requirements.txt"), re.M)[0]
    hooks = yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"][0]["hooks"]
    asked = [hook["additional_dependencies"] for hook in hooks if hook["id"].startswith("ruff")]
    assert asked == [[locked], [locked]]


@pytest.mark.parametrize("name", [".binder/runtime.txt", ".devcontainer/devcontainer.json"])
def test_images_have_a_python_that_the_lock_is_for(name):
    major, minor = re.search(r"python[-:](\d+)\.(\d+)", text_of(name)).groups()
    assert (3, 11) <= (int(major), int(minor)) <= (3, 13)


def test_images_install_the_lock():
    assert text_of(".binder/requirements.txt").split() == ["-r", "../requirements.txt"]
    container = json.loads(text_of(".devcontainer/devcontainer.json"))
    target = container["postCreateCommand"].removeprefix("make ")
    assert re.search(
        rf"^{re.escape(target)}:|^READY = {re.escape(target)}$", text_of("Makefile"), re.M
    )


@pytest.mark.parametrize("name", ["tests.yml", "pages.yml"])
def test_workflows_call_verbs_that_there_are(name):
    from utils.__main__ import main  # its rooms bring the verbs
    from utils.cli import cli

    main(["--help"])
    steps = [
        step.get("run", "")
        for job in yaml.safe_load(text_of(f".github/workflows/{name}"))["jobs"].values()
        for step in job["steps"]
    ]
    called = re.findall(r"-m utils (\S+)", "\n".join(steps))
    assert called and set(called) <= set(cli.commands)
