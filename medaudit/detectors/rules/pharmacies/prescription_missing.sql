/*
code        = "PHA06"
status      = "stable"
level       = "suspected"
subject     = "institution"
key         = ["fixmedins_code"]
responsible = ["institution"]
basis       = ["条例 15", "条例 38(6)"]
prior       = 0.6
needs       = ["fee_item.rxno", "catalogue.rx_flag"]
[title]
zh = "处方药无处方号"
en = "Prescription drugs sold without a prescription number"
[message]
zh = "本店处方药销售 {rx_lines} 条中 {missing} 条没有处方号（{percent}%），其余都有；涉及 {item_name} 等"
en = "{missing} of {rx_lines} sales of prescription drugs have no prescription number ({percent} %), the others have; {item_name} …"
[benign]
zh = "处方号登记在别的系统、未上传；电子处方中断时用纸质处方；目录中处方药标志有误或双跨品种"
en = "Numbers kept in another system; paper prescriptions while the electronic ones were down; a wrong flag in the catalogue, or a drug sold both ways"
[next]
zh = "调这些销售的处方和审方记录；没有的，核对是否应由基金支付"
en = "Ask for the prescriptions and the pharmacist's checks of these sales; without them, see whether the fund should have paid"
[params.min_missing]
default = 5
unit = ""
help = { zh = "至少缺这么多条", en = "Missing lines at least" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.filled_share]
default = 0.5
unit = "share"
help = { zh = "处方药明细至少有这么大比例填了处方号，才说明本店（及提取）会填", en = "Share of its prescription drugs with a number that shows that the pharmacy, and the export, fill it" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.careful_share]
default = 0.9
unit = "share"
help = { zh = "填报比例低于此数的只作线索：可能是漏填", en = "Below this share it is a lead only: numbers may just be left out" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH rx AS (SELECT med_list_codg FROM catalogue WHERE rx_flag = '1' GROUP BY med_list_codg),
sold AS (     -- a number on any line of the settlement serves them all
    SELECT l.setl_id, l.fixmedins_code, count(*) AS lines,
           max(CASE WHEN l.rxno IS NOT NULL AND l.rxno NOT IN ('0', '-', '/', '无') THEN 1 ELSE 0 END) AS is_filled
    FROM line l JOIN rx r ON r.med_list_codg = l.med_list_codg
    WHERE l.fixmedins_type = '2' AND l.med_chrgitm_type IN ('09', '11')  -- 药店卖的西药、中成药 | Western or patent medicines of a pharmacy
      AND l.charge > 0
    GROUP BY l.setl_id, l.fixmedins_code
),
shop AS (
    SELECT fixmedins_code, sum(lines) AS rx_lines, sum(CASE WHEN is_filled = 0 THEN lines ELSE 0 END) AS missing
    FROM sold GROUP BY fixmedins_code
)
SELECT l.setl_id, l.psn_no, l.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, l.feedetl_sn, l.day AS occurred_on, l.charge AS charge_amount,
       CASE WHEN CAST(h.missing AS DOUBLE) > (1 - $careful_share) * CAST(h.rx_lines AS DOUBLE) THEN 0.3 ELSE 0.6 END AS strength,
       CASE WHEN CAST(h.missing AS DOUBLE) > (1 - $careful_share) * CAST(h.rx_lines AS DOUBLE) THEN 'lead' END AS level,
       l.med_list_codg, l.item_name, CAST(h.rx_lines AS INTEGER) AS rx_lines, CAST(h.missing AS INTEGER) AS missing,
       CAST(CAST(100 * h.missing AS DOUBLE) / nullif(h.rx_lines, 0) AS DECIMAL(6,1)) AS percent
FROM shop h
JOIN sold s ON s.fixmedins_code = h.fixmedins_code
JOIN line l ON l.setl_id = s.setl_id
JOIN rx r ON r.med_list_codg = l.med_list_codg
WHERE s.is_filled = 0              -- 处方药所在结算没有处方号 | the settlement with the prescription drug has no number
  AND l.med_chrgitm_type IN ('09', '11')  -- 西药、中成药 | a Western or patent medicine
  AND l.charge > 0                 -- 收了钱 | charged
  AND h.missing >= $min_missing    -- 缺的够多 | enough of them
  AND CAST(h.rx_lines - h.missing AS DOUBLE) >= $filled_share * CAST(h.rx_lines AS DOUBLE)  -- 本店通常填处方号 | the pharmacy usually fills the number
