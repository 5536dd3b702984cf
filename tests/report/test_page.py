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
from tests.report.conftest import SECRETS, Made, data


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
