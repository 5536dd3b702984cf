"""cases.csv and cases.json: the same cases for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.export import decisions, hiding
from medaudit.export.load import Load
from medaudit.output.csvfile import write_csv
from medaudit.output.jsonfile import write_json

if TYPE_CHECKING:
    import pandas as pd

_SOME = 10_000


def write_cases_csv(path: Path, load: Load, number: str) -> None:
    """The form of decisions as CSV: one row a finding, what is to be filled in left empty."""
    write_csv(_frames(load, number), path, decisions.COLUMNS)


def _frames(load: Load, number: str) -> Iterator[pd.DataFrame]:
    import pandas as pd

    rows = decisions.form(load, number)
    while some := list(islice(rows, _SOME)):
        yield pd.DataFrame(some, columns=list(decisions.COLUMNS), dtype=object)


def write_cases_json(path: Path, load: Load, about: Mapping[str, Any]) -> None:
    """The cases, and every finding with its lines in the form of the national interface's result 3101. about: of the export."""
    import pandas as pd

    cases = pd.DataFrame(
        [
            {
                "case": case.number,
                "subject_type": case.kind,
                "subject_id": hiding.subject_id(case.kind, case.id, load.reveal),
                "subject_name": hiding.subject_name(case.kind, case.name, load.reveal),
                "probability": case.probability,
                "amount": case.amount,
                "score": case.score,
                "findings": case.findings,
                "dismissed": case.dismissed,
                "reasons": load.why(case),
            }
            for case in load.cases
        ],
        dtype=object,
    )
    write_json(
        path,
        cases,
        _findings(load),
        titles={code: rule.name for code, rule in load.rules.items()},
        basis={code: rule.basis for code, rule in load.rules.items()},
        lines=lambda ids: _lines(load, ids),
        about=about,
    )


def _findings(load: Load) -> Iterator[pd.DataFrame]:
    """The findings with what was decided before of each."""
    import pandas as pd

    for frame in load.findings():
        states = [load.states.get(one) for one in frame["finding_id"]]
        yield frame.assign(state=pd.Series(states, index=frame.index, dtype=object))


def _lines(load: Load, ids: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    rows = load.run.rows(
        "SELECT finding_id, feedetl_sn, amount FROM finding_lines WHERE feedetl_sn IS NOT NULL "
        "AND finding_id IN (SELECT unnest($ids)) ORDER BY finding_id, setl_id, feedetl_sn",
        ids=list(ids),
    )
    return pd.DataFrame(rows, columns=["finding_id", "feedetl_sn", "amount"], dtype=object)
