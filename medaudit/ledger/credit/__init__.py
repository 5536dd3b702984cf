"""Institutions' credit: a scorecard over what people confirmed and decided, by a scheme file. It proposes; a person decides."""
