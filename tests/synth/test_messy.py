"""The messy export of a county: as untidy as real ones, and an audit finds in it what it finds in the clean county."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from medaudit import Audit, audit
from medaudit.synth.county import Order
from medaudit.synth.messy import messy
from medaudit.synth.simulate import simulate

PEOPLE = 1500
SEEDS = (1, 2)
# Moved back so that some stays lie over the end of a year.
EARLIER = 200  # days

# Codes that name nobody: a finding that names one of them names no doctor.
NOBODY = {"9999", "未知", "0000", "00000", "D00000"}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated county, moved back in time; settlements and lines in two files each."""
    made, folder = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("clean")
    simulate(made / "county", Order(PEOPLE, 8), threads=1)
    with duckdb.connect() as db:
        for path in sorted((made / "county" / "data").glob("*.parquet")):
            rows = db.read_parquet(str(path))
            columns = ", ".join(map(earlier, rows.columns, map(str, rows.types)))
            parts = (1, 2) if path.stem in ("settlement", "fee_item") else (1,)
            for part in parts:
                mine = f"ascii(right(setl_id, 1)) % 2 = {part - 1}" if len(parts) > 1 else "TRUE"
                target = folder / f"{path.stem}_{part:04}.parquet"
                rows.filter(mine).project(columns).write_parquet(str(target))
    return folder


def earlier(name: str, kind: str) -> str:
    if name == "brdy" or kind not in ("DATE", "TIMESTAMP"):
        return name
    return f"CAST({name} - to_days({EARLIER}) AS {kind}) AS {name}"


@pytest.fixture(scope="module")
def clean(county: Path) -> Audit:
    return audit(county)


@pytest.fixture(scope="module")
def exports(county: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    made = {}
    for seed in SEEDS:
        made[seed] = tmp_path_factory.mktemp("messy")
        messy(county, made[seed], seed)
    return made


@pytest.fixture(params=SEEDS)
def export(request: pytest.FixtureRequest, exports: dict[int, Path]) -> Path:
    return exports[request.param]


def told(done: Audit, cut: set[str]) -> pd.DataFrame:
    """Everything that findings.csv says; the first part of a stay settled in two goes by the stay's own id."""
    found = done.findings.copy()
    for column in ("setl_id", "subject_id"):
        first = found[column].isin({f"{setl_id}Z" for setl_id in cut})
        found.loc[first, column] = found.loc[first, column].str.removesuffix("Z")
    found["dr_codg"] = found["dr_codg"].mask(found["dr_codg"].isin(NOBODY))
    # A place with stays in two halves has more settlements, of which those that differ are a smaller share.
    share = found["rule"] == "BIL12"
    for column, told_as in (("reason", r"占 [\d.]+%"), ("evidence", r'"place_percent": [^,}]+')):
        found.loc[share, column] = found.loc[share, column].str.replace(told_as, "", regex=True)
    return found.sort_values("finding_id", ignore_index=True)


def texts(export: Path, name: str) -> list[str]:
    return [path.read_bytes().decode("gb18030") for path in sorted(export.glob(f"{name}*.csv"))]


def settled_in_two(export: Path) -> set[str]:
    """Ids of the stays' last settlements."""
    return set(re.findall(r"\b(25\d{14})Z", "".join(texts(export, "结算明细"))))


def test_an_audit_finds_in_the_messy_export_what_it_finds_in_the_clean_county(
    clean: Audit, export: Path
) -> None:
    found = audit(export)
    cut = settled_in_two(export)
    assert cut
    was, now = told(clean, cut), told(found, cut)
    assert len(was) > 50
    # A bill in two halves keeps its findings, but a share of its money may be rounded apart by cents.
    ours, theirs = was["setl_id"].isin(cut), now["setl_id"].isin(cut)
    pd.testing.assert_frame_equal(
        was[~ours].reset_index(drop=True), now[~theirs].reset_index(drop=True)
    )
    pd.testing.assert_frame_equal(money(was[ours]), money(now[theirs]), atol=0.05)

    before, after = clean.run["tables"], found.run["tables"]
    assert after["settlement"]["used"] == before["settlement"]["used"] + len(cut)
    assert after["fee_item"]["used"] == before["fee_item"]["used"]
    for table in before:
        assert after[table]["rejects"].keys() <= {"missing"} | before[table]["rejects"].keys()
        assert after[table]["aside"] == before[table]["aside"]
    assert not found.run["not_read"]


def money(found: pd.DataFrame) -> pd.DataFrame:
    """What the rules claim of each stay."""
    amounts = found.groupby(["rule", "setl_id"])[["charge_amount", "amount", "account_amount"]]
    return amounts.sum().astype(float)


def test_the_export_is_as_untidy_as_real_ones(export: Path) -> None:
    bills, lines = texts(export, "结算明细"), texts(export, "费用明细")
    assert len(bills) == len(lines) >= 12
    everything = "".join(bills)
    assert re.search("中途结算|中间结算", everything) and re.search("年终结算|年度结算", everything)
    assert re.search(r'"-?\d{1,3},\d{3}\.\d\d"', everything)
    assert all(word in "".join(lines) for word in ("9999", "未知", "D00000"))
    assert len(re.findall(r"\b25\d{14}T", everything)) > 10
    headers = {next(line for line in text.splitlines() if "单位：" not in line) for text in bills}
    assert len(headers) == len(bills)
    assert any(text.startswith("结算 ") for text in bills)
    assert {"\r\n" in text for text in bills} == {True, False}
    again = [row for text in lines for row in text.splitlines() if re.search(r"\b25\d{18}\b", row)]
    assert len(again) > len(set(again))
    assert (export / "机构和医师.xlsx").exists()


def test_the_same_seed_gives_the_same_bytes_whatever_the_threads(
    county: Path, exports: dict[int, Path], tmp_path: Path
) -> None:
    one, other = (digest(exports[seed]) for seed in SEEDS)
    for threads in (1, 4):
        messy(county, tmp_path / str(threads), SEEDS[0], threads=threads)
        assert digest(tmp_path / str(threads)) == one
    assert one.keys() == other.keys()
    assert not set(one.values()) & set(other.values())


def digest(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def test_settlements_alone_are_enough(county: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "settlement.parquet").write_bytes((county / "settlement_0001.parquet").read_bytes())
    messy(alone, tmp_path / "out", 1)
    assert {path.name[:4] for path in (tmp_path / "out").iterdir()} == {"结算明细"}


def test_a_folder_without_settlements_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="settlement"):
        messy(tmp_path, tmp_path / "out", 1)
