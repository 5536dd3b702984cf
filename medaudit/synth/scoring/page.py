"""A score as a page for an auditor and an engineer: short sections, each a table and how to read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medaudit.check.page import Block, Heading, Text
from medaudit.language import say
from medaudit.output.columns import label
from medaudit.synth.scoring import Score
from medaudit.synth.scoring.listpage import of_list
from medaudit.synth.scoring.orders import AMOUNT, BEST, FOREST, RANDOM, RULES
from medaudit.synth.scoring.orders import title as order_title
from medaudit.synth.scoring.rulepage import of_lookalikes, of_rules
from medaudit.synth.scoring.schemes import NONE
from medaudit.synth.scoring.words import grid, number, percent, range_of, title


def blocks(score: Score) -> Iterator[Block]:
    """The whole page, from what was planted to the lists."""
    yield from _opening(score)
    yield from _recall(score)
    yield from _precision(score)
    yield from _intensity(score)
    yield from of_rules(score)
    yield from of_lookalikes(score)
    for one in score.lists:
        yield from of_list(one, score.ks)
    yield from _closing()


def _opening(score: Score) -> Iterator[Block]:
    whole = score.found[0]
    recall = whole.recall.get("settlement", NONE)
    yield Heading(say("评分：与埋设的真值对照", "Score against what was planted"))
    yield Text(
        say(
            f"模拟县里有 {score.settlements:,} 笔结算，其中 {recall.of:,} 笔（基金 {whole.yuan:,.0f} 元）"
            f"埋设了 {len(score.found) - 1} 种手法。“区间”是 95% 自助法区间，"
            "同一对象名下的结算一起抽取。这里评的是合成数据，实地效果须由复核结果说明。",
            f"The synthetic county has {score.settlements:,} settlements; {recall.of:,} of them ({whole.yuan:,.0f} yuan "
            f"of fund money) carry {len(score.found) - 1} planted schemes. Ranges are 95% bootstrap "
            "intervals; settlements of one responsible subject are drawn together. This scores made-up data: what happens in the field, only reviews can tell.",
        )
    )
    for note in score.notes:
        yield Text(say("注意：", "Note: ") + note)


def _recall(score: Score) -> Iterator[Block]:
    yield Heading(say("查到了多少（查全率，%）", "How much was found (recall, %)"))
    rows = []
    for found in score.found:
        settled, line, subject = (
            found.recall.get(level, NONE) for level in ("settlement", "line", "subject")
        )
        rows.append(
            {
                "scheme": title(found.name),
                "planted": number(settled.of),
                "named": percent(settled.value),
                "range": range_of(settled),
                "certain": percent(found.violation.get("settlement", NONE).value),
                "yuan": percent(found.yuan_recall),
                "line": percent(line.value),
                "subject": percent(subject.value),
            }
        )
    columns = {
        "scheme": say("手法", "Scheme"),
        "planted": say("埋设结算", "Planted"),
        "named": say("结算", "Named"),
        "range": say("区间", "Range"),
        "certain": say("其中违规级", "As violation"),
        "yuan": say("金额", "Yuan"),
        "line": say("明细", "Lines"),
        "subject": say("对象", "Subjects"),
    }
    yield grid(rows, columns)
    yield Text(
        say(
            "被任一疑点点到即算查到。明细只看埋设到明细行的手法；对象指应负责的机构、药店、医师、患者和关联群组。",
            "Named by any finding counts. Lines: schemes planted on single fee lines. Subjects: the institutions, "
            "pharmacies, doctors, patients and rings responsible.",
        )
    )
    if score.kinds:
        kinds = (
            f"{label('subject_type', kind)} {share.good:,}/{share.of:,}"
            for kind, share in score.kinds.items()
        )
        yield Text(
            say("分对象查到：", "Subjects named: ") + say("，", ", ").join(kinds) + say("。", ".")
        )


def _precision(score: Score) -> Iterator[Block]:
    yield Heading(
        say("点到的有多少属实（查准率，%）", "How much of what was named is right (precision, %)")
    )
    rows = []
    for found in score.found:
        of = {
            level: found.precision.get(level, NONE) for level in ("settlement", "line", "subject")
        }
        rows.append(
            {
                "scheme": title(found.name),
                "rules": " ".join(found.rules) if found.name else say("全部", "all"),
                "named": number(of["settlement"].of or None),
                "right": percent(of["settlement"].value),
                "range": range_of(of["settlement"]),
                "line": percent(of["line"].value),
                "subject": percent(of["subject"].value),
            }
        )
        if found.name and not found.rules:
            rows[-1]["rules"] = say("没有规则查它", "no rule looks for it")
    columns = {
        "scheme": say("手法", "Scheme"),
        "rules": say("查它的规则", "Rules for it"),
        "named": say("点到结算", "Named"),
        "right": say("结算", "Right"),
        "range": say("区间", "Range"),
        "line": say("明细", "Lines"),
        "subject": say("对象", "Subjects"),
    }
    yield grid(rows, columns)
    yield Text(
        say(
            "一条规则点到某手法的结算，比点到寻常结算多 5 倍以上，且不低于它最擅长手法的五分之一，就算查这种手法。"
            "这些规则点到的，只要属于任何一种埋设手法就算对；相似的正当情形和寻常记录算错；仅被牵连的不计。",
            "A rule looks for a scheme when it names its settlements at least 5 times as often as ordinary ones and at "
            "least a fifth as often as those of its best scheme. Whatever belongs to any planted scheme is right; "
            "lookalikes and ordinary records are wrong; who is only involved does not count.",
        )
    )


def _intensity(score: Score) -> Iterator[Block]:
    yield Heading(
        say("强弱不同，查到多少（结算查全率，%）", "Recall by how strong it is (settlements, %)")
    )
    rows = []
    for found in score.found:
        row: dict[str, Any] = {"scheme": title(found.name)}
        row |= {
            f"q{n}": percent(quarter.value) for n, quarter in enumerate(found.quarters, start=1)
        }
        row |= {"below": percent(found.below.value), "above": percent(found.above.value)}
        rows.append(row)
    columns = {
        "scheme": say("手法", "Scheme"),
        "q1": say("最弱¼", "Weak ¼"),
        "q2": say("次弱¼", "2nd ¼"),
        "q3": say("次强¼", "3rd ¼"),
        "q4": say("最强¼", "Strong ¼"),
        "below": say("不到界限", "Below limit"),
        "above": say("达到界限", "At or over"),
    }
    yield grid(rows, columns)
    yield Text(
        say(
            "四档按该手法自身的强度四分位划分；界限是通常的认定标准（强度 1）。",
            "Quarters are of the scheme's own intensities; the limit is the usual definition's (intensity 1).",
        )
    )


def _closing() -> Iterator[Block]:
    yield Heading(say("对照的排序", "The orders beside medaudit's"))
    for name, text in (
        (BEST, say("知道真值的人会排的顺序", "as somebody who knows the truth would have it")),
        (RULES, say("按疑点条数，不用排序模型", "the number of findings, no ranking model")),
        (AMOUNT, say("按基金支付总额", "all the fund money paid, the most first")),
        (
            FOREST,
            say(
                "只看结算数、人数、费用、基金和起止天数的孤立森林",
                "how unlike the others its settlements, people, charges, fund money and days are",
            ),
        ),
        (RANDOM, say("随机顺序的期望", "what a random order is expected to bring")),
    ):
        yield Text(f"{order_title(name)}{say('：', ': ')}{text}", 2)
