/*
code        = "BIL13"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id", "med_list_codg"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102014000"]
prior       = 0.6
needs       = ["fee_item"]
excludes    = ["newborn", "maternity"]
[title]
zh = "按小时项目超过住院小时数"
en = "Hourly items beyond the hours of the stay"
[message]
zh = "{item_name} 共计 {charged_hours} 小时，{admitted} 至 {discharged} 在院至多约 {stay_hours} 小时，多出 {excess_hours} 小时，涉及 {charge_amount} 元"
en = "{item_name} adds up to {charged_hours} hours; the stay from {admitted} to {discharged} has about {stay_hours} at most; {excess_hours} more, worth {charge_amount} yuan"
[benign]
zh = "入院手续晚于急诊监护开始；费用记账时间不是实际时间；同一项目确有两路同时进行；住院起止日期登记有误"
en = "Monitoring began in the emergency room before admission; clock times are those of booking; two devices ran side by side; wrong dates of the stay"
[next]
zh = "对照入出院时间、监护记录单和设备使用记录，核对每天实际小时数，首日和末日尤其要看"
en = "Compare times of admission and discharge, monitoring sheets and logs of the device with the hours charged, those of the first and last day above all"
[params.tolerance_hours]
default = 6
unit = "hour"
help = { zh = "超出可能的在院小时数不到这么多的不报（记账与实际入出院总有先后）", en = "Excess over the possible hours below this is not reported: booking is never to the minute" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.span_hours]
default = 12
unit = "hour"
help = { zh = "明细没有钟点时，出院钟点至多比入院钟点晚几小时", en = "Where charges have no clock time: how much later in the day a discharge may be than the admission" }
source = { zh = "本工具的设定，无全国依据：早 8 点入院、晚 8 点出院", en = "set by this tool; no national source: in at 8, out at 20 o'clock" }
*/
WITH hourly AS (   -- days over the daily maximum are another matter: a day counts with its maximum here
    SELECT l.stay_id, l.med_list_codg, l.day, max(i.item_name) AS item_name, max(i.day_max_cnt) AS day_max,
           CAST(sum(l.cnt) AS DOUBLE) AS hours
    FROM line l
    JOIN item i ON i.med_list_codg = l.med_list_codg
    WHERE l.is_stay
      AND i.unit_hours = 1                             -- 按小时计价 | charged by the hour
      AND l.scope_amount > 0                           -- 进入医保范围 | within the insured scope
      AND i.item_name NOT LIKE '%泵%'                  -- 输液泵等可几路同时使用的不计 | pumps may run side by side
      AND l.med_chrgitm_type NOT IN ('08', '09', '10', '11')
    GROUP BY l.stay_id, l.med_list_codg, l.day
),
total AS (         -- charges outside the days of the stay are another matter
    SELECT h.stay_id, h.med_list_codg, max(h.item_name) AS item_name, s.admitted, s.discharged, s.nights,
           sum(least(h.hours, coalesce(CAST(h.day_max AS DOUBLE), h.hours))) AS charged_hours
    FROM hourly h
    JOIN stay s ON s.stay_id = h.stay_id AND h.day BETWEEN s.admitted AND s.discharged
    GROUP BY h.stay_id, h.med_list_codg, s.admitted, s.discharged, s.nights
    HAVING sum(least(h.hours, coalesce(CAST(h.day_max AS DOUBLE), h.hours))) > CAST(s.nights AS DOUBLE) * 24 - 24
),
clock AS (         -- first and last charge of any kind tell when the patient came and left; 00:00 is no time
    SELECT t.stay_id,
           min(CASE WHEN l.day = t.admitted THEN CAST(substr(CAST(l.fee_ocur_time AS VARCHAR), 12, 2) AS INTEGER) END) AS came,
           max(CASE WHEN l.day = t.discharged THEN CAST(substr(CAST(l.fee_ocur_time AS VARCHAR), 12, 2) AS INTEGER) + 1 END) AS went,
           count(DISTINCT substr(CAST(l.fee_ocur_time AS VARCHAR), 12, 5)) AS times,
           min(substr(CAST(l.fee_ocur_time AS VARCHAR), 12, 5)) AS earliest
    FROM (SELECT stay_id, admitted, discharged FROM total GROUP BY stay_id, admitted, discharged) t
    JOIN line l ON l.stay_id = t.stay_id AND (l.day = t.admitted OR l.day = t.discharged)
    GROUP BY t.stay_id
),
bounded AS (
    SELECT t.*, c.times > 1 AND c.earliest <> '00:00' AND c.came IS NOT NULL AND c.went IS NOT NULL AS is_timed,
           CAST(t.nights AS DOUBLE) * 24
             + CASE WHEN c.times > 1 AND c.earliest <> '00:00' AND c.came IS NOT NULL AND c.went IS NOT NULL
                    THEN c.went - c.came ELSE $span_hours END AS stay_hours
    FROM total t
    JOIN clock c ON c.stay_id = t.stay_id
),
last_first AS (    -- the last hours of the stay are those too many
    SELECT l.*, b.item_name AS name, b.admitted, b.discharged, b.charged_hours, b.stay_hours, b.is_timed,
           CAST(l.cnt AS DOUBLE) AS hours, b.charged_hours - b.stay_hours AS excess_hours,
           CAST(sum(l.cnt) OVER (PARTITION BY l.stay_id, l.med_list_codg ORDER BY l.fee_ocur_time DESC, l.feedetl_sn DESC
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS DOUBLE) AS hours_after
    FROM bounded b
    JOIN line l ON l.stay_id = b.stay_id AND l.med_list_codg = b.med_list_codg AND l.scope_amount > 0
               AND l.day BETWEEN b.admitted AND b.discharged
    WHERE b.charged_hours - b.stay_hours > $tolerance_hours
)
SELECT f.setl_id, f.psn_no, f.fixmedins_code, f.dr_codg, f.feedetl_sn, f.day AS occurred_on,
       CAST(CAST(f.charge AS DOUBLE) * (CAST(least(f.hours, f.excess_hours - (f.hours_after - f.hours)) AS DOUBLE) / nullif(f.hours, 0)) + 0.000001
            AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN NOT f.is_timed THEN 0.3 WHEN f.excess_hours >= 24 THEN 0.8 ELSE 0.6 END AS strength,
       CASE WHEN NOT f.is_timed THEN 'lead' END AS level,
       f.stay_id, f.med_list_codg, f.name AS item_name, f.admitted, f.discharged,
       CAST(f.charged_hours AS DECIMAL(12,1)) AS charged_hours, CAST(f.stay_hours AS DECIMAL(12,1)) AS stay_hours,
       CAST(f.excess_hours AS DECIMAL(12,1)) AS excess_hours, f.is_timed
FROM last_first f
WHERE f.excess_hours > $tolerance_hours             -- 合计小时数超过可能的在院小时数，且不止容差 | more hours than the stay can have, by more than the tolerance
  AND f.hours_after - f.hours < f.excess_hours      -- 按时间倒数，只算多出的部分 | counted back from the end, only the excess
