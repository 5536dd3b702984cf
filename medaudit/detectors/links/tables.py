"""The tables of rings, as they stand in the engine.

ring         ring_id, kind (cards | admissions | tour), fixmedins_code (where it was seen most), members, places, sessions
             (times three or more were seen together), most (of them at once), lockstep (share of the sessions with half of
             the ring or more), gap (median seconds from one to the next, NULL without a clock), met and expected (days or
             episodes of its pairs, and what chance makes of them), first_day, last_day, label (what harmless thing it
             looks like, NULL for none), labelled (members that fits), bond (of admissions: what they share, care_home,
             phone, employer or address; NULL for nothing known), strength (0–1)
ring_member  ring_id, person_id, partners, met, expected, sessions, and who they are
ring_use     ring_id, session (from 1), fixmedins_code, person_id, day, clock (seconds from midnight, NULL without),
             after (seconds from the session's first), stay_id (NULL for what is no stay), and the settlement with its money
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from medaudit.detectors.links.found import Found
from medaudit.engine import Engine

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

RING, MEMBER, USE = "ring", "ring_member", "ring_use"


def schemas() -> dict[str, pa.Schema]:
    """The shapes of the three tables."""
    import pyarrow as pa

    text, whole, real, day = pa.string(), pa.int32(), pa.float64(), pa.date32()
    return {
        RING: pa.schema([
            ("ring_id", text), ("kind", text), ("fixmedins_code", text), ("members", whole), ("places", whole),
            ("sessions", whole), ("most", whole), ("lockstep", real), ("gap", real), ("met", whole), ("expected", real),
            ("first_day", day), ("last_day", day), ("label", text), ("labelled", whole), ("bond", text), ("strength", real),
        ]),
        MEMBER: pa.schema([
            ("ring_id", text), ("person_id", text), ("partners", whole), ("met", whole), ("expected", real), ("sessions", whole),
        ]),
        USE: pa.schema([
            ("ring_id", text), ("session", whole), ("fixmedins_code", text), ("person_id", text), ("day", day),
            ("clock", whole), ("after", whole), ("stay_id", text),
        ]),
    }  # fmt: skip


def put(engine: Engine, found: Iterable[Found], ids: Iterable[Iterable[str]]) -> None:
    """Leave the three tables in the engine; ids: of each found, the id of each ring."""
    import pandas as pd

    pieces: dict[str, list[pd.DataFrame]] = {name: [] for name in schemas()}
    for one, names in zip(found, ids, strict=True):
        ring_id = pd.Series(list(names), dtype=object)
        for name, frame in ((RING, one.rings), (MEMBER, one.members), (USE, one.uses)):
            pieces[name].append(frame.assign(ring_id=ring_id.reindex(frame["ring"]).to_numpy()))
    for name, schema in schemas().items():
        some = [batch for piece in pieces[name] for batch in rows(piece, schema)]
        engine.put(name if name == RING else f"bare_{name}", schema, some)
    engine.keep(MEMBER, _MEMBERS)
    engine.keep(USE, _USES)


_MEMBERS = """
WITH who AS (
  SELECT p.person_id, min(p.psn_no) AS psn_no, max(p.psn_name) AS psn_name, max(p.gend) AS gend, max(p.brdy) AS brdy
  FROM people p JOIN (SELECT DISTINCT person_id FROM bare_ring_member) m ON m.person_id = p.person_id GROUP BY p.person_id
)
SELECT m.*, w.psn_no, w.psn_name, w.gend, w.brdy, h.household, h.addr_code, h.care_home, h.emp_name, h.tel
FROM bare_ring_member m
LEFT JOIN who w ON w.person_id = m.person_id
LEFT JOIN household h ON h.person_id = m.person_id
"""
_USES = """
SELECT u.*, v.setl_id, v.fixmedins_name, v.charge, v.fund_money
FROM bare_ring_use u
JOIN visit v ON v.person_id = u.person_id AND v.fixmedins_code = u.fixmedins_code
LEFT JOIN timed_visit t ON t.setl_id = v.setl_id
WHERE CASE WHEN u.stay_id IS NOT NULL THEN v.stay_id = u.stay_id
           ELSE NOT v.is_stay AND v.begndate = u.day AND (u.clock IS NULL OR t.clock = u.clock) END
"""


def rows(frame: pd.DataFrame, schema: pa.Schema) -> list[pa.RecordBatch]:
    """A small frame as batches of that shape, for an engine to keep."""
    import pyarrow as pa

    told = frame.reindex(columns=schema.names)
    return list(pa.Table.from_pandas(told, schema, preserve_index=False).to_batches())
