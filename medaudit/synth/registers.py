"""The columns of the registers of insured people: who they are, and who may have chronic drugs."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from medaudit.synth.chance import stream
from medaudit.synth.columnar import dates, money, numbered, plain, texts, words
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
