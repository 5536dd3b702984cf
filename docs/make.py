"""Writes the pages that the code knows best: the rules in both languages, and the help of every command.

    python docs/make.py

Each page is made from the rule files and the commands as they are; a test says when one is stale.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import Any

INDEX = "../medaudit/engine/index.json"
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from medaudit import cli, facts, language  # noqa: E402
from medaudit.detectors import catalogue  # noqa: E402
from medaudit.detectors.anomalies.features import Feature, features  # noqa: E402
from medaudit.detectors.anomalies.profiles import CALLED, KINDS  # noqa: E402
from medaudit.detectors.rule import FAMILIES, LEVELS, REASONS  # noqa: E402
from medaudit.engine import portable  # noqa: E402
from medaudit.engine.index import Gist, written  # noqa: E402
from medaudit.handbook import page, words  # noqa: E402
from medaudit.handbook.rule import explain, title  # noqa: E402
from medaudit.language import say  # noqa: E402


def pages() -> dict[str, str]:
    """File name in docs/ → what it should hold."""
    spoken = language.spoken()
    made = {}
    for ending, tongue in ((".md", "en"), (".zh.md", "zh")):
        language.speak(tongue)
        made["rules" + ending] = "\n\n".join(_rules()) + "\n"
        made["anomalies" + ending] = "\n\n".join(_anomalies()) + "\n"
    language.speak(spoken)
    return made | {"cli.md": "\n\n".join(_commands()) + "\n", INDEX: _index()}


def _index() -> str:
    """What the shipped rules and facts read and return, each checked in full."""
    texts = {
        path.read_text(encoding="utf-8"): path for path in sorted(catalogue.FOLDER.rglob("*.sql"))
    }
    gists = []
    for text, path in texts.items():
        rule = catalogue.read_rule(path, own=True)
        gists.append((text, Gist(rule.reads, rule.columns)))
    for path in sorted(facts.FOLDER.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        query = portable.parse(facts.split(text)[1])
        gists.append((text, Gist(frozenset(portable.tables_in(query)), ())))
    return written(gists)


def _anomalies() -> Iterator[str]:
    """How subjects are held against their peers, and every feature with its unit."""
    yield say("# 与同类比较", "# Against peers")
    yield say(
        "`medaudit scan` 除规则外，还把每家机构、药店、医师和每位患者与同类比较；`medaudit anomalies` 只做这一步，并可画图。"
        "与众不同不等于违规：它只提高或补充名单上的概率，单独一项不构成疑点等级。",
        "Besides its rules `medaudit scan` holds every institution, pharmacy, doctor and patient against its peers; `medaudit anomalies` does that alone "
        "and draws pictures. Being unlike others is no wrong: it adds to a probability, and nothing more.",
    )
    yield say("## 怎样比", "## How")
    yield say(
        "- **同类**：从最细的一组开始，不足 15 个时用上一级：" + _groups("；") + "。\n"
        "- **病例组标化**：费用、天数和各类费用占比与其他机构（或医师）同样病例（主诊断前两位 × 是否手术 × 年龄段）的期望比较。\n"
        "- **偏离**：z = (y − 中位数) / √(本身例数带来的方差 + τ² + v)，τ² 是同类之间本来的差异（Spiegelhalter 2005），v 是 τ² 和中位数本身的不准。例数少的不因偶然突出，例数多的不因小差异、也不因同类都小而突出；规模不是理由。\n"
        "- **综合**：三个最大 z 的平均、孤立森林、马氏距离和第 10 近邻距离（5 万个以内）四种名次的平均；不足 200 个时只看三个最大的 z。随机种子固定，没有“污染率”参数。\n"
        "- **进入名单**：三个最大 z 的平均在 2 以上（且在前 10%，不足 200 个时不要求）的，证据按 2、3、5、8 处的 0、0.8、1.8、2.4（对数几率）直线内插后乘 0.6 加入；没有疑点的，平均在 3 以上（200 个以上时还要在前 1%）才上名单。\n"
        "- **金额**：名单上的金额只来自多付的基金：同样病例的费用、患者的费用总额超出同类中位数的部分，按基金支付比例折算。费用占比超出同类的，只说这类费用超出同类份额多少元，不算多付：别的费用可能相应少收。",
        "- **Peers**: the narrowest group first, its parent when it has fewer than 15: "
        + _groups("; ")
        + ".\n"
        "- **Case mix**: costs, lengths of stay and shares of charges are held against what the same cases (first two characters of the main diagnosis × operated × age band) show elsewhere.\n"
        "- **How far out**: z = (y − median) / √(variance of its own number of cases + τ² + v); τ² is what peers differ by anyhow (Spiegelhalter 2005), v how inexactly τ² and the median are known. Small ones do not stand out by chance, large ones neither by small differences nor because their peers are small: size is no reason.\n"
        "- **As a whole**: the mean rank of four: the mean of the three largest z, an isolation forest, the Mahalanobis distance and the distance to the tenth neighbour (up to 50,000 subjects); with fewer than 200 the three largest z alone. Seeds are fixed and there is no contamination to set.\n"
        "- **On the list**: where that mean of three is 2 or more (and in the top tenth, of 200 or more subjects), the evidence is 0, 0.8, 1.8 and 2.4 log-odds at 2, 3, 5 and 8, straight between, times 0.6. Who has no finding is listed from 3 on (and in the top hundredth, of 200 or more).\n"
        "- **Money**: on a list it comes only from fund money paid more: what the same cases cost, or a person's sums, beyond the peers' median, times the share that the fund paid. Where a share of charges is beyond the peers', the charges of that kind are told and nobody is said to have paid more: less may have been charged of another.",
    )
    yield say("## 指标", "## Features")
    head = say(
        "| 指标 | 名称 | 对象 | 单位 | 金额 |", "| feature | what it is | of | unit | money |"
    )
    rows = [
        f"| `{one.name}` | {one.title} | {say('、', ', ').join(say(*KINDS[kind]) for kind in one.of)} | {_unit(one.unit)} | {_money(one)} |"
        for one in features()
    ]
    yield "\n".join([head, "|---|---|---|---|---|", *rows])


UNITS = {
    "times": "倍", "share": "占比", "days": "天", "yuan": "元", "per head": "次/人", "count": "次", "index": "指数",
    "places": "家", "doctors": "人", "drugs": "种",
}  # fmt: skip


def _unit(unit: str) -> str:
    return say(UNITS[unit], unit)


def _money(feature: Feature) -> str:
    if not feature.money:
        return ""
    return say("多付的基金", "paid more") if feature.is_paid else say("这类费用", "charges")


def _groups(between: str) -> str:
    return between.join(
        say(*KINDS[kind]) + say("：", ": ") + " → ".join(say(*names) for names in CALLED[kind])
        for kind in KINDS
    )


def _rules() -> Iterator[str]:
    yield say("# 规则", "# Rules")
    yield say(
        "本页由 `docs/make.py` 根据规则文件生成，请勿手改。命令行里看同样的内容：`medaudit rules 编号`。",
        "Made by `docs/make.py` from the rule files: do not edit. The same on the command line: "
        "`medaudit rules CODE`.",
    )
    yield say(
        "规则报出的是疑点，不是结论：是否违规由人核实后认定。",
        "What rules report are leads, not conclusions: a person checks and decides.",
    )
    yield "\n".join(
        f"- **{words.level(level)}**{say('：', ': ')}{words.level_meaning(level)}"
        for level in LEVELS
    )
    every = sorted(catalogue.known(), key=lambda r: (list(FAMILIES).index(r.family), r.code))
    yield _list([f"[{title(r)}](#{r.code.lower()}) · {words.level(r.level)}" for r in every])
    for family, rules in groupby(every, key=lambda rule: rule.family):
        yield f"## {family} {words.family(family)}"
        for rule in rules:
            values = {name: param.default for name, param in rule.params.items()}
            yield f'<a id="{rule.code.lower()}"></a>'
            yield page.markdown(title(rule), explain(rule, values), depth=3)
    yield say("## 自动排除的情形", "## What sets a hit aside")
    yield say(
        "各规则用到的排除情形如下；一次住院的各笔结算都随之排除。",
        "The situations that rules refer to; all settlements of a stay are set aside together.",
    )
    yield _list(
        [f"**{words.reason(r)}** (`{r}`){say('：', ': ')}{words.reason_sign(r)}" for r in REASONS]
    )


def _list(items: list[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield "Made by `docs/make.py` from the commands' own help: do not edit."
    names = list(_names(cli.app()))
    with ThreadPoolExecutor() as pool:
        for name, text in zip(names, pool.map(_help, names), strict=True):
            yield f"## medaudit {name}".rstrip()
            yield f"```text\n{text}\n```"


def _names(command: Any, name: str = "") -> Iterator[str]:
    """A command and those below it, as they are typed after `medaudit`."""
    yield name
    for below, one in getattr(command, "commands", {}).items():
        yield from _names(one, f"{name} {below}".strip())


def _help(name: str) -> str:
    """The help of a command, in a process of its own: its language is settled when it is imported."""
    command = [sys.executable, "-m", "medaudit", *name.split(), "--help"]
    environment = {**os.environ, "LC_ALL": "en_US.UTF-8", "COLUMNS": "80", "PYTHONUTF8": "1"}
    run = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=True, cwd=ROOT, env=environment
    )
    return run.stdout.strip()


if __name__ == "__main__":
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")
