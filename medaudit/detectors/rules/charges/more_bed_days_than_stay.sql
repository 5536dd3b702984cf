/*
code        = "BIL03"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["stay_id", "kind"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102014000"]
prior       = 0.85
needs       = ["fee_item"]
excludes    = ["newborn", "maternity"]
[title]
zh = "床位费或护理费天数多于住院天数"
en = "More bed or nursing days than the stay"
[message]
zh = "住院 {bed_days} 天，{item_name} 等共计费 {charged_days} 天，超出允许的 {allowed_days} 天，涉及 {charge_amount} 元"
en = "The stay has {bed_days} days; {item_name} and the like were charged for {charged_days}, above the {allowed_days} allowed, worth {charge_amount} yuan"
[benign]
zh = "入院日和出院日都计费的本地规定；同日转科两张床各计一次；婴儿床、陪护床或加收项目计入床位费；住院起止日期登记有误"
en = "Local practice of charging both the first and the last day; two beds on the day of a ward transfer; cots, companion beds or supplements under bed fees; wrong dates of the stay"
[next]
zh = "调取体温单、护理记录和转科记录，逐日核对在院天数与床位、护理级别"
en = "Compare days present, bed and nursing grade day by day with temperature charts, nursing and transfer records"
[params.tolerance_days]
default = 1
unit = "day"
help = { zh = "在“计入不计出”天数之外允许的天数；有的地方入院日、出院日都计；设为 0 时只作可疑", en = "Days allowed above nights (the day of discharge does not count); some places charge both ends; with 0 the findings are suspected only" }
source = { zh = "惯例“计入不计出”；有的地方两头都计", en = "the convention is to count the first day, not the last; some places count both" }
*/
WITH daily AS (   -- charges that can stand once a day; extra services of these classes are left out
    SELECT l.*, CASE WHEN l.med_chrgitm_type = '01' THEN 'bed' ELSE 'nursing' END AS kind, i.is_listed_max
    FROM line l
    JOIN item i ON i.med_list_codg = l.med_list_codg
    WHERE l.is_stay  -- 属于住院 | part of a hospital stay
      AND l.scope_amount > 0   -- 包床等自费的不计 | beds the patient paid alone do not count
      AND l.setl_id NOT IN (SELECT t.setl_id FROM twin_bill t WHERE t.is_second)  -- 不是重复报销的第二笔结算 | not of a settlement that repeats another
      AND ((l.med_chrgitm_type = '01' AND coalesce(i.day_max_cnt, 1) = 1
            AND coalesce(i.item_name, '') NOT LIKE '%空调%' AND coalesce(i.item_name, '') NOT LIKE '%暖%'
            AND coalesce(i.item_name, '') NOT LIKE '%加收%'
            AND coalesce(i.item_name, '') NOT LIKE '%陪%' AND coalesce(i.item_name, '') NOT LIKE '%婴%')
        OR (l.med_chrgitm_type = '07' AND i.day_max_cnt = 1
            AND (i.item_name LIKE '%级%护理%' OR i.item_name LIKE '%护理%级%')))  -- 按日计的床位费或分级护理 | a bed or graded nursing charged by the day
),
total AS (        -- each further kind of bed or grade means one day of change on which both may stand
    SELECT d.stay_id, d.kind, sum(d.cnt) AS charged_days, count(DISTINCT d.med_list_codg) - 1 AS changes,
           bool_and(d.is_listed_max) AS is_listed_max, min(d.day) AS first_day, max(d.day) AS last_day
    FROM daily d
    GROUP BY d.stay_id, d.kind
),
over_nights AS (
    SELECT t.*, s.admitted, s.discharged, s.bed_days, s.bed_days + $tolerance_days + t.changes AS allowed_days,
           t.first_day < s.admitted OR t.last_day > s.discharged AS dates_doubtful,
           -- certain: the bureau's own maximum, for one kind of bed or grade, and even both ends of the stay are counted
           t.is_listed_max AND t.changes = 0 AND s.bed_days + $tolerance_days > s.nights AS is_decided
    FROM total t
    JOIN stay s ON s.stay_id = t.stay_id
    WHERE t.charged_days > s.bed_days  -- 计费天数多于住院天数 | more days charged than the stay has
),
counted AS (
    SELECT d.*, o.admitted, o.discharged, o.bed_days, o.charged_days, o.allowed_days, o.dates_doubtful, o.is_decided,
           sum(d.cnt) OVER (PARTITION BY d.stay_id, d.kind ORDER BY d.fee_ocur_time, d.feedetl_sn
                            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - o.allowed_days AS over_by
    FROM over_nights o
    JOIN daily d ON d.stay_id = o.stay_id AND d.kind = o.kind
)
SELECT c.setl_id, c.psn_no, c.fixmedins_code, c.dr_codg, c.feedetl_sn, c.day AS occurred_on,
       CAST(CAST(c.charge AS DOUBLE) * (CAST(least(c.cnt, c.over_by) AS DOUBLE) / nullif(c.cnt, 0)) + 0.000001
            AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN c.dates_doubtful THEN 0.5 WHEN c.is_decided THEN 0.95 ELSE 0.75 END AS strength,
       CASE WHEN c.dates_doubtful OR NOT c.is_decided THEN 'suspected' END AS level,
       c.stay_id, c.kind, c.med_list_codg, c.item_name, c.admitted, c.discharged, c.bed_days,
       c.charged_days, c.allowed_days, c.dates_doubtful
FROM counted c
WHERE c.charged_days > c.bed_days  -- 计费天数多于住院天数 | more days charged than the stay has
  AND c.over_by > 0                -- 累计天数超过允许天数（含容差和转科日） | the running count is over the days allowed, tolerance and ward changes included
