/*
code        = "CAP02"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["bill"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102015000"]
prior       = 0.7
needs       = ["cap_name"]
excludes    = []
[title]
zh = "单次治疗或病例超过限额（按名称）"
en = "Session or case above its cap, by name"
[message]
zh = "{disease} {capped_amount} 元进入医保范围，限额表“{cap_for}”为 {cap} 元（{cap_unit}，{cap_source}），超出 {charge_amount} 元"
en = "{disease}: {capped_amount} yuan within the insured scope; the row \"{cap_for}\" of the caps says {cap} ({cap_unit}; {cap_source}); {charge_amount} yuan above it"
[benign]
zh = "名称相近但不在限额范围内；限额不含药品或耗材；同日另看了别的病；限额已调整"
en = "A name alike but outside the cap; the cap does not include drugs or consumables; another illness seen the same day; the cap has changed"
[next]
zh = "本规则只在数据里有 cap_name（限额项目）表时运行，格式见随附的 knowledge/templates/cap_name.csv（其中依据写着“示例”的行不起作用）。核对限额文件包含的内容，看超出部分由谁承担"
en = "This rule runs only with a table cap_name in the data; knowledge/templates/cap_name.csv shows its form (rows marked there as examples do not count). Check what the cap includes and who bore the excess"
[params.tolerance]
default = 1
unit = "yuan"
help = { zh = "超出不到这么多的不报", en = "Excess up to this much is not reported" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH caps AS (
    SELECT name, hosp_lv, cap_amt, coalesce(source, 'cap_name') AS source,
           CASE WHEN unit IN ('session', '次', '每次', '人次') THEN 'session' ELSE 'case' END AS unit
    FROM cap_name
    WHERE cap_amt > 0 AND coalesce(source, '') NOT LIKE '%示例%'   -- 随附示例表里未改写的行不用 | rows of the shipped template that were not rewritten do not count
),
capped AS (         -- items are few: names are looked up once for each
    SELECT i.med_list_codg, i.item_name, c.name
    FROM item i
    JOIN (SELECT name FROM caps WHERE unit = 'session' GROUP BY name) c ON contains(i.item_name, c.name)  -- 项目名称含限额表中的名称 | a name of the table of caps is in the item's
    WHERE i.med_chrgitm_type NOT IN ('08', '09', '10', '11')
),
session AS (        -- a session is an outpatient bill with the item: stays hold more than the treatment
    SELECT l.setl_id, k.name, max(k.item_name) AS item_name, sum(l.cnt) AS sessions
    FROM line l
    JOIN capped k ON k.med_list_codg = l.med_list_codg
    WHERE NOT l.is_stay AND l.scope_amount > 0
    GROUP BY l.setl_id, k.name
),
named AS (          -- diseases and departments as bills spell them
    SELECT v.words, c.name
    FROM (SELECT coalesce(dise_name, '') || ' ' || coalesce(dept, '') AS words FROM visit GROUP BY coalesce(dise_name, '') || ' ' || coalesce(dept, '')) v
    JOIN (SELECT name FROM caps WHERE unit = 'case' GROUP BY name) c ON contains(v.words, c.name)  -- 病种或科室名称含限额表中的名称 | a name of the table of caps is in the disease's or the department's
),
bill AS (
    SELECT v.*, 'session' AS cap_unit, s.name, s.item_name AS disease, greatest(CAST(s.sessions AS DOUBLE), 1) AS sessions
    FROM session s
    JOIN visit v ON v.setl_id = s.setl_id
    UNION ALL
    SELECT v.*, 'case', n.name, coalesce(v.dise_name, v.dept), CAST(1 AS DOUBLE)
    FROM named n
    JOIN visit v ON coalesce(v.dise_name, '') || ' ' || coalesce(v.dept, '') = n.words
),
fits AS (
    SELECT b.*, c.cap_amt AS cap, c.source AS cap_source,
           row_number() OVER (PARTITION BY b.setl_id ORDER BY CASE WHEN c.hosp_lv IS NULL THEN 1 ELSE 0 END, length(c.name) DESC, c.cap_amt DESC, c.name, c.unit) AS place
    FROM bill b
    JOIN caps c ON c.name = b.name AND c.unit = b.cap_unit AND (c.hosp_lv IS NULL OR c.hosp_lv = b.hosp_lv)
    WHERE coalesce(b.setl_type, '') <> '3'
),
drugs AS (
    SELECT f.setl_id, sum(CASE WHEN l.med_chrgitm_type IN ('09', '10', '11') THEN l.scope_amount ELSE 0 END) AS drug_amount
    FROM fits f
    JOIN line l ON l.setl_id = f.setl_id
    WHERE f.place = 1 AND f.scope_amount > f.cap
    GROUP BY f.setl_id
)
SELECT f.setl_id, f.psn_no, f.fixmedins_code, f.dr_codg, f.begndate AS occurred_on,
       CAST(CAST(f.scope_amount AS DOUBLE) - CAST(f.cap AS DOUBLE) * f.sessions + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN CAST(f.scope_amount - coalesce(d.drug_amount, 0) AS DOUBLE) > CAST(f.cap AS DOUBLE) * f.sessions THEN 0.7 ELSE 0.3 END AS strength,
       CASE WHEN CAST(f.scope_amount - coalesce(d.drug_amount, 0) AS DOUBLE) <= CAST(f.cap AS DOUBLE) * f.sessions THEN 'lead' END AS level,
       coalesce(f.stay_id, f.setl_id) AS bill, f.disease, f.name AS cap_for, f.hosp_lv, f.scope_amount AS capped_amount, f.cap, f.cap_unit,
       f.sessions, f.cap_source, d.drug_amount
FROM fits f
LEFT JOIN drugs d ON d.setl_id = f.setl_id
WHERE f.place = 1                                                                        -- 取最贴切的限额 | the cap that fits best
  AND CAST(f.scope_amount AS DOUBLE) - CAST(f.cap AS DOUBLE) * f.sessions > $tolerance   -- 进入医保范围的费用超过限额（按次的乘以次数） | the amount in scope is above the cap, times the sessions where it is per session
