"""The workload curves as an SVG: how much of the money is found with how many cases opened."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from medaudit.language import say
from medaudit.output.columns import label
from medaudit.output.svg import LETTER, drawn, line, text
from medaudit.output.wrap import width
from medaudit.synth.scoring.lists import Listed
from medaudit.synth.scoring.orders import AMOUNT, BEST, FOREST, OURS, RANDOM, RULES, title

# Order → colour (told apart by the colour-blind too), width and dashes. The first is drawn last, on top.
STYLES = {
    OURS: ("#0072b2", 3.2, ""),
    BEST: ("#222222", 1.8, "7 4"),
    RULES: ("#009e73", 1.8, ""),
    AMOUNT: ("#d55e00", 1.8, ""),
    FOREST: ("#cc79a7", 1.8, ""),
    RANDOM: ("#888888", 1.8, "2 4"),
}

WIDTH, PLOT_HEIGHT = 1040, 240
LEFT, RIGHT, GAP = 70, 24, 84  # beside and between panels
TOP, ABOVE, BELOW = 112, 30, 62  # legend, panel title, axis


def picture(lists: Sequence[Listed]) -> str:
    """One panel a list that holds yuan: share of the yuan over the cases opened, on a logarithmic scale.

    The same lists give the same bytes.
    """
    shown = [one for one in lists if one.yuan > 0]
    across = min(2, max(1, len(shown)))
    down = max(1, math.ceil(len(shown) / across))
    wide = (WIDTH - LEFT - RIGHT - (across - 1) * GAP) / across
    height = TOP + down * (ABOVE + PLOT_HEIGHT + BELOW)
    parts = [*_head()]
    for number, one in enumerate(shown):
        left = LEFT + (number % across) * (wide + GAP)
        top = TOP + (number // across) * (ABOVE + PLOT_HEIGHT + BELOW) + ABOVE
        parts += _Panel(one, left, top, wide).draw()
    if not shown:
        parts.append(text(LEFT, TOP + 40, say("没有可画的金额", "there is no money to draw")))
    return drawn(WIDTH, height, parts)


def _head() -> Iterator[str]:
    yield text(
        LEFT,
        34,
        say("开多少案，查回多少钱", "Cases opened and money found"),
        size=20,
        weight="bold",
    )
    yield text(
        LEFT,
        57,
        say(
            "按名次逐个打开名单，累计涉及埋设手法的基金金额占比",
            "Share of the fund money in planted schemes found by opening each list from its top",
        ),
        fill="#555555",
    )
    x = float(LEFT)
    for name, (colour, stroke, dashes) in STYLES.items():
        yield line([(x, 84), (x + 30, 84)], colour, stroke, dashes)
        yield text(x + 37, 88.5, title(name))
        x += 37 + LETTER * width(title(name)) + 26


class _Panel:
    def __init__(self, one: Listed, left: float, top: float, wide: float) -> None:
        self.one, self.left, self.top, self.wide = one, left, top, wide
        self.decades = max(1.0, math.log10(max(one.cases, 2)))

    def draw(self) -> Iterator[str]:
        kind = label("subject_type", self.one.kind)
        yield text(
            self.left,
            self.top - 11,
            say(
                f"{kind}（{self.one.cases:,} 个，应负责 {self.one.responsible:,} 个）",
                f"{kind} ({self.one.cases:,} in all, {self.one.responsible:,} responsible)",
            ),
            size=15,
            weight="bold",
        )
        yield from self._grid()
        for name in reversed(STYLES):
            curve = self.one.order(name).curve
            yield line([(self._x(k), self._y(share)) for k, share in curve], *STYLES[name])

    def _grid(self) -> Iterator[str]:
        bottom, right = self.top + PLOT_HEIGHT, self.left + self.wide
        for percent in range(0, 101, 20):
            y = self._y(percent / 100)
            yield line([(self.left, y), (right, y)], "#dddddd" if percent else "#555555", 1)
            yield text(self.left - 8, y + 4.5, f"{percent}%", anchor="end")
        taken = 0.0
        for k in self._ticks():
            x, told = self._x(k), f"{k:,}"
            yield line([(x, bottom), (x, bottom + 5)], "#555555", 1)
            if x - LETTER * len(told) / 2 > taken:
                yield text(x, bottom + 21, told, anchor="middle")
                taken = x + LETTER * (len(told) / 2 + 1)
        middle = self.left + self.wide / 2
        yield text(
            middle,
            bottom + 42,
            say("打开的案件（个，对数刻度）", "cases opened (logarithmic)"),
            anchor="middle",
            fill="#555555",
        )
        x, y = self.left - 52, self.top + PLOT_HEIGHT / 2
        yield text(
            x, y, say("查回金额", "yuan found"), anchor="middle", fill="#555555", turn=(x, y)
        )

    def _ticks(self) -> list[int]:
        """Powers of ten; between them 2 and 5 where there is room."""
        steps = (1, 2, 5) if self.decades < 3 else (1,)
        every = (
            step * 10**power for power in range(math.floor(self.decades) + 1) for step in steps
        )
        return [k for k in every if math.log10(k) <= self.decades + 1e-9]

    def _x(self, k: float) -> float:
        return self.left + self.wide * math.log10(max(k, 1)) / self.decades

    def _y(self, share: float) -> float:
        return self.top + PLOT_HEIGHT * (1 - share)
