"""The SELECT behind the profile of a kind of subject: one row each, ordered, numbers as DOUBLE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medaudit.detectors.anomalies.features import of_kind


def select(kind: str) -> str:
    """Subject, name, peer groups from the narrowest, sums. Reads the facts of profiles.READS."""
    columns = ", ".join(
        ["s.subject_id", "s.subject_name", *_GROUP_SQL[kind], *(f"CAST({c} AS DOUBLE) AS {n}" for n, c in _sums(kind)), *_mix_columns(kind)]
    )  # fmt: skip
    place = "institution" if kind == "pharmacy" else kind
    mixed = (
        f"LEFT JOIN ({_mix_sql(kind, place)}) m ON m.subject_id = s.subject_id"
        if _mixes(kind)
        else ""
    )
    return (
        f"SELECT {columns} FROM subject s "
        f"JOIN subject_activity a ON a.subject_type = '{place}' AND a.subject_id = s.subject_id "
        f"LEFT JOIN subject_dispensing d ON d.subject_type = '{place}' AND d.subject_id = s.subject_id "
        f"{mixed} {_JOINS[kind]} WHERE s.subject_type = '{kind}' ORDER BY s.subject_id"
    )


def _sums(kind: str) -> list[tuple[str, str]]:
    named = [
        (name, f"a.{name}")
        for name in (
            "settlements", "people", "places", "doctors", "charge", "fund_money", "account_money", "visit_charge",
            "top_visit_charge", "latest_account", "stays", "visits", "weekend", "weekend_stays", "timed", "night", "quick", "quick_due",
            "round_sums", "fifties", "recent", "latest",
        )
    ]  # fmt: skip
    if kind != "patient":
        named += [(f"digit_{d}", f"a.digit_{d}") for d in range(1, 10)]
    named += [
        (name, f"d.{name}")
        for name in ("fills", "supply", "supplied", "top_charge", "pieces_charge")
    ]
    # Who was given no drugs took none; what one drug of them makes up is unknown.
    named += [(name, f"coalesce(d.{name}, 0)") for name in ("drugs", "excess_days")]
    named += [("drug_charge", "coalesce(d.charge, 0)"), ("unprescribed", "d.fills - d.rx_fills")]
    if kind in ("institution", "doctor"):
        named += [("returned", "r.part"), ("followed", "r.whole")]
    return named


_SPECIALTIES = ("中医", "精神", "妇幼", "口腔", "肿瘤", "康复", "眼科")
_SPECIALTY = (
    "CASE "
    + " ".join(f"WHEN s.subject_name LIKE '%{word}%' THEN '{word}'" for word in _SPECIALTIES)
    + " ELSE '' END"
)
_TYPE = "CASE WHEN a.stays > 0 THEN 'stays' ELSE 'visits' END"
_AGE = (
    "CASE WHEN a.age < 15 THEN '0' WHEN a.age < 45 THEN '15' WHEN a.age < 65 THEN '45' WHEN a.age < 75 THEN '65' "
    "WHEN a.age >= 75 THEN '75' ELSE '-' END"
)
_REGISTERED = "CASE WHEN g.person_id IS NULL THEN '' ELSE '+' END"
_GROUP_SQL: Mapping[str, Sequence[str]] = {
    "institution": (
        f"s.peer || '|' || {_TYPE} || '|' || {_SPECIALTY} AS level_type_specialty",
        f"s.peer || '|' || {_TYPE} AS level_type",
        f"{_TYPE} AS type",
    ),
    "pharmacy": (
        "CAST(CAST(ceil(CAST(3 AS DOUBLE) * row_number() OVER (ORDER BY s.settlements, s.subject_id) / count(*) OVER ()) AS INTEGER) AS VARCHAR) AS volume",
    ),
    "doctor": (
        f"s.peer || '|' || coalesce(h.dept, '') || '|' || {_TYPE} AS level_department",
        f"coalesce(h.dept, '') || '|' || {_TYPE} AS department",
        f"{_TYPE} AS type",
    ),
    "patient": (f"{_AGE} || {_REGISTERED} AS age_registered", f"{_AGE} AS age"),
}


def _readmissions(of: str) -> str:
    """Unplanned readmissions by a column of stay_share."""
    return (
        f"LEFT JOIN (SELECT {of}, sum(part) AS part, sum(whole) AS whole FROM stay_share "
        f"WHERE indicator = 'readmission' GROUP BY {of}) r ON r.{of} = s.subject_id "
    )


_JOINS: Mapping[str, str] = {
    "institution": _readmissions("fixmedins_code"),
    "pharmacy": "",
    "doctor": _readmissions("dr_codg")
    + "LEFT JOIN (SELECT dr_codg, max(dept) AS dept FROM doctor GROUP BY dr_codg) h ON h.dr_codg = s.subject_id",
    "patient": "LEFT JOIN (SELECT person_id FROM registration GROUP BY person_id) g ON g.person_id = s.subject_id",
}
MIX = ("encounters", "whole", "part", "expected", "noise")  # columns of case_mix


def _mixes(kind: str) -> list[tuple[str, str]]:
    return [feature.mix for feature in of_kind(kind) if feature.mix]


def _mix_columns(kind: str) -> list[str]:
    return [
        f'CAST(m."{of}.{measure}.{what}" AS DOUBLE) AS "{of}.{measure}.{what}"'
        for of, measure in _mixes(kind)
        for what in MIX
    ]


def _mix_sql(kind: str, place: str) -> str:
    columns = ", ".join(
        f"max(CASE WHEN kind = '{of}' AND measure = '{measure}' THEN {what} END) AS \"{of}.{measure}.{what}\""
        for of, measure in _mixes(kind)
        for what in MIX
    )
    return f"SELECT subject_id, {columns} FROM case_mix WHERE subject_type = '{place}' GROUP BY subject_id"
