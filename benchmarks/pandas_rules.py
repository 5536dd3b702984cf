"""Five of the rules as somebody at home in pandas would write them: what medaudit is compared with.

    python benchmarks/pandas_rules.py DATA FOUND

DATA holds Parquet tables with the national names; FOUND is a Parquet file to write, one row a hit: rule,
setl_id, feedetl_sn (empty for a settlement as a whole). The rules have medaudit's default parameters and
must find what medaudit finds. There is no money, ranking, evidence or report here, only who is hit.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pandas_records as records
from pandas_records import Records

DAY = pd.Timedelta(days=1)
HIT = ["setl_id", "feedetl_sn"]


def overlapping_stays(county: Records) -> pd.DataFrame:
    """STY01: in hospital twice on the same days; one day is tolerated, and within one institution two from one date."""
    stays = county.stays
    pairs = stays.merge(stays, on="person_id", suffixes=("", "_other"))
    into_other = pairs["discharged_other"] - pairs["admitted"]
    into_this = pairs["discharged"] - pairs["admitted_other"]
    misfit = into_other.where(into_other < into_this, into_this)
    elsewhere = pairs["fixmedins_code"] != pairs["fixmedins_code_other"]
    apart = (misfit >= 2 * DAY) & (pairs["admitted"] != pairs["admitted_other"])
    pairs = pairs[
        (pairs["stay_id"] != pairs["stay_id_other"]) & (misfit >= DAY) & (elsewhere | apart)
    ]
    excused = county.transfers | county.newborns | county.births
    pairs = pairs[~pairs["setl_id_other"].isin(excused)]
    hits = county.visits[county.visits["stay_id"].isin(pairs["stay_id"])]
    return hits[~hits["setl_id"].isin(excused)]


def same_item_charged_twice(county: Records) -> pd.DataFrame:
    """BIL01: a line equal to an earlier one of the bill and day, with no order or pack of its own."""
    lines = county.lines
    lines = lines.assign(bill=lines["stay_id"].fillna(lines["setl_id"]))
    same = ["bill", "med_list_codg", "day", "cnt", "pric", "charge"]
    twins = lines[lines.duplicated(same, keep=False)]

    # How much of the item on that day, and is it an item that is usually given several times a day?
    item_day = ["person_id", "med_list_codg", "day"]
    by_day = lines.groupby(item_day, as_index=False).agg(
        lines=("cnt", "size"), day_cnt=("cnt", "sum")
    )
    by_day["day_cnt"] = by_day["day_cnt"].round(4)
    uses = (by_day["lines"] > 1).groupby(by_day["med_list_codg"]).agg(["mean", "size"])
    series = uses[(uses["size"] >= 50) & (uses["mean"] > 0.2)].index

    twins = twins[twins["scope"] > 0].merge(by_day, on=item_day)
    twins["day_max"] = twins["med_list_codg"].map(county.day_max).astype("float64")
    twins["clock"] = twins["fee_ocur_time"].dt.strftime("%H:%M")
    in_doses = twins["med_chrgitm_type"].isin(["05", "06", "08", "09", "10", "11", "14"])
    twins["dose"] = twins["clock"].where(in_doses, "")
    twins["ordered_last"] = twins["drord_no"].isna()
    twins = twins.sort_values(["ordered_last", "fee_ocur_time", "feedetl_sn"])
    apart = [*same, "rxno", "drug_trac_codg", "dose"]
    repeated = twins.groupby(apart, dropna=False).cumcount() > 0

    over = twins["day_cnt"] > twins["day_max"]
    hits = twins[
        repeated
        & twins["drord_no"].isna()
        & ((twins["dose"] != "00:00") | twins["stay_id"].isna())
        & (twins["day_max"].isna() | over)
        & (over | ~twins["med_list_codg"].isin(series))
    ]
    return hits[~hits["setl_id"].isin(county.newborns | county.births)]


def charged_outside_stay(county: Records) -> pd.DataFrame:
    """BIL05: a fee of a stay dated before admission or after discharge."""
    lines = county.lines[county.lines["stay_id"].notna() & (county.lines["scope"] > 0)]
    stays = county.stays[["stay_id", "admitted", "discharged", "adm_way", "med_type"]]
    lines = lines.merge(stays, on="stay_id")
    before = (lines["admitted"] - lines["day"]).dt.days
    after = (lines["day"] - lines["discharged"]).dt.days
    test = lines["med_chrgitm_type"].isin(["03", "04"])
    emergency = (lines["adm_way"] == "1") | (lines["med_type"].str[:2] == "24")
    return lines[
        ((before > 0) | (after > 0))
        & (lines["dscg_tkdrug_flag"] != "1")
        & ~(before.between(1, 3) & (test | emergency))
        & ~((after == 1) & (lines["fee_ocur_time"].dt.hour < 6))
    ]


def billed_after_death(county: Records) -> pd.DataFrame:
    """IDN01: services more than a day after a person's death; the settlement where it has no lines."""
    people = county.people
    of_person = people.groupby("person_id")
    died = of_person["registered_death"].max().fillna(of_person["death_date"].min()).dropna()
    services = county.lines[county.lines["person_id"].isin(died.index)]
    unlisted = county.visits[
        county.visits["person_id"].isin(died.index)
        & ~county.visits["setl_id"].isin(services["setl_id"])
    ]
    services = pd.concat([services, unlisted.assign(day=unlisted["begndate"])])
    days_after = (services["day"] - services["person_id"].map(died)).dt.days
    mortuary = services["item_name"].str.contains("尸|遗体", na=False)
    return services[(days_after > 1) & ~mortuary]


def sex_contradiction(county: Records) -> pd.DataFrame:
    """IDN02: a diagnosis or an item of the other sex, for people of whom every record gives one sex."""
    people = county.people.set_index("psn_no")
    certno = people["certno"]
    digit = pd.to_numeric(certno.str[16].where(certno.str.len() == 18), errors="coerce")
    by_number = (digit % 2).map({1: "1", 0: "2"})
    told = pd.concat(
        [
            people.assign(gend=people["gend"])[["person_id", "gend"]],
            people.assign(gend=by_number)[["person_id", "gend"]],
            county.visits[["person_id", "gend"]],
        ]
    )
    told = told[told["gend"].isin(["1", "2"])].drop_duplicates()
    sex = told.drop_duplicates("person_id", keep=False).set_index("person_id")["gend"]

    codes = county.diagnoses["code"].drop_duplicates()
    meant_for = {}
    for row in records.shipped("diagnosis_sex").itertuples():
        for code in codes[codes.str.startswith(row.prefix)]:
            meant_for[code] = min(row.gend, meant_for.get(code, row.gend))
    diagnoses = county.diagnoses[~county.diagnoses["chinese"]]
    diagnoses = diagnoses.assign(meant_for=diagnoses["code"].map(meant_for))
    diagnoses = diagnoses.dropna(subset="meant_for").merge(county.visits, on="setl_id")
    lines = county.lines[county.lines["med_list_codg"].isin(county.item_sex.index)]
    lines = lines.assign(meant_for=lines["med_list_codg"].map(county.item_sex))
    # What is not in scope, or bought at a pharmacy from an account alone, may be for anybody.
    visits = county.visits.set_index("setl_id")
    at_pharmacy = lines["setl_id"].map(visits["fixmedins_code"]).str.startswith("P")
    pooled = lines["setl_id"].map(visits["fund_pay_sumamt"]) > 0
    lines = lines[(lines["scope"] > 0) & (pooled | ~at_pharmacy)]

    clues = pd.concat([diagnoses, lines])
    of = clues["person_id"].map(sex)
    other = of.notna() & (clues["meant_for"] != of)
    # What is billed to a woman in childbed may be her son's.
    born = (of == "2") & clues["setl_id"].isin(county.births)
    return clues[other & ~born & ~clues["setl_id"].isin(county.newborns)]


RULES = {
    "STY01": overlapping_stays,
    "BIL01": same_item_charged_twice,
    "BIL05": charged_outside_stay,
    "IDN01": billed_after_death,
    "IDN02": sex_contradiction,
}


def found(data: Path) -> pd.DataFrame:
    """The hits of the five rules, one row each: rule, setl_id, feedetl_sn ("" for a whole settlement)."""
    county = records.load(data)
    hits = [
        rule(county).reindex(columns=HIT).astype("str").fillna("").assign(rule=code)
        for code, rule in RULES.items()
    ]
    columns = ["rule", *HIT]
    return pd.concat(hits)[columns].drop_duplicates().sort_values(columns, ignore_index=True)


if __name__ == "__main__":
    found(Path(sys.argv[1])).to_parquet(sys.argv[2], index=False)
