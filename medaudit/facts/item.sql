/*
[grain]
zh = "每个项目编码一行"
en = "one row per med_list_codg"
[columns]
item_name = { zh = "项目名称", en = "name" }
day_max_cnt = { zh = "每日限量：目录，其次限量表，再次随附的每日项目表", en = "most per day: catalogue, else item_limit, else the shipped daily_item" }
is_listed_max = { zh = "每日限量出自本地的目录或限量表，不是随附的表", en = "whether that number is of the bureau's own catalogue or item_limit, not of the table shipped" }
is_hourly = { zh = "按小时计价", en = "charged by the hour" }
unit_hours = { zh = "一次计几小时：按小时计价为 1，名称写明分钟的按分钟", en = "hours of one unit: 1 where charged by the hour, by the minutes its name gives" }
is_chemo = { zh = "化疗", en = "chemotherapy" }
is_radio = { zh = "放疗", en = "radiotherapy" }
is_dialysis = { zh = "透析", en = "dialysis" }
is_purification = { zh = "血液净化（透析、滤过、灌流、血浆置换等）", en = "blood purification (dialysis, filtration, perfusion, plasma exchange …)" }
is_rehab = { zh = "康复", en = "rehabilitation" }
*/
WITH used AS (
  SELECT med_list_codg, max(coalesce(med_list_name, medins_list_name)) AS name, max(med_chrgitm_type) AS class
  FROM fee_item GROUP BY med_list_codg
), period AS (
  SELECT coalesce(min(begndate), DATE '1901-01-01') AS since, coalesce(max(enddate), DATE '1901-01-01') AS until FROM settlement
), listed AS (
  -- Of several rows in force on some day of the settlements the limit that allows most holds; one without it allows all.
  -- The smallest package is the smallest supply.
  SELECT c.med_list_codg, max(c.med_list_name) AS name, max(c.med_chrgitm_type) AS class, max(c.generic_code) AS generic_code,
         CASE WHEN count(c.day_max_cnt) = count(*) THEN max(c.day_max_cnt) END AS day_max_cnt,
         CASE WHEN count(c.course_max_days) = count(*) THEN max(c.course_max_days) END AS course_max_days,
         min(c.pack_days) AS pack_days,
         CASE WHEN count(c.lmt_gend) = count(*) AND min(c.lmt_gend) = max(c.lmt_gend) THEN max(c.lmt_gend) END AS lmt_gend
  FROM catalogue c CROSS JOIN period d
  WHERE coalesce(c.begndate <= d.until, TRUE) AND coalesce(c.enddate >= d.since, TRUE)
  GROUP BY c.med_list_codg
), named AS (
  SELECT u.med_list_codg, coalesce(c.name, u.name) AS item_name, coalesce(c.class, u.class) AS med_chrgitm_type,
         c.generic_code, c.day_max_cnt, c.course_max_days, c.pack_days, c.lmt_gend
  FROM used u LEFT JOIN listed c ON c.med_list_codg = u.med_list_codg
), limited AS (
  SELECT c.med_list_codg, max(c.allowed) AS value
  FROM count_limit c CROSS JOIN period d
  WHERE c.period = 'day' AND coalesce(c.begndate <= d.until, TRUE) AND coalesce(c.enddate >= d.since, TRUE)
  GROUP BY c.med_list_codg
), known AS (
  -- Of several known names inside an item's name the longest says most.
  SELECT n.med_list_codg, d.day_max_cnt, d.note,
         row_number() OVER (PARTITION BY n.med_list_codg ORDER BY length(d.name) DESC, d.name) AS place
  FROM named n JOIN daily_item d ON contains(n.item_name, d.name)
)
SELECT n.med_list_codg, n.item_name, n.med_chrgitm_type, n.generic_code,
       coalesce(n.day_max_cnt, l.value, k.day_max_cnt) AS day_max_cnt,
       coalesce(n.day_max_cnt, l.value) IS NOT NULL AS is_listed_max,
       coalesce(k.note = 'hourly', n.day_max_cnt = 24, FALSE) AS is_hourly,
       CASE WHEN n.item_name LIKE '%20分钟%' THEN CAST(20 AS DOUBLE) / 60
            WHEN n.item_name LIKE '%30分钟%' OR n.item_name LIKE '%半小时%' THEN CAST(30 AS DOUBLE) / 60
            WHEN n.item_name LIKE '%40分钟%' THEN CAST(40 AS DOUBLE) / 60
            WHEN n.item_name LIKE '%45分钟%' THEN CAST(45 AS DOUBLE) / 60
            WHEN coalesce(k.note = 'hourly', n.day_max_cnt = 24, n.item_name LIKE '%60分钟%', FALSE)
              OR n.item_name LIKE '%每小时%' THEN CAST(1 AS DOUBLE) END AS unit_hours,
       n.course_max_days, n.pack_days, n.lmt_gend,
       starts_with(n.med_list_codg, 'XL01') OR coalesce(n.item_name LIKE '%化疗%', FALSE) AS is_chemo,
       coalesce(n.item_name LIKE '%放疗%' OR n.item_name LIKE '%放射治疗%' OR n.item_name LIKE '%加速器%', FALSE) AS is_radio,
       coalesce(n.item_name LIKE '%透析%' OR n.item_name LIKE '%血液滤过%', FALSE) AS is_dialysis,
       coalesce(n.item_name LIKE '%透析%' OR n.item_name LIKE '%血液滤过%' OR n.item_name LIKE '%血液净化%' OR n.item_name LIKE '%灌流%'
                OR n.item_name LIKE '%血浆置换%', FALSE) AS is_purification,
       coalesce(n.item_name LIKE '%康复%' OR n.item_name LIKE '%功能训练%' OR n.item_name LIKE '%运动疗法%', FALSE) AS is_rehab
FROM named n
LEFT JOIN limited l ON l.med_list_codg = n.med_list_codg
LEFT JOIN known k ON k.med_list_codg = n.med_list_codg AND k.place = 1
