"""What the notebooks share, a room a subject; the README has the map."""

import importlib

from utils import reproducible  # noqa: F401 pins Keras' settings before a module imports Keras


def __getattr__(name):
    """Modules under the names that notebooks handed out earlier know (utils.former)."""
    former = importlib.import_module("utils.former")
    if name not in former.NAMES:
        raise AttributeError(f"module 'utils' has no attribute {name!r}")
    return former.module(name)
