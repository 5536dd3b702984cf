"""Settlement files read and put in order with pandas: duplicates and refunds out, people, stays, lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas_excuses import excuses

KNOWLEDGE = Path(__file__).parent.parent / "medaudit" / "knowledge"

SETTLEMENT = [
    "setl_id", "mdtrt_id", "psn_no", "certno", "gend", "brdy", "insutype", "fixmedins_code", "med_type", "begndate", "enddate",
    "setl_type", "dise_codg", "dscg_way", "adm_way", "medfee_sumamt", "fund_pay_sumamt", "refd_setl_flag", "init_setl_id", "vali_flag",
]  # fmt: skip
FEE_ITEM = [
    "feedetl_sn", "setl_id", "fee_ocur_time", "med_list_codg", "med_list_name", "medins_list_name", "med_chrgitm_type",
    "cnt", "pric", "det_item_fee_sumamt", "inscp_amt", "rxno", "drord_no", "drug_trac_codg", "dscg_tkdrug_flag",
    "init_feedetl_sn", "upload_time",
]  # fmt: skip
# Few different values: kept once each, which saves most of the memory that the lines take.
FEW = ["med_list_codg", "med_list_name", "medins_list_name", "med_chrgitm_type", "dscg_tkdrug_flag"]

SUPPLEMENTARY = ["320", "330", "370", "392"]
INPATIENT = ["21", "22", "23", "24", "25", "26", "27", "28", "52"]


@dataclass
class Records:
    """What rules work on. `visits` has one row a settlement, `stays` one a stay, `lines` one a fee line."""

    visits: pd.DataFrame
    stays: pd.DataFrame
    lines: pd.DataFrame
    people: pd.DataFrame
    diagnoses: pd.DataFrame  # setl_id, code, main, chinese
    day_max: pd.Series  # most a day, by item
    item_sex: pd.Series  # the only sex an item is for, by item
    transfers: set[str]  # settlements
    newborns: set[str]
    births: set[str]


def load(data: Path) -> Records:
    """All that the five rules need. Raises ValueError for a refund that does not say what it refunds."""
    settlement, refunded = settled(read(data, "settlement", SETTLEMENT))
    people = known_people(settlement, data)
    who = people[["psn_no", "person_id", "brdy"]].rename(columns={"brdy": "born"})
    visits = settlement.merge(who, on="psn_no")
    visits["stay_id"] = stay_of(visits)
    stays = stays_of(visits)
    lines = lines_of(data, visits, refunded)
    diagnoses = diagnoses_of(data, visits)
    day_max, item_sex = limits(data, lines)
    excused = excuses(visits, stays, diagnoses)
    return Records(visits, stays, lines, people, diagnoses, day_max, item_sex, *excused)


def read(data: Path, table: str, columns: list[str], few: list[str] | None = None) -> pd.DataFrame:
    """A table in one file or several; a column that the files do not have is empty."""
    paths = sorted([*data.glob(f"{table}.parquet"), *data.glob(f"{table}_[0-9]*.parquet")])
    if not paths:
        return pd.DataFrame(columns=columns, dtype="str")
    held = [name for name in columns if name in pq.read_schema(paths[0]).names]
    whole = pa.concat_tables(
        (pq.read_table(path, columns=held, read_dictionary=few) for path in paths),
        promote_options="permissive",
    ).unify_dictionaries()
    for number, field in enumerate(whole.schema):
        if pa.types.is_decimal(field.type):  # pandas would make a Python object of every amount
            whole = whole.set_column(
                number, field.name, whole.column(number).cast("float64", safe=False)
            )
    frame = whole.to_pandas(date_as_object=False, self_destruct=True)
    return frame.assign(**{name: pd.Series(dtype="str") for name in columns if name not in held})


def shipped(table: str) -> pd.DataFrame:
    """A table that comes with medaudit."""
    return pd.read_csv(KNOWLEDGE / f"{table}.csv", dtype="str")


def settled(rows: pd.DataFrame) -> tuple[pd.DataFrame, set[str]]:
    """Settlements that stand, and the ids of those refunded in full with their refunds."""
    rows = rows[(rows["vali_flag"] != "0")].drop_duplicates("setl_id")
    refunds = rows[(rows["medfee_sumamt"] < 0) | (rows["refd_setl_flag"] == "1")]
    back = refunds["medfee_sumamt"].abs().groupby(refunds["init_setl_id"]).sum()
    originals = rows[rows["setl_id"].isin(back.index)].set_index("setl_id")["medfee_sumamt"]
    if refunds["init_setl_id"].isna().any() or len(originals) < len(back):
        raise ValueError("a refund does not name the settlement that it refunds")
    left = originals - back
    gone = left[left < 0.005].index
    rows = rows.assign(charge=rows["setl_id"].map(left).fillna(rows["medfee_sumamt"]).round(2))
    # The lines of a refund in part say which part, so they stay.
    whole = refunds[refunds["init_setl_id"].isin(gone)]["setl_id"]
    rows = rows[~rows["setl_id"].isin(refunds["setl_id"]) & ~rows["setl_id"].isin(gone)]
    return rows, {*gone, *whole}


def known_people(settlement: pd.DataFrame, data: Path) -> pd.DataFrame:
    """One row a psn_no with the person behind it: several numbers of one certificate are one person."""
    by_number = settlement.groupby("psn_no")[["certno", "gend", "brdy"]]
    seen = by_number.first().where(by_number.nunique() == 1)
    seen["died"] = settlement[settlement["dscg_way"] == "5"].groupby("psn_no")["enddate"].min()
    person = read(data, "person", ["psn_no", "certno", "gend", "brdy", "death_date"])
    person = person.rename(columns={"death_date": "registered_death"})
    people = (
        person.drop_duplicates("psn_no")
        .set_index("psn_no")
        .join(seen, how="outer", rsuffix="_seen")
    )
    for name in ("certno", "gend", "brdy"):
        people[name] = people[name].fillna(people[f"{name}_seen"])
    people = people.reset_index()

    sharing = people[people["certno"].str.len() >= 8].groupby("certno")
    shared = sharing.agg(
        person_id=("psn_no", "min"), numbers=("psn_no", "size"),
        births=("brdy", "nunique"), sexes=("gend", "nunique"),
    )  # fmt: skip
    shared = shared[
        shared["numbers"].between(2, 5) & (shared["births"] <= 1) & (shared["sexes"] <= 1)
    ]
    people["person_id"] = people["certno"].map(shared["person_id"]).fillna(people["psn_no"])
    people["death_date"] = people["registered_death"].fillna(people["died"])
    return people


def stay_of(visits: pd.DataFrame) -> pd.Series:
    """The stay of each settlement: its visit number, else it follows the one it continues. NaN for no stay."""
    stays = visits[visits["med_type"].str[:2].isin(INPATIENT)]
    people = stays.groupby("mdtrt_id")["person_id"].transform("nunique")
    places = stays.groupby("mdtrt_id")["fixmedins_code"].transform("nunique")
    number = stays["mdtrt_id"].where(people == 1)
    number = number.where(places == 1, number + "@" + stays["fixmedins_code"])

    rest = stays[number.isna()].sort_values(["begndate", "enddate", "setl_id"])
    here = ["person_id", "fixmedins_code"]
    before = rest.groupby(here)[["begndate", "enddate", "dscg_way", "setl_type"]].shift()
    cut = (
        (before["dscg_way"] == "9")
        | before["setl_type"].isin(["interim", "year_end"])
        | (before["enddate"].dt.strftime("%m-%d") == "12-31")
    )
    gap = (rest["begndate"] - before["enddate"]).dt.days
    goes_on = (rest["begndate"] == before["begndate"]) | (gap.between(0, 1) & cut)
    part = (~goes_on).groupby([rest[name] for name in here]).cumsum()
    first = rest.groupby([*(rest[name] for name in here), part])["setl_id"].transform("min")
    return number.fillna(first).reindex(visits.index)


def stays_of(visits: pd.DataFrame) -> pd.DataFrame:
    """One row a stay; interim settlements of it are joined."""
    parts = visits[visits["stay_id"].notna()]
    begun = parts.sort_values(["begndate", "setl_id"]).groupby("stay_id")
    ended = parts.sort_values(["enddate", "setl_id"]).groupby("stay_id")
    last = ended[["setl_id", "person_id", "fixmedins_code", "med_type", "dscg_way"]].last()
    last["admitted"], last["discharged"] = begun["begndate"].min(), ended["enddate"].max()
    last["adm_way"] = begun["adm_way"].first()
    return last.reset_index()


def lines_of(data: Path, visits: pd.DataFrame, refunded: set[str]) -> pd.DataFrame:
    """Fee lines of settlements that stand: the latest upload of each, less what was refunded."""
    lines = read(data, "fee_item", FEE_ITEM, FEW)
    again = lines.duplicated("feedetl_sn", keep=False)
    if again.any():
        latest = lines[again].sort_values("upload_time").drop_duplicates("feedetl_sn", keep="last")
        lines = pd.concat([lines[~again], latest])
    lines = lines[~lines["setl_id"].isin(refunded)]

    refunds = lines[lines["det_item_fee_sumamt"] < 0]
    amounts = ["cnt", "det_item_fee_sumamt", "inscp_amt"]
    back = refunds[amounts].abs().groupby(refunds["init_feedetl_sn"]).sum()
    lines = lines[lines["det_item_fee_sumamt"] >= 0]
    hit = lines["feedetl_sn"].isin(back.index)
    if refunds["init_feedetl_sn"].isna().any() or hit.sum() < len(back):
        raise ValueError("a negative line does not name the line that it refunds")
    left = lines.loc[hit, amounts] - back.loc[lines.loc[hit, "feedetl_sn"]].to_numpy()
    lines.loc[hit, amounts] = left.round(4)
    lines = lines[~hit | (lines["det_item_fee_sumamt"] > 0.005)]

    lines["charge"] = lines.pop("det_item_fee_sumamt")
    lines["scope"] = lines.pop("inscp_amt").fillna(lines["charge"])
    lines["day"] = lines["fee_ocur_time"].dt.normalize()
    lines["item_name"] = lines["med_list_name"].astype("str").fillna(lines.pop("medins_list_name"))
    visits = visits[~settled_again(visits)]
    return lines.merge(visits[["setl_id", "stay_id", "person_id"]], on="setl_id")


def settled_again(visits: pd.DataFrame) -> pd.Series:
    """Whether medical assistance (setl_type 3) or supplementary insurance settles charges a second time."""
    supplementary = visits["insutype"].isin(SUPPLEMENTARY)
    same = ["person_id", "fixmedins_code", "begndate", "enddate", "charge"]
    first = (~supplementary).groupby([visits[name] for name in same]).transform("any")
    return (visits["setl_type"] == "3") | (supplementary & first)


def diagnoses_of(data: Path, visits: pd.DataFrame) -> pd.DataFrame:
    """Every diagnosis of the settlements, and once more the main one of each, of whatever source."""
    columns = ["setl_id", "diag_code", "diag_type", "maindiag_flag"]
    listed = read(data, "diagnosis", columns).rename(columns={"diag_code": "code"})
    listed = listed.merge(visits["setl_id"])
    listed["chinese"] = listed["diag_type"].isin(["2", "3"])
    icd = listed["code"].str.match("[A-Z][0-9]", na=False) & ~listed["chinese"]
    main = listed[icd & (listed["maindiag_flag"] == "1")].groupby("setl_id")["code"].min()
    billed = visits.set_index("setl_id")["dise_codg"]
    billed = billed[billed.str.match("[A-Z][0-9]", na=False)]
    main = main.combine_first(billed).rename("code").rename_axis("setl_id").reset_index()
    return pd.concat(
        [listed.assign(main=False), main.assign(main=True, chinese=False)], ignore_index=True
    )[["setl_id", "code", "main", "chinese"]]


def limits(data: Path, lines: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The most of an item a day, and the only sex that an item is for."""
    columns = ["med_list_codg", "med_list_name", "day_max_cnt", "lmt_gend"]
    listed = read(data, "catalogue", columns).groupby("med_list_codg")
    names = (
        listed["med_list_name"]
        .max()
        .combine_first(lines.groupby("med_list_codg", observed=True)["item_name"].max())
    )
    known = shipped("daily_item").sort_values("name", key=lambda name: name.str.len())
    by_name = pd.Series(index=names.index, dtype="float64")
    for row in known.itertuples():  # the longest name that fits comes last and stands
        by_name[names.str.contains(row.name, regex=False, na=False)] = float(row.day_max_cnt)
    own = read(data, "item_limit", ["med_list_codg", "unit", "value"])
    own = own[own["unit"] == "day"].groupby("med_list_codg")["value"].min().astype("float64")
    day_max = (
        listed["day_max_cnt"].min().astype("float64").combine_first(own).combine_first(by_name)
    )
    one_sex = listed["lmt_gend"].nunique() == 1
    sex = listed["lmt_gend"].first()[one_sex]
    return day_max, sex[sex.isin(["1", "2"])]
