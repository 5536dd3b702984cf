"""Two pictures of somebody among peers: the funnel of one feature, and all features of one subject."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from medaudit.detectors.anomalies import FAR, Seen, shown
from medaudit.detectors.anomalies.funnel import LIMITS, Measures, upward, value_at
from medaudit.detectors.anomalies.funnel import across as across_words
from medaudit.detectors.anomalies.funnel import funnel as drawn_of
from medaudit.detectors.anomalies.normal import Numbers
from medaudit.detectors.anomalies.scales import mix_column
from medaudit.language import say
from medaudit.output.columns import label
from medaudit.output.svg import LETTER, bar, circle, drawn, line, text
from medaudit.output.wrap import wrap

WIDTH, HEIGHT = 1040, 520
LEFT, RIGHT, TOP, BOTTOM = 90, 30, 90, 70
INK, GREY, FAR_OUT, LIMIT = "#0072b2", "#999999", "#d55e00", "#555555"
DASHES = ("5 4", "")  # of the limits
MOST = 3000  # dots a picture holds


def funnel(seen: Seen, j: int) -> str:
    """The funnel of feature j in the peer group in which somebody is farthest out (detectors/anomalies/funnel.py)."""
    told, among = seen.features[j], seen.compared[j]
    known = np.flatnonzero(np.isfinite(among.z) & (told.noise > 0))
    title = say(
        f"{told.feature.zh}：{label('subject_type', seen.profile.kind)}与同类",
        f"{told.feature.en}: {label('subject_type', seen.profile.kind)} against peers",
    )
    if len(known) == 0:
        return drawn(
            WIDTH,
            140,
            [
                text(LEFT, 40, title, size=18, weight="bold"),
                text(LEFT, 80, say("没有可比的对象", "there is nobody to compare")),
            ],
        )
    # The group in which somebody is farthest out, with everybody in it.
    first = int(known[np.argmax(among.z[known])])
    labels = seen.profile.groups[among.level[first]]
    rows = known[labels[known] == labels[first]]
    cases = seen.profile.column(mix_column(told.feature, "encounters")) if told.feature.mix else 1 / told.noise  # fmt: skip
    here = among.level[rows] == among.level[first]
    made = drawn_of(
        told.feature,
        Measures(cases[rows], told.noise[rows], told.value[rows], told.y[rows], among.spread[rows], here, float(among.middle[first]), float(among.usual[first])),
    )  # fmt: skip
    grid, center = made.grid, made.center
    low, high = made.ends

    def across(c: Numbers | float) -> Numbers:
        part = np.log(np.asarray(c) / grid[0]) / max(float(np.log(grid[-1] / grid[0])), 1e-9)
        return np.asarray(LEFT + (WIDTH - LEFT - RIGHT) * part)

    def up(v: Numbers | float) -> Numbers:
        return np.asarray(
            HEIGHT
            - BOTTOM
            - (HEIGHT - TOP - BOTTOM) * (np.asarray(v) - low) / max(high - low, 1e-9)
        )

    parts = [
        text(LEFT, 34, title, size=18, weight="bold"),
        text(LEFT, 58, say(
            f"{len(rows):,} 个同类；实线为 99.8%、虚线为 95% 的范围，越往右越准。点上有编号。",
            f"{len(rows):,} peers; solid: 99.8%, dashed: 95% limits; to the right those better known. Point at a dot for its code.",
        ), fill=LIMIT),
    ]  # fmt: skip
    for value in np.linspace(low, high, 6):
        parts.append(
            line([(LEFT, float(up(value))), (WIDTH - RIGHT, float(up(value)))], "#eeeeee", 1)
        )
        parts.append(
            text(LEFT - 8, float(up(value)) + 4, value_at(told.feature, value), anchor="end")
        )
    parts.append(line([(LEFT, float(up(center))), (WIDTH - RIGHT, float(up(center)))], LIMIT, 1.2))
    for k, dashes in zip(LIMITS, DASHES, strict=True):
        for side in made.limits(k):
            parts.append(
                line(
                    list(zip(across(grid).tolist(), up(side).tolist(), strict=True)),
                    LIMIT,
                    1.2,
                    dashes,
                )
            )
    order = np.argsort(np.abs(among.z[rows]))[-MOST:]
    for i in order:
        row = rows[i]
        words = (
            f"{seen.profile.ids[int(row)].as_py()} {shown(told.feature, float(told.value[row]))}"
        )
        colour = FAR_OUT if among.z[row] >= FAR else INK
        parts.append(
            circle(float(across(made.across[i])), float(up(made.up[i])), 3.5, colour, words)
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(text(middle, HEIGHT - 22, across_words(told.feature), anchor="middle", fill=LIMIT))
    for at, anchor in ((0, "start"), (-1, "end")):
        number = f"{grid[at]:,.0f}"
        parts.append(text(float(across(grid[at])), HEIGHT - BOTTOM + 20, number, anchor=anchor))
    high_up = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(
        text(18, high_up, upward(told.feature), anchor="middle", fill=LIMIT, turn=(18, high_up))
    )
    return drawn(WIDTH, HEIGHT, parts)


def profile(seen: Seen, i: int) -> str:
    """All features of subject i: how far out it is in each (z), its value, and the peers' median."""
    z = seen.z[i]
    order = [j for j in np.argsort(-np.nan_to_num(z, nan=-np.inf)) if np.isfinite(z[j])]
    code = seen.profile.ids[i].as_py()
    title = say(
        f"{label('subject_type', seen.profile.kind)} {code} 与同类",
        f"{label('subject_type', seen.profile.kind).capitalize()} {code} against peers",
    )
    high = 110 + 30 * max(len(order), 1)
    told = say(
        "横条为偏离同类的程度（标准差倍数，最多画到 6）；右边是本对象的值和同类中位数",
        "Bars: how far from the peers, in standard deviations (6 at most); right: value, peers' median",
    )
    parts = [text(24, 34, title, size=18, weight="bold"), text(24, 58, told, fill=LIMIT)]
    parts += _bars(seen, i, order, z)
    return drawn(WIDTH + 60, high, parts)


def _bars(seen: Seen, i: int, order: list[int], z: Numbers) -> Iterator[str]:
    zero, scale = 620.0, 22.0
    yield line([(zero, 78), (zero, 90 + 30 * len(order))], GREY, 1)
    for place, j in enumerate(order):
        told, among = seen.features[j], seen.compared[j]
        y = 96 + 30 * place
        far = float(np.clip(z[j], -6, 6)) * scale
        colour = FAR_OUT if z[j] >= FAR else INK if z[j] >= 0 else GREY
        edge = zero - 6 * scale - 12
        words = wrap(told.feature.title, int((edge - 16) / LETTER)).split("\n")
        for place_of_line, some in enumerate(words):
            above = 7 * (len(words) - 1) - 14 * place_of_line
            yield text(edge, y + 4 - above, some, anchor="end")
        yield bar(min(zero, zero + far), y - 8, abs(far), 16, colour)
        value, usual = (
            shown(told.feature, float(told.value[i])),
            shown(told.feature, float(among.usual[i])),
        )
        yield text(zero + 6 * scale + 14, y + 4, f"{value}  ({usual}, n={int(among.peers[i]):,})")
