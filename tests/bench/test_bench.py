"""Each part of the benchmark measures what it says, on sizes that take no time."""

import math
import subprocess
import sys
import time
from dataclasses import replace
from types import SimpleNamespace

import psutil
import pytest

from utils import bench, paths, settings
from utils.__main__ import main
from utils.bench import ablation, cost, layers, reading, side_by_side, time_to_accuracy
from utils.radar import generate
from utils.reviews.read import read_reviews

MODULES = {
    module.__name__.rpartition(".")[2]: module
    for module in (ablation, cost, layers, reading, side_by_side, time_to_accuracy)
}


@pytest.fixture
def results(monkeypatch, tmp_path):
    """The folder that results are written to, and measurements made once, in this process."""
    monkeypatch.setattr(paths, "BENCH_RESULTS", tmp_path)
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")

    def measure(part, measurement, *arguments):
        return {"result": MODULES[part].MEASUREMENTS[measurement](*arguments)()}

    for module in (cost, layers, time_to_accuracy):
        monkeypatch.setattr(module, "measure", measure)
        monkeypatch.setattr(module, "REPEATS", 1)
        monkeypatch.setattr(module.reproducible, "set_up", lambda: None)
    return tmp_path


def test_every_part_is_a_module_with_measurements():
    assert set(MODULES) == set(bench.PARTS)
    assert all(MODULES[part].MEASUREMENTS for part in bench.PARTS)


def test_layers_are_timed_in_one_go_and_in_chunks(results, monkeypatch, capsys):
    for name, value in {"UNITS": (4,), "STEPS": (3, 6), "CHUNK": 5, "SECONDS": 0.01}.items():
        monkeypatch.setattr(layers, name, value)
    monkeypatch.setattr(layers.importlib.util, "find_spec", lambda name: None)
    layers.run()
    said = capsys.readouterr().out
    assert [line.split()[:3] for line in said.splitlines() if line[:3] in ("lst", "gru")] == [
        [kind, "4", steps] for kind in ("lstm", "gru") for steps in ("3", "6")
    ]
    assert "PyTorch is not installed here" in said
    assert "of 32 numbers" in (results / "layers.txt").read_text(encoding="utf-8")


def test_cost_is_measured_and_drawn_for_every_size(results, monkeypatch, capsys):
    base = {"words a review": 4, "reviews": 8, "units": 2, "reviews a batch": 4}
    monkeypatch.setattr(cost, "BASE", base)
    monkeypatch.setattr(cost, "VALUES", {"words a review": (4,), "units": (2,)})
    cost.run()
    said = capsys.readouterr().out
    assert all(f"\n{name}" in said for name in cost.VALUES)
    kept = (results / "cost.txt").read_text(encoding="utf-8")
    assert kept == said.replace("(1 of 1 done)\n", "")
    assert (results / "cost.png").read_bytes().startswith(b"\x89PNG")


BUSY = "x = bytearray(2**27)\nwhile True: pass"
# A sandbox, killed with what it holds, tells nobody what that took.
STARTS_IT = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"


def test_grading_and_studying_are_measured_by_size_and_workers(results, monkeypatch, capsys):
    def grade_class(number, folder):
        hand_ins = sorted(folder.iterdir())
        text = hand_ins[0].read_text("utf-8")
        gaps.append(text.count("raise NotImplementedError"))
        sandbox = subprocess.Popen([sys.executable, "-c", STARTS_IT, BUSY])
        time.sleep(4)
        [held] = psutil.Process(sandbox.pid).children()
        for process in (sandbox, held):
            process.kill()
        sandbox.wait()
        print("graded")  # is not to be taken for the result
        return [SimpleNamespace(status="graded", note="")] * len(hand_ins), [], [], 0

    gaps, studied = [], []
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "9")
    for name in ("GRADES", "BUILD", "STUDY"):
        monkeypatch.setattr(paths, name, results / name)
    monkeypatch.setattr("utils.grading.grade.grade_class", grade_class)
    monkeypatch.setattr("utils.course.study.study", lambda *what, say: studied.append(what))
    monkeypatch.setattr(
        side_by_side,
        "measure",
        lambda _, *how: {"result": side_by_side.MEASUREMENTS[how[0]](*how[1:])(), "seconds": 120},
    )
    monkeypatch.setattr(side_by_side, "HAND_INS", ((3, 1),))
    monkeypatch.setattr(side_by_side, "SEEDS", ((6, 2),))
    side_by_side.run()
    assert studied == [([side_by_side.LESSON], 6)] and gaps[0] > gaps[1] == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if "2.0" in line]
    assert [row[:4] for row in rows] == [
        ["3", "hand-ins", "1", "2.0"],
        ["6", "seeds", "2", "2.0"],
        ["1", "hand-in,", "all", "solved"],
    ]
    assert float(rows[0][4]) > 0.5 and float(rows[0][6]) >= 0.1
    assert "1,000 students" in (results / "side_by_side.txt").read_text(encoding="utf-8")


def test_the_example_and_two_of_the_course_are_timed_until_they_are_good(
    results, monkeypatch, capsys, tmp_path
):
    monkeypatch.setattr(time_to_accuracy, "ENOUGH", 0.3)
    few = tmp_path / "few.csv"
    lines = paths.REVIEWS_SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    few.write_text("".join(lines[:81]), encoding="utf-8")
    time_to_accuracy.run(str(few))
    said = capsys.readouterr().out
    assert "10 % held out" in said and "CSV to last score, s" in said
    assert "small, 4,000 reviews" in said
    assert "times as long" in (results / "time_to_accuracy.txt").read_text(encoding="utf-8")


def test_what_is_never_reached_takes_for_ever():
    enough, learning = time_to_accuracy.ENOUGH, time_to_accuracy.LEARNING
    of_run = {"ready": 4.0, "to_judge": 0.5, "scoring": 0.25}
    curve = [[1.0, 0.5], [2.0, enough], [3.0, 0.6]]
    times = time_to_accuracy._times(of_run | {"curve": curve})
    assert times[learning] == 2 and times[time_to_accuracy.FROM_CSV] == 6
    assert times["CSV to last score, s"] == 7.75 and times["last score"] == 0.6
    never = time_to_accuracy._times(of_run | {"curve": curve[:1]})
    assert math.isinf(never[learning]) and never["last score"] == 0.5


def test_ideas_can_be_taken_away_and_ratios_are_worth_something():
    """On two labels that single words tell apart, the model without ratios knows less."""
    chosen = replace(settings.BEST_OF_SAMPLE, epochs=1, units=4, embedding_dim=4)
    reviews = read_reviews(paths.REVIEWS_SAMPLE).head(300)
    label = reviews["review"].str.len().rank(pct=True) > 0.5
    reviews["label"] = label.astype(int)
    reviews["review"] += label.map({True: " fine", False: " poor"})
    scores = {}
    for idea in ("nothing", "log-count ratios"):
        changes, options, counted_on = ablation.WITHOUT[idea]
        scores[idea] = ablation._accuracies(
            reviews[:200], reviews[200:], replace(chosen, **changes), options, counted_on
        )
    assert scores["nothing"]["mean"] > scores["log-count ratios"]["mean"] + 0.1


def test_every_idea_that_is_taken_away_changes_the_best_model():
    _, best = settings.sentiment("a file", "full")
    for idea, (changes, options, counted_on) in ablation.WITHOUT.items():
        same = replace(best, **changes) == best and not options and counted_on == "other reviews"
        assert same == (idea == "nothing")


@pytest.mark.parametrize("way", reading.WAYS)
def test_every_way_of_reading_finds_all_rows(results, tmp_path, way):
    path = tmp_path / "hours.csv"
    n_rows = reading.MEASUREMENTS["write"](path, 50)()
    assert n_rows == len(generate.make_hours(50, seed=0))
    assert reading.MEASUREMENTS[way](path, tmp_path)() == n_rows


@pytest.mark.parametrize(
    ("arguments", "told", "status"),
    [
        (["speed"], "'speed' is not one of 'reading', 'layers', 'cost'", 2),
        (["ablation"], "ablation needs a file of reviews: name it with --source.", 1),
        (["ablation", "--source", "nowhere.csv"], "there is no such file", 1),
    ],
)
def test_what_cannot_be_measured_is_said(arguments, told, status, capsys):
    assert main(["bench", *arguments]) == status
    assert told in capsys.readouterr().err
