/*
code        = "STY15"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code", "kind", "group_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 15", "条例 38(2)", "条例 40(1)"]
prior       = 0.6
needs       = ["person.care_home|person.addr_code|person.emp_name|person.tel|settlement.coner_tel"]
excludes    = ["chemotherapy", "radiotherapy", "dialysis", "transfer", "planned_readmission", "emergency", "psychiatric",
               "per_diem", "rehabilitation", "hospice", "newborn", "maternity", "day_surgery", "staged_surgery"]

[title]
zh = "聚集性住院"
en = "Clustered admissions"

[message]
zh = "{kind}“{group_name}”的参保人 {occasions} 次结伴住进本机构，最多一次 {most} 人；按其平时住院量，偶然只应有 {expected_occasions} 次"
en = "People of one {kind} (\"{group_name}\") were admitted here together on {occasions} occasions, up to {most} at once; their usual admissions would give {expected_occasions} such occasions"

[benign]
zh = "流感、食物中毒等聚集性疾病；体检或义诊后集中收治；扶贫、养老机构的统一安排；工地、学校的意外；同村只有这一家医院而恰逢冬春高峰"
en = "An outbreak of influenza or food poisoning; patients taken in after a screening; arrangements of a care home or a poverty scheme; an accident at a site or school; the only hospital nearby at the height of winter"

[next]
zh = "比对同批人的入院记录、病程、检查和出院时间是否雷同，查接送车辆、减免自付和介绍人；到村、单位或养老机构逐人询问谁组织、为何住院"
en = "See whether notes, tests and discharges of the batch are alike; look for transport, waived payments and go-betweens; ask at the village, employer or home who organised it and why"

[params.window_days]
default = 1
unit = "day"
help = { zh = "入院日期最多相差多少天算同一批", en = "how many days apart admissions of one batch may be" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.min_persons]
default = 3
unit = "person"
help = { zh = "一批至少多少人（同户只算一人）", en = "people in a batch, a household counted once" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.min_occasions]
default = 2
unit = "times"
help = { zh = "至少多少次", en = "how many occasions there must be" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.chance]
default = 0.05
unit = "share"
help = { zh = "全部数据中按偶然预计有多少组会如此，高于此值不报", en = "groups of this kind that chance alone would give in all the data; more than this and nothing is said" }
source = { zh = "统计惯例；取值由本工具设定", en = "statistical custom; set by this tool" }
*/
WITH span AS (SELECT greatest(date_diff('day', min(admitted), max(admitted)) + 1, 1) AS days FROM stay),
volume AS (SELECT fixmedins_code, admitted, count(*) AS stays, sum(count(*)) OVER (PARTITION BY fixmedins_code) AS total FROM stay
    GROUP BY fixmedins_code, admitted),
size AS (
    SELECT kind, group_id, fixmedins_code, count(*) AS stays FROM group_admission GROUP BY kind, group_id, fixmedins_code
    HAVING count(*) >= CAST($min_occasions AS DOUBLE) * $min_persons
),
batch AS (
    SELECT a.kind, a.group_id, a.fixmedins_code, a.admitted, z.stays, count(DISTINCT b.unit) AS persons, count(*) AS came
    FROM (SELECT DISTINCT kind, group_id, fixmedins_code, admitted FROM group_admission) a
    JOIN size z ON z.kind = a.kind AND z.group_id = a.group_id AND z.fixmedins_code = a.fixmedins_code
    JOIN group_admission b ON b.kind = a.kind AND b.group_id = a.group_id AND b.fixmedins_code = a.fixmedins_code
        AND date_diff('day', a.admitted, b.admitted) BETWEEN 0 AND $window_days  -- 同一群体的人同日或相邻几日住进同一机构 | People of one group admitted to one institution within these days
    GROUP BY a.kind, a.group_id, a.fixmedins_code, a.admitted, z.stays
    HAVING count(DISTINCT b.unit) >= $min_persons                                -- 每批人数达到限度，同户算一人 | Enough people in the batch, a household counted once
),
-- What the group's usual number of stays would bring in these days, when it came as the institution's other patients do.
usual AS (
    SELECT b.*, p.days, CAST(b.stays AS DOUBLE) * greatest(CAST(sum(v.stays) - b.came AS DOUBLE) / nullif(max(v.total) - b.stays, 0),
                                                          CAST($window_days + 1 AS DOUBLE) / nullif(p.days, 0)) AS mean
    FROM batch b
    JOIN volume v ON v.fixmedins_code = b.fixmedins_code AND date_diff('day', b.admitted, v.admitted) BETWEEN 0 AND $window_days
    CROSS JOIN span p GROUP BY b.kind, b.group_id, b.fixmedins_code, b.admitted, b.stays, b.persons, b.came, p.days
),
-- The Poisson chance of so many; more than five count as five. Days in a row are one occasion.
rare AS (
    SELECT u.*, 1 - exp(-mean) * (1 + mean + CASE WHEN persons > 2 THEN CAST(mean AS DOUBLE) * mean / 2 ELSE 0 END
            + CASE WHEN persons > 3 THEN CAST(mean AS DOUBLE) * mean * mean / 6 ELSE 0 END
            + CASE WHEN persons > 4 THEN CAST(mean AS DOUBLE) * mean * mean * mean / 24 ELSE 0 END) AS chance,
        CASE WHEN date_diff('day', lag(admitted) OVER (PARTITION BY kind, group_id, fixmedins_code ORDER BY admitted), admitted) <= $window_days THEN 0 ELSE 1 END AS opens
    FROM usual u
),
numbered AS (SELECT r.*, sum(opens) OVER (PARTITION BY kind, group_id, fixmedins_code ORDER BY admitted) AS occasion FROM rare r),
ranked AS (
    SELECT kind, group_id, fixmedins_code, max(days) AS days, max(persons) AS persons, min(chance) AS chance,
        row_number() OVER (PARTITION BY kind, group_id, fixmedins_code ORDER BY min(chance), min(admitted)) AS place
    FROM numbered GROUP BY kind, group_id, fixmedins_code, occasion
),
verdict AS (
    SELECT r.kind, r.group_id, r.fixmedins_code, count(*) AS occasions, max(r.persons) AS most, max(s.groups) AS groups,
        sum(CASE WHEN r.place = $min_occasions THEN CAST(r.days AS DOUBLE) * r.chance END) AS expected
    FROM ranked r CROSS JOIN (SELECT count(*) AS groups FROM size) s GROUP BY r.kind, r.group_id, r.fixmedins_code
),
judged AS (
    SELECT v.*, groups * (1 - exp(-expected) * (1 + CASE WHEN $min_occasions > 1 THEN expected ELSE 0 END
        + CASE WHEN $min_occasions > 2 THEN CAST(expected AS DOUBLE) * expected / 2 ELSE 0 END)) AS by_chance FROM verdict v
),
hit AS (
    SELECT g.stay_id, g.place, j.*, min(CASE WHEN j.by_chance <= $chance THEN g.place END) OVER (PARTITION BY g.stay_id) AS closest
    FROM judged j
    JOIN group_admission g ON g.kind = j.kind AND g.group_id = j.group_id AND g.fixmedins_code = j.fixmedins_code
    WHERE EXISTS (SELECT 1 FROM batch b WHERE b.kind = g.kind AND b.group_id = g.group_id AND b.fixmedins_code = g.fixmedins_code AND date_diff('day', b.admitted, g.admitted) BETWEEN 0 AND $window_days)
)
SELECT v.setl_id, v.psn_no, h.fixmedins_code, v.dr_codg, v.begndate AS occurred_on, CAST(v.charge AS DECIMAL(16,2)) AS charge_amount,
    CAST(least(1.0, 0.4 + CAST(h.occasions - $min_occasions AS DOUBLE) / 10 + CAST(h.most - $min_persons AS DOUBLE) / 10) AS DOUBLE) AS strength,
    h.stay_id, h.kind, CASE WHEN h.kind = 'phone' THEN h.group_id END AS tel, h.group_id, coalesce(c.name, h.group_id) AS group_name, h.occasions, h.most, CAST(h.expected AS DECIMAL(16,4)) AS expected_occasions
FROM hit h JOIN visit v ON v.stay_id = h.stay_id LEFT JOIN (SELECT care_home, max(name) AS name FROM care_home GROUP BY care_home) c ON h.kind = 'care_home' AND c.care_home = h.group_id
WHERE h.occasions >= $min_occasions  -- 结伴住院次数达到限度 | They came together often enough
  AND h.by_chance <= $chance         -- 远多于按平时住院量的偶然 | Far more than their usual admissions would give by chance
  AND h.place = h.closest            -- 一次住院只归最具体的群体 | A stay is told of its closest group only
