"""`medaudit rules` as it is typed."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from medaudit import cli
from medaudit.output.wrap import width


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["rules", *arguments])
    said = capsys.readouterr()
    return int(str(stopped.value.code or 0)), said.out, said.err


def test_the_list_names_every_rule_by_family(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys)
    assert code == 0
    assert out.index("住院\nSTY01") < out.index("STY02") < out.index("收费\nBIL01")
    assert max(map(width, out.splitlines())) <= 80


def test_the_list_for_machines_has_codes_not_words(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--format", "json")
    listed = {row["code"]: row for row in json.loads(out)}
    assert listed["STY02"]["level"] == "suspected"
    assert listed["IDN01"]["needs"] == "person.death_date|settlement.dscg_way"


@pytest.mark.parametrize("name", ["STY02", "sty02", "分解住院", "split_admission"])
def test_a_rule_is_found_by_code_title_or_file(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    code, out, _ = run(capsys, name)
    assert code == 0
    assert out.startswith("STY02 分解住院")


def test_an_unknown_code_names_the_likely_one(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "STY2")
    assert (code, out) == (2, "")
    assert "STY02" in err


def test_a_page_is_written_to_a_file_by_its_ending(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for ending in ("md", "json", "csv", "txt", "xlsx"):
        target = tmp_path / f"page.{ending}"
        assert run(capsys, "STY02", "--output", str(target))[:2] == (0, "")
        assert target.stat().st_size > 500


def test_tables_of_a_rule_are_those_it_reads(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "STY02", "--tables", "--format", "json")
    assert {row["table"] for row in json.loads(out)} == {"stay", "visit", "exclusion"}
    _, out, _ = run(capsys, "STY02", "--tables")
    assert max(map(width, out.splitlines())) <= 80


def test_a_table_is_shown_alone_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "line", "--tables", "--format", "json")
    assert {row["table"] for row in json.loads(out)} == {"line"}
    assert run(capsys, "line")[0] == 2  # that is no rule


@pytest.mark.parametrize(("typed", "meant"), [("lin", "line"), ("STY2", "STY02")])
def test_of_a_table_that_is_not_there_the_likely_table_or_rule_is_named(
    capsys: pytest.CaptureFixture[str], typed: str, meant: str
) -> None:
    code, out, err = run(capsys, typed, "--tables")
    assert (code, out) == (2, "")
    assert f"是不是 {meant}？" in err


def test_a_statement_needs_a_rule_and_a_dialect_that_is_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(capsys, "STY02", "--sql", "duckdb")[1].startswith("-- STY02")
    assert run(capsys, "--sql", "duckdb")[0] == 2
    code, _, err = run(capsys, "STY02", "--sql", "duckdb", "--format", "json")
    assert code == 2 and "--format" in err
    code, out, err = run(capsys, "STY02", "--sql", "oracle")
    assert (code, out) == (2, "")
    assert "oracle" in err and "duckdb" in err and "spark" in err


def test_a_statement_for_spark_is_printed_where_there_is_no_spark(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pyspark", "pyspark.sql", "py4j"):
        monkeypatch.setitem(sys.modules, name, None)
    code, out, err = run(capsys, "BIL04", "--sql", "spark")
    assert (code, err) == (0, "")
    assert out.startswith("-- BIL04 单价超过限价\n")
    assert "SET spark.sql.ansi.enabled=true;" in out


def test_the_help_names_the_dialects_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert re.search(r"duckdb\W+或\W+spark", run(capsys, "--help")[1])


def test_cases_of_one_rule_are_run(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "STY04", "--test")
    assert code == 0
    assert "✓" in out and "✗" not in out


def test_settings_of_an_unknown_parameter_are_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    settings = tmp_path / "medaudit.toml"
    settings.write_text("[params.STY02]\ngap_day = 3\n", encoding="utf-8")
    code, _, err = run(capsys, "STY02", "--config", str(settings))
    assert code == 2
    assert "gap_days" in err
