"""What of a run is listed: the limits, the order, and that only the terminal's names are hidden."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import medaudit
from medaudit.commands._options import Common
from medaudit.commands._shared import Format, Subject
from medaudit.language import speak
from medaudit.runs.listing import reaches, show_suspects, within
from tests.small_county import generate, of_visit, row, rule, settlement, write


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over a generated county."""
    folder = tmp_path_factory.mktemp("county")
    write(folder / "data", generate(seed=4))
    medaudit.audit(folder / "data", out=folder / "run", threads=1)
    return folder / "run"


@pytest.fixture(scope="module")
def two_numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with one rule: a person of two numbers, a stay of two settlements, an institution with a borrowed area."""
    folder = tmp_path_factory.mktemp("numbers")
    same = {"certno": "110101199001010011", "brdy": "1990-01-01"}
    write(
        folder / "data",
        {
            "settlement": [
                settlement("S1", mdtrt_id="M1", psn_no="P9", begndate="2025-01-01", enddate="2025-01-09"),
                settlement("S2", mdtrt_id="M1", psn_no="P9", begndate="2025-01-09", enddate="2025-01-12"),
                settlement("S3", mdtrt_id="M3", psn_no="P2", begndate="2025-06-01", enddate="2025-06-03",
                           fixmedins_code="H429002000001"),
                settlement("S4", mdtrt_id="M4", psn_no="P4", begndate="2025-06-01", enddate="2025-06-03",
                           fixmedins_code="X77"),
            ],
            "person": [row("person", psn_no=number, **same) for number in ("P9", "P2")],
            "institution": [{"fixmedins_code": "X77", "admdvs": "429003"}],
        },
    )  # fmt: skip
    sql = of_visit(more=", v.stay_id").replace(
        "v.begndate AS", "CASE WHEN v.setl_id <> 'S4' THEN v.begndate END AS"
    )
    told = {"key": '["stay_id"]', "responsible": '["institution", "patient"]'}
    rule(folder / "rules", "STY90", sql, **told)
    medaudit.audit(folder / "data", out=folder / "run", rules=[folder / "rules"], select=["STY90"])
    return folder / "run"


def listed(run: Path, **limits: Any) -> set[tuple[str, str]]:
    told = within(run, Common(**limits))
    return set(zip(told["subject_type"], told["subject_id"], strict=True))


def test_without_limits_everybody_is_listed_in_the_order_of_the_run(run: Path) -> None:
    told = within(run, Common())
    assert len(told) == sum(json.loads((run / "run.json").read_text("utf-8"))["suspects"].values())
    for _, some in told.groupby("subject_type"):
        assert list(some["rank"]) == list(range(1, len(some) + 1))


def test_limits_take_away_and_never_change_rank_or_score(run: Path) -> None:
    everything = within(run, Common()).set_index(["subject_type", "subject_id"])
    some = within(run, Common(since=dt.date(2025, 3, 1))).set_index(["subject_type", "subject_id"])
    assert 0 < len(some) < len(everything)
    pd.testing.assert_frame_equal(some, everything.loc[some.index])


@pytest.mark.parametrize("kind", ["institution", "doctor", "settlement"])
def test_by_lists_one_kind(run: Path, kind: str) -> None:
    told = within(run, Common(by=Subject(kind)))
    assert set(told["subject_type"]) == {kind}


def test_a_least_amount_is_a_least_amount(run: Path) -> None:
    told = within(run, Common(min_amount=100))
    assert told["amount"].min() >= 100
    assert len(told) < len(within(run, Common()))
    assert len(within(run, Common(min_amount=1e12))) == 0


def test_days_are_limits_with_both_ends_in(two_numbers: Path) -> None:
    day = dt.date(2025, 6, 1)
    assert ("settlement", "S3") in listed(two_numbers, since=day, until=day)
    assert ("settlement", "S3") not in listed(two_numbers, since=day + dt.timedelta(days=1))
    assert ("settlement", "S3") not in listed(two_numbers, until=day - dt.timedelta(days=1))


def test_a_finding_without_a_day_is_outside_every_period(two_numbers: Path) -> None:
    assert ("settlement", "S4") in listed(two_numbers)
    assert ("settlement", "S4") not in listed(two_numbers, since=dt.date(1900, 1, 1))


def test_everybody_a_finding_counts_against_is_listed_with_it(two_numbers: Path) -> None:
    # The finding is about a stay of two settlements; the person's first number is P2, the finding's P9.
    january = listed(two_numbers, until=dt.date(2025, 1, 31))
    assert january == {
        ("settlement", "S1"),
        ("settlement", "S2"),
        ("patient", "P2"),
        ("institution", "H1"),
    }


def test_a_person_or_institution_named_is_a_limit_on_the_findings(two_numbers: Path) -> None:
    assert ("settlement", "S1") in listed(two_numbers, person="P9")
    assert ("settlement", "S3") not in listed(two_numbers, person="P9")
    assert listed(two_numbers, person="nobody") == set()
    told = listed(two_numbers, institution=["H1", "X77"])
    assert {who for kind, who in told if kind == "settlement"} == {"S1", "S2", "S4"}


def test_the_area_is_that_of_the_table_else_that_of_the_national_code(two_numbers: Path) -> None:
    assert {who for kind, who in listed(two_numbers, area="429003") if kind == "settlement"} == {
        "S4"
    }
    assert {who for kind, who in listed(two_numbers, area="429002") if kind == "settlement"} == {
        "S3"
    }
    assert {who for kind, who in listed(two_numbers, area="4290") if kind == "settlement"} == {
        "S3",
        "S4",
    }


def shown(run: Path, capfd: pytest.CaptureFixture[str], **limits: Any) -> str:
    show_suspects(run, Common(**limits))
    return capfd.readouterr().out


def test_csv_and_json_on_stdout_read_back_to_the_whole_list(
    run: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    wanted = within(run, Common())
    told = pd.read_csv(
        io.StringIO(shown(run, capfd, format=Format.csv).lstrip("\ufeff")), dtype=str
    )
    assert list(told["subject_id"]) == list(wanted["subject_id"])
    rows = json.loads(shown(run, capfd, format=Format.json))
    assert [one["subject_id"] for one in rows] == list(wanted["subject_id"])
    assert [one["score"] for one in rows] == [float(score) for score in wanted["score"]]


def test_markdown_is_one_table_of_the_first_of_each_kind(
    run: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = shown(run, capfd, format=Format.markdown, top=2).strip().splitlines()
    assert all(line.startswith("|") and line.endswith("|") for line in lines)
    kinds = within(run, Common())["subject_type"].value_counts()
    assert len(lines) == 2 + sum(min(count, 2) for count in kinds)


def test_the_terminal_shows_ten_of_each_kind_unless_asked_for_more(
    run: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    total = int((within(run, Common())["subject_type"] == "settlement").sum())
    assert total > 12
    ids = list(within(run, Common(by=Subject.settlement))["subject_id"])
    told = shown(run, capfd, by=Subject.settlement)
    assert [one in told for one in ids] == [True] * 10 + [False] * (total - 10)
    told = shown(run, capfd, by=Subject.settlement, top=12)
    assert [one in told for one in ids] == [True] * 12 + [False] * (total - 12)


def test_the_terminal_names_the_weightiest_reasons_and_files_have_them_all(
    run: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    everything = within(run, Common(by=Subject.institution))
    long = [str(one) for one in everything["reasons"] if str(one).count(" 例") > 3]
    assert long
    told = "".join(shown(run, capfd, by=Subject.institution).split())
    assert re.search(r"；另\d+项", told)
    assert not any("".join(one.split()) in told for one in long)
    show_suspects(run, Common(by=Subject.institution, output=tmp_path / "list.csv"))
    kept = pd.read_csv(tmp_path / "list.csv", dtype=str)
    assert list(kept["reasons"]) == [str(one) for one in everything["reasons"]]


@pytest.mark.parametrize("form", list(Format))
def test_names_of_people_are_hidden_on_the_terminal_and_kept_in_files(
    run: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], form: Format
) -> None:
    told = shown(run, capfd, format=form, by=Subject.doctor, top=3)
    assert not re.search(r"医师\d", told)
    assert "医***" in told
    show_suspects(run, Common(by=Subject.doctor, output=tmp_path / "list.csv"))
    assert "医师1" in (tmp_path / "list.csv").read_text("utf-8-sig")


def test_a_workbook_holds_the_same_list(run: Path, tmp_path: Path) -> None:
    limits = Common(by=Subject.institution, output=tmp_path / "list.xlsx")
    show_suspects(run, limits)
    book = pd.read_excel(tmp_path / "list.xlsx", dtype=str)
    assert len(book) == len(within(run, replace(limits, output=None)))


def test_an_empty_list_says_so_in_either_language(
    run: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert "没有" in shown(run, capfd, person="nobody")
    speak("en")
    told = shown(run, capfd, person="nobody")
    assert told.strip()
    assert told.isascii()


@pytest.mark.parametrize(
    ("levels", "level", "is_reached"),
    [
        ({"violation": 1}, "violation", True),
        ({"suspected": 9}, "violation", False),
        ({"suspected": 9}, "suspected", True),
        ({"violation": 1}, "lead", True),
        ({"lead": 1}, "suspected", False),
        ({}, "lead", False),
        ({"lead": 0}, "lead", False),
    ],
)
def test_a_level_is_reached_by_itself_and_by_anything_above(
    levels: dict[str, int], level: str, is_reached: bool
) -> None:
    assert reaches({"levels": levels}, level) is is_reached
