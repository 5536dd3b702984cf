/*
[grain]
zh = "每家机构、每天、每个人多的时段一行（超过 40 笔；没有时钟的机构一天超过 60 笔）"
en = "one row per institution, day and window in which too many came (over 40 settlements; over 60 a day where there is no clock)"
[columns]
slot = { zh = "时段，见 card_use", en = "the window, see card_use" }
settlements = { zh = "结算笔数", en = "settlements" }
*/
SELECT fixmedins_code, day, slot, CAST(count(*) AS INTEGER) AS settlements
FROM card_use
GROUP BY fixmedins_code, day, slot
HAVING count(*) > CASE WHEN bool_or(has_clock) THEN 40 ELSE 60 END
