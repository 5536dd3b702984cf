/*
code        = "CHR09"
status      = "stable"
level       = "lead"
subject     = "patient"
key         = ["person_id", "opsp_class"]
responsible = ["patient", "institution"]
basis       = ["条例 20"]
prior       = 0.3
needs       = ["fee_item", "chronic"]
[title]
zh = "没有住院和检查依据的慢特病认定"
en = "Registered for a chronic disease without any stay or test before"
[message]
zh = "{registered_on} 备案 {dise_name}，此前 {look_back} 天没有任何住院、检查或化验；同一机构认定的 {registered_here} 人中 {unfounded_here} 人如此"
en = "Registered for {dise_name} on {registered_on} without any stay, examination or test in the {look_back} days before; so are {unfounded_here} of the {registered_here} registered by the same institution"
[benign]
zh = "在外地或自费检查后认定；凭既往病历、外院诊断证明认定；原有备案到期后重新办理；参保关系刚转入。"
en = "The tests were done elsewhere or paid privately; approved on older records or another hospital's certificate; a lapsed registration made anew; the person has only just joined this area's insurance."
[next]
zh = "调取认定材料，核对病历、影像和化验的日期、机构和真伪；看同一机构、同一认定医师的其他认定，约请患者复核。"
en = "Obtain the papers of the approval and check date, place and genuineness of records, images and tests; look at the other approvals of the institution and doctor, and have the patient examined."
[params.look_back_days]
default = 365
unit = "day"
help = { zh = "备案前多少天内应有住院或检查；数据须能追溯这么久", en = "Days before the registration in which there should be a stay or a test; the data must reach back so far" }
source = { zh = "天津门特监管模型：认定前一年无住院、无影像检查", en = "the Tianjin model: no stay and no imaging in the year before" }
*/
WITH reach AS (
    SELECT min(begndate) AS first_day FROM visit
),
first_one AS (
    SELECT r.person_id, r.opsp_class, r.registered_on, max(r.registrar) AS registrar, max(r.opsp_dise_name) AS opsp_dise_name,
           max(date_diff('day', a.first_day, r.registered_on)) AS days_seen
    FROM registration r
    CROSS JOIN reach a
    WHERE r.registered_on = r.first_registered_on   -- 不是续期 | Not a renewal
    GROUP BY r.person_id, r.opsp_class, r.registered_on
),
drawn AS (      -- whom the register does not tell but who was treated as chronic before
    SELECT f.person_id, f.opsp_class
    FROM first_one f
    JOIN chronic_visit v ON v.person_id = f.person_id AND v.day < f.registered_on
    GROUP BY f.person_id, f.opsp_class
),
founded AS (
    SELECT f.person_id, f.opsp_class
    FROM first_one f
    JOIN registered_exam e ON e.person_id = f.person_id
                          AND date_diff('day', e.day, f.registered_on) BETWEEN 0 AND $look_back_days
    GROUP BY f.person_id, f.opsp_class
),
told AS (
    SELECT f.*, g.person_id IS NULL AS is_unfounded, d.person_id IS NOT NULL AS was_drawn,
           CASE WHEN d.person_id IS NULL AND f.days_seen >= $look_back_days THEN 1 ELSE 0 END AS counts
    FROM first_one f
    LEFT JOIN drawn d ON d.person_id = f.person_id AND d.opsp_class = f.opsp_class
    LEFT JOIN founded g ON g.person_id = f.person_id AND g.opsp_class = f.opsp_class
),
judged AS (
    SELECT t.*, sum(counts) OVER (PARTITION BY registrar) AS registered_here,
           sum(CASE WHEN is_unfounded THEN counts ELSE 0 END) OVER (PARTITION BY registrar) AS unfounded_here
    FROM told t
)
SELECT v.setl_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.day AS occurred_on, v.charge AS charge_amount,
       CAST(CASE WHEN j.registrar IS NULL THEN 0.3
                 ELSE 0.3 + 0.5 * CAST(j.unfounded_here - 1 AS DOUBLE) / nullif(j.registered_here + 4, 0) END AS DOUBLE) AS strength,
       j.person_id, j.opsp_class, coalesce(j.opsp_dise_name, j.opsp_class) AS dise_name, j.registered_on,
       CAST($look_back_days AS INTEGER) AS look_back, j.registrar,
       CASE WHEN j.registrar IS NOT NULL THEN j.registered_here END AS registered_here,
       CASE WHEN j.registrar IS NOT NULL THEN j.unfounded_here END AS unfounded_here
FROM judged j
JOIN chronic_visit v ON v.person_id = j.person_id AND v.day >= j.registered_on  -- 备案后按该病种结算 | Settled under the disease since the registration
                    AND (v.opsp_class = j.opsp_class OR v.dise_name = j.opsp_dise_name OR NOT v.in_register)
WHERE j.is_unfounded                          -- 首次备案前一段时间没有住院、检查、化验 | No stay, examination or test in the days before the first registration
  AND j.days_seen >= $look_back_days          -- 数据能追溯到备案前这么久 | The data reach back so far before it
  AND NOT j.was_drawn                         -- 备案前没有按慢特病结算过，不是旧备案续办 | Nothing settled as chronic before, so no older registration made anew
  AND v.fund_money > 0                        -- 基金或个人账户有支付 | The fund or a personal account paid
