/*
code        = "BIL16"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "kind"]
responsible = ["institution"]
basis       = ["条例 38(6)"]
prior       = 0.55
needs       = ["fee_item", "fee_item.inscp_amt|fee_item.selfpay_prop"]
excludes    = []
[title]
zh = "应先自付的部分全额进了医保范围"
en = "First share of the patient not taken off"
[message]
zh = "{item_name} {charge} 元全部进入医保范围，没有先行自付；按常例应先自付 {first_percent}%，即 {charge_amount} 元"
en = "{item_name}, {charge} yuan, is wholly within the insured scope; the patient's usual first share of {first_percent} %, {charge_amount} yuan, was not taken off"
[benign]
zh = "集中带量采购、谈判或短缺药品当地规定不先自付；该人群、该类待遇免先行自付；先自付金额在未导出的字段里；甲乙类标志与目录不一致"
en = "Local policy waives the first share for procured, negotiated or scarce drugs, or for these people or this benefit; it stands in a column not exported; the class on the line differs from the catalogue"
[next]
zh = "查当地乙类和单价较高项目的先行自付比例及生效日期，核对该项目在结算系统里的自付设置；同一项目在别处如何结算"
en = "Look up the local first shares and their dates, and how the item is set in the settlement system; see how others settle the same item"
[params.min_lines]
default = 30
unit = "line"
help = { zh = "其他机构同类待遇至少有这么多条同一乙类项目的明细，才有常例可比", en = "Lines of the same class-B item elsewhere, in the same kind of care, that are needed to speak of what is usual" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.usual_share]
default = 0.9
unit = "share"
help = { zh = "其他机构至少这一比例的明细先行自付，才算常例；比例各地自定，所以只与当地的做法比", en = "Share of those lines with a first share taken off that makes it usual; the shares are local, so only local practice is a measure" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.exam_yuan]
default = 0
unit = "yuan"
help = { zh = "检查、化验、治疗单价超过此数须先自付；0 为当地无此规定", en = "Tests and treatments dearer than this bear a first share; 0: no such local policy" }
source = { zh = "默认不用；成都市旧规为 100 元以上先自付 20%", en = "off; 100 yuan in a former policy of Chengdu, with 20 % borne first" }
[params.operation_yuan]
default = 0
unit = "yuan"
help = { zh = "手术单价超过此数须先自付；0 为当地无此规定", en = "Operations dearer than this bear a first share; 0: no such local policy" }
source = { zh = "默认不用；成都市旧规为 1000 元以上先自付 20%", en = "off; 1,000 yuan in a former policy of Chengdu, with 20 % borne first" }
[params.first_share]
default = 0.2
unit = "share"
help = { zh = "上面两项的先自付比例", en = "The first share of these two" }
source = { zh = "成都市旧规", en = "a former policy of Chengdu" }
*/
WITH class_b AS (   -- by institution, so that each is held against the others
    SELECT med_list_codg, setting, fixmedins_code, count(*) AS n,
           sum(CASE WHEN coalesce(selfpay_prop, 0) > 0 OR scope_amount < charge - 0.005 THEN 1 ELSE 0 END) AS n_borne,
           CAST(sum(CASE WHEN scope_amount < charge - 0.005 THEN charge - scope_amount
                         WHEN selfpay_prop > 0 AND selfpay_prop < 1 THEN CAST(charge AS DOUBLE) * selfpay_prop ELSE 0 END) AS DOUBLE) AS borne,
           CAST(sum(CASE WHEN scope_amount < charge - 0.005 OR selfpay_prop > 0 THEN charge ELSE 0 END) AS DOUBLE) AS charge
    FROM line
    WHERE chrgitm_lv = '02' AND scope_amount > 0 AND charge > 0   -- 乙类，进入医保范围 | class B, within the insured scope
    GROUP BY med_list_codg, setting, fixmedins_code
),
everywhere AS (
    SELECT med_list_codg, setting, sum(n) AS n, sum(n_borne) AS n_borne, sum(borne) AS borne, sum(charge) AS charge
    FROM class_b GROUP BY med_list_codg, setting
),
elsewhere AS (      -- institutions with such a line not borne, and what the others do
    SELECT o.med_list_codg, o.setting, o.fixmedins_code, e.n - o.n AS n, CAST(e.borne - o.borne AS DOUBLE) / nullif(e.charge - o.charge, 0) AS share
    FROM class_b o
    JOIN everywhere e ON e.med_list_codg = o.med_list_codg AND e.setting = o.setting
    WHERE o.n > o.n_borne AND e.n - o.n >= $min_lines
      AND CAST(e.n_borne - o.n_borne AS DOUBLE) >= CAST(e.n - o.n AS DOUBLE) * $usual_share   -- 其他机构的这一项目通常先行自付 | others usually take a first share off this item
),
whole AS (
    SELECT l.*, e.n AS peers, coalesce(e.share, $first_share) AS share, CASE WHEN e.share IS NULL THEN 'amount' ELSE 'class_b' END AS kind
    FROM line l
    LEFT JOIN elsewhere e ON e.med_list_codg = l.med_list_codg AND e.setting = l.setting
                         AND e.fixmedins_code = l.fixmedins_code AND l.chrgitm_lv = '02'
    WHERE l.scope_amount >= l.charge - 0.005 AND coalesce(l.selfpay_prop, 0) = 0 AND l.charge > 0
      AND (e.share > 0 OR ($exam_yuan > 0 AND l.pric > $exam_yuan AND l.med_chrgitm_type IN ('03', '04', '05'))
                       OR ($operation_yuan > 0 AND l.pric > $operation_yuan AND l.med_chrgitm_type = '06'))
),
bill AS (           -- where nothing on the bill was borne, the person may be exempt
    SELECT w.setl_id, count(*) AS borne_lines
    FROM (SELECT setl_id FROM whole GROUP BY setl_id) w
    JOIN line l ON l.setl_id = w.setl_id
    WHERE l.scope_amount > 0 AND (l.selfpay_prop > 0 OR l.scope_amount < l.charge - 0.005)
    GROUP BY w.setl_id
)
SELECT w.setl_id, w.psn_no, w.fixmedins_code, w.dr_codg, w.feedetl_sn, w.day AS occurred_on,
       CAST(CAST(w.charge AS DOUBLE) * w.share + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN b.borne_lines > 0 THEN 0.7 ELSE 0.3 END AS strength,
       CASE WHEN b.borne_lines IS NULL THEN 'lead' END AS level,
       w.stay_id, w.kind, w.med_list_codg, w.item_name, w.charge, w.pric, w.chrgitm_lv, w.setting, w.peers,
       CAST(w.share * CAST(100 AS DOUBLE) + 0.000001 AS DECIMAL(6,1)) AS first_percent, coalesce(b.borne_lines, 0) AS borne_lines
FROM whole w
JOIN visit v ON v.setl_id = w.setl_id
JOIN fee_item f ON f.feedetl_sn = w.feedetl_sn
LEFT JOIN bill b ON b.setl_id = w.setl_id
WHERE w.scope_amount >= w.charge - 0.005                                -- 整笔进入医保范围，没有先行自付 | the whole line is in scope, nothing was borne first
  AND w.share > 0                                                       -- 乙类项目：其他机构的通常先行自付；或单价超过当地规定须先自付的数额 | class B: others usually take a first share off the item; or its price is above the local amount from which one is due
  AND (f.inscp_amt IS NOT NULL OR f.selfpay_prop IS NOT NULL)           -- 明细写明了范围内金额或自付比例 | the line tells its amount in scope or its self-paid share
  AND coalesce(v.insutype, '') NOT IN ('340', '350', '360')             -- 不是离休、残废军人等全额保障人员 | not retired cadres, disabled servicemen and others covered in full
  AND v.fund_money > 0                                                  -- 医保支付过这笔结算 | the fund paid something
