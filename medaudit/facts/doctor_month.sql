/*
[grain]
zh = "每位主治医师、每家机构、每个出院月、每个住院指标一行，与同类医师同病种组比较；占位医师除外"
en = "one row per attending doctor, institution, month of discharge and indicator, held against the same case groups of other doctors; filler doctors left out"
[columns]
indicator = { zh = "指标（见 stay_share）", en = "the indicator (see stay_share)" }
month = { zh = "出院月份", en = "month of discharge" }
stays = { zh = "住院次数", en = "stays" }
compared_stays = { zh = "其中病种组有同类可比的次数（其他医师 3 位、10 次以上）", en = "of which in case groups that other doctors have too (3 of them, 10 stays)" }
excess = { zh = "可比部分：本人分子减按同类占比应有的分子", en = "of what is compared: their numerator less what the peers' shares would make of it" }
share = { zh = "可比部分的占比", en = "share of what is compared" }
expected_share = { zh = "同病种组按同类医师（不含本人）应有的占比", en = "share the other doctors would have with the same case groups" }
peers = { zh = "同类医师数：同等级机构、当年有可比住院，不含本人", en = "peers: other doctors at institutions of the level with stays of the year that can be compared" }
peer_spread = { zh = "同类医师与各自应有占比之差的标准差，住院少的医师分量小", en = "standard deviation of the peers' own differences from their expected shares, those with few stays counting less" }
noise = { zh = "本人次数带来的标准误", en = "standard error that comes with the number of stays" }
z = { zh = "本人之差偏离应有占比的标准差倍数，计入次数多少", en = "how far the difference is from none, in standard deviations that allow for the number of stays" }
percent = { zh = "占比（%，一位小数）", en = "share, per cent to one decimal" }
peer_percent = { zh = "应有的占比（%，一位小数）", en = "expected share, per cent to one decimal" }
deviations = { zh = "z 取一位小数", en = "z to one decimal" }
*/
WITH taken AS (
  SELECT s.indicator, s.peer_group, s.year, s.month, s.case_group, s.fixmedins_code, s.dr_codg, s.part, s.whole
  FROM stay_share s
  WHERE s.indicator IN ('self_pay', 'self_drug', 'drug', 'large_exam', 'exam') AND s.dr_codg IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM placeholder_doctor x WHERE x.dr_codg = s.dr_codg)
), own AS (
  SELECT indicator, peer_group, year, case_group, dr_codg, count(*) AS stays, sum(part) AS part, sum(whole) AS whole
  FROM taken WHERE case_group IS NOT NULL
  GROUP BY indicator, peer_group, year, case_group, dr_codg
), everyone AS (
  SELECT indicator, peer_group, year, case_group, count(*) AS doctors, sum(stays) AS stays, sum(part) AS part, sum(whole) AS whole
  FROM own
  GROUP BY indicator, peer_group, year, case_group
), rated AS (
  SELECT o.indicator, o.peer_group, o.year, o.case_group, o.dr_codg, CAST(e.part - o.part AS DOUBLE) / nullif(e.whole - o.whole, 0) AS rate
  FROM own o
  JOIN everyone e ON e.indicator = o.indicator AND e.peer_group = o.peer_group AND e.year = o.year AND e.case_group = o.case_group
  WHERE e.doctors > 3 AND e.stays - o.stays >= 10 AND e.whole > o.whole
), summed AS (
  SELECT t.indicator, t.peer_group, t.year, t.month, t.fixmedins_code, t.dr_codg, count(*) AS stays, count(r.rate) AS compared_stays,
         sum(CASE WHEN r.rate IS NOT NULL THEN t.part END) AS part, sum(CASE WHEN r.rate IS NOT NULL THEN t.whole END) AS whole,
         sum(CAST(r.rate AS DOUBLE) * t.whole) AS expected,
         sum(CAST(t.part - CAST(r.rate AS DOUBLE) * t.whole AS DOUBLE) * (t.part - CAST(r.rate AS DOUBLE) * t.whole)) AS residual
  FROM taken t
  LEFT JOIN rated r ON r.indicator = t.indicator AND r.peer_group = t.peer_group AND r.year = t.year AND r.case_group = t.case_group
   AND r.dr_codg = t.dr_codg
  GROUP BY t.indicator, t.peer_group, t.year, t.month, t.fixmedins_code, t.dr_codg
), colleague AS (
  -- How doctors differ from each other over the year, not by the chance of one month; who has 10 stays counts half.
  SELECT indicator, peer_group, year, dr_codg, CAST(sum(part) - sum(expected) AS DOUBLE) / nullif(sum(whole), 0) AS difference,
         CASE WHEN sum(whole) > 0 THEN 1 ELSE 0 END AS is_peer,
         CASE WHEN sum(whole) > 0 THEN CAST(sum(compared_stays) AS DOUBLE) / nullif(sum(compared_stays) + 10, 0) ELSE 0 END AS weight
  FROM summed
  GROUP BY indicator, peer_group, year, dr_codg
), among AS (
  SELECT c.*, sum(is_peer) OVER (PARTITION BY indicator, peer_group, year) - is_peer AS peers,
         sum(weight) OVER (PARTITION BY indicator, peer_group, year) - weight AS weights,
         sum(CAST(weight AS DOUBLE) * difference) OVER (PARTITION BY indicator, peer_group, year) - CAST(weight AS DOUBLE) * difference AS total,
         sum(CAST(weight AS DOUBLE) * difference * difference) OVER (PARTITION BY indicator, peer_group, year)
           - CAST(weight AS DOUBLE) * difference * difference AS squares
  FROM colleague c
), spread AS (
  SELECT s.*, CAST(s.part - s.expected AS DOUBLE) / nullif(s.whole, 0) AS difference, sqrt(greatest(s.residual, 0)) / nullif(s.whole, 0) AS noise, a.peers,
         sqrt(greatest(CAST(a.squares AS DOUBLE) / nullif(a.weights, 0)
                       - CAST(a.total AS DOUBLE) / nullif(a.weights, 0) * (CAST(a.total AS DOUBLE) / nullif(a.weights, 0)), 0)
              * (CAST(a.peers AS DOUBLE) / nullif(a.peers - 1, 0))) AS peer_spread
  FROM summed s
  JOIN among a ON a.indicator = s.indicator AND a.peer_group = s.peer_group AND a.year = s.year AND a.dr_codg = s.dr_codg
), rounded AS (
  -- Rounded, so that no order of adding shows.
  SELECT indicator, dr_codg, fixmedins_code, peer_group, month, CAST(stays AS INTEGER) AS stays, CAST(compared_stays AS INTEGER) AS compared_stays,
         CAST(CAST(part - expected AS DECIMAL(18,2)) AS DOUBLE) AS excess, CAST(CAST(CAST(part AS DOUBLE) / nullif(whole, 0) AS DECIMAL(18,6)) AS DOUBLE) AS share, CAST(CAST(CAST(expected AS DOUBLE) / nullif(whole, 0) AS DECIMAL(18,6)) AS DOUBLE) AS expected_share,
         CAST(peers AS INTEGER) AS peers, CAST(CAST(peer_spread AS DECIMAL(18,6)) AS DOUBLE) AS peer_spread, CAST(CAST(noise AS DECIMAL(18,6)) AS DOUBLE) AS noise,
         CAST(CAST(CAST(difference AS DOUBLE) / greatest(sqrt(CAST(peer_spread AS DOUBLE) * peer_spread + CAST(noise AS DOUBLE) * noise), 0.001) AS DECIMAL(18,6)) AS DOUBLE) AS z
  FROM spread
)
SELECT r.*, CAST(floor(CAST(share AS DOUBLE) * 1000 + 0.5) / 10.0 AS DECIMAL(18,1)) AS percent,
       CAST(floor(CAST(expected_share AS DOUBLE) * 1000 + 0.5) / 10.0 AS DECIMAL(18,1)) AS peer_percent,
       CAST(floor(CAST(z AS DOUBLE) * 10 + 0.5) / 10.0 AS DECIMAL(18,1)) AS deviations
FROM rounded r
