"""Scheme files: ours hold together, and a bad one is refused with everything that is wrong in it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from medaudit.errors import MedauditError
from medaudit.ledger.points import read
from medaudit.ledger.schemes import FOLDER

OURS = ("national2024", "qinzhou", "lixin", "liaocheng")
GOOD = """
name = "own"
for = "points"
from = 2025-01-01
full = 12
title = { zh = "本地", en = "local" }
source = { zh = "文件", en = "a paper" }
verified = { zh = "无", en = "nothing" }
unverified = { zh = "全部", en = "everything" }
"""
TIER = '\n[[tier]]\nlow = {}\nhigh = {}\ntrigger = {{ zh = "甲", en = "a" }}\n'


def refusal(folder: Path, text: str) -> str:
    path = folder / "own.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(MedauditError) as refused:
        read(str(path))
    return str(refused.value)


@pytest.mark.parametrize("name", OURS)
def test_our_schemes_are_good_and_say_where_they_come_from(name: str) -> None:
    scheme = read(name)
    assert scheme.name == name
    assert (FOLDER / f"{name}.toml").is_file()
    assert all(scheme.unverified.values())


def test_an_own_scheme_is_read(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(GOOD + TIER.format(1, 3) + "\n[[effect]]\nlost = 2.5\nmonths = [1, 2]\n", "utf-8")  # fmt: skip
    scheme = read(str(tmp_path / "own.toml"))
    assert (scheme.full, scheme.effects[0].lost, scheme.effects[0].months) == (12, Decimal("2.5"), (1, 2))  # fmt: skip


def test_an_unknown_scheme_is_refused_with_the_likely_name() -> None:
    with pytest.raises(MedauditError, match="是不是 qinzhou"):
        read("qinzhuo")


def test_a_scheme_of_credit_is_none_of_points() -> None:
    with pytest.raises(MedauditError, match="points"):
        read("aaa")


def test_a_gap_between_tiers_is_refused(tmp_path: Path) -> None:
    assert "空档" in refusal(tmp_path, GOOD + TIER.format(1, 3) + TIER.format(5, 6))


def test_overlapping_tiers_are_refused(tmp_path: Path) -> None:
    assert "重叠" in refusal(tmp_path, GOOD + TIER.format(1, 3) + TIER.format(3, 6))


def test_limits_that_do_not_rise_are_refused(tmp_path: Path) -> None:
    effects = "\n[[effect]]\nlost = 6\nmonths = 1\n\n[[effect]]\nlost = 4\nmonths = 3\n"
    assert "没有比前一条高" in refusal(tmp_path, GOOD + effects)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('source = { zh = "文件", en = "a paper" }\n', "").replace("full = 12", 'full = "twelve"')  # fmt: skip
    told = refusal(tmp_path, text + "fulll = 3\n" + TIER.format('"one"', 3) + "\n[[effect]]\nlost = 4\n\n[[effect]]\nlost = 5\nbelow = 3\nmonths = 0\n")  # fmt: skip
    for said in (
        "缺少 source", "full 的值不对", "不认识：fulll", "是不是 full？", "tier[1].low 的值不对", "effect[1] 缺少 months",
        "lost 或 below", "effect[2].months 的值不对",
    ):  # fmt: skip
        assert said in told
    assert told.count("own.toml: ") == 7


def test_provenance_in_one_language_only_is_refused(tmp_path: Path) -> None:
    assert "verified 的值不对" in refusal(tmp_path, GOOD.replace('{ zh = "无", en = "nothing" }', '{ zh = "无" }'))  # fmt: skip


def test_a_file_that_is_no_toml_or_not_there_is_refused(tmp_path: Path) -> None:
    assert "不是有效的 TOML" in refusal(tmp_path, "name =")
    with pytest.raises(MedauditError, match="读不到方案文件"):
        read(str(tmp_path / "none.toml"))
