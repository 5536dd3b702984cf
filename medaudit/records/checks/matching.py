"""Whether tables belong together: lines, diagnoses and settlements that lack their counterpart."""

from __future__ import annotations

from collections.abc import Iterator

from medaudit.engine.duckdb import DuckEngine
from medaudit.language import say
from medaudit.records.checks.note import Note, money, share
from medaudit.records.load import Records

# From this share on what is missing is no longer an edge of the period but a hole in the delivery.
HOLE = 0.02

STAYS = """
SELECT s.setl_id, s.medfee_sumamt FROM settlement s
LEFT JOIN med_type m ON m.med_type = s.med_type
LEFT JOIN med_type g ON g.med_type = substr(s.med_type, 1, 2)
WHERE coalesce(m.is_stay, g.is_stay, FALSE)
"""


def look(engine: DuckEngine, records: Records) -> Iterator[Note]:
    """Lines without settlement, stays without lines, diagnoses without settlement, shared visit numbers."""
    if records.lacks("settlement"):
        return
    if not records.lacks("fee_item"):
        yield from _lines(engine)
        yield from _stays(engine)
    if not records.lacks("diagnosis"):
        yield from _diagnoses(engine)
    if not records.lacks("settlement.mdtrt_id"):
        yield from _fillers(engine)


def _weight(part: int, whole: int) -> str:
    return "costs" if part >= HOLE * whole else "know"


def _lines(engine: DuckEngine) -> Iterator[Note]:
    all_lines, alone, yuan = engine.rows(
        """
        SELECT count(*), count(*) FILTER (WHERE s.setl_id IS NULL),
               coalesce(sum(f.det_item_fee_sumamt) FILTER (WHERE s.setl_id IS NULL), 0)
        FROM fee_item f LEFT JOIN (SELECT DISTINCT setl_id FROM settlement) s ON s.setl_id = f.setl_id
        """
    )[0]
    if alone:
        yield Note(
            "lines-without-settlement",
            _weight(alone, all_lines),
            say(
                f"{alone:,} 条明细（{share(alone, all_lines)}，{money(yuan)}）没有可用的结算，不参加稽核",
                f"fee lines without a settlement that can be used: {alone:,} ({share(alone, all_lines)}, {money(yuan)}); "
                "they are not audited",
            ),
            "fee_item.setl_id",
            say(
                "核对两份文件是否为同一期间、结算ID是否同一套编号",
                "see whether both files cover the same period and use the same settlement ids",
            ),
            alone,
            all_lines,
            float(yuan),
        )


def _stays(engine: DuckEngine) -> Iterator[Note]:
    stays, bare, yuan = engine.rows(
        f"""
        SELECT count(*), count(*) FILTER (WHERE f.setl_id IS NULL),
               coalesce(sum(s.medfee_sumamt) FILTER (WHERE f.setl_id IS NULL), 0)
        FROM ({STAYS}) s LEFT JOIN (SELECT DISTINCT setl_id FROM fee_item) f ON f.setl_id = s.setl_id
        """
    )[0]
    if bare:
        yield Note(
            "stays-without-lines",
            _weight(bare, stays),
            say(
                f"{bare:,} 笔住院结算（{share(bare, stays)}，{money(yuan)}）没有任何明细：挂床、收费类规则看不到",
                f"hospital settlements without fee lines: {bare:,} ({share(bare, stays)}, {money(yuan)}); rules on charges "
                "and idle days cannot see them",
            ),
            "fee_item",
            say(
                "请提供全部住院明细（含异地结算）",
                "ask for the lines of all stays, those settled elsewhere included",
            ),
            bare,
            stays,
            float(yuan),
        )


def _diagnoses(engine: DuckEngine) -> Iterator[Note]:
    # Those of refunded settlements stay behind, and are no fault.
    rows, alone = engine.rows(
        """
        SELECT count(*), count(*) FILTER (WHERE s.setl_id IS NULL)
        FROM diagnosis d LEFT JOIN (SELECT DISTINCT setl_id FROM typed_settlement) s ON s.setl_id = d.setl_id
        """
    )[0]
    if alone:
        yield Note(
            "diagnoses-without-settlement",
            _weight(alone, rows),
            say(
                f"{alone:,} 条诊断（{share(alone, rows)}）找不到结算",
                f"diagnoses that belong to no settlement: {alone:,} ({share(alone, rows)})",
            ),
            "diagnosis.setl_id",
            say("核对期间与编号", "see whether period and ids are the same"),
            alone,
            rows,
        )


def _fillers(engine: DuckEngine) -> Iterator[Note]:
    numbers, concerned, of = engine.rows(
        """
        SELECT count(*) FILTER (WHERE people > 1), coalesce(sum(n) FILTER (WHERE people > 1), 0), sum(n)
        FROM (SELECT mdtrt_id, count(DISTINCT psn_no) AS people, count(*) AS n
              FROM settlement WHERE mdtrt_id IS NOT NULL GROUP BY mdtrt_id)
        """
    )[0]
    if numbers:
        yield Note(
            "visit-number-shared",
            "know",
            say(
                f"{numbers:,} 个就诊ID分属多人（{int(concerned):,} 笔结算），按占位值处理：这些住院按日期拼接",
                f"visit numbers that several people share: {numbers:,} (settlements: {int(concerned):,}); they are taken "
                "for fillers, and those stays are joined by their dates",
            ),
            "settlement.mdtrt_id",
            count=int(concerned),
            of=int(of),
        )
