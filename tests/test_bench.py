"""Each part of the benchmark measures what it says, on sizes that take no time."""

import math
from dataclasses import replace

import pytest

from utils import bench, experiments, imdb, samples
from utils.__main__ import main
from utils.bench import cost, ideas, layers, reviews


@pytest.fixture
def results(monkeypatch, tmp_path):
    """The folder that results are written to, and measurements made in this process."""
    for module in (bench, cost, ideas):
        monkeypatch.setattr(module, "RESULTS", tmp_path)

    def measure(part, task, *arguments):
        module = {"cost": cost, "layers": layers, "reviews": reviews}[part]
        return {"result": module.TASKS[task](*arguments)()}

    for module in (cost, layers, reviews):
        monkeypatch.setattr(module, "measure", measure)
        monkeypatch.setattr(module, "REPEATS", 1)
        monkeypatch.setattr(module.reproducible, "set_up", lambda: None)
    return tmp_path


def test_layers_are_timed_in_one_go_and_in_pieces(results, monkeypatch, capsys):
    for name, value in {"UNITS": (4,), "STEPS": (3, 6), "PIECE": 5, "SECONDS": 0.01}.items():
        monkeypatch.setattr(layers, name, value)
    monkeypatch.setattr(layers.importlib.util, "find_spec", lambda name: None)
    layers.run()
    said = capsys.readouterr().out
    assert [line.split()[:3] for line in said.splitlines() if line[:3] in ("lst", "gru")] == [
        [kind, "4", steps] for kind in ("lstm", "gru") for steps in ("3", "6")
    ]
    assert "PyTorch is not installed here" in said
    assert "of 32 numbers" in (results / "layers.txt").read_text(encoding="utf-8")
    assert set(layers._pieces()()) == {"lstm 4 6", "gru 4 6"}


def test_cost_is_measured_and_drawn_for_every_size(results, monkeypatch, capsys):
    base = {"words a review": 4, "reviews": 8, "units": 2, "reviews a batch": 4}
    monkeypatch.setattr(cost, "BASE", base)
    sizes = {"words a review": (4, 8), "units": (2,)}
    monkeypatch.setattr(cost, "VALUES", sizes)
    cost.run()
    said = capsys.readouterr().out
    assert all(name in said for name in sizes)
    kept = (results / "cost.txt").read_text(encoding="utf-8")
    assert kept == said.replace("(1 of 1 done)\n", "")
    assert (results / "cost.png").read_bytes().startswith(b"\x89PNG")


def test_the_example_and_two_of_the_course_are_timed_until_they_are_good(
    results, monkeypatch, capsys, tmp_path
):
    monkeypatch.setattr(reviews, "ENOUGH", 0.3)
    few = tmp_path / "few.csv"
    lines = samples.REVIEWS_CSV.read_text(encoding="utf-8").splitlines(keepends=True)
    few.write_text("".join(lines[:81]), encoding="utf-8")
    reviews.run(str(few))
    said = capsys.readouterr().out
    assert "10 % held out" in said and "CSV to last score, s" in said
    assert "small, 4,000 reviews" in said
    assert "times as long" in (results / "reviews.txt").read_text(encoding="utf-8")


def test_what_is_never_reached_takes_for_ever():
    curve = [[1.0, 0.5], [2.0, reviews.ENOUGH], [3.0, 0.6]]
    of_run = {"ready": 4.0, "to_judge": 0.5, "scoring": 0.25}
    times = reviews._times(of_run | {"curve": curve})
    assert times[reviews.LEARNING] == 2 and times[reviews.FROM_CSV] == 6
    assert times["CSV to last score, s"] == 7.75 and times["last score"] == 0.6
    never = reviews._times(of_run | {"curve": curve[:1]})
    assert math.isinf(never[reviews.LEARNING]) and never["last score"] == 0.5


@pytest.mark.parametrize("idea", ["nothing", "ratios", "the second direction", "places"])
def test_an_idea_can_be_taken_away(idea):
    budget = experiments.BestBudget((0, 1), 1, 4, 4, 0.5, 400, 30, 10, 32, 0.01, 0.0)
    part = imdb.read_reviews(samples.REVIEWS_CSV).head(300)
    _, options, ratios = ideas.WITHOUT[idea]
    found = ideas._accuracies(part[:200], part[200:], budget, options, ratios)
    assert 0 <= found["mean"] <= 1 and found["sd"] >= 0 and 0 <= found["average"] <= 1


def test_every_idea_that_is_taken_away_changes_the_best_model():
    _, budget = experiments.budgets("a file", "full")
    for idea, (changes, options, ratios) in ideas.WITHOUT.items():
        kept = replace(budget, **changes) == budget and not options and ratios == "other reviews"
        assert kept == (idea == "nothing")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["speed"], "speed: the parts are radar, layers, cost, reviews, ideas."),
        (["reviews"], "reviews needs a file of reviews: name it with --source."),
        (["reviews", "--source", "nowhere.csv"], "there is no such file"),
    ],
)
def test_what_cannot_be_measured_is_said(arguments, told, capsys):
    assert main(["bench", *arguments]) == 1
    assert told in capsys.readouterr().err
