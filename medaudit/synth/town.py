"""A town: its people, their bills and the lines of the bills, and what schemes and lookalikes do to them.

Schemes change bills before their lines exist ("bills"), or lines after that ("lines"). What they do they tell, and
the truth file is written from it. Days are counted from 1 January (day 0); clocks are seconds of the day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from medaudit.synth.answer import INVOLVED, LOOKALIKE, RESPONSIBLE
from medaudit.synth.chance import Numbers
from medaudit.synth.rows import BILL, LINE, empty, filled
from medaudit.synth.world import World

__all__ = ["BILL", "INVOLVED", "LINE", "LOOKALIKE", "RESPONSIBLE", "Town", "empty"]


@dataclass
class Town:
    """One town of a county in the making."""

    world: World
    number: int
    people: pd.DataFrame
    bills: pd.DataFrame
    lines: pd.DataFrame
    told: list[pd.DataFrame] = field(default_factory=list)

    # ── finding what to work on ─────────────────────────────────────────────────────────────────────────────

    def free(self, among: pd.Series | Numbers) -> Numbers:
        """Bills that satisfy `among` (one truth value a bill) and belong to no scheme or lookalike."""
        chosen = np.asarray(among, dtype=bool) & ~self.bills["taken"].to_numpy()
        return np.asarray(self.bills.index[chosen])

    def is_stay(self) -> pd.Series:
        """Per bill: whether it is of a hospital stay."""
        return self.bills["dscg_way"] > 0

    def nights(self) -> pd.Series:
        return self.bills["end"] - self.bills["begin"]

    def at(self, *kinds: str) -> pd.Series:
        """Per bill: whether its place is of one of these kinds."""
        wanted = self.world.places["kind"].isin(kinds).to_numpy()
        return pd.Series(wanted[self.bills["place"].to_numpy()], index=self.bills.index)

    def of(self, column: str) -> pd.Series:
        """Per bill: a column of its person."""
        values = self.people[column].to_numpy()[self.bills["person"].to_numpy()]
        return pd.Series(values, index=self.bills.index)

    def level_of(self, bills: Numbers) -> Numbers:
        """The level of the place of each of `bills`."""
        return self.world.places["hosp_lv"].to_numpy()[self.bills["place"].to_numpy()[bills]]

    def last_order(self) -> int:
        """The highest number of an order, 0 where there is none."""
        return int(self.lines["order"].max()) if len(self.lines) else 0

    def lines_of(self, bills: Numbers) -> pd.DataFrame:
        """The lines of `bills`, with the index they have in `lines` and a column `chrgitm` (charge class)."""
        wanted = np.zeros(len(self.bills), dtype=bool)
        wanted[np.asarray(bills, dtype=np.int64)] = True
        found = self.lines[wanted[self.lines["bill"].to_numpy()]]
        classes = self.world.items["med_chrgitm_type"].to_numpy()
        return found.assign(chrgitm=classes[found["item"].to_numpy()])

    def quiet_days(
        self, person: Numbers, first: Numbers, last: Numbers, bills: pd.DataFrame | None = None
    ) -> Numbers:
        """Per row: whether that person lives and has no bill (of `bills`, where given) from day `first` to `last`."""
        bills = self.bills if bills is None else bills
        asked = pd.DataFrame({"person": person, "first": first, "last": last}).reset_index()
        met = asked.merge(bills[["person", "begin", "end"]], on="person")
        met = met[(met["begin"] <= met["last"]) & (met["end"] >= met["first"])]
        quiet = np.ones(len(asked), dtype=bool)
        quiet[met["index"].to_numpy()] = False
        return quiet & (self.people["died"].to_numpy()[np.asarray(person)] > np.asarray(last))

    # ── changing it ─────────────────────────────────────────────────────────────────────────────────────────

    def add_bills(self, **columns: Any) -> Numbers:
        """Add bills; a column is one value for all or one a bill, those not given are as in BILL. Their index.

        settled and end follow begin when not given; a doctor of the place and the disease's department is
        found for those who need one.
        """
        new = filled(BILL, columns)
        if "end" not in columns:
            new["end"] = new["begin"]
        if "settled" not in columns:
            new["settled"] = new["end"]
        new["taken"] = True
        if "doctor" not in columns:
            rng = np.random.default_rng([len(self.bills), self.number, len(new)])
            new["doctor"] = self.world.doctor_for(rng, new["place"], new["disease"])
        new.index = pd.RangeIndex(len(self.bills), len(self.bills) + len(new))
        self.bills = pd.concat([self.bills, new])
        return np.asarray(new.index)

    def change(self, bills: Numbers, **columns: Any) -> None:
        """Set columns of bills; they are taken from now on. Moving `end` moves `settled` with it."""
        if "end" in columns and "settled" not in columns:
            columns["settled"] = columns["end"]
        for name, values in columns.items():
            self.bills.loc[bills, name] = values
        self.bills.loc[bills, "taken"] = True

    def add_lines(self, **columns: Any) -> Numbers:
        """Add lines; a column is one value for all or one a line, those not given are as in LINE. Their index.

        The doctor is the bill's when not given.
        """
        new = filled(LINE, columns)
        if "doctor" not in columns:
            new["doctor"] = self.bills["doctor"].to_numpy()[new["bill"].to_numpy()]
        start = int(self.lines.index[-1]) + 1 if len(self.lines) else 0
        new.index = pd.RangeIndex(start, start + len(new))
        self.lines = pd.concat([self.lines, new])
        return np.asarray(new.index)

    def change_lines(self, lines: Numbers, **columns: Any) -> None:
        """Set columns of lines; their bills are taken from now on."""
        for name, values in columns.items():
            changed = self.lines[name].to_numpy(copy=True)
            changed[self._where(lines)] = values
            self.lines[name] = changed
        bills = self.lines["bill"].to_numpy()[self._where(lines)]
        self.bills.loc[np.unique(bills), "taken"] = True

    def drop_lines(self, lines: Numbers) -> None:
        """Remove lines; the others keep their index."""
        kept = np.ones(len(self.lines), dtype=bool)
        kept[self._where(lines)] = False
        self.lines = self.lines[kept]

    def _where(self, lines: Numbers) -> Numbers:
        """The positions of lines by their index, which always rises."""
        return np.searchsorted(self.lines.index.to_numpy(), np.asarray(lines, dtype=np.int64))

    def number_lines(self) -> None:
        """Index the lines 0, 1, 2 … again after some were dropped; what was told of them goes with them."""
        position = pd.Series(np.arange(len(self.lines)), index=self.lines.index)
        for rows in self.told:
            of_line = (rows["line"] >= 0).to_numpy()
            rows.loc[of_line, "line"] = position.loc[rows.loc[of_line, "line"]].to_numpy()
        self.lines = self.lines.reset_index(drop=True)

    def drop_bills(self, bills: Numbers) -> None:
        """Remove bills that have no lines yet, by making them nobody's; the others keep their index."""
        self.bills.loc[bills, ["person", "taken"]] = [-1, True]

    # ── telling it ──────────────────────────────────────────────────────────────────────────────────────────

    def tell(
        self,
        name: str,
        bills: Numbers,
        intensity: Numbers | float = 1.0,
        *,
        role: str = RESPONSIBLE,
        lines: Numbers | None = None,
        part: Numbers | float = 1.0,
        institution: str | None = RESPONSIBLE,
        doctor: str | None = None,
        patient: str | None = None,
        ring: Numbers | None = None,
    ) -> None:
        """Record what was planted: `bills` (or `lines`, of which `part` is wrong) and how strongly.

        intensity: as a multiple of the usual threshold, one a bill, or one a line when lines are given.
        role: of the bills. institution, doctor, patient: the roles of those subjects, None when they have none;
        a lookalike's subjects are lookalikes. ring: a number a bill, of the ring it is part of.
        """
        if lines is not None:
            of_line = self.lines["bill"].to_numpy()[self._where(lines)]
            rows = pd.DataFrame(
                {"bill": of_line, "line": lines, "intensity": intensity, "part": part}
            )
            self.told.append(rows.assign(scheme=name, role=role, subject_type="line"))
            strongest = rows.groupby("bill", sort=True)["intensity"].max()
            bills, intensity = strongest.index.to_numpy(), strongest.to_numpy()
        if not len(bills):
            return
        self.bills.loc[bills, "taken"] = True
        rows = pd.DataFrame(
            {
                "bill": bills,
                "line": -1,
                "intensity": intensity,
                "part": part if lines is None else 1.0,
            }
        )
        rows = rows.assign(scheme=name)
        self.told.append(rows.assign(role=role, subject_type="settlement"))
        for subject, its_role in (
            ("institution", institution),
            ("doctor", doctor),
            ("patient", patient),
        ):
            if its_role:
                its_role = role if role == LOOKALIKE else its_role
                self.told.append(rows.assign(role=its_role, subject_type=subject))
        if ring is not None:
            self.told.append(rows.assign(role=role, subject_type="ring", ring=ring))
