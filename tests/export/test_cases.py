"""Who is on the list, out of which findings and for how much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from medaudit.errors import MedauditError
from medaudit.export.decided import stand
from medaudit.export.profiles import Profile
from medaudit.export.wanted import Wanted, forms, of_profile
from medaudit.ledger import Event, opened
from tests.export.conftest import loaded

# P1 back after two days: 1,600 yuan. P6 back after ten: 1,000. Forty beds on one day: 589.
SPLIT, LATER, BEDS = "STY02-9d8322530b67e236", "STY02-68cb9f4e18c8a567", "BIL02-24bdb89f909ddfcf"


def listed(run: Path, wanted: Wanted | None = None, **states: str) -> list[tuple[str, float, int]]:
    with loaded(run, wanted, **states) as load:
        return [(case.id, case.amount, case.findings) for case in load.cases]


def test_the_list_is_the_runs_own_when_nothing_is_asked(run: Path) -> None:
    # Of H1's 3,189 yuan the run counts 2,600: the beds are no more than its peers'. H2 is paid per case.
    assert listed(run) == [("H1", 2600, 3), ("H2", 0, 2)]


def test_every_subjects_own_money_is_that_of_the_run(run: Path) -> None:
    """A limit that leaves out nothing makes the money be counted anew: it is the same."""
    everything = dt.date(2000, 1, 1)
    for kinds in (("institution",), ("doctor",), ("settlement",)):
        assert sorted(listed(run, Wanted(kinds, since=everything))) == sorted(
            listed(run, Wanted(kinds))
        )


def test_the_budget_takes_the_best(run: Path) -> None:
    with loaded(run, Wanted(("settlement",), budget=2)) as load:
        assert [case.id for case in load.cases] == ["S2", "S4"]
        assert load.chosen.listed == 4


def test_a_dismissed_finding_is_left_out_with_its_money(run: Path) -> None:
    states = {SPLIT: "dismissed", LATER: "confirmed"}
    assert listed(run, **states)[0] == ("H1", 1000, 2)
    with loaded(run, **states) as load:
        assert load.chosen.dismissed == 1
        assert load.cases[0].dismissed == 1


def test_whose_findings_are_all_dismissed_is_left_out_and_counted(run: Path) -> None:
    with loaded(run, Wanted(("settlement",)), **{SPLIT: "dismissed"}) as load:
        assert "S2" not in [case.id for case in load.cases]
        assert load.chosen.cleared == 1


def test_a_suspect_dismissed_as_a_whole_is_left_out(run: Path) -> None:
    assert [id for id, *_ in listed(run, **{"institution H1": "dismissed"})] == ["H2"]


def test_only_findings_within_the_limits_count(run: Path) -> None:
    spring = Wanted(since=dt.date(2025, 3, 1), until=dt.date(2025, 3, 31))
    assert listed(run, spring) == [("H1", 1600, 1)]
    # Of two without money the more probable is first.
    assert listed(run, Wanted(rules=("bil",))) == [("H2", 0, 2), ("H1", 0, 1)]
    assert listed(run, Wanted(institutions=("H2",))) == [("H2", 0, 2)]
    assert listed(run, Wanted(person="P100000006")) == [("H1", 1000, 1)]
    assert listed(run, Wanted(min_amount=1)) == [("H1", 2600, 3)]
    assert listed(run, Wanted(areas=("99",))) == []


def test_an_area_is_that_of_the_institution_or_of_its_national_code(
    changed: Callable[..., Path],
) -> None:
    area = "SELECT * REPLACE (CASE WHEN fixmedins_code = 'H1' THEN '994636' END AS admdvs) FROM t"
    place = changed(
        records__institution=area,
        findings="SELECT * REPLACE (CASE fixmedins_code WHEN 'H2' THEN 'H99463700001' ELSE fixmedins_code END AS fixmedins_code) FROM t",
    )
    assert [id for id, *_ in listed(place, Wanted(areas=("994636",)))] == ["H1"]
    assert [id for id, *_ in listed(place, Wanted(areas=("994637",)))] == ["H2"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        # The beds are a fee line of category 01; of the stays, which have no line, any line of the bill will do.
        (Wanted(item_types=("01",)), [("H2", 0, 1), ("H1", 0, 1)]),
        (Wanted(item_types=("04",)), [("H1", 1600, 1)]),
        (Wanted(item_names=("心电",)), [("H2", 0, 1)]),
        (Wanted(diagnoses=("j18",)), [("H1", 2600, 2)]),
        (Wanted(item_names=("心电",), diagnoses=("J18",)), [("H1", 2600, 2), ("H2", 0, 1)]),
    ],
)
def test_a_theme_keeps_what_is_on_its_items_or_diagnoses(
    run: Path, wanted: Wanted, found: list[tuple[str, float, int]]
) -> None:
    assert listed(run, wanted) == found


def test_what_grew_since_it_was_dismissed_goes_out_again(run: Path, tmp_path: Path) -> None:
    ledger = opened(str(tmp_path / "ledger.db"))
    for found, state in (("1600.00", "dismissed"), ("1400.00", "changed")):
        content = {"amount_found": found}
        [event] = ledger.add(Event("review", "dismissed", "王", finding_id=SPLIT, content=content))
        with loaded(run) as load:
            states, numbers = stand(load.run, ledger, 1, ("institution",))
        assert states == {SPLIT: state}
        assert numbers == {SPLIT: event.number}


def test_who_only_stands_out_is_a_case_unless_findings_were_asked_for(
    changed: Callable[..., Path],
) -> None:
    place = changed(
        suspects="FROM t UNION ALL SELECT * REPLACE ('H3' AS subject_id, '丙院' AS subject_name, 0 AS findings, 0.9 AS probability, "
        "9000 AS amount) FROM t WHERE subject_id = 'H1' AND subject_type = 'institution'"
    )
    assert listed(place)[0] == ("H3", 9000, 0)
    assert "H3" not in [id for id, *_ in listed(place, Wanted(since=dt.date(2025, 1, 1)))]


def test_an_older_run_is_refused(changed: Callable[..., Path]) -> None:
    place = changed()
    (place / "claims.parquet").unlink()
    with pytest.raises(MedauditError, match="旧版本"), loaded(place):
        pass


def test_the_command_line_goes_before_the_profile() -> None:
    profile = Profile(
        "p", rules=("STY",), by="doctor", areas=("99",), since=dt.date(2025, 1, 1), budget=3
    )
    nothing = dict.fromkeys(("by", "area", "institution", "since", "until", "person", "min_amount"))
    plain = of_profile(profile, SimpleNamespace(**nothing), None)
    assert (plain.kinds, plain.areas, plain.budget, plain.rules) == (
        ("doctor",),
        ("99",),
        3,
        ("STY",),
    )
    asked = SimpleNamespace(**(nothing | {"by": "patient", "area": "11"}))
    other = of_profile(profile, asked, 5)
    assert (other.kinds, other.areas, other.budget) == (("patient",), ("11",), 5)
    assert other.since == dt.date(2025, 1, 1)


def test_forms_are_known_by_name() -> None:
    assert forms(None, False) == (("xlsx", "csv", "json"), [])
    assert forms("csv, docx", False) == (("csv", "docx"), [])
    assert forms("xlsx", True)[0] == ("xlsx", "docx")
    _, [wrong] = forms("xls", False)
    assert "xlsx" in wrong.do


def test_a_letter_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    _, [wrong] = forms(None, True)
    assert "medaudit[docx]" in wrong.do
