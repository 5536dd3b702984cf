"""A synthetic county with planted schemes and lookalikes, and the scoring of a run against its truth."""
