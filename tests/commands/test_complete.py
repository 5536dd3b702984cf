"""What the shell fills in at the press of a key, asked the way shells ask."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import shellingham
import typer.completion

from medaudit.cli import main
from medaudit.detectors import catalogue
from medaudit.language import speak
from tests.typed import Type

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two runs, one of them deeper, another folder, and `medaudit` on the PATH."""
    for run in ("run-june", "kept/run-may"):
        (tmp_path / run).mkdir(parents=True)
        (tmp_path / run / "run.json").write_text("{}")
    (tmp_path / "run-notes").mkdir()
    (tmp_path / "data.csv").write_text("")
    program = tmp_path / "bin" / "medaudit"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m medaudit "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def bash(script: str) -> list[str]:
    """The lines that bash prints; `true` keeps it there as the parent of what it runs."""
    told = subprocess.run(
        ["bash", "--norc", "-c", f"{script}\ntrue"], capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert told.stderr == ""
    return told.stdout.splitlines()


def completed(line: str) -> list[str]:
    """What bash fills in at the end of a line, by the script that is printed for it."""
    words = shlex.split(line) + [""] * line.endswith(" ")
    return bash(
        'eval "$(medaudit --show-completion)"\n'
        f"COMP_WORDS=({shlex.join(words)}) COMP_CWORD={len(words) - 1}\n"
        '_medaudit_completion medaudit\nprintf "%s\\n" "${COMPREPLY[@]}"'
    )


CODES = [rule.code for rule in catalogue.known()]
LINES = {
    "commands": ("medaudit sc", ["scan"]),
    "subcommands": ("medaudit ledger s", ["summary"]),
    "options": ("medaudit scan --max", ["--max-seconds"]),
    "formats": ("medaudit scan --format ", ["table", "csv", "json", "markdown"]),
    "log formats": ("medaudit scan --log-format ", ["text", "json"]),
    "levels": ("medaudit scan --fail-on v", ["violation"]),
    "rules": ("medaudit rules STY", [code for code in CODES if code.startswith("STY")]),
    "a rule": ("medaudit case S1 --rule LNK0", [f"LNK0{n}" for n in range(1, 6)]),
    "families as well": ("medaudit scan --select CA", ["CAP", "CAP01", "CAP02", "CAP03"]),
    "run folders": ("medaudit case S1 --run ", ["run-june"]),
    "run folders further down": ("medaudit report kept/", ["kept/run-may"]),
    "decisions": ("medaudit review decide X --as d", ["dismissed"]),
    "schemes of points": ("medaudit points --scheme n", ["national2024"]),
    "schemes of credit": ("medaudit credit --scheme ", ["aaa"]),
    "campaigns": ("medaudit export --profile de", ["dental"]),
    "nothing, so that bash lists files": ("medaudit scan data", [""]),
}


@pytest.mark.parametrize(("line", "filled"), LINES.values(), ids=LINES)
def test_bash_fills_in(place: Path, line: str, filled: list[str]) -> None:
    assert completed(line) == filled


ASKED = {
    "zsh": ({"_TYPER_COMPLETE_ARGS": "medaudit rules STY0"}, '"STY02":"分解住院"'),
    "fish": (
        {"_TYPER_COMPLETE_ARGS": "medaudit rules STY0", "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
        "STY02\t分解住院",
    ),
    "powershell": (
        {"_TYPER_COMPLETE_ARGS": "medaudit rules STY0", "_TYPER_COMPLETE_WORD_TO_COMPLETE": "STY0"},
        "STY02:::分解住院",
    ),
}


@pytest.mark.parametrize(("shell", "asked"), ASKED.items(), ids=ASKED)
def test_other_shells_are_told_titles_too(
    shell: str,
    asked: tuple[dict[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    environment, told = asked
    for name, value in (environment | {"_MEDAUDIT_COMPLETE": f"complete_{shell}"}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main([])
    assert not ended.value.code
    assert told in capfd.readouterr().out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_is_filled_in_with_its_title(language: str) -> None:
    from medaudit.commands._complete import PEERS, codes

    speak(language)
    told = dict(codes(""))
    assert told.pop(PEERS)
    assert told == {rule.code: rule.name for rule in catalogue.known()}


def test_filling_in_imports_nothing_heavy(place: Path) -> None:
    asked = {"_MEDAUDIT_COMPLETE": "complete_bash", "COMP_WORDS": "medaudit rules ST", "COMP_CWORD": "2"}  # fmt: skip
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "medaudit"],
        env=os.environ | asked, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert "STY02" in told.stdout
    assert not {"duckdb", "pandas", "sqlglot", "medaudit.detectors"} & loaded


def test_it_installs_itself_for_bash_and_says_where(place: Path) -> None:
    [told] = bash("medaudit --install-completion")
    script = place / "home" / ".bash_completions" / "medaudit.sh"
    assert str(script) in told
    assert "新开一个终端" in told
    assert str(script) in (place / "home" / ".bashrc").read_text()
    assert "complete -o default -F _medaudit_completion medaudit" in script.read_text()


@pytest.mark.parametrize("option", ["--install-completion", "--show-completion"])
def test_a_shell_that_nobody_knows_is_told_and_ends_with_two(
    option: str, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shellingham, "detect_shell", lambda: ("tcsh", "/bin/tcsh"))
    told = typed(option)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith(f"{option}: 认不出是哪种 shell")


def test_on_powershell_nothing_is_loosened_and_the_line_to_add_is_told(
    typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shellingham, "detect_shell", lambda: ("powershell", ""))
    monkeypatch.setattr(typer.completion, "install", lambda **_: pytest.fail("it was called"))
    assert "$PROFILE" in typed("--install-completion").stderr
    assert "Register-ArgumentCompleter" in typed("--show-completion").stdout


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "en_US.UTF-8"])
def test_the_two_options_are_told_in_the_users_language(locale: str, place: Path) -> None:
    said = subprocess.run(
        ["medaudit", "--help"], env=os.environ | {"LC_ALL": locale}, capture_output=True, text=True, encoding="utf-8", check=True,
    ).stdout  # fmt: skip
    assert ("Tab 补全" in said) is locale.startswith("zh")
    assert ("install completion for this shell" in said) is locale.startswith("en")
