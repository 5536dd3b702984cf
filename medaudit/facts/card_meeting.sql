/*
[grain]
zh = "每两张卡、每天、每家机构一行：前后脚在同一处结算（药店五分钟内、其他机构一分钟内；没有时钟的机构按同一天）"
en = "one row per two cards, day and institution: settled at one place one after another (within five minutes at a pharmacy, one elsewhere; on the same day where there is no clock)"
[columns]
one = { zh = "编号较小的一人", en = "the person whose code comes first" }
other = { zh = "另一人", en = "the other" }
gap = { zh = "相隔秒数，没有时钟为空", en = "seconds between, NULL without a clock" }
is_pharmacy = { zh = "是否药店", en = "whether at a pharmacy" }
*/
WITH calm AS (
  -- Where more come at once everybody meets everybody.
  SELECT u.* FROM card_use u
  LEFT JOIN card_crowd c ON c.fixmedins_code = u.fixmedins_code AND c.day = u.day AND c.slot = u.slot
  WHERE c.slot IS NULL
), ahead AS (
  SELECT c.*, c.slot + s.step AS slot_met FROM calm c CROSS JOIN (SELECT 0 AS step UNION ALL SELECT 1) s WHERE s.step = 0 OR c.has_clock
)
SELECT least(a.person_id, b.person_id) AS one, greatest(a.person_id, b.person_id) AS other, a.day, a.fixmedins_code, bool_or(a.is_pharmacy) AS is_pharmacy,
       CAST(min(b.clock - a.clock) AS INTEGER) AS gap
FROM ahead a
JOIN calm b ON b.fixmedins_code = a.fixmedins_code AND b.day = a.day AND b.slot = a.slot_met
WHERE a.person_id <> b.person_id
  AND CASE WHEN a.has_clock THEN b.clock BETWEEN a.clock AND a.clock + CASE WHEN a.is_pharmacy THEN 300 ELSE 60 END
                                 AND (b.clock > a.clock OR b.person_id > a.person_id)
           ELSE b.person_id > a.person_id END
GROUP BY least(a.person_id, b.person_id), greatest(a.person_id, b.person_id), a.day, a.fixmedins_code
