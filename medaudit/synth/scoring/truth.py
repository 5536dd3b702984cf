"""The truth file of a synthetic county: read, and everything wrong with it told at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.synth.answer import COLUMNS, ROLES

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("settlement", "institution", "pharmacy", "doctor", "patient", "ring")
_SHOWN = 3


def read_truth(path: Path) -> pd.DataFrame:
    """The rows of a truth file without repetitions: COLUMNS, amount (yuan) and intensity as floats.

    Raises MedauditError with every problem of the file.
    """
    import pandas as pd

    rows = _text(path)
    columns = [str(name) for name in rows.columns]
    lacking = [name for name in COLUMNS if name not in columns]
    if lacking:
        raise MedauditError(
            Problem(
                say(f"缺少列 {name}", f"column {name} is missing"), str(path), _near(name, columns)
            )
            for name in lacking
        )
    rows = rows[list(COLUMNS)]
    numbers = rows[["amount", "intensity"]].apply(pd.to_numeric, errors="coerce")
    problems = list(_wrong(rows, numbers, path))
    if problems:
        raise MedauditError(problems)
    return rows.assign(**numbers).drop_duplicates(ignore_index=True)


def _text(path: Path) -> pd.DataFrame:
    import pandas as pd

    do = say(
        "用 medaudit simulate 写出的 truth.csv", "give the truth.csv that `medaudit simulate` wrote"
    )
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise MedauditError(Problem(say("没有这个文件", "no such file"), str(path), do)) from None
    except IsADirectoryError:
        what = say("这是文件夹，不是文件", "this is a folder, not a file")
        raise MedauditError(Problem(what, str(path), do)) from None
    except OSError as error:
        what = say("读不了", "cannot be read") + f" ({error.strerror})"
        raise MedauditError(Problem(what, str(path))) from error
    except pd.errors.EmptyDataError:
        raise MedauditError(
            Problem(say("文件是空的", "the file is empty"), str(path), do)
        ) from None
    except (UnicodeDecodeError, pd.errors.ParserError) as error:
        what = say("不是 UTF-8 的 CSV 文件", "not a CSV file in UTF-8")
        raise MedauditError(Problem(what, str(path), do)) from error
    return rows


def _wrong(rows: pd.DataFrame, numbers: pd.DataFrame, path: Path) -> Iterator[Problem]:
    unknown = say("不认识的 {}：{}", "unknown {}: {}")
    for name, known in (("role", ROLES), ("subject_type", KINDS)):
        strange = rows.loc[~rows[name].isin(known), name]
        for value in strange.unique()[:_SHOWN]:
            what = unknown.format(name, value or say("（空）", "(blank)"))
            which = strange.index[strange == value]
            yield Problem(what + _lines(which), str(path), did_you_mean(value, known))
    for name in ("scheme", "subject_id", "setl_id"):
        blank = rows.index[rows[name] == ""]
        if len(blank):
            yield Problem(say(f"{name} 是空的", f"{name} is blank") + _lines(blank), str(path))
    for name in ("amount", "intensity"):
        bad = rows.index[~numbers[name].between(0, 1e15)]
        if len(bad):
            what = say(f"{name} 不是非负的数", f"{name} is no number from 0 on")
            yield Problem(what + _lines(bad), str(path))
    of_others = rows.index[(rows["feedetl_sn"] != "") & (rows["subject_type"] != "settlement")]
    if len(of_others):
        what = say(
            "有 feedetl_sn 的行，subject_type 应是 settlement",
            "a row with a feedetl_sn must be of subject_type settlement",
        )
        yield Problem(what + _lines(of_others), str(path))
    if not (rows["role"] == "responsible").any():
        what = say(
            "没有一行 role 是 responsible，无从评分",
            "no row has role responsible: nothing to score against",
        )
        yield Problem(what, str(path))


def _lines(where: pd.Index) -> str:
    """The first lines of the file it concerns and how many there are."""
    first = say("、", ", ").join(str(place + 2) for place in where[:_SHOWN])
    if len(where) == 1:
        return say(f"（第 {first} 行）", f" (line {first})")
    return say(
        f"（第 {first}{' 等' if len(where) > _SHOWN else ''} 行，共 {len(where):,} 行）",
        f" (lines {first}{', …' if len(where) > _SHOWN else ''}; {len(where):,} in all)",
    )


def _near(name: str, columns: list[str]) -> str:
    if not columns:
        return ""
    return did_you_mean(name, columns)
