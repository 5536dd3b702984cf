/*
[grain]
zh = "每个由多人住院共用的就诊ID一行：占位值，不是一次就诊"
en = "one row per visit number under which several people lie in hospital: a filler, not a visit"
*/
SELECT s.mdtrt_id
FROM settlement s
JOIN people p ON p.psn_no = s.psn_no
LEFT JOIN med_type m ON m.med_type = s.med_type
LEFT JOIN med_type g ON g.med_type = substr(s.med_type, 1, 2)
WHERE s.mdtrt_id IS NOT NULL AND coalesce(m.is_stay, g.is_stay, FALSE)
GROUP BY s.mdtrt_id
HAVING count(DISTINCT p.person_id) > 1
