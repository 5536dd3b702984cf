"""medaudit.toml: read where it is, and refused with everything that is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from medaudit import settings
from medaudit.cli import main
from medaudit.errors import MedauditError
from medaudit.language import speak


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(text: str | bytes, name: str = "medaudit.toml") -> str:
    Path(name).write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(MedauditError) as refused:
        settings.read(Path(name))
    return str(refused.value)


def test_without_a_file_everything_is_as_usual() -> None:
    assert settings.read() == settings.Settings()
    assert settings.read().as_run() == {}


def test_the_file_of_the_current_folder_is_taken_unasked() -> None:
    Path("medaudit.toml").write_text('[params.STY02]\ngap_days = 10\n[output]\nlang = "en"\n')
    told = settings.read()
    assert told.params == {"STY02": {"gap_days": 10}}
    assert told.as_run() == {"params": {"STY02": {"gap_days": 10}}, "output": {"lang": "en"}}


def test_a_file_with_the_mark_that_windows_puts_in_front_is_read() -> None:
    Path("own.toml").write_bytes(b'\xef\xbb\xbf[codes.hosp_lv]\n"01" = "3"\n')
    assert settings.read(Path("own.toml")).codes == {"hosp_lv": {"01": "3"}}


def test_a_file_asked_for_must_be_there() -> None:
    with pytest.raises(MedauditError, match=r"none\.toml: 读不到设置文件"):
        settings.read(Path("none.toml"))


@pytest.mark.parametrize(
    "text", ["[params", "x = ", "x = 1\nx = 2", b"\xff\xfe\x00", "[a]\n[a]", "x = " + "[" * 20_000]
)
def test_what_is_no_toml_is_told_in_words(text: str | bytes) -> None:
    assert "不是有效的 TOML" in refusal(text)


def test_every_unknown_name_is_told_at_once_with_the_likely_one() -> None:
    said = refusal(
        "parms = 1\n[column.settlement]\n[output]\nlanguage = 'zh'\n[rules]\nselects = ['STY']\nfolder = 'x'\n"
    )
    for name, likely in (
        ("parms", "params"),
        ("column", "columns"),
        ("output.language", "lang"),
        ("rules.selects", "select"),
        ("rules.folder", "folders"),
    ):
        assert f"不认识设置：{name}" in said
        assert f"是不是 {likely}" in said or likely in said


def test_a_section_must_be_a_table() -> None:
    assert "[params] 应是一个表" in refusal("params = 3")
    speak("en")
    assert "[params] must be a table" in refusal("params = 3")


@pytest.mark.parametrize("lang", ['"fr"', "1", '["zh"]', "true"])
def test_only_the_two_languages_are_known(lang: str) -> None:
    said = refusal(f"[output]\nlang = {lang}")
    assert "不认识语言" in said
    assert "zh" in said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[rules]\nselect = "STY"', "rules.select"),
        ("[rules]\nignore = 3", "rules.ignore"),
        ("[rules]\nfolders = [1]", "rules.folders"),
        ("[params]\nSTY02 = 10", "params.STY02"),
        ('[columns]\nsettlement = "x"', "columns.settlement"),
        ('[codes]\nhosp_lv = "3"', "codes.hosp_lv"),
        ("[codes.hosp_lv]\n01 = 3", "codes.hosp_lv"),
        ('[extra]\nsettlement = "备注"', "extra.settlement"),
        ('[files]\n"a.csv" = ["settlement"]', "files.a.csv"),
        ("[ledger]\nurl = 5", "ledger.url"),
        ('[ledger]\nconfirmations = "2"', "ledger.confirmations"),
        ("[ledger]\nconfirmations = 0", "ledger.confirmations"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_by_its_name(text: str, told: str) -> None:
    assert told in refusal(text)


def test_an_unknown_section_hides_no_wrong_parameter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[bogus]\n[params.STY02]\ngap_days = -5\ngap = 1\n", "utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["scan", str(tmp_path), "--config", str(path)])
    said = capsys.readouterr().err
    assert stopped.value.code == 2
    for part in ("bogus", "gap_days: -5", "没有参数 gap"):
        assert part in said
