/*
code        = "BIL01"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "med_list_codg", "occurred_on"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102012000"]
prior       = 0.7
needs       = ["fee_item"]
excludes    = ["newborn", "maternity"]
[title]
zh = "同一项目重复收费"
en = "Same item charged twice"
[message]
zh = "{item_name} 在 {occurred_on} 已按相同数量和单价收过一次（明细 {earlier_feedetl_sn}），又收 {charge_amount} 元"
en = "{item_name} was already charged on {occurred_on} with the same quantity and price (line {earlier_feedetl_sn}); charged again for {charge_amount} yuan"
[benign]
zh = "双侧或多部位检查分条计费；同日确有两次医嘱但未上传医嘱号；整包药品或耗材逐件扫码计费；系统补传未冲销原明细"
en = "Both sides or several sites billed one by one; two real orders on the day whose numbers were not uploaded; packs scanned one by one; a re-upload without reversing the first line"
[next]
zh = "核对医嘱、执行记录和检查检验报告的份数；查看收费日志中两条明细的录入时间和操作员"
en = "Count orders, execution records and reports; look up entry time and operator of both lines in the billing log"
[params.series_share]
default = 0.2
unit = "share"
help = { zh = "某项目超过这一比例的使用日有多条明细时，视为本来就一天多次，不再报重复", en = "An item with several lines on more than this share of its days is given several times a day by nature and not reported" }
source = { zh = "本系统取值", en = "medaudit's own default" }
[params.series_days]
default = 50
unit = "day"
help = { zh = "至少有这么多个使用日，上述比例才作数", en = "Days of use needed before that share counts" }
source = { zh = "本系统取值", en = "medaudit's own default" }
*/
WITH habit AS (
    SELECT med_list_codg,
           CASE WHEN count(*) < $series_days THEN 0.0
                ELSE CAST(sum(CASE WHEN lines > 1 THEN 1 ELSE 0 END) AS DOUBLE) / nullif(count(*), 0) END AS repeat_share
    FROM item_day
    GROUP BY med_list_codg
),
twin AS (   -- equal charges on one bill and date; grouped first, so that only they are numbered below
    SELECT l.person_id, coalesce(l.stay_id, l.setl_id) AS bill, l.med_list_codg, l.day, l.cnt, l.pric, l.charge,
           max(d.cnt) AS day_cnt, min(l.feedetl_sn) AS twin
    FROM line l
    JOIN item_day d ON d.person_id = l.person_id AND d.med_list_codg = l.med_list_codg AND d.day = l.day
    WHERE d.lines > 1  -- 当天同一项目不止一条 | more than one line of the item that day
    GROUP BY l.person_id, coalesce(l.stay_id, l.setl_id), l.med_list_codg, l.day, l.cnt, l.pric, l.charge
    HAVING count(*) > 1  -- 其中有数量、单价、金额都相同的 | some of them agree in count, price and charge
),
timed AS (  -- 00:00 means that the source gives only the date
    SELECT l.*, t.twin, t.day_cnt, coalesce(l.rxno, '') AS rx, coalesce(f.drug_trac_codg, '') AS pack,
           CASE WHEN l.med_chrgitm_type IN ('05', '06', '08', '09', '10', '11', '14') THEN 1 ELSE 0 END AS in_doses,
           substr(CAST(l.fee_ocur_time AS VARCHAR), 12, 5) AS clock
    FROM twin t
    JOIN line l ON l.person_id = t.person_id AND coalesce(l.stay_id, l.setl_id) = t.bill AND l.day = t.day
               AND l.med_list_codg = t.med_list_codg AND l.cnt = t.cnt AND l.pric = t.pric AND l.charge = t.charge
    JOIN fee_item f ON f.feedetl_sn = l.feedetl_sn
    WHERE l.scope_amount > 0   -- 已作自费的不计 | what the patient paid alone does not count
),
paired AS ( -- another prescription or pack is another charge; doses must agree to the minute; ordered lines come first
    SELECT t.*, i.day_max_cnt AS day_max,
           lag(t.feedetl_sn) OVER (PARTITION BY t.twin, t.rx, t.pack, CASE WHEN t.in_doses = 1 THEN t.clock ELSE '' END
                                   ORDER BY CASE WHEN t.drord_no IS NULL THEN 1 ELSE 0 END, t.fee_ocur_time, t.feedetl_sn
                                  ) AS earlier_feedetl_sn,
           lag(t.clock) OVER (PARTITION BY t.twin, t.rx, t.pack, CASE WHEN t.in_doses = 1 THEN t.clock ELSE '' END
                              ORDER BY CASE WHEN t.drord_no IS NULL THEN 1 ELSE 0 END, t.fee_ocur_time, t.feedetl_sn
                             ) AS earlier_clock
    FROM timed t
    JOIN item i ON i.med_list_codg = t.med_list_codg
)
SELECT p.setl_id, p.psn_no, p.fixmedins_code, p.dr_codg, p.feedetl_sn, p.day AS occurred_on, p.charge AS charge_amount,
       CASE WHEN p.fixmedins_type = '2' OR (p.in_doses = 1 AND p.clock = '00:00') THEN 0.2
            WHEN p.med_chrgitm_type IN ('08', '09', '10', '11') THEN 0.5
            WHEN p.clock <> '00:00' AND p.clock = p.earlier_clock THEN 0.9
            ELSE 0.6 END AS strength,
       CASE WHEN p.fixmedins_type = '2' OR (p.in_doses = 1 AND p.clock = '00:00') THEN 'lead' END AS level,
       p.stay_id, p.med_list_codg, p.item_name, p.cnt, p.pric, p.day_cnt, p.day_max, p.earlier_feedetl_sn
FROM paired p
JOIN habit h ON h.med_list_codg = p.med_list_codg
WHERE p.earlier_feedetl_sn IS NOT NULL  -- 同日已有数量、单价、金额相同的一条 | an equal line stands before it that day
  AND p.drord_no IS NULL                -- 没有自己的医嘱号 | no order number of its own
  AND (p.in_doses = 0 OR p.clock <> '00:00' OR NOT p.is_stay)  -- 不是住院多次给药而只记到日 | not doses of a stay known by date only
  AND (p.day_max IS NULL OR p.day_cnt > p.day_max)  -- 当日合计超过上限，或无上限 | the day is over its maximum, or none is known
  AND (p.day_cnt > p.day_max OR h.repeat_share <= $series_share)  -- 不是通常一天多次的项目 | not an item usually given several times a day
