"""Whom the deliveries since the base concern: the keys of their rows, gathered until nobody else is touched."""

from __future__ import annotations

import itertools
from pathlib import Path

from medaudit.engine import Engine
from medaudit.engine.duckdb import quoted
from medaudit.nightly.concerned import Concerned
from medaudit.nightly.tied import newly_tied

# A certificate number of more people than this is a filler whoever comes or goes.
FILLER = 5


def gather(engine: Engine, base_people: Path, base_tied: Path) -> None:
    """Show `first_person` (key): everybody whom table `changed` concerns. Needs the typed tables of everybody.

    base_tied: pairs of people whose records were tied (tied.py) in the base.
    """
    engine.view("people_before", f"SELECT * FROM read_parquet({quoted(base_people)})")
    engine.keep("changed_bill", _BILLS)
    for table in ("settlement", "fee_item"):
        engine.keep(f"changed_{table}", _ROWS.format(table=table, columns=", ".join(_TYING[table])))
    pairs = f"SELECT psn_no, other FROM read_parquet({quoted(base_tied)}) UNION {newly_tied()}"
    engine.keep("tie", f"WITH p AS ({pairs}) SELECT * FROM p UNION SELECT other, psn_no FROM p")
    engine.keep("touched_0", _PEOPLE)
    for number in itertools.count():
        engine.view("changed_person", f"SELECT psn_no FROM touched_{number}")
        engine.keep(f"closed_{number}", _CLOSED)
        engine.view("first_person", f"SELECT key FROM closed_{number}")
        if not engine.value(f"SELECT count(*) FROM ({_TIED}) t"):
            return
        engine.keep(
            f"touched_{number + 1}", f"SELECT key AS psn_no FROM first_person UNION {_TIED}"
        )


def begin(concerned: Concerned, visits: str, stays: str) -> None:
    """Say so, with the settlements and stays that they had (SELECTs of the facts `visit` and `stay_part` in the base)."""
    bills = f"SELECT setl_id FROM changed_bill UNION SELECT v.setl_id FROM ({visits}) v WHERE v.psn_no IN (SELECT key FROM first_person)"
    concerned.begin(
        "SELECT key FROM first_person",
        bills,
        f"SELECT s.stay_id FROM ({stays}) s WHERE s.setl_id IN ({bills})",
        "SELECT feedetl_sn FROM changed WHERE feedetl_sn IS NOT NULL",
    )


# Settlements concerned: their own rows, their lines and diagnoses, their visit, and refunds and what they refund.
_BILLS = """
WITH said AS (
  SELECT DISTINCT setl_id FROM changed WHERE setl_id IS NOT NULL
), seen AS (
  SELECT DISTINCT mdtrt_id FROM changed WHERE name = 'visit' AND mdtrt_id IS NOT NULL
), lines AS (
  SELECT DISTINCT feedetl_sn FROM changed WHERE feedetl_sn IS NOT NULL
), back AS (
  SELECT setl_id, feedetl_sn, init_feedetl_sn FROM typed_fee_item WHERE init_feedetl_sn IS NOT NULL
), named AS (
  -- lines that changed refunds name, wherever they are
  SELECT DISTINCT b.init_feedetl_sn FROM back b
  WHERE b.setl_id IN (SELECT setl_id FROM said) OR b.feedetl_sn IN (SELECT feedetl_sn FROM lines)
)
SELECT setl_id FROM said
UNION SELECT t.setl_id FROM typed_settlement t WHERE t.mdtrt_id IN (SELECT mdtrt_id FROM seen)
UNION SELECT t.setl_id FROM typed_settlement t WHERE t.init_setl_id IN (SELECT setl_id FROM said)
UNION SELECT t.init_setl_id FROM typed_settlement t WHERE t.init_setl_id IS NOT NULL AND t.setl_id IN (SELECT setl_id FROM said)
UNION SELECT b.setl_id FROM back b WHERE b.init_feedetl_sn IN (SELECT feedetl_sn FROM lines)
UNION SELECT f.setl_id FROM typed_fee_item f WHERE f.feedetl_sn IN (SELECT init_feedetl_sn FROM named)
"""

# Their rows, with the columns by which records are tied (tied.py).
_TYING = {
    "settlement": ("psn_no", "setl_id", "init_setl_id"),
    "fee_item": ("psn_no", "setl_id", "feedetl_sn", "init_feedetl_sn"),
}
_ROWS = "SELECT {columns} FROM typed_{table} WHERE setl_id IN (SELECT setl_id FROM changed_bill)"

_PEOPLE = """
SELECT psn_no FROM changed WHERE psn_no IS NOT NULL
UNION SELECT t.psn_no FROM typed_settlement t WHERE t.setl_id IN (SELECT setl_id FROM changed_bill)
"""

# Who is tied to one of them and not yet among them.
_TIED = "SELECT t.other FROM tie t JOIN first_person f ON f.key = t.psn_no ANTI JOIN first_person k ON k.key = t.other"

# With them everybody who was, or may now be, the same human being.
_CLOSED = f"""
WITH certified AS (
  SELECT psn_no, certno FROM typed_settlement WHERE length(certno) >= 8
  UNION SELECT psn_no, certno FROM typed_person WHERE length(certno) >= 8
), touched AS (
  SELECT DISTINCT c.certno FROM certified c WHERE c.psn_no IN (SELECT psn_no FROM changed_person)
), same AS (
  SELECT c.psn_no, c.certno, sum(CASE WHEN p.psn_no IS NULL THEN 1 ELSE 0 END) OVER (PARTITION BY c.certno) AS others
  FROM certified c LEFT JOIN changed_person p ON p.psn_no = c.psn_no
  WHERE c.certno IN (SELECT certno FROM touched)
), now AS (
  SELECT psn_no FROM changed_person
  UNION SELECT psn_no FROM same WHERE others <= {FILLER}
), before AS (
  SELECT b.psn_no FROM people_before b WHERE b.person_id IN (SELECT person_id FROM people_before WHERE psn_no IN (SELECT psn_no FROM now))
)
SELECT psn_no AS key FROM now UNION SELECT psn_no FROM before
"""
