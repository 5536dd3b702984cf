"""Re-uploads and refunds: what counts, what does not, and that neither depends on the order of rows."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from medaudit.engine.duckdb import DuckEngine
from medaudit.records.load import load
from medaudit.settings import Settings
from tests.records.conftest import Load, line, settlement, text, write


def fates(account: Any) -> dict[str, int]:
    names = ("used", "netted", "duplicates", "rejected", "aside", "reduced")
    return {name: getattr(account, name) for name in names if getattr(account, name)}


# ---- the same key twice ----


def test_a_row_that_is_there_three_times_counts_once(loaded: Load) -> None:
    told = loaded({"settlement.csv": text(settlement(), settlement(), settlement())})
    assert fates(told.account()) == {"used": 1, "duplicates": 2}


def test_of_two_contents_of_one_key_the_latest_upload_counts(loaded: Load) -> None:
    rows = [
        line(1, upload_time="2025-01-06 10:00:00"),
        line(1, upload_time="2025-01-07 10:00:00", cnt="2", det_item_fee_sumamt="200"),
    ]
    told = loaded({"settlement.csv": text(settlement()), "fee_item.csv": text(*rows)})
    assert fates(told.account("fee_item")) == {"used": 1, "duplicates": 1}
    assert told.values("det_item_fee_sumamt", "fee_item") == [200]


def test_of_two_contents_of_one_key_neither_counts_when_none_is_known_to_be_the_latest(
    loaded: Load,
) -> None:
    told = loaded(
        {"settlement.csv": text(settlement(), settlement(medfee_sumamt="101"), settlement(2))}
    )
    assert fates(told.account()) == {"used": 1, "rejected": 2}
    assert told.rejects() == [(2, "", "conflict"), (3, "", "conflict")]


# ---- refunds of settlements ----


def test_a_refund_that_names_its_original_takes_it_and_its_lines_away(loaded: Load) -> None:
    rows = [
        settlement(1),
        settlement(2),
        settlement(
            3, medfee_sumamt="-100", fund_pay_sumamt="-60", refd_setl_flag="1", init_setl_id="S1"
        ),
    ]
    lines = [
        line(1),
        line(2, setl_id="S2"),
        line(3, setl_id="S3", cnt="-1", det_item_fee_sumamt="-100"),
    ]
    told = loaded({"settlement.csv": text(*rows), "fee_item.csv": text(*lines)})
    assert told.values("setl_id") == ["S2"]
    assert told.values("feedetl_sn", "fee_item") == ["F2"]
    assert fates(told.account()) == {"used": 1, "netted": 2}


def test_a_refund_that_names_nothing_takes_the_nearest_earlier_of_opposite_amount(
    loaded: Load,
) -> None:
    days = {1: "2025-01-03", 2: "2025-01-05", 3: "2025-01-09", 4: "2025-01-07"}
    rows = [settlement(n, begndate=day, enddate=day) for n, day in days.items()]
    rows[3] |= {"medfee_sumamt": "-100", "fund_pay_sumamt": "-60"}
    told = loaded({"settlement.csv": text(*rows)})
    assert told.values("setl_id") == ["S1", "S3"]


def test_a_refund_written_without_a_minus_is_known_by_its_flag_and_original(loaded: Load) -> None:
    refund = settlement(2, refd_setl_flag="1", init_setl_id="S1")
    told = loaded({"settlement.csv": text(settlement(1, refd_setl_flag="0"), refund)})
    assert fates(told.account()) == {"netted": 2}


def test_where_the_original_is_flagged_too_both_go(loaded: Load) -> None:
    rows = [
        settlement(1, refd_setl_flag="1"),
        settlement(2, refd_setl_flag="1", medfee_sumamt="-100", fund_pay_sumamt="-60"),
    ]
    assert fates(loaded({"settlement.csv": text(*rows)}).account()) == {"netted": 2}


def test_a_partial_refund_reduces_the_settlement_and_the_lines_it_names(loaded: Load) -> None:
    rows = [
        settlement(1, inscp_scp_amt="80", mdtrt_id="M1"),
        settlement(
            2, medfee_sumamt="-30", fund_pay_sumamt="-18", inscp_scp_amt="-24", init_setl_id="S1"
        ),
    ]
    lines = [
        line(1, cnt="10", pric="10", inscp_amt="80"),
        line(2, setl_id="S2", cnt="-3", pric="10", det_item_fee_sumamt="-30", inscp_amt="-24",
             init_feedetl_sn="F1"),
    ]  # fmt: skip
    told = loaded({"settlement.csv": text(*rows), "fee_item.csv": text(*lines)})
    money = "CAST(medfee_sumamt AS INT), CAST(fund_pay_sumamt AS INT), CAST(inscp_scp_amt AS INT)"
    assert told.rows(f"setl_id, {money}") == [("S1", 70, 42, 56)]
    assert told.rows(
        "CAST(cnt AS INT), CAST(det_item_fee_sumamt AS INT), CAST(inscp_amt AS INT)", "fee_item"
    ) == [(7, 70, 56)]
    assert fates(told.account()) == {"used": 1, "netted": 1, "reduced": 1}


def test_two_partial_refunds_that_make_up_the_whole_take_it_away(loaded: Load) -> None:
    refund = {"fund_pay_sumamt": "-30", "init_setl_id": "S1"}
    rows = [
        settlement(1),
        settlement(2, medfee_sumamt="-50", **refund),
        settlement(3, medfee_sumamt="-50", **refund),
    ]
    assert fates(loaded({"settlement.csv": text(*rows)}).account()) == {"netted": 3}


def test_negatives_that_match_nothing_are_kept_aside_and_take_nobody_with_them(
    loaded: Load,
) -> None:
    rows = [
        settlement(1),
        settlement(2, medfee_sumamt="-99", fund_pay_sumamt="-60"),
        settlement(3, psn_no="P2", medfee_sumamt="-100", fund_pay_sumamt="-60"),
        settlement(4, fixmedins_code="H2", medfee_sumamt="-100", fund_pay_sumamt="-60"),
        settlement(5, begndate="2025-01-01", enddate="2025-01-01", medfee_sumamt="-100"),
    ]
    told = loaded({"settlement.csv": text(*rows)})
    assert fates(told.account()) == {"used": 1, "netted": 4, "aside": 4}


# ---- refunds of lines ----


def test_a_refunded_line_goes_and_its_settlement_stays(loaded: Load) -> None:
    lines = [
        line(1),
        line(2, med_list_codg="X2"),
        line(3, cnt="-1", det_item_fee_sumamt="-100", fee_ocur_time="2025-01-05 09:00:00"),
        line(4, med_list_codg="X3", cnt="-1", det_item_fee_sumamt="-5"),
    ]
    told = loaded({"settlement.csv": text(settlement()), "fee_item.csv": text(*lines)})
    assert told.values("feedetl_sn", "fee_item") == ["F2"]
    assert fates(told.account("fee_item")) == {"used": 1, "netted": 3, "aside": 1}


def test_a_line_refunded_before_it_was_charged_is_no_refund_of_it(loaded: Load) -> None:
    lines = [
        line(1, fee_ocur_time="2025-01-05 09:00:00"),
        line(2, cnt="-1", det_item_fee_sumamt="-100", fee_ocur_time="2025-01-05 08:00:00"),
    ]
    told = loaded({"settlement.csv": text(settlement()), "fee_item.csv": text(*lines)})
    assert fates(told.account("fee_item")) == {"used": 1, "netted": 1, "aside": 1}


# ---- what must not matter ----

# One load is dear and persons do not mix, so one example is many persons' small histories.
HISTORY = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.integers(1, 8),
            "day": st.sampled_from(["2025-01-05", "2025-01-06", "2025-01-07"]),
            "amount": st.sampled_from(["100", "100", "50", "-100", "-50", "0"]),
            "original": st.sampled_from(["", "", "1", "2"]),
        }
    ),
    min_size=1,
    max_size=10,
)
HISTORIES = st.lists(HISTORY, min_size=40, max_size=60)


def rows_of(histories: list[list[dict[str, Any]]]) -> list[dict[str, str]]:
    return [
        settlement(
            setl_id=f"S{person}-{row['key']}",
            psn_no=f"P{person}",
            begndate=row["day"],
            enddate=row["day"],
            medfee_sumamt=row["amount"],
            fund_pay_sumamt=row["amount"],
            init_setl_id=f"S{person}-{row['original']}"
            if row["original"] and row["amount"].startswith("-")
            else "",
        )
        for person, history in enumerate(histories)
        for row in history
    ]


def outcome(*contents: str) -> tuple[list[Any], dict[str, int]]:
    with tempfile.TemporaryDirectory() as place:
        files = {f"settlement_{i}.csv": content for i, content in enumerate(contents)}
        data = write(Path(place) / "data", files)
        engine = DuckEngine(Path(place) / "staging", threads=1)
        try:
            account = load([data], Settings(), engine).accounts["settlement"]
            kept = engine.rows("SELECT setl_id, psn_no, medfee_sumamt FROM settlement ORDER BY ALL")
        finally:
            engine.close()
        assert account.read == account.accepted + account.rejected
        assert account.accepted == account.used + account.netted + account.duplicates
        assert account.used == len(kept)
        return kept, fates(account)


@limits(max_examples=5)
@given(HISTORIES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    histories: list[list[dict[str, Any]]], dice: random.Random
) -> None:
    rows = rows_of(histories)
    assert outcome(text(*rows)) == outcome(text(*dice.sample(rows, len(rows))))


@limits(max_examples=5)
@given(HISTORIES)
def test_the_same_file_twice_changes_nothing_but_the_duplicates(
    histories: list[list[dict[str, Any]]],
) -> None:
    rows = rows_of(histories)
    once, twice = outcome(text(*rows)), outcome(text(*rows), text(*rows))
    assert once[0] == twice[0]
    for name in ("used", "netted", "aside", "reduced"):
        assert once[1].get(name) == twice[1].get(name), name
