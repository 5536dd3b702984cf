"""Card rings: cards of different households that are used one after another, again and again.

Pairs that met on several days (fact card_pair) beyond chance → groups → the sessions in which three or more of a group
followed one another within three minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from medaudit.detectors.links import communities, found, labels, members, places
from medaudit.detectors.links.pairs import Pairs, Rows, beyond_chance, joined, read
from medaudit.engine import Engine

if TYPE_CHECKING:
    import pandas as pd

KIND = "cards"
PARTNERS = 3  # of everybody in a ring seen by the day alone
FOLLOWS = 180  # seconds from one card to the next of a session
# Sessions that say nearly all there is to say: the strength rises to 0.63 of its way with so many.
MANY = 4.0

_PAIRS = "SELECT one, other, met_days AS met, expected FROM card_pair WHERE gap IS {}"
_TESTED = "SELECT count(*) FROM (SELECT one, other FROM card_meeting GROUP BY one, other) p"
_USES = """
SELECT g.ring, u.person_id, u.fixmedins_code, u.day, CAST(u.clock AS DOUBLE) AS clock, u.is_pharmacy
FROM card_use u JOIN card_group g ON g.person_id = u.person_id
LEFT JOIN card_crowd c ON c.fixmedins_code = u.fixmedins_code AND c.day = u.day AND c.slot = u.slot
WHERE c.slot IS NULL
ORDER BY g.ring, u.fixmedins_code, u.day, u.clock, u.person_id
"""


def rings(engine: Engine) -> found.Found:
    """The card rings. Needs the facts it stands on; leaves table card_group."""
    import pandas as pd

    tested = int(engine.value(_TESTED) or 0)
    by_clock, by_day = (read(engine, _PAIRS.format(known)) for known in ("NOT NULL", "NULL"))
    kept = by_clock.those(beyond_chance(by_clock, tested))
    # By the day alone chance makes chains; a ring is a knot.
    knotted = communities.core(by_day.those(beyond_chance(by_day, tested)), PARTNERS)
    both = joined(kept, knotted)
    groups = communities.groups(both)
    uses, made = _seen(engine, both, groups)
    divided = places.parted(groups, pd.Index(both.people.to_pylist()), made.uses)
    if len(divided) > len(groups):
        uses, made = _seen(engine, both, divided)
    told = labels.told(engine, "card_group", uses, made)
    return found.Found(told.assign(strength=_strength(told)), made.members, made.uses)


def _seen(engine: Engine, both: Pairs, groups: Sequence[Rows]) -> tuple[pd.DataFrame, found.Found]:
    """Everything the members of the groups did, and the groups as rings with their sessions. Leaves table card_group."""
    who = members.members(both, groups)
    members.put_groups(engine, "card_group", who)
    uses = engine.frame(_USES)
    run = found.runs(uses, ["ring", "fixmedins_code", "day"], uses["clock"], FOLLOWS)
    return uses, found.summed(who, found.together(uses.assign(run=run, stay_id=None)), KIND)


def _strength(rings: pd.DataFrame) -> pd.Series:
    """0–1: more sessions, more of the ring at each; lowered where it looks like something harmless."""
    seen = 1 - np.exp(-rings["sessions"] / MANY)
    whole = rings["lockstep"].where(rings["sessions"] > 0, 0)
    plain = 0.2 + 0.5 * seen + 0.3 * seen * whole
    return labels.lowered(rings, plain)
