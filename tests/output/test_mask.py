from __future__ import annotations

import json

import pandas as pd
import pytest

from medaudit.output.mask import mask_id, mask_name, mask_phone, masked


@pytest.mark.parametrize(
    ("name", "told"),
    [("张三", "张*"), ("欧阳小明", "欧***"), ("John Smith", "J*** S****"), ("", ""), ("张", "张")],
)
def test_of_a_name_the_first_character_stays(name: str, told: str) -> None:
    assert mask_name(name) == told


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("460100198001011234", "460*************34"),
        ("P0000123", "P00***23"),
        ("P000123", "P*****3"),
        ("P1", "**"),
    ],
)
def test_of_an_id_the_first_three_and_the_last_two_stay(number: str, told: str) -> None:
    assert mask_id(number) == told


def test_telephone_numbers_are_masked_wherever_they_stand() -> None:
    assert mask_phone("13812345678") == "138******78"
    told = mask_phone("母亲 13812345678，单位 0898-66668888")
    assert told == "母亲 138******78，单位 089********88"


def test_people_are_masked_and_institutions_are_not(suspects: pd.DataFrame) -> None:
    told = masked(suspects)
    assert list(told["subject_name"][:3]) == list(suspects["subject_name"][:3])
    assert told["subject_name"][3] == "欧***"
    assert told["subject_id"][0] == "H46010500002"
    assert told["subject_id"][3] == "004**************67"
    assert suspects["subject_name"][3] == "欧阳小明"


def test_on_the_terminal_only_names_are_masked(suspects: pd.DataFrame) -> None:
    told = masked(suspects, names_only=True)
    assert told["subject_name"][3] == "欧***"
    assert told["subject_id"][3] == "0046010000001234567"


def test_evidence_is_masked_by_its_keys_at_any_depth() -> None:
    evidence = {
        "psn_name": "张三",
        "other_psn_no": "46010012345",
        "gap": 3,
        "others": [{"certno": "460100198001011234", "tel": "13812345678"}],
        "fixmedins_name": "县医院",
    }
    frame = pd.DataFrame({"evidence": [json.dumps(evidence), None]})
    told = json.loads(masked(frame)["evidence"][0])
    assert told == {
        "psn_name": "张*",
        "other_psn_no": "460******45",
        "gap": 3,
        "others": [{"certno": "460*************34", "tel": "138******78"}],
        "fixmedins_name": "县医院",
    }
    assert masked(frame)["evidence"][1] is None


def test_what_is_masked_in_a_row_is_masked_in_its_sentences() -> None:
    frame = pd.DataFrame(
        {
            "psn_no": ["46010012345", "46010099999"],
            "psn_name": ["张三", None],
            "reason": ["张三（46010012345）在县医院住院", "张三丰 46010012345"],
        }
    )
    told = masked(frame)
    assert told["reason"][0] == "张*（460******45）在县医院住院"
    assert told["reason"][1] == "张三丰 46010012345"
    assert told["psn_name"][1] is None


def test_a_frame_without_people_stays_as_it_is() -> None:
    frame = pd.DataFrame({"rule": ["STY02"], "amount": [1.5], "fixmedins_name": ["县医院"]})
    pd.testing.assert_frame_equal(masked(frame), frame)


def test_a_telephone_is_masked_where_names_are_also_under_another_name() -> None:
    evidence = {"kind": "phone", "coner_tel": "13812345678", "group_id": "13812345678", "n": 3}
    frame = pd.DataFrame({"evidence": [json.dumps(evidence)], "reason": ["电话 13812345678"]})
    told = masked(frame, names_only=True)
    hidden = {"coner_tel": "138******78", "group_id": "138******78"}
    assert json.loads(told["evidence"][0]) == evidence | hidden
    assert told["reason"][0] == "电话 138******78"
