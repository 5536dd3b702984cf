"""`medaudit compare`: what differs between two runs of a small county, and the reason it gives."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from medaudit.audit import audit_to
from medaudit.cases import read_cases
from medaudit.cli import main
from medaudit.compared.rings import renamed
from medaudit.detectors.catalogue import FOLDER, read_rule
from medaudit.output.wrap import width
from medaudit.runs.plan import Plan
from tests.forged import forgetting, saying
from tests.small_county import Row, line, of_line, of_visit, rule, settlement, write
from tests.typed import Told, Type

# Five stays of 1,000 yuan, of which the fund paid 700; the rule reports those that cost 500 or more.
PEOPLE = [
    settlement(f"S{i}", psn_no=f"P{i}", psn_name=f"王小{'一二三四五'[i - 1]}") for i in range(1, 6)
]
LINES = [line(f"F{i}", setl_id=f"S{i}") for i in range(1, 6)]
PARAM = '[params.least]\ndefault = 500\nunit = "yuan"\nhelp = { zh = "元", en = "yuan" }\nsource = "a test"\n[title]'

Scan = Callable[..., Path]


def dear(folder: Path, sql: str = "v.charge >= $least", **told: Any) -> Path:
    """A rule of one's own: stays that cost at least so much."""
    rule(folder, "STY91", of_visit(sql, more=", v.charge AS cost"), **told)
    file = folder / "STY91.sql"
    file.write_text(file.read_text("utf-8").replace("[title]", PARAM, 1), "utf-8")
    return folder


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return dear(tmp_path / "rules")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Path]]:
    """Runs already made, by what they were made from."""
    return tmp_path_factory.mktemp("runs"), {}


@pytest.fixture
def scan(
    tmp_path: Path, rules: Path, kept: tuple[Path, dict[str, Path]], monkeypatch: pytest.MonkeyPatch
) -> Scan:
    """Scan settlements (and lines) with the rule into a run folder."""
    monkeypatch.chdir(tmp_path)
    shelf, known = kept

    def run(name: str, settlements: Sequence[Row] = PEOPLE, *words: str, lines: Sequence[Row] = LINES) -> Path:  # fmt: skip
        tables: Mapping[str, Sequence[Row]] = {"settlement": settlements, "fee_item": lines}
        data = write(tmp_path / f"data-{name}", tables)
        if "--select" not in words:
            words = ("--select", "STY91", *words)
        texts = [file.read_text("utf-8") for file in sorted(rules.glob("*.sql"))]
        alike = repr((tables, words, texts, Path("medaudit-ledger.db").exists()))
        if alike not in known:
            place = shelf / str(len(known))
            with pytest.raises(SystemExit):
                main(["scan", str(data), "--out", str(place), "--output", "list.csv", "--quiet", "--rules", "rules", *words])  # fmt: skip
            known[alike] = place
        shutil.copytree(known[alike], name)
        return Path(name)

    return run


def told_of(typed: Type, old: Path, new: Path) -> list[dict[str, str]]:
    """The differences as rows of CSV."""
    text = typed("compare", old, new, "--format", "csv").stdout
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def findings(rows: Sequence[Mapping[str, str]]) -> list[tuple[str, ...]]:
    """kind, subject, yuan before and after, and reason of each differing finding."""
    names = ("kind", "subject_id", "amount_old", "amount_new", "reason")
    return sorted(tuple(row[name] for name in names) for row in rows if row["of"] == "finding")


def test_a_run_equals_itself_and_says_so(typed: Type, scan: Scan) -> None:
    run = scan("one")
    told = typed("compare", run, run, "--fail-on", "new")
    assert told.exit_code == 0
    assert "完全相同" in told.stdout
    assert "条件不同" not in told.stdout
    assert told_of(typed, run, run) == []


def test_the_order_of_the_rows_makes_no_difference(typed: Type, scan: Scan) -> None:
    old, new = scan("one"), scan("two", PEOPLE[::-1], lines=LINES[::-1])
    told = typed("compare", old, new)
    assert "完全相同" in told.stdout
    # The files are others all the same.
    assert "输入文件：旧的 2 个、新的 2 个" in told.stdout


def test_runs_in_two_languages_are_equal(typed: Type, scan: Scan) -> None:
    old, new = scan("one"), scan("two", PEOPLE, "--lang", "en")
    assert told_of(typed, old, new) == []


def test_one_more_settlement_is_new_data_and_gone_the_other_way_round(
    typed: Type, scan: Scan
) -> None:
    old, new = scan("one", PEOPLE[:4]), scan("two")
    assert findings(told_of(typed, old, new)) == [("new", "S5", "", "700.00", "data")]
    assert findings(told_of(typed, new, old)) == [("gone", "S5", "700.00", "", "data")]


def test_the_suspects_that_are_new_are_so_for_the_reason_of_their_findings(
    typed: Type, scan: Scan
) -> None:
    rows = told_of(typed, scan("one", PEOPLE[:4]), scan("two"))
    [new] = [row for row in rows if row["of"] == "suspect" and row["kind"] == "new"]
    # Five alike: ties go by id, so the fifth comes last.
    assert (new["subject_id"], new["rank_old"], new["rank_new"], new["reason"]) == ("S5", "", "5", "data")  # fmt: skip


def test_a_larger_bill_is_a_changed_amount_of_the_same_finding(typed: Type, scan: Scan) -> None:
    dearer = [*PEOPLE[:4], PEOPLE[4] | {"medfee_sumamt": 2000, "fund_pay_sumamt": 1500}]
    old, new = scan("one"), scan("two", dearer)
    rows = told_of(typed, old, new)
    assert findings(rows) == [("changed", "S5", "700.00", "1500.00", "records")]
    suspects = {row["subject_id"]: row for row in rows if row["of"] == "suspect"}
    # It passes the four that were before it, who did not change themselves.
    assert (suspects["S5"]["kind"], suspects["S5"]["rank_old"], suspects["S5"]["rank_new"]) == ("moved", "5", "1")  # fmt: skip
    assert {suspects[f"S{i}"]["reason"] for i in range(1, 5)} == {"others"}


def test_a_changed_parameter_is_the_reason_of_what_it_drops(
    typed: Type, scan: Scan, tmp_path: Path
) -> None:
    cheap = [*PEOPLE[:4], PEOPLE[4] | {"medfee_sumamt": 600, "fund_pay_sumamt": 400}]
    (tmp_path / "strict.toml").write_text("[params.STY91]\nleast = 800\n")
    old, new = scan("one", cheap), scan("two", cheap, "--config", "strict.toml")
    assert findings(told_of(typed, old, new)) == [("gone", "S5", "400.00", "", "params")]
    assert "参数改了：STY91" in typed("compare", old, new).stdout


def test_a_parameter_written_out_as_it_was_is_no_change(
    typed: Type, scan: Scan, tmp_path: Path
) -> None:
    (tmp_path / "same.toml").write_text("[params.STY91]\nleast = 500\n")
    told = typed("compare", scan("one"), scan("two", PEOPLE, "--config", "same.toml"))
    assert "条件不同" not in told.stdout


def test_a_rewritten_rule_is_the_reason_of_what_it_finds_otherwise(
    typed: Type, scan: Scan, rules: Path
) -> None:
    old = scan("one")
    dear(rules, "v.charge >= $least AND v.setl_id <> 'S2'")
    assert findings(told_of(typed, old, scan("two"))) == [("gone", "S2", "700.00", "", "rule_version")]  # fmt: skip


def test_an_ignored_rule_is_the_reason_that_its_findings_are_gone(
    typed: Type, scan: Scan, rules: Path
) -> None:
    rule(rules, "BIL91", of_line("l.setl_id = 'S1'"))
    both = ("--select", "STY91", "--select", "BIL91")
    old, new = scan("one", PEOPLE, *both), scan("two", PEOPLE, *both, "--ignore", "BIL")
    told = findings(told_of(typed, old, new))
    # The line of 10 yuan in a bill of 1,000, of which the fund paid 700.
    assert told == [("gone", "S1", "7.00", "", "selection")]
    assert "未选用此规则：BIL91" in typed("compare", old, new).stdout


def test_a_rule_that_was_skipped_is_the_reason_that_its_findings_are_new(
    typed: Type, scan: Scan, rules: Path
) -> None:
    rule(rules, "BIL91", of_line("l.setl_id = 'S1'"))
    file = rules / "BIL91.sql"
    file.write_text(file.read_text("utf-8").replace("prior =", 'needs = ["fee_item"]\nprior =', 1))
    old, new = scan("one", PEOPLE, "--select", "BIL91", lines=()), scan("two", PEOPLE, "--select", "BIL91")  # fmt: skip
    assert findings(told_of(typed, old, new)) == [("new", "S1", "", "7.00", "rule_skipped")]


def test_a_hit_told_within_another_rules_finding_is_not_unexplained(
    typed: Type, scan: Scan, rules: Path
) -> None:
    rule(rules, "STY92", of_visit("v.setl_id = 'S1'"), subsumes='["STY91"]')
    old, new = scan("one"), scan("two", PEOPLE, "--select", "STY9")
    assert findings(told_of(typed, old, new)) == [
        ("gone", "S1", "700.00", "", "covered"),
        ("new", "S1", "", "700.00", "selection"),
    ]


def test_a_dismissed_finding_stays_and_its_suspect_goes_because_it_was_decided(
    typed: Type, scan: Scan
) -> None:
    old = scan("one")
    first = duckdb.sql("SELECT finding_id FROM 'one/findings.parquet' WHERE setl_id = 'S3'").fetchall()[0][0]  # fmt: skip
    typed("review", "decide", first, "--as", "dismissed", "--why", "补录", "--run", old)
    rows = told_of(typed, old, scan("two"))
    assert findings(rows) == []
    gone = [row for row in rows if row["kind"] == "gone" and row["subject_type"] == "settlement"]
    assert [(row["subject_id"], row["reason"]) for row in gone] == [("S3", "decided")]


def test_what_nothing_explains_is_called_unexplained(typed: Type, scan: Scan) -> None:
    old = scan("one")
    shutil.copytree(old, "forged")
    _forge("forged/findings.parquet", "* REPLACE (CASE setl_id WHEN 'S1' THEN 1 ELSE amount END AS amount)")  # fmt: skip
    assert findings(told_of(typed, old, Path("forged"))) == [("changed", "S1", "700.00", "1.00", "unexplained")]  # fmt: skip


def test_only_a_new_finding_of_the_level_fails(typed: Type, scan: Scan) -> None:
    old, new = scan("one", PEOPLE[:4]), scan("two")  # the new one is suspected

    def code(*words: object) -> int:
        return typed("compare", *words).exit_code

    assert code(old, new) == 0
    assert code(old, new, "--fail-on", "new") == 1
    assert code(old, new, "--fail-on", "suspected") == 1
    assert code(old, new, "--fail-on", "violation") == 0
    assert code(new, old, "--fail-on", "new") == 0


def test_by_and_top_limit_what_is_listed(typed: Type, scan: Scan) -> None:
    old, new = scan("one", PEOPLE[:2]), scan("two")
    rows = json.loads(typed("compare", old, new, "--by", "settlement", "--top", "1", "--format", "json").stdout)  # fmt: skip
    assert [(row["of"], row["kind"]) for row in rows] == [("finding", "new"), ("suspect", "new")]
    assert {row["subject_type"] for row in rows} == {"settlement"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_screen_fits_eighty_columns_and_masks_names(
    typed: Type, scan: Scan, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    old, new = scan("one", PEOPLE[:2]), scan("two")
    told = typed("compare", old, new, "--lang", language).stdout
    assert all(width(one) <= 80 for one in told.splitlines())
    assert "王小五" not in told
    assert "王**" in told
    assert "3 (2,100)" in told  # three more of 700 yuan


def test_a_file_has_every_difference_with_names_in_full(typed: Type, scan: Scan) -> None:
    old, new = scan("one", PEOPLE[:4]), scan("two")
    assert typed("compare", old, new, "--output", "all.csv").exit_code == 0
    text = Path("all.csv").read_text("utf-8")
    assert "王小五" in text
    assert typed("compare", old, new, "--output", "all.xlsx").exit_code == 0


def test_a_run_of_an_older_form_is_compared_as_far_as_it_goes(typed: Type, scan: Scan) -> None:
    old, new = scan("one"), scan("two")
    _forge("one/findings.parquet", "* EXCLUDE (packaged)")
    Path("one/claims.parquet").unlink()
    file = Path("one/run.json")
    told = json.loads(file.read_text("utf-8")) | {"medaudit": "0.0.1"}
    del told["inputs"]
    for entry in told["detectors"]:
        del entry["version"]
    file.write_text(json.dumps(told), "utf-8")
    shown = typed("compare", old, new).stdout
    for lacking in ("0.0.1", "findings.packaged", "claims.parquet", "run.json inputs", "detectors.version"):  # fmt: skip
        assert lacking in shown.replace("\n", "")
    assert "完全相同" in shown


@pytest.mark.parametrize("folder", ["nowhere", "data-one"])
def test_a_folder_without_a_run_is_named(typed: Type, scan: Scan, folder: str) -> None:
    run = scan("one")
    told: Told = typed("compare", run, folder)
    assert told.exit_code == 2
    assert folder in told.stderr


def test_a_run_without_what_is_compared_is_named(typed: Type, scan: Scan) -> None:
    old, new = scan("one"), scan("two")
    _forge("one/findings.parquet", "* EXCLUDE (amount)")
    told = typed("compare", old, new)
    assert told.exit_code == 2
    assert "findings.parquet" in told.stderr
    assert "amount" in told.stderr


CASES = read_cases(read_rule(FOLDER / "links" / "card_ring.sql", own=True).cases)
RING = next(case for case in CASES if "one after another on three days" in case.name)


def ring_runs(place: Path, without: str) -> tuple[Path, Path]:
    """Two runs of five cards used one after another, into folders of their own; the later one does not have one of the people."""
    made = []
    for name, gone in (("ring-old", ""), ("ring-new", without)):
        data = place / f"data-{name}"
        data.mkdir()
        for table, text in RING.tables.items():
            kept = [
                row for row in text.strip().splitlines() if not gone or gone not in row.split(",")
            ]
            (data / f"{table}.csv").write_text("\n".join(kept) + "\n", "utf-8")
        audit_to(place / name, [data], Plan(select=("LNK01",)))
        made.append(place / name)
    return made[0], made[1]


def ring_of(run: Path) -> str:
    return str(duckdb.sql(f"SELECT ring_id FROM '{run}/ring.parquet'").fetchall()[0][0])


def test_a_ring_that_lost_the_one_it_is_called_after_is_the_same_ring(
    typed: Type, tmp_path: Path
) -> None:
    # One of the five gives the ring its id; whoever that is does not come in the later run.
    for who in (f"P{i}" for i in range(5)):
        (tmp_path / who).mkdir()
        old, new = ring_runs(tmp_path / who, who)
        if ring_of(old) != ring_of(new):
            break
    assert ring_of(old) != ring_of(new)
    rows = told_of(typed, old, new)
    ring = [row for row in rows if row["subject_type"] == "ring"]
    assert {row["kind"] for row in ring} == {"changed"}
    assert {row["subject_id"] for row in ring} == {ring_of(new)}
    # Only what was about the one who left is gone; nothing is new.
    found = [row for row in rows if row["of"] == "finding"]
    assert {row["subject_id"] for row in found if row["kind"] == "gone"} == {who}
    assert not [row for row in rows if row["kind"] == "new"]
    told = typed("compare", old, new).stdout.replace("\n", "")
    assert f"{ring_of(old)} → {ring_of(new)}" in told


def test_a_ring_of_other_people_is_another_ring(typed: Type, tmp_path: Path) -> None:
    old, new = ring_runs(tmp_path, "")
    assert told_of(typed, old, new) == []
    others = Path(shutil.copytree(new, tmp_path / "others"))
    _forge(
        f"{others}/ring_member.parquet",
        "* REPLACE ('X' || person_id AS person_id, 'RC00000000' AS ring_id)",
    )
    _forge(f"{others}/ring.parquet", "* REPLACE ('RC00000000' AS ring_id)")
    assert renamed(old, others) == {}
    assert renamed(old, new) == {}


def test_runs_of_other_places_are_told_to_be_so(typed: Type, scan: Scan) -> None:
    old = scan("one")
    elsewhere = [one | {"setl_id": f"Z{i}", "psn_no": f"Z{i}", "fixmedins_code": "Z"} for i, one in enumerate(PEOPLE)]  # fmt: skip
    new = scan("two", elsewhere, lines=[line(f"Z{i}", setl_id=f"Z{i}") for i in range(5)])
    assert "没有共同的机构" in typed("compare", old, new).stdout
    assert "没有共同的机构" not in typed("compare", old, old).stdout


def test_runs_given_the_wrong_way_round_are_told_to_be_so(typed: Type, scan: Scan) -> None:
    old, new = scan("one"), scan("two", PEOPLE[:4])
    saying(old, finished="2025-01-01T08:00:00+08:00")
    saying(new, finished="2025-01-01T01:00:00+00:00")  # an hour later
    assert "写反了" not in typed("compare", old, new).stdout
    assert "写反了" in typed("compare", new, old).stdout


def _forge(file: str, columns: str) -> None:
    """Rewrite a Parquet file of a run with other columns."""
    forgetting(Path(file).parent)
    rows = duckdb.sql(f"SELECT {columns} FROM '{file}'").to_arrow_table()
    import pyarrow.parquet as pq

    pq.write_table(rows, file)
