/*
[grain]
zh = "不得同收的明细每条一行：同一次就诊或同一天、同一机构另有排斥它的项目；互斥表与随附名称表各一行"
en = "one row per fee line that stands beside an item excluding it, in one visit or on one day of one institution; item_conflict and the shipped names each have their own"
[columns]
origin = { zh = "item_conflict 互斥表、conflict_name 随附的名称", en = "item_conflict, or conflict_name for the shipped names" }
leg_id = { zh = "就诊：住院、就诊ID，没有时为结算ID", en = "the visit: the stay, its mdtrt_id, else the settlement" }
paid_name = { zh = "已收的项目", en = "the item it stands beside" }
paid_feedetl_sn = { zh = "已收项目的明细", en = "a fee line of that item" }
paid_drord_no = { zh = "已收项目的医嘱号", en = "its order number" }
is_test = { zh = "检查或化验", en = "a test or an examination" }
same_visit = { zh = "已收项目在同一次就诊中", en = "whether the item it stands beside is of the same visit" }
hours = { zh = "两个项目当日合计小时数，不按时间计价为空", en = "hours of both on the day, NULL unless both are charged by time" }
hours_apart = { zh = "两项记账钟点相差几小时，只有日期时为空", en = "hours between the two by the clock, NULL where only dates are known" }
both_states = { zh = "两个都是按日的床位或护理", en = "both are beds or nursing, charged by the day" }
days_together = { zh = "这次就诊中两项同收的天数", en = "days of the visit with both" }
elsewhere_times = { zh = "其他机构收取已收项目的次数", en = "times that other institutions charged the item it stands beside" }
elsewhere_together = { zh = "其中同时收这一项的次数", en = "of these, with the excluded one besides" }
is_dialysis_part = { zh = "随血液净化另收的耗材", en = "a consumable charged besides blood purification" }
*/
WITH paid AS (        -- the occasions: on a day, or in a visit whatever the day
  SELECT c.scope, m.med_list_codg, m.person_id, m.fixmedins_code, CASE WHEN c.scope = 'visit' THEN m.leg_id ELSE '' END AS leg,
         CASE WHEN c.scope = 'visit' THEN DATE '1900-01-01' ELSE m.day END AS day, min(m.feedetl_sn) AS paid_feedetl_sn,
         max(m.drord_no) AS paid_drord_no, sum(m.cnt) AS cnt,
         min(m.hour) AS first_hour, max(m.hour) AS last_hour, min(m.leg_id) AS one_leg, max(m.leg_id) AS other_leg
  FROM conflict_line m JOIN (SELECT DISTINCT paid_item, scope FROM conflict_pair) c ON c.paid_item = m.med_list_codg
  GROUP BY c.scope, m.med_list_codg, m.person_id, m.fixmedins_code, CASE WHEN c.scope = 'visit' THEN m.leg_id ELSE '' END,
           CASE WHEN c.scope = 'visit' THEN DATE '1900-01-01' ELSE m.day END
), beside AS (
  SELECT d.*, t.paid_item, t.scope, t.bypass, t.source, t.origin, p.paid_feedetl_sn, p.paid_drord_no, p.cnt AS paid_cnt, p.leg, p.day AS paid_day,
         d.leg_id = p.one_leg OR d.leg_id = p.other_leg AS same_visit,
         CASE WHEN t.scope = 'day' THEN least(abs(d.hour - p.first_hour), abs(d.hour - p.last_hour)) END AS hours_apart
  FROM conflict_line d
  JOIN conflict_pair t ON t.denied_item = d.med_list_codg AND d.day BETWEEN t.begndate AND t.enddate
  JOIN paid p ON p.scope = t.scope AND p.med_list_codg = t.paid_item AND p.person_id = d.person_id AND p.fixmedins_code = d.fixmedins_code
             AND p.leg = CASE WHEN t.scope = 'visit' THEN d.leg_id ELSE '' END
             AND p.day = CASE WHEN t.scope = 'visit' THEN DATE '1900-01-01' ELSE d.day END
), here AS (
  SELECT p.scope, p.med_list_codg AS paid_item, p.fixmedins_code, count(*) AS times FROM paid p GROUP BY p.scope, p.med_list_codg, p.fixmedins_code
), everywhere AS (
  SELECT scope, paid_item, sum(times) AS times FROM here GROUP BY scope, paid_item
), joint AS (
  SELECT origin, scope, paid_item, denied_item, fixmedins_code, count(*) AS times
  FROM (SELECT DISTINCT origin, scope, paid_item, med_list_codg AS denied_item, fixmedins_code, person_id, leg, paid_day FROM beside) o
  GROUP BY origin, scope, paid_item, denied_item, fixmedins_code
), joint_everywhere AS (
  SELECT origin, scope, paid_item, denied_item, sum(times) AS times FROM joint GROUP BY origin, scope, paid_item, denied_item
), together AS (
  SELECT origin, paid_item, med_list_codg, leg_id, count(DISTINCT day) AS days_together FROM beside GROUP BY origin, paid_item, med_list_codg, leg_id
), judged AS (      -- one row a line: the pair without exceptions first
  SELECT b.*, i.item_name AS paid_name, coalesce(i.med_chrgitm_type, '') AS paid_class, coalesce(s.med_chrgitm_type, '') AS class,
         s.unit_hours, i.unit_hours AS paid_hours, i.is_purification,
         row_number() OVER (PARTITION BY b.origin, b.feedetl_sn ORDER BY coalesce(b.bypass, '0'), b.paid_item, b.scope) AS place
  FROM beside b
  JOIN item i ON i.med_list_codg = b.paid_item
  JOIN item s ON s.med_list_codg = b.med_list_codg
)
SELECT j.origin, j.feedetl_sn, j.setl_id, j.leg_id, j.stay_id, j.person_id, j.psn_no, j.fixmedins_code, j.dr_codg, j.day, j.med_list_codg, j.item_name,
       j.cnt, j.charge, j.scope_amount, j.drord_no, j.is_stay, j.paid_item, j.paid_name, j.paid_feedetl_sn, j.paid_drord_no, j.same_visit, j.class IN ('03', '04') AS is_test, j.scope,
       coalesce(j.bypass, '0') AS bypass, j.source,
       CASE WHEN j.scope = 'day' THEN CAST(j.cnt AS DOUBLE) * j.unit_hours + CAST(j.paid_cnt AS DOUBLE) * j.paid_hours END AS hours,
       CAST(j.hours_apart AS INTEGER) AS hours_apart,
       j.class IN ('01', '07') AND j.paid_class IN ('01', '07') AND j.unit_hours IS NULL AND j.paid_hours IS NULL AS both_states,
       CAST(t.days_together AS INTEGER) AS days_together,
       CAST(e.times - h.times AS INTEGER) AS elsewhere_times,
       CAST(a.times - o.times AS INTEGER) AS elsewhere_together,
       j.is_purification AND j.class = '08' AS is_dialysis_part
FROM judged j
JOIN together t ON t.origin = j.origin AND t.paid_item = j.paid_item AND t.med_list_codg = j.med_list_codg AND t.leg_id = j.leg_id
JOIN here h ON h.scope = j.scope AND h.paid_item = j.paid_item AND h.fixmedins_code = j.fixmedins_code
JOIN everywhere e ON e.scope = j.scope AND e.paid_item = j.paid_item
JOIN joint o ON o.origin = j.origin AND o.scope = j.scope AND o.paid_item = j.paid_item AND o.denied_item = j.med_list_codg
            AND o.fixmedins_code = j.fixmedins_code
JOIN joint_everywhere a ON a.origin = j.origin AND a.scope = j.scope AND a.paid_item = j.paid_item AND a.denied_item = j.med_list_codg
WHERE j.place = 1
