/*
[grain]
zh = "每家机构、每年、每个住院指标偏离同类最大的住院，至多 100 次，每次一行"
en = "the stays that put an institution above its peers in a year and indicator, at most 100, one row each"
[columns]
indicator = { zh = "指标（见 stay_share）", en = "the indicator (see stay_share)" }
place = { zh = "名次：1 为高出应有分子最多的", en = "1 for the stay most above what the peers' share would make of it" }
*/
WITH ranked AS (
  -- No single one of them is wrong by that.
  SELECT s.indicator, s.fixmedins_code, s.peer_group, s.year, s.stay_id, s.setl_id, s.psn_no, s.discharged,
         row_number() OVER (PARTITION BY s.indicator, s.fixmedins_code, s.peer_group, s.year
           ORDER BY s.part - CAST(i.expected_share AS DOUBLE) * s.whole DESC, s.stay_id) AS place
  FROM institution_share i
  JOIN stay_share s ON s.indicator = i.indicator AND s.fixmedins_code = i.fixmedins_code AND s.peer_group = i.peer_group AND s.year = i.year
)
SELECT indicator, fixmedins_code, peer_group, year, stay_id, setl_id, psn_no, discharged, CAST(place AS INTEGER) AS place
FROM ranked
WHERE place <= 100
