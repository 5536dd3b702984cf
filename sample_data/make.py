"""Writes the sample county: a year of small, readable settlement files with planted cases.

    python sample_data/make.py [FOLDER]

writes FOLDER/sample_data/*.csv and README.md, and FOLDER/tests/sample_expected.csv; without FOLDER those of
this project. The same bytes every time: one seed, and only `random()`, which no Python version changes.
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True  # nothing but data and their makers in this folder

from county import (  # noqa: E402
    County,
    ordinary,
    planted_charges,
    planted_people,
    planted_stays,
    tables,
)


def make(folder: Path) -> None:
    """The county from its one seed, written below `folder`."""
    county = County(seed=20250101)
    planted_people.plant(county)  # first, for it suspends a doctor
    planted_charges.plant(county)
    planted_stays.plant(county)
    ordinary.pass_year(county)
    tables.write(county, folder)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent)
