"""Everybody of a kind against their peers: the list, and what one of them looks like beside the others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medaudit.detectors.anomalies import Seen, standings
from medaudit.dossier.pictures import funnel, profile
from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.output.columns import label
from medaudit.output.mask import mask_name
from medaudit.output.show import format_of, show
from medaudit.output.svg import demand_svg
from medaudit.output.whole import opened

if TYPE_CHECKING:
    import pandas as pd

TOP = 10


@dataclass(frozen=True)
class Asked:
    """What is to be shown: so many of the list, the funnel of a feature, a subject beside its peers."""

    top: int = TOP
    funnel: Path | None = None
    feature: str | None = None
    profile: Path | None = None
    subject: str | None = None


def demand_possible(format: str, output: Path | None, asked: Asked) -> None:
    """Raise MedauditError for a format or an ending that is not known, before any work is done."""
    format_of(format, output)
    demand_svg(asked.funnel, "--funnel")
    demand_svg(asked.profile, "--profile")
    for given, picture, option, needs in (
        (asked.feature, asked.funnel, "--feature", "--funnel"),
        (asked.subject, asked.profile, "--subject", "--profile"),
    ):
        if given and picture is None:
            what = say(f"{option} 要和 {needs} 一起用", f"{option} goes with {needs}")
            raise MedauditError(Problem(what, option))


def listed(seen: Seen, top: int = TOP) -> pd.DataFrame:
    """The farthest out first: rank, subject_id, subject_name (masked where a person's), percentile, z (mean of the three
    largest), excess (yuan), peer, peers and reason."""
    import pandas as pd

    rows, first = [], seen.order[:top]
    for place, (i, told) in enumerate(zip(first, standings(seen, first), strict=True), 1):
        name = seen.profile.names[i].as_py() or ""
        rows.append({
            "rank": place, "subject_id": seen.profile.ids[i].as_py(),
            "subject_name": mask_name(name) if seen.profile.kind in ("doctor", "patient") else name,
            "percentile": round(float(seen.score.percentile[i]), 4), "z": round(float(seen.score.top[i]), 2),
            **told,
        })  # fmt: skip
    columns = [
        "rank",
        "subject_id",
        "subject_name",
        "percentile",
        "z",
        "excess",
        "peer",
        "peers",
        "reason",
    ]
    return pd.DataFrame(rows, columns=columns)


def tell(seen: Seen, asked: Asked, format: str, output: Path | None) -> None:
    """Put the list before the user, and the pictures asked for into their files.

    Raises MedauditError for a feature or a subject that is not known.
    """
    form = format_of(format, output)
    if seen.too_few:
        raise MedauditError(Problem(seen.too_few, label("subject_type", seen.profile.kind)))
    some = listed(seen, asked.top)
    if asked.funnel is not None:
        _write(asked.funnel, funnel(seen, _feature(seen, asked.feature)))
    if asked.profile is not None:
        first = some["subject_id"].iloc[0] if len(some) else None
        _write(asked.profile, profile(seen, _subject(seen, asked.subject or first)))
    if form in ("table", "markdown") and output is None:
        named = [
            f"{name}\n{code}" if name else code
            for name, code in zip(some["subject_name"], some["subject_id"], strict=True)
        ]
        some = some.assign(subject_id=named, percentile=[f"{p:.2%}" for p in some["percentile"]])
        columns = {
            "rank": say("名次", "#"), "subject_id": label("subject_type", seen.profile.kind), "percentile": say("百分位", "Pctl."),
            "z": say("偏离", "z"), "reason": say("突出之处", "What stands out"),
        }  # fmt: skip
        show(some, form, None, columns=columns)
        return
    headings = {
        "rank": say("名次", "Rank"), "subject_id": say("编号", "Code"), "subject_name": say("名称", "Name"),
        "percentile": say("百分位", "Percentile"), "z": say("偏离（三个最大 z 的平均）", "Mean of the three largest z"),
        "excess": say("超出同类(元)", "Beyond peers (yuan)"), "peer": say("同类组", "Peer group"), "peers": say("同类数", "Peers"),
        "reason": say("突出之处", "What stands out"),
    }  # fmt: skip
    show(some, form, output, columns=headings, title=say("与同类相比", "Against peers"))


def _feature(seen: Seen, name: str | None) -> int:
    """The place of a feature; unless told the one in which somebody is farthest out."""
    names = [one.feature.name for one in seen.features]
    if name is None:
        z = np.nan_to_num(seen.z, nan=-np.inf)
        drawn = [j for j, one in enumerate(seen.features) if not one.feature.by_rank]
        return max(drawn, key=lambda j: float(z[:, j].max(initial=-np.inf)))
    if name not in names:
        what = say(f"没有 {name} 这项指标", f"there is no feature {name}")
        raise MedauditError(Problem(what, "--feature", did_you_mean(name, names)))
    if seen.features[names.index(name)].feature.by_rank:
        what = say(
            f"{name} 只按名次比较，画不成漏斗图",
            f"{name} is compared by rank alone and has no funnel",
        )
        raise MedauditError(Problem(what, "--feature"))
    return names.index(name)


def _subject(seen: Seen, code: str | None) -> int:
    found = seen.profile.ids.index(code).as_py() if code is not None else -1
    if found < 0:
        what = say(
            f"没有编号为 {code} 的{label('subject_type', seen.profile.kind)}",
            f"no {seen.profile.kind} has the code {code}",
        )
        raise MedauditError(Problem(what, "--subject"))
    return int(found)


def _write(path: Path, text: str) -> None:
    with opened(path) as stream:
        stream.write(text.encode("utf-8"))
