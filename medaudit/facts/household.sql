/*
[grain]
zh = "每人一行"
en = "one row per human being"
[columns]
surname = { zh = "姓", en = "family name" }
tel_persons = { zh = "使用同一登记电话的人数", en = "people registered under the same telephone" }
addr_persons = { zh = "登记在同一地址的人数", en = "people registered at the same address" }
household = { zh = "户：8 人以内共用的地址，其次 8 人以内共用的电话，其次同一地址内 8 人以内共用的电话，都没有时为本人", en = "the household: an address shared by at most 8, else a telephone shared by at most 8, else one shared by at most 8 of an address, else the person alone" }
*/
WITH one AS (
  SELECT person_id, max(substr(trim(psn_name), 1, 1)) AS surname, max(addr_code) AS addr_code, max(care_home) AS care_home,
         max(emp_name) AS emp_name,
         -- 0, 00000000, 无: no telephone
         max(CASE WHEN length(tel) >= 7 AND replace(tel, substr(tel, 1, 1), '') <> '' THEN tel END) AS tel
  FROM people
  GROUP BY person_id
), sized AS (
  SELECT o.*, CASE WHEN tel IS NOT NULL THEN count(*) OVER (PARTITION BY tel) END AS tel_persons,
         CASE WHEN addr_code IS NOT NULL THEN count(*) OVER (PARTITION BY addr_code) END AS addr_persons,
         CASE WHEN tel IS NOT NULL AND addr_code IS NOT NULL THEN count(*) OVER (PARTITION BY tel, addr_code) END AS both_persons
  FROM one o
)
SELECT person_id, surname, addr_code, care_home, emp_name, tel, CAST(tel_persons AS INTEGER) AS tel_persons,
       CAST(addr_persons AS INTEGER) AS addr_persons,
       -- An address of many is a village or a block, a telephone of many a handler's or a filler.
       CASE WHEN addr_persons BETWEEN 2 AND 8 THEN 'a' || addr_code
            WHEN tel_persons BETWEEN 2 AND 8 THEN 't' || tel
            WHEN both_persons BETWEEN 2 AND 8 THEN 'b' || tel || ' ' || addr_code
            ELSE 'p' || person_id END AS household
FROM sized
