"""From a town to its files."""

from __future__ import annotations

from pathlib import Path

from medaudit.synth import columnar
from medaudit.synth.national import diagnosis, fee_item, settlement
from medaudit.synth.numbering import Numbered
from medaudit.synth.registers import chronic, person, stock
from medaudit.synth.town import Town


def write_town(town: Town, numbers: Numbered, data: Path) -> dict[str, int]:
    """Write the tables a town has files of its own for; the rows of each."""
    suffix = f"_{town.number + 1:04}" if town.world.towns > 1 else ""
    made = {
        "settlement": settlement(town, numbers),
        "fee_item": fee_item(town, numbers),
        "diagnosis": diagnosis(town, numbers),
        "person": person(town),
        "chronic": chronic(town),
        "stock": stock(town),
    }
    return {
        name: columnar.write(columns, data / f"{name}{suffix}.parquet")
        for name, columns in made.items()
        if columns
    }
