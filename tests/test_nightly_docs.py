"""What the pages on nightly runs tell an operator to install is run as it stands, night after night."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.small_county import Tables, generate, write

ROOT = Path(__file__).parent.parent
PAGES = {"en": ROOT / "docs" / "nightly.md", "zh": ROOT / "docs" / "nightly.zh.md"}
DAYS = ("2025-03-01", "2025-03-02", "2025-03-03", "2025-03-04")


def blocks(language: str) -> dict[str, str]:
    """The files that a page shows, by name: the name stands in the paragraph before, in backticks."""
    found, named = {}, ""
    for token in MarkdownIt("commonmark").parse(PAGES[language].read_text("utf-8")):
        if token.type == "inline":
            last = [one.content for one in token.children or () if one.type == "code_inline"][-1:]
            named = last[0] if last else ""
        elif token.type == "fence" and token.info in ("sh", "crontab", "ini") and "." in named:
            found[named] = token.content
    return found


def code(text: str) -> list[str]:
    """What is executed: without comments, which are in the page's language."""
    lines = (re.sub(r"(^|\s)#(?!!).*$", "", line).rstrip() for line in text.splitlines())
    return [line for line in lines if line]


def test_both_pages_show_the_same_files() -> None:
    en, zh = blocks("en"), blocks("zh")
    assert {"nightly.sh", "medaudit.cron", "medaudit-nightly.service", "medaudit-nightly.timer"} <= en.keys()  # fmt: skip
    assert en.keys() == zh.keys()
    assert {name: code(text) for name, text in en.items()} == {name: code(text) for name, text in zh.items()}  # fmt: skip


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="needs shellcheck")
@pytest.mark.parametrize("language", PAGES)
def test_the_script_is_plain_posix_shell_without_a_warning(language: str) -> None:
    command = ["shellcheck", "--shell=sh", "-"]
    told = subprocess.run(command, input=blocks(language)["nightly.sh"], text=True, capture_output=True, check=False)  # fmt: skip
    assert told.returncode == 0, told.stdout


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
@pytest.mark.parametrize("language", PAGES)
def test_systemd_takes_the_units(language: str, tmp_path: Path) -> None:
    units = {name: text for name, text in blocks(language).items() if name.endswith((".service", ".timer"))}  # fmt: skip
    assert len(units) == 2
    for name, text in units.items():
        # The script and its user are not on this machine.
        text = re.sub(r"(?m)^ExecStart=.*$", "ExecStart=/bin/true", text)
        (tmp_path / name).write_text(re.sub(r"(?m)^User=.*$", "User=root", text), "utf-8")
    told = subprocess.run(["systemd-analyze", "verify", *(str(tmp_path / name) for name in units)], capture_output=True, text=True, check=False)  # fmt: skip
    ours = [line for line in told.stderr.splitlines() if "medaudit" in line]
    assert not ours, told.stderr


def test_the_line_for_cron_has_five_times_and_runs_the_script() -> None:
    lines = [line for line in code(blocks("en")["medaudit.cron"]) if "=" not in line.split()[0]]
    assert len(lines) == 1
    assert re.fullmatch(r"(?:[\d*/,-]+ ){5}/bin/sh \S+/nightly\.sh", lines[0])


@dataclass
class Operator:
    """A county whose files come day by day, and the script of a page that is run at night."""

    base: Path
    script: Path
    language: str

    def night(self, day: str) -> tuple[int, str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("MEDAUDIT")}
        env |= {
            "MEDAUDIT": str(self.base / "medaudit"),
            "MEDAUDIT_BASE": str(self.base),
            "MEDAUDIT_LANG": self.language,
            "QUIET_MINUTES": "0",
            "KEEP_NIGHTS": "2",
            "LC_ALL": "C.UTF-8",
        }
        told = subprocess.run(["sh", str(self.script), day], env=env, capture_output=True, text=True, check=False)  # fmt: skip
        return told.returncode, told.stderr

    @property
    def nights(self) -> list[str]:
        return sorted(one.name for one in (self.base / "nights").iterdir())

    @property
    def latest(self) -> Path:
        return (self.base / "nights" / "latest").resolve()

    def run(self, night: Path) -> dict[str, object]:
        told: dict[str, object] = json.loads((night / "run" / "run.json").read_text("utf-8"))
        return told

    def state(self) -> dict[str, bytes]:
        """Every file but the log's."""
        files = (
            path for path in self.base.rglob("*") if path.is_file() and "log" not in path.parts
        )
        return {str(path.relative_to(self.base)): path.read_bytes() for path in files}


@pytest.fixture(scope="module", params=PAGES)
def operator(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:  # fmt: skip
    base = tmp_path_factory.mktemp("每晚 county")
    medaudit = base / "medaudit"
    # Fewer rules and threads: what is tried here is the script.
    medaudit.write_text(
        f'#!/bin/sh\n[ "$1" = scan ] && set -- "$@" --select STY --select ANO --threads 1\n'
        f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -m medaudit "$@"\n'
    )
    medaudit.chmod(0o700)
    script = base / "nightly.sh"
    script.write_text(blocks(request.param)["nightly.sh"], "utf-8")
    yield Operator(base, script, request.param)


def arriving(number: int) -> Tables:
    """What comes on one of three days; on the first the tables that hardly change too."""
    tables = generate(seed=4)
    bills = tables["settlement"]
    size = len(bills) // 3 + 1
    mine = {bill["setl_id"] for bill in bills[number * size : (number + 1) * size]}
    some = {name: [one for one in rows if one["setl_id"] in mine] for name, rows in tables.items() if name in ("settlement", "fee_item", "diagnosis")}  # fmt: skip
    return tables | some if number == 0 else some


def test_nights_one_after_the_other(operator: Operator) -> None:
    first, second, third, fourth = DAYS

    # Before anything has come there is nothing to show, and nothing is left half made.
    code, said = operator.night(first)
    assert code == 2
    assert operator.nights == []

    write(operator.base / "inbox" / first, arriving(0))
    code, said = operator.night(first)
    assert (code, said) == (0, said), said
    assert operator.nights == [first, "latest"]
    assert operator.latest.name == first
    assert {one.name for one in operator.latest.iterdir()} == {"catalogue.json", "report.html", "run", "suspects.txt"}  # fmt: skip
    assert (operator.latest.stat().st_mode & 0o077) == 0

    # The same night again: nothing changes, not a byte.
    before = operator.state()
    assert operator.night(first)[0] == 0
    assert operator.state() == before

    # The second day's folder is missing: said, and the first night's result stands.
    code, said = operator.night(second)
    assert code == 3
    assert second in said
    assert operator.latest.name == first
    assert operator.state() == before

    # On the third day one of the files was cut off on the way: nothing of that day is stored.
    place = write(operator.base / "inbox" / third, arriving(2))
    whole = (place / "fee_item.csv").read_bytes()
    (place / "fee_item.csv").write_bytes(whole[: len(whole) // 2].rpartition(b",")[0])
    code, said = operator.night(third)
    assert code == 2
    assert "fee_item.csv" in said and third in said
    assert operator.latest.name == first
    held = {name: content for name, content in operator.state().items() if not name.startswith("inbox")}  # fmt: skip
    assert held == {name: content for name, content in before.items() if not name.startswith("inbox")}  # fmt: skip

    # Sent again whole, and the second day's has come too: both go in, compared with the last good night.
    write(operator.base / "inbox" / second, arriving(1))
    (place / "fee_item.csv").write_bytes(whole)
    code, said = operator.night(third)
    assert code == 1, said
    assert "compare.xlsx" in said
    assert operator.nights == [first, third, "latest"]
    assert operator.latest.name == third
    assert (operator.latest / "compare.xlsx").is_file()
    assert operator.run(operator.latest)["workspace"]["deliveries"] == 3  # type: ignore[index]

    # A correction the day after; the oldest night goes.
    write(operator.base / "inbox" / fourth, {"settlement": [arriving(0)["settlement"][0] | {"fund_pay_sumamt": 1}]})  # fmt: skip
    assert operator.night(fourth)[0] in (0, 1)
    assert operator.nights == [third, fourth, "latest"]
    assert operator.latest.name == fourth

    # A night that was cut off while it put its result in place is made good.
    nights = operator.base / "nights"
    (nights / fourth).rename(nights / f".old-{fourth}")
    (nights / ".making").mkdir()
    assert operator.night(fourth)[0] == 0
    assert operator.nights == [third, fourth, "latest"]

    # The log is an object a line, of the script and of medaudit.
    lines = [json.loads(line) for line in (operator.base / "log" / f"{fourth}.jsonl").read_text("utf-8").splitlines()]  # fmt: skip
    assert {"nightly", "outcome", "stage"} <= {line["event"] for line in lines}
    assert all(line["level"] in ("info", "warning", "error") for line in lines)


def test_two_at_once_the_second_leaves_it_to_the_first(operator: Operator) -> None:
    held = ["flock", str(operator.base / ".nightly.lock"), "sh", "-c", "echo held; exec sleep 60"]
    with subprocess.Popen(held, stdout=subprocess.PIPE, start_new_session=True) as holder:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        code, said = operator.night(DAYS[3])
        os.killpg(holder.pid, signal.SIGKILL)
    assert code == 2
    assert "nightly.sh" in said
