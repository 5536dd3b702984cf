"""The columns of the registers of insured people: who they are, and who may have chronic drugs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from medaudit.synth.chance import stream
from medaudit.synth.columnar import dates, decimals, money, numbered, plain, texts, words
from medaudit.synth.places import NEVER
from medaudit.synth.town import Town
from medaudit.synth.world import DAYS


def person(town: Town) -> dict[str, pa.Array]:
    world, people = town.world, town.people.sort_values("psn_no")
    address = numbered(f"{world.region}{town.number + 1:03}", people["village"] + 1, 3)
    return {
        "psn_no": plain(people["psn_no"].to_numpy()),
        "psn_name": plain(people["psn_name"].to_numpy()),
        "certno": plain(people["certno"].to_numpy()),
        "gend": words(people["sex"]),
        "brdy": dates(people["birth"].to_numpy()),
        "insutype": words(people["insutype"]),
        "psn_idet_type": words(people["identity"]),
        "death_date": dates(people["died"].to_numpy(), NEVER),
        "care_home": words(people["care_home"]),
        "addr_code": plain(address.astype(object)),
        "emp_name": words(np.where(people["employer"] > 0, np.char.add("单位", people["employer"].astype(str).to_numpy(dtype=str)), "")),
        "tel": plain(people["tel"].to_numpy()),
    }  # fmt: skip


def chronic(town: Town) -> dict[str, pa.Array]:
    """Registrations, all begun before the year or when the first drugs were fetched."""
    world, people = town.world, town.people
    who = np.concatenate(
        [np.flatnonzero(people["chronic"] >= 0), np.flatnonzero(people["second"] >= 0)]
    )
    disease = np.concatenate([people["chronic"].to_numpy(), people["second"].to_numpy()])
    disease = disease[disease >= 0]
    order = np.argsort(people["psn_no"].to_numpy()[who], kind="stable")
    who, disease = who[order], disease[order]
    limit = (world.diseases["year_lmt_amt"].fillna(0).to_numpy()[disease] * 100).astype(np.int64)
    since = -stream(world.seed, "registered", town.number).integers(20, 1500, len(who))
    return {
        "psn_no": texts(people["psn_no"], who),
        "opsp_dise_code": texts(world.diseases["opsp_dise_code"], disease),
        "opsp_dise_name": texts(world.diseases["name"], disease),
        "begndate": dates(since),
        "enddate": dates(np.full(len(who), DAYS * 2)),
        "fixmedins_code": texts(world.places["fixmedins_code"], people["township"].to_numpy()[who]),
        "year_lmt_amt": money(limit),
    }


def stock(town: Town) -> dict[str, pa.Array]:
    """The books of the town's pharmacies: what they had, bought and counted of every drug; none unless one has sold
    what it never bought, for only then does a bureau ask for them."""
    world, bills = town.world, town.bills
    shop = (world.places["fixmedins_type"] == "2").to_numpy()[bills["place"]]
    drug = world.items["med_chrgitm_type"].isin(("09", "10", "11")).to_numpy()
    # What was settled wrongly and taken back never left the shelf.
    real = shop & ((bills["visit"] < 0) & (bills["person"] >= 0)).to_numpy()
    sold = town.lines[real[town.lines["bill"].to_numpy()] & drug[town.lines["item"].to_numpy()]]
    if not sold["unbought"].any():
        return {}
    sold = sold.assign(place=bills["place"].to_numpy()[sold["bill"]], month=sold["day"] // 31)
    sold["cnt"] = sold["cnt"].where(~sold["unbought"], 0)
    bought = sold.groupby(["place", "item", "month"])["cnt"].sum().reset_index()
    # Each month it buys what the month will need, and has always a little of everything.
    bought = bought.assign(day=bought["month"] * 31, kind="purchase")
    kinds = bought[["place", "item"]].drop_duplicates()
    rng = stream(world.seed, "stock", town.number)
    had = kinds.assign(cnt=rng.integers(1, 6, len(kinds)))
    rows = pd.concat([
        had.assign(day=-1, kind="opening"), bought[bought["cnt"] > 0], had.assign(day=DAYS - 1, kind="count"),
    ]).sort_values(["place", "item", "day"], kind="stable")  # fmt: skip
    return {
        "fixmedins_code": texts(world.places["fixmedins_code"], rows["place"]),
        "med_list_codg": texts(world.items["med_list_codg"], rows["item"]),
        "date": dates(rows["day"].to_numpy()),
        "kind": words(rows["kind"]),
        "cnt": decimals(rows["cnt"].to_numpy() * 100, 16),
    }
