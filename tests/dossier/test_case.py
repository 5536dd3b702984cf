"""`medaudit case`: one settlement, person, doctor, institution or finding, as an auditor would ask."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from medaudit import cli
from medaudit.audit import audit_to
from medaudit.dossier.opened import opened
from medaudit.dossier.page import _bands
from medaudit.dossier.profile import profile
from medaudit.dossier.who import Who
from medaudit.output.wrap import width
from medaudit.runs.plan import Plan
from tests.forged import forgetting
from tests.small_county import of_visit, rule, settlement, write

NAMES = ("张三丰", "李四", "王五", "赵六", "孙医生")


@pytest.fixture
def ask(run: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def asked(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            cli.main(["case", *arguments, "--run", str(run)])
        said = capsys.readouterr()
        return int(str(stopped.value.code or 0)), said.out, said.err

    return asked


def finding_of(run: Path, rule: str) -> str:
    found = pd.read_parquet(run / "findings.parquet")
    return str(found[found["rule"] == rule]["finding_id"].iloc[0])


def test_a_settlement_shows_who_where_when_and_how_much(ask: Any) -> None:
    code, out, _ = ask("S2")
    assert code == 0
    for told in ("张** P100000001", "青禾县人民医院 H1", "二级", "2025-03-10 至 2025-03-17", "7 天", "支气管肺炎",
                 "2,500.00", "1,600.00"):  # fmt: skip
        assert told in out
    assert "结算第" in out and "分值" in out
    assert "STY02 分解住院" in out and "间隔 2 天" in out
    for heading in ("先排除", "下一步", "依据", "证据"):
        assert heading in out


@pytest.mark.parametrize("asked", ["S2", "S4", "P100000001", "D1", "H1"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_is_wider_than_a_terminal_and_no_name_is_told(
    ask: Any, asked: str, language: str
) -> None:
    code, out, _ = ask(asked, "--lang", language)
    assert code == 0
    assert max(map(width, out.splitlines())) <= 80
    for form in ("json", "markdown"):
        out += ask(asked, "--format", form)[1]
    assert not [name for name in NAMES if name in out]


def test_a_finding_shows_its_largest_lines_and_counts_the_rest(ask: Any, run: Path) -> None:
    finding = finding_of(run, "BIL02")
    _, out, _ = ask(finding)
    assert out.count("普通床位费") >= 20
    assert "另有 19 条明细" in out
    told = json.loads(ask(finding, "--format", "json")[1])
    (rule,) = told["rules"]
    (one,) = rule["findings"]
    amounts = [line["amount"] for line in one["lines"]]
    assert len(amounts) == 20 and one["more"] == 19
    assert amounts == sorted(amounts, reverse=True)
    assert isinstance(one["evidence"], dict)


def test_a_person_is_found_by_number_and_a_stay_by_its_visit(ask: Any) -> None:
    assert "患者 P100000001" in ask("P100000001")[1]
    assert "结算 S2" in ask("M2")[1]


def test_a_doctor_and_an_institution_show_their_activity(ask: Any) -> None:
    _, out, _ = ask("D1")
    assert "孙** D1" in out and "结算 8 笔" in out
    _, out, _ = ask("H1")
    assert "结算 8 笔" in out and "BIL02" in out


def test_findings_that_do_not_count_on_a_list_are_told_apart(ask: Any) -> None:
    told = json.loads(ask("D1", "--format", "json")[1])
    by_rule = {entry["rule"]: entry["on_list"] for entry in told["rules"]}
    assert by_rule["STY02"] is True
    assert by_rule["BIL02"] is False


def test_an_unknown_id_names_the_likely_one(ask: Any) -> None:
    code, out, err = ask("P100000011")
    assert (code, out) == (2, "")
    assert "P100000001" in err
    assert "findings.csv" in ask("something else")[2]


def test_no_run_says_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["case", "S1", "--run", str(tmp_path)])
    assert stopped.value.code == 2
    assert "medaudit scan" in capsys.readouterr().err


def test_a_case_is_no_table_for_a_spreadsheet(ask: Any) -> None:
    code, _, err = ask("S2", "--format", "csv")
    assert code == 2
    assert "json" in err


def test_a_case_is_written_to_a_file(ask: Any, tmp_path: Path) -> None:
    target = tmp_path / "case.md"
    assert ask("S2", "--output", str(target))[:2] == (0, "")
    assert target.read_text("utf-8").startswith("# 结算 S2")


def test_a_rule_with_bands_shows_the_money_within_each_of_its_limits(ask: Any) -> None:
    told = json.loads(ask("H1", "--format", "json")[1])
    (split,) = [entry for entry in told["rules"] if entry["rule"] == "STY02"]
    assert sorted(one["evidence"]["gap"] for one in split["findings"]) == [2, 10]
    told = [(band["value"], band["findings"], float(band["amount"])) for band in split["bands"]]
    assert told == [(7, 1, 1600.0), (15, 2, 2600.0)]
    assert "按界限看基金金额（元）：7 天：1,600.00；15 天：2,600.00" in ask("H1")[1]
    assert "\n  Fund money in yuan at each limit: 7 days" in ask("H1", "--lang", "en")[1]


def test_over_charging_inside_a_stay_paid_per_case_says_why_the_list_leaves_it_out(
    ask: Any,
) -> None:
    assert "按病种或床日付费的住院" in ask("S9")[1].replace("\n", "")
    assert "stay paid per case or day" in " ".join(ask("S9", "--lang", "en")[1].split())
    assert "按病种或床日付费" not in ask("S4")[1].replace("\n", "")


def test_codes_of_the_evidence_are_words_where_people_read_and_codes_where_machines_do(
    ask: Any, run: Path
) -> None:
    finding = finding_of(run, "BIL04")
    assert re.search("限定的依据 +限价表", ask(finding)[1])
    assert re.search("source of the limit +table of price limits", ask(finding, "--lang", "en")[1])
    told = json.loads(ask(finding, "--format", "json")[1])
    assert told["rules"][0]["findings"][0]["evidence"]["limit_source"] == "price_limit"
    sheet = openpyxl.load_workbook(run / "suspects.xlsx")["疑点明细"]
    assert [row for row in sheet.values if "限定的依据：限价表" in str(row[-1])]


def test_a_finding_of_several_settlements_says_that_the_one_shown_is_the_first(
    run: Path, tmp_path: Path
) -> None:
    finding = Who("finding", finding_of(run, "BIL02"))
    with opened(run) as told:
        assert "涉及" not in profile(told, finding)[0][1]
    copy = forgetting(shutil.copytree(run, tmp_path / "run"))
    lines = pd.read_parquet(run / "finding_lines.parquet")
    more = lines[lines["finding_id"] == finding.id].head(1).assign(setl_id="S3")
    pd.concat([lines, more]).to_parquet(copy / "finding_lines.parquet")
    with opened(copy) as told:
        assert profile(told, finding)[0] == ("范围", "这条疑点涉及 2 笔结算，以下是其中一笔")


def test_a_finding_without_a_settlement_of_its_own_announces_none(
    run: Path, tmp_path: Path
) -> None:
    finding = Who("finding", finding_of(run, "BIL02"))
    copy = shutil.copytree(run, tmp_path / "run")
    lines = pd.read_parquet(run / "finding_lines.parquet")
    more = lines[lines["finding_id"] == finding.id].head(1).assign(setl_id="S3")
    pd.concat([lines, more]).to_parquet(copy / "finding_lines.parquet")
    found = pd.read_parquet(run / "findings.parquet")
    found.loc[found["finding_id"] == finding.id, ["setl_id", "subject_type", "subject_id"]] = [
        None,
        "patient",
        "P100000003",
    ]
    found.to_parquet(copy / "findings.parquet")
    forgetting(copy)
    with opened(copy) as told:
        assert "范围" not in dict(profile(told, finding))


def test_findings_of_a_rule_that_is_not_known_here_say_how_to_learn_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = rule(tmp_path / "rules", "STY91", of_visit())
    write(tmp_path / "data", {"settlement": [settlement()]})
    audit_to(tmp_path / "run", [tmp_path / "data"], Plan(rules=[folder], select=["STY91"]))
    said = []
    for known in ([], ["--rules", str(folder)]):
        with pytest.raises(SystemExit):
            cli.main(["case", "S1", "--run", str(tmp_path / "run"), *known])
        said.append("用 --rules 指明它的文件夹" in capsys.readouterr().out)
    assert said == [True, False]


def test_a_band_that_is_a_share_says_what_it_is_a_share_of() -> None:
    band = {"param": "full_cover", "column": "cover", "value": 0.9, "unit": "share", "amount": 5.0}
    assert "他人备案比例 90%：5.00" in _bands([band])
