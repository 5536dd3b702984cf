"""The catalogue: a good file is a rule, a bad one is refused with everything that is wrong with it."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

from medaudit.cli import main
from medaudit.detectors import catalogue
from medaudit.detectors.catalogue import check_params, read_rule, rules
from medaudit.detectors.header import header_faults
from medaudit.engine import portable
from medaudit.errors import MedauditError
from medaudit.language import speak
from tests import small_county

HEADER = """
code = "STY90"
status = "stable"
level = "suspected"
subject = "settlement"
key = ["setl_id"]
prior = 0.3
[title]
zh = "试验"
en = "Trial"
[message]
zh = "{setl_id} 共 {nights} 天"
en = "{setl_id}: {nights} nights"
[params.most]
default = 3
"""
SQL = """
SELECT v.setl_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.begndate AS occurred_on, v.charge AS charge_amount,
       CAST(1 AS DOUBLE) AS strength, s.nights
FROM visit v JOIN stay s ON s.stay_id = v.stay_id
WHERE s.nights > $most
"""


def write(folder: Path, header: str = HEADER, sql: str = SQL, name: str = "trial.sql") -> Path:
    path = folder / name
    path.write_text(f"/*{header}*/{sql}", "utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(MedauditError) as refused:
        read_rule(path)
    return str(refused.value)


def test_a_good_file_is_a_rule_with_its_defaults(tmp_path: Path) -> None:
    rule = read_rule(write(tmp_path))
    assert (rule.code, rule.family, rule.level, rule.name) == ("STY90", "STY", "suspected", "试验")
    assert rule.reads == {"visit", "stay"}
    assert rule.responsible == ("institution",)
    assert rule.columns[-1] == "nights"
    assert not rule.by_line
    assert rule.values({}) == {"most": 3}
    assert rule.values({"STY90": {"most": 5}, "STY02": {"most": 9}}) == {"most": 5}


def test_a_final_semicolon_is_no_second_statement(tmp_path: Path) -> None:
    assert not read_rule(write(tmp_path, sql=SQL + ";\n")).sql.endswith(";")


@pytest.mark.parametrize(
    ("of", "to", "said"),
    [
        ('code = "STY90"', 'code = "XYZ90"', "XYZ90"),
        ('code = "STY90"', 'code = "STY9"', "STY9 应为类别加两位数字，如 STY91；类别有：STY 住院, BIL 收费"),
        ('code = "STY90"', 'code = "STY9０"', "应为类别加两位数字"),
        ('code = "STY90"', "code = 90", "code 应为文本"),
        ('code = "STY90"', "", "头部缺少 code"),
        ('status = "stable"', 'status = "ready"', "status 应为：stable、draft、deprecated"),
        ('level = "suspected"', 'level = "fraud"', "level 应为：violation、suspected、lead"),
        ('subject = "settlement"', 'subject = "hospital"', "subject 应为"),
        ('key = ["setl_id"]', 'key = ["stay_id"]', "key 里的 stay_id 不在返回列中"),
        ('key = ["setl_id"]', 'key = "setl_id"', "key 应为文本列表"),
        ('key = ["setl_id"]', "key = []", "头部缺少 key"),
        ("prior = 0.3", "prior = 1", "prior 应在 0 与 1 之间"),
        ("prior = 0.3", "prior = nan", "prior 应在 0 与 1 之间"),
        ("prior = 0.3", 'prior = "high"', "prior 应在 0 与 1 之间"),
        ("prior = 0.3", 'prior = 0.3\nneeds = ["bill"]', "needs 不认识 bill"),
        ("prior = 0.3", 'prior = 0.3\nneeds = ["fee_item.price"]', "needs 不认识 fee_item.price"),
        ("prior = 0.3", "prior = 0.3\nneeds = [1]", "needs 应为文本列表"),
        ("prior = 0.3", 'prior = 0.3\nexcludes = ["dialisis"]', "是不是 dialysis？"),
        ("prior = 0.3", 'prior = 0.3\nresponsible = ["settlement"]', "responsible 不认识 settlement"),
        ("prior = 0.3", 'prior = 0.3\nexclude = ["dialysis"]', "头部不认识 exclude; 是不是 excludes？"),
        ('[title]\nzh = "试验"\nen = "Trial"', "", "头部缺少 title"),
        ('[title]\nzh = "试验"\nen = "Trial"', "[title]\nzh = 3", "title 应有 zh 和 en"),
        ("default = 3", 'unit = "day"', "参数 most 的 default 应为数字或文本"),
        ("default = 3", "default = true", "参数 most 的 default 应为数字或文本"),
        ("default = 3", "default = [3]", "参数 most 的 default 应为数字或文本"),
        ("default = 3", "default = 3\n[params.least]\ndefault = 1", "参数 least 未被使用"),
        ("[params.most]\ndefault = 3", "", "参数 $most 没有声明"),
        ("[params.most]\ndefault = 3", "[params]\nmost = 3", "参数写成 [params.名字]"),
        ("{nights} nights", "{days} nights", "{days} 不是返回列"),
        ("{nights} nights", "{nights:>999999999}", "{nights} 不是返回列（不带格式）"),
        ("{nights} nights", "{nights.__class__}", "{nights.__class__} 不是返回列"),
        ("{nights} nights", "{0}", "{0} 不是返回列"),
        ("{nights} nights", "{nights", "花括号不成对"),
    ],
)  # fmt: skip
def test_a_header_with_a_fault_is_refused_by_name(
    tmp_path: Path, of: str, to: str, said: str
) -> None:
    assert of in HEADER
    assert said in refusal(write(tmp_path, HEADER.replace(of, to)))


@pytest.mark.parametrize(
    ("of", "to", "said"),
    [
        ("v.setl_id, ", "", "没有返回列 setl_id"),
        ("CAST(1 AS DOUBLE) AS strength, ", "", "没有返回列 strength"),
        ("s.nights\n", "v.*\n", "不能用 *"),
        ("s.nights\n", "s.nights, v.psn_no\n", "返回列 psn_no 重复"),
        ("s.nights\n", "s.nights + 1\n", "须有名字"),
        ("s.nights\n", 's.nights AS "a) || (b"\n', "只用字母、数字和下划线"),
        ("s.nights\n", "s.nights, v.age AS rows_\n", "rows_"),
        ("FROM visit v", "FROM read_csv('/etc/passwd') v", "不允许读取"),
        ("FROM visit v", "FROM bill v", "没有名为 bill 的表"),
        ("s.nights\n", "s.nights, random() AS luck\n", "函数 rand 不在允许之列"),
    ],
)
def test_a_select_with_a_fault_is_refused_by_name(
    tmp_path: Path, of: str, to: str, said: str
) -> None:
    assert of in SQL
    assert said in refusal(write(tmp_path, sql=SQL.replace(of, to)))


def test_a_select_that_does_not_parse_is_told_with_the_line_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, sql=SQL.replace("WHERE", "WHERE ("))
    line = path.read_text("utf-8").splitlines().index("WHERE ( s.nights > $most") + 1
    assert f"Line {line}," in refusal(path)


def test_all_faults_of_a_file_are_told_at_once_in_either_language(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEADER.replace("STY90", "ABC").replace("0.3", "3"),
        SQL.replace("$most", "round($least)"),
    )
    said = refusal(path)
    for part in ("编号 ABC", "prior", "round", "$least 没有声明", "most 未被使用"):
        assert part in said
    speak("en")
    said = refusal(path)
    for part in ("code ABC", "prior must", "function round", "$least is not declared", "not used"):
        assert part in said
    assert not re.search(r"[一-鿿]", said)


def test_files_that_are_no_rules_are_refused_in_words(tmp_path: Path) -> None:
    no_comment = tmp_path / "bare.sql"
    no_comment.write_text("SELECT 1 AS a")
    assert "开头没有 /* … */ 注释" in refusal(no_comment)
    binary = tmp_path / "binary.sql"
    binary.write_bytes(b"/*\xff\xfe\x00\x81*/")
    assert "不是 UTF-8 文本" in refusal(binary)
    folder = tmp_path / "folder.sql"
    folder.mkdir()
    assert "不是普通文件" in refusal(folder)
    dangling = tmp_path / "dangling.sql"
    dangling.symlink_to(tmp_path / "gone")
    assert "不是普通文件" in refusal(dangling)
    pipe = tmp_path / "pipe.sql"
    os.mkfifo(pipe)
    assert "不是普通文件" in refusal(pipe)
    assert "TOML" in refusal(write(tmp_path, "code = \n"))
    assert "TOML" in refusal(write(tmp_path, HEADER + "\n[title]\nzh = 'again'\n"))


@pytest.mark.parametrize(
    "header",
    ["x = " + "[" * 20_000 + "]" * 20_000, "x = " + "{a=" * 20_000 + "1" + "}" * 20_000, "x" * 200_000],
    ids=["lists", "tables", "size"],
)  # fmt: skip
def test_a_header_blown_up_out_of_reason_is_refused_in_words(tmp_path: Path, header: str) -> None:
    said = refusal(write(tmp_path, header))
    assert "嵌套太深" in said or "超过 100 KB" in said


def test_a_linked_rule_is_read_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "linked.sql"
    link.symlink_to(write(tmp_path / "there"))
    assert read_rule(link).code == "STY90"


def test_a_users_rule_without_cases_is_a_draft_and_cannot_be_a_violation(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert read_rule(path).status == "draft"
    path.with_suffix(".cases.toml").write_text("")
    assert read_rule(path).status == "stable"
    strong = write(tmp_path, HEADER.replace("suspected", "violation"), name="strong.sql")
    assert "没有用例的规则不能定为“违规”" in refusal(strong)


def test_a_draft_runs_only_when_selected(tmp_path: Path) -> None:
    write(tmp_path)
    assert "STY90" not in {rule.code for rule in rules([tmp_path])}
    assert {rule.code for rule in rules([tmp_path], select=["sty9"])} == {"STY90"}


def test_select_and_ignore_go_by_the_beginning_of_the_code() -> None:
    everything = {rule.code for rule in rules()}
    stays = {code for code in everything if code.startswith("STY")}
    assert stays
    assert {rule.code for rule in rules(select=["STY"])} == stays
    assert {rule.code for rule in rules(ignore=["sty"])} == everything - stays
    assert {rule.code for rule in rules(select=["STY"], ignore=["STY02"])} == stays - {"STY02"}


def test_prefixes_that_no_code_has_are_named_all_at_once() -> None:
    with pytest.raises(MedauditError) as refused:
        rules(select=["STX02"], ignore=["QQQ"])
    said = str(refused.value)
    assert "没有以 STX02 开头的规则" in said
    assert "是不是 STY02" in said
    assert "没有以 QQQ 开头的规则" in said


def test_a_code_is_never_used_twice(tmp_path: Path) -> None:
    write(tmp_path, HEADER.replace("STY90", "STY02"))
    with pytest.raises(MedauditError, match="编号 STY02 已被使用"):
        rules([tmp_path])


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MedauditError, match="没有这个规则文件夹"):
        rules([tmp_path / "none"])


def test_settings_of_rules_are_checked_all_at_once() -> None:
    known = catalogue.known()
    wrong = {"STY2": {}, "STY02": {"gap": 3, "gap_days": "seven", "core_gap_days": True}}
    with pytest.raises(MedauditError) as refused:
        check_params(known, wrong, "medaudit.toml")
    said = str(refused.value)
    assert len(refused.value.problems) == 4
    for part in ("没有规则 STY2", "没有参数 gap", "'seven' 的类型不对", "True 的类型不对"):
        assert part in said
    check_params(known, {"STY02": {"gap_days": 10}}, "medaudit.toml")


@pytest.mark.parametrize(
    ("rule", "name", "value", "told"),
    [
        ("STY02", "gap_days", -5, "应为不小于 0 的数"),
        ("STY06", "exam_share", 80, "应在 0 与 1 之间"),
        ("STY03", "idle_share", float("nan"), "应在 0 与 1 之间"),
        ("BIL10", "discount", 75, "应在 0 与 1 之间"),
        ("CHR07", "first_month", 13, "应在 1 与 12 之间"),
        ("MED03", "group_length", 0, "应为不小于 1 的数"),
    ],
)
def test_a_parameter_out_of_its_range_is_refused_with_the_range(
    rule: str, name: str, value: float, told: str
) -> None:
    with pytest.raises(MedauditError) as refused:
        check_params(catalogue.known(), {rule: {name: value}}, "medaudit.toml")
    assert f"[params.{rule}] {name}" in str(refused.value) and told in str(refused.value)


def test_of_a_rule_without_parameters_none_is_listed() -> None:
    with pytest.raises(MedauditError) as refused:
        check_params(catalogue.known(), {"BIL02": {"q": 1}}, "medaudit.toml")
    assert "它没有参数" in str(refused.value)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ('default = 5\nunit = "share"', "default 超出范围"),
        ("default = -1", "default 超出范围"),
        ('default = 1\nmin = "a"', "min、max 应为数字"),
    ],
)
def test_the_range_of_a_parameter_is_checked_in_the_header(told: str, said: str) -> None:
    header = tomllib.loads(f"[params.n]\n{told}\n")
    assert any(
        said in fault for fault in header_faults(header, (), portable.parse("SELECT 1 AS a"))
    )


@pytest.mark.parametrize("rule", catalogue.known(), ids=lambda rule: rule.code)
def test_shipped_rules_are_told_in_both_languages(rule: catalogue.Rule) -> None:
    for texts in (rule.title, rule.message, rule.benign, rule.next):
        assert texts["zh"].strip() and texts["en"].strip()
        assert re.search(r"[一-鿿]", texts["zh"])
        assert not re.search(r"[一-鿿]", texts["en"])
        for verdict in ("fraud", "欺诈", "骗保"):
            assert verdict not in f"{texts['zh']} {texts['en']}".lower()
    # What the reader is told must not depend on the language.
    names = [set(re.findall(r"\{(\w+)\}", text)) for text in rule.message.values()]
    assert names[0] == names[1]


@pytest.mark.parametrize("rule", catalogue.known(), ids=lambda rule: rule.code)
def test_shipped_parameters_say_where_their_number_comes_from(rule: catalogue.Rule) -> None:
    for param in rule.params.values():
        assert param.source, param.name
        assert param.help["zh"] and param.help["en"], param.name


def test_a_folder_of_bad_rules_ends_a_scan_with_every_fault_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settlement.csv").write_text(
        "setl_id,psn_no,fixmedins_code,med_type,begndate,enddate,medfee_sumamt,fund_pay_sumamt\n"
        "S1,P1,H1,21,2025-01-01,2025-01-09,100,80\n"
    )
    own = tmp_path / "own"
    own.mkdir()
    write(own, sql="\nCOPY settlement TO 'out.csv'", name="a_copy.sql")
    write(
        own, HEADER.replace("STY90", "STY91"), SQL.replace("visit v", "'x.parquet' v"), "b_file.sql"
    )
    write(own, HEADER.replace("STY90", "BAD"), SQL.replace("s.nights\n", "getenv('HOME') AS home\n"), "c_env.sql")  # fmt: skip
    (own / "d_binary.sql").write_bytes(bytes(range(256)))
    with pytest.raises(SystemExit) as ended:
        main(["scan", "settlement.csv", "--rules", "own"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    for part in (
        "a_copy.sql",
        "b_file.sql",
        "x.parquet",
        "c_env.sql",
        "getenv",
        "编号 BAD",
        "d_binary.sql",
    ):
        assert part in said
    assert "Traceback" not in said
    assert not (tmp_path / "medaudit-run").exists()
    assert not (tmp_path / "out.csv").exists()


# ---- relations and bands --------------------------------------------------------------------------


def of_stay(folder: Path, code: str, subsumes: list[str]) -> None:
    small_county.rule(folder, code, small_county.of_visit(), subsumes=subsumes)


def test_a_relation_to_a_rule_that_is_not_there_names_the_likely_one(tmp_path: Path) -> None:
    of_stay(tmp_path, "STY90", ["STY99"])
    with pytest.raises(MedauditError, match="subsumes 不认识 STY99"):
        catalogue.known([tmp_path])


@pytest.mark.parametrize("ring", [["STY90"], ["STY90", "STY91"], ["STY90", "STY91", "STY92"]])
def test_rules_in_a_ring_would_tell_nothing_and_are_refused(
    ring: list[str], tmp_path: Path
) -> None:
    for code, following in zip(ring, [*ring[1:], ring[0]], strict=True):
        of_stay(tmp_path, code, [following])
    with pytest.raises(MedauditError, match="规则互相包含"):
        catalogue.known([tmp_path])


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ('{ column = "nights", at_most = ["most"] }', "bands 写成"),
        ('{ column = "weeks", at_most = ["most", "most"] }', "bands 的 weeks 不在返回列中"),
        ('{ column = "nights", at_least = ["most", "least"] }', "bands 不认识 least"),
    ],
)
def test_bands_name_a_column_and_two_parameters(tmp_path: Path, bands: str, said: str) -> None:
    told = HEADER.replace("prior = 0.3", f"prior = 0.3\nbands = {bands}")
    assert said in refusal(write(tmp_path, told))
