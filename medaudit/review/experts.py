"""Reviewers for each thing: so many of them, none from the subject's own institution, each with as much as the others."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.ledger import Event

if TYPE_CHECKING:
    import pandas as pd


def assign(
    some: pd.DataFrame,
    reviewers: Mapping[str, str],
    each: int,
    who: str,
    today: dt.date,
    has: Mapping[str, Sequence[str]],
) -> list[Event]:
    """The events that give every thing of `some` (rows of the worklist) to `each` of the reviewers (name → own institution). has: key →
    whom it is with already, who keep it while they are enough. Raises MedauditError when there are too few who may."""
    load = Counter(dict.fromkeys(reviewers, 0))
    for people in has.values():
        load.update(name for name in people if name in reviewers)
    events, short = [], []
    for key, kind, code, finding, institution in zip(
        some["key"], some["subject_type"], some["subject_id"], some.get("finding_id", some["key"]), _places(some), strict=True
    ):  # fmt: skip
        free = [
            name for name, own in reviewers.items() if not own or own not in (institution, code)
        ]
        if len(free) < each:
            short.append(str(institution))
            continue
        if len([name for name in has.get(key, ()) if name in free]) >= each:
            continue
        # Who has least; among equals by lot, the same lot each time.
        lot = {name: hashlib.sha256(f"{key} {name}".encode()).digest() for name in free}
        chosen = sorted(free, key=lambda name: (load[name], lot[name]))[:each]
        load.update(chosen)
        events.append(
            Event(
                "assign",
                "assigned",
                who,
                subject_type=kind,
                subject_id=code,
                finding_id=str(finding) if "finding_id" in some else "",
                day=today,
                content={"to": chosen},
            )
        )
    if short:
        places = say("、", ", ").join(sorted(set(short))[:5])
        what = say(
            f"回避后不足 {each} 名复核人员：{places} 等 {len(short)} 项",
            f"fewer than {each} reviewers are left for {len(short)} things ({places}), once those of the institution stand back",
        )
        raise MedauditError(
            Problem(
                what,
                "[reviewers]",
                say("增加复核人员或减少 --each", "name more reviewers, or lower --each"),
            )
        )
    return events


def _places(some: pd.DataFrame) -> list[str]:
    if "fixmedins_code" in some:
        return [
            str(one) if one == one and one is not None else "" for one in some["fixmedins_code"]
        ]
    return [str(one) for one in some["subject_id"]]
