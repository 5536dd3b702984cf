"""`medaudit links`: rings of a run or of files, one ring with its pictures and graphs, known cards outwards."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

from medaudit.cases import read_cases
from medaudit.cli import main
from medaudit.detectors.catalogue import FOLDER, read_rule
from tests.typed import Type

CASES = read_cases(read_rule(FOLDER / "links" / "card_ring.sql", own=True).cases)
RING = next(case for case in CASES if "one after another on three days" in case.name)
NOBODY = next(case for case in CASES if case.name == "three cards are clean")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ring")
    for name, text in RING.tables.items():
        (folder / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("run") / "run"
    with pytest.raises(SystemExit):
        main(["scan", str(data), "--out", str(place), "--quiet", "--select", "LNK"])
    return place


def test_the_list_of_a_run_and_of_its_files_are_the_same(
    typed: Type, data: Path, run: Path
) -> None:
    [of_run] = json.loads(typed("links", "--run", run, "--format", "json").stdout)
    [of_files] = json.loads(typed("links", data, "--format", "json", "--quiet").stdout)
    assert of_run == of_files
    assert (of_run["kind"], of_run["members"], of_run["sessions"], of_run["gap"]) == (
        "cards",
        5,
        3,
        61,
    )
    assert of_run["fund_money"] == 15 * 60


def test_the_list_fits_a_terminal_and_says_kinds_in_words(typed: Type, run: Path) -> None:
    told = typed("links", "--run", run)
    assert told.exit_code == 0
    assert "聚卡" in told.stdout
    assert "甲药店" in told.stdout
    assert "cards" in typed("links", "--run", run, "--lang", "en").stdout


@pytest.fixture
def ring_id(run: Path) -> str:
    import pyarrow.parquet as pq

    [name] = pq.read_table(run / "ring.parquet").column("ring_id").to_pylist()
    return str(name)


def test_a_ring_shows_its_members_masked_and_who_was_there_when(
    typed: Type, run: Path, ring_id: str
) -> None:
    told = typed("links", ring_id, "--run", run).stdout
    assert "P0  ■■■" in told
    assert "王*" in told
    assert "王某" not in told
    document = json.loads(typed("links", ring_id, "--run", run, "--format", "json").stdout)
    assert [m["who"] for m in document["members"]] == ["P0", "P1", "P2", "P3", "P4"]
    assert {m["sessions"] for m in document["members"]} == {3}
    assert [u["after"] for u in document["uses"][:5]] == [0, 61, 122, 183, 244]


def test_case_shows_a_ring_like_any_other_suspect(typed: Type, run: Path, ring_id: str) -> None:
    told = typed("case", ring_id, "--run", run).stdout
    assert "LNK01" in told
    assert "谁来过哪一次" in told
    assert "LNK01" in typed("case", "P0", "--run", run).stdout


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_a_ring_needs_nothing_from_outside(
    typed: Type, run: Path, ring_id: str, tmp_path: Path, language: str
) -> None:
    page = tmp_path / "群组.html"
    typed("links", ring_id, "--run", run, "--picture", page, "--lang", language)
    text = page.read_text("utf-8")
    links = set(re.findall(r"https?://[^\"' ]+", text))
    assert links == {"http://www.w3.org/2000/svg"}
    assert "<script" not in text
    assert "src=" not in text
    for svg in re.findall(r"<svg.*?</svg>", text, re.S):
        ElementTree.fromstring(svg)
    assert text.count("<svg") == 3
    assert "10:00:07" in text
    assert "王某" not in text


@pytest.mark.parametrize("ending", ["graphml", "gexf"])
def test_the_graph_opens_elsewhere(
    typed: Type, run: Path, ring_id: str, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"ring.{ending}"
    typed("links", ring_id, "--run", run, "--graph", file)
    graph = (nx.read_gexf if ending == "gexf" else nx.read_graphml)(file)
    kinds = sorted(told["kind"] for _, told in graph.nodes(data=True))
    assert kinds == ["institution"] + ["patient"] * 5
    # Every pair of the five was together three times, and each was at the pharmacy.
    together = [told["weight"] for *_, told in graph.edges(data=True) if told["kind"] == "together"]
    assert together == [3] * 10
    assert "None" not in file.read_text("utf-8")


def test_a_known_card_leads_to_the_others_of_its_ring(typed: Type, data: Path) -> None:
    told = typed("links", data, "--from", "P0", "--format", "json", "--top", 4, "--quiet")
    near = json.loads(told.stdout)
    assert sorted(one["person_id"] for one in near) == ["P1", "P2", "P3", "P4"]
    assert near[0]["score"] == 1


def test_what_cannot_be_answered_is_said(
    typed: Type, data: Path, run: Path, ring_id: str, tmp_path: Path
) -> None:
    for words, said in (
        (("links", "RC00000000", "--run", run), "没有编号为 RC00000000 的关联群组"),
        (("links", ring_id, "RC00000000", "--run", run), "一次只看一个群组"),
        (("links", "--run", tmp_path / "none"), ""),
        (("links", "--kind", "card", "--run", run), "cards"),
        (("links", ring_id, "--run", run, "--graph", "x.png"), ".graphml"),
        (("links", ring_id, "--run", run, "--picture", "x.png"), ".html"),
        (("links", "--run", run, "--picture", "x.html"), "图要指明一个群组"),
        (("links", "--from", "P0", "--run", run), "没有给出数据"),
        (("links", data, "--from", "nobody", "--quiet"), "nobody"),
    ):
        told = typed(*words)
        assert told.exit_code == 2, words
        assert said in told.stderr
        assert "Traceback" not in told.stderr


def test_a_run_without_links_says_so(typed: Type, data: Path, tmp_path: Path) -> None:
    typed("scan", data, "--out", tmp_path / "run", "--quiet", "--select", "STY01")
    told = typed("links", "--run", tmp_path / "run")
    assert told.exit_code == 2
    assert "没有找过关联" in told.stderr


def test_nobody_together_is_an_empty_list(typed: Type, tmp_path: Path) -> None:
    for name, text in NOBODY.tables.items():
        (tmp_path / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    told = typed("links", tmp_path, "--format", "json", "--quiet")
    assert (told.exit_code, json.loads(told.stdout)) == (0, [])


def test_the_order_of_rows_does_not_matter(typed: Type, data: Path, tmp_path: Path) -> None:
    for file in data.glob("*.csv"):
        head, *rows = file.read_text("utf-8").strip().split("\n")
        (tmp_path / file.name).write_text("\n".join([head, *rows[::-1]]) + "\n", "utf-8")
    lists = [
        typed("links", folder, "--format", "json", "--quiet").stdout for folder in (data, tmp_path)
    ]
    assert lists[0] == lists[1]


def of(rule: str, part: str) -> dict[str, str]:
    """The tables of the case of a link rule whose name has these words."""
    cases = read_cases(read_rule(FOLDER / "links" / f"{rule}.sql", own=True).cases)
    return dict(next(case for case in cases if part in case.name).tables)


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        ("card_ring", "where nobody's time of day is known"),
        ("admitted_together", ""),
        ("toured_patients", ""),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_ring_without_a_clock_shows_and_is_drawn_too(
    typed: Type, tmp_path: Path, rule: str, part: str, language: str
) -> None:
    for name, text in of(rule, part).items():
        (tmp_path / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    run = tmp_path / "run"
    typed("scan", tmp_path, "--out", run, "--quiet", "--select", "LNK")
    listed = json.loads(typed("links", "--run", run, "--format", "json").stdout)
    assert listed
    for ring in listed:
        for words in (
            (), ("--format", "json"), ("--picture", tmp_path / "r.html"), ("--picture", tmp_path / "r.svg"), ("--graph", tmp_path / "r.gexf"),
        ):  # fmt: skip
            told = typed("links", ring["ring_id"], "--run", run, "--lang", language, *words)
            assert told.exit_code == 0, told.stderr
        assert typed("case", ring["ring_id"], "--run", run, "--lang", language).exit_code == 0


def test_confirmed_findings_and_rings_lead_outwards_as_people_do(
    typed: Type, data: Path, run: Path, ring_id: str, tmp_path: Path
) -> None:
    import pyarrow.parquet as pq

    found = pq.read_table(run / "findings.parquet").to_pylist()
    of_p0 = next(f["finding_id"] for f in found if f["subject_id"] == "P0")
    reviews = tmp_path / "reviews.csv"
    near = {}
    for name, row in (("finding", f"{of_p0},,"), ("person", ",patient,P0")):
        reviews.write_text(f"decision,finding_id,subject_type,subject_id\nconfirmed,{row}\n")
        told = typed("links", data, "--reviews", reviews, "--run", run, "--format", "json")
        near[name] = [(one["person_id"], one["shared"]) for one in json.loads(told.stdout)]
    # The other four followed P0 at once on each of three days.
    assert near["finding"] == near["person"]
    assert near["person"][:4] == [(f"P{n}", 3) for n in (1, 2, 3, 4)]
    reviews.write_text(f"decision,finding_id,subject_type,subject_id\nconfirmed,,ring,{ring_id}\n")
    told = typed("links", data, "--reviews", reviews, "--run", run)
    assert (
        "P0、P1、P2、P3、P4 与别人同时出现" in told.stderr
    )  # all five are known, and were with nobody else
    reviews.write_text("decision,finding_id,subject_type,subject_id\ndismissed,,patient,P0\n")
    nobody = typed("links", data, "--reviews", reviews, "--run", run)
    assert nobody.exit_code == 2
    assert "没有查实" in nobody.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--from", "P0", "--kind", "cards"), ("--from", "P0", "--graph", "x.gexf"), ("--from", "P0", "--dense"),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together_are_refused(
    typed: Type, data: Path, words: tuple[str, ...]
) -> None:
    told = typed("links", data, *words)
    assert told.exit_code == 2
    assert "不能一起用" in told.stderr
