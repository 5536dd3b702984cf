"""What a run knows of somebody, as sections of a page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from medaudit.detectors.anomalies import placed
from medaudit.detectors.rule import Rule
from medaudit.dossier.who import Who
from medaudit.handbook import words
from medaudit.handbook.lines import aligned
from medaudit.handbook.rule import Section
from medaudit.language import counted, pick, say
from medaudit.output.cells import shown
from medaudit.output.columns import COMPARED, label
from medaudit.ranking.scale import band

_WIDE = 72  # what a table within a section may take


def sections(
    who: Who,
    facts: Sequence[tuple[str, str]],
    standing: Mapping[str, Any],
    peers: Mapping[str, Any],
    found: Sequence[Mapping[str, Any]],
    rules: Mapping[str, Rule],
) -> list[Section]:
    """Header facts, the place on the list, and rule by rule what was found and what to do about it."""
    made = []
    if facts:
        block = "\n".join(aligned(facts, (14, 60)))
        made.append(Section("facts", say("概况", "What the records say"), block=block))
    if standing:
        made.append(_standing(who, standing))
    if peers:
        made.append(_peers(peers))
    if not found:
        made.append(Section("none", say("疑点", "Findings"), say("没有疑点。", "No findings.")))
    for entry in found:
        made += _rule(entry, rules.get(entry["rule"]))
    return made


def _standing(who: Who, standing: Mapping[str, Any]) -> Section:
    kind = label("subject_type", who.kind)
    amounts = {name: shown(standing[name], name) for name in ("amount", "score")}
    start, before = (_share(float(standing["base"]) - moved) for moved in (0.0, standing["shift"]))
    moved_zh, moved_en = (
        (f"（复核前 {before:.2f}）", f" (before reviews {before:.2f})")
        if f"{start:.2f}" != f"{before:.2f}"
        else ("", "")
    )
    chance = shown(standing["probability"], "probability")
    level = label("band", band(standing["probability"]))
    money_zh, money_en = (
        ("超额基金", "fund money beyond peers")
        if who.kind in COMPARED
        else ("涉及基金", "fund money")
    )
    text = say(
        f"{kind}第 {standing['rank']} 名（共 {standing['of']} 名）：查实概率 {chance}（{level}），"
        f"{money_zh} {amounts['amount']} 元，预期金额（两者相乘）{amounts['score']} 元。"
        f"概率起点 {start:.2f}{moved_zh}，按下列各类证据的分值逐项调整：",
        f"Rank {standing['rank']} of {standing['of']} ({kind}): probability {chance} ({level}), {money_en} "
        f"{amounts['amount']} yuan, expected (their product) {amounts['score']} yuan. "
        f"The probability starts from {start:.2f}{moved_en} and each kind of evidence adds its points:",
    )
    compared = any(part["expected"] is not None for part in standing["parts"])
    heads = [say("类别", "Kind"), say("疑点", "Findings"), say("强度合计", "Strength")]
    heads += [say("同类应有", "Peers'")] if compared else []
    rows = [[*heads, say("分值", "Points"), say("概率至", "P then")]]
    so_far = standing["base"]
    for part in standing["parts"]:
        so_far += part["term"]
        alone = part["family"] == "ANO"
        expected = ["" if alone else f"{part['expected'] or 0:.1f}"] if compared else []
        rows.append(
            [
                words.family(part["family"]),
                "" if alone else str(part["findings"]),
                "" if alone else f"{part['observed']:.1f}",
                *expected,
                f"{part['term']:+.2f}",
                shown(_share(so_far), "probability"),
            ]
        )
    return Section(
        "standing",
        say("名单", "On the list"),
        text,
        block="\n".join(aligned(rows, [24] * len(rows[0]))),
    )


def _share(odds: Any) -> float:
    return 1 / (1 + math.exp(-odds))


def _peers(peers: Mapping[str, Any]) -> Section:
    place = say(*placed(peers["of"], peers["percentile"]))
    text = say(
        f"偏离同类的程度：全部 {place}。这只说明与众不同，不说明违规：先看是否因专科、规模、病人来源不同。",
        f"By how far it is from its peers, {place} of its kind. Being unlike others is no wrong: look first whether specialty, size or "
        "kind of patients explain it.",
    )
    items = peers["reason"].split(say("；", "; "))
    return Section("peers", say("与同类相比", "Against peers"), text, items=items)


def _rule(entry: Mapping[str, Any], rule: Rule | None) -> Iterator[Section]:
    code, count = entry["rule"], entry["count"]
    name = f"{code} {rule.name}" if rule else code
    told = say(f"（{count} 条）", f" ({count})") if count > 1 else ""
    aside = []
    if not entry["on_list"]:
        aside.append(
            say(
                "涉及其结算，但不计入本名单。",
                "On settlements of theirs, but not counted on this list.",
            )
        )
    here = len(entry["findings"])
    if count > here:
        aside.append(
            say(f"这里列出前 {here} 条，--top 可多列。", f"The first {here}; --top lists more.")
        )
    if entry.get("bands"):
        aside.append(_bands(entry["bands"]))
    if rule is None:
        aside.append(
            say(
                "不知道这条规则：用 --rules 指明它的文件夹，才有核实办法和依据。",
                "This rule is not known here: --rules with its folder adds how to check it.",
            )
        )
    yield Section(
        code,
        name + told,
        say("", " ").join(aside),
        [_finding(finding) for finding in entry["findings"]],
    )
    for finding in entry["findings"]:
        if "lines" in finding:
            yield _evidence(finding)
    if rule is None:
        return
    for key, head, items in (
        ("benign", say("先排除", "Rule out first"), words.sentences(pick(rule.benign))),
        ("next", say("下一步", "Next"), words.sentences(pick(rule.next))),
        ("basis", say("依据", "Legal basis"), [words.basis(basis) for basis in rule.basis]),
    ):
        if items:
            yield Section(key, f"{code} · {head}", items=items)


def _bands(bands: Sequence[Mapping[str, Any]]) -> str:
    """What the findings come to at each threshold: "7 days: 12,300; 15 days: 18,900"."""
    parts = [_limit(band) + say("：", ": ") + shown(band["amount"], "amount") for band in bands]
    return (
        say("按界限看基金金额（元）：", "Fund money in yuan at each limit: ")
        + say("；", "; ").join(parts)
        + say("。", ".")
    )


def _limit(band: Mapping[str, Any]) -> str:
    """15 days; a share, which is no more than a number, with what it is a share of."""
    if band["unit"] == "share":
        return f"{words.column(band['column'])} {band['value']:.0%}"
    return words.amount(band["value"], band["unit"])


def _finding(finding: Mapping[str, Any]) -> str:
    facts = [
        label("level", finding["level"]),
        str(finding["occurred_on"] or ""),
        say(
            f"费用 {_yuan(finding, 'charge_amount')} 元",
            f"charges {_yuan(finding, 'charge_amount')} yuan",
        ),
        say(f"基金 {_yuan(finding, 'amount')} 元", f"fund {_yuan(finding, 'amount')} yuan"),
        # What a list says of fund money leaves it out.
        say(
            "按病种或床日付费的住院，未必多付基金，不计入名单金额",
            "stay paid per case or day: may not have cost the fund, not in the money of a list",
        )
        if finding.get("packaged")
        else "",
        say(f"强度 {float(finding['strength']):.2f}", f"strength {float(finding['strength']):.2f}"),
        finding["finding_id"],
    ]
    return f"{finding['reason']}\n" + say("，", ", ").join(fact for fact in facts if fact)


def _evidence(finding: Mapping[str, Any]) -> Section:
    told = [
        (words.column(name), shown(words.value(name, value), name))
        for name, value in finding["evidence"].items()
    ]
    block = aligned(told, (24, _WIDE - 26))
    if finding["lines"]:
        block += ["", *aligned(_lines(finding["lines"]), (10, 30, 8, 10, 10))]
    if finding["more"]:
        block.append(
            say(f"另有 {finding['more']} 条明细", counted(finding["more"], "more fee line"))
        )
    return Section(
        "evidence", say("证据 ", "Evidence of ") + finding["finding_id"], block="\n".join(block)
    )


def _lines(lines: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    if not lines:
        return []
    rows = [
        [
            say("日期", "Date"),
            say("项目", "Item"),
            say("数量", "Count"),
            say("金额", "Charge"),
            say("基金", "Fund"),
        ]
    ]
    for line in lines:
        rows.append(
            [
                str(line["fee_ocur_time"] or "")[:10],
                line["item_name"] or line["feedetl_sn"],
                f"{float(line['cnt'] or 0):g}",
                shown(line["det_item_fee_sumamt"], "charge"),
                shown(line["amount"], "amount"),
            ]
        )
    return rows


def _yuan(finding: Mapping[str, Any], name: str) -> str:
    return shown(finding[name], name)
