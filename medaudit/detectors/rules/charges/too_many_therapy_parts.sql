/*
code        = "BIL19"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "med_list_codg", "occurred_on"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(2)", "GZ10000102014000"]
prior       = 0.5
needs       = ["fee_item"]
excludes    = []
[title]
zh = "理疗康复一日部位过多"
en = "Too many body parts of therapy a day"
[message]
zh = "{item_name} 在 {occurred_on} 计 {parts} 个部位（次），一人一日一般不超过 {allowed} 个，超出部分 {charge_amount} 元"
en = "{item_name} on {occurred_on}: {parts} parts or sessions; a person has {allowed} a day at most as a rule; the excess is {charge_amount} yuan"
[benign]
zh = "一次付清一个疗程；前几日的治疗集中补记；该项目按时间或按穴位计价；多发伤确需治疗更多部位"
en = "A course paid at once; treatments of earlier days booked together; an item priced by time or by point; injuries at many sites"
[next]
zh = "对照治疗单和签到记录，核实当日实际治疗的部位和次数；看治疗师当日总工时是否做得完"
en = "Compare treatment sheets and sign-ins with parts and sessions charged; see whether the therapist's hours of the day suffice"
[params.day_parts]
default = 3
unit = "times"
help = { zh = "一人一日同一理疗康复项目最多几个部位（次）", en = "Parts or sessions of one therapy item a person may have a day" }
source = { zh = "行业通行要求：每人次不超过 3 个部位；国家未公布，本地目录另有每日上限的由“超过每日限定频次收费”说", en = "customary: at most 3 parts a visit; not published nationally; where the local catalogue has a daily maximum the rule on it tells" }
[params.course_days]
default = 30
unit = "day"
help = { zh = "门诊一次付清的疗程最多按多少天看", en = "Longest course an outpatient may have paid at once" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH therapy AS (  -- items with a daily maximum of their own, or priced by time, are not counted by parts
    SELECT i.med_list_codg, i.item_name
    FROM item i
    JOIN therapy_item k ON contains(i.item_name, k.name)
    WHERE i.med_chrgitm_type = '05' AND i.day_max_cnt IS NULL AND i.unit_hours IS NULL AND i.item_name NOT LIKE '%加收%'
    GROUP BY i.med_list_codg, i.item_name
),
busy AS (
    SELECT d.person_id, d.med_list_codg, d.day, t.item_name
    FROM item_day d
    JOIN therapy t ON t.med_list_codg = d.med_list_codg
    WHERE d.cnt > $day_parts   -- 当日超过限定的部位数 | more parts on the day than allowed
),
neighbour AS (     -- the charges before and after: a lump may stand for the days between
    SELECT d.person_id, d.med_list_codg, d.day,
           lag(d.day) OVER (PARTITION BY d.person_id, d.med_list_codg ORDER BY d.day) AS day_before,
           lead(d.day) OVER (PARTITION BY d.person_id, d.med_list_codg ORDER BY d.day) AS day_after
    FROM item_day d
    JOIN (SELECT person_id, med_list_codg FROM busy GROUP BY person_id, med_list_codg) b
      ON b.person_id = d.person_id AND b.med_list_codg = d.med_list_codg
),
counted AS (       -- each institution answers for its own day
    SELECT l.*, b.item_name AS name, n.day_before, n.day_after,
           sum(l.cnt) OVER (PARTITION BY l.person_id, l.fixmedins_code, l.med_list_codg, l.day) AS parts,
           sum(l.cnt) OVER (PARTITION BY l.person_id, l.fixmedins_code, l.med_list_codg, l.day ORDER BY l.fee_ocur_time, l.feedetl_sn
                            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far
    FROM busy b
    JOIN line l ON l.person_id = b.person_id AND l.med_list_codg = b.med_list_codg AND l.day = b.day
    JOIN neighbour n ON n.person_id = b.person_id AND n.med_list_codg = b.med_list_codg AND n.day = b.day
    WHERE l.scope_amount > 0
),
spread AS (        -- days for which the charge may stand: since the charge before, or until the next
    SELECT c.*,
           greatest(CASE WHEN s.stay_id IS NULL THEN coalesce(date_diff('day', c.day_before, c.day), 1)
                         WHEN c.day_before >= s.admitted THEN date_diff('day', c.day_before, c.day)
                         ELSE date_diff('day', s.admitted, c.day) + 1 END,
                    CASE WHEN s.stay_id IS NULL THEN least(coalesce(date_diff('day', c.day, c.day_after), $course_days), $course_days)
                         WHEN c.day_after <= s.discharged THEN date_diff('day', c.day, c.day_after)
                         ELSE date_diff('day', c.day, s.discharged) END, 1) AS span_days
    FROM counted c
    LEFT JOIN stay s ON s.stay_id = c.stay_id
)
SELECT p.setl_id, p.psn_no, p.fixmedins_code, p.dr_codg, p.feedetl_sn, p.day AS occurred_on,
       CAST(CAST(p.charge AS DOUBLE) * (CAST(least(p.cnt, p.so_far - $day_parts) AS DOUBLE) / nullif(p.cnt, 0)) + 0.000001
            AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN p.parts >= 2 * $day_parts THEN 0.8 ELSE 0.5 END AS strength,
       p.stay_id, p.med_list_codg, p.name AS item_name, p.parts, $day_parts AS allowed, p.span_days
FROM spread p
WHERE p.so_far > $day_parts                                  -- 同一机构当日累计超过限定的部位数 | the day's running count at the institution is over the parts allowed
  AND p.parts > CAST($day_parts AS DOUBLE) * p.span_days     -- 不是一次付清的疗程或补记的几天 | not a course paid at once nor days booked late
