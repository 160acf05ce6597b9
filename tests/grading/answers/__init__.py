"""Whole hand-ins by people who never saw the solution."""
