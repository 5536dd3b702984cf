"""Notes on codes: those no table knows, kinds of care known by their beginning, levels turned round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medaudit.engine.duckdb import DuckEngine
from medaudit.language import say
from medaudit.records.checks.codes import LARGE_PLACE, SMALL_PLACE, Odd
from medaudit.records.checks.note import Note
from medaudit.records.load import Records
from medaudit.records.schema import CLOSED, MED_TYPES, TABLES

# Columns that rules decide by: what is unknown there they do not see.
COSTLY = ("med_type", "med_chrgitm_type", "hosp_lv", "gend")


def look(engine: DuckEngine, records: Records, odd: Sequence[Odd]) -> Iterator[Note]:
    """Notes on odd codes, on kinds of care known by their beginning only, and on levels turned round."""
    for one in odd:
        yield _odd(one)
    if not records.lacks("settlement"):
        yield from _by_beginning(engine)
        yield from _turned_round(engine)


def _odd(one: Odd) -> Note:
    column = TABLES[one.table].columns[one.column]
    if one.codes:
        told = [f"{c.value or say('（不显示）', '(not shown)')}×{c.rows:,}" for c in one.codes[:8]]
        listed = say("、", ", ").join(told) + ("…" if one.kinds > 8 else "")
    else:
        listed = say(f"{one.kinds:,} 种，不像代码", f"{one.kinds:,} kinds, which are hardly codes")
    if one.column == "med_type":
        effect = say(
            "这些结算归入“其他”，住院、门诊规则看不到",
            "they count as 'other', unseen by rules on stays",
        )
    elif one.column in CLOSED or column.type == "flag":
        effect = say("按空值处理", "taken as blank")
    else:
        effect = say("按原样保留", "kept as they are")
    costs = one.column in COSTLY or column.type == "flag"
    return Note(
        "odd-codes",
        "costs" if costs else "know",
        say(
            f"{one.rows:,} 行{column.zh}不在码表中（{listed}），{effect}",
            f"rows with a {column.en} no code table knows: {one.rows:,} ({listed}); {effect}",
        ),
        f"{one.table}.{one.column}",
        _line(one),
        one.rows,
        one.of,
    )


def _line(one: Odd) -> str:
    """The settings that would say what the values mean."""
    values = [code for code in one.codes if code.value][:4]
    if not values:
        return say("看是否认错了列", "see whether it is the right column")
    told = []
    for code in values:
        why = say(f"（{code.why}）", f" ({code.why})") if code.why else ""
        told.append(f'"{code.value}" = "{code.ours or "?"}"{why}')
    listed = say("，", ", ").join(told)
    return say(
        f"在 medaudit.toml 的 [codes.{one.column}] 写 {listed}",
        f"under [codes.{one.column}] in medaudit.toml write {listed}",
    )


def _by_beginning(engine: DuckEngine) -> Iterator[Note]:
    found = engine.rows(
        """
        SELECT s.med_type, g.setting, count(*) FROM settlement s
        JOIN med_type g ON g.med_type = substr(s.med_type, 1, 2)
        WHERE NOT EXISTS (SELECT 1 FROM med_type m WHERE m.med_type = s.med_type)
        GROUP BY ALL ORDER BY 3 DESC, 1
        """
    )
    if found:
        names = {code: say(told["zh"], told["en"]) for code, told in MED_TYPES.items()}
        told = [f"{code}→{names.get(code[:2], code[:2])}" for code, _, _ in found[:8]]
        rows = sum(n for _, _, n in found)
        yield Note(
            "local-kind-of-care",
            "know",
            say(
                f"{rows:,} 笔结算的医疗类别是地方扩展码，按前两位归类：{'、'.join(told)}",
                f"settlements with a local kind of care: {rows:,}; it is taken by its first two digits: {', '.join(told)}",
            ),
            "settlement.med_type",
            say("不对时在 [codes.setting] 写明", "if that is wrong, say so under [codes.setting]"),
            rows,
        )


def _turned_round(engine: DuckEngine) -> Iterator[Note]:
    """In some sources 1 is the highest level. Health centres of level 3 give that away."""
    small, small_3, large, large_1 = engine.rows(
        f"""
        SELECT count(DISTINCT code) FILTER (WHERE is_small), count(DISTINCT code) FILTER (WHERE is_small AND lv = '3'),
               count(DISTINCT code) FILTER (WHERE is_large), count(DISTINCT code) FILTER (WHERE is_large AND lv = '1')
        FROM (
          SELECT code, lv, regexp_matches(name, '{SMALL_PLACE}') AS is_small,
                 regexp_matches(name, '{LARGE_PLACE}') AND NOT regexp_matches(name, '{SMALL_PLACE}') AS is_large
          FROM (SELECT fixmedins_code AS code, hosp_lv AS lv, fixmedins_name AS name FROM settlement
                UNION SELECT fixmedins_code, hosp_lv, fixmedins_name FROM institution)
          WHERE lv IS NOT NULL AND name IS NOT NULL)
        """
    )[0]
    if 2 * small_3 > small or (2 * large_1 > large and large_1 + small_3 > 1):
        yield Note(
            "levels-turned-round",
            "costs",
            say(
                f"医院等级疑似颠倒：{small} 家卫生院、诊所等中 {small_3} 家标为 3，"
                f"{large} 家人民医院、中心医院等中 {large_1} 家标为 1；这里 3 为三级",
                f"hospital levels look turned round: of health centres and clinics {small_3} in {small} carry 3, of "
                f"general hospitals {large_1} in {large} carry 1; here 3 is the highest",
            ),
            "hosp_lv",
            say('若来源以 1 为最高，在 [codes.hosp_lv] 写 "1" = "3" 和 "3" = "1"',
                'if 1 is the highest there, write "1" = "3" and "3" = "1" under [codes.hosp_lv]'),
        )  # fmt: skip
