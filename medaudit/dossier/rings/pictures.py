"""Pictures of a ring: who was seen with whom, who came to what, and one session second by second. SVG, nothing from outside."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

from medaudit.dossier.rings.page import clock_of, presence
from medaudit.dossier.rings.ring import Ring
from medaudit.language import say
from medaudit.output.svg import bar, circle, drawn, line, text

if TYPE_CHECKING:
    import pandas as pd

INK, PERSON, PLACE, THERE, FAINT, GRID = "#222222", "#1f6fb4", "#b45f06", "#1f6fb4", "#9aa7b4", "#e3e8ee"  # fmt: skip
WIDE = 960
MOST = 60  # members drawn, those who met most
LINES = 150  # lines drawn, the strongest: all of a knot hide one another
SEED = 7


def edges(one: Ring) -> list[tuple[str, str, int]]:
    """Pairs of members and how many sessions they share, at least two (at least one where nobody shares two)."""
    shared: dict[tuple[str, str], int] = {}
    for _, some in one.uses.groupby("session")["person_id"]:
        for pair in combinations(sorted(set(some)), 2):
            shared[pair] = shared.get(pair, 0) + 1
    least = 2 if any(n >= 2 for n in shared.values()) else 1
    return [(a, b, n) for (a, b), n in sorted(shared.items()) if n >= least]


def network(one: Ring) -> str:
    """Members as dots, the more sessions two share the stronger the line; larger who was there more often."""
    import networkx as nx

    members = one.members.head(MOST)
    names = dict(zip(members["person_id"], members["who"].astype(str), strict=True))
    lines = [(a, b, n) for a, b, n in edges(one) if a in names and b in names]
    lines = sorted(lines, key=lambda edge: (-edge[2], edge[:2]))[:LINES]
    graph = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_weighted_edges_from(lines)
    high = 560
    at = nx.spring_layout(graph, seed=SEED, k=2.2 / math.sqrt(max(len(names), 1)), iterations=80)
    spots = {
        who: (WIDE / 2 + x * (WIDE / 2 - 120), 40 + (y + 1) / 2 * (high - 80))
        for who, (x, y) in at.items()
    }
    most = max((n for *_, n in lines), default=1)
    sessions = dict(zip(members["person_id"], members["sessions"], strict=True))
    parts = [line([spots[a], spots[b]], FAINT, 0.4 + 2.6 * n / most) for a, b, n in lines]
    top = max(sessions.values(), default=1) or 1
    for who, name in names.items():
        x, y = spots[who]
        told = say(f"{name}：到场 {sessions[who]} 次", f"{name}: there {sessions[who]} times")
        parts.append(circle(x, y, 5 + 7 * sessions[who] / top, PERSON, told))
        parts.append(text(x, y - 14, name[-6:], size=11, anchor="middle", fill=INK))
    return drawn(WIDE, high, parts)


def matrix(one: Ring) -> str:
    """Rows: members; columns: sessions with their dates; a filled cell: there. Darker, the earlier in the session."""
    there = presence(one)
    rows, columns = there.index[:MOST], there.columns
    names = one.members.set_index("person_id")["who"].astype(str)
    offset = one.uses.groupby(["person_id", "session"])["after"].min()
    left, top, cell = 170, 110, 18
    wide = max(WIDE / 2, left + cell * len(columns) + 20)
    parts: list[str] = []
    for j, session in enumerate(columns):
        day = one.uses.loc[one.uses["session"] == session, "day"].min()
        x = left + j * cell
        parts.append(text(x + 13, top - 8, f"{day:%Y-%m-%d}", size=11, turn=(x + 13, top - 8)))
    for i, person in enumerate(rows):
        y = top + i * cell
        parts.append(text(left - 8, y + 13, names[person], size=11, anchor="end"))
        for j, session in enumerate(columns):
            here = bool(there.loc[person, session])
            parts.append(_cell(left + j * cell, y, cell, here, offset.get((person, session))))
    words = say(
        "深：先到；浅：晚到一刻钟以上；空：不在",
        "dark: early; light: a quarter of an hour later or more; empty: absent",
    )
    parts.append(text(left, top + cell * len(rows) + 18, words, size=11, fill=INK))
    return drawn(wide, top + cell * len(rows) + 30, parts)


def _cell(x: float, y: float, cell: float, here: bool, after: Any) -> str:
    if not here:
        return bar(x + 1, y + 1, cell - 2, cell - 2, GRID)
    late = 0.0 if after is None or after != after else min(float(after) / 900, 1.0)
    shade = tuple(round(a + (b - a) * late) for a, b in ((31, 140), (111, 180), (180, 214)))
    return bar(x + 1, y + 1, cell - 2, cell - 2, "#" + "".join(f"{c:02x}" for c in shade))


def swimlane(one: Ring) -> str:
    """The session with the most members: one lane a card, a mark at the second it was used."""
    timed = one.uses[one.uses["after"].notna()]
    if not len(timed):
        return ""
    session = timed.groupby("session")["person_id"].nunique().idxmax()
    some = timed[timed["session"] == session].drop_duplicates("person_id")
    names = one.members.set_index("person_id")["who"].astype(str)
    left, top, lane = 170, 70, 22
    span = max(float(some["after"].max()), 1.0)
    scale = (WIDE - left - 90) / span
    some = some.sort_values(["after", "person_id"])
    start = float(some["clock"].min())
    parts = [text(left, 24, _lane_title(some), size=14, weight="bold")]
    step = next(s for s in (10, 30, 60, 120, 300, 600, 1800, 3600, 86400) if span / s <= 10)
    for second in range(0, int(span) + 1, step):
        x = left + second * scale
        parts.append(line([(x, top - 10), (x, top + lane * len(some))], GRID, 1))
        parts.append(text(x, top - 16, clock_of(start + second), size=11, anchor="middle"))
    for i, use in enumerate(some.to_dict("records")):
        y = top + i * lane + lane / 2
        parts.append(line([(left, y), (WIDE - 90, y)], GRID, 1))
        parts.append(text(left - 8, y + 4, names[use["person_id"]], size=11, anchor="end"))
        x = left + float(use["after"]) * scale
        parts.append(circle(x, y, 6, THERE, clock_of(float(use["clock"]))))
        parts.append(text(x + 10, y + 4, f"+{use['after']:.0f} s", size=11))
    return drawn(WIDE, top + lane * len(some) + 20, parts)


def _lane_title(some: pd.DataFrame) -> str:
    first = some.iloc[0]
    place = first["fixmedins_name"] or first["fixmedins_code"]
    return say(
        f"{first['day']:%Y-%m-%d} {place}：{len(some)} 张卡",
        f"{first['day']:%Y-%m-%d} {place}: {len(some)} cards",
    )


def whole(one: Ring, with_matrix: bool = True) -> Iterator[tuple[str, str, str]]:
    """Key, heading and SVG of every picture there is something to draw for."""
    if with_matrix:
        yield "matrix", say("谁来过哪一次", "Who came to what"), matrix(one)
    lane = swimlane(one)
    if lane:
        yield "lane", say("一次的逐秒经过", "One session, second by second"), lane
    yield "network", say("谁和谁一起出现", "Who was seen with whom"), network(one)
