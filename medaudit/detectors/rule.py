"""What a rule is: its header and its SELECT, and the words that a header may use."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medaudit.language import pick, say

STATUSES = ("stable", "draft", "deprecated")
LEVELS = ("violation", "suspected", "lead")
SUBJECTS = ("settlement", "patient", "doctor", "institution", "ring")
REASONS = (
    "chemotherapy", "radiotherapy", "dialysis", "transfer", "planned_readmission", "emergency",
    "psychiatric", "per_diem", "hospice", "rehabilitation", "newborn", "maternity", "day_surgery",
    "staged_surgery",
)  # fmt: skip
RETURNED = (
    "setl_id",
    "psn_no",
    "fixmedins_code",
    "dr_codg",
    "occurred_on",
    "charge_amount",
    "strength",
)
FIELDS = {
    "code", "status", "level", "subject", "key", "responsible", "basis", "prior", "needs", "excludes",
    "subsumes", "bands", "title", "message", "benign", "next", "params",
}  # fmt: skip

FAMILIES = {
    "STY": ("住院", "stays"),
    "BIL": ("收费", "charges"),
    "POL": ("政策限制", "policy limits"),
    "IDN": ("身份", "identity"),
    "MED": ("药品", "drugs"),
    "CHR": ("门诊慢特病", "chronic outpatient"),
    "PHA": ("药店", "pharmacies"),
    "DOC": ("医师", "doctors"),
    "CAP": ("病种限额", "case caps"),
    "INS": ("机构指标", "institution shares"),
    "ANO": ("与同类相比", "against peers"),
    "LNK": ("关联", "links"),
    "TIP": ("举报", "reports"),
}
# Of these no rule is written: they are found by comparison, or told by people.
FOUND_OTHERWISE = ("ANO", "TIP")


@dataclass(frozen=True)
class Param:
    """A number (or text) of a rule that settings may change, and where its default comes from."""

    name: str
    default: Any
    unit: str = ""
    help: Mapping[str, str] = field(default_factory=dict)
    source: str | Mapping[str, str] = ""
    least: float = 0
    most: float | None = None

    def allows(self, value: Any) -> bool:
        """Whether a value lies in the range; of texts any does."""
        if isinstance(value, str):
            return True
        return (
            math.isfinite(value)
            and self.least <= value
            and (self.most is None or value <= self.most)
        )

    @property
    def range(self) -> str:
        if self.most is None:
            return say(f"应为不小于 {self.least} 的数", f"it must be {self.least} or more")
        return say(
            f"应在 {self.least} 与 {self.most} 之间", f"it must be from {self.least} to {self.most}"
        )


def param(name: str, told: Mapping[str, Any]) -> Param:
    """A parameter as a header writes it. Nothing is less than 0 and no share above 1, unless min and max say so."""
    unit = told.get("unit", "")
    most = told.get("max", 1 if unit == "share" else None)
    return Param(
        name,
        told["default"],
        unit,
        told.get("help", {}),
        told.get("source", ""),
        told.get("min", 0),
        most,
    )


@dataclass(frozen=True)
class Bands:
    """From strict to loose: the parameters that a column of the hits is held against.

    is_most: a hit is within a band where the column is at most the parameter, else at least.
    """

    column: str
    params: tuple[str, ...]
    is_most: bool


@dataclass(frozen=True)
class Rule:
    """One rule: its header, its SELECT and what that reads. Texts are {zh, en}."""

    path: Path
    code: str
    status: str
    level: str
    subject: str
    key: tuple[str, ...]
    responsible: tuple[str, ...]
    basis: tuple[str, ...]
    prior: float
    needs: tuple[str, ...]
    excludes: tuple[str, ...]
    subsumes: tuple[
        str, ...
    ]  # rules whose hit on the same line, stay or settlement is told within its own
    bands: Bands | None
    title: Mapping[str, str]
    message: Mapping[str, str]
    benign: Mapping[str, str]
    next: Mapping[str, str]
    params: Mapping[str, Param]
    sql: str
    reads: frozenset[str]
    columns: tuple[str, ...]  # what it returns, in order
    own: bool  # ships with medaudit

    @property
    def family(self) -> str:
        return self.code[:3]

    @property
    def name(self) -> str:
        return pick(self.title)

    @property
    def by_line(self) -> bool:
        return "feedetl_sn" in self.columns

    @property
    def cases(self) -> Path:
        """Where its cases are: ours under tests/rules (shipped as `cases`), a user's beside the rule."""
        if self.own:
            here = Path(__file__).parent
            tests = here.parents[1] / "tests" / "rules"
            folder = tests if tests.is_dir() else here / "cases"
            return folder / self.path.parent.name / f"{self.path.stem}.toml"
        return self.path.with_suffix(".cases.toml")

    def values(self, settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Its parameters: defaults with the settings' values over them."""
        told = settings.get(self.code, {})
        return {name: told.get(name, param.default) for name, param in self.params.items()}

    def version(self, settings: Mapping[str, Mapping[str, Any]]) -> str:
        """What it looks for, with these parameters, as eight characters: another one may find other things."""
        told = (
            self.sql,
            self.key,
            self.excludes,
            self.level,
            sorted(self.values(settings).items()),
        )
        return hashlib.sha256(repr(told).encode("utf-8")).hexdigest()[:8]
