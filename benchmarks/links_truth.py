"""Holds what links were found in a synthetic county against the county's truth.

What was found is read as child.py's `links` kept it: ring, ring_member, ring_use, steering (with its pairs) and people.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from medaudit.synth.plan import BILLS
from medaudit.synth.scoring.ladder import ladder
from medaudit.synth.units import known

# What is neither found nor wrong on one's own count of card rings, and right on the other: cards swiped in bursts too.
PILES = "after_hours_swiping"
# Lookalikes of card rings that must not come before the last planted ring found.
HARMLESS = ("family_at_pharmacy", "village_bus_day", "dialysis_series")
HALF = 0.5
# The thresholds of rule LNK03.
MIN_SENT, MIN_SHARE, MIN_TIMES = 10, 0.02, 2.0
NOBODY = "nobody's"

Figures = dict[str, float]


@dataclass(frozen=True)
class Told:
    """Truth and findings of one county. truth: truth.csv without its lines, with the person_id of patients."""

    truth: pd.DataFrame
    ring: pd.DataFrame
    member: pd.DataFrame
    use: pd.DataFrame
    steering: pd.DataFrame


def read(truth: Path, kept: Path) -> Told:
    """The truth of a county, and what links were kept of it."""
    columns = ["scheme", "subject_type", "subject_id", "setl_id", "intensity"]
    told = pd.read_csv(truth, dtype=str, usecols=columns).drop_duplicates(ignore_index=True)
    told["intensity"] = told["intensity"].astype(float)
    frames = {
        name: pd.read_parquet(kept / f"{name}.parquet")
        for name in ("ring", "ring_member", "ring_use", "steering", "people")
    }
    person = frames["people"].drop_duplicates("psn_no").set_index("psn_no")["person_id"]
    patient = told["subject_type"] == "patient"
    told["person_id"] = told["subject_id"].map(person).where(patient)
    return Told(told, frames["ring"], frames["ring_member"], frames["ring_use"], frames["steering"])


def planted(told: Told, scheme: str) -> pd.DataFrame:
    """The members of a scheme's rings: planted (the ring), person_id, times, intensity."""
    rows = told.truth[told.truth["scheme"] == scheme]
    rings = rows[rows["subject_type"] == "ring"][["setl_id", "subject_id", "intensity"]]
    people = rows[rows["subject_type"] == "patient"][["setl_id", "person_id"]]
    both = rings.rename(columns={"subject_id": "planted"}).merge(people, on="setl_id")
    return both.groupby(["planted", "person_id"], as_index=False).agg(
        times=("setl_id", "nunique"), intensity=("intensity", "max")
    )


def matched(rings: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Of every planted ring the group that holds most of it: planted, ring_id, members, intensity, share, purity, found."""
    whole = rings.groupby("planted").agg(
        members=("person_id", "size"), intensity=("intensity", "max")
    )
    shared = rings.merge(groups, on="person_id").groupby(["planted", "ring_id"]).size()
    both = shared.rename("both").reset_index().merge(whole.reset_index(), on="planted")
    both["share"] = both["both"] / both["members"]
    both["purity"] = both["both"] / both["ring_id"].map(groups.groupby("ring_id").size())
    both["found"] = (both["share"] >= HALF) & (both["purity"] >= HALF)
    best = both.sort_values(["planted", "found", "both"], ascending=[True, False, False])
    best = best.drop_duplicates("planted").set_index("planted")
    made = whole.join(best.drop(columns=["members", "intensity"]))
    made["found"] = made["found"].fillna(False).astype(bool)
    return made.reset_index()


def described(told: Told, kind: str) -> pd.DataFrame:
    """The groups of a kind, best first by strength × fund money: ring_id, label, members, sessions, worth, scheme (the one
    that planted what half of its people did together, or more)."""
    ring = told.ring[told.ring["kind"] == kind].copy()
    use = told.use[told.use["ring_id"].isin(ring["ring_id"])]
    once = use.drop_duplicates(["ring_id", "setl_id"])
    money = once.assign(yuan=once["fund_money"].astype(float)).groupby("ring_id")["yuan"].sum()
    ring["worth"] = ring["strength"] * ring["ring_id"].map(money).fillna(0)
    schemes = told.truth[["setl_id", "scheme"]].drop_duplicates()
    of = once[["ring_id", "person_id", "setl_id"]].merge(schemes, on="setl_id")
    people = of.drop_duplicates(["ring_id", "scheme", "person_id"])
    number = people.groupby(["ring_id", "scheme"]).size().rename("n").reset_index()
    most = number.sort_values(["ring_id", "n", "scheme"], ascending=[True, False, True])
    most = most.drop_duplicates("ring_id").set_index("ring_id")
    seen = use.groupby("ring_id")["person_id"].nunique()
    most = most[most["n"] >= HALF * seen.reindex(most.index)]
    ring["scheme"] = ring["ring_id"].map(most["scheme"]).fillna(NOBODY)
    return ring.sort_values(["worth", "ring_id"], ascending=[False, True], ignore_index=True)


def cards(told: Told) -> tuple[Figures, pd.DataFrame]:
    """The figures of card rings, and the groups that are neither planted rings nor piles of cards."""
    groups = described(told, "cards")
    flagged = told.member[told.member["ring_id"].isin(groups["ring_id"])]
    rings = planted(told, "card_ring")
    piles = told.truth[(told.truth["scheme"] == PILES) & (told.truth["subject_type"] == "patient")]
    right, wider = set(rings["person_id"]), set(rings["person_id"]) | set(piles["person_id"])
    plain = set(groups["ring_id"][groups["label"].isna()])
    unlabelled = flagged[flagged["ring_id"].isin(plain)]
    met = matched(rings, flagged)
    firm = met["intensity"] >= 1
    strong = rings[rings["planted"].isin(met["planted"][firm])]
    caught = set(flagged["person_id"])
    theirs = groups["ring_id"].isin(met["ring_id"][met["found"]])
    last = int(np.flatnonzero(theirs)[-1]) if theirs.any() else -1
    before = groups.iloc[: last + 1]
    figures: Figures = {
        "planted": len(met), "planted_firm": int(firm.sum()), "members": len(rings),
        "member_recall": float(rings["person_id"].isin(caught).mean()),
        "member_recall_firm": float(strong["person_id"].isin(caught).mean()),
        "member_recall_plain": float(rings["person_id"].isin(set(unlabelled["person_id"])).mean()),
        "rings": float(met["found"].mean()), "rings_firm": float(met["found"][firm].mean()),
        "groups": len(groups), "groups_plain": len(plain),
        "before_a": share(flagged, right), "before_b": share(flagged, wider),
        "after_a": share(unlabelled, right), "after_b": share(unlabelled, wider),
        "harmless_before": int(before["scheme"].isin(HARMLESS).sum()),
        "wrong_before": int((~before["scheme"].isin(["card_ring", PILES])).sum()),
        "last": last + 1,
    }  # fmt: skip
    wrong = groups[~groups["scheme"].isin(["card_ring", PILES])]
    return figures, wrong[["ring_id", "scheme", "label", "members", "sessions", "places", "worth"]]


def share(flagged: pd.DataFrame, right: set[Any]) -> float:
    """Precision over people, each once."""
    people = set(flagged["person_id"])
    return len(people & right) / len(people) if people else float("nan")


def steering(told: Told) -> Figures:
    """The figures of doctors who send to one pharmacy."""
    rows = told.truth[told.truth["scheme"] == "pharmacy_steering"]
    doctor, shop = (
        rows[rows["subject_type"] == kind][["setl_id", "subject_id", "intensity"]]
        for kind in ("doctor", "pharmacy")
    )
    both = doctor.merge(shop[["setl_id", "subject_id"]], on="setl_id", suffixes=("", "_shop"))
    columns = {"subject_id": "dr_codg", "subject_id_shop": "fixmedins_code"}
    truth = both.rename(columns=columns).groupby(list(columns.values()), as_index=False).agg(
        sent_planted=("setl_id", "nunique"), intensity=("intensity", "max")
    )  # fmt: skip
    pairs = told.steering.merge(truth, on=list(columns.values()), how="outer")
    so = pairs["sent_planted"].notna().to_numpy()
    score = pairs["eb05"].fillna(-1).to_numpy(dtype=float)
    hit = (
        (pairs["sent"] >= MIN_SENT)
        & (pairs["sent"] >= pairs["seen"] * MIN_SHARE)
        & (pairs["eb05"] >= MIN_TIMES)
    ).to_numpy()
    firm = so & (pairs["intensity"] >= 1).to_numpy()
    return {
        "planted": int(so.sum()), "planted_firm": int(firm.sum()), "pairs": len(told.steering),
        "precision": ladder(score, so, np.zeros(len(so))).steps().average_precision,
        "hits": int(hit.sum()), "hit_precision": float(so[hit].mean()) if hit.any() else float("nan"),
        "hit_recall": float(hit[so].mean()), "hit_recall_firm": float(hit[firm].mean()),
    }  # fmt: skip


def admissions(told: Told) -> tuple[Figures, pd.DataFrame]:
    """The figures of people admitted together, and the groups."""
    groups = described(told, "admissions")
    flagged = told.member[told.member["ring_id"].isin(groups["ring_id"])]
    met = matched(planted(told, "care_home_cluster"), flagged)
    firm = met["intensity"] >= 1
    fraud = {
        name for name, (unit, _) in known().items() if unit.stage == BILLS and not unit.innocent
    }
    ours = set(told.truth["setl_id"][told.truth["scheme"].isin(fraud)])
    use = told.use[told.use["ring_id"].isin(groups["ring_id"])]
    bad = use.assign(bad=use["setl_id"].isin(ours)).groupby(["ring_id", "person_id"])["bad"].max()
    whose = flagged.merge(bad.reset_index(), on=["ring_id", "person_id"], how="left")
    return {
        "clusters": len(met), "clusters_firm": int(firm.sum()),
        "found": float(met["found"].mean()), "found_firm": float(met["found"][firm].mean()),
        "groups": len(groups), "members": len(flagged),
        "bad": float(whose["bad"].fillna(False).astype(bool).mean()),
    }, groups  # fmt: skip
