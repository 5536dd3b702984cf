/*
code        = "STY16"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code"]
responsible = ["institution"]
basis       = ["条例 15", "条例 38(2)", "条例 40(1)", "GZ10000204004000"]
prior       = 0.6
needs       = ["person.psn_idet_type|person.care_home"]
excludes    = ["chemotherapy", "radiotherapy", "dialysis", "transfer", "psychiatric", "per_diem", "hospice", "newborn", "maternity"]

[title]
zh = "困难人员与供养老人住院率畸高"
en = "The poor and care-home residents admitted unusually often"

[message]
zh = "困难人员、供养老人 {persons} 人在本机构住院 {stays} 次；按本机构其他患者的住院率和 {peers} 家同级机构的比例，应约 {expected_stays} 次（{ratio} 倍）"
en = "{persons} poor or care-home patients, {stays} stays; the rate of the other patients here and the proportion at {peers} institutions of the level would give about {expected_stays} ({ratio} times)"

[benign]
zh = "承担集中供养或签约服务，收治高龄失能老人；辖区困难人员病情更重；救助政策下患者主动要求住院；人员身份更新不及时"
en = "It serves a care home under contract and takes the old and disabled; the poor of its area are sicker; patients ask to be admitted because assistance pays; identities out of date"

[next]
zh = "抽查这些人员的入院指征和病程，看是否轻症、反复、结伴住院；了解是否免收自付、接送、给钱物；与民政名册和养老机构在院登记核对"
en = "Sample indications and notes: mild, repeated, in company? Ask about waived payments, transport and gifts; compare with the civil-affairs roll and the care home's attendance book"

[params.min_ratio]
default = 1.5
unit = "times"
help = { zh = "实际住院次数至少是应有次数的多少倍", en = "how many times the stays to be expected" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.sigma]
default = 3
unit = "times"
help = { zh = "超出应有次数至少多少个标准差（泊松）", en = "standard deviations above what is to be expected (Poisson)" }
source = { zh = "三倍标准差为稽核系统常用界限", en = "three sigma is common in audit systems" }

[params.min_stays]
default = 10
unit = "times"
help = { zh = "困难人员住院少于这么多次的机构不判断", en = "institutions with fewer such stays are not judged" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.min_peers]
default = 3
unit = "institution"
help = { zh = "同级可比机构至少多少家", en = "how many other institutions of the level there must be" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH
-- Only those whom a scheme supports: an identity such as a veteran's is no poverty.
poor AS (
    SELECT person_id, max(CASE WHEN care_home IS NOT NULL OR psn_idet_type LIKE '%特困%' OR psn_idet_type LIKE '%低保%' OR psn_idet_type LIKE '%五保%'
                                 OR psn_idet_type LIKE '%贫%' OR psn_idet_type LIKE '%低收入%' OR psn_idet_type LIKE '%边缘%' OR psn_idet_type LIKE '%孤儿%' THEN 1 ELSE 0 END) AS is_poor
    FROM people GROUP BY person_id
),
excused AS (
    SELECT setl_id FROM exclusion
    WHERE reason IN ('chemotherapy', 'radiotherapy', 'dialysis', 'transfer', 'psychiatric', 'per_diem', 'hospice', 'newborn', 'maternity')
    GROUP BY setl_id
),
-- Patients and stays of either kind at every institution; the old are compared with the old.
seen AS (
    SELECT v.fixmedins_code, v.hosp_lv, v.person_id, p.is_poor, CASE WHEN max(v.age) >= 60 THEN 1 ELSE 0 END AS is_old,
        count(DISTINCT CASE WHEN v.is_stay AND e.setl_id IS NULL THEN v.stay_id END) AS stays
    FROM visit v
    JOIN poor p ON p.person_id = v.person_id
    LEFT JOIN excused e ON e.setl_id = v.setl_id
    WHERE v.fixmedins_type = '1' AND coalesce(v.payment_way, 'item') <> 'day' AND v.hosp_lv IS NOT NULL  -- 医疗机构，不是按床日付费的 | A medical institution not paid by the day
    GROUP BY v.fixmedins_code, v.hosp_lv, v.person_id, p.is_poor
),
rate AS (
    SELECT fixmedins_code, hosp_lv, is_old, sum(CASE WHEN is_poor = 1 THEN stays ELSE 0 END) AS stays, sum(is_poor) AS persons,
        CAST(sum(is_poor) AS DOUBLE) * sum(CASE WHEN is_poor = 0 THEN stays ELSE 0 END) / nullif(sum(1 - is_poor), 0) AS as_others
    FROM seen GROUP BY fixmedins_code, hosp_lv, is_old
),
whole AS (
    SELECT fixmedins_code, hosp_lv, sum(stays) AS stays, sum(persons) AS persons, sum(as_others) AS as_others
    FROM rate GROUP BY fixmedins_code, hosp_lv
    HAVING sum(as_others) > 0  -- 其他患者也住院 | Its other patients are admitted too
),
-- How much oftener the poor are admitted than others at the other institutions of the level.
judged AS (
    SELECT w.*, count(*) OVER (PARTITION BY hosp_lv) - 1 AS peers,
        CAST(w.as_others AS DOUBLE) * (sum(stays) OVER (PARTITION BY hosp_lv) - w.stays) / nullif(sum(as_others) OVER (PARTITION BY hosp_lv) - w.as_others, 0) AS expected
    FROM whole w
)
SELECT v.setl_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.begndate AS occurred_on,
    -- The part of the charges above what is to be expected.
    CAST(CAST(v.charge AS DOUBLE) * (1 - CAST(j.expected AS DOUBLE) / nullif(j.stays, 0)) AS DECIMAL(16,2)) AS charge_amount,
    CAST(least(1.0, 0.2 + CAST(j.stays AS DOUBLE) / nullif(j.expected, 0) / 5) AS DOUBLE) AS strength,
    v.stay_id, j.persons, j.stays, j.peers, CAST(j.expected AS DECIMAL(16,1)) AS expected_stays, CAST(CAST(j.stays AS DOUBLE) / nullif(j.expected, 0) AS DECIMAL(16,1)) AS ratio
FROM judged j
JOIN visit v ON v.fixmedins_code = j.fixmedins_code AND v.is_stay
JOIN poor p ON p.person_id = v.person_id AND p.is_poor = 1  -- 困难人员或供养老人 | A poor person or a care-home resident
LEFT JOIN excused e ON e.setl_id = v.setl_id
WHERE e.setl_id IS NULL                                                         -- 不属放化疗、透析、精神科等 | No chemotherapy, dialysis, psychiatric stay or the like
  AND j.stays >= $min_stays                                                     -- 次数够多 | There are enough of them
  AND j.peers >= $min_peers                                                     -- 同级可比机构够多 | Enough institutions of the level to compare with
  AND j.stays >= CAST($min_ratio AS DOUBLE) * j.expected                        -- 达到应有次数的倍数 | So many times what is to be expected
  AND j.stays - j.expected >= CAST($sigma AS DOUBLE) * sqrt(j.expected)         -- 远超偶然 | Far more than chance
