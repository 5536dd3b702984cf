"""Every figure of a score against one worked out by hand from `by_hand`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pandas as pd
import pytest

from medaudit.synth.scoring import Score, evaluate
from medaudit.synth.scoring.document import as_json
from medaudit.synth.scoring.lists import Listed
from medaudit.synth.scoring.schemes import Found
from medaudit.synth.scoring.shares import Shares
from tests.synth.scoring.by_hand import PLANTED, Row, write_run, write_truth


@pytest.fixture
def score(run: Path, truth: Path) -> Score:
    return evaluate(run, truth, (2, 4))


def scored(folder: Path, rows: Sequence[Row], ks: Sequence[int] = (2, 4)) -> Score:
    """The hand-made run against other rows of truth."""
    run = folder / "run"
    return evaluate(
        run if run.exists() else write_run(run), write_truth(folder / "t.csv", rows), ks
    )


def add(path: Path, row: Row) -> None:
    """One more row of a table of the run."""
    frame = pd.read_parquet(path)
    frame.loc[len(frame)] = list(row)
    frame.to_parquet(path)


def found(score: Score, name: str) -> Found:
    return next(one for one in score.found if one.name == name)


def listed(score: Score, kind: str) -> Listed:
    return next(one for one in score.lists if one.kind == kind)


def counts(shares: Shares) -> dict[str, tuple[int, int]]:
    """Good ones and all, by level."""
    return {level: (share.good, share.of) for level, share in shares.items()}


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("", {"line": (1, 3), "settlement": (2, 4), "subject": (2, 4)}),
        ("double", {"line": (1, 3), "settlement": (1, 2), "subject": (2, 2)}),
        ("phantom", {"settlement": (1, 2), "subject": (2, 4)}),
    ],
)
def test_recall_counts_what_findings_name(
    score: Score, name: str, named: dict[str, tuple[int, int]]
) -> None:
    assert counts(found(score, name).recall) == named


def test_recall_of_violations_alone_is_told_apart(score: Score) -> None:
    assert counts(found(score, "").violation)["settlement"] == (1, 4)
    assert counts(found(score, "phantom").violation)["settlement"] == (0, 2)


def test_subjects_are_told_by_kind(score: Score) -> None:
    assert {kind: (s.good, s.of) for kind, s in score.kinds.items()} == {
        "institution": (2, 2),
        "patient": (0, 2),
    }


@pytest.mark.parametrize(
    ("name", "right"),
    [
        # Of S01's lines only one is planted; P1 is only involved; P5 and S09 are lookalikes; S02 is ordinary.
        ("", {"line": (1, 3), "settlement": (2, 4), "subject": (2, 3)}),
        ("double", {"line": (1, 3), "settlement": (1, 2), "subject": (1, 1)}),
        ("phantom", {"settlement": (1, 2), "subject": (2, 3)}),
    ],
)
def test_precision_counts_lookalikes_and_ordinary_records_as_wrong(
    score: Score, name: str, right: dict[str, tuple[int, int]]
) -> None:
    assert counts(found(score, name).precision) == right


def test_a_rule_looks_for_the_scheme_it_names_more_than_chance_would(score: Score) -> None:
    assert found(score, "double").rules == ("AAA01",)
    assert found(score, "phantom").rules == ("BBB01",)
    assert {rule.rule: rule.schemes for rule in score.rules} == {
        "AAA01": ("double",),
        "BBB01": ("phantom",),
        "CCC01": (),
    }


def test_a_rule_that_names_no_settlement_is_judged_by_its_subjects(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", states={"DDD01": "ran"})
    add(run / "findings.parquet", ("f9", "DDD01", "lead", None))
    add(run / "claims.parquet", ("doctor", "D3", "f9"))
    row: Row = ("busy", "responsible", "doctor", "D3", "S06", "", 60.0, 1.0)
    score = scored(tmp_path, [*PLANTED, row])
    assert found(score, "busy").rules == ("DDD01",)
    assert counts(found(score, "busy").precision) == {"subject": (1, 1)}


def test_money_is_that_of_the_lines_where_lines_are_planted(score: Score) -> None:
    assert (found(score, "double").yuan, found(score, "double").yuan_named) == (70, 30)
    assert found(score, "").yuan == 870
    assert found(score, "").yuan_recall == pytest.approx(330 / 870)


def test_recall_rises_with_intensity_quarter_by_quarter(score: Score) -> None:
    whole = found(score, "")  # intensities 0.5 and 1 are missed, 2 and 3 are named
    assert [(q.good, q.of) for q in whole.quarters] == [(0, 1), (0, 1), (1, 1), (1, 1)]
    assert whole.bounds == pytest.approx((0.875, 1.5, 2.25))
    assert (whole.below.good, whole.below.of) == (0, 1)
    assert (whole.above.good, whole.above.of) == (2, 3)


def test_each_rule_is_scored_also_one_that_found_nothing(score: Score) -> None:
    first, second, third = score.rules
    assert counts(first.precision) == {"line": (1, 3), "settlement": (1, 2), "subject": (1, 1)}
    assert first.settlements == {"responsible": 1, "ordinary": 1}
    assert (first.recall.good, first.recall.of) == (1, 4)
    assert second.settlements == {"responsible": 1, "lookalike": 1}
    assert (third.settlements, third.precision, third.recall.good) == ({}, {}, 0)


def test_false_alarms_are_counted_per_lookalike_and_ten_thousand_settlements(score: Score) -> None:
    whole, cycle, ordinary = score.alarms
    assert (whole.name, cycle.name, ordinary.name) == ("", "cycle", "ordinary")
    assert counts(cycle.any) == {"settlement": (1, 1), "subject": (1, 1)}
    assert counts(cycle.violation)["settlement"] == (0, 1)
    assert cycle.per_10_000 == (
        250,
        0,
    )  # one of forty settlements, by a finding that is no violation
    assert counts(ordinary.any) == {"settlement": (1, 35)}


def test_the_list_of_settlements_by_probability(score: Score) -> None:
    one = listed(score, "settlement")
    ours = one.order("medaudit").values
    assert (one.cases, one.responsible, one.named) == (40, 4, 4)
    assert ours["average_precision"] == pytest.approx(0.25 * 1 + 0.25 * 2 / 3 + 0.5 * 4 / 40)
    assert ours["lift"] == pytest.approx((0.25 * 1 + 0.25 * 2 / 3 + 0.5 * 4 / 40) / 0.1)
    assert ours["precision_at_2"] == pytest.approx(0.75)
    assert one.brier == pytest.approx((0.25 + 0.36 + 0.16 + 0.01 + 1 + 1) / 40)
    assert one.brier_base == pytest.approx(0.09)
    assert one.expected == pytest.approx(1.4)


def test_the_list_of_settlements_by_rank(score: Score) -> None:
    ours = listed(score, "settlement").order("medaudit").values
    assert ours["yuan_at_2"] == pytest.approx(330 / 870)
    # The rest of the 435 yuan is 105 of the 540 on the 36 settlements no finding names.
    assert ours["cases_for_50"] == 4 + 7
    assert ours["cases_for_80"] == 29
    under = 150 + 315 + 2 * 330 + 36 * (870 - 270)
    best = 250 + 650 + 820 + 855 + 36 * 870
    assert ours["area"] == pytest.approx(under / best)


def test_the_best_possible_order_has_area_one(score: Score) -> None:
    best = listed(score, "settlement").order("best").values
    assert best["area"] == 1
    assert best["average_precision"] == 1
    assert (best["cases_for_50"], best["cases_for_80"], best["cases_for_90"]) == (1, 2, 2)


def test_a_random_order_has_the_base_rate(score: Score) -> None:
    values = listed(score, "settlement").order("random").values
    assert values["average_precision"] == pytest.approx(0.1)
    assert values["lift"] == pytest.approx(1)
    assert values["precision_at_4"] == pytest.approx(0.1)
    assert values["cases_for_50"] == 20


def test_money_only_and_findings_only_are_orders_of_their_own(score: Score) -> None:
    one = listed(score, "settlement")
    # By money: S05 500, S04 400, S03 300, S02 200, S01 100: right, right, right, wrong, right.
    assert one.order("amount").values["average_precision"] == pytest.approx((3 + 4 / 5) / 4)
    # By findings: S01, S02, S03 and S09 have one each, all others none.
    assert one.order("rules").values["average_precision"] == pytest.approx(0.5 * 2 / 4 + 0.5 * 0.1)


def test_bands_say_what_was_said_and_what_was_so(score: Score) -> None:
    bands = listed(score, "settlement").bands
    assert [(b.low, b.high, b.cases, b.so.good) for b in bands] == [
        (0, 0, 36, 2),
        (0.05, 0.1, 1, 0),
        (0.2, 0.5, 3, 2),
    ]
    assert bands[-1].said == pytest.approx(1.3 / 3)


def test_who_is_only_involved_stands_on_no_list(score: Score) -> None:
    one = listed(score, "patient")
    assert (one.cases, one.responsible, one.named) == (5, 2, 1)  # P1 is left out, P5 is named
    assert one.order("medaudit").values["average_precision"] == pytest.approx(2 / 5)


def test_a_responsible_row_outweighs_an_involved_one(tmp_path: Path) -> None:
    row: Row = ("phantom", "responsible", "patient", "P1", "S03", "", 300.0, 3.0)
    one = listed(scored(tmp_path, [*PLANTED, row]), "patient")
    assert (one.cases, one.responsible, one.named) == (6, 3, 2)


def test_kinds_of_whom_nobody_is_responsible_have_no_list(score: Score) -> None:
    assert [one.kind for one in score.lists] == ["institution", "patient", "settlement"]


def test_a_subjects_yuan_count_each_settlement_once(score: Score) -> None:
    assert listed(score, "institution").yuan == 30 + 300 + 40 + 500


def test_size_is_correlated_by_ranks(score: Score) -> None:
    # P5 (probability 0.1) has two settlements as have P2, P3, P4; P6 has thirty.
    assert listed(score, "patient").size == pytest.approx(-0.25)
    assert listed(score, "settlement").size is None  # all of one size


def test_a_place_is_what_the_run_knows_it_for(tmp_path: Path) -> None:
    row: Row = ("swap", "responsible", "institution", "K1", "S06", "", 60.0, 1.0)
    score = scored(tmp_path, [*PLANTED, row])
    assert score.kinds["pharmacy"].of == 1
    assert listed(score, "pharmacy").responsible == 1


def test_a_scheme_told_by_its_subjects_alone_has_their_settlements(tmp_path: Path) -> None:
    row: Row = ("busy", "responsible", "doctor", "D3", "S06", "", 60.0, 1.0)
    busy = found(scored(tmp_path, [*PLANTED, row]), "busy")
    assert counts(busy.recall) == {"settlement": (0, 1), "subject": (0, 1)}


def test_a_scheme_no_rule_looks_for_is_shown_with_nothing_found(tmp_path: Path) -> None:
    row: Row = ("silent", "responsible", "settlement", "S06", "S06", "", 60.0, 1.0)
    silent = found(scored(tmp_path, [*PLANTED, row]), "silent")
    assert silent.rules == ()
    assert (silent.recall["settlement"].value, silent.yuan_recall) == (0, 0)
    assert silent.precision == {}


@pytest.mark.parametrize(
    ("settlements", "is_found"),
    [
        (["S02", "S06", "S09"], True),  # of three persons whom findings name
        (["S02", "S06", "S09", "S11", "S12", "S13"], True),  # half of its settlements are theirs
        (["S02", "S06", "S09", "S11", "S12", "S13", "S14"], False),
        (["S02", "S06", "S05"], False),  # of two persons
    ],
)
def test_a_ring_is_found_when_three_of_it_and_half_of_its_settlements_are(
    tmp_path: Path, settlements: list[str], is_found: bool
) -> None:
    write_run(tmp_path / "run", more=[("f5", "BBB01", "lead", [("S06", None)])])
    rows = [("ring", "responsible", "ring", "R1", setl_id, "", 1.0, 1.0) for setl_id in settlements]
    ring = found(scored(tmp_path, [*PLANTED, *rows]), "ring")
    assert ring.recall["subject"].good == is_found


def test_the_order_of_the_truth_does_not_matter(tmp_path: Path) -> None:
    straight = scored(tmp_path, PLANTED)
    rows = [*PLANTED, *PLANTED[:3]]  # nor does a repeated row
    Random(5).shuffle(rows)
    assert as_json(scored(tmp_path, rows)) == as_json(straight)


def test_no_order_but_the_best_moves_with_the_truth(tmp_path: Path) -> None:
    curves = {}
    for name, who in (("one", "S06"), ("other", "S40")):
        row: Row = ("only", "responsible", "settlement", who, who, "", 1.0, 1.0)
        one = listed(scored(tmp_path, [row]), "settlement")
        curves[name] = {order.name: order.values["average_precision"] for order in one.orders}
    assert curves["one"]["best"] == curves["other"]["best"] == 1
    # S06 is the ninth of forty by money; S40 is one of thirty tied behind ten.
    assert curves["one"]["amount"] == pytest.approx(1 / 9)
    assert curves["other"]["amount"] == pytest.approx(1 / 40)
