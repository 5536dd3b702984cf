/*
code        = "BIL18"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "med_list_codg", "period"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102014000"]
prior       = 0.8
needs       = ["fee_item", "item_limit"]
excludes    = []
subsumes    = ["BIL17"]
[title]
zh = "超过限定频次表的次数或间隔"
en = "More often or sooner than the table of limits allows"
[message]
zh = "{item_name} 到 {occurred_on} 次数或间隔为 {measure}，超出限定频次表，涉及 {charge_amount} 元（{limit_source}）"
en = "{item_name}, count or interval by {occurred_on}: {measure}, beyond the table of limits; worth {charge_amount} yuan ({limit_source})"
[benign]
zh = "限定表的周期或计数口径与当地政策不同；前一次在别的机构，本院无从得知；补记前期费用；病情需要且政策允许例外"
en = "The table counts otherwise than local policy; the time before was elsewhere and unknown here; late booking of earlier charges; a medical need for which the policy has an exception"
[next]
zh = "核对限定依据的原文和计数口径，再按医嘱和执行记录逐次核对日期；多家机构的按先后分清"
en = "Check the wording of the limit and how it counts, then dates of orders and execution one by one; with several institutions, who came later"
[params.year_start]
default = "01-01"
help = { zh = "年度从哪一天（月-日）起算；医保年度与自然年不同时改这里", en = "Month and day on which the year begins, where the insurance year is not the calendar year" }
source = { zh = "自然年", en = "the calendar year" }
*/
WITH spans AS (
    SELECT l.*, k.period, k.allowed, k.limit_source,
           CASE k.period WHEN 'stay' THEN l.stay_id WHEN 'month' THEN substr(CAST(l.day AS VARCHAR), 1, 7)
                ELSE CAST(CAST(substr(CAST(l.day AS VARCHAR), 1, 4) AS INTEGER)
                          - CASE WHEN substr(CAST(l.day AS VARCHAR), 6, 5) < $year_start THEN 1 ELSE 0 END AS VARCHAR) END AS span
    FROM line l
    JOIN count_limit k ON k.med_list_codg = l.med_list_codg
                 AND (k.begndate IS NULL OR k.begndate <= l.day) AND (k.enddate IS NULL OR k.enddate >= l.day)
    WHERE l.scope_amount > 0   -- 进入医保范围 | within the insured scope
      AND l.setl_id NOT IN (SELECT t.setl_id FROM twin_bill t WHERE t.is_second)  -- 不是重复报销的第二笔结算 | not of a settlement that repeats another
      AND (k.period IN ('month', 'year') OR (k.period = 'stay' AND l.is_stay))
),
counted AS (
    SELECT s.*,
           sum(cnt) OVER (PARTITION BY person_id, med_list_codg, period, allowed, span ORDER BY fee_ocur_time, feedetl_sn
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS period_cnt,
           min(fixmedins_code) OVER (PARTITION BY person_id, med_list_codg, period, allowed, span) AS one_place,
           max(fixmedins_code) OVER (PARTITION BY person_id, med_list_codg, period, allowed, span) AS other_place
    FROM spans s
),
told AS (          -- a line too early counts whole; one over the count with its part above
    SELECT e.feedetl_sn, 'gap' AS period, CAST(e.gap AS DECIMAL(38,4)) AS period_cnt, CAST(e.min_gap_days AS DECIMAL(38,4)) AS allowed,
           CAST(NULL AS DECIMAL(38,4)) AS over_by, e.earlier_day, e.one_institution, e.limit_source, 1 AS nearness
    FROM early_repeat e
    WHERE e.listed_in = 'item_limit'   -- 距上次未满限定频次表的最短间隔 | sooner than the table's interval allows
    UNION ALL
    SELECT c.feedetl_sn, c.period, c.period_cnt, c.allowed, least(c.cnt, c.period_cnt - c.allowed), CAST(NULL AS DATE),
           c.one_place = c.other_place, c.limit_source, 2
    FROM counted c
    WHERE c.period_cnt > c.allowed     -- 或住院、当月、当年的次数超过限定 | or more than the stay, month or year may have
),
first_told AS (
    SELECT t.*, row_number() OVER (PARTITION BY t.feedetl_sn
                                   ORDER BY CASE WHEN t.one_institution THEN 1 ELSE 2 END, t.nearness, t.period, t.allowed) AS place
    FROM told t
)
SELECT l.setl_id, l.psn_no, l.fixmedins_code, l.dr_codg, l.feedetl_sn, l.day AS occurred_on,
       CAST(CASE WHEN t.over_by IS NULL THEN CAST(l.charge AS DOUBLE)
                 ELSE CAST(l.charge AS DOUBLE) * (CAST(t.over_by AS DOUBLE) / nullif(l.cnt, 0)) END + 0.000001
            AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN t.one_institution THEN 0.95 ELSE 0.5 END AS strength,
       CASE WHEN NOT t.one_institution THEN 'suspected' END AS level,
       l.stay_id, l.med_list_codg, l.item_name, t.period, t.period_cnt, t.allowed,
       CAST(CAST(t.period_cnt AS INTEGER) AS VARCHAR) || CASE WHEN t.period = 'gap' THEN ' d < ' ELSE ' > ' END
         || CAST(CAST(t.allowed AS INTEGER) AS VARCHAR) || CASE WHEN t.period = 'gap' THEN ' d' ELSE ' / ' || t.period END AS measure,
       t.earlier_day, t.limit_source
FROM first_told t
JOIN line l ON l.feedetl_sn = t.feedetl_sn
WHERE t.place = 1                                    -- 每条明细只说一次 | each line is told once
  AND (t.period = 'gap' OR t.period_cnt > t.allowed)   -- 距上次未满最短间隔，或住院、当月、当年的次数超过限定 | sooner than the least interval, or more than the stay, month or year may have
