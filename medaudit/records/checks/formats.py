"""Whether codes look like those of the national standard, and whether certificate numbers are whole."""

from __future__ import annotations

from collections.abc import Iterator

from medaudit.engine.duckdb import DuckEngine
from medaudit.language import say
from medaudit.records.checks.note import Note, share
from medaudit.records.load import Records

# What the standard says (institution 12 characters, doctor 13, drugs 23 and 20, pieces 10, services 15,
# consumables 20 or 27). Places that have not moved to it yet have codes of their own: a word, no fault.
_FORMS: tuple[tuple[str, str, str, tuple[str, str]], ...] = (
    ("settlement", "fixmedins_code", "[HP][0-9]{11}", ("机构编码", "institution codes")),
    ("fee_item", "bilg_dr_codg", "(D|N|HY|HJ)[0-9]{12}", ("医师编码", "doctor codes")),
    (
        "fee_item",
        "med_list_codg",
        "X[A-Z0-9]{22}|Z[A-Z0-9]{19}|T[0-9]{9}|C[0-9]{19}([0-9]{7})?|[0-9]{15}",
        ("目录编码", "item codes"),
    ),
)
COMMON = 0.5  # from this share of codes on the places' own codes are worth a word
BULK = 0.01  # by chance one number in a thousand ends in 000


def look(engine: DuckEngine, records: Records) -> Iterator[Note]:
    """Codes of another form than the standard's; certificate numbers masked, cut or spoilt in bulk."""
    for table, column, form, words in _FORMS:
        if not records.lacks(f"{table}.{column}"):
            yield from _form(engine, table, column, form, say(*words))
    for table in ("settlement", "person"):
        if not records.lacks(f"{table}.certno"):
            yield from _certificates(engine, table)


def _form(engine: DuckEngine, table: str, column: str, form: str, words: str) -> Iterator[Note]:
    codes, other = engine.rows(
        f"SELECT count(*), count(*) FILTER (WHERE NOT regexp_full_match(code, '{form}')) "
        f"FROM (SELECT DISTINCT {column} AS code FROM {table} WHERE {column} IS NOT NULL)"
    )[0]
    if other and other >= COMMON * codes:
        yield Note(
            "code-form",
            "know",
            say(
                f"{codes:,} 个{words}中 {other:,} 个不是国家编码的样式（地方编码可以照用）",
                f"{words} not of the national form: {other:,} of {codes:,} (a place's own codes will do)",
            ),
            f"{table}.{column}",
            say(
                "与目录、名单对照时留意两边是否同一套编码",
                "when lists are compared, see that both use the same codes",
            ),
            other,
            codes,
        )


def _certificates(engine: DuckEngine, table: str) -> Iterator[Note]:
    people, spoilt, masked, odd = engine.rows(
        f"""
        SELECT count(*), count(*) FILTER (WHERE regexp_full_match(certno, '[0-9]{{15}}000')),
               count(*) FILTER (WHERE contains(certno, '*')),
               count(*) FILTER (WHERE NOT contains(certno, '*')
                                  AND NOT regexp_full_match(certno, '[0-9]{{17}}[0-9Xx]|[0-9]{{15}}'))
        FROM (SELECT DISTINCT psn_no, certno FROM {table} WHERE certno IS NOT NULL)
        """
    )[0]
    where = f"{table}.certno"
    if spoilt > 2 and spoilt > BULK * people:
        yield Note(
            "certificates-spoilt",
            "costs",
            say(
                f"{spoilt:,} 人（{share(spoilt, people)}）的证件号码末三位是 000：被电子表格当作数字，原号已丢失，"
                "不同的人会被认作一人",
                f"people whose certificate number ends in 000: {spoilt:,} ({share(spoilt, people)}); a spreadsheet took "
                "it for a number, and different people become one",
            ),
            where,
            say("请以文本重新导出", "export it again as text"),
            spoilt,
            people,
        )
    if masked:
        yield Note(
            "certificates-masked",
            "costs",
            say(
                f"{masked:,} 人（{share(masked, people)}）的证件号码带星号：同一人的多个人员编号合不到一起",
                f"people with a masked certificate number: {masked:,} ({share(masked, people)}); one human being under "
                "two person numbers stays two",
            ),
            where,
            say(
                "可请数据科换成不可逆但唯一的代码",
                "ask for a one-way code that is the same for the same person",
            ),
            masked,
            people,
        )
    if odd > BULK * people:
        yield Note(
            "certificates-odd",
            "know",
            say(
                f"{odd:,} 人（{share(odd, people)}）的证件号码不是 18 位或 15 位（可能是其他证件）",
                f"people whose certificate number has neither 18 nor 15 digits: {odd:,} ({share(odd, people)}; other "
                "papers, perhaps)",
            ),
            where,
            count=odd,
            of=people,
        )
