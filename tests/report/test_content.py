"""What the page tells: the lists, the pages of suspects, how the list was made, and what was different before."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from medaudit.errors import MedauditError
from medaudit.language import speak
from medaudit.ledger import Event, Ledger
from medaudit.report import Order, behind, listing, report
from tests.forged import forgetting
from tests.report.conftest import Made, data, scanned
from tests.small_county import csv_text, settlement


def test_the_lists_are_those_of_the_run(run: Path, made: Made) -> None:
    kinds = data(made(run), "lists")["kinds"]
    suspects = pq.read_table(run / "suspects.parquet").to_pandas()
    assert {kind: told["of"] for kind, told in kinds.items()} == suspects.groupby(
        "subject_type"
    ).size().to_dict()
    for kind, told in kinds.items():
        of = told.pop("of")
        assert {len(column) for column in told.values()} == {of}
        assert told["rank"] == list(range(1, of + 1))
        theirs = suspects[suspects["subject_type"] == kind].sort_values("rank")
        assert told["score"] == [float(one) for one in theirs["score"]]


def test_of_a_long_list_the_rest_is_counted(
    run: Path, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "LISTED", 1)
    kinds = data(made(run), "lists")["kinds"]
    assert all(len(told["id"]) == 1 for told in kinds.values())
    assert any(told["of"] > 1 for told in kinds.values())


def test_the_parts_of_a_score_come_to_its_probability(run: Path, made: Made) -> None:
    pages = [page for some in data(made(run), "detail")["pages"].values() for page in some.values()]
    assert pages
    for page in pages:
        odds = page["base"] + sum(part[1] for part in page["parts"])
        assert 1 / (1 + math.exp(-odds)) == pytest.approx(page["p"], abs=0.001)
        assert page["p"] * page["amount"] == pytest.approx(
            page["score"], abs=0.01 + page["amount"] * 0.0001
        )


def test_the_best_of_each_kind_have_a_page(run: Path, made: Made) -> None:
    html = made(run, top=1)
    pages, lists = data(html, "detail")["pages"], data(html, "lists")
    assert {kind: len(some) for kind, some in pages.items()} == dict.fromkeys(lists["kinds"], 1)
    [first] = pages["institution"]
    assert first == lists["kinds"]["institution"]["id"][0]


def test_a_patient_is_linked_by_rank_unless_revealed(ring_run: Path, made: Made) -> None:
    # The number points at a person, and masked it may be somebody else's too.
    assert list(data(made(ring_run, top=2), "detail")["pages"]["patient"]) == ["1", "2"]
    html = made(ring_run, top=2, reveal=True, who="甲", why="查办")
    assert set(data(html, "detail")["pages"]["patient"]) <= {f"P{n}" for n in range(5)}


def test_a_finding_has_its_reason_its_lines_and_its_rule(run: Path, made: Made) -> None:
    html = made(run)
    detail, rules = data(html, "detail"), data(html, "rules")
    found = detail["findings"]
    assert set(found) == set(
        pq.read_table(run / "findings.parquet").column("finding_id").to_pylist()
    )
    lined = pq.read_table(run / "finding_lines.parquet").to_pandas().dropna(subset=["feedetl_sn"])
    for id, told in found.items():
        assert told["reason"]
        assert len(told["lines"]) + told["more"] == (lined["finding_id"] == id).sum()
        assert rules[told["rule"]]["basis"]
        assert rules[told["rule"]]["benign"]
        assert rules[told["rule"]]["next"]


def test_of_many_findings_and_bills_the_rest_is_counted(
    run: Path, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_FOUND", "FEE_LINES", "TIMELINE"):
        for limit in (behind.FINDINGS, behind.LINES, behind.BILLS):
            told = getattr(behind, name).replace(f"<= {limit}", "<= 1")
            monkeypatch.setattr(behind, name, told)
    monkeypatch.setattr(behind, "BILLS", 1)
    pages = data(made(run), "detail")["pages"]["institution"].values()
    most = max(pages, key=lambda page: sum(rule[1] for rule in page["rules"]))
    assert len(most["findings"]) == len(most["bills"]) == 1
    assert sum(rule[1] for rule in most["rules"]) > 1
    assert most["more"] > 0


def test_many_findings_of_one_rule_hide_no_other_rule(
    run: Path, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = data(made(run), "detail")["pages"]["institution"]
    most = max(pages.values(), key=lambda page: len(page["rules"]))
    rules = [code for code, *_ in most["rules"]]
    assert most["n"] > len(rules) > 1
    told = behind._FOUND.replace(f"<= {behind.FINDINGS}", f"<= {len(rules)}")
    monkeypatch.setattr(behind, "_FOUND", told)
    detail = data(made(run), "detail")
    shown = detail["pages"]["institution"][most["id"]]["findings"]
    # One of each, in the order in which the rules are told.
    assert [detail["findings"][one]["rule"] for one in shown] == rules


def test_a_page_in_another_language_than_the_run_says_its_findings_again(
    run: Path, made: Made
) -> None:
    chinese = data(made(run), "detail")["findings"]
    speak("en")
    english = data(made(run), "detail")["findings"]
    assert english.keys() == chinese.keys()
    assert all(english[id]["reason"] != chinese[id]["reason"] for id in chinese)


def test_a_ring_shows_who_was_there_when(ring_run: Path, made: Made) -> None:
    [page] = data(made(ring_run), "detail")["pages"]["ring"].values()
    ring = page["ring"]
    # Five cards, one after another about a minute apart, on three days.
    assert len(ring["presence"]) == 5
    assert all(len(row) == 3 and min(row) >= 0 for row in ring["presence"])
    assert sorted(row[0] for row in ring["presence"]) == [0, 1, 2, 3, 4.1]
    assert [session[3] for session in ring["sessions"]] == [5, 5, 5]
    assert len(ring["pictures"]) == 2


def test_a_suspect_is_drawn_among_its_peers_with_their_limits(peer_run: Path, made: Made) -> None:
    detail = data(made(peer_run), "detail")
    [place, cases, height, value, usual, z] = detail["pages"]["institution"]["HDEAR"]["funnels"][0]
    group = detail["funnels"][place]
    assert "门诊次均费用" in group["title"]
    assert value.endswith("倍")
    assert group["called"] in usual
    assert group["of"] == len(group["dots"]) == 22
    assert [cases, height] in group["dots"]
    assert z > 3.09
    assert height > max(step[4] for step in group["curve"])
    for _, low, inner_low, inner_high, high in group["curve"]:
        assert low < inner_low < group["center"] < inner_high < high
    # Of those alike nobody is outside.
    assert sum(dot[1] > group["curve"][0][4] for dot in group["dots"]) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_run_that_kept_no_measures_of_peers_has_no_funnels(
    peer_run: Path, made: Made, tmp_path: Path, language: str
) -> None:
    speak(language)
    copy = forgetting(Path(shutil.copytree(peer_run, tmp_path / "copy")))
    (copy / "measures.parquet").unlink()
    detail = data(made(copy), "detail")
    assert "HDEAR" in detail["pages"]["institution"]
    assert detail["funnels"] == []


def test_what_the_ledger_says_is_shown(run: Path, made: Made, ledger: Ledger) -> None:
    [first, *_] = data(made(run), "lists")["kinds"]["institution"]["id"]
    finding = next(iter(data(made(run), "detail")["findings"]))
    ledger.add(
        Event("review", "confirmed", "甲", subject_type="institution", subject_id=first),
        Event("review", "dismissed", "甲", finding_id=finding),
    )
    html = made(run)
    told = data(html, "lists")["kinds"]["institution"]
    assert told["state"][0] == list(data(html, "labels")["state"]).index("confirmed")
    assert set(told["state"][1:]) <= {-1}
    detail = data(html, "detail")
    assert detail["pages"]["institution"][first]["state"] == "confirmed"
    assert detail["pages"]["institution"][first]["decided"] == 1
    assert detail["findings"][finding]["state"] == "dismissed"


def test_a_run_without_findings_says_so_and_what_that_means(clean_run: Path, made: Made) -> None:
    html = made(clean_run)
    assert "没有发现疑点" in html
    assert "这不等于没有问题" in html
    assert data(html, "lists")["kinds"] == {}
    assert data(html, "detail")["pages"] == {}


def test_held_against_itself_nobody_is_new_or_gone(run: Path, made: Made) -> None:
    html = made(run, compare=[run])
    for told in data(html, "lists")["kinds"].values():
        assert told["was"] == told["rank"]
    assert "历次对比" in html
    page = next(iter(data(html, "detail")["pages"]["institution"].values()))
    assert page["series"][0] == page["series"][1] == [page["rank"], page["p"], page["score"]]


def test_a_ring_of_another_id_is_known_again_by_its_members(
    ring_run: Path, made: Made, tmp_path: Path
) -> None:
    old = forgetting(Path(shutil.copytree(ring_run, tmp_path / "old")))
    for name in ("ring", "ring_member"):
        told = pq.read_table(old / f"{name}.parquet").to_pandas().assign(ring_id="RC00000000")
        told.to_parquet(old / f"{name}.parquet")
    suspects = pq.read_table(old / "suspects.parquet").to_pandas()
    suspects.loc[suspects["subject_type"] == "ring", "subject_id"] = "RC00000000"
    suspects.to_parquet(old / "suspects.parquet")
    html = made(ring_run, compare=[old])
    [page] = data(html, "detail")["pages"]["ring"].values()
    assert page["series"][0] == page["series"][1]
    assert data(html, "lists")["kinds"]["ring"]["was"] == [1]


def test_earlier_runs_are_told_from_the_oldest_on(
    run: Path, clean_run: Path, made: Made, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    shutil.copytree(clean_run, old)
    told = json.loads((old / "run.json").read_text("utf-8"))
    (old / "run.json").write_text(
        json.dumps(told | {"finished": "2020-01-01T00:00:00+08:00"}), "utf-8"
    )
    html = made(run, compare=[run, old])
    assert html.index("2020-01-01 00:00") < html.index("（本次）")
    page = next(iter(data(html, "detail")["pages"]["institution"].values()))
    assert page["series"][0] is None
    assert page["series"][1] == page["series"][2]


@pytest.mark.parametrize("how", ["no suspects", "another form", "cut short"])
def test_an_earlier_run_that_cannot_be_read_is_named_and_nothing_written(
    run: Path, ledger: Ledger, tmp_path: Path, how: str
) -> None:
    old = forgetting(Path(shutil.copytree(run, tmp_path / "old")))
    table = old / "suspects.parquet"
    if how == "no suspects":
        table.unlink()
    elif how == "another form":
        shutil.copy(old / "points.parquet", table)
    else:
        table.write_bytes(table.read_bytes()[:-20])
    with pytest.raises(MedauditError) as error:
        report(Order(run, tmp_path / "report.html", compare=[old]), ledger)
    [problem] = error.value.problems
    assert problem.where == f"--compare {old}"
    assert not (tmp_path / "report.html").exists()


def test_a_run_of_other_data_is_no_earlier_one_and_said_to_be_none(
    run: Path, ring_run: Path, made: Made
) -> None:
    assert "没有共同的机构和人" not in made(run, compare=[run])
    html = made(run, compare=[ring_run])
    assert html.count("⚠ 与本次没有共同的机构和人") == 1
    assert "对比没有意义" in html


def test_what_was_read_and_what_ran_is_told(run: Path, made: Made) -> None:
    html = made(run)
    told = json.loads((run / "run.json").read_text("utf-8"))
    assert all(one["sha256"] in html for one in told["inputs"])
    assert all(one["rule"] in html for one in told["detectors"])
    skipped = next(one for one in told["detectors"] if one["state"] == "skipped")
    assert skipped["why"] in html
    assert f"跳过 {sum(one['state'] == 'skipped' for one in told['detectors'])}" in html


def test_rows_that_could_not_be_used_are_told_on_the_first_page(
    run: Path, made: Made, tmp_path: Path
) -> None:
    assert "剔除了不能用的行" not in made(run)
    rows = [settlement("S1"), settlement("S2", begndate="soon"), settlement("S3", enddate="later")]
    html = made(scanned({"settlement": csv_text(rows)}, tmp_path))
    overview = html.partition('id="view-list"')[0]
    assert "剔除了不能用的行：结算 2 / 3。" in overview


def test_where_files_and_ledger_lie_is_not_told(run: Path, made: Made, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    told = json.loads((copy / "run.json").read_text("utf-8"))
    told["settings"] |= {
        "ledger": {"url": "postgresql://a:geheim@host/b"},
        "params": {"STY02": {"gap_days": 10}},
    }
    (copy / "run.json").write_text(json.dumps(told), "utf-8")
    html = made(copy)
    assert "geheim" not in html
    assert "gap_days" in html
    assert told["paths"]
    assert not [path for path in told["paths"] if path in html]
    assert "settlement.csv" in html


def test_nothing_is_called_fraud(run: Path, made: Made) -> None:
    speak("en")
    visible = made(run).partition('<script type="application/json" id="data-rules"')[0]
    assert "fraud" not in visible.lower()
    assert "leads, not conclusions" in visible.lower()


def test_a_report_that_fails_leaves_what_was_there(
    run: Path, tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    path.write_text("earlier")
    monkeypatch.setattr(
        type(ledger), "add", lambda *_: (_ for _ in ()).throw(MedauditError("no ledger"))
    )
    with pytest.raises(MedauditError, match="no ledger"):
        report(Order(run, path, reveal=True, who="甲", why="查办"), ledger)
    assert path.read_text() == "earlier"
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_names_in_clear_are_recorded_and_the_file_is_its_owners(
    run: Path, made: Made, ledger: Ledger, tmp_path: Path
) -> None:
    html = made(run, reveal=True, who="甲", why="移交 查办")
    assert "张三丰" in html
    assert "P100000001" in html
    [event] = ledger.events()
    assert (event.kind, event.action, event.who, event.why) == (
        "export",
        "revealed",
        "甲",
        "移交 查办",
    )
    assert event.content["form"] == "report"
    assert set(event.content["files"]) == {"report.html"}
    assert (tmp_path / "report.html").stat().st_mode & 0o777 == 0o600


def test_a_masked_report_needs_no_ledger(run: Path, made: Made, tmp_path: Path) -> None:
    made(run)
    assert not (tmp_path / "ledger.db").exists()
