"""Which queries fall apart by person: shown for what does, refused for what only looks as if it did."""

from __future__ import annotations

import pytest

from medaudit.engine.apart import Together, shape_of
from medaudit.engine.pieces import cut
from medaudit.engine.portable import parse
from medaudit.engine.scopes import Column, Shape

TABLES = {
    "visit": Shape(
        {
            "setl_id": Column("setl_id", True),
            "person_id": Column("person", True),
            "stay_id": Column("stay_id"),
            "fixmedins_code": Column(code="settlement.fixmedins_code"),
            "mdtrt_id": Column(),
            "day": Column(),
            "charge": Column(),
        },
        True,
    ),
    "line": Shape(
        {
            "feedetl_sn": Column("feedetl_sn", True),
            "setl_id": Column("setl_id", True),
            "person_id": Column("person", True),
            "stay_id": Column("stay_id"),
            "med_list_codg": Column(code="fee_item.med_list_codg"),
            "charge": Column(),
        },
        True,
    ),
    "item": Shape({"med_list_codg": Column(), "day_max": Column()}, False, name="item"),
    "calendar": Shape({"day": Column(), "is_holiday": Column()}, False, name="calendar"),
}

APART = {
    "a person's own rows are joined by the person": "SELECT v.person_id, l.charge FROM visit v JOIN line l ON l.person_id = v.person_id",
    "lines joined to their settlement": "SELECT v.person_id FROM visit v LEFT JOIN line l ON l.setl_id = v.setl_id AND l.charge > 0",
    "the tie may stand in the WHERE": "SELECT v.person_id FROM visit v CROSS JOIN line l WHERE l.setl_id = v.setl_id",
    "grouped by the person and something else": "SELECT person_id, day, sum(charge) AS charge FROM visit GROUP BY person_id, day",
    "a stay's rows once blank ones are out": "SELECT stay_id, max(person_id) AS person_id FROM visit WHERE stay_id IS NOT NULL GROUP BY stay_id",
    "a window within the person": "SELECT setl_id, lag(day) OVER (PARTITION BY person_id ORDER BY day, setl_id) AS before FROM visit",
    "what is looked up is nobody's": "SELECT l.feedetl_sn FROM line l JOIN item i ON i.med_list_codg = l.med_list_codg",
    "each day of a calendar": "SELECT v.setl_id, c.day FROM visit v JOIN calendar c ON c.day <= v.day",
    "nothing like it of the same person": "SELECT v.setl_id FROM visit v WHERE NOT EXISTS (SELECT 1 FROM line l WHERE l.setl_id = v.setl_id)",
    "one of the person's own settlements": "SELECT setl_id FROM visit WHERE setl_id IN (SELECT setl_id FROM line WHERE charge > 0)",
    "two tables in a subquery, both tied": "SELECT v.setl_id FROM visit v "
    "WHERE EXISTS (SELECT 1 FROM line l JOIN visit o ON o.setl_id = l.setl_id WHERE l.person_id = v.person_id)",
    "people's rows one below the other": "SELECT person_id, charge FROM visit UNION ALL SELECT person_id, charge FROM line",
    "no row twice, the person among the columns": "SELECT DISTINCT person_id, day FROM visit",
    "by way of a CTE": "WITH paid AS (SELECT person_id, sum(charge) AS charge FROM visit GROUP BY person_id) "
    "SELECT l.feedetl_sn FROM line l JOIN paid p ON p.person_id = l.person_id",
    "what has no stay is left out where the sums of stays are used": "WITH spent AS (SELECT stay_id, sum(charge) AS charge FROM line GROUP BY stay_id) "
    "SELECT v.setl_id, s.charge FROM visit v JOIN spent s ON s.stay_id = v.stay_id",
    "and where they are looked up": "WITH spent AS (SELECT stay_id, sum(charge) AS charge FROM line GROUP BY stay_id) "
    "SELECT v.setl_id, s.charge FROM visit v LEFT JOIN spent s ON s.stay_id = v.stay_id AND s.charge > 0",
    "and where it is sorted out two steps later": "WITH spent AS (SELECT stay_id, max(person_id) AS person_id FROM line GROUP BY stay_id), "
    "most AS (SELECT DISTINCT s.stay_id AS of_stay, s.person_id FROM spent s), "
    "numbered AS (SELECT m.*, row_number() OVER (PARTITION BY m.of_stay ORDER BY m.person_id) AS n FROM most m) "
    "SELECT n.of_stay, n.person_id FROM numbered n WHERE n.of_stay IS NOT NULL",
    "a window over a stay, of which only stays are shown": "WITH w AS (SELECT stay_id, setl_id, count(*) OVER (PARTITION BY stay_id) AS n FROM visit) "
    "SELECT setl_id, n FROM w WHERE stay_id > ''",
    "the first that is known of one kind": "SELECT coalesce(l.setl_id, v.setl_id) AS setl_id FROM visit v LEFT JOIN line l ON l.setl_id = v.setl_id",
}

TOGETHER = {
    "joined by the institution": "SELECT v.person_id FROM visit v JOIN visit o ON o.fixmedins_code = v.fixmedins_code",
    "joined by a visit number, which people share": "SELECT v.person_id FROM visit v JOIN visit o ON o.mdtrt_id = v.mdtrt_id",
    "the tie is one of two ways": "SELECT v.person_id FROM visit v JOIN line l ON l.setl_id = v.setl_id OR l.charge = v.charge",
    "numbers of different kinds are compared": "SELECT v.person_id FROM visit v JOIN line l ON l.feedetl_sn = v.setl_id",
    "the tie of a LEFT JOIN stands in the WHERE": "SELECT v.person_id FROM visit v LEFT JOIN line l ON l.charge > 0 WHERE l.setl_id = v.setl_id",
    "grouped by day": "SELECT day, count(*) AS n, max(person_id) AS person_id FROM visit GROUP BY day",
    "grouped by the stay, all who have none in one group": "SELECT stay_id, max(person_id) AS person_id FROM visit GROUP BY stay_id",
    "a default that everybody shares": "WITH w AS (SELECT lag(person_id, 1, 'FIRST') OVER (PARTITION BY person_id ORDER BY setl_id) AS person_id FROM visit) "
    "SELECT person_id, count(*) AS n FROM w WHERE person_id IS NOT NULL GROUP BY person_id",
    "one half of what is asked for is of others": "SELECT v.setl_id FROM visit v WHERE NOT EXISTS (SELECT b.setl_id FROM visit b WHERE b.day = v.day "
    "UNION ALL SELECT c.setl_id FROM visit c WHERE c.person_id = v.person_id)",
    "a blank among others' numbers": "WITH w AS (SELECT person_id, lag(person_id) OVER (PARTITION BY person_id ORDER BY setl_id) AS prev FROM visit) "
    "SELECT v.setl_id FROM visit v WHERE v.person_id NOT IN (SELECT w.prev FROM w)",
    "a blank that is asked for": "SELECT v.setl_id FROM visit v WHERE v.stay_id NOT IN (SELECT stay_id FROM line WHERE stay_id IS NOT NULL)",
    "an ANTI JOIN keeps who has no stay": "WITH g AS (SELECT stay_id, max(person_id) AS person_id FROM line GROUP BY stay_id) "
    "SELECT g.stay_id, g.person_id FROM g ANTI JOIN calendar c ON c.day = g.stay_id",
    "rows of whom has no stay are told no more from others": "WITH spent AS (SELECT stay_id, max(person_id) AS person_id FROM line GROUP BY stay_id) "
    "SELECT person_id FROM spent",
    "nor where they are grouped again by the person": "WITH spent AS (SELECT stay_id, max(person_id) AS person_id FROM line GROUP BY stay_id) "
    "SELECT person_id, count(stay_id) AS n FROM spent GROUP BY person_id",
    "nor where they are joined by the person": "WITH spent AS (SELECT stay_id, max(person_id) AS person_id FROM line GROUP BY stay_id) "
    "SELECT v.setl_id, v.person_id FROM visit v JOIN spent s ON s.person_id = v.person_id",
    "looked up by the person with those of no stay": "WITH spent AS (SELECT stay_id, max(person_id) AS person_id FROM line GROUP BY stay_id) "
    "SELECT v.setl_id, v.person_id FROM visit v LEFT JOIN spent s ON s.person_id = v.person_id",
    "a window over those of no stay is shown": "SELECT setl_id, count(*) OVER (PARTITION BY stay_id) AS n FROM visit",
    "a window over those of no stay, their number hidden in another": "SELECT setl_id, coalesce(stay_id, setl_id) AS leg_id, "
    "count(*) OVER (PARTITION BY stay_id) AS n FROM visit",
    "none of those": "WITH spent AS (SELECT stay_id, sum(charge) AS charge FROM line GROUP BY stay_id) "
    "SELECT v.setl_id FROM visit v WHERE v.stay_id NOT IN (SELECT stay_id FROM spent)",
    "blank again after a LEFT JOIN": "SELECT l.setl_id, count(*) AS n FROM visit v LEFT JOIN line l ON l.setl_id = v.setl_id GROUP BY l.setl_id",
    "summed over everybody": "SELECT max(person_id) AS person_id FROM visit",
    "a window over a day": "SELECT setl_id, count(*) OVER (PARTITION BY day) AS n FROM visit",
    "a window over everything": "SELECT setl_id, row_number() OVER (ORDER BY day, setl_id) AS n FROM visit",
    "somebody else did it too": "SELECT v.setl_id FROM visit v WHERE EXISTS (SELECT 1 FROM visit o WHERE o.day = v.day)",
    "the subquery's other table is anybody's": "SELECT v.setl_id FROM visit v WHERE EXISTS (SELECT 1 FROM line l CROSS JOIN visit o WHERE o.setl_id = v.setl_id)",
    "a figure of everybody": "SELECT v.setl_id FROM visit v WHERE v.charge > (SELECT max(charge) FROM visit)",
    "the same days as others": "SELECT setl_id FROM visit WHERE day IN (SELECT day FROM visit)",
    "a calendar with people beside it": "SELECT c.day, v.person_id FROM calendar c LEFT JOIN visit v ON v.day = c.day",
    "no row twice, whoever's it is": "SELECT DISTINCT day, charge FROM visit",
    "UNION drops rows that two people have": "SELECT day FROM visit UNION SELECT charge FROM line",
    "a column that is there twice moves the others": "WITH both AS (SELECT day AS a, day AS b, setl_id AS c FROM visit UNION ALL SELECT day, day, charge FROM line) "
    "SELECT b.c AS setl_id FROM both b JOIN line l ON l.setl_id = b.c",
    "beside rows that are nobody's": "SELECT person_id FROM visit UNION ALL SELECT med_list_codg FROM item",
    "a CTE about everybody": "WITH busy AS (SELECT day FROM visit GROUP BY day) SELECT v.setl_id FROM visit v JOIN busy b ON b.day = v.day",
    "columns change their names": "WITH t(setl_id, n) AS (SELECT fixmedins_code, person_id FROM visit) "
    "SELECT t.setl_id, l.charge FROM t JOIN line l ON l.setl_id = t.setl_id",
}


@pytest.mark.parametrize("name", APART)
def test_a_query_falls_apart_where(name: str) -> None:
    shape = shape_of(parse(APART[name]), TABLES)
    assert shape.of_people
    assert shape.owner


@pytest.mark.parametrize("name", TOGETHER)
def test_a_query_stays_together_where(name: str) -> None:
    with pytest.raises(Together):
        shape_of(parse(TOGETHER[name]), TABLES)


def test_a_person_must_be_told_under_a_name_that_is_known() -> None:
    assert shape_of(parse("SELECT person_id AS who, charge FROM visit"), TABLES).owner == ""
    assert shape_of(parse("SELECT setl_id AS person_id, charge FROM visit"), TABLES).owner == ""


def test_it_is_told_by_which_code_a_table_is_looked_up() -> None:
    by_code = shape_of(parse(APART["what is looked up is nobody's"]), TABLES)
    assert by_code.looked == {"item": frozenset([("med_list_codg", "fee_item.med_list_codg")])}
    by_range = shape_of(parse(APART["each day of a calendar"]), TABLES)
    assert by_range.looked == {"calendar": None}


def test_a_table_looked_up_twice_is_told_only_where_both_ways_are_known() -> None:
    twice = "SELECT l.feedetl_sn FROM line l JOIN item i ON i.med_list_codg = l.med_list_codg JOIN item j ON j.day_max > i.day_max"
    assert shape_of(parse(twice), TABLES).looked == {"item": None}


def test_what_falls_apart_is_cut_out_of_what_does_not() -> None:
    sql = """
    WITH big AS (SELECT person_id, setl_id, day FROM visit WHERE charge > 100),
    busy AS (SELECT day FROM big GROUP BY day HAVING count(*) > 3)
    SELECT b.setl_id, b.person_id FROM big b JOIN busy d ON d.day = b.day
    """
    told = cut(sql, TABLES, "hits_X")
    assert told is not None
    assert not told.apart
    assert [(piece.alias, piece.shape.owner) for piece in told.pieces] == [("big", "person_id")]
    assert '"hits_X__big"' in told.rest
    assert "visit" not in told.rest


def test_a_query_of_tables_nobody_knows_is_not_cut() -> None:
    assert cut("SELECT x FROM elsewhere", TABLES, "y") is None


NARROWED = """
WITH big AS (SELECT * FROM visit WHERE charge > 100),
busy AS (SELECT day FROM visit GROUP BY day HAVING count(*) > 3)
SELECT b.setl_id FROM big b JOIN busy d ON d.day = b.day WHERE b.charge < 500 AND b.mdtrt_id <> d.day
"""


def test_a_part_is_kept_with_the_columns_and_rows_that_the_rest_needs() -> None:
    told = cut(NARROWED, TABLES, "hits_X")
    assert told is not None
    (piece,) = told.pieces
    # setl_id is shown, day and mdtrt_id are compared, charge is in the condition, person_id says whose it is.
    assert set(piece.shape.columns) == {"setl_id", "person_id", "day", "mdtrt_id", "charge"}
    assert piece.sql.endswith('WHERE "charge" < 500')


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("big b JOIN busy d", "busy d LEFT JOIN big b"),
        ("b.mdtrt_id <> d.day", "NOT EXISTS (SELECT 1 FROM big o WHERE o.day > b.day)"),
        ("b.charge < 500", "b.charge < (SELECT count(*) FROM busy)"),
    ],
    ids=["it is looked up", "it is read twice", "the limit is of others"],
)
def test_all_rows_of_a_part_are_kept_where(old: str, new: str) -> None:
    told = cut(NARROWED.replace(old, new), TABLES, "hits_X")
    assert told is not None
    assert ["WHERE" in piece.sql.rpartition(" AS part")[2] for piece in told.pieces] == [False]


def test_columns_are_the_same_in_capitals() -> None:
    told = cut(NARROWED.replace("b.mdtrt_id", "B.MDTRT_ID"), TABLES, "hits_X")
    assert told is not None
    assert "mdtrt_id" in told.pieces[0].shape.columns


def test_all_columns_of_a_part_are_kept_where_all_are_shown() -> None:
    told = cut(NARROWED.replace("b.setl_id FROM", "b.* FROM"), TABLES, "hits_X")
    assert told is not None
    assert set(told.pieces[0].shape.columns) == set(TABLES["visit"].columns)
