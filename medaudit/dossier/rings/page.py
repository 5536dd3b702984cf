"""The page of a ring: what it is, who is in it, when they were together, and who came to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from medaudit.dossier.rings.ring import Ring
from medaudit.findings.words import worded
from medaudit.handbook.lines import aligned
from medaudit.handbook.rule import Section
from medaudit.language import counted, say

if TYPE_CHECKING:
    import pandas as pd

MOST_MEMBERS, MOST_SESSIONS, MOST_COLUMNS = 40, 20, 40


def heading(one: Ring) -> str:
    kind = worded("kind", str(one.row["kind"])) or ""
    return say(f"关联群组 {one.id}（{kind}）", f"Ring {one.id} ({kind})")


def sections(one: Ring) -> list[Section]:
    """Summary, members, sessions and the presence matrix."""
    return [
        Section("ring", say("概况", "In short"), items=list(_summary(one.row))),
        Section("members", say("成员", "Members"), block=_members(one)),
        Section("sessions", say("同时出现", "Seen together"), block=_sessions(one)),
        Section("presence", say("谁来过哪一次（■ 在场）", "Who was there when (■ present)"), block=_presence(one)),
    ]  # fmt: skip


def document(one: Ring) -> dict[str, Any]:
    """The page for machines. Names are masked."""
    hidden = ["psn_name", "brdy", "tel"]
    return {
        "ring": dict(one.row),
        "members": _records(one.members.drop(columns=hidden)),
        "uses": _records(one.uses),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    whole = frame.astype(object).where(frame.notna(), None)
    return [{str(k): v for k, v in row.items()} for row in whole.to_dict("records")]


def _summary(row: Mapping[str, Any]) -> Iterator[str]:
    bond = worded("bond", row["bond"]) or ""
    half = round((row["lockstep"] or 0) * row["sessions"])
    yield say(
        f"{row['members']} 人{bond}，{row['first_day']:%Y-%m-%d} 至 {row['last_day']:%Y-%m-%d} 在 {row['places']} 家机构（最多在{row['place']}）"
        f"同时出现 {row['sessions']} 次，一次最多 {row['most']} 人；到场过半的有 {half} 次",
        f"{row['members']} people{bond}, seen together {counted(row['sessions'], 'time')} from {row['first_day']:%Y-%m-%d} to {row['last_day']:%Y-%m-%d} at "
        f"{counted(row['places'], 'institution')} (most at {row['place']}), up to {row['most']} at once; half of them or more were there {counted(half, 'time')}",
    )
    if row["gap"] is not None:
        yield say(
            f"前后两卡相隔秒数的中位数：{row['gap']:.0f}",
            f"median seconds from one card to the next: {row['gap']:.0f}",
        )
    if row["expected"] is not None:
        yield say(
            f"各对成员共相遇 {row['met']} 天次，偶然只应有 {row['expected']:.2f} 天次",
            f"its pairs met {row['met']} times, where chance would give {row['expected']:.2f}",
        )
    yield say(
        f"涉及基金 {row['fund_money']:,.2f} 元，证据强度 {row['strength']:.2f}",
        f"{row['fund_money']:,.2f} yuan of fund money; strength of the evidence {row['strength']:.2f}",
    )
    if row["label"]:
        told = (worded("label", str(row["label"])) or "").lstrip("；; ")
        yield say(
            f"{told}（{row['labelled']} 人符合）", f"{told} (true of {row['labelled']} people)"
        )


def _members(one: Ring) -> str:
    heads = [say("编号", "Person"), say("姓名", "Name"), say("年龄", "Age"), say("住址", "Address"), say("到场", "Times"),
             say("同伴", "Partners"), say("基金(元)", "Fund yuan")]  # fmt: skip
    rows = [heads]
    for member in one.members.head(MOST_MEMBERS).to_dict("records"):
        age = "" if member["age"] != member["age"] else f"{member['age']:.0f}"
        address = member["care_home"] or member["addr_code"] or ""
        rows.append(
            [str(member["who"]), str(member["name"]), age, "" if address != address else str(address), str(member["sessions"]),
             str(member["partners"]), f"{member['fund_money']:,.2f}"]
        )  # fmt: skip
    return _more("\n".join(aligned(rows, [20, 12, 4, 16, 5, 8, 12])), len(one.members) - MOST_MEMBERS)  # fmt: skip


def _sessions(one: Ring) -> str:
    rows = [[say("次", "No."), say("日期", "Day"), say("时刻", "Time"), say("机构", "Institution"), say("人数", "People"), say("历时秒", "Seconds")]]  # fmt: skip
    sessions = one.uses.groupby("session")
    for session, some in list(sessions)[:MOST_SESSIONS]:
        clock, after = some["clock"].min(), some["after"].max()
        rows.append(
            [str(session), f"{some['day'].min():%Y-%m-%d}", clock_of(clock), str(some["fixmedins_name"].iloc[0] or some["fixmedins_code"].iloc[0]),
             str(some["person_id"].nunique()), "" if after != after else f"{after:.0f}"]
        )  # fmt: skip
    return _more("\n".join(aligned(rows, [4, 10, 8, 28, 6, 7])), sessions.ngroups - MOST_SESSIONS)


def _presence(one: Ring) -> str:
    there = presence(one)
    shown = there.iloc[:MOST_MEMBERS, :MOST_COLUMNS]
    names = one.members.set_index("person_id")["who"]
    wide = max((len(str(names[person])) for person in shown.index), default=0)
    return "\n".join(
        f"{names[person]!s:<{wide}}  {''.join('■' if here else '·' for here in row)}"
        for person, row in zip(shown.index, shown.to_numpy(), strict=True)
    )


def presence(one: Ring) -> pd.DataFrame:
    """Members (in the order of the ring's) × sessions: whether there."""
    import pandas as pd

    there = pd.crosstab(one.uses["person_id"], one.uses["session"]) > 0
    return there.reindex(one.members["person_id"], fill_value=False)


def clock_of(seconds: float) -> str:
    """Seconds from midnight as 10:05:00, "" without."""
    if seconds != seconds:
        return ""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


def _more(block: str, rest: int) -> str:
    return block + ("\n" + say(f"另 {rest} 行", f"{rest} more") if rest > 0 else "")
