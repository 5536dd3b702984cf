"""Two runs held against each other: what is new, gone, moved or changed, and the likely reason of each difference."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from medaudit.engine.duckdb import quoted
from medaudit.language import say
from medaudit.progress import SILENT, Progress

if TYPE_CHECKING:
    import pandas as pd

    from medaudit.compared.sides import Sides

COLUMNS = (
    "of", "kind", "finding_id", "subject_type", "subject_id", "subject_name", "rule", "level", "amount_old", "amount_new",
    "rank_old", "rank_new", "reason",
)  # fmt: skip
LEVELS = ("violation", "suspected", "lead")


@dataclass(frozen=True)
class Compared:
    """Two runs held against each other, open while the block of `comparing` lasts.

    notes: what the older of two forms does not have and is therefore not compared, in words.
    """

    sides: Sides
    notes: Sequence[str]

    @property
    def told(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The content of run.json of the old run and of the new."""
        return self.sides.told

    def counts(self) -> dict[tuple[str, str], int]:
        """(of, kind) → how many differences; empty for equal runs."""
        rows = self.sides.engine.rows("SELECT of, kind, count(*) FROM difference GROUP BY of, kind")
        return {(of, kind): n for of, kind, n in rows}

    def differences(self, by: str | None = None, top: int | None = None) -> pd.DataFrame:
        """One row a difference with COLUMNS: findings first, those with most yuan first, then suspects, those that moved most.

        of: finding or suspect; kind: new, gone, moved (another rank) or changed (of a finding: its money, level, strength
        or evidence); amounts in yuan, ranks from 1, None where there is none; reason: a code of telling.REASONS.
        by: only this subject type. top: so many of each subject type and `of`.
        """
        import pyarrow as pa

        chosen = f"WHERE subject_type = {quoted(by)}" if by else ""
        first = (
            f"QUALIFY row_number() OVER (PARTITION BY of, subject_type ORDER BY {_ORDER}) <= {int(top)}"
            if top
            else ""
        )
        sql = f"SELECT {', '.join(COLUMNS)} FROM difference {chosen} {first} ORDER BY {_ORDER}"
        texts = pa.schema([(name, pa.string()) for name in COLUMNS])
        batches = list(self.sides.engine.batches(sql))
        # By way of Arrow money keeps its cents.
        told = pa.Table.from_batches(batches, None if batches else texts)
        return cast("pd.DataFrame", told.to_pandas())

    def listed(self, by: str | None = None) -> dict[str, tuple[int, int]]:
        """Subject type → how many suspects differ themselves, and how many only have another rank because others moved."""
        chosen = "AND subject_type = $by" if by else ""
        rows = self.sides.engine.rows(
            "SELECT subject_type, count(*) FILTER (reason <> 'others'), count(*) FILTER (reason = 'others') "
            f"FROM difference WHERE of = 'suspect' {chosen} GROUP BY subject_type",
            {"by": by},
        )
        return {kind: (own, others) for kind, own, others in rows}

    def by_rule(self, by: str | None = None) -> pd.DataFrame:
        """One row a rule and subject type with a difference: rule, subject_type, new, gone, changed (counts of findings),
        new_yuan, gone_yuan, changed_yuan (fund money; of the changed the new less the old), reasons (codes, commonest first)."""
        chosen = "AND subject_type = $by" if by else ""
        return self.sides.engine.frame(_BY_RULE.format(chosen=chosen), {"by": by})

    def has_new(self, level: str = "lead") -> bool:
        """Whether the new run has a finding at `level` or above that the old one has not."""
        listed = ", ".join(f"'{one}'" for one in LEVELS[: LEVELS.index(level) + 1])
        sql = (
            "SELECT count(*) FROM difference WHERE of = 'finding' AND kind = 'new' "
            f"AND level IN ({listed})"
        )
        return bool(self.sides.engine.value(sql))


_ORDER = "of, CASE reason WHEN 'others' THEN 1 ELSE 0 END, weight DESC, places DESC, subject_type, subject_id, finding_id"

_BY_RULE = """
WITH told AS (
  SELECT rule, subject_type, reason, kind, CAST(coalesce(amount_new, 0) - coalesce(amount_old, 0) AS DOUBLE) AS yuan
  FROM difference WHERE of = 'finding' {chosen}
), why AS (
  SELECT rule, subject_type, reason, count(*) AS n FROM told GROUP BY ALL
), whys AS (
  SELECT rule, subject_type, string_agg(reason, ' ' ORDER BY n DESC, reason) AS reasons FROM why GROUP BY ALL
)
SELECT t.rule, t.subject_type,
  count(*) FILTER (kind = 'new') AS "new", coalesce(sum(yuan) FILTER (kind = 'new'), 0) AS new_yuan,
  count(*) FILTER (kind = 'gone') AS gone, coalesce(-sum(yuan) FILTER (kind = 'gone'), 0) AS gone_yuan,
  count(*) FILTER (kind = 'changed') AS changed, coalesce(sum(yuan) FILTER (kind = 'changed'), 0) AS changed_yuan,
  any_value(w.reasons) AS reasons
FROM told t JOIN whys w ON w.rule = t.rule AND w.subject_type = t.subject_type
GROUP BY t.rule, t.subject_type ORDER BY t.rule, t.subject_type
"""


@contextmanager
def comparing(old: Path, new: Path, progress: Progress = SILENT) -> Iterator[Compared]:
    """Hold run folder `new` against run folder `old`.

    Raises MedauditError for a folder that holds no finished run or lacks what no comparison can do without.
    """
    from medaudit.compared import findings, suspects
    from medaudit.compared.changes import put_changes
    from medaudit.compared.sides import sides
    from medaudit.engine.duckdb import DuckEngine
    from medaudit.runs.kept import explaining

    with tempfile.TemporaryDirectory(prefix="medaudit-") as private, explaining(old, new):
        engine = DuckEngine(Path(private))
        try:
            progress.stage("comparing", 2)
            both = sides(engine, old, new)
            changes = put_changes(both)
            progress.step(say("疑点", "findings"))
            findings.compare(both, changes)
            progress.step(say("名单", "lists"))
            suspects.compare(both, changes)
            engine.keep(
                "difference",
                "SELECT * FROM finding_difference UNION ALL BY NAME SELECT * FROM suspect_difference",
            )
            yield Compared(both, both.notes)
        finally:
            engine.close()
