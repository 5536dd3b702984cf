"""Text measured and broken by the columns it takes on a terminal, where a Chinese character takes two."""

from __future__ import annotations

import re

# Punctuation that belongs to what stands before it, or after it, and so is not torn from it.
_OPENING = "（《〈“‘「『【〔(["
_CLOSING = "，。、；：？！）》〉”’」』】〕％…),.;:!?%]"
_LATIN = r"[!-~\u00a1-\u02ff\u0370-\u04ff]"
_UNIT = re.compile(rf"\s+|[{re.escape(_OPENING)}]*(?:{_LATIN}+|\S)[{re.escape(_CLOSING)}]*")
# Control and direction characters: a cell must not be able to steer the terminal.
_STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """`text` without characters that would steer a terminal; line breaks stay."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _STEERING.sub(" ", text)


def width(text: str) -> int:
    """The columns a line of clean text takes on a terminal."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    return max(0, wcswidth(text))


def widest(text: str) -> int:
    """The columns of the widest line of `text`."""
    return max(map(width, text.split("\n")))


def longest_word(text: str) -> int:
    """The columns of the longest piece of `text` that `wrap` would rather not break."""
    return max((width(unit.strip()) for unit in _UNIT.findall(text)), default=0)


def wrap(text: str, limit: int) -> str:
    """`text` broken into lines of at most `limit` (2 or more) columns.

    Chinese breaks anywhere except before closing and after opening punctuation, Latin words break
    at spaces; what is longer than a line by itself breaks where the line ends.
    """
    return "\n".join(line for part in text.split("\n") for line in _lines(part, limit))


def _lines(text: str, limit: int) -> list[str]:
    if width(text) <= limit:
        return [text]
    lines, line = [], ""
    for unit in _UNIT.findall(text):
        pieces = [unit] if width(unit.strip()) <= limit else list(unit)
        for piece in pieces:
            if width(line + piece.rstrip()) > limit:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
    lines.append(line.rstrip())
    return [line for line in lines if line]
