"""The files of rows: put in place, replaced, merged, looked over, and removed when no catalogue names them."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path

from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.library.shelf import hashed
from medaudit.output.whole import settle
from medaudit.records.schema import Table
from medaudit.workspace.catalogue import SCAN, Catalogue, Part

# A month that arrived in more files than this is put into one.
MANY = 40


def put(written: Path, place: Path) -> None:
    """Move a written file to its place, safe from a power cut."""
    made = place.parent
    while not made.is_dir():
        made = made.parent
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    settle(written)
    written.replace(place)
    for folder in (place.parent, *place.parent.parents):
        settle(folder)  # a folder that is new is a name in the one above it
        if folder == made:
            break


def add(
    folder: Path, catalogue: Catalogue, written: Path, table: str, month: str, number: int
) -> int:
    """Move a file of rows into the workspace and name it in the catalogue, unless it has none; how many it has."""
    from pyarrow.parquet import read_metadata

    rows: int = read_metadata(written).num_rows
    if not rows:
        return 0
    taken = {part.name for part in catalogue.parts}
    count = 1
    while (name := f"records/{table}/{month}/{number}-{count}.parquet") in taken or (folder / name).exists():  # fmt: skip
        count += 1
    size, digest = written.stat().st_size, hashed(written)
    put(written, folder / name)
    catalogue.parts.append(Part(table, month, name, rows, size, digest, number))
    return rows


def rewrite(
    engine: DuckEngine, table: Table, folder: Path, catalogue: Catalogue, number: int
) -> None:
    """Write anew, without them, the files that hold rows which others replace."""
    gone = f"(SELECT old_row_id FROM met_{table.name} WHERE fate = 'replaces')"
    files = engine.rows(f"SELECT DISTINCT file FROM met_{table.name} WHERE fate = 'replaces'")
    by_file = {str(folder / part.name): part for part in catalogue.of(table.name)}
    for (file,) in files:
        part = by_file[file]
        target = engine.folder / "rewritten.parquet"
        engine.write(
            target, f"SELECT * FROM read_parquet({quoted(file)}) WHERE row_id NOT IN {gone}"
        )
        catalogue.parts.remove(part)
        add(folder, catalogue, target, table.name, part.month, number)


def merge_small(
    folder: Path, catalogue: Catalogue, private: Path, memory_limit: int | None, threads: int | None
) -> None:
    """Put each month that lies in many files into one."""
    by_month: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in catalogue.parts:
        by_month[part.table, part.month].append(part)
    many = {month: parts for month, parts in by_month.items() if len(parts) > MANY}
    if not many:
        return
    engine = DuckEngine(private / "merged", memory_limit, threads)
    try:
        for (table, month), parts in many.items():
            listed = ", ".join(quoted(folder / part.name) for part in parts)
            target = engine.folder / "merged.parquet"
            engine.write(target, f"SELECT * FROM read_parquet([{listed}], union_by_name = true)")
            for part in parts:
                catalogue.parts.remove(part)
            add(folder, catalogue, target, table, month, max(p.delivery for p in parts))
    finally:
        engine.close()


def forget_strays(folder: Path, catalogue: Catalogue) -> None:
    """Remove what an import or a scan that did not end has left, and files that others stand for now."""
    named = {folder / part.name for part in catalogue.parts}
    for file in (folder / "records").rglob("*.parquet"):
        if file not in named:
            file.unlink(missing_ok=True)
    for room in ("rejects", "changes"):
        for file in (folder / room).glob("*.parquet"):
            if int(file.stem) > catalogue.last:
                file.unlink(missing_ok=True)
    for left in (*folder.glob(".import-*"), folder / SCAN):
        shutil.rmtree(left, ignore_errors=True)


def damaged(folder: Path, catalogue: Catalogue, whole: bool = False) -> dict[str, str]:
    """File → what is wrong with it. whole: by its hash, else by size and the ends of the file only."""
    found = {}
    for part in catalogue.parts:
        file = folder / part.name
        if not file.is_file():
            found[part.name] = say("文件不在了", "the file is gone")
        elif file.stat().st_size != part.bytes or not _has_ends(file):
            found[part.name] = say("文件不完整", "the file is not whole")
        elif whole and hashed(file) != part.sha256:
            found[part.name] = say("内容与登记的哈希不符", "its content is not what its hash says")
    return found


def _has_ends(file: Path) -> bool:
    with file.open("rb") as stream:
        begins = stream.read(4)
        stream.seek(-4, 2)
        return begins == b"PAR1" == stream.read(4)


def demand_sound(folder: Path, catalogue: Catalogue, whole: bool = False) -> None:
    """Raise MedauditError naming every damaged file, and how to go on."""
    found = damaged(folder, catalogue, whole)
    if found:
        raise MedauditError(
            Problem(
                say("工作区的文件损坏：", "a damaged file of the workspace: ") + why,
                str(folder / name),
                say(
                    f"从备份恢复它，或运行 medaudit workspace --repair {folder}：其余文件照用，并列出要重新导入的原始文件",
                    f"restore it from a backup, or run `medaudit workspace --repair {folder}`: the other files stay in use and "
                    "it says which original files to import again",
                ),
            )
            for name, why in found.items()
        )
