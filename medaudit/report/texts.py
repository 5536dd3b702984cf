"""What the page says: the words of its scripts and of codes, in the run's language. {…} is filled in on the page."""

from __future__ import annotations

import tomllib
from pathlib import Path

from medaudit.detectors.rule import FAMILIES
from medaudit.findings.words import worded
from medaudit.handbook import words
from medaudit.language import pick, say, spoken
from medaudit.output.columns import COMPARED, label
from medaudit.ranking.scale import HIGH, MEDIUM
from medaudit.records.schema import MED_TYPES
from medaudit.report.listing import ORDER
from medaudit.review.worklist import STATES

STATE_WORDS = {
    "changed": ("复核后有变", "changed since decided"), "open": ("未复核", "not reviewed"), "waiting": ("待第二人", "waits for a second"),
    "escalated": ("已上报", "escalated"), "confirmed": ("已查实", "confirmed"), "dismissed": ("已排除", "dismissed"),
}  # fmt: skip


def labels() -> dict[str, dict[str, str]]:
    """Codes in words: kinds, levels, families, states of decisions, kinds of care, and which kinds' money is beyond peers."""
    return {
        "kind": {name: _head(label("subject_type", name)) for name in ORDER},
        "level": {name: label("level", name) for name in words.LEVELS},
        "family": {code: words.family(code) for code in FAMILIES},
        "state": {name: say(*STATE_WORDS[name]) for name in STATES},
        "care": {code: worded("med_type", code) or code for code in MED_TYPES},
        "beyond": dict.fromkeys(COMPARED, "1"),
    }


def _head(text: str) -> str:
    return text if spoken() == "zh" else text[:1].upper() + text[1:]


def script() -> dict[str, str]:
    """The texts that scripts put on the page, by name. {…} is filled in there."""
    told = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))
    return {name: pick(texts) for name, texts in told.items()} | {
        "high": str(HIGH),
        "medium": str(MEDIUM),
        "language": spoken(),
    }
