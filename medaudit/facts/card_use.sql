/*
[grain]
zh = "每笔非住院结算一行：谁的卡、在哪里、何时用；透析、放化疗、康复等成系列的治疗除外"
en = "one row per settlement that is no stay: whose card was used where and when; dialysis, chemotherapy, rehabilitation and other treatment in series left out"
[columns]
is_pharmacy = { zh = "是否药店", en = "whether at a pharmacy" }
has_clock = { zh = "该机构的时钟可信：半数以上结算有可信的时刻", en = "whether the place's clock can be believed: a believable time of day on half its settlements or more" }
clock = { zh = "结算时刻（零点起的秒数），时钟不可信的机构为空", en = "seconds from midnight, NULL where the place has no clock" }
slot = { zh = "时段：药店五分钟、其他机构一分钟一段，没有时钟的药店全天一段；没有时钟的其他机构不列", en = "the window: of five minutes at a pharmacy, of one elsewhere; the whole day at a pharmacy without a clock; other places without one are left out" }
*/
WITH series AS (
  SELECT setl_id FROM exclusion WHERE reason IN ('dialysis', 'chemotherapy', 'radiotherapy', 'rehabilitation') GROUP BY setl_id
), seen AS (
  SELECT v.person_id, v.fixmedins_code, coalesce(v.fixmedins_type, '1') = '2' OR v.setting = 'pharmacy' AS is_pharmacy, v.begndate AS day, t.clock
  FROM visit v
  LEFT JOIN timed_visit t ON t.setl_id = v.setl_id
  LEFT JOIN series x ON x.setl_id = v.setl_id
  WHERE NOT v.is_stay AND coalesce(v.setl_type, '2') <> '3' AND x.setl_id IS NULL
), clocked AS (
  SELECT fixmedins_code, 2 * count(clock) >= count(*) AS has_clock FROM seen GROUP BY fixmedins_code
)
SELECT s.person_id, s.fixmedins_code, s.is_pharmacy, c.has_clock, s.day, CASE WHEN c.has_clock THEN CAST(s.clock AS INTEGER) END AS clock,
       CASE WHEN NOT c.has_clock THEN 0 ELSE CAST(floor(CASE WHEN s.is_pharmacy THEN CAST(s.clock AS DOUBLE) / 300 ELSE CAST(s.clock AS DOUBLE) / 60 END) AS INTEGER) END AS slot
FROM seen s
JOIN clocked c ON c.fixmedins_code = s.fixmedins_code
-- By the day alone patients who fetch their month's drugs at a hospital meet again and again.
WHERE s.clock IS NOT NULL OR (NOT c.has_clock AND s.is_pharmacy)
