/*
code        = "BIL17"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "item_kind"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(2)", "GZ10000102014000"]
prior       = 0.5
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
[params.gap_tolerance]
default = 0
unit = "day"
help = { zh = "比最短间隔只早这么多天以内的不报", en = "Repeats early by no more than this are not reported" }
source = { zh = "本工具的设定，无全国依据；间隔取公开知识点的下限（如 2—3 个月取 60 天）", en = "set by this tool; the intervals themselves are the lower ends of those published (60 days for 2 to 3 months)" }
*/
WITH listed AS (   -- the longest known name within an item's name says most
    SELECT i.med_list_codg, k.name AS item_kind, coalesce(k.min_gap_days, 0) AS min_gap_days, k.stay_max_cnt, k.source AS limit_source,
           row_number() OVER (PARTITION BY i.med_list_codg ORDER BY length(k.name) DESC, k.name) AS place
    FROM item i
    JOIN interval_item k ON i.item_name LIKE '%' || k.name || '%'
    WHERE i.med_chrgitm_type NOT IN ('08', '09', '10', '11')
),
done AS (
    SELECT l.*, k.item_kind, k.min_gap_days, k.stay_max_cnt, k.limit_source,
           sum(CASE WHEN l.stay_id IS NULL THEN 0 ELSE l.cnt END) OVER (
               PARTITION BY l.person_id, l.stay_id, k.item_kind ORDER BY l.fee_ocur_time, l.feedetl_sn
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stay_cnt
    FROM line l
    JOIN listed k ON k.med_list_codg = l.med_list_codg AND k.place = 1
    WHERE l.scope_amount > 0 AND NOT coalesce(l.etip_flag = '1', FALSE)   -- 进入医保范围，不是外送 | within the insured scope, not sent in from elsewhere
),
days AS (          -- several charges of one day are one occasion
    SELECT person_id, item_kind, day, min_gap_days, min(fixmedins_code) AS one_place, max(fixmedins_code) AS other_place,
           lag(day) OVER (PARTITION BY person_id, item_kind ORDER BY day) AS earlier_day
    FROM done
    GROUP BY person_id, item_kind, day, min_gap_days
),
series AS (
    SELECT d.*, sum(CASE WHEN date_diff('day', earlier_day, day) < min_gap_days - $gap_tolerance THEN 0 ELSE 1 END)
                    OVER (PARTITION BY person_id, item_kind ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
    FROM days d
),
blocks AS (        -- one occasion is allowed in each interval since the first: the others of the interval are early
    SELECT s.*, floor(CAST(date_diff('day', min(day) OVER (PARTITION BY person_id, item_kind, run), day) AS DOUBLE)
                      / greatest(min_gap_days - $gap_tolerance, 1)) AS block
    FROM series s
),
early AS (
    SELECT b.person_id, b.item_kind, b.day, b.earlier_day, date_diff('day', b.earlier_day, b.day) AS gap,
           b.one_place = b.other_place
             AND b.one_place = lag(b.other_place) OVER (PARTITION BY b.person_id, b.item_kind ORDER BY b.day) AS one_institution,
           b.block = lag(b.block) OVER (PARTITION BY b.person_id, b.item_kind, b.run ORDER BY b.day) AS is_early
    FROM blocks b
)
SELECT d.setl_id, d.psn_no, d.fixmedins_code, d.dr_codg, d.feedetl_sn, d.day AS occurred_on,
       CAST(CASE WHEN e.is_early THEN CAST(d.charge AS DOUBLE)
                 ELSE CAST(d.charge AS DOUBLE) * (CAST(least(d.cnt, d.stay_cnt - d.stay_max_cnt) AS DOUBLE) / nullif(d.cnt, 0)) END + 0.000001
            AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN e.is_early AND NOT e.one_institution THEN 0.2
            WHEN e.is_early AND (e.gap <= 1 OR e.gap * 2 > d.min_gap_days) THEN 0.5 ELSE 0.7 END AS strength,
       CASE WHEN e.is_early AND NOT e.one_institution AND NOT coalesce(d.stay_cnt > d.stay_max_cnt, FALSE) THEN 'lead' END AS level,
       d.stay_id, d.item_kind, d.med_list_codg, d.item_name,
       coalesce(e.earlier_day, d.day) AS earlier_day, coalesce(e.gap, 0) AS gap, d.min_gap_days AS min_gap, d.stay_cnt,
       d.stay_max_cnt, d.limit_source
FROM done d
JOIN early e ON e.person_id = d.person_id AND e.item_kind = d.item_kind AND e.day = d.day
WHERE coalesce(e.is_early, FALSE)                                                -- 距上次未满最短间隔 | the interval since the time before has not passed
   OR (d.stay_id IS NOT NULL AND d.stay_cnt > d.stay_max_cnt)                    -- 或超过每次住院的次数 | or more often than once a stay may have it
