"""Radar hours: from rows of scans to what a regressor reads."""
