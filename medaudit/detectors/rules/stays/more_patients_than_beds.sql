/*
code        = "STY13"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code", "year"]
responsible = ["institution"]
basis       = ["条例 38(1)"]
prior       = 0.2
needs       = ["institution.bed_cnt"]
bands       = { column = "occupancy_ratio", at_least = ["core_tolerance", "tolerance"] }

[title]
zh = "在院人数超过床位数"
en = "More in-patients than beds"

[message]
zh = "{year} 年有 {over_days} 个夜晚在院人数明显超过登记的 {bed_cnt} 张床位；{peak_day} 最多，{peak} 人，为床位的 {occupancy_ratio} 倍"
en = "On {over_days} nights of {year} clearly more people were in hospital than the {bed_cnt} registered beds; most on {peak_day}: {peak} people, {occupancy_ratio} times the beds"

[benign]
zh = "登记床位未随扩建更新，实际开放床位更多；流感季等高峰加床；同一机构多个院区共用一个编号；长期住院或日间病房未单列；出院登记晚于实际离院"
en = "Beds added since the registration; extra beds at a peak such as the flu season; several sites under one number; day wards not kept apart; discharge registered later than the patients left"

[next]
zh = "核对许可证床位与实际开放床位；在人数最多的日期按床位清点病历和床位费，看有没有一床多人、有没有人不在院；夜间到病区清点"
en = "Check the licensed and the open beds; for the fullest nights go through records and bed charges bed by bed for several people in one bed or people who were not there; count the wards at night"

[params.tolerance]
default = 1.2
unit = "times"
help = { zh = "在院人数达到床位数的多少倍才算", en = "In-patients per registered bed from which a night counts" }
source = { zh = "床位是物理上限（1.0）；为加床留的余量是本工具的设定，无全国依据", en = "beds are a physical bound (1.0); the margin for added beds is set by this tool, no national source" }

[params.core_tolerance]
default = 1.5
unit = "times"
help = { zh = "核心区间：最多时达到床位数的这么多倍，证据较强", en = "Core band: at a peak of this many times the beds the evidence is stronger" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.min_over]
default = 5
unit = "person"
help = { zh = "至少超出床位多少人，小机构多一两人不算", en = "People beyond the beds at least, so that one or two more in a small house do not count" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.min_days]
default = 10
unit = "day"
help = { zh = "一年里至少多少个夜晚如此", en = "Nights of the year at least" }
source = { zh = "本工具的设定，无全国依据：短暂高峰不算", en = "set by this tool; no national source: a short peak does not count" }
*/
WITH
crowded AS (
    SELECT o.fixmedins_code, c.year, o.day, o.in_beds, o.bed_cnt,
        row_number() OVER (PARTITION BY o.fixmedins_code, c.year ORDER BY o.in_beds DESC, o.day) AS place,
        count(*) OVER (PARTITION BY o.fixmedins_code, c.year) AS over_days
    FROM occupancy o
    JOIN calendar c ON c.day = o.day
    WHERE o.bed_cnt > 0                                                     -- 知道床位数 | The number of beds is known
      AND CAST(o.in_beds AS DOUBLE) / nullif(o.bed_cnt, 0) >= $tolerance    -- 在院人数达到床位数的设定倍数 | In-patients per bed reach the limit
      AND o.in_beds - o.bed_cnt >= $min_over                                -- 超出的人数够多 | Enough people are beyond the beds
),
-- The fullest night stands for the year; who stayed on it is the list to go through.
fullest AS (
    SELECT s.stay_id, s.psn_no, s.dr_codg, k.fixmedins_code, k.year, k.day, k.in_beds, k.bed_cnt, k.over_days,
        CAST(k.in_beds AS DOUBLE) / nullif(k.bed_cnt, 0) AS ratio
    FROM crowded k
    JOIN stay s ON s.fixmedins_code = k.fixmedins_code
        AND s.admitted <= k.day AND s.discharged > k.day  -- 人数最多的那一夜在院 | In hospital on the fullest night
    WHERE k.place = 1
)
SELECT
    v.setl_id, f.psn_no, f.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, f.day AS occurred_on,
    -- Which of them was too many cannot be said, so no money is.
    CAST(0 AS DECIMAL(16,2)) AS charge_amount,
    CAST(CASE WHEN f.ratio >= $core_tolerance THEN 0.6 ELSE 0.3 END AS DOUBLE) AS strength,
    f.year, CAST(f.over_days AS INTEGER) AS over_days, f.bed_cnt, f.day AS peak_day, f.in_beds AS peak,
    f.in_beds - f.bed_cnt AS over_beds, CAST(CAST(floor(100 * f.ratio + 0.5) AS DOUBLE) / 100 AS DECIMAL(8,2)) AS occupancy_ratio
FROM fullest f
JOIN visit v ON v.stay_id = f.stay_id
WHERE f.over_days >= $min_days  -- 一年里这样的夜晚够多 | Enough such nights in the year
