/*
[grain]
zh = "每位主治医师、每家机构、每个出院月、每个住院指标偏离同类最大的住院，至多 100 次，每次一行"
en = "the stays that set an attending doctor apart from their peers at an institution in a month and indicator, at most 100, one row each"
[columns]
indicator = { zh = "指标（见 stay_share）", en = "the indicator (see stay_share)" }
month = { zh = "出院月份", en = "month of discharge" }
place = { zh = "名次：高于同类时 1 为高出应有分子最多的，低于同类时为低得最多的", en = "1 for the stay most above what the peers' share would make of it, or most below where the doctor is below the peers" }
*/
WITH ranked AS (
  -- No single one of them is wrong by that.
  SELECT s.indicator, s.dr_codg, s.fixmedins_code, s.peer_group, s.month, s.stay_id, s.setl_id, s.psn_no, s.discharged,
         row_number() OVER (PARTITION BY s.indicator, s.dr_codg, s.fixmedins_code, s.peer_group, s.month
           ORDER BY CASE WHEN d.excess > 0 THEN s.part - CAST(d.expected_share AS DOUBLE) * s.whole
                         ELSE CAST(d.expected_share AS DOUBLE) * s.whole - s.part END DESC, s.stay_id) AS place
  FROM doctor_month d
  JOIN stay_share s ON s.indicator = d.indicator AND s.dr_codg = d.dr_codg AND s.fixmedins_code = d.fixmedins_code
   AND s.peer_group = d.peer_group AND s.month = d.month
)
SELECT indicator, dr_codg, fixmedins_code, peer_group, month, stay_id, setl_id, psn_no, discharged, CAST(place AS INTEGER) AS place
FROM ranked
WHERE place <= 100
