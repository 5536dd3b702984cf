"""The tables a county has once: institutions, doctors, the catalogue and what is known about its items."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from medaudit.synth import columnar
from medaudit.synth.columnar import dates, plain, texts, words
from medaudit.synth.places import NEVER
from medaudit.synth.world import World, table_of


def write_county(world: World, data: Path) -> dict[str, int]:
    """Write what the county knows of its places and items, and the caps and limits of its own."""
    made = {
        "institution": institution(world),
        "doctor": doctor(world),
        "catalogue": catalogue(world),
        "price_limit": price_limit(world),
        "item_conflict": pairs(world, "conflicts", {"paid_item": "paid", "denied_item": "denied"}),
        "item_bundle": pairs(world, "bundles", {"whole_item": "whole", "part_item": "part"}),
        "chronic_drug": chronic_drug(),
        "bed_limit": bed_limit(),
        "case_cap": case_cap(world),
        "cap_name": cap_name(),
        "item_limit": item_limit(world),
        "drug_line": drug_line(world),
    }  # fmt: skip
    return {
        name: columnar.write(columns, data / f"{name}.parquet") for name, columns in made.items()
    }


def institution(world: World) -> dict[str, pa.Array]:
    places = world.places.sort_values("fixmedins_code")
    shop = places["fixmedins_type"] == "2"
    return {
        **{
            name: words(places[name])
            for name in ("fixmedins_code", "fixmedins_name", "fixmedins_type")
        },
        "hosp_lv": words(np.where(shop, -1, places["hosp_lv"]), -1),
        "medins_natu": words(places["medins_natu"]),
        "bed_cnt": pa.array(places["bed_cnt"].to_numpy(), pa.int32(), mask=shop.to_numpy()),
        "admdvs": words(places["admdvs"]),
        "lnt": pa.array(places["lnt"].to_numpy()),
        "lat": pa.array(places["lat"].to_numpy()),
        "payment_way": words(places["payment_way"]),
    }


def doctor(world: World) -> dict[str, pa.Array]:
    doctors = world.doctors.sort_values("dr_codg")
    return {
        "dr_codg": words(doctors["dr_codg"]),
        "dr_name": words(doctors["dr_name"]),
        "fixmedins_code": texts(world.places["fixmedins_code"], doctors["place"].to_numpy()),
        "dept": words(doctors["dept"].map(world.words["departments"]).fillna("")),
        "dr_status": words(doctors["dr_status"]),
        "status_date": dates(doctors["status_day"].to_numpy(), NEVER),
    }


def catalogue(world: World) -> dict[str, pa.Array]:
    items = world.items.sort_values("med_list_codg")
    drug = items["med_chrgitm_type"].isin(["09", "10", "11"]).to_numpy()

    def whole(name: str) -> pa.Array:
        values = pd.to_numeric(items[name], errors="coerce")
        return pa.array(
            values.fillna(0).astype(int).to_numpy(), pa.int32(), mask=values.isna().to_numpy()
        )

    return {
        **{
            name: words(items[name])
            for name in ("med_list_codg", "med_list_name", "med_chrgitm_type")
        },
        # Services have a price of their own for every level of hospital: price_limit.
        "lmt_pric": pa.array(np.where(drug, items["lmt_pric"], 0.0), mask=~drug),
        "lmt_gend": words(items["lmt_gend"]),
        "lmt_age_min": whole("lmt_age_min"),
        "lmt_age_max": whole("lmt_age_max"),
        "lmt_hosp_lv": words(items["lmt_hosp_lv"]),
        **{
            name: words(items[name])
            for name in ("lmt_med_type", "lmt_insutype", "lmt_indication", "lmt_dept", "lmt_single")
        },
        "day_max_cnt": whole("day_max_cnt"),
        "course_max_days": whole("course_max_days"),
        "pack_days": whole("pack_days"),
        "generic_code": words(items["generic_code"]),
        "rx_flag": words(items["rx_flag"]),
        "payable": words(np.where(items["chrgitm_lv"] == "03", "0", "1")),
    }


def price_limit(world: World) -> dict[str, pa.Array]:
    """The province's price of every priced service at every level, in force since 2024."""
    rows = np.repeat(np.flatnonzero(world.items["price_capped"] == "1"), 4)
    level = np.tile(np.arange(4), len(rows) // 4)
    return {
        "med_list_codg": texts(world.items["med_list_codg"], rows),
        "hosp_lv": words(level),
        "admdvs": words(np.full(len(rows), f"{world.region[:2]}0000")),
        "lmt_pric": columnar.decimals(world.limits[rows, level] * 10_000, 16, 6),
        "begndate": dates(np.full(len(rows), -365)),
    }


def pairs(world: World, name: str, columns: dict[str, str]) -> dict[str, pa.Array]:
    """Pairs of items of a world file, by code. columns: ours → theirs."""
    table = table_of(name)
    codes = world.items["med_list_codg"].to_numpy()
    made = {
        ours: plain(codes[table[key].map(world.item)].astype(object))
        for ours, key in columns.items()
    }
    return made | {name: words(table[name]) for name in ("scope", "source")}


def chronic_drug() -> dict[str, pa.Array]:
    table = table_of("chronic_drug")
    return {
        name: plain(table[name].to_numpy(dtype=object))
        for name in ("opsp_dise_code", "generic_code")
    }


def bed_limit() -> dict[str, pa.Array]:
    table = table_of("bed_limits")
    return {
        "ward": plain(table["ward"].to_numpy(dtype=object)),
        "hosp_lv": words(table["hosp_lv"]),
        "lmt_pric": _yuan(table["lmt_pric"]),
        "source": words(np.full(len(table), "本县床位费支付标准")),
    }


def case_cap(world: World) -> dict[str, pa.Array]:
    table = table_of("case_caps")
    of = {"病种": "本县单病种限额", "耗材": "本县耗材支付限额", "stay": "本县住院次均费用限额"}
    return {
        "scope": words(table["scope"]),
        "dise_codg": words(table["icd"]),
        "med_list_codg": words(_codes(world, table["item"])),
        "hosp_lv": words(table["hosp_lv"]),
        "cap_amt": _yuan(table["cap_amt"]),
        "unit": words(table["unit"]),
        "source": words(table["scope"].map(of)),
    }


def cap_name() -> dict[str, pa.Array]:
    table = table_of("name_caps")
    return {
        **{name: words(table[name]) for name in ("name", "unit", "hosp_lv")},
        "cap_amt": _yuan(table["cap_amt"]),
        "source": words(np.full(len(table), "本县门诊次均限额")),
    }


def item_limit(world: World) -> dict[str, pa.Array]:
    table = table_of("item_limits")
    return {
        "med_list_codg": words(_codes(world, table["item"])),
        **{name: words(table[name]) for name in ("kind", "value", "unit", "min_gap_days")},
        "source": words(np.full(len(table), "本县限定频次")),
    }


def drug_line(world: World) -> dict[str, pa.Array]:
    table, generic = table_of("drug_lines"), world.items.set_index("key")["generic_code"]
    return {name: words(table[name].map(generic)) for name in ("second", "first")}


def _codes(world: World, keys: pd.Series) -> pd.Series:
    """The codes of items by key, empty where there is none."""
    return keys.map(world.items.set_index("key")["med_list_codg"]).fillna("")


def _yuan(texts: pd.Series) -> pa.Array:
    return columnar.money((texts.astype(float) * 100).round().astype(int))
