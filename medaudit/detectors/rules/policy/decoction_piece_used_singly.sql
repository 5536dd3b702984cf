/*
code        = "POL10"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "med_list_codg"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(6)", "GZ10000101004000"]
prior       = 0.8
needs       = ["fee_item", "catalogue.lmt_single|catalogue_limit.lmt_single"]
[title]
zh = "单方不予支付的中药饮片单方使用"
en = "Decoction piece used singly that is paid in compounds only"
[message]
zh = "{item_name} 单方使用不予支付（{limit_source}），本处方没有其他可付饮片（处方内饮片 {pieces} 味），涉及 {charge_amount} 元"
en = "{item_name} is not paid when used singly ({limit_source}); the prescription holds no other payable piece ({pieces} in all): {charge_amount} yuan"
[benign]
zh = "同一张处方分几次上传或分在两笔结算；配伍的饮片自费或自备而未上传；煎服中成药时的药引；处方号缺失，只能按当天合并"
en = "One prescription sent in parts or settled twice; the other pieces bought privately and not sent; a piece taken along with a patent medicine; prescription numbers missing, so that a day stands for one"
[next]
zh = "调取处方原件，核对味数和剂数，看是否为凑单方购买滋补饮片"
en = "Fetch the prescription, count pieces and doses, and see whether tonics were bought on their own"
*/
WITH asked AS (
  SELECT l.* FROM limited_line l WHERE l.lmt_single = '1'
),
piece AS (     -- all pieces of those settlements; one without a prescription number belongs to its day
  SELECT l.setl_id, l.day, l.rxno, l.med_list_codg, coalesce(s.lmt_single, '0') AS lmt_single
  FROM line l
  JOIN (SELECT DISTINCT setl_id FROM asked) a ON a.setl_id = l.setl_id
  LEFT JOIN (SELECT DISTINCT setl_id, med_list_codg, lmt_single FROM asked) s ON s.setl_id = l.setl_id AND s.med_list_codg = l.med_list_codg
  WHERE l.med_chrgitm_type = '10' OR s.lmt_single = '1'
),
prescribed AS (
  SELECT setl_id, rxno, count(DISTINCT med_list_codg) AS pieces, count(DISTINCT CASE WHEN lmt_single = '0' THEN med_list_codg END) AS others
  FROM piece WHERE rxno IS NOT NULL GROUP BY setl_id, rxno
),
of_day AS (
  SELECT setl_id, day, count(DISTINCT med_list_codg) AS pieces, count(DISTINCT CASE WHEN lmt_single = '0' THEN med_list_codg END) AS others
  FROM piece GROUP BY setl_id, day
),
judged AS (
  SELECT a.*, coalesce(p.pieces, d.pieces) AS pieces, coalesce(p.others, d.others) AS others,
         coalesce(a.tcmdrug_used_way = '2', FALSE) AS is_single, coalesce(a.tcmdrug_used_way = '1', FALSE) AS is_compound
  FROM asked a
  JOIN of_day d ON d.setl_id = a.setl_id AND d.day = a.day
  LEFT JOIN prescribed p ON p.setl_id = a.setl_id AND p.rxno = a.rxno
)
SELECT j.setl_id, j.feedetl_sn, j.psn_no, j.fixmedins_code, j.dr_codg, j.day AS occurred_on, j.charge AS charge_amount,
  CAST(CASE WHEN j.is_compound OR j.others > 0 OR NOT j.pooled OR (j.rxno IS NULL AND NOT j.is_single) THEN 0.5 ELSE 0.9 END AS DOUBLE) AS strength,
  CASE WHEN j.is_compound OR j.others > 0 OR NOT j.pooled OR (j.rxno IS NULL AND NOT j.is_single) THEN 'suspected' END AS level,
  j.med_list_codg, j.item_name, j.rxno, j.pieces, j.others, j.tcmdrug_used_way, j.pooled, j.single_source AS limit_source
FROM judged j
WHERE (j.is_single OR j.others = 0)  -- 标明单方，或处方里没有其他可付的饮片 | Marked as single, or the prescription holds no other payable piece
