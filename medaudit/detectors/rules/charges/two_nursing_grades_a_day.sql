/*
code        = "BIL14"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id", "kind"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102012000"]
prior       = 0.65
needs       = ["fee_item"]
excludes    = ["newborn", "maternity"]
[title]
zh = "同日收取两个护理级别"
en = "Two nursing grades charged on one day"
[message]
zh = "{days} 天里已收 {kept_name} 又收 {item_name} 等，同一天只能有一个护理级别，重复部分 {charge_amount} 元"
en = "On {days} days {kept_name} was charged and {item_name} or the like besides; a day has one nursing grade; the second is worth {charge_amount} yuan"
[benign]
zh = "当日护理级别变更，两个级别各计一次；转科当日两个科室各计一次；本地另有按班次计价的护理"
en = "The grade changed during the day; both wards charged the day of a transfer; local nursing fees by the shift"
[next]
zh = "按日对照医嘱单的护理级别起止时间和护理记录，确认当日执行的级别；只保留医嘱级别的费用"
en = "Compare the grade ordered, with its start and end, and the nursing records day by day; only the grade ordered stands"
[params.full_hours]
default = 20
unit = "hour"
help = { zh = "特级护理一日达到这么多小时，当日不应再收其他级别", en = "Special nursing of this many hours fills the day: no other grade besides" }
source = { zh = "本工具的设定，无全国依据；依据是典型问题清单第 175 项：特级护理与其他护理不同收", en = "set by this tool; no national source for the hours; problem list item 175: special nursing and other nursing not together" }
[params.tolerance_days]
default = 1
unit = "day"
help = { zh = "护理天数合计超过住院天数加这么多天的，由“床位费或护理费天数多于住院天数”说，这里不重复", en = "Where all nursing days together exceed those of the stay by more than this, the rule on bed and nursing days tells it" }
source = { zh = "与 BIL03 的容差一致", en = "the tolerance of BIL03" }
*/
WITH graded AS (   -- 0 is special nursing; Ⅲ is read before Ⅱ and Ⅱ before Ⅰ, since III holds II and I
    SELECT med_list_codg, item_name, coalesce(is_hourly, FALSE) AS is_hourly,
           CASE WHEN item_name LIKE '%特级%' THEN 0
                WHEN item_name LIKE '%Ⅲ级%' OR item_name LIKE '%III级%' OR item_name LIKE '%三级%' THEN 3
                WHEN item_name LIKE '%Ⅱ级%' OR item_name LIKE '%II级%' OR item_name LIKE '%二级%' THEN 2
                WHEN item_name LIKE '%Ⅰ级%' OR item_name LIKE '%I级%' OR item_name LIKE '%一级%' THEN 1 END AS grade
    FROM item
    WHERE med_chrgitm_type = '07' AND item_name LIKE '%护理%' AND item_name LIKE '%级%' AND item_name NOT LIKE '%加收%'
),
nursed AS (
    SELECT l.*, g.grade, g.is_hourly, g.item_name AS name
    FROM line l
    JOIN graded g ON g.med_list_codg = l.med_list_codg
    WHERE l.is_stay AND g.grade IS NOT NULL AND l.scope_amount > 0   -- 住院、按级别的护理，自费的不计 | graded nursing in a stay, not paid by the patient alone
),
day_grade AS (
    SELECT stay_id, day, grade, max(name) AS name, sum(cnt) AS cnt, max(pric) AS pric,
           max(CASE WHEN is_hourly THEN 1 ELSE 0 END) = 1 AS is_hourly
    FROM nursed GROUP BY stay_id, day, grade
),
counted AS (       -- too many nursing days in all are told by another rule
    SELECT d.stay_id, sum(CASE WHEN d.is_hourly THEN 0 ELSE d.cnt END) AS nursing_days,
           count(DISTINCT CASE WHEN NOT d.is_hourly THEN d.grade END) - 1 AS changes, max(s.bed_days) AS bed_days
    FROM day_grade d JOIN stay s ON s.stay_id = d.stay_id
    GROUP BY d.stay_id
    HAVING count(DISTINCT d.grade) > 1
),
paired AS (      -- the higher grade is kept, special nursing only where it fills the day
    SELECT a.stay_id, a.day, b.grade AS extra, min(a.grade) AS kept, max(CASE WHEN a.is_hourly THEN 1 ELSE 0 END) AS by_hour
    FROM counted c
    JOIN day_grade a ON a.stay_id = c.stay_id
    JOIN day_grade b ON b.stay_id = a.stay_id AND b.day = a.day AND b.grade > a.grade AND NOT b.is_hourly
    WHERE CASE WHEN a.is_hourly THEN a.cnt >= $full_hours
               ELSE c.nursing_days <= c.bed_days + $tolerance_days + c.changes END
    GROUP BY a.stay_id, a.day, b.grade
),
placed AS (        -- one such day is mostly a change of grade: the day before must have been one too
    SELECT b.*, CASE WHEN b.by_hour = 1 THEN 'special' ELSE 'grades' END AS kind,
           date_diff('day', lag(b.day) OVER (PARTITION BY b.stay_id, b.extra, b.kept ORDER BY b.day), b.day) AS since
    FROM paired b
),
told AS (
    SELECT p.*, count(*) OVER (PARTITION BY p.stay_id, p.kind) AS days
    FROM placed p
    WHERE p.by_hour = 1 OR p.since = 1   -- 特级护理已满一日，或前一天同样收了这两个级别 | special nursing fills the day, or the day before had the same two grades
)
SELECT n.setl_id, n.psn_no, n.fixmedins_code, n.dr_codg, n.feedetl_sn, n.day AS occurred_on,
       CAST(n.charge AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN t.days > 2 THEN 0.9 ELSE 0.7 END AS strength,
       n.stay_id, t.kind, t.days, k.name AS kept_name, n.name AS item_name, n.med_list_codg
FROM told t
JOIN nursed n ON n.stay_id = t.stay_id AND n.day = t.day AND n.grade = t.extra
JOIN day_grade k ON k.stay_id = t.stay_id AND k.day = t.day AND k.grade = t.kept
WHERE n.grade > t.kept   -- 当日另有更高级别的护理 | a higher grade stands on the same day
