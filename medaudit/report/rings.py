"""What the page of a ring shows: its members, when they were together, and the pictures of the first rings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from medaudit.dossier.rings import ring
from medaudit.dossier.rings.page import clock_of, sections
from medaudit.dossier.rings.ring import Ring
from medaudit.output.mask import mask_id

if TYPE_CHECKING:
    from medaudit.engine.duckdb import DuckEngine

DRAWN = 20  # rings told in sentences, and with pictures of who met whom
MEMBERS, SESSIONS = 60, 80  # of a presence matrix


def told(engine: DuckEngine, code: str, rank: int, reveal: bool) -> dict[str, Any]:
    """summary (sentences), members (label, age, address, times, partners, fund yuan), sessions (day, time, institution, people),
    presence (members × sessions: minutes after the first card, 0 where no time is known, -1 absent), of (members and sessions
    there are), pictures (heading and SVG)."""
    one = _masked(ring(engine, code, reveal), reveal)
    late: dict[tuple[str, int], float] = {}
    sessions: dict[int, list[Any]] = {}
    for use in one.uses.to_dict("records"):
        session, who = int(use["session"]), str(use["person_id"])
        after = 0.0 if use["after"] != use["after"] else round(float(use["after"]) / 60, 1)
        late[who, session] = min(after, late.get((who, session), after))
        if session not in sessions:
            place = use["fixmedins_name"]
            sessions[session] = [
                f"{use['day']:%Y-%m-%d}", clock_of(use["clock"]), place if isinstance(place, str) else str(use["fixmedins_code"]), 0, session
            ]  # fmt: skip
    for _, session in late:
        sessions[session][3] += 1
    columns = sorted(sessions)[:SESSIONS]
    members = one.members.head(MEMBERS).to_dict("records")
    return {
        "summary": list(sections(one)[0].items) if rank <= DRAWN else [],
        "members": [_member(m) for m in members],
        "sessions": [sessions[number] for number in columns],
        "presence": [
            [late.get((str(m["person_id"]), number), -1) for number in columns] for m in members
        ],
        "of": [len(one.members), len(sessions)],
        "pictures": _pictures(one) if rank <= DRAWN else [],
    }


def _masked(one: Ring, reveal: bool) -> Ring:
    """With people called by a number of the ring's own beside what is left of theirs: masked, many read alike."""
    if reveal:
        return one
    who = [f"{mask_id(str(number))} #{place}" for place, number in enumerate(one.members["who"], 1)]
    return replace(one, members=one.members.assign(who=who))


def _member(m: dict[Any, Any]) -> list[Any]:
    age = None if m["age"] != m["age"] else int(m["age"])
    address = next((one for one in (m["care_home"], m["addr_code"]) if isinstance(one, str)), "")
    return [str(m["who"]), str(m["name"]), age, address, int(m["sessions"]), int(m["partners"]), round(float(m["fund_money"]), 2)]  # fmt: skip


def _pictures(one: Ring) -> list[list[str]]:
    from medaudit.dossier.rings import pictures

    return [[name, svg] for key, name, svg in pictures.whole(one) if key != "matrix"]
