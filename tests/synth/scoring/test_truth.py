"""Truth files as they come: what is wrong with one is told at once, and another county's is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from medaudit.errors import MedauditError
from medaudit.synth.scoring import evaluate
from tests.synth.scoring.by_hand import PLANTED, TRUTH, Row, write_run, write_truth


def refused(run: Path, truth: Path) -> list[str]:
    """What is said when this is not scored."""
    with pytest.raises(MedauditError) as error:
        evaluate(run, truth)
    return [str(problem) for problem in error.value.problems]


def wrong(tmp_path: Path, run: Path, rows: Sequence[Row]) -> list[str]:
    return refused(run, write_truth(tmp_path / "wrong.csv", rows))


def notes(tmp_path: Path, run: Path, *more: Row) -> list[str]:
    return list(evaluate(run, write_truth(tmp_path / "t.csv", [*PLANTED, *more])).notes)


def test_a_folder_that_is_no_run_and_a_truth_that_is_not_there_are_told_together(
    tmp_path: Path,
) -> None:
    told = refused(tmp_path, tmp_path / "no.csv")
    assert len(told) == 2
    assert "没有完成的运行结果" in told[0]
    assert "没有这个文件" in told[1]


def test_a_run_without_its_tables_is_told(run: Path, truth: Path) -> None:
    (run / "claims.parquet").unlink()
    assert "claims.parquet" in refused(run, truth)[0]


def test_every_missing_column_is_told(tmp_path: Path, run: Path) -> None:
    pd.DataFrame({"schema": ["x"], "role": ["responsible"]}).to_csv(tmp_path / "t.csv", index=False)
    told = refused(run, tmp_path / "t.csv")
    assert len(told) == len(TRUTH) - 1
    assert "是不是 schema" in told[0]  # for scheme


@pytest.mark.parametrize("text", ["", "scheme,role\n1,2,3\n4\n"])
def test_what_is_no_csv_is_refused(tmp_path: Path, run: Path, text: str) -> None:
    (tmp_path / "t.csv").write_text(text)
    assert refused(run, tmp_path / "t.csv")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path, run: Path) -> None:
    (tmp_path / "t.csv").write_bytes("手法".encode("gb18030"))
    assert "UTF-8" in refused(run, tmp_path / "t.csv")[0]


def test_a_folder_in_place_of_the_truth_is_told(tmp_path: Path, run: Path) -> None:
    assert "文件夹" in refused(run, tmp_path)[0]


def test_a_header_alone_has_nothing_to_score_against(tmp_path: Path, run: Path) -> None:
    assert "无从评分" in wrong(tmp_path, run, [])[0]


def test_every_bad_value_is_told_with_its_line(tmp_path: Path, run: Path) -> None:
    rows: list[Row] = [
        ("a", "guilty", "settlement", "S01", "S01", "", 1, 1),
        ("a", "responsible", "patiant", "P1", "S01", "", 1, 1),
        ("", "responsible", "settlement", "", "", "", "much", -1),
        ("a", "responsible", "doctor", "D1", "S01", "L1", 1, "inf"),
    ]
    told = wrong(tmp_path, run, rows)
    assert len(told) == 8
    assert "guilty（第 2 行）" in told[0]
    assert "是不是 patient" in told[1]
    assert [
        name in text
        for name, text in zip(("scheme", "subject_id", "setl_id"), told[2:5], strict=True)
    ]
    assert "amount 不是非负的数（第 4 行）" in told[5]
    assert "第 4、5 行，共 2 行" in told[6]
    assert "第 5 行" in told[7]


def test_the_truth_of_a_county_with_other_numbers_is_refused(tmp_path: Path, run: Path) -> None:
    rows = [(*row[:3], f"X{row[3]}", f"X{row[4]}", *row[5:]) for row in PLANTED]
    told = wrong(tmp_path, run, rows)
    assert len(told) == 1
    assert "不是同一个县" in told[0]
    assert "结算：5 个中 5 个不在这次运行里" in told[0]


def test_the_truth_of_a_county_with_the_same_numbers_is_refused_by_its_money(
    tmp_path: Path, run: Path
) -> None:
    rows: list[Row] = [
        ("a", "responsible", "settlement", f"S{n}", f"S{n}", "", 900.0, 1.0) for n in range(10, 20)
    ]
    assert "金额与结算不符" in wrong(tmp_path, run, rows)[0]


def test_the_truth_of_a_county_with_the_same_numbers_is_refused_by_its_people(
    tmp_path: Path, run: Path
) -> None:
    rows: list[Row] = [
        ("a", "responsible", "patient", "P6", f"S0{n}", "", 1.0, 1.0) for n in range(1, 10)
    ]
    assert "患者或机构与结算不符" in wrong(tmp_path, run, rows)[0]


def test_a_few_unknown_rows_are_said_and_count_as_missed(tmp_path: Path, run: Path) -> None:
    more: Row = ("lost", "responsible", "patient", "P9", "S99", "", 5.0, 1.0)
    told = notes(tmp_path, run, more)
    assert "真值中的结算有 1 个（共 6 个）不在这次运行里" in told[0]
    assert "算作没有查到" in told[1]
    score = evaluate(run, write_truth(tmp_path / "t.csv", [*PLANTED, more]))
    lost = next(one for one in score.found if one.name == "lost")
    assert (lost.recall["settlement"].good, lost.recall["settlement"].of) == (0, 1)
    patients = next(one for one in score.lists if one.kind == "patient")
    assert (patients.cases, patients.responsible) == (6, 3)


def test_a_limited_scan_and_rules_that_did_not_run_are_said(tmp_path: Path) -> None:
    states = {"CCC01": "skipped", "DDD01": "failed"}
    run = write_run(tmp_path / "run", select=["AAA", "BBB"], states=states)
    limited, skipped, failed = notes(tmp_path, run)
    assert "--select AAA BBB" in limited
    assert "AAA01、BBB01" in limited
    assert "CCC01" in skipped
    assert "跳过" in skipped
    assert "失败" in failed


def test_a_scan_of_everything_needs_no_note(tmp_path: Path, run: Path) -> None:
    assert notes(tmp_path, run) == []
