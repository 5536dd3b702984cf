"""Names, numbers and telephones of people as they may leave, and texts that no program stumbles over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from medaudit.output.mask import mask_id, mask_name, masked
from medaudit.output.wrap import clean

if TYPE_CHECKING:
    import pandas as pd

# No XML can hold these, and a workbook or a Word file is XML.
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
LONGEST = 2_000  # characters of one cell or paragraph; a reason has some hundreds
# Joined to a row only so that its sentences are rid of them as well.
SECRET = ("person_psn_name", "person_certno", "bill_certno", "bill_tel", "person_tel")


def safe(text: object, longest: int = LONGEST) -> str:
    """A text that every file may hold: no control characters, no half characters, no novel."""
    told = _NO_XML.sub(" ", clean(str(text)))
    return told if len(told) <= longest else told[: longest - 1] + "…"


def leaving(frame: pd.DataFrame, reveal: bool) -> pd.DataFrame:
    """The rows as they leave: masked unless revealed, without the columns that were there only to be masked with."""
    told = frame if reveal else masked(frame)
    if not reveal and "evidence" in told:
        told["evidence"] = [
            _rid(text, frame.iloc[place], told.iloc[place])
            for place, text in enumerate(told["evidence"])
        ]
    return told.drop(columns=[name for name in SECRET if name in told])


def _rid(text: str | None, before: pd.Series[str], after: pd.Series[str]) -> str | None:
    """Evidence rid of its row's names and numbers where they stand within a longer text, as a rule of the user's own may have them."""
    for name in ("psn_no", "psn_name", *SECRET):
        secret = before.get(name)
        if text and isinstance(secret, str) and len(secret) >= (4 if secret.isascii() else 2):
            text = text.replace(secret, str(after[name]))
    return text


def subject_id(kind: str, id: str, reveal: bool) -> str:
    """Of a suspect, only a patient's number points at a person; institutions' and doctors' codes and bills' ids stay."""
    return id if reveal or kind != "patient" else mask_id(id)


def subject_name(kind: str, name: str, reveal: bool) -> str:
    return mask_name(name) if not reveal and kind in ("patient", "doctor", "settlement") else name
