"""`medaudit simulate` as it is typed: what it writes, what it refuses, and that nothing of anybody's is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from medaudit.cli import main
from medaudit.synth import simulate as room
from medaudit.synth.units import known


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Exit code, output and errors of `medaudit simulate …` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, lang: str = "en") -> tuple[int, str, str]:
        try:
            main(["simulate", *words, "--lang", lang])
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capfd.readouterr()
        return code, out, err

    return run


def test_a_county_is_written_and_its_next_steps_are_told(typed, tmp_path: Path) -> None:
    code, out, err = typed("county", "--people", "120", "--seed", "4")
    assert (code, out) == (0, "")
    assert "medaudit scan county/data" in err and "medaudit evaluate" in err
    assert {path.name for path in Path("county").iterdir()} == {"data", "truth.csv", "README.md"}
    truth = pd.read_csv("county/truth.csv", dtype=str)
    assert list(truth) == ["scheme", "role", "subject_type", "subject_id", "setl_id", "feedetl_sn", "amount", "intensity"]  # fmt: skip
    assert "medaudit simulate county --people 120 --seed 4" in Path("county/README.md").read_text(
        "utf-8"
    )
    assert typed("quiet", "--people", "50", "-q") == (0, "", "")


def test_only_the_schemes_named_are_planted(typed) -> None:
    assert typed("one", "--people", "900", "--schemes", "over_price,second_eye", "-q")[0] == 0
    schemes = set(pd.read_csv("one/truth.csv")["scheme"])
    assert {"over_price"} <= schemes <= {"over_price", "over_price_at_limit", "second_eye"}
    assert typed("clean", "--people", "300", "--schemes", "none", "-q")[0] == 0
    assert pd.read_csv("clean/truth.csv").empty


def test_settings_say_how_much_of_a_scheme_there_is(typed) -> None:
    Path("none.toml").write_text("[simulate.over_price]\nrate = 0.0\n", "utf-8")
    Path("many.toml").write_text("[simulate.over_price]\nrate = 0.9\nshare = 1.0\n", "utf-8")
    rows = {}
    for name in ("none", "many"):
        words = (
            name,
            "--people",
            "400",
            "--schemes",
            "over_price",
            "--config",
            f"{name}.toml",
            "-q",
        )
        assert typed(*words)[0] == 0
        rows[name] = len(pd.read_csv(f"{name}/truth.csv"))
        assert "[simulate.over_price]" in Path(f"{name}/README.md").read_text("utf-8")
    assert rows["none"] == 0 and rows["many"] > 100


@pytest.mark.parametrize("form", [pytest.param("--csv", marks=pytest.mark.slow), "--messy"])
def test_other_forms_have_the_same_truth(typed, form: str) -> None:
    assert typed("plain", "--people", "200", "-q")[0] == 0
    assert typed("other", "--people", "200", form, "-q")[0] == 0
    assert Path("plain/truth.csv").read_bytes() == Path("other/truth.csv").read_bytes()
    assert any(path.suffix == ".csv" for path in Path("other/data").iterdir())


def test_everything_wrong_with_the_order_is_said_at_once(typed) -> None:
    code, out, err = typed(
        "county", "--people", "0", "--seed", "-3", "--schemes", "spilt_admission,card_ring"
    )
    assert (code, out) == (2, "")
    assert "--people" in err and "--seed" in err and "did you mean split_admission?" in err
    assert not Path("county").exists()


@pytest.mark.parametrize("schemes", ["none,card_ring", "", ","])
def test_schemes_that_make_no_sense_are_refused(typed, schemes: str) -> None:
    code, _, err = typed("county", "--schemes", schemes)
    assert code == 2 and "--schemes" in err


def test_an_unknown_scheme_is_answered_with_all_that_are_known(typed) -> None:
    code, _, err = typed("county", "--schemes", "xyz")
    assert code == 2
    assert all(name in err for name in known())


@pytest.mark.parametrize(
    "line",
    ["rate = nan", "rate = 2", "share = -1", 'strength = "much"', "strength = true", "speed = 1"],
)
def test_wrong_settings_are_named_with_their_file(typed, line: str) -> None:
    Path("mine.toml").write_text(f"[simulate.card_ring]\n{line}\n", "utf-8")
    code, _, err = typed("county", "--config", "mine.toml")
    assert code == 2 and "mine.toml" in err and "simulate.card_ring" in err


def test_a_folder_with_something_in_it_is_left_alone(typed) -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("keep", "utf-8")
    Path("mine/truth.csv").write_text("a,b\n", "utf-8")
    for words in ((), ("--force",)):
        code, _, err = typed("mine", "--people", "50", *words)
        assert code == 2 and "mine" in err
    assert Path("mine/notes.txt").read_text("utf-8") == "keep"
    Path("file").write_text("x", "utf-8")
    assert typed("file", "--people", "50")[0] == typed("file/below", "--people", "50")[0] == 2


def test_force_replaces_an_earlier_county_and_nothing_else(typed) -> None:
    assert typed("county", "--people", "50", "-q")[0] == 0
    code, _, err = typed("county", "--people", "60", "-q")
    assert code == 2 and "--force" in err
    assert typed("county", "--people", "60", "--force", "-q")[0] == 0
    assert "--people 60" in Path("county/README.md").read_text("utf-8")
    Path("county/report.docx").write_text("mine", "utf-8")
    assert typed("county", "--people", "60", "--force", "-q")[0] == 2
    assert Path("county/report.docx").exists()


def test_a_county_that_fails_leaves_the_earlier_one(typed, monkeypatch: pytest.MonkeyPatch) -> None:
    assert typed("county", "--people", "50", "-q")[0] == 0
    before = Path("county/truth.csv").read_bytes()

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(room, "write_county", full)
    assert typed("county", "--people", "60", "--force", "-q")[0] == 2
    assert Path("county/truth.csv").read_bytes() == before
    assert [path.name for path in Path().iterdir()] == ["county"]


def test_the_help_and_the_readme_are_in_both_languages(typed) -> None:
    typed("zh", "--people", "50", lang="zh")
    typed("en", "--people", "50", lang="en")
    assert "模拟县" in Path("zh/README.md").read_text("utf-8")
    assert "simulated county" in Path("en/README.md").read_text("utf-8")
    assert Path("zh/truth.csv").read_bytes() == Path("en/truth.csv").read_bytes()


@pytest.mark.parametrize(
    "people", [1, 12, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 3, 5))]
)
def test_the_smallest_counties_can_be_made_and_audited(typed, people: int) -> None:
    for seed in ("1", "2", "3"):
        assert typed(f"c{seed}", "--people", str(people), "--seed", seed, "-q")[0] == 0
        assert pd.read_parquet(f"c{seed}/data/person.parquet").shape[0] == people
    assert json.dumps(pd.read_csv("c1/truth.csv").columns.tolist())
