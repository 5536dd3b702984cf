/*
code        = "CAP01"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["bill"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102015000"]
prior       = 0.6
needs       = ["case_cap"]
excludes    = []
subsumes    = ["CAP02"]
[title]
zh = "单病种或单次费用超过限额"
en = "Case or session above its cap"
[message]
zh = "{disease} {capped_amount} 元进入医保范围，限额 {cap} 元（{cap_unit}，{cap_source}），超出 {charge_amount} 元"
en = "{disease}: {capped_amount} yuan within the insured scope; the cap is {cap} ({cap_unit}; {cap_source}); {charge_amount} yuan above it"
[benign]
zh = "有合并症、并发症或转科，按规定退出单病种；限额不含药品或耗材；超出部分已由机构承担而清单未反映；主诊断编码有误"
en = "Comorbidity, complications or a change of ward took the case out of the cap by rule; the cap does not include drugs or consumables; the institution bore the excess, which the list does not show; a wrong main diagnosis"
[next]
zh = "核对限额文件的病种范围、包含内容和退出条件；看结算时超出部分由谁承担；抽查同病种其他病例"
en = "Check diseases, contents and exits in the document of the cap; see who bore the excess at settlement; look at other cases of the disease"
[params.tolerance]
default = 1
unit = "yuan"
help = { zh = "超出不到这么多的不报", en = "Excess up to this much is not reported" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH caps AS (      -- of whole cases and sessions; caps of an item's own charges belong to another rule
    SELECT dise_codg, substr(dise_codg, 1, 3) AS icd3, med_list_codg, hosp_lv, cap_amt, begndate, enddate, coalesce(source, 'case_cap') AS source,
           CASE WHEN unit IN ('session', '次', '每次', '人次') THEN 'session' WHEN unit IN ('visit', '门诊', '就诊') THEN 'visit' ELSE 'stay' END AS unit
    FROM case_cap
    WHERE cap_amt > 0 AND (dise_codg IS NOT NULL OR med_list_codg IS NOT NULL)
      AND coalesce(unit, 'stay') NOT IN ('piece', 'day', 'month', 'year', '支', '片', '日', '月', '年')
      AND (scope IN ('case', 'session', '病种', '单病种', '病例', '单次') OR (scope IS NULL AND med_list_codg IS NULL))
),
bill AS (
    SELECT stay_id AS bill, 'stay' AS kind, setl_id, psn_no, fixmedins_code, dr_codg, hosp_lv, main_dx, icd3, dise_name, discharged AS day, scope_amount
    FROM stay
    UNION ALL
    SELECT setl_id, 'visit', setl_id, psn_no, fixmedins_code, dr_codg, hosp_lv, coalesce(main_dx, dise_codg), substr(coalesce(main_dx, dise_codg), 1, 3),
           dise_name, begndate, scope_amount
    FROM visit WHERE NOT is_stay AND coalesce(setl_type, '') <> '3'
),
done AS (           -- how often the item of a cap was charged on each bill
    SELECT coalesce(l.stay_id, l.setl_id) AS bill, l.med_list_codg, max(l.item_name) AS item_name, sum(l.cnt) AS sessions
    FROM line l
    JOIN (SELECT med_list_codg FROM caps WHERE med_list_codg IS NOT NULL GROUP BY med_list_codg) c ON c.med_list_codg = l.med_list_codg
    GROUP BY coalesce(l.stay_id, l.setl_id), l.med_list_codg
),
fits AS (
    SELECT b.*, c.dise_codg, c.med_list_codg, c.hosp_lv AS cap_lv, c.cap_amt AS cap, c.unit AS cap_unit, c.source AS cap_source, CAST(1 AS DECIMAL(38,4)) AS sessions,
           coalesce(b.dise_name, b.main_dx) AS disease
    FROM bill b
    JOIN caps c ON c.icd3 = b.icd3 AND starts_with(b.main_dx, c.dise_codg) AND c.med_list_codg IS NULL
               AND (c.hosp_lv IS NULL OR c.hosp_lv = b.hosp_lv) AND (c.begndate IS NULL OR c.begndate <= b.day) AND (c.enddate IS NULL OR c.enddate >= b.day)
    UNION ALL
    SELECT b.*, c.dise_codg, c.med_list_codg, c.hosp_lv, c.cap_amt, c.unit, c.source, CASE WHEN c.unit = 'session' THEN greatest(d.sessions, 1) ELSE 1 END,
           d.item_name
    FROM done d
    JOIN bill b ON b.bill = d.bill
    JOIN caps c ON c.med_list_codg = d.med_list_codg AND (c.dise_codg IS NULL OR starts_with(b.main_dx, c.dise_codg))
               AND (c.hosp_lv IS NULL OR c.hosp_lv = b.hosp_lv) AND (c.begndate IS NULL OR c.begndate <= b.day) AND (c.enddate IS NULL OR c.enddate >= b.day)
),
nearest AS (        -- the most specific cap of a bill: item, then the longer disease code, then the level
    SELECT f.*, row_number() OVER (PARTITION BY f.bill ORDER BY CASE WHEN f.med_list_codg IS NULL THEN 1 ELSE 0 END, length(coalesce(f.dise_codg, '')) DESC,
                                   CASE WHEN f.cap_lv IS NULL THEN 1 ELSE 0 END, f.cap DESC, coalesce(f.med_list_codg, '')) AS place
    FROM fits f
    WHERE (f.kind = 'stay') = (f.cap_unit = 'stay')   -- 住院按次住院限额，门诊按次就诊或治疗次数限额 | stays under caps per stay, visits under caps per visit or session
),
drugs AS (          -- what of an over-cap bill is drugs: many caps of a session leave them out
    SELECT n.bill, sum(CASE WHEN l.med_chrgitm_type IN ('09', '10', '11') THEN l.scope_amount ELSE 0 END) AS drug_amount
    FROM nearest n
    JOIN line l ON coalesce(l.stay_id, l.setl_id) = n.bill
    WHERE n.place = 1 AND n.cap_unit <> 'stay' AND n.scope_amount > n.cap
    GROUP BY n.bill
)
SELECT n.setl_id, n.psn_no, n.fixmedins_code, n.dr_codg, n.day AS occurred_on,
       CAST(CAST(n.scope_amount AS DOUBLE) - CAST(n.cap AS DOUBLE) * n.sessions + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN CAST(n.scope_amount - coalesce(d.drug_amount, 0) AS DOUBLE) > CAST(n.cap AS DOUBLE) * n.sessions THEN 0.9 ELSE 0.3 END AS strength,
       CASE WHEN CAST(n.scope_amount - coalesce(d.drug_amount, 0) AS DOUBLE) <= CAST(n.cap AS DOUBLE) * n.sessions THEN 'lead' END AS level,
       n.bill, n.disease, n.main_dx, n.hosp_lv, n.scope_amount AS capped_amount, n.cap, n.cap_unit, n.sessions, n.cap_source, d.drug_amount
FROM nearest n
LEFT JOIN drugs d ON d.bill = n.bill
WHERE n.place = 1                                                                        -- 取最贴切的限额 | the cap that fits best
  AND CAST(n.scope_amount AS DOUBLE) - CAST(n.cap AS DOUBLE) * n.sessions > $tolerance   -- 进入医保范围的费用超过限额（按次的乘以次数） | the amount in scope is above the cap, times the sessions where it is per session
