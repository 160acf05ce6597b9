"""What a graded task is."""

from collections.abc import Callable
from dataclasses import dataclass


class NotYet(Exception):
    """Why an answer is not right yet: a sentence for the student."""


@dataclass(frozen=True)
class Task:
    """One graded task.

    asks_for: the name of the function to write. look: called with that function, it raises
    NotYet with the reason that fits the mistake. hints: three at most, from a nudge to nearly
    the answer.
    """

    asks_for: str
    points: int
    look: Callable
    hints: tuple[str, ...]


def expect(is_so, otherwise):
    """Raise NotYet, with the sentence `otherwise`, unless is_so."""
    if not is_so:
        raise NotYet(otherwise)
