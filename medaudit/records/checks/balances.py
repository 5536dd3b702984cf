"""Whether the money adds up: what the fields of a settlement say of one another, and its lines of it.

The identities follow from what the national fields mean; places differ in what they count where, so a
breach is something to ask about, not an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from medaudit.engine.duckdb import DuckEngine
from medaudit.language import say
from medaudit.records.checks.note import Note, money, share
from medaudit.records.load import Records

CENTS = 0.05  # yuan by which sums of rounded amounts may differ
LINES = 1.00  # yuan by which many rounded lines may differ from their total
COMMON = 0.2  # from this share on it is a way of counting, not slips

# name, columns that must be there, (difference where it is positive beyond the tolerance), words
_FIELDS: tuple[tuple[str, tuple[str, ...], str, tuple[str, str]], ...] = (
    (
        "payments-do-not-add-up",
        ("acct_pay", "psn_cash_pay"),
        # shared family money stands inside acct_pay at some places and beside it at others
        "least(abs(medfee_sumamt - fund_pay_sumamt - acct_pay - psn_cash_pay), "
        "abs(medfee_sumamt - fund_pay_sumamt - acct_pay - psn_cash_pay - coalesce(acct_mulaid_pay, 0)))",
        ("总额 ≠ 基金支付 + 个人账户 + 现金", "the total is not fund + personal account + cash"),
    ),
    (
        "fund-over-total",
        ("fund_pay_sumamt",),
        "fund_pay_sumamt - medfee_sumamt",
        ("基金支付大于医疗费总额", "the fund pays more than the total charge"),
    ),
    (
        "pool-over-fund",
        ("hifp_pay",),
        "hifp_pay - fund_pay_sumamt",
        ("统筹基金支出大于基金支付总额", "the pooled fund pays more than all funds together"),
    ),
    (
        "scope-over-total",
        ("inscp_scp_amt",),
        "inscp_scp_amt - medfee_sumamt",
        ("符合政策范围金额大于医疗费总额", "the amount in scope is more than the total charge"),
    ),
    (
        "scope-and-own-over-total",
        ("inscp_scp_amt", "fulamt_ownpay_amt"),
        "inscp_scp_amt + fulamt_ownpay_amt - medfee_sumamt",
        (
            "政策范围 + 全自费 大于总额",
            "in scope and wholly self-paid together are more than the total",
        ),
    ),
)


def look(engine: DuckEngine, records: Records) -> Iterator[Note]:
    """Settlements and lines that break an identity, where the columns it speaks of exist."""
    if records.lacks("settlement"):
        return
    for name, needs, difference, words in _FIELDS:
        if not any(records.lacks(f"settlement.{column}") for column in needs):
            given = " AND ".join(f"{column} IS NOT NULL" for column in needs)
            # Medical assistance (3) settles the same charges a second time.
            rows = (
                f"SELECT CAST({difference} AS DOUBLE) AS difference FROM settlement "
                f"WHERE {given} AND coalesce(setl_type, '') <> '3'"
            )
            where = "、".join(("medfee_sumamt", "fund_pay_sumamt", *needs)[-3:])
            yield from _breach(engine, name, rows, CENTS, say(*words), f"settlement: {where}")
    if not records.lacks("fee_item"):
        sums = """
        SELECT abs(CAST(s.medfee_sumamt AS DOUBLE) - f.charge) AS difference
        FROM settlement s JOIN (SELECT setl_id, CAST(sum(det_item_fee_sumamt) AS DOUBLE) AS charge
                                FROM fee_item GROUP BY setl_id) f ON f.setl_id = s.setl_id
        WHERE coalesce(s.setl_type, '') <> '3'
        """
        words = ("明细合计 ≠ 医疗费总额", "the lines do not add up to the total charge")
        where = "fee_item.det_item_fee_sumamt"
        yield from _breach(engine, "lines-do-not-add-up", sums, LINES, say(*words), where)
        rows = """
        SELECT abs(CAST(cnt AS DOUBLE) * CAST(pric AS DOUBLE) - CAST(det_item_fee_sumamt AS DOUBLE)) AS difference
        FROM fee_item
        """
        words = ("数量 × 单价 ≠ 明细金额", "count × price is not the amount of the line")
        where = "fee_item: cnt, pric, det_item_fee_sumamt"
        yield from _breach(engine, "count-times-price", rows, CENTS, say(*words), where)


def _breach(
    engine: DuckEngine, name: str, rows: str, tolerance: float, words: str, where: str
) -> Iterator[Note]:
    """A note when rows (difference, in yuan) exceed the tolerance."""
    of, broken, yuan = engine.rows(
        f"SELECT count(*), count(*) FILTER (WHERE difference > {tolerance}), "
        f"coalesce(sum(difference) FILTER (WHERE difference > {tolerance}), 0) FROM ({rows})"
    )[0]
    if not broken:
        return
    unit = say("条", "fee lines") if name == "count-times-price" else say("笔", "settlements")
    what = say(
        f"{words}：{broken:,} {unit}（{share(broken, of)}），差额合计 {money(yuan)}",
        f"{unit} where {words}: {broken:,} ({share(broken, of)}), by {money(yuan)} altogether",
    )
    common = broken >= COMMON * of
    do = (
        say(
            "比例高，多半是统计口径不同：请数据科说明",
            "so many that it is a way of counting: ask the data office",
        )
        if common
        else say("抽几笔核对原始结算单", "compare a few with the original bills")
    )
    yield Note(name, "know", what, where, do, broken, of, round(yuan, 2))
