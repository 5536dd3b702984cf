/*
code        = "POL07"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "drug"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(6)", "GZ10000101010000", "GZ10000102010000"]
prior       = 0.6
needs       = ["fee_item", "catalogue.course_max_days|catalogue_limit.course_max_days|limit_name.course_max_days"]
[title]
zh = "超过支付疗程"
en = "Longer than the payable course"
[message]
zh = "{item_name} 限支付 {course_max_days} 天（{limit_source}），本疗程自 {course_since} 起共用 {used_days} 天，超出部分 {charge_amount} 元"
en = "{item_name} is payable for {course_max_days} days a course ({limit_source}); this course since {course_since} has come to {used_days} days: {charge_amount} yuan beyond"
[benign]
zh = "间隔虽短但属另一疗程（新发病、再次手术）；带药按包装天数推算而实际用量更大；两种剂型先后使用，当地不合并计算"
en = "Another course after a short pause (a new illness, another operation); take-home days reckoned from the package while the dose was larger; two forms used in turn that are counted apart locally"
[next]
zh = "按医嘱核对起止日期和实际用药天数，确认是否同一疗程，再看超出部分是否已转自费"
en = "Check start, end and days of use in the orders, whether it was one course, and whether the days beyond were left to the patient"
[params.new_course_gap]
default = 7
unit = "day"
help = { zh = "停用超过这么多天后再用，算新的疗程", en = "Use after a pause of more than this many days begins a new course" }
source = { zh = "本工具的设定，无全国依据；目录另有间隔规定的以目录为准", en = "set by this tool; no national source; where the catalogue names a pause, that one counts" }
*/
WITH priced AS (
  SELECT l.*, coalesce(i.generic_code, l.med_list_codg) AS drug, i.pack_days,
         l.med_chrgitm_type IN ('09', '11') AND (NOT l.is_stay OR l.dscg_tkdrug_flag = '1') AS is_taken_home
  FROM limited_line l JOIN item i ON i.med_list_codg = l.med_list_codg
  WHERE l.course_max_days > 0
),
counted AS (   -- a day of charges is a day of use; what is taken home lasts as long as was said, else as its packages do
  SELECT p.*, CASE WHEN NOT is_taken_home THEN 1 WHEN prd_days > 0 THEN prd_days
                   WHEN pack_days > 0 AND coalesce(trdn_flag, '0') <> '1' THEN CAST(floor(CAST(cnt AS DOUBLE) * pack_days) AS INTEGER)
                   ELSE 1 END AS days,
         is_taken_home AND coalesce(prd_days, 0) <= 0 AND coalesce(pack_days, 0) > 0 AS is_reckoned
  FROM priced p
),
daily AS (     -- several lines of one day are one day's use, the longest counts
  SELECT person_id, drug, day, date_diff('day', DATE '1901-01-01', day) AS day_no, greatest(max(days), 1) AS days,
         max(CASE WHEN is_reckoned THEN 1 ELSE 0 END) AS reckoned, max(course_max_days) AS course_max_days
  FROM counted GROUP BY person_id, drug, day
),
reached AS (
  SELECT d.*, max(day_no + days) OVER (PARTITION BY person_id, drug ORDER BY day_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS lasted_to
  FROM daily d
),
course AS (
  SELECT r.*, sum(CASE WHEN lasted_to IS NULL OR day_no - lasted_to > $new_course_gap THEN 1 ELSE 0 END)
                OVER (PARTITION BY person_id, drug ORDER BY day_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS course_no
  FROM reached r
),
summed AS (
  SELECT c.*, sum(days) OVER (PARTITION BY person_id, drug, course_no ORDER BY day_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running_days,
         sum(days) OVER (PARTITION BY person_id, drug, course_no) AS used_days,
         min(day) OVER (PARTITION BY person_id, drug, course_no) AS course_since,
         max(reckoned) OVER (PARTITION BY person_id, drug, course_no) AS course_reckoned,
         max(course_max_days) OVER (PARTITION BY person_id, drug, course_no) AS payable_days
  FROM course c
),
beyond AS (
  SELECT l.*, s.running_days, s.used_days, s.course_since, s.payable_days, s.course_reckoned = 1 AS days_reckoned,
         CAST(least(l.days, s.running_days - s.payable_days) AS DOUBLE) / nullif(l.days, 0) AS part
  FROM summed s JOIN counted l ON l.person_id = s.person_id AND l.drug = s.drug AND l.day = s.day
  WHERE s.running_days > s.payable_days
)
SELECT b.setl_id, b.feedetl_sn, b.psn_no, b.fixmedins_code, b.dr_codg, b.day AS occurred_on,
  CAST(CAST(b.charge AS DOUBLE) * CASE WHEN b.is_taken_home AND b.part < 1 THEN floor(CAST(b.cnt AS DOUBLE) * b.part) / nullif(CAST(b.cnt AS DOUBLE), 0) ELSE 1 END + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN b.days_reckoned OR NOT b.pooled OR b.course_by_name THEN 0.5 ELSE 0.9 END AS DOUBLE) AS strength,
  CASE WHEN b.days_reckoned OR NOT b.pooled OR b.course_by_name THEN 'suspected' END AS level,
  b.person_id, b.drug, b.med_list_codg, b.item_name, b.payable_days AS course_max_days, CAST(b.used_days AS INTEGER) AS used_days, b.course_since, b.days_reckoned, b.pooled,
  b.course_source AS limit_source, b.course_by_name
FROM beyond b
WHERE b.running_days > b.payable_days                  -- 本疗程到这天的累计天数超过支付疗程 | The days of this course so far are over the payable course
  AND (NOT b.is_taken_home OR b.part >= 1 OR CAST(b.cnt AS DOUBLE) * b.part >= 1)     -- 带药至少多出一个包装 | Of drugs taken home at least one package is beyond
