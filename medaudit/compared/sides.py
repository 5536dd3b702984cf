"""The two runs that are compared, as views `old_…` and `new_…` of one shape, whatever version made them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from medaudit.compared.rings import put_same, renamed
from medaudit.engine import no_rows, quoted_name
from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.errors import MedauditError, Problem, all_problems
from medaudit.language import say
from medaudit.runs.folder import told_of

SIDES = ("old", "new")
FEW = 4  # rings told by their ids
_TEXTS = (
    "finding_id",
    "rule",
    "level",
    "subject_type",
    "subject_id",
    "setl_id",
    "psn_no",
    "fixmedins_code",
    "dr_codg",
    "evidence",
)
_MONEY = dict.fromkeys(("charge_amount", "amount", "account_amount"), "DECIMAL(16,2)")

# Table → its columns; then what nothing can be compared without.
TABLES: Mapping[str, Mapping[str, str]] = {
    "findings": dict.fromkeys(_TEXTS, "VARCHAR") | _MONEY
    | {"occurred_on": "DATE", "packaged": "INTEGER", "strength": "DECIMAL(5,4)"},
    "suspects": {"rank": "INTEGER", "subject_type": "VARCHAR", "subject_id": "VARCHAR", "subject_name": "VARCHAR",
                 "score": "DECIMAL(16,2)", "probability": "DOUBLE", "amount": "DECIMAL(16,2)", "findings": "INTEGER"},
    "subjects": {"subject_type": "VARCHAR", "subject_id": "VARCHAR", "settlements": "BIGINT", "charge": "DECIMAL(18,2)",
                 "fund_money": "DECIMAL(18,2)"},
    "claims": dict.fromkeys(("subject_type", "subject_id", "finding_id"), "VARCHAR"),
    "finding_lines": dict.fromkeys(("finding_id", "setl_id"), "VARCHAR"),
    "parts": {"subject_type": "VARCHAR", "subject_id": "VARCHAR", "family": "VARCHAR", "term": "DOUBLE"},
}  # fmt: skip
NEEDED = {
    "findings": ("finding_id", "rule", "level", "subject_type", "subject_id", "amount"),
    "suspects": ("rank", "subject_type", "subject_id", "amount"),
}
# Without these run.json says nothing of why; what is compared is compared all the same.
_TOLD = ("settings", "inputs", "detectors", "anomalies", "reviews")


@dataclass(frozen=True)
class Sides:
    """Both runs: their folders, what run.json says, and the columns of each table that both have.

    notes: what one of them does not have, in words.
    """

    engine: DuckEngine
    folders: tuple[Path, Path]
    told: tuple[Mapping[str, Any], Mapping[str, Any]]
    shared: Mapping[str, frozenset[str]]
    notes: tuple[str, ...]

    def has(self, table: str) -> bool:
        """Whether both runs kept a table."""
        return bool(self.shared[table])


def sides(engine: DuckEngine, old: Path, new: Path) -> Sides:
    """Show the tables of both runs. A table or column that one lacks is empty and told in the notes.

    Raises MedauditError naming every folder that is no finished run and everything needed that is missing.
    """
    folders = (old, new)
    wrong = all_problems(*(partial(told_of, folder) for folder in folders))
    if wrong:
        raise MedauditError(wrong)
    told = [told_of(folder) for folder in folders]
    there = {
        (side, name): _show(engine, side, folder, name)
        for side, folder in zip(SIDES, folders, strict=True)
        for name in TABLES
    }
    wrong = [
        _lacks(folder, told[i], name, needed - there[SIDES[i], name])
        for i, folder in enumerate(folders)
        for name, needed in ((name, set(columns)) for name, columns in NEEDED.items())
        if needed - there[SIDES[i], name]
    ]
    if wrong:
        raise MedauditError(wrong)
    shared = {name: frozenset(there["old", name] & there["new", name]) for name in TABLES}
    notes = [note for i in (0, 1) for note in _notes(folders[i], told[i], there, SIDES[i])]
    names = renamed(old, new)
    put_same(engine, names)
    notes += [*_unlike(engine, told), *_called(names)]
    return Sides(engine, folders, (told[0], told[1]), shared, tuple(notes))


def _show(engine: DuckEngine, side: str, folder: Path, name: str) -> set[str]:
    """Show a table of a run as `old_name` or `new_name`, and return which of its columns are there."""
    path, columns = folder / f"{name}.parquet", TABLES[name]
    view = f"{side}_{name}"
    if not path.is_file():
        engine.view(view, no_rows(columns))
        return set()
    read = f"read_parquet({quoted(path)})"
    try:
        has = {row[0] for row in engine.rows(f"DESCRIBE SELECT * FROM {read}")}
    except MedauditError as error:
        do = say("重新扫描", "scan again")
        raise MedauditError(
            Problem(say("文件已损坏", "the file is damaged"), str(path), do)
        ) from error
    told = ", ".join(
        f"CAST({quoted_name(c) if c in has else 'NULL'} AS {kind}) AS {quoted_name(c)}"
        for c, kind in columns.items()
    )
    engine.view(view, f"SELECT {told} FROM {read}")
    return has & set(columns)


def _lacks(folder: Path, told: Mapping[str, Any], name: str, columns: set[str]) -> Problem:
    listed = say("、", ", ").join(sorted(columns))
    return Problem(
        say(f"medaudit {told['medaudit']} 写出的结果里没有：{listed}", f"written by medaudit {told['medaudit']}, it lacks: {listed}"),
        str(folder / f"{name}.parquet"),
        say("用这一版重新扫描后再比较", "scan again with this version, then compare"),
    )  # fmt: skip


def _unlike(engine: DuckEngine, told: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """That the runs have nobody in common, or that the later one was given first."""
    finished = [when for one in told if (when := _when(one))]
    if len(finished) == 2 and finished[0] > finished[1]:
        yield say(
            "先给出的（旧）比后给出的（新）完成得晚：是不是写反了？",
            "The run given first, as the old one, finished after the new one: are they the wrong way round?",
        )
    shared = (
        "SELECT count(*) FROM (SELECT 1 FROM old_subjects o JOIN new_subjects n "
        "ON n.subject_type = o.subject_type AND n.subject_id = o.subject_id LIMIT 1) t"
    )
    counts = [engine.value(f"SELECT count(*) FROM {side}_subjects") for side in SIDES]
    if all(counts) and not engine.value(shared):
        yield say(
            "两次运行没有共同的机构、人和结算：多半是不同地方的数据，差异没有意义。",
            "The runs have no institution, nobody and no settlement in common: most likely they are of different places, and what differs says nothing.",
        )


def _when(told: Mapping[str, Any]) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(str(told.get("finished"))).astimezone()
    except ValueError:
        return None


def _called(names: Mapping[str, str]) -> Iterator[str]:
    """Rings that the runs call otherwise."""
    if names:
        some = list(names.items())[:FEW]
        listed = say("、", ", ").join(f"{old} → {new}" for old, new in some)
        more = say(f" 等 {len(names)} 个", f" and {len(names) - FEW} more") if len(names) > FEW else ""  # fmt: skip
        yield say(
            f"成员过半相同、编号不同的关联群组按同一个比：{listed}{more}。",
            f"Rings of other ids that kept more than half of their members are compared as the same: {listed}{more}.",
        )


def _notes(
    folder: Path, told: Mapping[str, Any], there: Mapping[tuple[str, str], set[str]], side: str
) -> list[str]:
    """What a run of an older form lacks, in one sentence; none where it has everything."""
    gaps = [f"run.json {key}" for key in _TOLD if key not in told]
    if any("version" not in entry for entry in told.get("detectors", ())):
        gaps.append("run.json detectors.version")
    for name, columns in TABLES.items():
        has = there[side, name]
        gaps += (
            [f"{name}.{column}" for column in columns if column not in has]
            if has
            else [f"{name}.parquet"]
        )
    if not gaps:
        return []
    listed = say("、", ", ").join(gaps)
    return [
        say(f"{folder} 由 medaudit {told['medaudit']} 写出，没有 {listed}：这些不比较，有些差异因此说不出原因。",
            f"{folder} was written by medaudit {told['medaudit']} without {listed}: not compared, and some differences stay unexplained.")
    ]  # fmt: skip
