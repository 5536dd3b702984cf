"""What is said of the run folder, of run.json and of the user's own rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from medaudit.language import counted, say
from medaudit.verified.said import Said

if TYPE_CHECKING:
    from medaudit.verified import Verified

FEW = 10  # contradictions told one by one


def of_folder(told: Said) -> Iterator[str]:
    """Whether the files of the run are those the scan wrote."""
    if not told.known:
        yield say(
            "结果文件夹：较早版本写出，没有记下各文件的校验值，未核对。",
            "Run folder: an older version wrote it and noted no hashes of its files; not checked.",
        )
        return
    if not (told.missing or told.changed):
        yield say("结果文件夹的各文件与扫描写出时相同（SHA-256）。", "The files of the run folder are as the scan wrote them (SHA-256).")  # fmt: skip
    for name in told.missing:
        yield say(f"  结果文件夹缺少：{name}", f"  missing from the run folder: {name}")
    for name in told.changed:
        yield say(f"  扫描后改过：{name}", f"  changed since the scan: {name}")


def of_rules(made: Verified) -> Iterator[str]:
    """Whether the user's own rules are those that ran, and that points count as they did then."""
    for name in made.own.missing:
        yield say(f"  找不到自己的规则：{name}（用 --rules 指明）", f"  a rule of your own is not to be found: {name} (say where with --rules)")  # fmt: skip
    for name in made.own.changed:
        yield say(f"  自己的规则改过：{name}", f"  a rule of your own has changed: {name}")
    many, same = made.suspended
    if not same:
        yield say(
            f"记分停职按当时的算（{many} 条），今天的台账算出来不同。",
            f"Suspensions by points are those of the run ({many:,}); the ledger tells others today.",
        )


def of_run_json(told: Said) -> Iterator[str]:
    """Its check, whether it is the one written down, and what in it contradicts what is there."""
    yield say(f"run.json 的校验值：{told.sha256}", f"Check of run.json: {told.sha256}")
    if told.expected:
        yield (
            say("  与抄下的相同。", "  the one that was written down.")
            if told.sha256.startswith(told.expected.lower())
            else say("  与抄下的不同：扫描后改过，或抄的是另一次运行。", "  not the one written down: it was changed since, or that was of another run.")
        )  # fmt: skip
    for same in (True, False):
        if events := [str(number) for number, is_same in told.noted.items() if is_same is same]:
            listed = say("、", ", ").join(events)
            yield (
                say(f"  与台账第 {listed} 条记下的相同。", f"  the one that the ledger noted (event {listed}).")
                if same
                else say(f"  与台账第 {listed} 条记下的不同：此后改过。", f"  not the one that the ledger noted (event {listed}): changed since.")
            )  # fmt: skip
    many = len(told.contradictions)
    if not many:
        yield say("  它说的行数、条数和规则的状态与文件相符。", "  what it says of rows, findings and rules agrees with the files.")  # fmt: skip
        return
    yield say(
        f"  它说的有 {many} 处与文件不符：",
        f"  {counted(many, 'statement')} in it that the files contradict:",
    )
    for one in told.contradictions[:FEW]:
        said, found = _shown(one.said), _shown(one.found)
        yield say(f"    {one.name}：写的是 {said}，实为 {found}", f"    {one.name}: says {said}, is {found}")  # fmt: skip
    if many > FEW:
        yield say(f"    另有 {many - FEW} 处，--format json 列出全部", f"    {many - FEW} more: --format json lists all")  # fmt: skip


def _shown(value: Any) -> str:
    return say("（没有）", "(nothing)") if value is None else f"{value:,}" if isinstance(value, int) else str(value)  # fmt: skip
