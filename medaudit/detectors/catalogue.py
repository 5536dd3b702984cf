"""The rule catalogue: a file in a family folder is a rule. Loading checks everything and refuses clearly."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from medaudit.detectors.header import header_faults
from medaudit.detectors.relations import demand_apart, demand_related
from medaudit.detectors.rule import FOUND_OTHERWISE, Bands, Param, Rule, param
from medaudit.engine import index, portable
from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.facts import readable, split
from medaudit.language import say

FOLDER = Path(__file__).parent / "rules"
MOST_BYTES = 100_000  # no rule that a person can check is longer


def known(folders: Sequence[Path] = ()) -> list[Rule]:
    """Every rule, ours and those in `folders`, drafts too, by code.

    Raises MedauditError with every fault of every file.
    """
    found = [*_shipped(), *(rule for folder in folders for rule in _read(folder, own=False))]
    demand_apart(found)
    demand_related(found)
    return sorted(found, key=lambda rule: rule.code)


def rules(
    folders: Sequence[Path] = (), select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> list[Rule]:
    """Ours and those in `folders`, by code. Drafts only when selected; `select`/`ignore` are code prefixes, which may
    also be those of what is found without rules (ANO).

    Raises MedauditError for faulty files and for prefixes that no code has.
    """
    found = known(folders)
    codes = [*(rule.code for rule in found), *FOUND_OTHERWISE]
    unknown = [
        p for p in (*select, *ignore) if not any(code.startswith(p.upper()) for code in codes)
    ]
    if unknown:
        raise MedauditError(
            Problem(
                say(f"没有以 {prefix} 开头的规则", f"no rule's code begins with {prefix}"),
                "--select/--ignore",
                did_you_mean(prefix, sorted(set(codes))),
            )
            for prefix in unknown
        )
    chosen = []
    for rule in found:
        asked = any(rule.code.startswith(prefix.upper()) for prefix in select)
        if (select and not asked) or any(rule.code.startswith(prefix.upper()) for prefix in ignore):
            continue
        if rule.status == "stable" or asked:
            chosen.append(rule)
    return chosen


def check_params(
    found: Iterable[Rule], settings: Mapping[str, Mapping[str, Any]], where: str
) -> None:
    """Raise MedauditError for settings of rules or parameters that do not exist, of the wrong kind or out of range."""
    problems = param_problems(found, settings, where)
    if problems:
        raise MedauditError(problems)


def param_problems(found: Iterable[Rule], settings: Mapping[str, Any], where: str) -> list[Problem]:
    """Everything wrong with the settings of rules."""
    by_code = {rule.code: rule for rule in found}
    problems: list[Problem] = []
    for code, values in settings.items():
        if code not in by_code:
            what = say(f"没有规则 {code}", f"no rule {code}")
            problems.append(Problem(what, f"{where} [params.{code}]", did_you_mean(code, by_code)))
            continue
        for name, value in values.items() if isinstance(values, Mapping) else ():
            known = by_code[code].params
            told = known.get(name)
            at = f"{where} [params.{code}] {name}"
            if told is None:
                what = say(f"规则 {code} 没有参数 {name}", f"rule {code} has no parameter {name}")
                problems.append(
                    Problem(
                        what,
                        at,
                        did_you_mean(name, known)
                        if known
                        else say("它没有参数，删去这一行", "it has none: leave the line out"),
                    )
                )
            elif isinstance(value, bool) or not isinstance(
                value, (int, float) if _is_number(told) else str
            ):
                what = say(f"值 {value!r} 的类型不对", f"{value!r} is not of the right kind")
                do = say(
                    f"应与默认值 {told.default!r} 同类",
                    f"it must be of the kind of {told.default!r}",
                )
                problems.append(Problem(what, at, do))
            elif not told.allows(value):
                what = say(f"{value} 超出参数的范围", f"{value} is out of range")
                problems.append(Problem(what, at, told.range))
    return problems


def _is_number(param: Param) -> bool:
    return isinstance(param.default, (int, float))


@cache
def _shipped() -> tuple[Rule, ...]:
    return tuple(_read(FOLDER, own=True))


def _read(folder: Path, own: bool) -> list[Rule]:
    if not folder.is_dir():
        raise MedauditError(
            Problem(say("没有这个规则文件夹", "no such folder of rules"), str(folder))
        )
    found: list[Rule] = []
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.sql")):
        try:
            found.append((own and _indexed(path)) or read_rule(path, own))
        except MedauditError as error:
            problems += error.problems
    if problems:
        raise MedauditError(problems)
    return found


def _indexed(path: Path) -> Rule | None:
    """A rule of ours that was checked when the index was written, None for one that has changed since."""
    text = path.read_text(encoding="utf-8")
    known = index.gist(text)
    if known is None:
        return None
    header, sql = split(text)
    return _rule(path, header, sql, known.reads, known.columns, own=True)


def read_rule(path: Path, own: bool = False) -> Rule:
    """The rule in a file. Raises MedauditError naming everything wrong with it."""
    try:
        text = _text(path)
        header, sql = split(text)
        # An error names the line of the file, not of the SELECT.
        query = portable.parse("\n" * text[: text.index(sql)].count("\n") + sql)
    except (ValueError, OSError, RecursionError) as error:
        why = {
            tomllib.TOMLDecodeError: f"TOML: {error}",
            UnicodeDecodeError: say("不是 UTF-8 文本", "not UTF-8 text"),
            RecursionError: say("TOML 头嵌套太深", "the TOML header is nested too deeply"),
        }.get(type(error), str(error))
        do = say(
            "文件应以 /* TOML 头 */ 开始，后接一个 SELECT",
            "a rule is /* a TOML header */ and one SELECT",
        )
        raise MedauditError(Problem(why, str(path), do)) from error
    columns = tuple(column.output_name for column in query.selects)
    wrong = list(header_faults(header, columns, query)) + list(portable.faults(query, readable()))
    if wrong:
        raise MedauditError(Problem(what, str(path)) for what in dict.fromkeys(wrong))
    rule = _rule(path, header, sql, frozenset(portable.tables_in(query)), columns, own)
    if not own and rule.level == "violation" and not rule.cases.is_file():
        what = say(
            "没有用例的规则不能定为“违规”", "a rule without cases cannot be at level violation"
        )
        do = say(
            f"写出 {rule.cases.name}，或改为 suspected",
            f"write {rule.cases.name}, or make it suspected",
        )
        raise MedauditError(Problem(what, str(path), do))
    return rule


def _text(path: Path) -> str:
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise ValueError(
            say("不是普通文件，或超过 100 KB", "not a regular file, or more than 100 KB")
        )
    return path.read_text(encoding="utf-8-sig")


def _rule(
    path: Path,
    header: Mapping[str, Any],
    sql: str,
    reads: frozenset[str],
    columns: tuple[str, ...],
    own: bool,
) -> Rule:
    params = {name: param(name, told) for name, told in header.get("params", {}).items()}
    default = {"patient": ("patient",), "doctor": ("doctor", "institution")}.get(
        header["subject"], ("institution",)
    )
    status = header["status"]
    if not own and not path.with_suffix(".cases.toml").is_file():
        status = "draft"
    return Rule(
        path=path,
        code=header["code"],
        status=status,
        level=header["level"],
        subject=header["subject"],
        key=tuple(header["key"]),
        responsible=tuple(header.get("responsible", default)),
        basis=tuple(header.get("basis", ())),
        prior=float(header["prior"]),
        needs=tuple(header.get("needs", ())),
        excludes=tuple(header.get("excludes", ())),
        subsumes=tuple(header.get("subsumes", ())),
        bands=_bands(header.get("bands")),
        title=header["title"],
        message=header["message"],
        benign=header.get("benign", {}),
        next=header.get("next", {}),
        params=params,
        sql=sql,
        reads=reads,
        columns=columns,
        own=own,
    )


def _bands(told: Mapping[str, Any] | None) -> Bands | None:
    if not told:
        return None
    names = told.get("at_most", told.get("at_least"))
    return Bands(told["column"], tuple(names or ()), "at_most" in told)
