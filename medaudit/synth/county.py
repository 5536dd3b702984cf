"""A county from a seed: town by town, each from its people to its files, the same bytes whatever the threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

from medaudit.synth import care, chronic, clerks, life, money, numbering, tables, units, wards
from medaudit.synth.people import populate
from medaudit.synth.plan import BILLS, LINES, Setting, plan
from medaudit.synth.rows import LINE, empty
from medaudit.synth.town import Town
from medaudit.synth.truth import truth
from medaudit.synth.world import World, build


@dataclass(frozen=True)
class Order:
    """What county is wanted. schemes: names of schemes and lookalikes, all when None."""

    people: int
    seed: int = 1
    schemes: Sequence[str] | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)


def make_town(world: World, number: int, order: Order) -> Town:
    """One town of the county, everything in it done, told and paid."""
    people = populate(world, number)
    town = Town(world, number, people, life.live(world, number, people), empty(LINE))
    _plant(town, order, BILLS)
    wards.give_beds(town)
    town.lines = care.treat(town)
    chronic.keep(town)
    _plant(town, order, LINES)
    town.number_lines()
    money.price(town)
    money.pay(town)
    clerks.blot(town)
    clerks.undo_some(town)
    return town


def make(
    order: Order, data: Path, threads: int = 1
) -> Iterator[tuple[int, pd.DataFrame, dict[str, int]]]:
    """Write the county's tables into `data`; yields per town its number, its truth and the rows written."""
    world = build(order.seed, order.people)
    if threads == 1 or world.towns == 1:
        for number in range(world.towns):
            yield _write(order, data, number)
        return
    with ProcessPoolExecutor(min(threads, world.towns), get_context("spawn")) as pool:
        yield from pool.map(
            _write, *zip(*((order, data, n) for n in range(world.towns)), strict=True)
        )


def _write(order: Order, data: Path, number: int) -> tuple[int, pd.DataFrame, dict[str, int]]:
    world = build(order.seed, order.people)
    town = make_town(world, number, order)
    numbered = numbering.number(town)
    return number, truth(town, numbered), tables.write_town(town, numbered, data)


def _plant(town: Town, order: Order, stage: str) -> None:
    for unit, plant in units.chosen(order.schemes):
        if unit.stage == stage:
            plant(town, plan(town.world, unit, town.number, order.settings.get(unit.name)))
