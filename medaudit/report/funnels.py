"""Where a suspect lies among its peers: of its farthest features the funnel, drawn from what the run kept of everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from medaudit.detectors.anomalies.features import Feature, features
from medaudit.detectors.anomalies.funnel import (
    LIMITS,
    Funnel,
    Measures,
    across,
    funnel,
    scale,
    upward,
    value_at,
)
from medaudit.detectors.anomalies.profiles import CALLED
from medaudit.detectors.anomalies.why import shown
from medaudit.language import say

if TYPE_CHECKING:
    import pandas as pd

    from medaudit.dossier.opened import Opened

DRAWN = 3  # funnels of a page, those it is farthest out in
DOTS = 250  # peers drawn beside a subject
TICKS = 5

_FIRST = f"""
SELECT * FROM (
  SELECT c.page, m.*, json_extract_string(m.groups, '$[' || m.depth || ']') AS peer,
         row_number() OVER (PARTITION BY c.page ORDER BY m.z DESC, m.feature) AS place
  FROM paged c JOIN measures m ON m.subject_type = c.kind AND m.subject_id = c.id
) t WHERE place <= {DRAWN} ORDER BY page, place
"""
# Those held against the very group come first: their spread is the group's.
_PEERS = f"""
WITH wanted AS (SELECT DISTINCT subject_type, feature, depth, peer FROM funnel_first)
SELECT * FROM (
  SELECT w.depth AS of_depth, w.peer, m.*, count(*) OVER (PARTITION BY w.subject_type, w.feature, w.depth, w.peer) AS "of",
         row_number() OVER (PARTITION BY w.subject_type, w.feature, w.depth, w.peer
                            ORDER BY CASE WHEN m.depth = w.depth THEN 0 ELSE 1 END, hash(m.subject_id), m.subject_id) AS place
  FROM wanted w JOIN measures m ON m.subject_type = w.subject_type AND m.feature = w.feature
   AND json_extract_string(m.groups, '$[' || w.depth || ']') = w.peer
) t WHERE place <= {DOTS} OR subject_id IN (SELECT subject_id FROM funnel_first) ORDER BY subject_type, feature, of_depth, peer, place
"""


def funnels(run: Opened) -> tuple[dict[int, list[list[Any]]], list[dict[str, Any]]]:
    """Page → place among the groups, cases and height of the subject, its value and its peers' in words, and z; and the groups, each of one feature:
    title, of (how many), called, across and upward (words), scale, center, ticks, dots (cases, height) and curve (cases, and the
    heights of the limits from the lowest). Needs table paged and the views of the run; nothing where the run kept no measures."""
    run.engine.keep("funnel_first", _FIRST)
    peers = run.engine.frame(_PEERS)
    known = {one.name: one for one in features()}
    places: dict[tuple[Any, ...], tuple[int, dict[str, tuple[float, float]]]] = {}
    groups: list[dict[str, Any]] = []
    for key, some in peers.groupby(["subject_type", "feature", "of_depth", "peer"], sort=False):
        if key[1] in known:  # another version has others
            group, spots = _group(known[key[1]], key, some)
            places[key] = (len(groups), spots)
            groups.append(group)
    told: dict[int, list[list[Any]]] = {}
    for row in run.rows("SELECT * FROM funnel_first ORDER BY page, place"):
        key = (row["subject_type"], row["feature"], row["depth"], row["peer"])
        if key in places:
            place, spots = places[key]
            feature, called = known[row["feature"]], groups[place]["called"]
            value, usual = (shown(feature, row[name]) for name in ("value", "usual"))
            if feature.kind == "mix_share":
                usual = say(
                    f"{called}同样病例为 {usual}", f"with the same cases {usual} ({called})"
                )
            else:
                usual = say(f"{called}为 {usual}", f"{usual} ({called})")
            told.setdefault(row["page"], []).append(
                [place, *spots[row["subject_id"]], value, usual, round(row["z"], 2)]
            )
    return told, groups


def _group(
    feature: Feature, key: tuple[Any, ...], some: pd.DataFrame
) -> tuple[dict[str, Any], dict[str, tuple[float, float]]]:
    kind, _, depth, _ = key
    here = (some["depth"] == depth).to_numpy()
    first = some[here].iloc[0]
    columns = {
        name: some[name].to_numpy(dtype=np.float64)
        for name in ("cases", "noise", "value", "y", "spread")
    }
    made = funnel(feature, Measures(**columns, here=here, middle=float(first["middle"]), usual=float(first["usual"])))  # fmt: skip
    dots = [
        (_round(x), _round(y)) for x, y in zip(made.across.tolist(), made.up.tolist(), strict=True)
    ]
    called = CALLED[kind][depth]
    group = {
        "title": feature.title, "of": int(first["of"]), "called": say(*called), "across": across(feature), "upward": upward(feature),
        "scale": scale(feature), "center": _round(made.center),
        "ticks": list(_ticks(made)), "dots": dots[:DOTS], "curve": list(_curve(made)),
    }  # fmt: skip
    return group, dict(zip(some["subject_id"], dots, strict=True))


def _curve(made: Funnel) -> Iterator[list[float]]:
    """Of every step the cases, then the heights of the limits from the lowest to the highest."""
    (inner_low, inner_high), (low, high) = (made.limits(k) for k in LIMITS)
    for step in zip(made.grid, low, inner_low, inner_high, high, strict=True):
        yield [_round(float(one)) for one in step]


def _ticks(made: Funnel) -> Iterator[tuple[float, str]]:
    for height in np.linspace(*made.ends, TICKS):
        yield _round(float(height)), value_at(made.feature, float(height))


def _round(number: float) -> float:
    return float(f"{number:.4g}")
