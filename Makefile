# The daily words. The tools are those of .venv where there is one, else those on the PATH.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: test test-spark lint docs sample

test:
	pytest

# One process, for one Spark: its start is ten seconds, and it uses every core by itself.
test-spark:
	pytest -m "spark and not slow" -n 0

lint:
	ruff check
	ruff format --check
	mypy

docs:
	python docs/make.py

sample:
	python sample_data/make.py
