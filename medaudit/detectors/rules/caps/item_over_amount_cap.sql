/*
code        = "CAP03"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "cap_for", "cap_unit"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102015000", "GZ10000103003000"]
prior       = 0.9
needs       = ["fee_item", "case_cap"]
excludes    = []
subsumes    = ["BIL04"]
[title]
zh = "项目或药品超过限定金额"
en = "Item or drug above its capped amount"
[message]
zh = "{item_name} 到 {occurred_on} 为 {capped_amount} 元，限额 {cap} 元（{cap_unit}，{cap_source}），超出 {charge_amount} 元"
en = "{item_name} comes to {capped_amount} yuan by {occurred_on}; the cap is {cap} ({cap_unit}; {cap_source}); {charge_amount} yuan above it"
[benign]
zh = "计价单位不同（盒与支）；限额已调整；同一通用名下规格不同；补记前期费用；一部分在别的机构发生"
en = "Another unit (box or piece); the cap has changed; other strengths under one generic name; late booking of earlier charges; a part was charged elsewhere"
[next]
zh = "核对限额文件的计价单位、规格和执行日期；按人把该项目的各笔费用按时间排开，看从哪一笔起超出"
en = "Check unit, strength and dates in the document of the cap; line up the person's charges of the item and see which passed it"
[params.tolerance]
default = 0.01
unit = "yuan"
help = { zh = "超出不到这么多的是四舍五入", en = "Excess up to this much is rounding" }
source = { zh = "一分钱以内是四舍五入", en = "one fen of rounding" }
[params.pack_ratio]
default = 5
unit = "times"
help = { zh = "单价达到每支（片）限额这么多倍时，多半是计价单位不同，只作线索", en = "A price of this many times the cap per piece is probably for another unit: a lead only" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH caps AS (     -- of an item's own charges; caps of whole cases and sessions belong to another rule
    SELECT med_list_codg AS cap_for, hosp_lv AS cap_lv, cap_amt AS cap, begndate, enddate, coalesce(source, 'case_cap') AS cap_source,
           CASE WHEN unit IN ('piece', '支', '片', '盒', '件') THEN 'piece' WHEN unit IN ('day', '日', '天') THEN 'day'
                WHEN unit IN ('month', '月') THEN 'month' WHEN unit IN ('year', '年') THEN 'year' ELSE 'stay' END AS cap_unit
    FROM case_cap
    WHERE cap_amt > 0 AND med_list_codg IS NOT NULL
      AND (scope IS NULL OR scope IN ('item', 'drug', '项目', '药品', '耗材', '单项'))
      AND coalesce(unit, 'stay') NOT IN ('session', 'visit', '次', '每次', '人次')
),
capped AS (        -- a cap may name an item or, for drugs, what they have in common
    SELECT i.med_list_codg, c.* FROM item i JOIN caps c ON c.cap_for = i.med_list_codg
    UNION
    SELECT i.med_list_codg, c.* FROM item i JOIN caps c ON c.cap_for = i.generic_code
),
used AS (
    SELECT l.*, c.cap_for, c.cap_lv, c.cap, c.cap_unit, c.cap_source,
           CASE c.cap_unit WHEN 'piece' THEN l.feedetl_sn WHEN 'day' THEN CAST(l.day AS VARCHAR) WHEN 'month' THEN substr(CAST(l.day AS VARCHAR), 1, 7)
                WHEN 'year' THEN substr(CAST(l.day AS VARCHAR), 1, 4) ELSE coalesce(l.stay_id, l.setl_id) END AS span,
           rank() OVER (PARTITION BY l.feedetl_sn, c.cap_for, c.cap_unit ORDER BY CASE WHEN c.cap_lv IS NULL THEN 1 ELSE 0 END,
                        coalesce(c.begndate, DATE '1900-01-01') DESC, c.cap DESC) AS near
    FROM line l
    JOIN capped c ON c.med_list_codg = l.med_list_codg AND (c.cap_lv IS NULL OR c.cap_lv = l.hosp_lv)
                 AND (c.begndate IS NULL OR c.begndate <= l.day) AND (c.enddate IS NULL OR c.enddate >= l.day)
    WHERE l.scope_amount > 0   -- 进入医保范围 | within the insured scope
),
summed AS (
    SELECT u.*, CASE WHEN cap_unit = 'piece' THEN CAST(cap AS DOUBLE) * cnt ELSE CAST(cap AS DOUBLE) END AS cap_amount,
           CAST(sum(scope_amount) OVER (PARTITION BY person_id, cap_for, cap_unit, cap, span ORDER BY fee_ocur_time, feedetl_sn
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS DECIMAL(18,2)) AS capped_amount,
           min(fixmedins_code) OVER (PARTITION BY person_id, cap_for, cap_unit, cap, span) AS one_place,
           max(fixmedins_code) OVER (PARTITION BY person_id, cap_for, cap_unit, cap, span) AS other_place
    FROM used u
    WHERE near = 1
),
over_cap AS (      -- one row a line: the cap that it passes by most
    SELECT s.*, least(CAST(s.scope_amount AS DOUBLE), CAST(s.capped_amount AS DOUBLE) - s.cap_amount) AS over_by,
           row_number() OVER (PARTITION BY s.feedetl_sn ORDER BY CAST(s.capped_amount AS DOUBLE) - s.cap_amount DESC, s.cap_for, s.cap_unit) AS place
    FROM summed s
    WHERE CAST(s.capped_amount AS DOUBLE) - s.cap_amount > $tolerance
      AND (s.cap_unit <> 'piece' OR s.pric > s.cap)
)
SELECT o.setl_id, o.psn_no, o.fixmedins_code, o.dr_codg, o.feedetl_sn, o.day AS occurred_on,
       CAST(o.over_by + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN o.cap_unit = 'piece' AND o.pric >= CAST(o.cap AS DOUBLE) * $pack_ratio THEN 0.2 WHEN o.one_place <> o.other_place THEN 0.5 ELSE 0.9 END AS strength,
       CASE WHEN o.cap_unit = 'piece' AND o.pric >= CAST(o.cap AS DOUBLE) * $pack_ratio THEN 'lead'
            WHEN o.one_place <> o.other_place THEN 'suspected' END AS level,
       o.stay_id, o.cap_for, o.med_list_codg, o.item_name, o.pric, o.cnt, o.capped_amount, o.cap, o.cap_unit, o.cap_source
FROM over_cap o
WHERE o.place = 1                                                 -- 每条明细取超出最多的限额 | the cap that a line passes by most
  AND CAST(o.capped_amount AS DOUBLE) - o.cap_amount > $tolerance   -- 单价，或当日、住院、当月、当年累计金额超过限额 | the price, or the sum of the day, stay, month or year, is above the cap
