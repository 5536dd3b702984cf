"""The people concerned, and the tables of them alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.engine.scopes import OWNERS

# What tells the person → table `key_<kind>` of those concerned.
KINDS = tuple(dict.fromkeys(OWNERS.values()))


class Concerned:
    """Whom the changes concern, by each thing that tells a person; and for each table its rows of them.

    whole: the engine of everybody. few: the engine beside it in which a table's name means its rows of the few.
    """

    def __init__(self, whole: DuckEngine):
        self.whole = whole
        self.few = whole.beside("few")
        self.owners: dict[str, str] = {}  # table of the few → the column that tells the person
        self.files: dict[str, list[Path]] = {}
        self._number = 0

    def begin(self, people: str, bills: str, stays: str, lines: str) -> None:
        """SELECTs of psn_no, setl_id, stay_id and feedetl_sn: those that are concerned."""
        for kind, select in zip(KINDS, (people, bills, stays, lines), strict=True):
            self.whole.view(f"key_{kind}", "SELECT CAST(NULL AS VARCHAR) AS key WHERE FALSE")
            self.add(kind, select)

    def add(self, kind: str, select: str) -> None:
        """Add keys: a SELECT of one column."""
        self._number += 1
        name = f"keys_{self._number}"
        self._keep(name, f"SELECT key FROM key_{kind} UNION SELECT * FROM ({select}) k")
        self.whole.view(f"key_{kind}", f"SELECT key FROM {name}")

    def count(self) -> int:
        return int(self.whole.value("SELECT count(*) FROM key_person"))

    def hold(self, name: str, owner: str, select: str = "") -> None:
        """Make a table of the few: what `select` gives, else the rows of everybody's table."""
        self.owners[name], self.files[name] = owner, []
        self._append(
            name,
            select
            or f'SELECT * FROM "{name}" WHERE "{owner}" IN (SELECT key FROM key_{OWNERS[owner]})',
        )

    def computed(self, name: str, owner: str) -> None:
        """Take up a table that the few's engine has just kept."""
        self.owners[name], self.files[name] = owner, [self.few.folder / f"{name}.parquet"]

    def grow(self, kind: str, select: str, most: int, then: Callable[[], None]) -> bool:
        """Count more people among those concerned: those with these keys of a kind; False, and nothing done, where they are too many.

        What was computed of the few is completed by what everybody's tables say of them. That was so before anything of
        theirs was other than in the base. then: shows everybody's tables anew.
        """
        self._number += 1
        more = f"more_{self._number}"
        asked = _PERSON_OF[kind].format(select)
        human = f"SELECT psn_no AS key FROM people WHERE person_id IN (SELECT person_id FROM people WHERE psn_no IN ({asked}))"
        known = "SELECT key FROM key_person"
        self._keep(
            f"{more}_person",
            f"SELECT key FROM ({human} UNION {asked}) a WHERE key NOT IN ({known})",
        )
        count = self.whole.value(f"SELECT count(*) FROM {more}_person")
        if not count or count > most:
            return not count
        bills = (
            f"SELECT setl_id AS key FROM settlement WHERE psn_no IN (SELECT key FROM {more}_person)"
        )
        self._keep(f"{more}_setl_id", bills)
        mine = f"WHERE setl_id IN (SELECT key FROM {more}_setl_id)"
        there = "stay_part" in self.files
        stays = (
            f"SELECT DISTINCT stay_id AS key FROM stay_part {mine}"
            if there
            else "SELECT key FROM key_stay_id WHERE FALSE"
        )
        self._keep(f"{more}_stay_id", stays)
        self._keep(f"{more}_feedetl_sn", f"SELECT feedetl_sn AS key FROM fee_item {mine}")
        for name, owner in self.owners.items():
            self._append(
                name,
                f'SELECT * FROM "{name}" WHERE "{owner}" IN (SELECT key FROM {more}_{OWNERS[owner]})',
            )
        for one in KINDS:
            self.add(one, f"SELECT key FROM {more}_{one}")
        then()
        return True

    def show_everybody(self, name: str, before: Path) -> None:
        """Show a table of everybody: of the few what was computed, of all others what the file `before` says."""
        owner = self.owners[name]
        listed = ", ".join(map(quoted, (before, *self.files[name])))
        # One scan of all files, and no UNION: what reads it can then drop rows by the other sides of its joins.
        DuckEngine.view(
            self.whole,
            name,
            f'SELECT b.* FROM read_parquet([{listed}]) b ANTI JOIN key_{OWNERS[owner]} k ON k.key = b."{owner}" AND b.file_index = 0',
        )

    def _append(self, name: str, select: str) -> None:
        files = self.files[name]
        path = self.few.folder / f"{name}-{len(files)}.parquet"
        self.whole.run(f"COPY ({select}) TO {quoted(path)} (FORMAT parquet)")
        files.append(path)
        self.few.show(name, files)

    def _keep(self, name: str, select: str) -> None:
        DuckEngine.keep(self.whole, name, select)


# Keys of a kind, as a SELECT → the psn_no they are of.
_PERSON_OF = {
    "person": "SELECT k.* FROM ({}) k",
    "setl_id": "SELECT psn_no FROM settlement WHERE setl_id IN ({})",
    "stay_id": "SELECT psn_no FROM settlement WHERE setl_id IN (SELECT setl_id FROM stay_part WHERE stay_id IN ({}))",
    "feedetl_sn": "SELECT psn_no FROM settlement WHERE setl_id IN (SELECT setl_id FROM fee_item WHERE feedetl_sn IN ({}))",
}
