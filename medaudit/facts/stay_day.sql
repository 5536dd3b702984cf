/*
[grain]
zh = "每次住院的每一天一行，含入院日与出院日"
en = "one row per stay and day, admission and discharge included"
[columns]
day_no = { zh = "第几天，入院日为 0", en = "0 on the day of admission" }
is_first = { zh = "入院日", en = "day of admission" }
is_last = { zh = "出院日", en = "day of discharge" }
lines = { zh = "明细条数", en = "fee lines" }
treat_lines = { zh = "检查、化验、治疗、手术、材料、药品等条数", en = "lines of tests, treatment, operations, materials and drugs" }
house_lines = { zh = "床位、诊察、护理、诊疗、挂号和其他（取暖、伙食等）条数", en = "lines of bed, consultation, nursing, registration and other charges such as heating and meals" }
house_charge = { zh = "床位、诊察、护理等金额（元）", en = "their charge, yuan" }
charge = { zh = "当日金额（元）", en = "charge of the day, yuan" }
is_blank = { zh = "入院日与出院日之间、没有任何费用的一天，而该机构平时按日记账", en = "a day between admission and discharge without any fee, at an institution that otherwise books by the day" }
*/
WITH billed AS (
  SELECT stay_id, day, CAST(count(*) AS INTEGER) AS lines,
         CAST(sum(CASE WHEN med_chrgitm_type IN ('01','02','07','12','13','14') THEN 1 ELSE 0 END) AS INTEGER) AS house_lines,
         sum(CASE WHEN med_chrgitm_type IN ('01','02','07','12','13','14') THEN charge ELSE 0 END) AS house_charge,
         sum(charge) AS charge
  FROM line
  WHERE stay_id IS NOT NULL
  GROUP BY stay_id, day
), month AS (
  SELECT month, min(day) AS first_day, max(day) AS last_day FROM calendar GROUP BY month
), stay_month AS (
  -- Month by month first: an engine without a join of ranges would hold every stay against every day.
  SELECT s.*, m.month AS on_month
  FROM stay s
  JOIN month m ON m.first_day <= s.discharged AND m.last_day >= s.admitted
), told AS (
  SELECT s.stay_id, s.setl_id, s.person_id, s.fixmedins_code, c.day,
         CAST(date_diff('day', s.admitted, c.day) AS INTEGER) AS day_no,
         c.day = s.admitted AS is_first, c.day = s.discharged AS is_last,
         coalesce(b.lines, 0) AS lines, coalesce(b.lines, 0) - coalesce(b.house_lines, 0) AS treat_lines,
         coalesce(b.house_lines, 0) AS house_lines,
         CAST(coalesce(b.house_charge, 0) AS DECIMAL(16,2)) AS house_charge,
         CAST(coalesce(b.charge, 0) AS DECIMAL(16,2)) AS charge
  FROM stay_month s
  JOIN calendar c ON c.month = s.on_month AND c.day BETWEEN s.admitted AND s.discharged
  LEFT JOIN billed b ON b.stay_id = s.stay_id AND b.day = c.day
), inside AS (
  SELECT fixmedins_code, stay_id, count(*) AS inner_days, sum(CASE WHEN lines > 0 THEN 1 ELSE 0 END) AS billed_days
  FROM told
  WHERE NOT is_first AND NOT is_last
  GROUP BY fixmedins_code, stay_id
), books AS (
  -- Who writes most stays' fees on the day they arise can be held to a day without any; who enters them at discharge cannot.
  SELECT fixmedins_code
  FROM inside
  GROUP BY fixmedins_code
  HAVING sum(billed_days) >= 30 AND 2 * sum(CASE WHEN 10 * billed_days >= 8 * inner_days THEN 1 ELSE 0 END) > count(*)
)
SELECT t.*, t.lines = 0 AND NOT t.is_first AND NOT t.is_last AND b.fixmedins_code IS NOT NULL AS is_blank
FROM told t
LEFT JOIN books b ON b.fixmedins_code = t.fixmedins_code
