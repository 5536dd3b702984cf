"""From paths to readable sources: every file, sheet and packed member, with its header row found."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from medaudit.engine import Engine, quoted_name
from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.language import say
from medaudit.records import remote, text, workbook
from medaudit.records.headers import header_of
from medaudit.records.source import Found, Source, Unread
from medaudit.records.stored import WORKSPACE, is_run
from medaudit.records.unreadable import why_unreadable

DELIMITED = (".csv", ".tsv", ".txt")
IGNORED = (".md", ".toml", ".log", ".json", ".py", ".pyc", ".sql")
_HIDDEN = (".", "~$", "__MACOSX")
_UNFINISHED = ".unfinished-"  # in the name of a run folder that is not whole yet (output/folder.py)
# What databases and pandas write for nothing.
BLANKS = ["", "NULL", "null", "\\N", "NaN", "nan", "None", "NaT", "<NA>"]
FORMS = "CSV, TSV, TXT (.gz, .zip), Parquet, XLSX"


def find(
    paths: Sequence[str | Path],
    engine: Engine,
    tables: Mapping[str, str] | None = None,
    knowledge: Sequence[Path] = (),
) -> Found:
    """Open every file in `paths`, folders at any depth. What cannot be opened is told in `unread`.

    tables: ours → theirs, of the catalogue of an engine that has one. They and addresses (hdfs://…) are
    opened by the engine itself, files by the one that is `local` to it. knowledge: folders of which every
    file is meant, as if it were named.
    """
    far = [str(path) for path in paths if remote.is_address(path)]
    near = [Path(path) for path in paths if not remote.is_address(path)]
    found = remote.find(far, tables or {}, engine)
    meant = [path for path, _ in _all_files(knowledge)]
    for path, asked_for in _files([*near, *meant]):
        _open(path, asked_for, engine.local, found)
    for number, source in enumerate(found.sources, start=1):
        source.number = number
    return found


def _open(path: Path, asked_for: bool, engine: DuckEngine, found: Found) -> None:
    """Add the sources of a local file, or why there are none, to `found`."""
    if not path.exists():
        why = say("没有这个文件或文件夹", "no such file or folder")
        found.unread.append(Unread(str(path), why, say("检查路径", "check the path"), True))
        return
    if is_run(path):
        why = say("这是扫描的结果，不是数据", "the result of a scan, and no data")
        do = say("没有读它；要用就给出当时扫描的数据", "left out; give the data that was scanned")
        found.unread.append(Unread(str(path), why, do, asked_for))
        return
    if (path / WORKSPACE).is_file():
        why = say("这是工作区，不是一批文件", "a workspace, and not a batch of files")
        do = say("只给出它一个：medaudit scan 工作区", "give it alone: medaudit scan WORKSPACE")
        found.unread.append(Unread(str(path), why, do, asked_for))
        return
    opener = _opener(path)
    if opener is None:
        why = say("不认识的文件类型", "not a kind of file that is read")
        do = say(f"可读：{FORMS}", f"readable: {FORMS}")
        found.unread.append(Unread(str(path), why, do, asked_for))
        return
    try:
        sources = list(opener(path, engine))
        found.unread += _left_packed(path)
    except Exception as error:
        why, do = why_unreadable(error)
        found.unread.append(Unread(str(path), why, do, stops=True))
        return
    if not sources:
        why = say("文件里没有表头和数据", "it holds no header and no rows")
        found.unread.append(Unread(str(path), why, say("检查导出", "check the export"), asked_for))
    for source in sources:
        source.asked_for = asked_for
    found.sources += sources


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file once, those named by the user before those met in folders."""
    seen: set[Path] = set()
    for path, asked_for in sorted(_all_files(paths), key=lambda told: not told[1]):
        if path.resolve() not in seen:
            seen.add(path.resolve())
            yield path, asked_for


def _all_files(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    for path in paths:
        if not path.is_dir() or _is_ours(path):
            yield path, True
        else:
            yield from ((inside, False) for inside in sorted(_inside(path)))


def _inside(folder: Path) -> Iterator[Path]:
    """The files in a folder at any depth; a run or a workspace of ours in it as one."""
    for where, folders, files in os.walk(folder):
        here = [Path(where, name) for name in folders if not _is_hidden(name)]
        ours = [one for one in here if _is_ours(one)]
        folders[:] = [one.name for one in here if one not in ours]
        yield from ours
        for file in (Path(where, name) for name in files if not _is_hidden(name)):
            if file.suffix.lower() not in IGNORED and file.is_file():
                yield file


def _is_hidden(name: str) -> bool:
    return name.startswith(_HIDDEN) or _UNFINISHED in name


def _is_ours(folder: Path) -> bool:
    return is_run(folder) or (folder / WORKSPACE).is_file()


def _opener(path: Path) -> Callable[[Path, DuckEngine], Iterator[Source]] | None:
    name = path.name.lower()
    if name.endswith((*DELIMITED, *(f"{ending}.gz" for ending in DELIMITED))):
        return lambda path, engine: _delimited(path, "", engine)
    if name.endswith(".zip"):
        return _zip
    if name.endswith((".xlsx", ".xlsm", ".xls", ".xlsb")):
        return _workbook
    if name.endswith((".parquet", ".pq")):
        return _parquet
    return None


def _zip(path: Path, engine: DuckEngine) -> Iterator[Source]:
    for member in _members(path):
        if member.lower().endswith(DELIMITED):
            yield from _delimited(path, member, engine)


def _members(path: Path) -> list[str]:
    with text.archive(path) as packed:
        return sorted(
            name
            for name in packed.namelist()
            if not name.startswith("__MACOSX") and name[-1] != "/"
        )


def _left_packed(path: Path) -> Iterator[Unread]:
    for member in _members(path) if path.suffix.lower() == ".zip" else ():
        if not member.lower().endswith((*DELIMITED, *IGNORED)):
            why = say("压缩包里的这种文件不读", "not a kind of file that is read inside an archive")
            do = say("解压后重试", "unpack it and try again")
            yield Unread(f"{path}›{member}", why, do, False)


def _delimited(path: Path, member: str, engine: DuckEngine) -> Iterator[Source]:
    opened = text.read_text(path, member, engine.folder)
    header_row, headers = header_of(opened.first_rows)
    if not headers:
        return
    fields = [f"c{i}" for i in range(len(headers))]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in fields)
    blanks = ", ".join(map(quoted, BLANKS))
    rejects = f"rejects_{abs(hash((str(path), member))):x}"
    relation = (
        f"read_csv({quoted(opened.path)}, auto_detect=false, header=false, skip={header_row + 1}, "
        f"delim={quoted(opened.delimiter)}, quote='\"', escape='\"', columns={{{columns}}}, "
        f"nullstr=[{blanks}], ignore_errors=true, store_rejects=true, "
        f"rejects_table={quoted(rejects)}, rejects_scan={quoted(rejects + '_scan')}, rejects_limit=0)"
    )
    yield Source(
        path=path,
        part=member,
        form="csv",
        relation=relation,
        row="row_number() OVER ()",
        headers=headers,
        fields=fields,
        types=["VARCHAR"] * len(headers),
        first_line=header_row + 2,
        encoding=opened.encoding,
        replaced=opened.replaced,
        temporary=opened.path if opened.decoded else None,
        rejects=rejects,
    )


def _workbook(path: Path, engine: DuckEngine) -> Iterator[Source]:
    for position, sheet in enumerate(workbook.sheets(path)):
        rows = workbook.first_rows(path, sheet)
        header_row, headers = header_of(rows)
        if not headers:
            continue
        target = engine.folder / f"sheet-{abs(hash(str(path))):x}-{position}.parquet"
        workbook.write_parquet(path, sheet, header_row + 1, len(headers), target)
        yield from _parquet_source(path, sheet, "xlsx", target, headers, header_row + 2, engine)


def _parquet(path: Path, engine: DuckEngine) -> Iterator[Source]:
    yield from _parquet_source(path, "", "parquet", path, [], 1, engine)


def _parquet_source(
    path: Path,
    part: str,
    form: str,
    target: Path,
    headers: list[str],
    first_line: int,
    engine: DuckEngine,
) -> Iterator[Source]:
    # Impala and older Spark write text as plain bytes.
    read = f"read_parquet({quoted(target)}, binary_as_string=true, file_row_number=true)"
    described = engine.rows(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {read}")
    fields = [quoted_name(row[0]) for row in described]
    yield Source(
        path=path,
        part=part,
        form=form,
        relation=read,
        row="file_row_number + 1",
        headers=headers or [row[0] for row in described],
        fields=fields,
        types=[row[1] for row in described],
        first_line=first_line,
        temporary=target if form == "xlsx" else None,
    )
