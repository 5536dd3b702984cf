/*
code        = "CHR02"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "drug"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(6)", "GZ10000101011000"]
prior       = 0.85
needs       = ["fee_item", "chronic_drug", "catalogue.generic_code"]
[title]
zh = "慢特病结算超出病种用药范围"
en = "Drug outside the list of the chronic disease"
[message]
zh = "按慢特病（{dise_name}）结算的 {item_name} 不在该人备案病种的用药范围内，{charge_amount} 元"
en = "{item_name}, settled under {dise_name}, is on no drug list of the person's registered diseases; {charge_amount} yuan"
[benign]
zh = "用药范围已调整而所用版本较旧；通用名编码对照有误；该药为注射溶媒或治疗并发症所必需而当地允许；另一病种的备案未导入。"
en = "The list was changed and an older one was used; the generic code is mapped wrongly; a solvent, or a drug for complications that the area allows; the registration of another disease is missing from the extract."
[next]
zh = "核对结算日期适用的病种用药目录和该药的通用名；查处方诊断，看是否借慢特病待遇为其他疾病或他人开药。"
en = "Check the list in force on that day and the drug's generic name; read the diagnosis on the prescription to see whether the benefit was used for another illness or another person."
[params.list_fault]
default = 0.3
unit = "share"
help = { zh = "某病种的药品明细超过这个比例不在范围内时，多半是目录版本或编码对照问题，只作线索", en = "Where more than this share of a disease's drug lines is outside its list, the list or its codes are probably at fault: a lead only" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH list AS (
    SELECT opsp_dise_code FROM chronic_drug GROUP BY opsp_dise_code
),
allowed AS (   -- some lists hold the item's own code in place of the generic one
    SELECT i.med_list_codg, c.opsp_dise_code
    FROM item i JOIN chronic_drug c ON c.generic_code = i.generic_code
    UNION
    SELECT i.med_list_codg, c.opsp_dise_code
    FROM item i JOIN chronic_drug c ON c.generic_code = i.med_list_codg
),
entitled AS (  -- what the settlement is for, and everything the person was registered for then
    SELECT setl_id, dise_codg FROM chronic_visit WHERE dise_codg IS NOT NULL
    UNION
    SELECT v.setl_id, r.opsp_dise_code
    FROM chronic_visit v
    JOIN registration r ON r.person_id = v.person_id AND r.registered_on <= v.last_day
                       AND coalesce(r.expires_on >= v.day, TRUE)
),
listed AS (    -- only settlements all of whose diseases have a list
    SELECT e.setl_id
    FROM entitled e LEFT JOIN list t ON t.opsp_dise_code = e.dise_codg
    GROUP BY e.setl_id
    HAVING count(*) = count(t.opsp_dise_code)
),
permitted AS (
    SELECT d.feedetl_sn
    FROM chronic_drug_line d
    JOIN entitled e ON e.setl_id = d.setl_id
    JOIN allowed a ON a.opsp_dise_code = e.dise_codg AND a.med_list_codg = d.med_list_codg
    GROUP BY d.feedetl_sn
),
judged AS (
    SELECT d.*, v.dise_codg, coalesce(v.dise_name, v.dise_codg) AS dise_name, v.registered_diseases, p.feedetl_sn IS NULL AS is_outside,
           CAST(sum(CASE WHEN p.feedetl_sn IS NULL THEN 1 ELSE 0 END) OVER (PARTITION BY v.dise_codg) AS DOUBLE)
           / nullif(count(*) OVER (PARTITION BY v.dise_codg), 0) AS outside_share,
           count(*) OVER (PARTITION BY v.dise_codg) AS drug_lines
    FROM chronic_drug_line d
    JOIN listed l ON l.setl_id = d.setl_id
    JOIN chronic_visit v ON v.setl_id = d.setl_id
    LEFT JOIN permitted p ON p.feedetl_sn = d.feedetl_sn
    WHERE d.generic_code IS NOT NULL  -- 通用名已知 | The generic name is known
)
SELECT j.setl_id, j.psn_no, j.fixmedins_code, j.dr_codg, j.feedetl_sn, j.day AS occurred_on, j.charge AS charge_amount,
       CAST(CASE WHEN j.outside_share > $list_fault THEN 0.2 WHEN j.is_solvent THEN 0.2 ELSE 0.9 END AS DOUBLE) AS strength,
       CASE WHEN j.outside_share > $list_fault OR j.is_solvent THEN 'lead' END AS level,
       j.drug, j.item_name, j.dise_codg, j.dise_name, j.registered_diseases, j.drug_lines,
       CAST(floor(j.outside_share * 100 + 0.5) AS INTEGER) AS outside_percent
FROM judged j
WHERE j.is_outside              -- 不在任何一个备案病种的用药范围内 | On the list of none of the registered diseases
  AND j.scope_amount > 0        -- 进入医保范围 | Within the insured scope
