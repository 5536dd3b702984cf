"""The file as a whole: nothing from outside, nobody's name, and no value that could become code."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from medaudit.language import speak
from medaudit.report import page
from tests.report.conftest import SECRETS, Made, data, scanned
from tests.small_county import csv_text, settlement


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_needs_nothing_from_outside(run: Path, made: Made, language: str) -> None:
    speak(language)
    html = made(run)
    assert set(re.findall(r"https?://[^\"'`\s<]+", html)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(?:link|img|iframe|object|embed|base)\b", html)
    assert not re.search(r"\s(?:src|action|style|on\w+)=", html.partition("<script")[0])


def test_the_policy_allows_this_script_and_this_style_and_nothing_else(
    run: Path, made: Made
) -> None:
    html = made(run)
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    policy = policy.replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    [script] = re.findall(r"<script>(.*?)</script>", html, re.S)
    [style] = re.findall(r"<style>(.*?)</style>", html, re.S)
    for kind, text in (("script-src", script), ("style-src", style)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy


def test_json_cannot_leave_its_element() -> None:
    hostile = {"a": "</script><!--<script>", "b": ["&lt;\u2028\u2029", "\"'`\\"]}
    text = page.embedded(hostile)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == hostile


def test_numbers_that_json_lacks_are_no_data() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        page.embedded({"a": float("nan")})


def test_values_that_look_like_code_stay_values(hostile_run: Path, made: Made) -> None:
    html = made(hostile_run)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html
    # What the page carries is what the run holds, letter by letter.
    names = data(html, "lists")["kinds"]["institution"]["name"]
    assert set(names) == {'</script><script>alert("甲")</script>&amp;院'}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nobody_is_named_unless_told(run: Path, made: Made, language: str) -> None:
    speak(language)
    html = made(run)
    found = [secret for secret in SECRETS if secret in html]
    assert not found


def test_nobody_in_a_ring_is_named_either(ring_run: Path, made: Made) -> None:
    html = made(ring_run)
    ring = next(iter(data(html, "detail")["pages"]["ring"].values()))["ring"]
    assert "王某" not in html
    # Masked numbers read alike, so that a number of the ring's own tells members apart.
    assert len({member[0] for member in ring["members"]}) == 5
    assert all("*" in member[0] for member in ring["members"])


def test_the_same_run_makes_the_same_page(run: Path, made: Made) -> None:
    assert made(run) == made(run)


def test_the_day_of_birth_is_no_more_told_than_the_certificate_it_stands_in(
    run: Path, made: Made
) -> None:
    assert "1950-01-01" not in made(run)
    assert "1950 年出生" in made(run)
    assert "1950-01-01 出生" in made(run, reveal=True, who="甲", why="查办")


def test_a_number_of_one_digit_is_masked_alone_and_spoils_no_other(
    tmp_path: Path, made: Made
) -> None:
    rows = [settlement(f"S{i}", psn_no="2", psn_name="丁", fixmedins_code=f"H{i}") for i in (1, 2)]
    place = scanned({"settlement": csv_text(rows)}, tmp_path)
    [page] = data(made(place), "detail")["pages"]["patient"].values()
    told = dict(page["facts"])
    assert told["人员"] == "丁 *"
    assert "2025-03-01" in told["期间"]


def test_members_of_a_ring_are_named_where_names_are_revealed(ring_run: Path, made: Made) -> None:
    def names(**order: object) -> set[str]:
        [page] = data(made(ring_run, **order), "detail")["pages"]["ring"].values()
        return {member[1] for member in page["ring"]["members"]}

    masked, clear = names(), names(reveal=True, who="甲", why="查办")
    assert all("*" in name for name in masked)
    assert clear
    assert not any("*" in name for name in clear)
