"""Bursts: more of a care home, a telephone, an employer or an address admitted within three days than their admissions and the hospital's
would give (a negative binomial), and that twice or more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medaudit.detectors.links.found import runs
from medaudit.detectors.links.pairs import Numbers, held
from medaudit.detectors.links.tables import rows
from medaudit.engine import Engine

if TYPE_CHECKING:
    import pandas as pd

BATCH, BATCH_DAYS, TIMES = 3, 3, 2  # so many within so many days, so often

_BURSTS = "SELECT * FROM admission_burst ORDER BY kind, group_id, fixmedins_code, day_no"
# The stays of a bursting group within its batches.
_BATCHES = """
SELECT DISTINCT b.ring, a.person_id, a.fixmedins_code, a.admitted AS day, a.stay_id, b.run
FROM admission_batch b
JOIN group_admission a ON a.kind = b.kind AND a.group_id = b.group_id AND a.fixmedins_code = b.fixmedins_code
 AND date_diff('day', DATE '2000-01-01', a.admitted) BETWEEN b.day_no AND b.day_no + 2
ORDER BY ring, day, person_id, stay_id
"""


def bursting(engine: Engine) -> pd.DataFrame:
    """The stays of groups that burst often enough: ring, person_id, fixmedins_code, day, stay_id, run, bond (the kind
    of group). A stay counts for the closest of its groups."""
    import pandas as pd
    import pyarrow as pa

    bursts = engine.frame(_BURSTS)
    key = ["kind", "group_id", "fixmedins_code"]
    columns = ["ring", *key, "day_no", "run"]
    big = bursts[bursts["came"] >= BATCH].copy()
    big["chance"] = _tail(big["came"] - 1, big["others_expected"], _clumping(bursts))
    # Windows that overlap are one time; its rarest says how rare it is.
    big["run"] = runs(big, key, big["day_no"], BATCH_DAYS - 1)
    times = big.groupby([*key, "place", "run"])["chance"].min().reset_index()
    groups = _rare(times, bursts.groupby(key).size().rename("windows").reset_index(), key)
    # Kind by kind: a county has a hundred homes and ten thousand addresses.
    every = bursts[key].drop_duplicates().groupby("kind").size()
    kept = [
        some[held(some["rare"].to_numpy(dtype=float), int(every[str(kind)]))]
        for kind, some in groups.groupby("kind")
    ]
    groups = pd.concat([groups.iloc[:0], *kept]).sort_values(["place", *key], ignore_index=True)
    groups["ring"] = groups.index
    some = (
        big.merge(groups[[*key, "ring"]], on=key)[columns]
        if len(groups)
        else pd.DataFrame(columns=columns)
    )
    schema = pa.schema(
        [
            ("ring", pa.int32()),
            *((name, pa.string()) for name in key),
            ("day_no", pa.int32()),
            ("run", pa.int32()),
        ]
    )
    engine.put("admission_batch", schema, rows(some, schema))
    stays = engine.frame(_BATCHES).sort_values(["ring", "run"], kind="stable")
    stays = stays.drop_duplicates("stay_id", ignore_index=True)
    return stays.assign(bond=stays["ring"].map(groups.set_index("ring")["kind"]))


def _rare(times: pd.DataFrame, windows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Of every group that burst TIMES or more: rare, the chance that so many of its windows are as rare as its k-th rarest
    (Poisson), for the best k from TIMES on, times how many k were tried."""
    from scipy.stats import poisson

    turns = times.assign(turn=times.groupby(key)["chance"].rank(method="first"))
    turns = turns[turns["turn"] >= TIMES].merge(windows, on=key)
    turns["rare"] = poisson.sf(turns["turn"] - 1, turns["windows"] * turns["chance"])
    tried = turns.groupby(key)["turn"].transform("size")
    turns["rare"] = (turns["rare"] * tried).clip(upper=1)
    return turns.groupby([*key, "place"])["rare"].min().reset_index()


def _clumping(bursts: pd.DataFrame) -> float:
    """1/k of the negative binomial, by moments over employers and addresses: a village falls ill together, and few of
    them are brought. Homes and telephones are where those who are brought show, and would raise what is expected."""
    wide = bursts[bursts["kind"].isin(("employer", "address"))]
    mean, more = (
        wide["others_expected"].to_numpy(dtype=float),
        wide["came"].to_numpy(dtype=float) - 1,
    )
    square = float((mean**2).sum())
    return max(float(((more - mean) ** 2 - mean).sum()) / square, 0.0) if square > 0 else 0.0


def _tail(count: pd.Series, mean: pd.Series, clumping: float) -> Numbers:
    """The chance of so many or more."""
    from scipy.stats import nbinom, poisson

    seen = np.asarray(count, dtype=float)
    due = np.maximum(np.asarray(mean, dtype=float), 1e-9)
    if clumping <= 1e-9:
        return np.asarray(poisson.sf(seen - 1, due))
    size = 1 / clumping
    return np.asarray(nbinom.sf(seen - 1, size, size / (size + due)))


def came(batches: pd.DataFrame) -> pd.DataFrame:
    """The members of bursting groups as `members.members` has them: partners are those of the same batches."""
    size = batches.groupby(["ring", "run"])["person_id"].transform("nunique")
    each = batches.assign(met=size - 1).groupby(["ring", "person_id"])["met"].sum()
    there = batches[["ring", "run", "person_id"]]
    both = there.merge(there, on=["ring", "run"], suffixes=("", "_other"))
    partners = both.groupby(["ring", "person_id"])["person_id_other"].nunique() - 1
    # What chance would give is told of the batches, not of pairs.
    return each.to_frame().assign(partners=partners, expected=np.nan).reset_index()
