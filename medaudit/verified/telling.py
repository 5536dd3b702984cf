"""What came of verifying a run, put before the user: the inputs, the sample rule by rule, and every difference."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.errors import MedauditError, Problem
from medaudit.findings.text import plain
from medaudit.language import counted, say
from medaudit.output import show as output
from medaudit.output.mask import masked
from medaudit.output.table import UNKNOWN_WIDTH, markdown, table
from medaudit.output.whole import opened
from medaudit.output.wrap import wrap
from medaudit.verified import Verified
from medaudit.verified.held import LINKS, STATEMENT, Difference
from medaudit.verified.telling_said import of_folder, of_rules, of_run_json

if TYPE_CHECKING:
    import pandas as pd

FEW = 20  # differences shown on a screen
COLUMNS = ("rule", "finding_id", "state", "how", "column", "recorded", "anew", "why")


def tell(made: Verified, format: str, target: Path | None) -> None:
    """Show what came of it: a page; as JSON one document; as CSV or XLSX one row a finding, or a difference, with COLUMNS.

    Names are masked on standard output; a file has them in full. Raises MedauditError for a form that is not known.
    """
    form = output.format_of(format, target)
    hide = target is None
    if form in ("csv", "xlsx"):
        output.show(_rows(made, hide), format, target, title=say("核验", "Verified"))
        return
    if form == "json":
        text = json.dumps(document(made, hide), ensure_ascii=False, indent=2, default=plain)
    elif form in ("table", "markdown"):
        text = "\n\n".join(_page(made, form == "markdown", hide))
    else:
        raise MedauditError(Problem(say(f"不能写成 {form}", f"cannot be written as {form}"), "--format/--output"))  # fmt: skip
    with output.standard_output() if target is None else opened(target) as stream:
        stream.write((text + "\n").encode("utf-8", "replace"))


def document(made: Verified, hide: bool = True) -> dict[str, Any]:
    """The result for machines: inputs, seed, rules, findings and differences. hide: mask names in the values."""
    return {
        "run": str(made.asked.run), "seed": made.asked.seed, "found": made.found, "found_by_run_json": made.counted,
        "inputs": {"same": list(made.inputs.same), "changed": list(made.inputs.changed), "more": list(made.inputs.more)},
        "run_json": {
            "sha256": made.said.sha256, "expected": made.said.expected, "is_expected": made.said.is_expected,
            "ledger": {str(number): same for number, same in made.said.noted.items()},
            "contradictions": [{"name": one.name, "said": one.said, "found": one.found} for one in made.said.contradictions],
        },
        "folder": {"known": made.said.known, "missing": list(made.said.missing), "changed": list(made.said.changed)},
        "own_rules": {"folders": list(map(str, made.own.folders)), "changed": list(made.own.changed), "missing": list(made.own.missing)},
        "suspended": {"then": made.suspended[0], "same_today": made.suspended[1]},
        "not_compared": list(made.held.lacking),
        "rules": [dict(one) for one in made.held.rules],
        "findings": [dict(zip(("rule", "finding_id", "state"), one, strict=True)) for one in made.held.findings],
        "differences": [
            {"finding_id": one.finding_id, "rule": one.rule, "column": one.column, **dict(zip(("recorded", "anew"), _values(one, hide), strict=True))}
            for one in made.held.differences
        ],
    }  # fmt: skip


def _values(one: Difference, hide: bool) -> tuple[Any, Any]:
    """Both values, masked where the column holds a name or a telephone."""
    if not hide:
        return one.recorded, one.anew
    import pandas as pd

    name = one.column.removeprefix("evidence.")
    frame = masked(pd.DataFrame({name: [one.recorded, one.anew]}, dtype=object), names_only=True)
    first, second = frame[name].tolist()
    return first, second


def _rows(made: Verified, hide: bool) -> pd.DataFrame:
    import pandas as pd

    rules = {one["rule"]: one for one in made.held.rules}
    of: dict[str, list[Difference]] = {}
    for one in made.held.differences:
        of.setdefault(one.finding_id, []).append(one)
    rows = []
    for rule, finding, state in made.held.findings:
        told = {"rule": rule, "finding_id": finding, "state": state, "how": rules[rule]["how"], "why": rules[rule]["why"]}  # fmt: skip
        rows += [told | _difference(one, hide) for one in of.pop(finding, ())] or [told]
    for rest in of.values():  # what the run does not have
        rows += [{"rule": one.rule, "finding_id": one.finding_id, "state": "differs"} | _difference(one, hide) for one in rest]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _difference(one: Difference, hide: bool) -> dict[str, Any]:
    told = _values(one, hide)
    recorded, anew = (None if value is None else str(value) for value in told)
    return {"column": one.column, "recorded": recorded, "anew": anew}


def _page(made: Verified, as_markdown: bool, hide: bool) -> Iterator[str]:
    drawn = markdown if as_markdown else table
    asked, held = made.asked, made.held
    yield _wrapped("\n".join([*_inputs(made), *of_folder(made.said), *of_rules(made)]))
    yield _wrapped("\n".join(of_run_json(made.said)))
    sampled = len(held.findings)
    how = say("全部", "all of them") if asked.sample is None else say(f"种子 {asked.seed}", f"seed {asked.seed}")  # fmt: skip
    yield _said(
        f"疑点 {made.found:,} 条，核验 {sampled:,} 条（{how}）：重新读入文件，用规则的独立语句重算。",
        f"{counted(made.found, 'finding')}, {sampled:,} verified ({how}): files read again, "
        "rules computed anew by their stand-alone statements.",
    )
    if made.miscounted:
        yield _said(f"run.json 记有 {made.counted:,} 条疑点，与文件不符。", f"run.json says {made.counted:,} findings: the file does not agree.")  # fmt: skip
    if held.lacking:
        listed = say("、", ", ").join(held.lacking)
        yield _said(f"较早版本写出，没有这些列，未比较：{listed}", f"written by an older version without, so not compared: {listed}")  # fmt: skip
    yield drawn(_rules_frame(made), _headings())
    if held.differences:
        yield _differing(made, drawn, hide)
    yield _wrapped(_conclusion(made))


def _said(zh: str, en: str) -> str:
    return _wrapped(say(zh, en))


def _wrapped(text: str) -> str:
    return wrap(text, UNKNOWN_WIDTH)


def _inputs(made: Verified) -> Iterator[str]:
    same, changed, more = made.inputs.same, made.inputs.changed, made.inputs.more
    if not made.inputs.differ:
        yield say(f"输入文件 {len(same):,} 个，内容与扫描时相同（SHA-256）。", f"{counted(len(same), 'input')}, the same content as when scanned (SHA-256).")  # fmt: skip
        return
    yield say(
        f"输入文件：{len(same):,} 个相同，{len(changed):,} 个已改，{len(more):,} 个多出。",
        f"Inputs: {len(same):,} the same, {len(changed):,} changed, {len(more):,} more.",
    )
    yield from (say(f"  已改：{name}", f"  changed: {name}") for name in changed)
    yield from (say(f"  扫描时没有：{name}", f"  not there when scanned: {name}") for name in more)


def _headings() -> Mapping[str, str]:
    return {
        "rule": say("规则", "Rule"), "sampled": say("抽取", "Sampled"), "confirmed": say("一致", "Confirmed"),
        "differing": say("不一致", "Differing"), "unverified": say("未核验", "Not verified"),
        "how": say("方法", "How"),
    }  # fmt: skip


def _rules_frame(made: Verified) -> pd.DataFrame:
    import pandas as pd

    ways = {STATEMENT: say("独立语句", "statement"), LINKS: say("重新找群组再运行规则", "links found anew, then the rule")}  # fmt: skip
    counts = ("sampled", "confirmed", "differing", "unverified")
    rows = [dict(one) | {"how": one["why"] or ways[one["how"]]} for one in made.held.rules]
    if len(rows) > 1:
        sums = {name: sum(one[name] for one in rows) for name in counts}
        rows.append({"rule": say("合计", "All"), "how": "", **sums})
    return pd.DataFrame(rows, columns=list(_headings()))


def _differing(made: Verified, drawn: Callable[..., str], hide: bool) -> str:
    import pandas as pd

    told = made.held.differences
    rows = [
        {"finding_id": one.finding_id}
        | {name: "-" if value is None else value for name, value in _difference(one, hide).items()}
        for one in told[:FEW]
    ]
    headings = {
        "finding_id": say("疑点", "Finding"), "column": say("列", "Column"),
        "recorded": say("结果文件夹里", "In the run"), "anew": say("重算", "Anew"),
    }  # fmt: skip
    text = say("不一致的地方：", "What differs:") + "\n\n"
    text += drawn(pd.DataFrame(rows), headings)
    more = len(told) - FEW
    if more > 0:
        text += "\n" + say(f"（另有 {more:,} 处，--format csv 列出全部）", f"({more:,} more; --format csv lists all)")  # fmt: skip
    return text


def _conclusion(made: Verified) -> str:
    held = made.held
    if held.differing or made.miscounted or made.said.contradictions:
        return say("结论：运行结果与原始文件重算的不一致。", "Conclusion: the run differs from what the files give anew.")  # fmt: skip
    parts = []
    if made.said.differs:
        parts.append(say("结果文件夹不是扫描写出时的样子", "the run folder is not as the scan left it"))  # fmt: skip
    if made.inputs.differ:
        parts.append(say("输入文件与扫描时不同", "the inputs are not those that were scanned"))
    if not made.own.same:
        parts.append(say("自己的规则改过或找不到", "rules of your own have changed or are not to be found"))  # fmt: skip
    if held.unverified:
        parts.append(say(f"{held.unverified:,} 条未能核验", f"{held.unverified:,} could not be verified"))  # fmt: skip
    confirmed = sum(one["confirmed"] for one in held.rules)
    parts.append(say(f"重算的 {confirmed:,} 条全部一致", f"all {confirmed:,} computed anew agree"))
    return say("结论：", "Conclusion: ") + say("；", "; ").join(parts) + say("。", ".")
