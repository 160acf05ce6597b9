"""The verbs about notebooks, data and pages; make's beside them."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from utils import kaggle, kernels, paths
from utils.__main__ import main
from utils.cli import cli
from utils.course import run
from utils.fetch import FetchError
from utils.homework.homeworks import HOMEWORKS
from utils.reviews.sources import SOURCES

MAKEFILE = (paths.ROOT / "Makefile").read_text(encoding="utf-8")


def test_run_reports_what_was_found_and_what_failed(course, monkeypatch, capsys):
    index = course.build / "site" / "index.html"
    monkeypatch.setattr(run, "run_all", lambda: (index, {}, ["02_bad.ipynb stopped"]))
    assert main(["run"]) == 1
    told = capsys.readouterr()
    assert f"Read it in a browser: {index.as_uri()}\n" in told.out
    assert "02_bad.ipynb stopped" in told.err
    left_out = {course.notebooks / "01_river.ipynb": "Rain (2 MB, MIT) could not be fetched."}
    monkeypatch.setattr(run, "run_all", lambda: (index, left_out, []))
    assert main(["run"]) == 0
    told = capsys.readouterr().out.replace("\\", "/")
    assert "notebooks/01_river.ipynb was left out. Rain (2 MB, MIT) could not be" in told


@pytest.fixture
def called(monkeypatch):
    """The command, folder and environment of a process that is started."""
    called = {}

    def call(command, **options):
        called.update(options, command=command)
        return 7

    monkeypatch.setattr(subprocess, "call", call)
    return called


def test_test_gives_each_of_its_two_processes_a_core(called, monkeypatch):
    monkeypatch.delenv("COURSE_THREADS", raising=False)
    assert main(["test"]) == 7
    assert called["command"] == [sys.executable, "-m", "pytest"]
    assert called["cwd"] == paths.ROOT
    assert called["env"] == kernels.environment() | {"COURSE_THREADS": "1"}
    assert main(["test", "--coverage"]) == 7
    # With a source: without one nbval cannot start the kernels of the notebooks.
    assert called["command"] == [sys.executable, "-m", "pytest", "--cov=utils"]


def test_lab_opens_the_notebooks_with_settings_of_the_course(called):
    assert main(["lab"]) == 7
    assert called["command"][1:5] == ["-m", "jupyter", "lab", "notebooks"]
    assert "--ServerApp.contents_manager_class=utils.course.lab.Contents" in called["command"]
    folder = called["env"]["JUPYTER_CONFIG_PATH"]
    assert os.path.exists(os.path.join(folder, "labconfig", "page_config.json"))


def test_lab_opens_on_the_welcome_page_shown_and_not_as_text(called):
    assert main(["lab"]) == 7
    assert "--LabApp.default_url=/lab/tree/welcome.md" in called["command"]
    assert (paths.NOTEBOOKS / "welcome.md").exists()
    folder = Path(called["env"]["JUPYTER_CONFIG_PATH"], "labconfig")
    settings = json.loads((folder / "default_setting_overrides.json").read_text("utf-8"))
    viewers = settings["@jupyterlab/docmanager-extension:plugin"]["defaultViewers"]
    assert viewers == {"markdown": "Markdown Preview"}


@pytest.mark.parametrize(
    ("verb", "text", "fault"),
    [
        ("homework-1", "review,sentiment\nfine,good\n", "row 1, column sentiment: found 'good'"),
        ("homework-2", "Id,minutes_past\n1,3\n", "line 1: found no column radardist_km"),
    ],
)
def test_homework_says_what_is_wrong_with_a_file_before_anything_runs(
    tmp_path, capsys, verb, text, fault
):
    broken = tmp_path / "broken.csv"
    broken.write_text(text, encoding="utf-8")
    for option in ("--source", "--test"):
        assert main([verb, option, str(broken)]) == 1
        assert fault in capsys.readouterr().err


def test_the_site_is_written_from_what_is_there(course, monkeypatch, capsys):
    monkeypatch.setattr(run, "write_site", lambda: course.build / "site" / "index.html")
    assert main(["site"]) == 0
    assert (course.build / "site" / "index.html").as_uri() in capsys.readouterr().out


@pytest.fixture
def ran(monkeypatch, tmp_path):
    """What run_notebook is called with, each time; nothing runs, and no site is written."""
    ran = []
    monkeypatch.setattr(run, "run_notebook", lambda *given: ran.append(given))
    monkeypatch.setattr(run, "write_site", lambda: tmp_path / "index.html")
    return ran


def test_homework_runs_its_solution_with_what_it_is_given(ran, tmp_path, capsys):
    file = tmp_path / "reviews.csv"
    rows = [f"fine {n},positive\ndull {n},negative\n" for n in range(30)]
    file.write_text("".join(["review,sentiment\n", *rows]), encoding="utf-8")
    assert main(["homework-1", "--source", str(file), "--tier", "full"]) == 0
    parameters = {"source": str(file), "test_source": "", "tier": "full"}
    assert ran == [(HOMEWORKS[1].solution, parameters)]
    page = tmp_path / "notebooks" / "solutions" / "homework_1" / "homework_1.html"
    assert page.as_uri() in capsys.readouterr().out


@pytest.mark.parametrize("name", ["sentence_polarity", "sample"])
def test_homework_takes_reviews_by_name(name, ran, monkeypatch):
    monkeypatch.setitem(SOURCES, "sentence_polarity", lambda: paths.REVIEWS_SAMPLE)
    assert main(["homework-1", "--source", name, "--test", name]) == 0
    parameters = {"source": name, "test_source": name, "tier": "class"}
    assert ran == [(HOMEWORKS[1].solution, parameters)]


def test_homework_says_what_cannot_be_fetched_before_anything_runs(monkeypatch, capsys):
    def missing():
        raise FetchError("The sentences could not be fetched: the connection failed.")

    monkeypatch.setitem(SOURCES, "sentence_polarity", missing)
    assert main(["homework-1", "--source", "sentence_polarity"]) == 1
    assert "could not be fetched" in capsys.readouterr().err
    assert main(["homework-1", "--source", "sentences"]) == 1
    said = capsys.readouterr().err
    assert "sentences: there is no such file. Name a CSV file, or one of sample, sentence_p" in said


def settings(notebook):
    """The cell of a notebook that papermill's parameters follow."""
    cells = nbformat.read(notebook, 4).cells
    return next(cell.source for cell in cells if "parameters" in cell.metadata.get("tags", []))


def test_homework_1_takes_a_file_with_names_of_its_own(ran, write, capsys):
    """Quotes as in a CSV file, for a name that holds a comma."""
    rows = [f"{n},fine {n},good\n{n},dull {n},bad\n" for n in range(30)]
    file = write("".join(['id,"text, all",label\n', *rows]))
    names = ["--columns", '"text, all", label', "--labels", "bad,good"]
    assert main(["homework-1", "--source", str(file), *names]) == 0
    [(notebook, parameters)] = ran
    assert parameters["columns"] == ["text, all", "label"]
    assert parameters["labels"] == ["bad", "good"]
    assert "columns, labels = None, None" in settings(notebook)
    for wrong in ("label", "a,b,c", "a,a"):
        assert main(["homework-1", "--source", str(file), "--columns", wrong]) == 1
        assert "name two different ones" in capsys.readouterr().err
    assert main(["homework-1", *names]) == 1  # of the sample, which has other names
    assert (
        "imdb_sample.csv, line 1: found the columns 'review,sentiment'" in capsys.readouterr().err
    )


def test_homework_2_repairs_where_it_is_asked_to(ran, monkeypatch, tmp_path, capsys):
    file = tmp_path / "hours.csv"
    lines = paths.RADAR_SAMPLE.read_text(encoding="utf-8").splitlines()[:4_000]
    file.write_text("\n".join([lines[0], *sorted(lines[1:])]), encoding="utf-8")
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    assert main(["homework-2", "--source", str(file)]) == 1
    assert "let repair=True (homework-2 --repair, with make REPAIR=1)" in capsys.readouterr().err
    assert main(["homework-2", "--source", str(file), "--repair"]) == 0
    [(notebook, parameters)] = ran
    assert parameters["repair"] is True
    assert "repair = False" in settings(notebook)


@pytest.mark.parametrize("verb", ["homework-1", "homework-2", "bench"])
@pytest.mark.parametrize("options", [("--source", "--test"), ("--test", "--source")])
def test_a_file_that_is_missing_is_said_before_the_other_is_read(verb, options, write, capsys):
    """The other may take half a minute."""
    missing, there = options
    assert main([verb, missing, "no such.csv", there, str(write("broken"))]) == 1
    assert "no such.csv: there is no such file." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "number"), [([], 1), (["--homework", "1"], 1), (["--homework", "2"], 2)]
)
def test_data_fetches_the_files_of_a_homework(arguments, number, monkeypatch):
    called = []
    for n, homework in list(HOMEWORKS.items()):
        noted = replace(homework, download=lambda n=n: called.append(n))
        monkeypatch.setitem(HOMEWORKS, n, noted)
    assert main(["data", *arguments]) == 0
    assert called == [number]


def test_submit_takes_the_files_of_homework_2(monkeypatch, tmp_path):
    called = []
    monkeypatch.setattr(kaggle, "submit_rain", lambda *given: called.append(given))
    monkeypatch.setattr(paths, "BUILD", tmp_path)
    assert main(["submit", "--homework", "2"]) == 0
    submission = tmp_path / "homework_2" / "submission.csv"
    assert called == [(submission, paths.RADAR / "test.csv", "homework 2")]


def test_submit_names_the_submission_that_is_missing_first(monkeypatch, tmp_path, capsys):
    """And the verb that writes it: the file to check it against is 1.9 GB to fetch."""
    monkeypatch.setattr(paths, "BUILD", tmp_path)
    monkeypatch.setattr(paths, "RADAR", tmp_path)
    assert main(["submit", "--homework", "2"]) == 1
    said = capsys.readouterr().err
    submission = tmp_path / "homework_2" / "submission.csv"
    assert f"{submission} was not submitted: there is no such file." in said
    assert f'Write it with `make homework-2 SOURCE="{tmp_path / "train.csv"}" TEST="' in said


def test_submit_of_homework_1_says_that_it_has_no_competition(capsys):
    assert main(["submit", "--homework", "1"]) == 1
    assert "Homework 1 has no competition" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["test", "homework-1"])
def test_a_students_copy_says_that_it_lacks_tests_and_solutions(course, capsys, verb):
    assert main([verb]) == 1
    assert "not in this copy of the course, which is for students" in capsys.readouterr().err


# make


def make(*arguments, first_on_path=""):
    return subprocess.run(
        ["make", "--dry-run", "--assume-old=.venv/ready", *arguments],
        cwd=paths.ROOT,
        env=os.environ | {"PATH": f"{first_on_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )


needs_make = pytest.mark.skipif(not shutil.which("make"), reason="there is no make")


def test_make_has_the_same_verbs():
    verbs = re.findall(r"^([a-z0-9-]+):.*##", MAKEFILE, re.M)
    assert set(verbs) - {"help"} == set(cli.commands)
    assert set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.M)[1].split()) == set(verbs)


@needs_make
def test_make_hands_on_what_it_is_given():
    given = {
        "HOMEWORK": "2",
        "HANDINS": "hand ins",
        "STUDENT": "ada",
        "SOURCE": "IMDB Dataset.csv",
        "TIER": "full",
        "ADDRESS": "https://github.com/ada/rnn",
    }
    told = make(*cli.commands, *(f"{name}={value}" for name, value in given.items())).stdout
    for verb in cli.commands:
        assert re.search(rf"-m utils {verb}\b", told)
    assert 'utils homework-1 --source "IMDB Dataset.csv"' in told
    assert 'utils grade --homework "2" \\\n\t--handins "hand ins"' in told
    assert "--unprotected" not in told
    told = make("homework-1", "COLUMNS=a b,c", "LABELS=bad,good").stdout
    assert '--columns "a b,c" --labels "bad,good"' in told
    assert '--from "archive"' in make("data", "FROM=archive").stdout


@needs_make
def test_the_width_of_a_terminal_names_no_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    assert "--columns" not in make("homework-1").stdout


@needs_make
@pytest.mark.parametrize(
    ("verb", "given", "missing"),
    [
        ("submit", [], "HOMEWORK"),
        ("handin", ["HOMEWORK=1"], "STUDENT"),
        ("grade", [], "HOMEWORK"),
        ("originality", ["HOMEWORK=1"], "HANDINS"),
    ],
)
def test_make_names_what_is_missing(verb, given, missing):
    made = make(verb, *given)
    assert made.returncode == 2
    assert f"{missing}=... is missing" in made.stderr


@needs_make
@pytest.mark.parametrize(
    ("system", "machine", "chosen"),
    [
        ("Darwin", "x86_64", "python3.12"),  # the last Python for which it has TensorFlow
        ("Darwin", "arm64", "python3"),
        ("Linux", "x86_64", "python3"),
    ],
)
def test_make_takes_a_python_for_which_there_is_tensorflow(system, machine, chosen, tmp_path):
    """Where python3 is 3.13, and others are there."""
    pretends = f"platform.system = lambda: '{system}'; platform.machine = lambda: '{machine}'"
    for name, version in {"python3": (3, 13), "python3.13": (3, 13), "python3.12": (3, 12)}.items():
        path = tmp_path / name
        pretends += f"; sys.version_info = {version}"
        program = f"import platform, sys; {pretends}; exec(sys.argv[1])"
        path.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{program}" "$2"\n')
        path.chmod(0o755)
    made = make("READY=not-there", "not-there", first_on_path=tmp_path)
    assert f"\n{chosen} -m venv .venv\n" in made.stdout


@pytest.mark.skipif(not shutil.which("git"), reason="there is no git")
def test_a_clone_that_git_makes_on_windows_has_the_same_bytes(tmp_path):
    """With core.autocrlf, for make, shells and tests that compare bytes."""
    one, other = tmp_path / "one", tmp_path / "other"
    for name in ("Makefile", ".gitattributes", ".ci/run", "data/imdb_sample.csv"):
        (one / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(paths.ROOT / name, one / name)
    shutil.copy2(paths.ROOT / "data" / "accuracy_by_distance.png", one)
    who = ["-c", "user.name=ada", "-c", "user.email=ada@example.org"]
    for arguments in (["init", "-q"], ["add", "--all"], [*who, "commit", "-qm", "all"]):
        subprocess.run(["git", *arguments], cwd=one, check=True)
    subprocess.run(["git", "-c", "core.autocrlf=true", "clone", "-q", one, other], check=True)
    names = subprocess.check_output(["git", "ls-files"], cwd=other, text=True).splitlines()
    assert len(names) == 5
    assert all((one / name).read_bytes() == (other / name).read_bytes() for name in names)
