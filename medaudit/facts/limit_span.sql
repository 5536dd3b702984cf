/*
[grain]
zh = "每个有限定的项目、每段限定不变的日期一行；同一天有几条目录时取最宽的限定"
en = "one row per limited item and span of days with the same limits; of several catalogue rows of one day the widest limits"
[columns]
since_day = { zh = "自哪天起（1901-01-01 起的天数）", en = "first day, in days after 1901-01-01" }
before_day = { zh = "到哪天之前，空为至今", en = "up to the day before this one, NULL for no end" }
is_unpayable = { zh = "目录或清单写明不予支付", en = "whether the catalogue or a list says that the fund does not pay" }
gend_source = { zh = "性别的限定出自哪里：catalogue 为本地目录，否则为清单的出处", en = "where the limit on sex stands: catalogue for the bureau's own, else the list" }
age_source = { zh = "年龄的限定出自哪里：catalogue 为本地目录，否则为清单的出处", en = "where the limit on age stands: catalogue for the bureau's own, else the list" }
hosp_lv_source = { zh = "机构级别的限定出自哪里：catalogue 为本地目录，否则为清单的出处", en = "where the limit on level stands: catalogue for the bureau's own, else the list" }
med_type_source = { zh = "就医方式的限定出自哪里：catalogue 为本地目录，否则为清单的出处", en = "where the limit on kind of visit stands: catalogue for the bureau's own, else the list" }
insutype_source = { zh = "险种的限定出自哪里：catalogue 为本地目录，否则为清单的出处", en = "where the limit on insurance stands: catalogue for the bureau's own, else the list" }
indication_source = { zh = "适应症的限定出自哪里：catalogue 为本地目录，否则为清单的出处", en = "where the limit on illness stands: catalogue for the bureau's own, else the list" }
dept_source = { zh = "科室的限定出自哪里：catalogue 为本地目录，否则为清单的出处", en = "where the limit on department stands: catalogue for the bureau's own, else the list" }
course_source = { zh = "支付疗程的限定出自哪里：catalogue 为本地目录，否则为清单的出处", en = "where the limit on course stands: catalogue for the bureau's own, else the list" }
single_source = { zh = "单方不予支付的限定出自哪里：catalogue 为本地目录，否则为清单的出处", en = "where the limit on pieces used singly stands: catalogue for the bureau's own, else the list" }
payable_source = { zh = "不予支付的限定出自哪里：catalogue 为本地目录，否则为清单的出处", en = "where the limit on what is never paid stands: catalogue for the bureau's own, else the list" }
hosp_lv_by_name = { zh = "机构级别的限定是按项目名称对上的", en = "whether the limit to a level was found by the item's name alone" }
med_type_by_name = { zh = "就医方式的限定是按项目名称对上的", en = "whether the limit to a kind of visit was found by the item's name alone" }
course_by_name = { zh = "支付疗程是按项目名称对上的", en = "whether the payable course was found by the item's name alone" }
*/
WITH kept AS (
  SELECT count(course_max_days) AS courses, count(lmt_hosp_lv) AS levels, count(lmt_med_type) AS kinds FROM catalogue
), named AS (
  -- A % inside a shipped name stands for anything. Of several names the widest limit. Where the bureau's own catalogue
  -- keeps limits of that kind, its silence on an item says that there is none.
  SELECT i.med_list_codg, CASE WHEN max(k.courses) = 0 THEN max(n.course_max_days) END AS course_max_days,
         CASE WHEN max(k.levels) = 0 THEN min(n.lmt_hosp_lv) END AS lmt_hosp_lv,
         CASE WHEN max(k.kinds) = 0 AND min(n.lmt_med_type) = max(n.lmt_med_type) THEN max(n.lmt_med_type) END AS lmt_med_type,
         min(n.source) AS source
  FROM limit_name n JOIN item i ON i.item_name LIKE '%' || n.name || '%' CROSS JOIN kept k
  GROUP BY i.med_list_codg
), limited AS (
  SELECT u.med_list_codg FROM item u
  JOIN (
    SELECT med_list_codg FROM catalogue
    WHERE lmt_gend IS NOT NULL OR lmt_age_min IS NOT NULL OR lmt_age_max IS NOT NULL OR lmt_hosp_lv IS NOT NULL
       OR lmt_med_type IS NOT NULL OR lmt_insutype IS NOT NULL OR lmt_indication IS NOT NULL OR lmt_dept IS NOT NULL
       OR course_max_days IS NOT NULL OR lmt_single = '1' OR payable = '0'
    UNION
    SELECT med_list_codg FROM catalogue_limit
    UNION
    SELECT med_list_codg FROM named
  ) c ON c.med_list_codg = u.med_list_codg
  GROUP BY u.med_list_codg
), listed AS (
  SELECT c.*, coalesce(date_diff('day', DATE '1901-01-01', c.begndate), 0) AS since_day,
         date_diff('day', DATE '1901-01-01', c.enddate) + 1 AS before_day
  FROM catalogue c JOIN limited l ON l.med_list_codg = c.med_list_codg
), beside AS (
  SELECT c.*, coalesce(date_diff('day', DATE '1901-01-01', c.begndate), 0) AS since_day,
         date_diff('day', DATE '1901-01-01', c.enddate) + 1 AS before_day
  FROM catalogue_limit c JOIN limited l ON l.med_list_codg = c.med_list_codg
), change AS (
  SELECT med_list_codg, since_day AS day_no FROM listed
  UNION SELECT med_list_codg, before_day FROM listed WHERE before_day IS NOT NULL
  UNION SELECT med_list_codg, since_day FROM beside
  UNION SELECT med_list_codg, before_day FROM beside WHERE before_day IS NOT NULL
  UNION SELECT med_list_codg, 0 FROM named
), span AS (
  SELECT med_list_codg, day_no AS since_day, lead(day_no) OVER (PARTITION BY med_list_codg ORDER BY day_no) AS before_day
  FROM change
), merged AS (
  SELECT s.med_list_codg, s.since_day, s.before_day,
         -- A limit holds where every row of the day has it: any row that allows a charge makes it clean.
         CASE WHEN count(c.lmt_gend) = count(*) AND min(c.lmt_gend) = max(c.lmt_gend) THEN max(c.lmt_gend) END AS lmt_gend,
         CASE WHEN count(c.lmt_age_min) = count(*) THEN min(c.lmt_age_min) END AS lmt_age_min,
         CASE WHEN count(c.lmt_age_max) = count(*) THEN max(c.lmt_age_max) END AS lmt_age_max,
         CASE WHEN count(c.lmt_hosp_lv) = count(*) THEN min(c.lmt_hosp_lv) END AS lmt_hosp_lv,
         -- Lists of two rows are put together; more than two different ones of one day are not judged.
         CASE WHEN count(c.lmt_med_type) < count(*) OR count(DISTINCT c.lmt_med_type) > 2 THEN NULL
              WHEN min(c.lmt_med_type) = max(c.lmt_med_type) THEN max(c.lmt_med_type)
              ELSE min(c.lmt_med_type) || ',' || max(c.lmt_med_type) END AS lmt_med_type,
         CASE WHEN count(c.lmt_insutype) < count(*) OR count(DISTINCT c.lmt_insutype) > 2 THEN NULL
              WHEN min(c.lmt_insutype) = max(c.lmt_insutype) THEN max(c.lmt_insutype)
              ELSE min(c.lmt_insutype) || ',' || max(c.lmt_insutype) END AS lmt_insutype,
         CASE WHEN count(c.lmt_indication) < count(*) OR count(DISTINCT c.lmt_indication) > 2 THEN NULL
              WHEN min(c.lmt_indication) = max(c.lmt_indication) THEN max(c.lmt_indication)
              ELSE min(c.lmt_indication) || ',' || max(c.lmt_indication) END AS lmt_indication,
         CASE WHEN count(c.lmt_dept) < count(*) OR count(DISTINCT c.lmt_dept) > 2 THEN NULL
              WHEN min(c.lmt_dept) = max(c.lmt_dept) THEN max(c.lmt_dept)
              ELSE min(c.lmt_dept) || ',' || max(c.lmt_dept) END AS lmt_dept,
         CASE WHEN count(c.course_max_days) = count(*) THEN max(c.course_max_days) END AS course_max_days,
         CASE WHEN count(c.lmt_single) = count(*) AND min(c.lmt_single) = '1' THEN '1' END AS lmt_single,
         count(c.payable) = count(*) AND max(c.payable) = '0' AS is_unpayable
  FROM span s
  JOIN listed c ON c.med_list_codg = s.med_list_codg AND c.since_day <= s.since_day
               AND (c.before_day IS NULL OR c.before_day > s.since_day)
  GROUP BY s.med_list_codg, s.since_day, s.before_day
), official AS (
  -- A list says one thing of an item; where two lists differ, the wider limit holds, and two lists of values are put together.
  SELECT s.med_list_codg, s.since_day,
         CASE WHEN min(c.lmt_gend) = max(c.lmt_gend) THEN max(c.lmt_gend) END AS lmt_gend,
         min(c.lmt_age_min) AS lmt_age_min, max(c.lmt_age_max) AS lmt_age_max, min(c.lmt_hosp_lv) AS lmt_hosp_lv,
         CASE WHEN count(DISTINCT c.lmt_med_type) > 2 THEN NULL WHEN min(c.lmt_med_type) = max(c.lmt_med_type) THEN max(c.lmt_med_type)
              ELSE min(c.lmt_med_type) || ',' || max(c.lmt_med_type) END AS lmt_med_type,
         CASE WHEN count(DISTINCT c.lmt_insutype) > 2 THEN NULL WHEN min(c.lmt_insutype) = max(c.lmt_insutype) THEN max(c.lmt_insutype)
              ELSE min(c.lmt_insutype) || ',' || max(c.lmt_insutype) END AS lmt_insutype,
         CASE WHEN count(DISTINCT c.lmt_indication) > 2 THEN NULL WHEN min(c.lmt_indication) = max(c.lmt_indication) THEN max(c.lmt_indication)
              ELSE min(c.lmt_indication) || ',' || max(c.lmt_indication) END AS lmt_indication,
         CASE WHEN count(DISTINCT c.lmt_dept) > 2 THEN NULL WHEN min(c.lmt_dept) = max(c.lmt_dept) THEN max(c.lmt_dept)
              ELSE min(c.lmt_dept) || ',' || max(c.lmt_dept) END AS lmt_dept,
         max(c.course_max_days) AS course_max_days, max(c.lmt_single) AS lmt_single, max(c.payable) AS payable,
         max(CASE WHEN c.lmt_gend IS NOT NULL THEN coalesce(c.source, 'catalogue_limit') END) AS gend_source,
         max(CASE WHEN coalesce(c.lmt_age_min, c.lmt_age_max) IS NOT NULL THEN coalesce(c.source, 'catalogue_limit') END) AS age_source,
         max(CASE WHEN c.lmt_hosp_lv IS NOT NULL THEN coalesce(c.source, 'catalogue_limit') END) AS hosp_lv_source,
         max(CASE WHEN c.lmt_med_type IS NOT NULL THEN coalesce(c.source, 'catalogue_limit') END) AS med_type_source,
         max(CASE WHEN c.lmt_insutype IS NOT NULL THEN coalesce(c.source, 'catalogue_limit') END) AS insutype_source,
         max(CASE WHEN c.lmt_indication IS NOT NULL THEN coalesce(c.source, 'catalogue_limit') END) AS indication_source,
         max(CASE WHEN c.lmt_dept IS NOT NULL THEN coalesce(c.source, 'catalogue_limit') END) AS dept_source,
         max(CASE WHEN c.course_max_days IS NOT NULL THEN coalesce(c.source, 'catalogue_limit') END) AS course_source,
         max(CASE WHEN c.lmt_single = '1' THEN coalesce(c.source, 'catalogue_limit') END) AS single_source,
         max(CASE WHEN c.payable = '0' THEN coalesce(c.source, 'catalogue_limit') END) AS payable_source
  FROM span s
  JOIN beside c ON c.med_list_codg = s.med_list_codg AND c.since_day <= s.since_day
               AND (c.before_day IS NULL OR c.before_day > s.since_day)
  GROUP BY s.med_list_codg, s.since_day
), said AS (
  -- The bureau's own catalogue goes before a list where both speak of the same, and a list before a name.
  SELECT s.med_list_codg, s.since_day, s.before_day,
         coalesce(m.lmt_gend, o.lmt_gend) AS lmt_gend,
         CASE WHEN m.lmt_age_min IS NULL AND m.lmt_age_max IS NULL THEN o.lmt_age_min ELSE m.lmt_age_min END AS lmt_age_min,
         CASE WHEN m.lmt_age_min IS NULL AND m.lmt_age_max IS NULL THEN o.lmt_age_max ELSE m.lmt_age_max END AS lmt_age_max,
         coalesce(m.lmt_hosp_lv, o.lmt_hosp_lv, n.lmt_hosp_lv) AS lmt_hosp_lv,
         coalesce(m.lmt_med_type, o.lmt_med_type, n.lmt_med_type) AS lmt_med_type,
         coalesce(m.lmt_insutype, o.lmt_insutype) AS lmt_insutype, coalesce(m.lmt_indication, o.lmt_indication) AS lmt_indication,
         coalesce(m.lmt_dept, o.lmt_dept) AS lmt_dept, coalesce(m.course_max_days, o.course_max_days, n.course_max_days) AS course_max_days,
         coalesce(m.lmt_single, CASE WHEN o.lmt_single = '1' THEN '1' END) AS lmt_single,
         coalesce(m.is_unpayable, FALSE) OR coalesce(o.payable = '0', FALSE) AS is_unpayable,
         CASE WHEN m.lmt_gend IS NOT NULL THEN 'catalogue' ELSE o.gend_source END AS gend_source,
         CASE WHEN coalesce(m.lmt_age_min, m.lmt_age_max) IS NOT NULL THEN 'catalogue' ELSE o.age_source END AS age_source,
         CASE WHEN m.lmt_hosp_lv IS NOT NULL THEN 'catalogue' WHEN o.lmt_hosp_lv IS NOT NULL THEN o.hosp_lv_source ELSE n.source END AS hosp_lv_source,
         CASE WHEN m.lmt_med_type IS NOT NULL THEN 'catalogue' WHEN o.lmt_med_type IS NOT NULL THEN o.med_type_source ELSE n.source END AS med_type_source,
         CASE WHEN m.lmt_insutype IS NOT NULL THEN 'catalogue' ELSE o.insutype_source END AS insutype_source,
         CASE WHEN m.lmt_indication IS NOT NULL THEN 'catalogue' ELSE o.indication_source END AS indication_source,
         CASE WHEN m.lmt_dept IS NOT NULL THEN 'catalogue' ELSE o.dept_source END AS dept_source,
         CASE WHEN m.course_max_days IS NOT NULL THEN 'catalogue' WHEN o.course_max_days IS NOT NULL THEN o.course_source ELSE n.source END AS course_source,
         CASE WHEN m.lmt_single IS NOT NULL THEN 'catalogue' ELSE o.single_source END AS single_source,
         CASE WHEN m.is_unpayable THEN 'catalogue' ELSE o.payable_source END AS payable_source,
         n.lmt_hosp_lv IS NOT NULL AND m.lmt_hosp_lv IS NULL AND o.lmt_hosp_lv IS NULL AS hosp_lv_by_name,
         n.lmt_med_type IS NOT NULL AND m.lmt_med_type IS NULL AND o.lmt_med_type IS NULL AS med_type_by_name,
         n.course_max_days IS NOT NULL AND m.course_max_days IS NULL AND o.course_max_days IS NULL AS course_by_name
  FROM span s
  LEFT JOIN merged m ON m.med_list_codg = s.med_list_codg AND m.since_day = s.since_day
  LEFT JOIN official o ON o.med_list_codg = s.med_list_codg AND o.since_day = s.since_day
  LEFT JOIN named n ON n.med_list_codg = s.med_list_codg
)
SELECT * FROM said
WHERE lmt_gend IS NOT NULL OR lmt_age_min IS NOT NULL OR lmt_age_max IS NOT NULL OR lmt_hosp_lv IS NOT NULL
   OR lmt_med_type IS NOT NULL OR lmt_insutype IS NOT NULL OR lmt_indication IS NOT NULL OR lmt_dept IS NOT NULL
   OR course_max_days IS NOT NULL OR lmt_single IS NOT NULL OR is_unpayable
