/*
made = "links"
[grain]
zh = "每个关联群组的每名成员一行"
en = "one row per ring and member"
[columns]
ring_id = { zh = "群组编号", en = "the ring's id" }
partners = { zh = "多次相遇的其他成员数", en = "other members met again and again" }
met = { zh = "与他们相遇的天数（次数）合计", en = "days (or times) met with them, added up" }
expected = { zh = "其中偶然所致的期望", en = "how many of them chance would give" }
household = { zh = "所在户，见 household", en = "the household, see there" }
sessions = { zh = "到场次数", en = "times seen with the ring" }
*/
SELECT ring_id, CAST(NULL AS VARCHAR) AS person_id, CAST(NULL AS INTEGER) AS partners, CAST(NULL AS INTEGER) AS met,
       CAST(NULL AS DOUBLE) AS expected, CAST(NULL AS INTEGER) AS sessions, p.psn_no, p.psn_name, p.gend, p.brdy,
       h.household, h.addr_code, h.care_home, h.emp_name, h.tel
FROM ring CROSS JOIN people p CROSS JOIN household h WHERE FALSE
