"""The one kind of error that is a sentence for the person at the keyboard."""


class CourseError(Exception):
    """What is wrong, where, and what to do about it: printed without a traceback."""
