"""What the sample has besides a simulated county: lists that only some bureaus keep, the stock books and trace
codes of its pharmacies, and for each a case or two against it and what looks like one and is right.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pandas as pd
from tables import Tables

from medaudit.language import say

SOURCE = "虚构的槿雨县"  # every limit here is invented

# name: rule, whether it is right, what it is
PLANTED = {
    "bed_above_standard": (
        "BIL15",
        False,
        "住单人间，床位费全额进入医保范围，高于床位费支付标准",
        "A single room whose whole fee went into scope, above the standard for beds",
    ),
    "bed_excess_self_paid": (
        "BIL15",
        True,
        "住双人间，高出支付标准的部分由患者自付",
        "A double room; the patient paid what is above it",
    ),
    "above_frequency": (
        "BIL18",
        False,
        "骨密度一年测两次，碳 13 呼气试验不满 28 天又做",
        "Bone density twice in a year; a breath test again within 28 days",
    ),
    "interval_over": (
        "BIL18",
        True,
        "碳 13 呼气试验满 28 天后复查",
        "The breath test again after its 28 days",
    ),
    "above_case_cap": (
        "CAP01",
        False,
        "急性胰腺炎、慢阻肺急性加重住院，医保范围内费用超过病种限额",
        "Stays for pancreatitis and COPD above the cap of their disease",
    ),
    "case_excess_self_paid": (
        "CAP01",
        True,
        "冠心病住院总费用超过病种限额，超出的是自费用药",
        "A stay for coronary disease above its cap only by what the patient paid alone",
    ),
    "above_named_cap": (
        "CAP02",
        False,
        "肩周炎门诊一次治疗超过按名称定的限额",
        "An outpatient treatment of a frozen shoulder above the cap by name",
    ),
    "named_excess_self_paid": (
        "CAP02",
        True,
        "前列腺增生门诊总费用超过限额，超出的是自费检查",
        "An outpatient bill above the cap by name only by tests that the patient paid alone",
    ),
    "above_piece_cap": (
        "CAP03",
        False,
        "一次性切割吻合器超过每件限额，超出部分进入医保范围",
        "A stapler above its cap a piece, the excess left in scope",
    ),
    "piece_excess_self_paid": (
        "CAP03",
        True,
        "同一种吻合器，超过每件限额的部分由患者自付",
        "The same stapler; the patient paid the excess",
    ),
    "trace_code_again": (
        "MED08",
        False,
        "一盒药的追溯码在另一家药店、或同一家药店又结算一次",
        "The trace code of one box settled again, at another pharmacy or at the same",
    ),
    "split_pack": (
        "MED08",
        True,
        "一盒拆零卖给两人，追溯码相同，有拆零标志",
        "One box sold to two people in parts, flagged as split",
    ),
    "sold_beyond_stock": (
        "MED09",
        False,
        "药店一种药结算的数量比期初和购进合计还多",
        "A pharmacy that billed more of a drug than it had and bought",
    ),
    "opening_stock": (
        "MED09",
        True,
        "药店一种药卖得比全年购进多，期初库存够卖",
        "A pharmacy that sold more than it bought in the year, from its opening stock",
    ),
    "second_line_first": (
        "POL09",
        False,
        "没有用过沙坦类，直接开沙库巴曲缬沙坦",
        "Sacubitril-valsartan without a sartan before it",
    ),
    "first_line_before": (
        "POL09",
        True,
        "用过沙坦类以后换用沙库巴曲缬沙坦",
        "The same drug after a sartan",
    ),
}


def readme() -> str:
    """What is added, as a section of the sample's README, in the run's language."""
    rows = [
        f"| `{name}`{say('（正当）', ' (innocent)') if right else ''} | {rule} | {say(zh, en)} |"
        for name, (rule, right, zh, en) in PLANTED.items()
    ]
    return "\n".join([
        say("## 另加的清单和情形", "## Lists and cases added"), "",
        say(
            "有些规则要靠各地自己的清单：床位费标准、限定频次、病种和耗材限额、一二线用药、药店的进销存和药品追溯码。"
            "`make.py` 在模拟县之上加了这些表和列，限额全为虚构，并各埋了一两个情形和一个最像而正当的。",
            "Some rules need lists that a bureau keeps of its own: bed fees, frequencies, caps of diseases and consumables, lines of "
            "drugs, stock books and trace codes of pharmacies. `make.py` adds these tables and columns to the simulated county, every "
            "limit invented, and plants a case or two for each beside the innocent thing most like it.",
        ), "",
        say("| 名称 | 规则 | 是什么 |", "| name | rule | what it is |"), "|---|---|---|", *rows, "",
    ])  # fmt: skip


def add(tables: Tables) -> list[dict[str, str]]:
    """Add all of it to `tables`; what was planted, as rows of sample_expected.csv."""
    done: list[dict[str, str]] = []
    for plant in (
        beds, cases, named_cases, pieces, frequencies, packages, stock, lines_of_drugs,
    ):  # fmt: skip
        for name, subject_type, subject_id, setl_id in plant(tables):
            rule, right, *_ = PLANTED[name]
            # A pharmacy with a right stock book may have done other things; a right bill is right.
            rule = "*" if right and subject_type == "settlement" else rule
            done.append(
                {
                    "rule": rule, "expect": "clean" if right else "found", "subject_type": subject_type,
                    "subject_id": subject_id, "setl_id": setl_id, "what": name,
                }
            )  # fmt: skip
    assert {row["what"] for row in done} == set(PLANTED)
    return done


Planted = Iterable[tuple[str, str, str, str]]  # name, type and code of the subject, settlement


def bill_of(name: str, bill: pd.Series) -> tuple[str, str, str, str]:
    return name, "settlement", bill["setl_id"], bill["setl_id"]


def beds(tables: Tables) -> Planted:
    standard = {"2": "47", "3": "51", "1": "43"}
    rows = [("床位", level, price) for level, price in standard.items()]
    rows += [("传染病房", "", "75"), ("精神病房", "", "60")]
    tables.of["bed_limit"] = pd.DataFrame(
        [(*row, f"{SOURCE}床位费支付标准") for row in rows],
        columns=["ward", "hosp_lv", "lmt_pric", "source"],
    )
    stays = (
        (tables.free["dscg_way"] != "")
        & (tables.free["hosp_lv"] == "2")
        & tables.free["dise_codg"].str.startswith(("I", "M"))
        & tables.free["setl_id"].isin(tables.with_item("bed"))
    )
    wrong, right = tables.take(stays), tables.take(stays)
    tables.swap(wrong, "bed", "single")
    tables.swap(right, "bed", "double", in_scope=standard["2"])
    yield bill_of("bed_above_standard", wrong)
    yield bill_of("bed_excess_self_paid", right)


def frequencies(tables: Tables) -> Planted:
    limits = (("bone", "count", "1", "year", ""), ("hpbreath", "", "", "", "28"))
    tables.of["item_limit"] = pd.DataFrame(
        [(tables.code(item), *limit, f"{SOURCE}限定频次") for item, *limit in limits],
        columns=["med_list_codg", "kind", "value", "unit", "min_gap_days", "source"],
    )
    for name, item, gap in (
        ("above_frequency", "bone", range(30, 330)),
        ("above_frequency", "hpbreath", range(5, 28)),
        ("interval_over", "hpbreath", range(28, 60)),
    ):
        first, second = tables.take_pair(item, gap)
        tables.charge(first, item)
        tables.charge(second, item)
        yield bill_of(name, second)


def cases(tables: Tables) -> Planted:
    caps = [
        ("K85.9", "2", "9600"), ("K85.9", "3", "12500"), ("J44.1", "1", "5400"), ("J44.1", "2", "6800"),
        ("I25.1", "1", "2200"), ("I25.1", "2", "3600"), ("I25.1", "3", "4200"),
    ]  # fmt: skip
    pieces = [("stapler", "piece", "900"), ("anapump", "piece", "160")]
    tables.of["case_cap"] = pd.DataFrame(
        [("病种", dise, "", level, cap, "stay", f"{SOURCE}单病种限额") for dise, level, cap in caps]
        + [
            ("耗材", "", tables.code(item), "", cap, unit, f"{SOURCE}耗材支付限额")
            for item, unit, cap in pieces
        ],
        columns=["scope", "dise_codg", "med_list_codg", "hosp_lv", "cap_amt", "unit", "source"],
    )
    stays, dise = tables.free["dscg_way"] != "", tables.free["dise_codg"]
    pancreas = tables.take(stays, dise.str.startswith("K85"), tables.free["hosp_lv"] == "2")
    lungs = tables.take(stays, dise.str.startswith("J44"), tables.free["hosp_lv"] == "1")
    for night in range(1, 8):
        tables.charge(pancreas, "octreo", 2, nights=night)
        tables.charge(lungs, "budes", 2, nights=night)
    heart = tables.take(stays, dise.str.startswith("I25"), tables.free["hosp_lv"] == "1")
    for night in range(1, 4):
        tables.charge(heart, "tongxin", 2, nights=night, in_scope=0)
    yield bill_of("above_case_cap", pancreas)
    yield bill_of("above_case_cap", lungs)
    yield bill_of("case_excess_self_paid", heart)


def named_cases(tables: Tables) -> Planted:
    caps = (
        ("肩周炎", "case", "2", "380"), ("肩周炎", "case", "3", "450"), ("前列腺增生", "case", "2", "400"),
        ("血液透析", "session", "", "420"),
    )  # fmt: skip
    tables.of["cap_name"] = pd.DataFrame(
        [(*cap, f"{SOURCE}门诊次均限额") for cap in caps],
        columns=["name", "unit", "hosp_lv", "cap_amt", "source"],
    )
    hospital, name = tables.free["hosp_lv"] == "2", tables.free["dise_name"]
    shoulder = tables.take(hospital, name == "肩周炎")
    prostate = tables.take(hospital, name == "前列腺增生")
    for item in ("jointinj", "massage", "midfreq"):
        tables.charge(shoulder, item)
    for item in ("prossono", "psa"):
        tables.charge(prostate, item, in_scope=0)
    yield bill_of("above_named_cap", shoulder)
    yield bill_of("named_excess_self_paid", prostate)


def pieces(tables: Tables) -> Planted:
    appendix = (
        (tables.free["dscg_way"] != "")
        & tables.free["dise_codg"].str.startswith("K35")
        & (tables.free["hosp_lv"] == "2")
    )
    wrong, right = tables.take(appendix), tables.take(appendix)
    tables.charge(wrong, "stapler", nights=1)
    tables.charge(right, "stapler", nights=1, in_scope=900)
    yield bill_of("above_piece_cap", wrong)
    yield bill_of("piece_excess_self_paid", right)


def packages(tables: Tables) -> Planted:
    """One box's code at a second sale; where a pack is split, as it should be."""
    lines = tables.lines
    sold = (
        lines["fixmedins_code"].str.startswith("P")
        & lines["med_chrgitm_type"].isin(("09", "11"))
        & (lines["drug_trac_codg"] != "")
        & (lines["init_feedetl_sn"] == "")
    )
    last = lines[sold].drop_duplicates("feedetl_sn", keep="last")
    ours = last[last["setl_id"].isin(tables.free["setl_id"]) & (last["cnt"] == "1.00")]
    for name, elsewhere in (
        ("trace_code_again", True),
        ("trace_code_again", False),
        ("split_pack", False),
    ):
        first, second = sold_again(tables, ours, elsewhere)
        rows = lines["feedetl_sn"].isin([first["feedetl_sn"], second["feedetl_sn"]])
        lines.loc[rows, "drug_trac_codg"] = first["drug_trac_codg"]
        if name == "split_pack":
            tables.split(first["setl_id"], first["feedetl_sn"])
            tables.split(second["setl_id"], second["feedetl_sn"])
            yield bill_of(name, first)
        yield bill_of(name, second)


def sold_again(tables: Tables, ours: pd.DataFrame, elsewhere: bool) -> tuple[pd.Series, pd.Series]:
    """Two sales of one drug to two people days apart, at two pharmacies or at one."""
    for _, sales in ours.groupby("med_list_codg"):
        sales = sales[~sales["setl_id"].isin(tables.taken)]
        for _, first in sales.iterrows():
            later = sales["fee_ocur_time"].str[:10] > first["fee_ocur_time"][:10]
            place = (sales["fixmedins_code"] != first["fixmedins_code"]) == elsewhere
            others = sales[later & place & (sales["psn_no"] != first["psn_no"])]
            if len(others):
                tables.taken |= {first["setl_id"], others.iloc[0]["setl_id"]}
                return first, others.iloc[0]
    raise LookupError("no two sales of a drug")


def stock(tables: Tables) -> Planted:
    """Two pharmacies hand in their books: what they had, bought by the quarter, and counted at the end."""
    lines = tables.lines
    lines = lines[lines["med_chrgitm_type"].isin(("09", "11"))].drop_duplicates(
        "feedetl_sn", keep="last"
    )
    shops = lines[lines["fixmedins_code"].str.startswith("P")]["fixmedins_code"]
    rows = []
    for shop, wrong in zip(shops.value_counts().index[:2], (True, False), strict=True):
        mine = lines[lines["fixmedins_code"] == shop]
        quarter = pd.PeriodIndex(pd.to_datetime(mine["fee_ocur_time"]), freq="Q")
        count = mine["cnt"].map(Decimal).astype(float)
        sold = count.groupby([mine["med_list_codg"], quarter.quarter]).sum().unstack(fill_value=0)
        most = sold.sum(axis=1).idxmax()
        for code, by_quarter in sold.iterrows():
            opening, bought = max(2, round(by_quarter.sum() * 0.15)), by_quarter.clip(0)
            if code == most:  # the one drug that was not bought as sold
                bought = (bought * 0.6).round()
                opening = 2 if wrong else round(by_quarter.sum() * 0.5)
            rows.append((shop, code, "2024-12-31", "期初", opening))
            for number, day in enumerate(("01-06", "04-07", "07-07", "10-09"), 1):
                if bought.get(number, 0) > 0:
                    rows.append((shop, code, f"2025-{day}", "购进", int(bought[number])))
            left = max(0, opening + int(bought.sum()) - int(by_quarter.sum()))
            rows.append((shop, code, "2025-12-31", "盘存", left))
        name = "sold_beyond_stock" if wrong else "opening_stock"
        yield name, "institution", shop, ""
    tables.of["stock"] = pd.DataFrame(
        rows, columns=["fixmedins_code", "med_list_codg", "date", "kind", "cnt"]
    )


def lines_of_drugs(tables: Tables) -> Planted:
    first = {"sacub": ("valsar", "irbes"), "sitag": ("metf", "glim", "acarb")}
    generic = tables.world.items.set_index("key")["generic_code"]
    tables.of["drug_line"] = pd.DataFrame(
        [(generic[second], generic[one]) for second, ones in first.items() for one in ones],
        columns=["second", "first"],
    )
    free, bills = tables.free, tables.bills
    known = free["psn_no"].map(bills.groupby("psn_no")["begndate"].min())
    had = bills.loc[sorted(tables.with_item(*first["sacub"]))].groupby("psn_no")["begndate"].min()
    had = free["psn_no"].map(had)
    late = (free["hosp_lv"] == "2") & (free["begndate"] > "2025-08-01") & (known < "2025-01-31")
    wrong = tables.take(late, free["med_type"] == "11", had.isna())
    right = tables.take(late, free["dise_codg"] == "M03900", had < "2025-02-01")
    for name, bill in (("second_line_first", wrong), ("first_line_before", right)):
        tables.charge(bill, "sacub", 2)
        yield bill_of(name, bill)
