/*
code        = "STY18"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(1)", "条例 38(2)"]
prior       = 0.35
needs       = ["fee_item"]
excludes    = ["psychiatric", "per_diem", "rehabilitation", "hospice", "newborn", "maternity", "transfer"]
subsumes    = ["STY03"]

[title]
zh = "治疗结束后压床"
en = "Bed kept after treatment ended"

[message]
zh = "{last_treated} 以后再无诊疗，到 {discharged} 出院前 {tail_days} 天除床位、护理、诊察费外没有费用（共住院 {nights} 天）"
en = "Nothing was done after {last_treated}; {tail_days} days with no fees but bed, nursing and consultation follow until the discharge on {discharged} ({nights} nights in all)"

[benign]
zh = "等待病理、转科、康复或养老床位；骨折牵引、卧床保守治疗；传染病隔离期满；口服药一次发放多日；节假日无法办理出院；家属未接；其间没有任何费用的日子可能是请假离院，不计入限度"
en = "Waiting for pathology, another ward, or a place in a home; traction or bed rest for a fracture; isolation to be completed; tablets handed out for several days; holidays; nobody came to fetch the patient; days without any fee may be leave and do not count towards the limit"

[next]
zh = "查最后几天的体温单、护理记录、病程和长期医嘱，是否在院、为何未出院；对照出院标准；统计该科室同类住院的比例"
en = "Read temperature chart, nursing notes, progress notes and standing orders of the last days: was the patient there, why not discharged; compare with discharge criteria; count such stays of the department"

[params.min_nights]
default = 10
unit = "day"
help = { zh = "至少住多少天才判断", en = "shortest stay that is judged" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.tail_days]
default = 5
unit = "day"
help = { zh = "出院前连续除床位护理费外没有费用的天数", en = "days in a row before the discharge with no fees but the bed's" }
source = { zh = "本工具的设定：严于挂床的 72 小时，无全国依据", en = "set by this tool, longer than the 72 hours for phantom stays; no national source" }
*/
WITH last_day AS (
    -- The day of discharge is set aside: drugs to take home are handed out then.
    SELECT stay_id, max(CASE WHEN treat_lines > 0 AND NOT is_last THEN day END) AS last_treated,
        sum(CASE WHEN treat_lines > 0 AND NOT is_last THEN 1 ELSE 0 END) AS treated_days
    FROM stay_day
    GROUP BY stay_id
),
tail AS (
    SELECT d.stay_id, l.last_treated, l.treated_days, count(*) AS days,
        sum(CASE WHEN d.house_lines > 0 THEN 1 ELSE 0 END) AS house_days, sum(CASE WHEN d.house_lines > 0 OR d.is_blank THEN 1 ELSE 0 END) AS tail_days
    FROM stay_day d
    JOIN last_day l ON l.stay_id = d.stay_id AND d.day > l.last_treated  -- 最后一次诊疗之后的日子 | The days after the last treatment
    WHERE NOT d.is_last                                                  -- 不计出院日 | The day of discharge set aside
    GROUP BY d.stay_id, l.last_treated, l.treated_days
    HAVING sum(CASE WHEN d.house_lines > 0 THEN 1 ELSE 0 END) >= $tail_days
),
-- Treatment on the day of discharge, drugs apart, may be the bill of the days before.
closing AS (
    SELECT l.stay_id, sum(CASE WHEN l.med_chrgitm_type IN ('03', '04', '05', '06', '08') THEN 1 ELSE 0 END) AS closing_lines
    FROM line l
    JOIN tail t ON t.stay_id = l.stay_id
    JOIN stay s ON s.stay_id = l.stay_id AND s.discharged = l.day
    GROUP BY l.stay_id
),
judged AS (
    SELECT s.*, t.last_treated, t.tail_days, t.house_days, t.days AS after_days, t.treated_days,
        -- Fractures rest, tuberculosis and other infections are kept apart: the bed is the treatment.
        coalesce(c.closing_lines, 0) > 1 OR s.main_dx BETWEEN 'A15' AND 'A19.9' OR starts_with(s.main_dx, 'S') OR starts_with(s.main_dx, 'B20')
            OR starts_with(s.main_dx, 'U07') AS is_weak
    FROM tail t
    JOIN stay s ON s.stay_id = t.stay_id
    LEFT JOIN closing c ON c.stay_id = t.stay_id
)
SELECT l.feedetl_sn, l.setl_id, j.stay_id, j.psn_no, j.fixmedins_code, j.dr_codg, l.day AS occurred_on, CAST(l.charge AS DECIMAL(16,2)) AS charge_amount,
    CAST(CASE WHEN j.is_weak THEN 0.2 ELSE least(1.0, 0.3 + CAST(j.tail_days AS DOUBLE) / 20) END AS DOUBLE) AS strength,
    CASE WHEN coalesce(j.is_weak, FALSE) THEN 'lead' ELSE 'suspected' END AS level,
    j.admitted, j.discharged, j.nights, j.last_treated, j.tail_days, l.item_name
FROM judged j
JOIN line l ON l.stay_id = j.stay_id AND l.day > j.last_treated AND l.day < j.discharged
WHERE j.nights >= $min_nights                 -- 住院天数够长 | The stay is long enough to judge
  AND j.treated_days >= 2                     -- 此前确有诊疗 | There was treatment before
  AND j.after_days = j.tail_days              -- 其间每天都收床位护理费，按日记账的机构没有任何费用的日子也算 | Every day of them has the bed's fees, or none at all where fees are booked by the day
  AND j.house_days >= $tail_days              -- 出院前只收床位护理费的天数达到限度 | So many bed-only days before the discharge
  AND coalesce(j.dscg_way, '') NOT IN ('5', '9')                 -- 不是死亡离院或中途结算 | The patient did not die, and it is no interim settlement
  AND substr(CAST(j.discharged AS VARCHAR), 6) <> '12-31'        -- 不是年终结算截断的住院 | Not a stay cut by the settlement at the year's end
