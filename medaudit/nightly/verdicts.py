"""Re-uploads and refunds when only some people's records changed: of the others the verdicts stand."""

from __future__ import annotations

from collections.abc import Collection

from medaudit.engine.scopes import OWNERS
from medaudit.nightly.base import PEOPLE, record_shapes
from medaudit.nightly.engine import Nightly
from medaudit.nightly.tied import tied
from medaudit.records import netting
from medaudit.records.schema import TABLES
from medaudit.records.shown import show_used
from medaudit.records.verdicts import AMOUNTS, Verdicts
from medaudit.settings import Settings

# Tables of people → the column by which their rows are found. Settlements come first: they say whose bills are meant.
_BY = {
    name: shape.owner
    for name, shape in record_shapes({n: TABLES[n].columns for n in PEOPLE}).items()
}

# A line whose settlement is not there is matched, with its refund or as one, by the person that it names. Which these are is
# asked first: the lines are many and have many columns, so that they are gone through once.
_STRAYS = """
SELECT setl_id FROM typed_fee_item WHERE psn_no IN (SELECT key FROM key_person)
EXCEPT SELECT setl_id FROM typed_settlement
"""
_OF_STRAYS = (
    "OR (setl_id IN (SELECT setl_id FROM stray_bill) AND psn_no IN (SELECT key FROM key_person))"
)


def judge(
    engine: Nightly, settings: Settings, given: Collection[str], doubtful: Collection[str]
) -> Verdicts:
    """As netting.judge does: of everybody, or of the people concerned where the engine has a base to go on from; then also show the
    records of the few."""
    if engine.base is None:
        verdicts = netting.judge(engine, given, doubtful)
        for name in given:
            engine.remember(f"verdict_{name}", f"SELECT * FROM change_{name}")
        engine.remember("tied_person", tied())
        return verdicts
    few = engine.concerned.few
    engine.keep("stray_bill", _STRAYS)
    for name in given:
        by = _BY.get(name)
        mine = f" WHERE {by} IN (SELECT key FROM key_{OWNERS[by]})" if by else ""
        strays = f" {_OF_STRAYS}" if name == "fee_item" else ""
        few.keep(f"typed_{name}", f"SELECT * FROM main.typed_{name}{mine}{strays}")
        if name == "settlement":
            engine.concerned.add("setl_id", "SELECT setl_id FROM few.typed_settlement")
        elif name == "fee_item":
            engine.concerned.add("feedetl_sn", "SELECT feedetl_sn FROM few.typed_fee_item")
    of_few = netting.judge(few, [name for name in given if name in _BY], ())
    show_used(few, settings, given, of_few, engine.base.planned_two, PEOPLE)
    for name, by in _BY.items():
        few.keep(name, f'SELECT * FROM "{name}"')
        engine.concerned.computed(name, by)
    verdicts = netting.one_each(engine, doubtful)
    for name in given:
        if name in _BY:
            verdicts.add(name, "judged", _stands(engine, name), amounts=name in AMOUNTS)
    return verdicts


def _stands(engine: Nightly, name: str) -> str:
    """The verdicts on the few, and those of the base on others' rows."""
    columns = ", ".join(("row_id", "fate", *AMOUNTS.get(name, ())))
    return (
        f"SELECT {columns} FROM few.change_{name} UNION ALL "
        f"SELECT {columns} FROM ({engine.before(f'verdict_{name}')}) b ANTI JOIN few.typed_{name} t ON t.row_id = b.row_id"
    )
