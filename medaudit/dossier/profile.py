"""What the records say of somebody: who, where, when, how much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from medaudit.dossier.opened import Opened
from medaudit.dossier.who import Who, behind
from medaudit.findings.words import worded
from medaudit.language import counted, say
from medaudit.output.cells import shown
from medaudit.output.mask import mask_id, mask_name
from medaudit.records.schema import MED_TYPES


@dataclass(frozen=True)
class People:
    """How people are told: their names, their numbers, and when they were born."""

    name: Callable[[str], str]
    number: Callable[[str], str]
    born: Callable[[dt.date], str]


def _year(day: dt.date) -> str:
    return say(f"{day:%Y} 年出生", f"born {day:%Y}")


def _day(day: dt.date) -> str:
    return say(f"{day} 出生", f"born {day}")


AT_HOME = People(mask_name, str, _day)  # on a screen of the office: the number is what one asks by
LEAVING = People(mask_name, mask_id, _year)  # the day of birth is the middle of a certificate
CLEAR = People(str, str, _day)


def profile(run: Opened, who: Who, people: People = AT_HOME) -> list[tuple[str, str]]:
    """Heading and text of each thing the records say; of a finding, those of its settlement."""
    if who.kind == "finding":
        on = behind(run, who)
        # A ring or a person is shown with all its settlements.
        first = _first_of(run, who) if on.kind == "settlement" else []
        return [*first, *profile(run, on, people)]
    known = run.row(
        "SELECT * FROM subjects WHERE subject_type = $kind AND subject_id = $id",
        kind=who.kind,
        id=who.id,
    )
    if who.kind == "settlement":
        return [*_settlement(run, who.id, people), *_money(known)]
    if who.kind == "patient":
        return [*_person(run, who.id, people), *_activity(known)]
    if who.kind == "ring":
        return _activity(known)
    if who.kind == "doctor":
        return [*_doctor(run, who.id, known, people), *_activity(known)]
    return [*_institution(run, who.id, known), *_activity(known)]


def _first_of(run: Opened, finding: Who) -> list[tuple[str, str]]:
    """That a finding stands on several settlements, of which the records of one are shown."""
    many = run.row(
        "SELECT count(DISTINCT setl_id) AS many FROM finding_lines WHERE finding_id = $id",
        id=finding.id,
    )["many"]
    told = say(
        f"这条疑点涉及 {many} 笔结算，以下是其中一笔",
        f"one of the {many} settlements of this finding follows",
    )
    return [(say("范围", "Extent"), told)] if many > 1 else []


def _settlement(run: Opened, setl_id: str, people: People) -> list[tuple[str, str]]:
    s = run.row(
        "SELECT s.*, coalesce(i.fixmedins_name, s.fixmedins_name) AS place, coalesce(s.hosp_lv, i.hosp_lv) AS level "
        "FROM settlement s LEFT JOIN institution i ON i.fixmedins_code = s.fixmedins_code WHERE s.setl_id = $id",
        id=setl_id,
    )
    if not s:
        return [
            (
                say("说明", "Note"),
                say(
                    "没有疑点提到此人，运行结果里没有保存明细",
                    "no finding names this person, so the run kept no records",
                ),
            )
        ]
    nights = (s["enddate"] - s["begndate"]).days
    stay = MED_TYPES.get(s["med_type"], MED_TYPES.get(s["med_type"][:2], {})).get("stay")
    when = [
        _code("med_type", s["med_type"]),
        f"{s['begndate']} {say('至', 'to')} {s['enddate']}",
        say(f"{nights} 天", counted(nights, "night")) if stay else "",
        _named(say("科室", "department"), s["adm_dept_codg"]),
        _named(say("医师", "doctor"), s["atddr_no"]),
        _named(say("离院方式", "left"), _code("dscg_way", s["dscg_way"])),
    ]
    return [
        (say("人员", "Person"), _who(s, people)),
        (say("机构", "Institution"), _place(s["place"], s["fixmedins_code"], s["level"])),
        (say("就诊", "Visit"), _joined(when)),
        (
            say("诊断", "Diagnosis"),
            " ".join(filter(None, (s["dise_codg"], s["dise_name"]))) or _unknown(),
        ),
    ]


def _person(run: Opened, person_id: str, people: People) -> list[tuple[str, str]]:
    p = run.row(
        "SELECT $id AS psn_no, coalesce(p.psn_name, s.psn_name) AS psn_name, coalesce(p.gend, s.gend) AS gend, "
        "coalesce(p.brdy, s.brdy) AS brdy, coalesce(p.insutype, s.insutype) AS insutype, p.death_date "
        "FROM (SELECT max(psn_name) AS psn_name, max(gend) AS gend, max(brdy) AS brdy, max(insutype) AS insutype "
        "FROM settlement WHERE psn_no = $id) s LEFT JOIN person p ON p.psn_no = $id",
        id=person_id,
    )
    told = [
        (say("人员", "Person"), _who(p, people)),
        (say("险种", "Insurance"), _code("insutype", p["insutype"]) or _unknown()),
    ]
    if p["death_date"]:
        told.append((say("登记死亡", "Death registered"), str(p["death_date"])))
    return told


def _doctor(
    run: Opened, code: str, known: Mapping[str, Any], people: People
) -> list[tuple[str, str]]:
    d = run.row(
        "SELECT d.*, i.fixmedins_name FROM doctor d LEFT JOIN institution i ON i.fixmedins_code = d.fixmedins_code "
        "WHERE d.dr_codg = $id ORDER BY d.status_date DESC LIMIT 1",
        id=code,
    )
    name = people.name(known.get("subject_name") or d.get("dr_name") or "")
    told = [(say("医师", "Doctor"), _joined([f"{name} {code}".strip(), d.get("dept") or ""]))]
    if d:
        told.append(
            (say("执业机构", "Works at"), _place(d["fixmedins_name"], d["fixmedins_code"], None))
        )
    return told


def _institution(run: Opened, code: str, known: Mapping[str, Any]) -> list[tuple[str, str]]:
    i = run.row("SELECT * FROM institution WHERE fixmedins_code = $id", id=code)
    name = known.get("subject_name") or i.get("fixmedins_name")
    told = [(say("机构", "Institution"), _place(name, code, i.get("hosp_lv")))]
    if way := worded("payment_way", i.get("payment_way")):
        told.append((say("付费方式", "Paid"), way))
    return told


def _activity(known: Mapping[str, Any]) -> list[tuple[str, str]]:
    if not known:
        return []
    people = known["people"]
    told = [
        f"{known['first_day']} {say('至', 'to')} {known['last_day']}",
        say(f"结算 {known['settlements']:,} 笔", counted(known["settlements"], "settlement")),
        say(f"{people:,} 人", counted(people, "person", "people"))
        if known["subject_type"] != "patient"
        else "",
    ]
    return [(say("期间", "Period"), _joined(told)), *_money(known)]


def _money(known: Mapping[str, Any]) -> list[tuple[str, str]]:
    if not known:
        return []
    charge, fund = shown(known["charge"], "charge"), shown(known["fund_money"], "fund_money")
    told = say(
        f"总费用 {charge} 元，基金支付（含个人账户）{fund} 元",
        f"charged {charge} yuan, of which the fund and personal accounts paid {fund}",
    )
    return [(say("费用", "Money"), told)]


def _who(p: Mapping[str, Any], people: People) -> str:
    sex = worded("gend", p["gend"]) or ""
    born = people.born(p["brdy"]) if p["brdy"] else ""
    name = f"{people.name(p['psn_name'] or '')} {people.number(p['psn_no'])}".strip()
    return _joined([name, sex, born])


def _place(name: str | None, code: str, level: str | None) -> str:
    return _joined([f"{name or ''} {code}".strip(), worded("hosp_lv", level) or ""])


def _code(column: str, code: str | None) -> str:
    """What a code stands for, the code itself when that is not known."""
    return worded(column, code) or code or ""


def _named(what: str, value: str | None) -> str:
    return f"{what} {value}" if value else ""


def _joined(parts: list[str]) -> str:
    return say("，", ", ").join(part for part in parts if part)


def _unknown() -> str:
    return say("不详", "unknown")
