"""What checks find in another process than the hand-in's, they find as in the same one."""

import os
import threading

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tests.grading.answers import homework_1_ada, homework_1_bob
from utils.grading import client, server
from utils.grading.solutions import names_defined, solution
from utils.homework import checks

RIGHT = {1: vars(homework_1_ada), 2: names_defined(solution(2))}


def pipe():
    read, write = os.pipe()
    return os.fdopen(read, "rb"), os.fdopen(write, "wb")


@pytest.fixture
def served():
    """A function: a HandIn of the names given, served by a thread at the ends of two pipes."""
    streams, threads = [], []

    def serve(**names):
        (asked, ask), (answered, answer) = pipe(), pipe()
        threads.append(threading.Thread(target=server.Serve(asked, answer, names).run))
        threads[-1].start()
        streams.extend((ask, answered, asked, answer))
        return client.HandIn(ask, answered)

    yield serve
    for stream in streams[::4]:
        stream.close()
    for thread in threads:
        thread.join()
    for stream in streams:
        stream.close()


def found_in(hand_in, number):
    """What a check finds in it."""
    found = checks.judge(number, checks.TASKS[number].find(hand_in.function))
    hand_in.expect_alive()
    return found


@pytest.mark.parametrize("number", checks.TASKS)
def test_right_functions_are_found_right(served, number):
    task = checks.TASKS[number]
    right = task.find(RIGHT[int(number.split(".")[0])].get)
    hand_in = served(**{task.function: right})
    assert found_in(hand_in, number) == (checks.CORRECT, "")
    assert hand_in.not_data is None


def unwritten(reviews, seed):
    raise NotImplementedError("return three arrays")


def raises(ref):
    return ref / [] + 1


@pytest.mark.parametrize(
    ("number", "function"),
    [
        ("1.1", unwritten),
        ("1.1", lambda reviews, seed: np.array_split(np.arange(len(reviews)), 3)),
        ("1.3", lambda texts, vocabulary, length: texts),
        ("1.4", lambda texts, labels, new_texts: np.ones(len(new_texts))),
        ("1.11", lambda texts, labels, seeds, epochs: {"table": {}, "chosen": 1, "test": 0}),
        ("1.12", lambda histories: plt.subplots()),
        ("1.12", lambda histories: plt.figure()),
        ("1.10", lambda path, rows, probabilities: path.write_text("row")),
        ("2.1", raises),
        ("2.5", lambda hours, scaling, n_steps: None),
        ("2.9", lambda without, given: without[5]),
    ],
)
def test_mistakes_get_the_sentences_that_they_get_in_the_same_process(served, number, function):
    hand_in = served(**{checks.TASKS[number].function: function})
    status, reason = found_in(hand_in, number)
    assert (status, reason) == checks.judge(number, function)
    assert (status, reason) == (checks.NOT_ATTEMPTED, "") or status == checks.NOT_YET and reason


def test_a_network_of_classes_of_its_own_is_found_but_not_looked_at(served):
    hand_in = served(build_reader=homework_1_bob.build_reader)  # the task's former name
    assert found_in(hand_in, "1.6")[0] == checks.NOT_YET
    assert hand_in.not_data.startswith("the network ")


def test_what_is_not_there_is_not_attempted(served):
    assert found_in(served(), "1.1")[0] == checks.NOT_ATTEMPTED
