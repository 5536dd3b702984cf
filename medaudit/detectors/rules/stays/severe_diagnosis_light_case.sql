/*
code        = "STY17"
status      = "stable"
level       = "lead"
subject     = "settlement"
key         = ["stay_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 15", "条例 38(7)", "GZ10000201003000"]
prior       = 0.3
needs       = ["fee_item", "settlement.dise_codg|diagnosis.diag_code"]
excludes    = ["transfer", "hospice", "planned_readmission", "rehabilitation", "maternity", "day_surgery"]

[title]
zh = "重症诊断、轻症诊疗"
en = "Severe diagnosis, light care"

[message]
zh = "主诊断“{severe_name}”，住院 {nights} 天、{charge} 元，是同级同病 {peers} 例中位数的 {percent}%，没有手术、重症监护、抢救、呼吸支持、输血、透析等任何一项"
en = "Main diagnosis \"{severe_name}\", but {nights} nights and {charge} yuan, {percent} % of the median of {peers} such stays at the level, and no operation, intensive care, rescue, ventilation, transfusion or dialysis"

[benign]
zh = "入院即放弃治疗或自动出院而离院方式未填；恢复期、复查住院沿用原诊断编码；轻型病例；费用明细不全；入院后排除该病而主诊断未改"
en = "Care given up at once without the way of leaving being marked; the acute code kept for a later or follow-up stay; a mild form; incomplete lines; the disease ruled out and the diagnosis left standing"

[next]
zh = "以病程、检验和影像核对该诊断是否成立（如心肌酶、血气、血培养、CT）；比对病案首页编码与医保上传编码；统计该科室同类病例占比和入组权重"
en = "See whether notes, laboratory and images support the diagnosis (enzymes, blood gases, cultures, CT); compare the record's code with the one sent; count such cases of the department and their weights"

[params.low_charge]
default = 0.1
unit = "share"
help = { zh = "费用在同级同病最低的这一部分里", en = "charge among the lowest such part of the same disease and level" }
source = { zh = "本工具的设定（第 10 百分位），无全国依据", en = "the tenth percentile, set by this tool; no national source" }

[params.low_nights]
default = 0.25
unit = "share"
help = { zh = "天数在同级同病最低的这一部分里", en = "days among the lowest such part" }
source = { zh = "本工具的设定（第 25 百分位），无全国依据", en = "the 25th percentile, set by this tool; no national source" }

[params.max_ratio]
default = 0.5
unit = "share"
help = { zh = "费用不超过同级同病中位数的多少", en = "charge at most this share of the median" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.min_peers]
default = 10
unit = "visit"
help = { zh = "同级同病至少多少例才比较", en = "stays of the disease and level needed for a comparison" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH severe AS (
    SELECT c.main_dx, min(d.name) AS severe_name
    FROM (SELECT DISTINCT main_dx FROM stay) c
    JOIN severe_diagnosis d ON starts_with(c.main_dx, d.prefix)  -- 主诊断属重症 | The main diagnosis is a severe one
    GROUP BY c.main_dx
),
-- Who died, was moved on or left against advice has a short and cheap stay for that reason.
usual AS (
    SELECT s.stay_id, s.psn_no, s.fixmedins_code, s.dr_codg, s.admitted, s.discharged, s.nights, s.charge, s.icd3, s.main_dx, s.hosp_lv,
        s.payment_way, v.severe_name, count(*) OVER (PARTITION BY s.icd3, s.hosp_lv) AS peers,
        row_number() OVER (PARTITION BY s.icd3, s.hosp_lv ORDER BY s.charge, s.stay_id) AS by_charge,
        row_number() OVER (PARTITION BY s.icd3, s.hosp_lv ORDER BY s.nights, s.stay_id) AS by_nights
    FROM stay s
    JOIN severe v ON v.main_dx = s.main_dx
    WHERE coalesce(s.dscg_way, '1') = '1'                        -- 医嘱离院：不是转院、自动出院、死亡、中途结算 | Discharged by the doctor: not moved, gone, dead or settled in between
      AND substr(CAST(s.discharged AS VARCHAR), 6) <> '12-31'    -- 不是年终结算截断的住院 | Not a stay cut by the settlement at the year's end
      AND s.hosp_lv IS NOT NULL                                  -- 机构级别已知 | The institution's level is known
),
bound AS (
    SELECT icd3, hosp_lv, min(CASE WHEN by_charge >= CAST($low_charge AS DOUBLE) * peers THEN charge END) AS low_charge,
        min(CASE WHEN by_nights >= CAST($low_nights AS DOUBLE) * peers THEN nights END) AS low_nights,
        min(CASE WHEN by_charge * 2 >= peers THEN charge END) AS median_charge
    FROM usual
    GROUP BY icd3, hosp_lv
),
light AS (
    SELECT u.*, CAST(u.charge AS DOUBLE) / nullif(b.median_charge, 0) AS share
    FROM usual u
    JOIN bound b ON b.icd3 = u.icd3 AND b.hosp_lv = u.hosp_lv
    WHERE u.charge <= b.low_charge AND u.nights <= b.low_nights  -- 费用和天数都在同级同病最低的部分 | Charge and days are both among the lowest of the disease and level
),
heavy AS (
    SELECT med_list_codg FROM item
    WHERE coalesce(med_chrgitm_type, '05') NOT IN ('04', '08')  -- 化验和材料不算 | Laboratory tests and materials do not count
      AND (med_chrgitm_type = '06' OR item_name LIKE '%重症%' OR item_name LIKE '%抢救%' OR item_name LIKE '%ICU%' OR item_name LIKE '%特级护理%'
        OR item_name LIKE '%呼吸机%' OR item_name LIKE '%通气%' OR item_name LIKE '%气管插管%' OR item_name LIKE '%输血%' OR item_name LIKE '%红细胞%'
        OR item_name LIKE '%溶栓%' OR item_name LIKE '%除颤%' OR item_name LIKE '%滤过%' OR item_name LIKE '%透析%' OR item_name LIKE '%血浆置换%'
        OR item_name LIKE '%引流%' OR item_name LIKE '%介入%' OR item_name LIKE '%支架%')
),
content AS (
    SELECT l.stay_id, sum(l.charge) AS line_charge, sum(CASE WHEN h.med_list_codg IS NOT NULL OR l.med_chrgitm_type IS NULL THEN 1 ELSE 0 END) AS heavy_lines
    FROM line l
    JOIN light t ON t.stay_id = l.stay_id
    LEFT JOIN heavy h ON h.med_list_codg = l.med_list_codg
    GROUP BY l.stay_id
)
SELECT v.setl_id, t.stay_id, t.psn_no, t.fixmedins_code, t.dr_codg, t.admitted AS occurred_on, CAST(v.charge AS DECIMAL(16,2)) AS charge_amount,
    -- A severer code pays where stays are paid by the case.
    CAST(CASE WHEN t.payment_way = 'case' THEN 0.4 ELSE 0.2 END + CASE WHEN t.share <= 0.5 * CAST($max_ratio AS DOUBLE) THEN 0.3 ELSE 0 END AS DOUBLE) AS strength,
    t.main_dx, t.severe_name, t.admitted, t.discharged, t.nights, t.charge, t.peers, CAST(floor(100 * t.share + 0.5) AS INTEGER) AS percent
FROM light t
JOIN content c ON c.stay_id = t.stay_id
JOIN visit v ON v.stay_id = t.stay_id
WHERE t.peers >= $min_peers                                          -- 同级同病例数够多 | Enough stays of the disease and level
  AND t.share <= $max_ratio                                          -- 费用远低于中位数 | The charge is far below the median
  AND c.heavy_lines = 0                                              -- 没有与重症相称的项目 | Nothing that goes with a severe illness
  AND CAST(c.line_charge AS DOUBLE) / nullif(t.charge, 0) >= 0.9     -- 明细基本完整 | The lines explain the bill
