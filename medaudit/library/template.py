"""Tables of knowledge to fill in: an empty CSV each, and what the columns mean."""

from __future__ import annotations

import shutil
from pathlib import Path

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.output.whole import disk_problem
from medaudit.records.schema import KNOWLEDGE, OF_PEOPLE, TABLES

_OTHERS = ("institution", "doctor", "catalogue")  # data, not knowledge


def write(folder: Path) -> None:
    """Write every table of knowledge empty, those with a template filled in part, and README.md.

    Raises MedauditError for a folder that holds anything.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what = say("文件夹不是空的", "the folder is not empty")
        raise MedauditError(
            Problem(what, str(folder), say("换一个文件夹", "choose another folder"))
        )
    try:
        _write(folder)
    except OSError as error:
        raise disk_problem(error, folder) from error


def _write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"# {say('知识表', 'Tables of knowledge')}", ""]
    lines += [
        say(
            "填好需要的表，删掉不用的，再用 `medaudit check DATA --knowledge 本文件夹` 检查。空表不能留下。",
            "Fill in the tables you need, delete the others, then check them: `medaudit check DATA --knowledge FOLDER`. "
            "Leave no empty table.",
        ),
        "",
    ]
    for table in TABLES.values():
        if table.name in (*OF_PEOPLE, *_OTHERS):
            continue
        begun = KNOWLEDGE / "templates" / f"{table.name}.csv"
        place = folder / f"{table.name}.csv"
        if begun.exists():
            shutil.copyfile(begun, place)
        else:
            place.write_text(",".join(table.columns) + "\n", encoding="utf-8-sig")
        lines += [f"## {table.name}.csv {table.label}", ""]
        for column in table.columns.values():
            needed = say("，必填", ", required") if column.required else ""
            lines.append(f"- `{column.name}` {column.label}{needed}")
        lines.append("")
    (folder / "README.md").write_text("\n".join(lines), encoding="utf-8")
