"""Task 2.2: the organisers' rule of what each scan stands for."""

import numpy as np

from utils.homework.task import Task, array, close, expect, expect_none_of, numbers

WHAT = "one share for each scan"
_FORWARD = "you look forward, to the next scan; a scan stands for the minutes since the one before"
# For scans at 10, 30 and 50.
MISTAKES = (
    (
        [10, 20, 30],
        "these are minutes; the share of the hour is a sixtieth of them, and they add up to 1",
    ),
    (
        [1 / 3] * 3,
        "each scan has the same share; the times between scans differ, and so must the shares",
    ),
    (
        [0, 20 / 60, 20 / 60],
        "the first scan stands for the minutes since the full hour, the last also for what "
        "remains to 60",
    ),
    (
        [0, 20 / 60, 30 / 60],
        "the first scan stands for nothing; it stands for the minutes since the full hour",
    ),
    (
        [10 / 60, 20 / 60, 20 / 60],
        "what remains to 60 after the last scan is lost: give it to the last scan",
    ),
    ([20 / 60, 20 / 60, 10 / 60], _FORWARD),
    ([30 / 60, 20 / 60, 10 / 60], _FORWARD),
)


def check(hours_of_scans):
    """Raise NotYet unless hours of three, five and one scans are shared out as asked for."""
    got = array(hours_of_scans(np.array([10, 30, 50])), WHAT)
    expect(
        got.shape != (2,),
        "three scans gave two shares: differences alone lose an end; the first scan stands for "
        "the minutes since the full hour",
    )
    got = numbers(got, (3,), WHAT)
    expect_none_of(MISTAKES, lambda wrong: close(got, wrong))
    expect(close(got.sum(), 1), f"the shares of an hour add up to {got.sum():.3f}, expected 1")
    for minutes in ([10, 30, 50], [3, 9, 14, 31, 58], [0, 25, 59]):
        expected = np.diff([0, *minutes[:-1], 60])
        got = numbers(hours_of_scans(np.array(minutes)), (len(minutes),), WHAT)
        expect(
            close(got, expected / 60),
            f"scans at {minutes} got shares of {', '.join(f'{share * 60:.0f}' for share in got)} "
            f"minutes, expected {', '.join(map(str, expected))}",
        )
    expect(
        close(numbers(hours_of_scans(np.array([7])), (1,), WHAT), 1),
        "one scan alone in its hour stands for the whole of it: its share is 1",
    )


TASK = Task(
    number="2.2",
    function="hours_of_scans",
    points=2,
    check=check,
    hints=(
        "Work it by hand for scans at 10, 30 and 50: how many minutes has each? Do they add "
        "up to 60?",
        "np.diff has an argument prepend, for the start of the hour; the last scan gets more.",
        "since = np.diff(minutes, prepend=0.0); since[-1] += 60 - minutes[-1]; return since / 60.",
    ),
)
