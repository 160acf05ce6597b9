"""The homework: one record of each, its tasks with checks and hints, and the hand-in."""
