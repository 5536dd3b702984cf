"""`medaudit case ID --rule CODE`: why a rule did or did not report somebody."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from medaudit import cli
from medaudit.audit import audit_to
from medaudit.output.wrap import width
from medaudit.runs.plan import Plan
from tests.small_county import of_visit, rule, settlement, write


@pytest.fixture
def why(run: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def asked(code: str, rule: str, *arguments: str) -> str:
        with pytest.raises(SystemExit) as stopped:
            cli.main(["case", code, "--rule", rule, *arguments, "--run", str(run)])
        said = capsys.readouterr()
        assert not stopped.value.code, said.err
        return said.out

    return asked


def test_what_was_reported_is_shown_with_its_evidence(why: Any) -> None:
    out = why("S2", "STY02")
    assert "已经报出" in out and "间隔 2 天" in out


def test_an_exclusion_is_named_in_words(why: Any) -> None:
    out = why("S6", "STY02")
    assert "没有报出" in out and "急诊入院（1）" in out


def test_the_condition_that_failed_is_marked_with_its_values(why: Any) -> None:
    out = why("S4", "STY04")
    assert "✗" in out and "detail_share = 0.9" in out
    assert "SELECT" not in out
    told = json.loads(why("S4", "STY04", "--format", "json"))
    failed = [c for c in told["losses"][0]["near"][0]["conditions"] if not c["holds"]]
    assert failed and failed[0]["zh"] and failed[0]["values"]


def test_what_there_is_nothing_to_compare_with_is_told(why: Any) -> None:
    out = why("S1", "STY02")
    assert "prior_stay_id" in out and "没有" in out


def test_a_person_a_doctor_and_an_institution_may_be_asked_about(why: Any) -> None:
    assert "已经报出" in why("P100000001", "STY02")
    assert "没有报出" in why("P100000001", "STY01")
    assert "没有报出" in why("D1", "DOC01")
    assert "没有报出" in why("H1", "STY01")


def test_a_finding_of_another_rule_is_asked_by_its_settlement(why: Any, run: Path) -> None:
    import pandas as pd

    found = pd.read_parquet(run / "findings.parquet")
    finding = str(found[found["rule"] == "STY02"]["finding_id"].iloc[0])
    assert "· S2" in why(finding, "STY01")


def test_a_rule_that_was_skipped_says_what_is_missing(why: Any) -> None:
    out = why("S2", "IDN01", "--lang", "en")
    assert "Not run" in out or "Not reported" in out


def test_the_original_files_may_be_asked_instead(why: Any, county: Path) -> None:
    out = why("S3", "STY04", "--data", str(county))
    assert "不属于住院" in out


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "rule", ["STY01", "STY03", "STY04", "STY05", "STY06", "BIL01", "BIL05", "IDN02", "MED01"]
)
def test_no_line_is_wider_than_a_terminal(why: Any, rule: str, language: str) -> None:
    out = why("S2", rule, "--lang", language)
    assert max(map(width, out.splitlines())) <= 80


def test_of_somebody_no_finding_names_the_files_of_the_run_are_asked(why: Any) -> None:
    assert "不属于住院" in why("S3", "STY04")


def test_of_lines_that_are_not_there_it_is_told_where_they_may_be(why: Any) -> None:
    assert "没有费用明细，或同一费用已在另一笔结算里" in why("S8", "BIL01")


def test_where_those_files_are_gone_they_are_to_be_named(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = tmp_path / "run"
    shutil.copytree(run, moved)
    told = json.loads((moved / "run.json").read_text("utf-8"))
    (moved / "run.json").write_text(json.dumps(told | {"paths": [str(tmp_path / "gone")]}), "utf-8")
    with pytest.raises(SystemExit) as stopped:
        cli.main(["case", "S3", "--rule", "STY02", "--run", str(moved)])
    assert stopped.value.code == 2
    assert "--data" in capsys.readouterr().err


def test_what_another_rule_tells_with_its_own_is_not_called_unreported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule(tmp_path / "rules", "STY90", of_visit(), subsumes=["STY91"])
    rule(tmp_path / "rules", "STY91", of_visit())
    write(tmp_path / "data", {"settlement": [settlement()]})
    plan = Plan(rules=[tmp_path / "rules"], select=["STY9"])
    done = audit_to(tmp_path / "run", [tmp_path / "data"], plan)
    told = {entry["rule"]: entry for entry in done.run["detectors"]}
    assert (told["STY90"]["found"], told["STY91"]["found"], told["STY91"]["covered"]) == (1, 0, 1)
    arguments = [
        "--rule",
        "STY91",
        "--rules",
        str(tmp_path / "rules"),
        "--run",
        str(tmp_path / "run"),
    ]
    with pytest.raises(SystemExit):
        cli.main(["case", "S1", *arguments])
    out = capsys.readouterr().out
    assert "并报出" in out and "STY90" in out and "没有报出" not in out
