"""What only an instructor needs; no release holds it."""
