/*
[grain]
zh = "每条未满最短间隔又做的费用明细一行：间隔来自随附的限定周期项目（按名称）或数据里的限定频次表（按编码），两处各算"
en = "one row per fee line of an item done again before its interval passed: intervals of the shipped interval_item (by name) and of item_limit (by code), each by itself"
[columns]
listed_in = { zh = "间隔出自哪张表：interval_item 或 item_limit", en = "table of the interval: interval_item or item_limit" }
item_kind = { zh = "按名称时为名称片段，按编码时为项目编码", en = "the part of the name, or the item code" }
earlier_day = { zh = "上一次的日期", en = "day of the time before" }
gap = { zh = "相隔天数", en = "days between" }
min_gap_days = { zh = "最短间隔天数", en = "least days between" }
one_institution = { zh = "两次在同一机构", en = "both at one institution" }
limit_source = { zh = "间隔的依据", en = "source of the interval" }
*/
WITH named AS (
  -- Of several known names inside an item's name the longest says most.
  SELECT i.med_list_codg, k.name AS item_kind, k.min_gap_days, k.source,
         row_number() OVER (PARTITION BY i.med_list_codg ORDER BY length(k.name) DESC, k.name) AS place
  FROM item i JOIN interval_item k ON contains(i.item_name, k.name)
  WHERE i.med_chrgitm_type NOT IN ('08', '09', '10', '11')
), spaced AS (
  SELECT 'interval_item' AS listed_in, med_list_codg, item_kind, min_gap_days,
         CAST(NULL AS DATE) AS begndate, CAST(NULL AS DATE) AS enddate, source
  FROM named WHERE place = 1 AND min_gap_days > 0
  UNION ALL
  SELECT 'item_limit', med_list_codg, med_list_codg, min_gap_days, begndate, enddate, coalesce(source, 'item_limit')
  FROM item_limit WHERE min_gap_days > 0
), done AS (
  SELECT l.feedetl_sn, l.person_id, l.fixmedins_code, l.day, s.listed_in, s.item_kind, s.min_gap_days, s.source
  FROM line l
  JOIN spaced s ON s.med_list_codg = l.med_list_codg AND (s.begndate IS NULL OR s.begndate <= l.day)
               AND (s.enddate IS NULL OR s.enddate >= l.day)
  -- Sent in from elsewhere, it is the other's.
  WHERE l.scope_amount > 0 AND NOT coalesce(l.etip_flag = '1', FALSE)
), occasion AS (
  SELECT person_id, listed_in, item_kind, day, min(min_gap_days) AS min_gap_days, min(source) AS source,
         min(fixmedins_code) AS one_place, max(fixmedins_code) AS other_place
  FROM done GROUP BY person_id, listed_in, item_kind, day
), ordered AS (
  SELECT o.*, lag(day) OVER (PARTITION BY person_id, listed_in, item_kind ORDER BY day) AS earlier_day,
         lag(one_place) OVER (PARTITION BY person_id, listed_in, item_kind ORDER BY day) AS place_before,
         lag(other_place) OVER (PARTITION BY person_id, listed_in, item_kind ORDER BY day) AS other_before
  FROM occasion o
), series AS (
  SELECT o.*, sum(CASE WHEN date_diff('day', earlier_day, day) < min_gap_days THEN 0 ELSE 1 END)
                OVER (PARTITION BY person_id, listed_in, item_kind ORDER BY day
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS series
  FROM ordered o
), spread AS (
  -- One occasion is allowed in each interval since the first of the series; the others in it are early.
  SELECT s.*, floor(CAST(date_diff('day', min(day) OVER (PARTITION BY person_id, listed_in, item_kind, series), day) AS DOUBLE)
                    / nullif(min_gap_days, 0)) AS block
  FROM series s
), judged AS (
  SELECT s.*, block = lag(block) OVER (PARTITION BY person_id, listed_in, item_kind, series ORDER BY day) AS is_early
  FROM spread s
)
SELECT DISTINCT d.feedetl_sn, j.listed_in, j.item_kind, j.earlier_day, CAST(date_diff('day', j.earlier_day, j.day) AS INTEGER) AS gap,
       j.min_gap_days, j.one_place = j.other_place AND j.one_place = j.place_before AND j.one_place = j.other_before AS one_institution,
       j.source AS limit_source
FROM judged j
JOIN done d ON d.person_id = j.person_id AND d.listed_in = j.listed_in AND d.item_kind = j.item_kind AND d.day = j.day
WHERE j.is_early
