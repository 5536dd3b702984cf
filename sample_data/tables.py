"""The tables of the sample as texts, to be added to: lines to bills, new columns, tables of their own."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from medaudit.synth.world import World

DRUGS = ("09", "10", "11")
ORDERED = ("03", "04", "05", "06", "09", "11")  # what has an order's number in a stay


class Tables:
    """A simulated county's CSV files, and what is done to them.

    free: the settlements in which nothing is planted and that were not undone.
    """

    def __init__(self, data: Path, truth: pd.DataFrame, world: World) -> None:
        self.data, self.world = data, world
        self.of = {
            path.stem: pd.read_csv(path, dtype=str, keep_default_na=False)
            for path in sorted(data.glob("*.csv"))
        }
        self.bills = self.of["settlement"].set_index("setl_id", drop=False)
        self.lines = self.of["fee_item"]
        doctors = self.of["doctor"]
        self.dept_of = dict(zip(doctors["dr_codg"], doctors["dept"], strict=True))
        undone = self.bills.loc[self.bills["refd_setl_flag"] == "1", "init_setl_id"]
        settled = self.bills["insutype"].isin(("310", "390")) & (self.bills["setl_type"] == "2")
        planted = self.bills["setl_id"].isin(set(truth["setl_id"]) | set(undone))
        self.free = self.bills[settled & ~planted & (self.bills["refd_setl_flag"] == "0")]
        self._new: list[dict[str, Any]] = []
        self._touched: set[str] = set()
        self.taken: set[str] = set()
        self._order = int(max(self.lines["drord_no"])[-8:])

    def take(self, *wanted: pd.Series) -> pd.Series:
        """The first free settlement for which all of `wanted` hold; nobody else gets it."""
        fits = ~self.free["setl_id"].isin(self.taken)
        for one in wanted:
            fits &= one
        bill = self.free[fits].iloc[0]
        self.taken.add(bill["setl_id"])
        return bill

    def take_pair(self, item: str, gap: range) -> tuple[pd.Series, pd.Series]:
        """The first two free visits of a person to one larger hospital so many days apart; without the item as yet."""
        had = set(self.lines.loc[self.lines["med_list_codg"] == self.code(item), "psn_no"])
        able = self.free["med_type"].isin(("11", "14")) & self.free["hosp_lv"].isin(("2", "3"))
        able &= ~self.free["psn_no"].isin(had) & ~self.free["setl_id"].isin(self.taken)
        for _, visits in self.free[able].groupby(["psn_no", "fixmedins_code"]):
            days = pd.to_datetime(visits["begndate"])
            for first, second in zip(range(len(visits)), range(1, len(visits)), strict=False):
                if (days.iloc[second] - days.iloc[first]).days in gap:
                    self.taken |= {visits["setl_id"].iloc[first], visits["setl_id"].iloc[second]}
                    return visits.iloc[first], visits.iloc[second]
        raise LookupError(f"no two visits {gap} days apart")

    def code(self, item: str) -> str:
        return str(self.world.items["med_list_codg"][self.world.item[item]])

    def price(self, bill: pd.Series, item: str) -> Decimal:
        """What the place of the bill takes for the item, yuan."""
        places = self.world.places
        row = places.index[places["fixmedins_code"] == bill["fixmedins_code"]][0]
        return Decimal(int(self.world.prices[row, self.world.item[item]])) / 100

    def charge(
        self, bill: pd.Series, item: str, cnt: int = 1, *, nights: int = 0, in_scope: Any = None,
        **more: str,
    ) -> Decimal:  # fmt: skip
        """Put a line on the bill, so many nights after its beginning; what is in scope of it, yuan.

        in_scope: at most so much a piece of it, where the patient bears more than the first share.
        """
        mine = self.lines[self.lines["setl_id"] == bill["setl_id"]]
        like = mine[mine["bilg_dr_codg"].isin(self.dept_of)].tail(1)
        like = (mine if like.empty else like).iloc[-1]
        of = self.world.items.iloc[self.world.item[item]]
        price, stay = self.price(bill, item), bill["dscg_way"] != ""
        kind, part = of["med_chrgitm_type"], Decimal(str(of["selfpay_prop"] or 0))
        part = Decimal(0) if of["chrgitm_lv"] == "01" else part
        if in_scope is not None:
            part = 1 - Decimal(str(in_scope)) / price
        amount = price * cnt
        scope = (amount * (1 - part)).quantize(Decimal("0.01"))
        moment = pd.Timestamp(f"{bill['begndate']} 09:40:00") + pd.Timedelta(days=nights)
        if not stay:
            moment = pd.Timestamp(mine["fee_ocur_time"].min())
        number = sum(line["setl_id"] == bill["setl_id"] for line in self._new)
        number += int(max(mine["feedetl_sn"])[len(bill["setl_id"]) :]) + 1
        self._order += 1
        drug, pack = kind in DRUGS, of["pack_days"]
        self._new.append(dict.fromkeys(self.lines, "") | {
            "feedetl_sn": f"{bill['setl_id']}{number:04}", "setl_id": bill["setl_id"], "psn_no": bill["psn_no"],
            "fixmedins_code": bill["fixmedins_code"], "fee_ocur_time": str(moment),
            "med_list_codg": of["med_list_codg"], "med_list_name": of["med_list_name"], "med_chrgitm_type": kind,
            "chrgitm_lv": of["chrgitm_lv"], "cnt": f"{cnt:.2f}", "pric": f"{price:.2f}",
            "det_item_fee_sumamt": f"{amount:.2f}", "inscp_amt": f"{scope:.2f}",
            "pric_uplmt_amt": f"{self.limit(bill['hosp_lv'], item):.2f}", "selfpay_prop": f"{part:.2f}",
            **{name: like[name] for name in ("bilg_dr_codg", "bilg_dr_name", "bilg_dept_codg")},
            "rxno": f"R{bill['setl_id']}1" if drug and not stay else "",
            "drord_no": f"{max(self.lines['drord_no'])[:-8]}{self._order:08}" if stay and kind in ORDERED else "",
            "prd_days": f"{int(pack) * cnt}" if not stay and pack and not math.isnan(pack) else "",
            "dscg_tkdrug_flag": "0" if stay else "", "etip_flag": "0", "trdn_flag": "0" if drug else "",
            "upload_time": str(moment + pd.Timedelta(minutes=30)), **more,
        })  # fmt: skip
        self._touched.add(bill["setl_id"])
        return scope

    def limit(self, level: str, item: str) -> Decimal:
        """The official price of a service at a level, yuan; 0 for what has none."""
        row = self.world.item[item]
        capped = self.world.items["price_capped"][row] == "1" and level
        return Decimal(int(self.world.limits[row, int(level)]) if capped else 0) / 100

    def diagnose(self, bill: pd.Series, *codes_and_names: tuple[str, str]) -> None:
        """Write the diagnoses of a bill, the main one first."""
        rows = [
            [bill["setl_id"], "1", "1" if n == 1 else "0", str(n), code, name]
            for n, (code, name) in enumerate(codes_and_names, 1)
        ]
        table = self.of["diagnosis"]
        more = pd.DataFrame(rows, columns=list(table))
        both = pd.concat([table, more]).sort_values("setl_id", kind="stable", ignore_index=True)
        self.of["diagnosis"] = both

    def write(self) -> dict[str, int]:
        """Write everything back, the totals of bills following their lines; the rows by table."""
        both = pd.concat([self.lines, pd.DataFrame(self._new, columns=list(self.lines))])
        self.lines = self.of["fee_item"] = both.sort_values(
            "feedetl_sn", kind="stable", ignore_index=True
        )
        for setl_id in sorted(self._touched):
            self._pay(setl_id)
        self.of["settlement"] = self.bills
        for name, table in self.of.items():
            table.to_csv(self.data / f"{name}.csv", index=False, lineterminator="\n")
        return {name: len(table) for name, table in self.of.items()}

    def _pay(self, setl_id: str) -> None:
        """Fund and patient share what was added as they share the rest of the bill."""
        mine = self.lines[self.lines["setl_id"] == setl_id].sort_values("upload_time")
        mine = mine.drop_duplicates("feedetl_sn", keep="last")
        bill = {name: Decimal(self.bills.at[setl_id, name]) for name in MONEY}
        charge, scope = total(mine["det_item_fee_sumamt"]), total(mine["inscp_amt"])
        share = bill["fund_pay_sumamt"] / max(bill["inscp_scp_amt"], Decimal("0.01"))
        fund = bill["fund_pay_sumamt"] + cents((scope - bill["inscp_scp_amt"]) * share)
        rest = charge - fund
        # Who paid from an account pays the whole of it from there.
        account = rest if bill["acct_pay"] else Decimal(0)
        told = {
            "medfee_sumamt": charge, "fund_pay_sumamt": fund, "inscp_scp_amt": scope,
            "fulamt_ownpay_amt": charge - scope, "acct_pay": account,
            "acct_mulaid_pay": account if bill["acct_mulaid_pay"] else Decimal(0), "psn_cash_pay": rest - account,
        }  # fmt: skip
        for name, value in told.items():
            self.bills.at[setl_id, name] = f"{value:.2f}"


MONEY = (
    "fund_pay_sumamt", "inscp_scp_amt", "acct_pay", "acct_mulaid_pay",
)  # fmt: skip


def total(texts: Iterable[str]) -> Decimal:
    return sum(map(Decimal, texts), Decimal(0))


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))
