/*
[grain]
zh = "属于某次住院的每笔结算一行"
en = "one row per settlement that is part of a hospital stay"
[columns]
stay_id = { zh = "住院：就诊ID，没有时为首笔结算ID", en = "the stay: its mdtrt_id, else the setl_id of its first settlement" }
*/
WITH inpatient AS (
  SELECT s.setl_id, p.person_id, s.fixmedins_code, s.begndate, s.enddate, s.dscg_way, s.setl_type, s.mdtrt_id
  FROM settlement s
  JOIN people p ON p.psn_no = s.psn_no
  LEFT JOIN med_type m ON m.med_type = s.med_type
  LEFT JOIN med_type g ON g.med_type = substr(s.med_type, 1, 2)
  WHERE coalesce(m.is_stay, g.is_stay, FALSE)
), told AS (
  SELECT i.setl_id, i.person_id, i.fixmedins_code, i.begndate, i.enddate, i.dscg_way, i.setl_type,
         CASE WHEN f.mdtrt_id IS NULL THEN i.mdtrt_id END AS mdtrt_id
  FROM inpatient i LEFT JOIN shared_visit f ON f.mdtrt_id = i.mdtrt_id
), numbered AS (
  SELECT t.setl_id, CASE WHEN min(fixmedins_code) OVER (PARTITION BY person_id, mdtrt_id)
                              = max(fixmedins_code) OVER (PARTITION BY person_id, mdtrt_id)
                         THEN mdtrt_id ELSE mdtrt_id || '@' || fixmedins_code END AS stay_id
  FROM told t WHERE mdtrt_id IS NOT NULL
), lined_up AS (
  SELECT t.*,
         lag(begndate) OVER (PARTITION BY person_id, fixmedins_code ORDER BY begndate, enddate, setl_id) AS begun,
         lag(enddate) OVER (PARTITION BY person_id, fixmedins_code ORDER BY begndate, enddate, setl_id) AS ended,
         lag(dscg_way) OVER (PARTITION BY person_id, fixmedins_code ORDER BY begndate, enddate, setl_id) AS left_how,
         lag(setl_type) OVER (PARTITION BY person_id, fixmedins_code ORDER BY begndate, enddate, setl_id) AS closed_how
  FROM told t WHERE mdtrt_id IS NULL
), chained AS (
  -- Goes on where the earlier settlement began the same day, was interim (way 9) or closed the year.
  SELECT l.*,
         CASE WHEN begndate = begun
                OR (date_diff('day', ended, begndate) BETWEEN 0 AND 1
                    AND (left_how = '9' OR closed_how IN ('interim', 'year_end')
                         OR substr(CAST(ended AS VARCHAR), 6, 5) = '12-31'))
              THEN 0 ELSE 1 END AS starts
  FROM lined_up l
), islands AS (
  SELECT c.*, sum(starts) OVER (PARTITION BY person_id, fixmedins_code
                                ORDER BY begndate, enddate, setl_id
                                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island
  FROM chained c
)
SELECT setl_id, stay_id FROM numbered
UNION ALL
SELECT setl_id, min(setl_id) OVER (PARTITION BY person_id, fixmedins_code, island) AS stay_id FROM islands
