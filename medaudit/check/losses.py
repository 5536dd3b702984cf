"""Columns that no rule insists on, and what is lost without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medaudit.check.missing import Want, meant_for
from medaudit.language import say
from medaudit.records.checks.note import Note
from medaudit.records.columns import line_for, meant
from medaudit.records.load import Records

# Needs ("a|b": either will do) and words.
LOSSES: tuple[tuple[str, tuple[str, str]], ...] = (
    (
        "settlement.mdtrt_id",
        (
            "中途结算、跨年结算只能按日期拼成一次住院",
            "interim and year-end settlements are joined into one stay by their dates alone",
        ),
    ),
    (
        "settlement.certno|person.certno",
        (
            "一人多个人员编号时认不出是同一人",
            "one human being under two person numbers counts as two",
        ),
    ),
    (
        "settlement.dise_codg|diagnosis",
        (
            "没有病种：住院类疑点只能作线索",
            "without diagnoses what is found about stays is a lead at most",
        ),
    ),
    (
        "settlement.dscg_way",
        (
            "认不出转院和死亡出院，分解住院等会多出误报",
            "transfers and deaths cannot be told, so split admissions show more false alarms",
        ),
    ),
    (
        "settlement.inscp_scp_amt",
        (
            "涉及金额只能按总费用折算，偏大",
            "the money at stake is reckoned from total charges and comes out too high",
        ),
    ),
    (
        "settlement.acct_pay",
        ("个人账户支出不计入涉及金额", "money from personal accounts is not counted"),
    ),
    (
        "settlement.hosp_lv|institution.hosp_lv",
        ("机构不能与同级别的同行比较", "institutions cannot be compared with peers of their level"),
    ),
    (
        "institution.payment_way",
        (
            "分不出按病种、按床日付费的住院，多收费会算作基金损失",
            "stays paid by case or by day cannot be told apart; overcharges in them count as fund money",
        ),
    ),
    (
        "settlement.refd_setl_flag|settlement.init_setl_id",
        ("退费只能按金额相反来配对", "refunds are matched by their opposite amount alone"),
    ),
    (
        "fee_item.inscp_amt",
        (
            "明细的涉及金额按全额计",
            "the money at stake on fee lines is their full amount",
        ),
    ),
    (
        "catalogue|catalogue_limit",
        (
            "没有目录的限定：级别、就医方式、疗程只按随附的少数名称查，最高为可疑",
            "without a catalogue level, kind of visit and course go by the few names shipped, and no finding is above suspected",
        ),
    ),
    (
        "fee_item.bilg_dr_codg|settlement.atddr_no",
        ("疑点落不到医师", "nothing found can be traced to a doctor"),
    ),
    (
        "fee_item.upload_time",
        (
            "同一明细内容不同的两行分不出新旧，都会剔除",
            "of two versions of a fee line the later cannot be told, and both are rejected",
        ),
    ),
)


def losses(records: Records) -> Iterator[Note]:
    """A note for each column without which rules run but see less."""
    headers = meant(records.recognised)
    for need, words in _lost(records):
        there = meant_for(need, headers)
        do = line_for(*there) if there else ""
        yield Note("less-seen", "costs", say(*words), Want(need, (), 0).label, do)


def unmet_losses(records: Records, asked: Sequence[Want]) -> list[str]:
    """The labels of those columns, but for what is `asked` for already or is there under another header."""
    known = {one for want in asked for one in want.need.split("|")}
    headers = meant(records.recognised)
    return [
        Want(need, (), 0).label
        for need, _ in _lost(records)
        if not meant_for(need, headers) and not known & set(need.split("|"))
    ]


def _lost(records: Records) -> Iterator[tuple[str, tuple[str, str]]]:
    for need, words in LOSSES:
        # Without its table a column is not worth a word of its own.
        tables = {one.partition(".")[0] for one in need.split("|")}
        if records.lacks(need) and not all(records.lacks(table) for table in tables):
            yield need, words
