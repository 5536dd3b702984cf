"""A run folder put before the user: the summary of a scan, and the list of suspects within limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from medaudit.language import say
from medaudit.library.shelf import hashed
from medaudit.output import show as output
from medaudit.output.columns import COMPARED, label
from medaudit.output.mask import masked
from medaudit.output.table import table
from medaudit.ranking.scale import HIGH, MEDIUM
from medaudit.records.schema import TABLES
from medaudit.runs import arrived
from medaudit.runs.exploring import explored, marked
from medaudit.runs.folder import MARK
from medaudit.runs.reading import frame
from medaudit.runs.reviewed import by_rule, calibrated, of_ledger
from medaudit.runs.told import account_line

if TYPE_CHECKING:
    import pandas as pd

LEVELS = ("violation", "suspected", "lead")
TOP = 10


class Limits(Protocol):
    """What the shared options of commands say about what is listed."""

    @property
    def by(self) -> Any: ...
    @property
    def top(self) -> int | None: ...
    @property
    def since(self) -> Any: ...
    @property
    def until(self) -> Any: ...
    @property
    def institution(self) -> list[str] | None: ...
    @property
    def area(self) -> str | None: ...
    @property
    def person(self) -> str | None: ...
    @property
    def min_amount(self) -> float | None: ...
    @property
    def format(self) -> Any: ...
    @property
    def output(self) -> Path | None: ...


def summary(told: dict[str, Any], out: Path) -> str:
    """What was read, what ran, was skipped or failed, and where the results are."""
    lines = []
    for name, account in told["tables"].items():
        lines.append(f"{TABLES[name].label}{say('：', ': ')}{account_line(account)}")
    for entry in told["inputs"]:
        if entry["replaced"]:
            text = say(
                f"{entry['replaced']:,} 处乱码", f"{entry['replaced']:,} bytes that are no text"
            )
            lines.append(f"{entry['file']}{say('：', ': ')}{text}")
    for entry in told["not_read"]:
        lines.append(
            say(
                f"未读取 {entry['file']}：{entry['why']}",
                f"Not read {entry['file']}: {entry['why']}",
            )
        )
    lines += arrived.lines(told)
    states = [entry["state"] for entry in told["detectors"]]
    lines.append(
        say("规则：运行 {}，跳过 {}，失败 {}", "Rules: ran {}, skipped {}, failed {}").format(
            *(states.count(state) for state in ("ran", "skipped", "failed"))
        )
    )
    lines += _not_run(told, "skipped")
    lines += _against_peers(told)
    lines += by_rule(told["reviews"])
    lines += of_ledger(told["ledger"])
    levels = told["levels"]
    counts = say("，", ", ").join(
        f"{label('level', level)} {levels.get(level, 0):,}" for level in LEVELS
    )
    lines.append(
        say(
            f"疑点 {told['findings']:,} 条（{counts}），涉及基金 {told['amount']:,.2f} 元；结果在 {out}",
            f"Findings: {told['findings']:,} ({counts}), fund money {told['amount']:,.2f} yuan; results in {out}",
        )
    )
    if any(account["rejected"] for account in told["tables"].values()):
        lines.append(
            say(f"剔除的行和原因见 {out}/rejects.csv", f"rejected rows and why: {out}/rejects.csv")
        )
    check = hashed(out / MARK)
    lines.append(
        say(f"run.json 的校验值（请抄下，核验时用）：{check}", f"Check of run.json (write it down to verify by): {check}")
    )  # fmt: skip
    adjusted = calibrated(told["reviews"])
    lines.append(
        say(
            f"以下是疑点，不是结论。{adjusted}看证据：medaudit case 编号 --run {out}",
            f"These are leads, not conclusions. {adjusted} "
            f"For the evidence: medaudit case ID --run {out}",
        )
    )
    return "\n".join(lines) + "\n"


def _against_peers(told: Mapping[str, Any]) -> Iterator[str]:
    """How many of each kind were held against their peers, and of which kinds there are too few."""
    ran = [entry for entry in told["anomalies"] if entry["state"] == "ran"]
    if ran:
        counts = say("，", ", ").join(
            f"{label('subject_type', entry['subject_type'])} {entry['examined']:,}" for entry in ran
        )
        yield say(f"与同类比较：{counts}", f"Held against peers: {counts}")
    for entry in told["anomalies"]:
        kind = label("subject_type", entry["subject_type"])
        if entry["state"] != "ran":
            yield f"  {kind}{say('：', ': ')}{label('state', entry['state'])} - {entry['why']}"


def failures(told: Mapping[str, Any]) -> str:
    """The rules that failed and how."""
    return "\n".join([say("有规则失败：", "Rules that failed:"), *_not_run(told, "failed")])


def _not_run(told: Mapping[str, Any], state: str) -> list[str]:
    return [
        f"  {entry['rule']} {entry['title']}{say('：', ': ')}{label('state', state)} - {entry['why']}"
        for entry in told["detectors"]
        if entry["state"] == state
    ]


def reaches(told: Mapping[str, Any], level: str) -> bool:
    """Whether a run has a finding at `level` or above."""
    return any(told["levels"].get(name) for name in LEVELS[: LEVELS.index(level) + 1])


def show_suspects(folder: Path, limits: Limits, explore: int = 0) -> None:
    """List the suspects of a run folder within `limits`, on stdout or in a file.

    explore: so many more of each kind, drawn at random from below the list and marked: what reviews say of them is
    an unbiased measure of its lower part.
    """
    suspects = within(folder, limits)
    form = output.format_of(limits.format, limits.output)
    if form in ("table", "markdown") or limits.top:
        suspects = explored(suspects, limits.top or TOP, explore)
    on_screen = form == "table" and limits.output is None
    if on_screen:
        suspects = _to_the_point(folder, suspects)
    suspects = marked(suspects)
    if limits.output is None:
        suspects = masked(
            suspects, names_only=True
        )  # a file stays in the building, a screen is seen
    if on_screen:
        text = "\n\n".join([*_sections(suspects), *([] if suspects.empty else [_bands()])])
        with output.standard_output() as stream:
            stream.write((text + "\n").encode("utf-8", "replace"))
    else:
        output.show(suspects, limits.format, limits.output)


def _bands() -> str:
    """What a probability means."""
    high, medium, low = (label("band", name) for name in ("high", "medium", "low"))
    return say(
        f"概率：{HIGH:g} 及以上{high}，{MEDIUM:g}–{HIGH:g} {medium}，以下{low}。",
        f"P: from {HIGH:g} {high}, {MEDIUM:g}–{HIGH:g} {medium}, below {low}.",
    )


def _to_the_point(folder: Path, suspects: pd.DataFrame) -> pd.DataFrame:
    """`suspects` with only the weightiest of their reasons."""
    keys = ["subject_type", "subject_id"]
    points = frame(folder, "points")
    return suspects.drop(columns="reasons").merge(
        points.rename(columns={"points": "reasons"}), on=keys, how="left"
    )


def within(folder: Path, limits: Limits) -> pd.DataFrame:
    """The suspects of a run that have a finding within `limits`; rank and score stay those of the run."""
    suspects = frame(folder, "suspects")
    if limits.by:
        suspects = suspects[suspects["subject_type"] == limits.by]
    if limits.min_amount is not None:
        suspects = suspects[suspects["amount"].astype(float) >= limits.min_amount]
    if any((limits.since, limits.until, limits.institution, limits.area, limits.person)):
        named = _named(folder, limits)
        keys = list(zip(suspects["subject_type"], suspects["subject_id"], strict=True))
        suspects = suspects[[key in named for key in keys]]
    return suspects


def _named(folder: Path, limits: Limits) -> set[tuple[str, str]]:
    """The subjects that the findings within the limits count against."""
    import pandas as pd

    found = frame(folder, "findings")
    day = pd.to_datetime(found["occurred_on"])
    kept = pd.Series(True, index=found.index)
    if limits.since:
        kept &= day >= pd.Timestamp(limits.since)
    if limits.until:
        kept &= day <= pd.Timestamp(limits.until)
    if limits.institution:
        kept &= found["fixmedins_code"].isin(limits.institution)
    if limits.area:
        kept &= _areas(folder, found["fixmedins_code"]).str.startswith(limits.area, na=False)
    if limits.person:
        kept &= found["psn_no"] == limits.person
    claims = frame(folder, "claims")
    claims = claims[claims["finding_id"].isin(found.loc[kept, "finding_id"])]
    return set(zip(claims["subject_type"], claims["subject_id"], strict=True))


def _areas(folder: Path, codes: pd.Series[Any]) -> pd.Series[Any]:
    """The area of each institution: from the institution table, else as it stands in national codes."""
    table = frame(folder / "records", "institution").drop_duplicates("fixmedins_code")
    return codes.map(table.set_index("fixmedins_code")["admdvs"]).fillna(codes.str[1:7])


def _sections(suspects: pd.DataFrame) -> Iterator[str]:
    if suspects.empty:
        yield say("运行的规则没有发现疑点。", "The rules that ran found nothing.")
    for kind, some in suspects.groupby("subject_type", sort=False):
        heading = label("subject_type", str(kind))
        shown = some.assign(
            subject_id=[
                f"{name}\n{code}" if name and name == name else code
                for name, code in zip(some["subject_name"], some["subject_id"], strict=True)
            ]
        )
        columns = {
            "rank": say("名次", "#"),
            "subject_id": heading,
            "probability": say("概率", "P"),
            "amount": say("超额基金", "Excess") if kind in COMPARED else say("涉及基金", "Yuan"),
            "reasons": say("主要疑点", "Why"),
        }
        yield table(shown[list(columns)], columns)
