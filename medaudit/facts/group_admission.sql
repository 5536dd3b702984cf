/*
[grain]
zh = "每次住院与患者所属的每个群体一行；有常见理由（急诊、放化疗、透析、分娩、精神科等）的住院除外"
en = "one row per hospital stay and group of its patient, without stays that a usual reason explains (emergency, chemotherapy, dialysis, birth, psychiatry …)"
[columns]
kind = { zh = "群体：care_home 养老机构、phone 电话、employer 单位、address 地址", en = "the group: care_home, phone, employer or address" }
group_id = { zh = "养老机构、电话、单位或地址", en = "the care home, telephone, employer or address" }
place = { zh = "群体由具体到宽泛的次序，1 最具体", en = "from the closest kind of group, 1, to the widest" }
unit = { zh = "同户只算一个，养老机构按人", en = "the household, counted once; in a care home the person" }
*/
WITH contact AS (
  SELECT v.person_id, v.coner_tel AS tel FROM visit v
  WHERE v.is_stay AND length(v.coner_tel) >= 7 AND replace(v.coner_tel, substr(v.coner_tel, 1, 1), '') <> ''
  UNION SELECT person_id, tel FROM household WHERE tel IS NOT NULL
), shared AS (
  -- More than a household, and not a filler.
  SELECT tel FROM contact GROUP BY tel HAVING count(*) BETWEEN 9 AND 200
), member AS (
  SELECT person_id, 'care_home' AS kind, care_home AS group_id, 1 AS place FROM household WHERE care_home IS NOT NULL
  UNION ALL SELECT c.person_id, 'phone', c.tel, 2 FROM contact c JOIN shared s ON s.tel = c.tel
  UNION ALL SELECT person_id, 'employer', emp_name, 3 FROM household WHERE length(trim(emp_name)) > 2
  UNION ALL SELECT person_id, 'address', addr_code, 4 FROM household WHERE addr_persons > 8
)
SELECT m.kind, m.group_id, m.place, s.stay_id, s.setl_id, s.person_id, s.fixmedins_code, s.admitted, s.discharged, s.icd3,
       CASE WHEN m.kind = 'care_home' THEN s.person_id ELSE h.household END AS unit
FROM stay s
JOIN member m ON m.person_id = s.person_id
JOIN household h ON h.person_id = s.person_id
WHERE NOT EXISTS (SELECT 1 FROM exclusion e WHERE e.setl_id = s.setl_id)
