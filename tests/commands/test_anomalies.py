"""`medaudit anomalies`: the list, the pictures, and what is refused before any work."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from medaudit.output.svg import LETTER
from medaudit.output.wrap import width
from tests.small_county import generate, settlement, write
from tests.typed import Type

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("county") / "data", generate(seed=5, people=150))


@pytest.fixture
def anomalies(typed: Type) -> Type:
    return lambda *words: typed("anomalies", *words, "--quiet")


@pytest.fixture
def scan(typed: Type) -> Type:
    return lambda *words: typed("scan", *words)


def test_a_list_with_both_pictures(anomalies: Type, data: Path, tmp_path: Path) -> None:
    funnel, profile = tmp_path / "漏斗.svg", tmp_path / "对比.svg"
    told = anomalies(data, "--by", "doctor", "--top", 2, "--funnel", funnel, "--profile", profile)
    assert told.exit_code == 0
    assert "突出之处" in told.stdout
    for path in (funnel, profile):
        words = [one.text or "" for one in ElementTree.parse(path).iter(f"{SVG}text")]
        assert any("同类" in one for one in words)
    dots = list(ElementTree.parse(funnel).iter(f"{SVG}circle"))
    assert dots
    assert all(dot.find(f"{SVG}title") is not None for dot in dots)


def test_percentiles_on_a_terminal_are_shares_with_as_many_decimals_each(
    anomalies: Type, data: Path
) -> None:
    told = anomalies(data, "--by", "doctor", "--top", 8).stdout
    assert len(re.findall(r"(?m)^ *\d  \S+ +\d\d\.\d\d%  ", told)) == 8


def test_labels_of_the_picture_are_not_clipped(typed: Type, data: Path, tmp_path: Path) -> None:
    picture = tmp_path / "profile.svg"
    typed("anomalies", data, "--by", "doctor", "--profile", picture, "--lang", "en", "--quiet")
    labels = [
        one
        for one in ElementTree.parse(picture).iter(f"{SVG}text")
        if one.get("text-anchor") == "end"
    ]
    assert labels
    for one in labels:
        assert float(one.get("x", 0)) - LETTER * width(one.text or "") >= 0


def test_as_json_every_row_has_its_peers_and_its_reason(anomalies: Type, data: Path) -> None:
    told = anomalies(data, "--by", "institution", "--format", "json", "--top", 3)
    rows = json.loads(told.stdout)
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert {"subject_id", "percentile", "z", "excess", "peer", "peers", "reason"} <= set(rows[0])
    tops = [row["percentile"] for row in rows]
    assert tops == sorted(tops, reverse=True)


def test_what_was_compared_and_left_out_is_told_after_the_list(
    typed: Type, data: Path, anomalies: Type
) -> None:
    told = typed("anomalies", data, "--by", "doctor", "--format", "json")
    json.loads(told.stdout)
    assert "与同类比较：医师" in told.stderr
    assert "未比较（" in told.stderr
    assert "不足 200 个" in told.stderr
    assert "剔除" in told.stderr
    assert anomalies(data, "--by", "doctor").stderr == ""


def test_that_nobody_stands_out_is_said(typed: Type, tmp_path: Path) -> None:
    rows = [
        settlement(f"{h}-{i}", psn_no=f"{h}-{i}", fixmedins_code=f"H{h}", med_type="11",
                   begndate="2025-03-03", enddate="2025-03-03")
        for h in range(8) for i in range(20)
    ]  # fmt: skip
    told = typed("anomalies", write(tmp_path / "equal", {"settlement": rows}))
    assert told.exit_code == 0
    assert "没有谁突出" in told.stderr


def test_names_of_people_are_masked(anomalies: Type, data: Path) -> None:
    rows = json.loads(anomalies(data, "--by", "patient", "--format", "json").stdout)
    assert all("*" in row["subject_name"] for row in rows if row["subject_name"])


def test_without_data_the_example_is_of_this_command(anomalies: Type) -> None:
    told = anomalies()
    assert told.exit_code == 2
    assert "medaudit anomalies 数据文件夹" in told.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--by", "settlement"], "settlement"),
        (["--funnel", "x.png"], ".svg"),
        (["--profile", "x.pdf"], ".svg"),
        (["--by", "doctor", "--funnel", "x.svg", "--feature", "stay_csot"], "stay_cost"),
        (["--by", "patient", "--funnel", "x.svg", "--feature", "visits"], "名次"),
        (["--by", "doctor", "--profile", "x.svg", "--subject", "NOBODY"], "NOBODY"),
        (["--by", "doctor", "--feature", "stay_cost"], "--funnel"),
    ],
    ids=[
        "settlements have no peers",
        "a funnel is an SVG",
        "a profile is an SVG",
        "the likely feature is named",
        "what goes by rank has no funnel",
        "a subject that is not there",
        "a feature without a picture to draw",
    ],
)
def test_what_cannot_be_done_is_told(
    anomalies: Type,
    data: Path,
    words: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = anomalies(data, *words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not list(tmp_path.glob("x.*"))


# ---- as part of a scan --------------------------------------------------------------------------


def test_a_scan_says_who_was_held_against_peers_and_ignoring_it_is_possible(
    scan: Type, data: Path, tmp_path: Path
) -> None:
    told = scan(data, "--out", tmp_path / "run", "--top", 1)
    assert "与同类比较" in told.stderr
    entries = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))["anomalies"]
    assert {entry["state"] for entry in entries} <= {"ran", "skipped"}
    told = scan(data, "--out", tmp_path / "without", "--ignore", "ANO", "--top", 1)
    assert "与同类比较" not in told.stderr
    assert json.loads((tmp_path / "without" / "run.json").read_text("utf-8"))["anomalies"] == []


def test_anomalies_alone_may_be_selected(scan: Type, data: Path, tmp_path: Path) -> None:
    told = scan(data, "--out", tmp_path / "run", "--select", "ANO")
    assert told.exit_code == 0
    run = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert run["detectors"] == []
    assert run["findings"] == 0


def test_some_are_drawn_at_random_from_below_the_list_and_marked(
    scan: Type, data: Path, tmp_path: Path
) -> None:
    told = scan(data, "--out", tmp_path / "run", "--top", 1, "--explore", 1, "--by", "settlement")
    assert told.stdout.count("［随机抽取］") == 1


def test_reviews_are_learnt_from_and_told(scan: Type, data: Path, tmp_path: Path) -> None:
    scan(data, "--out", tmp_path / "run", "--top", 1)
    import pandas as pd

    ids = pd.read_csv(tmp_path / "run" / "findings.csv")["finding_id"].head(6)
    rows = "".join(f"{one},{'查实' if i % 2 else '排除'}\n" for i, one in enumerate(ids))
    (tmp_path / "reviews.csv").write_text("finding_id,decision\n" + rows, "utf-8")
    told = scan(data, "--out", tmp_path / "run", "--reviews", tmp_path / "reviews.csv", "--top", 1)
    assert "复核结果调整过" in told.stderr
    reviews = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))["reviews"]
    assert reviews["reviewed"] > 0
    assert sum(one["confirmed"] + one["dismissed"] for one in reviews["rules"].values()) == 6
    for one in reviews["rules"].values():
        assert one["interval"][0] <= one["share"] <= one["interval"][1]
