"""Facts about who lives with whom, and about clocks that can be believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.small_county import Small, settlement

County = Callable[..., Small]


def person(number: int, **columns: Any) -> dict[str, Any]:
    return {"psn_no": f"P{number}"} | columns


def households(county: County, people: list[dict[str, Any]]) -> list[str]:
    small = county(settlement=[settlement("S1", psn_no="P1")], person=people)
    return [
        one["household"] for one in sorted(small.fact("household"), key=lambda x: x["person_id"])
    ]


def test_an_address_of_a_few_is_a_household_before_a_telephone(county: County) -> None:
    people = [person(n, addr_code="A1", tel=f"1380000111{n}") for n in (1, 2)]
    assert households(county, people) == ["aA1", "aA1"]


def test_in_a_village_the_telephone_tells_the_household(county: County) -> None:
    people = [person(n, addr_code="V1", tel="13800001111" if n < 3 else "") for n in range(1, 10)]
    assert households(county, people)[:3] == ["t13800001111", "t13800001111", "pP3"]


def test_a_filler_is_no_telephone_and_one_of_many_no_household(county: County) -> None:
    people = [person(1, tel="00000000000"), person(2, tel="00000000000")]
    assert households(county, people) == ["pP1", "pP2"]
    people = [person(n, tel="13800001111") for n in range(1, 10)]
    assert households(county, people)[0] == "pP1"


def test_a_clock_is_believed_when_it_ran_at_the_visit(county: County) -> None:
    day = "2025-03-02"
    bills = [
        settlement("S1", med_type="11", begndate=day, enddate=day, setl_time=f"{day} 09:01:05"),
        settlement("S2", med_type="11", begndate=day, enddate=day, setl_time=day),
        settlement("S3", med_type="11", begndate=day, enddate=day, setl_time="2025-03-03 09:00:07"),
        settlement("S4", med_type="21", begndate=day, enddate=day, setl_time=f"{day} 09:00:08"),
    ]
    told = county(settlement=bills).fact("timed_visit")
    assert [(one["setl_id"], one["clock"]) for one in told] == [("S1", 9 * 3600 + 65)]


def test_a_place_that_settles_at_one_second_of_the_day_has_no_clock(county: County) -> None:
    days = [f"2025-03-{n:02d}" for n in range(1, 7)]
    stopped = [
        settlement(f"S{day}", med_type="11", begndate=day, enddate=day, setl_time=f"{day} 17:30:00")
        for day in days
    ]
    assert county(settlement=stopped).fact("timed_visit") == []
    assert len(county(settlement=stopped[:4]).fact("timed_visit")) == 4
