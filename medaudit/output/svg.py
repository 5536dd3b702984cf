"""Pictures as SVG: they open offline anywhere, with the viewer's own Chinese fonts. The same parts give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from medaudit.output.whole import demand_ending

FONTS = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','WenQuanYi Micro Hei',sans-serif"
LETTER = 7.2  # pixels a column of 13-pixel text takes


def drawn(wide: float, high: float, parts: Iterable[str]) -> str:
    """A picture of its parts, on white."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" '
            f'font-family="{FONTS}" font-size="13" fill="#222222">',
            f'<rect width="{wide:g}" height="{high:g}" fill="#ffffff"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def circle(x: float, y: float, radius: float, fill: str, words: str = "") -> str:
    """A dot; words are shown when pointed at."""
    told = f"<title>{escape(words)}</title>" if words else ""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}" fill-opacity="0.75">{told}</circle>'


def bar(x: float, y: float, wide: float, high: float, fill: str) -> str:
    """A filled rectangle."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{fill}"/>'


def line(
    points: Sequence[tuple[float, float]], colour: str, stroke: float, dashes: str = ""
) -> str:
    """A line through points."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{stroke:g}" '
        f'stroke-linejoin="round"{dashed}/>'
    )


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 0,
    weight: str = "",
    anchor: str = "",
    fill: str = "",
    turn: tuple[float, float] | None = None,
) -> str:
    """Text at a point, in the colours and size of the picture unless told; turn: upright around a point."""
    more = f' font-size="{size}"' if size else ""
    more += f' font-weight="{weight}"' if weight else ""
    more += f' text-anchor="{anchor}"' if anchor else ""
    more += f' fill="{fill}"' if fill else ""
    more += f' transform="rotate(-90 {turn[0]:.1f} {turn[1]:.1f})"' if turn else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{escape(words)}</text>'


def demand_svg(path: Path | None, option: str) -> None:
    """Raise MedauditError where a picture is asked for under another ending."""
    demand_ending(path, option, (".svg",), ("图", "a picture"))
