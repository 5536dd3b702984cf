/*
[grain]
zh = "药店的每笔结算一行"
en = "one row per settlement of a pharmacy"
[columns]
person_id = { zh = "人（见 people）", en = "the human being (see people)" }
day = { zh = "结算日期，缺失时为购药日期", en = "day of the settlement, of the purchase where that is missing" }
month = { zh = "月份（YYYY-MM）", en = "month, YYYY-MM" }
cash = { zh = "个人现金（元）", en = "paid in cash, yuan" }
clock = { zh = "结算钟点（时:分:秒），只有日期或为批量时间戳时为空", en = "time of day, NULL where only the date is known or the time is a batch's" }
is_batch = { zh = "同一药店同一秒结算多笔：断网补结算等批量时间戳", en = "several settlements of the pharmacy in one second: a batch, as after an outage" }
charge = { zh = "医疗费总额（元）", en = "total charge, yuan" }
account_money = { zh = "其中个人账户（元）", en = "of which personal accounts, yuan" }
items = { zh = "品种数，没有明细为空", en = "how many items, NULL without lines" }
pieces_charge = { zh = "中药饮片金额（元）", en = "charge of herbal pieces, yuan" }
first_item = { zh = "编码最小的品种", en = "the item with the smallest code" }
last_item = { zh = "编码最大的品种", en = "the item with the greatest code" }
basket_share = { zh = "本店同样组合（首末品种、品种数）占销售笔数之比", en = "share of the pharmacy's sales with the same first and last item and number of items" }
elsewhere_share = { zh = "其他药店同样组合之比", en = "that share in all other pharmacies together" }
*/
WITH sold AS (
  SELECT setl_id, fixmedins_code, min(med_list_codg) AS first_item, max(med_list_codg) AS last_item, count(DISTINCT med_list_codg) AS items,
         sum(CASE WHEN med_chrgitm_type = '10' THEN charge ELSE 0 END) AS pieces_charge
  FROM line WHERE fixmedins_type = '2' GROUP BY setl_id, fixmedins_code
), basket AS (
  SELECT fixmedins_code, first_item, last_item, items, count(*) AS n FROM sold GROUP BY fixmedins_code, first_item, last_item, items
), basket_everywhere AS (
  SELECT first_item, last_item, items, sum(n) AS n FROM basket GROUP BY first_item, last_item, items
), shop AS (
  SELECT fixmedins_code, count(*) AS n FROM sold GROUP BY fixmedins_code
), town AS (
  SELECT sum(n) AS n FROM shop
), shared AS (
  SELECT b.fixmedins_code, b.first_item, b.last_item, b.items, CAST(b.n AS DOUBLE) / nullif(s.n, 0) AS basket_share,
         CAST(e.n - b.n AS DOUBLE) / nullif(t.n - s.n, 0) AS elsewhere_share
  FROM basket b
  JOIN basket_everywhere e ON e.first_item = b.first_item AND e.last_item = b.last_item AND e.items = b.items
  JOIN shop s ON s.fixmedins_code = b.fixmedins_code
  CROSS JOIN town t
), batch AS (
  SELECT fixmedins_code, setl_time FROM visit
  WHERE fixmedins_type = '2' AND setl_time IS NOT NULL
  GROUP BY fixmedins_code, setl_time HAVING count(*) >= 3
), timed AS (
  SELECT v.*, substr(CAST(v.setl_time AS VARCHAR), 12, 8) AS told, b.setl_time IS NOT NULL AS is_shared
  FROM visit v
  LEFT JOIN batch b ON b.fixmedins_code = v.fixmedins_code AND b.setl_time = v.setl_time
  WHERE v.fixmedins_type = '2'
)
SELECT t.setl_id, t.fixmedins_code, t.fixmedins_name, t.person_id, t.psn_no, coalesce(CAST(t.setl_time AS DATE), t.enddate) AS day,
       substr(CAST(coalesce(CAST(t.setl_time AS DATE), t.enddate) AS VARCHAR), 1, 7) AS month,
       CASE WHEN t.told = '00:00:00' OR t.is_shared THEN NULL ELSE t.told END AS clock,
       coalesce(t.is_shared AND t.told <> '00:00:00', FALSE) AS is_batch,
       t.setting, t.opter_id, t.charge, t.fund_money, t.account_money, coalesce(t.psn_cash_pay, 0) AS cash,
       CAST(s.items AS INTEGER) AS items, CAST(coalesce(s.pieces_charge, 0) AS DECIMAL(16,2)) AS pieces_charge,
       s.first_item, s.last_item, d.basket_share, d.elsewhere_share
FROM timed t
LEFT JOIN sold s ON s.setl_id = t.setl_id
LEFT JOIN shared d ON d.fixmedins_code = s.fixmedins_code AND d.first_item = s.first_item AND d.last_item = s.last_item AND d.items = s.items
