"""Whether what the settings say of tables, columns and codes fits the tables there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.records.schema import CLOSED, CODES, SHIPPED, TABLES
from medaudit.settings import FILE, Settings


def demand_fit(settings: Settings) -> None:
    """Raise MedauditError for every table, column or code in the settings that does not exist."""
    problems = list(_misfits(settings))
    if problems:
        raise MedauditError(problems)


def _misfits(settings: Settings) -> Iterator[Problem]:
    where = str(settings.path or FILE)

    def unknown(kind: str, name: str, key: str, known: Iterable[str]) -> Problem:
        return Problem(
            say(f"不认识{kind}：{key}", f"unknown: {key}"), where, did_you_mean(name, known)
        )

    for section in ("columns", "extra"):
        for table in getattr(settings, section):
            if table not in TABLES:
                yield unknown(say("表", "table"), table, f"[{section}.{table}]", TABLES)
    for table, names in settings.columns.items():
        for theirs, ours in names.items() if table in TABLES else ():
            if ours not in TABLES[table].columns:
                key = f'[columns.{table}] "{theirs}" = "{ours}"'
                yield unknown(say("列", "column"), ours, key, TABLES[table].columns)
    for table in settings.knowledge.get("extend", ()):
        if table not in SHIPPED:
            yield unknown(say("随附的表", "table"), table, f"[knowledge] extend: {table}", SHIPPED)
    for file, table in settings.files.items():
        if table not in TABLES:
            yield unknown(say("表", "table"), table, f'[files] "{file}" = "{table}"', TABLES)
    columns = {name for table in TABLES.values() for name in table.columns} | {"setting"}
    for column, mapping in settings.codes.items():
        if column not in columns:
            yield unknown(say("列", "column"), column, f"[codes.{column}]", sorted(columns))
        elif column in CLOSED:
            canonical = sorted(set(CODES[column].values()) | {""})  # "" says: known, and nothing
            for theirs, ours in mapping.items():
                if ours not in canonical:
                    key = f'[codes.{column}] "{theirs}" = "{ours}"'
                    yield unknown(say("代码", "code"), ours, key, canonical)
