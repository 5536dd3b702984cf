/*
code        = "BIL02"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "med_list_codg", "occurred_on"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102014000"]
prior       = 0.9
needs       = ["fee_item"]
subsumes    = ["BIL01", "BIL03"]
excludes    = ["newborn", "maternity"]
[title]
zh = "超过每日限定频次收费"
en = "Charged more often than allowed a day"
[message]
zh = "{item_name} 在 {occurred_on} 共计 {day_cnt}，每日上限 {day_max}{allowance}，超出部分 {charge_amount} 元"
en = "{item_name} adds up to {day_cnt} on {occurred_on}; the daily maximum is {day_max}{allowance}; the excess is {charge_amount} yuan"
[benign]
zh = "前几日的费用集中补记到当日；转科当日两个科室各计一次；母婴共用一个人员编号；本地目录允许的次数更多"
en = "Charges of earlier days booked on this day; both wards billed on the day of a transfer; mother and baby under one number; the local catalogue allows more"
[next]
zh = "对照本地价格目录核实每日上限，再按医嘱起止时间和护理记录核对当日实际次数或小时数"
en = "Check the daily maximum in the local price catalogue, then the real number or hours of the day in orders and nursing records"
*/
WITH changeover AS (   -- days on which one stay ends and the next begins here: both wards may charge the day
    SELECT a.person_id, a.fixmedins_code, a.discharged AS day
    FROM stay a
    JOIN stay b ON b.person_id = a.person_id AND b.fixmedins_code = a.fixmedins_code
               AND b.admitted = a.discharged AND b.stay_id <> a.stay_id
    GROUP BY a.person_id, a.fixmedins_code, a.discharged
),
busy AS (              -- no maximum is below one; said apart, the plan starts from few rows
    SELECT d.person_id, d.med_list_codg, d.day,
           i.day_max_cnt AS day_max, i.is_listed_max
    FROM item_day d
    JOIN item i ON i.med_list_codg = d.med_list_codg
    WHERE d.cnt > 1                 -- 当日数量多于 1 | more than one that day
      AND d.cnt > i.day_max_cnt     -- 当日数量超过每日上限 | the count of the day is over the daily maximum
),
since AS (             -- what the stay was charged up to this day, to tell late booking from double charging
    SELECT b.person_id, b.med_list_codg, b.day, s.stay_id, sum(e.cnt) AS cnt,
           max(date_diff('day', s.admitted, b.day)) + 1 AS stay_days
    FROM busy b
    JOIN stay s ON s.person_id = b.person_id AND b.day BETWEEN s.admitted AND s.discharged
    JOIN item_day e ON e.person_id = b.person_id AND e.med_list_codg = b.med_list_codg
                   AND e.day BETWEEN s.admitted AND b.day
    GROUP BY b.person_id, b.med_list_codg, b.day, s.stay_id
),
counted AS (           -- each institution answers for its own day: another's charges are a matter of overlapping stays
    SELECT l.*, b.is_listed_max, b.day_max,
           b.day_max + CASE WHEN c.day IS NOT NULL AND l.med_chrgitm_type IN ('01', '02', '07') THEN 1 ELSE 0 END AS allowed,
           sum(CASE WHEN l.scope_amount > 0 THEN l.cnt ELSE 0 END) OVER (PARTITION BY l.person_id, l.fixmedins_code, l.med_list_codg, l.day) AS day_cnt,
           sum(CASE WHEN l.scope_amount > 0 THEN l.cnt ELSE 0 END) OVER (
               PARTITION BY l.person_id, l.fixmedins_code, l.med_list_codg, l.day ORDER BY l.fee_ocur_time, l.feedetl_sn
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS cnt_so_far,
           min(l.fixmedins_code || coalesce(l.dept, '')) OVER (PARTITION BY l.person_id, l.fixmedins_code, l.med_list_codg, l.day) AS one_place,
           max(l.fixmedins_code || coalesce(l.dept, '')) OVER (PARTITION BY l.person_id, l.fixmedins_code, l.med_list_codg, l.day) AS other_place
    FROM busy b
    JOIN line l ON l.person_id = b.person_id AND l.med_list_codg = b.med_list_codg AND l.day = b.day
    LEFT JOIN changeover c ON c.person_id = l.person_id AND c.fixmedins_code = l.fixmedins_code AND c.day = l.day
    WHERE l.setl_id NOT IN (SELECT t.setl_id FROM twin_bill t WHERE t.is_second)  -- 不是重复报销的第二笔结算 | not of a settlement that repeats another
),
judged AS (
    SELECT c.*, least(c.cnt, c.cnt_so_far - c.allowed) AS over_by,
           c.one_place <> c.other_place AS two_places,
           coalesce(s.cnt <= CAST(c.allowed AS DOUBLE) * s.stay_days, FALSE) AS fits_days
    FROM counted c
    LEFT JOIN since s ON s.stay_id = c.stay_id AND s.med_list_codg = c.med_list_codg AND s.day = c.day
)
SELECT j.setl_id, j.psn_no, j.fixmedins_code, j.dr_codg, j.feedetl_sn, j.day AS occurred_on,
       CAST(CAST(j.charge AS DOUBLE) * (CAST(j.over_by AS DOUBLE) / nullif(j.cnt, 0)) + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN j.two_places OR j.fits_days THEN 0.5 WHEN j.is_listed_max THEN 0.95 ELSE 0.75 END AS strength,
       CASE WHEN j.two_places OR j.fits_days OR NOT j.is_listed_max THEN 'suspected' END AS level,
       j.stay_id, j.med_list_codg, j.item_name, j.day_cnt, j.day_max, j.allowed, j.day_cnt - j.allowed AS excess,
       CASE WHEN j.allowed > j.day_max THEN 'changeover' END AS allowance,
       j.two_places, j.fits_days
FROM judged j
WHERE j.scope_amount > 0          -- 进入医保范围 | within the insured scope
  AND j.cnt_so_far > j.allowed    -- 当日累计超过每日上限 | the day's running count is over the daily maximum
