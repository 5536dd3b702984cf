"""The page in a real browser: it filters, sorts, opens suspects and prints, without an error and without asking for anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from medaudit import ledger as book
from medaudit.language import speak
from medaudit.report import Order, report
from tests.report import hostile
from tests.report.browser import PROGRAM, Browser, browser

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium on this machine")

IDS = "[...document.querySelectorAll('#rows tbody code')].map((one) => one.textContent)"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def page(run: Path, tmp_path: Path) -> Path:
    return written(run, tmp_path)


@pytest.fixture(autouse=True)
def quiet(window: Browser) -> Iterator[None]:
    """After every test: nothing in the console, and nothing asked for but the page itself."""
    window.troubles.clear()
    window.requests.clear()
    yield
    assert not window.troubles
    assert {one.partition("#")[0].rpartition("/")[2] for one in window.requests} <= {"report.html"}


def written(run: Path, place: Path, **order: object) -> Path:
    path = place / "report.html"
    report(Order(run, path, **order), book.opened(str(place / "ledger.db")))  # type: ignore[arg-type]
    return path


def choose(window: Browser, name: str, value: str) -> None:
    """Fill in a filter and wait until the list has followed."""
    window.run("document.getElementById('rows').tBodies[0].replaceChildren()")
    window.run(
        f"(() => {{ const one = document.querySelector('#filters [name={name}]'); one.value = {value!r};"
        "one.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )
    window.wait(
        "!!document.querySelector('#rows tbody tr') || document.getElementById('count').textContent.includes('没有符合')"
    )


def test_the_overview_has_the_first_of_each_kind(window: Browser, page: Path) -> None:
    window.open(page)
    assert window.run("!document.getElementById('view-overview').hidden")
    kinds = window.run("Object.keys(lists.kinds).length")
    assert window.run("document.querySelectorAll('#tops table').length") == kinds


def test_a_list_is_filtered_by_kind_rule_amount_and_text(window: Browser, page: Path) -> None:
    window.open(page, "#list")
    everybody = window.run("rows().length")
    choose(window, "kind", "institution")
    institutions = window.run(IDS)
    assert institutions == window.run("lists.kinds.institution.id")
    assert len(institutions) < everybody
    choose(window, "text", institutions[1].lower())
    assert window.run(IDS) == [institutions[1]]
    choose(window, "text", "")
    choose(window, "family", "BIL")
    expected = window.run(
        "lists.kinds.institution.id.filter((_, i) => /BIL/.test(lists.combos[lists.kinds.institution.rules[i]]))"
    )
    assert window.run(IDS) == expected
    choose(window, "amount", "1e12")
    assert "没有符合条件" in window.run("document.getElementById('count').textContent")


def test_a_list_is_sorted_by_any_column_and_back(window: Browser, page: Path) -> None:
    window.open(page, "#list/settlement")
    for name, column in (("amount", 3), ("p", 2), ("n", 5)):
        for way in ("descending", "ascending"):
            window.run(f"document.querySelector('#rows [data-sort={name}]').click()")
            assert (
                window.run(
                    f"document.querySelector('#rows [data-sort={name}]').parentNode.ariaSort"
                )
                == way
            )
            told = window.run(
                f"[...document.querySelectorAll('#rows tbody tr')].map((row) => parseFloat(row.cells[{column}].textContent.replace(/[,<>]/g, '')))"
            )
            assert told == sorted(told, reverse=way == "descending")


def test_a_suspect_opens_by_click_and_by_link(window: Browser, page: Path) -> None:
    window.open(page, "#list/institution")
    window.run("document.querySelector('#rows tbody a').click()")
    window.wait("!document.getElementById('view-suspect').hidden")
    heads = window.run(
        "[...document.querySelectorAll('#view-suspect h3')].map((one) => one.textContent)"
    )
    assert [head.partition(" ")[0] for head in heads][:3] == ["概况", "得分怎么来的", "疑点"]
    assert {"时间线", "日历", "依据、先排除什么、下一步"} <= set(heads)
    link = window.run("location.hash")
    title = window.run("document.title")
    window.open(page, link)
    assert window.run("document.title") == title
    assert window.run("document.activeElement.id") == "view-suspect"


def test_an_unknown_link_says_so(window: Browser, page: Path) -> None:
    window.open(page, "#institution/%E0%A4%A")
    assert "没有这个对象的页面" in window.run("document.getElementById('view-suspect').textContent")


def test_every_page_can_be_drawn(
    window: Browser, run: Path, ring_run: Path, tmp_path: Path
) -> None:
    for folder, language in ((run, "zh"), (ring_run, "en")):
        speak(language)
        window.open(written(folder, tmp_path, compare=[folder]))
        drawn = window.run(
            "Object.entries(detail().pages).flatMap(([kind, some]) => Object.keys(some).map((key) => {"
            " showSuspect(kind, key); return document.getElementById('view-suspect').textContent; }))"
        )
        assert drawn
        assert not [text for text in drawn if "undefined" in text or "NaN" in text or "{" in text]
        broken = 'document.querySelectorAll(\'#view-suspect [x="NaN"], #view-suspect [width="NaN"], #view-suspect [cx="NaN"]\').length'
        assert window.run(broken) == 0


def test_keys_lead_to_the_search_and_through_the_list(window: Browser, page: Path) -> None:
    window.open(page)
    window.type("/")
    window.wait("document.activeElement.name === 'text'")
    window.run("document.querySelector('#rows tbody a').focus()")
    window.type("ArrowDown")
    assert (
        window.run(
            "[...document.querySelectorAll('#rows tbody a')].indexOf(document.activeElement)"
        )
        == 1
    )


def test_colours_follow_the_system_or_the_switch(window: Browser, page: Path) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    window.open(page)
    light = window.run(paper)
    window.dark(True)
    dark = window.run(paper)
    assert dark != light
    turn = "(() => { const one = document.getElementById('theme'); one.value = 'light'; one.dispatchEvent(new Event('change')); })()"
    window.run(turn)
    assert window.run(paper) == light
    window.run(turn.replace("'light'", "''"))
    window.dark(False)


@pytest.mark.parametrize("landscape", [False, True])
def test_it_prints(window: Browser, page: Path, landscape: bool) -> None:
    window.open(page, "#list/institution")
    window.run("document.querySelector('#rows tbody a').click()")
    window.wait("!document.getElementById('view-suspect').hidden")
    pdf = window.pdf(landscape)
    assert pdf.startswith(b"%PDF")
    wide, high = map(float, re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)[0])
    assert (wide > high) is landscape
    # What is folded on the screen is open on paper, and folded again afterwards.
    assert window.run("document.querySelectorAll('.finding details[open]').length") == 0
    window.run("dispatchEvent(new Event('beforeprint'))")
    assert window.run("document.querySelectorAll('.finding details:not([open])').length") == 0


def test_values_that_look_like_code_are_shown_as_they_are(
    window: Browser, hostile_run: Path, tmp_path: Path
) -> None:
    window.open(written(hostile_run, tmp_path), "#list/institution")
    name = '</script><script>alert("甲")</script>&amp;院'
    assert name in window.run("document.getElementById('rows').textContent")
    window.run("document.querySelector('#rows tbody a').click()")
    window.wait("!document.getElementById('view-suspect').hidden")
    assert name in window.run("document.querySelector('#view-suspect h2').textContent")
    assert window.run("document.querySelectorAll('img').length") == 0
    assert "<img src=x" in window.run("document.getElementById('view-data').textContent")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_that_is_called_like_code_becomes_code(
    window: Browser, tmp_path: Path, language: str
) -> None:
    speak(language)
    run, rules = hostile.scanned(tmp_path)
    page = written(run, tmp_path, rules=[rules], reveal=True, who="<b>", why=hostile.PLACE)
    window.open(page)
    seen = window.run("document.body.textContent")
    for fragment in ("#list", "#data", "#made"):
        window.open(page, fragment)
        seen += window.run("document.body.innerText")
    links = window.run(
        "[...Object.entries(detail().pages)].flatMap(([kind, some]) => Object.keys(some).map((key) => '#' + kind + '/' + encodeURIComponent(key)))"
    )
    assert len(links) >= len(hostile.BILLS) + 3
    for link in links:
        window.open(page, link)
        assert window.run("!!document.querySelector('#view-suspect .figures')"), link
        seen += window.run("document.getElementById('view-suspect').textContent")
        made = window.run(
            "document.querySelectorAll('img, b.x, svg[onload], iframe, object').length"
        )
        assert made == 0
    for name in hostile.NAMES:
        assert name in seen
    # Every bill has its page, whatever it is called; names of what objects have lead nowhere else.
    for bill in hostile.BILLS:
        window.run(f"location.hash = '#settlement/' + encodeURIComponent({json.dumps(bill)})")
        window.wait(
            f"document.querySelector('#view-suspect h2')?.textContent.includes({json.dumps(bill)})"
        )
    window.open(page, "#constructor/x")
    assert window.run("!document.getElementById('view-overview').hidden")
    window.open(page, "#settlement/valueOf")
    assert window.run("!document.querySelector('#view-suspect .figures')")


def test_a_run_without_findings_opens_too(window: Browser, clean_run: Path, tmp_path: Path) -> None:
    page = written(clean_run, tmp_path)
    window.open(page)
    assert "没有发现疑点" in window.run("document.getElementById('view-overview').innerText")
    window.open(page, "#list")
    assert "没有列出任何对象" in window.run("document.getElementById('count').textContent")


def test_a_list_is_printed_whole_and_told_what_it_is(window: Browser, page: Path) -> None:
    window.open(page, "#list")
    rows = "document.querySelectorAll('#rows tbody tr').length"
    everybody = window.run(
        "while (rows().length < 250) shelf.rows.push({...shelf.rows[0], rank: shelf.rows.length}); showList(); shelf.shown.length"
    )
    assert window.run(rows) == 100
    window.run("dispatchEvent(new Event('beforeprint'))")
    assert window.run(rows) == everybody == 250
    assert window.run("document.getElementById('unprinted').textContent") == ""
    window.run("dispatchEvent(new Event('afterprint'))")
    assert window.run(rows) == 100
    choose(window, "kind", "settlement")
    choose(window, "level", "violation")
    choose(window, "text", "h1")
    told = window.run("document.getElementById('conditions').textContent")
    assert "类别 结算" in told
    assert "违规" in told
    assert "查找 h1" in told


def test_of_a_list_too_long_to_print_the_rest_is_counted(window: Browser, page: Path) -> None:
    window.open(page, "#list")
    window.run(
        "while (rows().length < 3000) shelf.rows.push({...shelf.rows[0], rank: shelf.rows.length}); showList()"
    )
    window.run("dispatchEvent(new Event('beforeprint'))")
    assert window.run("document.querySelectorAll('#rows tbody tr').length") == 2000
    assert "另有 1,000 行没有打印" in window.run("document.getElementById('unprinted').textContent")
    pages = len(re.findall(rb"/Type /Page\b", window.pdf()))
    assert pages > 20


def test_of_many_reasons_the_weightiest_are_shown_and_all_are_found(
    window: Browser, page: Path
) -> None:
    window.open(page, "#list")
    told = "(() => { const one = why('STY02×3 BIL01 IDN01 DOC01 MED01'); return [one.textContent, one.title]; })()"
    shown, every = window.run(told)
    assert shown.endswith("另 2 项")
    assert every.startswith(shown.rpartition("；")[0])
    assert len(every.split("；")) == 5


def test_all_kinds_stand_kind_by_kind_each_by_its_rank(window: Browser, page: Path) -> None:
    window.open(page, "#list")
    kinds = window.run("shelf.shown.map((row) => row.place)")
    assert kinds == sorted(kinds)
    assert window.run("document.querySelector('#rows [aria-sort=ascending]').textContent").startswith("类别")  # fmt: skip
    choose(window, "kind", "institution")
    assert window.run("shelf.shown.map((row) => row.rank)") == window.run("lists.kinds.institution.rank")  # fmt: skip
    assert window.run("document.querySelector('#rows [aria-sort=ascending]').textContent").startswith("名次")  # fmt: skip
    window.run("document.querySelector('#rows [data-sort=rank]').click()")
    assert window.run("shelf.shown[0].rank") == window.run("lists.kinds.institution.rank.at(-1)")


def test_the_parts_of_a_long_page_are_one_key_away(window: Browser, page: Path) -> None:
    window.open(page, "#list/institution")
    window.run("document.querySelector('#rows tbody a').click()")
    window.wait("!document.getElementById('view-suspect').hidden")
    names = window.run(
        "[...document.querySelectorAll('.jumps button')].map((one) => one.textContent)"
    )
    heads = window.run(
        "[...document.querySelectorAll('#view-suspect h3')].map((one) => one.textContent)"
    )
    assert names == heads
    address = window.run("location.hash")
    window.run("[...document.querySelectorAll('.jumps button')].at(-1).click()")
    assert window.run("document.activeElement.textContent") == heads[-1]
    assert window.run("scrollY") > 0
    assert window.run("location.hash") == address


def test_a_suspect_among_its_peers_is_drawn_beyond_the_limits(
    window: Browser, peer_run: Path, tmp_path: Path
) -> None:
    window.open(written(peer_run, tmp_path), "#institution/HDEAR")
    drawn = "[...document.querySelectorAll('#view-suspect .limit')].map((one) => one.getBBox().y)"
    mark = window.run("document.querySelector('#view-suspect .self').getBBox().y")
    assert mark < min(window.run(drawn)[:4])
    told = window.run(
        "document.querySelector('#view-suspect svg[aria-label*=门诊次均费用]').ariaLabel"
    )
    assert "同类 22 个" in told
    assert "99.8% 的范围之外" in window.run("document.getElementById('view-suspect').textContent")


def test_fifty_thousand_rows_are_filtered_and_sorted_at_once(window: Browser, page: Path) -> None:
    window.open(page, "#list")
    took = window.run(
        "(() => { const some = rows(), many = []; while (many.length < 50000) for (const row of some)"
        " many.push({...row, rank: many.length + 1, amount: (many.length * 7919) % 100003});"
        " shelf.rows = many; document.querySelector('#filters [name=text]').value = 'h';"
        " const from = performance.now(); sortBy('amount'); return [performance.now() - from, shelf.shown.length]; })()"
    )
    assert took[1] > 1000
    assert window.run("document.querySelectorAll('#rows tbody tr').length") == 100
    window.run("document.querySelector('#pager button:last-child').click()")
    assert window.run("document.getElementById('count').textContent").endswith("第 101–200 个")
