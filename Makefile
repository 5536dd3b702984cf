# The daily words. The tools are those of .venv where there is one, else those on the PATH.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: test test-spark lint docs sample

test:
	pytest

test-spark:
	pytest -m spark

lint:
	ruff check
	ruff format --check
	mypy

docs:
	python docs/make.py

sample:
	python sample_data/make.py
