/*
[grain]
zh = "每家机构（含药店）或每位主治医师、每类就诊、每个指标一行：实际值，与其他机构或医师同样病例组的期望值"
en = "one row per institution (pharmacies too) or attending doctor, kind of encounter and measure: what was observed, and what the others show with the same case groups"
[columns]
subject_type = { zh = "institution 机构（含药店）、doctor 医师", en = "institution (pharmacies too) or doctor" }
subject_id = { zh = "机构或医师编号", en = "code of the institution or doctor" }
measure = { zh = "charge 次均费用、nights 天数、items 项目数；drug、exam、test、treatment、consumable、self_pay 占明细合计", en = "charge, nights and items per encounter; drug, exam, test, treatment, consumable and self_pay as shares of the lines" }
encounters = { zh = "就诊次数", en = "encounters" }
whole = { zh = "分母：就诊次数，占比为明细合计（元）", en = "denominator: encounters, of a share the sum of the lines in yuan" }
part = { zh = "分子：元、天或项", en = "numerator: yuan, nights or items" }
expected = { zh = "期望的分子，本主体除外；不足 10 例的病例组取该类就诊的全部", en = "numerator to expect of the others; of case groups with fewer than 10, of all encounters of the kind" }
noise = { zh = "病例间波动带来的分子方差（占比取上限）", en = "variance of the numerator that comes with the cases (of a share, at most)" }
*/
WITH own AS (
  SELECT subject_type, subject_id, kind, case_group, encounters, 'charge' AS measure, CAST(encounters AS DECIMAL(24,2)) AS whole, CAST(charge AS DECIMAL(24,2)) AS part,
         CAST(charge_square AS DECIMAL(34,2)) AS square FROM case_sum
  UNION ALL
  SELECT subject_type, subject_id, kind, case_group, encounters, 'nights' AS measure, CAST(encounters AS DECIMAL(24,2)) AS whole, CAST(nights AS DECIMAL(24,2)) AS part,
         CAST(nights_square AS DECIMAL(34,2)) AS square FROM case_sum WHERE kind = 'stay'
  UNION ALL
  SELECT subject_type, subject_id, kind, case_group, encounters, 'items' AS measure, CAST(encounters AS DECIMAL(24,2)) AS whole, CAST(items AS DECIMAL(24,2)) AS part,
         CAST(items_square AS DECIMAL(34,2)) AS square FROM case_sum WHERE lines_charge > 0
  UNION ALL
  SELECT subject_type, subject_id, kind, case_group, encounters, 'drug' AS measure, CAST(lines_charge AS DECIMAL(24,2)) AS whole, CAST(drug AS DECIMAL(24,2)) AS part,
         CAST(lines_square AS DECIMAL(34,2)) AS square FROM case_sum WHERE lines_charge > 0
  UNION ALL
  SELECT subject_type, subject_id, kind, case_group, encounters, 'exam' AS measure, CAST(lines_charge AS DECIMAL(24,2)) AS whole, CAST(exam AS DECIMAL(24,2)) AS part,
         CAST(lines_square AS DECIMAL(34,2)) AS square FROM case_sum WHERE lines_charge > 0
  UNION ALL
  SELECT subject_type, subject_id, kind, case_group, encounters, 'test' AS measure, CAST(lines_charge AS DECIMAL(24,2)) AS whole, CAST(test AS DECIMAL(24,2)) AS part,
         CAST(lines_square AS DECIMAL(34,2)) AS square FROM case_sum WHERE lines_charge > 0
  UNION ALL
  SELECT subject_type, subject_id, kind, case_group, encounters, 'treatment' AS measure, CAST(lines_charge AS DECIMAL(24,2)) AS whole, CAST(treatment AS DECIMAL(24,2)) AS part,
         CAST(lines_square AS DECIMAL(34,2)) AS square FROM case_sum WHERE lines_charge > 0
  UNION ALL
  SELECT subject_type, subject_id, kind, case_group, encounters, 'consumable' AS measure, CAST(lines_charge AS DECIMAL(24,2)) AS whole, CAST(consumable AS DECIMAL(24,2)) AS part,
         CAST(lines_square AS DECIMAL(34,2)) AS square FROM case_sum WHERE lines_charge > 0
  UNION ALL
  SELECT subject_type, subject_id, kind, case_group, encounters, 'self_pay' AS measure, CAST(lines_charge AS DECIMAL(24,2)) AS whole, CAST(self_pay AS DECIMAL(24,2)) AS part,
         CAST(lines_square AS DECIMAL(34,2)) AS square FROM case_sum WHERE lines_charge > 0
), everyone AS (
  SELECT measure, kind, case_group, sum(encounters) AS encounters, sum(whole) AS whole, sum(part) AS part, sum(square) AS square
  FROM own WHERE subject_type = 'institution' GROUP BY measure, kind, case_group
), of_kind AS (
  SELECT measure, kind, sum(whole) AS whole, sum(part) AS part, sum(square) AS square FROM everyone GROUP BY measure, kind
), held AS (
  SELECT o.*, e.encounters - o.encounters >= 10 AND e.whole > o.whole AS is_enough, e.whole - o.whole AS e_whole, e.part - o.part AS e_part,
         e.square - o.square AS e_square, k.whole AS k_whole, k.part AS k_part, k.square AS k_square
  FROM own o
  JOIN everyone e ON e.measure = o.measure AND e.kind = o.kind AND e.case_group = o.case_group
  JOIN of_kind k ON k.measure = o.measure AND k.kind = o.kind
), others AS (
  SELECT h.*, CAST(CASE WHEN is_enough THEN e_whole ELSE k_whole END AS DOUBLE) AS m_whole,
         CAST(CASE WHEN is_enough THEN e_part ELSE k_part END AS DOUBLE) AS m_part,
         CAST(CASE WHEN is_enough THEN e_square ELSE k_square END AS DOUBLE) AS m_square
  FROM held h
), expecting AS (
  SELECT o.*, CAST(m_part AS DOUBLE) / nullif(m_whole, 0) AS rate, CAST(m_square AS DOUBLE) / nullif(m_whole, 0) AS mean_square,
         measure IN ('charge', 'nights', 'items') AS is_mean
  FROM others o
)
-- Rounded before they are added, so that no order of adding shows.
SELECT subject_type, subject_id, kind, measure, CAST(sum(encounters) AS INTEGER) AS encounters, CAST(sum(whole) AS DECIMAL(24,2)) AS whole,
       CAST(sum(part) AS DECIMAL(24,2)) AS part, CAST(sum(CAST(CAST(whole AS DOUBLE) * rate AS DECIMAL(24,4))) AS DECIMAL(26,4)) AS expected,
       CAST(sum(CAST(CASE WHEN is_mean THEN CAST(whole AS DOUBLE) * greatest(mean_square - CAST(rate AS DOUBLE) * rate, 0)
                          ELSE CAST(square AS DOUBLE) * rate * greatest(1 - rate, 0) END AS DECIMAL(30,4))) AS DECIMAL(34,4)) AS noise
FROM expecting
GROUP BY subject_type, subject_id, kind, measure
