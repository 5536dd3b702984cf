/*
code        = "STY14"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id", "other_stay_id"]
responsible = ["institution"]
basis       = ["条例 38(1)"]
prior       = 0.65
needs       = ["settlement.adm_bed|visit.adm_bed", "settlement.adm_dept_codg|visit.adm_dept_codg"]
excludes    = ["newborn", "maternity", "day_surgery", "dialysis", "chemotherapy"]
bands       = { column = "shared_nights", at_least = ["core_nights", "min_nights"] }

[title]
zh = "一床多人"
en = "Several patients in one bed"

[message]
zh = "入院时登记在 {dept} 科 {bed} 床，另一名患者（{other_admitted} 入院）登记在同一张床，同住 {shared_nights} 夜，最多一夜 {in_bed} 人"
en = "Entered into bed {bed} of department {dept}, as was another patient admitted on {other_admitted}; both were in hospital for {shared_nights} of the same nights, at most {in_bed} people in the bed"

[benign]
zh = "入院后换床、转科而只登记入院床位；床号随手填写或沿用上一位；一个床号代表一间病房；出院登记晚于实际离院；家中两个孩子同住一床"
en = "Moved to another bed or ward, while only the bed of admission is recorded; the number was entered carelessly or left from the patient before; one number stands for a whole room; discharge registered later than the patient left; two children of one family in one bed"

[next]
zh = "查两人同住各夜的护理记录、体温单和床位一览，看换床记录；两人都在这张床的，夜间到病区核对；统计该科室同类情形"
en = "Look at nursing notes, temperature charts and the bed list for the shared nights and for a change of bed; where both remain in it, check the ward at night; count how often the department does it"

[params.min_nights]
default = 2
unit = "day"
help = { zh = "至少同住几夜，一夜可能是登记早晚之差", en = "Nights in common at least; a single one may be an early or late entry" }
source = { zh = "首尾容一日的通常做法", en = "a day of tolerance, as is usual" }

[params.core_nights]
default = 3
unit = "day"
help = { zh = "核心区间：同日前后入院且同住这么多夜的算可疑，其余只作线索", en = "Core band: suspected where both came together and share so many nights, else a lead" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.together_days]
default = 1
unit = "day"
help = { zh = "两人入院相差不超过几天，换床不足以解释", en = "Days between the two admissions within which a change of bed explains little" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.crowd]
default = 3
unit = "person"
help = { zh = "同一夜有这么多人时，不论入院先后都报", en = "With so many people in a night it is told whenever they came" }
source = { zh = "六盘水 2020 年规定列有“多名患者共用一床”；人数为本工具的设定", en = "several patients on one bed is listed in the Liupanshui rules of 2020; the number is set by this tool" }

[params.max_in_bed]
default = 4
unit = "person"
help = { zh = "同一床号同夜人数更多的，视为占位床号（如加床、整间病房），不判断", en = "A number with more people than this in a night is a filler (extra bed, a whole room) and not judged" }
source = { zh = "本工具的设定", en = "set by this tool" }

[params.chance_share]
default = 0.25
unit = "share"
help = { zh = "机构里同床的情形达到随机填写床号时的这个比例，视为床号没有认真登记，不判断", en = "Where shared beds reach this share of what random numbers would give, the numbers are not kept as beds and nothing is said" }
source = { zh = "本工具的设定：两人间以房号代床号时为 0.5 以上，随机填写时约为 1", en = "set by this tool: it is above 0.5 where rooms of two stand for beds and about 1 where numbers are random" }

[params.min_chance]
default = 50
unit = "day"
help = { zh = "随机填写床号时本应出现的同床人夜数至少这么多，才看得出床号是认真登记的", en = "Shared nights that random numbers would give at least, or it cannot be told whether the numbers are kept" }
source = { zh = "本工具的设定：约合十次同住五夜，偶然一次不出现的机会很小", en = "set by this tool: ten times five nights, which chance hardly ever leaves out" }
*/
WITH excused AS (
    SELECT setl_id FROM exclusion WHERE reason IN ('newborn', 'maternity', 'day_surgery', 'dialysis', 'chemotherapy') GROUP BY setl_id
),
bedded AS (
    SELECT s.stay_id, s.person_id, s.fixmedins_code, s.dept, upper(trim(s.bed)) AS bed, s.admitted, s.discharged
    FROM stay s
    LEFT JOIN excused e ON e.setl_id = s.setl_id
    WHERE e.setl_id IS NULL AND s.dept IS NOT NULL
      AND replace(replace(trim(s.bed), '0', ''), '-', '') <> ''  -- 床号不是空、零或横线 | The bed is not blank, zeros or dashes
      AND NOT (s.bed LIKE '%加%' OR s.bed LIKE '%临%' OR s.bed LIKE '%走廊%' OR s.bed LIKE '%虚%' OR s.bed LIKE '%无%' OR s.bed LIKE '%未%')  -- 不是加床、临时床等泛称 | No general name such as an extra bed
),
nightly AS (
    SELECT b.fixmedins_code, b.dept, b.bed, c.day, count(DISTINCT b.person_id) AS in_bed
    FROM bedded b
    JOIN calendar c ON c.day >= b.admitted AND c.day < b.discharged
    GROUP BY b.fixmedins_code, b.dept, b.bed, c.day
),
named AS (SELECT fixmedins_code, dept, bed FROM nightly GROUP BY fixmedins_code, dept, bed HAVING max(in_bed) <= $max_in_bed),
kept AS (SELECT n.* FROM nightly n JOIN named k ON k.fixmedins_code = n.fixmedins_code AND k.dept = n.dept AND k.bed = n.bed),
-- Pairs of patients in one bed, and pairs in the ward over the number of its beds: what chance alone would put together.
ward_night AS (
    SELECT fixmedins_code, dept, day, sum(CAST(in_bed AS DOUBLE) * (in_bed - 1) / 2) AS shared, sum(in_bed) AS people
    FROM kept GROUP BY fixmedins_code, dept, day
),
beds AS (SELECT fixmedins_code, dept, count(*) AS beds FROM named GROUP BY fixmedins_code, dept),
house AS (
    SELECT w.fixmedins_code
    FROM (
        SELECT n.fixmedins_code, n.shared, CAST(n.people AS DOUBLE) * (n.people - 1) / 2 / nullif(b.beds, 0) AS by_chance
        FROM ward_night n JOIN beds b ON b.fixmedins_code = n.fixmedins_code AND b.dept = n.dept
    ) w
    GROUP BY w.fixmedins_code
    HAVING sum(w.shared) > 0 AND sum(w.shared) < CAST($chance_share AS DOUBLE) * sum(w.by_chance) AND sum(w.by_chance) >= $min_chance
),
sleeper AS (
    SELECT k.fixmedins_code, k.dept, k.bed, k.day, k.in_bed, s.stay_id, s.person_id
    FROM kept k
    JOIN house h ON h.fixmedins_code = k.fixmedins_code
    JOIN bedded s ON s.fixmedins_code = k.fixmedins_code AND s.dept = k.dept AND s.bed = k.bed AND s.admitted <= k.day AND s.discharged > k.day
    WHERE k.in_bed > 1
),
pairs AS (
    SELECT a.stay_id, b.stay_id AS other_stay_id, a.bed, max(a.in_bed) AS in_bed, count(*) AS shared_nights, min(a.day) AS day, sum(d.house_charge) AS house_charge
    FROM sleeper a
    JOIN sleeper b ON b.fixmedins_code = a.fixmedins_code AND b.dept = a.dept AND b.bed = a.bed AND b.day = a.day AND b.person_id <> a.person_id
    LEFT JOIN stay_day d ON d.stay_id = a.stay_id AND d.day = a.day
    GROUP BY a.stay_id, b.stay_id, a.bed
)
SELECT s.setl_id, s.stay_id, s.psn_no, s.fixmedins_code, s.dr_codg, p.day AS occurred_on,
    CAST(CASE WHEN s.fund_money < o.fund_money OR (s.fund_money = o.fund_money AND s.setl_id > o.setl_id) THEN coalesce(p.house_charge, 0) ELSE 0 END AS DECIMAL(16,2)) AS charge_amount,
    CAST(CASE WHEN abs(date_diff('day', s.admitted, o.admitted)) > $together_days OR p.shared_nights < $core_nights THEN 0.3 ELSE 0.7 END AS DOUBLE) AS strength,
    CASE WHEN abs(date_diff('day', s.admitted, o.admitted)) > $together_days OR p.shared_nights < $core_nights THEN 'lead' ELSE 'suspected' END AS level,
    p.bed, s.dept, CAST(p.in_bed AS INTEGER) AS in_bed, CAST(p.shared_nights AS INTEGER) AS shared_nights, s.admitted, s.discharged,
    p.other_stay_id, o.setl_id AS other_setl_id, o.psn_no AS other_psn_no, o.admitted AS other_admitted, o.discharged AS other_discharged
FROM pairs p
JOIN stay s ON s.stay_id = p.stay_id
JOIN stay o ON o.stay_id = p.other_stay_id
WHERE p.shared_nights >= $min_nights  -- 同住的夜数够多 | Enough nights in common
  AND (abs(date_diff('day', s.admitted, o.admitted)) <= $together_days OR p.in_bed >= $crowd)  -- 几乎同时入院，或同夜人数多，换床解释不了 | Admitted almost together, or many in a night: a change of bed does not explain it
