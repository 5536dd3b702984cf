/*
code        = "BIL17"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "item_kind"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(2)", "GZ10000102014000"]
prior       = 0.6
needs       = ["fee_item"]
excludes    = ["maternity"]
[title]
zh = "检查评定未满最短间隔又做"
en = "Test or assessment repeated within its interval"
[message]
zh = "{item_name} 上次 {earlier_day}，相隔 {gap} 天，{occurred_on} 又收 {charge_amount} 元（限定：{limit_source}）"
en = "{item_name} was last charged on {earlier_day}; {gap} days later, on {occurred_on}, again for {charge_amount} yuan (limit: {limit_source})"
[benign]
zh = "病情或用药有重要变化需要提前复查；上次标本不合格或结果有疑；在别处做过而本院无从得知；评定分几次完成、分次计费"
en = "An important change called for an earlier repeat; the sample was spoilt or the result in doubt; done elsewhere without this institution's knowledge; one assessment done and charged in parts"
[next]
zh = "查两次的申请单、报告和病程记录中的复查理由；看该科室是否对多数患者都这样做"
en = "Look for both requests and reports and for the reason of the repeat in the notes; see whether the department does this with most patients"
[params.sure_share]
default = 0.5
unit = "share"
help = { zh = "相隔不到最短间隔的这一比例，证据较强；越接近最短间隔越像提前几天复查", en = "Repeats sooner than this share of the interval are the stronger evidence; those near its end look like a repeat some days early" }
source = { zh = "本工具的设定，无全国依据；间隔取公开知识点的下限（如 2—3 个月取 60 天）", en = "set by this tool, no national source; the intervals are the lower ends of those published (60 days for 2 to 3 months)" }
*/
WITH listed AS (   -- the longest known name within an item's name says most
    SELECT i.med_list_codg, k.name AS item_kind, k.stay_max_cnt, k.source,
           row_number() OVER (PARTITION BY i.med_list_codg ORDER BY length(k.name) DESC, k.name) AS place
    FROM item i
    JOIN interval_item k ON contains(i.item_name, k.name)
    WHERE i.med_chrgitm_type NOT IN ('08', '09', '10', '11')
),
in_stay AS (       -- assessments of which a stay may have only so many
    SELECT l.feedetl_sn, k.item_kind, k.stay_max_cnt, k.source,
           sum(l.cnt) OVER (PARTITION BY l.stay_id, k.item_kind ORDER BY l.fee_ocur_time, l.feedetl_sn
                            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stay_cnt,
           min(l.day) OVER (PARTITION BY l.stay_id, k.item_kind ORDER BY l.fee_ocur_time, l.feedetl_sn
                            ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS earlier_day
    FROM line l
    JOIN listed k ON k.med_list_codg = l.med_list_codg AND k.place = 1
    WHERE k.stay_max_cnt > 0 AND l.stay_id IS NOT NULL AND l.scope_amount > 0
),
told AS (
    SELECT feedetl_sn, item_kind, earlier_day, gap, min_gap_days, one_institution, limit_source,
           CAST(NULL AS DECIMAL(38,4)) AS stay_cnt, CAST(NULL AS DECIMAL(16,4)) AS stay_max_cnt
    FROM early_repeat
    WHERE listed_in = 'interval_item'    -- 距上次未满最短间隔 | the interval since the time before has not passed
    UNION ALL
    SELECT s.feedetl_sn, s.item_kind, s.earlier_day, NULL, NULL, TRUE, s.source, s.stay_cnt, s.stay_max_cnt
    FROM in_stay s
    WHERE s.stay_cnt > s.stay_max_cnt    -- 或超过每次住院的次数 | or more often than a stay may have it
      AND NOT EXISTS (SELECT 1 FROM early_repeat e WHERE e.feedetl_sn = s.feedetl_sn AND e.listed_in = 'interval_item' AND e.one_institution)
),
first_told AS (
    SELECT t.*, row_number() OVER (PARTITION BY t.feedetl_sn ORDER BY CASE WHEN t.one_institution THEN 1 ELSE 2 END, t.item_kind) AS place
    FROM told t
)
SELECT l.setl_id, l.psn_no, l.fixmedins_code, l.dr_codg, l.feedetl_sn, l.day AS occurred_on,
       CAST(CASE WHEN t.stay_cnt IS NULL THEN CAST(l.charge AS DOUBLE)
                 ELSE CAST(l.charge AS DOUBLE) * (CAST(least(l.cnt, t.stay_cnt - t.stay_max_cnt) AS DOUBLE) / nullif(l.cnt, 0)) END + 0.000001
            AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN NOT t.one_institution THEN 0.2
            WHEN t.gap <= 1 OR t.gap > CAST(t.min_gap_days AS DOUBLE) * $sure_share THEN 0.5 ELSE 0.7 END AS strength,
       CASE WHEN NOT t.one_institution THEN 'lead' END AS level,
       l.stay_id, t.item_kind, l.med_list_codg, l.item_name, t.earlier_day, date_diff('day', t.earlier_day, l.day) AS gap,
       t.min_gap_days AS min_gap, t.stay_cnt, t.stay_max_cnt, t.limit_source
FROM first_told t
JOIN line l ON l.feedetl_sn = t.feedetl_sn
WHERE t.place = 1                                             -- 每条明细只说一次 | each line is told once
  AND (t.gap < t.min_gap_days OR t.stay_cnt > t.stay_max_cnt)   -- 距上次未满最短间隔，或超过每次住院的次数 | the interval since the time before has not passed, or a stay has more than it may
