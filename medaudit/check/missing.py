"""What is not there, and which rules it would unlock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from medaudit.detectors.rule import Rule
from medaudit.language import say
from medaudit.records.checks.note import Note
from medaudit.records.columns import line_for, meant
from medaudit.records.load import Records
from medaudit.records.recognise import lacks, remedy
from medaudit.records.schema import TABLES

TITLED = 6  # rules told with their titles where many wait for the same


@dataclass(frozen=True)
class Want:
    """Something rules need that is not there.

    need: `table`, `table.column`, or several of them divided by | when either will do.
    alone: how many of the rules would run if only this came. blank: the column is there, and empty.
    meant: which of the needs is probably there under another header, and that header.
    """

    need: str
    rules: tuple[Rule, ...]
    alone: int
    blank: bool = False
    meant: tuple[str, str] | None = None

    @property
    def label(self) -> str:
        """The need in words: `fee_item.cnt 费用明细·数量`."""
        return say("或 ", " or ").join(f"{one} {_words(one)}" for one in self.need.split("|"))


def _words(need: str) -> str:
    name, _, column = need.partition(".")
    table = TABLES[name]
    if not column:
        return say(f"{table.zh}表", f"({table.en})")
    return say(f"{table.zh}·{table.columns[column].zh}", f"({table.columns[column].en})")


def wants(
    rules: Sequence[Rule], records: Records, filled: Mapping[str, Mapping[str, int]]
) -> list[Want]:
    """What the rules need and lack, what unlocks most first. `filled`: table → column → rows with a value."""
    lacking = {rule.code: _lacking(rule, records, filled) for rule in rules}
    needs = dict.fromkeys(need for missing in lacking.values() for need in missing)
    headers = meant(records.recognised)
    found = []
    for need in needs:
        concerned = [rule for rule in rules if need in lacking[rule.code]]
        found.append(
            Want(
                need,
                tuple(concerned),
                sum(len(lacking[rule.code]) == 1 for rule in concerned),
                any(_blank(one, filled) for one in need.split("|")),
                meant_for(need, headers),
            )
        )
    return sorted(found, key=lambda want: (-len(want.rules), -want.alone, want.need))


def meant_for(need: str, headers: Mapping[str, str]) -> tuple[str, str] | None:
    """Which of the needs is probably there under another header (`headers`: need → header), and that header."""
    return next(((one, headers[one]) for one in need.split("|") if one in headers), None)


def _lacking(
    rule: Rule, records: Records, filled: Mapping[str, Mapping[str, int]]
) -> dict[str, None]:
    """The needs of a rule that are not met, tables resolved into the required columns they lack."""
    missing: dict[str, None] = {}
    if "settlement" not in records.accounts:
        missing["settlement"] = None
    for need in rule.needs:
        if "|" in need or "." in need:
            if all(_lacks(one, records) or _blank(one, filled) for one in need.split("|")):
                missing[need] = None
        elif records.lacks(need):
            account = records.accounts.get(need)
            columns = [c for c in TABLES[need].required if account and c not in account.columns]
            missing |= dict.fromkeys([f"{need}.{column}" for column in columns] or [need])
    return missing


def _lacks(need: str, records: Records) -> bool:
    """Whether a table or column is not there, whatever became of its rows."""
    table, _, column = need.partition(".")
    account = records.accounts.get(table)
    return records.lacks(need) and not (account and column in account.columns)


def _blank(need: str, filled: Mapping[str, Mapping[str, int]]) -> bool:
    table, _, column = need.partition(".")
    return bool(column) and filled.get(table, {}).get(column, 1) == 0


def notes_of_wants(wanted: Sequence[Want], records: Records) -> Iterator[Note]:
    """A note for everything rules lack, naming the rules."""
    for want in wanted:
        if want.need == "settlement":
            continue  # that stops the audit, and is told there
        titles, number = _titles(want.rules), len(want.rules)
        if want.blank:
            what = say(
                f"有这一列但全空，{number} 条规则不会有结果：{titles}",
                f"the column is there but empty, so {_rules(number)} will find nothing: {titles}",
            )
        elif want.need in records.accounts:
            what = say(
                f"有这张表但没有一行可用，{number} 条规则不能运行：{titles}",
                f"the table is there but no row of it can be used, so {_rules(number)} cannot run: {titles}",
            )
        else:
            what = say(
                f"缺少，{number} 条规则不能运行：{titles}",
                f"missing, so {_rules(number)} cannot run: {titles}",
            )
        do = line_for(*want.meant) if want.meant else ""
        yield Note("missing", "costs", what, want.label, do, number)


def _titles(rules: Sequence[Rule]) -> str:
    """Codes and titles of the first rules, the codes alone of the others."""
    told = [f"{rule.code} {rule.name}" for rule in rules[:TITLED]]
    return say("、", ", ").join([*told, *(rule.code for rule in rules[TITLED:])])


def _rules(number: int) -> str:
    return "1 rule" if number == 1 else f"{number} rules"


def notes_of_gaps(wanted: Sequence[Want], records: Records) -> Iterator[Note]:
    """A note for each file that lacks a required column no wanted rule speaks of. Settlements stop the audit."""
    told = {want.need for want in wanted}
    for gap in records.recognised.missing:
        if gap.source.table != "settlement" and f"{gap.source.table}.{gap.column}" not in told:
            what = lacks(gap) + say("，这个文件用不上", ", and the file cannot be used")
            yield Note("no-column", "costs", what, gap.source.name, remedy(gap))
