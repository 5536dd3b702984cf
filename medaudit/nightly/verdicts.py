"""Re-uploads and refunds when only some people's records changed: of the others the verdicts stand."""

from __future__ import annotations

from collections.abc import Collection

from medaudit.engine.scopes import OWNERS
from medaudit.nightly.engine import Nightly
from medaudit.records import netting
from medaudit.records.verdicts import AMOUNTS, Verdicts

# Tables whose rows are found by the person, and by the settlement.
_BY = {
    "settlement": "psn_no",
    "person": "psn_no",
    "chronic": "psn_no",
    "fee_item": "setl_id",
    "diagnosis": "setl_id",
}

# A refunded line whose settlement is not there is matched by the person that it names.
_STRAY_REFUNDS = """
SELECT * FROM main.typed_fee_item WHERE det_item_fee_sumamt < 0 AND psn_no IN (SELECT key FROM key_person)
  AND setl_id NOT IN (SELECT key FROM key_setl_id) AND setl_id NOT IN (SELECT setl_id FROM main.typed_settlement)
"""


def judge(engine: Nightly, given: Collection[str], doubtful: Collection[str]) -> Verdicts:
    """As netting.judge does: of everybody, or of the people concerned where the engine has a base to go on from."""
    if engine.base is None:
        verdicts = netting.judge(engine, given, doubtful)
        for name in given:
            engine.remember(f"verdict_{name}", f"SELECT * FROM change_{name}")
        return verdicts
    few = engine.concerned.few
    for name in given:
        by = _BY.get(name)
        mine = f" WHERE {by} IN (SELECT key FROM key_{OWNERS[by]})" if by else ""
        refunds = f" UNION ALL {_STRAY_REFUNDS}" if name == "fee_item" else ""
        few.keep(f"typed_{name}", f"SELECT * FROM main.typed_{name}{mine}{refunds}")
        if name == "settlement":
            engine.concerned.add("setl_id", "SELECT setl_id FROM few.typed_settlement")
        elif name == "fee_item":
            engine.concerned.add("feedetl_sn", "SELECT feedetl_sn FROM few.typed_fee_item")
    judged = netting.judge(few, [name for name in given if name in _BY], ())
    verdicts = netting.one_each(engine, doubtful)
    for name in given:
        if name in _BY:
            verdicts.add(name, "judged", _stands(engine, name), amounts=name in AMOUNTS)
    engine.judged = judged
    return verdicts


def _stands(engine: Nightly, name: str) -> str:
    """The verdicts on the few, and those of the base on others' rows."""
    columns = ", ".join(("row_id", "fate", *AMOUNTS.get(name, ())))
    return (
        f"SELECT {columns} FROM few.change_{name} UNION ALL "
        f"SELECT {columns} FROM ({engine.before(f'verdict_{name}')}) b ANTI JOIN few.typed_{name} t ON t.row_id = b.row_id"
    )
