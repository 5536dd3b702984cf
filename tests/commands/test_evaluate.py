"""`medaudit evaluate` as it is typed: the page in two languages, the documents, the picture, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

import medaudit
from medaudit.cli import main
from medaudit.output.wrap import width
from medaudit.synth.county import Order
from medaudit.synth.simulate import simulate
from tests.synth.scoring.by_hand import PLANTED, write_run, write_truth

Typed = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data"
CHINESE = re.compile(r"[一-鿿]")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def evaluate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Typed:
    """Type `medaudit evaluate run truth.csv …` beside the run that is scored by hand."""
    monkeypatch.chdir(tmp_path)
    write_run(tmp_path / "run")
    write_truth(tmp_path / "truth.csv", PLANTED)

    def typed(*arguments: str, run: str = "run", truth: str = "truth.csv") -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["evaluate", run, truth, *arguments])
        told = capfd.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return typed


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_fits_a_terminal_of_eighty_columns(evaluate: Typed, language: str) -> None:
    code, out, err = evaluate("--lang", language)
    assert (code, err) == (0, "")
    assert max(map(width, out.split("\n"))) <= 80


def test_the_page_has_its_sections_and_says_what_it_is_about(evaluate: Typed) -> None:
    out = evaluate()[1]
    for heading in ("查全率", "查准率", "强弱不同", "每条规则", "相似的正当情形", "名单：结算"):
        assert heading in out
    assert "40 笔结算" in out
    assert "合成数据" in out
    assert "孤立森林" in out


def test_the_english_page_has_no_chinese_but_the_names_of_rules(evaluate: Typed) -> None:
    out = evaluate("--lang", "en")[1].replace("规则", "")
    assert not CHINESE.search(out)
    assert "False alarms on innocent lookalikes" in out


def test_nobody_is_called_a_fraud(evaluate: Typed) -> None:
    for language in ("zh", "en"):
        out = evaluate("--lang", language)[1].lower()
        assert "fraud" not in out
        assert "欺诈" not in out


def test_json_holds_everything(evaluate: Typed) -> None:
    told = json.loads(evaluate("--format", "json")[1])
    assert told["overall"]["recall"]["settlement"]["value"] == 0.5
    assert told["schemes"]["double"]["rules"] == ["AAA01"]
    assert told["lookalikes"]["cycle"]["per_10000_settlements"] == 250
    assert told["rules"]["BBB01"]["precision"]["settlement"]["of"] == 2
    ours = told["lists"]["settlement"]["orders"]["medaudit"]
    assert ours["cases_for_50"]["value"] == 11
    assert ours["curve"][-1] == [40, 1]
    assert set(told["lists"]["settlement"]["orders"]) == {
        "medaudit", "best", "rules", "amount", "forest", "random",
    }  # fmt: skip


def test_json_is_the_same_in_both_languages_but_for_what_is_told(evaluate: Typed) -> None:
    zh, en = (json.loads(evaluate("--format", "json", "--lang", one)[1]) for one in ("zh", "en"))
    assert zh["lists"] == en["lists"]
    assert zh["rules"] == en["rules"]


def test_csv_has_one_row_a_scheme(evaluate: Typed) -> None:
    out = evaluate("--format", "csv")[1]
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert [row["scheme"] for row in rows] == ["all", "double", "phantom"]
    assert rows[0]["settlement_recall"] == "0.5"
    assert rows[1]["planted_amount"] == "70.00"
    assert rows[2]["line_recall"] == ""


def test_markdown_is_the_page(evaluate: Typed) -> None:
    out = evaluate("--format", "markdown")[1]
    assert "## 查到了多少" in out
    assert "| double" in out


def test_files_are_written_by_their_endings(evaluate: Typed, tmp_path: Path) -> None:
    for name in ("score.json", "score.csv", "score.md", "score.txt", "score.xlsx"):
        assert evaluate("--output", name)[:2] == (0, "")
        assert (tmp_path / name).stat().st_size > 500
    assert json.loads((tmp_path / "score.json").read_text("utf-8"))["schemes"]


def test_the_picture_is_svg_with_six_lines_a_list(evaluate: Typed, tmp_path: Path) -> None:
    assert evaluate("--picture", "work.svg")[0] == 0
    text = (tmp_path / "work.svg").read_text("utf-8")
    root = ElementTree.fromstring(text)
    curves = [
        line for line in root.iter(f"{SVG}polyline") if len(line.get("points", "").split()) > 2
    ]
    # The hospitals are two: theirs have two points. Patients and settlements are drawn.
    assert len(curves) == 2 * 6
    words = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert {"medaudit", "最优排序", "只看金额", "只数疑点", "孤立森林", "随机", "查回金额"} <= set(
        words
    )
    assert "Noto Sans CJK SC" in text


def test_the_picture_stays_within_its_frame(evaluate: Typed, tmp_path: Path) -> None:
    evaluate("--picture", "work.svg")
    root = ElementTree.fromstring((tmp_path / "work.svg").read_text("utf-8"))
    wide, high = float(root.get("width", 0)), float(root.get("height", 0))
    for text in root.iter(f"{SVG}text"):
        half = 7.2 * width(text.text or "") / 2 if text.get("text-anchor") == "middle" else 0
        assert float(text.get("x", -1)) - half * (not text.get("transform")) >= 0
        assert float(text.get("x", 0)) + half <= wide
        assert 0 < float(text.get("y", 0)) < high


def test_scoring_again_gives_the_same_bytes(evaluate: Typed, tmp_path: Path) -> None:
    first = evaluate("--picture", "one.svg", "--format", "json")[1]
    assert evaluate("--picture", "two.svg", "--format", "json")[1] == first
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_how_many_cases_are_looked_at_can_be_chosen(evaluate: Typed) -> None:
    told = json.loads(evaluate("--format", "json", "--k", "3,1")[1])
    ours = told["lists"]["settlement"]["orders"]["medaudit"]
    assert ours["precision_at_1"]["value"] == 1
    assert "precision_at_20" not in ours


@pytest.mark.parametrize("k", ["", "0", "ten", "5;6", "-1"])
def test_cases_that_are_no_numbers_are_refused(evaluate: Typed, k: str) -> None:
    code, _, err = evaluate(f"--k={k}")
    assert code == 2
    assert "20,50,100" in err


def test_a_wrong_ending_is_told_before_the_work(evaluate: Typed) -> None:
    code, out, err = evaluate("--picture", "work.png", run="nowhere")
    assert (code, out) == (2, "")
    assert "work.svg" in err
    assert "nowhere" not in err


def test_what_cannot_be_scored_ends_with_two_and_every_problem(evaluate: Typed) -> None:
    code, out, err = evaluate(run="nowhere", truth="nothing.csv")
    assert (code, out) == (2, "")
    assert "nowhere" in err
    assert "nothing.csv" in err
    assert "Traceback" not in err


def test_a_run_that_found_nothing_is_scored_honestly(evaluate: Typed, tmp_path: Path) -> None:
    empty = write_run(tmp_path / "empty")
    for name in ("findings", "finding_lines", "claims", "suspects"):
        path = empty / f"{name}.parquet"
        pd.read_parquet(path).iloc[:0].to_parquet(path)
    code, out, err = evaluate("--format", "json", run="empty")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["overall"]["recall"]["settlement"]["value"] == 0
    assert told["lists"]["settlement"]["orders"]["medaudit"]["lift"]["value"] == 1
    assert evaluate(run="empty")[0] == 0


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A scan of a simulated county, and its truth."""
    folder = tmp_path_factory.mktemp("county")
    simulate(folder / "county", Order(3000, 31), threads=1)
    medaudit.audit(folder / "county" / "data", out=folder / "run", threads=1)
    return folder / "run", folder / "county" / "truth.csv"


def test_a_simulated_county_is_scored_from_its_files(
    evaluate: Typed, county: tuple[Path, Path]
) -> None:
    run, truth = map(str, county)
    code, out, _ = evaluate("--format", "json", run=run, truth=truth)
    told = json.loads(out)
    assert code == 0
    assert 0.1 < told["overall"]["recall"]["settlement"]["value"] < 1
    assert told["lookalikes"]["all"]["named_as_violation"]["settlement"]["value"] == 0
    assert "IDN01" in told["schemes"]["billed_after_death"]["rules"]
    assert "LNK01" in told["schemes"]["card_ring"]["rules"]
    # No rule looks for it, and that is shown, not hidden.
    assert told["schemes"]["dental_substitution"]["rules"] == []
    orders = told["lists"]["settlement"]["orders"]
    area = {name: order["area"]["value"] for name, order in orders.items()}
    assert area["best"] == 1
    precision = {name: order["average_precision"]["value"] for name, order in orders.items()}
    # What doctors and places do stands on their lists, so this one misses those settlements and is right about the rest.
    assert precision["medaudit"] > 1.5 * max(precision["amount"], precision["forest"])
    assert precision["random"] == pytest.approx(told["lists"]["settlement"]["base_rate"])
