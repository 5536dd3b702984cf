"""Why a suspect is on the list, in words: for people the findings themselves, for places how they compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from medaudit.detectors.rule import FAMILIES, Rule
from medaudit.engine import Engine
from medaudit.language import counted, say

if TYPE_CHECKING:
    import pyarrow as pa

ANOMALY, TIP = "ANO", "TIP"
# What a screen has room for: so many rules of a place, and of a person one in full and another by name.
MOST_OF_PLACE, MOST_OF_PERSON = 3, 2

# One row per suspect and rule, the weightiest first, with the sentence of its weightiest finding.
_RULES = """
WITH counted AS (
  SELECT c.subject_type, c.subject_id, c.rule, c.family, count(*) AS findings, sum(f.amount) AS amount
  FROM claim c JOIN finding f ON f.finding_id = c.finding_id
  GROUP BY c.subject_type, c.subject_id, c.rule, c.family
), first AS (
  SELECT c.subject_type, c.subject_id, c.rule, t.reason,
         row_number() OVER (PARTITION BY c.subject_type, c.subject_id, c.rule
                            ORDER BY f.strength DESC, f.amount DESC, f.finding_id) AS place
  FROM claim c JOIN finding f ON f.finding_id = c.finding_id
  JOIN finding_text t ON t.finding_id = f.finding_id
), told AS (
  SELECT n.subject_type, n.subject_id, n.rule, n.family, CAST(n.findings AS INTEGER) AS findings,
         CAST(n.amount AS DOUBLE) AS amount, p.observed, p.expected, p.term, t.reason
  FROM counted n
  JOIN part p ON p.subject_type = n.subject_type AND p.subject_id = n.subject_id AND p.family = n.family
  JOIN first t ON t.subject_type = n.subject_type AND t.subject_id = n.subject_id AND t.rule = n.rule AND t.place = 1
  UNION ALL
  SELECT p.subject_type, p.subject_id, 'ANO', 'ANO', 0, CAST(0 AS DOUBLE), p.observed, p.expected, p.term, a.reason
  FROM part p JOIN anomaly a ON a.subject_type = p.subject_type AND a.subject_id = p.subject_id
  WHERE p.family = 'ANO'
  UNION ALL
  SELECT subject_type, subject_id, 'TIP', 'TIP', 0, CAST(0 AS DOUBLE), observed, expected, term, NULL FROM part
  WHERE family = 'TIP'
)
SELECT n.subject_type, n.subject_id, n.rule, n.family, n.findings, n.amount, n.observed, n.expected, n.reason, m.packaged_amount
FROM told n
LEFT JOIN subject_money m ON m.subject_type = n.subject_type AND m.subject_id = n.subject_id
ORDER BY n.subject_type, n.subject_id, n.term DESC, n.family, n.amount DESC, n.rule
"""


def write_reasons(engine: Engine, rules: Iterable[Rule]) -> None:
    """Write table `suspect_text`: subject_type, subject_id, rules ("STY02×5 BIL01"), reasons (all), points (the
    weightiest of them, and how many more there are)."""
    import pyarrow as pa

    titles = {rule.code: rule.name for rule in rules} | {
        family: say(*FAMILIES[family]).capitalize() for family in (ANOMALY, TIP)
    }
    names = ("subject_type", "subject_id", "rules", "reasons", "points")
    schema = pa.schema([(name, pa.string()) for name in names])

    def texts() -> Iterator[pa.RecordBatch]:
        some: list[tuple[str, ...]] = []
        for subject, rows in groupby(
            _rows(engine), key=lambda row: (row["subject_type"], row["subject_id"])
        ):
            some.append((*subject, *_words(list(rows), titles)))
            if len(some) == 20_000:
                yield _batch(some, schema)
                some = []
        yield _batch(some, schema)

    engine.put("suspect_text", schema, texts())


def _rows(engine: Engine) -> Iterator[dict[str, Any]]:
    for batch in engine.batches(_RULES):
        yield from batch.to_pylist()


def _batch(rows: list[tuple[str, ...]], schema: Any) -> Any:
    import pyarrow as pa

    columns = [[row[i] for row in rows] for i in range(len(schema))]
    return pa.record_batch([pa.array(column, pa.string()) for column in columns], schema=schema)


def _words(rows: list[Mapping[str, Any]], titles: Mapping[str, str]) -> tuple[str, str, str]:
    codes = " ".join(
        row["rule"] + (f"×{row['findings']}" if row["findings"] > 1 else "") for row in rows
    )
    if rows[0]["subject_type"] in ("settlement", "patient", "ring"):
        told = [_of_person(row, titles[row["rule"]]) for row in rows]
        points = told[:1] + [_named(row, titles) for row in rows[1:MOST_OF_PERSON]]
        rest = len(rows) - MOST_OF_PERSON
    else:
        told, points = _of_place(rows, titles), _of_place(rows[:MOST_OF_PLACE], titles)
        rest = len(rows) - MOST_OF_PLACE
    if rest > 0:
        points.append(say(f"另 {rest} 项", f"and {rest} more"))
    packaged = rows[0]["packaged_amount"]
    if packaged:
        told.append(
            say(
                f"另有 {packaged:,.0f} 元在按病种或床日付费的住院内，可能未多花基金",
                f"{packaged:,.0f} yuan more inside stays paid per case or day, which may not have cost the fund",
            )
        )
        points.append(
            say(
                f"按病种或床日付费的住院另有 {packaged:,.0f} 元",
                f"{packaged:,.0f} yuan more in stays paid per case or day",
            )
        )
    parted = say("；", "; ")
    return codes, parted.join(told), parted.join(points)


def _of_person(row: Mapping[str, Any], title: str) -> str:
    """The weightiest finding of a rule, and how many more there are."""
    if row["family"] == TIP:
        return _reported(row)
    rest = (
        say(f"（共 {row['findings']} 处）", f" ({row['findings']} in all)")
        if row["findings"] > 1
        else ""
    )
    return f"{title}{say('：', ': ')}{row['reason']}{rest}"


def _of_place(rows: Iterable[Mapping[str, Any]], titles: Mapping[str, str]) -> list[str]:
    """The findings of each rule family, and how they compare with the peers' where that says something."""
    return [
        _of_family(list(some), titles) for _, some in groupby(rows, key=lambda row: row["family"])
    ]


def _of_family(rows: list[Mapping[str, Any]], titles: Mapping[str, str]) -> str:
    if rows[0]["family"] == ANOMALY:
        return f"{titles[ANOMALY]}{say('：', ': ')}{rows[0]['reason']}"
    if rows[0]["family"] == TIP:
        return _reported(rows[0])
    name = say(*FAMILIES[rows[0]["family"]]).capitalize()
    rules = say("、", ", ").join(_counted(row, titles) for row in rows)
    text = f"{name}{say('：', ': ')}{rules}"
    expected, observed = rows[0]["expected"], rows[0]["observed"]
    if observed < 2 * expected or observed - expected < 3:
        return text
    if expected == 0:
        return text + say("（同级同类未见）", " – none at its peers")
    times = observed / expected
    return text + say(f"（为同级同类的 {times:,.1f} 倍）", f" – {times:,.1f} times its peers'")


def _reported(row: Mapping[str, Any]) -> str:
    number = int(row["observed"])
    return say(f"有举报 {number} 件", counted(number, "report").capitalize())


def _counted(row: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    title, count = titles[row["rule"]], row["findings"]
    return say(f"{title}{_gap(title)}{count} 例", f"{title} ({count})")


def _named(row: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    title, count = titles[row["rule"]], row["findings"]
    return title + (say(f"{_gap(title)}{count} 处", f" ({count})") if count > 1 else "")


def _gap(title: str) -> str:
    """What stands between Chinese and a number; a closing bracket leaves room enough."""
    return "" if title.endswith("）") else " "
