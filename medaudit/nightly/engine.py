"""An engine whose `keep` computes as much as is needed: of the people concerned what falls apart by person, else all."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from medaudit.engine import Params, named_in
from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.engine.pieces import Cut, cut
from medaudit.engine.scopes import OWNERS, Column, Shape
from medaudit.nightly import compared
from medaudit.nightly.base import DECLARED, Base, as_told, declared, digest
from medaudit.nightly.concerned import Concerned

if TYPE_CHECKING:
    import pyarrow as pa

EARLY = 15  # tables of the few: the records, who is who, the visits
RECORDS = "records"  # what tables are computed by that are read, not computed


@dataclass
class Spent:
    """What was done: tables computed of the people concerned, of everybody, and of everybody although they fall apart."""

    few: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    anew: list[str] = field(default_factory=list)


class Nightly(DuckEngine):
    """A DuckEngine that goes on from a base, and remembers what a later one will need.

    base: None where everything is computed of everybody. plain: whether `keep` only does what any engine's does.
    """

    def __init__(
        self, folder: Path, memory_limit: int | None, threads: int | None, base: Base | None
    ):
        super().__init__(folder, memory_limit, threads)
        self.base = base
        self.plain = True
        self.concerned = Concerned(self)
        self.shapes: dict[str, Shape] = {}
        self.computed: dict[str, str] = {}  # table → what it was computed by
        self.spent = Spent()
        self.most = 0  # how many people one table may add to those concerned
        self._unfollowed: dict[str, str] = {}  # table of people computed of everybody → its owner
        self._rows: set[str] = set()  # tables of nobody whose other rows stand in other_<name>
        self._other: dict[str, bool] = {}  # table of nobody → whether it is not what it was

    def know(self, shapes: dict[str, Shape]) -> None:
        """Take up the tables that are there, those of nobody for a later engine to compare with."""
        self.shapes |= shapes
        for name, shape in shapes.items():
            self.computed[name] = RECORDS
            if not shape.of_people:
                super().keep(name, f'SELECT * FROM "{name}"')

    def remember(self, name: str, sql: str) -> None:
        """Keep a table for the base alone."""
        super().keep(name, sql)
        self.computed[name] = RECORDS

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def before(self, name: str) -> str:
        """A SELECT of a table as the base has it."""
        assert self.base
        return f"SELECT * FROM read_parquet({quoted(self.base.file(name))})"

    def keep(self, name: str, sql: str, params: Params = None) -> None:
        told = None if self.plain else self._cut(name, sql)
        if told is None:
            super().keep(name, sql, params)
            self._made_elsewhere(name)
            return
        by = digest(
            sql, as_told(named_in(sql, params)), *(self.computed[one] for one in sorted(told.reads))
        )
        if told.apart:
            self._keep_apart(name, sql, params, declared(name, told.shape), by)
            return
        pieces: list[str] = []
        for piece in told.pieces:
            kept = f"{name}__{piece.alias}"
            before = [one for one in pieces if one in piece.reads]
            self._keep_apart(kept, piece.sql, params, piece.shape, digest(by, piece.sql), before)
            pieces.append(kept)
        super().keep(name, told.rest or sql, params)
        self.spent.whole.append(name)
        self.computed[name] = by
        self._of_everybody(name, told.shape, self.base is not None and self.base.has(name, by))

    def _cut(self, name: str, sql: str) -> Cut | None:
        """The query in pieces, once it is known of everything it reads whether its people can be told."""
        while told := cut(sql, self.shapes, name):
            reads = {one for piece in told.pieces for one in piece.reads} | (
                told.reads if told.apart else set()
            )
            if all(self._follow(one) for one in reads):
                break
        return told

    def _of_everybody(self, name: str, shape: Shape, known: bool) -> None:
        """Note a table that was computed of everybody. known: whether the base has it computed the same way."""
        if shape.owner and (known or self.base is None):
            self.shapes[name] = shape
            self._unfollowed[name] = shape.owner
        else:
            self.shapes[name] = Shape(shape.columns, False, name=name)
            self._other |= {} if known else {name: True}

    def put(self, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        super().put(name, schema, batches)
        if (
            not self.plain and self.computed.get(name, RECORDS) == RECORDS
        ):  # a table of nobody's, such as the calendar
            self._other.pop(name, None)
            self.shapes[name] = Shape(
                {column: Column() for column in schema.names}, False, name=name
            )
            self.computed[name] = RECORDS
        else:
            self._made_elsewhere(name)

    def view(self, name: str, sql: str) -> None:
        super().view(name, sql)
        self._made_elsewhere(name)

    def _made_elsewhere(self, name: str) -> None:
        """A table whose making is not seen here is never what it was."""
        if not self.plain and name in self.shapes:
            self.shapes[name] = Shape(self.shapes[name].columns, False, name=name)
            self.computed[name] = uuid.uuid4().hex
            self._other[name] = True
            self._unfollowed.pop(name, None)

    def _keep_apart(
        self, name: str, sql: str, params: Params, shape: Shape, by: str, pieces: Iterable[str] = ()
    ) -> None:
        self.computed[name] = by
        if self.base is None:
            super().keep(name, sql, params)
            self.shapes[name] = shape
            return
        known = self.base.has(name, by)
        # A piece that had to be computed of everybody may say something else of people who are not concerned.
        apart = all(self._follow(one) and self.shapes[one].of_people for one in pieces)
        if not known or not apart or not self._look_ups(shape):
            super().keep(name, sql, params)
            self.spent.anew.append(name)
            self._of_everybody(name, shape, known)
            return
        self.concerned.few.keep(name, sql, params)
        self.concerned.computed(name, shape.owner)
        self.spent.few.append(name)
        self.shapes[name] = shape
        self.concerned.show_everybody(name, self.base.file(name))
        for column in DECLARED.get(name, ()):
            self.concerned.add(OWNERS[column], f"SELECT {column} FROM few.{name}")

    def _follow(self, name: str) -> bool:
        """Count among those concerned the people of whom a table, computed of everybody, says something else than it did. False
        where these are so many that the table is from here on taken for nobody's."""
        if self.base is None or name not in self._unfollowed:
            return True
        owner = self._unfollowed.pop(name)
        kind, other = OWNERS[owner], f"other_{name}"
        many = compared.keep_other_owners(
            self, name, owner, self.base.file(name), f"key_{kind}", other
        )
        if many and not self._grow(kind, f"SELECT key FROM {other}"):
            self.shapes[name] = Shape(self.shapes[name].columns, False, name=name)
            self._other[name] = True
            return False
        self.concerned.hold(name, owner)
        return True

    def _look_ups(self, shape: Shape) -> bool:
        """Whether a table can go on from the base though what it looks up may have changed; whom that concerns is counted in."""
        for name, pairs in shape.looked.items():
            if not self._is_other(name):
                continue
            if pairs is None or name not in self._rows:
                return False
            for column, code in sorted(pairs):
                table, _, at = code.partition(".")
                kind, owner = (
                    ("person", "psn_no") if table == "settlement" else ("setl_id", "setl_id")
                )
                codes = f'SELECT "{column}" FROM other_{name}'
                if not self._grow(kind, f"SELECT {owner} FROM {table} WHERE {at} IN ({codes})"):
                    return False
        return True

    def _is_other(self, name: str) -> bool:
        """Whether a table that is nobody's has other rows than it had; if so they stand in `other_<name>`."""
        assert self.base
        if name not in self._other:
            before = self.base.file(name)
            self._other[name] = not before.is_file() or not compared.is_same(self, name, before)
            if self._other[name] and before.is_file():
                compared.show_other_rows(self, name, before, f"other_{name}")
                self._rows.add(name)
        return self._other[name]

    def _grow(self, kind: str, select: str) -> bool:
        """Count more people in, while that is cheap: later every table of the few would have to be completed."""
        most = self.most if len(self.concerned.owners) <= EARLY else 0
        return self.concerned.grow(kind, select, most, self._show_everybody)

    def _show_everybody(self) -> None:
        assert self.base
        for name in self.spent.few:
            self.concerned.show_everybody(name, self.base.file(name))

    def lock(self, *folders: Path) -> None:
        workspace = self.folder.parent
        super().lock(workspace, *folders)

    def close(self) -> None:
        self.concerned.few.close()
        super().close()
