"""What looks like a scheme and is innocent, one file each: UNIT says what it is, `plant` does it and tells it."""
