/*
[grain]
zh = "每家机构一行：两张互不相干的卡偶然碰到一起的可能"
en = "one row per institution: how likely two cards that have nothing to do with one another meet by chance"
[columns]
open_days = { zh = "有结算的天数", en = "days with settlements" }
crowded = { zh = "因人多而不看的结算笔数", en = "settlements not looked at, for too many came at once" }
chance = { zh = "两张卡各来一天而相遇的概率，按该机构全期的时段分布（泊松）", en = "probability that two cards which each come on one day meet, by the place's hours over the whole period (Poisson)" }
*/
WITH slotted AS (
  SELECT fixmedins_code, slot, count(*) AS n FROM card_use GROUP BY fixmedins_code, slot
), shared AS (
  -- Pooled over all days: what is to be found must not raise what is expected.
  SELECT fixmedins_code, slot, CAST(n AS DOUBLE) / nullif(sum(n) OVER (PARTITION BY fixmedins_code), 0) AS part FROM slotted
), opened AS (
  SELECT fixmedins_code, bool_or(has_clock) AS has_clock, count(DISTINCT day) AS open_days FROM card_use GROUP BY fixmedins_code
), crowds AS (
  SELECT fixmedins_code, sum(settlements) AS crowded FROM card_crowd GROUP BY fixmedins_code
), together AS (
  SELECT a.fixmedins_code, CAST(sum(CAST(CAST(a.part AS DOUBLE) * (a.part + coalesce(b.part, 0)) AS DECIMAL(18,12))) AS DOUBLE) AS together
  FROM shared a LEFT JOIN shared b ON b.fixmedins_code = a.fixmedins_code AND b.slot = a.slot + 1
  GROUP BY a.fixmedins_code
)
SELECT o.fixmedins_code, CAST(o.open_days AS INTEGER) AS open_days, CAST(coalesce(c.crowded, 0) AS INTEGER) AS crowded,
       least(CAST(CASE WHEN o.has_clock THEN t.together ELSE 1 END AS DOUBLE) / nullif(o.open_days, 0), 1) AS chance
FROM opened o
JOIN together t ON t.fixmedins_code = o.fixmedins_code
LEFT JOIN crowds c ON c.fixmedins_code = o.fixmedins_code
