/*
code        = "STY10"
status      = "stable"
level       = "suspected"
subject     = "patient"
key         = ["person_id"]
responsible = ["patient", "institution"]
basis       = ["条例 38(2)", "GZ10000204004000"]
prior       = 0.6
needs       = []
excludes    = ["chemotherapy", "radiotherapy", "dialysis", "transfer", "planned_readmission", "emergency", "psychiatric",
               "per_diem", "hospice", "rehabilitation", "newborn", "maternity", "day_surgery", "staged_surgery"]
bands       = { column = "busiest", at_least = ["core_times", "times"] }

[title]
zh = "频繁住院"
en = "Frequent admissions"

[message]
zh = "{first_admitted} 至 {last_admitted} 住院 {stays} 次，涉及 {institutions} 家机构、{diseases} 类疾病，其中轻症 {mild_stays} 次"
en = "{stays} stays from {first_admitted} to {last_admitted} at {institutions} institutions for {diseases} kinds of illness, {mild_stays} of them mild"

[benign]
zh = "慢阻肺、心衰、肝硬化等反复发作的重病；住院分多次完成的治疗未在清单上标明；高龄体弱多病；同一证件号被他人冒用或误记（受害者是本人）；急诊入院而入院途径未填"
en = "A grave illness that keeps coming back (chronic lungs, heart failure, cirrhosis); treatment in several stays that the list does not mark; a frail old person; the number used by others or entered by mistake, with the patient as the victim; emergencies not entered as such"

[next]
zh = "按时间排出每次住院的诊断、天数和费用，看是否轻症、短住、固定在一两家；询问患者为何反复住院、有无免自付或返利；核对其中几次的病历和在院情况"
en = "Lay the stays out by date with diagnosis, nights and charge: are they mild, short, always at the same one or two places; ask the patient why, and about waived payments or gifts; check the records and presence for some of them"

[params.times]
default = 5
unit = "stay"
help = { zh = "期限内住院达到多少次才报", en = "Stays within the window from which a person is reported" }
source = { zh = "规则库有此规则而未公布次数；本工具的设定", en = "the national library has the rule without a number; set by this tool" }

[params.core_times]
default = 8
unit = "stay"
help = { zh = "核心区间：达到这个次数的证据较强", en = "Core band: from this many stays on the evidence is stronger" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.window_days]
default = 365
unit = "day"
help = { zh = "计数的期限", en = "Length of the window in which stays are counted" }
source = { zh = "以一年为期的通常做法；无全国依据", en = "a year, as is usual; no national source" }

[params.max_stays]
default = 100
unit = "stay"
help = { zh = "同一编号住院再多，视为多人共用的占位编号，不判断", en = "More stays than this under one number mean a filler number, which is not judged" }
source = { zh = "本工具的设定", en = "set by this tool" }
*/
WITH
sequence AS (
    SELECT stay_id, lag(discharged) OVER (PARTITION BY person_id, fixmedins_code ORDER BY admitted, discharged, stay_id) AS left_on
    FROM stay
),
excused AS (SELECT setl_id FROM exclusion GROUP BY setl_id),
counted AS (
    SELECT s.stay_id, s.person_id, s.psn_no, s.fixmedins_code, s.dr_codg, s.admitted, s.discharged, s.nights, s.icd3, s.main_dx,
        coalesce(s.dise_name, s.main_dx) AS disease,
        row_number() OVER (PARTITION BY s.person_id ORDER BY s.admitted, s.stay_id) AS n,
        count(*) OVER (PARTITION BY s.person_id) AS ever
    FROM stay s
    JOIN sequence q ON q.stay_id = s.stay_id
    LEFT JOIN excused e ON e.setl_id = s.setl_id
    WHERE e.setl_id IS NULL  -- 没有需要再来的理由（放化疗、透析、急诊、转院等） | Nothing makes the stay natural (chemotherapy, dialysis, emergency, transfer ...)
      AND NOT coalesce(s.icd3 BETWEEN 'C00' AND 'D48', FALSE)  -- 不是肿瘤 | No tumour
      AND NOT coalesce(substr(CAST(q.left_on AS VARCHAR), 6, 5) = '12-31' AND date_diff('day', q.left_on, s.admitted) <= 1, FALSE)  -- 不是跨年接续的同一次住院 | Not a stay cut by the year's end
),
-- The stay that fills the window: counted back from it, enough of them began within the days.
filled AS (
    SELECT c.person_id, c.n, c.admitted
    FROM counted c
    JOIN counted b ON b.person_id = c.person_id AND b.n = c.n - ($times - 1)
    WHERE c.ever <= $max_stays AND date_diff('day', b.admitted, c.admitted) < $window_days
),
inside AS (
    SELECT f.person_id, f.n AS filled_n, c.stay_id, c.n
    FROM filled f
    JOIN counted c ON c.person_id = f.person_id AND c.n <= f.n AND date_diff('day', c.admitted, f.admitted) < $window_days
),
busy AS (
    SELECT person_id, max(stays) AS busiest FROM (SELECT person_id, filled_n, count(*) AS stays FROM inside GROUP BY person_id, filled_n) w
    GROUP BY person_id
),
shown AS (SELECT stay_id, max(CASE WHEN n = filled_n THEN 1 ELSE 0 END) AS is_beyond FROM inside GROUP BY stay_id),
mild AS (
    SELECT c.stay_id FROM shown h JOIN counted c ON c.stay_id = h.stay_id JOIN mild_diagnosis m ON starts_with(c.main_dx, m.prefix) GROUP BY c.stay_id
),
told AS (
    SELECT c.person_id, count(*) AS stays, count(DISTINCT c.fixmedins_code) AS institutions, count(DISTINCT c.icd3) AS diseases,
        count(m.stay_id) AS mild_stays, min(c.admitted) AS first_admitted, max(c.admitted) AS last_admitted
    FROM shown h JOIN counted c ON c.stay_id = h.stay_id LEFT JOIN mild m ON m.stay_id = h.stay_id
    GROUP BY c.person_id
)
SELECT v.setl_id, c.stay_id, c.psn_no, c.fixmedins_code, c.dr_codg, c.admitted AS occurred_on,
    CAST(CASE WHEN h.is_beyond = 1 THEN v.charge ELSE 0 END AS DECIMAL(16,2)) AS charge_amount,
    CAST(CASE WHEN 2 * t.mild_stays >= t.stays THEN 0.7 ELSE 0.2 END + CASE WHEN b.busiest >= $core_times THEN 0.2 ELSE 0 END AS DOUBLE) AS strength,
    CASE WHEN 2 * t.mild_stays >= t.stays THEN 'suspected' ELSE 'lead' END AS level,
    c.person_id, b.busiest, t.stays, t.institutions, t.diseases, t.mild_stays, t.first_admitted, t.last_admitted, c.disease, c.nights
FROM shown h
JOIN counted c ON c.stay_id = h.stay_id
JOIN busy b ON b.person_id = c.person_id
JOIN told t ON t.person_id = c.person_id
JOIN visit v ON v.stay_id = c.stay_id
WHERE b.busiest >= $times  -- 期限内住院达到次数 | The stays within the window reach the number
