/*
[grain]
zh = "每家机构、每年、每个住院指标一行，与同类机构同病种组比较"
en = "one row per institution, year and inpatient indicator, held against the same case groups of its peers"
[columns]
indicator = { zh = "指标（见 stay_share）", en = "the indicator (see stay_share)" }
stays = { zh = "住院次数", en = "stays" }
compared_stays = { zh = "其中病种组有同类可比的次数（其他机构 3 家、10 次以上）", en = "of which in case groups that peers have too (3 other institutions, 10 stays)" }
excess = { zh = "可比部分：本院分子减按同类占比应有的分子", en = "of what is compared: its numerator less what the peers' shares would make of it" }
share = { zh = "可比部分的占比或均值", en = "share or mean of what is compared" }
expected_share = { zh = "同病种组按同类机构（不含本院）应有的占比", en = "share the peers, itself left out, would have with the same case groups" }
peers = { zh = "同类机构数：同等级、有可比住院，不含本院", en = "peers: other institutions of the level with stays that can be compared" }
peer_mean = { zh = "同类机构与各自应有占比之差的平均，住院少的机构分量小", en = "mean of the peers' own differences from their expected shares, those with few stays counting less" }
peer_spread = { zh = "该差的标准差", en = "standard deviation of these differences" }
noise = { zh = "本院次数带来的标准误", en = "standard error that comes with its own number of stays" }
z = { zh = "本院之差偏离同类的标准差倍数，计入次数多少", en = "how far its difference is from the peers', in standard deviations that allow for its number of stays" }
percent = { zh = "占比（%，一位小数）", en = "share, per cent to one decimal" }
peer_percent = { zh = "应有的占比（%，一位小数）", en = "expected share, per cent to one decimal" }
deviations = { zh = "z 取一位小数", en = "z to one decimal" }
*/
WITH own AS (
  SELECT indicator, peer_group, year, case_group, fixmedins_code, count(*) AS stays, sum(part) AS part, sum(whole) AS whole,
         sum(CAST(part AS DOUBLE) * part) AS part2, sum(CAST(part AS DOUBLE) * whole) AS mixed, sum(CAST(whole AS DOUBLE) * whole) AS whole2
  FROM stay_share
  GROUP BY indicator, peer_group, year, case_group, fixmedins_code
), everyone AS (
  SELECT indicator, peer_group, year, case_group, count(*) AS institutions, sum(stays) AS stays, sum(part) AS part, sum(whole) AS whole
  FROM own WHERE case_group IS NOT NULL
  GROUP BY indicator, peer_group, year, case_group
), held AS (
  SELECT o.*, CAST(e.part - o.part AS DOUBLE) / nullif(e.whole - o.whole, 0) AS rate,
         coalesce(e.institutions > 3 AND e.stays - o.stays >= 10 AND e.whole > o.whole, FALSE) AS is_compared
  FROM own o
  LEFT JOIN everyone e ON e.indicator = o.indicator AND e.peer_group = o.peer_group AND e.year = o.year AND e.case_group = o.case_group
), summed AS (
  SELECT indicator, peer_group, year, fixmedins_code, sum(stays) AS stays, sum(CASE WHEN is_compared THEN stays ELSE 0 END) AS compared_stays,
         sum(CASE WHEN is_compared THEN part END) AS part, sum(CASE WHEN is_compared THEN whole END) AS whole,
         sum(CASE WHEN is_compared THEN CAST(rate AS DOUBLE) * whole END) AS expected,
         sum(CASE WHEN is_compared THEN part2 - CAST(2 * rate AS DOUBLE) * mixed + CAST(rate AS DOUBLE) * rate * whole2 END) AS residual
  FROM held
  GROUP BY indicator, peer_group, year, fixmedins_code
), differing AS (
  SELECT s.*, CAST(part - expected AS DOUBLE) / nullif(whole, 0) AS difference, sqrt(greatest(residual, 0)) / nullif(whole, 0) AS noise,
         CASE WHEN whole > 0 THEN 1 ELSE 0 END AS is_peer,
         -- A hospital of 20 stays counts half of one with many.
         CASE WHEN whole > 0 THEN CAST(compared_stays AS DOUBLE) / nullif(compared_stays + 20, 0) ELSE 0 END AS weight
  FROM summed s
), among AS (
  SELECT d.*, sum(is_peer) OVER (PARTITION BY indicator, peer_group, year) - is_peer AS peers,
         sum(weight) OVER (PARTITION BY indicator, peer_group, year) - weight AS weights,
         sum(CAST(weight AS DOUBLE) * difference) OVER (PARTITION BY indicator, peer_group, year) - CAST(weight AS DOUBLE) * difference AS total,
         sum(CAST(weight AS DOUBLE) * difference * difference) OVER (PARTITION BY indicator, peer_group, year)
           - CAST(weight AS DOUBLE) * difference * difference AS squares
  FROM differing d
), spread AS (
  SELECT a.*, CAST(total AS DOUBLE) / nullif(weights, 0) AS peer_mean,
         sqrt(greatest(CAST(squares AS DOUBLE) / nullif(weights, 0)
                       - CAST(total AS DOUBLE) / nullif(weights, 0) * (CAST(total AS DOUBLE) / nullif(weights, 0)), 0)
              * (CAST(peers AS DOUBLE) / nullif(peers - 1, 0))) AS peer_spread
  FROM among a
), rounded AS (
  -- Rounded, so that no order of adding shows.
  SELECT indicator, fixmedins_code, peer_group, year, CAST(stays AS INTEGER) AS stays, CAST(compared_stays AS INTEGER) AS compared_stays,
         CAST(CAST(part - expected AS DECIMAL(18,2)) AS DOUBLE) AS excess, CAST(CAST(CAST(part AS DOUBLE) / nullif(whole, 0) AS DECIMAL(18,6)) AS DOUBLE) AS share, CAST(CAST(CAST(expected AS DOUBLE) / nullif(whole, 0) AS DECIMAL(18,6)) AS DOUBLE) AS expected_share,
         CAST(peers AS INTEGER) AS peers, CAST(CAST(peer_mean AS DECIMAL(18,6)) AS DOUBLE) AS peer_mean, CAST(CAST(peer_spread AS DECIMAL(18,6)) AS DOUBLE) AS peer_spread,
         CAST(CAST(noise AS DECIMAL(18,6)) AS DOUBLE) AS noise,
         CAST(CAST(CAST(difference - peer_mean AS DOUBLE) / greatest(sqrt(CAST(peer_spread AS DOUBLE) * peer_spread + CAST(noise AS DOUBLE) * noise), 0.001) AS DECIMAL(18,6)) AS DOUBLE) AS z
  FROM spread
)
SELECT r.*, CAST(floor(CAST(share AS DOUBLE) * 1000 + 0.5) / 10.0 AS DECIMAL(18,1)) AS percent,
       CAST(floor(CAST(expected_share AS DOUBLE) * 1000 + 0.5) / 10.0 AS DECIMAL(18,1)) AS peer_percent,
       CAST(floor(CAST(z AS DOUBLE) * 10 + 0.5) / 10.0 AS DECIMAL(18,1)) AS deviations
FROM rounded r
