"""What a scan of a workspace says of it, wherever somebody may look: stderr, the log, run.json, the workbook, the report."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from medaudit.language import speak
from medaudit.runs import arrived
from medaudit.settings import Settings
from medaudit.workspace import telling
from medaudit.workspace.catalogue import read
from medaudit.workspace.importing import Means, bring
from tests.small_county import generate, settlement, write
from tests.workspace.conftest import Workspace

NOW = dt.datetime.now().astimezone()


def told(**more: Any) -> dict[str, Any]:
    """run.json of a scan that went on from an earlier one, a moment after the last delivery."""
    of = {
        "deliveries": 31, "last": "2025-06-30T02:10:00+08:00", "settled_until": "2025-06-29", "lost": [],
        "computed": "changes", "since_delivery": 30, "people": 1234,
    }  # fmt: skip
    return {"finished": "2025-06-30T02:40:00+08:00", "workspace": of | more}


SAID = {
    "from the changes": (
        {},
        "工作区：导入 31 次，最近一次 2025-06-30 02:10；结算到 2025-06-29\n怎样算的：接着第 30 次导入后的全部重算，只重算变动涉及的 1,234 人",
        "Workspace: 31 deliveries, the last on 2025-06-30 02:10; settlements up to 2025-06-29\n"
        "Computed: going on from the full scan after delivery 30, anew for the 1,234 people whom changes concern",
    ),
    "everything": (
        {"computed": "all", "deliveries": 1},
        "工作区：导入 1 次，最近一次 2025-06-30 02:10；结算到 2025-06-29\n怎样算的：全部重算",
        "Workspace: 1 delivery, the last on 2025-06-30 02:10; settlements up to 2025-06-29\nComputed: everything anew",
    ),
    "an earlier day": (
        {"computed": "all", "as_of": "2025-03-31", "settled_until": None, "last": "2025-06-01T02:10:00+08:00"},
        "工作区：导入 31 次，最近一次 2025-06-01 02:10\n怎样算的：只看 2025-03-31 以前结算的，全部重算",
        "Workspace: 31 deliveries, the last on 2025-06-01 02:10\nComputed: what was settled by 2025-03-31; everything anew",
    ),
    "nothing for days": (
        {"last": "2025-06-27T02:10:00+08:00", "computed": "all", "settled_until": None},
        "工作区：导入 31 次，最近一次 2025-06-27 02:10\n怎样算的：全部重算\n注意：工作区: 已有 3 天没有导入新数据\n  → 看当天的文件到了没有",
        "Workspace: 31 deliveries, the last on 2025-06-27 02:10\nComputed: everything anew\n"
        "Mind: workspace: nothing has been imported for 3 days\n  → see whether the day's files have come",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("more", "zh", "en"), SAID.values(), ids=SAID)
def test_a_summary_says_what_there_is_and_how_it_was_gone_about(
    more: dict[str, Any], zh: str, en: str
) -> None:
    assert "\n".join(arrived.lines(told(**more))) == zh
    speak("en")
    assert "\n".join(arrived.lines(told(**more))) == en


@pytest.mark.parametrize(
    ("last", "warned"),
    [("2025-06-28T02:41:00+08:00", False), ("2025-06-28T02:40:00+08:00", True)],
)
def test_from_two_whole_days_on_it_is_said_that_nothing_came(last: str, warned: bool) -> None:
    assert bool(list(arrived.warnings(told(last=last)))) is warned


def test_a_run_of_files_says_nothing_of_a_workspace() -> None:
    assert list(arrived.lines({"finished": "2025-06-30T02:40:00+08:00"})) == []
    assert arrived.fields({}) == {}


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """A run of a workspace to which nothing has come for five days and which has lost rows, and the scan's log."""
    place = tmp_path_factory.mktemp("late")
    folder = place / "workspace"
    bring([write(place / "inbox", generate(seed=4))], folder, Means(Settings()))
    catalogue = read(folder)
    catalogue.deliveries[-1].at = (NOW - dt.timedelta(days=5, hours=1)).isoformat(
        timespec="seconds"
    )
    catalogue.lost = [
        {"table": "settlement", "month": "2025-01", "rows": 7, "at": NOW.isoformat(), "files": ["0"]},
        {"table": "fee_item", "month": "2025-02", "rows": 9, "at": NOW.isoformat(), "files": []},
    ]  # fmt: skip
    catalogue.write(folder)
    command = [
        sys.executable, "-m", "medaudit", "scan", str(folder), "--out", str(place / "run"), "--lang", "zh", "--select", "STY",
        "--threads", "1", "--log-format", "json",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return place / "run", [json.loads(line) for line in done.stderr.splitlines()]


LATE = "已有 5 天没有导入新数据"
LOST = "文件损坏，丢失 7 行"


def test_the_log_has_it_as_fields_and_warnings(late: tuple[Path, list[dict[str, Any]]]) -> None:
    outcome = late[1][-1]
    assert outcome["workspace"]["deliveries"] == 1
    assert outcome["workspace"]["computed"] == "all"
    assert outcome["workspace"]["settled_until"].startswith("2025-")
    warned = [line["what"] for line in late[1] if line["level"] == "warning"]
    assert [what for what in warned if what in (LATE, LOST)] == [LATE, LOST]
    assert not [what for what in warned if "9 行" in what]  # its file has come again


def test_it_reaches_as_far_as_the_last_settlement(
    late: tuple[Path, list[dict[str, Any]]],
) -> None:
    of = json.loads((late[0] / "run.json").read_text("utf-8"))["workspace"]
    assert of["settled_until"] == max(str(one["enddate"]) for one in generate(seed=4)["settlement"])


def test_the_first_sheet_of_the_workbook_says_it(
    late: tuple[Path, list[dict[str, Any]]],
) -> None:
    sheet = pd.read_excel(late[0] / "suspects.xlsx", header=None, dtype=str, engine="calamine")
    text = "\n".join(" ".join(map(str, row)) for row in sheet.fillna("").values)
    assert "工作区 导入 1 次" in text
    assert LATE in text and LOST in text


def test_the_report_says_it_where_it_says_what_was_read(
    late: tuple[Path, list[dict[str, Any]]], tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    command = [sys.executable, "-m", "medaudit", "report", str(late[0]), "--output", str(page), "--lang", "zh", "-q"]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    html = page.read_text("utf-8")
    overview, data = html.index('id="view-overview"'), html.index('id="view-data"')
    assert "导入 1 次，最近一次" in html[data:]
    for text in (LATE, LOST):
        assert text in html[overview:data] and text in html[data:]


def test_an_import_that_rejects_rows_says_where_the_reasons_are(county: Workspace) -> None:
    clean = telling.imported(county.bring(settlement=[settlement()]), county.folder)
    assert "medaudit workspace" not in clean
    made = county.bring(settlement=[settlement("S2", medfee_sumamt="x")])
    assert f"medaudit workspace {county.folder}" in telling.imported(made, county.folder)
