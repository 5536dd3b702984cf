/*
code        = "BIL15"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["stay_id", "med_list_codg"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102001000"]
prior       = 0.7
needs       = ["fee_item", "bed_limit"]
excludes    = []
subsumes    = ["BIL04"]
[title]
zh = "床位费超过病房与等级的限额"
en = "Bed fee above the limit of ward and level"
[message]
zh = "{item_name} 每日 {pric} 元，限额表“{ward}”一行为 {limit_price} 元（{limit_source}），超出部分未列为自付，共 {charge_amount} 元"
en = "{item_name} at {pric} yuan a day; the row \"{ward}\" of the limits says {limit_price} ({limit_source}); the excess was not left to the patient: {charge_amount} yuan"
[benign]
zh = "限额表不是现行或本地的；收治的病房另有加成而清单上看不出；超标部分已在别的字段列为个人自付；机构等级登记有误"
en = "The table of limits is not the current or local one; the ward has a supplement that the list does not show; the excess is self-paid in a column not exported; wrong level of the institution"
[next]
zh = "本规则只在数据里有 bed_limit（床位费标准）表时运行，格式见随附的 knowledge/templates/bed_limit.csv（其中依据写着“示例”的行不起作用）。核对本地现行床位费支付标准及加成病区；查住院病区和床位类型；看超标部分由谁支付"
en = "This rule runs only with a table bed_limit in the data; knowledge/templates/bed_limit.csv shows its form (rows marked there as examples do not count). Check the local standard now in force and its supplements; look up ward and kind of bed; see who paid the excess"
[params.tolerance]
default = 0.01
unit = "yuan"
help = { zh = "超出不到此数的是四舍五入", en = "Excess up to this much is rounding" }
source = { zh = "一分钱以内是四舍五入", en = "one fen of rounding" }
*/
WITH bed AS (      -- lines of beds; their wards are few, so the limits are looked up once for each
    SELECT l.feedetl_sn, l.setl_id, l.stay_id, l.psn_no, l.fixmedins_code, l.dr_codg, l.day, l.med_list_codg, l.hosp_lv,
           l.cnt, l.pric, l.charge, l.scope_amount, i.item_name,
           i.item_name || ' ' || coalesce(l.dept, '') || ' ' || coalesce(v.dept, '') || ' ' || coalesce(v.fixmedins_name, '') AS place,
           coalesce(l.dept LIKE '%科%' OR l.dept LIKE '%病区%' OR l.dept LIKE '%病房%'
                 OR v.dept LIKE '%科%' OR v.dept LIKE '%病区%' OR v.dept LIKE '%病房%', FALSE) AS ward_known
    FROM line l
    JOIN item i ON i.med_list_codg = l.med_list_codg
    JOIN visit v ON v.setl_id = l.setl_id
    WHERE l.is_stay AND l.med_chrgitm_type = '01' AND l.scope_amount > 0   -- 住院床位费，进入医保范围 | bed fees of a stay within the insured scope
      AND i.item_name NOT LIKE '%空调%' AND i.item_name NOT LIKE '%暖%' AND i.item_name NOT LIKE '%加收%'
      AND i.item_name NOT LIKE '%陪%' AND i.item_name NOT LIKE '%婴%'      -- 不是空调、取暖、陪护、婴儿床等附加 | not heating, companion beds, cots and other supplements
),
place AS (
    SELECT place, hosp_lv FROM bed GROUP BY place, hosp_lv
),
matched AS (       -- a row of the institution's level stands before one for every level; an unknown level may be any
    SELECT p.place, p.hosp_lv, b.ward, b.lmt_pric, b.source,
           rank() OVER (PARTITION BY p.place, p.hosp_lv, b.ward ORDER BY CASE WHEN b.hosp_lv IS NULL THEN 1 ELSE 0 END) AS near
    FROM place p
    JOIN bed_limit b ON contains(p.place, b.ward) AND (b.hosp_lv IS NULL OR b.hosp_lv = p.hosp_lv OR p.hosp_lv IS NULL)
    WHERE b.lmt_pric > 0
      AND coalesce(b.source, '') NOT LIKE '%示例%'                  -- 随附示例表里未改写的行不用 | rows of the shipped template that were not rewritten do not count
      AND NOT (contains('普通病房床位费', b.ward)
               AND (p.place LIKE '%层流%' OR p.place LIKE '%洁净%' OR p.place LIKE '%重症%' OR p.place LIKE '%监护%'
                    OR p.place LIKE '%ICU%' OR p.place LIKE '%隔离%' OR p.place LIKE '%新生儿%'))   -- 层流、监护、隔离、新生儿病房不按普通床位的限额看 | laminar flow, intensive, isolation and newborn wards are not held against the limit of ordinary beds
),
limited AS (       -- of several wards that fit, the one with the highest limit
    SELECT m.*, row_number() OVER (PARTITION BY m.place, m.hosp_lv ORDER BY m.lmt_pric DESC, m.ward) AS place_no
    FROM matched m
    WHERE m.near = 1
),
dear AS (
    SELECT b.*, x.ward, x.lmt_pric AS limit_price, coalesce(x.source, 'bed_limit') AS limit_source,
           CAST(x.lmt_pric AS DOUBLE) * b.cnt AS limit_amount
    FROM bed b
    JOIN limited x ON x.place = b.place AND coalesce(x.hosp_lv, '') = coalesce(b.hosp_lv, '') AND x.place_no = 1
    WHERE b.pric > x.lmt_pric
)
SELECT d.setl_id, d.psn_no, d.fixmedins_code, d.dr_codg, d.feedetl_sn, d.day AS occurred_on,
       CAST(CAST(d.scope_amount AS DOUBLE) - d.limit_amount + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN d.ward_known AND f.inscp_amt IS NOT NULL THEN 0.9 ELSE 0.6 END AS strength,
       CASE WHEN NOT d.ward_known OR f.inscp_amt IS NULL THEN 'suspected' END AS level,
       d.stay_id, d.med_list_codg, d.item_name, d.ward, d.hosp_lv, d.pric, d.limit_price, d.limit_source, d.cnt
FROM dear d
JOIN fee_item f ON f.feedetl_sn = d.feedetl_sn
WHERE d.pric - d.limit_price > $tolerance                                    -- 床位单价高于限额表中该病房、该等级的限额 | the price of the bed is above the limit for ward and level in the table
  AND CAST(d.scope_amount AS DOUBLE) - d.limit_amount > $tolerance           -- 超出部分仍在医保范围内 | the excess stayed within the insured scope
