/*
code        = "MED10"
status      = "stable"
level       = "lead"
subject     = "settlement"
key         = ["setl_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 15"]
prior       = 0.15
needs       = ["fee_item.rxno", "catalogue.rx_flag"]
excludes    = ["dialysis", "chemotherapy", "radiotherapy", "day_surgery", "emergency"]
[title]
zh = "处方药没有处方号"
en = "Prescription drug without a prescription"
[message]
zh = "{item_name} 是处方药而没有处方号；本机构当月 {filled_percent}% 的处方药都有"
en = "{item_name} is a prescription drug and has no prescription number; {filled_percent} % of such lines there had one that month"
[benign]
zh = "接口故障或补录时漏传；科室备用药随治疗计费；纸质处方未录号；目录的处方药标志与实际不符。"
en = "Lost by a faulty interface or a late entry; ward stock billed with a treatment; a paper prescription whose number was not entered; a wrong flag in the catalogue."
[next]
zh = "调取该次就诊的病历和处方；没有的，查是谁开药、谁取药，同一医师、收费员是否集中出现。"
en = "Ask for the chart and prescription of the visit; where there is none, see who ordered and who fetched, and whether one doctor or cashier stands out."
[params.filled_share]
default = 0.95
unit = "share"
help = { zh = "机构当月处方药有处方号的比例至少多少才判断", en = "share of such lines that carry a number that month from which the institution is judged" }
source = { zh = "本工具的设定，无全国依据：平时都填，空着才有意义", en = "set by this tool; no national source: a blank tells something only where it is rare" }
[params.min_lines]
default = 50
unit = ""
help = { zh = "机构当月处方药明细至少多少条才判断", en = "such lines in the month from which the institution is judged" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH listed AS (SELECT med_list_codg FROM catalogue WHERE rx_flag = '1' GROUP BY med_list_codg),
ordered AS (
  SELECT d.setl_id, d.med_list_codg, d.fixmedins_code, d.day, c.month, d.supply, d.lines, d.rx_lines
  FROM dispensed d
  JOIN listed r ON r.med_list_codg = d.med_list_codg  -- 目录标明处方药 | The catalogue calls it a prescription drug
  JOIN calendar c ON c.day = d.day
  WHERE d.fixmedins_type = '1'  -- 医院或诊所，不是药店 | A hospital or clinic, not a pharmacy
    AND d.source IN ('outpatient', 'chronic')  -- 门诊 | Outpatient care
),
habit AS (
  SELECT fixmedins_code, month, CAST(sum(rx_lines) AS DOUBLE) / nullif(sum(lines), 0) AS filled_share
  FROM ordered GROUP BY fixmedins_code, month
  HAVING sum(lines) >= $min_lines
),
of_day AS (SELECT fixmedins_code, day, sum(rx_lines) AS filled FROM ordered GROUP BY fixmedins_code, day),
blank AS (
  SELECT o.*, h.filled_share
  FROM ordered o
  JOIN habit h ON h.fixmedins_code = o.fixmedins_code AND h.month = o.month
  JOIN of_day y ON y.fixmedins_code = o.fixmedins_code AND y.day = o.day
  WHERE o.rx_lines < o.lines AND h.filled_share >= $filled_share AND y.filled > 0  -- 本机构当月几乎都填处方号，当天也有填的 | The institution fills the number nearly always that month, and did so that day
),
mixed AS (SELECT setl_id, sum(rx_lines) AS filled FROM dispensed GROUP BY setl_id)
SELECT l.setl_id, l.feedetl_sn, l.psn_no, l.fixmedins_code, l.dr_codg, l.day AS occurred_on, l.charge AS charge_amount,
  -- among lines that carry a number a blank is less likely a slip of the interface
  CAST(CASE WHEN m.filled > 0 THEN 0.5 ELSE 0.3 END AS DOUBLE) AS strength,
  l.med_list_codg, coalesce(i.item_name, l.item_name) AS item_name, CAST(100 * b.filled_share AS DECIMAL(16,1)) AS filled_percent
FROM blank b
JOIN mixed m ON m.setl_id = b.setl_id
JOIN visit v ON v.setl_id = b.setl_id
JOIN line l ON l.setl_id = b.setl_id AND l.med_list_codg = b.med_list_codg
JOIN item i ON i.med_list_codg = l.med_list_codg
WHERE (l.rxno IS NULL OR length(trim(l.rxno)) < 2 OR lower(trim(l.rxno)) IN ('00', '无号', '无处方', 'null', 'none'))  -- 没有处方号 | It carries no prescription number
  AND (b.supply > 0 OR (coalesce(i.item_name, '') NOT LIKE '%注射%' AND coalesce(i.item_name, '') NOT LIKE '%麻%' AND coalesce(i.item_name, '') NOT LIKE '%造影%'))  -- 不是随治疗使用的注射、麻醉、造影药 | Not an injection, anaesthetic or contrast agent given with a treatment
  AND NOT starts_with(v.med_type, '13')  -- 不是急诊 | Not an emergency visit
  AND l.scope_amount > 0  -- 进入医保范围 | Within the insured scope
