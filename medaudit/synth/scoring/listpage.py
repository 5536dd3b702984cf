"""The part of the page about one list: the order as work to be done, and the probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from medaudit.check.page import Block, Grid, Heading, Text
from medaudit.language import say
from medaudit.output.columns import label
from medaudit.synth.scoring.lists import WORKLOADS, Listed, Order
from medaudit.synth.scoring.orders import BESIDE, OURS, title
from medaudit.synth.scoring.words import between, grid, number, percent, range_of


def of_list(one: Listed, ks: Sequence[int]) -> Iterator[Block]:
    """One list: what it holds, medaudit's order beside the others, and whether the probabilities hold."""
    there = [k for k in ks if k <= one.cases]
    yield Heading(say("名单：", "List: ") + label("subject_type", one.kind))
    yield Text(
        say(
            f"共 {one.cases:,} 个，其中 {one.responsible:,} 个应负责（基金 {one.yuan:,.0f} 元）；"
            f"名单列出 {one.named:,} 个。",
            f"{one.cases:,} in all, {one.responsible:,} of them responsible ({one.yuan:,.0f} yuan of fund money); "
            f"the list names {one.named:,}.",
        )
    )
    yield _orders(one, there)
    yield Text(_read(one.order(OURS), there))
    if there:
        yield _first(one.order(OURS), there)
    yield _bands(one)
    yield Text(_calibrated(one))


def _orders(one: Listed, ks: Sequence[int]) -> Grid:
    rows = []
    for name in (OURS, *BESIDE):
        of = one.order(name).values
        row: dict[str, Any] = {
            "order": title(name),
            "ap": number(of["average_precision"], 3),
            "lift": number(of["lift"], 1),
        }
        if ks:
            row["right"] = percent(of[f"precision_at_{ks[-1]}"])
            row["yuan"] = percent(of[f"yuan_at_{ks[-1]}"])
        row |= {_work(part): number(of[_work(part)]) for part in WORKLOADS}
        rows.append(row | {"area": number(of["area"], 3)})
    columns = {
        "order": say("排序", "Order"),
        "ap": say("平均查准", "AP"),
        "lift": say("提升", "Lift"),
        "right": say("属实%", "Right %"),
        "yuan": say("金额%", "Yuan %"),
        **{_work(part): f"{part:.0%}" for part in WORKLOADS},
        "area": say("面积", "Area"),
    }
    return grid(rows, {name: head for name, head in columns.items() if name in rows[0]})


def _read(ours: Order, ks: Sequence[int]) -> str:
    """How to read the table of orders, and how sure medaudit's own row is."""
    first = (
        say(f"“属实”“金额”看前 {ks[-1]} 个；", f"right and yuan: of the first {ks[-1]}; ")
        if ks
        else ""
    )
    how = say(
        f"平均查准及其对随机的提升倍数按概率算；{first}50%、80%、90%：查回这么多金额要打开几个；"
        "面积：工作量曲线下的面积，最优排序为 1。",
        f"AP: average precision, by probability, and its lift over random; {first}50%, 80%, 90%: cases to open for so "
        "much of the yuan; area: under the workload curve, 1 for the best possible order.",
    )
    sure = [
        (say("平均查准", "AP"), between(ours.intervals["average_precision"], 3, 1)),
        *((f"{part:.0%}", between(ours.intervals[_work(part)], 0, 1)) for part in WORKLOADS),
        (say("面积", "area"), between(ours.intervals["area"], 3, 1)),
    ]
    told = say("，", ", ").join(f"{name} {interval}" for name, interval in sure if interval)
    return how + (say(f"medaudit 的区间：{told}。", f" medaudit's ranges: {told}.") if told else "")


def _first(ours: Order, ks: Sequence[int]) -> Grid:
    rows = []
    for k in ks:
        right, yuan = f"precision_at_{k}", f"yuan_at_{k}"
        rows.append(
            {
                "k": number(k),
                "right": percent(ours.values[right]),
                "right_range": between(ours.intervals[right]),
                "yuan": percent(ours.values[yuan]),
                "yuan_range": between(ours.intervals[yuan]),
            }
        )
    columns = {
        "k": say("medaudit 前几个", "medaudit's first"),
        "right": say("属实%", "Right %"),
        "right_range": say("区间", "Range"),
        "yuan": say("金额%", "Yuan %"),
        "yuan_range": say("区间", "Range"),
    }
    return grid(rows, columns)


def _bands(one: Listed) -> Grid:
    rows = [
        {
            "band": f"{band.low:g}–{band.high:g}" if band.high else say("未被点到", "not named"),
            "cases": number(band.cases),
            "said": number(100 * band.said, 1),
            "so": number(100 * (band.so.value or 0), 1),
            "range": range_of(band.so),
        }
        for band in one.bands
    ]
    columns = {
        "band": say("概率", "Probability"),
        "cases": say("个数", "Cases"),
        "said": say("所报平均%", "Said %"),
        "so": say("实际%", "Is so %"),
        "range": say("区间", "Range"),
    }
    return grid(rows, columns)


def _calibrated(one: Listed) -> str:
    parts = [
        say(
            f"Brier 分 {one.brier:.4f}（一律报基准率为 {one.brier_base:.4f}，越低越好）",
            f"Brier score {one.brier:.4f} (saying the base rate of everybody: {one.brier_base:.4f}; lower is better)",
        ),
        say(
            f"概率之和 {one.expected:,.1f}，实际 {one.responsible:,} 个",
            f"the probabilities add up to {one.expected:,.1f}, responsible are {one.responsible:,}",
        ),
    ]
    if one.size is not None:
        named = ""
        if one.size_named is not None:
            named = say(
                f"，名单内 {one.size_named:+.2f}", f", {one.size_named:+.2f} among those listed"
            )
        parts.append(
            say(
                f"概率与结算量的等级相关 {one.size:+.2f}{named}",
                f"rank correlation of probability and size (settlements) {one.size:+.2f}{named}",
            )
        )
    return say("；", "; ").join(parts) + say("。", ".")


def _work(part: float) -> str:
    return f"cases_for_{round(100 * part)}"
