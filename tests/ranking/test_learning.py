"""Reviews re-weight the ranking: none change nothing, few change little, many teach what the county is like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from medaudit.errors import MedauditError
from medaudit.ranking import rank
from medaudit.ranking.learning import Review, fitted, share
from medaudit.ranking.reviews import read_reviews
from medaudit.ranking.said import Said
from tests.small_county import Small, of_visit, rule, settlement


def logistic(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


def test_one_review_hardly_moves_the_experts_weights() -> None:
    one = np.ones(1)
    weights, [shift] = fitted(
        np.array([[2.0, 0.0]]), np.ones((1, 1)), np.array([-2.0]), np.array([0.0]), one
    )
    assert 0.6 < weights[0] < 1
    assert weights[1] == pytest.approx(1)
    assert -0.5 < shift < 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_reviews_teach_which_evidence_is_worth_something(seed: int) -> None:
    rng = np.random.default_rng(seed)
    terms, base = rng.uniform(0, 3, (4000, 2)), np.full(4000, -2.0)
    so = rng.random(4000) < logistic(base + 1.5 * terms[:, 0] + 0.0 * terms[:, 1])
    # Reviewed are those with the highest totals: that they were picked must not fool the fit.
    picked = np.argsort(-terms.sum(axis=1))[:1500]
    one = np.ones(1500)
    weights, _ = fitted(terms[picked], one[:, None], base[picked], so[picked].astype(float), one)
    assert weights[0] == pytest.approx(1.5, abs=0.35)
    assert weights[1] == pytest.approx(0.0, abs=0.35)


def test_the_share_of_a_rule_begins_with_what_is_believed() -> None:
    middle, low, high = share(0.4, 0, 0)
    assert middle == pytest.approx(0.4)
    assert low < 0.4 < high
    assert share(0.4, 30, 10)[0] == pytest.approx((8 * 0.4 + 30) / 48)


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Small]:
    settlements = [
        settlement(f"S{i:02}", psn_no=f"P{i}", fixmedins_code=f"H{i}") for i in range(20)
    ]
    small = Small(tmp_path, {"settlement": settlements})
    # Half of them are named by the one rule, half by the other.
    for code, these in (("STY90", "v.setl_id < 'S10'"), ("IDN90", "v.setl_id >= 'S10'")):
        rule(tmp_path / "rules", code, of_visit(these))
    small.audit(tmp_path / "rules", select=["STY90", "IDN90"])
    yield small
    small.engine.close()


def chances(small: Small) -> dict[str, float]:
    rows = small.rows("SELECT * FROM ranked WHERE subject_type = 'settlement'")
    return {row["subject_id"]: float(row["probability"]) for row in rows}


def test_dismissed_findings_lower_those_like_them(county: Small, tmp_path: Path) -> None:
    before = chances(county)
    ids = {row["setl_id"]: row["finding_id"] for row in county.rows("SELECT * FROM finding")}
    from medaudit.detectors import catalogue

    rules = [one for one in catalogue.known([tmp_path / "rules"]) if one.code in ("STY90", "IDN90")]
    learnt = rank(
        county.engine,
        rules,
        Said(
            [Review(False, ids[f"S{i:02}"]) for i in range(5)]
            + [Review(True, ids[f"S{i:02}"]) for i in range(10, 15)]
            + [Review(True, "STY90-unknown")]
        ),
    )
    after = chances(county)
    assert after["S07"] < before["S07"] == before["S17"] < after["S17"]
    assert learnt.unknown == ["STY90-unknown"]
    assert learnt.rules == {"STY90": (0, 5), "IDN90": (5, 0)}


def test_several_labels_of_one_review_are_not_several_reviews() -> None:
    """Four that stand together for one weigh as one, one for each of four kinds a quarter of it."""
    terms, base, so = np.full((4, 1), 2.0), np.full(4, -2.0), np.zeros(4)
    together, [shift] = fitted(terms, np.ones((4, 1)), base, so, np.full(4, 0.25))
    once, [shift_once] = fitted(terms[:1], np.ones((1, 1)), base[:1], so[:1], np.ones(1))
    assert together[0] == pytest.approx(once[0])
    assert shift == pytest.approx(shift_once)
    apart, shifts = fitted(terms, np.eye(4), base, so, np.full(4, 0.25))
    assert 1 > apart[0] > once[0] - 0.05
    assert (shifts > shift_once).all()


def test_where_one_kind_begins_is_learnt_from_that_kind_alone(
    county: Small, tmp_path: Path
) -> None:
    from medaudit.detectors import catalogue

    rules = [one for one in catalogue.known([tmp_path / "rules"]) if one.code in ("STY90", "IDN90")]
    starts = "SELECT DISTINCT subject_type, base FROM part ORDER BY 1"
    before = {row["subject_type"]: row["base"] for row in county.rows(starts)}
    learnt = rank(county.engine, rules, Said([Review(False, "", "settlement", "S01")]))
    after = {row["subject_type"]: row["base"] for row in county.rows(starts)}
    assert set(learnt.shifts) == {"settlement"}
    assert {kind for kind in before if after[kind] != before[kind]} == {"settlement"}
    assert after["settlement"] < before["settlement"]


def test_a_review_of_one_finding_is_shared_out_among_those_it_decides(
    county: Small, tmp_path: Path
) -> None:
    from medaudit.detectors import catalogue
    from medaudit.ranking.learning import _LABELS

    rules = [one for one in catalogue.known([tmp_path / "rules"]) if one.code in ("STY90", "IDN90")]
    [first, *_] = county.rows("SELECT finding_id FROM finding ORDER BY finding_id")
    rank(county.engine, rules, Said([Review(False, first["finding_id"])]))
    labels = county.rows(_LABELS)
    assert len(labels) == len({label["subject_type"] for label in labels}) > 1
    assert sum(label["worth"] for label in labels) == pytest.approx(1, abs=1e-4)


def test_one_dismissal_of_many_says_nothing_of_a_hospital(tmp_path: Path) -> None:
    settlements = [settlement(f"S{i:02}", psn_no=f"P{i}", fixmedins_code="H1") for i in range(20)]
    small = Small(tmp_path / "one", {"settlement": settlements})
    rule(tmp_path / "rules1", "STY90", of_visit())
    small.audit(tmp_path / "rules1", select=["STY90"])
    [first, *_] = small.rows("SELECT finding_id FROM finding ORDER BY finding_id")
    from medaudit.detectors import catalogue

    rules = [one for one in catalogue.known([tmp_path / "rules1"]) if one.code == "STY90"]
    # One settlement was dismissed whole; of the hospital nineteen findings are open.
    assert rank(small.engine, rules, Said([Review(False, first["finding_id"])])).reviewed == 1
    whole = [Review(False, first["finding_id"]), Review(True, "", "institution", "H1")]
    assert rank(small.engine, rules, Said(whole)).reviewed == 2
    small.engine.close()


def test_without_reviews_nothing_changes(county: Small) -> None:
    assert county.rows("SELECT * FROM learnt") == []
    assert (
        county.rows(
            "SELECT * FROM part p JOIN term t USING (subject_type, subject_id, family) WHERE p.term <> t.term"
        )
        == []
    )


# ---- the file -----------------------------------------------------------------------------------

Write = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(text: str, encoding: str = "utf-8-sig") -> Path:
        (tmp_path / "reviews.csv").write_bytes(text.encode(encoding))
        return tmp_path / "reviews.csv"

    return write


def test_decisions_are_read_in_either_language_and_the_last_holds(written: Write) -> None:
    text = "finding_id,decision\nSTY02-1,查实\nSTY02-2,dismissed\nSTY02-1,排除\nSTY02-3,\n"
    assert read_reviews([written(text)]) == [Review(False, "STY02-2"), Review(False, "STY02-1")]


def test_a_decision_that_contradicts_an_earlier_one_says_where_both_stand(written: Write) -> None:
    text = "finding_id,decision\nSTY02-1,查实\nSTY02-2,排除\nSTY02-1,排除\nSTY02-2,排除\n"
    told = {one.finding_id: one.contradicts for one in read_reviews([written(text)])}
    assert "第 2 行" in told["STY02-1"]
    assert "第 4 行" in told["STY02-1"]
    assert told["STY02-2"] == ""


def test_line_ends_of_old_machines_are_read(written: Write) -> None:
    assert read_reviews([written("finding_id,decision\rSTY02-1,confirmed\r")]) == [
        Review(True, "STY02-1")
    ]


def test_a_subject_may_be_reviewed_as_a_whole(written: Write) -> None:
    text = "subject_type,subject_id,decision\ninstitution,H1,confirmed\n"
    assert read_reviews([written(text)]) == [Review(True, "", "institution", "H1")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("finding_id,decision\nSTY02-1,maybe\n,confirmed\n", ["第 2 行", "第 3 行"]),
        ("finding,verdict\n1,2\n", ["decision"]),
        ("", ["decision"]),
        ("subject_type,subject_id,decision\n机构,H1,confirmed\n", ["institution"]),
    ],
    ids=["decisions that are none", "other columns", "an empty file", "a kind that is none"],
)
def test_every_fault_of_a_file_is_told_at_once(written: Write, text: str, told: list[str]) -> None:
    with pytest.raises(MedauditError) as error:
        read_reviews([written(text)])
    assert all(word in str(error.value) for word in told)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MedauditError, match=r"none\.csv"):
        read_reviews([tmp_path / "none.csv"])
