/*
code        = "BIL10"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id", "med_list_codg", "occurred_on"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102002000"]
prior       = 0.3
needs       = ["fee_item"]
excludes    = ["newborn", "maternity"]
[title]
zh = "同日第二项手术未折价"
en = "Second operation of a day without the discount"
[message]
zh = "{occurred_on} 已做 {main_name}（{main_pric} 元），同日的 {item_name} 仍按全价 {pric} 元收取；按 {discount} 折算多收约 {charge_amount} 元"
en = "{main_name} ({main_pric} yuan) and {item_name} at its full price of {pric} yuan on {occurred_on}; at {discount} of it about {charge_amount} yuan too much"
[benign]
zh = "两项经不同切口或同日分两次进手术室；双侧各做一次；本地对这类手术不规定折价或折价比例不同；由不同专科分别完成"
en = "Another incision, or a second time in theatre that day; one on each side; no such discount, or another ratio, in the local price document; done by different specialties"
[next]
zh = "查手术记录的切口、入路和起止时间，对照本地关于同一切口多项手术的计价规定"
en = "See incisions, approach and times in the operation record, and the local rule on several operations through one incision"
[params.discount]
default = 0.75
unit = "share"
help = { zh = "第二项手术应按价格的这一比例收取", en = "Share of its price at which a second operation is charged" }
source = { zh = "地方规定 0.70–0.75 不一；取不利于报出的 0.75", en = "local rules say 0.70 to 0.75; the one that claims less" }
[params.full_share]
default = 0.95
unit = "share"
help = { zh = "单价达到其全价的这一比例才视为未折价", en = "Share of its full price from which it counts as not reduced" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_price]
default = 200
unit = "yuan"
help = { zh = "单价低于此数的小操作不看", en = "Minor procedures below this price are left out" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.session_hours]
default = 4
unit = "hour"
help = { zh = "记账钟点相差超过此数时视为分两次手术，不报", en = "Booked further apart than this they are two sessions and not reported" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH operation AS (   -- chapter: the organ system in national codes 0033…; anaesthesia (3301) is none
    SELECT l.*, CASE WHEN substr(l.med_list_codg, 1, 4) = '0033' THEN substr(l.med_list_codg, 3, 4) END AS chapter
    FROM line l
    JOIN item i ON i.med_list_codg = l.med_list_codg
    WHERE l.med_chrgitm_type = '06' AND l.is_stay  -- 住院期间的手术费 | an operation of a stay
      AND l.pric >= $min_price AND l.charge > 0    -- 不是小操作 | no minor procedure
      AND substr(l.med_list_codg, 1, 6) <> '003301'
      AND coalesce(i.item_name, '') NOT LIKE '%麻醉%' AND coalesce(i.item_name, '') NOT LIKE '%镇痛%' AND coalesce(i.item_name, '') NOT LIKE '%插管%'
      AND coalesce(i.item_name, '') NOT LIKE '%置管%' AND coalesce(i.item_name, '') NOT LIKE '%引流%' AND coalesce(i.item_name, '') NOT LIKE '%穿刺%'
      AND coalesce(i.item_name, '') NOT LIKE '%加收%' AND coalesce(i.item_name, '') NOT LIKE '%造影%' AND coalesce(i.item_name, '') NOT LIKE '%活检%'
      AND coalesce(i.item_name, '') NOT LIKE '%检查%' AND coalesce(i.item_name, '') NOT LIKE '%清创%' AND coalesce(i.item_name, '') NOT LIKE '%支架%'  -- 不是麻醉、置管、加收一类 | not anaesthesia, lines or surcharges
),
theatre AS (
    SELECT stay_id, day, count(DISTINCT med_list_codg) AS operations FROM operation GROUP BY stay_id, day
),
alone AS (            -- what an operation costs by itself, here and at this level
    SELECT o.med_list_codg, o.fixmedins_code, o.hosp_lv, max(o.pric) AS pric
    FROM operation o JOIN theatre t ON t.stay_id = o.stay_id AND t.day = o.day
    WHERE t.operations = 1
    GROUP BY o.med_list_codg, o.fixmedins_code, o.hosp_lv
),
at_level AS (SELECT med_list_codg, hosp_lv, max(pric) AS pric FROM alone GROUP BY med_list_codg, hosp_lv),
listed AS (           -- what the price list of the day allows at this level, the highest where several rows do
    SELECT o.feedetl_sn, max(k.lmt_pric) AS pric
    FROM operation o
    JOIN (SELECT med_list_codg, hosp_lv, lmt_pric, begndate, enddate FROM price_limit
          UNION ALL SELECT med_list_codg, NULL, lmt_pric, begndate, enddate FROM catalogue) k
      ON k.med_list_codg = o.med_list_codg AND k.lmt_pric > 0 AND (k.hosp_lv IS NULL OR k.hosp_lv = o.hosp_lv)
     AND (k.begndate IS NULL OR k.begndate <= o.day) AND (k.enddate IS NULL OR k.enddate >= o.day)
    GROUP BY o.feedetl_sn
),
main AS (             -- the dearest of the day is the first
    SELECT o.stay_id, o.day, o.med_list_codg, o.item_name, o.pric, o.chapter, o.hour,
           row_number() OVER (PARTITION BY o.stay_id, o.day ORDER BY o.pric DESC, o.feedetl_sn) AS place
    FROM operation o JOIN theatre t ON t.stay_id = o.stay_id AND t.day = o.day
    WHERE t.operations > 1
)
SELECT o.setl_id, o.psn_no, o.fixmedins_code, o.dr_codg, o.feedetl_sn, o.day AS occurred_on,
       CAST(floor(CAST(o.charge AS DOUBLE) * (1 - $discount) * 100 + 0.5) / CAST(100 AS DOUBLE) AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN o.chapter = m.chapter AND coalesce(a.pric, k.pric) IS NOT NULL THEN 0.6 WHEN o.chapter = m.chapter THEN 0.4 ELSE 0.3 END AS strength,
       CASE WHEN o.chapter IS NULL OR m.chapter IS NULL OR coalesce(a.pric, k.pric) IS NULL THEN 'lead' END AS level,
       o.stay_id, o.med_list_codg, o.item_name, o.pric, coalesce(a.pric, k.pric, b.pric) AS full_price, m.item_name AS main_name, m.pric AS main_pric,
       CAST($discount AS DECIMAL(4,2)) AS discount
FROM main m
JOIN operation o ON o.stay_id = m.stay_id AND o.day = m.day AND o.med_list_codg <> m.med_list_codg
LEFT JOIN alone a ON a.med_list_codg = o.med_list_codg AND a.fixmedins_code = o.fixmedins_code AND coalesce(a.hosp_lv, '') = coalesce(o.hosp_lv, '')
LEFT JOIN listed k ON k.feedetl_sn = o.feedetl_sn
LEFT JOIN at_level b ON b.med_list_codg = o.med_list_codg AND coalesce(b.hosp_lv, '') = coalesce(o.hosp_lv, '')
WHERE m.place = 1           -- 同日另有一项更贵的手术 | a dearer operation on the same day
  AND o.scope_amount > 0    -- 进入医保范围 | within the insured scope
  AND coalesce(o.chapter = m.chapter, TRUE)  -- 同一系统的手术（编码看得出时） | of the same organ system, where the codes tell
  AND CAST(o.pric AS DOUBLE) >= $full_share * CAST(coalesce(a.pric, k.pric, b.pric) AS DOUBLE)  -- 单价与单独做时（没有单独做过的看限价）相同，没有折价 | the price it has by itself (by the price list where it never stands alone), not reduced
  AND coalesce(abs(o.hour - m.hour) <= $session_hours, TRUE)  -- 不是同日隔了几小时的另一次 | not another session hours away
