/*
code        = "STY19"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code", "cap_amt", "dise_codg"]
responsible = ["institution"]
basis       = ["条例 15", "条例 38(1)"]
prior       = 0.5
needs       = []
excludes    = ["per_diem"]

[title]
zh = "住院费用贴着限额"
en = "Costs of stays just under a cap"

[message]
zh = "限额 {cap_amt} 元：{stays_below} 次住院费用在限额以下 {band_percent}% 之内，以上同样宽度只有 {stays_above} 次"
en = "Cap of {cap_amt} yuan: {stays_below} stays cost up to {band_percent} % less than the cap and only {stays_above} up to {band_percent} % more"

[benign]
zh = "限额内结算、超出部分由医院或患者另行承担而不上传；按病种包干价计费；医院按临床路径控费；限额恰在多数病例的正常费用附近"
en = "Only what the cap covers is settled, the rest borne and not sent; a package price; costs kept down along a clinical pathway; the cap lies where most stays cost anyway"

[next]
zh = "抽查贴线病例是否提前出院再入院、费用转到门诊或自费、费用在最后一天补齐；比对去年无限额时的费用分布"
en = "See whether such patients left early and came back, whether charges moved to outpatient or self-paid bills, or were made up on the last day; compare with costs before the cap"

[params.cap_amt]
default = 0
unit = "yuan"
help = { zh = "全院每次住院的限额；0 表示只看限额表（对象为 stay 的行）", en = "a cap on every stay; 0 for those of the table of caps alone (rows of scope stay)" }
source = { zh = "由用户填写当地的次均限额", en = "the local cap, filled in by the user" }

[params.band]
default = 0.05
unit = "share"
help = { zh = "限额上下各看多宽（占限额的比例）", en = "width looked at below and above the cap, as a share of it" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.base_share]
default = 0.6
unit = "share"
help = { zh = "没有人为因素时，落在限额以下一侧的比例最多这么高", en = "highest share below the cap that would come by itself" }
source = { zh = "费用分布平滑时两侧相差不大；取值由本工具设定", en = "a smooth distribution puts about the same on both sides; set by this tool" }

[params.min_stays]
default = 20
unit = "visit"
help = { zh = "两侧合计至少多少次才判断", en = "stays on both sides together needed to judge" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.chance]
default = 0.001
unit = "share"
help = { zh = "偶然如此的概率上限（霍夫丁不等式）", en = "greatest probability of such a share by chance (Hoeffding's bound)" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH cap AS (
    SELECT dise_codg, hosp_lv, cap_amt, begndate, enddate FROM case_cap
    WHERE scope = 'stay' AND med_list_codg IS NULL AND cap_amt > 0  -- 限额表中针对每次住院的限额 | Caps on a stay in the table of caps
    UNION ALL
    SELECT CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST($cap_amt AS DECIMAL(16,2)), CAST(NULL AS DATE), CAST(NULL AS DATE) FROM (SELECT 1 AS one) o
    WHERE $cap_amt > 0
),
-- Caps are held against the few kinds of stay, not against every stay.
kind AS (
    SELECT k.dx, k.lv, c.cap_amt, c.dise_codg, c.begndate, c.enddate
    FROM (SELECT DISTINCT coalesce(main_dx, '') AS dx, coalesce(hosp_lv, '') AS lv FROM stay) k
    JOIN cap c ON (c.hosp_lv IS NULL OR c.hosp_lv = k.lv) AND (c.dise_codg IS NULL OR starts_with(k.dx, c.dise_codg))
),
near AS (
    SELECT s.stay_id, s.setl_id, s.fixmedins_code, s.charge, c.cap_amt, c.dise_codg,
        CASE WHEN s.charge <= c.cap_amt THEN 1 ELSE 0 END AS below
    FROM stay s
    JOIN kind c ON c.dx = coalesce(s.main_dx, '') AND c.lv = coalesce(s.hosp_lv, '')
        AND (c.begndate IS NULL OR s.discharged >= c.begndate) AND (c.enddate IS NULL OR s.discharged <= c.enddate)
    WHERE abs(s.charge - c.cap_amt) <= CAST($band AS DOUBLE) * c.cap_amt               -- 费用在限额上下的窄带内 | The cost is close to the cap
      AND s.charge <> c.cap_amt                                                        -- 不是恰等于限额的包干结算 | Not a package settled at the cap itself
      AND NOT EXISTS (SELECT 1 FROM exclusion e WHERE e.setl_id = s.setl_id AND e.reason = 'per_diem')
),
-- A price that several stays share to the cent is a package, not a bill.
package AS (
    SELECT fixmedins_code, cap_amt, charge FROM near GROUP BY fixmedins_code, cap_amt, charge HAVING count(DISTINCT stay_id) >= 3
),
bill AS (
    SELECT n.stay_id, n.fixmedins_code, n.cap_amt, coalesce(n.dise_codg, '') AS dise_codg, max(n.below) AS below
    FROM near n
    LEFT JOIN package p ON p.fixmedins_code = n.fixmedins_code AND p.cap_amt = n.cap_amt AND p.charge = n.charge
    WHERE p.charge IS NULL
    GROUP BY n.stay_id, n.fixmedins_code, n.cap_amt, n.dise_codg
),
counted AS (
    SELECT fixmedins_code, cap_amt, dise_codg, sum(below) AS stays_below, count(*) - sum(below) AS stays_above, count(*) AS stays,
        CAST(sum(below) AS DOUBLE) / nullif(count(*), 0) - $base_share AS surplus
    FROM bill
    GROUP BY fixmedins_code, cap_amt, dise_codg
)
SELECT v.setl_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.begndate AS occurred_on, CAST(0 AS DECIMAL(16,2)) AS charge_amount,
    CAST(least(1.0, 0.3 + 1.5 * CAST(c.surplus AS DOUBLE)) AS DOUBLE) AS strength,
    v.stay_id, c.cap_amt, c.dise_codg, c.stays_below, c.stays_above, CAST(floor(100 * CAST($band AS DOUBLE) + 0.5) AS INTEGER) AS band_percent
FROM counted c
JOIN bill b ON b.fixmedins_code = c.fixmedins_code AND b.cap_amt = c.cap_amt AND b.dise_codg = c.dise_codg
JOIN visit v ON v.stay_id = b.stay_id
WHERE c.stays >= $min_stays                                                              -- 限额附近的住院够多 | Enough stays near the cap
  AND c.surplus > 0                                                                      -- 限额以下的比例高于自然比例 | More of them below than would come by itself
  AND exp(CAST(c.surplus AS DOUBLE) * c.surplus * (-2) * c.stays) <= $chance             -- 远非偶然 | Far beyond chance
  AND b.below = 1                                                                        -- 费用在限额以下 | The stay is one of those below
