/*
[grain]
zh = "每人、每项目、每日一行"
en = "one row per person, item and date"
[columns]
day = { zh = "费用发生日期", en = "date of the charge" }
lines = { zh = "明细条数", en = "fee lines" }
cnt = { zh = "数量合计", en = "total count" }
charge = { zh = "金额合计（元）", en = "total charge, yuan" }
scope_amount = { zh = "符合政策范围金额合计（元）", en = "total amount in scope, yuan" }
*/
SELECT person_id, med_list_codg, day, CAST(count(*) AS INTEGER) AS lines,
       CAST(sum(cnt) AS DECIMAL(38,4)) AS cnt, CAST(sum(charge) AS DECIMAL(38,2)) AS charge,
       CAST(sum(scope_amount) AS DECIMAL(38,2)) AS scope_amount
FROM line
GROUP BY person_id, med_list_codg, day
