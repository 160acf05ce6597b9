"""The verb that measures."""

import os
from pathlib import Path

import click

from utils import bench as benchmarks
from utils import files, paths
from utils.cli import cli, is_here
from utils.errors import CourseError
from utils.reviews.read import read_reviews
from utils.reviews.sources import SOURCES


@cli.command()
@click.argument("parts", nargs=-1, type=click.Choice(benchmarks.PARTS), metavar="[PART]...")
@click.option("--source", type=Path, help="CSV file of reviews to learn from, or a name.")
@click.option("--test", type=Path, help="CSV file of reviews to judge by; default: 10 % of SOURCE.")
def bench(parts, source, test):
    """Measure what reading and learning cost on this machine.

    Writes utils/bench/results/. About an hour without --source, three with it. The parts:

    \b
      reading           reading 2 million generated radar rows
      layers            LSTM and GRU, Keras beside PyTorch where that is installed
      cost              how learning grows with length, reviews, units and batch
      side_by_side      grading and studying, by hand-ins, seeds and workers
      time_to_accuracy  how soon homework 1's best model is good, beside the example of keras.io;
                        needs --source
      ablation          the best model without each of its ideas; needs --source

    \b
    Example:
      python -m utils bench layers cost
    """
    needy = [part for part in parts if part in benchmarks.OF_REVIEWS]
    if needy and not source:
        raise CourseError(f"{needy[0]} needs a file of reviews: name it with --source.")
    sources = {
        name: paths.absolute(path, SOURCES)
        for name, path in (("source", source), ("test", test))
        if path
    }
    for path in sorted(sources.values(), key=os.path.exists):  # what is missing is said first
        read_reviews(path)
    files.expect_writable(paths.BENCH_RESULTS)
    for part in parts or benchmarks.PARTS:
        if part in benchmarks.OF_REVIEWS and not source:
            click.echo(f"\n{part}: left out, it needs --source, a file of reviews")
            continue
        if part in benchmarks.FOR_INSTRUCTORS and not is_here("grading"):
            click.echo(f"\n{part}: left out, it is for instructors, and this copy for students")
            continue
        benchmarks.run(part, **sources)
