"""What facts tell about the records: codes that stand for no doctor, and diagnoses that are not there."""

from __future__ import annotations

from collections.abc import Iterator

from medaudit.engine.duckdb import DuckEngine
from medaudit.language import say
from medaudit.records.checks.note import Note, share
from medaudit.records.load import Records

MUCH = 0.2  # from this share on rules see noticeably less


def notes_of_facts(engine: DuckEngine, records: Records) -> Iterator[Note]:
    """Notes over `visit`, `stay` and `placeholder_doctor`, which must have been computed."""
    if not records.lacks("fee_item.bilg_dr_codg"):
        yield from _placeholders(engine)
    yield from _diagnoses(engine)


def _placeholders(engine: DuckEngine) -> Iterator[Note]:
    lines, blank, filler, codes, all_codes = engine.rows(
        """
        SELECT count(*), count(*) - count(f.bilg_dr_codg), count(p.dr_codg), count(DISTINCT p.dr_codg),
               count(DISTINCT f.bilg_dr_codg)
        FROM fee_item f LEFT JOIN placeholder_doctor p ON p.dr_codg = f.bilg_dr_codg
        """
    )[0]
    if blank or filler:
        yield Note(
            "placeholder-doctors",
            "costs" if blank + filler > MUCH * lines else "know",
            say(
                f"{share(blank, lines)} 的明细没有医师，{share(filler, lines)} 用占位或科室编码（{all_codes:,} 个编码中 "
                f"{codes:,} 个）：医师类规则不看这些明细",
                f"{share(blank, lines)} of the fee lines name no doctor and {share(filler, lines)} a filler or department "
                f"({codes:,} of {all_codes:,} codes): rules on doctors leave these lines out",
            ),
            "fee_item.bilg_dr_codg",
            say("请机构补传开单医师", "ask institutions for the ordering doctors"),
            blank + filler,
            lines,
        )


def _diagnoses(engine: DuckEngine) -> Iterator[Note]:
    stays, bare = engine.rows("SELECT count(*), count(*) - count(main_dx) FROM stay")[0]
    if bare:
        yield Note(
            "stays-without-diagnosis",
            "costs" if bare > MUCH * stays else "know",
            say(
                f"{bare:,} 次住院（{share(bare, stays)}）没有 ICD 主诊断：按病种判断的规则看不到，其余只作线索",
                f"stays without an ICD main diagnosis: {bare:,} ({share(bare, stays)}); rules by disease cannot see "
                "them, the others give leads at most",
            ),
            "diagnosis, settlement.dise_codg",
            say("请提供结算清单诊断", "ask for the diagnoses of the settlement lists"),
            bare,
            stays,
        )
    other, blank = engine.rows(
        "SELECT count(*), count(*) - count(main_dx) FROM visit WHERE NOT is_stay"
    )[0]
    if blank > other // 2:
        yield Note(
            "outpatients-without-diagnosis",
            "know",
            say(
                f"{share(blank, other)} 的门诊、药店结算没有诊断：各地大多如此，属正常",
                f"{share(blank, other)} of outpatient and pharmacy settlements have no diagnosis: that is so nearly "
                "everywhere, and normal",
            ),
            "settlement.dise_codg",
            count=blank,
            of=other,
        )
