"""Planted schemes, one file each: UNIT says what it is, `plant` does it to a town and tells it."""
