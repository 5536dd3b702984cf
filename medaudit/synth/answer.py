"""What a truth file says, for those who write it and those who read it."""

COLUMNS = (
    "scheme", "role", "subject_type", "subject_id", "setl_id", "feedetl_sn", "amount", "intensity",
)  # fmt: skip
RESPONSIBLE, INVOLVED, LOOKALIKE = ROLES = ("responsible", "involved", "lookalike")
