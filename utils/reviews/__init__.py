"""Film reviews: from text to what a classifier reads."""
