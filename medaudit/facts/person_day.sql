/*
[grain]
zh = "每人、每日一行，住院以外的结算"
en = "one row per person and date with a settlement that is no stay"
[columns]
day = { zh = "就诊日期", en = "date of the visit (begndate)" }
visits = { zh = "结算笔数", en = "settlements" }
institutions = { zh = "机构数", en = "institutions" }
fund_money = { zh = "基金支付加个人账户（元）", en = "paid by the fund and personal accounts, yuan" }
*/
SELECT person_id, begndate AS day, CAST(count(*) AS INTEGER) AS visits,
       CAST(count(DISTINCT fixmedins_code) AS INTEGER) AS institutions,
       CAST(sum(fund_money) AS DECIMAL(16,2)) AS fund_money
FROM visit
WHERE NOT is_stay
GROUP BY person_id, begndate
