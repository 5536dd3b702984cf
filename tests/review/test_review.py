"""Reviewing: decisions follow a finding over runs, nothing new is hidden, and what others decided is told."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from medaudit.ledger import opened
from medaudit.ledger.chain import verify
from tests.forged import forgetting
from tests.review.conftest import Review
from tests.typed import Type

Todo = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What is typed at the prompts."""

    def give(*lines: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return give


def test_the_work_is_done_one_by_one_and_goes_on_where_it_was_left(
    review: Review, todo: Todo, answers: Callable[..., None]
) -> None:
    first, second, third, *_ = todo()
    answers("y", "12.50", "核对无误", "n", "补录", "q")
    told = review("--who", "张三")
    assert "查实 1 条（12.50 元），排除 1" in told.stderr
    left = [one["finding_id"] for one in todo()]
    assert left[0] == third["finding_id"]
    assert not {first["finding_id"], second["finding_id"]} & set(left)


def test_what_was_typed_wrong_is_asked_again(
    review: Review, todo: Todo, answers: Callable[..., None], tmp_path: Path
) -> None:
    answers("x", "y", "many", "-3", "", "1", "理由", "n", "", "仍需理由", "q")
    told = review("--who", "张三")
    assert "请输入 y、n、e、s 或 q" in told.stderr
    assert "金额写成 1234.56" in told.stderr
    assert "金额不能为负" in told.stderr
    assert "要写明理由" in told.stderr
    assert [one.action for one in opened(str(tmp_path / "ledger.db")).events()] == ["confirmed", "dismissed"]  # fmt: skip


def test_the_end_of_the_input_is_an_end(review: Review, answers: Callable[..., None]) -> None:
    answers()
    told = review()
    assert told.exit_code == 0
    assert "查实 0 条" in told.stderr


def test_the_evidence_is_shown_and_no_name_is(
    review: Review, answers: Callable[..., None], run: Path
) -> None:
    answers("q")
    told = review("--budget", "1")
    assert "先排除" in told.stderr
    names = set(pd.read_parquet(run / "records" / "person.parquet")["psn_name"].dropna())  # fmt: skip
    assert not [name for name in names if name in told.stderr]


def test_a_budget_is_the_first_and_a_share_from_further_down(todo: Todo) -> None:
    every = todo()
    assert [one["finding_id"] for one in todo("--budget", 3)] == [one["finding_id"] for one in every[:3]]  # fmt: skip
    drawn = todo("--budget", 4, "--explore", 0.5)
    assert [one["drawn"] for one in drawn] == [False, False, True, True]
    assert [one["finding_id"] for one in drawn[:2]] == [one["finding_id"] for one in every[:2]]
    assert drawn == todo("--budget", 4, "--explore", 0.5)  # the same ones again


def test_the_summary_counts_what_is_not_listed(review: Review, todo: Todo) -> None:
    count = len(todo())
    told = review("--list", "--budget", 2)
    assert (
        f"共 {count} 项：未决定 {count}。本次看 2 项，其余待办 {count - 2} 项未列出" in told.stderr
    )


# ---- over runs ------------------------------------------------------------------------------------


def with_amounts(run: Path, place: Path, factor: float) -> Path:
    """A copy of the run in which every finding's money is so many times what it was."""
    import shutil

    forgetting(Path(shutil.copytree(run, place)))
    for name in ("findings", "suspects"):
        path = place / f"{name}.parquet"
        frame = pd.read_parquet(path)
        frame["amount"] = frame["amount"].astype(float) * factor
        frame.to_parquet(path)
    return place


@pytest.mark.parametrize(("factor", "state"), [(1.0, ""), (1.09, ""), (1.2, "changed"), (0.5, "")])
def test_a_decision_follows_its_finding_until_that_grows_by_more_than_a_tenth(
    review: Review, todo: Todo, run: Path, tmp_path: Path, factor: float, state: str
) -> None:
    first = next(one for one in todo() if one["amount"] > 10)
    review("decide", first["finding_id"], "--as", "dismissed", "--why", "补录")
    later = with_amounts(run, tmp_path / "later", factor)
    found = {one["finding_id"]: one["state"] for one in todo(run=later)}
    assert found.get(first["finding_id"], "") == state


def test_a_finding_whose_rule_is_another_is_shown_again(
    review: Review, todo: Todo, run: Path, tmp_path: Path
) -> None:
    import shutil

    first = todo()[0]
    review("decide", first["finding_id"], "--as", "confirmed")
    later = tmp_path / "later"
    shutil.copytree(run, later)
    told = json.loads((later / "run.json").read_text("utf-8"))
    for one in told["detectors"]:
        if one["rule"] == first["rule"]:
            one["version"] = "00000000"
    (later / "run.json").write_text(json.dumps(told), "utf-8")
    assert {one["finding_id"]: one["state"] for one in todo(run=later)}[first["finding_id"]] == "changed"  # fmt: skip


def test_a_dismissal_ends_on_its_day(review: Review, todo: Todo) -> None:
    first, second, *_ = todo()
    review("decide", first["finding_id"], "--as", "dismissed", "--why", "待复查", "--until", "2020-01-31")  # fmt: skip
    review("decide", second["finding_id"], "--as", "dismissed", "--why", "待复查", "--until", "2999-01-31")  # fmt: skip
    left = {one["finding_id"] for one in todo()}
    assert first["finding_id"] in left
    assert second["finding_id"] not in left


def test_the_next_scan_leaves_the_dismissed_out_of_its_lists_and_counts_a_report(
    review: Review, todo: Todo, typed: Type, county: Path, run: Path, tmp_path: Path
) -> None:
    first = todo()[0]
    before = {s["subject_id"]: s for s in json.loads(typed("scan", county, "--out", tmp_path / "a", "--format", "json",
              "--select", "STY", "--select", "BIL", "--ledger", tmp_path / "none.db", "--top", 100).stdout)}  # fmt: skip
    review("decide", first["finding_id"], "--as", "dismissed", "--why", "补录")
    review("tip", "H42991", "--why", "夜间没有病人", "--weight", "documented")
    told = typed("scan", county, "--out", tmp_path / "b", "--format", "json", "--select", "STY", "--select", "BIL",
                 "--ledger", tmp_path / "ledger.db", "--top", 100)  # fmt: skip
    assert "1 条疑点已排除" in told.stderr
    assert "1 件举报" in told.stderr
    after = {s["subject_id"]: s for s in json.loads(told.stdout)}
    assert after["H42991"]["probability"] > before["H42991"]["probability"]
    assert "有举报 1 件" in after["H42991"]["reasons"]
    whose = first["setl_id"] or first["subject_id"]
    assert after.get(whose, {"findings": 0})["findings"] == before[whose]["findings"] - 1
    # The finding itself stays in the run.
    assert first["finding_id"] in set(pd.read_csv(tmp_path / "b" / "findings.csv")["finding_id"])


# ---- several people -------------------------------------------------------------------------------


def test_somebody_elses_decision_is_told_by_name_and_can_be_overruled(
    review: Review, todo: Todo, tmp_path: Path
) -> None:
    code = todo()[0]["finding_id"]
    assert review("decide", code, "--as", "confirmed", "--who", "张三").exit_code == 0
    told = review("decide", code, "--as", "dismissed", "--why", "补录", "--who", "李四")
    assert told.exit_code == 2
    assert "张三 已于" in told.stderr
    assert "查实" in told.stderr
    again = review("decide", code, "--as", "dismissed", "--why", "补录", "--who", "李四", "--again")
    assert again.exit_code == 0
    ledger = opened(str(tmp_path / "ledger.db"))
    assert [(one.who, one.action) for one in ledger.events()] == [("张三", "confirmed"), ("李四", "dismissed")]  # fmt: skip


def test_saying_the_same_twice_is_saying_it_once(
    review: Review, todo: Todo, tmp_path: Path
) -> None:
    code = todo()[0]["finding_id"]
    for _ in range(2):
        told = review("decide", code, "--as", "confirmed", "--who", "张三")
    assert "没有重复记录" in told.stderr
    assert len(opened(str(tmp_path / "ledger.db")).events()) == 1


def test_two_people_must_confirm_where_that_is_set(
    typed: Type, run: Path, todo: Todo, tmp_path: Path
) -> None:
    settings = tmp_path / "medaudit.toml"
    settings.write_text('[ledger]\nconfirmations = 2\n[reviewers]\n"张三" = ""\n"李四" = ""\n')
    code = todo()[0]["finding_id"]
    words = ("--run", run, "--ledger", tmp_path / "ledger.db", "--config", settings)

    def state() -> str:
        told = typed("review", "--list", "--format", "json", "--who", "李四", *words)
        return {one["finding_id"]: str(one["state"]) for one in json.loads(told.stdout)}.get(code, "done")  # fmt: skip

    typed("review", "decide", code, "--as", "confirmed", "--who", "张三", *words)
    assert state() == "waiting"
    typed(
        "review", "decide", code, "--as", "confirmed", "--who", "张三", *words
    )  # the same person again
    assert state() == "waiting"
    typed("review", "decide", code, "--as", "confirmed", "--who", "李四", *words)
    assert state() == "done"
    stranger = typed("review", "decide", code, "--as", "confirmed", "--who", "王五", *words)
    assert stranger.exit_code == 2
    assert "名单里没有 王五" in stranger.stderr


def test_work_is_shared_out_evenly_and_nobody_gets_their_own_institution(
    typed: Type, run: Path, todo: Todo, tmp_path: Path
) -> None:
    settings = tmp_path / "medaudit.toml"
    settings.write_text('[reviewers]\n"甲" = "H42991"\n"乙" = ""\n"丙" = ""\n"丁" = ""\n')
    words = ("--run", run, "--ledger", tmp_path / "ledger.db", "--config", settings)
    assert typed("review", "assign", "--each", 2, "--budget", 12, "--who", "乙", *words).exit_code == 0  # fmt: skip
    own = {name: json.loads(typed("review", "--list", "--mine", "--who", name, "--format", "json", *words).stdout)
           for name in "甲乙丙丁"}  # fmt: skip
    assert sum(map(len, own.values())) == 24
    assert max(map(len, own.values())) - min(map(len, own.values())) <= 6
    assert not [one for one in own["甲"] if one["fixmedins_code"] == "H42991"]
    too_many = typed("review", "assign", "--each", 5, "--budget", 2, "--who", "乙", *words)
    assert too_many.exit_code == 2
    assert "不足 5 名" in too_many.stderr


def test_what_changed_can_be_decided_again_in_the_same_way(
    review: Review, todo: Todo, run: Path, tmp_path: Path
) -> None:
    first = next(one for one in todo() if one["amount"] > 10)
    words = ("decide", first["finding_id"], "--as", "dismissed", "--why", "补录", "--who", "张三")
    review(*words)
    later = with_amounts(run, tmp_path / "later", 2)
    assert {one["finding_id"]: one["state"] for one in todo(run=later)}[first["finding_id"]] == "changed"  # fmt: skip
    assert "排除" in review(*words, run=later).stderr
    assert first["finding_id"] not in {one["finding_id"] for one in todo(run=later)}
    assert len(opened(str(tmp_path / "ledger.db")).events()) == 2


def test_another_amount_is_told_and_two_must_agree_on_it(
    typed: Type, run: Path, todo: Todo, tmp_path: Path
) -> None:
    settings = tmp_path / "medaudit.toml"
    settings.write_text("[ledger]\nconfirmations = 2\n")
    first = next(one for one in todo() if one["amount"] > 100)
    words = ("--run", run, "--ledger", tmp_path / "ledger.db", "--config", settings)
    confirm = ("review", "decide", first["finding_id"], "--as", "confirmed")
    assert typed(*confirm, "--amount", "50", "--who", "甲", *words).exit_code == 0
    other = typed(*confirm, "--who", "乙", *words)
    assert other.exit_code == 2
    assert "查实 50.00" in other.stderr
    recovery = ("review", "recover", first["finding_id"], "--amount", "5", "--who", "甲", *words)
    # Overruled, but one person alone has said so much.
    assert typed(*confirm, "--amount", "60", "--who", "乙", "--again", *words).exit_code == 0
    assert "待第二人" in typed(*recovery).stderr
    assert typed(*confirm, "--amount", "60", "--who", "甲", "--again", *words).exit_code == 0
    assert typed(*recovery).exit_code == 0


def test_nobody_decides_of_their_own_institution(
    typed: Type, run: Path, todo: Todo, tmp_path: Path
) -> None:
    first = todo()[0]
    settings = tmp_path / "medaudit.toml"
    settings.write_text(f'[reviewers]\n"甲" = "{first["fixmedins_code"]}"\n"乙" = ""\n')
    words = ("--run", run, "--ledger", tmp_path / "ledger.db", "--config", settings)
    own = typed("review", "decide", first["finding_id"], "--as", "confirmed", "--who", "甲", *words)
    assert own.exit_code == 2
    assert "应当回避" in own.stderr
    assert typed("review", "decide", first["finding_id"], "--as", "confirmed", "--who", "乙", *words).exit_code == 0  # fmt: skip


# ---- a returned list ------------------------------------------------------------------------------


def filled(path: Path, rows: list[dict[str, Any]]) -> Path:
    pd.DataFrame(rows).to_excel(path, index=False)
    return path


def test_a_list_that_came_back_is_recorded_once_however_often_it_is_imported(
    review: Review, todo: Todo, tmp_path: Path
) -> None:
    a, b, c, *_ = (one["finding_id"] for one in todo())
    path = filled(tmp_path / "list.xlsx", [
        {"疑点编号": a, "结论": "查实", "查实金额": "1.5元", "说明": "", "检查人": "张三"},
        {"疑点编号": b, "结论": "排除", "查实金额": "", "说明": "补录", "检查人": "张三"},
        {"疑点编号": c, "结论": "", "查实金额": "", "说明": "", "检查人": ""},
    ])  # fmt: skip
    told = review("import", path)
    assert told.exit_code == 0
    assert "导入 2 条决定：查实 1，排除 1，查实 1.50 元；台账里已有 0 条，未填 1 行" in told.stderr
    again = review("import", path)
    assert "导入 0 条决定，查实 0.00 元；台账里已有 2 条" in again.stderr
    ledger = opened(str(tmp_path / "ledger.db"))
    assert len(ledger.events()) == 2
    assert verify(ledger).broken == []


def test_a_list_imported_again_after_somebody_agreed_adds_nothing(
    review: Review, todo: Todo, tmp_path: Path
) -> None:
    rows = [{"finding_id": one["finding_id"], "decision": "查实"} for one in todo()[:2]]
    path = filled(tmp_path / "list.xlsx", rows)
    for who, count in (("甲", 2), ("乙", 4), ("甲", 4), ("乙", 4)):
        assert review("import", path, "--who", who).exit_code == 0
        assert len(opened(str(tmp_path / "ledger.db")).events()) == count


def test_an_amount_without_a_decision_is_told(review: Review, todo: Todo, tmp_path: Path) -> None:
    path = filled(tmp_path / "list.xlsx", [{"finding_id": todo()[0]["finding_id"], "decision": "", "confirmed_amount": "500"}])  # fmt: skip
    told = review("import", path)
    assert told.exit_code == 2
    assert "没有结论" in told.stderr


@pytest.mark.parametrize("amount", ["1e30", "1e20", "many", "1.234"])
def test_an_amount_that_is_none_is_told(
    review: Review, todo: Todo, tmp_path: Path, amount: str
) -> None:
    code = todo()[0]["finding_id"]
    assert "1234.56" in review("decide", code, "--as", "confirmed", "--amount", amount).stderr
    path = filled(tmp_path / "list.xlsx", [{"finding_id": code, "decision": "查实", "confirmed_amount": amount}])  # fmt: skip
    assert "金额读不懂" in review("import", path).stderr


def test_every_conflict_of_a_list_is_told_and_nothing_is_recorded(
    review: Review, todo: Todo, tmp_path: Path
) -> None:
    a, b, c, d, e, *_ = (one["finding_id"] for one in todo())
    review("decide", a, "--as", "confirmed", "--who", "李四")
    path = filled(tmp_path / "list.xlsx", [
        {"finding_id": a, "decision": "排除", "why": "补录"},
        {"finding_id": f"{b}0", "decision": "查实", "why": ""},
        {"finding_id": c, "decision": "也许", "why": ""},
        {"finding_id": d, "decision": "排除", "why": ""},
        {"finding_id": e, "decision": "查实", "why": ""},
        {"finding_id": e, "decision": "排除", "why": "补录"},
        {"finding_id": b, "decision": "查实", "why": ""},
    ])  # fmt: skip
    told = review("import", path, "--who", "张三")
    assert told.exit_code == 2
    for line, words in {
        2: "李四 已于", 3: f"没有 {b}0", 4: "不认识的结论：也许", 5: "要写明理由", 7: "矛盾",
    }.items():  # fmt: skip
        assert any(f"第 {line} 行" in one and words in one for one in told.stderr.splitlines()), (line, told.stderr)  # fmt: skip
    assert "一条也没有导入" in told.stderr
    ledger = opened(str(tmp_path / "ledger.db"))
    assert len(ledger.events()) == 1
    partly = review("import", path, "--who", "张三", "--partly")
    assert partly.exit_code == 2  # not all of it could be used
    assert {one.finding_id for one in ledger.events()} == {a, b, e}


def test_a_formula_is_no_decision(review: Review, todo: Todo, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["finding_id", "decision", "confirmed_amount", "why"])
    sheet.append([todo()[0]["finding_id"], "查实", "=1+1", ""])
    book.save(tmp_path / "list.xlsx")
    told = review("import", tmp_path / "list.xlsx")
    assert told.exit_code == 2
    assert "公式" in told.stderr


@pytest.mark.parametrize(("name", "text", "word"), [
    ("list.csv", "a,b\n1,2\n", "没有一张表有"), ("list.docx", "x", "不认识的文件类型"), ("none.xlsx", None, "没有这个文件"),
])  # fmt: skip
def test_what_is_no_list_is_told(
    review: Review, tmp_path: Path, name: str, text: str | None, word: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    told = review("import", tmp_path / name)
    assert told.exit_code == 2
    assert word in told.stderr


# ---- money that came back, reports ----------------------------------------------------------------


def test_only_what_was_confirmed_can_have_been_recovered_and_it_is_summed_up(
    review: Review, todo: Todo, typed: Type, tmp_path: Path
) -> None:
    first, second, *_ = todo()
    refused = review("recover", first["finding_id"], "--amount", "5")
    assert refused.exit_code == 2
    assert "没有查实" in refused.stderr
    review("decide", first["finding_id"], "--as", "confirmed", "--amount", "10")
    review("decide", second["finding_id"], "--as", "dismissed", "--why", "补录")
    assert review("recover", first["finding_id"], "--amount", "4").exit_code == 0
    assert (
        review("recover", first["finding_id"], "--amount", "7").exit_code == 2
    )  # more than confirmed
    assert review("recover", first["finding_id"], "--amount", "6", "--day", "2999-01-01").exit_code == 2  # fmt: skip
    assert review("recover", first["finding_id"], "--amount", "-4").exit_code == 0  # a mistake
    assert review("recover", first["finding_id"], "--amount", "10").exit_code == 0
    told = typed("ledger", "summary", "--format", "json", "--ledger", tmp_path / "ledger.db")
    [month] = json.loads(told.stdout)
    assert (month["confirmed"], month["dismissed"], month["confirmed_amount"], month["recovered_amount"]) == (1, 1, 10, 10)  # fmt: skip
    assert month["dismissed_share"] == 0.5


@pytest.mark.parametrize(("words", "told"), [
    (("tip", "H42991", "--why", "x", "--weight", "certain"), "不认识的线索质量"), (("tip", "H0", "--why", "x"), "没有这个对象"),
    (("tip", "H42991", "--why", " "), "要写明举报了什么"), (("decide", "STY02-0", "--as", "confirmed"), "没有疑点或名单对象"),
    (("decide", "H42991", "--as", "maybe"), "不认识的结论"),
])  # fmt: skip
def test_what_cannot_be_recorded_is_told(
    review: Review, words: tuple[object, ...], told: str
) -> None:
    given = review(*words)
    assert given.exit_code == 2
    assert told in given.stderr


def test_the_next_scan_tells_the_bills_of_a_doctor_whom_points_suspended(
    typed: Type, county: Path, tmp_path: Path
) -> None:
    def found(ledger: str) -> set[str]:
        run = tmp_path / ledger.partition(".")[0]
        told = typed("scan", county, "--out", run, "--quiet", "--select", "DOC02", "--ledger", tmp_path / ledger)  # fmt: skip
        assert told.exit_code == 0, told.stderr
        return set(pd.read_csv(run / "findings.csv", dtype=str)["dr_codg"].dropna())

    given = typed("points", "D11", "--award", "12", "--why", "处罚决定书", "--day", "2024-01-01", "--ledger", tmp_path / "ledger.db")  # fmt: skip
    assert given.exit_code == 0, given.stderr
    assert "D11" in found("ledger.db")
    assert "D11" not in found("none.db")


def test_the_help_names_the_decisions_there_are() -> None:
    from medaudit.commands import _review_options
    from medaudit.ledger import decisions

    assert _review_options.DECISIONS == decisions.DECISIONS


def test_a_campaign_in_the_settings_does_no_harm_to_a_scan(
    typed: Type, county: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "medaudit.toml"
    settings.write_text('[profile.spring]\ntitle = "春季"\nrules = ["STY"]\nsince = 2025-01-01\n[reviewers]\n"张三" = ""\n')  # fmt: skip
    told = typed("scan", county, "--out", tmp_path / "run", "--quiet", "--select", "STY01", "--config", settings, "--ledger", tmp_path / "l.db")  # fmt: skip
    assert told.exit_code == 0, told.stderr
    kept = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))["settings"]
    assert not {"profile", "reviewers"} & kept.keys()


def test_the_page_of_a_finding_and_of_whom_it_is_about_says_what_was_decided(
    review: Review, todo: Todo, typed: Type, run: Path, tmp_path: Path
) -> None:
    first = todo()[0]
    review("decide", first["finding_id"], "--as", "dismissed", "--why", "补录", "--who", "张三")
    for code in (first["finding_id"], first["setl_id"], first["fixmedins_code"]):
        told = typed("case", code, "--run", run, "--ledger", tmp_path / "ledger.db").stdout
        assert "张三 复核：排除" in told, code
    document = json.loads(typed("case", first["finding_id"], "--run", run, "--ledger", tmp_path / "ledger.db", "--format", "json").stdout)  # fmt: skip
    assert [(one["who"], one["action"]) for one in document["decisions"]] == [("张三", "dismissed")]
    assert "台账" not in typed("case", first["finding_id"], "--run", run, "--ledger", tmp_path / "none.db").stdout  # fmt: skip


def test_the_day_somebody_wrote_down_is_the_day_it_was_decided(
    review: Review, todo: Todo, tmp_path: Path
) -> None:
    a, b, *_ = (one["finding_id"] for one in todo())
    path = filled(
        tmp_path / "list.xlsx", [{"疑点编号": a, "结论": "查实", "核查日期": "2025-12-31"}]
    )
    assert review("import", path).exit_code == 0
    [event] = opened(str(tmp_path / "ledger.db")).events()
    assert str(event.day) == "2025-12-31"
    path = filled(
        tmp_path / "list.xlsx", [{"疑点编号": b, "结论": "查实", "核查日期": "2999-12-31"}]
    )
    told = review("import", path)
    assert told.exit_code == 2
    assert "今天之后" in told.stderr
