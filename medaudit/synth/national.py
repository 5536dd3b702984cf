"""The national columns of settlements, fee lines and diagnoses, from the bills and lines of a town."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from medaudit.synth import columnar
from medaudit.synth.chance import Numbers, stream
from medaudit.synth.clerks import FILLER, FILLERS, upload_again
from medaudit.synth.columnar import dates, money, plain, texts, times, words
from medaudit.synth.numbering import Numbered
from medaudit.synth.town import Town
from medaudit.synth.world import World


def settlement(town: Town, numbers: Numbered) -> dict[str, pa.Array]:
    world, people = town.world, town.people
    bills = town.bills.iloc[numbers.bills]
    who, place, disease = (bills[name].to_numpy() for name in ("person", "place", "disease"))
    level = world.places["hosp_lv"].to_numpy()
    level = np.where(world.places["kind"] == "pharmacy", -1, level)
    stay = (bills["dscg_way"] > 0).to_numpy()
    told = np.where(bills["undiagnosed"] | ((bills["med_type"] == 41).to_numpy()), -1, disease)
    sign = bills["sign"].to_numpy()
    # Whoever sent a person to a pharmacy is not written there.
    doctor = bills["doctor"].to_numpy()
    visit = np.where(bills["visit"] >= 0, bills["visit"], bills.index)
    visit_id = np.char.add("M", numbers.setl_id.to_numpy()[visit].astype(str)).astype(object)
    visit_id = np.where(bills["by_hand"], "", visit_id)
    invoice = np.where(bills["invoice"] >= 0, bills["invoice"], bills.index)
    undoes = bills["undoes"].to_numpy()
    dept = world.diseases["dept"].map(world.words["departments"]).fillna("").to_numpy()
    card = stream(world.seed, "cards", town.number).random(len(bills))
    return {
        "setl_id": plain(numbers.setl_id.to_numpy()[numbers.bills]),
        "mdtrt_id": plain(visit_id),
        "psn_no": texts(people["psn_no"], who),
        "psn_name": texts(people["psn_name"], who),
        "certno": texts(people["certno"], who),
        "gend": texts(people["sex"], who),
        "brdy": dates(people["birth"].to_numpy()[who]),
        "insutype": words(np.where(bills["insurer"] > 0, bills["insurer"], people["insutype"].to_numpy()[who])),
        "fixmedins_code": texts(world.places["fixmedins_code"], place),
        "fixmedins_name": texts(world.places["fixmedins_name"], place),
        "hosp_lv": words(level[place], -1),
        "med_type": words(bills["med_type"]),
        "begndate": dates(bills["begin"]),
        "enddate": dates(bills["end"]),
        "setl_time": times(bills["settled"], bills["clock"]),
        "setl_type": words(np.where(bills["by_hand"], 1, 2)),
        "invono": plain(columnar.numbered("99", (invoice * 7919 + town.number * 104_729) % 10**8, 8).astype(object)),
        # Chronic outpatients go by the code of their registration, everybody else by the ICD.
        "dise_codg": texts(world.diseases["opsp_dise_code"].where(world.diseases["opsp_dise_code"] != "", world.diseases["icd"]), told),
        "dise_name": texts(world.diseases["name"], told),
        "dscg_way": words(bills["dscg_way"], 0),
        "adm_way": words(bills["adm_way"], 0),
        "adm_dept_codg": texts(dept, np.where(stay, disease, -1)),
        "adm_bed": words(bills["bed"], 0),
        "atddr_no": _doctor(world, np.where((level[place] < 0) & (doctor >= 0), -1, doctor)),
        "medfee_sumamt": money(bills["charge"] * sign),
        "fund_pay_sumamt": money(bills["fund"] * sign),
        "inscp_scp_amt": money(bills["scope"] * sign),
        "fulamt_ownpay_amt": money((bills["charge"] - bills["scope"]) * sign),
        "acct_pay": money(bills["account"] * sign),
        "acct_mulaid_pay": money(bills["mutual"] * sign),
        "psn_cash_pay": money(bills["cash"] * sign),
        "insuplc_admdvs": words(np.full(len(bills), world.region)),
        "mdtrtarea_admvs": texts(world.places["admdvs"], place),
        "mdtrt_cert_type": words(np.where(card < 0.4, "01", np.where(card < 0.5, "02", "03"))),
        "opter_id": words((place * 5 + (bills["clock"].to_numpy() // 14_400) % 4) % 9000 + 1000),
        "coner_tel": texts(people["tel"], np.where(stay, np.where(bills["tel"] >= 0, bills["tel"], who), -1)),
        "days_rinp_flag_31": words(np.where(stay, bills["planned"].astype(int), -1), -1),
        "refd_setl_flag": words((undoes >= 0).astype(int)),
        "init_setl_id": plain(np.where(undoes >= 0, numbers.setl_id.to_numpy()[np.maximum(undoes, 0)], "")),
        "vali_flag": words(np.ones(len(bills), dtype=int)),
    }  # fmt: skip


def fee_item(town: Town, numbers: Numbered) -> dict[str, pa.Array]:
    world, bills = town.world, town.bills
    again, older = upload_again(
        stream(world.seed, "uploads", town.number), world.habits["reuploads"], len(numbers.lines)
    )
    rows = np.concatenate([numbers.lines, numbers.lines[again], numbers.lines[older]])
    # An older version stood there first, with one more of the thing.
    is_older = np.arange(len(rows)) >= len(rows) - len(older)
    order = np.lexsort((~is_older, np.concatenate([np.arange(len(numbers.lines)), again, older])))
    rows, is_older = rows[order], is_older[order]
    lines = town.lines.iloc[rows]
    of = lines["bill"].to_numpy()
    sign = bills["sign"].to_numpy()[of]
    item, price = lines["item"].to_numpy(), lines["price"].to_numpy()
    cnt = lines["cnt"].to_numpy() + is_older
    amount, scope = cnt * price, lines["scope"].to_numpy() + np.where(is_older, price, 0)
    place = bills["place"].to_numpy()[of]
    level = world.places["hosp_lv"].to_numpy()[place]
    capped = (world.items["price_capped"] == "1").to_numpy()[item]
    doctor = lines["doctor"].to_numpy()
    stay = (bills["dscg_way"] > 0).to_numpy()[of]
    rx = np.where(stay, 0, np.where(lines["rx"] == 0, 1, np.maximum(lines["rx"], 0)))
    setl = numbers.setl_id.to_numpy()[of]
    drug = np.isin(world.items["med_chrgitm_type"].to_numpy()[item], ["09", "10", "11"])
    undoes = lines["undoes"].to_numpy()
    day, clock = lines["day"].to_numpy(), lines["clock"].to_numpy()
    region = world.region[2:]
    dept = world.doctors["dept"].map(world.words["departments"]).fillna("").to_numpy()
    return {
        "feedetl_sn": plain(numbers.feedetl_sn.to_numpy()[rows]),
        "setl_id": plain(setl),
        "psn_no": texts(town.people["psn_no"], bills["person"].to_numpy()[of]),
        "fixmedins_code": texts(world.places["fixmedins_code"], place),
        "fee_ocur_time": times(day, clock),
        "med_list_codg": texts(world.items["med_list_codg"], item),
        "med_list_name": texts(world.items["med_list_name"], item),
        "med_chrgitm_type": texts(world.items["med_chrgitm_type"], item),
        # What a patient agreed to pay alone is settled as self-paid, whatever its class in the catalogue.
        "chrgitm_lv": words(np.where(lines["own"], "03", world.items["chrgitm_lv"].to_numpy()[item])),
        "cnt": columnar.decimals(cnt * sign * 10_000, 16, 4),
        "pric": columnar.decimals(price * 10_000, 16, 6),
        "det_item_fee_sumamt": money(amount * sign),
        "inscp_amt": money(scope * sign),
        "pric_uplmt_amt": columnar.decimals(np.where(capped, world.limits[item, level], 0) * 10_000, 16, 6),
        "selfpay_prop": columnar.decimals(np.round(lines["selfpay"].to_numpy() * 100), 7, 2),
        "bilg_dr_codg": _doctor(world, doctor),
        "bilg_dr_name": texts(world.doctors["dr_name"], np.maximum(doctor, -1)),
        "bilg_dept_codg": texts(dept, np.maximum(doctor, -1)),
        "rxno": plain(np.where(drug & (rx > 0), np.char.add(np.char.add("R", setl.astype(str)), rx.astype(str)).astype(object), "")),
        "drord_no": plain(np.where(lines["order"] > 0, columnar.numbered(f"O{region}{town.number:03}", lines["order"], 8).astype(object), "")),
        "prd_days": pa.array(lines["supply"].to_numpy(), pa.int32(), mask=(lines["supply"] <= 0).to_numpy()),
        "dscg_tkdrug_flag": words(np.where(stay, lines["takeaway"].astype(int), -1), -1),
        "etip_flag": words(lines["outside"].astype(int)),
        "trdn_flag": words(np.where(drug, lines["broken"].astype(int), -1), -1),
        "drug_trac_codg": _packages(town, rows, place, drug & ~stay),
        "init_feedetl_sn": plain(np.where(undoes >= 0, numbers.feedetl_sn.reindex(undoes).to_numpy(), "")),
        "upload_time": times(day, np.minimum(clock + 1800, 86_399) - 900 * is_older),
    }  # fmt: skip


def diagnosis(town: Town, numbers: Numbered) -> dict[str, pa.Array]:
    """Stays have a main diagnosis; nearly half have a companion too, as have no outpatients."""
    world = town.world
    bills = town.bills.iloc[numbers.bills]
    rows = np.flatnonzero((bills["dscg_way"] > 0) & (bills["disease"] >= 0))
    rng = stream(world.seed, "companions", town.number)
    usual = np.flatnonzero(
        (world.diseases["setting"] == "chronic") & (world.diseases["gend"] == "")
    )
    more = rows[rng.random(len(rows)) < 0.45]
    disease = np.concatenate(
        [bills["disease"].to_numpy()[rows], usual[rng.integers(0, min(4, len(usual)), len(more))]]
    )
    main = np.concatenate([np.ones(len(rows), dtype=int), np.zeros(len(more), dtype=int)])
    at = np.concatenate([rows, more])
    order = np.lexsort((1 - main, at))
    at, disease, main = at[order], disease[order], main[order]
    return {
        "setl_id": plain(numbers.setl_id.to_numpy()[numbers.bills][at]),
        "diag_type": words(np.ones(len(at), dtype=int)),
        "maindiag_flag": words(main),
        "diag_srt_no": words(2 - main),
        "diag_code": texts(world.diseases["icd"], disease),
        "diag_name": texts(world.diseases["name"], disease),
    }


def _packages(town: Town, lines: Numbers, place: Numbers, packed: Numbers) -> pa.Array:
    """Codes of the packages handed out, where they are scanned: not everywhere yet, and no pieces of herbs."""
    world, table = town.world, town.lines.iloc[lines]
    scans = stream(world.seed, "scanners").random(len(world.places)) < 0.75
    herb = world.items["med_chrgitm_type"].to_numpy()[table["item"]] == "10"
    shared = table["trace"].to_numpy()
    number = np.where(shared > 0, shared, 50_000_000 + table.index.to_numpy())
    stem = f"8{world.region[2:]}{town.number:04}"
    codes = columnar.numbered(stem, number, 20 - len(stem)).astype(object)
    return plain(np.where(packed & ~herb & (scans[place] | (shared > 0)), codes, ""))


def _doctor(world: World, doctor: Numbers) -> pa.Array:
    """Doctors' codes; below -1 a filler, at -1 nothing."""
    known = len(world.doctors)
    codes = np.where(doctor <= FILLER, known + FILLER - doctor, doctor)
    return texts([*world.doctors["dr_codg"], *FILLERS], codes)
