/*
[grain]
zh = "每家机构（含药店）、每位主治或开单医师、每个人一行：就诊的次数、时间和金额的样子"
en = "one row per institution (pharmacies too), attending or ordering doctor and person: how many encounters, when, and what their amounts look like"
[columns]
subject_type = { zh = "institution 机构（含药店）、doctor 医师、patient 参保人", en = "institution (pharmacies too), doctor or patient" }
subject_id = { zh = "编号", en = "code" }
age = { zh = "最大年龄", en = "greatest age" }
settlements = { zh = "结算笔数", en = "settlements" }
people = { zh = "人数，参保人为 0", en = "people, 0 of a patient" }
places = { zh = "参保人去过的机构数", en = "institutions a patient went to" }
doctors = { zh = "参保人的主治医师数", en = "attending doctors of a patient" }
charge = { zh = "总费用（元）", en = "charge, yuan" }
fund_money = { zh = "基金和个人账户支付（元）", en = "paid by the fund and personal accounts, yuan" }
account_money = { zh = "其中个人账户（元）", en = "of which personal accounts, yuan" }
stays = { zh = "住院结算笔数", en = "settlements of stays" }
visits = { zh = "门诊、药店结算笔数", en = "other settlements" }
weekend = { zh = "门诊、药店结算在周末或节假日的笔数", en = "other settlements on weekends and holidays" }
weekend_stays = { zh = "周末或节假日入院的笔数", en = "stays begun on weekends and holidays" }
timed = { zh = "钟点可信的笔数", en = "settlements whose clock can be believed" }
night = { zh = "其中 22 点至 6 点", en = "of which from 10 pm to 6 am" }
quick = { zh = "其中与本机构上一笔（另一人）相距不到 2 分钟", en = "of which less than two minutes after another person's at the place" }
quick_due = { zh = "按本机构当天笔数和平日时段分布，偶然也会有的笔数", en = "how many chance would make so, by the place's settlements of the day and its usual hours" }
round_sums = { zh = "金额为 10 元整数倍的笔数（50 元以上）", en = "amounts in full tens of yuan, from 50 yuan on" }
fifties = { zh = "50 元以上的笔数", en = "settlements from 50 yuan on" }
visit_charge = { zh = "门诊、药店费用（元）", en = "charge of the other settlements, yuan" }
top_visit_charge = { zh = "其中最大一笔（元）", en = "of which the largest, yuan" }
latest_account = { zh = "最近三个月的个人账户支付（元）", en = "paid by personal accounts in the last quarter, yuan" }
recent = { zh = "最近半年的笔数", en = "settlements of the last half year" }
latest = { zh = "其中最近三个月", en = "of which the last quarter" }
digit_1 = { zh = "金额首位为 1 的笔数", en = "amounts that begin with 1" }
digit_2 = { zh = "金额首位为 2 的笔数", en = "amounts that begin with 2" }
digit_3 = { zh = "金额首位为 3 的笔数", en = "amounts that begin with 3" }
digit_4 = { zh = "金额首位为 4 的笔数", en = "amounts that begin with 4" }
digit_5 = { zh = "金额首位为 5 的笔数", en = "amounts that begin with 5" }
digit_6 = { zh = "金额首位为 6 的笔数", en = "amounts that begin with 6" }
digit_7 = { zh = "金额首位为 7 的笔数", en = "amounts that begin with 7" }
digit_8 = { zh = "金额首位为 8 的笔数", en = "amounts that begin with 8" }
digit_9 = { zh = "金额首位为 9 的笔数", en = "amounts that begin with 9" }
*/
WITH last_day AS (
  SELECT max(enddate) AS last_day FROM visit
), lined_up AS (
  SELECT setl_id, fixmedins_code, person_id, clock, day,
         lag(clock) OVER (PARTITION BY fixmedins_code, day ORDER BY clock, setl_id) AS clock_before,
         lag(person_id) OVER (PARTITION BY fixmedins_code, day ORDER BY clock, setl_id) AS person_before
  FROM timed_visit
), hour AS (
  SELECT fixmedins_code, CAST(floor(CAST(clock AS DOUBLE) / 3600) AS INTEGER) AS hour, count(*) AS settlements
  FROM timed_visit GROUP BY fixmedins_code, CAST(floor(CAST(clock AS DOUBLE) / 3600) AS INTEGER)
), share_of_hour AS (
  SELECT fixmedins_code, hour, CAST(settlements AS DOUBLE) / nullif(sum(settlements) OVER (PARTITION BY fixmedins_code), 0) AS share FROM hour
), busy AS (
  SELECT fixmedins_code, day, count(*) AS settlements FROM timed_visit GROUP BY fixmedins_code, day
), flagged AS (
  SELECT v.setl_id, v.fixmedins_code, CASE WHEN p.dr_codg IS NULL THEN v.dr_codg END AS dr_codg, v.person_id, v.age, v.charge, v.fund_money, v.account_money,
         CASE WHEN v.is_stay THEN 1 ELSE 0 END AS is_stay,
         CASE WHEN c.is_weekend OR c.is_holiday THEN 1 ELSE 0 END AS is_free_day, CASE WHEN t.setl_id IS NULL THEN 0 ELSE 1 END AS is_timed,
         CASE WHEN t.clock >= 22 * 3600 OR t.clock < 6 * 3600 THEN 1 ELSE 0 END AS is_night,
         CASE WHEN t.clock - t.clock_before < 120 AND t.person_id <> t.person_before THEN 1 ELSE 0 END AS is_quick,
         -- Arrivals by chance (Poisson): at least one within two minutes before.
         CASE WHEN t.setl_id IS NULL THEN 0
              ELSE CAST(1 - exp(-CAST(b.settlements - 1 AS DOUBLE) * h.share * 120 / 3600) AS DECIMAL(9,6)) END AS quick_due,
         CASE WHEN v.charge >= 50 THEN 1 ELSE 0 END AS is_fifty,
         CASE WHEN v.charge >= 50 AND floor(CAST(v.charge AS DOUBLE) / 10) * 10 = CAST(v.charge AS DOUBLE) THEN 1 ELSE 0 END AS is_round,
         CASE WHEN date_diff('day', v.enddate, d.last_day) < 182 THEN 1 ELSE 0 END AS is_recent,
         CASE WHEN date_diff('day', v.enddate, d.last_day) < 91 THEN 1 ELSE 0 END AS is_latest,
         CASE WHEN v.charge >= 1 THEN substr(CAST(v.charge AS VARCHAR), 1, 1) ELSE '' END AS digit
  FROM visit v
  CROSS JOIN last_day d
  LEFT JOIN calendar c ON c.day = v.begndate
  LEFT JOIN lined_up t ON t.setl_id = v.setl_id
  LEFT JOIN busy b ON b.fixmedins_code = t.fixmedins_code AND b.day = t.day
  LEFT JOIN share_of_hour h ON h.fixmedins_code = t.fixmedins_code AND h.hour = CAST(floor(CAST(t.clock AS DOUBLE) / 3600) AS INTEGER)
  LEFT JOIN placeholder_doctor p ON p.dr_codg = v.dr_codg
), keyed AS (
  SELECT 'institution' AS subject_type, fixmedins_code AS subject_id, person_id AS met, NULL AS treated_by, f.* FROM flagged f
  UNION ALL
  SELECT 'doctor', d.dr_codg, f.person_id, NULL, f.* FROM flagged f JOIN doctor_visit d ON d.setl_id = f.setl_id
  UNION ALL
  SELECT 'patient', person_id, fixmedins_code, dr_codg, f.* FROM flagged f
)
SELECT subject_type, subject_id, CAST(max(age) AS INTEGER) AS age, CAST(count(*) AS INTEGER) AS settlements, CASE WHEN subject_type <> 'patient' THEN CAST(count(DISTINCT met) AS INTEGER) ELSE 0 END AS people,
       CASE WHEN subject_type = 'patient' THEN CAST(count(DISTINCT met) AS INTEGER) ELSE 0 END AS places,
       CAST(count(DISTINCT treated_by) AS INTEGER) AS doctors, CAST(sum(charge) AS DECIMAL(18,2)) AS charge,
       CAST(sum(fund_money) AS DECIMAL(18,2)) AS fund_money, CAST(sum(account_money) AS DECIMAL(18,2)) AS account_money,
       CAST(sum(CASE WHEN is_stay = 1 THEN 0 ELSE charge END) AS DECIMAL(18,2)) AS visit_charge,
       CAST(coalesce(max(CASE WHEN is_stay = 0 THEN charge END), 0) AS DECIMAL(16,2)) AS top_visit_charge,
       CAST(sum(CASE WHEN is_latest = 1 THEN account_money ELSE 0 END) AS DECIMAL(18,2)) AS latest_account,
       CAST(sum(is_stay) AS INTEGER) AS stays, CAST(sum(1 - is_stay) AS INTEGER) AS visits,
       CAST(sum(CASE WHEN is_stay = 1 THEN 0 ELSE is_free_day END) AS INTEGER) AS weekend, CAST(sum(CASE WHEN is_stay = 1 THEN is_free_day ELSE 0 END) AS INTEGER) AS weekend_stays,
       CAST(sum(is_timed) AS INTEGER) AS timed, CAST(sum(is_night) AS INTEGER) AS night, CAST(sum(is_quick) AS INTEGER) AS quick, CAST(sum(quick_due) AS DECIMAL(18,6)) AS quick_due,
       CAST(sum(is_round) AS INTEGER) AS round_sums, CAST(sum(is_fifty) AS INTEGER) AS fifties,
       CAST(sum(is_recent) AS INTEGER) AS recent, CAST(sum(is_latest) AS INTEGER) AS latest,
       CAST(sum(CASE WHEN digit = '1' THEN 1 ELSE 0 END) AS INTEGER) AS digit_1, CAST(sum(CASE WHEN digit = '2' THEN 1 ELSE 0 END) AS INTEGER) AS digit_2,
       CAST(sum(CASE WHEN digit = '3' THEN 1 ELSE 0 END) AS INTEGER) AS digit_3, CAST(sum(CASE WHEN digit = '4' THEN 1 ELSE 0 END) AS INTEGER) AS digit_4,
       CAST(sum(CASE WHEN digit = '5' THEN 1 ELSE 0 END) AS INTEGER) AS digit_5, CAST(sum(CASE WHEN digit = '6' THEN 1 ELSE 0 END) AS INTEGER) AS digit_6,
       CAST(sum(CASE WHEN digit = '7' THEN 1 ELSE 0 END) AS INTEGER) AS digit_7, CAST(sum(CASE WHEN digit = '8' THEN 1 ELSE 0 END) AS INTEGER) AS digit_8,
       CAST(sum(CASE WHEN digit = '9' THEN 1 ELSE 0 END) AS INTEGER) AS digit_9
FROM keyed
GROUP BY subject_type, subject_id
