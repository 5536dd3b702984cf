"""Decisions people took, read from a file: what the ranking learns from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.ranking.learning import Review
from medaudit.ranking.scale import BASE

DECISIONS = {
    "confirmed": True, "dismissed": False, "查实": True, "属实": True, "确认": True, "排除": False, "不属实": False, "否": False,
}  # fmt: skip


def read_reviews(paths: Sequence[Path]) -> list[Review]:
    """The decisions in CSV files with a column `decision` (confirmed or dismissed) and either `finding_id` or
    `subject_type` and `subject_id`; of several on the same thing the last holds,
    and says where it contradicts an earlier one.

    Raises MedauditError naming every row that cannot be used.
    """
    problems: list[Problem] = []
    found: dict[tuple[str, str, str], tuple[Review, str]] = {}
    for path in paths:
        for review, place in _rows(path, problems):
            key = (review.finding_id, review.subject_type, review.subject_id)
            before, earlier = found.pop(key, (review, ""))
            rows = before.contradicts
            if before.confirmed != review.confirmed:
                rows = say(f"{earlier}与{place}", f"{earlier} and {place}")
            found[key] = replace(review, contradicts=rows), place
    if problems:
        raise MedauditError(problems)
    return [review for review, _ in found.values()]


def _rows(path: Path, problems: list[Problem]) -> Iterator[tuple[Review, str]]:
    try:
        text = _decoded(path.read_bytes())
    except (OSError, UnicodeDecodeError) as error:
        why = (
            error.strerror
            if isinstance(error, OSError)
            else say("不是 UTF-8 或 GB18030", "neither UTF-8 nor GB18030")
        )
        problems.append(
            Problem(
                say(f"读不到复核文件：{why}", f"the file of reviews cannot be read: {why}"),
                str(path),
            )
        )
        return
    reader = csv.DictReader(io.StringIO(text, newline=None))
    columns = set(reader.fieldnames or ())
    if "decision" not in columns or not (
        {"finding_id"} <= columns or {"subject_type", "subject_id"} <= columns
    ):
        what = say(
            "复核文件要有 decision 和 finding_id（或 subject_type、subject_id）列",
            "a file of reviews has columns decision and finding_id (or subject_type and subject_id)",
        )
        problems.append(Problem(what, str(path)))
        return
    for number, row in enumerate(reader, start=2):
        decision = (row.get("decision") or "").strip()
        place = say(f"{path} 第 {number} 行", f"{path}, line {number}")
        finding, kind, subject = (
            (row.get(name) or "").strip() for name in ("finding_id", "subject_type", "subject_id")
        )
        if not decision:  # not reviewed yet
            continue
        if decision.lower() not in DECISIONS or not (finding or (kind in BASE and subject)):
            what = say(
                "decision 写 confirmed（查实）或 dismissed（排除），并写 finding_id，或 subject_type（institution、pharmacy、doctor、patient、settlement）和 subject_id",
                "decision is confirmed or dismissed; finding_id is told, or subject_type (institution, pharmacy, doctor, patient, settlement) and subject_id",
            )
            problems.append(Problem(what, place))
            continue
        confirmed = DECISIONS[decision.lower()]
        yield Review(confirmed, finding) if finding else Review(confirmed, "", kind, subject), place


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")
