"""The conditions of a rule and the words behind them."""

from __future__ import annotations

from medaudit.detectors.catalogue import known
from medaudit.detectors.conditions import conditions, deciding
from medaudit.engine import portable
from medaudit.language import speak

WHERE = """
SELECT setl_id FROM visit v
WHERE v.charge > $least        -- 金额够大 | The amount is large enough
  AND (v.age BETWEEN 1 AND 5   -- why it is so
       OR v.gend = '1')        -- 是儿童或男性 | A child or male
  AND v.charge < 9
  AND NOT (v.age > 1 AND v.age < 2)  -- only one language
"""


def test_conditions_split_at_the_top_ands_and_carry_the_words_behind_them() -> None:
    found = conditions(portable.parse(WHERE).args["where"])
    assert [c.zh for c in found] == ["金额够大", "是儿童或男性", "", ""]
    assert [c.en for c in found[:2]] == ["The amount is large enough", "A child or male"]
    assert found[0].parameters == ["least"]
    assert found[2].text == "v.charge < 9"


def test_of_deciding_conditions_a_comment_in_one_language_serves_for_both() -> None:
    last = conditions(portable.parse(WHERE).args["where"], deciding=True)[-1]
    speak("en")
    assert last.words == "only one language"
    speak("zh")
    assert last.words == "only one language"


def test_every_shipped_rule_says_in_both_languages_when_it_reports() -> None:
    silent = [
        (rule.code, condition.sql)
        for rule in known()
        for condition in deciding(rule)
        if not condition.zh or not condition.en or condition.zh == condition.en
    ]
    assert not silent
    assert not [rule.code for rule in known() if not deciding(rule)]
