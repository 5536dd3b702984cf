/*
code        = "BIL04"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "med_list_codg"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102001000"]
prior       = 0.9
needs       = ["fee_item", "price_limit|catalogue.lmt_pric|fee_item.pric_uplmt_amt"]
[title]
zh = "单价超过限价"
en = "Price above the limit"
[message]
zh = "{item_name} 单价 {pric} 元，当日限价 {limit_price} 元，超出 {charge_amount} 元"
en = "{item_name} at {pric} yuan; the limit that day is {limit_price}; {charge_amount} yuan above it"
[benign]
zh = "限价调整的执行日期与系统更新有时差；计价单位不同（盒与支）；同一编码下规格不同；机构等级或地区登记有误"
en = "A price change taken up late; another unit (box or piece); other specifications under the same code; wrong level or area of the institution"
[next]
zh = "核对限价文件的等级、地区、执行日期和计价单位，抽查同期其他患者的同一项目单价"
en = "Check level, area, date and unit in the price document; look at the price other patients paid for the item then"
[params.tolerance]
default = 0.01
unit = "yuan"
help = { zh = "单价高出不超过此数的不报（四舍五入）", en = "Excess of the unit price up to this much is rounding" }
source = { zh = "一分钱以内是四舍五入", en = "one fen of rounding" }
[params.pack_ratio]
default = 5
unit = "times"
help = { zh = "药品、耗材单价达到限价这么多倍时，多半是计价单位不同，只作线索", en = "A drug or consumable at this many times its limit is probably billed in another unit: a lead only" }
source = { zh = "本系统取值", en = "medaudit's own default" }
*/
WITH listed AS (    -- the price table knows level and area; the catalogue is the same for all
    SELECT med_list_codg, 1 AS source, hosp_lv, admdvs, lmt_pric, begndate, enddate
    FROM price_limit WHERE lmt_pric > 0
    UNION ALL
    SELECT med_list_codg, 2 AS source, NULL AS hosp_lv, NULL AS admdvs, lmt_pric, begndate, enddate
    FROM catalogue WHERE lmt_pric > 0
),
lowest AS (
    SELECT med_list_codg, coalesce(hosp_lv, 'every') AS hosp_lv, min(lmt_pric) AS lmt_pric
    FROM listed GROUP BY med_list_codg, coalesce(hosp_lv, 'every')
),
dear AS (           -- only lines above the lowest limit for their level are matched in full
    SELECT l.*, CASE WHEN f.selfpay_prop <= 1 THEN f.selfpay_prop ELSE 0 END AS paid_first
    FROM line l
    JOIN fee_item f ON f.feedetl_sn = l.feedetl_sn
    LEFT JOIN lowest own ON own.med_list_codg = l.med_list_codg AND own.hosp_lv = l.hosp_lv
    LEFT JOIN lowest any_lv ON any_lv.med_list_codg = l.med_list_codg AND any_lv.hosp_lv = 'every'
    WHERE l.pric > own.lmt_pric OR l.pric > any_lv.lmt_pric OR l.pric > nullif(l.pric_uplmt_amt, 0)  -- 单价高于可能适用的某个限价 | the unit price is above a limit that may apply
),
matched AS (        -- most specific first: county, city, province, everywhere; then its level, then every level
    SELECT d.*, coalesce(m.lmt_pric, nullif(d.pric_uplmt_amt, 0)) AS limit_price, coalesce(m.source, 3) AS source,
           -- DOUBLE, because an absurd price times an absurd count overflows a DECIMAL
           CAST(coalesce(m.lmt_pric, nullif(d.pric_uplmt_amt, 0)) AS DOUBLE) * d.cnt AS limit_amount,
           row_number() OVER (PARTITION BY d.feedetl_sn
                              ORDER BY m.source, coalesce(m.admdvs, '') DESC, coalesce(m.hosp_lv, '') DESC,
                                       coalesce(m.begndate, DATE '1900-01-01') DESC, m.lmt_pric DESC) AS place
    FROM dear d
    LEFT JOIN listed m ON m.med_list_codg = d.med_list_codg
                      AND (m.hosp_lv IS NULL OR m.hosp_lv = d.hosp_lv)
                      AND (m.admdvs IS NULL OR m.admdvs = d.admdvs OR m.admdvs = substr(d.admdvs, 1, 4) || '00'
                           OR m.admdvs = substr(d.admdvs, 1, 2) || '0000')
                      AND (m.begndate IS NULL OR m.begndate <= d.day) AND (m.enddate IS NULL OR m.enddate >= d.day)
)
SELECT p.setl_id, p.psn_no, p.fixmedins_code, p.dr_codg, p.feedetl_sn, p.day AS occurred_on,
       CAST(least(CAST(p.pric AS DOUBLE) * p.cnt, p.charge) - p.limit_amount + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
       CASE p.source WHEN 1 THEN 0.95 WHEN 2 THEN 0.8 ELSE 0.7 END AS strength,
       CASE WHEN p.med_chrgitm_type IN ('08', '09', '10', '11')
             AND p.pric >= CAST(p.limit_price AS DOUBLE) * $pack_ratio THEN 'lead'
            WHEN p.source <> 1 THEN 'suspected' END AS level,
       p.stay_id, p.med_list_codg, p.item_name, p.pric, p.limit_price, p.cnt, p.hosp_lv, p.admdvs,
       CASE p.source WHEN 1 THEN 'price_limit' WHEN 2 THEN 'catalogue' ELSE 'pric_uplmt_amt' END AS limit_source
FROM matched p
WHERE p.place = 1                                 -- 取等级、地区、日期最贴切的限价 | the limit that fits level, area and date best
  AND p.pric - p.limit_price > $tolerance         -- 单价高于限价 | the unit price is above the limit
  AND p.scope_amount - p.limit_amount * CAST(1 - coalesce(p.paid_first, 0) AS DOUBLE) > $tolerance  -- 超出部分未列为自费（先行自付比例除外） | the excess was not left to the patient, besides the share paid first
