"""`medaudit export`: a case list that leaves, with its number and its event; what was exported before."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from medaudit.cases import read_cases
from medaudit.cli import main
from medaudit.detectors.catalogue import FOLDER, read_rule
from medaudit.ledger import Event, opened
from medaudit.ledger.tables import events
from tests.typed import Type

CASES = read_cases(read_rule(FOLDER / "stays" / "split_admission.sql", own=True).cases)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with one split admission, of one institution."""
    data, place = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("run") / "run"
    case = next(case for case in CASES if case.found)
    for name, text in case.tables.items():
        (data / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["scan", str(data), "--out", str(place), "--quiet", "--select", "STY02"])
    return place


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user is: no ledger yet, no settings."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_writes_a_folder_and_says_what_to_write_down(
    typed: Type, run: Path, place: Path
) -> None:
    told = typed("export", "清单", "--run", run, "--who", "李检查", "--notice", "--quiet")
    assert (told.exit_code, told.stderr) == (0, "")
    first, second, *_ = told.stdout.splitlines()
    assert first.split()[0].startswith("E")
    assert first.split()[0].endswith("-0001")
    assert "案件 1 个" in second
    assert "元" in second
    names = sorted(path.name for path in (place / "清单").iterdir())
    assert names[:4] == ["cases.csv", "cases.json", "cases.xlsx", "manifest.json"]
    assert names[4].startswith("notice-01-")
    listed = json.loads(typed("export", "--list", "--format", "json").stdout)
    assert listed[0]["hash"] in told.stdout
    assert (listed[0]["who"], listed[0]["names"], listed[0]["cases"]) == ("李检查", "masked", 1)


def test_the_ledger_is_where_it_is_said_to_be(typed: Type, run: Path, place: Path) -> None:
    typed("export", "a", "--run", run, "--ledger", "here.db")
    assert (place / "here.db").is_file()
    (place / "medaudit.toml").write_text('[ledger]\nurl = "there.db"\n', "utf-8")
    typed("export", "b", "--run", run)
    assert (place / "there.db").is_file()
    assert not (place / "medaudit-ledger.db").exists()


def test_earlier_exports_are_listed_for_people(typed: Type, run: Path, place: Path) -> None:
    assert typed("export", "--list").stdout.strip() == "（无）"
    typed("export", "a", "--run", run, "--why", "例行抽查")
    typed("export", "b", "--run", run, "--reveal", "--why", "移送公安")
    told = typed("export", "--list").stdout
    assert told.index("-0002") < told.index("-0001")
    assert "未遮盖" in told
    assert "移送公安" in told
    assert "masked" in typed("export", "--list", "--lang", "en").stdout


def test_names_in_clear_need_a_reason(typed: Type, run: Path, place: Path) -> None:
    told = typed("export", "a", "--run", run, "--reveal")
    assert told.exit_code == 2
    assert "--reveal" in told.stderr
    assert "--why" in told.stderr
    assert typed("export", "a", "--run", run, "--reveal", "--why", " ").exit_code == 2
    assert not (place / "a").exists()
    assert not (place / "medaudit-ledger.db").exists()


def test_all_that_is_wrong_is_told_at_once(typed: Type, place: Path) -> None:
    (place / "full").mkdir()
    (place / "full" / "letter.txt").write_text("mine", "utf-8")
    told = typed(
        "export", "full", "--run", "none", "--format", "xls,pdf", "--profile", "dentl", "--reveal"
    )
    assert told.exit_code == 2
    for said in ("没有完成的运行结果", "不是空的", "xls", "pdf", "是不是 dental", "--why"):
        assert said in told.stderr
    assert "Traceback" not in told.stderr
    assert [path.name for path in place.iterdir()] == ["full"]


def test_nobody_fitting_writes_nothing_and_says_so(typed: Type, run: Path, place: Path) -> None:
    told = typed("export", "a", "--run", run, "--since", "2099-01-01")
    assert (told.exit_code, told.stdout) == (0, "")
    assert "没有写文件" in told.stderr
    assert list(place.iterdir()) == []


def test_a_profile_narrows_the_list_and_names_it(typed: Type, run: Path, place: Path) -> None:
    told = typed("export", "a", "--run", run, "--profile", "phantom", "--lang", "en")
    assert "Nobody fits" in told.stderr  # a split admission is no phantom stay


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_filled_workbook_comes_back_by_review_import(
    typed: Type, run: Path, place: Path, language: str
) -> None:
    """An inspector chooses in the sheet and saves; the decision is in the ledger, with the amount and the name."""
    typed("export", "a", "--run", run, "--lang", language)
    book = openpyxl.load_workbook(place / "a" / "cases.xlsx")
    form = book.worksheets[1]
    form["B2"], form["C2"], form["E2"] = "查实" if language == "zh" else "confirmed", 100, "李"
    book.save(place / "back.xlsx")
    told = typed("review", "import", "back.xlsx", "--run", run, "--lang", language)
    assert told.exit_code == 0, told.stderr
    [event] = opened("medaudit-ledger.db").events(events.c.kind == "review")
    assert (event.action, event.amount, event.who) == ("confirmed", 100, "李")
    assert event.finding_id == form["A2"].value


def test_a_filled_csv_comes_back_too_and_what_it_dismisses_goes_out_no_more(
    typed: Type, run: Path, place: Path
) -> None:
    typed("export", "a", "--run", run, "--format", "csv")
    with (place / "a" / "cases.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row |= {"decision": "排除", "why": "病历齐全", "who": "李"}
    with (place / "back.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert typed("review", "import", "back.csv", "--run", run).exit_code == 0
    again = typed("export", "b", "--run", run)
    assert "没有符合条件的对象（1 个对象以前已排除）" in again.stderr


def test_what_was_decided_meanwhile_is_not_overwritten(typed: Type, run: Path, place: Path) -> None:
    """The list says which event it knew of: a later one by somebody else is a conflict, an earlier one is none."""
    typed("export", "a", "--run", run, "--format", "csv")
    head, *rows = (place / "a" / "cases.csv").read_text("utf-8-sig").splitlines()
    finding = rows[0].partition(",")[0]
    opened("medaudit-ledger.db").add(Event("review", "escalated", "王", finding_id=finding))
    old = head + "\n" + rows[0].replace(",,", ",排除,", 1).replace(",,", ",,病历齐全", 1) + "\n"
    (place / "old.csv").write_text(old, "utf-8")
    assert "王" in typed("review", "import", "old.csv", "--run", run).stderr
    typed("export", "b", "--run", run, "--format", "csv")
    [row] = csv.DictReader((place / "b" / "cases.csv").read_text("utf-8-sig").splitlines())
    assert (row["ledger_number"], row["before"]) == ("2", "已移送")


def test_a_campaign_of_ones_own_is_in_the_settings(typed: Type, run: Path, place: Path) -> None:
    (place / "medaudit.toml").write_text(
        '[profile.split]\ntitle = "分解住院专项"\nrules = ["STY02"]\nbudget = 1\n', "utf-8"
    )
    told = typed("export", "a", "--run", run, "--profile", "split")
    assert "分解住院专项" in told.stdout
    assert (
        openpyxl.load_workbook(place / "a" / "cases.xlsx")
        .worksheets[0]["A1"]
        .value.endswith("分解住院专项")
    )


def test_a_run_folder_is_no_place_for_what_is_kept(typed: Type, run: Path, place: Path) -> None:
    told = typed("export", run / "list", "--run", run)
    assert told.exit_code == 2
    assert "下次扫描会把它替换掉" in told.stderr


def test_an_unwritable_place_is_told(typed: Type, run: Path, place: Path) -> None:
    (place / "file").write_text("x", "utf-8")
    told = typed("export", "file/below", "--run", run)
    assert told.exit_code == 2
    assert "写不了" in told.stderr
    assert typed("export", "file", "--run", run).exit_code == 2
    assert json.loads(typed("export", "--list", "--format", "json").stdout) == []


def test_help_is_in_the_language_and_gives_an_example(typed: Type) -> None:
    told = typed("export", "--help")
    assert "medaudit export" in told.stdout
    assert "--notice" in told.stdout
