"""Names, identity numbers and telephone numbers made unrecognisable; names of institutions stay."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from medaudit.output.cells import parsed, values

if TYPE_CHECKING:
    import pandas as pd

Mask = Callable[[str], str]

_NAMES = ("psn_name", "dr_name", "coner_name", "opter_name")
_NUMBERS = ("psn_no", "certno", "person_id")
_PHONES = ("tel", "telephone")
_PEOPLE = ("patient", "doctor", "settlement")  # subjects called by a person's name
_TEXTS = ("reason", "reasons", "message")


def mask_name(name: str) -> str:
    """张三 → 张*, 欧阳小明 → 欧***, John Smith → J*** S****: the first character of each word stays."""
    return re.sub(r"(?<=\S)\S", "*", name)


def mask_id(number: str) -> str:
    """The first 3 and the last 2 characters stay, of a short number (7 or less) the first and the last."""
    head, tail = (3, 2) if len(number) > 7 else (1, 1)
    return _starred(number, head, tail)


def mask_phone(number: str) -> str:
    """13812345678 → 138******78, wherever a telephone number stands in the text."""
    return re.sub(r"\d[\d-]{4,}\d", lambda found: _starred(found[0], 3, 2), number)


def masked(frame: pd.DataFrame, names_only: bool = False) -> pd.DataFrame:
    """A copy of `frame` with what points at a person masked; `names_only` leaves their numbers readable, not telephones.

    Goes by the columns' names (also with a word in front: other_psn_no), by subject_type for
    subject_name and subject_id, and by the keys of `evidence`. What is masked in a row is masked
    in its sentences too. Doctors' codes stay: without them nobody could act on the list.
    """
    frame = frame.copy()
    secrets: list[dict[str, str]] = [{} for _ in range(len(frame))]
    types = values(frame["subject_type"]) if "subject_type" in frame else [None] * len(frame)
    for name in frame.columns:
        masks = [_mask(str(name), subject, names_only) for subject in types]
        if name == "evidence":
            told = [_evidence(v, names_only, s) for v, s in _paired(frame[name], secrets)]
        elif any(masks):
            triples = zip(values(frame[name]), masks, secrets, strict=True)
            told = [_hidden(value, mask, found) for value, mask, found in triples]
        else:
            continue
        frame[name] = _column(told, frame[name])
    for name in frame.columns.intersection(list(_TEXTS)):
        told = [_redacted(v, s) for v, s in _paired(frame[name], secrets)]
        frame[name] = _column(told, frame[name])
    return frame


def _mask(name: str, subject: Any, names_only: bool) -> Mask | None:
    if name == "subject_name":
        return mask_name if subject in _PEOPLE else None
    if name == "subject_id":
        return mask_id if subject == "patient" and not names_only else None
    if _is(name, _NAMES):
        return mask_name
    if _is(name, _PHONES):
        return mask_phone
    return mask_id if _is(name, _NUMBERS) and not names_only else None


def _is(name: str, words: tuple[str, ...]) -> bool:
    return name in words or name.endswith(tuple("_" + word for word in words))


def _hidden(value: Any, mask: Mask | None, found: dict[str, str]) -> Any:
    """The value masked: by `mask`, or as it was masked before in the same row."""
    if value is None:
        return value
    if mask is None:
        return found.get(value, value) if isinstance(value, str) else value
    text = str(value)
    return found.setdefault(text, mask(text))


def _evidence(value: Any, names_only: bool, found: dict[str, str]) -> Any:
    """JSON text in, JSON text out, with the values under telling keys masked at any depth."""
    evidence = parsed(value) if isinstance(value, str) else value
    if not isinstance(evidence, (dict, list)):
        return value

    def walk(item: Any, mask: Mask | None) -> Any:
        if isinstance(item, dict):
            return {key: walk(v, _mask(key, None, names_only)) for key, v in item.items()}
        if isinstance(item, list):
            return [walk(v, mask) for v in item]
        return _hidden(item, mask, found)

    return json.dumps(walk(evidence, None), ensure_ascii=False)


def _redacted(text: Any, secrets: dict[str, str]) -> Any:
    if not isinstance(text, str):
        return text
    for secret in sorted(secrets, key=len, reverse=True):
        # Looking for less would hit parts of words and of amounts.
        if len(secret) >= (4 if secret.isascii() else 2):
            text = text.replace(secret, secrets[secret])
    return text


def _starred(text: str, head: int, tail: int) -> str:
    hidden = max(len(text) - head - tail, 0)
    return text[:head] + "*" * hidden + text[len(text) - tail :] if hidden else "*" * len(text)


def _paired(series: pd.Series[Any], secrets: list[dict[str, str]]) -> list[tuple[Any, Any]]:
    return list(zip(values(series), secrets, strict=True))


def _column(cells: list[Any], like: pd.Series[Any]) -> pd.Series[Any]:
    import pandas as pd

    return pd.Series(cells, index=like.index, dtype=object)
