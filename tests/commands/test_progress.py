"""What long work shows of itself: bars on a terminal, nothing anywhere else."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from medaudit.commands._bars import Bars, drawn
from medaudit.output.wrap import width
from medaudit.progress import STAGES
from tests.small_county import of_visit, rule, settlement, write
from tests.terminal import on_terminal

HOUSE = Path(__file__).parents[2] / "medaudit"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with two settlements in `data` and a rule STY90 in `own` that finds both."""
    write(tmp_path / "data", {"settlement": [settlement("S1"), settlement("S2", psn_no="P2")]})
    rule(tmp_path / "own", "STY90", of_visit(), responsible='["institution", "patient"]')
    return tmp_path


ARGUMENTS = ("data", "--rules", "own", "--select", "STY90", "--select", "ANO")
DRAWN = {
    "zh_CN.UTF-8": ["查看文件", "读取文件", "冲销与去重", "整理数据", "运行规则", "汇总疑点", "与同类比较", "排出先后", "写出结果"],
    "en_US.UTF-8": ["opening files", "reading files", "refunds, duplicates", "working out facts", "running rules", "gathering findings",
                    "comparing with peers", "ranking", "writing results"],
}  # fmt: skip


@pytest.mark.parametrize("locale", DRAWN)
def test_a_terminal_of_eighty_columns_shows_every_stage_with_its_seconds(
    data: Path, locale: str
) -> None:
    seen = on_terminal("scan", *ARGUMENTS, cwd=data, locale=locale)
    assert seen.exit_code == 0
    bars = [line for line in seen.left if "━" in line]
    assert [re.split(" +━", line.removeprefix("✓ "))[0] for line in bars] == DRAWN[locale]
    second = "秒" if locale.startswith("zh") else "s"
    assert all(re.search(rf"\d {second}$", line) for line in bars)
    assert all(width(line) <= 80 for line in bars)
    assert [line for line in bars if " 1/1 " in line] == [bars[1], bars[4]]  # the file, the rule


@pytest.fixture
def bars() -> Iterator[Bars]:
    with drawn(Console(file=io.StringIO(), width=80)) as told:
        yield told


def last(bars: Bars) -> str:
    """The last line as it would be drawn now."""
    page = Console(file=io.StringIO(), width=80)
    page.print(bars.drawing.get_renderable())
    return page.file.getvalue().splitlines()[-1].rstrip()


def test_a_stage_tells_how_far_it_is_and_what_is_under_way(bars: Bars) -> None:
    bars.stage("rules", 3)
    bars.step("STY01 第一条")
    bars.step("STY02 第二条")
    assert re.fullmatch(r"\S 运行规则 ━.* 1/3 0 秒 +STY02 第二条", last(bars))
    bars.step("STY03 " + "很长的名字" * 20)
    assert last(bars).endswith("…")
    assert width(last(bars)) <= 80
    bars.stage("findings")
    assert re.fullmatch(r"\S 汇总疑点 ━+ +0 秒", last(bars))


def test_how_long_is_left_is_told_only_where_steps_are_alike_and_some_are_done(bars: Bars) -> None:
    for stage, told in (("facts", False), ("rules", True)):
        bars.stage(stage, 100)
        for number in range(10):
            bars.step(str(number))
            early = "约剩" in last(bars)
            assert not early or number >= 5
        assert ("约剩" in last(bars)) is told


def test_a_first_line_is_seen_before_anything_slow_is_imported_or_opened(data: Path) -> None:
    telling = """
import sys
class Telling:
    def find_spec(self, name, path=None, target=None):
        if name in ("duckdb", "pandas", "sklearn", "pyod"):
            print(f"<imports {name}>", file=sys.__stderr__, flush=True)
sys.meta_path.insert(0, Telling())
"""
    for command in ("scan", "check", "anomalies"):
        drawn = on_terminal(command, "data", cwd=data, before=telling).drawn
        assert 0 <= drawn.find("准备") < drawn.find("<imports "), command


def test_results_on_stdout_have_nothing_of_the_bars(data: Path) -> None:
    seen = on_terminal("scan", *ARGUMENTS, "--format", "csv", cwd=data)
    assert seen.stdout.lstrip("\ufeff").startswith("rank,")
    assert "━" not in seen.stdout
    assert "\x1b" not in seen.stdout


@pytest.mark.parametrize("command", ["compare", "links"])
def test_what_is_told_while_a_run_is_open_comes_after_the_bars(data: Path, command: str) -> None:
    on_terminal("scan", *ARGUMENTS, "--quiet", cwd=data)
    words = ("compare", "medaudit-run", "medaudit-run") if command == "compare" else ("links", "data")  # fmt: skip
    left = [line for line in on_terminal(*words, cwd=data, both=True).left if line]
    bars = [number for number, line in enumerate(left) if "━" in line]
    assert bars == list(range(len(bars)))
    assert 0 < len(bars) < len(left)


def test_a_stage_that_is_broken_off_says_so_and_one_that_never_began_leaves_nothing(
    data: Path,
) -> None:
    (data / "data" / "settlement.csv").write_text("a,b\n1,2\n")
    left = on_terminal("scan", "data", cwd=data).left
    assert left[0].startswith("✗ 查看文件")
    left = on_terminal("scan", "data", "--select", "NONE9", cwd=data).left
    assert left[0].startswith("--select/--ignore")


@pytest.mark.parametrize("quiet", [True, False])
def test_quiet_draws_nothing(data: Path, quiet: bool) -> None:
    seen = on_terminal("scan", *ARGUMENTS, *["--quiet"] * quiet, cwd=data)
    assert bool(seen.drawn) is not quiet


def test_every_stage_that_is_spoken_of_is_known_and_every_one_known_is_spoken_of() -> None:
    spoken = set()
    for path in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "stage":
                spoken |= {word.value for word in node.args[:1] if isinstance(word, ast.Constant)}
    assert spoken == set(STAGES)
